package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kontor/app"
	"kontor/app/config"
	"kontor/app/servers"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/secret"
	"kontor/domain/staff"
	"kontor/integrations/metasim"
)

// The storm is the other way to try: nothing is killed, but webhooks come in as fast as they are taken, many of them twice,
// out of order, broken, or of pages and things that nobody knows. Afterwards every item is looked for. What comes is in
// storm_items.go, what must be left of it in storm_count.go.

// stormOptions is what a storm is started with.
type stormOptions struct {
	engine  string
	seed    uint64
	items   int
	senders int
	memory  int
	results string
}

// storm is one installation in the rain.
type storm struct {
	stormOptions
	folder   string
	sim      *metasim.Sim
	front    *httptest.Server
	postgres *servers.Postgres // nil with SQLite
	redis    *servers.Redis    // nil with SQLite
	children []*child
	environ  []string
	owner    account.Actor
	plan     *forecast
	peak     map[string]int // the most memory of each process, in MB
}

// stormOutcome is a line of the results.
type stormOutcome struct {
	Date        string         `json:"date"`
	Commit      string         `json:"commit"`
	Engine      string         `json:"engine"`
	Seed        uint64         `json:"seed"`
	Items       int            `json:"items"`
	Distinct    int            `json:"distinct"`
	Duplicates  int            `json:"duplicates"`
	Reordered   int            `json:"reordered"`
	Malformed   int            `json:"malformed"`
	Unknown     int            `json:"unknown"` // pages, objects, fields, parts
	Requests    int            `json:"requests"`
	Refused     int            `json:"refused"`
	Largest     int            `json:"largest_batch"`
	Repeated    int            `json:"repeated_requests"`
	Comments    int            `json:"comments"`
	Ignored     int            `json:"ignored"`
	Quarantined int            `json:"quarantined"`
	Unrouted    int            `json:"unrouted"`
	Violations  int            `json:"violations"`
	MaxRSS      map[string]int `json:"max_rss_mb"`
	Minutes     float64        `json:"minutes"`
}

// stormed runs one storm, and adds its line to the results whatever came of it.
func stormed(ctx context.Context, args []string) error {
	var o stormOptions
	flags := flag.NewFlagSet("storm", flag.ExitOnError)
	flags.StringVar(&o.engine, "engine", "postgres", "postgres (with Redis, a server and a worker) or sqlite (one process)")
	flags.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "what comes; the same again with the same") //nolint:gosec // any number does
	flags.IntVar(&o.items, "items", 1_000_000, "how many items")
	flags.IntVar(&o.senders, "senders", 8, "how many requests at a time")
	flags.IntVar(&o.memory, "memory", 512, "how much memory a process may come to, in MB")
	flags.StringVar(&o.results, "results", "", "a file that a line is added to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "kontor-storm-*")
	if err != nil {
		return err
	}
	if err := os.Chmod(folder, 0o755); err != nil { //nolint:gosec // PostgreSQL runs as somebody else and has a folder in it
		return err
	}
	s := &storm{stormOptions: o, folder: folder, peak: map[string]int{}}
	wrong, err := s.run(ctx)
	s.close()
	if err != nil || len(wrong) > 0 {
		return fmt.Errorf("seed %d, left in %s:\n%w", o.seed, folder, errors.Join(err, all(wrong)))
	}
	return os.RemoveAll(folder)
}

func (s *storm) run(ctx context.Context) (wrong []error, err error) {
	fmt.Printf("storm of %d items, engine %s, seed %d\n", s.items, s.engine, s.seed)
	if err := s.install(ctx); err != nil {
		return nil, err
	}
	began := time.Now()
	watching, stop := context.WithCancel(ctx)
	watched := s.watch(watching)
	s.plan = newForecast(s.seed, s.items)
	err = s.rain(ctx)
	r := s.outcome()
	if err == nil {
		err = s.inside(ctx, func(a *app.App) (err error) {
			if err = s.drain(ctx, a.DB.SQL()); err != nil {
				wrong = append(wrong, err)
			}
			found, err := s.count(ctx, a.DB.SQL(), &r)
			wrong = append(wrong, found...)
			return err
		})
	}
	stop()
	<-watched
	if err != nil {
		return wrong, err
	}
	wrong = append(wrong, s.checkProcesses()...)
	r.MaxRSS, r.Violations = s.peak, len(wrong)
	r.Minutes = float64(time.Since(began).Round(time.Second)/time.Second) / 60
	line, err := json.Marshal(r)
	if err != nil {
		return wrong, err
	}
	fmt.Printf("%s\n", line)
	return wrong, remember(s.results, line)
}

func (s *storm) outcome() stormOutcome {
	p := s.plan
	return stormOutcome{
		Date: time.Now().UTC().Format(time.DateOnly), Commit: commit(), Engine: s.engine, Seed: s.seed, Items: p.items,
		Distinct: len(p.sent), Duplicates: p.duplicates, Reordered: p.reordered, Malformed: p.malformed, Unknown: p.unknown,
		Requests: p.requests, Refused: p.refused, Largest: p.largest, Repeated: int(p.repeated.Load()),
	}
}

// install builds the program as it is shipped, founds an account with its pages, and starts the processes.
func (s *storm) install(ctx context.Context) (err error) {
	binary := filepath.Join(s.folder, "kontor")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "kontor/app/cmd/kontor").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	s.sim = metasim.New(metasim.Options{App: metasim.App{ID: "900000000000001", Secrets: []string{appSecret}}})
	s.front = httptest.NewServer(s.sim.Handler())
	s.environ = []string{
		"KONTOR_LISTEN=127.0.0.1:0", "KONTOR_LOG_FORMAT=json", "KONTOR_DATA_DIR=" + filepath.Join(s.folder, "data"),
		"KONTOR_META_APP_ID=900000000000001", "KONTOR_META_APP_SECRETS=" + appSecret, "KONTOR_META_VERIFY_TOKEN=" + verifyToken,
		"KONTOR_META_GRAPH_URL=" + s.front.URL,
	}
	roles := map[string][]string{"kontor": {"serve"}}
	if s.engine != "sqlite" {
		if s.postgres, err = servers.NewPostgres(s.folder, "fsync=off", "full_page_writes=off", "max_connections=300"); err != nil {
			return err
		}
		if s.redis, err = servers.NewRedis(ctx, s.folder); err != nil {
			return err
		}
		s.environ = append(s.environ, "KONTOR_DATABASE_URL="+s.postgres.URL(s.postgres.Addr(), "postgres"), "KONTOR_REDIS_URL="+s.redis.URL())
		roles = map[string][]string{"server": {"serve", "--http-only"}, "worker": {"worker"}}
	}
	if err := s.inside(ctx, func(a *app.App) error { return s.found(ctx, a) }); err != nil {
		return err
	}
	for name, args := range roles {
		c := &child{name: name, args: args, environ: s.environ, binary: binary, folder: s.folder}
		if err := c.start(""); err != nil {
			return err
		}
		s.children = append(s.children, c)
	}
	return until(time.Minute, func() bool { return s.address() != "" })
}

func (s *storm) address() string {
	for _, c := range s.children {
		if at := c.listens(); at != "" {
			return at
		}
	}
	return ""
}

// inside does something with the domain, which runs no work here.
func (s *storm) inside(ctx context.Context, do func(*app.App) error) error {
	cfg, err := config.Load(s.environ)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Parts: config.Tools, Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1}})
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.Close())
}

func (s *storm) found(ctx context.Context, a *app.App) error {
	made, err := a.Found(ctx, account.New{Name: "Storm"}, staff.New{Email: "storm@example.com", Name: "Storm", Password: "a password of length"})
	if err != nil {
		return err
	}
	s.owner = account.Actor{AccountID: made.ID, Kind: account.Staff, Role: account.Owner, Name: "Storm"}
	person, err := a.Services.Staff.Find(ctx, "storm@example.com", made.ID)
	if err != nil {
		return err
	}
	s.owner.StaffID = person.ID
	for _, id := range stormPages() {
		page, err := s.sim.AddPage(metasim.Page{ID: id, Name: "Storm " + id, NoReads: true})
		if err != nil {
			return err
		}
		settings := channel.DefaultSettings()
		settings.Comments = true
		if _, err := a.Services.Channels.Connect(ctx, s.owner, channel.NewChannel{
			Kind: "facebook", ExternalID: page.ID, Token: secret.New(page.Token), Settings: settings,
		}); err != nil {
			return err
		}
	}
	return nil
}

// drain waits until everything that came in has had its effect. How long that takes is the machine's affair, as long as
// something happens.
func (s *storm) drain(ctx context.Context, db *sql.DB) error {
	left, since, shown := -1, time.Now(), time.Time{}
	for {
		var n int
		if err := db.QueryRowContext(ctx, `SELECT count(*) FROM inbound_events WHERE state IN ('received', 'waiting')`).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		if n != left {
			left, since = n, time.Now()
		}
		if time.Since(shown) > 10*time.Second {
			shown = time.Now()
			fmt.Printf("%d items wait for their effect, %d MB\n", n, s.inUse())
		}
		if time.Since(since) > drainTime {
			return broken("%d items have had no effect", n)
		}
		time.Sleep(2 * time.Second)
	}
}

// watch samples the memory of the processes until the context ends.
func (s *storm) watch(ctx context.Context) (done chan struct{}) {
	done = make(chan struct{})
	tick := time.NewTicker(500 * time.Millisecond)
	go func() {
		defer close(done)
		defer tick.Stop()
		for {
			for _, c := range s.children {
				s.peak[c.name] = max(s.peak[c.name], resident(c.proc.Process.Pid))
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return done
}

// resident is the most memory that a process has had in use so far, in MB; 0 where that cannot be known.
func resident(pid int) int {
	_, most, _ := servers.Memory(pid) //nolint:errcheck // 0 then
	return int(most)
}

// checkProcesses: nobody has died, nobody took more memory than allowed, and no log tells of a panic or a secret.
func (s *storm) checkProcesses() (wrong []error) {
	for _, c := range s.children {
		if c.dead() {
			wrong = append(wrong, broken("%s has ended: %v", c.name, c.proc.ProcessState))
		}
		if s.peak[c.name] > s.memory {
			wrong = append(wrong, broken("%s came to %d MB", c.name, s.peak[c.name]))
		}
		text, err := os.ReadFile(filepath.Join(s.folder, c.name+".log"))
		if err != nil {
			wrong = append(wrong, err)
		}
		for _, word := range []string{"panic", appSecret} {
			if strings.Contains(string(text), word) {
				wrong = append(wrong, broken("the log of %s has %q in it", c.name, word))
			}
		}
	}
	return wrong
}

func (s *storm) close() {
	for _, c := range s.children {
		c.kill()
	}
	if s.postgres != nil {
		s.postgres.Close()
	}
	if s.redis != nil {
		s.redis.Close()
	}
	if s.sim != nil {
		s.sim.Close()
		s.front.Close()
	}
}
