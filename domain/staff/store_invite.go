package staff

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s *Service) insertInvitation(ctx context.Context, i Invitation) (bool, error) {
	written, err := storage.InsertMany(ctx, s.DB, []Invitation{i})
	return err == nil && written[0], err
}

func (s *Service) findInvitation(ctx context.Context, id account.ID, invitation ids.ID) (i Invitation, err error) {
	err = s.DB.Unscoped(ctx).Where("account_id = ? AND id = ?", id, invitation).Take(&i).Error
	return i, storage.Found(err, "invitation")
}

func (s *Service) invitationByHash(ctx context.Context, hash []byte) (*Invitation, error) {
	var found []Invitation
	err := s.DB.Unscoped(ctx).Where("token_hash = ?", hash).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, storage.Translate(err)
	}
	return &found[0], nil
}

// invitationsOf returns the invitations of an address to all accounts that are still good.
func (s *Service) invitationsOf(ctx context.Context, email string) (found []Invitation, err error) {
	err = s.DB.Unscoped(ctx).Where("email = ? AND expires_at > ?", email, s.Clock.Now()).Order("id").Find(&found).Error
	return found, storage.Translate(err)
}

func (s *Service) listInvitations(ctx context.Context, id account.ID, p storage.Page) ([]Invitation, string, error) {
	q, err := storage.Keyset(s.DB.Unscoped(ctx).Where("account_id = ?", id), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	rows := []Invitation{}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(i Invitation) (any, ids.ID) { return "", i.ID })
	return rows, next, nil
}

func (s *Service) saveInvitation(ctx context.Context, i Invitation) error {
	err := s.DB.Unscoped(ctx).Model(&Invitation{}).Where("account_id = ? AND id = ?", i.AccountID, i.ID).
		Updates(map[string]any{"token_hash": i.TokenHash, "mail_id": i.MailID, "expires_at": i.ExpiresAt}).Error
	return storage.Translate(err)
}

// takeInvitation uses an invitation up; false when somebody else did.
func (s *Service) takeInvitation(ctx context.Context, hash []byte) (bool, error) {
	n, err := s.DB.Exec(ctx, `DELETE FROM invitations WHERE token_hash = ?`, hash)
	return n > 0, err
}

// worksIn tells whether an address is staff of an account, also as somebody disabled.
func (s *Service) worksIn(ctx context.Context, id account.ID, email string) (bool, error) {
	var found []Seat
	err := s.DB.Select(ctx, &found, `SELECT t.account_id FROM staff AS t JOIN logins AS l ON l.id = t.login_id
		WHERE t.account_id = ? AND l.email = ?`, id, email)
	return len(found) > 0, err
}

// reset is a link to a new password.
type reset struct {
	TokenHash []byte `gorm:"primaryKey"`
	LoginID   ids.ID
	ByMail    bool
	ExpiresAt time.Time
}

// TableName names the table.
func (reset) TableName() string { return "password_resets" }

// replaceReset makes a link, and takes the login's former one away.
func (s *Service) replaceReset(ctx context.Context, r reset) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.deleteReset(ctx, r.LoginID); err != nil {
			return err
		}
		_, err := storage.InsertMany(ctx, s.DB, []reset{r})
		return err
	})
}

func (s *Service) deleteReset(ctx context.Context, id ids.ID) error {
	_, err := s.DB.Exec(ctx, `DELETE FROM password_resets WHERE login_id = ?`, id)
	return err
}

func (s *Service) findReset(ctx context.Context, hash []byte) (*reset, error) {
	var found []reset
	err := s.DB.Unscoped(ctx).Where("token_hash = ? AND expires_at > ?", hash, s.Clock.Now()).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, storage.Translate(err)
	}
	return &found[0], nil
}

// takeReset uses a link up; false when somebody else did.
func (s *Service) takeReset(ctx context.Context, hash []byte) (bool, error) {
	n, err := s.DB.Exec(ctx, `DELETE FROM password_resets WHERE token_hash = ?`, hash)
	return n > 0, err
}

// proveAddress notes that a login's e-mail is its owner's.
func (s *Service) proveAddress(ctx context.Context, id ids.ID) error {
	_, err := s.DB.Exec(ctx, `UPDATE logins SET verified_at = ? WHERE id = ? AND verified_at IS NULL`, s.Clock.Now(), id)
	return err
}

// identity is whose login somebody at the provider of single sign-on is.
type identity struct {
	Issuer    string `gorm:"primaryKey"`
	Subject   string `gorm:"primaryKey"`
	LoginID   ids.ID
	CreatedAt time.Time
}

// TableName names the table.
func (identity) TableName() string { return "sso_identities" }

func (s *Service) findIdentity(ctx context.Context, issuer, subject string) (*identity, error) {
	var found []identity
	err := s.DB.Unscoped(ctx).Where("issuer = ? AND subject = ?", issuer, subject).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, storage.Translate(err)
	}
	return &found[0], nil
}

func (s *Service) insertIdentity(ctx context.Context, i identity) error {
	_, err := storage.InsertMany(ctx, s.DB, []identity{i})
	return err
}

// attempt is a single sign-on under way.
type attempt struct {
	StateHash   []byte `gorm:"primaryKey"`
	BrowserHash []byte
	ReturnTo    string
	ExpiresAt   time.Time
}

// TableName names the table.
func (attempt) TableName() string { return "sso_attempts" }

func (s *Service) insertAttempt(ctx context.Context, a attempt) error {
	_, err := storage.InsertMany(ctx, s.DB, []attempt{a})
	return err
}

// takeAttempt uses a single sign-on up and returns it; nil when there is none, or somebody else used it.
func (s *Service) takeAttempt(ctx context.Context, state []byte) (*attempt, error) {
	var found []attempt
	err := s.DB.Unscoped(ctx).Where("state_hash = ? AND expires_at > ?", state, s.Clock.Now()).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, storage.Translate(err)
	}
	n, err := s.DB.Exec(ctx, `DELETE FROM sso_attempts WHERE state_hash = ?`, state)
	if err != nil || n == 0 {
		return nil, err
	}
	return &found[0], nil
}
