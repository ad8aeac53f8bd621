package meta

import (
	"encoding/json"
	"iter"
	"net/http"
	"net/url"

	"kontor/domain/channel"
)

// The reasons for which something that came through the door belongs to no channel.
const (
	UnroutedNotJSON = "not_json"      // signed, but not to be read
	UnroutedObject  = "other_object"  // about something that no kind of ours knows
	UnroutedTest    = "test_event"    // the test button of the app's dashboard
	UnroutedShape   = "unknown_shape" // no entry, or no list that we know in one
)

// Kind is a kind of channel behind this door.
type Kind interface {
	channel.Adapter
	// Object is what the platform calls the kind in a webhook's object.
	Object() string
	// Item says what an element is, where it belongs and when it happened. It never fails: what it cannot read gets a key
	// made from its bytes, and Parse will say what is wrong with it. The door fills in Envelope and Raw.
	Item(Element) channel.Item
}

// Element is one value of an entry's lists.
type Element struct {
	EntryID   string
	EntryTime Time
	List      string // Messaging, Standby or Changes
	Field     string // of a change: what has changed
	Raw       []byte
}

// The lists of an entry.
const (
	Messaging = "messaging"
	Standby   = "standby" // the same as messaging, while another app has the conversation
	Changes   = "changes"
)

// Door is where all of Meta's webhooks come in: one address for all pages and profiles of an app.
type Door struct {
	settings Settings
	kinds    map[string]routing // by object
}

type routing struct {
	kind Kind
	name string
}

// NewDoor makes the door to the given kinds.
func NewDoor(s Settings, kinds ...Kind) *Door {
	d := &Door{s, map[string]routing{}}
	for _, k := range kinds {
		d.kinds[k.Object()] = routing{k, k.Describe().Kind}
	}
	return d
}

// Name names the door.
func (d *Door) Name() string { return "meta" }

// Path is where the door is.
func (d *Door) Path() string { return DoorPath }

// Configured tells whether there is a secret to verify bodies with.
func (d *Door) Configured() bool { return len(d.settings.AppSecrets) > 0 }

// Handshake answers the platform's question whether this address wants its webhooks; ErrVerifyToken when somebody else asks.
// The challenge is for a plain-text answer.
func (d *Door) Handshake(query url.Values) (challenge string, err error) {
	return handshake(d.settings.VerifyToken, query)
}

// Verify checks that a body was signed by the platform; ErrSignature when it was not.
func (d *Door) Verify(header http.Header, raw []byte) error {
	return verify(d.settings.AppSecrets, header, raw)
}

// Split takes a verified body apart. Everything in it comes out, either routed to the channels it may be for, or not. All
// bytes handed out are parts of the body. It never fails: what was rightly signed is stored.
func (d *Door) Split(raw []byte) (routed []channel.Routed, unrouted []channel.Unrouted) {
	if !json.Valid(raw) {
		return nil, []channel.Unrouted{{Reason: UnroutedNotJSON, Raw: raw}}
	}
	var object string
	var entries []byte
	reason := UnroutedShape
	for name, value := range Members(raw) {
		switch name {
		case "object":
			object = scalar(value)
		case "entry":
			entries = value
		case "field": // what the dashboard's test button shows, sent as it stands
			reason = UnroutedTest
		}
	}
	for value := range Elements(entries) {
		e := readEntry(object, value)
		r, why := d.route(e)
		routed = append(routed, r...)
		if why != "" {
			unrouted = append(unrouted, channel.Unrouted{Object: object, EntryID: e.env.EntryID, Reason: why, Raw: value})
		}
	}
	if len(routed)+len(unrouted) == 0 {
		unrouted = append(unrouted, channel.Unrouted{Object: object, Reason: reason, Raw: raw})
	}
	return routed, unrouted
}

// entry is the part of a body about one page or profile.
type entry struct {
	env   channel.Envelope
	lists map[string][]byte
	field bool // it is a change itself, not a list of them
}

func readEntry(object string, raw []byte) entry {
	e := entry{env: channel.Envelope{Object: object}, lists: map[string][]byte{}}
	for name, value := range Members(raw) {
		switch name {
		case "id":
			e.env.EntryID = scalar(value)
		case "time":
			e.env.Time = scalar(value)
		case "field":
			e.field = true
		case Messaging, Standby, Changes:
			e.lists[name] = value
		}
	}
	return e
}

// route returns the items of an entry, or why there are none.
func (d *Door) route(e entry) (routed []channel.Routed, why string) {
	to, known := d.kinds[e.env.Object]
	switch {
	case !known:
		return nil, UnroutedObject
	case e.env.EntryID == "0" || e.field && len(e.lists) == 0:
		return nil, UnroutedTest
	case e.env.EntryID == "":
		return nil, UnroutedShape
	}
	externalIDs := []string{e.env.EntryID}
	for _, list := range []string{Messaging, Standby, Changes} {
		for raw := range oneOrMany(e.lists[list]) {
			routed = append(routed, channel.Routed{
				Kind: to.name, ExternalIDs: externalIDs, Item: item(to.kind, e.env, list, raw),
			})
		}
	}
	if len(routed) == 0 {
		return nil, UnroutedShape
	}
	return routed, ""
}

// oneOrMany returns the values of an array, or the value itself: what stands where a list should be is not lost either.
func oneOrMany(b []byte) iter.Seq[[]byte] {
	if len(b) == 0 || b[0] == '[' || string(b) == "null" {
		return Elements(b)
	}
	return func(yield func([]byte) bool) { yield(b) }
}

func item(kind Kind, env channel.Envelope, list string, raw []byte) channel.Item {
	e := Element{EntryID: env.EntryID, EntryTime: ParseTime(env.Time), List: list, Raw: raw}
	env.Field = list
	if list == Changes {
		for name, value := range Members(raw) {
			if name == "field" {
				e.Field = scalar(value)
			}
		}
		env.Field = e.Field
	}
	i := kind.Item(e)
	i.Envelope, i.Raw = env, raw
	return i
}
