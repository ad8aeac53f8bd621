package apptest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/httpapi"
	"kontor/integrations/metasim"
)

// NewPage makes a page of the simulated Meta's that nobody has connected; its ID and its Token do.
func (a *App) NewPage(t testing.TB) metasim.Page {
	t.Helper()
	p, err := a.Meta.AddPage(metasim.Page{ID: digits(t), Name: "Café Morgenrot", HumanAgent: true})
	require.NoError(t, err)
	return p
}

// ConnectAs connects a new page the way a caller does.
func (a *App) ConnectAs(t testing.TB, c *Client) (httpapi.Channel, Page) {
	t.Helper()
	page := a.NewPage(t)
	made := Post[httpapi.Channel](c, "/channels", Body{
		"kind": metasim.PageKind, "external_id": page.ID, "access_token": page.Token,
	})
	return made, Page{Page: page, app: a}
}

// NewWriter makes somebody who may write to pages.
func (a *App) NewWriter(t testing.TB) metasim.Person {
	t.Helper()
	p, err := a.Meta.AddPerson(metasim.Person{FirstName: "Anna", LastName: "Berg"})
	require.NoError(t, err)
	return p
}
