// Package channel is about the places people write to: a connected page, profile, mailbox or widget. It holds the
// contract that each kind fulfils (adapter.go, describe.go, failure.go: start there) and the channels an account has:
// their settings, their switches, their health, and the claim that makes a page belong to one account only.
//
// What goes in and out of a channel is not its business: see inbound and outbound.
package channel

import (
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
)

// State is how a channel is, as people see it.
type State string

// The states. The first that applies holds, from off down.
const (
	Off       State = "off"       // switched off: itself, its kind, or the whole account
	Reconnect State = "reconnect" // its credentials are dead: an administrator must connect it again
	Slowed    State = "throttled" // the platform asked us to wait
	On        State = "on"
)

// Channel is one connected page, profile, mailbox or widget.
type Channel struct {
	AccountID   account.ID `gorm:"primaryKey"`
	ID          ids.ID     `gorm:"primaryKey"`
	Kind        string
	ExternalID  string
	Name        string // as the platform calls it
	DisplayName string // as the account calls it; empty means Name
	Enabled     bool   // what the administrator set
	State       State  // off, reconnect or on: the effect of all switches; Effective adds throttled
	StateReason string // code of why it must be connected again
	PausedUntil *time.Time
	// How much of the platform's limits is used, by its last word on them; see usage.go.
	UsagePercent int
	UsageLimit   string // the platform's name for the limit
	UsageAt      *time.Time
	RegainAt     *time.Time // until then calls are refused
	PacedUntil   *time.Time // no message goes before
	Throttles    int        // refusals in a row
	Credentials  []byte     // sealed
	// AuthorizedBy is the platform's id of the person whose token it is, as far as known: who may take it back.
	AuthorizedBy string
	AuthorizedAt *time.Time
	Settings     Settings `gorm:"serializer:json"`
	Health       Health   `gorm:"serializer:json"`
	SetUpBy      *ids.ID
	RemovedAt    *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// TableName names the table.
func (Channel) TableName() string { return "channels" }

// Title returns the name people see.
func (c Channel) Title() string {
	if c.DisplayName != "" {
		return c.DisplayName
	}
	return c.Name
}

// Effective returns the state at a time, which a pause of the platform's makes throttled.
func (c Channel) Effective(now time.Time) State {
	if c.State == On && c.PausedUntil != nil && c.PausedUntil.After(now) {
		return Slowed
	}
	return c.State
}

// Takes tells whether inbound events become tasks now; else they are held.
func (c Channel) Takes() bool { return c.State != Off }

// Health is what is known of a channel's condition.
type Health struct {
	CheckedAt *time.Time `json:"checked_at,omitempty"`
	Findings  []Finding  `json:"findings,omitempty"`
}

// Finding is one thing about a channel that an administrator should know. Its code is the key of words that say what it
// means and what to do.
type Finding struct {
	Code   string         `json:"code"`
	Level  string         `json:"level"` // info, warning, error
	Area   string         `json:"area"`  // connection, assignees or leads: what was looked at
	Params map[string]any `json:"params,omitempty"`
	Link   string         `json:"link,omitempty"` // where to do something about it
}

// Heard tells whether a webhook should have told of what happened at a time, which the platform gives in whole seconds:
// whether the channel was connected by then.
func (c Channel) Heard(at time.Time) bool { return !at.Before(c.CreatedAt.Truncate(time.Second)) }

// Settings are an administrator's choices for a channel. Which of them a kind has, its description says.
type Settings struct {
	ObjectTemplateID        *ids.ID  `json:"object_template_id" format:"uuid" doc:"null: the account's standard template"`
	ContactTemplateID       *ids.ID  `json:"contact_template_id" format:"uuid" doc:"null: the account's standard template"`
	AssigneeIDs             []ids.ID `json:"assignee_ids" format:"uuid" maxItems:"100" doc:"staff or teams, when the template names nobody"`
	NewTask                 NewTask  `json:"new_task" enum:"when_none_active,reopen_last"`
	ActiveScope             Scope    `json:"active_scope" enum:"conversation,contact"`
	HistoryCount            int      `json:"history_count" enum:"1,5,10,20,50" doc:"how many messages from before a new task shows"`
	AutoOwnership           bool     `json:"auto_ownership" doc:"who answers a task that nobody has, has it"`
	ResolveNewAfterDays     int      `json:"resolve_new_after_days" minimum:"0" maximum:"3650" doc:"0: never"`
	ResolvePendingAfterDays int      `json:"resolve_pending_after_days" minimum:"0" maximum:"3650" doc:"0: never"`
	Media                   Media    `json:"media" enum:"store,link"`
	Leads                   bool     `json:"leads" doc:"forms of ads that people submit become tasks"`

	Comments          bool         `json:"comments" doc:"take comments under posts, and mentions"`
	CommentScope      CommentScope `json:"comment_scope" enum:"post,thread,author" doc:"what of the comments has one active task"`
	CommentNewTask    NewTask      `json:"comment_new_task" enum:"when_none_active,reopen_last"`
	CommentTemplateID *ids.ID      `json:"comment_template_id" format:"uuid" doc:"null: the one made from the preset, else the standard one"`
	AttachPostFiles   bool         `json:"attach_post_files" doc:"a new task shows the pictures of its post"`
}

// NewTask says what a message to a conversation whose task is no longer active does.
type NewTask string

// The choices.
const (
	NewWhenNoneActive NewTask = "when_none_active"
	ReopenLast        NewTask = "reopen_last"
)

// Scope says what has one active task at a time.
type Scope string

// The scopes.
const (
	PerConversation Scope = "conversation"
	PerContact      Scope = "contact"
)

// CommentScope says what of the comments under posts has one active task at a time.
type CommentScope string

// The scopes of comments.
const (
	PerPost   CommentScope = "post"
	PerThread CommentScope = "thread" // a comment on the post, with all that answers it
	PerAuthor CommentScope = "author" // everything one person writes under the post
)

// Media says what happens to files people send.
type Media string

// The choices.
const (
	StoreMedia Media = "store"
	LinkMedia  Media = "link"
)

// DefaultSettings are what a new channel begins with.
func DefaultSettings() Settings {
	return Settings{
		NewTask: NewWhenNoneActive, ActiveScope: PerConversation, HistoryCount: 10, AutoOwnership: true,
		ResolveNewAfterDays: 30, ResolvePendingAfterDays: 30, Media: StoreMedia,
		Leads:        true,
		CommentScope: PerPost, CommentNewTask: NewWhenNoneActive,
	}
}

// HistoryCounts are the numbers of past messages a new task may show.
func HistoryCounts() []int { return []int{1, 5, 10, 20, 50} }

// Claim ties a page to the one channel of the one account that holds it.
type Claim struct {
	Kind       string `gorm:"primaryKey"`
	ExternalID string `gorm:"primaryKey"`
	AccountID  account.ID
	ChannelID  ids.ID
}

// TableName names the table.
func (Claim) TableName() string { return "page_claims" }
