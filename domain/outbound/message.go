// Package outbound delivers what staff write. A comment becomes messages (its text, and each attachment), each a row with a
// state of its own; a lane, one conversation, keeps their order. Read policy.go (may this be sent, and as what), then
// deliver.go (the flow), then settle.go (what became of a message whose answer was lost).
//
// Whoever asks for a delivery writes rows and rings a bell; the rows decide, and nothing is ever sent twice because
// something was uncertain.
package outbound

import (
	"slices"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// State is how far a message has come. The drawing is in domain/README.md.
type State string

// The states.
const (
	Queued      State = "queued"
	Sending     State = "sending"
	Sent        State = "sent"
	Delivered   State = "delivered"
	Read        State = "read"
	Unconfirmed State = "unconfirmed" // the answer was lost: it may have been sent
	Failed      State = "failed"
	Refused     State = "refused"   // by our own policy, before anything was sent
	Cancelled   State = "cancelled" // undone, before anything was sent
)

// States are all of them.
func States() []State {
	return []State{Queued, Sending, Sent, Delivered, Read, Unconfirmed, Failed, Refused, Cancelled}
}

// severity orders states from best to worst; a comment shows the worst of its messages.
func severity() []State {
	return []State{Read, Delivered, Sent, Cancelled, Sending, Queued, Unconfirmed, Refused, Failed}
}

// Worst returns the state that a comment with these messages shows; empty for none.
func Worst(messages []Message) State {
	worst := -1
	for _, m := range messages {
		worst = max(worst, slices.Index(severity(), m.State))
	}
	if worst < 0 {
		return ""
	}
	return severity()[worst]
}

// Message is one thing to deliver.
type Message struct {
	AccountID      account.ID `gorm:"primaryKey"`
	ID             ids.ID     `gorm:"primaryKey"` // sorts by when it was queued: the order within its lane
	TaskID         ids.ID
	CommentID      ids.ID
	ChannelID      ids.ID
	ConversationID ids.ID
	IdentityID     *ids.ID
	Lane           string
	Part           channel.Part
	Text           string
	AttachmentID   *ids.ID
	Template       *channel.OutTemplate `gorm:"serializer:json"`
	AsLink         bool                 // a link to the file goes instead of the file
	ReplyTo        string               // the platform's id of what it answers
	AnswersAt      *time.Time           // when the comment that it answers was written
	Mode           channel.Mode
	AuthorKind     account.ActorKind
	AuthorID       *ids.ID
	Token          string // goes along and comes back in the echo
	ExternalID     *string
	State          State
	NotBefore      time.Time
	Decision       *Decision        `gorm:"serializer:json"`
	Failure        *channel.Failure `gorm:"serializer:json"`
	Attempts       int
	AttemptedAt    *time.Time // when the last attempt began
	CheckedAt      *time.Time // when the platform was last asked what became of that attempt
	SentAt         *time.Time
	DeliveredAt    *time.Time
	ReadAt         *time.Time
	LeftAt         *time.Time // since when a failed or refused one is left alone: it needs nobody any more
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// TableName names the table.
func (Message) TableName() string { return "messages" }

// Attempt is one try to deliver a message, written before the call and finished after it.
type Attempt struct {
	AccountID  account.ID `gorm:"primaryKey"`
	ID         ids.ID     `gorm:"primaryKey"`
	MessageID  ids.ID
	Month      int              // of its start, by which PostgreSQL finds it and old ones are dropped
	Decision   *Decision        `gorm:"serializer:json"`
	Outcome    string           // empty while it runs; a class of failure, sent, or refused
	Failure    *channel.Failure `gorm:"serializer:json"`
	StartedAt  time.Time
	FinishedAt *time.Time
}

// TableName names the table.
func (Attempt) TableName() string { return "attempts" }

func newAttempt(m Message, now time.Time) Attempt {
	return Attempt{
		AccountID: m.AccountID, ID: ids.New(), MessageID: m.ID, Month: storage.MonthOf(now),
		Decision: m.Decision, StartedAt: now,
	}
}

const directLane = "conversation:"

// Lane returns the lane of a conversation.
func Lane(conversation ids.ID) string { return directLane + conversation.String() }

// lane returns the lane of a draft: answers under one comment keep their order, and wait for no others; a private reply
// waits for nothing.
func (d Draft) lane() string {
	switch d.Mode {
	case channel.Answer:
		return "thread:" + d.ConversationID.String() + ":" + d.ReplyTo
	case channel.PrivateReply:
		return "private:" + d.ConversationID.String() + ":" + d.ReplyTo
	}
	return Lane(d.ConversationID)
}

// queueOf returns the due work that a lane is delivered by. What is written under posts has workers of its own: a thousand
// answers there hold up no direct message.
func queueOf(lane string) string {
	if strings.HasPrefix(lane, directLane) {
		return Queue
	}
	return PublicQueue
}
