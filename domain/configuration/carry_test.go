package configuration_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"kontor/domain/access"
	"kontor/domain/configuration"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/reply"
	"kontor/domain/storage"
)

// Who may do what on a channel is carried over by addresses and names.
func TestRightsAreCarriedOver(t *testing.T) {
	t.Parallel()
	from, ada := world(t)
	team, err := from.Staff.CreateTeam(from.Ctx(), from.Owner, "Kitchens", []ids.ID{ada.ID})
	require.NoError(t, err)
	_, _, err = from.Access.Set(from.Ctx(), from.Owner, from.Channel.ID, access.Settings{
		AllStaff: access.None, AllTeams: access.Viewer, Staff: map[ids.ID]access.Role{ada.ID: access.Supervisor},
		Teams: map[ids.ID]access.Role{team.ID: access.Contributor},
	}, false)
	require.NoError(t, err)
	text := export(from, from.Owner)
	for _, part := range []string{"all_staff: none", "all_teams: viewer", "ada@muster.example: supervisor", "Kitchens: contributor"} {
		require.Contains(t, text, part)
	}

	to, hers := world(t)
	apply(to, to.Owner, text)
	require.Equal(t, text, export(to, to.Owner))
	require.Empty(t, apply(to, to.Owner, text).Changes)
	given, err := to.Access.Get(to.Ctx(), to.Account.ID, to.Channel.ID)
	require.NoError(t, err)
	require.Equal(t, access.Supervisor, given.Settings().Staff[hers.ID])

	// What is left out stays; what is given is given whole.
	head := "kontor: 1\nchannels:\n  - kind: fake\n    external_id: page-1\n"
	require.Empty(t, apply(to, to.Owner, head).Changes)
	require.NotEmpty(t, apply(to, to.Owner, head+"    access: {}\n").Changes)
	given, err = to.Access.Get(to.Ctx(), to.Account.ID, to.Channel.ID)
	require.NoError(t, err)
	require.Empty(t, given, "as where nobody has said anything")
}

// Whatever a text says, whoever applies it supervises every channel afterwards.
func TestNobodyShutsThemselvesOut(t *testing.T) {
	t.Parallel()
	w, _ := world(t)
	apply(w, w.Owner, `kontor: 1
channels:
  - kind: fake
    external_id: page-1
    access: {all_staff: none, all_teams: none, staff: {owner@muster.example: none, ada@muster.example: supervisor}}
`)
	account, err := w.Accounts.Get(w.Ctx(), w.Account.ID)
	require.NoError(t, err)
	by := w.Owner
	by.Narrowed = account.OwnAccess
	scope, err := w.Access.ScopeOf(w.Ctx(), by)
	require.NoError(t, err)
	require.True(t, scope.Supervises(w.Channel.ID))
	require.Empty(t, scope.Hidden())
	require.NotEmpty(t, export(w, by))
}

func TestUnknownPeopleAndRolesAreSaid(t *testing.T) {
	t.Parallel()
	w, _ := world(t)
	_, err := w.Configuration.Plan(w.Ctx(), w.Owner, []byte(`kontor: 1
channels:
  - kind: fake
    external_id: page-1
    access:
      all_staff: boss
      staff:
        nobody@muster.example: viewer
        ada@muster.example: king
      teams:
        Nowhere: viewer
`))
	got := map[int]string{}
	for _, p := range problems(t, err) {
		got[p.Line] = p.Code
	}
	require.Equal(t, map[int]string{
		6: "configuration.role", 8: "configuration.no_staff", 9: "configuration.role", 11: "configuration.no_team",
	}, got)
}

func replyWith(w *domaintest.World, name, text string, files ...string) {
	w.T.Helper()
	list := []ids.ID{}
	for _, f := range files {
		row, err := w.Attachments.Upload(w.Ctx(), w.Owner, f, strings.NewReader("holds "+f))
		require.NoError(w.T, err)
		list = append(list, row.ID)
	}
	shared := true
	_, err := w.Replies.Create(w.Ctx(), w.Owner, reply.Change{Name: &name, Text: &text, Shared: &shared, AttachmentIDs: &list})
	require.NoError(w.T, err)
}

// Files of saved replies go from one installation to another in a folder; without it, they stay as they are.
func TestFilesOfSavedRepliesAreCarriedOver(t *testing.T) {
	t.Parallel()
	from := domaintest.New(t)
	replyWith(from, "Prices", "Here they are", "prices.txt", "a map.txt")
	replyWith(from, "Only a file", "", "prices.txt")
	text := export(from, from.Owner)
	d, err := from.Configuration.Export(from.Ctx(), from.Owner)
	require.NoError(t, err)
	require.Len(t, d.Files(), 2)
	folder := fstest.MapFS{}
	for _, f := range d.Files() {
		r, err := from.Configuration.OpenFile(from.Ctx(), from.Owner, f)
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		folder[f.SHA256] = &fstest.MapFile{Data: data}
	}
	sum := sha256.Sum256([]byte("holds prices.txt"))
	require.Contains(t, folder, hex.EncodeToString(sum[:]))

	to := domaintest.New(t)
	plan, err := to.Configuration.Plan(to.Ctx(), to.Owner, []byte(text))
	require.NoError(t, err)
	codes := map[string]int{}
	for _, s := range plan.Skipped {
		codes[s.Code]++
	}
	require.Equal(t, map[string]int{"configuration.file": 3, "configuration.only_files": 1}, codes, "without the folder")

	with := to.Configuration.With(folder)
	plan, err = with.Plan(to.Ctx(), to.Owner, []byte(text))
	require.NoError(t, err)
	require.Empty(t, plan.Skipped)
	done, err := with.Apply(to.Ctx(), to.Owner, []byte(text), plan.Hash)
	require.NoError(t, err)
	require.Equal(t, plan, done)
	require.Equal(t, text, export(to, to.Owner))
	list, _, err := to.Replies.List(to.Ctx(), to.Owner, reply.Filter{}, storage.Page{})
	require.NoError(t, err)
	for _, r := range list {
		rows, err := to.Attachments.Some(to.Ctx(), to.Account.ID, r.AttachmentIDs)
		require.NoError(t, err)
		require.NotEmpty(t, rows)
		for _, row := range rows {
			require.True(t, row.Kept)
			_, err := to.Attachments.Open(to.Ctx(), row)
			require.NoError(t, err)
		}
	}
	require.Empty(t, apply(to, to.Owner, text).Changes, "they are here now: no folder is needed")

	// One that is not to be had leaves the others alone; a text of before names them and finds them; none are none.
	for i, part := range []string{"[{name: new.txt, sha256: " + strings.Repeat("0", 64) + "}]", "[prices.txt, a map.txt]"} {
		plan = apply(to, to.Owner, "kontor: 1\nsaved_replies:\n  - {name: Prices, text: Here they are, files: "+part+"}\n")
		require.Empty(t, plan.Changes)
		require.Len(t, plan.Skipped, 1-i)
	}
	plan = apply(to, to.Owner, "kontor: 1\nsaved_replies:\n  - {name: Prices, text: Here they are}\n")
	require.Equal(t, configuration.Changed, plan.Changes[0].Action)

	third := domaintest.New(t)
	folder[d.Files()[0].SHA256].Data = []byte("something else")
	plan, err = third.Configuration.With(folder).Plan(third.Ctx(), third.Owner, []byte(text))
	require.NoError(t, err)
	require.NotEmpty(t, plan.Skipped, "it does not hold what its name says")
}
