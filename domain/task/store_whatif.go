package task

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/ids"
)

// livedSince narrows tasks to those of a channel in which something was said since a time, with what else its contacts
// have: a person's one task may be another channel's.
const livedSince = `t.account_id = ? AND t.last_comment_at >= ? AND t.merged_into IS NULL AND (t.channel_id = ?
	OR t.contact_id IN (SELECT x.contact_id FROM tasks AS x WHERE x.account_id = ? AND x.channel_id = ? AND x.last_comment_at >= ?))`

func livedArgs(a account.ID, channelID ids.ID, since time.Time) []any {
	return []any{a, since, channelID, a, channelID, since}
}

func (s store) livedSince(ctx context.Context, a account.ID, channelID ids.ID, since time.Time, limit int) ([]lived, error) {
	var rows []lived
	had := func(column string) string {
		return `EXISTS (SELECT 1 FROM tasks AS o WHERE o.account_id = t.account_id AND o.` + column + ` = t.` + column + `
			AND o.id <> t.id AND o.created_at < ?) AS `
	}
	args := append([]any{since, since, since}, livedArgs(a, channelID, since)...)
	err := s.db.Select(ctx, &rows, `SELECT t.id, t.number, t.title, t.status_set_id, t.contact_id, t.channel_id, t.account_id,
			t.conversation_id, t.post_id, t.event_id, t.created_at, `+had("conversation_id")+`had_conversation,
			`+had("contact_id")+`had_contact, `+had("post_id")+`had_post
		FROM tasks AS t WHERE `+livedSince+` ORDER BY t.last_comment_at DESC LIMIT ?`, append(args, limit)...)
	return rows, err
}

// saidSince returns what people wrote to those tasks, the newest first.
func (s store) saidSince(ctx context.Context, a account.ID, channelID ids.ID, since time.Time, limit int) ([]heard, error) {
	var rows []heard
	args := append(livedArgs(a, channelID, since), since, limit)
	err := s.db.Select(ctx, &rows, `SELECT c.id, c.task_id, c.channel_id, c.conversation_id, c.post_id, c.thread,
			COALESCE(c.external_id, '') AS external_id, c.author_id, c.event_id, c.created_at
		FROM tasks AS t JOIN comments AS c ON c.account_id = t.account_id AND c.task_id = t.id
		WHERE `+livedSince+` AND c.author_kind = 'contact' AND NOT c.history AND c.channel_id IS NOT NULL AND c.created_at >= ?
		ORDER BY c.created_at DESC, c.id DESC LIMIT ?`, args...)
	return rows, err
}

// statusChanges returns the changes of those tasks, the newest first.
func (s store) statusChanges(ctx context.Context, a account.ID, channelID ids.ID, since time.Time, limit int) ([]audit.Entry, error) {
	var rows []audit.Entry
	err := s.db.Select(ctx, &rows, `SELECT e.object_id, e.at, e.details
		FROM tasks AS t JOIN audit_log AS e ON e.account_id = t.account_id AND e.object_type = 'task'
			AND e.object_id = CAST(t.id AS TEXT) AND e.action = 'task.changed'
		WHERE `+livedSince+` ORDER BY e.id DESC LIMIT ?`, append(livedArgs(a, channelID, since), limit)...)
	return rows, err
}
