// Package ids makes and reads the identifiers of Kontor's rows: UUIDs of version 7, which sort by the time they were
// made. In JSON and in URLs they are strings. Identifiers of other systems are plain strings and never of this type.
package ids

import "github.com/google/uuid"

// ID identifies a row of Kontor.
type ID = uuid.UUID

// Nil is no row at all.
var Nil = uuid.Nil

// New makes an ID that sorts after those made before it in this process.
func New() ID { return uuid.Must(uuid.NewV7()) }

// Parse reads an ID from its text; anything but the usual 36-character form is an error.
func Parse(s string) (ID, error) {
	if len(s) != 36 {
		return Nil, errLength
	}
	return uuid.Parse(s)
}

type lengthError struct{}

func (lengthError) Error() string { return "an id has 36 characters" }

var errLength error = lengthError{}

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
