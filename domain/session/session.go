// Package session recognises whoever calls: browsers by a cookie, programs by a token. Both are random values of which
// only the hash is stored, and both are looked up together with the staff member behind them, so that a role that was
// taken away or a person who was disabled counts from the next request on.
//
// Passwords are checked by package staff; a session is opened for the seat it returns. Start at Service.Authenticate.
package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// How long sessions last.
const (
	Idle     = 14 * 24 * time.Hour // without being used
	Absolute = 60 * 24 * time.Hour // however much they are used
)

// touched is how exactly the last use is known: it is written at most this often.
const touched = 5 * time.Minute

// TokenPrefix begins every API token, so that people and secret scanners know one when they see it.
const TokenPrefix = "kt_"

// Method is how a session was signed in to.
type Method string

// The methods. Behind a single sign-on stands a provider, which asks for a second factor by its own rules.
const (
	Password Method = "password"
	SSO      Method = "sso"
)

// Session is a browser that has signed in.
type Session struct {
	TokenHash  []byte     `gorm:"primaryKey" json:"-"`
	AccountID  account.ID `json:"-"`
	ID         ids.ID     `json:"id"`
	StaffID    ids.ID     `json:"-"`
	LoginID    ids.ID     `json:"-"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt time.Time  `json:"last_used_at"`
	ExpiresAt  time.Time  `json:"expires_at"`
	IP         string     `json:"ip"`
	UserAgent  string     `json:"user_agent"`
	Method     Method     `json:"method" enum:"password,sso"`
	Current    bool       `gorm:"-" json:"current"`
}

// TableName names the table.
func (Session) TableName() string { return "sessions" }

// Token is a program's way in. It may do what its staff member may.
type Token struct {
	TokenHash  []byte            `gorm:"primaryKey" json:"-"`
	AccountID  account.ID        `json:"-"`
	ID         ids.ID            `json:"id"`
	StaffID    ids.ID            `json:"staff_id"`
	Name       string            `json:"name"`
	Prefix     string            `json:"prefix" doc:"the first characters, to tell tokens apart"`
	ActsAs     account.ActorKind `json:"acts_as" enum:"staff,bot" doc:"what is written with it is a staff member's, or a bot's"`
	CreatedAt  time.Time         `json:"created_at"`
	LastUsedAt *time.Time        `json:"last_used_at"`
	ExpiresAt  *time.Time        `json:"expires_at"`
	RevokedAt  *time.Time        `json:"revoked_at"`
}

// TableName names the table.
func (Token) TableName() string { return "api_tokens" }

// NewToken says what token to make.
type NewToken struct {
	Name      string
	ActsAs    account.ActorKind // Bot when empty
	ExpiresAt *time.Time        // nil never
}

// begin makes a token for a staff member and returns it with its secret value.
func (n NewToken) begin(id account.ID, staffID ids.ID, now time.Time) (Token, string, error) {
	name, problems := account.Label("body.name", n.Name)
	if n.ActsAs == "" {
		n.ActsAs = account.Bot
	}
	if n.ActsAs != account.Bot && n.ActsAs != account.Staff {
		problems = append(problems, errs.At("body.acts_as", "token.acts_as"))
	}
	if n.ExpiresAt != nil && !n.ExpiresAt.After(now) {
		problems = append(problems, errs.At("body.expires_at", "token.expired"))
	}
	value := TokenPrefix + random()
	t := Token{
		TokenHash: hash(value), AccountID: id, ID: ids.New(), StaffID: staffID, Name: name,
		Prefix: value[:len(TokenPrefix)+6], ActsAs: n.ActsAs, CreatedAt: now,
	}
	if n.ExpiresAt != nil {
		at := n.ExpiresAt.UTC().Truncate(time.Microsecond)
		t.ExpiresAt = &at
	}
	return t, value, errs.Input(problems...)
}

// size is how many random bytes a session or token has; in base64 they are 43 characters.
const size = 32

func random() string {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hash is what is stored of a value. A fast hash will do: nobody guesses 256 random bits.
func hash(value string) []byte {
	sum := sha256.Sum256([]byte(value))
	return sum[:]
}

// maxUserAgent is how much of a browser's description is kept, in bytes.
const maxUserAgent = 300

// printable makes a header of somebody's making fit to be stored.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	for len(text) > maxUserAgent {
		_, last := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-last]
	}
	return text
}
