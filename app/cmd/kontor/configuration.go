package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kontor/app"
	"kontor/domain/account"
	"kontor/domain/configuration"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
)

type configCommand struct {
	Export exportCommand `cmd:"" help:"Write an account's configuration to standard output, as YAML."`
	Plan   planCommand   `cmd:"" help:"Say what applying a configuration would do. Ends with 0 when there is nothing to do, with 2 when there is."`
	Apply  applyCommand  `cmd:"" help:"Bring an account to what a configuration says."`
}

// inAccount names the account.
type inAccount struct {
	Account string `required:"" help:"Id of the account."`
}

// from is where a configuration is read.
type from struct {
	File  string `default:"-" help:"The configuration; standard input when left out."`
	Files string `help:"Folder with the files of saved replies, as export wrote it." placeholder:"DIR"`
}

// text reads the configuration, and no more than one may have.
func (f from) text(c *console) ([]byte, error) {
	in := c.in
	if f.File != "-" {
		file, err := os.Open(f.File)
		if err != nil {
			return nil, err
		}
		defer file.Close() //nolint:errcheck // it was only read
		in = file
	}
	return io.ReadAll(io.LimitReader(in, configuration.MaxSize+1))
}

// configurations is the service with the files beside the configuration.
func (f from) configurations(a *app.App) *configuration.Service {
	if f.Files == "" {
		return a.Services.Configuration
	}
	return a.Services.Configuration.With(os.DirFS(f.Files))
}

// act does something as the account's owner, on the operator's behalf.
func (i inAccount) act(ctx context.Context, c *console, do func(*app.App, account.Actor) error) error {
	id, err := ids.Parse(i.Account)
	if err != nil {
		return fmt.Errorf("--account: %w", err)
	}
	return tools(ctx, c, func(a *app.App) error {
		by := account.SystemActor(id)
		if _, err := a.Services.Accounts.Get(ctx, id); err != nil {
			return inWords(a, err)
		}
		page := storage.Page{Limit: storage.MaxLimit}
		for {
			people, next, err := a.Services.Staff.List(ctx, by, page)
			if err != nil {
				return err
			}
			if owner := firstOwner(people); owner != ids.Nil || next == "" { // lists and replies are somebody's
				by.StaffID = owner
				break
			}
			page.Cursor = next
		}
		return do(a, by)
	})
}

func firstOwner(people []staff.Staff) ids.ID {
	for _, p := range people {
		if p.Role == account.Owner && p.Enabled {
			return p.ID
		}
	}
	return ids.Nil
}

type exportCommand struct {
	inAccount
	Files string `help:"Folder to write the files of saved replies to; it is made if it is not there." placeholder:"DIR"`
}

// Run writes the configuration.
func (cmd *exportCommand) Run(ctx context.Context, c *console) error {
	return cmd.act(ctx, c, func(a *app.App, by account.Actor) error {
		d, err := a.Services.Configuration.Export(ctx, by)
		if err != nil {
			return inWords(a, err)
		}
		text, err := d.Write()
		if err == nil {
			_, err = c.out.Write(text)
		}
		if err != nil || cmd.Files == "" {
			return err
		}
		if err := os.MkdirAll(cmd.Files, 0o700); err != nil {
			return err
		}
		for _, f := range d.Files() {
			if err := cmd.write(ctx, a, by, f); err != nil {
				return inWords(a, err)
			}
		}
		return nil
	})
}

// write copies a file into the folder, under its hash. One that is there already stays.
func (cmd *exportCommand) write(ctx context.Context, a *app.App, by account.Actor, f configuration.File) (err error) {
	path := filepath.Join(cmd.Files, f.SHA256)
	if there, err := os.Stat(path); err == nil && there.Size() == f.Size {
		return nil
	}
	from, err := a.Services.Configuration.OpenFile(ctx, by, f)
	if err != nil {
		return err
	}
	defer from.Close() //nolint:errcheck // it was only read
	to, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

type planCommand struct {
	inAccount
	from
}

// errChanges ends a plan that has something to do.
const errChanges = exited(2)

// Error says nothing: what there is to do has been said.
func (exited) Error() string { return "" }

// Run says what would be done.
func (cmd *planCommand) Run(ctx context.Context, c *console) error {
	text, err := cmd.text(c)
	if err != nil {
		return err
	}
	return cmd.act(ctx, c, func(a *app.App, by account.Actor) error {
		p, err := cmd.configurations(a).Plan(ctx, by, text)
		if err != nil {
			return inLines(a, c, err)
		}
		if err := show(a, c, p, errs.Problem{Code: "configuration.total"}); err != nil || len(p.Changes) == 0 {
			return err
		}
		return errChanges
	})
}

type applyCommand struct {
	inAccount
	from
}

// Run plans and does what is planned.
func (cmd *applyCommand) Run(ctx context.Context, c *console) error {
	text, err := cmd.text(c)
	if err != nil {
		return err
	}
	return cmd.act(ctx, c, func(a *app.App, by account.Actor) error {
		p, err := cmd.configurations(a).Plan(ctx, by, text)
		if err == nil {
			p, err = cmd.configurations(a).Apply(ctx, by, text, p.Hash)
		}
		if err != nil {
			return inLines(a, c, err)
		}
		return show(a, c, p, errs.Problem{Code: "configuration.done"})
	})
}

// inLines puts what is wrong with a configuration into words, each with its line.
func inLines(a *app.App, c *console, err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Problems) == 0 {
		return inWords(a, err)
	}
	lines := []string{a.Texts.Text(c.language(), e.Code, e.Params)}
	for _, p := range e.Problems {
		lines = append(lines, at(a, c, p.Line)+a.Texts.Text(c.language(), p.Code, p.Params))
	}
	return errors.New(strings.Join(lines, "\n  "))
}

func at(a *app.App, c *console, line int) string {
	if line == 0 {
		return ""
	}
	return said(a, c, errs.Problem{Code: "configuration.line", Params: map[string]any{"line": line}}) + ": "
}

func said(a *app.App, c *console, p errs.Problem) string {
	return a.Texts.Text(c.language(), p.Code, p.Params)
}

// show says a plan in words: a line for each thing, below it what of it becomes another.
func show(a *app.App, c *console, p configuration.Plan, total errs.Problem) error {
	var out strings.Builder
	signs := map[configuration.Action]string{configuration.Created: "+", configuration.Changed: "~", configuration.Deleted: "-"}
	count := map[string]any{"created": 0, "changed": 0, "deleted": 0}
	for _, x := range p.Changes {
		n, _ := count[string(x.Action)].(int)
		count[string(x.Action)] = n + 1
		fmt.Fprintf(&out, "%s %s “%s”\n", signs[x.Action], sectionName(a, c, x.Section), x.Name)
		if x.Action != configuration.Changed {
			continue
		}
		for _, d := range x.Details {
			fmt.Fprintf(&out, "    %s: %s → %s\n", d.Path, value(a, c, d.Old), value(a, c, d.New))
		}
	}
	for _, s := range p.Skipped {
		fmt.Fprintf(&out, "! %s “%s”: %s%s\n", sectionName(a, c, s.Section), s.Name, at(a, c, s.Line), a.Texts.Text(c.language(), s.Code, s.Params))
	}
	if total.Params = count; len(p.Changes) == 0 {
		total = errs.Problem{Code: "configuration.nothing"}
	}
	fmt.Fprintln(&out, said(a, c, total))
	_, err := io.WriteString(c.out, out.String())
	return err
}

func sectionName(a *app.App, c *console, section string) string {
	return a.Texts.Text(c.language(), "section."+section, nil)
}

// value is one side of a difference; what has several lines stands on lines of its own.
func value(a *app.App, c *console, text *string) string {
	switch {
	case text == nil:
		return said(a, c, errs.Problem{Code: "configuration.nothing_there"})
	case strings.Contains(*text, "\n"):
		return "\n        " + strings.ReplaceAll(strings.TrimRight(*text, "\n"), "\n", "\n        ") + "\n   "
	}
	return fmt.Sprintf("%q", *text)
}
