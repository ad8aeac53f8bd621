package outbound

import (
	"context"
	"maps"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Echo is the platform telling us of a message that the channel itself sent.
type Echo struct {
	AccountID  account.ID
	ChannelID  ids.ID
	Token      string // ours, if we sent it
	ExternalID string
	OccurredAt time.Time
	Person     string // whom it went to
	Public     bool   // it is a comment under a post, which has no token
	Under      string // the comment or the post that it stands under
	Text       string
	Files      int
}

// Unsettled tells whether an answer of ours may be with the platform without our knowing it: one of a channel, or of one of its
// conversations, which may be Nil. What the platform shows of a conversation could not be told from it then.
func (s *Service) Unsettled(ctx context.Context, a account.ID, channelID, conversationID ids.ID) (bool, error) {
	return s.store.unsettled(ctx, a, channelID, conversationID)
}

// Echoed says of each echo whether it is of a message of ours, and settles those whose answer was lost. It matches by
// token first, then by the platform's id, so that echo and answer may come in either order; a comment by where it stands,
// what it says and when.
func (s *Service) Echoed(ctx context.Context, echoes []Echo) ([]bool, error) {
	ours := make([]bool, len(echoes))
	byToken, err := s.byToken(ctx, echoes)
	if err != nil {
		return nil, err
	}
	waiting, err := s.answersTo(ctx, echoes) // before byID: the answer to the call may be written down in between
	if err != nil {
		return nil, err
	}
	byID, err := s.byExternalID(ctx, echoes)
	if err != nil {
		return nil, err
	}
	var settled []Arrival
	for i, e := range echoes {
		m, ok := byToken[tokenKey{e.AccountID, e.Token}]
		if !ok {
			if _, ours[i] = byID[externalKey{e.AccountID, e.ChannelID, e.ExternalID}]; ours[i] || !e.Public {
				continue
			}
			if m, ok = waiting.take(e); !ok {
				continue
			}
		}
		ours[i] = true
		if m.ChannelID != e.ChannelID || !m.echoed(e.ExternalID, e.OccurredAt, s.Clock.Now()) {
			continue
		}
		settled = append(settled, Arrival{m, e.Person})
		delete(byToken, tokenKey{e.AccountID, e.Token}) // told twice in one batch
	}
	return ours, s.confirm(ctx, settled)
}

// confirm makes messages sent, whatever we believed of them, and lets their lanes go on.
func (s *Service) confirm(ctx context.Context, arrived []Arrival) error {
	if len(arrived) == 0 {
		return nil
	}
	messages := make([]Message, len(arrived))
	for i, a := range arrived {
		messages[i] = a.Message
	}
	if _, err := s.store.sent(ctx, messages, "true", "external_id", "sent_at", "failure"); err != nil {
		return err
	}
	work := make([]due.Work, len(messages))
	for i, m := range messages {
		work[i] = due.Work{AccountID: m.AccountID, Queue: queueOf(m.Lane), Key: m.Lane, ChannelID: ids.Ptr(m.ChannelID)}
	}
	fault.Point("echo.before_ring")
	if err := s.Due.Put(ctx, work...); err != nil {
		return err
	}
	if err := s.arrived(ctx, arrived...); err != nil {
		return err
	}
	return s.announce(ctx, messages...)
}

type tokenKey struct {
	AccountID account.ID
	Token     string
}

type externalKey struct {
	AccountID  account.ID
	ChannelID  ids.ID
	ExternalID string
}

func (s *Service) byToken(ctx context.Context, echoes []Echo) (map[tokenKey]Message, error) {
	var keys []tokenKey
	for _, e := range echoes {
		if e.Token != "" {
			keys = append(keys, tokenKey{e.AccountID, e.Token})
		}
	}
	rows, err := storage.SelectMany[Message](ctx, s.DB, keys, "account_id", "token")
	found := make(map[tokenKey]Message, len(rows))
	for _, m := range rows {
		found[tokenKey{m.AccountID, m.Token}] = m
	}
	return found, err
}

func (s *Service) byExternalID(ctx context.Context, echoes []Echo) (map[externalKey]Message, error) {
	keys := make([]externalKey, len(echoes))
	for i, e := range echoes {
		keys[i] = externalKey{e.AccountID, e.ChannelID, e.ExternalID}
	}
	rows, err := storage.SelectMany[Message](ctx, s.DB, keys, "account_id", "channel_id", "external_id")
	found := make(map[externalKey]Message, len(rows))
	for _, m := range rows {
		found[externalKey{m.AccountID, m.ChannelID, *m.ExternalID}] = m
	}
	return found, err
}

// Receipt is the platform's later word on messages: delivered or read.
type Receipt struct {
	AccountID      account.ID
	ChannelID      ids.ID
	ConversationID ids.ID
	State          State     // Delivered or Read
	ExternalIDs    []string  // these messages
	Until          time.Time // and all of the conversation sent up to then; zero for none
	At             time.Time
}

// receiptByID and receiptUntil are receipts as rows that a statement works on.
type receiptByID struct {
	AccountID   account.ID
	ChannelID   ids.ID
	ExternalID  string
	DeliveredAt time.Time
	ReadAt      *time.Time
	State       State
}

func (receiptByID) TableName() string { return "messages" }

type receiptUntil struct {
	AccountID      account.ID
	ConversationID ids.ID
	Lane           string
	AttemptedAt    time.Time
	DeliveredAt    time.Time
	ReadAt         *time.Time
	State          State
}

func (receiptUntil) TableName() string { return "messages" }

// Receive notes receipts. A state never goes back, and a receipt for what we never sent changes nothing. One that comes
// before we have written down the platform's answer is kept with the message until we have.
func (s *Service) Receive(ctx context.Context, receipts []Receipt) error {
	byID := map[externalKey]receiptByID{}
	until := map[ids.ID]receiptUntil{}
	for _, r := range receipts {
		var read *time.Time
		if r.State == Read {
			read = &r.At
		}
		for _, id := range r.ExternalIDs {
			k := externalKey{r.AccountID, r.ChannelID, id}
			if byID[k].State != Read {
				byID[k] = receiptByID{r.AccountID, r.ChannelID, id, r.At, read, r.State}
			}
		}
		if was := until[r.ConversationID]; !r.Until.IsZero() && (was.State != Read || r.State == Read) {
			until[r.ConversationID] = receiptUntil{
				r.AccountID, r.ConversationID, Lane(r.ConversationID), clock.Max(r.Until, was.AttemptedAt), r.At, read, r.State,
			}
		}
	}
	changed, err := s.applyReceipts(ctx, slices.Collect(maps.Values(byID)), slices.Collect(maps.Values(until)))
	if err != nil {
		return err
	}
	return s.Feed.Publish(ctx, changed...)
}

// applyReceipts looks at what is under way first, and at what was sent afterwards: whose answer is written down in between
// is found the second time.
func (s *Service) applyReceipts(ctx context.Context, byID []receiptByID, until []receiptUntil) ([]feed.Event, error) {
	step := storage.Update{
		Key:   []string{"account_id", "id"},
		Also:  "delivered_at = coalesce(t.delivered_at, v.delivered_at), read_at = coalesce(t.read_at, v.read_at)",
		Carry: []string{"delivered_at", "read_at"},
	}
	const before = "t.attempted_at <= v.attempted_at"
	underWay := step
	underWay.Match, underWay.Carry = []string{"account_id", "lane"}, append(slices.Clone(step.Carry), "attempted_at")
	underWay.Where = "t.state IN ('sending', 'unconfirmed') AND " + before
	if _, err := storage.UpdateMany(ctx, s.DB, until, underWay); err != nil {
		return nil, err
	}
	var changed []Message
	step.Match, step.Set = []string{"account_id", "channel_id", "external_id"}, []string{"state"}
	step.Where = "(t.state = 'sent' OR t.state = 'delivered' AND v.state = 'read')"
	step.Back, step.Into = []string{"account_id", "task_id", "comment_id", "id"}, &changed
	if _, err := storage.UpdateMany(ctx, s.DB, byID, step); err != nil {
		return nil, err
	}
	step.Match, step.Carry = []string{"account_id", "conversation_id"}, underWay.Carry
	step.Where += " AND " + before
	if _, err := storage.UpdateMany(ctx, s.DB, until, step); err != nil {
		return nil, err
	}
	events := make([]feed.Event, 0, len(changed))
	for _, m := range changed {
		events = append(events, feed.Event{AccountID: m.AccountID, Type: feed.CommentChanged, Refs: feed.Refs{
			TaskID: ids.Ptr(m.TaskID), CommentID: ids.Ptr(m.CommentID), MessageID: ids.Ptr(m.ID),
		}})
	}
	return events, nil
}
