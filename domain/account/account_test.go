package account_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

type silence struct{}

func (silence) Ring(string) {}

func setup(t *testing.T) (*account.Service, *audit.Log, *feed.Feed) {
	t.Helper()
	db := storagetest.New(t)
	now := clock.System{}
	log, events := audit.New(db, now), feed.New(storage.NewEverywhere(db), now, silence{})
	return account.NewService(db, now, log, events), log, events
}

func TestCreate(t *testing.T) {
	t.Parallel()
	accounts, log, _ := setup(t)

	t.Run("begins_with_what_is_usual", func(t *testing.T) {
		a, err := accounts.Create(t.Context(), account.New{Name: " Acme "})
		require.NoError(t, err)
		got, err := accounts.Get(t.Context(), a.ID)
		require.NoError(t, err)
		require.Equal(t, a, got)
		require.Equal(t, account.Account{
			ID: a.ID, Name: "Acme", Language: "en", TimeZone: "UTC", Enabled: true, PausedKinds: []string{}, Media: account.StoreMedia,
			CreatedAt: a.CreatedAt,
		}, got)
		entries, _, err := log.List(t.Context(), a.ID, audit.Filter{}, storage.Page{})
		require.NoError(t, err)
		require.Equal(t, "account.created", entries[0].Action)
	})
	t.Run("takes_the_founding_steps_or_none", func(t *testing.T) {
		before, err := accounts.IDs(t.Context())
		require.NoError(t, err)
		taken := 0
		step := func(ctx context.Context, a account.Account) error {
			taken++
			_, err := accounts.Get(ctx, a.ID) // it sees the account that is being made
			return err
		}
		_, err = accounts.Create(t.Context(), account.New{Name: "A"}, step, step)
		require.NoError(t, err)
		require.Equal(t, 2, taken)
		_, err = accounts.Create(t.Context(), account.New{Name: "B"}, step,
			func(context.Context, account.Account) error { return errors.New("no") })
		require.EqualError(t, err, "no")
		after, err := accounts.IDs(t.Context())
		require.NoError(t, err)
		require.Len(t, after, len(before)+1)
	})
	t.Run("refuses_what_makes_no_sense", func(t *testing.T) {
		_, err := accounts.Create(t.Context(), account.New{Language: "xx", TimeZone: "Mars", Country: "Germany"})
		var e *errs.Error
		require.ErrorAs(t, err, &e)
		require.Len(t, e.Problems, 4)
	})
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	accounts, _, events := setup(t)
	a, err := accounts.Create(t.Context(), account.New{Name: "Acme"})
	require.NoError(t, err)
	name := "New"
	for role, kind := range map[account.Role]errs.Kind{account.Member: errs.Forbidden, "": errs.Forbidden} {
		_, err := accounts.Update(t.Context(), account.Actor{AccountID: a.ID, Role: role}, account.Change{Name: &name})
		require.Equal(t, kind, errs.KindOf(err))
	}
	_, err = accounts.Update(t.Context(), account.SystemActor(ids.New()), account.Change{Name: &name})
	require.True(t, errs.Is(err, "account.not_found"))

	started := clock.System{}.Now()
	changed, err := accounts.Update(t.Context(), account.Actor{AccountID: a.ID, Role: account.Admin}, account.Change{Name: &name})
	require.NoError(t, err)
	require.Equal(t, "New", changed.Name)
	told, err := events.Since(t.Context(), started)
	require.NoError(t, err)
	require.Len(t, told, 1)
	require.Equal(t, account.Changed, told[0].Type)
	require.Equal(t, a.ID, told[0].AccountID)
}

func TestRoles(t *testing.T) {
	t.Parallel()
	order := []account.Role{"", account.Member, account.Admin, account.Owner}
	for i, r := range order {
		for k, other := range order {
			require.Equal(t, i >= k && k > 0, r.AtLeast(other), "%q at least %q", r, other)
		}
	}
}
