package attachment

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/storage"
)

// old returns files of messages that were there before a time and that nobody waits for.
func (s store) old(ctx context.Context, a account.ID, before, now time.Time, n int) (rows []Attachment, err error) {
	err = s.db.Select(ctx, &rows, `SELECT t.* FROM attachments AS t WHERE t.account_id = ? AND t.created_at < ?
		AND t.state = 'stored' AND t.comment_id IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.account_id = t.account_id AND m.comment_id = t.comment_id
			AND m.state IN ('queued', 'sending', 'unconfirmed'))
		AND NOT EXISTS (SELECT 1 FROM file_links AS l WHERE l.account_id = t.account_id AND l.attachment_id = t.id
			AND l.revoked_at IS NULL AND l.expires_at > ?)
		ORDER BY t.created_at, t.id LIMIT ?`, a, before, now, n)
	return rows, err
}

func (s store) expire(ctx context.Context, rows []Attachment) error {
	_, err := storage.UpdateMany(ctx, s.db, rows, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"state", "blob"}, Where: "t.state = 'stored'",
	})
	return err
}
