package outbound

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/storage"
)

const attempts = "attempts"

// apart is how far the clocks of machines may be apart.
const apart = 24 * time.Hour

func (s store) forgetAttempts(ctx context.Context, a account.ID, before time.Time, n int) (int64, error) {
	return s.db.Exec(ctx, `DELETE FROM attempts WHERE account_id = ? AND (id, month) IN (
		SELECT t.id, t.month FROM attempts AS t WHERE t.account_id = ? AND t.started_at < ? AND t.month <= ?
			AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.account_id = t.account_id AND m.id = t.message_id
				AND m.state IN ('queued', 'sending', 'unconfirmed'))
		ORDER BY t.started_at, t.id LIMIT ?)`, a, a, before, storage.MonthOf(before), n)
}

// dropMonths drops past months in which there is nothing but what ForgetAttempts would take. It asks one account after the other
// whether it has any attempt in a month that it still keeps, and the unfinished messages, which are few, for theirs.
func dropMonths(ctx context.Context, every storage.Everywhere, now time.Time) ([]string, error) {
	return every.DropMonths(ctx, attempts, storage.MonthOf(now.Add(-apart)), `SELECT 1 AS one WHERE
		EXISTS (SELECT 1 FROM messages AS m JOIN @part AS t ON t.account_id = m.account_id AND t.message_id = m.id
			WHERE m.state IN ('queued', 'sending', 'unconfirmed'))
		OR EXISTS (SELECT 1 FROM accounts AS a JOIN @part AS t ON t.account_id = a.id AND t.started_at >= CASE a.keep_attempts_days
			WHEN 0 THEN '-infinity' ELSE ?::timestamptz - make_interval(hours => 24 * a.keep_attempts_days::int) END)`, now)
}
