// Package domaintest is a small world for tests of the domain: an account with people and a channel of a fake kind, on a
// real database, with all services as the program has them. Nothing runs by itself in it: tests say what arrives and
// when work is done, and the clock stands still until they move it.
package domaintest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain"
	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/contact"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/lead"
	"kontor/domain/outbound"
	"kontor/domain/post"
	"kontor/domain/retention"
	"kontor/domain/secret"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
	"kontor/domain/task"
)

// World is an account with a channel, and all that is needed to play with it.
type World struct {
	*domain.Services
	T       testing.TB
	DB      *storage.DB
	Clock   *clock.Fixed // nil when time passes by itself
	Fake    *Fake
	Blobs   *Blobs
	Account account.Account
	Owner   account.Actor
	Channel channel.Channel
	kinds   *channel.Registry
	now     clock.Clock
	bell    due.Bell
	seq     int

	mu         sync.Mutex
	statements []string
	fail       func(text string) error
}

// Page is the external id of the world's channel.
const Page = "page-1"

// New makes a world.
func New(t testing.TB) *World {
	t.Helper()
	fake := NewFake()
	w := With(t, clock.NewFixed(Noon()), channel.NewRegistry(fake))
	w.settleIn(fake)
	return w
}

// Live makes a world in which time passes by itself, for bubbles of testing/synctest, and whose work rings a bell.
func Live(t testing.TB, bell due.Bell) *World {
	t.Helper()
	fake := NewFake()
	w := with(t, clock.System{}, channel.NewRegistry(fake), bell)
	w.settleIn(fake)
	return w
}

// settleIn gives the world its channel.
func (w *World) settleIn(fake *Fake) {
	w.Fake = fake
	w.Channel = w.Connect(w.Owner, Page)
	w.Fetch(lead.SyncQueue) // as a job would at once; nothing is due when a test begins
	w.Fake.leads.calls = 0
}

// Noon is when a world begins.
func Noon() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

// With makes a world whose kinds of channel are others than the fake one. It has no channel yet.
func With(t testing.TB, c *clock.Fixed, kinds *channel.Registry) *World {
	t.Helper()
	w := with(t, c, kinds, silent{})
	w.Clock = c
	return w
}

func with(t testing.TB, c clock.Clock, kinds *channel.Registry, bell due.Bell) *World {
	t.Helper()
	w := &World{T: t, Blobs: NewBlobs(), kinds: kinds, now: c, bell: bell}
	w.DB = storagetest.Traced(t, storagetest.URL(t), c, w.note)
	w.start()
	w.Account, w.Owner = w.Found("Muster GmbH", "owner@muster.example")
	return w
}

// On is the same world, its platforms and its clock, on another database: for tests of what a backup brings back.
func (w *World) On(db *storage.DB) *World {
	other := &World{
		T: w.T, Blobs: w.Blobs, Clock: w.Clock, kinds: w.kinds, Fake: w.Fake, DB: db, Account: w.Account, Owner: w.Owner,
		Channel: w.Channel, now: w.now, bell: w.bell,
	}
	other.start()
	return other
}

// start assembles the services.
func (w *World) start() {
	box, err := secret.NewBox([]string{base64Key})
	require.NoError(w.T, err)
	w.Services = domain.Assemble(domain.Parts{
		DB: w.DB, Clock: w.now, Log: slog.New(slog.DiscardHandler), Box: box, Bell: w.bell,
		FileURL: func(token string) string { return "https://kontor.example/files/" + token },
		Kinds:   w.kinds, Blobs: w.Blobs, Fetcher: w.Blobs,
		Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1},
	})
}

const base64Key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

type silent struct{}

func (silent) Ring(string) {}

func (w *World) note(text string) error {
	w.mu.Lock()
	w.statements = append(w.statements, text)
	fail := w.fail
	w.mu.Unlock()
	if fail != nil {
		return fail(text)
	}
	return nil
}

// Fail asks of every statement from now on, before it runs, whether it fails; nil lets all of them pass again. Statements that
// run at once ask at once.
func (w *World) Fail(fail func(text string) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fail = fail
}

// Statements returns what f asked the database.
func (w *World) Statements(f func()) []string {
	w.mu.Lock()
	from := len(w.statements)
	w.mu.Unlock()
	f()
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.statements[from:])
}

// Ctx is the test's context.
func (w *World) Ctx() context.Context { return w.T.Context() }

// Found makes an account and returns its owner's actor.
func (w *World) Found(name, email string) (account.Account, account.Actor) {
	w.T.Helper()
	a, err := w.Services.Found(w.Ctx(), account.New{Name: name, Language: "en", TimeZone: "Europe/Berlin", Country: "DE"},
		staff.New{Email: email, Name: "Olga Owner", Password: "correct horse battery"})
	require.NoError(w.T, err)
	people, _, err := w.Staff.List(w.Ctx(), account.SystemActor(a.ID), storage.Page{})
	require.NoError(w.T, err)
	return a, account.Actor{AccountID: a.ID, Kind: account.Staff, StaffID: people[0].ID, Role: account.Owner, Name: "Olga Owner"}
}

// Connect connects a page of the fake kind.
func (w *World) Connect(by account.Actor, page string) channel.Channel {
	w.T.Helper()
	c, err := w.Channels.Connect(w.Ctx(), by, channel.NewChannel{
		Kind: Kind, ExternalID: page, Token: secret.New("page-token"), Settings: channel.DefaultSettings(),
	})
	require.NoError(w.T, err)
	return c
}

// Many connects pages and has somebody write to each of them once.
func (w *World) Many(pages []string) map[string]channel.Channel {
	w.T.Helper()
	made := map[string]channel.Channel{}
	b := inbound.Batch{Door: "fake"}
	for _, page := range pages {
		made[page] = w.Connect(w.Owner, page)
		r := w.Routed(w.Says("someone", "hello "+page))
		r.ExternalIDs = []string{page}
		b.Routed = append(b.Routed, r)
	}
	require.NoError(w.T, w.Inbound.Accept(w.Ctx(), b))
	w.Process()
	return made
}

// Settings changes the settings of the world's channel.
func (w *World) Settings(change func(s *channel.Settings)) {
	w.T.Helper()
	var err error
	w.Channel, err = w.Channels.Update(w.Ctx(), w.Owner, w.Channel.ID, channel.Change{Settings: change})
	require.NoError(w.T, err)
}

// Switch switches the world's channel on or off.
func (w *World) Switch(on bool) {
	w.T.Helper()
	var err error
	w.Channel, err = w.Channels.Update(w.Ctx(), w.Owner, w.Channel.ID, channel.Change{Enabled: &on})
	require.NoError(w.T, err)
}

// Says is a message of a person, now.
func (w *World) Says(person, text string) channel.Inbound {
	w.seq++
	return channel.Inbound{
		Action: channel.Message, OccurredAt: w.now.Now(), Person: channel.Person{ExternalID: person}, Transport: "fake",
		ExternalID: fmt.Sprintf("in-%d", w.seq), Text: text, Opens: "message",
	}
}

// Routed is an item for the world's page.
func (w *World) Routed(in channel.Inbound) channel.Routed {
	if in.Lead != nil && in.Lead.ID != "" {
		return channel.Routed{Kind: Kind, ExternalIDs: []string{Page}, Item: leadItem(in)}
	}
	raw, err := json.Marshal(in)
	require.NoError(w.T, err)
	lane := "dm:" + in.Person.ExternalID
	if in.Place != nil {
		lane = "post:" + in.Place.Post
	}
	return channel.Routed{Kind: Kind, ExternalIDs: []string{Page}, Item: channel.Item{
		Type: string(in.Action), Key: fmt.Sprint(in.Action, in.ExternalID, in.ExternalIDs, in.Number, in.OccurredAt, in.Until),
		Lane: lane, OccurredAt: in.OccurredAt, Raw: raw,
		Envelope: channel.Envelope{EntryID: Page},
	}}
}

// Accept stores items in the vault.
func (w *World) Accept(items ...channel.Inbound) {
	w.T.Helper()
	b := inbound.Batch{Door: "fake"}
	for _, in := range items {
		b.Routed = append(b.Routed, w.Routed(in))
	}
	require.NoError(w.T, w.Inbound.Accept(w.Ctx(), b))
}

// Process does all intake there is.
func (w *World) Process() {
	w.T.Helper()
	for {
		n, err := w.Inbound.Process(w.Ctx())
		require.NoError(w.T, err)
		if n == 0 {
			return
		}
	}
}

// Hear stores items and processes them.
func (w *World) Hear(items ...channel.Inbound) {
	w.T.Helper()
	w.Accept(items...)
	w.Process()
}

// Deliver does all delivery that is due, lane by lane, and returns how many lanes that were.
func (w *World) Deliver() int {
	w.T.Helper()
	for n := 0; ; {
		lanes, err := w.Outbound.Claim(w.Ctx(), 10)
		require.NoError(w.T, err)
		public, err := w.Outbound.ClaimPublic(w.Ctx(), 10)
		require.NoError(w.T, err)
		lanes = append(lanes, public...)
		if len(lanes) == 0 {
			return n
		}
		for _, l := range lanes {
			n++
			require.NoError(w.T, w.Outbound.Deliver(w.Ctx(), l))
		}
	}
}

// Fetch does everything due of a queue of fetches.
func (w *World) Fetch(queue string) {
	w.T.Helper()
	do := map[string]func(context.Context, due.Work) error{
		attachment.Queue: w.Attachments.Fetch, contact.ProfileQueue: w.Contacts.FetchProfile, task.HistoryQueue: w.Tasks.FetchHistory,
		lead.FetchQueue: w.Leads.Fetch, lead.SyncQueue: w.Leads.Sync, lead.BackfillQueue: w.Leads.RunBackfill,
		inbound.WaitQueue: w.Inbound.Wake, inbound.ReplayQueue: w.Inbound.RunReplay, task.SnoozeQueue: w.Tasks.Wake, task.RemindQueue: w.Tasks.FireReminder,
		contact.ImportQueue: w.Contacts.RunImport, retention.Queue: w.Retention.Run,
		post.Queue: w.Posts.Fetch, attachment.DropQueue: w.Attachments.Drop,
	}[queue]
	work, err := w.Due.Claim(w.Ctx(), queue, 100, due.Filter{})
	require.NoError(w.T, err)
	for _, x := range work {
		require.NoError(w.T, do(w.Ctx(), x))
	}
}

// Tasks returns the account's tasks, the last commented first.
func (w *World) AllTasks() []task.Task {
	w.T.Helper()
	var all []task.Task
	for p := (storage.Page{Limit: storage.MaxLimit}); ; {
		list, next, err := w.Tasks.List(w.Ctx(), w.Account.ID, task.Filter{}, p)
		require.NoError(w.T, err)
		all = append(all, list...)
		if p.Cursor = next; next == "" {
			return all
		}
	}
}

// OneTask returns the account's only task.
func (w *World) OneTask() task.Task {
	w.T.Helper()
	list := w.AllTasks()
	require.Len(w.T, list, 1)
	return list[0]
}

// Comments returns a task's comments.
func (w *World) Comments(t task.Task) []task.Comment {
	w.T.Helper()
	list, _, err := w.Tasks.Comments(w.Ctx(), t.AccountID, t.ID, false, storage.Page{Limit: 200})
	require.NoError(w.T, err)
	return list
}

// Texts returns the texts of a task's comments.
func (w *World) Texts(t task.Task) []string {
	w.T.Helper()
	out := []string{}
	for _, c := range w.Comments(t) {
		out = append(out, c.Text)
	}
	return out
}

// Events returns the account's events, the first one first.
func (w *World) Events() []inbound.Event {
	w.T.Helper()
	list, _, err := w.Inbound.Events(w.Ctx(), w.Account.ID, inbound.Filter{}, storage.Page{Limit: 200})
	require.NoError(w.T, err)
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// Answer writes a public comment on a task.
func (w *World) Answer(t task.Task, text string, files ...ids.ID) task.Comment {
	w.T.Helper()
	c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, t.ID, task.NewComment{
		Text: text, Visibility: task.Public, AttachmentIDs: files,
	})
	require.NoError(w.T, err)
	return c
}

// Messages returns the messages of a comment.
func (w *World) Messages(c task.Comment) []outbound.Message {
	w.T.Helper()
	found, err := w.Outbound.Of(w.Ctx(), c.AccountID, []ids.ID{c.ID})
	require.NoError(w.T, err)
	return found[c.ID]
}

// Message returns the only message of a comment.
func (w *World) Message(c task.Comment) outbound.Message {
	w.T.Helper()
	list := w.Messages(c)
	require.Len(w.T, list, 1)
	return list[0]
}

// Blobs keeps files in memory, and is also the server that inbound files are fetched from.
type Blobs struct {
	mu     sync.Mutex
	files  map[string][]byte
	Serves map[string]func() ([]byte, error) // by URL
}

// NewBlobs returns an empty store.
func NewBlobs() *Blobs {
	return &Blobs{files: map[string][]byte{}, Serves: map[string]func() ([]byte, error){}}
}

// Put keeps a file.
func (b *Blobs) Put(_ context.Context, name string, r io.Reader) error {
	data, err := io.ReadAll(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.files[name] = data
	return err
}

// Open reads a file.
func (b *Blobs) Open(_ context.Context, name string) (io.ReadCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	data, ok := b.files[name]
	if !ok {
		return nil, errs.Missing("blob")
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// Delete removes a file.
func (b *Blobs) Delete(_ context.Context, name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.files, name)
	return nil
}

// Count returns how many files there are.
func (b *Blobs) Count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.files)
}

// Fetch serves what Serves says.
func (b *Blobs) Fetch(_ context.Context, url string, _ int64) (io.ReadCloser, attachment.FetchInfo, error) {
	b.mu.Lock()
	serve := b.Serves[url]
	b.mu.Unlock()
	if serve == nil {
		return nil, attachment.FetchInfo{}, errs.New(errs.NotFound, "attachment.gone")
	}
	data, err := serve()
	if err != nil {
		return nil, attachment.FetchInfo{}, err
	}
	return io.NopCloser(bytes.NewReader(data)), attachment.FetchInfo{Name: "file"}, nil
}
