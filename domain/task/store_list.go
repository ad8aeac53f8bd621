package task

import (
	"context"
	"time"

	"kontor/domain/ids"
	"kontor/domain/storage"
)

// windows returns when the standard reply windows of the tasks' conversations end, of those that have one.
func (s store) windows(ctx context.Context, tasks []Task) (map[ids.ID]time.Time, error) {
	var rows []struct {
		ID          ids.ID
		WindowUntil time.Time
	}
	err := s.db.Select(ctx, &rows, `SELECT c.id, i.window_until FROM conversations AS c
		JOIN ? ON c.account_id = v.account_id AND c.id = v.conversation_id
		JOIN identities AS i ON i.account_id = c.account_id AND i.id = c.identity_id
		WHERE i.window_until IS NOT NULL`, storage.Rows(tasks, "account_id", "conversation_id"))
	until := make(map[ids.ID]time.Time, len(rows))
	for _, r := range rows {
		until[r.ID] = r.WindowUntil
	}
	return until, err
}
