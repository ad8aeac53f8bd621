package staff

import (
	"context"
	"errors"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// login is who may sign in, in whichever accounts.
type login struct {
	ID           ids.ID `gorm:"primaryKey"`
	Email        string
	PasswordHash string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// TableName names the table.
func (login) TableName() string { return "logins" }

// findLogin returns the login with an e-mail, or the zero one when there is none.
func (s *Service) findLogin(ctx context.Context, email string) (login, error) {
	var l login
	err := storage.Translate(s.DB.Unscoped(ctx).Where("email = ?", email).Take(&l).Error)
	if errors.Is(err, storage.ErrNotFound) {
		return login{}, nil
	}
	return l, err
}

func (s *Service) insertLogin(ctx context.Context, l login) (bool, error) {
	written, err := storage.InsertMany(ctx, s.DB, []login{l})
	return err == nil && written[0], err
}

func (s *Service) savePassword(ctx context.Context, id ids.ID, hash string) error {
	err := s.DB.Unscoped(ctx).Model(&login{}).Where("id = ?", id).
		Updates(map[string]any{"password_hash": hash, "updated_at": s.Clock.Now()}).Error
	return storage.Translate(err)
}

// seats returns the accounts that a login may enter, the oldest first. It is the one look at staff before the account
// is known.
func (s *Service) seats(ctx context.Context, loginID ids.ID) ([]Seat, error) {
	seats := []Seat{}
	err := s.DB.Select(ctx, &seats, `SELECT t.account_id, a.name AS account_name, t.id AS staff_id, t.login_id, t.name,
		t.language FROM staff AS t JOIN accounts AS a ON a.id = t.account_id
		WHERE t.login_id = ? AND t.disabled_at IS NULL ORDER BY t.created_at, t.id`, loginID)
	return seats, err
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
		people[i].Enabled, loginIDs[i] = people[i].DisabledAt == nil, people[i].LoginID
	}
	var logins []login
	if err := s.DB.Unscoped(ctx).Select("id", "email").Where("id IN ?", loginIDs).Find(&logins).Error; err != nil {
		return storage.Translate(err)
	}
	emails := make(map[ids.ID]string, len(logins))
	for _, l := range logins {
		emails[l.ID] = l.Email
	}
	for i := range people {
		people[i].Email = emails[people[i].LoginID]
	}
	return nil
}

func (s *Service) save(ctx context.Context, m Staff) error {
	m.UpdatedAt = s.Clock.Now()
	err := s.DB.Of(ctx, m.AccountID).Model(&Staff{}).Where("id = ?", m.ID).
		Select("name", "language", "role", "available", "disabled_at", "updated_at").Updates(&m).Error
	return storage.Translate(err)
}

// countOwners counts those who may act as owners, one left out.
func (s *Service) countOwners(ctx context.Context, id account.ID, without ids.ID) (n int64, err error) {
	err = s.DB.Of(ctx, id).Model(&Staff{}).
		Where("role = ? AND disabled_at IS NULL AND id <> ?", account.Owner, without).Count(&n).Error
	return n, storage.Translate(err)
}
