package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"kontor/app"
	"kontor/app/backup"
	"kontor/app/config"
	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/integrations"
)

type backupCommand struct {
	File         string `arg:"" help:"The file to write, as kontor.tar.gz; it must not be there yet. - is standard output."`
	WithKeys     bool   `help:"Write the keys for secrets at rest as well: whoever has the file then has everything. Without, keep them somewhere else."`
	DatabaseOnly bool   `help:"Leave out the files, where their store is saved in another way."`
	Quiet        bool   `help:"Say nothing about the progress."`
}

// Run writes a backup, while the server runs or while it does not.
func (cmd *backupCommand) Run(ctx context.Context, c *console) error {
	cfg, say, log, err := c.long(cmd.Quiet)
	if err != nil {
		return err
	}
	var m backup.Manifest
	err = cmd.into(c, func(to io.Writer) (err error) {
		m, err = app.Backup(ctx, cfg, to, app.BackupOptions{
			WithKeys: cmd.WithKeys, DatabaseOnly: cmd.DatabaseOnly, Said: say.progress,
		}, log)
		return err
	})
	if err != nil {
		return app.WordsOf(err, c.language())
	}
	say.line("backup.written", "rows", rowsOf(m), "files", m.Files.Count)
	if m.Files.Gone > 0 {
		say.line("backup.gone", "count", m.Files.Gone)
	}
	if !cmd.WithKeys {
		say.line("backup.without_keys")
	}
	return nil
}

// into gives the file to write to. It gets its name once it is whole and on the disk; nothing is left of one that is not.
func (cmd *backupCommand) into(c *console, write func(io.Writer) error) (err error) {
	if cmd.File == "-" {
		return write(c.out)
	}
	if _, err := os.Lstat(cmd.File); err == nil {
		return errs.New(errs.Conflict, "backup.exists", "file", cmd.File)
	}
	draft, err := os.CreateTemp(filepath.Dir(cmd.File), filepath.Base(cmd.File)+".part-*") // made with 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(draft.Name()))
		}
	}()
	if err := write(draft); err != nil {
		return errors.Join(err, draft.Close())
	}
	if err := errors.Join(draft.Sync(), draft.Close()); err != nil {
		return err
	}
	return os.Rename(draft.Name(), cmd.File)
}

type restoreCommand struct {
	File        string `arg:"" help:"The backup."`
	Check       bool   `help:"Only see whether it is whole and the keys fit; nothing is written."`
	WithoutKeys bool   `help:"The keys are lost: restore all the same. Channels have to be connected anew, and second factors set up anew."`
	Quiet       bool   `help:"Say nothing about the progress."`
}

// Run reads a backup into an empty installation.
func (cmd *restoreCommand) Run(ctx context.Context, c *console) error {
	cfg, say, log, err := c.long(cmd.Quiet)
	if err != nil {
		return err
	}
	o := app.RestoreOptions{WithoutKeys: cmd.WithoutKeys, Log: log, Clock: clock.System{}, Said: say.progress}
	if cmd.Check {
		found, err := app.CheckBackup(cfg, cmd.File, o)
		if err != nil {
			return app.WordsOf(err, c.language())
		}
		say.about(found)
		say.line("backup.fine")
		return nil
	}
	r, err := app.Restore(ctx, cfg, cmd.File, o)
	if err != nil {
		return app.WordsOf(err, c.language())
	}
	say.about(r.Contents)
	say.line("backup.restored", "messages", r.Held)
	return nil
}

func rowsOf(m backup.Manifest) (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// speaker says in the terminal's language what a long command does. It goes where errors go: the output may be the backup.
type speaker struct {
	c     *console
	words *texts.Catalogue
	quiet bool
}

// long is what a command begins with that takes long: the settings, who says how far it is, and a log for what goes wrong.
func (c *console) long(quiet bool) (config.Config, speaker, *slog.Logger, error) {
	cfg, err := c.config()
	if err != nil {
		return cfg, speaker{}, nil, err
	}
	cfg.LogLevel = "warn"
	words, err := texts.Load(account.Languages(), integrations.Texts()...)
	return cfg, speaker{c, words, quiet}, app.NewLog(cfg, c.err), err
}

// line says something; params are names and values of the text, by turns.
func (s speaker) line(code string, params ...any) {
	_, _ = fmt.Fprintln(s.c.err, s.words.Text(s.c.language(), code, errs.New(0, code, params...).Params))
}

func (s speaker) progress(p backup.Progress) {
	switch {
	case s.quiet:
	case p.Table == "":
		s.line("backup.files", "count", p.Count)
	case p.Count > 0:
		s.line("backup.table", "table", p.Table, "count", p.Count)
	}
}

// about says what a backup is.
func (s speaker) about(c backup.Contents) {
	s.line("backup.about", "time", c.Head.TakenAt.Format("2006-01-02 15:04:05 MST"), "program", c.Head.Program, "engine", string(c.Head.Engine),
		"schema", c.Head.Schema, "rows", rowsOf(c.Manifest), "files", c.Manifest.Files.Count)
	if c.Manifest.Files.LeftOut {
		s.line("backup.files_left_out")
	}
	if c.Manifest.Files.Gone > 0 {
		s.line("backup.gone", "count", c.Manifest.Files.Gone)
	}
}
