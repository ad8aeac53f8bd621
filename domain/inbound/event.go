// Package inbound is intake: what providers tell us is stored in the vault before anything else (accept.go), then turned
// into contacts, conversations, tasks and comments (process.go: start there). The rows of the vault are the queue; a bell
// only saves the wait.
//
// An event has its effect exactly once: its key is unique in its channel, its comment carries its id, and everything that
// follows from it is written in the transaction that closes it.
package inbound

import (
	"hash/fnv"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
)

// State is what has become of an event. The drawing is in domain/README.md.
type State string

// The states.
const (
	Received  State = "received"
	Processed State = "processed"
	Ignored   State = "ignored" // it needs no effect; Reason says why
	Waiting   State = "waiting" // something must be fetched first; Reason says what
	Held      State = "held"    // its channel is off
	Failed    State = "failed"  // quarantine: the event's own fault; Reason says which
)

// Steps returns the states that may follow each state.
func Steps() map[State][]State {
	return map[State][]State{
		Received:  {Processed, Ignored, Waiting, Held, Failed},
		Waiting:   {Received}, // what it waits for is there, or its time is up
		Held:      {Received, Ignored},
		Failed:    {Received},
		Processed: {Received}, // replay: fills again, and repeats nothing
		Ignored:   {Received},
	}
}

// Event is one thing a provider told us, as the vault keeps it.
type Event struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	ChannelID ids.ID
	Type      string // the provider's name for it
	Key       string
	Lane      string
	Slot      int
	State     State
	Reason    string
	Envelope  channel.Envelope `gorm:"serializer:json"`
	Raw       []byte           // the item's own bytes; gone when it was unsent or erased
	// RawExpiredAt is when the bytes went because the account keeps none so old; nil when they are there, or were erased.
	RawExpiredAt *time.Time
	Month        int // year*100+month, by which old ones can be dropped
	// WaitingUntil is when a waiting event is looked at again whatever happens; nil when it waits for as long as it takes.
	WaitingUntil *time.Time
	TaskID       *ids.ID
	CommentID    *ids.ID
	ContactID    *ids.ID
	// Recovered says that no webhook brought it: it was found by asking, after one was lost.
	Recovered bool
	// ReplayID is the replay that it was last part of.
	ReplayID    *ids.ID
	OccurredAt  time.Time
	ReceivedAt  time.Time
	ProcessedAt *time.Time
}

// TableName names the table.
func (Event) TableName() string { return "inbound_events" }

// Item returns the event as its adapter reads it.
func (e Event) Item() channel.Item {
	return channel.Item{
		Type: e.Type, Key: e.Key, Lane: e.Lane, OccurredAt: e.OccurredAt, Envelope: e.Envelope, Raw: e.Raw,
	}
}

// eventKey says that an event is stored. It outlives the event.
type eventKey struct {
	AccountID account.ID `gorm:"primaryKey"`
	ChannelID ids.ID     `gorm:"primaryKey"`
	Key       string     `gorm:"primaryKey"`
	EventID   ids.ID
	CreatedAt time.Time
}

// TableName names the table.
func (eventKey) TableName() string { return "event_keys" }

// addressed is an event with the page that it is for.
type addressed struct {
	Event
	Kind       string
	ExternalID string
}

// Unrouted is something rightly signed that is no channel's: kept for a while, counted, shown to the operator.
type Unrouted struct {
	ID         ids.ID `gorm:"primaryKey"`
	Door       string
	Object     string
	EntryID    string
	Reason     string
	SHA256     []byte `gorm:"column:sha256"`
	Times      int
	Raw        []byte
	ReceivedAt time.Time
}

// TableName names the table.
func (Unrouted) TableName() string { return "unrouted_events" }

// slots is how many holders the lanes are spread over. Whoever locks a slot processes all its lanes, in order.
const slots = 64

// slotOf spreads lanes by channel and class: the lanes of one page stay together, but its direct messages do not wait
// behind the comments of a post, and another page waits behind neither. Each class has slots of its own, so that no
// accident of hashing puts anybody's direct messages behind somebody's viral post.
func slotOf(channelID ids.ID, lane string) int {
	class, _, _ := strings.Cut(lane, ":")
	h := fnv.New32a()
	_, _ = h.Write(channelID[:])
	_, _ = h.Write([]byte(class))
	first, many := uint32(56), uint32(slots-56) // leads, and what belongs to no lane
	switch class {
	case "dm":
		first, many = 0, 40
	case "post":
		first, many = 40, 16
	}
	return int(first + h.Sum32()%many)
}
