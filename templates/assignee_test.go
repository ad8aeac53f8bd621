package templates

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func staff(ids ...string) (list []Assignee) {
	for _, id := range ids {
		list = append(list, Assignee{AssigneeStaff, id})
	}
	return list
}

func team(id string) Assignee { return Assignee{AssigneeTeam, id} }

// office: ana and ben are here, cem is away, dora is disabled, otto owns the account.
func office() *Roster {
	return NewRoster([]Member{
		{ID: "ana", Name: "Ana", Enabled: true, Available: true, OpenTasks: 2},
		{ID: "ben", Name: "Ben", Enabled: true, Available: true, OpenTasks: 1},
		{ID: "cem", Name: "Cem", Enabled: true},
		{ID: "dora", Name: "Dora", Available: true},
		{ID: "otto", Name: "Otto", Enabled: true, Available: true},
	}, []Team{
		{ID: "sales", Name: "Sales", Members: []string{"ben", "ana", "cem", "dora", "gone"}},
		{ID: "night", Name: "Night", Members: []string{"cem", "dora"}},
		{ID: "empty", Name: "Empty", Members: []string{"dora", "gone"}},
	})
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		chain Chain
		want  []Assignee
		level Level
		mode  AssigneeMode
		steps []string
	}{
		"template_wins": {Chain{Template: staff("ana", "ben"), Channel: staff("cem"), Owner: "otto"},
			staff("ana", "ben"), LevelTemplate, ModeShare, []string{"assign.level.assigned"}},
		"channel_when_the_template_has_none": {Chain{Channel: staff("ben"), Owner: "otto"},
			staff("ben"), LevelChannel, ModeShare, []string{"assign.level.empty", "assign.level.assigned"}},
		"channel_when_the_templates_are_disabled": {Chain{Template: staff("dora", "gone"), Channel: staff("ben")},
			staff("ben"), LevelChannel, ModeShare,
			[]string{"assign.staff.disabled", "assign.staff.unknown", "assign.level.unusable", "assign.level.assigned"}},
		"disabled_are_left_out_beside_others": {Chain{Template: staff("dora", "ana")},
			staff("ana"), LevelTemplate, ModeShare, []string{"assign.staff.disabled", "assign.level.assigned"}},
		"installer_before_owner": {Chain{Installer: "ben", Owner: "otto"}, staff("ben"), LevelInstaller, ModeShare,
			[]string{"assign.level.empty", "assign.level.empty", "assign.level.assigned"}},
		"owner_when_the_installer_left": {Chain{Installer: "gone", Owner: "otto"}, staff("otto"), LevelOwner, ModeShare,
			[]string{"assign.level.empty", "assign.level.empty", "assign.staff.unknown", "assign.level.unusable", "assign.level.assigned"}},
		"nobody_when_the_owner_is_disabled": {Chain{Owner: "dora"}, nil, "", ModeShare,
			[]string{"assign.level.empty", "assign.level.empty", "assign.level.empty", "assign.staff.disabled",
				"assign.level.unusable", "assign.chain.nobody"}},
		"who_is_named_is_assigned_when_away": {Chain{Template: staff("cem")}, staff("cem"), LevelTemplate, ModeShare,
			[]string{"assign.staff.away", "assign.level.assigned"}},
		"who_is_away_is_passed_over_where_the_template_says_so": {Chain{Template: staff("cem"), Channel: staff("ben"), SkipAway: true},
			staff("ben"), LevelChannel, ModeShare, []string{"assign.staff.skipped", "assign.level.unusable", "assign.level.assigned"}},
		"who_would_not_see_it_is_passed_over": {Chain{Template: []Assignee{{AssigneeStaff, "ana"}, team("sales")}, Channel: staff("ben"),
			Shut: map[string]bool{"ana": true, "sales": true}}, staff("ben"), LevelChannel, ModeShare,
			[]string{"assign.staff.no_access", "assign.team.no_access", "assign.level.unusable", "assign.level.assigned"}},
		"team_shares": {Chain{Template: []Assignee{team("sales")}}, []Assignee{team("sales")}, LevelTemplate, ModeShare,
			[]string{"assign.level.assigned"}},
		"team_is_offered": {Chain{Template: []Assignee{team("night")}, Mode: ModeFirstToAccept}, []Assignee{team("night")},
			LevelTemplate, ModeFirstToAccept, []string{"assign.level.assigned"}},
		"people_are_assigned_where_teams_are_offered": {Chain{Template: staff("ana"), Mode: ModeFirstToAccept},
			staff("ana"), LevelTemplate, ModeShare, []string{"assign.level.assigned"}},
		"round_robin_takes_the_least_loaded": {Chain{Template: []Assignee{team("sales")}, Mode: ModeRoundRobin},
			staff("ben"), LevelTemplate, ModeShare, []string{"assign.team.picked", "assign.level.assigned"}},
		"round_robin_without_anybody_here_shares": {Chain{Template: []Assignee{team("night")}, Mode: ModeRoundRobin},
			[]Assignee{team("night")}, LevelTemplate, ModeShare, []string{"assign.team.nobody_available", "assign.level.assigned"}},
		"teams_without_enabled_members_are_skipped": {
			Chain{Template: []Assignee{team("empty"), team("unknown")}, Channel: []Assignee{team("sales")}},
			[]Assignee{team("sales")}, LevelChannel, ModeShare,
			[]string{"assign.team.empty", "assign.team.unknown", "assign.level.unusable", "assign.level.assigned"}},
		"nobody_is_assigned_twice": {Chain{Template: append(staff("ben", "ben"), team("sales"), team("sales")), Mode: ModeRoundRobin},
			staff("ben", "ana"), LevelTemplate, ModeShare, []string{"assign.team.picked", "assign.team.picked", "assign.level.assigned"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Resolve(c.chain, office(), nil)
			require.Equal(t, c.want, got.Assignees)
			require.Equal(t, c.level, got.Level)
			require.Equal(t, c.mode, got.Mode)
			require.Equal(t, c.steps, stepsOf(t, got.Steps))
		})
	}
	t.Run("steps_say_who_and_where", func(t *testing.T) {
		t.Parallel()
		got := Resolve(Chain{Template: []Assignee{team("sales")}, Mode: ModeRoundRobin}, office(), nil)
		require.Equal(t, Step{Rule: "assign.team", Outcome: "picked", Input: map[string]any{"level": "template", "id": "sales",
			"name": "Sales", "staff_id": "ben", "staff_name": "Ben", "open_tasks": 1}}, got.Steps[0])
	})
}

func TestResolveSpreadsABatch(t *testing.T) {
	t.Parallel()
	chain, roster, load := Chain{Template: []Assignee{team("sales")}, Mode: ModeRoundRobin}, office(), Load{}
	for range 9 {
		load.Add(Resolve(chain, roster, load))
	}
	require.Equal(t, Load{"ana": 4, "ben": 5}, load, "ana had one more to begin with")
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		chain Chain
		want  []string
	}{
		"somebody_is_here":           {Chain{Template: staff("ana"), Owner: "otto"}, nil},
		"installer_is_good_enough":   {Chain{Installer: "ben", Owner: "otto"}, nil},
		"team_with_somebody_here":    {Chain{Template: []Assignee{team("sales")}, Owner: "otto"}, nil},
		"nobody_set":                 {Chain{}, []string{"coverage.nobody"}},
		"owner_disabled":             {Chain{Owner: "dora"}, []string{"coverage.level_unusable", "coverage.nobody"}},
		"only_disabled_at_one_level": {Chain{Template: staff("dora"), Channel: staff("ana")}, []string{"coverage.level_unusable"}},
		"only_the_owner":             {Chain{Owner: "otto"}, []string{"coverage.only_owner"}},
		"only_away":                  {Chain{Template: []Assignee{team("night")}, Owner: "otto"}, []string{"coverage.only_away"}},
		"empty_team_then_owner": {Chain{Template: []Assignee{team("empty")}, Owner: "otto"},
			[]string{"coverage.level_unusable", "coverage.only_owner"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var codes []string
			for _, w := range Coverage(c.chain, office()) {
				requireListed(t, WarningCodes(), w.Code, w.Params)
				codes = append(codes, w.Code)
			}
			require.Equal(t, c.want, codes)
		})
	}
}

func TestResolveProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chain, roster, load := drawOffice(t)
		got := Resolve(chain, roster, load)
		stepsOf(t, got.Steps)

		for _, a := range got.Assignees {
			if a.Kind == AssigneeStaff {
				require.True(t, roster.staff[a.ID].Enabled, "disabled staff is never assigned")
			} else {
				require.NotEmpty(t, roster.enabled(roster.teams[a.ID]), "a team has somebody to work")
			}
		}
		if roster.staff[chain.Owner].Enabled {
			require.NotEmpty(t, got.Assignees, "an enabled owner is the last resort")
		}
		require.Len(t, slices.Compact(slices.SortedFunc(slices.Values(got.Assignees), byKindAndID)), len(got.Assignees))
		before := maps.Clone(load)
		require.Equal(t, got, Resolve(chain, roster, load), "the same again")
		require.Equal(t, before, load, "the load is the caller's")

		codes := map[string]bool{}
		for _, w := range Coverage(chain, roster) {
			codes[w.Code] = true
		}
		require.Equal(t, len(got.Assignees) == 0, codes["coverage.nobody"])
		require.Equal(t, got.Level == LevelOwner, codes["coverage.only_owner"])
	})
}

func byKindAndID(a, b Assignee) int {
	return slices.Compare([]string{string(a.Kind), a.ID}, []string{string(b.Kind), b.ID})
}

func drawOffice(t *rapid.T) (Chain, *Roster, Load) {
	ids := []string{"s0", "s1", "s2", "s3", "gone"}
	var members []Member
	load := Load{}
	for _, id := range ids[:4] {
		members = append(members, Member{ID: id, Enabled: rapid.Bool().Draw(t, "enabled"),
			Available: rapid.Bool().Draw(t, "available"), OpenTasks: rapid.IntRange(0, 3).Draw(t, "open")})
		load[id] = rapid.IntRange(0, 3).Draw(t, "load")
	}
	var teams []Team
	for i := range 3 {
		teams = append(teams, Team{ID: fmt.Sprintf("t%d", i),
			Members: rapid.SliceOfN(rapid.SampledFrom(ids), 0, 4).Draw(t, "members")})
	}
	assignees := rapid.SliceOfN(rapid.SampledFrom(append(staff(ids...), team("t0"), team("t1"), team("t2"), team("t9"))), 0, 4)
	person := rapid.SampledFrom(append(ids, ""))
	return Chain{
		Template:  assignees.Draw(t, "template"),
		Channel:   assignees.Draw(t, "channel"),
		Installer: person.Draw(t, "installer"),
		Owner:     person.Draw(t, "owner"),
		Mode:      rapid.SampledFrom([]AssigneeMode{"", ModeShare, ModeFirstToAccept, ModeRoundRobin}).Draw(t, "mode"),
	}, NewRoster(members, teams), load
}

func TestRoundRobinIsFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "people")
		var members []Member
		all := Team{ID: "t"}
		for i := range n {
			id := fmt.Sprintf("s%d", i)
			members = append(members, Member{ID: id, Enabled: true, Available: true})
			all.Members = append(all.Members, id)
		}
		chain, roster, load := Chain{Template: []Assignee{team("t")}, Mode: ModeRoundRobin}, NewRoster(members, []Team{all}), Load{}
		tasks := rapid.IntRange(1, 40).Draw(t, "tasks")
		for range tasks {
			load.Add(Resolve(chain, roster, load))
		}
		for _, m := range members {
			require.GreaterOrEqual(t, load[m.ID], tasks/n)
			require.LessOrEqual(t, load[m.ID], (tasks+n-1)/n)
		}
	})
}
