package staff

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/secret"
)

// badCredentials is the code for every way in which e-mail and password do not fit: unknown, wrong, disabled.
const badCredentials = "session.bad_credentials"

// Seat is a login's place in one account.
type Seat struct {
	AccountID   account.ID `json:"id"`
	AccountName string     `json:"name"`
	StaffID     ids.ID     `json:"-"`
	LoginID     ids.ID     `json:"-"`
	Name        string     `json:"-"`
	Language    string     `json:"-"`
}

// Credentials are what somebody signs in with. AccountID says which account they want to enter; Nil takes the one they
// have been in longest.
type Credentials struct {
	Email, Password string
	AccountID       account.ID
	IP              string
}

// Entry is how far somebody has come in: to a seat to open a session on, or, with a Challenge, to the second factor that
// is still to be given.
type Entry struct {
	Seat
	Challenge secret.Text
}

// SignIn checks credentials and returns the seat to open a session on, or the challenge to answer first. Unauthorized when
// they do not fit, TooMany when the login or the address has guessed too often. It opens no session.
func (s *Service) SignIn(ctx context.Context, c Credentials) (Entry, error) {
	email, wrong := cleanEmail(c.Email)
	if len(wrong) > 0 {
		email = "" // nobody; the work is done all the same
	}
	found, err := s.verify(ctx, email, c.Password, c.IP)
	if err != nil {
		return Entry{}, err
	}
	return s.enter(ctx, found, c.AccountID)
}

// enter takes somebody whose password was right to their seat, or to their second factor.
func (s *Service) enter(ctx context.Context, l login, to account.ID) (Entry, error) {
	seat, err := s.seatOf(ctx, l, to)
	if err != nil || l.TOTPSince == nil {
		return Entry{Seat: seat}, err
	}
	token, hash := secret.NewToken()
	return Entry{Challenge: token}, s.insertChallenge(ctx, challenge{
		TokenHash: hash, LoginID: l.ID, AccountID: ids.Ptr(to), ExpiresAt: s.Clock.Now().Add(challengeIs),
	})
}

func (s *Service) seatOf(ctx context.Context, l login, to account.ID) (Seat, error) {
	seats, err := s.seats(ctx, l.ID)
	if err != nil {
		return Seat{}, err
	}
	if len(seats) == 0 {
		return Seat{}, errs.New(errs.Unauthorized, badCredentials)
	}
	return choose(seats, to)
}

// The codes for a second factor that is wrong, and for a sign-in that has waited for it too long.
const (
	wrongCode = "session.wrong_code"
	noneAsked = "session.challenge_ended"
)

// SignInFurther ends a sign-in by its second factor, and returns the seat to open a session on. Unauthorized when the code
// is wrong, or the challenge has ended, was answered before, or was guessed at too often.
func (s *Service) SignInFurther(ctx context.Context, token secret.Text, code, address string) (Seat, error) {
	hash := secret.HashToken(token.Reveal())
	asked, err := s.tryChallenge(ctx, hash)
	if err != nil {
		return Seat{}, err
	}
	if asked == nil {
		return Seat{}, errs.New(errs.Unauthorized, noneAsked)
	}
	l, err := s.loginByID(ctx, asked.LoginID)
	if err != nil {
		return Seat{}, err
	}
	if l.TOTPSince != nil {
		right, err := s.factorFits(ctx, l, code, address)
		if err != nil {
			return Seat{}, err
		}
		if !right {
			return Seat{}, errs.New(errs.Unauthorized, wrongCode)
		}
	}
	first, err := s.endChallenge(ctx, hash)
	if err == nil && !first {
		err = errs.New(errs.Unauthorized, noneAsked)
	}
	if err != nil {
		return Seat{}, err
	}
	return s.seatOf(ctx, l, ids.Of(asked.AccountID))
}

// Seats returns the accounts in which the actor's login may work.
func (s *Service) Seats(ctx context.Context, who account.Actor) ([]Seat, error) {
	me, err := s.find(ctx, who.AccountID, who.StaffID)
	if err != nil {
		return nil, err
	}
	return s.seats(ctx, me.LoginID)
}

// SeatIn returns the seat of the actor's login in another account, to go there without signing in again.
func (s *Service) SeatIn(ctx context.Context, who account.Actor, id account.ID) (Seat, error) {
	seats, err := s.Seats(ctx, who)
	if err != nil {
		return Seat{}, err
	}
	return choose(seats, id)
}

func choose(seats []Seat, id account.ID) (Seat, error) {
	for _, seat := range seats {
		if id == ids.Nil || seat.AccountID == id {
			return seat, nil
		}
	}
	return Seat{}, errs.Missing("account")
}

// verify returns the login that e-mail and password fit. Guesses are slowed down, and a hash made with other work than
// asked for today is made anew.
func (s *Service) verify(ctx context.Context, email, password, address string) (login, error) {
	if err := s.throttle.admit(email, address); err != nil {
		return login{}, err
	}
	found, err := s.findLogin(ctx, email)
	if err != nil {
		return login{}, err
	}
	same, outdated, err := s.passwords.match(ctx, password, found.PasswordHash)
	if err != nil {
		return login{}, err
	}
	if !same {
		return login{}, errs.New(errs.Unauthorized, badCredentials)
	}
	s.throttle.succeeded(email, address)
	if outdated {
		hash, err := s.passwords.hash(ctx, password)
		if err != nil {
			return login{}, err
		}
		return found, s.savePassword(ctx, found.ID, hash)
	}
	return found, nil
}

// SetPassword changes the actor's own password, which is the same in all their accounts, and ends their other sessions
// everywhere. The present one must be given; TooMany when it was guessed too often.
func (s *Service) SetPassword(ctx context.Context, who account.Actor, present, next string) error {
	me, err := s.find(ctx, who.AccountID, who.StaffID)
	if err != nil {
		return err
	}
	if problems := checkPassword(next, me.Email); len(problems) > 0 {
		return errs.Input(problems...)
	}
	if _, err := s.verify(ctx, me.Email, present, who.IP); err != nil {
		if errs.Is(err, badCredentials) {
			err = errs.Input(errs.At("body.current_password", "staff.password_wrong"))
		}
		return err
	}
	hash, err := s.passwords.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.savePassword(ctx, me.LoginID, hash); err != nil {
			return err
		}
		if err := s.Sessions.EndLogin(ctx, me.LoginID, who.SessionID); err != nil {
			return err
		}
		return s.record(ctx, who, "staff.password_changed", me.ID, nil)
	})
}

// Find returns the staff member with an e-mail, for the command line. Without an account there must be just one.
func (s *Service) Find(ctx context.Context, email string, id account.ID) (Staff, error) {
	clean, problems := cleanEmail(email)
	if len(problems) > 0 {
		return Staff{}, errs.Input(problems...)
	}
	found, err := s.findLogin(ctx, clean)
	if err != nil {
		return Staff{}, err
	}
	seats, err := s.seats(ctx, found.ID)
	if err != nil {
		return Staff{}, err
	}
	if len(seats) == 0 {
		return Staff{}, errs.Missing("staff")
	}
	if len(seats) > 1 && id == ids.Nil {
		return Staff{}, errs.New(errs.Conflict, "staff.several_accounts")
	}
	seat, err := choose(seats, id)
	if err != nil {
		return Staff{}, err
	}
	return s.find(ctx, seat.AccountID, seat.StaffID)
}
