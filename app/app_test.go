package app_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/config"
	"kontor/domain/ids"
	"kontor/domain/secret"
	"kontor/domain/storage/storagetest"
)

func settings(t *testing.T, dir string, more ...string) config.Config {
	t.Helper()
	cfg, err := config.Load(append([]string{"KONTOR_LISTEN=127.0.0.1:0", "KONTOR_DATA_DIR=" + dir}, more...))
	require.NoError(t, err)
	return cfg
}

func TestOneServerOnEmbeddedParts(t *testing.T) {
	t.Parallel()
	cfg := settings(t, t.TempDir())
	first, err := app.New(t.Context(), cfg, app.Options{Relaxed: true})
	require.NoError(t, err)

	_, err = app.New(t.Context(), cfg, app.Options{Relaxed: true})
	require.ErrorContains(t, err, "another Kontor runs on the data folder")
	beside, err := app.New(t.Context(), cfg, app.Options{Relaxed: true, Parts: config.Tools})
	require.NoError(t, err, "commands work beside the server")
	require.NoError(t, beside.Close())

	require.NoError(t, first.Close())
	next, err := app.New(t.Context(), cfg, app.Options{Relaxed: true})
	require.NoError(t, err, "the lock went with the server")
	require.NoError(t, next.Close())
}

func TestPartsOfTheProgramNeedSharedOnes(t *testing.T) {
	t.Parallel()
	for _, parts := range []config.Parts{config.HTTPOnly, config.WorkerOnly} {
		_, err := app.New(t.Context(), settings(t, t.TempDir()), app.Options{Parts: parts})
		require.ErrorContains(t, err, "needs PostgreSQL and Redis")
	}
}

func TestTheGeneratedKeyStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	place := secret.Place{Account: ids.New(), Table: "t", Row: ids.New(), Column: "c"}
	first, err := app.New(t.Context(), settings(t, dir), app.Options{Relaxed: true})
	require.NoError(t, err)
	sealed, err := first.Box.Seal(secret.New("canary"), place)
	require.NoError(t, err)
	require.NoError(t, first.Close())

	info, err := os.Stat(filepath.Join(dir, "secret.key"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	files, err := filepath.Glob(filepath.Join(dir, "secret.key*"))
	require.NoError(t, err)
	require.Len(t, files, 1, "no draft is left behind")

	next, err := app.New(t.Context(), settings(t, dir), app.Options{Relaxed: true})
	require.NoError(t, err)
	opened, err := next.Box.Open(sealed, place)
	require.NoError(t, err)
	require.Equal(t, "canary", opened.Reveal())
	require.NoError(t, next.Close())

	given, err := app.New(t.Context(), settings(t, dir, "KONTOR_SECRET_KEYS="+secret.NewKey()), app.Options{Relaxed: true})
	require.NoError(t, err)
	_, err = given.Box.Open(sealed, place)
	require.Error(t, err, "the settings' keys go before the generated one")
	require.NoError(t, given.Close())
}

func TestMigrateOffNeedsASchemaThatIsUpToDate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		database func(testing.TB) string
		works    bool
	}{
		"empty":    {storagetest.Empty, false},
		"migrated": {storagetest.URL, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := test.database(t)
			cfg := settings(t, filepath.Dir(database), "KONTOR_MIGRATE=off")
			if os.Getenv("KONTOR_TEST_DATABASE_URL") != "" {
				cfg = settings(t, t.TempDir(), "KONTOR_MIGRATE=off", "KONTOR_DATABASE_URL="+database)
			}
			a, err := app.New(t.Context(), cfg, app.Options{Relaxed: true})
			if test.works {
				require.NoError(t, err)
				require.NoError(t, a.Close())
				return
			}
			require.ErrorContains(t, err, "run kontor migrate")
		})
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	a, err := app.New(t.Context(), settings(t, t.TempDir()), app.Options{Relaxed: true})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	stop()
	require.NoError(t, <-ended)
	require.NoError(t, a.Close())
	require.NoError(t, a.Close(), "closing twice does nothing")
}
