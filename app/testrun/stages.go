package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stage is one part of a run.
type stage struct {
	name  string
	what  string
	needs func(ctx context.Context) string // why it cannot run here; empty when it can
	run   func(ctx context.Context) error
}

func names(stages []stage) []string {
	all := make([]string, len(stages))
	for i, s := range stages {
		all[i] = s.name
	}
	return all
}

// fastStages are those of a run between two edits.
func fastStages() []string { return []string{"format", "vet", "sqlite"} }

// apartStages are those that measure instead of testing: they run only when they are asked for.
func apartStages() []string {
	return []string{"fairness", "postgres-fairness", "recovery", "postgres-recovery"}
}

// crashes is the package that kills the program. It runs by itself: its clocks are real, and it wants both cores.
const crashes = "kontor/app/crashtest"

// stages lists all of them, in the order in which they run. The web UI comes before Go's tests, which embed it.
func (r *testRun) stages() []stage {
	return []stage{
		{"format", "gofmt", nil, r.format},
		{"vet", "go vet, also with the crash tests' fault points", nil, r.vet},
		{"lint", "golangci-lint", nil, r.lint},
		{"web", "the web UI: build, types, unit tests, and whether its client fits the API", r.needsWeb, r.web},
		{"sqlite", "the Go suite on SQLite and the embedded queue", nil, r.goSuite("sqlite")},
		{"crash", "the program is killed, on SQLite", nil, r.crash("crash")},
		{"postgres", "the Go suite on PostgreSQL and Redis", r.needsServers, r.goSuite("postgres")},
		{"postgres-crash", "the program is killed, on PostgreSQL and Redis", r.needsServers, r.crash("postgres-crash")},
		{"browser", "the web UI in Chromium", r.needsBrowser, r.browser},
		{"fairness", "figures: pages beside sick ones and beside a flood, on SQLite", nil, r.fairness("fairness")},
		{"postgres-fairness", "the same on PostgreSQL and Redis", r.needsServers, r.fairness("postgres-fairness")},
		{"recovery", "figures: after kill -9, and after ten thousand rings were lost, on SQLite", nil, r.recovery("recovery")},
		{"postgres-recovery", "the same on PostgreSQL and Redis", r.needsServers, r.recovery("postgres-recovery")},
	}
}

func (r *testRun) format(ctx context.Context) error {
	out, err := r.output(ctx, "gofmt", "-l", "app", "domain", "integrations", "jobs", "migrations", "templates")
	if err == nil && len(out) > 0 {
		err = fmt.Errorf("not formatted (make fmt):\n%s", out)
	}
	return err
}

func (r *testRun) vet(ctx context.Context) error {
	return errors.Join(
		r.command(ctx, "go", "vet", "./..."),
		r.command(ctx, "go", "vet", "-tags=faults", "./..."),
	)
}

func (r *testRun) lint(ctx context.Context) error {
	return r.command(ctx, "go", "tool", "-modfile=tools/go.mod", "golangci-lint", "run", "--allow-parallel-runners", "./...")
}

// goSuite returns the stage that tests the packages on an engine. Tests wait for databases and clocks more than they
// compute, so that more of a package's run at once than there are cores.
func (r *testRun) goSuite(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		listed, err := r.output(ctx, "go", append([]string{"list"}, r.packages...)...)
		if err != nil {
			return err
		}
		packages := strings.Fields(listed)
		if len(packages) > 1 {
			packages = slices.DeleteFunc(packages, func(p string) bool { return p == crashes })
		}
		args := []string{"-parallel=8", "-timeout=20m"} // a package takes minutes where the cores are busy
		if !r.fast {
			args = append(args, "-count=1")
		}
		return r.goTest(ctx, name, append(args, packages...)...)
	}
}

func (r *testRun) crash(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		dose, _ := strconv.Atoi(os.Getenv("KONTOR_CRASH_SECONDS")) //nolint:errcheck // the tests complain
		patience := 10*time.Minute + 2*time.Duration(dose)*time.Second
		return r.goTest(ctx, name, "-count=1", "-parallel=4", "-timeout="+patience.String(), crashes)
	}
}

func (r *testRun) fairness(name string) func(context.Context) error {
	return r.measure(name, "-run=^$", "-bench=BesideSickOnes|BesideAFlood", "-benchtime=1x", "-timeout=1h", "./app/deliverytest")
}

func (r *testRun) recovery(name string) func(context.Context) error {
	return r.measure(name, "-run=SlowHandOver|AfterAWipe", "-v", "-timeout=1h", crashes)
}

// measure runs part of go test alone and shows what it says.
func (r *testRun) measure(name string, args ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		cmd := r.prepare(ctx, "go", append([]string{"test", "-count=1", "-parallel=1", "-vet=off"}, args...)...)
		cmd.Env = append(cmd.Env, "KONTOR_CRASH_ROWS=10000")
		if strings.HasPrefix(name, "postgres") {
			cmd.Env = append(cmd.Env, r.servers.environ()...)
		}
		cmd.Stdout, cmd.Stderr = r.out, r.out
		return cmd.Run()
	}
}

// goTest runs go test and counts. Vet has had its own stage.
func (r *testRun) goTest(ctx context.Context, name string, args ...string) error {
	cmd := r.prepare(ctx, "go", append([]string{"test", "-json", "-vet=off"}, args...)...)
	if strings.HasPrefix(name, "postgres") {
		cmd.Env = append(cmd.Env, r.servers.environ()...)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = r.out
	if err := cmd.Start(); err != nil {
		return err
	}
	g := newGoTests(r.out, name)
	err = errors.Join(g.read(stdout), cmd.Wait())
	r.tally.add(g.tally)
	r.skipped = append(r.skipped, g.skipped...)
	if err != nil && g.tally.failed > 0 {
		err = fmt.Errorf("%d failed", g.tally.failed)
	}
	return err
}

func (r *testRun) needsServers(ctx context.Context) string {
	if err := r.servers.start(ctx); err != nil {
		return err.Error()
	}
	return ""
}

func (r *testRun) webFolder() string { return filepath.Join(r.root, "app", "web") }

func (r *testRun) needsWeb(context.Context) string {
	if _, err := os.Stat(filepath.Join(r.webFolder(), "package.json")); err != nil {
		return "there is no app/web/package.json"
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return "Node's npm is not installed"
	}
	return ""
}

// scripts are those of package.json.
func (r *testRun) scripts() map[string]string {
	var p struct{ Scripts map[string]string }
	text, err := os.ReadFile(filepath.Join(r.webFolder(), "package.json"))
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return nil
	}
	return p.Scripts
}

func (r *testRun) web(ctx context.Context) error {
	if err := r.command(ctx, "make", "build"); err != nil { // installs and builds what has changed
		return err
	}
	var all []error
	for _, script := range []string{"typecheck", "lint", "test", "api:check"} {
		if r.scripts()[script] != "" {
			all = append(all, r.script(ctx, script))
		}
	}
	return errors.Join(all...)
}

func (r *testRun) needsBrowser(ctx context.Context) string {
	if why := r.needsWeb(ctx); why != "" {
		return why
	}
	if r.scripts()[browserScript] == "" {
		return "app/web/package.json has no script " + browserScript
	}
	if chromium() == "" {
		return "Chromium is not installed"
	}
	return ""
}

const browserScript = "test:browser"

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func (r *testRun) browser(ctx context.Context) error {
	if err := r.command(ctx, "make", "build"); err != nil {
		return err
	}
	return r.script(ctx, browserScript)
}

// script runs one of package.json's scripts and counts what it tested.
func (r *testRun) script(ctx context.Context, name string) error {
	cmd := r.prepare(ctx, "npm", "run", "--silent", name)
	cmd.Dir = r.webFolder()
	cmd.Env = append(cmd.Env, "CHROMIUM="+chromium(), "KONTOR_BINARY="+filepath.Join(r.root, "bin", "kontor"))
	out, err := cmd.CombinedOutput()
	t, lines := countWeb(string(out))
	r.tally.add(t)
	if err != nil {
		_, _ = r.out.Write(out)
		return fmt.Errorf("npm run %s: %w", name, err)
	}
	_, _ = fmt.Fprintf(r.out, "ok  \t%s\t%s\n", name, strings.Join(lines, ", "))
	return nil
}

// command runs a program, and prints what it says when it fails.
func (r *testRun) command(ctx context.Context, name string, args ...string) error {
	cmd := r.prepare(ctx, name, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		_, _ = r.out.Write(said.Bytes())
		return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return nil
}

// output runs a program and returns what it prints.
func (r *testRun) output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := r.prepare(ctx, name, args...)
	cmd.Stderr = r.out
	out, err := cmd.Output()
	return string(out), err
}

// grace is how long a program that is told to end may take.
const grace = 10 * time.Second

// prepare makes a command in the repository, that ends with everything it has started when the run is broken off. Settings
// of Kontor that happen to be in the environment stay outside, but for the crash tests' dose and seed.
func (r *testRun) prepare(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // programs that the stages name
	cmd.Dir, cmd.WaitDelay = r.root, grace
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	for _, e := range os.Environ() {
		ours := strings.HasPrefix(e, "KONTOR_") && !strings.HasPrefix(e, "KONTOR_CRASH_")
		if !ours && !strings.HasPrefix(e, "MAKE") && !strings.HasPrefix(e, "MFLAGS=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	return cmd
}
