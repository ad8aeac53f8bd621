package httpapi

import (
	"context"
	"mime"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/account"
	"kontor/domain/configuration"
)

// maxConfiguration is the largest body with a configuration in it: signs that JSON has to spell out make it larger.
const maxConfiguration = 3 * configuration.MaxSize

// roomy is for a route that takes a whole configuration.
func (h handler) roomy() handler {
	h.limit = maxConfiguration
	return h
}

func (a *API) exportConfiguration(ctx context.Context, who account.Actor, _ *nothing) (*huma.StreamResponse, error) {
	d, err := a.Configuration.Export(ctx, who)
	if err != nil {
		return nil, err
	}
	text, err := d.Write()
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "application/yaml; charset=utf-8")
		hc.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "kontor.yaml"}))
		hc.SetHeader("Cache-Control", "no-store")
		_, _ = hc.BodyWriter().Write(text)
	}}, nil
}

// ConfigurationPlan is what applying a configuration does, or has done.
type ConfigurationPlan struct {
	Hash    string                 `json:"hash" doc:"what this plan is: given to apply, only this is done"`
	Changes []ConfigurationChange  `json:"changes" doc:"in the order of the document; none: there is nothing to do"`
	Skipped []ConfigurationSkipped `json:"skipped" doc:"what has no effect in this account, and need not"`
}

// ConfigurationChange is what becomes of one thing.
type ConfigurationChange struct {
	Section string                     `json:"section" doc:"as object_templates"`
	Name    string                     `json:"name"`
	Action  configuration.Action       `json:"action" enum:"created,changed,deleted"`
	Details []configuration.Difference `json:"details"`
}

// ConfigurationSkipped is something that was left out, and why.
type ConfigurationSkipped struct {
	Section string `json:"section"`
	Name    string `json:"name"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Line    int    `json:"line" doc:"of the document"`
}

func (x *exchange) plan(p configuration.Plan) ConfigurationPlan {
	out := ConfigurationPlan{Hash: p.Hash, Changes: []ConfigurationChange{}, Skipped: []ConfigurationSkipped{}}
	for _, c := range p.Changes {
		out.Changes = append(out.Changes, ConfigurationChange(c))
	}
	for _, s := range p.Skipped {
		out.Skipped = append(out.Skipped, ConfigurationSkipped{s.Section, s.Name, s.Code, x.text(s.Code, s.Params), s.Line})
	}
	return out
}

type planConfigurationInput struct {
	Body struct {
		Document string `json:"document" doc:"YAML, as GET /configuration.yaml gives it"`
	}
}

func (a *API) planConfiguration(
	ctx context.Context, who account.Actor, in *planConfigurationInput,
) (*answer[ConfigurationPlan], error) {
	p, err := a.Configuration.Plan(ctx, who, []byte(in.Body.Document))
	return answered(exchangeOf(ctx).plan(p), err)
}

type applyConfigurationInput struct {
	Body struct {
		Document string `json:"document" doc:"YAML, the same that was planned"`
		Hash     string `json:"hash" maxLength:"100" doc:"of the plan: another one by now is refused"`
	}
}

func (a *API) applyConfiguration(
	ctx context.Context, who account.Actor, in *applyConfigurationInput,
) (*answer[ConfigurationPlan], error) {
	p, err := a.Configuration.Apply(ctx, who, []byte(in.Body.Document), in.Body.Hash)
	return answered(exchangeOf(ctx).plan(p), err)
}
