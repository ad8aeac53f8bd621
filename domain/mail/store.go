package mail

import (
	"context"
	"time"

	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s *Service) insert(ctx context.Context, m Mail) error {
	_, err := storage.InsertMany(ctx, s.Every.DB(), []Mail{m})
	return err
}

func (s *Service) find(ctx context.Context, list []ids.ID) (rows []Mail, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	err = s.Every.DB().Unscoped(ctx).Where("id IN ?", list).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s *Service) claim(ctx context.Context, limit int) ([]Mail, error) {
	now := s.Clock.Now()
	var got []Mail
	err := s.Every.DB().Retry(ctx, func(ctx context.Context) error {
		got = nil
		return s.Every.Claim(ctx, &got, storage.Claim{
			Table: "mails", Key: []string{"id"}, Set: "lease_until = ?", SetArgs: []any{now.Add(lease)},
			Guard: "@state = ? AND @due_at <= ? AND @lease_until <= ?", GuardArgs: []any{Queued, now, now},
			Order: "t.due_at", Limit: limit,
			Back: "id, type, address, language, account_id, subject_id, state, problem, attempts, due_at, lease_until, " +
				"give_up_at, created_at",
		})
	})
	return got, err
}

func (s *Service) save(ctx context.Context, m Mail) error {
	m.LeaseUntil = s.Clock.Now()
	err := s.Every.DB().Unscoped(ctx).Model(&Mail{}).Where("id = ?", m.ID).
		Select("state", "problem", "attempts", "due_at", "lease_until", "sent_at").Updates(&m).Error
	return storage.Translate(err)
}

func (s *Service) delete(ctx context.Context, m Mail) error {
	_, err := s.Every.Exec(ctx, `DELETE FROM mails WHERE id = ?`, m.ID)
	return err
}

func (s *Service) deleteBefore(ctx context.Context, at time.Time) error {
	_, err := s.Every.Exec(ctx, `DELETE FROM mails WHERE created_at < ?`, at)
	return err
}
