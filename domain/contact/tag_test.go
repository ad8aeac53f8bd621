package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

func TestTagsOfContactsAreCounted(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for i, tags := range [][]string{{"vip", "50%"}, {"vip"}, {"late"}} {
		name := fmt.Sprint("c", i)
		_, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: &name, Tags: &tags})
		require.NoError(t, err)
	}
	all, err := w.Contacts.Tags(w.Ctx(), w.Account.ID, "", 10)
	require.NoError(t, err)
	require.Equal(t, []contact.Tag{{Name: "vip", Contacts: 2}, {Name: "50%", Contacts: 1}, {Name: "late", Contacts: 1}}, all)
	some, err := w.Contacts.Tags(w.Ctx(), w.Account.ID, "%", 10)
	require.NoError(t, err)
	require.Equal(t, []contact.Tag{{Name: "50%", Contacts: 1}}, some)
	none, err := w.Contacts.Tags(w.Ctx(), ids.New(), "", 10)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestTagsComeWithTheirContact(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	made, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: ptr("Anna"), Tags: &[]string{"vip", "Übersee", "late"}})
	require.NoError(t, err)
	_, err = w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: ptr("Ben"), Tags: &[]string{"late"}})
	require.NoError(t, err)
	tags := func(of ids.ID) []string {
		c, err := w.Contacts.Get(w.Ctx(), w.Account.ID, of)
		require.NoError(t, err)
		return c.Tags
	}
	require.Equal(t, []string{"late", "vip", "Übersee"}, tags(made.ID))
	list, _, err := w.Contacts.List(w.Ctx(), w.Account.ID, contact.Filter{}, storage.Page{})
	require.NoError(t, err)
	require.Equal(t, []string{"late", "vip", "Übersee"}, list[0].Tags)
	require.Equal(t, []string{"late"}, list[1].Tags)

	_, err = w.Contacts.Update(w.Ctx(), w.Owner, made.ID, contact.Draft{Name: ptr("Anne")})
	require.NoError(t, err)
	require.Len(t, tags(made.ID), 3, "a change of something else leaves them alone")
	_, err = w.Contacts.ChangeMany(w.Ctx(), w.Owner, []ids.ID{made.ID}, contact.ManyChange{AddTags: []string{"new"}, RemoveTags: []string{"vip"}})
	require.NoError(t, err)
	require.Equal(t, []string{"late", "new", "Übersee"}, tags(made.ID))
	_, err = w.Contacts.Update(w.Ctx(), w.Owner, made.ID, contact.Draft{Tags: &[]string{}})
	require.NoError(t, err)
	require.Empty(t, tags(made.ID))
}

func TestTagsOfTemplatesAreAdded(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	sought := contact.Sought{
		AccountID: w.Account.ID, Draft: templates.ContactDraft{Name: "Anna", Email: "anna@x.example", Tags: []string{"lead"}},
	}
	sought.Make = func() contact.Contact { return contact.FromDraft(w.Account.ID, sought.Draft, ids.New(), 1) }
	match := func() contact.Contact {
		found, err := w.Contacts.Match(w.Ctx(), []contact.Sought{sought})
		require.NoError(t, err)
		return found[0].Contact
	}
	match()
	require.Equal(t, []string{"lead"}, match().Tags)
	again := match()
	_, changed := again.Enrich(templates.ContactDraft{Tags: []string{"fair", "lead"}}, nil)
	require.True(t, changed)
	require.NoError(t, w.Contacts.Learnt(w.Ctx(), again))
	require.Equal(t, []string{"fair", "lead"}, match().Tags)
}

func TestTagsFollowAnIndex(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	_, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: ptr("Anna"), Tags: &[]string{"vip"}})
	require.NoError(t, err)
	plan := func(f func()) (plans string, asked int) {
		for _, text := range w.Statements(f) {
			plans += w.Plan(text)
			asked++
		}
		return plans, asked
	}
	counted, asked := plan(func() {
		_, err := w.Contacts.Tags(w.Ctx(), w.Account.ID, "v", 10)
		require.NoError(t, err)
	})
	require.Equal(t, 1, asked)
	require.Contains(t, counted, "contact_tags_by_tag")
	require.NotContains(t, counted, " contacts", "counting reads no contact")

	listed, asked := plan(func() { require.Equal(t, []string{"Anna"}, names(w, contact.Filter{Tag: "vip"})) })
	require.Equal(t, 2, asked, "the contacts, and their tags")
	for _, bad := range []string{"SCAN CONTACT_TAGS", "SCAN X", "SEQ SCAN"} {
		require.NotContains(t, strings.ToUpper(listed), bad)
	}
}
