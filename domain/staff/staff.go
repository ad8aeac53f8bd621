// Package staff holds the people who work in an account: who they are and may be (role), whether they take work
// (availability), their teams, and the logins behind them. A login is installation-wide, an e-mail and a password; a
// staff member is a login in one account, so that one person may work in several.
//
// How a signed-in browser or program is recognised is in package session. Start at Service; the rules about who may
// change whom are here.
package staff

import (
	"net/mail"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/templates"
)

// Staff is a person who works in an account.
type Staff struct {
	AccountID account.ID   `gorm:"primaryKey" json:"-"`
	ID        ids.ID       `gorm:"primaryKey" json:"id"`
	LoginID   ids.ID       `json:"-"`
	Email     string       `gorm:"-" json:"email"`
	Name      string       `json:"name"`
	Role      account.Role `json:"role" enum:"member,admin,owner"`
	Language  string       `json:"language" enum:"en,de"`
	// Available people are given new work.
	Available bool `json:"available"`
	// AwayUntil is when somebody who is away is back by themselves; nil when nobody knows.
	AwayUntil *time.Time `json:"away_until" doc:"when somebody who is away is back by themselves; null when nobody knows"`
	// WorkingHours are when they work; without any, whenever they say they are available.
	WorkingHours templates.Hours `gorm:"serializer:json" json:"working_hours" doc:"{}: whenever they are available"`
	// Enabled people can sign in; the others keep their name on what they wrote.
	Enabled    bool       `gorm:"-" json:"enabled"`
	DisabledAt *time.Time `json:"-"`
	// SecondFactor tells whether they sign in with one.
	SecondFactor bool      `gorm:"-" json:"second_factor"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// TableName names the table.
func (Staff) TableName() string { return "staff" }

// New says who a new staff member is.
type New struct {
	Email, Name, Password string
	Role                  account.Role
	Language              string // the account's when empty
}

// Change says what to change; nil leaves it as it is.
type Change struct {
	Name, Language     *string
	Available, Enabled *bool
	AwayUntil          *time.Time // makes them away until then; the zero time leaves the end open
	Role               *account.Role
	WorkingHours       *templates.Hours
}

// mayChange tells whether somebody may change a staff member: everybody their own name, language and availability,
// admins those of others and who members and admins are, owners everything. The last owner is looked after elsewhere.
func mayChange(who account.Actor, s Staff, c Change) error {
	own := who.StaffID == s.ID && who.Kind == account.Staff
	if !own {
		if err := who.Require(account.Admin); err != nil {
			return err
		}
	}
	if c.Role == nil && c.Enabled == nil && (own || s.Role != account.Owner) {
		return nil
	}
	if s.Role == account.Owner || (c.Role != nil && *c.Role == account.Owner) {
		return who.Require(account.Owner)
	}
	return who.Require(account.Admin)
}

// apply changes the staff member and returns what is different.
func (s *Staff) apply(c Change, now time.Time) (map[string]any, error) {
	var problems []errs.Problem
	before := *s
	if c.Name != nil {
		name, wrong := account.Label("body.name", *c.Name)
		s.Name, problems = name, append(problems, wrong...)
	}
	if c.Language != nil {
		s.Language, problems = *c.Language, append(problems, account.CheckLanguage("body.language", *c.Language)...)
	}
	if c.Role != nil {
		if s.Role = *c.Role; !s.Role.Valid() {
			problems = append(problems, errs.At("body.role", "staff.role"))
		}
	}
	problems = append(problems, s.leave(c, now)...)
	if c.WorkingHours != nil {
		s.WorkingHours, problems = *c.WorkingHours, append(problems, account.CheckHours("body.working_hours", *c.WorkingHours)...)
	}
	if c.Enabled != nil && *c.Enabled != s.Enabled {
		s.Enabled, s.DisabledAt = *c.Enabled, nil
		if !s.Enabled {
			s.DisabledAt = &now
		}
	}
	return s.differences(before), errs.Input(problems...)
}

// longestAway is how far ahead somebody may say when they are back.
const longestAway = 366 * 24 * time.Hour

// leave changes whether somebody is here, and until when they are not.
func (s *Staff) leave(c Change, now time.Time) []errs.Problem {
	if c.Available != nil {
		s.Available, s.AwayUntil = *c.Available, nil
	}
	if c.AwayUntil == nil {
		return nil
	}
	if s.AwayUntil = nil; c.AwayUntil.IsZero() {
		return nil
	}
	if c.AwayUntil.Before(now) || c.AwayUntil.After(now.Add(longestAway)) {
		return []errs.Problem{errs.At("body.away_until", "staff.away_until")}
	}
	until := c.AwayUntil.UTC().Truncate(time.Microsecond)
	s.Available, s.AwayUntil = false, &until
	return nil
}

// back makes somebody available whose time away is over.
func (s *Staff) back(now time.Time) {
	if s.AwayUntil != nil && !now.Before(*s.AwayUntil) {
		s.Available, s.AwayUntil = true, nil
	}
}

func (s *Staff) differences(before Staff) map[string]any {
	changed := audit.Changed(map[string][2]any{
		"name": {before.Name, s.Name}, "language": {before.Language, s.Language}, "role": {before.Role, s.Role},
		"available": {before.Available, s.Available}, "enabled": {before.Enabled, s.Enabled},
		"working_hours": {before.WorkingHours, s.WorkingHours},
	})
	if !clock.Same(before.AwayUntil, s.AwayUntil) {
		changed["away_until"] = s.AwayUntil
	}
	return changed
}

// isOwner tells whether the staff member is one who keeps the account owned.
func (s *Staff) isOwner() bool { return s.Role == account.Owner && s.Enabled }

// maxEmail is the longest e-mail address that can be delivered to (RFC 5321, 4.5.3.1.3).
const maxEmail = 254

// cleanEmail returns an e-mail address in the one form in which logins are kept.
func cleanEmail(text string) (string, []errs.Problem) {
	text = strings.ToLower(strings.TrimSpace(text))
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > maxEmail || strings.ContainsAny(text, "\x00\r\n\"<> ") {
		return "", []errs.Problem{errs.At("body.email", "staff.email")}
	}
	return text, nil
}

// begin makes the staff member that a New describes, without a login yet.
func begin(id account.ID, n New, now time.Time) (Staff, error) {
	s := Staff{AccountID: id, ID: ids.New(), Available: true, Enabled: true, CreatedAt: now, UpdatedAt: now}
	email, problems := cleanEmail(n.Email)
	s.Email = email
	problems = append(problems, checkPassword(n.Password, email)...)
	_, err := s.apply(Change{Name: &n.Name, Role: &n.Role, Language: &n.Language}, now)
	if e, ok := err.(*errs.Error); ok { //nolint:errorlint // made right above
		problems = append(e.Problems, problems...)
	}
	return s, errs.Input(problems...)
}
