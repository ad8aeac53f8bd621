package outbound

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// The due work of delivering, direct messages and what is written under posts; the key is a lane.
const (
	Queue       = "deliver"
	PublicQueue = "deliver_public"
)

// Service delivers messages.
type Service struct {
	Deps
	store    store
	together together
}

// Deps is what the service works with.
type Deps struct {
	DB            *storage.DB
	Every         storage.Everywhere
	Clock         clock.Clock
	Log           *slog.Logger
	Due           *due.Index
	Feed          *feed.Feed
	Audit         *audit.Log
	Channels      *channel.Service
	Contacts      *contact.Service
	Conversations *conversation.Service
	Attachments   *attachment.Service
	Observe       func(kind, outcome string, took time.Duration) // one attempt, for the metrics
	// Arrived is called in the transaction in which it became known that answers under posts and private replies arrived.
	Arrived func(ctx context.Context, list []Arrival) error
}

// New returns the service.
func New(d Deps) *Service {
	s := &Service{Deps: d, store: store{d.DB}}
	s.together = s.gather()
	return s
}

// Draft is a public comment to be delivered.
type Draft struct {
	TaskID         ids.ID
	CommentID      ids.ID
	ConversationID ids.ID
	Text           string
	Attachments    []attachment.Attachment
	AsLinks        []ids.ID  // those of them of which a link goes instead of the file
	ReplyTo        string    // the platform's id of what it answers
	NotBefore      time.Time // until then it can be undone
	Mode           channel.Mode
	Template       *channel.OutTemplate // of the mode FromTemplate; Text is how it reads
	AnswersAt      *time.Time           // when the comment that it answers was written
	Split          bool                 // a direct text that is too long for one message goes as several
}

// Enqueue makes the messages of a comment, in the context's transaction, and has them delivered. What the platform would not
// take whenever it were sent (too long, too large, a type it does not know) is an Invalid error; what the reply policy does
// not allow is kept as refused, with the decision.
func (s *Service) Enqueue(ctx context.Context, by account.Actor, d Draft) ([]Message, error) {
	conv, err := s.Conversations.Get(ctx, by.AccountID, d.ConversationID)
	if err != nil {
		return nil, err
	}
	c, err := s.Channels.Get(ctx, by.AccountID, conv.ChannelID)
	if err != nil {
		return nil, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return nil, err
	}
	can, ok := adapter.Describe().Capabilities.Manner(d.Mode)
	if !ok {
		return nil, errs.Input(errs.At("body.mode", "comment.mode_unknown"))
	}
	if err := fits(can, d); err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	base := Message{
		AccountID: by.AccountID, TaskID: d.TaskID, CommentID: d.CommentID, ChannelID: c.ID, ConversationID: conv.ID,
		IdentityID: conv.IdentityID, Lane: d.lane(), Mode: d.mode(), AuthorKind: by.Kind, AuthorID: ids.Ptr(by.StaffID),
		ReplyTo: d.ReplyTo, AnswersAt: d.AnswersAt, Template: d.Template,
		State: Queued, NotBefore: clock.Max(now, d.NotBefore), CreatedAt: now, UpdatedAt: now,
	}
	partner, err := s.identity(ctx, by.AccountID, conv.IdentityID)
	if err != nil {
		return nil, err
	}
	decision, err := s.decide(c, conv, partner, base)
	if err != nil {
		return nil, err
	}
	if base.Decision = &decision; !decision.MayWrite { // said at once, and decided again when somebody tries it again
		base.State = Refused
	}
	messages := d.messages(base, can)
	written, err := storage.InsertMany(ctx, s.DB, messages)
	if err != nil {
		return nil, err
	}
	for _, id := range d.AsLinks {
		if err := s.Attachments.MakeLink(ctx, by, id); err != nil {
			return nil, err
		}
	}
	if slices.Contains(written, false) { // the unique key of private replies: there is one already
		return nil, errs.New(errs.Conflict, reasonPrivateUsed)
	}
	if !decision.MayWrite {
		return messages, s.store.refusals(ctx, messages)
	}
	return messages, s.wake(ctx, base.AccountID, base.ChannelID, base.Lane, base.NotBefore)
}

func (d Draft) mode() channel.Mode {
	if d.Mode == "" {
		return channel.Direct
	}
	return d.Mode
}

// texts are the messages that the text goes as.
func (d Draft) texts(can channel.Manner) []string {
	switch {
	case d.Text == "":
		return nil
	case d.Split && d.mode() == channel.Direct:
		return Parts(d.Text, can.TextLimit)
	}
	return []string{d.Text}
}

// messages are what the draft is delivered as: its text and each file by themselves, or together where they go as one.
func (d Draft) messages(base Message, can channel.Manner) []Message {
	var list []Message
	for i, text := range d.texts(can) {
		m := base
		m.ID, m.Token, m.Part, m.Text = ids.New(), newToken(), channel.TextPart, text
		if i > 0 {
			m.ReplyTo = ""
		}
		list = append(list, m)
	}
	for _, a := range d.Attachments {
		if can.Together && len(list) > 0 && !slices.Contains(d.AsLinks, a.ID) {
			list[0].AttachmentID = ids.Ptr(a.ID)
			continue
		}
		m := base
		m.ID, m.Token, m.Part, m.AttachmentID = ids.New(), newToken(), channel.AttachmentPart, ids.Ptr(a.ID)
		m.AsLink = slices.Contains(d.AsLinks, a.ID)
		if m.Mode == channel.Direct {
			m.ReplyTo = ""
		}
		list = append(list, m)
	}
	return list
}

// fits refuses what the kind can never take.
func fits(can channel.Manner, d Draft) error {
	var problems []errs.Problem
	if n := len([]rune(d.Text)); can.TextLimit > 0 && n > can.TextLimit && len(d.texts(can)) == 1 {
		problems = append(problems, errs.At("body.text", "input.too_long", "max", can.TextLimit, "length", n))
	}
	switch n := len(d.Attachments); {
	case d.Template != nil && n > 0:
		problems = append(problems, errs.At("body.attachment_ids", "template.no_files"))
	case can.Together && n > 1:
		problems = append(problems, errs.At("body.attachment_ids", "input.too_many", "max", 1))
	case d.Mode == channel.PrivateReply && d.Text != "" && n > 0, d.Mode == channel.PrivateReply && n > 1:
		problems = append(problems, errs.At("body.attachment_ids", "comment.private_reply_one"))
	}
	for i, a := range d.Attachments {
		at := fmt.Sprintf("body.attachment_ids[%d]", i)
		switch limit, ok := can.FileLimits[a.Type]; {
		case slices.Contains(d.AsLinks, a.ID) && d.mode() == channel.Direct: // it goes as text
		case slices.Contains(d.AsLinks, a.ID): // everybody would have it
			problems = append(problems, errs.At(at, "attachment.link_in_public"))
		case !ok:
			problems = append(problems, errs.At(at, "attachment.type_not_sendable", "type", a.Type))
		case a.Size > limit:
			problems = append(problems, errs.At(at, "attachment.too_large", "max_mb", limit>>20))
		}
	}
	return errs.Input(problems...)
}

// wake makes a lane due.
func (s *Service) wake(ctx context.Context, a account.ID, channelID ids.ID, lane string, at time.Time) error {
	return s.Due.Put(ctx, due.Work{
		AccountID: a, Queue: queueOf(lane), Key: lane, ChannelID: ids.Ptr(channelID), DueAt: at,
	})
}

// newToken makes what goes along with a message and comes back in its echo: 128 random bits.
func newToken() string { return channel.TokenPrefix + rand.Text() }

// Window says whether somebody may write in a conversation now, as what and until when.
func (s *Service) Window(ctx context.Context, by account.Actor, conversationID ids.ID) (Decision, error) {
	return s.WindowFor(ctx, by, conversationID, "", nil)
}

// WindowFor says the same of an answer under a comment, or of the private reply to one, written at a time. Without a mode,
// it is the one that the conversation has.
func (s *Service) WindowFor(
	ctx context.Context, by account.Actor, conversationID ids.ID, mode channel.Mode, answersAt *time.Time,
) (Decision, error) {
	conv, err := s.Conversations.Get(ctx, by.AccountID, conversationID)
	if err != nil {
		return Decision{}, err
	}
	c, err := s.Channels.Get(ctx, by.AccountID, conv.ChannelID)
	if err != nil {
		return Decision{}, err
	}
	if mode == "" && conv.Type == conversation.OfAPost {
		mode = channel.Answer
	}
	partner, err := s.identity(ctx, by.AccountID, conv.IdentityID)
	if err != nil {
		return Decision{}, err
	}
	return s.decide(c, conv, partner, Message{AuthorKind: by.Kind, Mode: mode, AnswersAt: answersAt})
}

// identity returns who an id names; nil when there is none.
func (s *Service) identity(ctx context.Context, a account.ID, id *ids.ID) (*contact.Identity, error) {
	if id == nil {
		return nil, nil //nolint:nilnil // nobody is an answer
	}
	x, err := s.Contacts.Identity(ctx, a, *id)
	return &x, err
}

// decide applies the reply rules of the message's mode. partner is whom the conversation is with, nil for nobody.
func (s *Service) decide(
	c channel.Channel, conv conversation.Conversation, partner *contact.Identity, m Message,
) (Decision, error) {
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return Decision{}, err
	}
	can, _ := adapter.Describe().Capabilities.Manner(m.Mode) // without rules nobody may
	r := Reply{Author: m.AuthorKind, Now: s.Clock.Now()}
	if m.Mode == channel.Answer || m.Mode == channel.PrivateReply {
		r.LastMessageAt = m.AnswersAt
		return Decide(can.Rules, r), nil
	}
	r.Standby = conv.Standby
	if partner != nil {
		r.LastMessageAt, r.WindowUntil, r.Unreachable = partner.LastMessageAt, partner.WindowUntil, partner.Unreachable
	}
	return Decide(can.Rules, r), nil
}

// Of returns the messages of comments of one account, by comment, in their order.
func (s *Service) Of(ctx context.Context, a account.ID, comments []ids.ID) (map[ids.ID][]Message, error) {
	rows, err := s.store.byComments(ctx, a, comments)
	found := map[ids.ID][]Message{}
	for _, m := range rows {
		found[m.CommentID] = append(found[m.CommentID], m)
	}
	return found, err
}

// Get returns a message of the account.
func (s *Service) Get(ctx context.Context, a account.ID, id ids.ID) (Message, error) {
	return s.store.get(ctx, a, id)
}

// Attempts returns every try to deliver a message, the first one first.
func (s *Service) Attempts(ctx context.Context, a account.ID, id ids.ID) ([]Attempt, error) {
	m, err := s.store.get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.store.attempts(ctx, m)
}

// announce tells screens that a comment's delivery changed.
func (s *Service) announce(ctx context.Context, messages ...Message) error {
	events := make([]feed.Event, 0, len(messages))
	for _, m := range messages {
		events = append(events, feed.Event{AccountID: m.AccountID, Type: feed.CommentChanged, Refs: feed.Refs{
			TaskID: ids.Ptr(m.TaskID), CommentID: ids.Ptr(m.CommentID), MessageID: ids.Ptr(m.ID),
		}})
	}
	return s.Feed.Publish(ctx, events...)
}

// FollowComments gives those messages of one task to another whose comments have been given to it, in the context's
// transaction.
func (s *Service) FollowComments(ctx context.Context, a account.ID, from, to ids.ID) error {
	return s.store.followComments(ctx, a, from, to)
}
