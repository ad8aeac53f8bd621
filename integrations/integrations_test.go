package integrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock"
	"kontor/domain/secret"
	"kontor/integrations"
	"kontor/integrations/guardhttp"
	"kontor/integrations/meta"
)

func TestNew(t *testing.T) {
	t.Parallel()
	out, err := guardhttp.New(guardhttp.Options{Exempt: []string{"https://graph.facebook.com"}})
	require.NoError(t, err)
	registry, doors := integrations.New(integrations.Options{
		Meta: meta.Settings{AppSecrets: []secret.Text{secret.New("s")}}, HTTP: out, Clock: clock.System{},
	})
	_, err = registry.Of("facebook")
	require.NoError(t, err)
	_, err = registry.Of("instagram")
	require.Error(t, err, "not yet")

	require.Len(t, doors, 1)
	door := doors[0]
	require.Equal(t, "/webhooks/meta", door.Path())
	require.True(t, door.Configured())
	routed, unrouted := door.Split([]byte(`{"object":"page","entry":[{"id":"1","messaging":[{}]}]}`))
	require.Len(t, routed, 1)
	require.Equal(t, "facebook", routed[0].Kind)
	require.Equal(t, []string{"1"}, routed[0].ExternalIDs)
	require.Empty(t, unrouted)
	routed, unrouted = door.Split([]byte(`{"object":"instagram","entry":[{"id":"1","messaging":[{}]}]}`))
	require.Empty(t, routed)
	require.Equal(t, meta.UnroutedObject, unrouted[0].Reason)
}
