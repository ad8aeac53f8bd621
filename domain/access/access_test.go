package access_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
)

func TestTheHighestRoleCounts(t *testing.T) {
	t.Parallel()
	ann, sales, night := ids.New(), ids.New(), ids.New()
	given := func(p access.Party, id ids.ID, r access.Role) access.Grant {
		return access.Grant{Party: p, PartyID: id, Role: r}
	}
	nobody := given(access.AllStaff, ids.Nil, access.None)
	for name, c := range map[string]struct {
		grants access.Grants
		who    access.Member
		want   access.Role
		from   access.Party
	}{
		"by_default":             {nil, access.Member{ID: ann}, access.Contributor, access.AllStaff},
		"closed":                 {access.Grants{nobody}, access.Member{ID: ann}, access.None, ""},
		"admins_always":          {access.Grants{nobody}, access.Member{ID: ann, Admin: true}, access.Supervisor, ""},
		"own":                    {access.Grants{nobody, given(access.Person, ann, access.Viewer)}, access.Member{ID: ann}, access.Viewer, access.Person},
		"somebody_elses":         {access.Grants{nobody, given(access.Person, ids.New(), access.Viewer)}, access.Member{ID: ann}, access.None, ""},
		"own_cannot_lower":       {access.Grants{given(access.Person, ann, access.Viewer)}, access.Member{ID: ann}, access.Contributor, access.AllStaff},
		"through_a_team":         {access.Grants{nobody, given(access.Team, sales, access.Supervisor)}, access.Member{ID: ann, Teams: []ids.ID{night, sales}}, access.Supervisor, access.Team},
		"through_another_team":   {access.Grants{nobody, given(access.Team, sales, access.Supervisor)}, access.Member{ID: ann, Teams: []ids.ID{night}}, access.None, ""},
		"all_teams":              {access.Grants{nobody, given(access.AllTeams, ids.Nil, access.Viewer)}, access.Member{ID: ann, Teams: []ids.ID{night}}, access.Viewer, access.AllTeams},
		"all_teams_but_in_none":  {access.Grants{nobody, given(access.AllTeams, ids.Nil, access.Viewer)}, access.Member{ID: ann}, access.None, ""},
		"all_staff_may_only_see": {access.Grants{given(access.AllStaff, ids.Nil, access.Viewer)}, access.Member{ID: ann}, access.Viewer, access.AllStaff},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			role, reasons := c.grants.Effective(c.who)
			require.Equal(t, c.want, role)
			if c.want == access.None {
				require.Empty(t, reasons)
				return
			}
			require.Equal(t, c.from, reasons[0].Party)
		})
	}
}

// scene is a world with a member and a task on its channel.
type scene struct {
	*domaintest.World
	member account.Actor
	task   task.Task
}

func begin(t *testing.T) scene {
	w := domaintest.New(t)
	p, err := w.Staff.Create(w.Ctx(), w.Owner, staff.New{Email: "m@example.com", Name: "Mia", Password: "tall green bicycle", Role: account.Member})
	require.NoError(t, err)
	w.Hear(w.Says("anna", "where is my sofa"))
	return scene{w, account.Actor{AccountID: w.Account.ID, Kind: account.Staff, StaffID: p.ID, Role: account.Member, Name: "Mia", Narrowed: true}, w.OneTask()}
}

func (s scene) give(r access.Role) {
	x := access.Settings{AllStaff: access.None, AllTeams: access.None, Staff: map[ids.ID]access.Role{s.member.StaffID: r}}
	_, _, err := s.Access.Set(s.Ctx(), s.Owner, s.Channel.ID, x, false)
	require.NoError(s.T, err)
}

func (s scene) scope() access.Scope {
	x, err := s.Access.ScopeOf(s.Ctx(), s.member)
	require.NoError(s.T, err)
	return x
}

func TestScopeCostsNothingWhereNobodyCares(t *testing.T) {
	t.Parallel()
	s := begin(t)
	free := s.member
	free.Narrowed = false
	require.Empty(t, s.Statements(func() {
		x, err := s.Access.ScopeOf(s.Ctx(), free)
		require.NoError(t, err)
		require.Equal(t, access.Contributor, x.On(&s.Channel.ID))
	}))
	require.Len(t, s.Statements(func() { s.scope() }), 1)
	a, err := s.Accounts.Get(s.Ctx(), s.Account.ID)
	require.NoError(t, err)
	require.False(t, a.OwnAccess)
	s.give(access.Viewer)
	a, err = s.Accounts.Get(s.Ctx(), s.Account.ID)
	require.NoError(t, err)
	require.True(t, a.OwnAccess)
}

func TestScopeOfAMember(t *testing.T) {
	t.Parallel()
	s := begin(t)
	for _, r := range []access.Role{access.None, access.Viewer, access.Contributor, access.Supervisor} {
		s.give(r)
		x := s.scope()
		require.Equal(t, r, x.On(&s.Channel.ID))
		require.Equal(t, r == access.Supervisor, x.Supervises(s.Channel.ID))
		require.Equal(t, access.Contributor, x.On(nil), "of tasks without a channel")
		other := ids.New()
		require.Equal(t, access.Contributor, x.On(&other), "of a channel of which nothing is said")
	}
	s.give(access.None)
	require.Equal(t, []ids.ID{s.Channel.ID}, s.scope().Hidden())
	require.Empty(t, access.Everywhere().Hidden())

	team, err := s.Staff.CreateTeam(s.Ctx(), s.Owner, "Night", []ids.ID{s.member.StaffID})
	require.NoError(t, err)
	_, _, err = s.Access.Set(s.Ctx(), s.Owner, s.Channel.ID, access.Settings{AllStaff: access.None, AllTeams: access.Viewer}, false)
	require.NoError(t, err)
	require.Equal(t, access.Viewer, s.scope().On(&s.Channel.ID), "in a team")
	_, _, err = s.Access.Set(s.Ctx(), s.Owner, s.Channel.ID, access.Settings{
		AllStaff: access.None, AllTeams: access.Viewer, Teams: map[ids.ID]access.Role{team.ID: access.Supervisor},
	}, false)
	require.NoError(t, err)
	require.Equal(t, access.Supervisor, s.scope().On(&s.Channel.ID), "the team's own")
}

// Every way in which stores read tables with tasks' things.
func TestWhatIsHiddenIsNotThere(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.Answer(s.task, "on Monday")
	s.give(access.None)
	all, hidden := s.Ctx(), s.scope().In(s.Ctx())
	a := s.Account.ID
	count := func(model any) (n int64, before int64) {
		require.NoError(t, s.DB.Of(hidden, a).Model(model).Count(&n).Error)
		require.NoError(t, s.DB.Of(all, a).Model(model).Count(&before).Error)
		return n, before
	}
	for _, model := range []any{&task.Task{}, &task.Comment{}, &task.Why{}, &outbound.Message{}} {
		n, before := count(model)
		require.NotZero(t, before, "%T", model)
		require.Zero(t, n, "%T", model)
	}
	key := []task.Task{{AccountID: a, ID: s.task.ID}}
	many, err := storage.SelectMany[task.Task](hidden, s.DB, key, "account_id", "id")
	require.NoError(t, err)
	require.Empty(t, many)
	many, err = storage.LockMany[task.Task](all, s.DB, key, "account_id", "id")
	require.NoError(t, err)
	require.Len(t, many, 1)

	var rows []task.Task
	text := `SELECT t.* FROM tasks AS t WHERE t.account_id = ?`
	require.ErrorIs(t, s.DB.Select(hidden, &rows, text, a), storage.ErrHiding)
	require.NoError(t, s.DB.Select(storage.Whole(hidden), &rows, text, a))
	require.Len(t, rows, 1)
	shown, args := storage.Shown(hidden, "tasks", "t")
	rows = nil
	require.NoError(t, s.DB.Select(hidden, &rows, text+" AND "+shown, append([]any{a}, args...)...))
	require.Empty(t, rows)

	loose := attachment.Attachment{AccountID: a, ID: ids.New(), State: attachment.Stored, CreatedAt: s.Clock.Now()}
	require.NoError(t, s.DB.Of(all, a).Create(&loose).Error)
	n, _ := count(&attachment.Attachment{})
	require.EqualValues(t, 1, n, "a file that belongs to no comment yet")
}

func TestTheChainPassesOverWhoHasNoAccess(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.Settings(func(x *channel.Settings) { x.AssigneeIDs = []ids.ID{s.member.StaffID} })
	s.give(access.None)
	s.Hear(s.Says("berta", "hello"))
	var made task.Task
	for _, x := range s.AllTasks() {
		if x.ID != s.task.ID {
			made = x
		}
	}
	of, err := s.Tasks.RelatedOf(s.Ctx(), s.Account.ID, made.ID)
	require.NoError(t, err)
	require.Equal(t, s.Owner.StaffID, of.Assignees[made.ID][0].AssigneeID)
	whys, err := s.Tasks.Whys(s.Ctx(), s.Account.ID, made.ID)
	require.NoError(t, err)
	var steps []string
	for _, w := range whys {
		for _, x := range w.Steps {
			steps = append(steps, x.Rule+"."+x.Outcome)
		}
	}
	require.Contains(t, steps, "assign.staff.no_access")
}

func TestWhoMayNotSeeItIsNotToldOfIt(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.give(access.None)
	_, err := s.Tasks.AddComment(s.Ctx(), s.Owner, s.task.ID, task.NewComment{Text: "@Mia please look", Visibility: task.Internal})
	require.NoError(t, err)
	told, _, err := s.Tasks.Notifications(s.Ctx(), s.member, true, storage.Page{})
	require.NoError(t, err)
	require.Empty(t, told)
	mine := []ids.ID{s.member.StaffID}
	_, err = s.Tasks.Update(s.Ctx(), s.Owner, s.task.ID, task.Change{Assignees: &mine})
	require.Equal(t, errs.Invalid, errs.KindOf(err))

	s.give(access.Viewer)
	_, err = s.Tasks.Update(s.Ctx(), s.Owner, s.task.ID, task.Change{Assignees: &mine})
	require.NoError(t, err)
	_, err = s.Tasks.AddComment(s.Ctx(), s.Owner, s.task.ID, task.NewComment{Text: "@Mia now", Visibility: task.Internal})
	require.NoError(t, err)
	s.give(access.None)
	told, _, err = s.Tasks.Notifications(s.scope().In(s.Ctx()), s.member, true, storage.Page{})
	require.NoError(t, err)
	require.Empty(t, told, "what they were told before is not there either")
	kept := []ids.ID{s.member.StaffID, s.Owner.StaffID}
	_, err = s.Tasks.Update(s.Ctx(), s.Owner, s.task.ID, task.Change{Assignees: &kept})
	require.NoError(t, err, "who has it keeps it")
}

func TestChangesOfAccessAreWrittenDown(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.give(access.Viewer)
	s.give(access.Viewer) // nothing new
	entries, _, err := s.Audit.List(s.Ctx(), s.Account.ID, audit.Filter{ObjectType: "channel", ObjectID: s.Channel.ID.String()}, storage.Page{})
	require.NoError(t, err)
	entries = slices.DeleteFunc(entries, func(e audit.Entry) bool { return e.Action != "channel.access_changed" })
	require.Len(t, entries, 1)

	_, _, err = s.Access.Set(s.Ctx(), s.member, s.Channel.ID, access.Settings{}, false)
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
	_, _, err = s.Access.Set(s.Ctx(), s.Owner, ids.New(), access.Settings{AllStaff: access.None, AllTeams: access.None}, false)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	for _, x := range []access.Settings{
		{AllStaff: "king", AllTeams: access.None},
		{AllStaff: access.None, AllTeams: access.None, Staff: map[ids.ID]access.Role{ids.New(): access.Viewer}},
		{AllStaff: access.None, AllTeams: access.None, Teams: map[ids.ID]access.Role{s.member.StaffID: access.Viewer}},
	} {
		_, _, err = s.Access.Set(s.Ctx(), s.Owner, s.Channel.ID, x, false)
		require.Equal(t, errs.Invalid, errs.KindOf(err))
	}
	_, _, err = s.Access.Set(s.Ctx(), s.Owner, s.Channel.ID, access.Settings{AllStaff: access.Contributor, AllTeams: access.None}, false)
	require.NoError(t, err)
	a, err := s.Accounts.Get(s.Ctx(), s.Account.ID)
	require.NoError(t, err)
	require.False(t, a.OwnAccess, "everything is as by default again")
}
