// Package ids makes and reads the identifiers of Kontor's rows: UUIDs of version 7, which sort by the time they were
// made. In JSON and in URLs they are strings. Identifiers of other systems are plain strings and never of this type.
package ids

import (
	"errors"

	"github.com/google/uuid"
)

// ID identifies a row of Kontor.
type ID = uuid.UUID

// Nil is no row at all.
var Nil ID //nolint:gochecknoglobals // the zero value by its name

// New makes an ID that sorts after those made before it in this process.
func New() ID { return uuid.Must(uuid.NewV7()) }

// Parse reads an ID from its usual 36-character text; every other form is an error.
func Parse(s string) (ID, error) {
	if len(s) != 36 {
		return Nil, ErrLength
	}
	return uuid.Parse(s)
}

// ErrLength is returned by Parse for a text of another length than an ID's.
var ErrLength = errors.New("an id has 36 characters")

// Ptr returns a pointer to id, or nil for Nil: the form in which an optional reference is stored.
func Ptr(id ID) *ID {
	if id == Nil {
		return nil
	}
	return &id
}

// Of returns the ID behind p, or Nil when there is none.
func Of(p *ID) ID {
	if p == nil {
		return Nil
	}
	return *p
}
