package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	c := newTerminal(t)
	make := func(name, email string) string {
		code, id, errs := c.run(t, "correct horse battery", "account", "create", "--name", name, "--email", email, "--password-stdin")
		require.Zero(t, code, errs)
		return id
	}
	from, to := make("From", "a@example.com"), make("To", "b@example.com")
	code, text, errs := c.run(t, "", "config", "export", "--account", from)
	require.Zero(t, code, errs)
	require.Contains(t, text, "name: Client dialog")

	code, out, errs := c.run(t, text, "config", "plan", "--account", from)
	require.Zero(t, code, errs)
	require.Equal(t, "Nothing to do: the account is as the text says.", out)

	folder := filepath.Join(t.TempDir(), "files")
	code, _, errs = c.run(t, "", "config", "export", "--account", from, "--files", folder)
	require.Zero(t, code, errs)
	require.DirExists(t, folder)
	code, out, errs = c.run(t, text, "config", "plan", "--account", from, "--files", folder)
	require.Zero(t, code, errs)
	require.Equal(t, "Nothing to do: the account is as the text says.", out)

	text += "\n"
	file := filepath.Join(t.TempDir(), "kontor.yaml")
	require.NoError(t, os.WriteFile(file, []byte("kontor: 1\naccount: {country: AT}\ntags: [{name: vip}]\nchannels: [{kind: x, external_id: 1}]\n"), 0o600))
	code, out, errs = c.run(t, "", "config", "plan", "--account", to, "--file", file)
	require.Equal(t, 2, code, errs)
	require.Empty(t, errs)
	require.Contains(t, out, "~ Account “To”\n    country: \"\" → \"AT\"\n+ Tag “vip”\n! Channel “x/1”: line 4: ")
	require.Contains(t, out, "1 to create, 1 to change, 0 to delete.")

	c.environ = append(c.environ, "LANG=de_DE.UTF-8")
	code, out, errs = c.run(t, "", "config", "apply", "--account", to, "--file", file)
	require.Zero(t, code, errs)
	require.Contains(t, out, "1 angelegt, 1 geändert, 0 gelöscht.")
	code, _, errs = c.run(t, text, "config", "apply", "--account", to)
	require.Zero(t, code, errs)

	code, _, errs = c.run(t, "kontor: 1\nteams:\n  - colour: red\n", "config", "plan", "--account", to)
	require.Equal(t, 1, code)
	require.Contains(t, errs, "Zeile 3: „colour“ ist hier nicht bekannt.")
	for _, account := range []string{"x", "00000000-0000-7000-8000-000000000000"} {
		code, _, _ = c.run(t, "kontor: 1", "config", "plan", "--account", account)
		require.Equal(t, 1, code)
	}
}
