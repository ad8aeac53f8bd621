package httpapi

import (
	"context"
	"fmt"
	"mime"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// reviewers is the language in which platforms review apps. What is meant for them is in it, whoever asks.
const reviewers = "en"

// ReviewKit is all that a platform's review of an app asks for, made from how this installation is set up.
type ReviewKit struct {
	Kind      string              `json:"kind"`
	AppID     string              `json:"app_id" doc:"empty: none is set up"`
	Dashboard string              `json:"dashboard" doc:"where all of it is entered"`
	Public    bool                `json:"public" doc:"the platform can reach this server, as far as its address says"`
	Steps     []string            `json:"steps" doc:"what to do, in order, in the reader's language"`
	Addresses []ReviewAddress     `json:"addresses"`
	Events    []string            `json:"events" doc:"webhook fields to subscribe"`
	Grants    []ReviewGrant       `json:"grants" doc:"permissions and features to ask for"`
	Data      string              `json:"data" doc:"what happens to people's data, in English, to be pasted"`
	Test      string              `json:"test" doc:"how a reviewer tries it, in English, to be pasted"`
	Channels  []ReviewUsedChannel `json:"channels" doc:"the account's channels of the kind, by whose settings it says what is used"`
}

// ReviewAddress is an address to be entered.
type ReviewAddress struct {
	Where string `json:"where" doc:"in the dashboard, in the reader's language"`
	URL   string `json:"url"`
}

// ReviewGrant is a permission or feature.
type ReviewGrant struct {
	Name    string `json:"name"`
	Feature bool   `json:"feature" doc:"a feature, and no permission"`
	Used    bool   `json:"used" doc:"a channel's settings need it; what is not used need not be asked for"`
	Why     string `json:"why" doc:"the reason, in English, to be pasted"`
	Show    string `json:"show" doc:"what the screencast has to show, in the reader's language"`
}

// ReviewUsedChannel is a channel whose settings were looked at.
type ReviewUsedChannel struct {
	ID       ids.ID        `json:"id"`
	Name     string        `json:"name"`
	Comments bool          `json:"comments"`
	Leads    bool          `json:"leads"`
	Media    channel.Media `json:"media"`
}

func (a *API) getReviewKit(ctx context.Context, who account.Actor, in *byKind) (*answer[ReviewKit], error) {
	kit, err := a.reviewKit(ctx, who, in.Kind)
	return answered(kit, err)
}

// exportReviewKit sends the kit as a text to keep and to work through.
func (a *API) exportReviewKit(ctx context.Context, who account.Actor, in *byKind) (*huma.StreamResponse, error) {
	kit, err := a.reviewKit(ctx, who, in.Kind)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "text/markdown; charset=utf-8")
		hc.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "app-review.md"}))
		hc.SetHeader("Cache-Control", "no-store")
		_, _ = hc.BodyWriter().Write([]byte(x.markdown(kit)))
	}}, nil
}

// byKind names a kind of channel.
type byKind struct {
	Kind string `path:"kind" maxLength:"40"`
}

func (a *API) reviewKit(ctx context.Context, who account.Actor, kind string) (ReviewKit, error) {
	adapter, err := a.Channels.Registry.Of(kind)
	reviewer, can := adapter.(channel.Reviewer)
	if err != nil || !can {
		return ReviewKit{}, errs.New(errs.NotFound, "channel.no_review", "kind", kind)
	}
	list, err := a.Channels.All(ctx, who.AccountID)
	if err != nil {
		return ReviewKit{}, err
	}
	x := exchangeOf(ctx)
	r := reviewer.Review()
	kit := ReviewKit{
		Kind: adapter.Describe().Name, AppID: r.AppID, Dashboard: r.Dashboard, Public: r.Public, Steps: x.reviewSteps(r),
		Addresses: []ReviewAddress{}, Events: r.Events, Grants: []ReviewGrant{}, Channels: []ReviewUsedChannel{},
		Test: x.texts.Text(reviewers, "review.test", map[string]any{"url": a.Config.PublicURL}),
	}
	var used []channel.Settings
	stored := false
	for _, c := range list {
		if c.Kind == kind && c.RemovedAt == nil {
			used = append(used, c.Settings)
			stored = stored || c.Settings.Media == channel.StoreMedia
			kit.Channels = append(kit.Channels, ReviewUsedChannel{
				c.ID, c.Title(), c.Settings.Comments, c.Settings.Leads, c.Settings.Media,
			})
		}
	}
	kit.Data = x.texts.Text(reviewers, "review.data", map[string]any{"stored": stored || len(used) == 0})
	for _, address := range r.Addresses {
		kit.Addresses = append(kit.Addresses, ReviewAddress{x.text(address.Code, nil), address.URL})
	}
	for _, g := range r.Grants {
		kit.Grants = append(kit.Grants, ReviewGrant{
			Name: g.Name, Feature: g.Feature, Used: uses(g, used), Why: x.texts.Text(reviewers, g.Code+".why", nil),
			Show: x.text(g.Code+".show", nil),
		})
	}
	return kit, nil
}

// uses tells whether one of the channels needs what is granted.
func uses(g channel.ReviewGrant, channels []channel.Settings) bool {
	if g.Needs == nil {
		return true
	}
	for _, s := range channels {
		if g.Needs(s) {
			return true
		}
	}
	return false
}

// reviewSteps are what is left to do, in order.
func (x *exchange) reviewSteps(r channel.Review) (steps []string) {
	if r.AppID == "" {
		steps = append(steps, x.text("review.step_app", nil))
	}
	if !r.Public {
		steps = append(steps, x.text("review.step_public", nil))
	}
	return append(steps, x.text("review.step_addresses", nil), x.text("review.step_check", nil),
		x.text("review.step_tester", nil), x.text("review.step_film", nil), x.text("review.step_submit", nil))
}

// markdown writes the kit as a text.
func (x *exchange) markdown(kit ReviewKit) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", x.text("review.title", map[string]any{"kind": kit.Kind}), kit.Dashboard)
	for n, step := range kit.Steps {
		fmt.Fprintf(&b, "%d. %s\n", n+1, step)
	}
	b.WriteString("\n## URLs\n\n")
	for _, address := range kit.Addresses {
		fmt.Fprintf(&b, "- %s\n  `%s`\n", address.Where, address.URL)
	}
	fmt.Fprintf(&b, "\n## Webhooks\n\n`%s`\n", strings.Join(kit.Events, "`, `"))
	for _, g := range kit.Grants {
		mark := " "
		if g.Used {
			mark = "x"
		}
		fmt.Fprintf(&b, "\n## [%s] %s\n\n> %s\n\n%s\n", mark, g.Name, g.Why, g.Show)
	}
	fmt.Fprintf(&b, "\n## Data handling\n\n> %s\n\n## Test instructions\n\n> %s\n", kit.Data, kit.Test)
	return b.String()
}
