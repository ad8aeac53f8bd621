package lead

import (
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/templates"
)

// Form is a form of ads: what the platform says of it, and what the account makes of its answers.
type Form struct {
	AccountID         account.ID `gorm:"primaryKey"`
	ID                ids.ID     `gorm:"primaryKey"`
	ChannelID         ids.ID
	ExternalID        string
	Name              string
	Status            string
	Locale            string
	LeadsCount        *int                   // as the platform counts
	Questions         []channel.LeadQuestion `gorm:"serializer:json"`
	Reviewed          []channel.LeadQuestion `gorm:"serializer:json"` // the questions as they were when somebody last looked
	Mapping           templates.LeadMapping  `gorm:"serializer:json"` // what somebody has decided
	ObjectTemplateID  *ids.ID                // nil: the channel's
	ContactTemplateID *ids.ID                // nil: the channel's
	AssigneeIDs       []ids.ID               `gorm:"serializer:json"` // staff or teams, before the channel's
	SyncedAt          *time.Time             // when the platform was last asked about it
	GoneAt            *time.Time             // since when the platform does not list it any more
	ReadUntil         time.Time              // every lead that was submitted before is known
	Reading           *Reading               `gorm:"serializer:json"` // a look through its leads that is under way
	Backfill          *Backfill              `gorm:"serializer:json"` // the last one
	TestLead          *Test                  `gorm:"serializer:json"` // the last one that was made from here
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// TableName names the table.
func (Form) TableName() string { return "lead_forms" }

// Reading is how far a look through a form's leads has come. The platform lists the newest first, so that ReadUntil moves
// only when the look has reached its end; After lets it go on where it was interrupted, and is forgotten when the platform
// no longer takes it.
type Reading struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"` // what ReadUntil becomes
	After string    `json:"after,omitempty"`
}

// Backfill is a look through all leads of a form that an administrator asked for: those that are missing are taken in, and
// the tasks and contacts of the others are filled in again.
type Backfill struct {
	State     BackfillState `json:"state"`
	Since     time.Time     `json:"since"`
	After     string        `json:"after,omitempty"` // where reading goes on
	Done      ids.ID        `json:"done"`            // the last lead that was filled in again
	Found     int           `json:"found"`           // leads that the platform has
	Recovered int           `json:"recovered"`       // of them, those we had not
	Refilled  int           `json:"refilled"`        // leads whose task or contact was looked at again
	Changed   int           `json:"changed"`         // of them, those where something was written
	Problem   *Problem      `json:"problem,omitempty"`
	StartedAt time.Time     `json:"started_at"`
	EndedAt   *time.Time    `json:"ended_at,omitempty"`
}

// BackfillState is what a back-fill is doing.
type BackfillState string

// The states.
const (
	BackfillReading BackfillState = "reading" // the platform is asked for leads
	BackfillFilling BackfillState = "filling" // what is here is filled in again
	BackfillDone    BackfillState = "done"
	BackfillFailed  BackfillState = "failed"
)

// Running tells whether a back-fill is under way.
func (b *Backfill) Running() bool {
	return b != nil && (b.State == BackfillReading || b.State == BackfillFilling)
}

// Drift is how a question has changed since somebody last looked at the form.
type Drift string

// The drifts.
const (
	DriftNew     Drift = "new"
	DriftChanged Drift = "changed"
	DriftRemoved Drift = "removed"
)

// Drifts returns the questions that have changed since somebody last looked, by key.
func (f Form) Drifts() map[string]Drift {
	found := map[string]Drift{}
	before := map[string]channel.LeadQuestion{}
	for _, q := range f.Reviewed {
		before[q.Key] = q
	}
	for _, q := range f.Questions {
		was, known := before[q.Key]
		switch {
		case !known:
			found[q.Key] = DriftNew
		case was.Type != q.Type || was.Label != q.Label || !sameOptions(was.Options, q.Options):
			found[q.Key] = DriftChanged
		}
		delete(before, q.Key)
	}
	for key := range before {
		found[key] = DriftRemoved
	}
	return found
}

func sameOptions(a, b []channel.LeadOption) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// question returns the question of a key.
func (f Form) question(key string) (channel.LeadQuestion, bool) {
	for _, q := range f.Questions {
		if q.Key == key {
			return q, true
		}
	}
	return channel.LeadQuestion{}, false
}

// Channel is what is known of the leads of a channel as a whole.
type Channel struct {
	AccountID   account.ID `gorm:"primaryKey"`
	ChannelID   ids.ID     `gorm:"primaryKey"`
	PausedUntil *time.Time // the platform wants to be left alone until then
	SyncedAt    *time.Time // when its forms were last read
	Problem     *Problem   `gorm:"serializer:json"` // why its leads cannot be read
}

// TableName names the table.
func (Channel) TableName() string { return "lead_channels" }
