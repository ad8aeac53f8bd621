// Package integrations is where Kontor meets the world outside: the list of the kinds of channel it knows, and of the
// doors they are told things through. One folder holds each kind. What every kind must fulfil is written in
// domain/channel/adapter.go, and put to the test by channeltest; guardhttp is the way out for all of them.
//
// To add a kind: a folder, a line in kinds below, a green run of channeltest.
package integrations

import (
	"net/http"
	"net/url"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/integrations/facebook"
	"kontor/integrations/meta"
)

// Door is an address that a provider tells us things at. The HTTP layer reads the body, the door says what is in it.
type Door interface {
	// Name names the door in the vault and in figures.
	Name() string
	// Path is the address.
	Path() string
	// Configured tells whether the door has the secrets to tell friend from foe; until then it answers 503.
	Configured() bool
	// Handshake answers a GET by which the provider makes sure of the address. The challenge is the whole answer, as plain
	// text. An error is answered with 403.
	Handshake(query url.Values) (challenge string, err error)
	// Verify checks that the provider has signed exactly these bytes, before anything else is done with them. An error is
	// answered with 401.
	Verify(header http.Header, raw []byte) error
	// Split takes a verified body apart. It never fails, and everything in the body comes out at one side or the other:
	// what was rightly signed is stored and answered with 200. The bytes it hands out are parts of the body.
	Split(raw []byte) (routed []channel.Routed, unrouted []channel.Unrouted)
}

// Options is what the kinds work with.
type Options struct {
	Meta  meta.Settings
	HTTP  meta.Doer // the guarded client
	Own   meta.Doer // one that reaches our own public address, wherever that is
	Clock clock.Clock
}

// New returns the kinds and the doors.
func New(o Options) (*channel.Registry, []Door) {
	all := kinds(o)
	var behindMeta []meta.Kind
	for _, k := range all {
		if m, ok := k.(meta.Kind); ok {
			behindMeta = append(behindMeta, m)
		}
	}
	return channel.NewRegistry(all...), []Door{meta.NewDoor(o.Meta, behindMeta...)}
}

// kinds lists the kinds of channel.
func kinds(o Options) []channel.Adapter {
	graph := meta.NewClient(o.Meta, o.HTTP, o.Clock).Reaching(o.Own)
	return []channel.Adapter{
		facebook.New(graph),
	}
}
