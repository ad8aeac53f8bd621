package inbound

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/template"
)

// tryLead works out what a submitted form would become, as if it had not arrived yet.
func (s *Service) tryLead(ctx context.Context, a *arriving, t Trial, one Trialled) (Trialled, error) {
	x := &submission{arriving: a}
	a.lead = x
	st := &leadStage{batch: newBatch(s, nil), plans: planner{Service: s}, list: []*submission{x}}
	var err error
	x.lead, err = s.Leads.Look(ctx, lead.Arrival{
		AccountID: a.event.AccountID, ChannelID: a.ch.ID, EventID: a.event.ID, Key: a.event.Key, Lead: *a.in.Lead,
	})
	if err != nil {
		return one, err
	}
	x.pending = x.lead.State != lead.Read
	if err := st.prepare(ctx); err != nil {
		return one, err
	}
	one.Message = excerpt(x.lead.Scope(x.form).FormName)
	if one.Today, err = st.outcome(ctx, x); err != nil {
		return one, err
	}
	if x.pair, err = s.drafted(ctx, a.ch.AccountID, x.pair, t); err != nil {
		return one, err
	}
	st.plans.rosters = nil // the two do not compete for assignees
	one.Draft, err = st.outcome(ctx, x)
	return one, err
}

// outcome is what a lead becomes by its pair of templates.
func (st *leadStage) outcome(ctx context.Context, x *submission) (*Outcome, error) {
	o := &Outcome{}
	x.contact, x.by, x.other = nil, "", ids.Nil
	if !x.pending {
		if err := st.identities(ctx, []*submission{x}); err != nil {
			return nil, err
		}
		o.Contact = st.contactDraft(x)
		if err := st.seek(ctx, x, o); err != nil {
			return nil, err
		}
		x.person.Contact = *x.contact
	}
	draft, err := st.draft(ctx, x)
	if err != nil {
		return nil, err
	}
	o.Task, o.Assigned, o.Why = draft.Filled, draft.Assignment, draft.Why
	o.Status, _ = x.pair.Statuses.Set().Initial()
	return o, nil
}

// seek finds the contact of a lead, and makes one up when there is none.
func (st *leadStage) seek(ctx context.Context, x *submission, o *Outcome) error {
	if x.contact == nil {
		m, err := st.Contacts.Find(ctx, contact.Sought{AccountID: x.event.AccountID, Draft: o.Contact})
		if err != nil {
			return err
		}
		if m.By != "" {
			x.contact, x.by, x.other = &m.Contact, by(m.By), m.Other
		}
	}
	if x.contact != nil {
		o.Known = x.contact
		return nil
	}
	made := contact.FromDraft(x.event.AccountID, o.Contact, x.pair.Contact.ID, x.pair.Contact.Version)
	x.contact, x.by = &made, byMade
	return nil
}

// drafted puts the drafts of a trial in the place of the templates they are of.
func (s *Service) drafted(ctx context.Context, a account.ID, pair template.Pair, t Trial) (template.Pair, error) {
	if t.Contact != nil {
		pair.Contact.Definition, pair.Contact.Filler = *t.Contact, t.Contact.Compile()
	}
	if t.Object == nil {
		return pair, nil
	}
	return s.withObject(ctx, a, pair, *t.Object)
}
