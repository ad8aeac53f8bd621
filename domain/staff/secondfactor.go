package staff

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
	"golang.org/x/crypto/argon2"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/secret"
)

// The second factor is a code that an app makes of a secret and the time (RFC 6238), in the form that every app knows.
const (
	totpStep    = 30 * time.Second
	totpSkew    = 1 // how many steps a phone's clock may be off
	totpSecret  = 20
	totpDigits  = 6
	codes       = 10 // how many recovery codes there are
	codeBytes   = 10 // of randomness in each; 16 characters
	codeIssuer  = "Kontor"
	challengeIs = 5 * time.Minute
	// challengeTries is how often one may guess the code of one sign-in; further sign-ins are slowed down as passwords are.
	challengeTries = 5
)

// Factor is what there is to know of somebody's second factor.
type Factor struct {
	Enabled       bool       `json:"enabled"`
	Since         *time.Time `json:"since"`
	RecoveryCodes int64      `json:"recovery_codes" doc:"how many are left"`
	// Password tells whether there is one: whoever only comes by single sign-on has none.
	Password bool `json:"password" doc:"whether the login has a password, which changes then take"`
}

// Enrolment is a second factor that is being set up.
type Enrolment struct {
	Secret string `json:"secret" doc:"to type in where no picture can be taken"`
	URI    string `json:"uri" doc:"what the picture says"`
}

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding) //nolint:gochecknoglobals // a constant

// SecondFactor tells how it is with the actor's second factor.
func (s *Service) SecondFactor(ctx context.Context, who account.Actor) (Factor, error) {
	l, err := s.loginOf(ctx, who)
	if err != nil {
		return Factor{}, err
	}
	left, err := s.countCodes(ctx, l.ID)
	return Factor{Enabled: l.TOTPSince != nil, Since: l.TOTPSince, RecoveryCodes: left, Password: l.PasswordHash != ""}, err
}

// BeginSecondFactor makes the secret of a second factor, which counts once a code of it was given. It takes the password,
// so that nobody locks somebody else out at a browser that was left open.
func (s *Service) BeginSecondFactor(ctx context.Context, who account.Actor, password string) (Enrolment, error) {
	l, err := s.loginOf(ctx, who)
	if err != nil {
		return Enrolment{}, err
	}
	if l.TOTPSince != nil {
		return Enrolment{}, errs.New(errs.Conflict, "second_factor.there")
	}
	if err := s.confirmPassword(ctx, who, l, password); err != nil {
		return Enrolment{}, err
	}
	raw := make([]byte, totpSecret)
	_, _ = rand.Read(raw) // never fails
	value := base32Plain.EncodeToString(raw)
	sealed, err := s.Box.Seal(secret.New(value), placeOf(l))
	if err != nil {
		return Enrolment{}, err
	}
	uri := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/" + codeIssuer + ":" + l.Email,
		RawQuery: url.Values{"secret": {value}, "issuer": {codeIssuer}}.Encode(),
	}
	return Enrolment{value, uri.String()}, s.changeLogin(ctx, l.ID, map[string]any{"totp_secret": sealed, "totp_step": 0})
}

// ConfirmSecondFactor makes the second factor count, by a code of it, and returns the recovery codes, which cannot be had
// again. Who has signed in elsewhere stays so, until they end it.
func (s *Service) ConfirmSecondFactor(ctx context.Context, who account.Actor, code string) ([]string, error) {
	l, err := s.loginOf(ctx, who)
	if err != nil {
		return nil, err
	}
	if len(l.TOTPSecret) == 0 || l.TOTPSince != nil {
		return nil, errs.New(errs.Conflict, "second_factor.not_begun")
	}
	if err := s.confirmCode(ctx, who, l, code); err != nil {
		return nil, err
	}
	values, hashes, err := s.newCodes(ctx, l)
	if err != nil {
		return nil, err
	}
	return values, s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.changeLogin(ctx, l.ID, map[string]any{"totp_since": s.Clock.Now()}); err != nil {
			return err
		}
		if err := s.replaceCodes(ctx, l.ID, hashes); err != nil {
			return err
		}
		return s.record(ctx, who, "second_factor.enabled", who.StaffID, nil)
	})
}

// RenewRecoveryCodes gives the actor other recovery codes. It takes password and code.
func (s *Service) RenewRecoveryCodes(ctx context.Context, who account.Actor, password, code string) ([]string, error) {
	l, err := s.proved(ctx, who, password, code)
	if err != nil {
		return nil, err
	}
	values, hashes, err := s.newCodes(ctx, l)
	if err != nil {
		return nil, err
	}
	return values, s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.replaceCodes(ctx, l.ID, hashes); err != nil {
			return err
		}
		return s.record(ctx, who, "second_factor.codes_renewed", who.StaffID, nil)
	})
}

// DisableSecondFactor takes the actor's second factor away. It takes password and code.
func (s *Service) DisableSecondFactor(ctx context.Context, who account.Actor, password, code string) error {
	l, err := s.proved(ctx, who, password, code)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.removeFactor(ctx, l.ID); err != nil {
			return err
		}
		return s.record(ctx, who, "second_factor.disabled", who.StaffID, nil)
	})
}

// ResetSecondFactor takes a colleague's second factor away, whose phone is lost with the codes, and signs them out. It takes
// an admin, an owner for an owner; nobody may do so to a login that other accounts rely on.
func (s *Service) ResetSecondFactor(ctx context.Context, who account.Actor, id ids.ID) error {
	colleague, err := s.dependent(ctx, who, id)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.removeFactor(ctx, colleague.LoginID); err != nil {
			return err
		}
		if err := s.Sessions.EndLogin(ctx, colleague.LoginID, who.SessionID); err != nil {
			return err
		}
		return s.record(ctx, who, "second_factor.reset", id, nil)
	})
}

// dependent returns a staff member whose way of signing in the actor may decide about: with the right role, and when the
// login works nowhere else.
func (s *Service) dependent(ctx context.Context, who account.Actor, id ids.ID) (Staff, error) {
	found, err := s.find(ctx, who.AccountID, id)
	if err != nil {
		return Staff{}, err
	}
	needed := account.Admin
	if found.Role == account.Owner {
		needed = account.Owner
	}
	if err := who.Require(needed); err != nil {
		return Staff{}, err
	}
	seats, err := s.allSeats(ctx, found.LoginID)
	if err == nil && seats > 1 {
		err = errs.New(errs.Conflict, "staff.works_elsewhere")
	}
	return found, err
}

func (s *Service) removeFactor(ctx context.Context, id ids.ID) error {
	if err := s.replaceCodes(ctx, id, nil); err != nil {
		return err
	}
	return s.changeLogin(ctx, id, map[string]any{"totp_secret": nil, "totp_since": nil, "totp_step": 0})
}

// proved returns the actor's login when password and code are right.
func (s *Service) proved(ctx context.Context, who account.Actor, password, code string) (login, error) {
	l, err := s.loginOf(ctx, who)
	if err != nil {
		return login{}, err
	}
	if l.TOTPSince == nil {
		return login{}, errs.New(errs.Conflict, "second_factor.none")
	}
	if err := s.confirmPassword(ctx, who, l, password); err != nil {
		return login{}, err
	}
	return l, s.confirmCode(ctx, who, l, code)
}

func (s *Service) loginOf(ctx context.Context, who account.Actor) (login, error) {
	me, err := s.find(ctx, who.AccountID, who.StaffID)
	if err != nil {
		return login{}, err
	}
	return s.loginByID(ctx, me.LoginID)
}

// confirmPassword checks the password of somebody who has signed in. A login without one has nothing to give.
func (s *Service) confirmPassword(ctx context.Context, who account.Actor, l login, password string) error {
	if l.PasswordHash == "" {
		return nil
	}
	_, err := s.verify(ctx, l.Email, password, who.IP)
	if errs.Is(err, badCredentials) {
		err = errs.Input(errs.At("body.password", "staff.password_wrong"))
	}
	return err
}

func (s *Service) confirmCode(ctx context.Context, who account.Actor, l login, code string) error {
	right, err := s.factorFits(ctx, l, code, who.IP)
	if err == nil && !right {
		err = errs.Input(errs.At("body.code", wrongCode))
	}
	return err
}

// factorFits tells whether a code is the login's, of the app or a recovery code. Each counts once; guesses are slowed down.
func (s *Service) factorFits(ctx context.Context, l login, code, address string) (bool, error) {
	guess := "second factor " + l.ID.String()
	if err := s.throttle.admit(guess, address); err != nil {
		return false, err
	}
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
	fits := s.appCodeFits
	if len(code) != totpDigits {
		fits = s.recoveryCodeFits
	}
	right, err := fits(ctx, l, code)
	if right {
		s.throttle.succeeded(guess, address)
	}
	return right, err
}

func (s *Service) appCodeFits(ctx context.Context, l login, code string) (bool, error) {
	value, err := s.Box.Open(l.TOTPSecret, placeOf(l))
	if err != nil {
		return false, err
	}
	now := s.Clock.Now().Unix() / int64(totpStep.Seconds())
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		right, err := hotp.GenerateCode(value.Reveal(), uint64(step))
		if err != nil {
			return false, fmt.Errorf("make a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(right), []byte(code)) == 1 {
			return s.useStep(ctx, l.ID, step)
		}
	}
	return false, nil
}

func (s *Service) recoveryCodeFits(ctx context.Context, l login, code string) (bool, error) {
	if raw, err := base32Plain.DecodeString(code); err != nil || len(raw) != codeBytes || l.TOTPSince == nil {
		return false, nil //nolint:nilerr // what is no code is a wrong one
	}
	hash, err := s.codeHash(ctx, l, code)
	if err != nil {
		return false, err
	}
	return s.useCode(ctx, l.ID, hash)
}

// newCodes makes recovery codes, as people read them and as they are stored.
func (s *Service) newCodes(ctx context.Context, l login) (values []string, hashes [][]byte, err error) {
	for range codes {
		raw := make([]byte, codeBytes)
		_, _ = rand.Read(raw) // never fails
		code := base32Plain.EncodeToString(raw)
		hash, err := s.codeHash(ctx, l, code)
		if err != nil {
			return nil, nil, err
		}
		values = append(values, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
		hashes = append(hashes, hash)
	}
	return values, hashes, nil
}

// codeHash is what is stored of a recovery code: as much work as a password, salted by its login so that it can be found.
func (s *Service) codeHash(ctx context.Context, l login, code string) ([]byte, error) {
	release, err := s.passwords.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	p := s.passwords.params
	return argon2.IDKey([]byte(code), l.ID[:], p.Iterations, p.Memory, p.Parallelism, p.KeyLength), nil
}

func placeOf(l login) secret.Place {
	return secret.Place{Table: "logins", Row: l.ID, Column: "totp_secret"}
}
