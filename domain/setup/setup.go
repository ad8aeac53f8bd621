// Package setup guards the making of an installation's first account in the browser: once, by whoever holds a token that
// the server printed, and never again. The account itself is made as every other.
//
// Start at Service.Open, then Service.Closing.
package setup

import (
	"context"
	"encoding/hex"
	"time"

	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/secret"
	"kontor/domain/storage"
)

// Mark is something that was done in setting up.
type Mark struct {
	Name string `gorm:"primaryKey"`
	At   time.Time
}

// TableName names the table.
func (Mark) TableName() string { return "setup_marks" }

// done is the mark that there is a first account.
const done = "done"

func tokenMark(token string) string { return "token:" + hex.EncodeToString(secret.HashToken(token)) }

// Service knows whether the installation waits for its first account.
type Service struct {
	db    *storage.DB
	clock clock.Clock
}

// New returns the service.
func New(db *storage.DB, c clock.Clock) *Service { return &Service{db, c} }

// Open tells whether the installation waits for its first account.
func (s *Service) Open(ctx context.Context) (bool, error) {
	closed, err := s.closed(ctx)
	return !closed, err
}

// NewToken makes a token by which the first account can be made. Every server of an installation may have one.
func (s *Service) NewToken(ctx context.Context) (secret.Text, error) {
	value, _ := secret.NewToken()
	_, err := s.mark(ctx, tokenMark(value.Reveal()))
	return value, err
}

// Closing returns the step that lets the account in making be the first one, and closes the setting up for ever. Of several
// at the same time one comes through: they meet at the mark. Trusted ones need no token.
func (s *Service) Closing(token string, trusted bool) account.Founding {
	return func(ctx context.Context, a account.Account) error {
		first, err := s.mark(ctx, done)
		if err != nil {
			return err
		}
		others, err := s.others(ctx, a.ID)
		if err != nil {
			return err
		}
		if !first || others > 0 {
			return errs.New(errs.Conflict, "setup.closed")
		}
		if !trusted {
			known, err := s.marked(ctx, tokenMark(token))
			if err != nil {
				return err
			}
			if !known {
				return errs.New(errs.Forbidden, "setup.token")
			}
		}
		return s.forgetTokens(ctx)
	}
}
