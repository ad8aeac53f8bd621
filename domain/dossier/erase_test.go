package dossier_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
)

// everyText is every text in every table of the database.
func (w world) everyText() string {
	w.T.Helper()
	tables := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_words_%'`
	if w.DB.Engine() == "postgres" {
		tables = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`
	}
	list, err := w.DB.SQL().QueryContext(w.Ctx(), tables)
	require.NoError(w.T, err)
	var names []string
	for list.Next() {
		var n string
		require.NoError(w.T, list.Scan(&n))
		names = append(names, n)
	}
	require.NoError(w.T, list.Err())
	var all strings.Builder
	for _, n := range names {
		found, err := w.DB.SQL().QueryContext(w.Ctx(), "SELECT * FROM "+n)
		require.NoError(w.T, err)
		columns, err := found.Columns()
		require.NoError(w.T, err)
		for found.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			require.NoError(w.T, found.Scan(into...))
			for i, v := range values {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				fmt.Fprintf(&all, "%s.%s=%v\n", n, columns[i], v)
			}
		}
		require.NoError(w.T, found.Err())
	}
	return all.String()
}

func lines(all, with string) (found []string) {
	for _, l := range strings.Split(all, "\n") {
		if strings.Contains(l, with) {
			found = append(found, l)
		}
	}
	return found
}

func TestNothingOfAnErasedPersonRemains(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	const canary = "canary7"
	says := w.Says(canary, "my secret is "+canary)
	says.Files = []channel.File{{Type: channel.Image, URL: "https://files.example/" + canary + ".png"}}
	w.Blobs.Serves[says.Files[0].URL] = func() ([]byte, error) { return []byte("\x89PNG\r\n\x1a\n"), nil }
	w.Hear(says)
	w.Fetch(attachment.Queue)
	w.Fetch(contact.ProfileQueue)
	c := w.person(canary)
	twin := w.writer(canary + "-twin")
	_, err := w.Contacts.Update(w.Ctx(), w.Owner, twin.ID, contact.Draft{Name: ptr("Twin " + canary), Emails: &[]string{canary + "@x.example"}})
	require.NoError(t, err)
	_, err = w.Dossiers.Merge(w.Ctx(), w.Owner, c.ID, twin.ID, nil)
	require.NoError(t, err)
	w.Answer(w.AllTasks()[0], "dear "+canary)
	require.NotEmpty(t, lines(w.everyText(), canary))
	require.Equal(t, 1, w.Blobs.Count())
	other := w.writer("bystander")

	p, err := w.Dossiers.Export(w.Ctx(), w.Owner, c.ID)
	require.NoError(t, err)
	require.Len(t, p.Contacts, 2)
	require.Len(t, p.Identities, 2)
	require.Len(t, p.Tasks, 2)
	require.Len(t, p.Comments, 3)
	raw, err := json.Marshal(p)
	require.NoError(t, err)
	require.Contains(t, string(raw), "my secret is "+canary)
	require.NotContains(t, string(raw), "bystander")

	name, err := w.Contacts.Get(w.Ctx(), w.Account.ID, c.ID)
	require.NoError(t, err)
	_, err = w.Dossiers.Erase(w.Ctx(), w.Owner, c.ID, "somebody else")
	require.Error(t, err)
	r, err := w.Dossiers.Erase(w.Ctx(), w.Owner, c.ID, name.Name)
	require.NoError(t, err)
	require.EqualValues(t, 2, r.Contacts)
	require.EqualValues(t, 1, r.Files)
	all := w.everyText()
	// Keys by which a repeated delivery is recognised stay.
	for _, l := range lines(all, canary) {
		require.True(t, strings.HasPrefix(l, "event_keys.") || strings.HasPrefix(l, "inbound_events.lane") || strings.HasPrefix(l, "inbound_events.key"), l)
	}
	require.Zero(t, w.Blobs.Count())
	w.Deliver()
	require.Empty(t, w.Fake.Taken(), "what was queued for them went out")
	require.Equal(t, "I am bystander", w.Comments(w.AllTasks()[2])[0].Text+w.Comments(w.AllTasks()[1])[0].Text+w.Comments(w.AllTasks()[0])[0].Text)
	_, err = w.Contacts.Get(w.Ctx(), w.Account.ID, other.ID)
	require.NoError(t, err)

	before := len(w.AllTasks())
	w.Hear(says) // the platform delivers it again
	require.Len(t, w.AllTasks(), before)
	_, err = w.Contacts.Update(w.Ctx(), w.Owner, c.ID, contact.Draft{Name: ptr("back")})
	require.Error(t, err)
	_, err = w.Dossiers.Merge(w.Ctx(), w.Owner, other.ID, c.ID, nil)
	require.Error(t, err)
	_, err = w.Dossiers.Export(w.Ctx(), account.Actor{AccountID: ids.New()}, other.ID)
	require.Error(t, err)
}
