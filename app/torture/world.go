package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"kontor/app"
	"kontor/app/config"
	"kontor/app/servers"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/secret"
	"kontor/domain/session"
	"kontor/domain/staff"
	"kontor/integrations/metasim"
)

const (
	appSecret   = "torture-app-secret" //nolint:gosec // of a simulated app
	verifyToken = "torture-verify"
	pagesEach   = 2
	peopleEach  = 6
)

// tenant is one of the accounts. Everything that people of it write carries its canary.
type tenant struct {
	actor  account.Actor
	canary string
	token  string // of the API
	pages  []metasim.Page
	forms  []metasim.LeadForm
	posts  []metasim.Post
	people []metasim.Person

	channels []string // the program's ids of the pages
	joined   []string // contacts that became part of another
}

// world is one round: an installation, the platform beside it, and what has happened.
type world struct {
	folder  string
	binary  string
	disk    string // that can be filled; empty when there is none
	full    bool   // it is
	points  []string
	without []string
	gentle  bool     // nobody is to kill itself
	harm    int      // how many steps of a hundred do harm
	app     *app.App // once everything has come to rest
	dice    *rand.Rand
	journal *os.File

	sim      *metasim.Sim
	front    *httptest.Server
	postgres *servers.Postgres // nil with SQLite
	redis    *servers.Redis    // nil with SQLite
	graph    *proxy
	database *proxy
	queue    *proxy
	door     *proxy // before whichever server is alive
	children []*child
	environ  []string // of the children, through the proxies
	direct   []string // of the driver, past them
	tenants  []*tenant

	turn    atomic.Int64
	mu      sync.Mutex
	said    map[string]*utterance // what customers wrote, by the platform's id
	order   []string              // of what they wrote
	asked   []*request            // what staff asked for
	leads   map[string]*tenant    // by the platform's id
	serial  int
	plans   []plan
	figures figures
	staff   sync.WaitGroup
	busy    atomic.Int64              // how much staff are at
	well    atomic.Pointer[time.Time] // since when nothing goes wrong any more; nil before
}

// figures are what a round came to.
type figures struct {
	Kills     int            `json:"kills"`
	Points    map[string]int `json:"kills_at"` // by fault point; the others were from outside
	Deploys   int            `json:"deploys"`
	Stops     int            `json:"stops"`
	Disks     int            `json:"disk_full"`
	Databases int            `json:"database_faults"`
	Queues    int            `json:"redis_faults"`
	Calls     int            `json:"graph_faults"`
	Lost      int            `json:"accepted_then_lost"` // of the sends that were accepted, those whose answer did not come or made no sense
	Hung      int            `json:"accepted_then_hung"` // of them, those whose answer did not come
	Messages  int            `json:"customer_messages"`
	Leads     int            `json:"leads"`
	Answers   int            `json:"answers"`
	Requests  int            `json:"staff_requests"`
	Accepted  int            `json:"accepted_sends"`
	Erased    int            `json:"erased_texts"`
	Wrong     int            `json:"violations"`
}

func newWorld(ctx context.Context, o options, folder string, seed uint64) (w *world, err error) {
	w = &world{
		folder: folder, binary: o.binary, points: o.points, without: o.without, gentle: o.soak > 0 || o.hang > 0, harm: 7,
		dice: rand.New(rand.NewPCG(seed, 1)), //nolint:gosec // repeatable, not secret
		said: map[string]*utterance{}, leads: map[string]*tenant{}, figures: figures{Points: map[string]int{}},
		sim: metasim.New(metasim.Options{App: metasim.App{ID: "900000000000001"}}),
	}
	if o.soak == 0 { // what an hour writes has no room there
		w.disk = smallDisk(folder)
	}
	if w.journal, err = os.Create(filepath.Join(folder, "journal.log")); err != nil {
		return w, err
	}
	w.front = httptest.NewServer(w.sim.Handler())
	if err := w.proxies(ctx, o); err != nil {
		return w, err
	}
	common := []string{
		"KONTOR_LISTEN=127.0.0.1:0", "KONTOR_LOG_FORMAT=json", "KONTOR_DATA_DIR=" + w.place("data"),
		"KONTOR_META_APP_ID=900000000000001", "KONTOR_META_APP_SECRETS=" + appSecret, "KONTOR_META_VERIFY_TOKEN=" + verifyToken,
		"KONTOR_META_GRAPH_URL=http://" + w.graph.addr(),
	}
	w.environ, w.direct = append(w.environ, common...), append(w.direct, common...)
	w.sim.ChangeApp(func(a *metasim.App) {
		a.PublicURL, a.Secrets, a.VerifyToken = "http://"+w.graph.addr(), []string{appSecret}, verifyToken
		a.CallbackURL = "http://" + w.door.addr() + "/webhooks/meta"
	})
	if err := w.found(ctx); err != nil {
		return w, err
	}
	w.lay()
	if o.hang > 0 {
		w.harm = 1
		_, err = w.sim.AddFault(metasim.Fault{Call: "send", Answer: metasim.AnswerHang, Accept: true, Count: -1})
	}
	return w, err
}

// diskSize is room enough for a round, and little enough to be filled in moments.
const diskSize = "size=400m,mode=755"

// smallDisk is a disk of the round's own in memory; empty when nobody may mount one here.
func smallDisk(folder string) string {
	at := filepath.Join(folder, "disk")
	if os.Mkdir(at, 0o755) != nil || syscall.Mount("tmpfs", at, "tmpfs", 0, diskSize) != nil { //nolint:gosec // PostgreSQL runs as somebody else
		return ""
	}
	return at
}

// place is where something lies that may run out of room.
func (w *world) place(name string) string { return filepath.Join(cmp.Or(w.disk, w.folder), name) }

// proxies starts the servers and what stands before them.
func (w *world) proxies(ctx context.Context, o options) (err error) {
	if w.graph, err = newProxy(func() string { return w.front.Listener.Addr().String() }); err != nil {
		return err
	}
	if w.door, err = newProxy(w.alive); err != nil {
		return err
	}
	if o.engine == "sqlite" {
		return nil
	}
	// It writes through the kernel only: processes die here, machines do not.
	if w.postgres, err = servers.NewPostgres(cmp.Or(w.disk, w.folder), "fsync=off", "full_page_writes=off", "max_connections=300"); err != nil {
		return err
	}
	if w.redis, err = servers.NewRedis(ctx, w.folder); err != nil {
		return err
	}
	if w.database, err = newProxy(w.postgres.Addr); err != nil {
		return err
	}
	if w.queue, err = newProxy(w.redis.Addr); err != nil {
		return err
	}
	w.environ = []string{"KONTOR_DATABASE_URL=" + w.postgres.URL(w.database.addr(), "postgres"), "KONTOR_REDIS_URL=redis://" + w.queue.addr()}
	w.direct = []string{"KONTOR_DATABASE_URL=" + w.postgres.URL(w.postgres.Addr(), "postgres"), "KONTOR_REDIS_URL=" + w.redis.URL()}
	return nil
}

// lay says which processes there are: on PostgreSQL two servers and two workers, else one that is both.
func (w *world) lay() {
	names := map[string][]string{"kontor": {"serve"}}
	if w.postgres != nil {
		names = map[string][]string{
			"server1": {"serve", "--http-only"}, "server2": {"serve", "--http-only"}, "worker1": {"worker"}, "worker2": {"worker"},
		}
	}
	for _, name := range []string{"kontor", "server1", "server2", "worker1", "worker2"} {
		if args := names[name]; args != nil {
			w.children = append(w.children, &child{name: name, args: args, environ: w.environ, binary: w.binary, folder: w.folder})
		}
	}
}

// alive is the address of a server that runs, a different one each time.
func (w *world) alive() string {
	turn := int(w.turn.Add(1))
	for i := range w.children {
		if c := w.children[(turn+i)%len(w.children)]; c.listens() != "" {
			return c.listens()
		}
	}
	return ""
}

// open is the domain, past all proxies; it runs no work.
func (w *world) open(ctx context.Context) (*app.App, error) {
	cfg, err := config.Load(w.direct)
	if err != nil {
		return nil, err
	}
	return app.New(ctx, cfg, app.Options{Parts: config.Tools, Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1}})
}

// found makes the accounts and connects their pages.
func (w *world) found(ctx context.Context) error {
	a, err := w.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	for n, name := range []string{"alpha", "beta"} {
		t := &tenant{canary: "canary-" + name}
		email := name + "@example.com"
		made, err := a.Found(ctx, account.New{Name: name, Language: "en", TimeZone: "UTC"},
			staff.New{Email: email, Name: name, Password: "a password of length"})
		if err != nil {
			return err
		}
		person, err := a.Services.Staff.Find(ctx, email, made.ID)
		if err != nil {
			return err
		}
		t.actor = account.Actor{AccountID: made.ID, Kind: account.Staff, StaffID: person.ID, Role: account.Owner, Name: person.Name}
		token, _, err := a.Services.Sessions.IssueToken(ctx, account.SystemActor(made.ID), person.ID, session.NewToken{Name: "torture", ActsAs: account.Staff})
		if err != nil {
			return err
		}
		t.token = token.Reveal()
		for i := range pagesEach {
			if err := w.connect(ctx, a, t, fmt.Sprintf("1042000000000%d%d", n+1, i)); err != nil {
				return err
			}
		}
		w.tenants = append(w.tenants, t)
	}
	return nil
}

func (w *world) connect(ctx context.Context, a *app.App, t *tenant, id string) error {
	page, err := w.sim.AddPage(metasim.Page{ID: id, Name: t.canary + " page", HumanAgent: true, NoReads: true})
	if err != nil {
		return err
	}
	settings := channel.DefaultSettings()
	settings.Comments, settings.Leads = true, true
	connected, err := a.Services.Channels.Connect(ctx, t.actor, channel.NewChannel{
		Kind: "facebook", ExternalID: page.ID, Token: secret.New(page.Token), Settings: settings,
	})
	if err != nil {
		return err
	}
	form, err := w.sim.AddForm(metasim.LeadForm{Page: page.ID, Name: t.canary + " form"})
	if err != nil {
		return err
	}
	post, err := w.sim.AddPost(metasim.Post{Page: page.ID, Text: t.canary + " post"})
	if err != nil {
		return err
	}
	t.pages, t.forms, t.posts = append(t.pages, page), append(t.forms, form), append(t.posts, post)
	t.channels = append(t.channels, connected.ID.String())
	for n := range peopleEach {
		p, err := w.sim.AddPerson(metasim.Person{FirstName: fmt.Sprintf("%s-%d", t.canary, n), LastName: id})
		if err != nil {
			return err
		}
		t.people = append(t.people, p)
	}
	return nil
}

// note writes a line of the history that a failed round leaves.
func (w *world) note(format string, args ...any) {
	_, _ = fmt.Fprintf(w.journal, "%s "+format+"\n", append([]any{time.Now().UTC().Format("15:04:05.000")}, args...)...)
}

// close ends everything that the round has started, and keeps its databases when they are to be looked at.
func (w *world) close(keep bool) {
	if w.app != nil {
		_ = w.app.Close()
	}
	for _, c := range w.children {
		if c.proc != nil {
			c.kill()
		}
	}
	for _, p := range []*proxy{w.door, w.graph, w.database, w.queue} {
		if p != nil {
			p.close()
		}
	}
	if w.postgres != nil {
		w.postgres.Close()
	}
	if w.redis != nil {
		w.redis.Close()
	}
	w.sim.Close()
	w.front.Close()
	_ = w.journal.Close()
	if w.disk != "" {
		if keep {
			_ = os.CopyFS(filepath.Join(w.folder, "kept"), os.DirFS(w.disk))
		}
		_ = syscall.Unmount(w.disk, syscall.MNT_DETACH)
	}
}

// violation is a broken promise.
type violation struct{ what string }

func (v violation) Error() string { return v.what }

func broken(format string, args ...any) error { return violation{fmt.Sprintf(format, args...)} }

// all joins what is wrong and leaves out the rest when there is too much of it.
func all(wrong []error) error {
	const most = 20
	if len(wrong) > most {
		wrong = append(wrong[:most:most], broken("and %d more", len(wrong)-most))
	}
	return errors.Join(wrong...)
}

func until(limit time.Duration, holds func() bool) error {
	for end := time.Now().Add(limit); !holds(); {
		if time.Now().After(end) {
			return errors.New("it took too long")
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}
