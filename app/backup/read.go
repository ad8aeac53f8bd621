package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"kontor/domain/errs"
)

// maxEntry bounds what is taken into memory: a part of a table is a few megabytes, and one row more.
const maxEntry = 256 << 20

// Into is who is told what is in a backup. Each may be nil.
type Into struct {
	Head func(Head) error
	Keys func([]string) error
	Part func(Part) error
	File func(name string, bytes io.Reader) error
}

// Part is a part of a table.
type Part struct {
	Table   string
	Columns []string
	Rows    [][]any // nil, string, json.Number or bool for each column
}

// Read reads a backup from front to end and compares it with its manifest. The error of a backup that is not whole, or not
// what was written, is backup.damaged; it may come after everything has been told.
func Read(from io.Reader, into Into) (Manifest, error) {
	packed, err := gzip.NewReader(from)
	if err != nil {
		return Manifest{}, errs.New(errs.Invalid, "backup.no_backup").Because(err)
	}
	r := &reader{Into: into, tar: tar.NewReader(packed), sums: newSums()}
	if err := r.read(); err != nil {
		return Manifest{}, err
	}
	if _, err := io.Copy(io.Discard, packed); err != nil { //nolint:gosec // nothing of it is kept; gzip's own checksum stands at the end
		return Manifest{}, damaged(err)
	}
	return r.said, nil
}

// damaged is what is said of a backup that is not what was written.
func damaged(why error) error {
	return errs.New(errs.Invalid, "backup.damaged").Because(why)
}

type reader struct {
	Into
	*sums
	tar  *tar.Reader
	said Manifest
}

func (r *reader) read() error {
	for first := true; ; first = false {
		h, err := r.tar.Next()
		switch {
		case first && (err != nil || h.Name != headName):
			return errs.New(errs.Invalid, "backup.no_backup").Because(err)
		case errors.Is(err, io.EOF):
			return damaged(errors.New("its end is missing"))
		case err != nil:
			return damaged(err)
		}
		if h.Name == manifestName {
			return r.compare()
		}
		if err := r.take(h); err != nil {
			return err
		}
	}
}

// take takes an entry. An error of whoever is told comes back as it is.
func (r *reader) take(h *tar.Header) error {
	table, isTable := strings.CutPrefix(h.Name, tablesFolder)
	name, isFile := strings.CutPrefix(h.Name, filesFolder)
	if isFile {
		return r.takeFile(name, h.Size)
	}
	if h.Size > maxEntry {
		return damaged(fmt.Errorf("%s is too large", h.Name))
	}
	text, err := io.ReadAll(r.tar)
	switch {
	case err != nil:
		return damaged(err)
	case isTable:
		table, _, _ = strings.Cut(table, "/")
		return r.takePart(table, text)
	case h.Name == headName:
		return r.takeHead(text)
	case h.Name == keysName && r.Keys != nil:
		return r.Keys(strings.Split(strings.TrimSpace(string(text)), ","))
	}
	return nil
}

func (r *reader) takeHead(text []byte) error {
	var head Head
	if err := json.Unmarshal(text, &head); err != nil {
		return damaged(err)
	}
	if head.Format > Format {
		return errs.New(errs.Invalid, "backup.newer", "program", head.Program)
	}
	if r.Head == nil {
		return nil
	}
	return r.Head(head)
}

func (r *reader) takePart(table string, text []byte) error {
	r.part(table, text)
	if r.Part == nil {
		return nil
	}
	p := Part{Table: table}
	lines := json.NewDecoder(bytes.NewReader(text))
	lines.UseNumber()
	if err := lines.Decode(&p.Columns); err != nil {
		return damaged(err)
	}
	for {
		var row []any
		err := lines.Decode(&row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && len(row) != len(p.Columns) {
			err = fmt.Errorf("a row of %s has %d values for %d columns", table, len(row), len(p.Columns))
		}
		if err != nil {
			return damaged(err)
		}
		p.Rows = append(p.Rows, row)
	}
	return r.Part(p)
}

func (r *reader) takeFile(name string, size int64) error {
	r.file(name, size)
	bytes := io.TeeReader(r.tar, r.files)
	if r.File != nil {
		if err := r.File(name, bytes); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, bytes); err != nil {
		return damaged(err)
	}
	return nil
}

// compare compares what was read with the manifest.
func (r *reader) compare() error {
	if err := json.NewDecoder(r.tar).Decode(&r.said); err != nil {
		return damaged(err)
	}
	read := r.done()
	for name, t := range r.said.Tables {
		if read.Tables[name] != t {
			return damaged(fmt.Errorf("the table %s is not what was written", name))
		}
	}
	if len(read.Tables) != len(r.said.Tables) {
		return damaged(errors.New("it has other tables than were written"))
	}
	read.Files.LeftOut, read.Files.Gone, read.Files.Names = r.said.Files.LeftOut, r.said.Files.Gone, r.said.Files.Names
	if !reflect.DeepEqual(read.Files, r.said.Files) {
		return damaged(errors.New("the files are not what was written"))
	}
	return nil
}
