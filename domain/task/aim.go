package task

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/conversation"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/outbound"
)

// aim notes on a new comment what it answers and, when it is public, where and by what it goes. What is under a post is
// answered under the post, or once in private; everything else in the conversation it came from.
func (s *Service) aim(ctx context.Context, t Task, c *Comment, n NewComment) (outbound.Draft, error) {
	answered, err := s.answered(ctx, t, n.ReplyTo)
	if err != nil {
		return outbound.Draft{}, err
	}
	if answered != nil && answered.ExternalID != nil {
		c.ReplyTo = *answered.ExternalID
	}
	if c.Visibility != Public {
		return outbound.Draft{}, nil
	}
	if answered != nil && answered.ConversationID != nil {
		c.ConversationID, c.ChannelID = answered.ConversationID, answered.ChannelID
	}
	if c.ConversationID == nil || c.ChannelID == nil {
		return outbound.Draft{}, errs.Input(errs.At("body.visibility", "task.no_conversation"))
	}
	conv, err := s.Conversations.Get(ctx, t.AccountID, *c.ConversationID)
	if err != nil {
		return outbound.Draft{}, err
	}
	to := outbound.Draft{ConversationID: conv.ID, ReplyTo: c.ReplyTo}
	if conv.Type == conversation.OfAPost {
		if answered == nil {
			if answered, err = s.store.lastOfContacts(ctx, t, conv.ID); err != nil {
				return to, err
			}
		}
		err = s.underPost(ctx, t, c, answered, n.Mode, &to)
	} else if n.Mode == channel.PrivateReply {
		err = errs.Input(errs.At("body.mode", "comment.private_reply_to"))
	}
	if err == nil && n.Template != nil {
		err = s.fromTemplate(ctx, c, *n.Template, conv, &to)
	}
	if err != nil {
		return to, err
	}
	c.Transport, err = s.transport(ctx, *c, to.Mode)
	return to, err
}

// fromTemplate makes the comment say what its template says with the values.
func (s *Service) fromTemplate(
	ctx context.Context, c *Comment, use outbound.TemplateUse, conv conversation.Conversation, to *outbound.Draft,
) error {
	if conv.Type == conversation.OfAPost {
		return errs.Input(errs.At("body.mode", "template.direct_only"))
	}
	filled, err := s.Outbound.Filled(ctx, c.AccountID, conv.ChannelID, use)
	if err != nil {
		return err
	}
	to.Mode, to.Template, to.ReplyTo, c.ReplyTo = channel.FromTemplate, &filled, "", ""
	c.Text = filled.Text()
	c.Details = map[string]any{"template": map[string]any{"name": use.Name, "language": use.Language}}
	return nil
}

// answered returns the comment that is answered, nil for none.
func (s *Service) answered(ctx context.Context, t Task, id *ids.ID) (*Comment, error) {
	if id == nil {
		return nil, nil //nolint:nilnil // nothing is answered
	}
	c, err := s.store.comment(ctx, t.AccountID, *id)
	foreign := err == nil && c.TaskID != t.ID && (c.ConversationID == nil || ids.Of(c.ConversationID) != ids.Of(t.ConversationID))
	if errs.KindOf(err) == errs.NotFound || foreign {
		return nil, errs.Input(errs.At("body.reply_to", "comment.not_found"))
	}
	return &c, err
}

// underPost aims at a comment under a post, or at the post itself when there is none. The platform nests one level deep:
// whatever answers an answer stands under the comment on the post.
func (s *Service) underPost(
	ctx context.Context, t Task, c, answered *Comment, mode channel.Mode, to *outbound.Draft,
) error {
	c.PostID, to.Mode = t.PostID, channel.Answer
	if answered != nil && answered.PostID != nil {
		c.PostID = answered.PostID
	}
	if answered != nil && answered.UnsentAt != nil {
		return errs.New(errs.Conflict, "comment.gone")
	}
	if mode == channel.PrivateReply {
		if answered == nil || answered.AuthorKind != account.Contact || answered.ExternalID == nil {
			return errs.Input(errs.At("body.mode", "comment.private_reply_to"))
		}
		to.Mode, to.ReplyTo, to.AnswersAt = channel.PrivateReply, *answered.ExternalID, &answered.OccurredAt
		c.PostID, c.ReplyTo = nil, *answered.ExternalID
		return nil
	}
	if answered != nil && answered.ExternalID != nil {
		c.ReplyTo, c.Thread, to.ReplyTo = *answered.ExternalID, answered.Thread, answered.Thread
		if to.ReplyTo == "" { // the post itself, by somebody who named us in it
			to.ReplyTo = *answered.ExternalID
		}
		to.AnswersAt = &answered.OccurredAt
		return nil
	}
	if c.PostID == nil {
		return errs.Input(errs.At("body.reply_to", "comment.not_found"))
	}
	p, err := s.Posts.Get(ctx, t.AccountID, *c.PostID)
	to.ReplyTo, c.ReplyTo = p.ExternalID, ""
	return err
}

// transport returns by what a public comment goes.
func (s *Service) transport(ctx context.Context, c Comment, mode channel.Mode) (string, error) {
	ch, err := s.Channels.Get(ctx, c.AccountID, *c.ChannelID)
	if err != nil {
		return "", err
	}
	if ch.RemovedAt != nil {
		return "", errs.New(errs.Conflict, "channel.removed")
	}
	adapter, err := s.Channels.Registry.Of(ch.Kind)
	if err != nil {
		return "", err
	}
	can, _ := adapter.Describe().Capabilities.Manner(mode) // what is not known is refused when it is queued
	return can.Transport, nil
}
