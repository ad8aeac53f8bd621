package templates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/templates"
)

func TestHoursOfTheWeek(t *testing.T) {
	t.Parallel()
	chain := templates.Chain{
		Template: []templates.Assignee{{Kind: templates.AssigneeTeam, ID: "team"}, {Kind: templates.AssigneeStaff, ID: "ann"}},
		Owner:    "owner",
	}
	teams := []templates.Team{{ID: "team", Members: []string{"ann", "ben", "gone"}}}
	week := templates.WeekOf(chain, func(hour int) *templates.Roster {
		return templates.NewRoster([]templates.Member{
			{ID: "ann", Enabled: hour < 100, Available: hour == 9},
			{ID: "ben", Enabled: hour < 100, Available: hour == 9 || hour == 10},
			{ID: "owner", Enabled: hour < 150, Available: true},
		}, teams)
	})
	require.Equal(t, templates.Hour{Level: templates.LevelTemplate, Away: 2}, week[8])
	require.Equal(t, templates.Hour{Level: templates.LevelTemplate, Available: []string{"ann", "ben"}}, week[9])
	require.Equal(t, templates.Hour{Level: templates.LevelTemplate, Available: []string{"ben"}, Away: 1}, week[10])
	require.Equal(t, templates.Hour{Level: templates.LevelOwner, Available: []string{"owner"}}, week[100])
	require.Equal(t, templates.Hour{}, week[150])
}
