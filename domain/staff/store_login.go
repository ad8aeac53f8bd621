package staff

import (
	"context"
	"errors"
	"time"

	"kontor/domain/ids"
	"kontor/domain/storage"
)

// login is who may sign in, in whichever accounts.
type login struct {
	ID           ids.ID `gorm:"primaryKey"`
	Email        string
	PasswordHash string // empty for who only comes by single sign-on
	// TOTPSecret is the sealed secret of the second factor, TOTPSince since when it counts, TOTPStep the last used time step.
	TOTPSecret []byte     `gorm:"column:totp_secret"`
	TOTPSince  *time.Time `gorm:"column:totp_since"`
	TOTPStep   int64      `gorm:"column:totp_step"`
	VerifiedAt *time.Time // since when the e-mail is proved to be its owner's
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// TableName names the table.
func (login) TableName() string { return "logins" }

// findLogin returns the login with an e-mail, or the zero one when there is none.
func (s *Service) findLogin(ctx context.Context, email string) (login, error) {
	return s.takeLogin(ctx, "email = ?", email)
}

// loginByID returns a login, or the zero one when there is none.
func (s *Service) loginByID(ctx context.Context, id ids.ID) (login, error) {
	return s.takeLogin(ctx, "id = ?", id)
}

func (s *Service) takeLogin(ctx context.Context, where string, value any) (login, error) {
	var l login
	err := storage.Translate(s.DB.Unscoped(ctx).Where(where, value).Take(&l).Error)
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
	return s.changeLogin(ctx, id, map[string]any{"password_hash": hash})
}

func (s *Service) changeLogin(ctx context.Context, id ids.ID, columns map[string]any) error {
	columns["updated_at"] = s.Clock.Now()
	return storage.Translate(s.DB.Unscoped(ctx).Model(&login{}).Where("id = ?", id).Updates(columns).Error)
}

// useStep notes that a time step's code was used; false when it, or a later one, was used before.
func (s *Service) useStep(ctx context.Context, id ids.ID, step int64) (bool, error) {
	n, err := s.DB.Exec(ctx, `UPDATE logins SET totp_step = ? WHERE id = ? AND totp_step < ?`, step, id, step)
	return n > 0, err
}

// recoveryCode is one of a login's codes that stand in for its second factor.
type recoveryCode struct {
	LoginID  ids.ID `gorm:"primaryKey"`
	CodeHash []byte `gorm:"primaryKey"`
}

// TableName names the table.
func (recoveryCode) TableName() string { return "recovery_codes" }

// replaceCodes gives a login other recovery codes; none takes them away.
func (s *Service) replaceCodes(ctx context.Context, id ids.ID, hashes [][]byte) error {
	if _, err := s.DB.Exec(ctx, `DELETE FROM recovery_codes WHERE login_id = ?`, id); err != nil {
		return err
	}
	rows := make([]recoveryCode, len(hashes))
	for i, h := range hashes {
		rows[i] = recoveryCode{id, h}
	}
	_, err := storage.InsertMany(ctx, s.DB, rows)
	return err
}

// useCode takes a recovery code away; false when there is none like it.
func (s *Service) useCode(ctx context.Context, id ids.ID, hash []byte) (bool, error) {
	n, err := s.DB.Exec(ctx, `DELETE FROM recovery_codes WHERE login_id = ? AND code_hash = ?`, id, hash)
	return n > 0, err
}

func (s *Service) countCodes(ctx context.Context, id ids.ID) (n int64, err error) {
	err = s.DB.Unscoped(ctx).Model(&recoveryCode{}).Where("login_id = ?", id).Count(&n).Error
	return n, storage.Translate(err)
}

// challenge is a sign-in that waits for its second factor.
type challenge struct {
	TokenHash []byte `gorm:"primaryKey"`
	LoginID   ids.ID
	AccountID *ids.ID
	Attempts  int64
	ExpiresAt time.Time
}

// TableName names the table.
func (challenge) TableName() string { return "sign_in_challenges" }

func (s *Service) insertChallenge(ctx context.Context, c challenge) error {
	_, err := storage.InsertMany(ctx, s.DB, []challenge{c})
	return err
}

// tryChallenge counts a guess at a challenge and returns it; nil when it has ended, or was guessed at too often.
func (s *Service) tryChallenge(ctx context.Context, hash []byte) (*challenge, error) {
	n, err := s.DB.Exec(ctx, `UPDATE sign_in_challenges SET attempts = attempts + 1
		WHERE token_hash = ? AND attempts < ? AND expires_at > ?`, hash, challengeTries, s.Clock.Now())
	if err != nil || n == 0 {
		return nil, err
	}
	var found []challenge
	err = s.DB.Unscoped(ctx).Where("token_hash = ?", hash).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, storage.Translate(err)
	}
	return &found[0], nil
}

// endChallenge takes a challenge away; false when somebody else did.
func (s *Service) endChallenge(ctx context.Context, hash []byte) (bool, error) {
	n, err := s.DB.Exec(ctx, `DELETE FROM sign_in_challenges WHERE token_hash = ?`, hash)
	return n > 0, err
}

// endedBefore removes what has run out.
func (s *Service) endedBefore(ctx context.Context, at time.Time) error {
	for _, text := range []string{
		`DELETE FROM sign_in_challenges WHERE expires_at <= ?`,
		`DELETE FROM password_resets WHERE expires_at <= ?`,
		`DELETE FROM sso_attempts WHERE expires_at <= ?`,
	} {
		if _, err := s.DB.Exec(ctx, text, at); err != nil {
			return err
		}
	}
	return nil
}
