package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"slices"
	"time"

	"kontor/app/servers"
)

// A soak lasts long, kills nobody and goes slowly: it is about what processes hold on to while everything around them
// fails now and then.
const (
	soakStep  = 40 * time.Millisecond
	soakLook  = 10 * time.Second
	soakBound = 0.10 // by how much the end may differ from the beginning
	soakSlack = 8    // and by how many, where there are few
)

// soaked is a line of the results.
type soaked struct {
	Date     string             `json:"date"`
	Commit   string             `json:"commit"`
	Engine   string             `json:"engine"`
	Seed     uint64             `json:"seed"`
	Minutes  int                `json:"minutes"`
	Early    map[string]float64 `json:"early"` // medians of the second sixth of the time
	Late     map[string]float64 `json:"late"`  // of the last
	Figures  figures            `json:"figures"`
	measured map[string][]float64
}

// soak plays for a time, looks at what every process holds, and whether it is the same at the end as near the beginning.
func soak(ctx context.Context, o options, _ time.Duration) error {
	o, clean, err := build(ctx, o)
	defer clean()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(o.keep, fmt.Sprintf("soak-%s-%d-*", o.engine, o.seed))
	if err != nil {
		return err
	}
	if err := os.Chmod(folder, 0o755); err != nil { //nolint:gosec // PostgreSQL runs as somebody else and has a folder in it
		return err
	}
	o.without = append(o.without, "kill", "deploy", "fill-disk", "replay")
	w, err := newWorld(ctx, o, folder, o.seed)
	if err != nil {
		w.close(true)
		return err
	}
	wrong, err := w.soak(ctx, o)
	w.close(wrong != nil || err != nil)
	if wrong == nil && err == nil {
		return os.RemoveAll(folder)
	}
	return errors.Join(fmt.Errorf("left in %s", folder), wrong, err)
}

func (w *world) soak(ctx context.Context, o options) (wrong, err error) {
	for _, c := range w.children {
		if err := c.showsProfiles(); err != nil {
			return nil, err
		}
	}
	if err := w.revive(true); err != nil {
		return nil, err
	}
	r := soaked{
		Date: time.Now().UTC().Format(time.DateOnly), Commit: o.commit, Engine: o.engine, Seed: o.seed, Minutes: int(o.soak.Minutes()),
		measured: map[string][]float64{},
	}
	began, looked := time.Now(), time.Now()
	if err := w.play(ctx, soakStep, func() bool {
		if time.Since(looked) > soakLook {
			looked = time.Now()
			w.measure(ctx, r.measured)
			fmt.Printf("\r%s of %s", time.Since(began).Round(time.Second), o.soak)
		}
		return time.Since(began) > o.soak
	}); err != nil {
		return nil, err
	}
	fmt.Println()
	flat := r.compare()
	w.note("heal")
	if err := w.calm(); err != nil {
		return nil, err
	}
	a, err := w.open(ctx)
	if err != nil {
		return nil, err
	}
	w.app = a
	wrong = errors.Join(flat, w.drain(ctx, a), w.check(ctx, a))
	r.Figures = w.figures
	text, _ := json.Marshal(r) //nolint:errchkjson // plain figures
	fmt.Printf("%s\n", text)
	if wrong != nil {
		return wrong, nil
	}
	return nil, remember(o.soaked, text)
}

// measure adds what everything holds now.
func (w *world) measure(ctx context.Context, into map[string][]float64) {
	add := func(name string, n float64) {
		if !math.IsNaN(n) {
			into[name] = append(into[name], n)
		}
	}
	for _, c := range w.children {
		if c.stopped {
			continue
		}
		add(c.name+" goroutines", c.goroutines(ctx))
		if mb, _, err := servers.Memory(c.proc.Process.Pid); err == nil {
			add(c.name+" memory_mb", mb)
		}
		files, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", c.proc.Process.Pid)) //nolint:errcheck // it may be about to end
		add(c.name+" handles", float64(len(files)))
	}
	if w.postgres == nil {
		return
	}
	var n float64
	if w.postgres.DB.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'`).Scan(&n) == nil {
		add("database connections", n)
	}
	if n, err := w.redis.Client.DBSize(ctx).Result(); err == nil {
		add("redis keys", float64(n))
	}
}

// compare takes medians and says what did not stay flat.
func (r *soaked) compare() error {
	r.Early, r.Late = map[string]float64{}, map[string]float64{}
	var wrong []error
	for name, list := range r.measured {
		sixth := max(len(list)/6, 1)
		early, late := median(list[min(sixth, len(list)-1):min(2*sixth, len(list))]), median(list[len(list)-sixth:])
		r.Early[name], r.Late[name] = early, late
		if grown := late - early; grown > early*soakBound && grown > soakSlack {
			wrong = append(wrong, broken("I10: %s went from %.0f to %.0f", name, early, late))
		}
	}
	return errors.Join(wrong...)
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

// goroutines are how many the process has; it says so itself.
func (c *child) goroutines(ctx context.Context) float64 {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.profiles+"/debug/pprof/goroutine?debug=1", nil)
	if err != nil {
		return math.NaN()
	}
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		return math.NaN()
	}
	defer func() { _ = got.Body.Close() }()
	var n float64
	if _, err := fmt.Fscanf(got.Body, "goroutine profile: total %f", &n); err != nil {
		return math.NaN()
	}
	return n
}
