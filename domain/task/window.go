package task

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/outbound"
)

// CommentWindow says what can be written to a comment under a post: publicly, and as the one private reply to it.
type CommentWindow struct {
	ChannelID ids.ID
	Answer    outbound.Decision
	Private   outbound.Decision
	Reply     PrivateReply      // what is left of the private reply
	Standing  *channel.Standing // as the platform says; nil when it could not be asked
}

// PrivateReply is what is left of the one private reply to a comment.
type PrivateReply struct {
	State  PrivateState
	Reason string            // code of why not
	Until  *time.Time        // as long as it is available
	Used   *outbound.Message // the one that has gone, or may have
}

// PrivateState says whether a comment can be answered in private.
type PrivateState string

// The states.
const (
	PrivateAvailable  PrivateState = "available"
	PrivateUsed       PrivateState = "used"
	PrivateExpired    PrivateState = "expired"
	PrivateImpossible PrivateState = "impossible"
)

// The reasons why a comment has no private reply, besides those of the policy.
const (
	privateUsed       = "reply.private_used"
	privateImpossible = "reply.private_impossible"
	answerImpossible  = "reply.answer_impossible"
)

// Window says what can be written to a comment now. fresh asks the platform how the comment stands; when it cannot be
// asked, what it said last counts.
func (s *Service) Window(ctx context.Context, by account.Actor, id ids.ID, fresh bool) (CommentWindow, error) {
	c, m, err := s.moderated(ctx, by.AccountID, id)
	if err != nil {
		return CommentWindow{}, err
	}
	if fresh {
		if standing, err := m.standing(ctx); err == nil {
			if c, err = s.keep(ctx, by, c, standing, "", nil); err != nil {
				return CommentWindow{}, err
			}
		}
	}
	w := CommentWindow{ChannelID: ids.Of(c.ChannelID), Standing: c.Standing}
	conv, err := s.Conversations.Get(ctx, c.AccountID, ids.Of(c.ConversationID))
	if err != nil {
		return w, err
	}
	if w.Answer, err = s.Outbound.WindowFor(ctx, by, conv.ID, channel.Answer, &c.OccurredAt); err != nil {
		return w, err
	}
	if w.Private, err = s.Outbound.WindowFor(ctx, by, conv.ID, channel.PrivateReply, &c.OccurredAt); err != nil {
		return w, err
	}
	used, err := s.Outbound.PrivateReplies(ctx, c.AccountID, *c.ChannelID, []string{*c.ExternalID})
	w.Private = narrowed(w.Private, c, used)
	w.Reply = left(w.Private, used[*c.ExternalID])
	if c.Standing != nil && !c.Standing.CanReply {
		w.Answer.MayWrite, w.Answer.As, w.Answer.Reason = false, "none", answerImpossible
	}
	return w, err
}

// PrivateReplies says of comments of one account, those of contacts under posts among them, what is left of the private
// reply to each, with one statement a channel.
func (s *Service) PrivateReplies(
	ctx context.Context, by account.Actor, comments []Comment,
) (map[ids.ID]PrivateReply, error) {
	byChannel := map[ids.ID][]Comment{}
	for _, c := range comments {
		if c.PostID != nil && c.AuthorKind == account.Contact && c.ExternalID != nil && c.ChannelID != nil {
			byChannel[*c.ChannelID] = append(byChannel[*c.ChannelID], c)
		}
	}
	found := map[ids.ID]PrivateReply{}
	for channelID, list := range byChannel {
		external := make([]string, len(list))
		for i, c := range list {
			external[i] = *c.ExternalID
		}
		rules, err := s.rulesOf(ctx, by.AccountID, channelID, channel.PrivateReply)
		if err != nil {
			return nil, err
		}
		used, err := s.Outbound.PrivateReplies(ctx, by.AccountID, channelID, external)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			d := outbound.Decide(rules, outbound.Reply{Author: by.Kind, Now: s.Clock.Now(), LastMessageAt: &c.OccurredAt})
			found[c.ID] = left(narrowed(d, c, used), used[*c.ExternalID])
		}
	}
	return found, nil
}

func (s *Service) rulesOf(ctx context.Context, a account.ID, channelID ids.ID, m channel.Mode) ([]channel.ReplyRule, error) {
	c, err := s.Channels.Get(ctx, a, channelID)
	if err != nil {
		return nil, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return nil, err
	}
	can, _ := adapter.Describe().Capabilities.Manner(m) // without rules nobody may
	return can.Rules, nil
}

// narrowed takes back what the policy allows and this comment does not.
func narrowed(d outbound.Decision, c Comment, used map[string]outbound.Message) outbound.Decision {
	reason := ""
	switch _, gone := used[*c.ExternalID]; {
	case c.AuthorKind != account.Contact, c.UnsentAt != nil:
		reason = privateImpossible
	case gone:
		reason = privateUsed
	case d.MayWrite && c.Standing != nil && !c.Standing.CanReplyPrivate:
		reason = privateImpossible
	default:
		return d
	}
	d.MayWrite, d.As, d.Reason, d.Until = false, "none", reason, nil
	return d
}

// left is what a decision leaves of the private reply.
func left(d outbound.Decision, used outbound.Message) PrivateReply {
	r := PrivateReply{State: PrivateExpired, Reason: d.Reason}
	switch {
	case d.MayWrite:
		r.State, r.Until = PrivateAvailable, d.Until
	case d.Reason == privateUsed:
		r.State, r.Used = PrivateUsed, &used
	case d.Reason == privateImpossible:
		r.State = PrivateImpossible
	}
	return r
}
