package metasim

import (
	"maps"
	"slices"
	"time"
)

// User is somebody who manages pages: who signs in at the login dialog and lets the app use them. It is not a Person, who
// writes to pages; Meta tells the two apart by ids of different kinds, and so does the simulator.
type User struct {
	ID   string `json:"id"` // of the user for this app
	Name string `json:"name"`
	// Pages are those the user has a part in, in the order /me/accounts lists them.
	Pages []Managed `json:"pages"`
	// Granted is what the app may do, by permission: the pages it may do it on, or * for all present and future ones.
	// Empty: the user has not let the app in, or no longer. Login fills it in.
	Granted map[string][]string `json:"granted"`
	// Declined are the permissions that were asked for and refused.
	Declined []string `json:"declined"`
}

// Managed is a page that a user has a part in.
type Managed struct {
	Page string `json:"page"`
	// Tasks are what the user may do on the page; empty is everything.
	Tasks []string `json:"tasks"`
	// Business names the Business through which the user has the page. Such a page is listed only with the permission
	// business_management; without, it can be ticked in the dialog all the same, and is then nowhere to be seen.
	Business string `json:"business"`
}

// anyPage stands for all pages of a user, present and future.
const anyPage = "*"

// allTasks is what an admin of a page may do.
func allTasks() []string {
	return []string{"ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE"}
}

type user struct{ User }

// view is a copy of the user that shares nothing with it.
func (u *user) view() User {
	v := u.User
	v.Pages = slices.Clone(u.Pages)
	v.Declined = slices.Clone(u.Declined)
	v.Granted = maps.Clone(u.Granted)
	return v
}

// managed returns the user's part in a page.
func (u *user) managed(p *page) (Managed, bool) {
	for _, m := range u.Pages {
		if m.Page == p.ID {
			if len(m.Tasks) == 0 {
				m.Tasks = allTasks()
			}
			return m, true
		}
	}
	return Managed{}, false
}

// may says whether the user lets the app use a permission on a page.
func (u *user) may(scope string, p *page) bool {
	targets, granted := u.Granted[scope]
	return granted && (slices.Contains(targets, anyPage) || slices.Contains(targets, p.ID))
}

// sees says whether the app can see a page with the user's token.
func (u *user) sees(p *page) bool {
	m, has := u.managed(p)
	_, business := u.Granted["business_management"]
	return has && u.may("pages_show_list", p) && (m.Business == "" || business)
}

// logins is everything about users and what they let the app do.
type logins struct {
	users  []*user
	tokens map[string]*issued
	codes  map[string]*loginCode
}

func newLogins() logins { return logins{tokens: map[string]*issued{}, codes: map[string]*loginCode{}} }

// issued is a token that came of a login: a user's, or a page's by way of a user.
type issued struct {
	user    *user
	page    *page // nil for the user's own
	long    bool
	at      time.Time
	expires time.Time // zero: never
	dead    ErrorRef  // why it is refused before its time
}

func (l *logins) user(id string) *user {
	for _, u := range l.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

// AddUser adds a user; what is left empty is made up.
func (s *Sim) AddUser(v User) (User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.ID == "" {
		v.ID = s.ids.digits(15)
	}
	if v.Name == "" {
		v.Name = "User " + v.ID[len(v.ID)-4:]
	}
	if s.logins.user(v.ID) != nil || v.ID == s.userID {
		return User{}, Refusal("user.exists")
	}
	u := &user{v}
	u.User = u.view()
	s.logins.users = append(s.logins.users, u)
	s.touch()
	return u.view(), nil
}

// ChangeUser changes a user and returns them as they are now; the id stays. The function must not call the simulator.
func (s *Sim) ChangeUser(id string, change func(*User)) (User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.logins.user(id)
	if u == nil {
		return User{}, Refusal("user.unknown")
	}
	v := u.view()
	change(&v)
	v.ID = id
	u.User = v
	s.touch()
	return u.view(), nil
}

// User returns one user as they are now.
func (s *Sim) User(id string) (User, error) { return s.ChangeUser(id, func(*User) {}) }

// LogOut makes every token of a user invalid, as a new password does: 190/460. What was granted stays.
func (s *Sim) LogOut(id string) (User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.logins.user(id)
	if u == nil {
		return User{}, Refusal("user.unknown")
	}
	s.killTokens(u, ErrorRef{190, 460})
	s.touch()
	return u.view(), nil
}

// killTokens makes every token of a user dead for a reason. The lock is held.
func (s *Sim) killTokens(u *user, why ErrorRef) {
	for _, t := range s.logins.tokens {
		if t.user == u && t.dead == (ErrorRef{}) {
			t.dead = why
		}
	}
}

// issue makes a token, or returns the page token there is. The lock is held.
func (s *Sim) issue(t issued) string {
	if t.page != nil {
		for text, old := range s.logins.tokens {
			if old.user == t.user && old.page == t.page && old.long == t.long && s.loginError(old) == (ErrorRef{}) {
				return text
			}
		}
	}
	t.at = s.clock.Now()
	text := "EAAU" + s.ids.text(60)
	if t.page != nil {
		text = "EAAP" + s.ids.text(60)
	}
	s.logins.tokens[text] = &t
	return text
}

// loginError is why a token of a login is no longer good; zero while it is. The lock is held.
func (s *Sim) loginError(t *issued) ErrorRef {
	switch {
	case t.dead != (ErrorRef{}):
		return t.dead
	case !t.expires.IsZero() && !s.clock.Now().Before(t.expires):
		return ErrorRef{190, 463}
	case len(t.user.Granted) == 0:
		return ErrorRef{190, 458}
	}
	return ErrorRef{}
}
