// Command testrun checks everything that this machine can check of Kontor, and says what it left out and why. It is what
// make test runs; it needs nothing but Go to start.
//
//	go run ./app/testrun [-fast] [-only sqlite,postgres] [packages]
//
// Packages without -only are tested on both engines.
//
// The whole Go suite runs on SQLite with the embedded queue, then again on PostgreSQL with Redis: on servers of its own in
// temporary folders, which end with the run, or on those that KONTOR_TEST_DATABASE_URL and KONTOR_TEST_REDIS_URL name.
// With CI=true, whatever is left out is a failure. The last line of the output is «N passed, N failed, N skipped».
//
// The stages are in stages.go; gotest.go reads what go test says; servers.go starts PostgreSQL and Redis.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	runtime.LockOSThread() // the servers die with the thread that started them
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the run at once
	code := run(ctx, os.Args[1:], os.Stdout)
	stop()
	os.Exit(code)
}

// testRun is one run: what was asked for, and what has come of it so far.
type testRun struct {
	out      io.Writer
	root     string
	fast     bool
	packages []string // ./... unless some were named
	strict   bool     // nothing may be left out

	servers *ours
	tally   tally
	times   []string
	leftOut []string
	skipped []string
	broken  []string // stages that failed
}

func run(ctx context.Context, args []string, out io.Writer) int {
	r := &testRun{out: out, strict: os.Getenv("CI") == "true"}
	flags := flag.NewFlagSet("testrun", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.BoolVar(&r.fast, "fast", false, "only "+strings.Join(fastStages(), ", ")+", taking results from the cache where nothing has changed")
	only := flags.String("only", "", "only these stages, separated by commas: "+strings.Join(names(r.stages()), ", "))
	if err := flags.Parse(args); err != nil {
		return 2
	}
	r.packages = flags.Args()
	var err error
	if r.root, err = findRoot(); err != nil {
		_, _ = fmt.Fprintln(out, err)
		return 2
	}
	wanted, err := r.choose(*only)
	if err != nil {
		_, _ = fmt.Fprintln(out, err)
		return 2
	}
	r.servers = newServers()
	defer r.servers.stop()
	started := time.Now()
	for _, s := range wanted {
		if ctx.Err() != nil {
			break
		}
		r.do(ctx, s)
	}
	r.summary(ctx, time.Since(started))
	if ctx.Err() != nil || r.tally.failed > 0 {
		return 1
	}
	return 0
}

// findRoot goes up to the folder of the repository.
func findRoot() (string, error) {
	folder, err := os.Getwd()
	for ; err == nil && folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "app", "cmd", "kontor")); err == nil {
			return folder, nil
		}
	}
	return "", fmt.Errorf("this is not Kontor's repository (%w)", os.ErrNotExist)
}

// choose returns the stages to run.
func (r *testRun) choose(only string) ([]stage, error) {
	all := r.stages()
	var chosen []string
	switch {
	case only != "":
		chosen = strings.Split(only, ",")
		for _, name := range chosen {
			if !slices.Contains(names(all), name) {
				return nil, fmt.Errorf("there is no stage %q; there are %s", name, strings.Join(names(all), ", "))
			}
		}
	case r.fast:
		chosen = fastStages()
	case len(r.packages) > 0:
		chosen = []string{"sqlite", "postgres"}
	default:
		chosen = slices.DeleteFunc(names(all), func(name string) bool { return slices.Contains(apartStages(), name) })
	}
	if len(r.packages) == 0 {
		r.packages = []string{"./..."}
	}
	return slices.DeleteFunc(all, func(s stage) bool { return !slices.Contains(chosen, s.name) }), nil
}

// do runs a stage, or leaves it out.
func (r *testRun) do(ctx context.Context, s stage) {
	_, _ = fmt.Fprintf(r.out, "\n=== %s: %s\n", s.name, s.what)
	if s.needs != nil {
		if why := s.needs(ctx); why != "" {
			_, _ = fmt.Fprintf(r.out, "left out: %s\n", why)
			r.leftOut = append(r.leftOut, s.name+": "+why)
			return
		}
	}
	started, cpu, failed := time.Now(), used(), r.tally.failed
	err := s.run(ctx)
	if err != nil && r.tally.failed == failed {
		r.tally.failed++ // a check that counts no tests
	}
	took := time.Since(started)
	state := "ok"
	if err != nil {
		state = "FAILED"
		r.broken = append(r.broken, fmt.Sprintf("%s: %v", s.name, err))
		_, _ = fmt.Fprintf(r.out, "%s failed: %v\n", s.name, err)
	}
	r.times = append(r.times, timed(s.name, took, used()-cpu)+"  "+state)
	_, _ = fmt.Fprintf(r.out, "--- %s: %.1f s\n", s.name, took.Seconds())
}

// timed is a line about a stage: what it took by the clock, and of the processors.
func timed(name string, took, cpu time.Duration) string {
	return fmt.Sprintf("%-16s %7.1f s %7.1f s of CPU", name, took.Seconds(), cpu.Seconds())
}

// used is the processor time of all programs that have ended so far: on a busy machine it says more than the clock.
func used() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (r *testRun) summary(ctx context.Context, took time.Duration) {
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			_, _ = fmt.Fprintf(r.out, "\n%s\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	if r.strict {
		r.tally.failed += len(r.leftOut)
	}
	list("Stages", append(r.times, timed("together", took, used())))
	list("Tests that skipped themselves", r.skipped)
	title := "Left out"
	if r.strict {
		title += ", which CI=true makes a failure"
	}
	list(title, r.leftOut)
	list("Failed", r.broken)
	if ctx.Err() != nil {
		_, _ = fmt.Fprintln(r.out, "\nThe run was broken off.")
	}
	_, _ = fmt.Fprintf(r.out, "\n%d passed, %d failed, %d skipped\n", r.tally.passed, r.tally.failed, r.tally.skipped)
}
