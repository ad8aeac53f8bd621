package task

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) insertReminder(ctx context.Context, r Reminder) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Create(&r).Error)
}

func (s store) reminder(ctx context.Context, a account.ID, id ids.ID) (Reminder, error) {
	var r Reminder
	return r, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&r).Error, "reminder")
}

func (s store) updateReminder(ctx context.Context, r Reminder) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Model(&Reminder{}).Where("id = ?", r.ID).
		Select("done_at", "outcome").Updates(&r).Error)
}

// reminders returns the open ones of a staff member on a task.
func (s store) reminders(ctx context.Context, a account.ID, task, staff ids.ID) ([]Reminder, error) {
	var rows []Reminder
	err := s.db.Of(ctx, a).Where("task_id = ? AND staff_id = ? AND done_at IS NULL", task, staff).
		Order("due_at, id").Limit(maxReminders).Find(&rows).Error
	return rows, storage.Translate(err)
}

// heardSince tells whether a contact has written on a task since a time.
func (s store) heardSince(ctx context.Context, t Task, since time.Time) (bool, error) {
	var n int64
	err := s.db.Of(ctx, t.AccountID).Model(&Comment{}).
		Where("task_id = ? AND occurred_at > ? AND author_kind = ?", t.ID, since, account.Contact).Limit(1).Count(&n).Error
	return n > 0, storage.Translate(err)
}

func (s store) notifications(
	ctx context.Context, by account.Actor, unread bool, p storage.Page,
) ([]Notification, string, error) {
	q := s.db.Of(ctx, by.AccountID).Where("staff_id = ?", by.StaffID)
	if unread {
		q = q.Where("read_at IS NULL")
	}
	q, err := storage.Keyset(q, storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Notification
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(n Notification) (any, ids.ID) { return "", n.ID })
	return rows, next, nil
}

func (s store) readNotifications(ctx context.Context, by account.Actor, task *ids.ID, now time.Time) (int64, error) {
	q := s.db.Of(ctx, by.AccountID).Model(&Notification{}).Where("staff_id = ? AND read_at IS NULL", by.StaffID)
	if task != nil {
		q = q.Where("task_id = ?", *task)
	}
	done := q.Update("read_at", now)
	return done.RowsAffected, storage.Translate(done.Error)
}

// stale returns tasks that have waited for too long, the oldest first.
func (s store) stale(ctx context.Context, x staleness, limit int) ([]Task, error) {
	var rows []Task
	err := s.db.Of(ctx, x.account).Select("account_id", "id").
		Where("channel_id = ? AND category = ? AND category <> 'resolved' AND last_comment_at < ?", x.channel, x.category, x.before).
		Where("updated_at < ? AND snoozed_until IS NULL", x.before).
		Order("last_comment_at, id").Limit(limit).Find(&rows).Error
	return rows, storage.Translate(err)
}

// moveComments gives one task's comments to another, and notes which.
func (s store) moveComments(ctx context.Context, m merge) error {
	_, err := s.db.Exec(ctx, `INSERT INTO merged_comments (account_id, merge_id, comment_id)
		SELECT account_id, ?, id FROM comments WHERE account_id = ? AND task_id = ?`, m.ID, m.AccountID, m.FromID)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, `UPDATE comments SET task_id = ? WHERE account_id = ? AND task_id = ?`,
		m.IntoID, m.AccountID, m.FromID)
	return err
}

// returnComments gives those comments back that are still where the merge has put them.
func (s store) returnComments(ctx context.Context, m merge) error {
	_, err := s.db.Exec(ctx, `UPDATE comments SET task_id = ? WHERE account_id = ? AND task_id = ? AND id IN
		(SELECT comment_id FROM merged_comments WHERE account_id = ? AND merge_id = ?)`,
		m.FromID, m.AccountID, m.IntoID, m.AccountID, m.ID)
	return err
}

func (s store) giveComments(ctx context.Context, a account.ID, list []ids.ID, to ids.ID) error {
	return storage.Translate(s.db.Of(ctx, a).Model(&Comment{}).Where("id IN ?", list).Update("task_id", to).Error)
}

func (s store) commentsOf(ctx context.Context, t Task, list []ids.ID) ([]Comment, error) {
	var rows []Comment
	err := s.db.Of(ctx, t.AccountID).Where("task_id = ? AND id IN ?", t.ID, list).Order("occurred_at, id").Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) insertMerge(ctx context.Context, m merge) error {
	return storage.Translate(s.db.Of(ctx, m.AccountID).Create(&m).Error)
}

func (s store) lastMerge(ctx context.Context, a account.ID, from ids.ID) (merge, error) {
	var m merge
	q := s.db.Of(ctx, a).Where("from_id = ? AND undone_at IS NULL", from).Order("id DESC")
	return m, storage.Found(q.Take(&m).Error, "task")
}

func (s store) closeMerge(ctx context.Context, m merge) error {
	return storage.Translate(s.db.Of(ctx, m.AccountID).Model(&merge{}).Where("id = ?", m.ID).
		Update("undone_at", m.UndoneAt).Error)
}

// addRelated gives a task what it lacks.
func (s store) addRelated(ctx context.Context, a account.ID, id ids.ID, r related) error {
	_, err := storage.InsertMany(ctx, s.db, r.assignees)
	if err == nil && len(r.assignees) > 0 {
		err = s.noteAssigned(ctx, a, id)
	}
	if err == nil {
		_, err = storage.InsertMany(ctx, s.db, r.participants)
	}
	if err == nil {
		_, err = storage.InsertMany(ctx, s.db, r.tags)
	}
	return err
}

// removeRelated takes from a task what it got by a merge.
func (s store) removeRelated(ctx context.Context, m merge) error {
	of := func() *gorm.DB { return s.db.Of(ctx, m.AccountID).Where("task_id = ?", m.IntoID) }
	if len(m.Was.Tags) > 0 {
		if err := of().Where("tag IN ?", m.Was.Tags).Delete(&Tag{}).Error; err != nil {
			return storage.Translate(err)
		}
	}
	if len(m.Was.Participants) > 0 {
		if err := of().Where("staff_id IN ?", m.Was.Participants).Delete(&Participant{}).Error; err != nil {
			return storage.Translate(err)
		}
	}
	if len(m.Was.Assignees) > 0 {
		if err := of().Where("assignee_id IN ?", m.Was.Assignees).Delete(&Assignee{}).Error; err != nil {
			return storage.Translate(err)
		}
		return s.noteAssigned(ctx, m.AccountID, m.IntoID)
	}
	return nil
}

func (s store) scopesOf(ctx context.Context, a account.ID, task ids.ID) ([]string, error) {
	var scopes []string
	err := s.db.Of(ctx, a).Model(&active{}).Where("task_id = ?", task).Order("scope").Pluck("scope", &scopes).Error
	return scopes, storage.Translate(err)
}

func (s store) moveScopes(ctx context.Context, a account.ID, scopes []string, from, to ids.ID) error {
	if len(scopes) == 0 {
		return nil
	}
	return storage.Translate(s.db.Of(ctx, a).Model(&active{}).Where("task_id = ? AND scope IN ?", from, scopes).
		Update("task_id", to).Error)
}

// claimScope makes a task the active one of its own scope, if that has none.
func (s store) claimScope(ctx context.Context, t Task) error {
	if t.Scope == "" {
		return nil
	}
	_, err := storage.InsertMany(ctx, s.db, []active{{t.AccountID, t.Scope, t.ID}})
	return err
}

// claimScopes makes a task the active one of scopes; a Conflict when another task is of one of them.
func (s store) claimScopes(ctx context.Context, a account.ID, scopes []string, task ids.ID) error {
	claims := make([]active, len(scopes))
	for i, scope := range scopes {
		claims[i] = active{a, scope, task}
	}
	if _, err := storage.InsertMany(ctx, s.db, claims); err != nil {
		return err
	}
	held, err := storage.SelectMany[active](ctx, s.db, claims, "account_id", "scope")
	for _, h := range held {
		if h.TaskID != task {
			return errs.New(errs.Conflict, "task.other_active")
		}
	}
	return err
}

// recount brings a task in line with its last comment, after comments were moved.
func (s store) recount(ctx context.Context, t *Task) error {
	var rows []Comment
	err := s.db.Of(ctx, t.AccountID).Where("task_id = ?", t.ID).Order("occurred_at DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil {
		return storage.Translate(err)
	}
	t.Snippet, t.LastCommentAt = "", t.StartedAt
	if len(rows) > 0 {
		t.Snippet, t.LastCommentAt = snippet(rows[0].Text), rows[0].OccurredAt
	}
	return s.update(ctx, *t, "snippet", "last_comment_at")
}

func (s store) setLabel(ctx context.Context, l label) error {
	return storage.Translate(s.db.Of(ctx, l.AccountID).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "type"}, {Name: "name"}},
		DoUpdates: clause.AssignmentColumns([]string{"color"}),
	}).Create(&l).Error)
}

func (s store) labels(ctx context.Context, a account.ID, of LabelType, text string, limit int) ([]Label, error) {
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	shown, args := storage.Shown(ctx, "task_tags", "t")
	used := `SELECT t.tag AS name, '' AS color, COUNT(*) AS n FROM task_tags AS t WHERE t.account_id = ? AND ` + shown + ` GROUP BY t.tag`
	if of == TopicLabel {
		shown, args = storage.Shown(ctx, "tasks", "t")
		used = `SELECT t.topic AS name, '' AS color, COUNT(*) AS n FROM tasks AS t
			WHERE t.account_id = ? AND t.topic <> '' AND ` + shown + ` GROUP BY t.topic`
	}
	rows := []Label{}
	err := s.db.Select(ctx, &rows, `SELECT name, MAX(color) AS color, CAST(SUM(n) AS BIGINT) AS uses FROM (`+used+`
		UNION ALL SELECT name, color, 0 AS n FROM labels WHERE account_id = ? AND type = ?) AS x
		WHERE LOWER(name) LIKE ? ESCAPE '\' GROUP BY name ORDER BY uses DESC, name LIMIT ?`,
		append(append([]any{a}, args...), a, of, like, limit)...)
	return rows, err
}
