package staff

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

func cheap() Hashing { return Hashing{Memory: 64, Iterations: 1, Parallelism: 1} }

// Whatever is asked, nobody below owner touches an owner or makes one, and members touch nobody but themselves.
func TestMayChange(t *testing.T) {
	t.Parallel()
	roles := []account.Role{account.Member, account.Admin, account.Owner}
	rapid.Check(t, func(t *rapid.T) {
		target := Staff{ID: ids.New(), Role: rapid.SampledFrom(roles).Draw(t, "target")}
		who := account.Actor{
			Kind: rapid.SampledFrom([]account.ActorKind{account.Staff, account.Bot}).Draw(t, "kind"),
			Role: rapid.SampledFrom(roles).Draw(t, "role"), StaffID: ids.New(),
		}
		self := rapid.Bool().Draw(t, "self")
		if self {
			who.StaffID, who.Role = target.ID, target.Role
		}
		var c Change
		name, enabled, role := "x", rapid.Bool().Draw(t, "enable"), rapid.SampledFrom(roles).Draw(t, "new role")
		if rapid.Bool().Draw(t, "sets name") {
			c.Name = &name
		}
		if rapid.Bool().Draw(t, "sets enabled") {
			c.Enabled = &enabled
		}
		if rapid.Bool().Draw(t, "sets role") {
			c.Role = &role
		}
		allowed := mayChange(who, target, c) == nil
		rights := c.Role != nil || c.Enabled != nil
		own := self && who.Kind == account.Staff
		switch {
		case who.Role == account.Owner:
			require.True(t, allowed)
		case who.Role == account.Member:
			require.Equal(t, own && !rights, allowed)
		case target.Role == account.Owner || (c.Role != nil && role == account.Owner):
			require.False(t, allowed)
		default:
			require.True(t, allowed)
		}
	})
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for password, code := range map[string]string{
		"":                                "staff.password_short",
		"nine char":                       "staff.password_short",
		"ten chars!":                      "",
		"zehn Ümläut":                     "",
		strings.Repeat("ü", 256):          "",
		strings.Repeat("x", 257):          "staff.password_long",
		"1234567890":                      "staff.password_common",
		"Password123":                     "staff.password_common",
		"ana@example.com":                 "staff.password_common",
		"a sentence is a good password":   "",
		"\u0000 is a character like any ": "",
	} {
		problems := checkPassword(password, "ana@example.com")
		if code == "" {
			require.Empty(t, problems, password)
			continue
		}
		require.Len(t, problems, 1, password)
		require.Equal(t, code, problems[0].Code, password)
	}
	for _, line := range strings.Fields(common) {
		require.True(t, isCommon(line), "the list is sorted: %s", line)
		require.GreaterOrEqual(t, len(line), MinPassword, "shorter ones are refused anyway: %s", line)
	}
}

func TestCleanEmail(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		" Ana@Example.COM ": "ana@example.com", "a+b@x.example": "a+b@x.example", "": "", "ana": "", "ana@": "", "Ana <a@x.example>": "",
		"a@x.example, b@x.example": "", "a\r\nBcc: b@x.example": "", "a b@x.example": "", "a\x00@x.example": "",
		strings.Repeat("a", 250) + "@x.example": "",
	} {
		got, problems := cleanEmail(text)
		require.Equal(t, want, got, text)
		require.Equal(t, want == "", len(problems) > 0, text)
	}
}

func FuzzCleanEmail(f *testing.F) {
	f.Add("ana@example.com")
	f.Fuzz(func(t *testing.T, text string) {
		clean, problems := cleanEmail(text)
		if len(problems) > 0 {
			return
		}
		again, problems := cleanEmail(clean)
		require.Empty(t, problems)
		require.Equal(t, clean, again)
		require.NotContains(t, clean, "\n")
		require.LessOrEqual(t, len(clean), maxEmail)
	})
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	p := newPasswords(cheap())
	hash, err := p.hash(t.Context(), "tall green bicycle")
	require.NoError(t, err)

	t.Run("match_their_hash_only", func(t *testing.T) {
		t.Parallel()
		same, outdated, err := p.match(t.Context(), "tall green bicycle", hash)
		require.NoError(t, err)
		require.True(t, same)
		require.False(t, outdated)
		same, _, err = p.match(t.Context(), "tall green bicycles", hash)
		require.NoError(t, err)
		require.False(t, same)
	})
	t.Run("are_outdated_when_the_work_has_changed", func(t *testing.T) {
		t.Parallel()
		_, outdated, err := newPasswords(Hashing{Memory: 128, Iterations: 1, Parallelism: 1}).match(t.Context(), "tall green bicycle", hash)
		require.NoError(t, err)
		require.True(t, outdated)
	})
	t.Run("of_nobody_take_the_same_work_and_never_match", func(t *testing.T) {
		t.Parallel()
		same, _, err := p.match(t.Context(), "tall green bicycle", "")
		require.NoError(t, err)
		require.False(t, same)
		params, _, _, err := argon2id.DecodeHash(p.nobody)
		require.NoError(t, err)
		require.Equal(t, p.params, params)
	})
	t.Run("take_the_work_that_is_advised", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, newPasswords(DefaultHashing()).nobody, "$m=19456,t=2,p=1$")
	})
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	now := clock.NewFixed(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	refused := func(err error) bool { return errs.Is(err, "session.slow_down") }

	t.Run("waits_twice_as_long_each_time_up_to_a_limit", func(t *testing.T) {
		t.Parallel()
		now := clock.NewFixed(now.Now())
		th := newThrottle(now, forLogin(), forAddress())
		var waits []time.Duration
		for range 16 {
			start := now.Now()
			for refused(th.admit("ana@example.com", "")) {
				now.Add(time.Second)
			}
			waits = append(waits, now.Now().Sub(start)/time.Second)
		}
		require.Equal(t, "[0 0 0 0 0 0 1 2 4 8 16 32 64 120 120 120]", fmt.Sprintf("%d", waits))
	})
	t.Run("looks_at_the_address_across_logins", func(t *testing.T) {
		t.Parallel()
		th := newThrottle(now, forLogin(), forAddress())
		n := 0
		for ; !refused(th.admit(fmt.Sprint(n, "@example.com"), "1.2.3.4")); n++ {
			require.Less(t, n, 100)
		}
		require.Equal(t, forAddress().free+1, n)
		require.NoError(t, th.admit("one-more@example.com", "1.2.3.5"))
	})
	t.Run("does_not_count_successes", func(t *testing.T) {
		t.Parallel()
		th := newThrottle(now, forLogin(), forAddress())
		for range 500 {
			require.NoError(t, th.admit("ana@example.com", "1.2.3.4"))
			th.succeeded("ana@example.com", "1.2.3.4")
		}
	})
	t.Run("stays_small", func(t *testing.T) {
		t.Parallel()
		th := newThrottle(now, forLogin(), forAddress())
		for i := range 2 * maxGuessers {
			require.NoError(t, th.admit(fmt.Sprint(i, "@example.com"), fmt.Sprint("address ", i)))
		}
		require.LessOrEqual(t, len(th.guesses), maxGuessers)
	})
}
