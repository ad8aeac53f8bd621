package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"kontor/domain/attachment"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/storage"
)

// partSize is how much of a table stands in one entry: what is held in memory at once.
const partSize = 4 << 20

// Source is what is backed up.
type Source struct {
	DB    *storage.DB
	Clock clock.Clock
	Blobs attachment.Blobs // nil: only the database
	Head  Head             // Program and Keys of it
	Keys  []string         // the keys themselves, to be written too; usually none
	Said  func(Progress)   // told now and then how far it is; may be nil
}

// Progress is how far writing or reading has come: a table, or the files.
type Progress struct {
	Table string // empty for the files
	Count int64
}

// filesTold is after how many files progress is told of.
const filesTold = 1000

// Write writes a backup. The database is read as it is at one moment, and then the files that it named: files never change,
// and those that were deleted in between are named in the manifest.
func Write(ctx context.Context, to io.Writer, s Source) (Manifest, error) {
	packed := gzip.NewWriter(to)
	w := &writer{Source: s, tar: tar.NewWriter(packed), sums: newSums()}
	if w.Said == nil {
		w.Said = func(Progress) {}
	}
	if err := w.write(ctx); err != nil {
		return Manifest{}, err
	}
	return w.done(), errors.Join(w.tar.Close(), packed.Close())
}

type writer struct {
	Source
	*sums
	tar *tar.Writer
}

func (w *writer) write(ctx context.Context) (err error) {
	names, err := os.CreateTemp("", "kontor-backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, names.Close(), os.Remove(names.Name())) }()
	w.Head.TakenAt = w.Clock.Now()
	list := bufio.NewWriter(names)
	if err := w.DB.Snapshot(ctx, func(shot storage.Snapshot) error { return w.database(ctx, shot, list) }); err != nil {
		return err
	}
	if err := list.Flush(); err != nil {
		return err
	}
	if _, err := names.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := w.allFiles(ctx, names); err != nil {
		return err
	}
	return w.json(manifestName, w.done())
}

// database writes head and tables, and the names of files into a list.
func (w *writer) database(ctx context.Context, shot storage.Snapshot, list io.Writer) (err error) {
	w.Head.Format, w.Head.Engine = Format, w.DB.Engine()
	if w.Head.Schema, err = shot.SchemaVersion(ctx); err != nil {
		return err
	}
	if err := w.json(headName, w.Head); err != nil {
		return err
	}
	if len(w.Keys) > 0 {
		if err := w.entry(keysName, []byte(strings.Join(w.Keys, ",")+"\n")); err != nil {
			return err
		}
	}
	for _, t := range shot.Tables {
		if LeftOut(t.Name) != "" {
			continue
		}
		if err := w.table(ctx, shot, t, list); err != nil {
			return err
		}
		w.Said(Progress{Table: t.Name, Count: w.Tables[t.Name].Rows})
	}
	return nil
}

// table writes a table in parts; one without rows has one, without rows.
func (w *writer) table(ctx context.Context, shot storage.Snapshot, t storage.Table, list io.Writer) error {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = c.Name
	}
	var part bytes.Buffer
	lines := json.NewEncoder(&part)
	lines.SetEscapeHTML(false)
	if err := lines.Encode(columns); err != nil {
		return err
	}
	head, n := part.Len(), 0
	flush := func() error {
		n++
		w.part(t.Name, part.Bytes())
		err := w.entry(fmt.Sprintf("%s%s/%06d.ndjson", tablesFolder, t.Name, n), part.Bytes())
		part.Truncate(head)
		return err
	}
	err := shot.Rows(ctx, t, func(row []any) error {
		if name := fileOf(t.Name, func(column string) string { return textOf(columns, row, column) }); name != "" {
			if _, err := fmt.Fprintln(list, name); err != nil {
				return err
			}
		}
		if err := lines.Encode(row); err != nil {
			return err
		}
		if part.Len() < partSize {
			return nil
		}
		return flush()
	})
	if err == nil && (n == 0 || part.Len() > head) {
		err = flush()
	}
	return err
}

// textOf is the text in a column of a row; empty where there is no such column, as in older schemas.
func textOf(columns []string, row []any, column string) string {
	if i := slices.Index(columns, column); i >= 0 {
		text, _ := row[i].(string)
		return text
	}
	return ""
}

func (w *writer) allFiles(ctx context.Context, names io.Reader) error {
	if w.Files.LeftOut = w.Blobs == nil; w.Files.LeftOut {
		return nil
	}
	lines := bufio.NewScanner(names)
	for lines.Scan() {
		if err := w.oneFile(ctx, lines.Text()); err != nil {
			return fmt.Errorf("file %s: %w", lines.Text(), err)
		}
		if w.Files.Count%filesTold == 0 {
			w.Said(Progress{Count: w.Files.Count})
		}
	}
	w.Said(Progress{Count: w.Files.Count})
	return lines.Err()
}

// oneFile copies a file by way of a temporary one: its size must be known beforehand, and be true.
func (w *writer) oneFile(ctx context.Context, name string) (err error) {
	from, err := w.Blobs.Open(ctx, name)
	if errs.KindOf(err) == errs.NotFound {
		if w.Files.Gone++; len(w.Files.Names) < maxNames {
			w.Files.Names = append(w.Files.Names, name)
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	whole, err := os.CreateTemp("", "kontor-backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, whole.Close(), os.Remove(whole.Name())) }()
	size, err := io.Copy(whole, from)
	if err != nil {
		return err
	}
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := w.tar.WriteHeader(w.header(filesFolder+name, size)); err != nil {
		return err
	}
	w.file(name, size)
	_, err = io.Copy(io.MultiWriter(w.tar, w.files), whole)
	return err
}

func (w *writer) header(name string, size int64) *tar.Header {
	return &tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: w.Head.TakenAt.Truncate(time.Second), Format: tar.FormatPAX}
}

func (w *writer) entry(name string, content []byte) error {
	if err := w.tar.WriteHeader(w.header(name, int64(len(content)))); err != nil {
		return err
	}
	_, err := w.tar.Write(content)
	return err
}

func (w *writer) json(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return w.entry(name, append(text, '\n'))
}
