package reply

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) list(ctx context.Context, a account.ID, staff ids.ID, f Filter, p storage.Page) ([]Reply, string, error) {
	q := s.db.Of(ctx, a).Where("(shared OR staff_id = ?)", staff)
	if f.CategoryID != nil {
		q = q.Where("category_id = ?", *f.CategoryID)
	}
	if f.Query != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(f.Query)) + "%"
		q = q.Where(`(search_name LIKE ? ESCAPE '\')`, like)
	}
	o := storage.Order{Column: "used", Desc: true, Number: true}
	q, err := storage.Keyset(q, o, p)
	if err != nil {
		return nil, "", err
	}
	var rows []Reply
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, o, p, func(r Reply) (any, ids.ID) { return r.Used, r.ID })
	return rows, next, nil
}

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Reply, error) {
	var r Reply
	return r, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&r).Error, "saved_reply")
}

func (s store) count(ctx context.Context, a account.ID) (n int64, err error) {
	return n, storage.Translate(s.db.Of(ctx, a).Model(&Reply{}).Count(&n).Error)
}

func (s store) insert(ctx context.Context, r Reply) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Create(&r).Error)
}

func (s store) update(ctx context.Context, r Reply) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Model(&Reply{}).Where("id = ?", r.ID).
		Select("category_id", "name", "shortcut", "search_name", "shared", "text", "variants", "attachment_ids", "updated_at").
		UpdateColumns(&r).Error)
}

func (s store) delete(ctx context.Context, r Reply) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).Where("id = ?", r.ID).Delete(&Reply{}).Error)
}

func (s store) used(ctx context.Context, a account.ID, id ids.ID, now time.Time) error {
	return storage.Translate(s.db.Of(ctx, a).Model(&Reply{}).Where("id = ?", id).
		UpdateColumns(map[string]any{"used": gorm.Expr("used + 1"), "last_used_at": now}).Error)
}

func (s store) categories(ctx context.Context, a account.ID) ([]Category, error) {
	var rows []Category
	err := s.db.Of(ctx, a).Order("position, name, id").Limit(MaxCategories).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) category(ctx context.Context, a account.ID, id ids.ID) (Category, error) {
	var c Category
	return c, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&c).Error, "saved_reply_category")
}

// insertCategory refuses a name that is taken.
func (s store) insertCategory(ctx context.Context, c Category) error {
	written, err := storage.InsertMany(ctx, s.db, []Category{c})
	if err == nil && !written[0] {
		err = errs.New(errs.Conflict, "saved_reply.category_exists")
	}
	return err
}

func (s store) updateCategory(ctx context.Context, c Category) error {
	var others int64
	err := s.db.Of(ctx, c.AccountID).Model(&Category{}).Where("name = ? AND id <> ?", c.Name, c.ID).Count(&others).Error
	if err == nil && others > 0 {
		return errs.New(errs.Conflict, "saved_reply.category_exists")
	}
	if err == nil {
		err = s.db.Of(ctx, c.AccountID).Model(&Category{}).Where("id = ?", c.ID).Select("name", "position").UpdateColumns(&c).Error
	}
	return storage.Translate(err)
}

func (s store) deleteCategory(ctx context.Context, c Category) error {
	err := s.db.Of(ctx, c.AccountID).Model(&Reply{}).Where("category_id = ?", c.ID).
		UpdateColumns(map[string]any{"category_id": nil}).Error
	if err == nil {
		err = s.db.Of(ctx, c.AccountID).Where("id = ?", c.ID).Delete(&Category{}).Error
	}
	return storage.Translate(err)
}
