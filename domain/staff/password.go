package staff

import (
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"kontor/domain/errs"
)

// The bounds of a password, in characters. Nothing is demanded of its composition: length and not being well known count.
const (
	MinPassword = 10
	MaxPassword = 256
)

// Hashing is how much work it takes to hash a password with argon2id.
type Hashing struct {
	Memory      uint32 // KiB
	Iterations  uint32
	Parallelism uint8
}

// DefaultHashing is what OWASP's password storage cheat sheet asks for at least: 19 MiB, two passes, one lane.
func DefaultHashing() Hashing { return Hashing{Memory: 19 * 1024, Iterations: 2, Parallelism: 1} }

// hashesAtOnce bounds the memory and the cores that sign-ins can take together.
const hashesAtOnce = 4

// common are well-known passwords of at least MinPassword characters, one a line.
//
//go:embed common.txt
var common string //nolint:gochecknoglobals // an embedded file

// passwords hashes and compares, a few at a time.
type passwords struct {
	params *argon2id.Params
	slots  chan struct{}
	nobody string // the hash compared with when nobody has the e-mail
}

func newPasswords(h Hashing) *passwords {
	return &passwords{
		params: &argon2id.Params{
			Memory: h.Memory, Iterations: h.Iterations, Parallelism: h.Parallelism, SaltLength: 16, KeyLength: 32,
		},
		slots: make(chan struct{}, hashesAtOnce),
		// Takes the same work to compare with as a real hash, and no password leads to it.
		nobody: fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", h.Memory, h.Iterations, h.Parallelism,
			base64.RawStdEncoding.EncodeToString(make([]byte, 16)), base64.RawStdEncoding.EncodeToString(make([]byte, 32))),
	}
}

// checkPassword returns the problems of a new password; email is whose it is to be.
func checkPassword(password, email string) []errs.Problem {
	const location = "body.password"
	n := utf8.RuneCountInString(password)
	switch {
	case n < MinPassword:
		return []errs.Problem{errs.At(location, "staff.password_short", "min", MinPassword)}
	case n > MaxPassword:
		return []errs.Problem{errs.At(location, "staff.password_long", "max", MaxPassword)}
	case strings.EqualFold(password, email) || isCommon(password):
		return []errs.Problem{errs.At(location, "staff.password_common")}
	}
	return nil
}

func isCommon(password string) bool {
	_, found := slices.BinarySearch(strings.Fields(common), strings.ToLower(password))
	return found
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	release, err := p.slot(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return argon2id.CreateHash(password, p.params)
}

// match compares a password with a hash, and tells whether the hash was made with less or more work than is asked for
// today. An empty hash means that there is nobody: it takes as long, and never matches.
func (p *passwords) match(ctx context.Context, password, hash string) (same, outdated bool, err error) {
	if utf8.RuneCountInString(password) > MaxPassword {
		return false, false, nil
	}
	release, err := p.slot(ctx)
	if err != nil {
		return false, false, err
	}
	defer release()
	if hash == "" {
		_, _, err = argon2id.CheckHash(password, p.nobody)
		return false, false, err
	}
	same, used, err := argon2id.CheckHash(password, hash)
	if err != nil {
		return false, false, fmt.Errorf("compare a password: %w", err)
	}
	return same, *used != *p.params, nil
}

func (p *passwords) slot(ctx context.Context) (release func(), err error) {
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
