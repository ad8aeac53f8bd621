package staff

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/mail"
	"kontor/domain/secret"
	"kontor/domain/storage"
)

// Ender ends everything a staff member has signed in with, in the context's transaction.
type Ender interface {
	// EndAll ends sessions and tokens in the account.
	EndAll(ctx context.Context, id account.ID, staffID ids.ID) error
	// EndLogin ends the sessions of a login in all accounts, except one.
	EndLogin(ctx context.Context, loginID, except ids.ID) error
}

// Deps are what the service needs.
type Deps struct {
	DB       *storage.DB
	Clock    clock.Clock
	Log      *audit.Log
	Feed     *feed.Feed
	Accounts *account.Service
	Sessions Ender
	Hashing  Hashing // DefaultHashing when zero
	Box      *secret.Box
	Mail     Mailer
	// Link makes the public address of a path of ours.
	Link func(path string) string
}

// Mailer sends the system's mails, in the context's transaction.
type Mailer interface {
	// On tells whether mails can be sent at all.
	On() bool
	// Put queues a mail, to be tried for a while.
	Put(ctx context.Context, m mail.Mail, patience time.Duration) (ids.ID, error)
	// States returns what has become of mails.
	States(ctx context.Context, list []ids.ID) (map[ids.ID]mail.Mail, error)
}

// Service manages the people of accounts and checks their passwords.
type Service struct {
	Deps
	passwords *passwords
	throttle  *throttle
	asked     *throttle // for new passwords
}

// NewService returns the service.
func NewService(d Deps) *Service {
	if d.Hashing == (Hashing{}) {
		d.Hashing = DefaultHashing()
	}
	return &Service{
		Deps: d, passwords: newPasswords(d.Hashing), throttle: newThrottle(d.Clock, forLogin(), forAddress()),
		asked: newThrottle(d.Clock, forResets(), forResetsFrom()),
	}
}

// Founder returns the step that gives a new account its owner, who speaks the account's language unless New says another.
// The password is hashed here, before the account's transaction begins.
func (s *Service) Founder(ctx context.Context, n New) (account.Founding, error) {
	n.Role = account.Owner
	asAccount := n.Language == ""
	if asAccount {
		n.Language = account.Languages()[0]
	}
	owner, hash, err := s.prepare(ctx, ids.Nil, n, "")
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, a account.Account) error {
		if owner.AccountID = a.ID; asAccount {
			owner.Language = a.Language
		}
		return s.add(ctx, account.SystemActor(a.ID), &owner, hash, &owner.CreatedAt)
	}, nil
}

// Create adds a staff member to the actor's account. It takes an admin, and an owner to make an owner. An e-mail that has
// a login already, because its owner works in another account too, is only taken together with that login's password:
// else whoever made the login first could enter an account its address was later invited to.
func (s *Service) Create(ctx context.Context, who account.Actor, n New) (Staff, error) {
	if err := mayChange(who, Staff{}, Change{Role: &n.Role}); err != nil {
		return Staff{}, err
	}
	if n.Language == "" {
		a, err := s.Accounts.Get(ctx, who.AccountID)
		if err != nil {
			return Staff{}, err
		}
		n.Language = a.Language
	}
	added, hash, err := s.prepare(ctx, who.AccountID, n, who.IP)
	if err != nil {
		return Staff{}, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error { return s.add(ctx, who, &added, hash, nil) })
	return added, err
}

// prepare checks a new staff member and hashes the password, or compares it with that of the login which is there.
func (s *Service) prepare(ctx context.Context, id account.ID, n New, address string) (Staff, string, error) {
	added, err := begin(id, n, s.Clock.Now())
	if err != nil {
		return Staff{}, "", err
	}
	there, err := s.findLogin(ctx, added.Email)
	if err != nil {
		return Staff{}, "", err
	}
	if there.ID == ids.Nil {
		hash, err := s.passwords.hash(ctx, n.Password)
		return added, hash, err
	}
	if _, err := s.verify(ctx, added.Email, n.Password, address); err != nil {
		if errs.Is(err, badCredentials) {
			err = errs.New(errs.Conflict, "staff.email_taken")
		}
		return Staff{}, "", err
	}
	added.LoginID = there.ID
	return added, "", nil
}

// add writes a prepared staff member, and the login when there is none yet. proof says since when the e-mail is known to be
// theirs: the operator's word is good, an admin's is not.
func (s *Service) add(ctx context.Context, who account.Actor, added *Staff, hash string, proof *time.Time) error {
	if added.LoginID == ids.Nil {
		added.LoginID = ids.New()
		written, err := s.insertLogin(ctx, login{
			ID: added.LoginID, Email: added.Email, PasswordHash: hash, VerifiedAt: proof, CreatedAt: added.CreatedAt,
			UpdatedAt: added.CreatedAt,
		})
		if err != nil {
			return err
		}
		if !written {
			return errs.New(errs.Conflict, "staff.email_taken")
		}
	}
	written, err := s.insert(ctx, *added)
	if err != nil {
		return err
	}
	if !written {
		return errs.New(errs.Conflict, "staff.exists")
	}
	return s.record(ctx, who, "staff.added", added.ID, map[string]any{"email": added.Email, "role": added.Role})
}

// record writes what was done to a staff member to the audit log and the feed.
func (s *Service) record(ctx context.Context, who account.Actor, action string, id ids.ID, details map[string]any) error {
	if err := s.Log.Record(ctx, who.Entry(action, "staff", id, details)); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{AccountID: who.AccountID, Type: feed.StaffChanged, Refs: feed.Refs{StaffID: &id}})
}

// Get returns a staff member of the actor's account; NotFound when there is none.
func (s *Service) Get(ctx context.Context, who account.Actor, id ids.ID) (Staff, error) {
	return s.find(ctx, who.AccountID, id)
}

// List returns a page of the account's people by name, the disabled ones too.
func (s *Service) List(ctx context.Context, who account.Actor, p storage.Page) ([]Staff, string, error) {
	return s.list(ctx, who.AccountID, p)
}

// Update changes a staff member. Everybody may change their own name, language and availability; admins the others and
// who works here; owners also who is admin or owner. Conflict when the account would be left without an owner. Whoever is
// disabled is signed out everywhere at once.
func (s *Service) Update(ctx context.Context, who account.Actor, id ids.ID, c Change) (Staff, error) {
	var changed Staff
	err := s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Accounts.Lock(ctx, who.AccountID); err != nil {
			return err
		}
		found, err := s.find(ctx, who.AccountID, id)
		if err != nil {
			return err
		}
		if err := mayChange(who, found, c); err != nil {
			return err
		}
		wasOwner := found.isOwner()
		details, err := found.apply(c, s.Clock.Now())
		if changed = found; err != nil || len(details) == 0 {
			return err
		}
		if wasOwner && !found.isOwner() {
			if err := s.anotherOwner(ctx, found); err != nil {
				return err
			}
		}
		if err := s.save(ctx, found); err != nil {
			return err
		}
		if details["enabled"] == false {
			if err := s.Sessions.EndAll(ctx, found.AccountID, found.ID); err != nil {
				return err
			}
		}
		return s.record(ctx, who, "staff.changed", found.ID, details)
	})
	return changed, err
}

func (s *Service) anotherOwner(ctx context.Context, leaving Staff) error {
	n, err := s.countOwners(ctx, leaving.AccountID, leaving.ID)
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "staff.last_owner")
	}
	return err
}
