package integrations

import (
	"net/url"

	"kontor/domain/channel"
)

// Landing is what a door also is when its provider has a login from which people come back here with a code.
type Landing interface {
	// LandingPath is the address they come back to.
	LandingPath() string
	// Landed reads what they bring along. Nothing of it is to be believed but what its state stands for.
	Landed(query url.Values) channel.Return
}

// Notices is what a door also is when its provider says, past its webhooks, that somebody takes back what they let Kontor do.
type Notices interface {
	// DeauthorizePath is where it says that a person or a channel no longer wants Kontor.
	DeauthorizePath() string
	// DeletionPath is where it says that a person wants what is stored of them deleted.
	DeletionPath() string
	// Revocation verifies such a notice and reads it. An error is answered with 401.
	Revocation(form url.Values) (channel.Revocation, error)
	// DeletionAnswer is the answer to a deletion, to be sent as JSON: where its state can be seen, and under which code.
	DeletionAnswer(statusURL, code string) any
}
