package session

import (
	"context"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// holder is what one look-up tells about a caller.
type holder struct {
	AccountID  account.ID
	ID         ids.ID // of the session or token
	StaffID    ids.ID
	Kind       account.ActorKind
	Role       account.Role
	Name       string
	Language   string
	LastUsedAt *time.Time
	MustEnrol  bool
	SSO        bool
	OwnAccess  bool
}

func (h holder) actor() account.Actor {
	return account.Actor{
		AccountID: h.AccountID, Kind: h.Kind, StaffID: h.StaffID, Role: h.Role, Name: h.Name, Language: h.Language,
		MustEnrol: h.MustEnrol, SSO: h.SSO, Narrowed: h.OwnAccess && !h.Role.AtLeast(account.Admin),
	}
}

// ofStaff joins whoever is behind a session or token, unless they are disabled.
const ofStaff = `JOIN staff AS s ON s.account_id = k.account_id AND s.id = k.staff_id AND s.disabled_at IS NULL`

func (s *Service) holderOfSession(ctx context.Context, key []byte) (account.Actor, error) {
	now := s.clock.Now()
	h, err := s.holder(ctx, `SELECT k.account_id, k.id, k.staff_id, 'staff' AS kind, s.role, s.name, s.language,
		k.last_used_at, (a.require_second_factor AND l.totp_since IS NULL AND k.method = ?) AS must_enrol, (k.method = ?) AS sso,
		a.own_access
		FROM sessions AS k `+ofStaff+` JOIN accounts AS a ON a.id = k.account_id JOIN logins AS l ON l.id = k.login_id
		WHERE k.token_hash = ? AND k.expires_at > ? AND k.last_used_at > ?`, Password, SSO, key, now, now.Add(-Idle))
	if err != nil {
		return account.Actor{}, err
	}
	s.touch(ctx, h, `UPDATE sessions SET last_used_at = ? WHERE token_hash = ? AND last_used_at <= ?`, key)
	who := h.actor()
	who.SessionID = h.ID
	return who, nil
}

func (s *Service) holderOfToken(ctx context.Context, key []byte) (account.Actor, error) {
	h, err := s.holder(ctx, `SELECT k.account_id, k.id, k.staff_id, k.acts_as AS kind, s.role, s.name, s.language,
		k.last_used_at, a.own_access FROM api_tokens AS k `+ofStaff+` JOIN accounts AS a ON a.id = k.account_id
		WHERE k.token_hash = ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)`, key, s.clock.Now())
	if err != nil {
		return account.Actor{}, err
	}
	s.touch(ctx, h, `UPDATE api_tokens SET last_used_at = ? WHERE token_hash = ?
		AND (last_used_at IS NULL OR last_used_at <= ?)`, key)
	who := h.actor()
	who.TokenID = h.ID
	return who, nil
}

func (s *Service) holder(ctx context.Context, text string, args ...any) (holder, error) {
	var found []holder
	if err := s.db.Select(ctx, &found, text, args...); err != nil {
		return holder{}, err
	}
	if len(found) == 0 {
		return holder{}, errs.New(errs.Unauthorized, "session.required")
	}
	return found[0], nil
}

// touch notes the use, now and then. A request does not fail because that could not be written.
func (s *Service) touch(ctx context.Context, h holder, text string, key []byte) {
	now := s.clock.Now()
	if h.LastUsedAt == nil || now.Sub(*h.LastUsedAt) >= touched {
		_, _ = s.db.Exec(ctx, text, now, key, now.Add(-touched))
	}
}

func (s *Service) insertSession(ctx context.Context, row Session) error {
	_, err := storage.InsertMany(ctx, s.db, []Session{row})
	return err
}

// own narrows a query on an unscoped table to the actor's account, and to their own rows.
func own(q *gorm.DB, who account.Actor) *gorm.DB {
	return q.Where("account_id = ? AND staff_id = ?", who.AccountID, who.StaffID)
}

func (s *Service) listSessions(ctx context.Context, who account.Actor, p storage.Page) ([]Session, string, error) {
	now := s.clock.Now()
	q := own(s.db.Unscoped(ctx), who).Where("expires_at > ? AND last_used_at > ?", now, now.Add(-Idle))
	q, err := storage.Keyset(q, storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	rows := []Session{}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(r Session) (any, ids.ID) { return "", r.ID })
	return rows, next, nil
}

func (s *Service) deleteSession(ctx context.Context, who account.Actor, id ids.ID) (bool, error) {
	q := own(s.db.Unscoped(ctx), who).Where("id = ?", id).Delete(&Session{})
	return q.RowsAffected > 0, storage.Translate(q.Error)
}

func (s *Service) deleteOthers(ctx context.Context, who account.Actor) (int64, error) {
	q := own(s.db.Unscoped(ctx), who).Where("id <> ?", who.SessionID).Delete(&Session{})
	return q.RowsAffected, storage.Translate(q.Error)
}

func (s *Service) endStaff(ctx context.Context, id account.ID, staffID ids.ID) error {
	_, err := s.db.Exec(ctx, `DELETE FROM sessions WHERE account_id = ? AND staff_id = ?`, id, staffID)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, `UPDATE api_tokens SET revoked_at = ? WHERE account_id = ? AND staff_id = ?
		AND revoked_at IS NULL`, s.clock.Now(), id, staffID)
	return err
}

func (s *Service) endLogin(ctx context.Context, loginID, except ids.ID) error {
	_, err := s.db.Exec(ctx, `DELETE FROM sessions WHERE login_id = ? AND id <> ?`, loginID, except)
	return err
}

func (s *Service) deleteEnded(ctx context.Context) error {
	now := s.clock.Now()
	_, err := s.db.Exec(ctx, `DELETE FROM sessions WHERE expires_at <= ? OR last_used_at <= ?`, now, now.Add(-Idle))
	return err
}

func (s *Service) insertToken(ctx context.Context, row Token) error {
	_, err := storage.InsertMany(ctx, s.db, []Token{row})
	return err
}

// tokens is a query on the tokens that the actor may see and revoke.
func (s *Service) tokens(ctx context.Context, who account.Actor) *gorm.DB {
	if who.Role.AtLeast(account.Admin) {
		return s.db.Unscoped(ctx).Where("account_id = ?", who.AccountID)
	}
	return own(s.db.Unscoped(ctx), who)
}

func (s *Service) listTokens(ctx context.Context, who account.Actor, p storage.Page) ([]Token, string, error) {
	q, err := storage.Keyset(s.tokens(ctx, who), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	rows := []Token{}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(r Token) (any, ids.ID) { return "", r.ID })
	return rows, next, nil
}

func (s *Service) revoke(ctx context.Context, who account.Actor, id ids.ID) (Token, error) {
	var found []Token
	err := s.tokens(ctx, who).Where("id = ? AND revoked_at IS NULL", id).Find(&found).Error
	if err != nil {
		return Token{}, storage.Translate(err)
	}
	if len(found) == 0 {
		return Token{}, errs.Missing("token")
	}
	err = s.db.Unscoped(ctx).Model(&Token{}).Where("account_id = ? AND id = ?", who.AccountID, id).
		Update("revoked_at", s.clock.Now()).Error
	return found[0], storage.Translate(err)
}
