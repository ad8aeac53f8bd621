package channeltest

import (
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/secret"
)

// login makes sure that the login's address carries the state and no secret, and that codes and tokens which are no good
// fail as the contract says, without being shown.
func login(t *testing.T, h Harness) {
	a, ok := h.Adapter.(channel.Authorizer)
	if !ok {
		t.Skip("the kind has no login")
	}
	const state = "a state & more/+="
	address, err := a.LoginURL(state)
	require.NoError(t, err)
	at, err := url.Parse(address)
	require.NoError(t, err)
	require.Equal(t, state, at.Query().Get("state"))
	h.hidden(t, address)

	h.Secrets = append(slices.Clone(h.Secrets), "TESTCODE", "TESTGRANT")
	_, err = a.Redeem(t.Context(), secret.New("TESTCODE"))
	_ = h.failure(t, err)
	_, err = a.Reach(t.Context(), channel.Grant{UserID: "1", Token: secret.New("TESTGRANT")})
	_ = h.failure(t, err)
}
