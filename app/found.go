package app

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/staff"
)

// Found creates an account with its owner and everything an account begins with, in one transaction. What a feature
// gives to every new account is one more step in the list.
func (a *App) Found(ctx context.Context, n account.New, owner staff.New) (account.Account, error) {
	founder, err := a.Services.Staff.Founder(ctx, owner)
	if err != nil {
		return account.Account{}, err
	}
	return a.Services.Accounts.Create(ctx, n, founder)
}
