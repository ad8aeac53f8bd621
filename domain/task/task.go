// Package task holds the unit of work: a task with its status, assignees and fields, and the comments on it, public and
// internal. What contacts write arrives in batches (ensure.go, comment.go, amend.go, all of them on slices); what staff do
// arrives one at a time (reply.go, change.go).
//
// A scope (one conversation, one contact, one post …) has at most one active task: a row in active_tasks, and not a look-up, decides
// which.
package task

import (
	"strings"
	"time"
	"unicode"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/templates"
)

// Task is a unit of work.
type Task struct {
	AccountID        account.ID `gorm:"primaryKey"`
	ID               ids.ID     `gorm:"primaryKey"`
	Number           int64
	Title            string
	Description      string
	TemplateID       ids.ID
	TemplateVersion  int
	StatusSetID      ids.ID
	Status           string             // key in the status set
	Category         templates.Category // of the status
	Active           bool               // of the status
	Priority         templates.Priority
	Topic            string
	AssignMode       templates.AssigneeMode
	Fields           map[string]any `gorm:"serializer:json"`
	Filled           map[string]any `gorm:"serializer:json"` // what the template wrote: title, description, field:<key>
	ContactID        *ids.ID
	ChannelID        *ids.ID
	ConversationID   *ids.ID // where a public answer goes
	PostID           *ids.ID // the post under which its comments stand
	Scope            string  // of which it is the active task; empty for one made by hand
	Unread           bool
	Assigned         bool   // to anybody; kept by the store, with the assignees
	AssigneeIDs      string // whose it is, for lists; kept by the database whenever Assigned is written
	DueAt            *time.Time
	Snippet          string    // the last comment's beginning
	StartedAt        time.Time // when what it is about happened: before that is history
	LastCommentAt    time.Time
	HistoryWanted    int
	HistoryShown     int
	HistoryAvailable *int       // as far as is known
	HistorySince     *time.Time // history begins with the comment of that time
	EventID          *ids.ID    // what it was made from
	SnoozedUntil     *time.Time // until then it is in no queue, unless the contact writes
	MergedInto       *ids.ID    // the task that it went into, whose comments its own are now
	ReadAt           *time.Time // when somebody here last read it
	FirstAnsweredBy  *ids.ID    // of the staff; nil while nobody has
	FirstAnswerS     *int64     // seconds from StartedAt
	FirstAnswerWorkS *int64     // those of them in which the account works
	ResolvedAt       *time.Time // the last time; it counts only while the task is resolved
	ResolvedBy       *ids.ID    // nil where it went by itself
	ResolutionS      *int64     // seconds from StartedAt
	ResolutionWorkS  *int64     // those of them in which the account works
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// TableName names the table.
func (Task) TableName() string { return "tasks" }

// Limits of what people may write.
const (
	MaxTitle       = templates.MaxTitle
	MaxDescription = 64 << 10
	MaxText        = 20_000
	MaxTags        = 50
	maxTag         = 100
	maxSnippet     = 140
)

// Assignee is a staff member or a team that has a task.
type Assignee struct {
	AccountID  account.ID `gorm:"primaryKey"`
	TaskID     ids.ID     `gorm:"primaryKey"`
	Type       string     `gorm:"primaryKey"` // staff or team
	AssigneeID ids.ID     `gorm:"primaryKey"`
	Position   int
}

// TableName names the table.
func (Assignee) TableName() string { return "task_assignees" }

// Participant is a staff member who follows a task.
type Participant struct {
	AccountID account.ID `gorm:"primaryKey"`
	TaskID    ids.ID     `gorm:"primaryKey"`
	StaffID   ids.ID     `gorm:"primaryKey"`
}

// TableName names the table.
func (Participant) TableName() string { return "task_participants" }

// Tag is a label on a task.
type Tag struct {
	AccountID account.ID `gorm:"primaryKey"`
	TaskID    ids.ID     `gorm:"primaryKey"`
	Tag       string     `gorm:"primaryKey"`
}

// TableName names the table.
func (Tag) TableName() string { return "task_tags" }

// Why is a stored explanation of how a task came to be as it is.
type Why struct {
	AccountID account.ID       `gorm:"primaryKey"`
	TaskID    ids.ID           `gorm:"primaryKey"`
	ID        ids.ID           `gorm:"primaryKey"`
	Steps     []templates.Step `gorm:"serializer:json"`
	CreatedAt time.Time
}

// TableName names the table.
func (Why) TableName() string { return "task_whys" }

// active is the one active task of a scope.
type active struct {
	AccountID account.ID `gorm:"primaryKey"`
	Scope     string     `gorm:"primaryKey"`
	TaskID    ids.ID
}

// TableName names the table.
func (active) TableName() string { return "active_tasks" }

// ConversationScope and ContactScope name what has one active task.
func ConversationScope(id ids.ID) string { return "conversation:" + id.String() }

// ContactScope names a contact, on whatever channel they write.
func ContactScope(id ids.ID) string { return "contact:" + id.String() }

// LeadScope names a submission of a form, which is always a task of its own.
func LeadScope(id ids.ID) string { return "lead:" + id.String() }

// PostScope names a post, with all the comments under it.
func PostScope(post ids.ID) string { return "post:" + post.String() }

// ThreadScope names a comment on a post, with all that answers it; top is the platform's id of it.
func ThreadScope(post ids.ID, top string) string { return "thread:" + post.String() + ":" + top }

// AuthorScope names what one person writes under a post.
func AuthorScope(post, identity ids.ID) string {
	return "author:" + post.String() + ":" + identity.String()
}

// snippet returns the beginning of a text in one line.
func snippet(text string) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			space = n > 0
			continue
		}
		if n >= maxSnippet {
			return b.String() + "…"
		}
		if space {
			b.WriteByte(' ')
			n, space = n+1, false
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
