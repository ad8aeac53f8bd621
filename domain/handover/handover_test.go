package handover_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/handover"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/task"
	"kontor/templates"
)

type scene struct {
	*domaintest.World
	mia, ben ids.ID
	member   account.Actor
	tasks    []task.Task
}

// begin makes a world in which Mia has two open tasks, one of them together with the owner, one resolved, a reminder, and
// stands in the channel's settings and the standard template.
func begin(t *testing.T) scene {
	s := scene{World: domaintest.New(t)}
	person := func(name string) ids.ID {
		p, err := s.Staff.Create(s.Ctx(), s.Owner, staff.New{
			Email: name + "@example.com", Name: name, Password: "tall green bicycle", Role: account.Member,
		})
		require.NoError(t, err)
		return p.ID
	}
	s.mia, s.ben = person("Mia"), person("Ben")
	s.member = account.Actor{AccountID: s.Account.ID, Kind: account.Staff, StaffID: s.mia, Role: account.Member}
	s.Hear(s.Says("anna", "one"), s.Says("berta", "two"), s.Says("carla", "three"))
	for i, both := range []bool{false, true, false} {
		list := []ids.ID{s.mia}
		if both {
			list = append(list, s.Owner.StaffID)
		}
		got, err := s.Tasks.Update(s.Ctx(), s.Owner, s.AllTasks()[i].ID, task.Change{Assignees: &list})
		require.NoError(t, err)
		s.tasks = append(s.tasks, got)
	}
	resolved, kept := templates.CategoryResolved, []ids.ID{s.mia}
	_, err := s.Tasks.Update(s.Ctx(), s.Owner, s.tasks[2].ID, task.Change{Category: &resolved, Assignees: &kept})
	require.NoError(t, err)
	_, err = s.Tasks.Remind(s.Ctx(), s.member, s.tasks[0].ID, task.NewReminder{At: s.Clock.Now().Add(time.Hour)})
	require.NoError(t, err)
	s.Settings(func(x *channel.Settings) { x.AssigneeIDs = []ids.ID{s.mia} })
	o, _, err := s.Templates.ObjectFor(s.Ctx(), s.Account.ID, nil)
	require.NoError(t, err)
	d := o.Definition
	d.Defaults.Assignees = []templates.Assignee{{Kind: templates.AssigneeStaff, ID: s.mia.String()}}
	d.Defaults.Participants = []string{s.mia.String()}
	_, err = s.Templates.UpdateObject(s.Ctx(), s.Owner, o.ID, d, o.Version)
	require.NoError(t, err)
	return s
}

func (s scene) assignees(t task.Task) (list []ids.ID) {
	of, err := s.Tasks.RelatedOf(s.Ctx(), s.Account.ID, t.ID)
	require.NoError(s.T, err)
	for _, a := range of.Assignees[t.ID] {
		list = append(list, a.AssigneeID)
	}
	return list
}

func (s scene) handOver(to ids.ID) handover.Outcome {
	out, err := s.Handover.HandOver(s.Ctx(), s.Owner, s.mia, to)
	require.NoError(s.T, err)
	return out
}

func TestWorkIsHandedOver(t *testing.T) {
	t.Parallel()
	s := begin(t)
	w, err := s.Handover.Of(s.Ctx(), s.Owner, s.mia)
	require.NoError(t, err)
	require.Equal(t, 2, w.Tasks)
	require.Equal(t, 1, w.Reminders)
	require.Len(t, w.Templates, 1)
	require.Len(t, w.Channels, 1)

	require.Equal(t, handover.Outcome{Tasks: 2, Reminders: 1, Templates: 1, Channels: 1}, s.handOver(s.ben))
	require.Equal(t, []ids.ID{s.ben}, s.assignees(s.tasks[0]))
	require.Equal(t, []ids.ID{s.ben, s.Owner.StaffID}, s.assignees(s.tasks[1]))
	require.Equal(t, []ids.ID{s.mia}, s.assignees(s.tasks[2]), "what is done stays whose it was")
	other := s.member
	other.StaffID = s.ben
	reminders, err := s.Tasks.Reminders(s.Ctx(), other, s.tasks[0].ID)
	require.NoError(t, err)
	require.Len(t, reminders, 1)
	w, err = s.Handover.Of(s.Ctx(), s.Owner, s.mia)
	require.NoError(t, err)
	require.Equal(t, handover.Work{Templates: []handover.Thing{}, Channels: []handover.Thing{}, Forms: []handover.Thing{}}, w)
	w, err = s.Handover.Of(s.Ctx(), s.Owner, s.ben)
	require.NoError(t, err)
	require.Len(t, w.Templates, 1)
	require.Len(t, w.Channels, 1)

	whys, err := s.Tasks.Whys(s.Ctx(), s.Account.ID, s.tasks[0].ID)
	require.NoError(t, err)
	last := whys[len(whys)-1].Steps[0]
	require.Equal(t, "assign.handed", last.Rule)
	require.Equal(t, "Ben", last.Input["to"])
	require.Equal(t, handover.Outcome{}, s.handOver(s.ben), "there is nothing left")
}

func TestWorkCanBeLeftToNobodyOrATeam(t *testing.T) {
	t.Parallel()
	s := begin(t)
	require.Equal(t, 2, s.handOver(ids.Nil).Tasks)
	require.Empty(t, s.assignees(s.tasks[0]))
	require.Equal(t, []ids.ID{s.Owner.StaffID}, s.assignees(s.tasks[1]))

	s = begin(t)
	team, err := s.Staff.CreateTeam(s.Ctx(), s.Owner, "Night", []ids.ID{s.ben})
	require.NoError(t, err)
	out := s.handOver(team.ID)
	require.Equal(t, 2, out.Tasks)
	require.Equal(t, []ids.ID{team.ID}, s.assignees(s.tasks[0]))
	o, _, err := s.Templates.ObjectFor(s.Ctx(), s.Account.ID, nil)
	require.NoError(t, err)
	require.Equal(t, []templates.Assignee{{Kind: templates.AssigneeTeam, ID: team.ID.String()}}, o.Definition.Defaults.Assignees)
	require.Empty(t, o.Definition.Defaults.Participants, "teams follow nothing")
}

func TestWhoWouldNotSeeTheTasksDoesNotGetThem(t *testing.T) {
	t.Parallel()
	s := begin(t)
	_, _, err := s.Access.Set(s.Ctx(), s.Owner, s.Channel.ID, access.Settings{AllStaff: access.None, AllTeams: access.None}, false)
	require.NoError(t, err)
	out := s.handOver(s.ben)
	require.Zero(t, out.Tasks)
	require.Equal(t, 2, out.Left)
	require.Equal(t, []ids.ID{s.mia}, s.assignees(s.tasks[0]))
}

func TestManyTasksAreHandedOverInSteps(t *testing.T) {
	t.Parallel()
	s := begin(t)
	mine := []ids.ID{s.mia}
	for range 120 {
		_, err := s.Tasks.Create(s.Ctx(), s.Owner, task.NewTask{Title: "By hand", Change: task.Change{Assignees: &mine}})
		require.NoError(t, err)
	}
	require.Equal(t, 122, s.handOver(s.ben).Tasks)
}

func TestWhoMayNotHandOver(t *testing.T) {
	t.Parallel()
	s := begin(t)
	_, err := s.Handover.HandOver(s.Ctx(), s.member, s.mia, s.ben)
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
	_, err = s.Handover.Of(s.Ctx(), s.member, s.mia)
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
	for _, to := range []ids.ID{s.mia, ids.New()} {
		_, err = s.Handover.HandOver(s.Ctx(), s.Owner, s.mia, to)
		require.Equal(t, errs.Invalid, errs.KindOf(err))
	}
	_, err = s.Handover.HandOver(s.Ctx(), s.Owner, ids.New(), s.ben)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
}
