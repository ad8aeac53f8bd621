package inbound

import (
	"context"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) insertReplay(ctx context.Context, r Replay) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Create(&r).Error)
}

// saveReplay writes how far a replay has come. What its events became is written by tally alone.
func (s store) saveReplay(ctx context.Context, r Replay) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Model(&Replay{}).Where("id = ?", r.ID).
		Select("state", "total", "handed", "reached_at", "reached_id", "through", "ended_at").Updates(&r).Error)
}

func (s store) replay(ctx context.Context, a account.ID, id ids.ID) (Replay, error) {
	var r Replay
	return r, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&r).Error, "replay")
}

// lockReplay returns a replay and keeps others from changing it until the transaction ends.
func (s store) lockReplay(ctx context.Context, a account.ID, id ids.ID) (Replay, error) {
	rows, err := storage.LockMany[Replay](ctx, s.db, []Replay{{AccountID: a, ID: id}}, "account_id", "id")
	if err == nil && len(rows) == 0 {
		err = errs.Missing("replay")
	}
	if err != nil {
		return Replay{}, err
	}
	return rows[0], nil
}

func (s store) replays(ctx context.Context, a account.ID, p storage.Page) ([]Replay, string, error) {
	q, err := storage.Keyset(s.db.Of(ctx, a), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Replay
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(r Replay) (any, ids.ID) { return "", r.ID })
	return rows, next, nil
}

// tally adds to what is counted.
func (s store) tally(ctx context.Context, rows []Replay) error {
	_, err := storage.UpdateMany(ctx, s.db, rows, storage.Update{
		Match: []string{"account_id", "id"}, Carry: []string{"processed", "ignored", "failed", "aside"},
		Also: "processed = t.processed + v.processed, ignored = t.ignored + v.ignored, failed = t.failed + v.failed, aside = t.aside + v.aside",
	})
	return err
}

// picks narrows to what a replay picks: what was there when it began, and has its bytes still. In the others there is nothing
// to be processed again.
func (r Replay) picks(q *gorm.DB) *gorm.DB {
	f := r.Filter
	states := f.states()
	if len(states) == 1 {
		f.State = states[0]
	}
	return f.apply(q).Where("state IN ? AND raw IS NOT NULL AND received_at <= ?", states, r.CreatedAt)
}

// replayed returns how many events a replay picks.
func (s store) replayed(ctx context.Context, r Replay) (n int64, err error) {
	err = r.picks(s.db.Of(ctx, r.AccountID).Model(&Event{})).Count(&n).Error
	return n, storage.Translate(err)
}

// nextOf returns the events of a replay after those it has reached, the oldest first.
func (s store) nextOf(ctx context.Context, r Replay, limit int) ([]Event, error) {
	q := r.picks(s.db.Of(ctx, r.AccountID).Select("id", "month", "received_at"))
	if r.ReachedID != nil {
		q = q.Where("(received_at, id) > ?", []any{*r.ReachedAt, *r.ReachedID})
	}
	var rows []Event
	return rows, storage.Translate(q.Order("received_at, id").Limit(limit).Find(&rows).Error)
}

// handOver has events received again, the oldest first, if they are still as a replay picks them, and returns how many were.
func (s store) handOver(ctx context.Context, r Replay, events []Event) (int64, error) {
	if len(events) == 0 {
		return 0, nil
	}
	q := these(s.db.Of(ctx, r.AccountID).Model(&Event{}), events).Where("state IN ?", r.Filter.states()).
		Updates(map[string]any{"state": Received, "reason": replayed, "replay_id": r.ID})
	return q.RowsAffected, storage.Translate(q.Error)
}
