package apptest

import (
	"crypto/rand"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/secret"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// Page is a simulated page that an account has connected.
type Page struct {
	metasim.Page
	Channel channel.Channel

	app *App
}

// Connect makes a page of the simulated Meta and connects it to an account, with the settings a new channel begins with.
func (a *App) Connect(t testing.TB, in account.Account) Page {
	t.Helper()
	page, err := a.Meta.AddPage(metasim.Page{ID: digits(t), Name: in.Name + "'s page", HumanAgent: true, NoReads: true})
	require.NoError(t, err)
	made, err := a.Services.Channels.Connect(t.Context(), account.SystemActor(in.ID), channel.NewChannel{
		Kind: metasim.PageKind, ExternalID: page.ID, Token: secret.New(page.Token), Settings: channel.DefaultSettings(),
	})
	require.NoError(t, err)
	return Page{page, made, a}
}

// PageOf returns the page that an account has in this test, and connects one when there is none yet.
func (a *App) PageOf(t testing.TB, in account.Account) Page {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if p, ok := a.pages[in.ID]; ok {
		return p
	}
	p := a.Connect(t, in)
	a.pages[in.ID] = p
	return p
}

// digits makes an id as pages have: pages of parallel tests on one database must differ.
func digits(t testing.TB) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(1e14))
	require.NoError(t, err)
	return new(big.Int).Add(n, big.NewInt(1e14)).String()
}

// Hear has somebody write to the page for the first time, and returns the task that it becomes. The text is one that nobody
// has written to the page before.
func (p Page) Hear(t testing.TB, name, text string) (task.Task, metasim.Person) {
	t.Helper()
	person, err := p.app.Meta.AddPerson(metasim.Person{FirstName: name, LastName: p.Channel.ID.String()[24:]})
	require.NoError(t, err)
	p.Write(t, person, text)
	var made task.Task
	Eventually(t, func() bool {
		list, _, err := p.app.Services.Tasks.List(t.Context(), p.Channel.AccountID, task.Filter{ChannelID: &p.Channel.ID},
			storage.Page{Limit: storage.MaxLimit})
		require.NoError(t, err)
		at := slices.IndexFunc(list, func(x task.Task) bool { return x.Snippet == text })
		if at >= 0 {
			made = list[at]
		}
		return at >= 0
	}, "the message becomes a task")
	return made, person
}

// Write has a person write to the page.
func (p Page) Write(t testing.TB, person metasim.Person, text string) {
	t.Helper()
	_, err := p.app.Meta.Write(metasim.Write{Page: p.ID, Person: person.ID, Text: text})
	require.NoError(t, err)
}
