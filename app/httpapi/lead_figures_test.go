package httpapi_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/integrations/metasim"
)

// Figures are told as JSON and as a table, in which no campaign's name is taken for a formula.
func TestLeadFigures(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	c, page := a.Channel(t, a.Admin)
	form, err := a.Meta.AddForm(metasim.LeadForm{Page: page.ID, Name: "Test ride", Questions: []metasim.LeadQuestion{
		{Key: "full_name", Label: "Name", Type: "FULL_NAME"},
	}})
	require.NoError(t, err)
	_, err = a.Meta.SubmitLead(metasim.Submission{Form: form.ID, Campaign: "=Spring", Answers: []metasim.LeadAnswer{
		{Name: "full_name", Values: []string{"Anna Berg"}},
	}})
	require.NoError(t, err)
	path := "/lead-figures?channel_id=" + c.ID.String()
	var f httpapi.LeadFigures
	apptest.Eventually(t, func() bool {
		f = apptest.Get[httpapi.LeadFigures](a.Member, path)
		return f.All.New == 1
	}, "the lead is counted with its task")
	require.Equal(t, "campaign", f.By)
	require.Equal(t, "=Spring", f.Items[0].Name)
	require.Nil(t, f.Items[0].Median, "nobody has taken it up")

	table := a.Member.Do(http.MethodGet, "/lead-figures.csv?by=campaign", nil)
	rows, err := csv.NewReader(strings.NewReader(string(table.Body))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, []string{"'=Spring", "1", "0", "0", "", "1", "0", "0", "lead", "0", "campaign"}, rows[1][1:])
	require.Empty(t, apptest.Get[httpapi.LeadFigures](a.ForeignOwner, "/lead-figures").Items)

	a.Member.Do(http.MethodGet, "/channels/"+c.ID.String()+"/what-if", nil).Refused(http.StatusForbidden, "account.role")
	w := apptest.Get[httpapi.WhatIf](a.Admin, "/channels/"+c.ID.String()+"/what-if")
	require.Len(t, w.Messages.Choices, 4)
	require.Len(t, w.Comments.Choices, 6)
}

// A list of channels says of each what is held, and when it was last heard of.
func TestChannelListTellsWhatIsHeld(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	c, page := a.Channel(t, a.Admin)
	anna, err := a.Meta.AddPerson(metasim.Person{FirstName: "Anna"})
	require.NoError(t, err)
	apptest.Patch[httpapi.Channel](a.Admin, "/channels/"+c.ID.String(), apptest.Body{"enabled": false})
	_, err = a.Meta.Write(metasim.Write{Page: page.ID, Person: anna.ID, Text: "Hello"})
	require.NoError(t, err)
	apptest.Eventually(t, func() bool {
		list := apptest.Get[httpapi.Page[httpapi.Channel]](a.Member, "/channels").Items
		return len(list) == 1 && *list[0].Held == 1 && list[0].Health.LastEventAt != nil
	}, "the held event is counted")
}
