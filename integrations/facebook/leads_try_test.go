package facebook_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

func TestTestLeads(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	g.on("POST 9/test_leads", says(http.StatusOK, `{"id":1636129430026801}`))
	id, err := adapter.MakeTestLead(t.Context(), access, "9")
	require.NoError(t, err)
	require.Equal(t, "1636129430026801", id)

	g.on("POST 9/test_leads", saysError(100, 0))
	g.on("GET 9/test_leads", says(http.StatusOK, `{"data":[{"id":"7"},{"id":8}]}`))
	_, err = adapter.MakeTestLead(t.Context(), access, "9")
	require.ErrorIs(t, err, channel.ErrTestLead, "which of its many mistakes it is, is asked for")

	g.on("DELETE 7", says(http.StatusOK, `{"success":true}`))
	require.NoError(t, adapter.RemoveTestLeads(t.Context(), access, "9"), "8 is gone already")
	g.on("DELETE 8", saysError(200, 0))
	require.Equal(t, "leads.test_refused", failureOf(t, adapter.RemoveTestLeads(t.Context(), access, "9")).Reason)
}

// What a refusal to make a test lead means.
func TestWhyNoTestLeadIsMade(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code, subcode int
		access        string
		class         channel.Class
		reason        string
	}{
		"the permission is missing": {200, 0, `{"can_access_lead":true}`, channel.Rejected, "leads.test_refused"},
		"nothing is said":           {10, 0, `null`, channel.Rejected, "leads.test_refused"},
		"the form is gone":          {100, 33, `{"can_access_lead":true}`, channel.Rejected, "leads.test_refused"},
		"it takes none":             {100, 0, `null`, channel.Rejected, "leads.test_refused"},
		"left out by the manager": {200, 0, `{"can_access_lead":false,"app_has_leads_permission":false,"enabled_lead_access_manager":true}`,
			channel.Rejected, "leads.access_manager"},
		"a person without the task": {100, 33, `{"can_access_lead":false,"user_has_leads_permission":false}`, channel.Rejected, "leads.advertise_task"},
		"a dead token":              {190, 460, `null`, channel.Disconnected, meta.TokenDead},
		"too many calls":            {80005, 0, `null`, channel.Throttled, meta.RateLimited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on("POST 9/test_leads", saysError(c.code, c.subcode))
			g.on("GET 9/test_leads", says(http.StatusOK, `{"data":[]}`))
			g.on("GET "+page, says(http.StatusOK, `{"id":"`+page+`","has_lead_access":`+c.access+`}`))
			_, err := adapter.MakeTestLead(t.Context(), access, "9")
			f := failureOf(t, err)
			require.Equal(t, c.class, f.Class)
			require.Equal(t, c.reason, f.Reason)
			require.NotContains(t, f.Message, pageToken)
		})
	}
}
