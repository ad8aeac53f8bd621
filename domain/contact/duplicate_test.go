package contact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

func ptr[T any](v T) *T { return &v }

func TestDuplicatesHaveEvidence(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	make := func(d contact.Draft) contact.Contact {
		c, err := w.Contacts.Create(w.Ctx(), w.Owner, d)
		require.NoError(t, err)
		return c
	}
	firm := make(contact.Draft{Name: ptr("Muster AG"), Kind: ptr("company")})
	anna := make(contact.Draft{Name: ptr("Anna Berg"), Emails: &[]string{"anna@berg.example"}, Company: &firm.ID})
	twin := make(contact.Draft{Name: ptr("anna berg"), Company: &firm.ID})
	other := make(contact.Draft{Name: ptr("A. B.")})
	make(contact.Draft{Name: ptr("Somebody else")})
	other.Emails = append(other.Emails, "anna@berg.example") // as a lead adds it
	require.NoError(t, w.Contacts.Learnt(w.Ctx(), other))

	list, err := w.Contacts.Duplicates(w.Ctx(), w.Account.ID, nil)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, []contact.Evidence{{Type: "email", Value: "anna@berg.example"}}, list[0].Evidence)
	require.ElementsMatch(t, []ids.ID{anna.ID, other.ID}, []ids.ID{list[0].First, list[0].Second})
	require.Equal(t, 90, list[0].Score())
	require.ElementsMatch(t, []ids.ID{anna.ID, twin.ID}, []ids.ID{list[1].First, list[1].Second})
	require.Equal(t, "name_company", list[1].Evidence[0].Type)

	require.NoError(t, w.Contacts.Distinguish(w.Ctx(), w.Owner, twin.ID, anna.ID))
	list, err = w.Contacts.Duplicates(w.Ctx(), w.Account.ID, &anna.ID)
	require.NoError(t, err)
	require.Len(t, list, 1)
	list, err = w.Contacts.Duplicates(w.Ctx(), w.Account.ID, &twin.ID)
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestListNarrowsAndSorts(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("writer", "hello"))
	firm, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: ptr("Firm"), Kind: ptr("company")})
	require.NoError(t, err)
	_, err = w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{
		Name: ptr("Tagged"), Tags: &[]string{"vip", `a"b`}, Group: ptr("Regulars"), Company: &firm.ID,
	})
	require.NoError(t, err)
	for what, c := range map[string]struct {
		filter contact.Filter
		names  []string
	}{
		"kind":    {contact.Filter{Kind: "company"}, []string{"Firm"}},
		"group":   {contact.Filter{Group: "Regulars"}, []string{"Tagged"}},
		"tag":     {contact.Filter{Tag: `a"b`}, []string{"Tagged"}},
		"no tag":  {contact.Filter{Tag: `vi`}, nil},
		"company": {contact.Filter{CompanyID: &firm.ID}, []string{"Tagged"}},
		"newest":  {contact.Filter{Sort: contact.Newest, Kind: "company"}, []string{"Firm"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			list, _, err := w.Contacts.List(w.Ctx(), w.Account.ID, c.filter, storage.Page{})
			require.NoError(t, err)
			var names []string
			for _, x := range list {
				names = append(names, x.Name)
			}
			require.Equal(t, c.names, names)
		})
	}
	for _, f := range []contact.Filter{{ChannelID: &w.Channel.ID}, {OpenTask: true}} {
		list, _, err := w.Contacts.List(w.Ctx(), w.Account.ID, f, storage.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
	}
	var all []contact.Contact
	for p := (storage.Page{Limit: 1}); ; {
		list, next, err := w.Contacts.List(w.Ctx(), w.Account.ID, contact.Filter{Sort: contact.Newest}, p)
		require.NoError(t, err)
		all = append(all, list...)
		if p.Cursor = next; next == "" {
			break
		}
	}
	require.Len(t, all, 3)
}

func TestGroupsHoldTheirContacts(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	_, err := w.Contacts.Match(w.Ctx(), []contact.Sought{{AccountID: w.Account.ID, Draft: templates.ContactDraft{Email: "a@b.example"},
		Make: func() contact.Contact { return contact.Contact{Name: "From a template", GroupName: "Leads"} }}})
	require.NoError(t, err)
	groups, err := w.Contacts.Groups(w.Ctx(), w.Account.ID)
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.EqualValues(t, 1, groups[0].Contacts)
	_, err = w.Contacts.CreateGroup(w.Ctx(), w.Owner, "Leads")
	require.Error(t, err)
	empty, err := w.Contacts.CreateGroup(w.Ctx(), w.Owner, "Empty")
	require.NoError(t, err)
	_, err = w.Contacts.RenameGroup(w.Ctx(), w.Owner, empty.ID, ptr("Leads"))
	require.Error(t, err)
	g, err := w.Contacts.RenameGroup(w.Ctx(), w.Owner, groups[0].ID, ptr("Prospects"))
	require.NoError(t, err)
	require.EqualValues(t, 1, g.Contacts)
	require.Equal(t, "Prospects", all(t, w)[0].GroupName)
	require.NoError(t, w.Contacts.DeleteGroup(w.Ctx(), w.Owner, g.ID))
	require.Empty(t, all(t, w)[0].GroupName)
}
