package inbound

import (
	"context"
	"errors"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/ids"
)

// CatchUpQueue is the due work of comparing a channel with the platform's own conversations: what no webhook brought is
// taken in, and the ledger says how much that was. The key is the channel's id, and which run it is.
const CatchUpQueue = "catch_up"

// Bounds of a comparison. The platform allows two calls a second.
const (
	catchUpPause = 500 * time.Millisecond // between two calls
	catchUpCall  = 8 * time.Second
	catchUpPages = 100
	catchUpTries = 8
	catchUpAgain = 2 * time.Minute    // what was under way when an outage ended is looked for once more
	catchUpReach = 7 * 24 * time.Hour // a channel that was never compared is so for this long at most
	onItsWay     = time.Minute        // what may still come by itself is left to the next daily comparison
	daily        = "daily"
)

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

// CatchUp compares a channel with the platform's conversations. The error is the database's.
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
	now := s.Clock.Now()
	if wait := c.PausedUntil; wait != nil && wait.After(now) {
		return s.Due.Later(ctx, w, *wait, false)
	}
	since, err := s.comparedUntil(ctx, c, now)
	if err != nil {
		return err
	}
	until := now.Truncate(time.Second).Add(time.Second) // the platform's times are whole seconds
	if run == daily {
		until = until.Add(-onItsWay)
	}
	if !since.Before(until) {
		return s.Due.Done(ctx, w)
	}
	l := comparison{Service: s, work: w, channel: c, since: since, until: until, days: map[string]*Reconciliation{}}
	err = l.read(ctx, catcher, access)
	f, failed := errors.AsType[*channel.Failure](err)
	switch {
	case failed && f.Class == channel.Disconnected:
		return errors.Join(s.Channels.Lost(ctx, c, f), s.Due.Done(ctx, w))
	case failed && w.Attempts < catchUpTries:
		return s.Due.Later(ctx, w, clock.Max(now.Add(time.Duration(1<<w.Attempts)*time.Minute), f.Until), true)
	case failed:
		s.Log.WarnContext(ctx, "compare with the platform's conversations", "channel_id", c.ID, "error", f)
		return s.Due.Done(ctx, w)
	case err != nil:
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Due.Hold(ctx, w); err != nil {
			return err
		}
		if err := s.store.reconcile(ctx, c, l.rows(now), until); err != nil {
			return err
		}
		return s.Due.Done(ctx, w)
	})
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

// comparedUntil is where a comparison begins: where the last one ended, and for the first one when the channel was
// connected. What was before that is history, and no loss.
func (s *Service) comparedUntil(ctx context.Context, c channel.Channel, now time.Time) (time.Time, error) {
	until, err := s.store.reconciledUntil(ctx, c)
	if until.IsZero() {
		until = clock.Max(c.CreatedAt.Truncate(time.Second), now.Add(-catchUpReach))
	}
	return until, err
}

// comparison is one under way.
type comparison struct {
	*Service
	work         due.Work
	channel      channel.Channel
	since, until time.Time
	days         map[string]*Reconciliation
}

func (l *comparison) read(ctx context.Context, catcher channel.Catcher, access channel.Access) error {
	after := ""
	for n := range catchUpPages {
		if err := l.Due.Renew(ctx, l.work); err != nil {
			return err
		}
		asking, cancel := context.WithTimeout(ctx, catchUpCall)
		page, err := catcher.Missed(asking, access, l.since, after)
		cancel()
		if err != nil {
			return err
		}
		if err := l.take(ctx, page); err != nil {
			return err
		}
		if after = page.Next; after == "" {
			return nil
		}
		if n == catchUpPages-1 {
			l.day(l.since).Unread++ // and whatever is behind it
			break
		}
		select {
		case <-time.After(catchUpPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// take keeps what is missing of a page, and counts.
func (l *comparison) take(ctx context.Context, page channel.MissedPage) error {
	var items []channel.Item
	for _, i := range page.Items {
		if i.OccurredAt.Before(l.until) && !i.OccurredAt.Before(l.since) {
			items = append(items, i)
		}
	}
	for _, at := range page.Unread {
		l.day(at).Unread++
	}
	if len(items) == 0 {
		return nil
	}
	if _, err := l.Keep(ctx, l.channel, items); err != nil {
		return err
	}
	recovered, err := l.store.recovered(ctx, l.channel, items) // also by a try before this one
	for _, i := range items {
		if day := l.day(i.OccurredAt); recovered[i.Key] {
			day.Recovered++
		} else {
			day.Received++
		}
	}
	return err
}

func (l *comparison) day(at time.Time) *Reconciliation {
	name := at.UTC().Format(time.DateOnly)
	if l.days[name] == nil {
		l.days[name] = &Reconciliation{AccountID: l.channel.AccountID, ChannelID: l.channel.ID, Day: name}
	}
	return l.days[name]
}

func (l *comparison) rows(now time.Time) (list []Reconciliation) {
	for _, r := range l.days {
		r.UpdatedAt = now
		list = append(list, *r)
	}
	return list
}

// Reconciliation says how complete what a channel was told of a day is.
type Reconciliation struct {
	AccountID account.ID `gorm:"primaryKey"`
	ChannelID ids.ID     `gorm:"primaryKey"`
	Day       string     `gorm:"primaryKey"` // in UTC, as 2026-11-26
	Received  int64      // messages the platform shows that had come by themselves
	Recovered int64      // messages that were found by asking
	Unread    int64      // conversations in which more was said than can be read
	UpdatedAt time.Time
}

// TableName names the table.
func (Reconciliation) TableName() string { return "reconciliations" }

// Completeness is how many percent of a day's messages came by themselves; nil when there were none.
func (r Reconciliation) Completeness() *float64 {
	if r.Received+r.Recovered == 0 {
		return nil
	}
	percent := 100 * float64(r.Received) / float64(r.Received+r.Recovered)
	return &percent
}

// ledgerDays is how many days the ledger shows.
const ledgerDays = 90

// Reconciliations returns the ledger of a channel, the newest day first, and up to when it has been compared.
func (s *Service) Reconciliations(ctx context.Context, a account.ID, channelID ids.ID) ([]Reconciliation, *time.Time, error) {
	c, err := s.Channels.Get(ctx, a, channelID)
	if err != nil {
		return nil, nil, err
	}
	until, err := s.store.reconciledUntil(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	list, err := s.store.reconciliations(ctx, c, ledgerDays)
	if until.IsZero() {
		return list, nil, err
	}
	return list, &until, err
}
