package channel

import (
	"fmt"
	"time"
)

// Class is what a failure means for what happens next.
type Class string

// The classes. Only Throttled and Disconnected stop a channel; Temporary delays its own lane.
const (
	Rejected      Class = "rejected"       // this message will never go; the lane goes on
	OutsideWindow Class = "outside_window" // the platform's reply window is closed
	Throttled     Class = "throttled"      // the whole channel waits until Until
	Temporary     Class = "temporary"      // nothing was done; try again later
	Disconnected  Class = "disconnected"   // the credentials are dead or lack something; an administrator must act
	Unconfirmed   Class = "unconfirmed"    // the answer was lost: it may have been done
)

// Failure is why an adapter could not do what it was asked. It keeps the platform's own words and ids for the people who
// have to find out; what Kontor does about it follows from the class alone.
type Failure struct {
	Class   Class  `json:"class"`
	Reason  string `json:"reason"` // stable code, key of the message catalogues: what happened and what to do
	Code    int    `json:"code,omitempty"`
	Subcode int    `json:"subcode,omitempty"`
	Message string `json:"message,omitempty"` // the platform's words, in whatever language
	TraceID string `json:"trace_id,omitempty"`
	Status  int    `json:"status,omitempty"` // HTTP
	// Until is when a throttled channel may go on; the zero time when the platform did not say.
	Until time.Time `json:"until,omitzero"`
	// Doubtful marks a Temporary answer that has been seen on messages that did arrive: look before trying again.
	Doubtful bool `json:"doubtful,omitempty"`
	// Tries is how often a Temporary failure may be met before the message fails; 0 means as often as usual.
	Tries int `json:"tries,omitempty"`
	// Refuses says that it is files of this type that are not delivered to this person, and not this one file.
	Refuses bool `json:"refuses,omitempty"`
	// FileGone says that the platform no longer has the file that OutFile.ID named; with the file itself it may go.
	FileGone bool `json:"file_gone,omitempty"`
	// Unreachable says that the person cannot be written to until they write again.
	Unreachable bool  `json:"unreachable,omitempty"`
	Cause       error `json:"-"`
}

// Error describes the failure for the log.
func (f *Failure) Error() string {
	s := fmt.Sprintf("%s (%s)", f.Class, f.Reason)
	if f.Code != 0 {
		s += fmt.Sprintf(" %d/%d %s", f.Code, f.Subcode, f.Message)
	}
	if f.Cause != nil {
		s += ": " + f.Cause.Error()
	}
	return s
}

// maxWords is how much of a platform's words is kept, in characters: more than anybody reads.
const maxWords = 2000

// Clean returns the failure with the platform's words made storable, and no longer than anybody reads.
func (f *Failure) Clean() *Failure {
	c := *f
	words := []rune(CleanText(f.Message))
	c.Message, c.TraceID = string(words[:min(len(words), maxWords)]), CleanText(f.TraceID)
	c.Until = CleanTime(f.Until)
	return &c
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }
