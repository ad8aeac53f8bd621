package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"kontor/app"
	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/session"
	"kontor/domain/staff"
)

type accountCommand struct {
	Create createAccountCommand `cmd:"" help:"Create an account and its owner; prints the account's id."`
}

type createAccountCommand struct {
	Name          string `required:"" help:"Name of the account."`
	Email         string `required:"" help:"E-mail address the owner signs in with."`
	OwnerName     string `help:"Name of the owner; the first part of the e-mail address when left out."`
	PasswordStdin bool   `required:"" help:"Read the owner's password from standard input."`
	Language      string `default:"en" help:"en or de."`
	TimeZone      string `default:"UTC" help:"As Europe/Berlin."`
	Country       string `help:"As DE: where phone numbers without a country code are from."`
}

// maxStdin bounds what is read as a password.
const maxStdin = 4096

// Run creates the account.
func (cmd *createAccountCommand) Run(ctx context.Context, c *console) error {
	text, err := io.ReadAll(io.LimitReader(c.in, maxStdin))
	if err != nil {
		return fmt.Errorf("read the password: %w", err)
	}
	owner := staff.New{
		Email: cmd.Email, Name: cmd.OwnerName, Password: strings.TrimRight(string(text), "\r\n"),
	}
	if owner.Name == "" {
		owner.Name, _, _ = strings.Cut(cmd.Email, "@")
	}
	return tools(ctx, c, func(a *app.App) error {
		created, err := a.Found(ctx, account.New{
			Name: cmd.Name, Language: cmd.Language, TimeZone: cmd.TimeZone, Country: cmd.Country,
		}, owner)
		if err != nil {
			return inWords(a, err)
		}
		_, err = fmt.Fprintln(c.out, created.ID)
		return err
	})
}

type tokenCommand struct {
	Create createTokenCommand `cmd:"" help:"Create an API token; prints it, once."`
}

type createTokenCommand struct {
	Email   string `required:"" help:"E-mail address of the staff member it acts for."`
	Name    string `required:"" help:"What the token is for."`
	As      string `default:"bot" enum:"staff,bot" help:"What is written with it is a bot's, or the staff member's."`
	Account string `help:"Id of the account, when the address works in several."`
}

// Run creates the token.
func (cmd *createTokenCommand) Run(ctx context.Context, c *console) error {
	var accountID ids.ID
	if cmd.Account != "" {
		var err error
		if accountID, err = ids.Parse(cmd.Account); err != nil {
			return fmt.Errorf("--account: %w", err)
		}
	}
	return tools(ctx, c, func(a *app.App) error {
		s := a.Services
		person, err := s.Staff.Find(ctx, cmd.Email, accountID)
		if err != nil {
			return inWords(a, err)
		}
		value, _, err := s.Sessions.IssueToken(ctx, account.SystemActor(person.AccountID), person.ID, session.NewToken{
			Name: cmd.Name, ActsAs: account.ActorKind(cmd.As),
		})
		if err != nil {
			return inWords(a, err)
		}
		_, err = fmt.Fprintln(c.out, value.Reveal())
		return err
	})
}

// inWords puts an error of the domain into words for the operator.
func inWords(a *app.App, err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	lines := []string{a.Texts.Text("en", e.Code, e.Params)}
	for _, p := range e.Problems {
		lines = append(lines, strings.TrimPrefix(p.Location, "body.")+": "+a.Texts.Text("en", p.Code, p.Params))
	}
	if e.Cause != nil {
		lines = append(lines, e.Cause.Error())
	}
	return errors.New(strings.Join(lines, "\n  "))
}
