package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
)

// caller is a sort of caller: how to make one, and with which rights they come.
type caller struct {
	role  account.Role // empty: nobody
	token bool
	make  func(*testing.T, *apptest.App, staff.Staff) *apptest.Client
}

func inPerson(role account.Role) caller {
	return caller{role: role, make: func(t *testing.T, a *apptest.App, s staff.Staff) *apptest.Client { return a.Open(t, s) }}
}

func byToken(role account.Role, as account.ActorKind) caller {
	return caller{role: role, token: true, make: func(t *testing.T, a *apptest.App, s staff.Staff) *apptest.Client {
		c, _ := a.Token(t, s, as)
		return c
	}}
}

// callers are all sorts; those with an empty role are nobody however they come.
func callers() map[string]caller {
	return map[string]caller{
		"member":      inPerson(account.Member),
		"admin":       inPerson(account.Admin),
		"owner":       inPerson(account.Owner),
		"member_bot":  byToken(account.Member, account.Bot),
		"admin_bot":   byToken(account.Admin, account.Bot),
		"owner_token": byToken(account.Owner, account.Staff),
		"anonymous":   {make: func(_ *testing.T, a *apptest.App, _ staff.Staff) *apptest.Client { c := *a.Anonymous; return &c }},
		"revoked_token": {make: func(t *testing.T, a *apptest.App, s staff.Staff) *apptest.Client {
			c, token := a.Token(t, s, account.Staff)
			require.NoError(t, a.Services.Sessions.RevokeToken(t.Context(), account.SystemActor(s.AccountID), token.ID))
			return c
		}},
		"disabled_session": {make: func(t *testing.T, a *apptest.App, s staff.Staff) *apptest.Client {
			c := a.Open(t, s)
			disable(t, a, s)
			return c
		}},
		"disabled_token": {make: func(t *testing.T, a *apptest.App, s staff.Staff) *apptest.Client {
			c, _ := a.Token(t, s, account.Staff)
			disable(t, a, s)
			return c
		}},
	}
}

func disable(t *testing.T, a *apptest.App, s staff.Staff) {
	off := false
	_, err := a.Services.Staff.Update(t.Context(), account.SystemActor(s.AccountID), s.ID, staff.Change{Enabled: &off})
	require.NoError(t, err)
}

// expected is the status that the permission column demands.
func (c caller) expected(p httpapi.Permission) int {
	switch {
	case p == httpapi.Public:
		return http.StatusOK
	case c.role == "":
		return http.StatusUnauthorized
	case p == httpapi.Person && c.token, p != httpapi.Person && !c.role.AtLeast(account.Role(p)):
		return http.StatusForbidden
	}
	return http.StatusOK
}

// TestRouteMatrix calls every route of the table as everybody, with ids of the own account and of a foreign one. What is
// expected follows from the table: a new route needs a sample and nothing else.
func TestRouteMatrix(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	all := samples()
	known := map[string]bool{}
	for _, r := range a.API.Routes() {
		known[r.ID] = true
		s, ok := all[r.ID]
		require.True(t, ok, "%s (%s %s) has no sample: declare one in samples_test.go", r.ID, r.Method, r.Path)
		requireWhole(t, a, r, s)
		home := sync.OnceValue(func() home { // one account for all would have thousands of people and channels
			in, owner := a.NewAccount(t, "Acme")
			return home{in, owner}
		})
		for name, c := range callers() {
			t.Run(r.ID+"/as_"+name, func(t *testing.T) {
				t.Parallel()
				callAs(t, a, home(), r, s, c)
			})
		}
		t.Run(r.ID+"/foreign", func(t *testing.T) {
			t.Parallel()
			callAcross(t, a, home(), r, s)
		})
	}
	for id := range all {
		require.True(t, known[id], "there is a sample for %s, and no such route", id)
	}
}

// home is the account from which a route is called.
type home struct {
	account.Account
	owner *apptest.Client
}

func callAs(t *testing.T, a *apptest.App, in home, r httpapi.Route, s sample, c caller) {
	role := c.role
	if role == "" {
		role = account.Admin
	}
	own := newScene(t, a, in.Account, in.owner, role)
	as := own.caller
	if c.role == "" { // whoever is nobody is not the person that the sample speaks of
		as = a.NewPerson(t, in.Account, role)
	}
	client := c.make(t, a, as).In(t)
	answer := own.call(client, r, s, nil)
	require.NotContains(t, string(answer.Body), apptest.Canary)
	if want := c.expected(r.Permission); want != http.StatusOK {
		require.Equal(t, want, answer.Status, "%s", answer.Body)
		answer.Problem()
		return
	}
	if s.refused != 0 {
		require.Equal(t, s.refused, answer.Status, "%s", answer.Body)
		return
	}
	require.Equal(t, 2, answer.Status/100, "%s", answer.Body)
}

// callAcross calls a route with ids of another account, and of nothing, one place at a time. The other account must show
// nothing and stay as it is.
func callAcross(t *testing.T, a *apptest.App, in home, r httpapi.Route, s sample) {
	theirs, theirOwner := a.NewAccount(t, apptest.Canary)
	foreign := newScene(t, a, theirs, theirOwner, account.Owner)
	own := newScene(t, a, in.Account, in.owner, account.Owner)
	places := s.places()
	ofTheirs := map[string]string{}
	for place, make := range places {
		ofTheirs[place] = make(foreign)
	}
	before := changes(t, a, theirs)
	for place := range places {
		for what, id := range map[string]string{"theirs": ofTheirs[place], "nothing": ids.New().String()} {
			client := a.Open(t, own.caller).In(t)
			answer := own.call(client, r, s, map[string]string{place: id})
			require.NotContains(t, string(answer.Body), apptest.Canary, "%s of %s", place, what)
			requireNothing(t, place, answer)
		}
	}
	require.Equal(t, before, changes(t, a, theirs), "something of the foreign account was changed")
}

// requireNothing demands that an answer looks as if the id in a place belonged to nothing.
func requireNothing(t *testing.T, place string, answer *apptest.Answer) {
	t.Helper()
	where, _, _ := strings.Cut(place, ".")
	if kind := answer.Header.Get("Content-Type"); where == "query" && answer.Status == http.StatusOK && kind != "application/json" {
		lines := strings.Count(strings.TrimSpace(string(answer.Body))+"\n", "\n") // a file: a table's head, or nothing
		require.LessOrEqual(t, lines, 1, "%s: %s", place, answer.Body)
		require.False(t, strings.HasPrefix(string(answer.Body), "{"), "%s: %s", place, answer.Body)
		return
	}
	if where == "query" && answer.Status == http.StatusOK {
		var found struct {
			Items []json.RawMessage
			httpapi.TaskCounts
		}
		require.NoError(t, json.Unmarshal(answer.Body, &found))
		require.Empty(t, found.Items, place)
		require.Zero(t, found.TaskCounts, place)
		return
	}
	require.Contains(t, []int{http.StatusNotFound, http.StatusUnprocessableEntity}, answer.Status, "%s: %s", place, answer.Body)
	if where == "path" {
		require.Equal(t, http.StatusNotFound, answer.Status, "%s: %s", place, answer.Body)
	}
	answer.Problem()
}

// changes counts what was ever changed in an account.
func changes(t *testing.T, a *apptest.App, in account.Account) int {
	t.Helper()
	entries, next, err := a.Services.Audit.List(t.Context(), in.ID, audit.Filter{}, storage.Page{Limit: storage.MaxLimit})
	require.NoError(t, err)
	require.Empty(t, next, "too many to count")
	return len(entries)
}
