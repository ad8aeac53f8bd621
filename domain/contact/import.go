package contact

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// ImportQueue is the due work of imports; the key is the import's id.
const ImportQueue = "contact_import"

// ImportState is how far an import has come.
type ImportState string

// The states.
const (
	Uploaded ImportState = "uploaded" // its lines are stored; nothing is done before somebody says what the columns mean
	Running  ImportState = "running"
	Finished ImportState = "finished"
)

// Existing says what an import does with contacts that are there already.
type Existing string

// The rules for those who are there.
const (
	UpdateEmpty Existing = "update_empty" // only what they have not
	Overwrite   Existing = "overwrite"
	Skip        Existing = "skip"
)

// Import is a table that becomes contacts, line by line.
type Import struct {
	AccountID  account.ID `gorm:"primaryKey"`
	ID         ids.ID     `gorm:"primaryKey"`
	Name       string     // of the file
	State      ImportState
	Encoding   string
	Separator  string
	Columns    []string `gorm:"serializer:json"`
	Mapping    []string `gorm:"serializer:json"` // of each column, what it means; empty: nothing
	Existing   Existing
	Total      int64
	Created    int64
	Updated    int64
	Skipped    int64
	Refused    int64
	Actor      importer `gorm:"serializer:json"`
	CreatedAt  time.Time
	FinishedAt *time.Time
	PrunedAt   *time.Time // when its lines were taken away; the figures stay
}

// TableName names the table.
func (Import) TableName() string { return "contact_imports" }

// importer is who an import is done for.
type importer struct {
	Kind    account.ActorKind `json:"kind"`
	StaffID ids.ID            `json:"staff_id"`
	Role    account.Role      `json:"role"`
	Name    string            `json:"name"`
}

// By returns the name of who began the import.
func (m Import) By() string { return m.Actor.Name }

func (m Import) actor() account.Actor {
	return account.Actor{AccountID: m.AccountID, Kind: m.Actor.Kind, StaffID: m.Actor.StaffID, Role: m.Actor.Role, Name: m.Actor.Name}
}

// ImportLine is a line of an import and what became of it.
type ImportLine struct {
	AccountID account.ID     `gorm:"primaryKey"`
	ImportID  ids.ID         `gorm:"primaryKey"`
	Line      int64          `gorm:"primaryKey"` // in the file, the first of which is the header
	Cells     []string       `gorm:"serializer:json"`
	State     string         // waiting, created, updated, skipped, refused
	Problems  []errs.Problem `gorm:"serializer:json"`
	ContactID *ids.ID
}

// TableName names the table.
func (ImportLine) TableName() string { return "contact_import_lines" }

// Bounds of an import.
const (
	MaxImport      = 20 << 20
	maxImportLines = 200_000
	importBatch    = 100
	linesKept      = 30 * 24 * time.Hour
)

// Upload stores a table: every line as a row, which is the state of the import from then on. Members may.
func (s *Service) Upload(ctx context.Context, by account.Actor, name string, r io.Reader) (m Import, err error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxImport+1))
	if err != nil {
		return m, err
	}
	if len(data) > MaxImport {
		return m, errs.New(errs.TooLarge, "contact_import.too_large", "max_mb", MaxImport>>20)
	}
	t, err := readTable(data)
	if err != nil {
		return m, err
	}
	form, err := s.Forms.ContactForm(ctx, by.AccountID)
	if err != nil {
		return m, err
	}
	m = Import{
		AccountID: by.AccountID, ID: ids.New(), Name: cleanFileName(name), State: Uploaded, Encoding: t.encoding, Separator: t.separator,
		Columns: t.columns, Mapping: suggest(t.columns, form), Existing: UpdateEmpty, Total: int64(len(t.lines)), CreatedAt: s.Clock.Now(),
		Actor: importer{by.Kind, by.StaffID, by.Role, by.Name},
	}
	return m, s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.insertImport(ctx, m, t.lines); err != nil {
			return err
		}
		return s.Audit.Record(ctx, by.Entry("contact_import.uploaded", "contact_import", m.ID, map[string]any{"name": m.Name, "lines": m.Total}))
	})
}

// StartImport says what the columns mean and begins. Members may.
func (s *Service) StartImport(ctx context.Context, by account.Actor, id ids.ID, mapping []string, existing Existing) (m Import, err error) {
	form, err := s.Forms.ContactForm(ctx, by.AccountID)
	if err != nil {
		return m, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if m, err = s.store.contactImport(ctx, by.AccountID, id); err != nil {
			return err
		}
		if m.State != Uploaded {
			return errs.New(errs.Conflict, "contact_import.started")
		}
		if err := checkMapping(m, mapping, form); err != nil {
			return err
		}
		m.Mapping, m.Existing, m.State, m.Actor = mapping, existing, Running, importer{by.Kind, by.StaffID, by.Role, by.Name}
		begun, err := s.store.updateImport(ctx, m, Uploaded)
		if err == nil && !begun {
			err = errs.New(errs.Conflict, "contact_import.started")
		}
		if err != nil {
			return err
		}
		err = s.Audit.Record(ctx, by.Entry("contact_import.started", "contact_import", m.ID, map[string]any{"existing": existing, "lines": m.Total}))
		if err != nil {
			return err
		}
		return s.Due.Put(ctx, due.Work{AccountID: m.AccountID, Queue: ImportQueue, Key: m.ID.String()})
	})
	return m, err
}

func checkMapping(m Import, mapping []string, form templates.Form) error {
	if len(mapping) != len(m.Columns) {
		return errs.Input(errs.At("body.mapping", "contact_import.mapping_length", "columns", len(m.Columns)))
	}
	var problems []errs.Problem
	seen, named := map[string]bool{}, false
	for i, to := range mapping {
		field, isField := strings.CutPrefix(to, fieldKey)
		_, there := form.Field(field)
		switch {
		case to == "":
			continue
		case isField && !there, !isField && !importTarget(to):
			problems = append(problems, errs.At(fmt.Sprintf("body.mapping[%d]", i), "contact_import.target", "value", to))
		case seen[to] && to != "email" && to != "phone" && to != "tags":
			problems = append(problems, errs.At(fmt.Sprintf("body.mapping[%d]", i), "contact_import.twice"))
		}
		seen[to] = true
		named = named || to == "name" || to == "first_name" || to == "last_name" || to == "email" || to == "phone"
	}
	if !named {
		problems = append(problems, errs.At("body.mapping", "contact_import.nobody"))
	}
	return errs.Input(problems...)
}

// Imports returns the account's imports, the newest first.
func (s *Service) Imports(ctx context.Context, a account.ID, p storage.Page) ([]Import, string, error) {
	return s.store.imports(ctx, a, p)
}

// Import returns one import.
func (s *Service) Import(ctx context.Context, a account.ID, id ids.ID) (Import, error) {
	return s.store.contactImport(ctx, a, id)
}

// ImportLines returns lines of an import from a line on: those in a state, or all.
func (s *Service) ImportLines(ctx context.Context, a account.ID, id ids.ID, state string, after int64, limit int) ([]ImportLine, error) {
	return s.store.importLines(ctx, a, id, state, after, limit)
}

// RunImport does some lines of an import. A line's state and its effect are one transaction: whenever this is stopped, it goes
// on with the first line that has none.
func (s *Service) RunImport(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	m, err := s.store.contactImport(ctx, w.AccountID, id)
	if errs.KindOf(err) == errs.NotFound {
		return s.Due.Done(ctx, w)
	}
	if err != nil {
		return err
	}
	form, err := s.Forms.ContactForm(ctx, w.AccountID)
	if err != nil {
		return err
	}
	lines, err := s.store.importLines(ctx, w.AccountID, id, "waiting", 0, importBatch)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if err := s.importLine(ctx, m, line, form); err != nil {
			return err
		}
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if len(lines) == importBatch {
			if err := s.Due.Later(ctx, w, s.Clock.Now(), false); err != nil {
				return err
			}
			return s.importChanged(ctx, m)
		}
		if err := s.Due.Done(ctx, w); err != nil {
			return err
		}
		if err := s.store.finishImport(ctx, m, s.Clock.Now()); err != nil {
			return err
		}
		fault.Point("import.before_finish")
		if m, err = s.store.contactImport(ctx, w.AccountID, id); err != nil {
			return err
		}
		err := s.Audit.Record(ctx, m.actor().Entry("contact_import.finished", "contact_import", m.ID, map[string]any{
			"created": m.Created, "updated": m.Updated, "skipped": m.Skipped, "refused": m.Refused,
		}))
		if err != nil {
			return err
		}
		return s.importChanged(ctx, m)
	})
}

// PruneImports takes away the lines of imports that were finished long ago, and imports that nobody ever started with theirs.
// They are tables of people, which nobody should keep because they once passed here. Figures and contacts stay.
func (s *Service) PruneImports(ctx context.Context) error {
	before := s.Clock.Now().Add(-linesKept)
	old, err := s.store.oldImports(ctx, s.Every, before)
	if err != nil {
		return err
	}
	for _, m := range old {
		if err := s.DB.Tx(ctx, func(ctx context.Context) error {
			mine, err := s.store.pruned(ctx, m, s.Clock.Now())
			if err != nil || !mine { // it was started in this moment
				return err
			}
			return s.store.deleteLines(ctx, m)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) importChanged(ctx context.Context, m Import) error {
	return s.Feed.Publish(ctx, feed.Event{AccountID: m.AccountID, Type: feed.ImportChanged, Refs: feed.Refs{ObjectID: ids.Ptr(m.ID)}})
}

// importLine does one line. What is wrong with it is kept with it; the error is the database's.
func (s *Service) importLine(ctx context.Context, m Import, line ImportLine, form templates.Form) error {
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		waits, err := s.store.lockLine(ctx, line)
		if err != nil || !waits { // somebody else has done it
			return err
		}
		state, id, err := s.effect(ctx, m, line, form)
		if err != nil {
			return err
		}
		line.State, line.ContactID = state, id
		if err := s.store.settleLine(ctx, line); err != nil {
			return err
		}
		fault.Point("import.before_commit")
		return nil
	})
	fault.Point("import.after_line")
	refused := problemsOf(err)
	if refused == nil {
		return err
	}
	line.State, line.Problems = "refused", refused
	return s.DB.Retry(ctx, func(ctx context.Context) error { return s.store.settleLine(ctx, line) })
}

func problemsOf(err error) []errs.Problem {
	kind := errs.KindOf(err)
	if err == nil || kind == errs.Internal || kind == errs.Unavailable {
		return nil
	}
	e := asError(err)
	if len(e.Problems) > 0 {
		return e.Problems
	}
	return []errs.Problem{{Code: e.Code, Params: e.Params}}
}

// effect makes or changes the contact of a line, in the context's transaction.
func (s *Service) effect(ctx context.Context, m Import, line ImportLine, form templates.Form) (string, *ids.ID, error) {
	a, err := s.Accounts.Get(ctx, m.AccountID)
	if err != nil {
		return "", nil, err
	}
	row, err := readRow(m, line, form, a.Country)
	if err != nil {
		return "", nil, err
	}
	found, err := s.Find(ctx, Sought{AccountID: m.AccountID, Draft: templates.ContactDraft{Email: first(row.emails), Phone: first(row.phones)}})
	if err != nil {
		return "", nil, err
	}
	by := m.actor()
	if row.company != "" && (found.Contact.ID == ids.Nil || m.Existing != Skip) {
		if row.draft.Company, err = s.companyNamed(ctx, by, row.company); err != nil {
			return "", nil, err
		}
	}
	if found.Contact.ID == ids.Nil {
		c, err := s.Create(ctx, by, row.forNew())
		return "created", ids.Ptr(c.ID), err
	}
	if m.Existing == Skip {
		return "skipped", ids.Ptr(found.Contact.ID), nil
	}
	d := row.forExisting(found.Contact, m.Existing == Overwrite)
	_, err = s.Update(ctx, by, found.Contact.ID, d)
	return "updated", ids.Ptr(found.Contact.ID), err
}

// companyNamed finds a company by its name, or makes it.
func (s *Service) companyNamed(ctx context.Context, by account.Actor, name string) (*ids.ID, error) {
	id, err := s.store.company(ctx, by.AccountID, SearchName(name))
	if err != nil || id != nil {
		return id, err
	}
	kind := "company"
	c, err := s.Create(ctx, by, Draft{Name: &name, Kind: &kind})
	return ids.Ptr(c.ID), err
}
