// Package errs holds the errors that people and programs outside can meet. An error has a kind, which decides the
// HTTP status and whether it is worth trying again, and a stable code, which the message catalogues turn into words
// in the reader's language. The cause is for the log only.
//
// No words for people stand in code: a new code needs an entry in each file of app/texts, and a test checks it.
package errs

import (
	"errors"
	"fmt"
)

// Kind is what sort of failure an error is.
type Kind int

// The kinds. Anything that is not an *Error is Internal.
const (
	Internal     Kind = iota // a fault of ours: 500, logged with its cause
	Invalid                  // the input is wrong: 422, with the places
	NotFound                 // missing, or not yours: 404
	Gone                     // it has become something else, which the error names: 410
	Conflict                 // it contradicts what is stored: 409
	Forbidden                // you may not: 403
	Unauthorized             // sign in first: 401
	TooLarge                 // more than the limit: 413
	TooMany                  // slow down: 429
	Unavailable              // not now, try again: 503
)

// Problem is one fault of an input, at one place of it.
type Problem struct {
	Location string         // where in the input, as body.defaults.title
	Code     string         // key of the message catalogues
	Params   map[string]any // values for the message's placeholders
	// Where inside a text the fault begins, counted in characters from 1; 0 when it is not about a place inside a text.
	Line, Column int
}

// Error is a failure with words for people.
type Error struct {
	Kind     Kind
	Code     string         // stable, key of the message catalogues: "channel.claimed"
	Params   map[string]any // values for the message's placeholders
	Problems []Problem      // for Invalid: each place that is wrong
	Cause    error          // for the log, never shown
}

// Error describes the failure for the log.
func (e *Error) Error() string {
	s := e.Code
	if len(e.Params) > 0 {
		s += fmt.Sprintf(" %v", e.Params)
	}
	for _, p := range e.Problems {
		s += fmt.Sprintf("; %s: %s", p.Location, p.Code)
		if len(p.Params) > 0 {
			s += fmt.Sprintf(" %v", p.Params)
		}
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error of a kind. params are pairs of a name and a value for the message.
func New(kind Kind, code string, params ...any) *Error {
	return &Error{Kind: kind, Code: code, Params: pairs(params)}
}

// Because adds the cause, which only the log shows.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}

// At makes the problem of one place of an input.
func At(location, code string, params ...any) Problem {
	return Problem{Location: location, Code: code, Params: pairs(params)}
}

// Input collects problems into one Invalid error, or returns nil when there are none.
func Input(problems ...Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "input.invalid", Problems: problems}
}

// Missing is the error for what does not exist or belongs to another account; both look the same on purpose.
func Missing(what string) *Error { return New(NotFound, what+".not_found") }

// KindOf returns the kind of err; an error that is no *Error is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is tells whether err carries the code.
func Is(err error, code string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}

func pairs(params []any) map[string]any {
	if len(params) == 0 {
		return nil
	}
	m := make(map[string]any, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		m[fmt.Sprint(params[i])] = params[i+1]
	}
	return m
}
