package contact_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/storage"
	"kontor/domain/task"
)

// names lists a filter's contacts, page by page.
func names(w *domaintest.World, f contact.Filter) (all []string) {
	w.T.Helper()
	for p := (storage.Page{Limit: 2}); ; {
		rows, next, err := w.Contacts.List(w.Ctx(), w.Account.ID, f, p)
		require.NoError(w.T, err)
		for _, c := range rows {
			all = append(all, c.Name)
		}
		if p.Cursor = next; next == "" {
			return all
		}
	}
}

func TestListByLastContactPagesThroughEverybody(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	person := func(name string) {
		_, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: &name})
		require.NoError(t, err)
	}
	writes := func(name string) {
		says := w.Says(name, "hello")
		says.Person.Name = name
		w.Hear(says)
		w.Clock.Add(time.Minute)
	}
	person("never")
	for _, name := range []string{"first", "second", "third"} {
		writes(name)
	}
	person("neither")
	latest := contact.Filter{Sort: contact.Latest}
	require.Equal(t, []string{"third", "second", "first", "neither", "never"}, names(w, latest))
	writes("first")
	require.Equal(t, []string{"first", "third", "second", "neither", "never"}, names(w, latest))

	var second task.Task
	for _, x := range w.AllTasks() {
		c, err := w.Contacts.Get(w.Ctx(), w.Account.ID, *x.ContactID)
		require.NoError(t, err)
		if c.Name == "second" {
			second = x
		}
	}
	_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, second.ID, task.NewComment{Text: "for us", Visibility: task.Internal})
	require.NoError(t, err)
	require.Equal(t, "first", names(w, latest)[0], "what the contact does not see is no contact")
	w.Answer(second, "for you")
	require.Equal(t, []string{"second", "first", "third", "neither", "never"}, names(w, latest))
	require.Equal(t, []string{"neither", "first", "second", "third", "never"}[0], names(w, contact.Filter{Sort: contact.Newest})[0])
	require.Equal(t, []string{"second", "first", "third"}, names(w, contact.Filter{Sort: contact.Latest, ChannelKind: w.Channel.Kind}))
	require.Empty(t, names(w, contact.Filter{ChannelKind: "pigeon"}))
}

func TestListsOfContactsFollowAnIndex(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for sort, index := range map[contact.Sort]string{
		contact.ByName: "contacts_by_name", contact.Newest: "contacts_by_creation", contact.Latest: "contacts_by_last_contact",
	} {
		asked := w.Statements(func() { names(w, contact.Filter{Sort: sort}) })
		require.Len(t, asked, 1)
		plan := w.Plan(asked[0])
		require.Contains(t, plan, index, "%s", sort)
		require.NotContains(t, strings.ToUpper(plan), "SORT", "%s", sort)
		require.NotContains(t, strings.ToUpper(plan), "TEMP B-TREE", "%s", sort)
	}
}
