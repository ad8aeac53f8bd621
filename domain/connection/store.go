package connection

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) insertAttempt(ctx context.Context, a attempt) error {
	_, err := storage.InsertMany(ctx, s.db, []attempt{a})
	return err
}

// useAttempt returns the login of a state, or nil, and whether nobody has used it before; from now on somebody has.
func (s store) useAttempt(ctx context.Context, hash []byte, now time.Time) (a *attempt, first bool, err error) {
	n, err := s.db.Exec(ctx, `UPDATE oauth_states SET used_at = ? WHERE state_hash = ? AND used_at IS NULL`, now, hash)
	if err != nil {
		return nil, false, err
	}
	var found []attempt
	err = s.db.Unscoped(ctx).Where("state_hash = ?", hash).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, false, storage.Translate(err)
	}
	return &found[0], n > 0, nil
}

func (s store) deleteAttempts(ctx context.Context, before time.Time) error {
	_, err := s.db.Exec(ctx, `DELETE FROM oauth_states WHERE expires_at < ?`, before)
	return err
}

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Connection, error) {
	var c Connection
	return c, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&c).Error, "connection")
}

func (s store) list(ctx context.Context, a account.ID, p storage.Page) ([]Connection, string, error) {
	q, err := storage.Keyset(s.db.Of(ctx, a), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Connection
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(c Connection) (any, ids.ID) { return "", c.ID })
	return rows, next, nil
}

// claim inserts a connection, or returns the one there is of the same person.
func (s store) claim(ctx context.Context, c Connection) (Connection, error) {
	written, err := storage.InsertMany(ctx, s.db, []Connection{c})
	if err != nil || written[0] {
		return c, err
	}
	var there Connection
	err = s.db.Of(ctx, c.AccountID).Where("kind = ? AND user_id = ?", c.Kind, c.UserID).Take(&there).Error
	return there, storage.Translate(err)
}

func (s store) update(ctx context.Context, c Connection) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Model(&Connection{}).Where("id = ?", c.ID).
		Select("user_name", "credentials", "state", "state_reason", "pages", "findings", "expires_at", "connected_by",
			"authorized_at", "listed_at", "updated_at").Updates(&c).Error)
}

func (s store) delete(ctx context.Context, c Connection) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Where("id = ?", c.ID).Delete(&Connection{}).Error)
}

// ofUser returns the connections of a person of a platform's in all accounts.
func (s store) ofUser(ctx context.Context, every storage.Everywhere, userID string) ([]Connection, error) {
	var rows []Connection
	if userID == "" {
		return nil, nil
	}
	err := every.Select(ctx, &rows, `SELECT * FROM connections WHERE user_id = ? ORDER BY account_id, id`, userID)
	return rows, err
}

// expired returns the connections of all accounts whose token has expired.
func (s store) expired(ctx context.Context, every storage.Everywhere, now time.Time) ([]Connection, error) {
	var rows []Connection
	err := every.Select(ctx, &rows, `SELECT * FROM connections WHERE expires_at <= ? AND state = ? ORDER BY account_id, id`,
		now, Ready)
	return rows, err
}

func (s store) insertDeletion(ctx context.Context, d Deletion) error {
	_, err := storage.InsertMany(ctx, s.db, []Deletion{d})
	return err
}

// deletion returns the one of a code, or nil.
func (s store) deletion(ctx context.Context, hash []byte) (*Deletion, error) {
	var rows []Deletion
	err := s.db.Unscoped(ctx).Where("code_hash = ?", hash).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, storage.Translate(err)
	}
	return &rows[0], nil
}
