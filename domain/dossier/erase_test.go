package dossier_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/idempotency"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/task"
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
		if storage.IsPart(n) { // it is read with its table
			continue
		}
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
	_, err := w.Contacts.Update(w.Ctx(), w.Owner, twin.ID, contact.Draft{Name: ptr("Twin " + canary), Emails: &[]string{canary + "@x.example"}, Tags: &[]string{"tag " + canary}})
	require.NoError(t, err)
	_, err = w.Dossiers.Merge(w.Ctx(), w.Owner, c.ID, twin.ID, nil)
	require.NoError(t, err)
	w.Answer(w.AllTasks()[0], "dear "+canary)
	_, err = w.Tasks.SetDraft(w.Ctx(), w.Owner, w.AllTasks()[0].ID, task.WayInternal, task.DraftText{Text: "ask " + canary})
	require.NoError(t, err)
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
	require.Contains(t, string(raw), "tag "+canary)
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
	require.Equal(t, 1, w.Blobs.Count(), "whatever happens next, work is due that knows its name")
	w.Fetch(attachment.DropQueue)
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

// What somebody said may be the newest on a task of somebody else, and stand in the answers that are kept for repetition.
func TestNothingOfAnErasedPersonRemainsElsewhere(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	w.Hear(w.Says("bystander", "hello"))
	theirs := w.OneTask()
	w.Clock.Add(time.Second)
	w.Hear(w.Says("canary7", "my secret is canary7"))
	_, err := w.Tasks.Merge(w.Ctx(), w.Owner, w.AllTasks()[0].ID, theirs.ID)
	require.NoError(t, err)
	request := idempotency.Request{AccountID: w.Account.ID, Actor: "owner", Key: "1", Hash: []byte{1}}
	again := func() error {
		_, _, _, err := w.Keys.Do(w.Ctx(), request, func(context.Context) (int, []byte, error) { return 200, []byte("canary7"), nil })
		return err
	}
	require.NoError(t, again())
	require.NoError(t, again())
	c := w.person("canary7")
	_, err = w.Dossiers.Erase(w.Ctx(), w.Owner, c.ID, c.Name)
	require.NoError(t, err)
	all := w.everyText()
	require.Empty(t, append(lines(all, "my secret"), lines(all, "idempotency_keys.body=canary7")...))
	require.ErrorContains(t, again(), "idempotency.erased", "it is known that it was done")
}

// The vault has more of somebody than what became theirs: what was known already when it came, our answers as the platform told
// them back, and what is held.
func TestNothingOfAnErasedPersonRemainsInTheVault(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	w.Hear(w.Says("bystander", "hello"))
	says := w.Says("canary7", "my whisper")
	w.Hear(says)
	says.Number = 7
	w.Hear(says)
	c := w.Answer(w.AllTasks()[0], "your whisper")
	w.Deliver()
	echo := w.Says("canary7", "your whisper")
	echo.Action, echo.Opens, echo.Token, echo.ExternalID = channel.Echo, "", w.Message(c).Token, "m."+w.Message(c).Token
	w.Hear(echo)
	w.Switch(false)
	w.Hear(w.Says("canary7", "another whisper"))
	require.Equal(t, []string{"processed", "processed", "processed:known", "processed:own_message", "held:channel_off"}, w.Outcomes())

	who := w.person("canary7")
	r, err := w.Dossiers.Erase(w.Ctx(), w.Owner, who.ID, who.Name)
	require.NoError(t, err)
	require.EqualValues(t, 4, r.Events)
	require.Empty(t, lines(w.everyText(), "whisper"))
	require.NotEmpty(t, lines(w.everyText(), "hello"))
}

// What somebody wrote under a post stands in nobody's conversation, and what they submitted in none: on a task of others it is
// theirs all the same, also when the events that brought it are too old to be kept.
func TestNothingOfAnErasedPersonRemainsWhenEventsAreGone(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	w.TakeComments(channel.PerPost)
	w.Hear(w.Remarks("bystander", "9", "", "hello"), w.Remarks("canary7", "9", "", "my whisper"))
	require.Equal(t, []string{"hello", "my whisper"}, w.Texts(w.OneTask()))
	who := w.person("canary7")
	_, err := storage.InsertMany(w.Ctx(), w.DB, []task.Comment{{
		AccountID: w.Account.ID, ID: ids.New(), TaskID: w.OneTask().ID, Visibility: task.Public, AuthorKind: account.Contact,
		AuthorID: &who.ID, AuthorName: "canary7", Text: "another whisper", OccurredAt: w.Clock.Now(), CreatedAt: w.Clock.Now(),
	}})
	require.NoError(t, err)
	w.Clock.Add(100 * 24 * time.Hour)
	_, err = w.Inbound.ForgetEvents(w.Ctx(), w.Account.ID, w.Clock.Now(), 200)
	require.NoError(t, err)
	require.Empty(t, w.Events())

	given, err := w.Dossiers.Export(w.Ctx(), w.Owner, who.ID)
	require.NoError(t, err)
	require.Len(t, given.Comments, 2)
	_, err = w.Dossiers.Erase(w.Ctx(), w.Owner, who.ID, who.Name)
	require.NoError(t, err)
	require.Empty(t, lines(w.everyText(), "whisper"))
	require.NotEmpty(t, lines(w.everyText(), "hello"))
}

func TestWhatIsStoredOfSomebodyIsFoundByIndexes(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	c := w.writer("anna")
	big := regexp.MustCompile(`(?i)(from|join) \W?(inbound_events|comments|tasks|leads|identities|contact_notes|attachments|conversations)\b`)
	whole := regexp.MustCompile(`(?i)(SCAN (inbound_events|comments|tasks|leads|identities|contact_notes|attachments|conversations)\b|Seq Scan on)`)
	seen := 0
	for _, text := range w.Statements(func() {
		_, err := w.Dossiers.Export(w.Ctx(), w.Owner, c.ID)
		require.NoError(t, err)
	}) {
		if !big.MatchString(text) {
			continue
		}
		seen++
		plan := w.Plan(text)
		require.NotRegexp(t, whole, plan, text)
		if strings.Contains(text, "thread <> ''") {
			require.Contains(t, plan, "comments_by_author", text)
		}
		if strings.Contains(text, "inbound_events") {
			require.Regexp(t, "inbound_events_(before_)?by_contact", plan, text)
		}
		if w.DB.Engine() == "sqlite" { // an index that only tells the accounts apart is none: it would be read as a whole
			require.NotRegexp(t, `USING (COVERING )?INDEX \w+ \(account_id=\?\)`, plan, text)
		}
	}
	require.GreaterOrEqual(t, seen, 8)
}

func TestNotesGoWithTheirContact(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	anna, twin := w.writer("anna"), w.writer("twin")
	note := func(c contact.Contact, text string) {
		_, err := w.Contacts.AddNote(w.Ctx(), w.Owner, c.ID, text)
		require.NoError(t, err)
	}
	texts := func(id ids.ID) (all []string) {
		rows, _, err := w.Contacts.Notes(w.Ctx(), w.Account.ID, id, storage.Page{})
		require.NoError(t, err)
		for _, n := range rows {
			all = append(all, n.Text)
		}
		return all
	}
	note(anna, "of anna")
	note(twin, "of the twin")
	_, err := w.Dossiers.Merge(w.Ctx(), w.Owner, anna.ID, twin.ID, nil)
	require.NoError(t, err)
	note(anna, "of both")
	require.Equal(t, []string{"of both", "of the twin", "of anna"}, texts(anna.ID))
	_, err = w.Dossiers.Unmerge(w.Ctx(), w.Owner, anna.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"of both", "of anna"}, texts(anna.ID))
	require.Equal(t, []string{"of the twin"}, texts(twin.ID))

	p, err := w.Dossiers.Export(w.Ctx(), w.Owner, anna.ID)
	require.NoError(t, err)
	require.Len(t, p.Notes, 2)
	r, err := w.Dossiers.Erase(w.Ctx(), w.Owner, anna.ID, anna.Name)
	require.NoError(t, err)
	require.EqualValues(t, 2, r.Notes)
	require.Empty(t, texts(anna.ID))
	require.Equal(t, []string{"of the twin"}, texts(twin.ID))
}
