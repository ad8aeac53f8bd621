package lead

import (
	"context"
	"errors"
	"time"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
)

// FetchQueue is the due work of fetching the answers of leads; the key is the lead's id.
const FetchQueue = "lead"

// How long the platform is given for an answer, and how often it is asked again.
const (
	fetchTimeout = 8 * time.Second
	firstWait    = time.Second
	longestWait  = time.Hour
	// What somebody has to change first is asked for rarely: each look costs calls of a small page's limit.
	finalWait = 10 * time.Minute
)

// Fetch asks the platform for the answers of a lead, once they are here they are never asked for again. While they cannot be
// read, asking goes on, ever more rarely, for as long as the platform keeps them. The error is the database's.
func (s *Service) Fetch(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	l, err := s.store.get(ctx, w.AccountID, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && l.State != Waiting {
		return s.Due.Done(ctx, w)
	}
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	if now.Sub(l.SubmittedAt) > Kept {
		return s.giveUp(ctx, w, l)
	}
	r, err := s.reach(ctx, l.AccountID, l.ChannelID)
	switch {
	case err != nil:
		return err
	case r.gone:
		return s.Due.Done(ctx, w)
	case r.lost != nil:
		return s.missed(ctx, w, l, r, r.lost)
	case r.wait > 0:
		return s.Due.Later(ctx, w, now.Add(r.wait), false)
	}
	calling, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	got, err := r.fetcher.FetchLead(calling, r.access, l.Lead.ID)
	fault.Point("lead.after_read")
	if err != nil {
		return s.missed(ctx, w, l, r, failureOf(err))
	}
	got = s.named(calling, r, got.Clean(), l)
	return s.answered(ctx, w, l, r, got)
}

// reached is a channel with what is needed to ask about its leads, or why that cannot be done now.
type reached struct {
	channel channel.Channel
	known   Channel
	fetcher channel.LeadFetcher
	access  channel.Access
	gone    bool             // nobody will ever ask
	wait    time.Duration    // not before
	lost    *channel.Failure // its credentials are dead
}

// offWait is how long work for a channel that is switched off waits; what is imported is put anew.
const offWait = 15 * time.Minute

// reach opens a channel for reading leads.
func (s *Service) reach(ctx context.Context, a, id ids.ID) (r reached, err error) {
	r.channel, err = s.Channels.Get(ctx, a, id)
	if errs.KindOf(err) == errs.NotFound {
		return reached{gone: true}, nil
	}
	if err != nil {
		return r, err
	}
	adapter, err := s.Channels.Registry.Of(r.channel.Kind)
	if err != nil {
		return r, err
	}
	fetcher, can := adapter.(channel.LeadFetcher)
	if !can || r.channel.RemovedAt != nil {
		return reached{channel: r.channel, gone: true}, nil
	}
	r.fetcher = fetcher
	if r.known, err = s.store.channel(ctx, a, id); err != nil {
		return r, err
	}
	now := s.Clock.Now()
	switch {
	case r.channel.State == channel.Off:
		r.wait = offWait
	case r.channel.State == channel.Reconnect:
		r.lost = &channel.Failure{Class: channel.Disconnected, Reason: r.channel.StateReason}
	case r.known.PausedUntil != nil && r.known.PausedUntil.After(now):
		r.wait = r.known.PausedUntil.Sub(now)
	default:
		r.access, err = s.Channels.Access(r.channel)
	}
	return r, err
}

// answered keeps the answers and has the event of the lead go on.
func (s *Service) answered(ctx context.Context, w due.Work, l Lead, r reached, got channel.Lead) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		rows, err := s.store.lock(ctx, []external{l.external()})
		if err != nil {
			return err
		}
		if len(rows) == 1 && rows[0].State == Waiting {
			if err := s.keepAnswers(ctx, rows[0], got); err != nil {
				return err
			}
		}
		fault.Point("lead.before_commit")
		if err := s.solved(ctx, r); err != nil {
			return err
		}
		return s.Due.Done(ctx, w)
	})
}

// keepAnswers fills in a lead that is locked, and releases its event.
func (s *Service) keepAnswers(ctx context.Context, l Lead, got channel.Lead) error {
	l.fill(got, s.Clock.Now())
	rows := []Lead{l}
	if err := s.findForms(ctx, rows); err != nil {
		return err
	}
	err := s.store.save(ctx, rows, "form_id", "state", "lead", "ad_id", "ad_set_id", "campaign_id", "test", "problem",
		"submitted_at", "read_at")
	if err != nil || l.EventID == nil {
		return err
	}
	return s.Intake.Release(ctx, l.AccountID, *l.EventID)
}

// missed notes why the answers are not here, and when to ask again. What only a person can mend is told at once; all else
// at the end of the event's patience.
func (s *Service) missed(ctx context.Context, w due.Work, l Lead, r reached, f *channel.Failure) error {
	if f.Class == channel.Disconnected && r.lost == nil {
		if err := s.Channels.Lost(ctx, r.channel, f); err != nil {
			return err
		}
	}
	now := s.Clock.Now()
	p := problemOf(f, now)
	wait := min(firstWait<<min(w.Attempts, 16), longestWait)
	if p.Final {
		wait = finalWait << min(w.Attempts, 5)
	}
	at := clock.Max(now.Add(wait), f.Until)
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		rows, err := s.store.lock(ctx, []external{l.external()})
		if err != nil {
			return err
		}
		if len(rows) != 1 || rows[0].State != Waiting {
			return s.Due.Done(ctx, w)
		}
		l := rows[0]
		news := p.Final && (l.Problem == nil || l.Problem.Code != p.Code)
		l.Problem, l.UpdatedAt = p, now
		if err := s.store.save(ctx, []Lead{l}, "problem"); err != nil {
			return err
		}
		if err := s.moved(ctx, []Lead{l}); err != nil {
			return err
		}
		if f.Class == channel.Throttled {
			if err := s.store.pause(ctx, r.known, at); err != nil {
				return err
			}
		}
		if p.Final {
			if err := s.blame(ctx, r, p); err != nil {
				return err
			}
		}
		if news && l.EventID != nil {
			if err := s.Intake.Release(ctx, l.AccountID, *l.EventID); err != nil {
				return err
			}
		}
		return s.Due.Later(ctx, w, at, true)
	})
}

// giveUp ends the waiting for answers that the platform no longer has.
func (s *Service) giveUp(ctx context.Context, w due.Work, l Lead) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		l.State, l.UpdatedAt = Unreadable, s.Clock.Now()
		if err := s.store.save(ctx, []Lead{l}, "state"); err != nil {
			return err
		}
		if l.EventID != nil {
			if err := s.Intake.Release(ctx, l.AccountID, *l.EventID); err != nil {
				return err
			}
		}
		return s.Due.Done(ctx, w)
	})
}

func failureOf(err error) *channel.Failure {
	if f, ok := errors.AsType[*channel.Failure](err); ok {
		return f
	}
	return &channel.Failure{Class: channel.Temporary, Reason: "delivery.unknown", Cause: err}
}
