package account

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"kontor/domain/audit"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/templates"
)

// Account is a customer's space: everything else belongs to one.
type Account struct {
	ID       ID     `gorm:"primaryKey" json:"id"`
	Name     string `json:"name"`
	Language string `json:"language" enum:"en,de"`
	TimeZone string `json:"time_zone" doc:"IANA name, as Europe/Berlin"`
	// Country is where phone numbers without a country code are from; empty when only international ones are read.
	Country string `json:"country" doc:"ISO 3166 code, as DE, for phone numbers without a country code; or empty"`
	// Enabled is false while the account is switched off: what comes in is kept and held, what would go out waits.
	Enabled bool `json:"enabled"`
	// PausedKinds are the kinds of channel that are switched off in this account.
	PausedKinds []string `gorm:"serializer:json" json:"paused_kinds"`
	// RequireSecondFactor keeps everybody out who signs in with a password alone, until they have set one up.
	RequireSecondFactor bool `json:"require_second_factor" doc:"whoever signs in with a password has to have a second factor"`
	// WorkingHours are when people work here: only then the time until a task is due runs.
	WorkingHours templates.Hours `gorm:"serializer:json" json:"working_hours" doc:"in the account's time zone; none: always"`
	Keeping
	// Media is what channels connected from now on do with the files that people send.
	Media string `json:"media" enum:"store,link" doc:"of channels connected from now on"`
	Brand
	// OwnAccess tells that some channel has rights of its own. Where none has, nobody looks for any.
	OwnAccess bool      `json:"-"`
	CreatedAt time.Time `json:"created_at"`
}

// Zone is the account's time zone.
func (a Account) Zone() *time.Location {
	zone, err := time.LoadLocation(a.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// HoursOf returns when somebody works who has hours of their own: in the account's zone unless they name another, and not on
// its holidays. Without hours they always do.
func (a Account) HoursOf(person templates.Hours) templates.Hours {
	if person.Always() {
		return person
	}
	person.TimeZone = cmp.Or(person.TimeZone, a.TimeZone)
	person.Holidays = slices.Concat(person.Holidays, a.WorkingHours.Holidays)
	return person
}

// FillOptions are what filling templates needs of the account.
func (a Account) FillOptions() templates.FillOptions {
	return templates.FillOptions{Country: a.Country, Hours: a.WorkingHours}
}

// TableName names the table.
func (Account) TableName() string { return "accounts" }

// Changed is the type of the feed event that tells of a change of the account's own settings.
const Changed = "account.changed"

// New says what an account begins with. Language and TimeZone may be empty: English, UTC.
type New struct {
	Name, Language, TimeZone, Country string
}

// Change says what to change; nil leaves a setting as it is.
type Change struct {
	Name, Language, TimeZone, Country *string
	Enabled, RequireSecondFactor      *bool
	PausedKinds                       *[]string
	WorkingHours                      *templates.Hours
	KeepBodies, KeepEvents            *int
	KeepFiles, KeepAttempts           *int
	Media, BrandName, BrandColor      *string
}

// MaxLabel is the longest name of a thing, in characters.
const MaxLabel = 100

// Languages are those that Kontor speaks; app/texts has a catalogue for each.
func Languages() []string { return []string{"en", "de"} }

// Label checks a name that people give to a thing and returns it without space around it.
func Label(location, text string) (string, []errs.Problem) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", []errs.Problem{errs.At(location, "input.required")}
	case utf8.RuneCountInString(text) > MaxLabel:
		return "", []errs.Problem{errs.At(location, "input.too_long", "max", MaxLabel)}
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return "", []errs.Problem{errs.At(location, "input.characters")}
	}
	return text, nil
}

// CheckLanguage returns a problem unless Kontor speaks the language.
func CheckLanguage(location, tag string) []errs.Problem {
	if slices.Contains(Languages(), tag) {
		return nil
	}
	return []errs.Problem{errs.At(location, "account.language", "languages", strings.Join(Languages(), ", "))}
}

var kindName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// apply changes the account and returns the problems of what is wrong, and the names and values of what is different.
func (a *Account) apply(c Change) (map[string]any, error) {
	var problems []errs.Problem
	before := *a
	if c.Name != nil {
		name, wrong := Label("body.name", *c.Name)
		a.Name, problems = name, append(problems, wrong...)
	}
	if c.Language != nil {
		a.Language, problems = *c.Language, append(problems, CheckLanguage("body.language", *c.Language)...)
	}
	if c.TimeZone != nil {
		a.TimeZone, problems = *c.TimeZone, append(problems, checkZone(*c.TimeZone)...)
	}
	if c.Country != nil {
		a.Country, problems = *c.Country, append(problems, checkCountry(*c.Country)...)
	}
	if c.Enabled != nil {
		a.Enabled = *c.Enabled
	}
	if c.RequireSecondFactor != nil {
		a.RequireSecondFactor = *c.RequireSecondFactor
	}
	if c.PausedKinds != nil {
		kinds, wrong := cleanKinds(*c.PausedKinds)
		a.PausedKinds, problems = kinds, append(problems, wrong...)
	}
	if c.WorkingHours != nil {
		a.WorkingHours, problems = *c.WorkingHours, append(problems, CheckHours("body.working_hours", *c.WorkingHours)...)
	}
	problems = append(problems, append(a.applyKeeping(c), a.applyBrand(c)...)...)
	return a.differences(before), errs.Input(problems...)
}

func (a *Account) differences(before Account) map[string]any {
	return audit.Changed(map[string][2]any{
		"name": {before.Name, a.Name}, "language": {before.Language, a.Language},
		"time_zone": {before.TimeZone, a.TimeZone}, "country": {before.Country, a.Country},
		"enabled":               {before.Enabled, a.Enabled},
		"require_second_factor": {before.RequireSecondFactor, a.RequireSecondFactor},
		"paused_kinds":          {before.PausedKinds, a.PausedKinds},
		"working_hours":         {before.WorkingHours, a.WorkingHours},
		"keep_bodies_days":      {before.Bodies, a.Bodies}, "keep_events_days": {before.Events, a.Events},
		"keep_files_days": {before.Files, a.Files}, "keep_attempts_days": {before.Attempts, a.Attempts},
		"media":      {before.Media, a.Media},
		"brand_name": {before.BrandName, a.BrandName}, "brand_color": {before.BrandColor, a.BrandColor},
	})
}

func checkZone(name string) []errs.Problem {
	if templates.KnownZone(name) {
		return nil
	}
	return []errs.Problem{errs.At("body.time_zone", "account.time_zone")}
}

// CheckHours returns what is wrong with working hours.
func CheckHours(location string, h templates.Hours) (problems []errs.Problem) {
	for _, p := range h.Validate() {
		problems = append(problems, errs.Problem{Location: location + "." + p.Location, Code: p.Code, Params: p.Params})
	}
	return problems
}

func checkCountry(code string) []errs.Problem {
	if code == "" {
		return nil
	}
	r, err := language.ParseRegion(code)
	if err != nil || !r.IsCountry() || r.String() != code {
		return []errs.Problem{errs.At("body.country", "account.country")}
	}
	return nil
}

func cleanKinds(kinds []string) ([]string, []errs.Problem) {
	sorted := slices.Sorted(slices.Values(kinds))
	sorted = slices.Compact(sorted)
	for _, k := range sorted {
		if !kindName.MatchString(k) {
			return nil, []errs.Problem{errs.At("body.paused_kinds", "account.kind")}
		}
	}
	if sorted == nil {
		sorted = []string{}
	}
	return sorted, nil
}

// begin makes the account that a New describes.
func begin(n New, now time.Time) (Account, error) {
	a := Account{ID: ids.New(), Enabled: true, PausedKinds: []string{}, Media: StoreMedia, CreatedAt: now}
	if n.Language == "" {
		n.Language = "en"
	}
	if n.TimeZone == "" {
		n.TimeZone = "UTC"
	}
	_, err := a.apply(Change{Name: &n.Name, Language: &n.Language, TimeZone: &n.TimeZone, Country: &n.Country})
	return a, err
}
