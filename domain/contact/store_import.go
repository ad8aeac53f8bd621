package contact

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) insertImport(ctx context.Context, m Import, lines []tableLine) error {
	if err := s.db.Of(ctx, m.AccountID).Create(&m).Error; err != nil {
		return storage.Translate(err)
	}
	rows := make([]ImportLine, len(lines))
	for i, l := range lines {
		rows[i] = ImportLine{AccountID: m.AccountID, ImportID: m.ID, Line: l.number, Cells: l.cells, State: "waiting"}
	}
	_, err := s.db.Exec(ctx, `INSERT INTO contact_import_lines (account_id, import_id, line, cells, state)
		SELECT account_id, import_id, line, cells, state FROM ? WHERE true`,
		storage.Rows(rows, "account_id", "import_id", "line", "cells", "state"))
	return err
}

func (s store) contactImport(ctx context.Context, a account.ID, id ids.ID) (Import, error) {
	var m Import
	return m, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&m).Error, "contact_import")
}

func (s store) imports(ctx context.Context, a account.ID, p storage.Page) ([]Import, string, error) {
	q, err := storage.Keyset(s.db.Of(ctx, a), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Import
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(m Import) (any, ids.ID) { return "", m.ID })
	return rows, next, nil
}

// updateImport writes what was decided of an import; false when it is in another state by now.
func (s store) updateImport(ctx context.Context, m Import, from ImportState) (bool, error) {
	q := s.db.Of(ctx, m.AccountID).Model(&Import{}).Where("id = ? AND state = ?", m.ID, from).
		Select("mapping", "existing", "state", "actor").Updates(&m)
	return q.RowsAffected > 0, storage.Translate(q.Error)
}

// finishImport notes that no line of an import waits any more.
func (s store) finishImport(ctx context.Context, m Import, now time.Time) error {
	_, err := s.db.Exec(ctx, `UPDATE contact_imports SET state = 'finished', finished_at = ? WHERE account_id = ? AND id = ?`,
		now, m.AccountID, m.ID)
	return err
}

func (s store) importLines(ctx context.Context, a account.ID, id ids.ID, state string, after int64, limit int) ([]ImportLine, error) {
	q := s.db.Of(ctx, a).Where("import_id = ? AND line > ?", id, after)
	if state != "" {
		q = q.Where("state = ?", state)
	}
	var rows []ImportLine
	return rows, storage.Translate(q.Order("line").Limit(limit).Find(&rows).Error)
}

// lockLine tells whether a line still waits, and keeps others from it until the transaction ends.
func (s store) lockLine(ctx context.Context, l ImportLine) (bool, error) {
	rows, err := storage.LockMany[ImportLine](ctx, s.db, []ImportLine{l}, "account_id", "import_id", "line")
	return len(rows) == 1 && rows[0].State == "waiting", err
}

// settleLine writes what became of a line, and counts it. One that was settled before changes nothing.
func (s store) settleLine(ctx context.Context, l ImportLine) error {
	n, err := storage.UpdateMany(ctx, s.db, []ImportLine{l}, storage.Update{
		Match: []string{"account_id", "import_id", "line"}, Set: []string{"state", "problems", "contact_id"}, Where: "t.state = 'waiting'",
	})
	if err != nil || n == 0 {
		return err
	}
	_, err = s.db.Exec(ctx, `UPDATE contact_imports SET `+l.State+` = `+l.State+` + 1 WHERE account_id = ? AND id = ?`, l.AccountID, l.ImportID)
	return err
}

// oldImports are those, in all accounts, whose lines are older than a time and still there; running ones are none.
func (s store) oldImports(ctx context.Context, every storage.Everywhere, before time.Time) ([]Import, error) {
	var rows []Import
	err := every.Select(ctx, &rows, `SELECT account_id, id, state FROM contact_imports WHERE pruned_at IS NULL AND created_at < ?
		AND (state = 'uploaded' OR finished_at < ?) ORDER BY created_at LIMIT 1000`, before, before)
	return rows, err
}

func (s store) deleteLines(ctx context.Context, m Import) error {
	_, err := s.db.Exec(ctx, `DELETE FROM contact_import_lines WHERE account_id = ? AND import_id = ?`, m.AccountID, m.ID)
	return err
}

// pruned notes that an import has no lines any more, unless it has begun to need them. One that was never started is nothing
// without them.
func (s store) pruned(ctx context.Context, m Import, now time.Time) (bool, error) {
	text, args := `UPDATE contact_imports SET pruned_at = ?`, []any{now}
	if m.State == Uploaded {
		text, args = `DELETE FROM contact_imports`, nil
	}
	n, err := s.db.Exec(ctx, text+` WHERE account_id = ? AND id = ? AND state = ?`, append(args, m.AccountID, m.ID, m.State)...)
	return n > 0, err
}

// company returns the oldest company of a name, or nil.
func (s store) company(ctx context.Context, a account.ID, name string) (*ids.ID, error) {
	var rows []Contact
	err := s.db.Of(ctx, a).Where("search_name = ? AND kind = 'company' AND merged_into IS NULL AND erased_at IS NULL", name).
		Order("id").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, storage.Translate(err)
	}
	return &rows[0].ID, nil
}
