package app

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/staff"
)

// Found creates an account with its owner and everything an account begins with, in one transaction.
func (a *App) Found(ctx context.Context, n account.New, owner staff.New) (account.Account, error) {
	return a.Services.Found(ctx, n, owner)
}
