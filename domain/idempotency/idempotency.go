// Package idempotency lets a caller repeat a request without repeating its effect: the answer is kept, in the transaction
// of the effect, under the key the caller chose. A refused request keeps nothing, so that it can be mended and sent again.
package idempotency

import (
	"bytes"
	"context"
	"errors"
	"time"

	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Kept is how long an answer can be had again.
const Kept = 24 * time.Hour

// MaxKey is the longest key, in bytes.
const MaxKey = 255

// Request names one request: who asks, under which key, for what.
type Request struct {
	AccountID ids.ID
	Actor     string // the staff member or token
	Key       string
	Hash      []byte // of method, path and body
}

type row struct {
	AccountID   ids.ID `gorm:"primaryKey"`
	Actor       string `gorm:"primaryKey"`
	Key         string `gorm:"primaryKey"`
	RequestHash []byte
	Status      int64 // 0 while it runs
	Body        []byte
	CreatedAt   time.Time
}

// TableName names the table.
func (row) TableName() string { return "idempotency_keys" }

// Keys remembers answers.
type Keys struct {
	every storage.Everywhere
	clock clock.Clock
}

// New returns the memory.
func New(every storage.Everywhere, c clock.Clock) *Keys { return &Keys{every, c} }

// Do runs f once per request and returns its status and body, from memory when it has run before. A second request that
// arrives while the first still runs waits for it as long as the database waits for a lock, and is told so after that. f is
// run again when the database had to give its transaction up.
func (k *Keys) Do(
	ctx context.Context, r Request, f func(ctx context.Context) (status int, body []byte, err error),
) (status int, body []byte, replayed bool, err error) {
	db := k.every.DB()
	err = db.Retry(ctx, func(ctx context.Context) error {
		mine := row{AccountID: r.AccountID, Actor: r.Actor, Key: r.Key, RequestHash: r.Hash, CreatedAt: k.clock.Now()}
		written, err := storage.InsertMany(ctx, db, []row{mine})
		if errors.Is(err, storage.ErrAborted) {
			return errs.New(errs.Conflict, "idempotency.running")
		}
		if err != nil {
			return err
		}
		if !written[0] {
			replayed = true
			status, body, err = k.answer(ctx, r)
			return err
		}
		if status, body, err = f(ctx); err != nil {
			return err
		}
		fault.Point("idempotency.before_answer")
		return db.Of(ctx, r.AccountID).Model(&row{}).Where("actor = ? AND key = ?", r.Actor, r.Key).
			Updates(map[string]any{"status": status, "body": body}).Error
	})
	fault.Point("idempotency.after_commit")
	return status, body, replayed, err
}

// DoApart is Do for an f that asks others, for whom no transaction must wait: f makes transactions of its own, and what
// it did stays when its answer cannot be kept any more.
func (k *Keys) DoApart(
	ctx context.Context, r Request, f func(ctx context.Context) (status int, body []byte, err error),
) (status int, body []byte, replayed bool, err error) {
	db := k.every.DB()
	now := k.clock.Now()
	mine := row{AccountID: r.AccountID, Actor: r.Actor, Key: r.Key, RequestHash: r.Hash, CreatedAt: now}
	forget := func(ctx context.Context, where string, args ...any) error {
		q := db.Of(ctx, r.AccountID).Where("actor = ? AND key = ? AND status = 0", r.Actor, r.Key).Where(where, args...)
		return storage.Translate(q.Delete(&row{}).Error)
	}
	err = db.Tx(ctx, func(ctx context.Context) error {
		if err := forget(ctx, "created_at < ?", now.Add(-Abandoned)); err != nil {
			return err
		}
		written, err := storage.InsertMany(ctx, db, []row{mine})
		if err != nil || written[0] {
			return err
		}
		replayed = true
		status, body, err = k.answer(ctx, r)
		return err
	})
	if err != nil || replayed {
		return status, body, replayed, err
	}
	if status, body, err = f(ctx); err != nil {
		return status, body, false, errors.Join(err, forget(context.WithoutCancel(ctx), "created_at = ?", now))
	}
	q := db.Of(ctx, r.AccountID).Model(&row{}).Where("actor = ? AND key = ?", r.Actor, r.Key)
	return status, body, false, storage.Translate(q.Updates(map[string]any{"status": status, "body": body}).Error)
}

func (k *Keys) answer(ctx context.Context, r Request) (int, []byte, error) {
	var found row
	err := k.every.DB().Of(ctx, r.AccountID).Where("actor = ? AND key = ?", r.Actor, r.Key).Take(&found).Error
	if err = storage.Translate(err); errors.Is(err, storage.ErrNotFound) { // it was refused in this moment
		return 0, nil, errs.New(errs.Conflict, "idempotency.running").Because(err)
	}
	if err != nil {
		return 0, nil, err
	}
	if !bytes.Equal(found.RequestHash, r.Hash) {
		return 0, nil, errs.New(errs.Invalid, "idempotency.other_request")
	}
	switch found.Status {
	case 0:
		return 0, nil, errs.New(errs.Conflict, "idempotency.running")
	case erased:
		return 0, nil, errs.New(errs.Conflict, "idempotency.erased")
	}
	return int(found.Status), found.Body, nil
}

// erased is the status of an answer that is not kept any more, although it is known that the request was answered.
const erased = -1

// Erase takes away the answers that an account was given, but not that they were given: what a person said may stand in them.
func (k *Keys) Erase(ctx context.Context, a ids.ID) error {
	return storage.Translate(k.every.DB().Of(ctx, a).Model(&row{}).Where("status > 0 AND body IS NOT NULL").
		Updates(map[string]any{"status": erased, "body": nil}).Error)
}

// Prune forgets answers older than Kept.
func (k *Keys) Prune(ctx context.Context) error {
	_, err := k.every.Exec(ctx, `DELETE FROM idempotency_keys WHERE created_at < ?`, k.clock.Now().Add(-Kept))
	return err
}
