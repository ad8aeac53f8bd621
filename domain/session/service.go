package session

import (
	"context"
	"strings"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/secret"
	"kontor/domain/storage"
)

// Service opens, recognises and ends sessions and tokens.
type Service struct {
	db    *storage.DB
	clock clock.Clock
	log   *audit.Log
	feed  *feed.Feed
}

// NewService returns the service.
func NewService(db *storage.DB, c clock.Clock, log *audit.Log, f *feed.Feed) *Service {
	return &Service{db, c, log, f}
}

// Opening says for whom a session is opened, and from where.
type Opening struct {
	AccountID                account.ID
	StaffID, LoginID         ids.ID
	Name                     string
	Method                   Method // Password when empty
	IP, UserAgent, RequestID string
}

// Open opens a session and returns the value for the cookie, which is not stored. Each sign-in gets a new one.
func (s *Service) Open(ctx context.Context, o Opening) (secret.Text, Session, error) {
	now := s.clock.Now()
	value := random()
	if o.Method == "" {
		o.Method = Password
	}
	opened := Session{
		TokenHash: hash(value), AccountID: o.AccountID, ID: ids.New(), StaffID: o.StaffID, LoginID: o.LoginID,
		CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(Absolute), IP: o.IP, UserAgent: printable(o.UserAgent),
		Method: o.Method,
	}
	who := account.Actor{
		AccountID: o.AccountID, Kind: account.Staff, StaffID: o.StaffID, SessionID: opened.ID, Name: o.Name,
		IP: o.IP, RequestID: o.RequestID,
	}
	err := s.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.insertSession(ctx, opened); err != nil {
			return err
		}
		return s.log.Record(ctx, who.Entry("session.opened", "session", opened.ID, map[string]any{"method": o.Method}))
	})
	return secret.New(value), opened, err
}

// Authenticate returns who holds a token; Unauthorized when nobody does any more.
func (s *Service) Authenticate(ctx context.Context, token string) (account.Actor, error) {
	if !strings.HasPrefix(token, TokenPrefix) {
		return account.Actor{}, errs.New(errs.Unauthorized, "session.required")
	}
	return s.holderOfToken(ctx, hash(token))
}

// AuthenticateCookie returns who holds a session; Unauthorized when it has ended.
func (s *Service) AuthenticateCookie(ctx context.Context, value string) (account.Actor, error) {
	return s.holderOfSession(ctx, hash(value))
}

// List returns a page of the actor's own sessions that are still good, the newest first.
func (s *Service) List(ctx context.Context, who account.Actor, p storage.Page) ([]Session, string, error) {
	rows, next, err := s.listSessions(ctx, who, p)
	for i := range rows {
		rows[i].Current = rows[i].ID == who.SessionID
	}
	return rows, next, err
}

// Close ends one of the actor's own sessions; NotFound when there is none of that id.
func (s *Service) Close(ctx context.Context, who account.Actor, id ids.ID) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		found, err := s.deleteSession(ctx, who, id)
		if err != nil {
			return err
		}
		if !found {
			return errs.Missing("session")
		}
		return s.log.Record(ctx, who.Entry("session.closed", "session", id, nil))
	})
}

// CloseOthers ends the actor's own sessions in the account, except the one they act with.
func (s *Service) CloseOthers(ctx context.Context, who account.Actor) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		n, err := s.deleteOthers(ctx, who)
		if err != nil || n == 0 {
			return err
		}
		return s.log.Record(ctx, who.Entry("session.others_closed", "session", who.SessionID, map[string]any{"sessions": n}))
	})
}

// EndAll ends everything a staff member has signed in with: what disabling somebody means.
func (s *Service) EndAll(ctx context.Context, id account.ID, staffID ids.ID) error {
	return s.endStaff(ctx, id, staffID)
}

// EndLogin ends the sessions of a login in all accounts, except the one with the id: what a new password means.
func (s *Service) EndLogin(ctx context.Context, loginID, except ids.ID) error {
	return s.endLogin(ctx, loginID, except)
}

// CreateToken makes a token that acts for the actor, and returns its value, which is not stored and cannot be had again.
// It takes a person with a session: a token that made tokens would outlive being revoked.
func (s *Service) CreateToken(ctx context.Context, who account.Actor, n NewToken) (secret.Text, Token, error) {
	if !who.InPerson() {
		return secret.Text{}, Token{}, errs.New(errs.Forbidden, "token.in_person")
	}
	return s.IssueToken(ctx, who, who.StaffID, n)
}

// IssueToken makes a token for a staff member, on the operator's word.
func (s *Service) IssueToken(
	ctx context.Context, who account.Actor, staffID ids.ID, n NewToken,
) (secret.Text, Token, error) {
	t, value, err := n.begin(who.AccountID, staffID, s.clock.Now())
	if err != nil {
		return secret.Text{}, Token{}, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.insertToken(ctx, t); err != nil {
			return err
		}
		return s.recordToken(ctx, who, "token.created", t)
	})
	return secret.New(value), t, err
}

// ListTokens returns a page of tokens, the newest first: the actor's own, an admin's view holds everybody's.
func (s *Service) ListTokens(ctx context.Context, who account.Actor, p storage.Page) ([]Token, string, error) {
	return s.listTokens(ctx, who, p)
}

// RevokeToken ends a token at once: the actor's own, an admin anybody's. NotFound when there is none of that id, or it
// has been revoked before.
func (s *Service) RevokeToken(ctx context.Context, who account.Actor, id ids.ID) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		t, err := s.revoke(ctx, who, id)
		if err != nil {
			return err
		}
		return s.recordToken(ctx, who, "token.revoked", t)
	})
}

func (s *Service) recordToken(ctx context.Context, who account.Actor, action string, t Token) error {
	details := map[string]any{"name": t.Name, "prefix": t.Prefix, "acts_as": t.ActsAs, "staff_id": t.StaffID}
	if err := s.log.Record(ctx, who.Entry(action, "token", t.ID, details)); err != nil {
		return err
	}
	return s.feed.Publish(ctx, feed.Event{
		AccountID: who.AccountID, Type: feed.StaffChanged, Refs: feed.Refs{StaffID: &t.StaffID, ObjectID: &t.ID},
	})
}

// Prune removes sessions that have ended by themselves.
func (s *Service) Prune(ctx context.Context) error { return s.deleteEnded(ctx) }
