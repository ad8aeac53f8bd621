package httpapi_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
)

func TestMergedContactNamesTheOneItIsPartOf(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	make := func(name string) httpapi.Contact {
		return apptest.Post[httpapi.Contact](a.Member, "/contacts", apptest.Body{"name": name})
	}
	first, second := make("Anna Berg"), make("Anna B.")
	got := apptest.Post[httpapi.Contact](a.Member, "/contacts/"+first.ID.String()+"/merge", apptest.Body{"contact_id": second.ID, "take": []string{"name"}})
	require.Equal(t, "Anna B.", got.Name)
	gone := a.Member.Do("GET", "/contacts/"+second.ID.String(), nil).Refused(410, "contact.merged")
	require.Equal(t, first.ID.String(), gone.ContactID)
	a.Member.Do("POST", "/contacts/"+first.ID.String()+"/merge", apptest.Body{"contact_id": first.ID}).Refused(422, "input.invalid")
	back := apptest.Post[httpapi.Unmerged](a.Member, "/contacts/"+first.ID.String()+"/unmerge", nil)
	require.Equal(t, []string{"Anna Berg", "Anna B."}, []string{back.Contact.Name, back.Other.Name})
}

func TestContactTablesHoldNoFormulas(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	apptest.Post[httpapi.Contact](a.Member, "/contacts", apptest.Body{"name": "=HYPERLINK(1)", "tags": []string{"@x"}})
	answer := a.Member.Do("GET", "/contacts.csv", nil)
	require.Equal(t, 200, answer.Status)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(answer.Body), "\uFEFF"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, "'=HYPERLINK(1)", rows[1][1])
	require.Equal(t, "'@x", rows[1][6])
}

func TestRefusedLinesSayWhyInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	var m httpapi.ContactImport
	a.Member.Upload("/contact-imports", "people.csv", []byte("Name;Mail\nAnna;anna@berg.example\n=Kaputt;keine\n")).Into(&m)
	require.Equal(t, []string{"name", "email"}, m.Mapping)
	path := "/contact-imports/" + m.ID.String()
	apptest.Post[httpapi.ContactImport](a.Member, path+"/start", apptest.Body{"mapping": m.Mapping, "existing": "skip"})
	apptest.Eventually(t, func() bool {
		m = apptest.Get[httpapi.ContactImport](a.Member, path)
		return m.State == "finished"
	}, "the import is finished")
	require.Equal(t, []int64{1, 1}, []int64{m.Created, m.Refused})
	body := string(a.Member.With("Accept-Language", "de").Do("GET", path+"/refused.csv", nil).Body)
	require.Contains(t, body, "'=Kaputt,keine,3,Mail: Das ist keine E-Mail-Adresse")
	a.Member.Do("POST", path+"/start", apptest.Body{"mapping": m.Mapping, "existing": "skip"}).Refused(409, "contact_import.started")
}
