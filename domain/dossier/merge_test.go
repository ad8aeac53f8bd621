package dossier_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/task"
)

type world struct{ *domaintest.World }

func (w world) person(id string) contact.Contact {
	w.T.Helper()
	var x contact.Identity
	require.NoError(w.T, w.DB.Of(w.Ctx(), w.Account.ID).Where("external_id = ?", id).Take(&x).Error)
	c, err := w.Contacts.Get(w.Ctx(), w.Account.ID, x.ContactID)
	require.NoError(w.T, err)
	return c
}

func (w world) writer(id string) contact.Contact {
	w.T.Helper()
	w.Hear(w.Says(id, "I am "+id))
	return w.person(id)
}

func rows[T any](w world) []T {
	w.T.Helper()
	var out []T
	require.NoError(w.T, w.DB.Of(w.Ctx(), w.Account.ID).Find(&out).Error)
	return out
}

// state is everything that a merger may touch, but for when contacts were last changed.
func (w world) state() map[string]any {
	w.T.Helper()
	contacts, all := map[ids.ID]contact.Contact{}, rows[contact.Contact](w)
	require.NoError(w.T, w.Contacts.Tagged(w.Ctx(), all))
	for _, c := range all {
		c.UpdatedAt = time.Time{}
		c.Emails, c.Phones, c.Tags = full(c.Emails), full(c.Phones), full(c.Tags)
		if c.Fields == nil {
			c.Fields = map[string]any{}
		}
		contacts[c.ID] = c
	}
	of := map[string]any{}
	for _, k := range rows[contact.Key](w) {
		of["key "+k.Type+k.Value] = k.ContactID
	}
	for _, x := range rows[contact.Identity](w) {
		of["identity "+x.ID.String()] = x.ContactID
	}
	for _, c := range rows[conversation.Conversation](w) {
		of["conversation "+c.ID.String()] = *c.ContactID
	}
	for _, t := range rows[task.Task](w) {
		of["task "+t.ID.String()] = fmt.Sprint(ids.Of(t.ContactID), t.Scope)
	}
	return map[string]any{"contacts": contacts, "of": of}
}

func full(list []string) []string { return append([]string{}, list...) }

func TestMergeMovesEverythingAndTakesItBack(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	anna, ann := w.writer("anna"), w.writer("ann")
	mail := []string{"ann@berg.example"}
	_, err := w.Contacts.Update(w.Ctx(), w.Owner, ann.ID, contact.Draft{Emails: &mail, Tags: &[]string{"vip", "late"}})
	require.NoError(t, err)
	_, err = w.Contacts.Update(w.Ctx(), w.Owner, anna.ID, contact.Draft{Tags: &[]string{"vip"}})
	require.NoError(t, err)
	before := w.state()

	m, err := w.Dossiers.Merge(w.Ctx(), w.Owner, anna.ID, ann.ID, []string{"name"})
	require.NoError(t, err)
	require.Len(t, m.Moved.Tasks, 1)
	got := w.person("ann")
	require.Equal(t, anna.ID, got.ID)
	require.Equal(t, ann.Name, got.Name)
	require.Equal(t, mail, got.Emails)
	require.Equal(t, []string{"late", "vip"}, got.Tags)
	tags, err := w.Contacts.Tags(w.Ctx(), w.Account.ID, "", 10)
	require.NoError(t, err)
	require.Equal(t, []contact.Tag{{Name: "late", Contacts: 1}, {Name: "vip", Contacts: 1}}, tags, "who is part of another counts no more")
	_, err = w.Contacts.Get(w.Ctx(), w.Account.ID, ann.ID)
	require.Equal(t, errs.Gone, errs.KindOf(err))
	list, _, err := w.Contacts.List(w.Ctx(), w.Account.ID, contact.Filter{}, storage.Page{})
	require.NoError(t, err)
	require.Len(t, list, 1)

	_, err = w.Dossiers.Unmerge(w.Ctx(), w.Owner, anna.ID)
	require.NoError(t, err)
	require.Equal(t, before, w.state())
	_, err = w.Dossiers.Unmerge(w.Ctx(), w.Owner, anna.ID)
	require.True(t, errs.Is(err, "contact.not_merged"), "%v", err)
}

func TestWhatComesMeanwhileGoesWithItsIdentity(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	anna, ann := w.writer("anna"), w.writer("ann")
	_, err := w.Dossiers.Merge(w.Ctx(), w.Owner, anna.ID, ann.ID, nil)
	require.NoError(t, err)
	for _, x := range w.AllTasks() {
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, x.ID, task.Change{Status: ptr("resolved")})
		require.NoError(t, err)
	}
	w.Clock.Add(time.Minute)
	w.Hear(w.Says("ann", "again"))
	for _, x := range w.AllTasks() {
		require.Equal(t, anna.ID, *x.ContactID)
	}
	note := []string{"changed meanwhile"}
	_, err = w.Contacts.Update(w.Ctx(), w.Owner, anna.ID, contact.Draft{Tags: &note})
	require.NoError(t, err)

	_, err = w.Dossiers.Unmerge(w.Ctx(), w.Owner, anna.ID)
	require.NoError(t, err)
	of := map[ids.ID]int{}
	for _, x := range w.AllTasks() {
		of[*x.ContactID]++
	}
	require.Equal(t, map[ids.ID]int{anna.ID: 1, ann.ID: 2}, of)
	require.Equal(t, note, w.person("anna").Tags)
	require.Empty(t, w.person("ann").Tags)
}

func ptr[T any](v T) *T { return &v }

// Whatever two contacts have and whatever is chosen: taking a merger back leaves everything as it was.
func TestMergeAndBackChangesNothing(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		some := func(what, form string) *[]string {
			list := []string{}
			for i := range rapid.IntRange(0, 3).Draw(rt, what) {
				list = append(list, fmt.Sprintf(form, n, what, i))
			}
			return &list
		}
		person := func(who string) ids.ID {
			c := w.writer(fmt.Sprintf("%s-%d", who, n))
			if rapid.Bool().Draw(rt, who+" is changed") {
				_, err := w.Contacts.Update(w.Ctx(), w.Owner, c.ID, contact.Draft{
					Name: ptr(rapid.StringMatching(`[A-Z][a-z]{1,8}`).Draw(rt, who+" name")), Emails: some(who+"mail", "m%d%s%d@x.example"),
					Tags: some(who+"tag", "tag %d %s %d"), Group: ptr(rapid.SampledFrom([]string{"", "A", "B"}).Draw(rt, who+" group")),
					Kind: ptr(rapid.SampledFrom([]string{"person", "company"}).Draw(rt, who+" kind")),
				})
				require.NoError(t, err)
			}
			return c.ID
		}
		a, b := person("a"), person("b")
		for who, of := range map[string]ids.ID{"a": b, "b": a} {
			if rapid.Bool().Draw(rt, who+" works for them") {
				c, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: ptr("Member"), Company: &of})
				require.NoError(t, err)
				require.Equal(t, of, *c.CompanyID)
			}
		}
		take := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"name", "kind", "group", "company", "avatar", "field:x"}), rapid.ID[string]).Draw(rt, "take")
		before := w.state()
		_, err := w.Dossiers.Merge(w.Ctx(), w.Owner, a, b, take)
		require.NoError(t, err)
		_, err = w.Dossiers.Unmerge(w.Ctx(), w.Owner, a)
		require.NoError(t, err)
		require.Equal(t, before, w.state())
	})
}

// People write while their contacts are merged and parted: every message has one task, and every task is its writer's.
func TestMergeWhileTheyWrite(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	anna, ann := w.writer("anna"), w.writer("ann")
	const rounds = 8
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range rounds {
			if _, err := w.Dossiers.Merge(w.Ctx(), w.Owner, anna.ID, ann.ID, nil); err != nil {
				t.Errorf("merge %d: %v", i, err)
			}
			if i == rounds-1 {
				return
			}
			if _, err := w.Dossiers.Unmerge(w.Ctx(), w.Owner, anna.ID); err != nil {
				t.Errorf("take back %d: %v", i, err)
			}
		}
	})
	for i := range 4 * rounds {
		w.Accept(w.Says("anna", fmt.Sprint("anna ", i)), w.Says("ann", fmt.Sprint("ann ", i)), w.Says(fmt.Sprint("other", i), "new"))
		w.Process()
	}
	wg.Wait()
	for _, x := range rows[contact.Identity](w) {
		require.NotEqual(t, ann.ID, x.ContactID)
	}
	said := 0
	for _, x := range w.AllTasks() {
		require.NotEqual(t, ann.ID, *x.ContactID, "a task stayed with the contact that is gone")
		if *x.ContactID == anna.ID {
			said += len(w.Comments(x))
		}
	}
	require.Equal(t, 2+8*rounds, said)
	for _, e := range w.Events() {
		require.Equal(t, "processed", string(e.State))
	}
}
