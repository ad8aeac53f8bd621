package lead

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
)

// BackfillQueue is the due work of looking through all leads of a form; the key is the form's id.
const BackfillQueue = "lead_backfill"

// refillAtOnce is how many leads are filled in again before their progress is kept.
const refillAtOnce = 25

// Backfill looks through all leads of a form: those submitted since a time that are missing are taken in, and the tasks and
// contacts of all that are here are filled in again, where people have changed nothing since. The zero time means since the
// channel was connected. Owners and admins may. It goes on by a job; the form says how far it has come.
func (s *Service) Backfill(ctx context.Context, by account.Actor, id ids.ID, since time.Time) (Form, error) {
	if err := by.Require(account.Admin); err != nil {
		return Form{}, err
	}
	var f Form
	err := s.DB.Tx(ctx, func(ctx context.Context) (err error) {
		if f, err = s.store.lockForm(ctx, by.AccountID, id); err != nil {
			return err
		}
		if f.Backfill.Running() {
			return errs.New(errs.Conflict, "lead_form.backfill_running")
		}
		c, err := s.Channels.Get(ctx, by.AccountID, f.ChannelID)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		if since.IsZero() {
			since = c.CreatedAt
		}
		f.Backfill = &Backfill{State: BackfillReading, Since: clock.Max(since, now.Add(-Kept)).UTC(), StartedAt: now}
		f.UpdatedAt = now
		if err := s.store.updateForm(ctx, &f, "backfill"); err != nil {
			return err
		}
		details := map[string]any{"form": f.Title(), "since": f.Backfill.Since}
		if err := s.Audit.Record(ctx, by.Entry("lead_form.backfill", "lead_form", f.ID, details)); err != nil {
			return err
		}
		work := due.Work{AccountID: f.AccountID, Queue: BackfillQueue, Key: f.ID.String(), ChannelID: ids.Ptr(f.ChannelID)}
		if err := s.Due.Put(ctx, work); err != nil {
			return err
		}
		return s.announce(ctx, f)
	})
	return f, s.noteForeign(ctx, by, id, err)
}

// RunBackfill does a back-fill, or goes on with it where it was interrupted. The error is the database's.
func (s *Service) RunBackfill(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	f, err := s.store.form(ctx, w.AccountID, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && !f.Backfill.Running() {
		return s.Due.Done(ctx, w)
	}
	if err != nil {
		return err
	}
	for f.Backfill.State == BackfillReading {
		later, err := s.backfillPage(ctx, w, &f)
		if err != nil {
			return err
		}
		if !later.IsZero() {
			return s.Due.Later(ctx, w, later, true)
		}
	}
	for f.Backfill.State == BackfillFilling {
		if err := s.refill(ctx, w, &f); err != nil {
			return err
		}
	}
	return s.Due.Done(ctx, w)
}

// maxBackfillTries is how often a back-fill asks a platform that has faults of its own, before it goes on without it.
const maxBackfillTries = 8

// backfillPage takes in a page of the form's leads; a time when the platform has to be left alone until then.
func (s *Service) backfillPage(ctx context.Context, w due.Work, f *Form) (later time.Time, err error) {
	b := f.Backfill
	r, err := s.reach(ctx, f.AccountID, f.ChannelID)
	if err != nil {
		return later, err
	}
	now := s.Clock.Now()
	if r.wait > 0 && r.channel.State != channel.Off {
		return now.Add(r.wait), nil
	}
	failure := r.lost
	var page channel.LeadPage
	if failure == nil && !r.gone && r.wait == 0 {
		if page, failure, err = s.look(ctx, w, r, *f, b.Since, b.After); err != nil {
			return later, err
		}
	}
	if failure != nil && (failure.Class == channel.Throttled || failure.Class == channel.Temporary) && w.Attempts < maxBackfillTries {
		wait := now.Add(time.Duration(1<<w.Attempts) * time.Minute)
		return clock.Max(wait, failure.Until), nil
	}
	if failure != nil { // what is here can be filled in all the same
		b.Problem, page.Next = problemOf(failure, now), ""
	}
	missing, err := s.takeIn(ctx, r.channel, *f, page.Leads, span{now, now})
	fault.Point("backfill.after_page")
	if err != nil {
		return later, err
	}
	b.Found, b.Recovered = b.Found+len(page.Leads), b.Recovered+missing
	if b.After = page.Next; page.Next == "" {
		b.State = BackfillFilling
	}
	return later, s.progress(ctx, f)
}

// refill fills in again what was made of the next leads of the form.
func (s *Service) refill(ctx context.Context, w due.Work, f *Form) error {
	b := f.Backfill
	leads, err := s.store.after(ctx, *f, b.Done, refillAtOnce)
	if err != nil {
		return err
	}
	for _, l := range leads {
		if err := s.Due.Renew(ctx, w); err != nil {
			return err
		}
		b.Done = l.ID
		if l.EventID == nil {
			continue
		}
		changed, err := s.Intake.Refill(ctx, l.AccountID, *l.EventID)
		if err != nil {
			return err
		}
		b.Refilled++
		if changed {
			b.Changed++
		}
	}
	if len(leads) < refillAtOnce {
		now := s.Clock.Now()
		b.State, b.EndedAt = BackfillDone, &now
		if b.Problem != nil {
			b.State = BackfillFailed
		}
	}
	return s.progress(ctx, f)
}

func (s *Service) progress(ctx context.Context, f *Form) error {
	f.UpdatedAt = s.Clock.Now()
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.updateForm(ctx, f, "backfill"); err != nil {
			return err
		}
		return s.announce(ctx, *f)
	})
}
