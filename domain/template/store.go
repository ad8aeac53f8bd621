package template

import (
	"context"
	"strconv"

	"gorm.io/gorm/clause"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) get(ctx context.Context, a account.ID, t Type, id ids.ID) (row, error) {
	var r row
	q := s.db.Of(ctx, a).Where("id = ? AND type = ?", id, t)
	return r, storage.Found(q.Take(&r).Error, "template")
}

// lock reads a template and keeps others from changing it until the transaction ends.
func (s store) lock(ctx context.Context, a account.ID, t Type, id ids.ID) (row, error) {
	var r row
	q := s.db.Of(ctx, a).Where("id = ? AND type = ? AND archived_at IS NULL", id, t).
		Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	return r, storage.Found(q.Take(&r).Error, "template")
}

func (s store) list(ctx context.Context, a account.ID, t Type, p storage.Page) ([]row, string, error) {
	q, err := storage.Keyset(s.db.Of(ctx, a).Where("type = ? AND archived_at IS NULL", t), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []row
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(r row) (any, ids.ID) { return "", r.ID })
	return rows, next, nil
}

// names reads no more of the templates than their names.
func (s store) names(ctx context.Context, a account.ID, t Type) ([]row, error) {
	var rows []row
	return rows, storage.Translate(s.db.Of(ctx, a).Select("id", "name").Where("type = ?", t).Find(&rows).Error)
}

func (s store) insert(ctx context.Context, r *row) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Create(r).Error)
}

func (s store) insertVersion(ctx context.Context, v *versionRow) error {
	return storage.Translate(s.db.Of(ctx, v.AccountID).Create(v).Error)
}

func (s store) update(ctx context.Context, r *row, columns ...string) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Model(&row{}).Where("id = ?", r.ID).
		Select(append(columns, "updated_at")).UpdateColumns(r).Error)
}

func (s store) standard(ctx context.Context, a account.ID, t Type) (row, error) {
	var r row
	return r, storage.Found(s.db.Of(ctx, a).Where("type = ? AND standard", t).Take(&r).Error, "template")
}

// ofPreset returns the templates made from a preset that are still there, the oldest first.
func (s store) ofPreset(ctx context.Context, a account.ID, key string) ([]row, error) {
	var rows []row
	err := s.db.Of(ctx, a).Where("preset = ? AND archived_at IS NULL", key).Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}

// versions returns a page of a template's versions. They are numbered, so that the cursor is a number.
func (s store) versions(ctx context.Context, a account.ID, id ids.ID, p storage.Page) ([]versionRow, string, error) {
	q := s.db.Of(ctx, a).Where("template_id = ?", id)
	if p.Cursor != "" {
		before, err := strconv.Atoi(p.Cursor)
		if err != nil {
			return nil, "", errs.Input(errs.At("query.cursor", "input.cursor"))
		}
		q = q.Where("version < ?", before)
	}
	var rows []versionRow
	if err := q.Order("version DESC").Limit(p.Size() + 1).Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	if len(rows) <= p.Size() {
		return rows, "", nil
	}
	rows = rows[:p.Size()]
	return rows, strconv.Itoa(rows[len(rows)-1].Version), nil
}

func (s store) version(ctx context.Context, a account.ID, id ids.ID, n int) (versionRow, error) {
	var v versionRow
	q := s.db.Of(ctx, a).Where("template_id = ? AND version = ?", id, n)
	return v, storage.Found(q.Take(&v).Error, "template_version")
}

func (s store) set(ctx context.Context, a account.ID, id ids.ID) (StatusSet, error) {
	var r StatusSet
	return r, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&r).Error, "status_set")
}

func (s store) lockSet(ctx context.Context, a account.ID, id ids.ID) (StatusSet, error) {
	var r StatusSet
	q := s.db.Of(ctx, a).Where("id = ?", id).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	return r, storage.Found(q.Take(&r).Error, "status_set")
}

func (s store) sets(ctx context.Context, a account.ID, p storage.Page) ([]StatusSet, string, error) {
	q, err := storage.Keyset(s.db.Of(ctx, a), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []StatusSet
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(r StatusSet) (any, ids.ID) { return "", r.ID })
	return rows, next, nil
}

func (s store) insertSet(ctx context.Context, r *StatusSet) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Create(r).Error)
}

func (s store) updateSet(ctx context.Context, r *StatusSet) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Model(&StatusSet{}).Where("id = ?", r.ID).
		Select("name", "statuses", "updated_at").UpdateColumns(r).Error)
}

func (s store) deleteSet(ctx context.Context, a account.ID, id ids.ID) error {
	return storage.Translate(s.db.Of(ctx, a).Where("id = ?", id).Delete(&StatusSet{}).Error)
}

// setUsers returns the templates that have the set, also deleted ones: their tasks may still be there.
func (s store) setUsers(ctx context.Context, a account.ID, id ids.ID) ([]row, error) {
	var rows []row
	q := s.db.Of(ctx, a).Select("account_id", "id", "type", "name", "archived_at").Where("status_set_id = ?", id)
	return rows, storage.Translate(q.Order("id").Find(&rows).Error)
}

// wanted is a template that a channel names; Nil means the standard one.
type wanted struct {
	AccountID account.ID
	ID        ids.ID
}

// TableName names the table.
func (wanted) TableName() string { return "templates" }

// named returns the templates of both types that channels name, the standard ones of their accounts, and those of a preset.
func (s store) named(ctx context.Context, list []wanted, preset string) ([]row, error) {
	var rows []row
	if len(list) == 0 {
		return rows, nil
	}
	err := s.db.Select(ctx, &rows, `SELECT DISTINCT t.account_id, t.id, t.type, t.preset, t.standard, t.version, t.status_set_id,
			t.archived_at
		FROM templates AS t JOIN ? ON t.account_id = v.account_id
			AND (t.id = v.id OR t.standard OR ? <> '' AND t.preset = ? AND t.archived_at IS NULL)`,
		storage.Rows(list, "account_id", "id"), preset, preset)
	return rows, err
}

// definitions returns the rows of templates with their definitions.
func (s store) definitions(ctx context.Context, list []wanted) ([]row, error) {
	return storage.SelectMany[row](ctx, s.db, list, "account_id", "id")
}

func (s store) setsByKeys(ctx context.Context, list []wanted) ([]StatusSet, error) {
	return storage.SelectMany[StatusSet](ctx, s.db, list, "account_id", "id")
}
