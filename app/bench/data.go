package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strconv"
	"time"

	"kontor/app"
	"kontor/app/config"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/secret"
	"kontor/domain/staff"
	"kontor/integrations/metasim"
	"kontor/migrations"
)

// form is the form of a data set: its tasks are shared out to three accounts of very different size.
type form struct {
	Tasks int
	// Repeat is how many tasks a person has on average.
	Repeat float64
	// Open is the share of tasks that are not resolved.
	Open float64
	// Span is how long it took them to come.
	Span time.Duration
}

// Forms of data sets: what lists are read from, and what intake goes on with, which is as the reference's: one task a person,
// half of them open.
func listed(tasks int) form { return form{tasks, 1.6, 0.2, 2 * 365 * 24 * time.Hour} }
func going(tasks int) form  { return form{tasks, 1, 0.5, 12 * time.Hour} }

// edition is raised whenever the data sets become others than those that were kept.
const edition = 2

func (f form) name() string {
	return fmt.Sprintf("kontor_bench_v%d_e%d_%d_%d", migrations.Latest(), edition, f.Tasks, int(100*f.Open))
}

// dataSet is what is known of a data set, kept in it.
type dataSet struct {
	Form     form       `json:"form"`
	Comments int        `json:"comments"`
	Accounts []customer `json:"accounts"`
}

// customer is an account of a data set.
type customer struct {
	ID       ids.ID   `json:"id"`
	Email    string   `json:"email"`
	Tasks    int      `json:"tasks"`
	People   int      `json:"people"`
	Staff    []ids.ID `json:"staff"` // the owner is the first
	Team     ids.ID   `json:"team"`
	Pages    []page   `json:"pages"` // the busiest first
	Template ids.ID   `json:"template"`
	Version  int      `json:"version"`
	Statuses ids.ID   `json:"statuses"`
	Keys     []string `json:"keys"`    // of statuses that are new, pending and resolved
	Contact  ids.ID   `json:"contact"` // somebody
	Thread   ids.ID   `json:"thread"`  // their conversation
	Long     []ids.ID `json:"long"`    // tasks with as many comments as a page of them has
	Some     []ids.ID `json:"some"`    // tasks of different conversations
}

// page is a page that is connected.
type page struct {
	External string `json:"external"`
	Channel  ids.ID `json:"channel"`
}

const password = "a password of length"

// shares are what part of the tasks, how many staff and how many pages the accounts have.
func shares() []struct {
	part         float64
	staff, pages int
} {
	return []struct {
		part         float64
		staff, pages int
	}{{0.90, 20, 48}, {0.09, 5, 10}, {0.01, 1, 2}}
}

// openApp opens the program on a database without serving, to found accounts in it.
func (b *bench) openApp(ctx context.Context, database, folder, graph string) (*app.App, error) {
	settings := append(b.settings(database, folder), "KONTOR_META_GRAPH_URL="+graph)
	cfg, err := config.Load(settings)
	if err != nil {
		return nil, err
	}
	return app.New(ctx, cfg, app.Options{Parts: config.Tools, Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1}})
}

// found makes the accounts of a data set, with their people and pages, and fills nothing yet.
func (b *bench) found(ctx context.Context, database, folder string, f form) (set dataSet, err error) {
	sim := metasim.New(metasim.Options{App: metasim.App{ID: appID, Secrets: []string{appSecret}, VerifyToken: verifyToken}})
	front := httptest.NewServer(sim.Handler())
	defer func() { sim.Close(); front.Close() }()
	a, err := b.openApp(ctx, database, folder, front.URL)
	if err != nil {
		return set, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	sim.ChangeApp(func(x *metasim.App) { x.PublicURL, x.CallbackURL = front.URL, "http://127.0.0.1:1/webhooks/meta" })
	set.Form = f
	for n, share := range shares() {
		c := customer{Email: fmt.Sprintf("owner%d@bench.example", n), Tasks: max(int(share.part*float64(f.Tasks)), 10)}
		c.People = max(int(float64(c.Tasks)/f.Repeat), 1)
		who, err := foundOne(ctx, a, &c, n, share.staff)
		if err != nil {
			return set, err
		}
		for i := range share.pages {
			if err := connect(ctx, a, sim, who, &c, strconv.Itoa(104200000000000+1000*n+i)); err != nil {
				return set, err
			}
		}
		set.Accounts = append(set.Accounts, c)
	}
	return set, nil
}

func foundOne(ctx context.Context, a *app.App, c *customer, n, people int) (who account.Actor, err error) {
	made, err := a.Found(ctx, account.New{Name: fmt.Sprintf("Account %d", n), Language: "en", TimeZone: "UTC"},
		staff.New{Email: c.Email, Name: "Olivia Owner", Password: password})
	if err != nil {
		return who, err
	}
	owner, err := a.Services.Staff.Find(ctx, c.Email, made.ID)
	if err != nil {
		return who, err
	}
	who = account.Actor{AccountID: made.ID, Kind: account.Staff, StaffID: owner.ID, Role: account.Owner, Name: owner.Name}
	c.ID, c.Staff = made.ID, []ids.ID{owner.ID}
	for i := 1; i < people; i++ {
		s, err := a.Services.Staff.Create(ctx, who, staff.New{
			Email: fmt.Sprintf("staff%d.%d@bench.example", n, i), Name: fmt.Sprintf("Staff %d", i), Role: account.Member, Password: password,
		})
		if err != nil {
			return who, err
		}
		c.Staff = append(c.Staff, s.ID)
	}
	team, err := a.Services.Staff.CreateTeam(ctx, who, "Service", c.Staff[:(len(c.Staff)+1)/2])
	if err != nil {
		return who, err
	}
	c.Team = team.ID
	object, statuses, err := a.Services.Templates.ObjectFor(ctx, made.ID, nil)
	if err != nil {
		return who, err
	}
	c.Template, c.Version, c.Statuses, c.Keys = object.ID, object.Version, statuses.ID, make([]string, 3)
	for _, s := range statuses.Statuses {
		for i, category := range []string{"new", "pending", "resolved"} {
			if string(s.Category) == category && c.Keys[i] == "" {
				c.Keys[i] = s.Key
			}
		}
	}
	return who, nil
}

func connect(ctx context.Context, a *app.App, sim *metasim.Sim, who account.Actor, c *customer, id string) error {
	p, err := sim.AddPage(metasim.Page{ID: id, Name: "Page " + id, Token: tokenOf + id, HumanAgent: true})
	if err != nil {
		return err
	}
	settings := channel.DefaultSettings()
	settings.HistoryCount = 1 // the reference fetches none either
	made, err := a.Services.Channels.Connect(ctx, who, channel.NewChannel{
		Kind: metasim.PageKind, ExternalID: p.ID, Token: secret.New(p.Token), Settings: settings,
	})
	c.Pages = append(c.Pages, page{id, made.ID})
	return err
}

// data returns a data set on PostgreSQL, which is made unless it is there.
func (b *bench) data(ctx context.Context, f form) (set dataSet, err error) {
	if set, ok := b.sets[f.name()]; ok {
		return set, nil
	}
	if set, err = b.kept(ctx, f); err == nil {
		b.sets[f.name()] = set
		return set, nil
	}
	b.say("making a data set of %d tasks", f.Tasks)
	if err := b.makeDatabase(ctx, f.name(), ""); err != nil {
		return set, err
	}
	if set, err = b.found(ctx, f.name(), f.name(), f); err != nil {
		return set, err
	}
	db, err := sql.Open("pgx", b.url(f.name()))
	if err != nil {
		return set, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := fill(ctx, db, postgresLoader{}, &set, b.say); err != nil {
		return set, fmt.Errorf("make a data set: %w", err)
	}
	text, err := json.Marshal(set)
	if err != nil {
		return set, err
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE bench_set (described JSONB)"); err != nil {
		return set, err
	}
	_, err = db.ExecContext(ctx, "INSERT INTO bench_set VALUES ($1)", string(text))
	b.sets[f.name()] = set
	return set, err
}

// kept reads what a data set says of itself; an error when there is none, or none that was finished.
func (b *bench) kept(ctx context.Context, f form) (set dataSet, err error) {
	db, err := sql.Open("pgx", b.url(f.name()))
	if err != nil {
		return set, err
	}
	defer func() { _ = db.Close() }()
	var text []byte
	if err := db.QueryRowContext(ctx, "SELECT described FROM bench_set").Scan(&text); err != nil {
		return set, err
	}
	return set, json.Unmarshal(text, &set)
}

// makeDatabase makes one, empty or as a copy of another, in the place of a former one.
func (b *bench) makeDatabase(ctx context.Context, name, copyOf string) error {
	if err := b.dropDatabase(ctx, name); err != nil {
		return err
	}
	text := "CREATE DATABASE " + name //nolint:gosec // names of ours, which cannot be arguments
	if copyOf != "" {
		text += " TEMPLATE " + copyOf
	}
	_, err := b.admin.ExecContext(ctx, text)
	return err
}

func (b *bench) dropDatabase(ctx context.Context, name string) error {
	_, err := b.admin.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	return err
}

// workOn copies a data set into a database that is written to, whose people have just written.
func (b *bench) workOn(ctx context.Context, f form) (set dataSet, err error) {
	if set, err = b.data(ctx, f); err != nil {
		return set, err
	}
	if err = b.makeDatabase(ctx, workName, f.name()); err != nil {
		return set, err
	}
	if err = b.pass(ctx, workName); err != nil {
		return set, err
	}
	return set, b.exec(ctx, workName,
		"UPDATE identities SET window_until = now() + interval '23 hours', window_opened_at = now(), last_message_at = now()",
		"VACUUM ANALYZE", "CHECKPOINT")
}

// pass has a worker do what is done once a day or an hour, for it would be done again at every start that is measured, and beside
// what is measured: workers run for longer than that.
func (b *bench) pass(ctx context.Context, database string) error {
	defer func(kept string) { b.Profile = kept }(b.Profile)
	b.Profile = "" // nothing is measured here
	w, err := b.work(b.settings(database, "pass"))
	if err != nil {
		return err
	}
	defer w.kill()
	for began := time.Now(); time.Since(began) < patience; time.Sleep(10 * time.Millisecond) {
		if n, err := b.count(ctx, "SELECT count(*) FROM job_ticks"); err != nil || n > 0 {
			return errors.Join(err, w.stop(ctx)) // what has begun comes to its end
		}
	}
	return fmt.Errorf("the worker does not begin:\n%s", w.said())
}

// workName is the database that is written to while something is measured.
const workName = "kontor_bench_work"

// exec runs statements on a database, one after the other, over one connection.
func (b *bench) exec(ctx context.Context, database string, texts ...string) error {
	db, err := sql.Open("pgx", b.url(database))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, text := range texts {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%.60s: %w", text, err)
		}
	}
	return nil
}
