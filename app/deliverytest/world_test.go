package deliverytest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/outbound"
	"kontor/domain/secret"
	"kontor/domain/task"
	"kontor/integrations"
	"kontor/integrations/guardhttp"
	"kontor/integrations/meta"
	"kontor/integrations/metasim"
)

// world is an account with a page of the simulated Meta.
type world struct {
	*domaintest.World
	sim  *metasim.Sim
	page metasim.Page
	door integrations.Door
}

func play(t *testing.T) *world {
	t.Helper()
	now := clock.NewFixed(domaintest.Noon())
	w := &world{}
	hook := httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(hook.Close)
	w.sim = metasim.New(metasim.Options{
		App: metasim.App{Secrets: []string{"app_secret"}, VerifyToken: "verify", CallbackURL: hook.URL}, Clock: now, Seed: 1,
	})
	front := httptest.NewServer(w.sim.Handler())
	t.Cleanup(front.Close)
	t.Cleanup(w.sim.Close)
	app := w.sim.ChangeApp(func(a *metasim.App) { a.PublicURL = front.URL })
	out, err := guardhttp.New(guardhttp.Options{Exempt: []string{front.URL}})
	require.NoError(t, err)
	kinds, doors := integrations.New(integrations.Options{
		Meta: meta.Settings{
			GraphURL: front.URL, Version: "v25.0", AppID: app.ID, AppSecrets: []secret.Text{secret.New("app_secret")},
			VerifyToken: secret.New("verify"),
		},
		HTTP: out, Clock: now,
	})
	w.door = doors[0]
	w.World = domaintest.With(t, now, kinds)
	w.page, err = w.sim.AddPage(metasim.Page{Name: "Café Nordlicht", HumanAgent: true, NoReads: true, NoDeliveries: true})
	require.NoError(t, err)
	w.Channel = w.connect(w.page)
	return w
}

// connect connects a page, or gives the channel it has the page's token of now.
func (w *world) connect(p metasim.Page) channel.Channel {
	w.T.Helper()
	c, err := w.Channels.Connect(w.Ctx(), w.Owner, channel.NewChannel{
		Kind: metasim.PageKind, ExternalID: p.ID, Token: secret.New(p.Token), Settings: channel.DefaultSettings(),
	})
	require.NoError(w.T, err)
	return c
}

// receive is the callback: what the HTTP layer does with a door.
func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || w.door.Verify(r.Header, body) != nil {
		rw.WriteHeader(http.StatusUnauthorized)
		return
	}
	b := inbound.Batch{Door: w.door.Name()}
	b.Routed, b.Unrouted = w.door.Split(body)
	if err := w.Inbound.Accept(r.Context(), b); err != nil {
		rw.WriteHeader(http.StatusInternalServerError)
	}
}

// settle lets everything that the simulator has to tell arrive.
func (w *world) settle() {
	w.T.Helper()
	require.NoError(w.T, w.sim.Flush(w.Ctx()))
	w.Process()
}

// hears has somebody new write to the page and returns who it is and the task it becomes.
func (w *world) hears(name string) (metasim.Person, task.Task) {
	w.T.Helper()
	p, err := w.sim.AddPerson(metasim.Person{FirstName: name})
	require.NoError(w.T, err)
	w.says(p, "hello from "+name)
	for _, x := range w.AllTasks() {
		if x.Snippet == "hello from "+name {
			return p, x
		}
	}
	w.T.Fatalf("%s's message became no task", name)
	return p, task.Task{}
}

func (w *world) says(p metasim.Person, text string) {
	w.T.Helper()
	_, err := w.sim.Write(metasim.Write{Page: w.page.ID, Person: p.ID, Text: text})
	require.NoError(w.T, err)
	w.settle()
}

// fault makes the platform misbehave at the next send.
func (w *world) fault(f metasim.Fault) {
	w.T.Helper()
	f.Call = "send"
	_, err := w.sim.AddFault(f)
	require.NoError(w.T, err)
}

// channelNow is the channel as it is now.
func (w *world) channelNow() channel.Channel {
	w.T.Helper()
	c, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(w.T, err)
	return c
}

// sent are the texts that the platform took for a task's person, in their order.
func (w *world) sent(t task.Task) []string {
	w.T.Helper()
	conv, err := w.Conversations.Get(w.Ctx(), t.AccountID, ids.Of(t.ConversationID))
	require.NoError(w.T, err)
	x, err := w.Contacts.Identity(w.Ctx(), t.AccountID, ids.Of(conv.IdentityID))
	require.NoError(w.T, err)
	texts := []string{}
	for _, a := range w.sim.Ledger(metasim.LedgerQuery{Page: w.page.ID, PSID: x.ExternalID}) {
		texts = append(texts, a.Text)
	}
	return texts
}

func (w *world) state(c task.Comment) outbound.State { return w.Message(c).State }
