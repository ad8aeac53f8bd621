package account

import (
	"context"

	"kontor/domain/storage"
)

// insertTerms writes an acceptance; false when there is one.
func (s *Service) insertTerms(ctx context.Context, t Terms) (bool, error) {
	written, err := storage.InsertMany(ctx, s.db, []Terms{t})
	return err == nil && written[0], err
}

func (s *Service) terms(ctx context.Context, id ID, version string) (*Terms, error) {
	var rows []Terms
	err := s.db.Of(ctx, id).Where("version = ?", version).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, storage.Translate(err)
	}
	return &rows[0], nil
}
