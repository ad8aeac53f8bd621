package lead

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Test is a lead that somebody had the platform make to try a form.
type Test struct {
	ExternalID string     `json:"external_id,omitempty"` // the platform's; empty while it is being made
	BegunAt    time.Time  `json:"begun_at"`
	MadeAt     *time.Time `json:"made_at,omitempty"`
}

const (
	// Whoever asks again within this time has clicked twice, or somebody else was just before them: one test lead is made.
	sameTest = 5 * time.Second
	// making is when a test lead that is being made counts as lost with the process that made it.
	making = 4 * fetchTimeout
)

// recent tells whether a test lead was begun so lately that to ask for one means this one.
func (t *Test) recent(now time.Time) bool {
	if t == nil {
		return false
	}
	if t.MadeAt == nil {
		return now.Sub(t.BegunAt) < making
	}
	return now.Sub(*t.MadeAt) < sameTest
}

// MakeTestLead has the platform make a test lead of a form, at once. It keeps one at a time: when there is one that is the
// Conflict lead_form.test_lead_there, unless it is to be deleted for the new one. Owners and admins may. From then on it
// goes the way of every lead; Way tells how far it has come.
func (s *Service) MakeTestLead(ctx context.Context, by account.Actor, id ids.ID, anew bool) (Form, error) {
	if err := by.Require(account.Admin); err != nil {
		return Form{}, err
	}
	f, err := s.store.form(ctx, by.AccountID, id)
	if err != nil {
		return f, s.noteForeign(ctx, by, id, err)
	}
	r, err := s.reachNow(ctx, by.AccountID, f.ChannelID)
	if err != nil {
		return f, err
	}
	tester, can := r.fetcher.(channel.LeadTester)
	switch {
	case !can:
		return f, errs.New(errs.Invalid, "lead_form.no_test_leads", "kind", r.channel.Kind)
	case !r.channel.Settings.Leads:
		return f, errs.New(errs.Conflict, "lead_form.leads_off")
	}
	f, before, mine, err := s.beginTest(ctx, by.AccountID, id)
	if err != nil || !mine {
		return f, err
	}
	made, failure := makeTest(ctx, tester, r.access, f.ExternalID, anew)
	ctx = context.WithoutCancel(ctx) // what was made is there, whoever has gone away meanwhile
	if failure != nil {
		f.TestLead = before
		return f, cmp.Or(s.keepTest(ctx, &f), failure)
	}
	return s.tested(ctx, by, f, made, anew)
}

// beginTest notes that a test lead is being made, unless one is or just was.
func (s *Service) beginTest(ctx context.Context, a account.ID, id ids.ID) (f Form, before *Test, mine bool, err error) {
	err = s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if f, err = s.store.lockForm(ctx, a, id); err != nil {
			return err
		}
		now := s.Clock.Now()
		if mine = !f.TestLead.recent(now); !mine {
			return nil
		}
		before, f.TestLead = f.TestLead, &Test{BegunAt: now}
		return s.keepTest(ctx, &f)
	})
	return f, before, mine, err
}

func (s *Service) keepTest(ctx context.Context, f *Form) error {
	f.UpdatedAt = s.Clock.Now()
	return s.store.updateForm(ctx, f, "test_lead")
}

// makeTest asks the platform; the error is for whoever waits for the answer.
func makeTest(ctx context.Context, tester channel.LeadTester, a channel.Access, form string, anew bool) (id string, err error) {
	if anew {
		calling, cancel := context.WithTimeout(ctx, 2*fetchTimeout)
		defer cancel()
		if err := tester.RemoveTestLeads(calling, a, form); err != nil {
			return "", refusal(failureOf(err))
		}
	}
	calling, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	id, err = tester.MakeTestLead(calling, a, form)
	switch {
	case errors.Is(err, channel.ErrTestLead):
		return "", errs.New(errs.Conflict, "lead_form.test_lead_there")
	case err != nil:
		return "", refusal(failureOf(err))
	}
	return channel.CleanText(id), nil
}

// tested notes that a test lead was made. Its webhook may have come already.
func (s *Service) tested(ctx context.Context, by account.Actor, f Form, made string, anew bool) (Form, error) {
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		now := s.Clock.Now()
		f.TestLead = &Test{ExternalID: made, BegunAt: f.TestLead.BegunAt, MadeAt: &now}
		if err := s.keepTest(ctx, &f); err != nil {
			return err
		}
		came, err := s.store.lock(ctx, []external{f.test()})
		if err != nil {
			return err
		}
		for _, l := range came {
			l.markTest()
			if err := s.store.save(ctx, []Lead{l}, "lead", "test"); err != nil {
				return err
			}
		}
		details := map[string]any{"form": f.Title(), "lead": made, "anew": anew}
		if err := s.Audit.Record(ctx, by.Entry("lead_form.tested", "lead_form", f.ID, details)); err != nil {
			return err
		}
		return s.announce(ctx, f)
	})
	return f, err
}

// test names the form's test lead.
func (f Form) test() external { return external{f.AccountID, f.ChannelID, f.TestLead.ExternalID} }

// tests tells whether a lead is the one that was made to try the form: mostly its answers say so too.
func (f Form) tests(l Lead) bool {
	return f.TestLead != nil && f.TestLead.ExternalID != "" && f.test() == l.external()
}

func (l *Lead) markTest() { l.Test, l.Lead.Test = true, true }

// Way is how far a test lead has come. What it has not reached yet is nil.
type Way struct {
	Test
	Late       bool       // it was being made, and nothing was heard of that again
	ReceivedAt *time.Time // when the platform told of it
	TaskID     *ids.ID
	Problem    *Problem // why its answers are not here
}

// Way tells how far the last test lead of a form has come; nil when none was made.
func (s *Service) Way(ctx context.Context, f Form) (*Way, error) {
	if f.TestLead == nil {
		return nil, nil
	}
	w := &Way{Test: *f.TestLead, Late: f.TestLead.MadeAt == nil && !f.TestLead.recent(s.Clock.Now())}
	if w.ExternalID == "" {
		return w, nil
	}
	came, err := s.store.byKeys(ctx, []external{f.test()})
	if err == nil && len(came) > 0 {
		l := came[0]
		w.ReceivedAt, w.TaskID, w.Problem = &l.CreatedAt, l.TaskID, l.Problem
	}
	return w, err
}

// moved tells the screens of forms how far their test leads have come, in the context's transaction.
func (s *Service) moved(ctx context.Context, leads []Lead) error {
	var keys []formID
	for _, l := range leads {
		if l.Test && l.FormID != nil {
			keys = append(keys, formID{l.AccountID, *l.FormID})
		}
	}
	forms, err := s.store.formsByIDs(ctx, unique(keys))
	if err != nil {
		return err
	}
	for _, f := range forms {
		if slices.ContainsFunc(leads, f.tests) {
			if err := s.announce(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}
