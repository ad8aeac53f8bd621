package channel

import (
	"context"
	"time"
)

// Place says where a comment stands: under which post, and what it answers. An Inbound that has one is a comment, which
// everybody can read, and no message of a conversation with one person.
type Place struct {
	Post    string `json:"post"`               // the post's id
	PostURL string `json:"post_url,omitempty"` // its address, if the item says it
	Parent  string `json:"parent,omitempty"`   // the comment it answers; empty when it answers the post
}

func (p *Place) clean() *Place {
	if p == nil {
		return nil
	}
	return &Place{CleanText(p.Post), CleanText(p.PostURL), CleanText(p.Parent)}
}

// Mode says how a message goes out.
type Mode string

// The modes. The zero Mode is Direct.
const (
	Direct       Mode = "reply"         // to a person, in a conversation with them
	Answer       Mode = "answer"        // publicly, under a comment or a post: ReplyTo names which
	PrivateReply Mode = "private_reply" // to whoever wrote a comment: ReplyTo names it; a comment has one
)

// Manner is what a kind can do in a mode other than Direct, with its limits and its rules.
type Manner struct {
	Transport  string             `json:"transport"`
	TextLimit  int                `json:"text_limit"`
	FileLimits map[FileType]int64 `json:"file_limits"` // bytes; a type that is missing cannot be sent
	// Together says that a text and one file go as one message, and that there is only one.
	Together bool `json:"together"`
	// Rules are tried in order, as those of Direct; the age counts from the comment that is answered.
	Rules []ReplyRule `json:"-"`
}

// Manner returns what the kind can do in a mode; false when it does not know the mode.
func (c Capabilities) Manner(m Mode) (Manner, bool) {
	if m == Direct || m == "" {
		return Manner{Transport: c.Transports[0], TextLimit: c.TextLimit, FileLimits: c.FileLimits, Rules: c.Rules}, true
	}
	got, ok := c.Modes[m]
	return got, ok
}

// Post is what people comment on; what is empty is not known.
type Post struct {
	Text  string
	Title string
	URL   string
	Files []File
}

// PostFetcher reads posts, which events name only.
type PostFetcher interface {
	// FetchPost returns a post. Errors are *Failure: a post that may not be read is Rejected or Disconnected.
	FetchPost(ctx context.Context, a Access, post string) (Post, error)
}

// Moderation is something that can be done with a comment under a post.
type Moderation string

// The moderations. Like and Hide can be undone, Delete cannot.
const (
	Like   Moderation = "like"
	Unlike Moderation = "unlike"
	Hide   Moderation = "hide"
	Unhide Moderation = "unhide"
	Delete Moderation = "delete"
)

// Moderator does things with comments under posts.
type Moderator interface {
	// Standing says how a comment stands and what may be done with it now.
	Standing(ctx context.Context, a Access, comment string) (Standing, error)
	// Moderate does it. Done twice it comes to the same, so that whoever heard no answer may try again.
	Moderate(ctx context.Context, a Access, comment string, do Moderation) error
}

// Standing is how a comment stands, as the platform last said.
type Standing struct {
	URL             string    `json:"url,omitempty"`
	Hidden          bool      `json:"hidden"`
	Liked           bool      `json:"liked"` // by the channel
	CanLike         bool      `json:"can_like"`
	CanHide         bool      `json:"can_hide"`
	CanDelete       bool      `json:"can_delete"`
	CanReply        bool      `json:"can_reply"`
	CanReplyPrivate bool      `json:"can_reply_privately"`
	CheckedAt       time.Time `json:"checked_at"`
}

// Allows tells whether the platform lets something be done.
func (s Standing) Allows(m Moderation) bool {
	switch m {
	case Like, Unlike:
		return s.CanLike
	case Hide, Unhide:
		return s.CanHide
	case Delete:
		return s.CanDelete
	}
	return false
}

// Done tells whether something is done already.
func (s Standing) Done(m Moderation) bool {
	switch m {
	case Like, Unlike:
		return s.Liked == (m == Like)
	case Hide, Unhide:
		return s.Hidden == (m == Hide)
	}
	return false
}
