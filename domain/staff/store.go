package staff

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// seats returns the accounts that a login may enter, the oldest first. It is the one look at staff before the account
// is known.
func (s *Service) seats(ctx context.Context, loginID ids.ID) ([]Seat, error) {
	seats := []Seat{}
	err := s.DB.Select(ctx, &seats, `SELECT t.account_id, a.name AS account_name, t.id AS staff_id, t.login_id, t.name,
		t.language FROM staff AS t JOIN accounts AS a ON a.id = t.account_id
		WHERE t.login_id = ? AND t.disabled_at IS NULL ORDER BY t.created_at, t.id`, loginID)
	return seats, err
}

// allSeats counts the accounts that a login belongs to, also those that it may not enter.
func (s *Service) allSeats(ctx context.Context, loginID ids.ID) (int, error) {
	var found []Seat
	err := s.DB.Select(ctx, &found, `SELECT account_id FROM staff WHERE login_id = ?`, loginID)
	return len(found), err
}

func (s *Service) insert(ctx context.Context, added Staff) (bool, error) {
	written, err := storage.InsertMany(ctx, s.DB, []Staff{added})
	return err == nil && written[0], err
}

func (s *Service) find(ctx context.Context, id account.ID, staffID ids.ID) (Staff, error) {
	var found []Staff
	err := s.DB.Of(ctx, id).Where("id = ?", staffID).Find(&found).Error
	if err == nil && len(found) == 0 {
		return Staff{}, errs.Missing("staff")
	}
	if err != nil {
		return Staff{}, storage.Translate(err)
	}
	return found[0], s.complete(ctx, found)
}

func (s *Service) list(ctx context.Context, id account.ID, p storage.Page) ([]Staff, string, error) {
	order := storage.Order{Column: "name"}
	q, err := storage.Keyset(s.DB.Of(ctx, id), order, p)
	if err != nil {
		return nil, "", err
	}
	found := []Staff{}
	if err := q.Find(&found).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	found, next := storage.Cut(found, order, p, func(m Staff) (any, ids.ID) { return m.Name, m.ID })
	return found, next, s.complete(ctx, found)
}

// complete fills in what is not in the staff table.
func (s *Service) complete(ctx context.Context, people []Staff) error {
	loginIDs := make([]ids.ID, len(people))
	for i := range people {
		people[i].back(s.Clock.Now())
		people[i].Enabled, loginIDs[i] = people[i].DisabledAt == nil, people[i].LoginID
	}
	var logins []login
	if err := s.DB.Unscoped(ctx).Select("id", "email", "totp_since").Where("id IN ?", loginIDs).Find(&logins).Error; err != nil {
		return storage.Translate(err)
	}
	known := make(map[ids.ID]login, len(logins))
	for _, l := range logins {
		known[l.ID] = l
	}
	for i := range people {
		l := known[people[i].LoginID]
		people[i].Email, people[i].SecondFactor = l.Email, l.TOTPSince != nil
	}
	return nil
}

func (s *Service) save(ctx context.Context, m Staff) error {
	m.UpdatedAt = s.Clock.Now()
	err := s.DB.Of(ctx, m.AccountID).Model(&Staff{}).Where("id = ?", m.ID).
		Select("name", "language", "role", "available", "away_until", "working_hours", "disabled_at", "updated_at").Updates(&m).Error
	return storage.Translate(err)
}

// countOwners counts those who may act as owners, one left out.
func (s *Service) countOwners(ctx context.Context, id account.ID, without ids.ID) (n int64, err error) {
	err = s.DB.Of(ctx, id).Model(&Staff{}).
		Where("role = ? AND disabled_at IS NULL AND id <> ?", account.Owner, without).Count(&n).Error
	return n, storage.Translate(err)
}
