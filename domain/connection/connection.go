// Package connection is how an account comes by channels through a platform's login. An administrator is sent to the
// platform (Begin), comes back with a code (Finish), and from what they let Kontor do there, the connection, pages are
// chosen (Choose), now and later. What the platform says when somebody takes that back is in revoke.go.
//
// The pages that were chosen are channels with tokens of their own: package channel has them, and a connection that ends
// does not end them. Start at Service.Begin.
package connection

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// State is how a connection is.
type State string

// The states.
const (
	Ready State = "ready" // pages can be listed and chosen
	Lost  State = "lost"  // the platform no longer takes its token: a new login is needed to choose more pages
)

// Changed is the type of the feed event that tells of a connection.
const Changed = "connection.changed"

// Connection is what came of a login at a platform.
type Connection struct {
	AccountID    account.ID `gorm:"primaryKey"`
	ID           ids.ID     `gorm:"primaryKey"`
	Kind         string
	UserID       string // who logged in, by the platform
	UserName     string
	Credentials  []byte // sealed; none when lost
	State        State
	StateReason  string            // code of why it is lost
	Pages        []Page            `gorm:"serializer:json"`
	Findings     []channel.Finding `gorm:"serializer:json"` // about the login as a whole
	ExpiresAt    *time.Time        // nil: it does not, or nobody knows
	ConnectedBy  *ids.ID           // the staff member who logged in last
	AuthorizedAt time.Time         // when they did
	ListedAt     time.Time         // when the platform was last asked for the pages
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// TableName names the table.
func (Connection) TableName() string { return "connections" }

// Page is something that a login reaches and that can become a channel, as the platform last showed it.
type Page struct {
	ExternalID string            `json:"external_id"`
	Name       string            `json:"name"`
	Lacks      []channel.Finding `json:"lacks,omitempty"`
}

// obstacle is what keeps a page from being connected, or nil.
func (p Page) obstacle() *channel.Finding {
	for _, f := range p.Lacks {
		if f.Level == "error" {
			return &f
		}
	}
	return nil
}

// Status says what can be done with a page.
type Status string

// The statuses.
const (
	Available Status = "available" // it can be connected
	Lacking   Status = "lacking"   // something is missing, which its findings name
	Connected Status = "connected" // it is a channel of this account
	Dead      Status = "reconnect" // it is, and has to be connected again
	Taken     Status = "taken"     // another account here has it
)

// Candidate is a page with what can be done with it now.
type Candidate struct {
	Page
	Status    Status
	ChannelID *ids.ID // of this account
}

// listed keeps what a kind says of its pages, made storable.
func listed(reach channel.Reach) []Page {
	pages := make([]Page, len(reach.Channels))
	for i, c := range reach.Channels {
		pages[i] = Page{channel.CleanText(c.ExternalID), channel.CleanText(c.Name), c.Lacks}
	}
	return pages
}

// attempt is a login under way. It is known to the platform and to the browser by a state that only one of them had.
type attempt struct {
	StateHash []byte `gorm:"primaryKey"`
	AccountID account.ID
	ID        ids.ID
	StaffID   ids.ID
	SessionID *ids.ID // from which it was begun
	TokenID   *ids.ID // or by which
	Kind      string
	ReturnTo  string
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// TableName names the table.
func (attempt) TableName() string { return "oauth_states" }

// Patience is how long a login may take.
const Patience = 10 * time.Minute

// kept is how long a login that ended is remembered, to tell one that is brought twice from one that never was.
const kept = 24 * time.Hour

// ownedBy tells whether somebody is who began the login: in the very session, or with the very token, or in person in place
// of a token of theirs, which no browser has.
func (a attempt) ownedBy(who account.Actor) bool {
	switch {
	case who.AccountID != a.AccountID || who.StaffID != a.StaffID:
		return false
	case a.SessionID != nil:
		return who.SessionID == *a.SessionID
	}
	return who.TokenID == ids.Of(a.TokenID) || who.InPerson()
}

// secretBytes is how much chance there is in a state and in a deletion's code.
const secretBytes = 32

func random() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hash is what is stored of a state or a code; nobody guesses 256 random bits.
func hash(value string) []byte {
	sum := sha256.Sum256([]byte(value))
	return sum[:]
}

// maxReturn is the longest address to return to.
const maxReturn = 500

// checkReturn refuses everything but a path on this server.
func checkReturn(path string) error {
	bad := len(path) > maxReturn || path[0] != '/' || strings.ContainsAny(path, "\\#") || strings.HasPrefix(path, "//") ||
		strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r == 0x7f })
	if bad {
		return errs.Input(errs.At("body.return_to", "connection.return_to"))
	}
	return nil
}
