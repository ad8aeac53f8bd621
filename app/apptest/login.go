package apptest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/integrations/metasim"
)

// Manager adds somebody to the simulated Meta who manages some new pages, and returns them with the pages' ids.
func (a *App) Manager(t testing.TB, pages int) (metasim.User, []string) {
	t.Helper()
	u := metasim.User{ID: digits(t), Name: "Manager of pages"}
	made := make([]string, pages)
	for i := range made {
		p, err := a.Meta.AddPage(metasim.Page{ID: digits(t), Name: fmt.Sprintf("Filiale %02d", i+1), HumanAgent: true, NoReads: true})
		require.NoError(t, err)
		made[i] = p.ID
		u.Pages = append(u.Pages, metasim.Managed{Page: p.ID})
	}
	u, err := a.Meta.AddUser(u)
	require.NoError(t, err)
	return u, made
}

// AcceptTerms accepts the terms of connecting for the caller's account.
func (c *Client) AcceptTerms() {
	c.t.Helper()
	Post[httpapi.Terms](c, "/account/terms", Body{"version": account.TermsVersion})
}

// Begin begins to connect a page and returns the address of the platform's login.
func (c *Client) Begin() string {
	c.t.Helper()
	return Post[httpapi.LoginStart](c, "/channels/connect/"+metasim.PageKind, nil).URL
}

// Dialog ends a login dialog the way a user does, and returns where that leads, as a path for Do.
func (a *App) Dialog(t testing.TB, address string, l metasim.Login) string {
	t.Helper()
	l.URL = address
	end, err := a.Meta.Login(l)
	require.NoError(t, err)
	to, err := url.Parse(end.Location)
	require.NoError(t, err)
	require.Equal(t, a.URL, to.Scheme+"://"+to.Host)
	return "/" + to.RequestURI()
}

// Land brings back what a login ended with, and returns the connection that came of it.
func (c *Client) Land(path string) ids.ID {
	c.t.Helper()
	answer := c.With("Accept", "application/json").Do(http.MethodGet, path, nil)
	require.Equal(c.t, http.StatusOK, answer.Status, string(answer.Body))
	var landed struct {
		ID ids.ID `json:"connection_id"`
	}
	answer.Into(&landed)
	return landed.ID
}

// LogIn goes through a login to its end and returns the connection.
func (a *App) LogIn(t testing.TB, c *Client, l metasim.Login) httpapi.ConnectionPages {
	t.Helper()
	c = c.In(t)
	c.AcceptTerms()
	id := c.Land(a.Dialog(t, c.Begin(), l))
	return Get[httpapi.ConnectionPages](c, "/channels/connections/"+id.String())
}

// Choose connects pages of a connection.
func (c *Client) Choose(connection ids.ID, pages ...string) []httpapi.PageOutcome {
	c.t.Helper()
	return Post[httpapi.Page[httpapi.PageOutcome]](c, "/channels/connections/"+connection.String()+"/pages",
		Body{"external_ids": pages}).Items
}

// Browse goes to a path as a browser does, which takes pages and follows no further.
func (c *Client) Browse(path string) *Answer {
	c.t.Helper()
	other := *c.With("Accept", "text/html,application/xhtml+xml")
	other.http = &http.Client{
		Transport: c.http.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return other.Do(http.MethodGet, path, nil)
}

// Parameter is what the address that an answer leads to says under a name.
func (a *Answer) Parameter(name string) string {
	a.t.Helper()
	_, query, _ := strings.Cut(a.Header.Get("Location"), "?")
	values, err := url.ParseQuery(query)
	require.NoError(a.t, err)
	return values.Get(name)
}
