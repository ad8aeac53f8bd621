package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"kontor/app/backup"
	"kontor/app/blob"
	"kontor/app/config"
	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/secret"
	"kontor/domain/storage"
	"kontor/integrations"
	"kontor/migrations"
)

// BackupOptions say what goes into a backup.
type BackupOptions struct {
	WithKeys     bool // the keys for secrets as well
	DatabaseOnly bool // no files
	Said         func(backup.Progress)
}

// Backup writes an installation into a file, beside a server or without one. It takes no lock and changes no schema: also what
// a newer program is about to migrate can be backed up with it.
func Backup(ctx context.Context, cfg config.Config, to io.Writer, o BackupOptions, log *slog.Logger) (m backup.Manifest, err error) {
	db, err := storage.Open(ctx, storage.Options{URL: cfg.Database(), Now: clock.System{}.Now, Log: log})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	version, _, err := migrations.Version(ctx, db)
	if err == nil && version == 0 {
		err = errs.New(errs.NotFound, "backup.nothing")
	}
	if err = errors.Join(err, migrations.Check(ctx, db)); err != nil {
		return m, err
	}
	source := backup.Source{DB: db, Clock: clock.System{}, Said: o.Said, Head: backup.Head{Program: Version()}}
	keys, err := keysThere(cfg)
	if err != nil {
		return m, err
	}
	if source.Head.Keys, err = secret.KeyNames(keys); err != nil {
		return m, err
	}
	if o.WithKeys {
		source.Keys = keys
	}
	if !o.DatabaseOnly {
		if source.Blobs, err = openFiles(cfg); err != nil {
			return m, err
		}
	}
	return backup.Write(ctx, to, source)
}

func openFiles(cfg config.Config) (blob.Store, error) {
	store, err := blob.Open(cfg.BlobURL.Reveal(), filepath.Join(cfg.DataDir, "files"))
	if err != nil {
		err = fmt.Errorf("open the file store: %w", err)
	}
	return store, err
}

// RestoreOptions say how a backup is read.
type RestoreOptions struct {
	WithoutKeys bool // the keys are lost: what is sealed cannot be opened any more
	Log         *slog.Logger
	Clock       clock.Clock
	Said        func(backup.Progress)
}

// Restored is what came of a restore.
type Restored struct {
	backup.Contents
	Held int // messages of which nobody knows whether they have been sent since
}

// CheckBackup tells whether a backup is whole and could be restored with the keys that there are. It writes nothing.
func CheckBackup(cfg config.Config, name string, o RestoreOptions) (backup.Contents, error) {
	c, err := backup.Check(name)
	if err != nil || o.WithoutKeys {
		return c, err
	}
	_, err = keysFor(cfg, c)
	return c, err
}

// keysFor returns the one key of a backup if it has to be put into the data folder: there is none, and the backup has it.
func keysFor(cfg config.Config, c backup.Contents) (bring string, err error) {
	keys, err := keysThere(cfg)
	if err != nil {
		return "", err
	}
	if len(keys) == 0 && len(c.Keys) == 1 {
		keys, bring = c.Keys, c.Keys[0]
	}
	names, err := secret.KeyNames(keys)
	if err != nil {
		return "", err
	}
	return bring, c.Head.Fits(names)
}

// Restore reads a backup into an empty database, and its files into the file store. Everything that can be found wrong with it
// beforehand is, before anything is written.
func Restore(ctx context.Context, cfg config.Config, name string, o RestoreOptions) (r Restored, err error) {
	if r.Contents, err = CheckBackup(cfg, name, o); err != nil {
		return r, err
	}
	a := &App{Config: cfg, options: Options{Log: o.Log, Clock: o.Clock}.filled()}
	a.log = a.options.Log
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return r, err
	}
	if err := a.lock(ctx); err != nil {
		return r, err
	}
	if err := a.openToRestore(ctx); err != nil {
		return r, err
	}
	target := backup.Target{DB: a.DB, Blobs: a.blobs, Log: a.log, Said: o.Said, Finish: func(ctx context.Context) (err error) {
		r.Held, err = a.Services.Restored(ctx, r.Head.TakenAt)
		return err
	}}
	if err := target.Empty(ctx); err != nil {
		return r, err
	}
	if err := a.takeKeys(r.Contents, o); err != nil {
		return r, err
	}
	if _, err := a.assemble(); err != nil {
		return r, err
	}
	return r, target.Restore(ctx, name, r.Head)
}

// openToRestore opens what a restore needs, and migrates nothing.
func (a *App) openToRestore(ctx context.Context) (err error) {
	a.DB, err = storage.Open(ctx, storage.Options{URL: a.Config.Database(), Now: a.options.Clock.Now, Log: a.log})
	if err != nil {
		return err
	}
	a.onClose(a.DB.Close)
	if a.Texts, err = texts.Load(account.Languages(), integrations.Texts()...); err != nil {
		return err
	}
	a.metrics = a.newMetrics()
	if err := a.openQueue(); err != nil {
		return err
	}
	a.blobs, err = openFiles(a.Config)
	return err
}

// takeKeys brings the key of the backup along, if it is to, and opens the box.
func (a *App) takeKeys(c backup.Contents, o RestoreOptions) (err error) {
	if !o.WithoutKeys {
		bring, err := keysFor(a.Config, c)
		if err != nil {
			return err
		}
		if bring != "" {
			if err := os.WriteFile(filepath.Join(a.Config.DataDir, keyFile), []byte(bring+"\n"), 0o600); err != nil {
				return err
			}
		}
	}
	a.Box, err = openBox(a.Config)
	return err
}

// WordsOf puts an error of the domain into words of a language, with what caused it.
func WordsOf(err error, language string) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	words, failed := texts.Load(account.Languages(), integrations.Texts()...)
	if failed != nil {
		return errors.Join(err, failed)
	}
	text := words.Text(language, e.Code, e.Params)
	if e.Cause != nil {
		text += "\n  " + e.Cause.Error()
	}
	return errors.New(text)
}
