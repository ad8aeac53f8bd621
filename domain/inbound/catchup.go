package inbound

import (
	"context"
	"errors"
	"strings"
	"time"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/fault"
	"kontor/domain/ids"
)

// CatchUpQueue is the due work of comparing a channel with the platform's own conversations and comments: what no webhook
// brought is taken in, and the ledger says how much that was. The key is the channel's id, and which run it is.
const CatchUpQueue = "catch_up"

// Bounds of a comparison. The platform allows two calls a second.
const (
	catchUpPause    = 500 * time.Millisecond // between two calls
	catchUpCall     = 8 * time.Second
	catchUpPages    = 50               // at one go; then others have their turn
	catchUpRest     = 10 * time.Second // until it goes on
	catchUpTries    = 8
	catchUpPatience = 3                  // how often it waits for what is not known of answers
	catchUpAgain    = 2 * time.Minute    // what was under way when an outage ended is looked for once more
	catchUpReach    = 7 * 24 * time.Hour // a channel that was never compared is so for this long at most
	onItsWay        = time.Minute        // what may still come by itself is left to the next daily comparison
	daily           = "daily"
)

// errTaken says that another comparison of the channel has taken what this one has read.
var errTaken = errors.New("another comparison has taken the page")

// Missed has a channel compared with the platform's conversations, in the context's transaction: it may not have been told
// of something.
func (s *Service) Missed(ctx context.Context, c channel.Channel) error {
	now := s.Clock.Now()
	return s.Due.Put(ctx, catchUp(c, "", now), catchUp(c, ":again", now.Add(catchUpAgain)))
}

// Compare has a channel compared with the platform. It is done daily.
func (s *Service) Compare(ctx context.Context, c channel.Channel) error {
	return s.Due.Put(ctx, catchUp(c, ":"+daily, s.Clock.Now()))
}

func catchUp(c channel.Channel, run string, at time.Time) due.Work {
	return due.Work{AccountID: c.AccountID, Queue: CatchUpQueue, Key: c.ID.String() + run, ChannelID: ids.Ptr(c.ID), DueAt: at}
}

// CatchUp compares a channel with what the platform shows of it, and goes on where an earlier try was interrupted. The
// error is the database's.
func (s *Service) CatchUp(ctx context.Context, w due.Work) error {
	key, run, _ := strings.Cut(w.Key, ":")
	id, err := ids.Parse(key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	c, err := s.Channels.Get(ctx, w.AccountID, id)
	if err != nil {
		return err
	}
	catcher, access, can := s.catcher(c)
	if !can {
		return s.Due.Done(ctx, w)
	}
	open, err := s.Outbound.Unsettled(ctx, c.AccountID, c.ID, ids.Nil)
	if err != nil {
		return err
	}
	if open && w.Attempts < catchUpPatience {
		return s.Due.Later(ctx, w, s.Clock.Now().Add(catchUpRest), true)
	}
	l := comparison{Service: s, work: w, channel: c, catcher: catcher, access: access}
	if l.reconciled, err = s.begun(ctx, c, run); err != nil {
		return err
	}
	if !l.Since.Before(*l.Target) {
		return s.Due.Done(ctx, w)
	}
	rest, err := l.read(ctx)
	f, failed := errors.AsType[*channel.Failure](err)
	switch {
	case failed:
		return l.failed(ctx, f)
	case errors.Is(err, errTaken):
		return s.Due.Later(ctx, w, s.Clock.Now().Add(catchUpRest), false)
	case err != nil:
		return err
	case rest > 0:
		return s.Due.Later(ctx, w, s.Clock.Now().Add(rest), false)
	case l.resumed: // what was asked for now begins where the interrupted one ends
		return s.Due.Later(ctx, w, s.Clock.Now(), false)
	}
	return s.Due.Done(ctx, w)
}

// begun is the comparison that is under way for a channel, else a new one: from where the last one ended, for the first
// one from when the channel was connected. What was before that is history, and no loss.
func (s *Service) begun(ctx context.Context, c channel.Channel, run string) (reconciled, error) {
	r, err := s.store.reconciled(ctx, c)
	if err != nil || r.resumed {
		return r, err
	}
	now := s.Clock.Now()
	since := clock.Max(c.CreatedAt.Truncate(time.Second), now.Add(-catchUpReach))
	if !r.Until.IsZero() {
		since = r.Until
	}
	target := now.Truncate(time.Second).Add(time.Second) // the platform's times are whole seconds
	if run == daily {
		target = target.Add(-onItsWay)
	}
	r.Until, r.Since, r.Target = since, &since, &target
	return r, nil
}

// catcher is what a channel is read with; false when it cannot be, or its events are not wanted.
func (s *Service) catcher(c channel.Channel) (channel.Catcher, channel.Access, bool) {
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil || c.State != channel.On {
		return nil, channel.Access{}, false
	}
	catcher, can := adapter.(channel.Catcher)
	access, err := s.Channels.Access(c)
	return catcher, access, can && err == nil
}

// comparison is one under way.
type comparison struct {
	*Service
	reconciled
	work    due.Work
	channel channel.Channel
	catcher channel.Catcher
	access  channel.Access
}

// read takes in page after page, and keeps how far it has come. rest is how long it must wait before it goes on; zero when
// it is through.
func (l *comparison) read(ctx context.Context) (rest time.Duration, err error) {
	for n := range catchUpPages {
		if err := l.Due.Renew(ctx, l.work); err != nil {
			return 0, err
		}
		page, err := l.ask(ctx, n == 0 && l.resumed)
		if err != nil {
			return 0, err
		}
		if err := l.take(ctx, page); err != nil {
			return 0, err
		}
		if page.Next == "" {
			return 0, nil
		}
		if l.channel, err = l.Channels.Get(ctx, l.channel.AccountID, l.channel.ID); err != nil {
			return 0, err
		}
		if !l.free() {
			break
		}
		select {
		case <-time.After(catchUpPause):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return catchUpRest, nil
}

// ask reads a page. A place that is old the platform may no longer know: then it begins again, once, and what was entered
// into the ledger before is entered twice.
func (l *comparison) ask(ctx context.Context, old bool) (channel.MissedPage, error) {
	asking, cancel := context.WithTimeout(ctx, catchUpCall)
	defer cancel()
	page, err := l.catcher.Missed(asking, l.access, *l.Since, l.ReadAfter)
	if f, failed := errors.AsType[*channel.Failure](err); failed && old && f.Class == channel.Rejected && l.ReadAfter != "" {
		page, err = l.catcher.Missed(asking, l.access, *l.Since, "")
	}
	return page, err
}

// free tells whether the next page may follow at once. If not, the comparison lets go: when a channel may be read again, the
// claim of work decides (channel.Readable).
func (l *comparison) free() bool {
	now := l.Clock.Now()
	paused := l.channel.PausedUntil != nil && l.channel.PausedUntil.After(now)
	return l.channel.State == channel.On && !paused && l.channel.Pace(now) == channel.Free
}

// take keeps what is missing of a page, enters all of it into the ledger, and notes how far the comparison has come. Two runs
// may be at the same comparison, as the one after an outage and the daily one: a page is one's, and nothing of the other's.
func (l *comparison) take(ctx context.Context, page channel.MissedPage) error {
	var items []channel.Item
	for _, i := range page.Items {
		if i.OccurredAt.Before(*l.Target) && !i.OccurredAt.Before(*l.Since) {
			items = append(items, i)
		}
	}
	at := l.reconciled
	at.ReadAfter = page.Next
	if page.Next == "" {
		at.Until, at.Since, at.Target = *l.Target, nil, nil
	}
	fault.Point("catchup.after_read")
	err := l.DB.Tx(ctx, func(ctx context.Context) error {
		if err := l.Due.Hold(ctx, l.work); err != nil {
			return err
		}
		if len(items) > 0 {
			if _, err := l.Keep(ctx, l.channel, items); err != nil {
				return err
			}
		}
		if err := l.reckon(ctx, l.channel, items, page.Unread); err != nil {
			return err
		}
		fault.Point("catchup.before_commit")
		return l.store.keepReconciled(ctx, l.reconciled, at)
	})
	l.ReadAfter = page.Next
	return err
}

// failed has the comparison tried again, or given up.
func (l *comparison) failed(ctx context.Context, f *channel.Failure) error {
	switch {
	case f.Class == channel.Disconnected:
		return errors.Join(l.Channels.Lost(ctx, l.channel, f), l.Due.Done(ctx, l.work))
	case l.work.Attempts < catchUpTries:
		wait := l.Clock.Now().Add(time.Duration(1<<l.work.Attempts) * time.Minute)
		return l.Due.Later(ctx, l.work, clock.Max(wait, f.Until), true)
	}
	l.Log.WarnContext(ctx, "compare with the platform's conversations", "channel_id", l.channel.ID, "error", f)
	return l.Due.Done(ctx, l.work)
}
