package staff

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/secret"
)

// ssoLasts is how long people may take at the provider.
const ssoLasts = 10 * time.Minute

// SSOStart is a single sign-on that begins. Browser stays with the browser, in a cookie; the rest goes to the provider. Nonce
// and Verifier follow from Browser, so that none of it need be stored.
type SSOStart struct {
	State, Browser secret.Text
	Nonce          string
	Verifier       secret.Text
}

// SSOIdentity is who the provider says somebody is.
type SSOIdentity struct {
	Issuer, Subject string
	Email           string
	Verified        bool // the provider answers for the address
	Name            string
}

// SSOPolicy is what the operator allows: to make staff of everybody whom the provider knows.
type SSOPolicy struct{ Create bool }

// derived makes a value of the browser's that the provider, or the database, may see.
func derived(browser secret.Text, what string) string {
	mac := hmac.New(sha256.New, []byte(browser.Reveal()))
	_, _ = mac.Write([]byte(what)) // never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// BeginSSO begins a single sign-on that is to lead to a path of ours.
func (s *Service) BeginSSO(ctx context.Context, returnTo string) (SSOStart, error) {
	state, stateHash := secret.NewToken()
	browser, browserHash := secret.NewToken()
	err := s.insertAttempt(ctx, attempt{
		StateHash: stateHash, BrowserHash: browserHash, ReturnTo: returnTo, ExpiresAt: s.Clock.Now().Add(ssoLasts),
	})
	return SSOStart{State: state, Browser: browser, Nonce: derived(browser, "nonce"), Verifier: secret.New(derived(browser, "verifier"))}, err
}

// ResumeSSO takes up a single sign-on that comes back from the provider, once, in the browser where it began. It returns what
// BeginSSO did, and the path to go to.
func (s *Service) ResumeSSO(ctx context.Context, state, browser string) (SSOStart, string, error) {
	a, err := s.takeAttempt(ctx, secret.HashToken(state))
	if err != nil {
		return SSOStart{}, "", err
	}
	if a == nil || subtle.ConstantTimeCompare(a.BrowserHash, secret.HashToken(browser)) != 1 {
		return SSOStart{}, "", errs.New(errs.Unauthorized, "sso.state")
	}
	b := secret.New(browser)
	return SSOStart{Browser: b, Nonce: derived(b, "nonce"), Verifier: secret.New(derived(b, "verifier"))}, a.ReturnTo, nil
}

// SignInBySSO returns the seat of somebody whom the provider has sent. At the first time they are known by their e-mail, which
// the provider must answer for, later by the provider's own name for them. Their invitations are accepted with it. No second
// factor is asked for: that is the provider's.
func (s *Service) SignInBySSO(ctx context.Context, who SSOIdentity, policy SSOPolicy, address string) (Seat, error) {
	known, err := s.findIdentity(ctx, who.Issuer, who.Subject)
	if err != nil {
		return Seat{}, err
	}
	if known == nil {
		if known, err = s.meet(ctx, who, policy, address); err != nil {
			return Seat{}, err
		}
	}
	l, err := s.loginByID(ctx, known.LoginID)
	if err != nil {
		return Seat{}, err
	}
	if who.Verified && sameAddress(l.Email, who.Email) {
		if err := s.joinInvited(ctx, &l, who, address); err != nil {
			return Seat{}, err
		}
	}
	seat, err := s.seatOf(ctx, l, ids.Nil)
	if errs.Is(err, badCredentials) {
		err = errs.New(errs.Unauthorized, "sso.unknown")
	}
	return seat, err
}

func sameAddress(ours, theirs string) bool {
	clean, problems := cleanEmail(theirs)
	return len(problems) == 0 && clean == ours
}

// meet finds the login of somebody who comes from the provider for the first time, or makes it when they were invited.
func (s *Service) meet(ctx context.Context, who SSOIdentity, policy SSOPolicy, address string) (*identity, error) {
	email, problems := cleanEmail(who.Email)
	if len(problems) > 0 || !who.Verified {
		return nil, errs.New(errs.Unauthorized, "sso.unverified")
	}
	l, err := s.findLogin(ctx, email)
	if err != nil {
		return nil, err
	}
	met := &identity{Issuer: who.Issuer, Subject: who.Subject, CreatedAt: s.Clock.Now()}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if l.ID == ids.Nil {
			l = login{Email: email}
			if err := s.joinInvited(ctx, &l, who, address); err != nil {
				return err
			}
		}
		if l.ID == ids.Nil && policy.Create {
			if err := s.joinOnly(ctx, &l, who, address); err != nil {
				return err
			}
		}
		if l.ID == ids.Nil {
			return errs.New(errs.Unauthorized, "sso.unknown")
		}
		met.LoginID = l.ID
		if err := s.insertIdentity(ctx, *met); err != nil {
			return err
		}
		return s.reclaim(ctx, l)
	})
	return met, err
}

// reclaim proves the address of a login. Somebody else may have made the login of an address that was not theirs, in the hope
// that its owner would come: until now nobody has proved it, so its password goes, its second factor, and its sessions.
func (s *Service) reclaim(ctx context.Context, l login) error {
	if l.VerifiedAt != nil {
		return nil
	}
	if err := s.removeFactor(ctx, l.ID); err != nil {
		return err
	}
	if err := s.Sessions.EndLogin(ctx, l.ID, ids.Nil); err != nil {
		return err
	}
	return s.changeLogin(ctx, l.ID, map[string]any{"password_hash": "", "verified_at": s.Clock.Now()})
}

// joinInvited accepts every invitation of an address that is proved.
func (s *Service) joinInvited(ctx context.Context, l *login, who SSOIdentity, address string) error {
	open, err := s.invitationsOf(ctx, l.Email)
	if err != nil {
		return err
	}
	for _, i := range open {
		there, err := s.worksIn(ctx, i.AccountID, l.Email)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		added := newcomer(i.AccountID, *l, who.Name, i.Role, i.Language, s.Clock.Now())
		if err := s.join(ctx, i, &added, "", true, address); err != nil {
			return err
		}
		if *l, err = s.loginByID(ctx, added.LoginID); err != nil {
			return err
		}
	}
	return nil
}

// joinOnly makes somebody a member of the installation's only account.
func (s *Service) joinOnly(ctx context.Context, l *login, who SSOIdentity, address string) error {
	all, err := s.Accounts.IDs(ctx)
	if err != nil || len(all) != 1 {
		return err
	}
	a, err := s.Accounts.Get(ctx, all[0])
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	added := newcomer(a.ID, *l, who.Name, account.Member, a.Language, now)
	by := account.Actor{AccountID: a.ID, Kind: account.Staff, StaffID: added.ID, Name: added.Name, IP: address}
	if err := s.add(ctx, by, &added, "", &now); err != nil {
		return err
	}
	*l, err = s.loginByID(ctx, added.LoginID)
	return err
}

// newcomer is a staff member who comes without a password.
func newcomer(id account.ID, l login, name string, role account.Role, language string, now time.Time) Staff {
	if clean, problems := account.Label("body.name", name); len(problems) == 0 {
		name = clean
	} else {
		name = l.Email
	}
	if _, problems := account.Label("body.name", name); len(problems) > 0 {
		name = name[:account.MaxLabel]
	}
	return Staff{
		AccountID: id, ID: ids.New(), LoginID: l.ID, Email: l.Email, Name: name, Role: role, Language: language,
		Available: true, Enabled: true, CreatedAt: now, UpdatedAt: now,
	}
}
