package facebook_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/secret"
	"kontor/integrations/meta"
)

func TestConnectWithThePagesToken(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	c, err := adapter.Connect(t.Context(), access)
	require.NoError(t, err)
	require.Equal(t, channel.Connected{Name: "Möbel & Mehr"}, c)
	require.Equal(t, []string{"GET debug_token", "GET me", "POST " + page + "/subscribed_apps"}, g.lines())
	require.Equal(t, []string{
		"messages", "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads", "message_edits",
		"message_reactions", "messaging_referrals", "leadgen", "messaging_in_thread_lead_form_submit", "standby",
		"messaging_handovers", "messaging_optins", "messaging_policy_enforcement",
	}, g.subscribed())
	require.NotContains(t, g.subscribed(), "response_feedback", "it would put buttons under every message")

	require.NoError(t, adapter.Disconnect(t.Context(), access))
	require.Equal(t, "DELETE "+page+"/subscribed_apps", g.lines()[3])
}

func TestConnectWithASystemUsersToken(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	access.Token = secret.New(systemToken)
	c, err := adapter.Connect(t.Context(), access)
	require.NoError(t, err)
	require.Equal(t, "Möbel & Mehr", c.Name)
	require.Equal(t, pageToken, c.Token.Reveal(), "the page's own token is what is kept")
	require.Equal(t, pageToken, g.lastToken(), "and what subscribes")
}

func TestConnectWithoutAPermission(t *testing.T) {
	t.Parallel()
	t.Run("for_some_events_goes_on_without_them", func(t *testing.T) {
		t.Parallel()
		g, adapter, access := start(t)
		g.denied = []string{"messaging_optins", "message_edits"}
		c, err := adapter.Connect(t.Context(), access)
		require.NoError(t, err)
		require.ElementsMatch(t, g.denied, c.LeftOut)
		require.Len(t, g.subscribed(), 12)
		require.False(t, slices.Contains(g.subscribed(), "message_edits"))
		require.True(t, slices.Contains(g.subscribed(), "messaging_policy_enforcement"))
	})
	t.Run("for_messages_is_refused", func(t *testing.T) {
		t.Parallel()
		g, adapter, access := start(t)
		g.denied = []string{"messages"}
		_, err := adapter.Connect(t.Context(), access)
		f := failureOf(t, err)
		require.Equal(t, channel.Disconnected, f.Class)
		require.Equal(t, meta.PermissionMissing, f.Reason)
	})
}

func TestConnectRefusals(t *testing.T) {
	t.Parallel()
	const dead = `{"data":{"app_id":"` + appID + `","is_valid":false,"error":{"code":190,"subcode":460,"message":"x"}}}`
	for name, c := range map[string]struct {
		line   string
		answer http.HandlerFunc
		class  channel.Class
		reason string
	}{
		"token_of_another_app":   {"GET debug_token", says(200, `{"data":{"app_id":"42","is_valid":true}}`), channel.Disconnected, meta.OtherApp},
		"dead_token":             {"GET debug_token", says(200, dead), channel.Disconnected, meta.TokenDead},
		"dead_token_found_later": {"GET me", saysError(190, 463), channel.Disconnected, meta.TokenDead},
		"limit":                  {"GET me", saysError(4, 0), channel.Throttled, meta.RateLimited},
		"subscription_denied":    {"POST " + page + "/subscribed_apps", saysError(230, 0), channel.Disconnected, meta.PermissionMissing},
		"no_success":             {"POST " + page + "/subscribed_apps", says(200, `{"success":false}`), channel.Temporary, meta.NotSubscribed},
		"trouble":                {"POST " + page + "/subscribed_apps", says(500, `<html>`), channel.Temporary, meta.PlatformTrouble},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on(c.line, c.answer)
			_, err := adapter.Connect(t.Context(), access)
			f := failureOf(t, err)
			require.Equal(t, c.class, f.Class)
			require.Equal(t, c.reason, f.Reason)
		})
	}
}

func TestConnectToAnotherPage(t *testing.T) {
	t.Parallel()
	const other = "104200000000002"
	for name, answer := range map[string]http.HandlerFunc{
		"not_to_be_seen":      saysError(100, 33),
		"no_right_to_see":     saysError(10, 0),
		"seen_and_not_ours":   says(200, `{"id":"`+other+`","name":"Other"}`),
		"some_other_object":   says(200, `{"id":"7","access_token":"x"}`),
		"an_answer_like_none": says(200, `{}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on("GET "+other, answer)
			access.ExternalID = other
			_, err := adapter.Connect(t.Context(), access)
			f := failureOf(t, err)
			require.Equal(t, channel.Disconnected, f.Class)
			require.Equal(t, meta.WrongPage, f.Reason)
			require.NotContains(t, g.lines(), "POST "+other+"/subscribed_apps")
		})
	}
}

func TestConnectWhenTokensCannotBeInspected(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"refused": saysError(100, 0), "limit": saysError(4, 0), "html": says(500, "<html>"),
		"as_recorded_without_data": says(200, string(mustRead("testdata/graph/debug_token/debug_token-05.json"))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on("GET debug_token", answer)
			_, err := adapter.Connect(t.Context(), access)
			require.NoError(t, err)
		})
	}
}
