package channel

import (
	"context"
	"io"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/secret"
)

// Adapter is the code of a kind of channel: everything Kontor needs to know of Facebook, of a mailbox, of a chat widget.
// It is the contract this document is about. Adding a kind means one folder under integrations with an Adapter in it,
// one line of registration, and a green run of integrations/channeltest.
//
// An adapter keeps no state of its own about channels: it is given the Access it needs with every call, and is called
// from many goroutines at once. It never retries, never waits for a limit to pass and never decides what happens next:
// it says what happened, as a value or as a *Failure, and the domain decides. It owes nobody clean text: the domain
// replaces NUL and invalid UTF-8 in everything that Parse returns.
//
// Further abilities are the small interfaces below; a kind has one by implementing it.
type Adapter interface {
	// Describe says what the kind is: its name, the form of its settings, what it can do. It always returns the same.
	Describe() Description

	// Parse reads one item of the vault. Whoever called has verified the signature. The result says in one Inbound what the
	// item means; Ignore with a reason when it means nothing to us. An error means that the item itself is at fault: it is
	// quarantined with the error, kept, and can be parsed again by a later version. Parse does no I/O, and the same bytes
	// always give the same result.
	Parse(item Item) (Inbound, error)

	// Send delivers one message and returns the platform's id for it. Every error is a *Failure. The context carries the
	// deadline; when it ends after the request has left, the failure is Unconfirmed: a send whose answer was lost has to be
	// found out about, never repeated blindly.
	Send(ctx context.Context, a Access, m Outgoing) (Sent, error)
}

// Connector connects a channel by a token that an administrator brings along.
type Connector interface {
	// Connect checks that the token belongs to the external id, makes the platform send its events here, and returns what
	// the platform calls the channel. Errors are *Failure.
	Connect(ctx context.Context, a Access) (Connected, error)
	// Disconnect makes the platform stop sending events. It is called when a channel is removed; errors are only logged.
	Disconnect(ctx context.Context, a Access) error
}

// Authorizer connects channels by way of the platform's login. An administrator is sent there, says which of their channels
// Kontor may use for what, and comes back with a code; the code becomes a Grant, from which channels are chosen, now and
// later. Each chosen channel is then connected by Connector, with the grant's token. Where people come back to, and where
// the platform tells that a grant was taken back, is a door's business; see integrations.
type Authorizer interface {
	// LoginURL is the address to send the administrator to. The state comes back with them as it is. The error is a
	// *Failure: the operator has not set up what it takes.
	LoginURL(state string) (string, error)
	// Redeem turns the code that an administrator came back with into a grant. It is good once. Errors are *Failure.
	Redeem(ctx context.Context, code secret.Text) (Grant, error)
	// Reach lists the channels that a grant reaches, with what each of them lacks. Errors are *Failure; Disconnected means
	// that the grant is no longer good.
	Reach(ctx context.Context, g Grant) (Reach, error)
}

// ProfileFetcher reads what a person shows of themselves.
type ProfileFetcher interface {
	// FetchProfile returns a person's profile. A profile that may not be read is no error: the result is empty.
	FetchProfile(ctx context.Context, a Access, person string) (Profile, error)
}

// HistoryFetcher reads the messages of a conversation that came before Kontor knew it.
type HistoryFetcher interface {
	// FetchHistory returns up to limit messages older than before, newest first, and how many the platform says there are
	// in all (-1 when it does not say).
	FetchHistory(ctx context.Context, a Access, person string, before time.Time, limit int) (past []Inbound, all int, err error)
}

// FileFinder says where the files of a message or comment are now: the addresses a platform gives die after a while.
type FileFinder interface {
	// FindFiles returns the files of what the platform knows by an id, in their order. Errors are *Failure.
	FindFiles(ctx context.Context, a Access, transport, externalID string) ([]File, error)
}

// ReadBacker finds out whether a message whose answer was lost has arrived.
type ReadBacker interface {
	// ReadBack looks among what the platform has for one that equals m and was sent since a time. known holds the ids of
	// messages that are accounted for. The result has no ExternalID when nothing was found.
	ReadBack(ctx context.Context, a Access, m Outgoing, since time.Time, known []string) (Sent, error)
}

// LeadFetcher reads the forms of ads and what people entered into them, LeadTester tries a form; both are in lead.go. Examiner looks closely at a channel;
// it is in examine.go.

// Access is what an adapter needs to act for one channel.
type Access struct {
	AccountID  account.ID
	ChannelID  ids.ID
	ExternalID string
	Token      secret.Text
	Settings   Settings // which of the platform's events are wanted depends on them
	// Observe, if set, is told what the platform says of its limits, with every answer that says it.
	Observe func(context.Context, ...Usage) `json:"-"`
}

// Routed is an item as a door hands it over, before it is known whose it is.
type Routed struct {
	Kind        string
	ExternalIDs []string // the channels it may be for, likeliest first; the first that an account has connected takes it
	Item        Item
}

// Unrouted is what came through a door and is no channel's: a test event, an object that no kind knows, a body that does
// not parse. It is kept for a while and counted, so that nothing that was answered with a 200 vanishes.
type Unrouted struct {
	Object  string
	EntryID string
	Reason  string // stable code
	Raw     []byte
}

// Item is one thing a provider told us, with its own exact bytes.
type Item struct {
	Type       string    // the provider's name for it, as messages or feed; for people and filters
	Key        string    // the same thing told twice has the same key, and no two things have
	Lane       string    // things with the same lane keep their order; begins with its class, as dm: or post:
	OccurredAt time.Time // when it happened, by the provider; zero when it does not say
	Envelope   Envelope
	Raw        []byte
}

// Envelope is what stood around an item in the request that brought it.
type Envelope struct {
	Object  string `json:"object,omitempty"`
	EntryID string `json:"entry_id,omitempty"`
	Time    string `json:"time,omitempty"`  // as sent, whatever its unit
	Field   string `json:"field,omitempty"` // the list or field it stood in, as messaging, standby, feed
}

// Action is what an inbound item means.
type Action string

// The actions, with the fields of Inbound each one fills besides OccurredAt.
const (
	Ignore    Action = "ignore"    // Reason
	Message   Action = "message"   // a person wrote: Person, ExternalID, Text, Files, ReplyTo, Button, Referral
	Echo      Action = "echo"      // the channel itself wrote: the same, and Token when we sent it
	Edit      Action = "edit"      // Person, ExternalID, Text, Number; 0 where the platform does not count
	Unsend    Action = "unsend"    // Person, ExternalID
	React     Action = "react"     // Person, ExternalID, Reaction
	Refer     Action = "refer"     // a person came by a link or an ad: Person, Referral
	Delivered Action = "delivered" // Person, ExternalIDs, Until
	Read      Action = "read"      // Person, ExternalIDs, Until
	Submit    Action = "submit"    // a lead form was submitted: Lead; and Person, when that happened in a conversation
	// Of comments under posts only. Message, Echo, Edit and Unsend are theirs too when there is a Place; the Person of a
	// comment may have no id, where the platform does not say who wrote it.
	Hidden Action = "hidden" // ExternalID, Place: nobody but its author and their friends sees it
	Shown  Action = "shown"  // ExternalID, Place: everybody sees it again
)

// Inbound is what one item means, in plain values.
type Inbound struct {
	Action      Action         `json:"action"`
	Reason      string         `json:"reason,omitempty"`
	OccurredAt  time.Time      `json:"occurred_at"`
	Person      Person         `json:"person"`
	Transport   string         `json:"transport,omitempty"` // by what it came, as messenger
	ExternalID  string         `json:"external_id,omitempty"`
	ExternalIDs []string       `json:"external_ids,omitempty"`
	Until       time.Time      `json:"until"` // everything sent up to then is delivered or read
	Text        string         `json:"text,omitempty"`
	Files       []File         `json:"files,omitempty"`
	Place       *Place         `json:"place,omitempty"`    // it is a comment under a post
	ReplyTo     string         `json:"reply_to,omitempty"` // the message it answers
	Button      *Button        `json:"button,omitempty"`   // it is a tap on a button or a quick reply
	Referral    *Referral      `json:"referral,omitempty"`
	Reaction    *Reaction      `json:"reaction,omitempty"`
	Number      int            `json:"number,omitempty"` // of an edit, counted from 1
	Token       string         `json:"token,omitempty"`  // what we put into Outgoing.Token
	AppID       string         `json:"app_id,omitempty"` // by which program the channel wrote
	Opens       Opening        `json:"opens,omitempty"`  // it opens the reply window
	Lead        *Lead          `json:"lead,omitempty"`
	Standby     *bool          `json:"standby,omitempty"` // another program answers this conversation, or no longer does
	Details     map[string]any `json:"details,omitempty"` // what else is worth showing
}

// Person is the counterpart of a conversation, by the provider's id.
type Person struct {
	ExternalID string `json:"external_id"`
	Name       string `json:"name,omitempty"`
	Username   string `json:"username,omitempty"`
}

// FileType is what sort of thing is attached to a message.
type FileType string

// The file types. Links, places and what we do not know have no file to fetch, and are shown for what they are.
const (
	Image       FileType = "image"
	Video       FileType = "video"
	Audio       FileType = "audio"
	Document    FileType = "file"
	Sticker     FileType = "sticker"
	Link        FileType = "link"
	Location    FileType = "location"
	Card        FileType = "card"        // a template with titles and buttons
	Unsupported FileType = "unsupported" // a type newer than this program
)

// Fetchable tells whether there is a file behind the type.
func (t FileType) Fetchable() bool {
	switch t {
	case Image, Video, Audio, Document, Sticker:
		return true
	}
	return false
}

// File is an attachment of an inbound message.
type File struct {
	Type  FileType `json:"type"`
	URL   string   `json:"url,omitempty"`
	Title string   `json:"title,omitempty"`
	Kind  string   `json:"kind,omitempty"` // the provider's own word for the type
}

// Button is what a person tapped.
type Button struct {
	Title   string `json:"title"`
	Payload string `json:"payload"`
}

// Referral says by what a person came.
type Referral struct {
	Ref     string `json:"ref,omitempty"`
	Source  string `json:"source,omitempty"`
	Type    string `json:"type,omitempty"`
	AdID    string `json:"ad_id,omitempty"`
	AdTitle string `json:"ad_title,omitempty"`
	PostID  string `json:"post_id,omitempty"`
	URL     string `json:"url,omitempty"`
}

// Reaction is an emoji put on a message, or taken off it.
type Reaction struct {
	Emoji   string `json:"emoji,omitempty"`
	Name    string `json:"name,omitempty"`
	Removed bool   `json:"removed,omitempty"`
}

// Opening is an action of a person that opens the reply window.
type Opening string

// Part says what an outbound message carries; each message carries one thing.
type Part string

// The parts.
const (
	TextPart       Part = "text"
	AttachmentPart Part = "attachment"
)

// TokenPrefix begins every Outgoing.Token, so that an adapter can tell ours from what other programs note there.
const TokenPrefix = "d:"

// Outgoing is one message to deliver.
type Outgoing struct {
	Token  string // TokenPrefix and random letters; comes back in the echo, by which an unconfirmed send is settled
	Mode   Mode
	Person string // of a Direct message
	Text   string
	File   *OutFile
	// Template, of a message by FromTemplate, is what is sent; Text is how the person reads it.
	Template *OutTemplate
	ReplyTo  string    // the message, the comment or the post that it answers
	Rule     ReplyRule // under which rule of the kind's policy it is sent
}

// OutFile is a file to deliver. Open may be called once.
type OutFile struct {
	// ID, if set, is the platform's for the same file, from a Sent.FileID of this channel: it need not be uploaded again.
	ID   string
	Type FileType
	Name string
	MIME string
	Size int64
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// Sent is the platform's acceptance of a message.
type Sent struct {
	ExternalID string
	Person     string // whom it reached, when the platform says so
	// FileID is by what the platform keeps the file for this channel until FileUntil; empty when it does not.
	FileID    string
	FileUntil time.Time
}

// Connected is what the platform says of a channel that was just connected.
type Connected struct {
	Name string
	// Token is to be kept instead of the one given, which was good for getting this one only; mostly there is none.
	Token secret.Text
	// UserID is the platform's id of the person whose token it is, where it says so: who may take it back.
	UserID string
	// LeftOut are the platform's names of events that it will not send, because a permission for them is missing.
	LeftOut []string
}

// Grant is what an administrator let Kontor do at the platform's login.
type Grant struct {
	UserID    string // the platform's id of the person
	UserName  string
	Token     secret.Text
	ExpiresAt time.Time // zero when it does not, or the platform does not say
}

// Reach is what can be done with a grant.
type Reach struct {
	Channels []Reachable
	// Findings are about the grant as a whole: what was not granted, and what to do about a channel that is missing.
	Findings []Finding
}

// Reachable is a channel that a grant reaches. One that lacks something of level error cannot be connected.
type Reachable struct {
	ExternalID string
	Name       string
	Lacks      []Finding
}

// Return is what an administrator brings back from the platform's login.
type Return struct {
	State  string
	Code   secret.Text
	Denied bool   // they said no
	Error  string // what else the platform has to say, in its own words
}

// Revocation is the platform's word that a person, or a channel, no longer wants Kontor.
type Revocation struct {
	Kinds      []string  // it may be of any of these
	UserID     string    // the person, or empty
	ExternalID string    // the channel, or empty
	IssuedAt   time.Time // zero when it does not say
}

// Profile is what a person shows of themselves; what is empty is not known.
type Profile struct {
	Name      string
	FirstName string
	LastName  string
	Username  string
	Locale    string
	Picture   string // a URL that soon expires
}
