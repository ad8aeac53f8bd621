// Package metasim is a Meta of our own: the part of the Graph API, the webhooks and the people that Kontor meets, in
// memory and under control. It serves the sandbox (a person plays the customer on the phone page), the tests of the
// real binary (its ledger says what was really accepted), and load runs.
//
// It is not a client and knows nothing of Kontor: whatever is true of it must be true of the platform, as far as that
// is known. Where the platform's behaviour is only guessed, the comment says so.
//
// Start with Sim and Options here. What a person does is in acts.go, what the platform answers in graph.go and the
// graph_* files, what it tells in webhook.go, how it misbehaves in faults.go. control.go lists every door for tests
// and for the phone page.
package metasim

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"kontor/domain/clock"
)

// Options says what a simulator is made of. The zero value works: a random seed, the machine's clock, a made-up app.
type Options struct {
	// App is the Meta app whose dashboard the simulator plays.
	App App
	// Clock drives windows, retries, receipts and expiry. Nil is the machine's clock.
	Clock clock.Clock
	// Shift moves Clock and returns its whole distance; it is what Advance calls. Nil: time cannot be moved.
	// Give the same clock to the program under test.
	Shift func(time.Duration) time.Duration
	// Logger hears about refused deliveries and disabled pages. Nil: nobody does.
	Logger *slog.Logger
	// Seed makes ids, tokens and pictures repeatable. Zero is a random seed: a simulator that starts again beside a
	// database that remembers must not hand out the same message ids twice.
	Seed uint64
	// DeliveryTimeout is how long a webhook may take to be answered. Zero is the platform's five seconds.
	DeliveryTimeout time.Duration
}

// App is the Meta app: what its owner enters in the dashboard. Change it with ChangeApp.
type App struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Secrets are the app secrets that verify proofs; the first also signs webhooks. They are never shown.
	Secrets     []string `json:"secrets,omitempty"`
	VerifyToken string   `json:"verify_token,omitempty"`
	// CallbackURL is where webhooks go. Empty: events are logged and go nowhere.
	CallbackURL string `json:"callback_url"`
	// WithoutFields are webhook fields of pages that the dashboard leaves out. It is only told of, not played.
	WithoutFields []string `json:"without_fields"`
	// DeauthorizeURL and DeletionURL are where Meta says that a user took the app's rights back, or wants their data
	// deleted. Empty: beside CallbackURL, as /deauthorize and /data-deletion.
	DeauthorizeURL string `json:"deauthorize_url"`
	DeletionURL    string `json:"deletion_url"`
	// RedirectURIs are the addresses that the login dialog may send people back to. Empty: any.
	RedirectURIs []string `json:"redirect_uris"`
	// PublicURL is the simulator's own address, the beginning of media and paging links.
	PublicURL string `json:"public_url"`
	// UserToken is the access token of the one person who manages every page; it reads /me/accounts.
	UserToken string `json:"user_token"`
	// ProofOptional drops "Require App Secret": calls without appsecret_proof are accepted. A wrong one never is.
	ProofOptional bool `json:"proof_optional"`
	// Locale is the language of error messages, as de_DE; empty is English.
	Locale string `json:"locale"`
	// MediaHours is how long a media link lives. Zero is a day.
	MediaHours int `json:"media_hours"`
}

// Sim is one simulated Meta. Its methods may be called from anywhere at any time.
type Sim struct {
	clock   clock.Clock
	shift   func(time.Duration) time.Duration
	log     *slog.Logger
	ids     *idSource
	errors  *errorCatalogue
	client  *http.Client
	timeout time.Duration
	graph   map[string]graphCall
	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup

	mu         sync.Mutex // guards everything below
	app        App
	userID     string
	logins     logins
	pages      []*page
	people     []*person
	personByID map[string]*person
	messages   map[string]*message
	posts      map[string]*post
	comments   map[string]*comment
	photos     map[string]*file // uploaded for comments, by id
	files      map[string]*file
	samples    map[string]*file
	mediaKey   []byte
	webhooks   webhookQueue
	ledger     []Accepted
	calls      []Call
	faults     []*scripted
	timers     timers
	revision   int64
	changed    chan struct{} // closed at the next change; nil while nobody waits
}

// New returns a running simulator without pages. Close it when done.
func New(o Options) *Sim {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.DeliveryTimeout == 0 {
		o.DeliveryTimeout = 5 * time.Second
	}
	if o.Seed == 0 {
		o.Seed = randomSeed()
	}
	ids := newIDSource(o.Seed)
	ctx, stop := context.WithCancel(context.Background()) //nolint:forbidigo // ends with Close
	s := &Sim{
		clock: o.Clock, shift: o.Shift, log: o.Logger, ids: ids, errors: loadErrors(),
		client: newClient(), timeout: o.DeliveryTimeout, graph: graphCalls(), ctx: ctx, stop: stop,
		app: o.App.withDefaults(ids), userID: ids.digits(15), mediaKey: []byte(ids.text(32)),
		personByID: map[string]*person{}, messages: map[string]*message{},
		posts: map[string]*post{}, comments: map[string]*comment{}, photos: map[string]*file{},
		files: map[string]*file{}, samples: map[string]*file{},
		webhooks: webhookQueue{settings: Webhooks{Parallel: defaultParallel}, busy: map[string]bool{}},
		timers:   newTimers(),
		logins:   newLogins(),
	}
	s.running.Go(s.runTimers)
	return s
}

func (a App) withDefaults(ids *idSource) App {
	if a.ID == "" {
		a.ID = ids.digits(15)
	}
	if a.Name == "" {
		a.Name = "Simulated app"
	}
	if len(a.Secrets) == 0 {
		a.Secrets = []string{ids.text(32)}
	}
	if a.UserToken == "" {
		a.UserToken = "EAAU" + ids.text(60)
	}
	a.PublicURL = strings.TrimSuffix(a.PublicURL, "/")
	return a
}

func randomSeed() uint64 {
	var b [8]byte
	_, _ = crand.Read(b[:]) // never fails, see crypto/rand
	return binary.LittleEndian.Uint64(b[:])
}

// Close ends deliveries, timers and every call that hangs on purpose. Close the simulator before the HTTP server that
// serves it, which otherwise waits for those calls.
func (s *Sim) Close() {
	s.mu.Lock() // pump starts nothing once the context has ended
	s.stop()
	s.mu.Unlock()
	s.running.Wait()
	s.client.CloseIdleConnections()
}

// ChangeApp changes the app and returns it as it is now. The function must not call the simulator.
func (s *Sim) ChangeApp(change func(*App)) App {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.app
	a.Secrets = slices.Clone(a.Secrets)
	change(&a)
	s.app = a.withDefaults(s.ids)
	s.touch()
	return s.app
}

// Now returns the simulated time.
func (s *Sim) Now() time.Time { return s.clock.Now() }

// Advance moves the simulated time, and the program under test when it shares the clock.
func (s *Sim) Advance(d time.Duration) (time.Time, error) {
	if s.shift == nil {
		return s.clock.Now(), Refusal("clock.fixed")
	}
	s.shift(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timers.poke()
	s.touch()
	return s.clock.Now(), nil
}

// touch tells whoever watches that something changed. The lock is held.
func (s *Sim) touch() {
	s.revision++
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// watch returns the present revision and a channel that is closed at the next one. The lock is held.
func (s *Sim) watch() (int64, <-chan struct{}) {
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.revision, s.changed
}

// Refusal is why the simulator did not do what it was told, as a stable code like "page.unknown".
type Refusal string

// Error returns the code.
func (r Refusal) Error() string { return string(r) }
