package secret_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/domain/secret"
)

func TestTextIsNeverShown(t *testing.T) {
	t.Parallel()
	s := struct{ Token secret.Text }{secret.New("canary")}
	asJSON, err := json.Marshal(s)
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "s", s, "t", s.Token)
	for _, shown := range []string{
		fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s), fmt.Sprintf("%q", s.Token), string(asJSON), log.String(),
	} {
		require.NotContains(t, shown, "canary")
	}
	require.Equal(t, "canary", s.Token.Reveal())
}

func TestBox(t *testing.T) {
	t.Parallel()
	older, newer := secret.NewKey(), secret.NewKey()
	place := secret.Place{Account: ids.New(), Table: "channels", Row: ids.New(), Column: "credentials"}
	before, err := secret.NewBox([]string{older})
	require.NoError(t, err)
	sealed, err := before.Seal(secret.New("canary"), place)
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "canary")

	t.Run("opens_with_an_old_key_of_the_ring", func(t *testing.T) {
		after, err := secret.NewBox([]string{newer, older})
		require.NoError(t, err)
		got, err := after.Open(sealed, place)
		require.NoError(t, err)
		require.Equal(t, "canary", got.Reveal())
	})
	t.Run("does_not_open_elsewhere", func(t *testing.T) {
		moved := place
		moved.Row = ids.New()
		_, err := before.Open(sealed, moved)
		require.Error(t, err)
	})
	t.Run("does_not_open_without_its_key", func(t *testing.T) {
		after, err := secret.NewBox([]string{newer})
		require.NoError(t, err)
		_, err = after.Open(sealed, place)
		require.Error(t, err)
	})
	t.Run("refuses_a_bad_key", func(t *testing.T) {
		for _, keys := range [][]string{nil, {""}, {"changeme"}, {strings.Repeat("A", 40)}} {
			_, err := secret.NewBox(keys)
			require.ErrorIs(t, err, secret.ErrKey)
		}
	})
}
