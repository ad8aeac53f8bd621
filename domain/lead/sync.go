package lead

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// SyncQueue is the due work of reading a channel's forms anew and looking for leads that no webhook brought; the key is the
// channel's id.
const SyncQueue = "lead_sync"

// Schedule has every channel that takes leads looked through. It is done hourly.
func (s *Service) Schedule(ctx context.Context) error {
	accounts, err := s.Accounts.IDs(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		page := storage.Page{Limit: storage.MaxLimit}
		for {
			list, next, err := s.Channels.List(ctx, a, page)
			if err != nil {
				return err
			}
			if err := s.LookThrough(ctx, list...); err != nil {
				return err
			}
			if page.Cursor = next; next == "" {
				break
			}
		}
	}
	return nil
}

// SwitchedOn is told, in its transaction, that a channel works again: it is looked through, and answers of leads that were put
// off while it did not work are fetched now.
func (s *Service) SwitchedOn(ctx context.Context, c channel.Channel) error {
	if err := s.Due.Hurry(ctx, FetchQueue, c.AccountID, c.ID); err != nil {
		return err
	}
	return s.LookThrough(ctx, c)
}

// LookThrough has channels looked through, in the context's transaction, those of them that take leads.
func (s *Service) LookThrough(ctx context.Context, list ...channel.Channel) error {
	var work []due.Work
	for _, c := range list {
		if c.State == channel.On && c.Settings.Leads && s.fetches(c) {
			work = append(work, due.Work{AccountID: c.AccountID, Queue: SyncQueue, Key: c.ID.String(), ChannelID: ids.Ptr(c.ID)})
		}
	}
	return s.Due.Put(ctx, work...)
}

func (s *Service) fetches(c channel.Channel) bool {
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return false
	}
	_, can := adapter.(channel.LeadFetcher)
	return can
}

// Sync reads a channel's forms anew and looks for leads that no webhook brought. The error is the database's.
func (s *Service) Sync(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	r, err := s.reach(ctx, w.AccountID, id)
	if err != nil {
		return err
	}
	if r.gone || r.wait > 0 || r.lost != nil || !r.channel.Settings.Leads { // the next hour comes soon enough
		return s.Due.Done(ctx, w)
	}
	if f, err := s.syncForms(ctx, r); err != nil || f != nil {
		if err == nil {
			err = s.syncMissed(ctx, w, r, f)
		}
		return err
	}
	forms, err := s.store.allForms(ctx, w.AccountID, id)
	if err != nil {
		return err
	}
	for _, f := range forms {
		if err := s.Due.Renew(ctx, w); err != nil {
			return err
		}
		if f.GoneAt != nil {
			continue
		}
		enough, failure, err := s.reconcile(ctx, w, r, f)
		fault.Point("sync.after_form")
		if err != nil {
			return err
		}
		if failure != nil {
			return s.syncMissed(ctx, w, r, failure)
		}
		if enough {
			break
		}
	}
	return s.synced(ctx, w, r)
}

// synced notes that everything could be read, and has leads fetched that still wait: whatever kept them back is over.
func (s *Service) synced(ctx context.Context, w due.Work, r reached) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		waiting, err := s.store.waiting(ctx, w.AccountID, r.channel.ID, storage.MaxLimit)
		if err != nil {
			return err
		}
		fault.Point("sync.before_want")
		if err := s.Want(ctx, waiting...); err != nil {
			return err
		}
		if err := s.solved(ctx, r); err != nil {
			return err
		}
		if err := s.noteHealth(ctx, w.AccountID, r.channel.ID); err != nil {
			return err
		}
		return s.Due.Done(ctx, w)
	})
}

// syncMissed notes why a channel's leads could not be looked through. The next hour tries again.
func (s *Service) syncMissed(ctx context.Context, w due.Work, r reached, f *channel.Failure) error {
	s.Log.WarnContext(ctx, "leads could not be looked through", "account_id", w.AccountID, "channel_id", r.channel.ID, "error", f)
	if f.Class == channel.Disconnected {
		if err := s.Channels.Lost(ctx, r.channel, f); err != nil {
			return err
		}
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if f.Class == channel.Throttled {
			until := f.Until
			if until.IsZero() {
				until = s.Clock.Now().Add(finalWait)
			}
			if err := s.store.pause(ctx, r.known, until); err != nil {
				return err
			}
		}
		if p := problemOf(f, s.Clock.Now()); p.Final {
			if err := s.blame(ctx, r, p); err != nil {
				return err
			}
		}
		return s.Due.Done(ctx, w)
	})
}

// SyncForms reads a channel's forms anew, at once. Owners and admins may. What the platform refuses is Invalid, with the
// reason as its code.
func (s *Service) SyncForms(ctx context.Context, by account.Actor, channelID ids.ID) error {
	if err := by.Require(account.Admin); err != nil {
		return err
	}
	r, err := s.reachNow(ctx, by.AccountID, channelID)
	if err != nil {
		return err
	}
	f, err := s.syncForms(ctx, r)
	if err != nil {
		return err
	}
	if f != nil {
		if p := problemOf(f, s.Clock.Now()); p.Final {
			if err := s.blame(ctx, r, p); err != nil {
				return err
			}
		}
		return refusal(f)
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Audit.Record(ctx, by.Entry("lead_forms.synced", "channel", channelID, nil)); err != nil {
			return err
		}
		return s.LookThrough(ctx, r.channel) // and then their leads, by a job
	})
}

// reachNow opens a channel for somebody who waits for the answer, or says why that cannot be.
func (s *Service) reachNow(ctx context.Context, a account.ID, channelID ids.ID) (reached, error) {
	c, err := s.Channels.Get(ctx, a, channelID)
	if err != nil {
		return reached{}, err
	}
	if !s.fetches(c) {
		return reached{}, errs.New(errs.Invalid, "lead_form.no_leads", "kind", c.Kind)
	}
	r, err := s.reach(ctx, a, channelID)
	switch {
	case err != nil:
		return r, err
	case r.gone || r.channel.State == channel.Off:
		return r, errs.New(errs.Conflict, "channel.off")
	case r.lost != nil:
		return r, errs.New(errs.Invalid, r.lost.Reason)
	case r.wait > 0:
		return r, errs.New(errs.Unavailable, "lead_form.paused")
	}
	return r, nil
}

// refusal is what the platform refused, for somebody who waits for the answer: Invalid where somebody has to change
// something first.
func refusal(f *channel.Failure) error {
	kind := errs.Unavailable
	if f.Class == channel.Rejected || f.Class == channel.Disconnected {
		kind = errs.Invalid
	}
	return errs.New(kind, f.Reason).Because(f)
}

// syncForms asks for the channel's forms and keeps what is new. The failure is the platform's, the error the database's.
func (s *Service) syncForms(ctx context.Context, r reached) (*channel.Failure, error) {
	calling, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	if err := r.fetcher.LeadAccess(calling, r.access); err != nil {
		return failureOf(err), nil
	}
	list, err := r.fetcher.LeadForms(calling, r.access)
	if err != nil {
		return failureOf(err), nil
	}
	return nil, s.keepForms(ctx, r.channel, list, true)
}

// keepForms writes down the channel's forms as the platform lists them. all: what is not in the list is gone.
func (s *Service) keepForms(ctx context.Context, c channel.Channel, list []channel.LeadForm, all bool) error {
	object, contact, err := s.Templates.OfPreset(ctx, c.AccountID, templates.PresetLead)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		// The channel's row is first, so that one at a time is here.
		c0 := Channel{AccountID: c.AccountID, ChannelID: c.ID, SyncedAt: &now}
		if err := s.store.saveChannel(ctx, c0, "synced_at"); err != nil {
			return err
		}
		known, err := s.store.allForms(ctx, c.AccountID, c.ID)
		if err != nil {
			return err
		}
		var fresh []Form
		listed := map[string]bool{}
		for _, x := range list {
			x = x.Clean()
			listed[x.ID] = true
			i := slices.IndexFunc(known, func(f Form) bool { return f.ExternalID == x.ID })
			if i < 0 {
				f := Form{
					AccountID: c.AccountID, ID: ids.New(), ChannelID: c.ID, ExternalID: x.ID, Reviewed: x.Questions,
					ObjectTemplateID: object, ContactTemplateID: contact, ReadUntil: c.CreatedAt, CreatedAt: now,
				}
				f.take(x, now)
				fresh = append(fresh, f)
				continue
			}
			known[i].take(x, now)
			if err := s.store.updateForm(ctx, &known[i], "name", "status", "locale", "leads_count", "questions", "synced_at",
				"gone_at"); err != nil {
				return err
			}
		}
		for i := range known {
			if f := &known[i]; all && !listed[f.ExternalID] && f.GoneAt == nil {
				f.GoneAt, f.UpdatedAt = &now, now
				if err := s.store.updateForm(ctx, f, "gone_at"); err != nil {
					return err
				}
			}
		}
		if _, err := storage.InsertMany(ctx, s.DB, fresh); err != nil {
			return err
		}
		return s.noteHealth(ctx, c.AccountID, c.ID)
	})
}

// take takes over what the platform says of a form.
func (f *Form) take(x channel.LeadForm, now time.Time) {
	f.Name, f.Status, f.Locale, f.Questions = x.Name, x.Status, x.Locale, x.Questions
	f.LeadsCount = nil
	if x.Leads >= 0 {
		f.LeadsCount = &x.Leads
	}
	f.SyncedAt, f.GoneAt, f.UpdatedAt = &now, nil, now
}

// resyncAfter is how long an unknown question is not asked about again: a form that the platform does not list must not
// cost a call for every lead.
const resyncAfter = 10 * time.Minute

// named makes sure that the form of a lead is known with all questions that were answered, and names it. What the platform
// does not tell of the form is made of the answers.
func (s *Service) named(ctx context.Context, r reached, got channel.Lead, l Lead) channel.Lead {
	if got.FormID == "" {
		got.FormID = l.Lead.FormID
	}
	if got.FormID == "" {
		return got
	}
	f, known := s.formOf(ctx, r.channel, got)
	if known && f.asks(got.Answers) {
		got.FormName = f.Name
		return got
	}
	if !known || r.known.SyncedAt == nil || s.Clock.Now().Sub(*r.known.SyncedAt) > resyncAfter {
		if list, err := r.fetcher.LeadForms(ctx, r.access); err != nil {
			s.Log.WarnContext(ctx, "lead forms could not be read", "channel_id", r.channel.ID, "error", err)
		} else if err := s.keepForms(ctx, r.channel, list, true); err != nil {
			s.Log.WarnContext(ctx, "lead forms could not be kept", "channel_id", r.channel.ID, "error", err)
		}
		f, known = s.formOf(ctx, r.channel, got)
	}
	if !known || !f.asks(got.Answers) {
		if err := s.keepForms(ctx, r.channel, []channel.LeadForm{f.guess(got)}, false); err != nil {
			s.Log.WarnContext(ctx, "a lead form could not be kept", "channel_id", r.channel.ID, "error", err)
		}
	}
	got.FormName = f.Name
	return got
}

func (s *Service) formOf(ctx context.Context, c channel.Channel, l channel.Lead) (Form, bool) {
	rows, err := s.store.formsByKeys(ctx, []formKey{{c.AccountID, c.ID, l.FormID}})
	if err != nil || len(rows) == 0 {
		return Form{}, false
	}
	return rows[0], true
}

// asks tells whether the form has every question that was answered.
func (f Form) asks(answers []channel.LeadAnswer) bool {
	return !slices.ContainsFunc(answers, func(a channel.LeadAnswer) bool {
		_, known := f.question(a.Key)
		return !known
	})
}

// guess is a form that the platform does not list, as far as an answer to it tells.
func (f Form) guess(l channel.Lead) channel.LeadForm {
	x := channel.LeadForm{ID: l.FormID, Name: f.Name, Status: f.Status, Locale: f.Locale, Leads: -1, Questions: slices.Clone(f.Questions)}
	if f.LeadsCount != nil {
		x.Leads = *f.LeadsCount
	}
	for _, a := range l.Answers {
		if _, known := f.question(a.Key); !known {
			x.Questions = append(x.Questions, channel.LeadQuestion{Key: a.Key, Label: a.Question})
		}
	}
	return x
}
