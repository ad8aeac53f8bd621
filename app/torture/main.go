// Command torture tries to break the promise: it runs the real program as child processes with servers of its own beside a
// simulated Meta, has customers and staff do what they do, kills and stops processes, harms what is between them, and then
// compares what the program believes with what has happened. A seed chooses what is done; what the processes make of it is up
// to the machine.
//
// It goes round by round. A round begins with an empty installation and lasts for a number of kills; then everything is well
// again, comes to rest, and is looked at. A round that finds something wrong leaves its folder.
//
// Start with world.go; traffic.go and staff.go say what is done, harm.go what goes wrong, check.go what must hold. As "torture
// storm" it does something else: see storm.go.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

type options struct {
	engine  string
	seed    uint64
	cycles  int
	round   int
	results string
	page    string
	keep    string
	binary  string
	points  []string
	commit  string // of the program
	without []string
	hang    int // play until the platform has taken so many answers and never said so, and kill less
	soak    time.Duration
	soaked  string
	only    string // of the planted faults those whose names have this in them
	overlay string // a description of files to build with instead of those there are; see go help build
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "storm" {
		if err := stormed(context.Background(), os.Args[2:]); err != nil { //nolint:forbidigo // where every context begins
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	var o options
	flag.StringVar(&o.engine, "engine", "postgres", "postgres (with Redis) or sqlite (with the embedded queue)")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "what to do; the same again with the same") //nolint:gosec // any number does
	flag.IntVar(&o.cycles, "cycles", 100, "how many kills")
	flag.IntVar(&o.round, "round", 50, "how many kills a round has")
	flag.StringVar(&o.results, "results", "", "a file that a line is added to for each round")
	flag.StringVar(&o.page, "page", "", "a page of the documentation that tells the sum of the results")
	flag.StringVar(&o.keep, "keep", os.TempDir(), "where rounds leave their folders that found something")
	without := flag.String("without", "", "what is not done, by name, with commas between: a smaller history of a failing seed")
	shrink := flag.Duration("shrink", 10*time.Minute, "how long a smaller history is looked for that fails too")
	planted := flag.Bool("planted", false, "see instead that the faults are found that are planted on purpose")
	flag.StringVar(&o.only, "only", "", "of the planted faults those whose names have this in them")
	flag.IntVar(&o.hang, "hang", 0, "have the platform take every answer and never say so, until it was so many in a round; kill less meanwhile")
	flag.DurationVar(&o.soak, "soak", 0, "play for so long instead, kill nobody, and see that nothing grows")
	flag.StringVar(&o.soaked, "soaked", "", "a file that a line is added to for a soak in which nothing was found")
	flag.Parse()
	o.without = strings.FieldsFunc(*without, func(r rune) bool { return r == ',' })
	act := run
	switch {
	case *planted:
		act = findPlanted
	case o.soak > 0:
		act = soak
	}
	if err := act(context.Background(), o, *shrink); err != nil { //nolint:forbidigo // where every context begins
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, shrink time.Duration) error {
	if o.cycles == 0 {
		return refresh(o.page, o.results)
	}
	o, clean, err := build(ctx, o)
	defer clean()
	if err != nil {
		return err
	}
	fmt.Printf("engine %s, seed %d, %d kills, %d fault points\n", o.engine, o.seed, o.cycles, len(o.points))
	var failed error
	for kills, n := 0, uint64(0); kills < o.cycles; n++ {
		result, err := round(ctx, o, o.seed+n)
		kills += max(result.Kills, 1)
		text, _ := json.Marshal(result) //nolint:errchkjson // plain figures
		fmt.Printf("%s\n", text)
		if err := remember(o.results, text); err != nil {
			return err
		}
		if err != nil {
			failed = errors.Join(failed, err)
			fmt.Fprintln(os.Stderr, err)
			smallest(ctx, o, o.seed+n, shrink)
		}
	}
	return errors.Join(failed, refresh(o.page, o.results))
}

// build makes the program with its fault points, and asks it for their names.
func build(ctx context.Context, o options) (_ options, clean func(), err error) {
	folder, err := os.MkdirTemp("", "kontor-torture-*")
	clean = func() { _ = os.RemoveAll(folder) }
	if err != nil {
		return o, clean, err
	}
	o.binary, o.commit = filepath.Join(folder, "kontor"), commit()
	args := []string{"build", "-tags", "faults", "-o", o.binary}
	if o.overlay != "" {
		args = append(args, "-overlay", o.overlay)
	}
	if out, err := exec.CommandContext(ctx, "go", append(args, "kontor/app/cmd/kontor")...).CombinedOutput(); err != nil { //nolint:gosec // our own
		return o, clean, fmt.Errorf("build: %w\n%s", err, out)
	}
	points, err := exec.CommandContext(ctx, o.binary, "faults").Output() //nolint:gosec // the program we built
	o.points = strings.Fields(string(points))
	return o, clean, err
}

// outcome is a line of the results.
type outcome struct {
	Date    string `json:"date"`
	Commit  string `json:"commit"`
	Engine  string `json:"engine"`
	Seed    uint64 `json:"seed"`
	Hang    int    `json:"hang,omitempty"` // how many answers it was to last for, when they decided
	Seconds int    `json:"seconds"`
	figures

	folder string // that it has left
}

func remember(name string, line []byte) error {
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644) //nolint:gosec // it is committed
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

func commit() string {
	text, _ := exec.Command("git", "describe", "--always", "--dirty").Output() //nolint:errcheck // outside of a clone there is none
	return strings.TrimSpace(string(text))
}

// How long one step of the traffic lasts; longer where each answer keeps its conversation waiting for seconds.
const (
	step     = 8 * time.Millisecond
	hangStep = 24 * time.Millisecond
)

// round runs one installation until it has been killed often enough, and looks at what is left.
func round(ctx context.Context, o options, seed uint64) (r outcome, err error) {
	folder, err := os.MkdirTemp(o.keep, fmt.Sprintf("torture-%s-%d-*", o.engine, seed))
	if err != nil {
		return r, err
	}
	if err := os.Chmod(folder, 0o755); err != nil { //nolint:gosec // PostgreSQL runs as somebody else and has a folder in it
		return r, err
	}
	began := time.Now()
	w, err := newWorld(ctx, o, folder, seed)
	defer func() {
		if err != nil {
			w.tellHistory(ctx, err)
		}
		w.close(err != nil)
		if err != nil {
			w.figures.Wrong = max(w.figures.Wrong, 1)
		}
		r = outcome{time.Now().UTC().Format(time.DateOnly), o.commit, o.engine, seed, o.hang, int(time.Since(began).Seconds()), w.figures, folder}
		if err == nil {
			_ = os.RemoveAll(folder)
		} else {
			err = fmt.Errorf("seed %d, left in %s:\n%w", seed, folder, err)
		}
	}()
	if err != nil {
		return r, err
	}
	pace, enough := step, func() bool { return w.figures.Kills >= o.round }
	if o.hang > 0 {
		pace = hangStep
		enough = func() bool { return w.hung() >= o.hang }
	}
	if err := w.play(ctx, pace, enough); err != nil {
		return r, err
	}
	if err := w.heal(); err != nil {
		return r, err
	}
	a, err := w.open(ctx)
	if err != nil {
		return r, err
	}
	w.app = a
	if err := w.drain(ctx, a); err != nil {
		return r, errors.Join(err, w.check(ctx, a))
	}
	return r, w.check(ctx, a)
}

// play lets things happen until it is enough.
func (w *world) play(ctx context.Context, step time.Duration, enough func() bool) error {
	calm, rare, harm := w.left(w.moves()), w.left(w.errands()), w.left(w.harms())
	pace := time.NewTicker(step)
	defer pace.Stop()
	for !enough() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-pace.C:
		}
		if err := w.revive(w.gentle); err != nil {
			return err
		}
		list := calm
		switch n := w.dice.IntN(100); {
		case n < w.harm:
			list = harm
		case n < w.harm+1:
			list = rare
		}
		if err := w.one(list).do(ctx); err != nil {
			return err
		}
		w.due(false)
		if w.dice.IntN(100) == 0 {
			w.sim.RetryNow()
		}
	}
	return nil
}
