package outbound

import (
	"context"
	"slices"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Arrival is a message that has arrived, and whom the platform says it reached.
type Arrival struct {
	Message Message
	Person  string // empty when it does not say
}

// arrived passes on what happened to answers under posts and to private replies.
func (s *Service) arrived(ctx context.Context, list ...Arrival) error {
	list = slices.DeleteFunc(slices.Clone(list), func(a Arrival) bool {
		return a.Message.Mode != channel.Answer && a.Message.Mode != channel.PrivateReply || a.Message.State != Sent
	})
	if len(list) == 0 || s.Arrived == nil {
		return nil
	}
	return s.Arrived(ctx, list)
}

// answers are messages under way that a comment of the channel's own may be, by what they answer.
type answers map[target][]Message

// target is what an answer stands under.
type target struct {
	AccountID account.ID
	ChannelID ids.ID
	ReplyTo   string
}

// answersTo returns the answers under way to what the echoes stand under.
func (s *Service) answersTo(ctx context.Context, echoes []Echo) (answers, error) {
	var keys []target
	for _, e := range echoes {
		if k := (target{e.AccountID, e.ChannelID, e.Under}); e.Public && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := s.store.answering(ctx, keys)
	found := answers{}
	for _, m := range rows {
		k := target{m.AccountID, m.ChannelID, m.ReplyTo}
		found[k] = append(found[k], m)
	}
	return found, err
}

// earlier is how much before its attempt an answer may seem to have been written: clocks differ, and the platform's
// times are whole seconds. Too little would show an answer twice.
const earlier = time.Minute

// take finds the oldest attempt that the comment may be of, and takes it out.
func (a answers) take(e Echo) (Message, bool) {
	k := target{e.AccountID, e.ChannelID, e.Under}
	for i, m := range a[k] {
		if m.AttemptedAt == nil || e.OccurredAt.Before(m.AttemptedAt.Add(-earlier)) {
			continue
		}
		if words(m.Text) == words(e.Text) && (m.AttachmentID != nil) == (e.Files > 0) {
			a[k] = slices.Delete(slices.Clone(a[k]), i, i+1)
			return m, true
		}
	}
	return Message{}, false
}

// words leaves out what platforms change about the space in a text.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// PrivateReplies returns the private replies to comments of a channel that have gone, or may have, by the comments' ids.
func (s *Service) PrivateReplies(
	ctx context.Context, a account.ID, channelID ids.ID, comments []string,
) (map[string]Message, error) {
	rows, err := s.store.privateReplies(ctx, a, channelID, comments)
	found := make(map[string]Message, len(rows))
	for _, m := range rows {
		found[m.ReplyTo] = m
	}
	return found, err
}

// Redirect moves private replies into the conversations that they began: what becomes of them is told there.
func (s *Service) Redirect(ctx context.Context, messages []Message) error {
	_, err := storage.UpdateMany(ctx, s.DB, messages, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"conversation_id", "identity_id"},
	})
	return err
}
