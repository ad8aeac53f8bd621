package task

import (
	"context"

	"gorm.io/gorm/clause"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) views(ctx context.Context, a account.ID, staff ids.ID) ([]View, error) {
	var rows []View
	err := s.db.Of(ctx, a).Where("shared OR staff_id = ?", staff).Order("position, name, id").Limit(5 * MaxViews).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) view(ctx context.Context, a account.ID, id ids.ID) (View, error) {
	var v View
	return v, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&v).Error, "view")
}

func (s store) countViews(ctx context.Context, a account.ID, staff ids.ID) (int64, error) {
	var n int64
	return n, storage.Translate(s.db.Of(ctx, a).Model(&View{}).Where("staff_id = ?", staff).Count(&n).Error)
}

func (s store) insertView(ctx context.Context, v View) error {
	return storage.Translate(s.db.Of(ctx, v.AccountID).Create(&v).Error)
}

func (s store) updateView(ctx context.Context, v View) error {
	return storage.Translate(s.db.Of(ctx, v.AccountID).Model(&View{}).Where("id = ?", v.ID).
		Select("name", "shared", "filter", "position", "updated_at").UpdateColumns(&v).Error)
}

func (s store) deleteView(ctx context.Context, v View) error {
	return storage.Translate(s.db.Of(ctx, v.AccountID).Where("id = ?", v.ID).Delete(&View{}).Error)
}

// viewOrder returns the order that somebody gave their views; an empty one when they gave none.
func (s store) viewOrder(ctx context.Context, a account.ID, staff ids.ID) (ViewOrder, error) {
	var rows []ViewOrder
	err := s.db.Of(ctx, a).Where("staff_id = ?", staff).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return ViewOrder{}, storage.Translate(err)
	}
	return rows[0], nil
}

func (s store) putViewOrder(ctx context.Context, o ViewOrder) error {
	return storage.Translate(s.db.Of(ctx, o.AccountID).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "staff_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"view_ids", "updated_at"}),
	}).Create(&o).Error)
}
