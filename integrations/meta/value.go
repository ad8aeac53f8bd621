package meta

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// The value types below read what the platform sends in one form here and in another there. They never fail: a value of
// a form that nobody has seen is empty, and does not cost us the message it stands in.

// ID is an id of the platform's. Most come as strings, app ids and old ones as numbers, some above 2^53: the digits are
// taken as they stand.
type ID string

// UnmarshalJSON reads a string or a whole number.
func (id *ID) UnmarshalJSON(b []byte) error {
	*id = ID(scalar(b))
	if strings.ContainsAny(string(*id), "eE.+-") && b[0] != '"' { // a number that is no id
		*id = ""
	}
	return nil
}

// Text is a string; of any other form it is empty.
type Text string

// UnmarshalJSON reads a string.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = Text(text(b))
	return nil
}

// Int is a whole number, or a string of one.
type Int int64

// UnmarshalJSON reads a number or a numeric string.
func (n *Int) UnmarshalJSON(b []byte) error {
	v, _ := strconv.ParseInt(scalar(b), 10, 64)
	*n = Int(v)
	return nil
}

// Float is a number, or a string of one. It is for coordinates and percentages, never for ids.
type Float float64

// UnmarshalJSON reads a number or a numeric string.
func (f *Float) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseFloat(scalar(b), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	*f = Float(v)
	return nil
}

// Bool is true, 1, or the string of either.
type Bool bool

// UnmarshalJSON reads a boolean, a number or a string.
func (v *Bool) UnmarshalJSON(b []byte) error {
	s := scalar(b)
	*v = s == "true" || s == "1"
	return nil
}

// Time is a point in time; the zero time when there is none. It comes in milliseconds or seconds, as a number or as a
// string, or written out.
type Time struct{ time.Time }

// UnmarshalJSON reads any of the forms.
func (t *Time) UnmarshalJSON(b []byte) error {
	*t = ParseTime(scalar(b))
	return nil
}

const (
	// secondsBelow tells the units apart by size: as seconds it is the year 5138, as milliseconds 1973.
	secondsBelow = 100_000_000_000
	// latest is the last millisecond of the year 9999, after which a time can no longer be written.
	latest = 253_402_300_799_999
	// written is a time as the Graph API writes it, without a colon in the zone.
	written = "2006-01-02T15:04:05-0700"
)

// ParseTime reads a time in one of the platform's forms; what is none is the zero time.
func ParseTime(s string) Time {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err == nil && n > 0 && n < secondsBelow:
		return Time{time.Unix(n, 0).UTC()}
	case err == nil && n >= secondsBelow && n <= latest:
		return Time{time.UnixMilli(n).UTC()}
	case err == nil:
		return Time{}
	}
	for _, layout := range []string{written, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 && t.Year() <= 9999 {
			return Time{t.UTC()}
		}
	}
	return Time{}
}

// scalar returns the text of a JSON string or number or boolean; of everything else nothing.
func scalar(b []byte) string {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return ""
	}
	switch b[0] {
	case '"':
		return text(b)
	case '{', '[', 'n':
		return ""
	}
	return string(b)
}
