package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/domain/secret"
	"kontor/domain/storage/storagetest"
)

// elsewhere is a terminal of an installation that is not there yet.
func elsewhere(t *testing.T) terminal {
	t.Helper()
	c := newTerminal(t)
	if database := storagetest.Empty(t); filepath.Ext(database) == "" {
		c.environ = append(c.environ, "KONTOR_DATABASE_URL="+database)
	}
	return c
}

func (c terminal) dataDir() string { return c.environ[0][len("KONTOR_DATA_DIR="):] }

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	a.Connect(t, a.Account)
	picture := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{7}, 5000)...)
	a.Member.Upload("/attachments", "picture.png", picture)
	here := terminal{a.Beside()}
	file := filepath.Join(t.TempDir(), "kontor.tar.gz")

	code, _, errs := here.run(t, "", "backup", file)
	require.Zero(t, code, "beside the server: %s", errs)
	require.Contains(t, errs, "accounts: 2\n")
	require.Contains(t, errs, "and 1 files.")
	require.Contains(t, errs, "The keys for secrets are not in it.")
	code, _, errs = here.run(t, "", "backup", file)
	require.Equal(t, 1, code)
	require.Contains(t, errs, "is there already")
	code, _, errs = here.run(t, "", "restore", file)
	require.Equal(t, 1, code)
	require.Regexp(t, "The database is not empty|another Kontor runs", errs, "not into one that is in use")

	there := elsewhere(t)
	code, _, errs = there.run(t, "", "restore", file)
	require.Equal(t, 1, code)
	require.Contains(t, errs, "sealed with keys that are not here")
	require.NoFileExists(t, filepath.Join(there.dataDir(), "secret.key"), "no other key has been made")
	code, _, errs = terminal{append(there.environ, "KONTOR_SECRET_KEYS="+secret.NewKey(), "LANG=de_DE")}.run(t, "", "restore", "--check", file)
	require.Equal(t, 1, code)
	require.Contains(t, errs, "mit Schlüsseln versiegelt")
	require.NoError(t, os.MkdirAll(there.dataDir(), 0o700))
	key, err := os.ReadFile(filepath.Join(a.Config.DataDir, "secret.key"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(there.dataDir(), "secret.key"), key, 0o600))
	code, _, errs = there.run(t, "", "restore", "--check", file)
	require.Zero(t, code, errs)
	code, _, errs = there.run(t, "", "backup", "-")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "There is nothing to back up", "checking has written nothing")

	code, _, errs = there.run(t, "", "restore", "--quiet", file)
	require.Zero(t, code, errs)
	require.Contains(t, errs, "Restored. 0 messages")
	code, out, errs := there.run(t, "", "token", "create", "--email", a.Owner.Staff.Email, "--name", "drill")
	require.Zero(t, code, errs)
	require.Regexp(t, "^kt_", out, "the restored installation works")
	require.Contains(t, stored(t, filepath.Join(there.dataDir(), "files")), string(picture))

	t.Run("with_the_key", func(t *testing.T) {
		whole := filepath.Join(t.TempDir(), "whole.tar.gz")
		code, out, errs := here.run(t, "", "backup", "--with-keys", "--quiet", "-")
		require.Zero(t, code, errs)
		require.NotContains(t, errs, "are not in it")
		require.NoError(t, os.WriteFile(whole, []byte(out), 0o600))
		there := elsewhere(t)
		code, _, errs = there.run(t, "", "restore", whole)
		require.Zero(t, code, errs)
		brought, err := os.ReadFile(filepath.Join(there.dataDir(), "secret.key"))
		require.NoError(t, err)
		require.Equal(t, key, brought)
	})
	t.Run("with_the_key_lost", func(t *testing.T) {
		there := elsewhere(t)
		code, _, errs := there.run(t, "", "restore", "--without-keys", file)
		require.Zero(t, code, errs)
	})
}

// stored are the bytes of all files below a folder.
func stored(t *testing.T, folder string) (all []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, string(content))
		return err
	}))
	return all
}
