package channel

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Clean returns the item's meaning with all its foreign text made storable: NUL, which PostgreSQL refuses, and invalid
// UTF-8 become U+FFFD. Every text from outside passes here once.
func (in Inbound) Clean() Inbound {
	for _, s := range []*string{
		&in.Text, &in.ExternalID, &in.ReplyTo, &in.Token, &in.AppID, &in.Transport,
		&in.Person.ExternalID, &in.Person.Name, &in.Person.Username,
	} {
		*s = CleanText(*s)
	}
	in.ExternalIDs = cleanAll(in.ExternalIDs)
	files := make([]File, len(in.Files))
	for i, f := range in.Files {
		files[i] = File{f.Type, CleanText(f.URL), CleanText(f.Title), CleanText(f.Kind)}
	}
	in.Files = files
	if in.Button != nil {
		in.Button = &Button{CleanText(in.Button.Title), CleanText(in.Button.Payload)}
	}
	if r := in.Referral; r != nil {
		in.Referral = &Referral{
			CleanText(r.Ref), CleanText(r.Source), CleanText(r.Type), CleanText(r.AdID), CleanText(r.AdTitle),
			CleanText(r.PostID), CleanText(r.URL),
		}
	}
	if r := in.Reaction; r != nil {
		in.Reaction = &Reaction{CleanText(r.Emoji), CleanText(r.Name), r.Removed}
	}
	in.Lead = in.Lead.clean()
	in.Place = in.Place.clean()
	in.Details, _ = cleanValue(in.Details).(map[string]any)
	in.OccurredAt, in.Until = CleanTime(in.OccurredAt), CleanTime(in.Until)
	return in
}

// CleanTime returns a time that every database and calendar can hold, in UTC at microseconds; the zero time for one that is
// no time of this age. A number of the wrong unit is millions of years away.
func CleanTime(t time.Time) time.Time {
	if y := t.Year(); y < 1970 || y > 2199 {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

// CleanText replaces what cannot be stored as text.
func CleanText(s string) string {
	if utf8.ValidString(s) && !strings.ContainsRune(s, 0) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func cleanAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = CleanText(s)
	}
	return out
}

func cleanValue(v any) any {
	switch v := v.(type) {
	case string:
		return CleanText(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = cleanValue(x)
		}
		return out
	case map[string]any:
		if v == nil {
			return v
		}
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[CleanText(k)] = cleanValue(x)
		}
		return out
	}
	return v
}

// Shown returns what there is to show of a message besides its text and its files: a tapped button, what brought the
// person, and the kind's own details.
func (in Inbound) Shown() map[string]any {
	shown := map[string]any{}
	for k, v := range in.Details {
		shown[k] = v
	}
	if in.Button != nil {
		shown["button"] = map[string]any{"title": in.Button.Title, "payload": in.Button.Payload}
	}
	if in.AppID != "" {
		shown["app_id"] = in.AppID
	}
	if len(shown) == 0 {
		return nil
	}
	return shown
}

// Clean returns what the platform says of a message with its text made storable.
func (s Sent) Clean() Sent {
	return Sent{CleanText(s.ExternalID), CleanText(s.Person), CleanText(s.FileID), s.FileUntil}
}

// Clean returns the profile with its text made storable.
func (p Profile) Clean() Profile {
	return Profile{
		CleanText(p.Name), CleanText(p.FirstName), CleanText(p.LastName), CleanText(p.Username), CleanText(p.Locale), CleanText(p.Picture),
	}
}

// Clean returns the envelope with its text made storable.
func (e Envelope) Clean() Envelope {
	return Envelope{CleanText(e.Object), CleanText(e.EntryID), CleanText(e.Time), CleanText(e.Field)}
}
