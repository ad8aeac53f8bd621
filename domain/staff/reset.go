package staff

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/mail"
	"kontor/domain/secret"
)

// ResetLasts is how long a link to a new password is good.
const ResetLasts = time.Hour

// RequestReset sends a link to a new password to an address, when it signs in here. Whether it does is looked up later, by
// whoever sends the mail: the answer, and the time it takes, tell nobody. TooMany when an address was asked for too often, or
// somebody asks too often.
func (s *Service) RequestReset(ctx context.Context, email, language, address string) error {
	email, problems := cleanEmail(email)
	if len(problems) > 0 {
		return errs.Input(problems...)
	}
	if err := s.asked.admit(email, address); err != nil {
		return err
	}
	if !s.Mail.On() {
		return nil
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		_, err := s.Mail.Put(ctx, mail.Mail{Type: mail.PasswordReset, Address: email, Language: language}, ResetLasts)
		return err
	})
}

// composeReset makes the link that a mail is to carry; nil when nobody signs in with the address.
func (s *Service) composeReset(ctx context.Context, m mail.Mail) (*mail.Content, error) {
	l, err := s.findLogin(ctx, m.Address)
	if err != nil || l.ID == ids.Nil {
		return nil, err
	}
	seats, err := s.seats(ctx, l.ID)
	if err != nil || len(seats) == 0 {
		return nil, err
	}
	look, err := s.lookFor(ctx, seats)
	if err != nil {
		return nil, err
	}
	link, err := s.newReset(ctx, l.ID, true)
	return &mail.Content{Params: map[string]any{"minutes": int(ResetLasts.Minutes())}, Link: link.Reveal(), Look: look}, err
}

// lookFor is the look of the account that somebody works in. Who works in several is told nothing of any of them.
func (s *Service) lookFor(ctx context.Context, seats []Seat) (mail.Look, error) {
	if len(seats) != 1 {
		return mail.Look{}, nil
	}
	a, err := s.Accounts.Get(ctx, seats[0].AccountID)
	return lookOf(a), err
}

func (s *Service) newReset(ctx context.Context, id ids.ID, byMail bool) (secret.Text, error) {
	token, hash := secret.NewToken()
	err := s.replaceReset(ctx, reset{TokenHash: hash, LoginID: id, ByMail: byMail, ExpiresAt: s.Clock.Now().Add(ResetLasts)})
	return secret.New(s.Link("/reset#" + token.Reveal())), err
}

// OfferReset sends a colleague a link to a new password, or returns it where no mail can be sent, for the actor to hand on. It
// takes an admin, an owner for an owner; nobody may do so to a login that other accounts rely on.
func (s *Service) OfferReset(ctx context.Context, who account.Actor, id ids.ID) (link secret.Text, err error) {
	colleague, err := s.dependent(ctx, who, id)
	if err != nil {
		return secret.Text{}, err
	}
	return link, s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.record(ctx, who, "staff.reset_offered", id, nil); err != nil {
			return err
		}
		if !s.Mail.On() {
			link, err = s.newReset(ctx, colleague.LoginID, false)
			return err
		}
		_, err := s.Mail.Put(ctx, mail.Mail{
			Type: mail.PasswordReset, Address: colleague.Email, Language: colleague.Language,
		}, ResetLasts)
		return err
	})
}

// Reset sets a new password by a link, once, and ends every session of the login. NotFound when the link has been used,
// replaced or has run out. Whoever comes by mail has shown that the address is theirs.
func (s *Service) Reset(ctx context.Context, token, password, address string) error {
	found, err := s.findReset(ctx, secret.HashToken(token))
	if err == nil && found == nil {
		err = errs.Missing("reset")
	}
	if err != nil {
		return err
	}
	l, err := s.loginByID(ctx, found.LoginID)
	if err != nil {
		return err
	}
	if problems := checkPassword(password, l.Email); len(problems) > 0 {
		return errs.Input(problems...)
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	seats, err := s.seats(ctx, l.ID)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		first, err := s.takeReset(ctx, found.TokenHash)
		if err == nil && !first {
			err = errs.Missing("reset")
		}
		if err != nil {
			return err
		}
		if err := s.savePassword(ctx, l.ID, hash); err != nil {
			return err
		}
		if found.ByMail {
			if err := s.proveAddress(ctx, l.ID); err != nil {
				return err
			}
		}
		if err := s.Sessions.EndLogin(ctx, l.ID, ids.Nil); err != nil {
			return err
		}
		for _, seat := range seats {
			who := account.Actor{
				AccountID: seat.AccountID, Kind: account.Staff, StaffID: seat.StaffID, Name: seat.Name, IP: address,
			}
			if err := s.record(ctx, who, "staff.password_reset", seat.StaffID, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// OperatorReset returns a link to a new password for whoever signs in with an address, on the operator's word.
func (s *Service) OperatorReset(ctx context.Context, email string) (link secret.Text, err error) {
	return link, s.onOperatorsWord(ctx, email, "staff.reset_offered", func(ctx context.Context, l login) error {
		link, err = s.newReset(ctx, l.ID, false)
		return err
	})
}

// OperatorRemoveFactor takes the second factor of whoever signs in with an address away, and signs them out, on the
// operator's word.
func (s *Service) OperatorRemoveFactor(ctx context.Context, email string) error {
	return s.onOperatorsWord(ctx, email, "second_factor.reset", func(ctx context.Context, l login) error {
		if err := s.removeFactor(ctx, l.ID); err != nil {
			return err
		}
		return s.Sessions.EndLogin(ctx, l.ID, ids.Nil)
	})
}

// onOperatorsWord does something to a login, and records it in every account that it works in.
func (s *Service) onOperatorsWord(
	ctx context.Context, email, action string, do func(ctx context.Context, l login) error,
) error {
	email, problems := cleanEmail(email)
	if len(problems) > 0 {
		return errs.Input(problems...)
	}
	l, err := s.findLogin(ctx, email)
	if err == nil && l.ID == ids.Nil {
		err = errs.Missing("staff")
	}
	if err != nil {
		return err
	}
	seats, err := s.seats(ctx, l.ID)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		for _, seat := range seats {
			if err := s.record(ctx, account.SystemActor(seat.AccountID), action, seat.StaffID, nil); err != nil {
				return err
			}
		}
		return do(ctx, l)
	})
}

// Prune removes what sign-ins have left behind and has run out.
func (s *Service) Prune(ctx context.Context) error { return s.endedBefore(ctx, s.Clock.Now()) }
