package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock/clocktest"
	"kontor/domain/ids"
	"kontor/migrations"
)

// terminal runs commands on one data folder.
type terminal struct{ environ []string }

func newTerminal(t *testing.T) terminal {
	t.Helper()
	return terminal{[]string{
		"KONTOR_DATA_DIR=" + filepath.Join(t.TempDir(), "data"), "KONTOR_LISTEN=127.0.0.1:0", "KONTOR_LOG_FORMAT=json",
	}}
}

func (c terminal) run(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, c.environ, strings.NewReader(stdin), &o, &e)
	return code, strings.TrimSpace(o.String()), e.String()
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	schema := fmt.Sprint("schema version ", migrations.Latest())
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"help", []string{"--help"}, 0, "serve"},
		{"version", []string{"version"}, 0, schema},
		{"nothing", nil, 2, "expected one of"},
		{"unknown_command", []string{"fly"}, 2, "fly"},
		{"unknown_flag", []string{"serve", "--fast"}, 2, "--fast"},
		{"missing_flag", []string{"account", "create"}, 2, "--email"},
		{"worker_without_shared_parts", []string{"worker"}, 1, "needs PostgreSQL and Redis"},
		{"http_only_without_shared_parts", []string{"serve", "--http-only"}, 1, "needs PostgreSQL and Redis"},
		{"token_for_nobody", []string{"token", "create", "--email", "nobody@example.com", "--name", "x"}, 1, "nobody like that"},
		{"migrate", []string{"migrate"}, 0, schema},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := newTerminal(t).run(t, "", test.args...)
			require.Equal(t, test.code, code, errs)
			require.Contains(t, out+errs, test.says)
		})
	}
	t.Run("wrong_setting", func(t *testing.T) {
		t.Parallel()
		c := newTerminal(t)
		c.environ = append(c.environ, "KONTOR_LOG_LEVEL=loud")
		code, _, errs := c.run(t, "", "serve")
		require.Equal(t, 1, code)
		require.Contains(t, errs, "KONTOR_LOG_LEVEL must be")
	})
}

func TestAccountAndToken(t *testing.T) {
	t.Parallel()
	c := newTerminal(t)
	create := func(password string) (int, string, string) {
		return c.run(t, password, "account", "create", "--name", "Acme", "--email", "Ana@example.com", "--password-stdin")
	}
	code, _, errs := create("short\n")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "password: A password needs at least 10 characters.")

	code, out, errs := create("tall green bicycle\n")
	require.Equal(t, 0, code, errs)
	first, err := ids.Parse(out)
	require.NoError(t, err, "only the id is printed")

	code, out, errs = c.run(t, "", "token", "create", "--email", "ana@example.com", "--name", "CRM")
	require.Equal(t, 0, code, errs)
	require.Regexp(t, `^kt_[A-Za-z0-9_-]{43}$`, out)

	code, _, errs = create("another password")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "already signs in to another account")
	code, _, errs = create("tall green bicycle")
	require.Equal(t, 0, code, errs)
	code, _, errs = c.run(t, "", "token", "create", "--email", "ana@example.com", "--name", "CRM")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "say which one")
	code, _, errs = c.run(t, "", "token", "create", "--email", "ana@example.com", "--name", "CRM", "--as", "staff", "--account", first.String())
	require.Equal(t, 0, code, errs)
}

func TestLogin(t *testing.T) {
	t.Parallel()
	c := newTerminal(t)
	code, _, errs := c.run(t, "", "login", "reset-password", "--email", "ana@example.com")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "nobody like that")
	code, _, errs = c.run(t, "tall green bicycle", "account", "create", "--name", "Acme", "--email", "ana@example.com", "--password-stdin")
	require.Equal(t, 0, code, errs)
	code, out, errs := c.run(t, "", "login", "reset-password", "--email", "Ana@example.com")
	require.Equal(t, 0, code, errs)
	require.Regexp(t, `^http://127\.0\.0\.1:0/reset#[A-Za-z0-9_-]{43}$`, out)
	code, _, errs = c.run(t, "", "login", "remove-second-factor", "--email", "ana@example.com")
	require.Equal(t, 0, code, errs)
}

func TestServe(t *testing.T) {
	t.Parallel()
	c := newTerminal(t)
	code, _, errs := c.run(t, "tall green bicycle", "account", "create", "--name", "Acme", "--email", "ana@example.com", "--password-stdin")
	require.Equal(t, 0, code, errs)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := &lines{}
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"serve"}, c.environ, strings.NewReader(""), io.Discard, log) }()
	clocktest.Soon(t, func() bool { return log.address() != "" }, "the server says where it listens")

	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+log.address()+"/api/v1/session",
		strings.NewReader(`{"email":"ana@example.com","password":"tall green bicycle"}`))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	var me struct {
		Account struct{ Name string }
	}
	require.NoError(t, json.NewDecoder(res.Body).Decode(&me))
	require.NoError(t, res.Body.Close())
	require.Equal(t, "Acme", me.Account.Name)

	code, _, errs = c.run(t, "", "token", "create", "--email", "ana@example.com", "--name", "CRM")
	require.Equal(t, 0, code, "commands work beside the server: %s", errs)
	stop()
	require.Equal(t, 0, <-ended)
	require.NotContains(t, log.text(), "tall green bicycle")
}

// lines collects a log.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

var listening = regexp.MustCompile(`"msg":"listening","address":"([^"]+)"`)

func (l *lines) address() string {
	found := listening.FindStringSubmatch(l.text())
	if found == nil {
		return ""
	}
	return found[1]
}
