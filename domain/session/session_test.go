package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/session"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

type silence struct{}

func (silence) Ring(string) {}

type bundle struct {
	sessions *session.Service
	now      *clock.Fixed
	person   staff.Staff
	who      account.Actor
}

func setup(t *testing.T) bundle {
	t.Helper()
	db := storagetest.New(t)
	now := clock.NewFixed(clock.System{}.Now())
	log, events := audit.New(db, now), feed.New(storage.NewEverywhere(db), now, silence{})
	accounts, sessions := account.NewService(db, now, log, events), session.NewService(db, now, log, events)
	people := staff.NewService(staff.Deps{
		DB: db, Clock: now, Log: log, Feed: events, Accounts: accounts, Sessions: sessions,
		Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1},
	})
	founder, err := people.Founder(t.Context(), staff.New{Email: "ana@example.com", Name: "Ana", Password: "tall green bicycle", Language: "de"})
	require.NoError(t, err)
	a, err := accounts.Create(t.Context(), account.New{Name: "Acme"}, founder)
	require.NoError(t, err)
	ana, err := people.Find(t.Context(), "ana@example.com", ids.Nil)
	require.NoError(t, err)
	return bundle{sessions, now, ana, account.Actor{
		AccountID: a.ID, Kind: account.Staff, StaffID: ana.ID, Role: account.Owner, Name: "Ana",
	}}
}

func (b bundle) open(t *testing.T, agent string) (string, session.Session) {
	t.Helper()
	value, opened, err := b.sessions.Open(t.Context(), session.Opening{
		AccountID: b.person.AccountID, StaffID: b.person.ID, LoginID: b.person.LoginID, Name: "Ana", IP: "1.2.3.4", UserAgent: agent,
	})
	require.NoError(t, err)
	return value.Reveal(), opened
}

func TestAuthenticateCookie(t *testing.T) {
	t.Parallel()
	b := setup(t)
	value, opened := b.open(t, "Browser")
	who, err := b.sessions.AuthenticateCookie(t.Context(), value)
	require.NoError(t, err)
	require.Equal(t, account.Actor{
		AccountID: b.person.AccountID, Kind: account.Staff, StaffID: b.person.ID, SessionID: opened.ID, Role: account.Owner,
		Name: "Ana", Language: "de",
	}, who)
	require.True(t, who.InPerson())
	for _, wrong := range []string{"", "x", value + "x", strings.ToUpper(value)} {
		_, err := b.sessions.AuthenticateCookie(t.Context(), wrong)
		require.Equal(t, errs.Unauthorized, errs.KindOf(err), wrong)
	}
}

func TestLastUseIsWrittenNowAndThen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	value, opened := b.open(t, "")
	last := func() time.Time {
		rows, _, err := b.sessions.List(t.Context(), b.who, storage.Page{})
		require.NoError(t, err)
		return rows[0].LastUsedAt
	}
	use := func(after time.Duration) {
		b.now.Add(after)
		_, err := b.sessions.AuthenticateCookie(t.Context(), value)
		require.NoError(t, err)
	}
	use(4 * time.Minute)
	require.Equal(t, opened.CreatedAt, last())
	use(time.Minute)
	require.Equal(t, b.now.Now(), last())
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		uses  int // once a day
		wait  time.Duration
		ended bool
	}{
		"not_before_a_fortnight_unused": {0, session.Idle - time.Second, false},
		"after_a_fortnight_unused":      {0, session.Idle, true},
		"not_before_sixty_days":         {59, session.Idle / 100, false},
		"after_sixty_days_of_use":       {59, 24 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			value, _ := b.open(t, "")
			for range test.uses {
				b.now.Add(24 * time.Hour)
				_, err := b.sessions.AuthenticateCookie(t.Context(), value)
				require.NoError(t, err)
			}
			b.now.Add(test.wait)
			_, err := b.sessions.AuthenticateCookie(t.Context(), value)
			require.Equal(t, test.ended, errs.KindOf(err) == errs.Unauthorized)
			rows, _, err := b.sessions.List(t.Context(), b.who, storage.Page{})
			require.NoError(t, err)
			require.Equal(t, test.ended, len(rows) == 0)
		})
	}
}

func TestBrowsersDescribeThemselvesAsTheyLike(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, agent := range []string{"\x00\xff\n\u202e", strings.Repeat("ü", 1000), strings.Repeat("\xf0\x9f", 400)} {
		_, opened := b.open(t, agent)
		require.LessOrEqual(t, len(opened.UserAgent), 300)
		require.NotContains(t, opened.UserAgent, "\x00")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.who.SessionID = ids.New()
	past := b.now.Now()

	t.Run("act_as_a_bot_unless_said_otherwise", func(t *testing.T) {
		for as, want := range map[account.ActorKind]account.ActorKind{"": account.Bot, account.Bot: account.Bot, account.Staff: account.Staff} {
			value, token, err := b.sessions.CreateToken(t.Context(), b.who, session.NewToken{Name: "x", ActsAs: as})
			require.NoError(t, err)
			who, err := b.sessions.Authenticate(t.Context(), value.Reveal())
			require.NoError(t, err)
			require.Equal(t, want, who.Kind)
			require.Equal(t, token.ID, who.TokenID)
			require.False(t, who.InPerson())
			_, _, err = b.sessions.CreateToken(t.Context(), who, session.NewToken{Name: "y"})
			require.Equal(t, errs.Forbidden, errs.KindOf(err))
		}
	})
	t.Run("are_refused_when_they_make_no_sense", func(t *testing.T) {
		_, _, err := b.sessions.CreateToken(t.Context(), b.who, session.NewToken{ActsAs: account.System, ExpiresAt: &past})
		var e *errs.Error
		require.ErrorAs(t, err, &e)
		require.Len(t, e.Problems, 3)
	})
	t.Run("end_with_everything_else", func(t *testing.T) {
		value, _, err := b.sessions.CreateToken(t.Context(), b.who, session.NewToken{Name: "x"})
		require.NoError(t, err)
		cookie, _ := b.open(t, "")
		require.NoError(t, b.sessions.EndAll(t.Context(), b.person.AccountID, b.person.ID))
		for _, look := range []func(context.Context) error{
			func(ctx context.Context) error { _, err := b.sessions.Authenticate(ctx, value.Reveal()); return err },
			func(ctx context.Context) error { _, err := b.sessions.AuthenticateCookie(ctx, cookie); return err },
		} {
			require.Equal(t, errs.Unauthorized, errs.KindOf(look(t.Context())))
		}
	})
}
