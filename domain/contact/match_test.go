package contact_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

func sought(w *domaintest.World, name, email, phone string) contact.Sought {
	d := templates.ContactDraft{Kind: templates.Person, Name: name, Email: email, Phone: phone}
	return contact.Sought{AccountID: w.Account.ID, Draft: d, Make: func() contact.Contact {
		return contact.FromDraft(w.Account.ID, d, ids.Nil, 1)
	}}
}

func all(t *testing.T, w *domaintest.World) []contact.Contact {
	t.Helper()
	list, _, err := w.Contacts.List(w.Ctx(), w.Account.ID, contact.Filter{}, storage.Page{Limit: 200})
	require.NoError(t, err)
	return list
}

// Whoever makes the same person at the same time ends up with one contact, whichever of the keys they have.
func TestMatchAtOnce(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	const workers = 8
	start, found := make(chan struct{}), make(chan ids.ID, workers)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			<-start
			phone := "+4915123456789"
			if i%2 == 0 {
				phone = ""
			}
			err := w.DB.Retry(w.Ctx(), func(ctx context.Context) error {
				m, err := w.Contacts.Match(ctx, []contact.Sought{sought(w, "Anna", "anna@berg.example", phone)})
				if err == nil {
					found <- m[0].Contact.ID
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	list := all(t, w)
	require.Len(t, list, 1)
	for range workers {
		require.Equal(t, list[0].ID, <-found)
	}
}

func TestMatchManyInOneCall(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	m, err := w.Contacts.Match(w.Ctx(), []contact.Sought{
		sought(w, "Anna", "anna@berg.example", ""), sought(w, "Anna B.", "anna@berg.example", "+4915123456789"),
		sought(w, "Ben", "", "+4915199999999"), sought(w, "Nobody", "", ""), sought(w, "Nobody", "", ""),
	})
	require.NoError(t, err)
	require.Equal(t, m[0].Contact.ID, m[1].Contact.ID)
	require.Equal(t, "email", m[1].By)
	require.False(t, m[1].New)
	require.Len(t, all(t, w), 4)

	again, err := w.Contacts.Match(w.Ctx(), []contact.Sought{sought(w, "X", "anna@berg.example", "+4915199999999")})
	require.NoError(t, err)
	require.Equal(t, m[0].Contact.ID, again[0].Contact.ID, "the e-mail decides")
	require.Equal(t, m[2].Contact.ID, again[0].Other, "and what the phone number leads to is said")
	require.Len(t, all(t, w), 4)
}

func TestMatchOfManyTakesAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	count := func(n int, prefix string) int {
		var list []contact.Sought
		for i := range n {
			list = append(list, sought(w, "P", prefix+string(rune('a'+i))+"@x.example", ""))
		}
		return len(w.Statements(func() {
			_, err := w.Contacts.Match(w.Ctx(), list)
			require.NoError(t, err)
		}))
	}
	require.Equal(t, count(1, "one"), count(20, "many"))
}

func TestEnrichKeepsWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	c := contact.Contact{Name: "Anna", Emails: []string{"a@x.example"}, Fields: map[string]any{"city": "Bonn"}}
	d := templates.ContactDraft{Name: "Anna Berg", Email: "b@x.example", Phone: "+49151", Group: "Leads", Tags: []string{"t"}, Fields: map[string]any{
		"city": "Köln", "company": "Berg",
	}}
	says, changed := c.Enrich(d, nil)
	require.True(t, changed)
	require.Equal(t, "Anna", c.Name)
	require.Equal(t, []string{"a@x.example", "b@x.example"}, c.Emails)
	require.Equal(t, []string{"+49151"}, c.Phones)
	require.Equal(t, map[string]any{"city": "Bonn", "company": "Berg"}, c.Fields)
	require.Equal(t, "Leads", c.GroupName)
	_, changed = c.Enrich(d, says)
	require.False(t, changed, "the same again changes nothing")
	d.Fields["company"] = "Berg GmbH"
	_, changed = c.Enrich(d, says)
	require.True(t, changed)
	require.Equal(t, "Berg GmbH", c.Fields["company"], "what the same source wrote, it may correct")
}
