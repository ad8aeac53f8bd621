package outbound

import (
	"context"
	"time"

	"kontor/domain/account"
)

func (s store) forgetAttempts(ctx context.Context, a account.ID, before time.Time, n int) (int64, error) {
	return s.db.Exec(ctx, `DELETE FROM attempts WHERE account_id = ? AND id IN (
		SELECT t.id FROM attempts AS t WHERE t.account_id = ? AND t.started_at < ?
			AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.account_id = t.account_id AND m.id = t.message_id
				AND m.state IN ('queued', 'sending', 'unconfirmed'))
		ORDER BY t.started_at, t.id LIMIT ?)`, a, a, before, n)
}
