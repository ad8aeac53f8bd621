package account

import (
	"context"

	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/storage"
)

// Service founds accounts and changes their settings.
type Service struct {
	db    *storage.DB
	clock clock.Clock
	log   *audit.Log
	feed  *feed.Feed
	blobs Blobs
}

// NewService returns the service.
func NewService(db *storage.DB, c clock.Clock, log *audit.Log, f *feed.Feed) *Service {
	return &Service{db: db, clock: c, log: log, feed: f}
}

// Founding is a step of making an account, taken in its transaction: packages that give every account something to
// begin with (its owner, its standard templates) offer one.
type Founding func(ctx context.Context, a Account) error

// Create makes an account and takes the founding steps, all or nothing. Only the operator creates accounts.
func (s *Service) Create(ctx context.Context, n New, steps ...Founding) (Account, error) {
	a, err := begin(n, s.clock.Now())
	if err != nil {
		return Account{}, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.insert(ctx, a); err != nil {
			return err
		}
		for _, step := range steps {
			if err := step(ctx, a); err != nil {
				return err
			}
		}
		return s.log.Record(ctx, SystemActor(a.ID).Entry("account.created", "account", a.ID, map[string]any{"name": a.Name}))
	})
	if err != nil {
		return Account{}, err
	}
	return a, nil
}

// Get returns an account; NotFound when there is none.
func (s *Service) Get(ctx context.Context, id ID) (Account, error) { return s.find(ctx, id) }

// Update changes the settings of the actor's account. It takes an admin.
func (s *Service) Update(ctx context.Context, who Actor, c Change) (Account, error) {
	if err := who.Require(Admin); err != nil {
		return Account{}, err
	}
	var a Account
	err := s.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.Lock(ctx, who.AccountID); err != nil {
			return err
		}
		var err error
		if a, err = s.find(ctx, who.AccountID); err != nil {
			return err
		}
		changed, err := a.apply(c)
		if err != nil || len(changed) == 0 {
			return err
		}
		if err := s.save(ctx, a); err != nil {
			return err
		}
		if err := s.log.Record(ctx, who.Entry("account.changed", "account", a.ID, changed)); err != nil {
			return err
		}
		return s.feed.Publish(ctx, feed.Event{AccountID: a.ID, Type: Changed})
	})
	return a, err
}

// ByIDs returns accounts, those of them that exist.
func (s *Service) ByIDs(ctx context.Context, list []ID) (map[ID]Account, error) {
	rows, err := s.byIDs(ctx, list)
	found := make(map[ID]Account, len(rows))
	for _, a := range rows {
		found[a.ID] = a
	}
	return found, err
}

// IDs returns every account's id, for periodic jobs that go through all of them.
func (s *Service) IDs(ctx context.Context) ([]ID, error) { return s.ids(ctx) }

// Keeping returns the accounts that keep something for some days only.
func (s *Service) Keeping(ctx context.Context) ([]Account, error) { return s.keeping(ctx) }

// Lock makes the transactions that lock an account follow one another. Rules about several rows ("an account always
// has an owner") take it before they look.
func (s *Service) Lock(ctx context.Context, id ID) error {
	return there(s.lock(ctx, id))
}

// Lead is Lock at the beginning of a transaction that is not to be disturbed (storage.DB.RetryUndisturbed): when it had to
// wait for another that led, it begins anew and sees what that one did.
func (s *Service) Lead(ctx context.Context, id ID) error {
	return there(s.lead(ctx, id))
}

func there(found bool, err error) error {
	if err == nil && !found {
		err = errs.Missing("account")
	}
	return err
}
