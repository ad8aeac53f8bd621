// Package backup writes an installation into one file and reads it back: the rows of all tables as they were at one moment,
// and the files that they name. What is written is the same for both databases, so that it can be read into the other one.
//
// The file is a gzipped tar archive, written from front to end without a second look:
//
//	backup.json                    what it is: Head
//	secret.keys                    the keys for secrets at rest, only if they were asked for
//	tables/tasks/000001.ndjson     the names of the columns, then a list of values for each row; as many parts as it takes
//	files/account/name             the bytes of a file
//	manifest.json                  what must be in it, with checksums: Manifest. Without it, a file is not whole
//
// Start at Write and Read. What a restored installation must not take for true is in domain/restored.go; the commands are in
// app/cmd/kontor/backup.go.
package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"time"

	"kontor/domain/storage"
)

// Format is the version of what is described above.
const Format = 1

// Head says what a backup is.
type Head struct {
	Format  int            `json:"format"`
	Program string         `json:"program"` // the version of Kontor
	Schema  int64          `json:"schema"`
	Engine  storage.Engine `json:"engine"`
	TakenAt time.Time      `json:"taken_at"` // no row is newer than it was then
	Keys    []string       `json:"keys"`     // names of the keys that secrets in it may be sealed with
}

// Manifest says what is in a backup.
type Manifest struct {
	Tables map[string]TableSum `json:"tables"`
	Files  FilesSum            `json:"files"`
}

// TableSum is what is in a table.
type TableSum struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// FilesSum is what there is of files.
type FilesSum struct {
	Count   int64    `json:"count"`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256"`
	LeftOut bool     `json:"left_out"` // only the database was asked for
	Gone    int64    `json:"gone"`     // named by rows, but not there any more when their turn came
	Names   []string `json:"gone_names"`
}

// maxNames is how many files that were gone are named.
const maxNames = 1000

// Names of the entries.
const (
	headName     = "backup.json"
	keysName     = "secret.keys"
	manifestName = "manifest.json"
	tablesFolder = "tables/"
	filesFolder  = "files/"
)

// LeftOut says why a table is not in a backup; empty for all others.
func LeftOut(table string) string {
	switch table {
	case "schema_compat":
		return "migrations write it"
	case "sessions":
		return "who has signed out since would be signed in again"
	case "sign_in_challenges", "password_resets", "sso_attempts", "oauth_states":
		return "good for an hour at most, and perhaps used since"
	case "feed_events":
		return "for screens that are open"
	case "job_ticks":
		return "what is done once a day should be done after a restore"
	}
	return ""
}

// fileOf returns the file that a row names; empty for none.
func fileOf(table string, value func(column string) string) string {
	switch table {
	case "attachments":
		return value("blob")
	case "accounts":
		if logo := value("logo"); logo != "" {
			return value("id") + "/" + logo
		}
	}
	return ""
}

// sums adds up what goes into a manifest, while writing and while reading.
type sums struct {
	Manifest
	tables map[string]hash.Hash
	files  hash.Hash
}

func newSums() *sums {
	return &sums{Manifest: Manifest{Tables: map[string]TableSum{}}, tables: map[string]hash.Hash{}, files: sha256.New()}
}

// part adds a part of a table, whose first line is no row.
func (s *sums) part(table string, text []byte) {
	if s.tables[table] == nil {
		s.tables[table] = sha256.New()
	}
	s.tables[table].Write(text)
	t := s.Tables[table]
	t.Rows += int64(strings.Count(string(text), "\n")) - 1
	s.Tables[table] = t
}

// file adds the name and size of a file, whose bytes follow into files.
func (s *sums) file(name string, size int64) {
	s.Files.Count++
	s.Files.Bytes += size
	s.files.Write([]byte(name + "\n"))
}

// done returns the manifest.
func (s *sums) done() Manifest {
	for name, h := range s.tables {
		t := s.Tables[name]
		t.SHA256 = hex.EncodeToString(h.Sum(nil))
		s.Tables[name] = t
	}
	s.Files.SHA256 = hex.EncodeToString(s.files.Sum(nil))
	return s.Manifest
}
