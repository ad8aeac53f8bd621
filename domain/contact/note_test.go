package contact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func TestNotesAreTheirAuthors(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	name := "Anna"
	c, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: &name})
	require.NoError(t, err)
	member := account.Actor{AccountID: w.Account.ID, Kind: account.Staff, StaffID: ids.New(), Role: account.Member, Name: "Mia"}
	text := func() (all []string) {
		rows, _, err := w.Contacts.Notes(w.Ctx(), w.Account.ID, c.ID, storage.Page{})
		require.NoError(t, err)
		for _, n := range rows {
			all = append(all, n.AuthorName+": "+n.Text)
		}
		return all
	}
	own, err := w.Contacts.AddNote(w.Ctx(), member, c.ID, "  likes tea ")
	require.NoError(t, err)
	bosses, err := w.Contacts.AddNote(w.Ctx(), w.Owner, c.ID, "pays late")
	require.NoError(t, err)
	require.Equal(t, []string{w.Owner.Name + ": pays late", "Mia: likes tea"}, text())

	changed := "likes green tea"
	now, err := w.Contacts.EditNote(w.Ctx(), member, own.ID, &changed)
	require.NoError(t, err)
	require.NotNil(t, now.EditedAt)
	_, err = w.Contacts.EditNote(w.Ctx(), w.Owner, own.ID, &changed)
	require.Equal(t, errs.Forbidden, errs.KindOf(err), "not even the owner writes in somebody's name")
	require.Equal(t, errs.Forbidden, errs.KindOf(w.Contacts.DeleteNote(w.Ctx(), member, bosses.ID)))
	require.NoError(t, w.Contacts.DeleteNote(w.Ctx(), w.Owner, own.ID), "who wrote it may have left")
	require.Equal(t, []string{w.Owner.Name + ": pays late"}, text())

	for _, wrong := range []string{"", " \n ", "a\x00b", string(make([]rune, contact.MaxNote+1))} {
		_, err := w.Contacts.AddNote(w.Ctx(), member, c.ID, wrong)
		require.Equal(t, errs.Invalid, errs.KindOf(err), "%q", wrong[:min(len(wrong), 5)])
	}
	_, stranger := w.Found("Other", "other@x.example")
	_, err = w.Contacts.AddNote(w.Ctx(), stranger, c.ID, "hello")
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	require.Equal(t, errs.NotFound, errs.KindOf(w.Contacts.DeleteNote(w.Ctx(), stranger, bosses.ID)))
}
