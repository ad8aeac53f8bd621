package configuration_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/domaintest"
)

// What an account keeps, does with files and looks like travels with its configuration; its logo does not.
func TestTheAccountsKeepingAndBrand(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	days, name, color, media := 90, "Nord", "#ffcc00", account.LinkMedia
	_, err := w.Accounts.Update(w.Ctx(), w.Owner, account.Change{
		KeepBodies: &days, KeepEvents: &days, KeepFiles: &days, KeepAttempts: &days, BrandName: &name, BrandColor: &color, Media: &media,
	})
	require.NoError(t, err)
	d, err := w.Configuration.Export(w.Ctx(), w.Owner)
	require.NoError(t, err)
	a := d.Account
	require.Equal(t, []int{90, 90, 90, 90}, []int{*a.KeepBodiesDays, *a.KeepEventsDays, *a.KeepFilesDays, *a.KeepAttemptsDays})
	require.Equal(t, []string{"Nord", "#ffcc00", "link"}, []string{*a.BrandName, *a.BrandColor, *a.Media})
	plan, err := w.Configuration.Plan(w.Ctx(), w.Owner, []byte("kontor: 1\naccount: {keep_files_days: 365, brand_name: Süd}\n"))
	require.NoError(t, err)
	require.Len(t, plan.Changes, 1)
	require.Len(t, plan.Changes[0].Details, 2)
	_, err = w.Configuration.Plan(w.Ctx(), w.Owner, []byte("kontor: 1\naccount:\n  keep_bodies_days: 3\n"))
	require.Equal(t, "account.keep_days", problems(t, err)[0].Code)
}
