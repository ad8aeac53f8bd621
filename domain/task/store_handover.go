package task

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) loadOf(ctx context.Context, a account.ID, staffID ids.ID) (Load, error) {
	var rows []struct{ Tasks, Reminders int }
	err := s.db.Select(ctx, &rows, `SELECT
		(SELECT count(*) FROM task_assignees AS x JOIN tasks AS t ON t.account_id = x.account_id AND t.id = x.task_id
			WHERE x.account_id = ? AND x.assignee_id = ? AND t.category <> 'resolved') AS tasks,
		(SELECT count(*) FROM task_reminders WHERE account_id = ? AND staff_id = ? AND done_at IS NULL) AS reminders`,
		a, staffID, a, staffID)
	if err != nil || len(rows) == 0 {
		return Load{}, err
	}
	return Load(rows[0]), nil
}

// openOf returns some of the tasks that somebody has and that are not resolved, in the order of their ids.
func (s store) openOf(ctx context.Context, a account.ID, staffID, after ids.ID, limit int) ([]Task, error) {
	var rows []Task
	err := s.db.Select(ctx, &rows, `SELECT t.* FROM task_assignees AS x
		JOIN tasks AS t ON t.account_id = x.account_id AND t.id = x.task_id
		WHERE x.account_id = ? AND x.assignee_id = ? AND x.task_id > ? AND t.category <> 'resolved'
		ORDER BY x.task_id LIMIT ?`, a, staffID, after, limit)
	return rows, err
}

func (s store) giveReminders(ctx context.Context, a account.ID, from ids.ID, to *ids.ID, now time.Time) (int64, error) {
	q := s.db.Of(ctx, a).Model(&Reminder{}).Where("staff_id = ? AND done_at IS NULL", from)
	if to != nil {
		q = q.Update("staff_id", *to)
	} else {
		q = q.Updates(map[string]any{"done_at": now, "outcome": "cancelled"})
	}
	return q.RowsAffected, storage.Translate(q.Error)
}
