// Package bench measures how fast Kontor is: the real program as processes of its own, beside what it is compared with, in turn
// and in one run. It prints a table of figures and ratios with what they must and should be, and writes everything to a file,
// from which charts can be drawn.
//
// It is no test: nothing fails because a machine is slow. It never touches a database of somebody's: those it measures on are
// its own, on the server that the settings name or on a private one.
//
// Start at lines.go, which says what is promised, and experiments in this file; the others are what their names say: intake.go,
// answers.go, lists.go, footprint.go and embedded.go measure; load.go asks; data.go and fill.go make what is asked for.
package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kontor/app"
	"kontor/app/servers"
)

// Options say what is measured, and how long.
type Options struct {
	Rows      []int         // of the table; all when empty
	Rounds    int           // how often everything is measured
	Last      time.Duration // how long a load goes on
	Events    int           // how many webhooks are drained
	Answers   int           // how many answers are delivered
	Requests  int           // how often a list is asked for in a round
	Intake    int           // tasks that there are when webhooks come
	Small     int           // tasks of the tables whose lists are compared
	Large     int
	Huge      int    // 0: none
	Folder    string // for private servers and data sets, which it keeps; empty: a temporary one
	Binary    string // of the Kontor that is measured
	LogLevel  string // of the Kontor that is measured
	Libredesk string // its program; empty: it is not measured, and figures of another day stand in
	Profile   string // a folder for profiles of what is measured; empty: none are taken
	Environ   []string
	Progress  io.Writer
}

// bench is a run.
type bench struct {
	Options
	folder   string
	admin    *sql.DB
	postgres *url.URL
	redisURL string
	sink     *sink
	pg       *pgbench // nil when there is none
	sets     map[string]dataSet
	report   *Report
	closers  []func()
	doing    string // the experiment
}

// experiment measures some rows together.
type experiment struct {
	name  string
	rows  []int
	lasts func(o Options) time.Duration // about
	run   func(b *bench, ctx context.Context) error
}

func experiments() []experiment {
	second := func(n int) time.Duration { return time.Duration(n) * time.Second }
	return []experiment{
		{"acknowledge", []int{1, 2, 3}, func(o Options) time.Duration { return time.Duration(o.Rounds)*7*(o.Last+second(2)) + second(20) }, (*bench).acknowledge},
		{"drain", []int{4}, func(o Options) time.Duration {
			return time.Duration(o.Rounds)*(o.Last+second(o.Events/1500+8)) + second(20)
		}, (*bench).drain},
		{"flow", []int{5, 6, 12}, func(o Options) time.Duration {
			return time.Duration(o.Rounds)*(2*o.Last+second(2*o.Events/1000+10)) + second(20)
		}, (*bench).flow},
		{"answers", []int{7}, func(o Options) time.Duration { return time.Duration(o.Rounds)*second(o.Answers/150+8) + second(20) }, (*bench).answers},
		{"notes", []int{13}, func(o Options) time.Duration { return time.Duration(o.Rounds)*(o.Last+second(3)) + second(20) }, (*bench).notes},
		{"lists", []int{8, 9, 10, 11, 14}, func(o Options) time.Duration {
			sizes := 2
			if o.Huge > 0 {
				sizes = 3
			}
			asked := time.Duration(o.Rounds*o.Requests*sizes*len(filters(customer{}))*len(orders())) * 5 * time.Millisecond
			return asked + time.Duration(o.Rounds)*(4*o.Last) + second((o.Small+o.Large+o.Huge)/8000)
		}, (*bench).lists},
		{"footprint", []int{15, 16}, func(o Options) time.Duration { return time.Duration(o.Rounds)*(3*o.Last+second(10)) + second(20) }, (*bench).footprint},
		{"embedded", []int{17}, func(o Options) time.Duration { return time.Duration(o.Rounds)*(2*o.Last+second(2)) + second(5) }, (*bench).embedded},
	}
}

// Run measures. What could be measured is in the report also when there is an error.
func Run(ctx context.Context, o Options) (report Report, err error) {
	b := &bench{Options: o, sets: map[string]dataSet{}}
	defer func() {
		for _, f := range slices.Backward(b.closers) {
			f()
		}
	}()
	if err := b.open(ctx); err != nil {
		return report, err
	}
	b.report = newReport(ctx, b)
	var todo []experiment
	for _, e := range experiments() {
		if len(o.Rows) == 0 || slices.ContainsFunc(e.rows, func(r int) bool { return slices.Contains(o.Rows, r) }) {
			todo = append(todo, e)
		}
	}
	began := time.Now()
	for i, e := range todo {
		var left time.Duration
		for _, x := range todo[i:] {
			left += x.lasts(o)
		}
		b.say("[%d/%d] %s, after %s; about %s to go", i+1, len(todo), e.name, time.Since(began).Round(time.Second), left.Round(time.Second))
		b.doing = e.name
		if failed := e.run(b, ctx); failed != nil {
			if ctx.Err() != nil { // what was measured before is worth keeping
				b.report.finish(o.Rows, time.Since(began))
				return *b.report, ctx.Err()
			}
			b.say("  %s: %v", e.name, failed)
			err = errors.Join(err, fmt.Errorf("%s: %w", e.name, failed))
		}
	}
	b.report.finish(o.Rows, time.Since(began))
	return *b.report, err
}

func (b *bench) say(format string, args ...any) { _, _ = fmt.Fprintf(b.Progress, format+"\n", args...) }

// measures tells whether a row is asked for.
func (b *bench) measures(row int) bool { return len(b.Rows) == 0 || slices.Contains(b.Rows, row) }

// open makes everything ready that measurements need.
func (b *bench) open(ctx context.Context) (err error) {
	if b.Binary == "" {
		if b.Binary, err = os.Executable(); err != nil {
			return err
		}
	}
	if err := b.openFolder(); err != nil {
		return err
	}
	if b.sink, err = newSink(); err != nil {
		return err
	}
	b.closers = append(b.closers, b.sink.close)
	if err := b.openServers(ctx); err != nil {
		return err
	}
	if b.admin, err = sql.Open("pgx", b.postgres.String()); err != nil {
		return err
	}
	b.closers = append(b.closers, func() { _ = b.admin.Close() })
	b.closers = append(b.closers, func() { //nolint:contextcheck // also when the run was broken off
		for _, name := range []string{workName, referenceName, emptyName} {
			_ = b.dropDatabase(context.WithoutCancel(ctx), name)
		}
	})
	if b.pg, err = b.newPgbench(ctx); errors.Is(err, errNoPgbench) {
		b.say("%v", err)
		err = nil
	}
	return err
}

func (b *bench) openFolder() (err error) {
	b.folder = b.Folder
	if b.folder == "" {
		if b.folder, err = os.MkdirTemp("", "kontor-bench-*"); err != nil {
			return err
		}
		b.closers = append(b.closers, func() { _ = os.RemoveAll(b.folder) })
	} else if b.folder, err = filepath.Abs(b.folder); err != nil {
		return err
	}
	if err := os.MkdirAll(b.folder, 0o755); err != nil {
		return err
	}
	return os.Chmod(b.folder, 0o755) //nolint:gosec // PostgreSQL may have to run as somebody else, in a folder in it
}

// openServers finds the servers that the settings name, or starts private ones, which write as carefully as they do by
// themselves.
func (b *bench) openServers(ctx context.Context) (err error) {
	named := func(name string) string {
		for _, e := range b.Environ {
			if value, ok := strings.CutPrefix(e, name+"="); ok {
				return value
			}
		}
		return ""
	}
	database := named("KONTOR_DATABASE_URL")
	if database == "" {
		p, err := servers.NewPostgres(b.folder, "max_connections=200")
		if err != nil {
			return err
		}
		b.closers = append(b.closers, p.Close)
		database = p.URL(p.Addr(), "postgres")
	}
	if b.postgres, err = url.Parse(database); err != nil {
		return err
	}
	if b.redisURL = named("KONTOR_REDIS_URL"); b.redisURL == "" {
		r, err := servers.NewRedis(ctx, b.folder)
		if err != nil {
			return err
		}
		b.closers = append(b.closers, r.Close)
		b.redisURL = r.URL()
	}
	return nil
}

// url is the address of one of the server's databases.
func (b *bench) url(database string) string {
	u := *b.postgres
	u.Path = "/" + database
	return u.String()
}

// emptyName is a database with the schema and nothing else.
const emptyName = "kontor_bench_empty"

// rounds measures again and again.
func (b *bench) rounds(what string, one func(n int) error) error {
	for n := range b.Rounds {
		b.say("  %s, round %d of %d", what, n+1, b.Rounds)
		if err := one(n); err != nil {
			return err
		}
	}
	return nil
}

// left runs something beside what it is compared with, which goes first in every other round.
func inTurn(n int, one, other func() error) error {
	if n%2 == 1 {
		one, other = other, one
	}
	if err := one(); err != nil {
		return err
	}
	return other()
}

// version is that of the program that prepares the data.
func version() string { return app.Version() }
