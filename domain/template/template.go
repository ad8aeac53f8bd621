// Package template stores what tasks and contacts are made from: object templates, contact templates and status sets, each
// of an account, versioned, the shipped presets among them. What a template *is* and how it fills in a task is in package
// templates, which does no I/O; this package keeps definitions, says what is wrong with them, and has them ready.
//
// Start at Service; for.go finds the templates that apply to a channel, compiled.
package template

import (
	"encoding/json"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/templates"
)

// Type tells object templates from contact templates.
type Type string

// The types.
const (
	ObjectType  Type = "object"
	ContactType Type = "contact"
)

// Info is what both types of template have.
type Info struct {
	ID        ids.ID
	Preset    string // the key of the preset it was made from; empty for one's own
	Standard  bool   // used where nothing else is chosen; always there
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt *time.Time // deleted ones are kept for what was made from them
}

// Object is a stored object template.
type Object struct {
	Info
	Definition templates.Object
}

// Contact is a stored contact template.
type Contact struct {
	Info
	Definition templates.Contact
}

// Version is a definition as it was.
type Version[D any] struct {
	Version    int
	Definition D
	StaffID    ids.ID // Nil when Kontor made it
	CreatedAt  time.Time
}

// StatusSet is a stored status set.
type StatusSet struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	Name      string
	Preset    string
	Statuses  []templates.Status `gorm:"serializer:json"`
	CreatedAt time.Time
	UpdatedAt time.Time
}

// TableName names the table.
func (StatusSet) TableName() string { return "status_sets" }

// Set returns the rules of the set.
func (s StatusSet) Set() templates.StatusSet {
	return templates.StatusSet{Name: s.Name, Statuses: s.Statuses}
}

// row is a template as it is stored.
type row struct {
	AccountID   account.ID `gorm:"primaryKey"`
	ID          ids.ID     `gorm:"primaryKey"`
	Type        Type
	Name        string
	Preset      string
	Standard    bool
	Version     int
	StatusSetID *ids.ID
	Definition  json.RawMessage `gorm:"serializer:json"`
	ArchivedAt  *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// TableName names the table.
func (row) TableName() string { return "templates" }

func (r row) info() Info {
	return Info{r.ID, r.Preset, r.Standard, r.Version, r.CreatedAt, r.UpdatedAt, r.ArchivedAt}
}

type versionRow struct {
	AccountID  account.ID      `gorm:"primaryKey"`
	TemplateID ids.ID          `gorm:"primaryKey"`
	Version    int             `gorm:"primaryKey"`
	Definition json.RawMessage `gorm:"serializer:json"`
	StaffID    *ids.ID
	CreatedAt  time.Time
}

// TableName names the table.
func (versionRow) TableName() string { return "template_versions" }

// Problems puts the problems of a definition or a pattern where it stands in the input.
func Problems(at string, problems []templates.Problem) []errs.Problem {
	out := make([]errs.Problem, len(problems))
	for i, p := range problems {
		out[i] = errs.Problem{Location: at + p.Location, Code: p.Code, Params: p.Params, Line: p.Line, Column: p.Column}
	}
	return out
}

// Input turns a definition's problems into an Invalid error, or nil when there are none.
func Input(at string, problems []templates.Problem) error {
	return errs.Input(Problems(at, problems)...)
}
