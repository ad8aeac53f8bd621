package facebook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// MakeTestLead makes a test lead of a form. The platform keeps one at a time and refuses a second one with an error that
// many other mistakes have too, so that it is asked whether there is one.
func (ad *Adapter) MakeTestLead(ctx context.Context, a channel.Access, form string) (string, error) {
	var made struct {
		ID meta.ID `json:"id"`
	}
	_, err := ad.graph.Call(ctx, meta.Request{Method: http.MethodPost, Path: []string{form, "test_leads"}, As: a}, &made)
	if f := failureOf(err); f != nil && f.Reason == meta.BadRequest {
		if there, listErr := ad.testLeads(ctx, a, form); listErr == nil && len(there) > 0 {
			return "", channel.ErrTestLead
		}
	}
	if err == nil && made.ID == "" {
		err = &channel.Failure{Class: channel.Temporary, Reason: meta.PlatformTrouble}
	}
	return string(made.ID), ad.testFailure(ctx, a, err)
}

// RemoveTestLeads deletes the test leads of a form.
func (ad *Adapter) RemoveTestLeads(ctx context.Context, a channel.Access, form string) error {
	there, err := ad.testLeads(ctx, a, form)
	for _, id := range there {
		_, gone := ad.graph.Call(ctx, meta.Request{Method: http.MethodDelete, Path: []string{id}, As: a}, nil)
		if f := failureOf(gone); f != nil && f.Reason == meta.ObjectMissing { // somebody else was sooner
			continue
		}
		if gone != nil {
			err = gone
			break
		}
	}
	return ad.testFailure(ctx, a, err)
}

// testLeads returns the ids of a form's test leads.
func (ad *Adapter) testLeads(ctx context.Context, a channel.Access, form string) ([]string, error) {
	var list []string
	err := ad.graph.Pages(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{form, "test_leads"}, As: a,
		Query: url.Values{"fields": {"id"}, "limit": {strconv.Itoa(leadsAPage)}},
	}, func(data json.RawMessage) bool {
		var nodes []leadNode
		if json.Unmarshal(data, &nodes) != nil {
			return false
		}
		for _, n := range nodes {
			list = append(list, string(n.ID))
		}
		return true
	})
	return list, err
}

// testFailure says what a refusal of test leads means: what is said of who may see the page's leads, or else what making
// them takes.
func (ad *Adapter) testFailure(ctx context.Context, a channel.Access, err error) error {
	if err == nil {
		return nil
	}
	err = ad.leadFailure(ctx, a, err, reasonTest, reasonTest)
	if f := failureOf(err); f != nil && (f.Reason == reasonTest || f.Reason == meta.BadRequest) {
		f.Class, f.Reason = channel.Rejected, reasonTest
	}
	return err
}
