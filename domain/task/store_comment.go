package task

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) comment(ctx context.Context, a account.ID, id ids.ID) (Comment, error) {
	var c Comment
	return c, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&c).Error, "comment")
}

func (s store) insertComment(ctx context.Context, c *Comment) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Create(c).Error)
}

func (s store) updateComment(ctx context.Context, c Comment, columns ...string) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Model(&Comment{}).Where("id = ?", c.ID).
		Select(columns).Updates(&c).Error)
}

// span returns of a task what tells which comments it has.
func (s store) span(ctx context.Context, a account.ID, id ids.ID) (t Task, err error) {
	q := s.db.Of(ctx, a).Select("account_id", "id", "conversation_id", "started_at", "history_since")
	return t, storage.Found(q.Where("id = ?", id).Take(&t).Error, "task")
}

// comments returns a page of a task's comments. Its history are public comments of the same conversation, on earlier
// tasks, from HistorySince until it started. Of the task, what span reads is enough.
func (s store) comments(ctx context.Context, t Task, newest bool, p storage.Page) ([]Comment, string, error) {
	o := storage.Order{Column: "occurred_at", Desc: newest, Time: true}
	q := s.db.Of(ctx, t.AccountID)
	if t.HistorySince != nil && t.ConversationID != nil {
		q = q.Where(`(task_id = ? OR conversation_id = ? AND occurred_at >= ? AND occurred_at < ? AND visibility = ?)`,
			t.ID, *t.ConversationID, *t.HistorySince, t.StartedAt, Public)
	} else {
		q = q.Where("task_id = ?", t.ID)
	}
	q, err := storage.Keyset(q, o, p)
	if err != nil {
		return nil, "", err
	}
	var rows []Comment
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, o, p, func(c Comment) (any, ids.ID) { return c.OccurredAt, c.ID })
	return rows, next, nil
}

// lastOfContacts returns the last comment of a contact on a task in a conversation, or nil.
func (s store) lastOfContacts(ctx context.Context, t Task, conversation ids.ID) (*Comment, error) {
	var rows []Comment
	err := s.db.Of(ctx, t.AccountID).
		Where("task_id = ? AND conversation_id = ? AND author_kind = ? AND external_id IS NOT NULL AND unsent_at IS NULL",
			t.ID, conversation, account.Contact).
		Order("occurred_at DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, storage.Translate(err)
	}
	return &rows[0], nil
}

// before returns the newest public comments of a conversation before a task started, newest first.
func (s store) before(ctx context.Context, t Task, limit int) ([]Comment, error) {
	var rows []Comment
	err := s.db.Of(ctx, t.AccountID).Where("conversation_id = ? AND occurred_at < ? AND visibility = ?",
		ids.Of(t.ConversationID), t.StartedAt, Public).
		Order("occurred_at DESC, id DESC").Limit(limit).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) countBefore(ctx context.Context, t Task) (n int64, err error) {
	err = s.db.Of(ctx, t.AccountID).Model(&Comment{}).Where("conversation_id = ? AND occurred_at < ? AND visibility = ?",
		ids.Of(t.ConversationID), t.StartedAt, Public).Count(&n).Error
	return n, storage.Translate(err)
}

func (s store) deleteTombstones(ctx context.Context, list []tombstone) error {
	if len(list) == 0 {
		return nil
	}
	_, err := s.db.Exec(ctx, `WITH v AS (SELECT * FROM ?) DELETE FROM tombstones
		WHERE (account_id, channel_id, external_id) IN (SELECT account_id, channel_id, external_id FROM v)`,
		storage.Rows(list, "account_id", "channel_id", "external_id"))
	return err
}

// refreshSnippets gives tasks the beginning of their last comment again, after comments were edited or unsent.
func (s store) refreshSnippets(ctx context.Context, changed []Comment) error {
	var rows []Task
	for _, c := range changed {
		rows = append(rows, Task{AccountID: c.AccountID, ID: c.TaskID, Snippet: snippet(c.Text), LastCommentAt: c.OccurredAt})
	}
	_, err := storage.UpdateMany(ctx, s.db, lastOfEach(rows), storage.Update{
		Match: []string{"account_id", "id", "last_comment_at"}, Set: []string{"snippet"}, Key: []string{"account_id", "id"},
	})
	return err
}

// lastOfEach keeps one row a task, the one of its latest comment.
func lastOfEach(rows []Task) []Task {
	latest := map[ids.ID]int{}
	var out []Task
	for _, r := range rows {
		if i, ok := latest[r.ID]; ok {
			if r.LastCommentAt.After(out[i].LastCommentAt) {
				out[i] = r
			}
			continue
		}
		latest[r.ID] = len(out)
		out = append(out, r)
	}
	return out
}

// LastOf returns the last task of each conversation that has one.
func (s *Service) LastOf(ctx context.Context, conversations []channel.Key) (map[ids.ID]Task, error) {
	keys := make([]Task, len(conversations))
	for i, k := range conversations {
		keys[i] = Task{AccountID: k.AccountID, ConversationID: &conversations[i].ID}
	}
	rows, err := s.store.lastOfConversations(ctx, keys)
	found := make(map[ids.ID]Task, len(rows))
	for _, t := range rows {
		found[*t.ConversationID] = t
	}
	return found, err
}

// Known returns the comments that messages are already, of those that are.
func (s *Service) Known(ctx context.Context, messages []External) (map[External]Comment, error) {
	rows, err := storage.SelectMany[Comment](ctx, s.DB, uniqueExternals(messages), "account_id", "channel_id", "external_id")
	found := make(map[External]Comment, len(rows))
	for _, c := range rows {
		found[c.external()] = c
	}
	return found, err
}

func (s store) lastOfConversations(ctx context.Context, keys []Task) ([]Task, error) {
	var rows []Task
	err := s.db.Select(ctx, &rows, `SELECT t.* FROM tasks AS t
		JOIN ? ON t.account_id = v.account_id AND t.conversation_id = v.conversation_id
		WHERE NOT EXISTS (SELECT 1 FROM tasks AS n WHERE n.account_id = t.account_id
			AND n.conversation_id = t.conversation_id AND n.id > t.id)`,
		storage.Rows(keys, "account_id", "conversation_id"))
	return rows, err
}

func (s store) commentsAbout(ctx context.Context, a account.ID, contactID ids.ID, p storage.Page) ([]Comment, string, error) {
	o := storage.Order{Column: "occurred_at", Desc: true, Time: true}
	q, err := storage.Keyset(s.db.Of(ctx, a).Where("task_id IN (SELECT id FROM tasks WHERE account_id = ? AND contact_id = ?)", a, contactID), o, p)
	if err != nil {
		return nil, "", err
	}
	var rows []Comment
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, o, p, func(c Comment) (any, ids.ID) { return c.OccurredAt, c.ID })
	return rows, next, nil
}
