package apptest

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/httpapi"
	"kontor/domain/clock"
	"kontor/integrations/metasim"
)

// The Meta app as both sides of a test know it.
const (
	metaApp    = "900000000000001"
	metaSecret = "the app's secret in tests" //nolint:gosec // nobody else's
	metaVerify = "the verify token in tests"
)

// listenAsMeta makes room for the simulated platform and points the program at it.
func listenAsMeta(t testing.TB) (*httptest.Server, []string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	return server, []string{
		"KONTOR_META_GRAPH_URL=http://" + server.Listener.Addr().String(), "KONTOR_META_APP_ID=" + metaApp,
		"KONTOR_META_LOGIN_URL=http://" + server.Listener.Addr().String(),
		"KONTOR_META_APP_SECRETS=" + metaSecret, "KONTOR_META_VERIFY_TOKEN=" + metaVerify,
	}
}

// startMeta starts the platform; where its webhooks go is set when the program runs.
func startMeta(t testing.TB, server *httptest.Server, c clock.Clock) *metasim.Sim {
	t.Helper()
	sim := metasim.New(metasim.Options{
		App:   metasim.App{ID: metaApp, Secrets: []string{metaSecret}, VerifyToken: metaVerify},
		Clock: c,
	})
	t.Cleanup(sim.Close)
	server.Config.Handler = sim.Handler()
	server.Start()
	sim.ChangeApp(func(a *metasim.App) { a.PublicURL = server.URL })
	return sim
}

// Page makes a page of the simulated platform's, which its ID and its Token connect.
func (a *App) Page(t testing.TB) metasim.Page {
	t.Helper()
	p, err := a.Meta.AddPage(metasim.Page{Name: "Café Morgenrot", HumanAgent: true})
	require.NoError(t, err)
	return p
}

// Writer makes somebody who may write to pages.
func (a *App) Writer(t testing.TB) metasim.Person {
	t.Helper()
	p, err := a.Meta.AddPerson(metasim.Person{FirstName: "Anna", LastName: "Berg"})
	require.NoError(t, err)
	return p
}

// Writes has somebody write to a page.
func (a *App) Writes(t testing.TB, page metasim.Page, person metasim.Person, text string) {
	t.Helper()
	_, err := a.Meta.Write(metasim.Write{Page: page.ID, Person: person.ID, Text: text})
	require.NoError(t, err)
}

// Channel connects a new page for a caller.
func (a *App) Channel(t testing.TB, c *Client) (httpapi.Channel, metasim.Page) {
	t.Helper()
	page := a.Page(t)
	return Post[httpapi.Channel](c, "/channels", Body{
		"kind": metasim.PageKind, "external_id": page.ID, "access_token": page.Token,
	}), page
}
