package task

import (
	"context"
	"fmt"
	"slices"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/storage"
	"kontor/templates"
)

// Arrived notes, in the context's transaction, what the platform made of answers under posts and of private replies. An
// answer is known by its id from then on, so that it can be answered, hidden and removed like any other comment. A private
// reply begins a conversation: the person it reached becomes known, and what they write back continues the task.
// Telling it twice changes nothing.
func (s *Service) Arrived(ctx context.Context, list []outbound.Arrival) error {
	var public []placed
	var private []outbound.Arrival
	for _, a := range list {
		m := a.Message
		switch {
		case m.Mode == channel.Answer && m.ExternalID != nil:
			public = append(public, placed{m.AccountID, m.CommentID, m.ChannelID, *m.ExternalID})
		case m.Mode == channel.PrivateReply && a.Person != "":
			private = append(private, a)
		}
	}
	_, err := storage.UpdateMany(ctx, s.DB, public, storage.Update{
		Match: []string{"account_id", "id"}, Key: []string{"account_id", "id"}, Set: []string{"external_id"},
		Also:  "thread = CASE WHEN t.thread = '' THEN v.external_id ELSE t.thread END",
		Carry: []string{"channel_id"},
		Where: `t.external_id IS NULL AND NOT EXISTS (SELECT 1 FROM comments AS o
			WHERE o.account_id = v.account_id AND o.channel_id = v.channel_id AND o.external_id = v.external_id)`,
	})
	if err != nil || len(private) == 0 {
		return err
	}
	return s.begin(ctx, private)
}

// placed is a comment of ours with the platform's id of it.
type placed struct {
	AccountID  account.ID
	ID         ids.ID
	ChannelID  ids.ID
	ExternalID string
}

// TableName names the table.
func (placed) TableName() string { return "comments" }

// begun is a private reply with the conversation that it began.
type begun struct {
	outbound.Arrival
	answered Comment
	known    contact.Known
	conv     conversation.Conversation
}

func (b begun) address() contact.Address {
	return contact.Address{AccountID: b.Message.AccountID, ChannelID: b.Message.ChannelID, ExternalID: b.Person}
}

// begin makes the conversations that private replies began, and ties them to the tasks.
func (s *Service) begin(ctx context.Context, list []outbound.Arrival) error {
	replies, err := s.reached(ctx, list)
	if err != nil {
		return err
	}
	wanted := make([]conversation.Conversation, len(replies))
	for i, r := range replies {
		wanted[i] = conversation.Conversation{
			AccountID: r.Message.AccountID, ChannelID: r.Message.ChannelID, Type: conversation.Direct,
			Key: conversation.DirectKey(r.Person), ContactID: ids.Ptr(r.known.Contact.ID), IdentityID: ids.Ptr(r.known.Identity.ID),
		}
	}
	found, err := s.Conversations.Ensure(ctx, wanted)
	if err != nil {
		return err
	}
	messages := make([]outbound.Message, len(replies))
	comments := make([]Comment, len(replies))
	for i := range replies {
		r := &replies[i]
		r.conv = found[wanted[i].Thread()]
		messages[i] = r.Message
		messages[i].ConversationID, messages[i].IdentityID = r.conv.ID, ids.Ptr(r.known.Identity.ID)
		comments[i] = Comment{AccountID: r.Message.AccountID, ID: r.Message.CommentID, ConversationID: ids.Ptr(r.conv.ID)}
	}
	if err := s.tie(ctx, replies); err != nil {
		return err
	}
	_, err = storage.UpdateMany(ctx, s.DB, comments, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"conversation_id"},
	})
	if err != nil {
		return err
	}
	return s.Outbound.Redirect(ctx, messages)
}

// reached finds out who the people are: whoever wrote the comment that was answered, if the platform had said so; else it
// is known only now.
func (s *Service) reached(ctx context.Context, list []outbound.Arrival) ([]begun, error) {
	keys := make([]External, len(list))
	for i, a := range list {
		keys[i] = External{a.Message.AccountID, a.Message.ChannelID, a.Message.ReplyTo}
	}
	answered, err := s.Known(ctx, slices.Clone(keys))
	if err != nil {
		return nil, err
	}
	replies := make([]begun, len(list))
	wanted := make([]contact.Wanted, len(list))
	authors := map[contact.Address]contact.Contact{}
	for i, a := range list {
		r := begun{Arrival: a, answered: answered[keys[i]]}
		if r.answered.AuthorID != nil {
			authors[r.address()] = contact.Contact{ID: *r.answered.AuthorID, Name: r.answered.AuthorName}
		}
		replies[i] = r
		wanted[i] = contact.Wanted{
			Address: r.address(), Name: r.answered.AuthorName,
			Make: func() contact.Contact { return contact.Contact{Kind: string(templates.Person)} },
		}
	}
	if err := s.Contacts.Join(ctx, authors); err != nil {
		return nil, err
	}
	known, err := s.Contacts.Ensure(ctx, wanted)
	if err != nil {
		return nil, err
	}
	var unnamed []Comment
	for i := range replies {
		replies[i].known = known[replies[i].address()]
		if c := replies[i].answered; c.ID != ids.Nil && c.AuthorID == nil {
			unnamed = append(unnamed, Comment{AccountID: c.AccountID, ID: c.ID, AuthorID: ids.Ptr(replies[i].known.Contact.ID)})
		}
	}
	_, err = storage.UpdateMany(ctx, s.DB, unnamed, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"author_id"}, Where: "t.author_id IS NULL",
	})
	return replies, err
}

// tie makes each task the active one of the conversation that its private reply began, unless another is.
func (s *Service) tie(ctx context.Context, replies []begun) error {
	refs := make([]channel.Key, len(replies))
	channels := make([]channel.Key, len(replies))
	for i, r := range replies {
		refs[i] = channel.Key{AccountID: r.Message.AccountID, ID: r.Message.TaskID}
		channels[i] = channel.Key{AccountID: r.Message.AccountID, ID: r.Message.ChannelID}
	}
	rows, err := storage.SelectMany[Task](ctx, s.DB, unique(refs), "account_id", "id")
	if err != nil {
		return err
	}
	settings, err := s.Channels.ByKeys(ctx, unique(channels))
	if err != nil {
		return err
	}
	open := map[ids.ID]bool{}
	for _, t := range rows {
		open[t.ID] = t.Active
	}
	var claims []active
	var whys []Why
	var strangers []Task
	now := s.Clock.Now()
	for i, r := range replies {
		strangers = append(strangers, Task{AccountID: refs[i].AccountID, ID: refs[i].ID, ContactID: ids.Ptr(r.known.Contact.ID)})
		if !open[r.Message.TaskID] {
			continue
		}
		scope := ConversationScope(r.conv.ID)
		if settings[channels[i]].Settings.ActiveScope == channel.PerContact {
			scope = ContactScope(r.known.Contact.ID)
		}
		claims = append(claims, active{r.Message.AccountID, scope, r.Message.TaskID})
		whys = append(whys, Why{r.Message.AccountID, r.Message.TaskID, ids.New(), []templates.Step{
			templates.NewStep("private_reply.linked", "contact_id", r.known.Contact.ID.String(), "conversation_id", r.conv.ID.String()),
		}, now})
	}
	_, err = storage.UpdateMany(ctx, s.DB, firstOfEach(strangers), storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"contact_id"}, Where: "t.contact_id IS NULL",
	})
	if err != nil {
		return err
	}
	written, err := storage.InsertMany(ctx, s.DB, claims)
	if err != nil {
		return fmt.Errorf("tie conversations: %w", err)
	}
	var fresh []Why
	for i, ok := range written {
		if ok {
			fresh = append(fresh, whys[i])
		}
	}
	_, err = storage.InsertMany(ctx, s.DB, fresh)
	return err
}

func firstOfEach(rows []Task) []Task {
	seen := map[ids.ID]bool{}
	return slices.DeleteFunc(rows, func(t Task) bool {
		twice := seen[t.ID]
		seen[t.ID] = true
		return twice
	})
}

func unique(list []channel.Key) []channel.Key {
	seen := map[channel.Key]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(k channel.Key) bool {
		twice := seen[k]
		seen[k] = true
		return twice
	})
}
