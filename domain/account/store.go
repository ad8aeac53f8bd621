package account

import (
	"context"
	"errors"

	"gorm.io/gorm/clause"

	"kontor/domain/errs"
	"kontor/domain/storage"
)

func (s *Service) insert(ctx context.Context, a Account) error {
	_, err := storage.InsertMany(ctx, s.db, []Account{a})
	return err
}

func (s *Service) find(ctx context.Context, id ID) (Account, error) {
	var a Account
	err := storage.Translate(s.db.Unscoped(ctx).Where("id = ?", id).Take(&a).Error)
	if errors.Is(err, storage.ErrNotFound) {
		err = errs.Missing("account")
	}
	return a, err
}

func (s *Service) save(ctx context.Context, a Account) error {
	err := s.db.Unscoped(ctx).Model(&Account{}).Where("id = ?", a.ID).
		Select("name", "language", "time_zone", "country", "enabled", "paused_kinds",
			"require_second_factor", "working_hours", "keep_bodies_days", "keep_events_days", "keep_files_days", "keep_attempts_days",
			"media", "brand_name", "brand_color").Updates(&a).Error
	return storage.Translate(err)
}

func (s *Service) saveLogo(ctx context.Context, a Account) error {
	err := s.db.Unscoped(ctx).Model(&Account{}).Where("id = ?", a.ID).Select("logo", "logo_type").Updates(&a).Error
	return storage.Translate(err)
}

// keeping returns the accounts that keep something for some days only.
func (s *Service) keeping(ctx context.Context) (rows []Account, err error) {
	err = s.db.Unscoped(ctx).Where("keep_bodies_days > 0 OR keep_events_days > 0 OR keep_files_days > 0 OR keep_attempts_days > 0").
		Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s *Service) ids(ctx context.Context) ([]ID, error) {
	var ids []ID
	err := s.db.Unscoped(ctx).Model(&Account{}).Order("id").Pluck("id", &ids).Error
	return ids, storage.Translate(err)
}

// lock locks the row; on SQLite, which writes one transaction at a time, it only reads.
func (s *Service) lock(ctx context.Context, id ID) (bool, error) {
	var locked []Account
	q := s.db.Unscoped(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Select("id").Where("id = ?", id).Find(&locked)
	return len(locked) > 0, storage.Translate(q.Error)
}

// lead locks the row by writing it without changing it.
func (s *Service) lead(ctx context.Context, id ID) (bool, error) {
	n, err := s.db.Exec(ctx, `UPDATE accounts SET id = id WHERE id = ?`, id)
	return n > 0, err
}

// NoteOwnAccess writes down whether any channel of the account has rights of its own.
func (s *Service) NoteOwnAccess(ctx context.Context, id ID, any bool) error {
	return storage.Translate(s.db.Unscoped(ctx).Model(&Account{}).Where("id = ?", id).Update("own_access", any).Error)
}

func (s *Service) byIDs(ctx context.Context, list []ID) ([]Account, error) {
	var rows []Account
	if len(list) == 0 {
		return rows, nil
	}
	err := s.db.Unscoped(ctx).Where("id IN ?", list).Find(&rows).Error
	return rows, storage.Translate(err)
}
