package contact_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/storage"
)

const people = "Name;E-Mail;Telefon;Firma;Tags\n" +
	"Jürgen Groß;juergen@gross.example;030 123456;Muster AG;vip, neu\n" +
	"Anna Berg;anna@berg.example;;;\n" +
	"Kaputt;keine Adresse;;;\n" +
	";;;;leer\n" +
	"\n" +
	"\"Mehr\nzeilig\";m@z.example;;Muster AG;\n"

func wide(text string, mark bool) []byte {
	var out []byte
	if mark {
		out = append(out, 0xFF, 0xFE)
	}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func latin(text string) []byte {
	var out []byte
	for _, r := range text {
		out = append(out, byte(r)) //nolint:gosec // what the text has fits
	}
	return out
}

func TestImportReadsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for name, c := range map[string]struct {
		data                []byte
		encoding, separator string
	}{
		"utf-8":        {[]byte(people), "UTF-8", ";"},
		"marked":       {append([]byte{0xEF, 0xBB, 0xBF}, people...), "UTF-8", ";"},
		"utf-16":       {wide(people, true), "UTF-16", ";"},
		"bare utf-16":  {wide(people, false), "UTF-16", ";"},
		"windows-1252": {latin(people), "Windows-1252", ";"},
		"tabs":         {[]byte(strings.ReplaceAll(people, ";", "\t")), "UTF-8", "\t"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := w.Contacts.Upload(w.Ctx(), w.Owner, "people.csv", strings.NewReader(string(c.data)))
			require.NoError(t, err)
			require.Equal(t, []string{c.encoding, c.separator}, []string{m.Encoding, m.Separator})
			require.Equal(t, []string{"name", "email", "phone", "company", "tags"}, m.Mapping)
			require.EqualValues(t, 5, m.Total)
			lines, err := w.Contacts.ImportLines(w.Ctx(), w.Account.ID, m.ID, "", 0, 10)
			require.NoError(t, err)
			require.Equal(t, "Jürgen Groß", lines[0].Cells[0])
			require.EqualValues(t, 7, lines[4].Line)
		})
	}
	for _, bad := range []string{"", "\n\n", "Name\n", strings.Repeat("a,", 200) + "\nx"} {
		_, err := w.Contacts.Upload(w.Ctx(), w.Owner, "bad.csv", strings.NewReader(bad))
		require.Error(t, err)
	}
}

func TestImportSettlesEachLineOnce(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	anna, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: ptr("Anna"), Emails: &[]string{"anna@berg.example"}})
	require.NoError(t, err)
	run := func(existing contact.Existing) contact.Import {
		m, err := w.Contacts.Upload(w.Ctx(), w.Owner, "people.csv", strings.NewReader(people))
		require.NoError(t, err)
		m, err = w.Contacts.StartImport(w.Ctx(), w.Owner, m.ID, m.Mapping, existing)
		require.NoError(t, err)
		w.Fetch(contact.ImportQueue)
		m, err = w.Contacts.Import(w.Ctx(), w.Account.ID, m.ID)
		require.NoError(t, err)
		require.Equal(t, contact.Finished, m.State)
		return m
	}
	m := run(contact.UpdateEmpty)
	require.Equal(t, []int64{2, 1, 0, 2}, []int64{m.Created, m.Updated, m.Skipped, m.Refused})
	got, err := w.Contacts.Get(w.Ctx(), w.Account.ID, anna.ID)
	require.NoError(t, err)
	require.Equal(t, "Anna", got.Name)
	refused, err := w.Contacts.ImportLines(w.Ctx(), w.Account.ID, m.ID, "refused", 0, 10)
	require.NoError(t, err)
	require.Equal(t, []string{"contact.email", "contact_import.nameless"}, []string{refused[0].Problems[0].Code, refused[1].Problems[0].Code})
	companies, _, err := w.Contacts.List(w.Ctx(), w.Account.ID, contact.Filter{Kind: "company"}, storage.Page{})
	require.NoError(t, err)
	require.Len(t, companies, 1)
	before := len(all(t, w))

	m = run(contact.Overwrite)
	require.Equal(t, []int64{0, 3, 0, 2}, []int64{m.Created, m.Updated, m.Skipped, m.Refused})
	got, err = w.Contacts.Get(w.Ctx(), w.Account.ID, anna.ID)
	require.NoError(t, err)
	require.Equal(t, "Anna Berg", got.Name)
	m = run(contact.Skip)
	require.EqualValues(t, 3, m.Skipped)
	require.Len(t, all(t, w), before)
	_, err = w.Contacts.StartImport(w.Ctx(), w.Owner, m.ID, m.Mapping, contact.Skip)
	require.Error(t, err)
}

func TestLinesOfOldImportsGoAndTheirFiguresStay(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	upload := func(name string) contact.Import {
		m, err := w.Contacts.Upload(w.Ctx(), w.Owner, name, strings.NewReader(people))
		require.NoError(t, err)
		return m
	}
	lines := func(m contact.Import) int {
		rows, err := w.Contacts.ImportLines(w.Ctx(), w.Account.ID, m.ID, "", 0, 10)
		require.NoError(t, err)
		return len(rows)
	}
	done, never := upload("done.csv"), upload("never.csv")
	_, err := w.Contacts.StartImport(w.Ctx(), w.Owner, done.ID, done.Mapping, contact.Skip)
	require.NoError(t, err)
	w.Clock.Add(10 * 24 * time.Hour)
	w.Fetch(contact.ImportQueue)
	w.Clock.Add(29 * 24 * time.Hour)
	late := upload("late.csv")

	require.NoError(t, w.Contacts.PruneImports(w.Ctx()))
	require.Equal(t, []int{5, 0, 5}, []int{lines(done), lines(never), lines(late)}, "30 days after the end, or of lying about")
	_, err = w.Contacts.Import(w.Ctx(), w.Account.ID, never.ID)
	require.Error(t, err, "an import that was never started is nothing without its lines")

	w.Clock.Add(2 * 24 * time.Hour)
	require.NoError(t, w.Contacts.PruneImports(w.Ctx()))
	require.Equal(t, []int{0, 5}, []int{lines(done), lines(late)})
	m, err := w.Contacts.Import(w.Ctx(), w.Account.ID, done.ID)
	require.NoError(t, err)
	require.NotNil(t, m.PrunedAt)
	require.Equal(t, []int64{5, 3, 2}, []int64{m.Total, m.Created, m.Refused})
	require.NoError(t, w.Contacts.PruneImports(w.Ctx()))
}
