package metasim

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// How long what comes of a login is good. The platform says 60 days of a long-lived token, and an hour or two of others.
const (
	codeLife  = 10 * time.Minute
	shortLife = time.Hour
	longLife  = 5183944 * time.Second
)

// Login is what a user does at the login dialog, for tests without a browser.
type Login struct {
	// URL is the dialog's address, as the program sends people to it.
	URL  string `json:"url"`
	User string `json:"user"`
	// Pages are the pages ticked; All ticks every one, present and future.
	Pages []string `json:"pages"`
	All   bool     `json:"all"`
	// Declined are the permissions switched off.
	Declined []string `json:"declined"`
	// Unticked are pages left out of single permissions.
	Unticked map[string][]string `json:"unticked"`
	// Deny is the button Cancel.
	Deny bool `json:"deny"`
}

// LoginEnd is where the dialog sends the browser.
type LoginEnd struct {
	Location string `json:"location"`
}

// dialog is a well-formed request for the login dialog.
type dialog struct {
	redirect *url.URL
	state    string
	scopes   []string
}

// loginCode is what a user comes back with.
type loginCode struct {
	user     *user
	redirect string
	expires  time.Time
	used     bool
}

// Login ends a login dialog the way a user does, and returns the address that their browser is sent to.
func (s *Sim) Login(l Login) (LoginEnd, error) {
	at, err := url.Parse(l.URL)
	if err != nil {
		return LoginEnd{}, Refusal("login.url")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d, refused := s.readDialog(at.Query())
	if refused != "" {
		return LoginEnd{}, refused
	}
	u := s.logins.user(l.User)
	if u == nil {
		return LoginEnd{}, Refusal("user.unknown")
	}
	return LoginEnd{s.endDialog(d, u, l)}, nil
}

// readDialog reads the dialog's parameters; the refusals are shown to the user, who is sent nowhere. The lock is held.
func (s *Sim) readDialog(q url.Values) (dialog, Refusal) {
	back := q.Get("redirect_uri")
	to, err := url.Parse(back)
	switch {
	case q.Get("client_id") != s.app.ID:
		return dialog{}, "login.app_unknown"
	case err != nil || to.Host == "":
		return dialog{}, "login.redirect"
	case len(s.app.RedirectURIs) > 0 && !slices.Contains(s.app.RedirectURIs, back):
		return dialog{}, "login.redirect"
	}
	scopes := strings.FieldsFunc(q.Get("scope"), func(r rune) bool { return r == ',' || r == ' ' })
	return dialog{to, q.Get("state"), scopes}, ""
}

// endDialog grants what the user ticked and makes the address to go back to. The lock is held.
func (s *Sim) endDialog(d dialog, u *user, l Login) string {
	q := url.Values{}
	if d.state != "" {
		q.Set("state", d.state)
	}
	if l.Deny {
		q.Set("error", "access_denied")
		q.Set("error_code", "200")
		q.Set("error_description", "Permissions error")
		q.Set("error_reason", "user_denied")
	} else {
		s.grant(u, d, l)
		code := "AQ" + s.ids.text(80)
		s.logins.codes[code] = &loginCode{user: u, redirect: d.redirect.String(), expires: s.clock.Now().Add(codeLife)}
		q.Set("code", code)
	}
	s.touch()
	return withQuery(d.redirect, q) + "#_=_" // the platform's own mark
}

// withQuery adds parameters to an address, leaving those it has as they are.
func withQuery(to *url.URL, q url.Values) string {
	there := *to
	if there.RawQuery != "" {
		there.RawQuery += "&"
	}
	there.RawQuery += q.Encode()
	return there.String()
}

// grant keeps what a user lets the app do. What was granted before for permissions that are not asked for now stays.
func (s *Sim) grant(u *user, d dialog, l Login) {
	ticked := l.Pages
	if l.All {
		ticked = []string{anyPage}
	}
	granted := maps.Clone(u.Granted)
	if granted == nil {
		granted = map[string][]string{}
	}
	granted["public_profile"] = nil
	for _, scope := range d.scopes {
		if slices.Contains(l.Declined, scope) {
			delete(granted, scope)
			continue
		}
		targets := ticked
		if left := l.Unticked[scope]; len(left) > 0 {
			targets = slices.DeleteFunc(slices.Clone(s.expand(u, ticked)), func(p string) bool { return slices.Contains(left, p) })
		}
		granted[scope] = targets
	}
	u.Granted, u.Declined = granted, slices.Clone(l.Declined)
}

// expand puts a user's pages in the place of "all of them". The lock is held.
func (s *Sim) expand(u *user, ticked []string) []string {
	if !slices.Contains(ticked, anyPage) {
		return ticked
	}
	var all []string
	for _, m := range u.Pages {
		all = append(all, m.Page)
	}
	return all
}
