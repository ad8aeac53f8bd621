package backup

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"kontor/domain/attachment"
	"kontor/domain/errs"
	"kontor/domain/storage"
	"kontor/migrations"
)

// Contents is what a backup says of itself, after it was found to be whole.
type Contents struct {
	Head     Head
	Keys     []string // only if they are in it
	Manifest Manifest
}

// Check reads a backup from front to end: whether it is whole, and of a schema that this program knows. It writes nothing.
func Check(name string) (c Contents, err error) {
	c.Manifest, err = fromFile(name, Into{
		Head: func(h Head) error {
			if h.Schema > migrations.Latest() {
				return errs.New(errs.Invalid, "backup.newer", "program", h.Program)
			}
			c.Head = h
			return nil
		},
		Keys: func(keys []string) error { c.Keys = keys; return nil },
		Part: func(Part) error { return nil }, // that it can be read at all
	})
	return c, err
}

func fromFile(name string, into Into) (Manifest, error) {
	f, err := os.Open(name)
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return Read(f, into)
}

// Fits tells which of the keys that secrets in the backup may be sealed with are missing among those that there are.
func (h Head) Fits(keys []string) error {
	missing := slices.DeleteFunc(slices.Clone(h.Keys), func(k string) bool { return slices.Contains(keys, k) })
	if len(missing) > 0 {
		return errs.New(errs.Conflict, "backup.key_missing", "keys", strings.Join(missing, ", "))
	}
	return nil
}

// Target is what a backup is read into.
type Target struct {
	DB    *storage.DB
	Blobs attachment.Blobs
	Log   *slog.Logger
	Said  func(Progress) // may be nil
	// Finish is called once everything is there and the schema is up to date, in the transaction after which programs may
	// work with it.
	Finish func(context.Context) error
}

// Empty refuses a database in which there is anything of Kontor's.
func (t Target) Empty(ctx context.Context) error {
	version, _, err := migrations.Version(ctx, t.DB)
	if err == nil && version > 0 {
		err = errs.New(errs.Conflict, "backup.not_empty")
	}
	return err
}

// Restore reads a backup that has been checked into an empty database. A database in which it was broken off is of no use to
// anybody: every program refuses it.
func (t Target) Restore(ctx context.Context, name string, h Head) error {
	if err := t.Empty(ctx); err != nil {
		return err
	}
	if t.Said == nil {
		t.Said = func(Progress) {}
	}
	fill := func(ctx context.Context) error {
		l := loader{Target: t, ctx: ctx}
		if err := l.prepare(); err != nil {
			return err
		}
		_, err := fromFile(name, Into{Part: l.part, File: l.file})
		if err == nil {
			l.told()
		}
		return err
	}
	return migrations.Restore(ctx, t.DB, h.Schema, t.Log, fill, t.Finish)
}

// loader fills tables and files.
type loader struct {
	Target
	ctx    context.Context //nolint:containedctx // for as long as one restore takes
	tables []storage.Table
	now    Progress
}

// prepare empties what migrations have put into new tables.
func (l *loader) prepare() (err error) {
	if l.tables, err = l.DB.Tables(l.ctx); err != nil {
		return err
	}
	for _, t := range slices.Backward(l.tables) {
		if LeftOut(t.Name) != "" {
			continue
		}
		if _, err := storage.NewEverywhere(l.DB).Exec(l.ctx, "DELETE FROM "+t.Name); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) part(p Part) error {
	if storage.IsPart(p.Table) {
		return nil // a program that knew no parts has written them besides the table that they are of
	}
	at := slices.IndexFunc(l.tables, func(t storage.Table) bool { return t.Name == p.Table })
	if at < 0 || LeftOut(p.Table) != "" {
		return damaged(fmt.Errorf("this schema has no table %s", p.Table))
	}
	types := make([]storage.Type, len(p.Columns))
	for i, name := range p.Columns {
		c := slices.IndexFunc(l.tables[at].Columns, func(c storage.Column) bool { return c.Name == name })
		if c < 0 {
			return damaged(fmt.Errorf("this schema has no column %s.%s", p.Table, name))
		}
		types[i] = l.tables[at].Columns[c].Type
	}
	for _, row := range p.Rows {
		for i, t := range types {
			v, err := valueOf(t, row[i])
			if err != nil {
				return damaged(fmt.Errorf("%s.%s: %w", p.Table, p.Columns[i], err))
			}
			row[i] = v
		}
	}
	l.count(p.Table, len(p.Rows))
	return l.DB.Tx(l.ctx, func(ctx context.Context) error { return l.DB.Load(ctx, p.Table, p.Columns, p.Rows) })
}

func (l *loader) file(name string, bytes io.Reader) error {
	l.count("", 1)
	if l.now.Count%filesTold == 0 {
		l.told()
	}
	return l.Blobs.Put(l.ctx, name, bytes)
}

// count counts on, and tells of a table when another begins.
func (l *loader) count(table string, n int) {
	if l.now.Table != table {
		l.told()
		l.now = Progress{Table: table}
	}
	l.now.Count += int64(n)
}

func (l *loader) told() {
	if l.now.Count > 0 {
		l.Said(l.now)
	}
}

// valueOf makes a value of a backup one for a column.
func valueOf(t storage.Type, v any) (any, error) {
	text, isText := v.(string)
	number, isNumber := v.(json.Number)
	_, isBool := v.(bool)
	switch {
	case v == nil:
		return nil, nil
	case t == storage.Bool && isBool:
		return v, nil
	case t == storage.Int && isNumber:
		return number.Int64()
	case t == storage.Float && isNumber:
		return number.Float64()
	case t == storage.Time && isText:
		return time.Parse(time.RFC3339Nano, text)
	case t == storage.Bytes && isText:
		return base64.StdEncoding.DecodeString(text)
	case (t == storage.Text || t == storage.JSON) && isText:
		return text, nil
	}
	return nil, fmt.Errorf("%v is no %s", v, t)
}
