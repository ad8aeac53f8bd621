package inbound

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// ReplayQueue is the due work of replays; the key is the replay's id.
const ReplayQueue = "replay"

// ReplayState is how far a replay has come.
type ReplayState string

// The states. What has been handed over when somebody stops a replay still has its effect.
const (
	Replaying ReplayState = "running"
	Stopping  ReplayState = "stopping"
	Stopped   ReplayState = "stopped"
	Finished  ReplayState = "finished"
)

// Replay is a slice of the vault that is processed again, some events at a time: what comes in meanwhile does not wait behind
// all of it. What became of the events is counted in the transactions that close them.
type Replay struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	State     ReplayState
	Filter    Filter `gorm:"serializer:json"`
	Total     int64  // how many it picks
	Handed    int64  // how many of these have been received again
	Processed int64
	Ignored   int64
	Failed    int64
	Aside     int64 // they wait for something, or are held
	// ReachedAt and ReachedID are of the last event that was looked at; Through says that there are no more.
	ReachedAt *time.Time
	ReachedID *ids.ID
	Through   bool
	ActorID   *ids.ID
	ActorName string
	CreatedAt time.Time
	EndedAt   *time.Time
}

// TableName names the table.
func (Replay) TableName() string { return "replays" }

// Done returns of how many events it is known what became of them.
func (r Replay) Done() int64 { return r.Processed + r.Ignored + r.Failed + r.Aside }

// over tells whether nothing more comes of it.
func (r Replay) over() bool { return (r.Through || r.State == Stopping) && r.Handed <= r.Done() }

// Bounds of a replay. So many events are received again at once, and more of them when half of these are done.
const (
	replayAhead = 400
	replayLook  = 2 * time.Second // at the latest; intake says when it has done some
)

// states are those from which a filter has events processed again: the failed ones, when it names neither a state nor events.
func (f Filter) states() []State {
	switch {
	case f.State != "":
		return []State{f.State}
	case len(f.IDs) > 0:
		return replayable()
	}
	return []State{Failed}
}

// replayable are the states from which events may be processed again.
func replayable() []State { return []State{Failed, Ignored, Processed} }

// Replay has events processed again. One that never had an effect is processed as if it came now; one that had is only filled
// in again, where people have changed nothing since. Owners and admins may. Without a state in the filter it is the failed
// ones.
func (s *Service) Replay(ctx context.Context, by account.Actor, f Filter) (r Replay, err error) {
	if err := by.Require(account.Admin); err != nil {
		return r, err
	}
	if f.State != "" && !slices.Contains(replayable(), f.State) {
		return r, errs.Input(errs.At("body.state", "event.not_replayable"))
	}
	if err := s.known(ctx, by.AccountID, f); err != nil {
		return r, err
	}
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		r = Replay{
			AccountID: by.AccountID, ID: ids.New(), State: Replaying, Filter: f, ActorID: ids.Ptr(by.StaffID), ActorName: by.Name,
			CreatedAt: s.Clock.Now(),
		}
		if r.Total, err = s.store.replayed(ctx, r); err != nil {
			return err
		}
		if err := s.store.insertReplay(ctx, r); err != nil {
			return err
		}
		details := map[string]any{"events": r.Total}
		if err := s.Audit.Record(ctx, by.Entry("events.replayed", "channel", ids.Of(f.ChannelID), details)); err != nil {
			return err
		}
		if _, err := s.advance(ctx, &r); err != nil || r.EndedAt != nil {
			return err
		}
		return s.Due.Put(ctx, r.work(s.Clock.Now().Add(replayLook)))
	})
	return r, err
}

func (r Replay) work(at time.Time) due.Work {
	return due.Work{AccountID: r.AccountID, Queue: ReplayQueue, Key: r.ID.String(), DueAt: at}
}

// known refuses a filter that names what is not there.
func (s *Service) known(ctx context.Context, a account.ID, f Filter) error {
	var problems []errs.Problem
	if f.ChannelID != nil {
		if _, err := s.Channels.Get(ctx, a, *f.ChannelID); errs.KindOf(err) == errs.NotFound {
			problems = append(problems, errs.At("body.channel_id", "channel.not_found"))
		} else if err != nil {
			return err
		}
	}
	if f.ReplayID != nil {
		if _, err := s.store.replay(ctx, a, *f.ReplayID); errs.KindOf(err) == errs.NotFound {
			problems = append(problems, errs.At("body.replay_id", "replay.not_found"))
		} else if err != nil {
			return err
		}
	}
	there, err := s.store.existing(ctx, a, f.IDs)
	if err != nil {
		return err
	}
	for i, id := range f.IDs {
		if !slices.Contains(there, id) {
			problems = append(problems, errs.At(fmt.Sprintf("body.ids[%d]", i), "event.not_found"))
		}
	}
	return errs.Input(problems...)
}

// Replays returns the account's replays, the newest first.
func (s *Service) Replays(ctx context.Context, a account.ID, p storage.Page) ([]Replay, string, error) {
	return s.store.replays(ctx, a, p)
}

// ReplayOf returns one replay.
func (s *Service) ReplayOf(ctx context.Context, a account.ID, id ids.ID) (Replay, error) {
	return s.store.replay(ctx, a, id)
}

// StopReplay has a replay take no more events; those it has handed over still have their effect. One that has ended stays as
// it is. Owners and admins may.
func (s *Service) StopReplay(ctx context.Context, by account.Actor, id ids.ID) (r Replay, err error) {
	if err := by.Require(account.Admin); err != nil {
		return r, err
	}
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		if r, err = s.store.lockReplay(ctx, by.AccountID, id); err != nil || r.State != Replaying {
			return err
		}
		r.State = Stopping
		details := map[string]any{"events": r.Handed}
		if err := s.Audit.Record(ctx, by.Entry("events.replay_stopped", "channel", ids.Of(r.Filter.ChannelID), details)); err != nil {
			return err
		}
		_, err := s.advance(ctx, &r)
		return err
	})
	return r, err
}

// RunReplay goes on with a replay: it hands over more of its events when most of those before are done, and ends it after the
// last. Where it is, the row says.
func (s *Service) RunReplay(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		r, err := s.store.lockReplay(ctx, w.AccountID, id)
		if errs.KindOf(err) == errs.NotFound || err == nil && r.EndedAt != nil {
			return s.Due.Done(ctx, w)
		}
		if err != nil {
			return err
		}
		soon, err := s.advance(ctx, &r)
		fault.Point("replay.before_commit")
		switch {
		case err != nil:
			return err
		case r.EndedAt != nil:
			return s.Due.Done(ctx, w)
		case soon:
			return s.Due.Later(ctx, w, s.Clock.Now(), false)
		}
		return s.Due.Later(ctx, w, s.Clock.Now().Add(replayLook), false)
	})
}

// advance does the next step of a replay and writes it, in the context's transaction; soon tells that nobody is waited for.
func (s *Service) advance(ctx context.Context, r *Replay) (soon bool, err error) {
	room := replayAhead - int(r.Handed-r.Done())
	if r.State == Replaying && !r.Through && room >= replayAhead/2 {
		n, err := s.handOver(ctx, r, room)
		if err != nil {
			return false, err
		}
		soon = n == 0
	}
	if r.over() {
		now := s.Clock.Now()
		r.EndedAt = &now
		r.State = map[bool]ReplayState{true: Finished, false: Stopped}[r.Through]
	}
	if err := s.store.saveReplay(ctx, *r); err != nil {
		return false, err
	}
	return soon, s.Feed.Publish(ctx, feed.Event{
		AccountID: r.AccountID, Type: feed.EventsChanged, Refs: feed.Refs{ChannelID: r.Filter.ChannelID},
	})
}

// handOver has the next events of a replay received again, at most so many, and returns how many were.
func (s *Service) handOver(ctx context.Context, r *Replay, room int) (int64, error) {
	next, err := s.store.nextOf(ctx, *r, room)
	if err != nil {
		return 0, err
	}
	n, err := s.store.handOver(ctx, *r, next)
	if err != nil {
		return 0, err
	}
	r.Handed += n
	if len(next) > 0 {
		last := next[len(next)-1]
		r.ReachedAt, r.ReachedID = &last.ReceivedAt, &last.ID
		s.DB.AfterCommit(ctx, func() { s.Bell.Ring(Queue) })
	}
	if len(next) < room { // what has become something else since it was counted is not among them
		r.Through, r.Total = true, r.Handed
	}
	return n, nil
}

// handedOver returns of each event that a replay has just had received again which replay that was. What comes back from
// waiting has been counted.
func handedOver(events []Event) map[ids.ID]ids.ID {
	again := map[ids.ID]ids.ID{}
	for _, e := range events {
		if e.ReplayID != nil && e.Reason == replayed {
			again[e.ID] = *e.ReplayID
		}
	}
	return again
}

// tally counts what became of replays' events, in the transaction that closes them, and has the replays go on.
func (s *Service) tally(ctx context.Context, events []Event, again map[ids.ID]ids.ID) error {
	counts := map[ids.ID]*Replay{}
	for _, e := range events {
		id, ok := again[e.ID]
		if !ok {
			continue
		}
		if counts[id] == nil {
			counts[id] = &Replay{AccountID: e.AccountID, ID: id}
		}
		r := counts[id]
		switch e.State {
		case Processed:
			r.Processed++
		case Ignored:
			r.Ignored++
		case Failed:
			r.Failed++
		default:
			r.Aside++
		}
	}
	var rows []Replay
	var more []due.Work
	for _, r := range counts {
		rows, more = append(rows, *r), append(more, r.work(s.Clock.Now()))
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b Replay) int { return cmp.Compare(a.ID.String(), b.ID.String()) })
	if err := s.store.tally(ctx, rows); err != nil {
		return err
	}
	return s.Due.Put(ctx, more...)
}
