package lead_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/lead"
)

// A test lead is made at the platform, goes the way of every lead, and is told on its form how far it has come.
func TestMakingATestLead(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "email"))
	sync(t, w)
	id := forms(t, w)[0].ID
	way := func() *lead.Way {
		t.Helper()
		way, err := w.Leads.Way(w.Ctx(), forms(t, w)[0])
		require.NoError(t, err)
		return way
	}
	require.Nil(t, way())
	try := func(anew bool) error {
		_, err := w.Leads.MakeTestLead(w.Ctx(), w.Owner, id, anew)
		return err
	}
	require.NoError(t, try(false))
	require.Equal(t, "test-1", way().ExternalID)
	require.Nil(t, way().ReceivedAt)
	require.NoError(t, try(true), "a double click")
	require.Equal(t, 1, w.Fake.TestLeads())

	w.Clock.Add(time.Second)
	enter(w, w.Lead("test-1", "1", "email", "anna@berg.example")) // nothing about it says that it is a test
	require.NotNil(t, way().ReceivedAt)
	require.Equal(t, w.OneTask().ID, *way().TaskID)
	leads, err := w.Leads.Of(w.Ctx(), w.Account.ID, w.OneTask().ID)
	require.NoError(t, err)
	require.True(t, leads[0].Test)
	require.Zero(t, figures(t, w, w.Clock.Now().Add(-time.Hour), lead.FigureQuery{By: lead.ByCampaign}).All.Leads)

	w.Clock.Add(time.Minute)
	require.True(t, errs.Is(try(false), "lead_form.test_lead_there"))
	require.Equal(t, "test-1", way().ExternalID, "the old one is still the one that is shown")
	require.NoError(t, try(true))
	require.Equal(t, "test-2", way().ExternalID)
	require.Nil(t, way().TaskID)

	w.Clock.Add(time.Minute)
	w.Fake.RefuseLeads(&channel.Failure{Class: channel.Rejected, Reason: "leads.test_refused"})
	require.Equal(t, errs.Invalid, errs.KindOf(try(true)))
	require.True(t, errs.Is(try(true), "leads.test_refused"), "and may be tried again at once")
	w.Fake.RefuseLeads(nil)
	w.Settings(func(s *channel.Settings) { s.Leads = false })
	require.True(t, errs.Is(try(true), "lead_form.leads_off"))
	member := w.Owner
	member.Role = account.Member
	_, err = w.Leads.MakeTestLead(w.Ctx(), member, id, false)
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
}

func TestTwoAtOnceMakeOneTestLead(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("1", "Test ride", "email"))
	sync(t, w)
	id := forms(t, w)[0].ID
	done := make(chan error)
	for range 4 {
		go func() {
			_, err := w.Leads.MakeTestLead(w.Ctx(), w.Owner, id, true)
			done <- err
		}()
	}
	for range 4 {
		require.NoError(t, <-done)
	}
	require.Equal(t, 1, w.Fake.TestLeads())
}
