package lead

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
)

// blame notes why a channel's leads cannot be read, in its health too.
func (s *Service) blame(ctx context.Context, r reached, p *Problem) error {
	if r.known.Problem != nil && r.known.Problem.Code == p.Code {
		return nil
	}
	c := Channel{AccountID: r.channel.AccountID, ChannelID: r.channel.ID, Problem: p}
	if err := s.store.saveChannel(ctx, c, "problem"); err != nil {
		return err
	}
	return s.noteHealth(ctx, c.AccountID, c.ChannelID)
}

// solved notes that a channel's leads can be read.
func (s *Service) solved(ctx context.Context, r reached) error {
	if r.known.Problem == nil {
		return nil
	}
	c := Channel{AccountID: r.channel.AccountID, ChannelID: r.channel.ID}
	if err := s.store.saveChannel(ctx, c, "problem"); err != nil {
		return err
	}
	return s.noteHealth(ctx, c.AccountID, c.ChannelID)
}

// noteHealth keeps what is wrong with a channel's leads among its health findings: that they cannot be read, forms whose
// questions have changed, and answers that nobody has decided about.
func (s *Service) noteHealth(ctx context.Context, a account.ID, id ids.ID) error {
	c, err := s.Channels.Get(ctx, a, id)
	if err != nil {
		return err
	}
	if !c.Settings.Leads { // meanwhile
		return s.Channels.Note(ctx, a, id, channel.LeadsArea, nil)
	}
	known, err := s.store.channel(ctx, a, id)
	if err != nil {
		return err
	}
	forms, err := s.store.allForms(ctx, a, id)
	if err != nil {
		return err
	}
	var findings []channel.Finding
	if p := known.Problem; p != nil {
		findings = append(findings, channel.Finding{
			Code: p.Code, Level: "error", Params: map[string]any{"trace_id": p.TraceID, "message": p.Message},
		})
	}
	pairs, err := s.Pairs(ctx, forms, map[ids.ID]channel.Channel{id: c})
	if err != nil {
		return err
	}
	for _, f := range forms {
		if f.GoneAt == nil {
			pair := pairs[f.ID]
			findings = append(findings, f.findings(f.Mapped(pair.Object.Definition, pair.Contact.Definition))...)
		}
	}
	return s.Channels.Note(ctx, a, id, channel.LeadsArea, findings)
}

func (f Form) findings(questions []Mapped) []channel.Finding {
	var unmapped []string
	for _, q := range questions {
		if q.Target == "" && q.By == ByNobody {
			unmapped = append(unmapped, shown(q.Label, q.Key))
		}
	}
	var list []channel.Finding
	note := func(code string, names []string) {
		if len(names) > 0 {
			list = append(list, channel.Finding{Code: code, Level: "warning", Params: map[string]any{
				"form": f.Title(), "form_id": f.ID.String(), "questions": strings.Join(names, ", "),
			}})
		}
	}
	drifts := f.Drifts()
	var changed []string
	for _, key := range slices.Sorted(maps.Keys(drifts)) {
		q, _ := f.question(key)
		changed = append(changed, shown(q.Label, key))
	}
	note("leads.form_changed", changed)
	note("leads.form_unmapped", unmapped)
	return list
}

func shown(label, key string) string {
	if label != "" {
		return label
	}
	return key
}
