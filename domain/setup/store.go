package setup

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/storage"
)

func (s *Service) closed(ctx context.Context) (bool, error) {
	var found []string
	err := s.db.Select(ctx, &found, `SELECT 'account' AS what FROM accounts WHERE id IN (SELECT id FROM accounts LIMIT 1)
		UNION ALL SELECT name FROM setup_marks WHERE name = ?`, done)
	return len(found) > 0, err
}

// mark writes a mark; false when it is there.
func (s *Service) mark(ctx context.Context, name string) (bool, error) {
	written, err := storage.InsertMany(ctx, s.db, []Mark{{name, s.clock.Now()}})
	return err == nil && written[0], err
}

func (s *Service) marked(ctx context.Context, name string) (bool, error) {
	var n int64
	err := s.db.Unscoped(ctx).Model(&Mark{}).Where("name = ?", name).Count(&n).Error
	return n > 0, storage.Translate(err)
}

func (s *Service) others(ctx context.Context, id account.ID) (n int64, err error) {
	err = s.db.Unscoped(ctx).Model(&account.Account{}).Where("id <> ?", id).Count(&n).Error
	return n, storage.Translate(err)
}

func (s *Service) forgetTokens(ctx context.Context) error {
	_, err := s.db.Exec(ctx, `DELETE FROM setup_marks WHERE name <> ?`, done)
	return err
}
