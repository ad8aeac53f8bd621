package outbound

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/due"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Message, error) {
	var m Message
	return m, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&m).Error, "message")
}

// first is a lane's first message that is not finished.
type first struct {
	Message `gorm:"embedded"`
	More    bool // there are others behind it
}

// heads returns the first messages of lanes that are not finished. The index over lanes leads to each.
func (s store) heads(ctx context.Context, lanes []due.Work) ([]first, error) {
	const waiting = "m.account_id = v.account_id AND m.lane = v.key AND m.state IN ('queued', 'sending', 'unconfirmed')"
	var rows []first
	err := s.db.Select(ctx, &rows, "SELECT t.*, EXISTS (SELECT 1 FROM messages AS m WHERE "+waiting+" AND m.id > t.id) AS more"+
		" FROM ? JOIN messages AS t ON t.account_id = v.account_id AND t.id ="+
		" (SELECT m.id FROM messages AS m WHERE "+waiting+" ORDER BY m.id LIMIT 1)", storage.Rows(lanes, "account_id", "key"))
	return rows, err
}

func (s store) byComments(ctx context.Context, a account.ID, comments []ids.ID) ([]Message, error) {
	var rows []Message
	if len(comments) == 0 {
		return rows, nil
	}
	err := s.db.Of(ctx, a).Where(storage.Among("comment_id", comments)).Find(&rows).Error
	slices.SortFunc(rows, func(a, b Message) int { return slices.Compare(a.ID[:], b.ID[:]) }) // asked for it, PostgreSQL may read all
	return rows, storage.Translate(err)
}

// attempts returns those of a message. There are none in the months before it was written, by whatever machine's clock.
func (s store) attempts(ctx context.Context, m Message) ([]Attempt, error) {
	var rows []Attempt
	err := s.db.Of(ctx, m.AccountID).Where("message_id = ? AND month >= ?", m.ID, storage.MonthOf(m.CreatedAt.Add(-storage.Apart))).
		Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}

// move writes the named columns of a message that was in a state, if the step still counts and it is still at the same
// attempt; false when not.
func (s store) move(ctx context.Context, was State, m Message, columns ...string) (bool, error) {
	if m.State == Sent {
		moved, err := s.sent(ctx, []Message{m}, "t.attempts = v.attempts", columns...)
		return len(moved) > 0, err
	}
	q := s.db.Of(ctx, m.AccountID).Model(&Message{}).
		Where("id = ? AND state IN ? AND attempts = ?", m.ID, from(was, m.State), m.Attempts).
		Select(append(columns, "state", "updated_at")).Updates(&m)
	return q.RowsAffected > 0, storage.Translate(q.Error)
}

// moveAll is move for many messages, those that were sent with one statement; it says of each whether it moved.
func (s store) moveAll(ctx context.Context, was State, list []Message, columns ...string) (moved []bool, err error) {
	var sent []Message
	moved = make([]bool, len(list))
	for i, m := range list {
		if m.State == Sent {
			sent = append(sent, m)
		} else if moved[i], err = s.move(ctx, was, m, columns...); err != nil {
			return nil, err
		}
	}
	news, err := s.sent(ctx, sent, "t.attempts = v.attempts", columns...)
	for i, m := range list {
		moved[i] = moved[i] || news[m.ID]
	}
	return moved, err
}

// sent writes that messages were sent, and the named columns, and returns the ids of those of which that was news; under load a
// receipt may have come first.
func (s store) sent(ctx context.Context, list []Message, where string, columns ...string) (moved map[ids.ID]bool, err error) {
	states := make([]string, 0, len(unsent()))
	for _, state := range unsent() {
		states = append(states, "'"+string(state)+"'")
	}
	var back []Message
	_, err = storage.UpdateMany(ctx, s.db, list, storage.Update{
		Match: []string{"account_id", "id"}, Set: append(columns, "updated_at"), Carry: []string{"attempts"},
		Also:  "state = CASE WHEN t.read_at IS NOT NULL THEN 'read' WHEN t.delivered_at IS NOT NULL THEN 'delivered' ELSE 'sent' END",
		Where: storage.Aside("t.state IN ("+strings.Join(states, ", ")+")") + " AND " + where,
		Back:  []string{"id"}, Into: &back,
	})
	return idsOf(back), err
}

func idsOf(list []Message) map[ids.ID]bool {
	found := make(map[ids.ID]bool, len(list))
	for _, m := range list {
		found[m.ID] = true
	}
	return found
}

// step writes a person's step, if the message is still in the state they saw.
func (s store) step(ctx context.Context, m Message, before State) (bool, error) {
	q := s.db.Of(ctx, m.AccountID).Model(&Message{}).Where("id = ? AND state = ?", m.ID, before).
		Select("state", "not_before", "failure", "checked_at", "sent_at", "left_at", "updated_at").Updates(&m)
	return q.RowsAffected > 0, storage.Translate(q.Error)
}

// begin takes queued messages into their next attempts, and returns the ids of those that still were queued.
func (s store) begin(ctx context.Context, list []Message) (map[ids.ID]bool, error) {
	var back []Message
	_, err := storage.UpdateMany(ctx, s.db, list, storage.Update{
		Match: []string{"account_id", "id"},
		Set:   []string{"state", "attempts", "attempted_at", "delivered_at", "read_at", "checked_at", "decision", "failure", "updated_at"},
		Where: storage.Aside("t.state = 'queued'"), Back: []string{"id"}, Into: &back,
	})
	return idsOf(back), err
}

// refusals keeps that messages were refused: an attempt that ended before anything was sent.
func (s store) refusals(ctx context.Context, messages []Message) error {
	rows := make([]Attempt, len(messages))
	for i, m := range messages {
		rows[i] = newAttempt(m, m.UpdatedAt)
		rows[i].Outcome, rows[i].FinishedAt = string(Refused), &m.UpdatedAt
	}
	_, err := storage.InsertMany(ctx, s.db, rows)
	return err
}

// finishAttempts writes how attempts ended. The month stands in the statement itself: no other month's part is read then.
func (s store) finishAttempts(ctx context.Context, list []Attempt) error {
	months := map[int][]Attempt{}
	for _, at := range list {
		months[at.Month] = append(months[at.Month], at)
	}
	for _, month := range slices.Sorted(maps.Keys(months)) {
		if _, err := storage.UpdateMany(ctx, s.db, months[month], storage.Update{
			Match: []string{"account_id", "id"}, Set: []string{"outcome", "failure", "finished_at"},
			Where: fmt.Sprintf("t.month = %d", month),
		}); err != nil {
			return err
		}
	}
	return nil
}

// unsettled tells whether there is a message of a channel, and of one of its conversations unless that is Nil, of which it is not
// known whether it was sent, and of which the platform has not been asked yet.
func (s store) unsettled(ctx context.Context, a account.ID, channelID, conversationID ids.ID) (bool, error) {
	q := s.db.Of(ctx, a).Model(&Message{}).
		Where("channel_id = ? AND state IN ('sending', 'unconfirmed') AND checked_at IS NULL", channelID)
	if conversationID != ids.Nil {
		q = q.Where("conversation_id = ?", conversationID)
	}
	var n int64
	err := q.Limit(1).Count(&n).Error
	return n > 0, storage.Translate(err)
}

// knownIDs returns the platform's ids of a conversation's messages since a time: those that are accounted for.
func (s store) knownIDs(ctx context.Context, m Message, since time.Time) ([]string, error) {
	var known []string
	err := s.db.Of(ctx, m.AccountID).Model(&Message{}).
		Where("conversation_id = ? AND external_id IS NOT NULL AND attempted_at >= ?", m.ConversationID, since).
		Pluck("external_id", &known).Error
	return known, storage.Translate(err)
}

// answering returns the answers under way to comments and posts, in their order.
func (s store) answering(ctx context.Context, keys []target) ([]Message, error) {
	var rows []Message
	err := s.db.Select(ctx, &rows, `SELECT t.* FROM messages AS t
		JOIN ? ON t.account_id = v.account_id AND t.channel_id = v.channel_id AND t.reply_to = v.reply_to
		WHERE t.mode = 'answer' AND t.state IN ('queued', 'sending', 'unconfirmed')`, storage.Rows(keys))
	slices.SortFunc(rows, func(a, b Message) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return rows, err
}

// privateReplies returns the private replies to comments, but those that certainly did not go.
func (s store) privateReplies(ctx context.Context, a account.ID, channelID ids.ID, comments []string) ([]Message, error) {
	var rows []Message
	if len(comments) == 0 {
		return rows, nil
	}
	err := s.db.Of(ctx, a).Where("channel_id = ? AND reply_to IN ? AND mode = 'private_reply'"+
		" AND state NOT IN ('failed', 'refused', 'cancelled')", channelID, comments).Find(&rows).Error
	return rows, storage.Translate(err)
}

// followComments gives those messages of one task to another whose comments are the other's now.
func (s store) followComments(ctx context.Context, a account.ID, from, to ids.ID) error {
	_, err := s.db.Exec(ctx, `UPDATE messages SET task_id = ? WHERE account_id = ? AND task_id = ? AND comment_id IN
		(SELECT id FROM comments WHERE account_id = ? AND task_id = ?)`, to, a, from, a, to)
	return err
}
