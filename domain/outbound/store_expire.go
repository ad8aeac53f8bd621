package outbound

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

const attempts = "attempts"

// forgetAttempts finds them first and then deletes them by their keys: in one statement PostgreSQL, which knows little of many
// parts together, reads all attempts of the account to find them again.
func (s store) forgetAttempts(ctx context.Context, a account.ID, before time.Time, n int) (gone int64, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		var old []Attempt
		err := s.db.Select(ctx, &old, `SELECT t.id, t.month FROM attempts AS t
			WHERE t.account_id = ? AND t.started_at < ? AND t.month <= ?
				AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.account_id = t.account_id AND m.id = t.message_id
					AND m.state IN ('queued', 'sending', 'unconfirmed'))
			ORDER BY t.started_at, t.id LIMIT ?`, a, before, storage.MonthOf(before), n)
		if err != nil || len(old) == 0 {
			return err
		}
		list := make([]ids.ID, len(old))
		for i, at := range old {
			list[i] = at.ID
		}
		q := s.db.Of(ctx, a).Where("id IN ? AND month BETWEEN ? AND ?", list, old[0].Month, old[len(old)-1].Month).Delete(&Attempt{})
		gone = q.RowsAffected
		return storage.Translate(q.Error)
	})
	return gone, err
}

// dropMonths drops past months in which there is nothing but what ForgetAttempts would take. It asks each account for its newest
// attempt in a month, which an index has, and the unfinished messages, which are few, for theirs.
func dropMonths(ctx context.Context, every storage.Everywhere, now time.Time) ([]string, error) {
	return every.DropMonths(ctx, attempts, storage.MonthOf(now.Add(-storage.Apart)), `SELECT 1 AS one WHERE
		EXISTS (SELECT 1 FROM messages AS m JOIN @part AS t ON t.account_id = m.account_id AND t.message_id = m.id
			WHERE m.state IN ('queued', 'sending', 'unconfirmed'))
		OR EXISTS (SELECT 1 FROM accounts AS a WHERE (SELECT max(t.started_at) FROM @part AS t WHERE t.account_id = a.id) >=
			CASE a.keep_attempts_days WHEN 0 THEN '-infinity' ELSE ?::timestamptz - make_interval(hours => 24 * a.keep_attempts_days::int) END)`, now)
}
