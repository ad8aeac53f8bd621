package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"kontor/app/servers"
)

// tries is how often a smaller history may hold before it is believed to hold: what processes make of a seed differs.
const tries = 2

// smallest leaves out more and more of what was done, as long as the seed still finds something, and says how to run what is
// left. The folder of the last run that failed has its journal.
func smallest(ctx context.Context, o options, seed uint64, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit) // without those that kill, a round may never end
	defer cancel()
	w := &world{}
	w.postgres, w.disk = &servers.Postgres{}, "any" // every name there is
	var names []string
	for _, m := range slices.Concat(w.harms(), w.errands(), w.moves()) {
		names = append(names, m.name)
	}
	last, folder := "", ""
	for part := (len(names) + 1) / 2; part > 0; part /= 2 {
		for _, some := range slices.Collect(slices.Chunk(slices.Clone(names), part)) {
			less := o
			less.without = slices.Concat(o.without, some)
			for range tries {
				if ctx.Err() != nil {
					part = 0
					break
				}
				result, err := round(ctx, less, seed)
				if ctx.Err() != nil {
					_ = os.RemoveAll(result.folder)
				} else if err != nil {
					_ = os.RemoveAll(folder)
					o, last, folder = less, err.Error(), result.folder
					names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(some, n) })
					break
				}
			}
		}
	}
	if last != "" {
		fmt.Fprintf(os.Stderr, "smaller, with %s alone: make torture ENGINE=%s SEED=%d WITHOUT=%s\n%s\n",
			strings.Join(names, ", "), o.engine, seed, strings.Join(o.without, ","), last)
	}
}

// tellHistory writes for everything that is wrong what the journal, the logs and the database say of it.
func (w *world) tellHistory(ctx context.Context, wrong error) {
	words := map[string]bool{}
	for _, m := range regexp.MustCompile(`"([^"]{4,})"|\b(d:[0-9a-f-]+|m_[\w-]+|[0-9a-f-]{36}|\d{10,}_\d+)`).FindAllStringSubmatch(wrong.Error(), -1) {
		words[m[1]+m[2]] = true
	}
	if len(words) == 0 {
		return
	}
	lines := []string{wrong.Error(), ""}
	logs, _ := filepath.Glob(filepath.Join(w.folder, "*.log")) //nolint:errcheck // a pattern of ours
	for _, name := range logs {
		lines = append(lines, mentions(name, words)...)
	}
	if w.app != nil {
		found, err := scan(ctx, w.app, words)
		lines = append(lines, found...)
		if err != nil {
			lines = append(lines, err.Error())
		}
	}
	_ = os.WriteFile(filepath.Join(w.folder, "history.txt"), []byte(strings.Join(lines, "\n")+"\n"), 0o600)
}

// mentions are the lines of a file in which one of the words stands.
func mentions(name string, words map[string]bool) (lines []string) {
	f, err := os.Open(name) //nolint:gosec // a log of ours
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	text := bufio.NewScanner(f)
	text.Buffer(nil, 1<<20)
	for text.Scan() {
		for word := range maps.Keys(words) {
			if strings.Contains(text.Text(), word) {
				lines = append(lines, filepath.Base(name)+" "+text.Text())
				break
			}
		}
	}
	if errors.Is(text.Err(), bufio.ErrTooLong) {
		lines = append(lines, name+" has a line that is too long")
	}
	return lines
}
