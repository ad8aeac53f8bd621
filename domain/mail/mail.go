// Package mail sends the system's own mails: invitations and links to new passwords. A mail is a row; what it says is found
// out when it is sent, so that no link lies about in the database and asking for a mail takes as long whether or not anybody
// has the address. What customers write by e-mail is a channel's, and none of this.
//
// Start at Service.Put. The way out is a Sender, which the program gives; without one there is no mail, and whoever would
// have had one sent shows the link instead.
package mail

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Type is what a mail is about.
type Type string

// The types.
const (
	Invitation    Type = "invitation"
	PasswordReset Type = "password_reset"
)

// State is what has become of a mail.
type State string

// The states. A failed one is not tried again.
const (
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed"
)

// Mail is one to send.
type Mail struct {
	ID         ids.ID `gorm:"primaryKey"`
	Type       Type
	Address    string
	Language   string
	AccountID  *account.ID // whose screens are told what has become of it; nil for none
	SubjectID  *ids.ID     // what it is about, as its type says
	State      State
	Problem    string // the code of why it failed, or was not sent yet
	Attempts   int64
	DueAt      time.Time
	LeaseUntil time.Time
	GiveUpAt   time.Time
	CreatedAt  time.Time
	SentAt     *time.Time
}

// TableName names the table.
func (Mail) TableName() string { return "mails" }

// Letter is a mail in words.
type Letter struct {
	To, Subject, Text, HTML string
}

// Content is what a mail has to tell: values for its words, and the link that it is for.
type Content struct {
	Params map[string]any
	Link   string
	Look   Look
}

// Look is what a mail looks like: who is named at its head, and in which colours. What is empty is the product's own.
type Look struct {
	Name  string
	Title string // colour of the name
	Fill  string // colour of the button
	Ink   string // colour of what is written on it
}

// orOurs is the product's look where there is none of its own.
func (l Look) orOurs() Look {
	ours := Look{"Kontor", "#0e6d7b", "#0e6d7b", "#ffffff"}
	if l.Name == "" {
		l.Name = ours.Name
	}
	if l.Fill == "" {
		l.Title, l.Fill, l.Ink = ours.Title, ours.Fill, ours.Ink
	}
	return l
}

// Sender takes letters to a mail server.
type Sender interface {
	// Send returns ErrRefused when the server will never take the letter; any other error may pass.
	Send(ctx context.Context, l Letter) error
}

// The reasons why a mail was not sent.
var (
	ErrRefused     = errs.New(errs.Invalid, "mail.refused")
	ErrRestored    = errs.New(errs.Unavailable, "mail.restored")
	ErrUnreachable = errs.New(errs.Unavailable, "mail.unreachable")
)

// wait is how long after a failed attempt the next one comes.
func wait(attempts int64) time.Duration {
	return min(time.Hour, time.Minute<<min(2*max(attempts-1, 0), 6))
}
