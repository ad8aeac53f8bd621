package main

import (
	"context"
	"fmt"

	"kontor/app"
)

type loginCommand struct {
	ResetPassword      resetPasswordCommand      `cmd:"" help:"Print a link with which somebody chooses a new password within an hour."`
	RemoveSecondFactor removeSecondFactorCommand `cmd:"" help:"Take the second factor of somebody away whose phone and recovery codes are lost."`
}

type resetPasswordCommand struct {
	Email string `required:"" help:"E-mail address they sign in with."`
}

// Run prints the link.
func (cmd *resetPasswordCommand) Run(ctx context.Context, c *console) error {
	return tools(ctx, c, func(a *app.App) error {
		link, err := a.Services.Staff.OperatorReset(ctx, cmd.Email)
		if err != nil {
			return inWords(a, err)
		}
		_, err = fmt.Fprintln(c.out, link.Reveal())
		return err
	})
}

type removeSecondFactorCommand struct {
	Email string `required:"" help:"E-mail address they sign in with."`
}

// Run takes the second factor away.
func (cmd *removeSecondFactorCommand) Run(ctx context.Context, c *console) error {
	return tools(ctx, c, func(a *app.App) error {
		if err := a.Services.Staff.OperatorRemoveFactor(ctx, cmd.Email); err != nil {
			return inWords(a, err)
		}
		_, err := fmt.Fprintln(c.out, "They sign in with their password alone now.")
		return err
	})
}
