package account

import (
	"context"
	"time"

	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// TermsVersion is the version of the terms of connecting that holds now. Other terms get another version, and every account
// is asked anew. Their words are in the catalogues under terms.text.
const TermsVersion = "2026-11"

// Terms is that an account has accepted the terms of connecting channels by a platform's login.
type Terms struct {
	AccountID  ID     `gorm:"primaryKey"`
	Version    string `gorm:"primaryKey"`
	StaffID    *ids.ID
	StaffName  string
	AcceptedAt time.Time
}

// TableName names the table.
func (Terms) TableName() string { return "account_terms" }

// AcceptedTerms returns that the account has accepted the terms that hold now, or nil.
func (s *Service) AcceptedTerms(ctx context.Context, id ID) (*Terms, error) {
	return s.terms(ctx, id, TermsVersion)
}

// RequireTerms returns a Conflict error unless the account has accepted the terms that hold now.
func (s *Service) RequireTerms(ctx context.Context, id ID) error {
	t, err := s.AcceptedTerms(ctx, id)
	if err == nil && t == nil {
		err = errs.New(errs.Conflict, "terms.not_accepted", "version", TermsVersion)
	}
	return err
}

// AcceptTerms accepts the terms for the whole account, once: who did first, did. It takes an admin, who has read the version
// that holds.
func (s *Service) AcceptTerms(ctx context.Context, who Actor, version string) (Terms, error) {
	if err := who.Require(Admin); err != nil {
		return Terms{}, err
	}
	if version != TermsVersion {
		return Terms{}, errs.Input(errs.At("body.version", "terms.version", "version", TermsVersion))
	}
	mine := Terms{
		AccountID: who.AccountID, Version: version, StaffID: ids.Ptr(who.StaffID), StaffName: who.Name, AcceptedAt: s.clock.Now(),
	}
	err := s.db.Tx(ctx, func(ctx context.Context) error {
		first, err := s.insertTerms(ctx, mine)
		if err != nil || !first {
			return err
		}
		entry := who.Entry("account.terms_accepted", "account", who.AccountID, map[string]any{"version": version})
		if err := s.log.Record(ctx, entry); err != nil {
			return err
		}
		return s.feed.Publish(ctx, feed.Event{AccountID: who.AccountID, Type: Changed})
	})
	if err != nil {
		return Terms{}, err
	}
	t, err := s.terms(ctx, who.AccountID, version)
	if err != nil || t == nil {
		return mine, err
	}
	return *t, nil
}
