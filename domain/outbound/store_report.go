package outbound

import (
	"context"
	"time"

	"gorm.io/gorm"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// reasonOf is why a message is in its state: of a refusal it stands in the decision, else in the failure.
const reasonOf = "coalesce(CASE WHEN state = 'refused' THEN decision ->> 'reason' ELSE failure ->> 'reason' END, '')"

// where narrows a query.
func (f Filter) where(q *gorm.DB) *gorm.DB {
	if len(f.States) > 0 {
		q = q.Where("state IN ?", f.States)
	}
	if f.unattended {
		q = q.Where("left_at IS NULL")
	}
	if f.ChannelID != nil {
		q = q.Where("channel_id = ?", *f.ChannelID)
	}
	if f.Reason != "" {
		q = q.Where(reasonOf+" = ?", f.Reason)
	}
	if !f.From.IsZero() {
		q = q.Where("created_at >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("created_at < ?", f.To)
	}
	return q
}

// newest is the order of lists. It goes by the time, so that a span of it costs no reading of all that came later.
func newest() storage.Order { return storage.Order{Column: "created_at", Desc: true, Time: true} }

func (s store) list(ctx context.Context, a account.ID, f Filter, p storage.Page) ([]Message, string, error) {
	q, err := storage.Keyset(f.where(s.db.Of(ctx, a)), newest(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Message
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, newest(), p, func(m Message) (any, ids.ID) { return m.CreatedAt, m.ID })
	return rows, next, nil
}

// retryable returns failed and refused messages, the oldest first, those with the ids if there are any.
func (s store) retryable(ctx context.Context, a account.ID, list []ids.ID, f Filter, limit int) ([]Message, error) {
	q := f.where(s.db.Of(ctx, a)).Where("state IN ('failed', 'refused') AND mode <> 'private_reply'")
	if len(list) > 0 {
		q = q.Where("id IN ?", list)
	} else {
		q = q.Where("left_at IS NULL")
	}
	if read := access.Of(ctx).Unanswered(); len(read) > 0 {
		q = q.Where("channel_id NOT IN ?", read)
	}
	var rows []Message
	return rows, storage.Translate(q.Order("created_at, id").Limit(limit).Find(&rows).Error)
}

// setLeft says since when failed and refused messages are left alone, or that they are not, and returns those of which that
// was not so before.
func (s store) setLeft(ctx context.Context, a account.ID, list []ids.ID, at *time.Time, now time.Time) ([]Message, error) {
	rows := make([]Message, len(list))
	for i, id := range list {
		rows[i] = Message{AccountID: a, ID: id, LeftAt: at, UpdatedAt: now}
	}
	var back []Message
	_, err := storage.UpdateMany(ctx, s.db, rows, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"left_at", "updated_at"},
		Where: "t.state IN ('failed', 'refused') AND (t.left_at IS NULL) <> (v.left_at IS NULL)",
		Back:  []string{"account_id", "id", "state", "task_id", "comment_id"}, Into: &back,
	})
	return back, err
}

// counted is a row of the report. Ids are in the order in which messages were written; the databases do not both have the
// least of times or of ids, but of texts.
type counted struct {
	Group
	FirstID ids.ID
	LastID  ids.ID
}

func (s store) report(ctx context.Context, a account.ID, f Filter) ([]Group, error) {
	var rows []counted
	err := f.where(s.db.Of(ctx, a).Model(&Message{})).
		Select("state, " + reasonOf + " AS reason, channel_id, count(*) AS count," +
			" min(CAST(id AS TEXT)) AS first_id, max(CAST(id AS TEXT)) AS last_id").
		Group("state, " + reasonOf + ", channel_id").Order("count DESC, state, reason, channel_id").Scan(&rows).Error
	if err != nil {
		return nil, storage.Translate(err)
	}
	var ends []ids.ID
	for _, r := range rows {
		ends = append(ends, r.FirstID, r.LastID)
	}
	at, err := s.writtenAt(ctx, a, ends)
	groups := make([]Group, len(rows))
	for i, r := range rows {
		groups[i] = r.Group
		groups[i].FirstAt, groups[i].LastAt = at[r.FirstID], at[r.LastID]
	}
	return groups, err
}

// writtenAt returns when messages were written.
func (s store) writtenAt(ctx context.Context, a account.ID, list []ids.ID) (map[ids.ID]time.Time, error) {
	at := map[ids.ID]time.Time{}
	if len(list) == 0 {
		return at, nil
	}
	var rows []Message
	err := s.db.Of(ctx, a).Select("id", "created_at").Where("id IN ?", list).Find(&rows).Error
	for _, m := range rows {
		at[m.ID] = m.CreatedAt
	}
	return at, storage.Translate(err)
}
