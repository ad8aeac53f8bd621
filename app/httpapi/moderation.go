package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/post"
	"kontor/domain/task"
)

// Post is what the comments of a task stand under.
type Post struct {
	ID         ids.ID     `json:"id"`
	ExternalID string     `json:"external_id"`
	Title      string     `json:"title"`
	Text       string     `json:"text"`
	URL        string     `json:"url"`
	State      post.State `json:"state" enum:"pending,known,unreadable"`
	Reason     *Words     `json:"reason" doc:"why it could not be read"`
}

// Place says where a comment under a post stands, and what has been done with it.
type Place struct {
	PostID       ids.ID        `json:"post_id"`
	Thread       string        `json:"thread" doc:"external id of the comment on the post that it belongs to: its own, if it is one"`
	HiddenAt     *time.Time    `json:"hidden_at" doc:"from everybody but its author and their friends"`
	LikedAt      *time.Time    `json:"liked_at" doc:"by the page"`
	Standing     *Standing     `json:"standing" doc:"what the platform said last; null when it has not been asked"`
	PrivateReply *PrivateReply `json:"private_reply" doc:"null where there can be none, as with our own comments"`
}

// Standing is what may be done with a comment, as the platform last said.
type Standing struct {
	URL             string    `json:"url"`
	CanLike         bool      `json:"can_like"`
	CanHide         bool      `json:"can_hide"`
	CanDelete       bool      `json:"can_delete"`
	CanReply        bool      `json:"can_reply"`
	CanReplyPrivate bool      `json:"can_reply_privately"`
	CheckedAt       time.Time `json:"checked_at"`
}

// PrivateReply is what is left of the one private reply to a comment.
type PrivateReply struct {
	State     string     `json:"state" enum:"available,used,expired,impossible"`
	Until     *time.Time `json:"until" doc:"until when it can be sent"`
	CommentID *ids.ID    `json:"comment_id" doc:"the comment of ours that was sent"`
	MessageID *ids.ID    `json:"message_id" doc:"its message"`
	Advice    string     `json:"advice" doc:"why not and what to do instead, in the reader's language; empty while available"`
}

func (x *exchange) post(p post.Post) *Post {
	if p.ID == ids.Nil {
		return nil
	}
	return &Post{p.ID, p.ExternalID, p.Title, p.Text, p.URL, p.State, x.words(p.Reason)}
}

func (x *exchange) place(c task.Comment, replies map[ids.ID]task.PrivateReply) *Place {
	if c.PostID == nil {
		return nil
	}
	out := &Place{PostID: *c.PostID, Thread: c.Thread, HiddenAt: c.HiddenAt, LikedAt: c.LikedAt, Standing: standing(c.Standing)}
	if r, ok := replies[c.ID]; ok {
		out.PrivateReply = x.privateReply(r)
	}
	return out
}

func (x *exchange) privateReply(r task.PrivateReply) *PrivateReply {
	out := &PrivateReply{State: string(r.State), Until: r.Until}
	if r.Used != nil {
		out.CommentID, out.MessageID = ids.Ptr(r.Used.CommentID), ids.Ptr(r.Used.ID)
	}
	if r.State != task.PrivateAvailable {
		out.Advice = x.text(r.Reason, nil)
	}
	return out
}

func standing(s *channel.Standing) *Standing {
	if s == nil {
		return nil
	}
	return &Standing{s.URL, s.CanLike, s.CanHide, s.CanDelete, s.CanReply, s.CanReplyPrivate, s.CheckedAt}
}

// CommentWindow says what the caller may write to a comment under a post now.
type CommentWindow struct {
	Answer   ReplyWindow   `json:"answer" doc:"publicly, under the comment"`
	Private  ReplyWindow   `json:"private" doc:"as the one private reply to it"`
	Reply    *PrivateReply `json:"private_reply" doc:"what is left of that"`
	Standing *Standing     `json:"standing"`
}

type commentWindowInput struct {
	ByID
	Fresh bool `query:"fresh" doc:"ask the platform how the comment stands now; what it said last counts when it cannot be asked"`
}

func (a *API) commentWindow(ctx context.Context, who account.Actor, in *commentWindowInput) (*answer[CommentWindow], error) {
	w, err := a.Tasks.Window(ctx, who, in.ID, in.Fresh)
	if err != nil {
		return nil, err
	}
	c, err := a.Channels.Get(ctx, who.AccountID, w.ChannelID)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	waits := x.waits(c.Holdup(a.Clock.Now()))
	return answered(CommentWindow{
		x.window(w.Answer).waiting(waits), x.window(w.Private).waiting(waits), x.privateReply(w.Reply), standing(w.Standing),
	}, nil)
}

func (x *exchange) window(d outbound.Decision) ReplyWindow {
	return ReplyWindow{MayWrite: d.MayWrite, Until: d.Until, As: d.As, Reason: d.Reason, Advice: x.text(d.Reason, nil)}
}

type moderateInput struct {
	ByID
	Body struct {
		Action channel.Moderation `json:"action" enum:"like,unlike,hide,unhide,delete" doc:"like and hide can be undone, delete cannot"`
	}
}

func (a *API) moderateComment(ctx context.Context, who account.Actor, in *moderateInput) (*answer[Comment], error) {
	c, err := a.Tasks.Moderate(ctx, who, in.ID, in.Body.Action)
	if err != nil {
		return nil, err
	}
	shown, err := a.showComments(ctx, who, []task.Comment{c})
	if err != nil {
		return nil, err
	}
	return answered(shown[0], nil)
}
