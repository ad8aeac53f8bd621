package domaintest

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
)

// Kind is the fake's kind of channel.
const Kind = "fake"

// Fake is an adapter whose items are channel.Inbound in JSON, and whose platform does as it is told. It keeps a ledger of
// what the platform took, which is the truth that tests compare with.
type Fake struct {
	mu       sync.Mutex
	taken    []channel.Outgoing
	answer   func(m channel.Outgoing) (taken bool, err error)
	profiles map[string]channel.Profile
	history  map[string][]channel.Inbound
	refuse   *channel.Failure
	ask      func() error
	hangs    bool
	reading  func()
	usage    []channel.Usage
	calls    int
	leads    leads
	posts    map[string]channel.Post
	authors  map[string]string // by comment
	standing map[string]channel.Standing
	trouble  int // moderations still to fail
}

// NewFake returns a fake whose platform takes everything.
func NewFake() *Fake {
	return &Fake{
		profiles: map[string]channel.Profile{}, history: map[string][]channel.Inbound{}, posts: map[string]channel.Post{},
		authors: map[string]string{}, standing: map[string]channel.Standing{},
	}
}

// Describe describes a kind with the windows and rules of a messenger.
func (f *Fake) Describe() channel.Description {
	settings := []channel.Setting{}
	for _, key := range []string{
		"object_template_id", "contact_template_id", "assignee_ids", "new_task", "active_scope", "history_count",
		"auto_ownership", "resolve_new_after_days", "resolve_pending_after_days", "media", "leads", "comments", "comment_scope",
		"comment_new_task", "comment_template_id", "attach_post_files",
	} {
		settings = append(settings, channel.Setting{Key: key})
	}
	all := []account.ActorKind{account.Staff, account.Bot, account.Script}
	return channel.Description{Kind: Kind, Name: "Fake", Settings: settings, Capabilities: channel.Capabilities{
		Transports: []string{"fake"}, TextLimit: 2000, History: 20,
		FileLimits: map[channel.FileType]int64{channel.Image: 8 << 20, channel.Document: 25 << 20},
		Windows:    map[channel.Opening]time.Duration{"message": 24 * time.Hour, "reaction": 24 * time.Hour},
		Rules: []channel.ReplyRule{
			{As: "response", Authors: all, Window: true, MessagingType: "RESPONSE"},
			{As: "human_agent", Authors: all[:1], MaxAge: 7 * 24 * time.Hour, MessagingType: "MESSAGE_TAG", Tag: "HUMAN_AGENT"},
		},
		Modes: map[channel.Mode]channel.Manner{
			channel.Answer: {
				Transport: "comment", TextLimit: 8000, Together: true, FileLimits: map[channel.FileType]int64{channel.Image: 8 << 20},
				Rules: []channel.ReplyRule{{As: "public_answer", Authors: all}},
			},
			channel.PrivateReply: {
				Transport: "private_reply", TextLimit: 2000,
				Rules: []channel.ReplyRule{{As: "private_reply", Authors: all, MaxAge: 7 * 24 * time.Hour, Late: "reply.private_expired"}},
			},
		},
	}}
}

// Parse reads the item's JSON.
func (f *Fake) Parse(item channel.Item) (in channel.Inbound, err error) {
	if string(item.Raw) == `"panic"` {
		panic("as asked")
	}
	f.mu.Lock()
	reading := f.reading
	f.reading = nil
	f.mu.Unlock()
	if reading != nil {
		reading()
	}
	err = json.Unmarshal(item.Raw, &in)
	return in, err
}

// Reading has something happen while the next item is read, in the middle of a batch.
func (f *Fake) Reading(happens func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reading = happens
}

// Answer makes the platform answer sends by f: whether it took the message, and what it says.
func (f *Fake) Answer(answer func(m channel.Outgoing) (taken bool, err error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

// Fail makes the platform answer the next n sends with a failure, without taking them, and then take everything.
func (f *Fake) Fail(n int, failure channel.Failure) {
	f.Answer(func(channel.Outgoing) (bool, error) {
		if n--; n >= 0 {
			return false, &failure
		}
		return true, nil
	})
}

// Hang makes the platform answer no sends, or answer them again.
func (f *Fake) Hang(hangs bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hangs = hangs
}

// Send takes the message, or does as it was told.
func (f *Fake) Send(ctx context.Context, a channel.Access, m channel.Outgoing) (channel.Sent, error) {
	if m.File != nil {
		r, err := m.File.Open(ctx)
		if err != nil {
			return channel.Sent{}, &channel.Failure{Class: channel.Rejected, Reason: "delivery.unknown", Cause: err}
		}
		_, _ = io.Copy(io.Discard, r)
		_ = r.Close()
	}
	f.mu.Lock()
	f.calls++
	answer, usage, hangs := f.answer, f.usage, f.hangs
	f.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return channel.Sent{}, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost", Cause: ctx.Err()}
	}
	if len(usage) > 0 {
		a.Observe(ctx, usage...)
	}
	taken, err := true, error(nil)
	if answer != nil {
		taken, err = answer(m)
	}
	if taken {
		f.mu.Lock()
		f.taken = append(f.taken, m)
		f.mu.Unlock()
	}
	return f.sent(m), err
}

// sent is what the platform says of a message: whom a private reply reached, it alone knows.
func (f *Fake) sent(m channel.Outgoing) channel.Sent {
	s := channel.Sent{ExternalID: "m." + m.Token}
	if m.Mode == channel.PrivateReply {
		f.mu.Lock()
		defer f.mu.Unlock()
		s.Person = f.authors[m.ReplyTo]
	}
	return s
}

// Says makes the platform say with every answer to a send how much of its limits is used.
func (f *Fake) Says(usage ...channel.Usage) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.usage = usage
}

// Taken returns what the platform took, in order.
func (f *Fake) Taken() []channel.Outgoing {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.taken)
}

// Calls returns how often something was sent.
func (f *Fake) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Refuse makes the platform refuse connections; nil makes it accept them again.
func (f *Fake) Refuse(failure *channel.Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse = failure
}

// Connect accepts any token.
func (f *Fake) Connect(context.Context, channel.Access) (channel.Connected, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return channel.Connected{}, f.refuse
	}
	return channel.Connected{Name: "Fake page"}, nil
}

// Disconnect does nothing.
func (f *Fake) Disconnect(context.Context, channel.Access) error { return nil }

// Person gives a person a profile.
func (f *Fake) Person(id string, p channel.Profile) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.profiles[id] = p
}

// FetchProfile returns what Person said.
func (f *Fake) FetchProfile(_ context.Context, _ channel.Access, person string) (channel.Profile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.profiles[person], nil
}

// Past gives a person's conversation messages from before, newest first.
func (f *Fake) Past(person string, past ...channel.Inbound) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.history[person] = past
}

// FetchHistory returns what Past said.
func (f *Fake) FetchHistory(
	_ context.Context, _ channel.Access, person string, before time.Time, limit int,
) ([]channel.Inbound, int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []channel.Inbound
	for _, in := range f.history[person] {
		if in.OccurredAt.Before(before) && len(out) < limit {
			out = append(out, in)
		}
	}
	return out, len(f.history[person]) + 1, nil
}

// Ask has f called when the platform has looked for a message and not yet answered; its error is the answer then.
func (f *Fake) Ask(ask func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ask = ask
}

// ReadBack finds a message among what was taken.
func (f *Fake) ReadBack(
	_ context.Context, _ channel.Access, m channel.Outgoing, _ time.Time, _ []string,
) (found channel.Sent, err error) {
	f.mu.Lock()
	for _, t := range f.taken {
		if t.Token == m.Token {
			found = channel.Sent{ExternalID: "m." + t.Token, Person: f.authors[t.ReplyTo]}
		}
	}
	ask := f.ask
	f.mu.Unlock()
	if ask != nil {
		err = ask()
	}
	return found, err
}
