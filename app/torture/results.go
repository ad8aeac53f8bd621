package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// The table of all results stands on the page between these.
const (
	tableBegins = "<!-- the sum of docs/torture.jsonl; make torture writes it -->\n"
	tableEnds   = "<!-- end -->\n"
)

// refresh writes the sum of the results into a page.
func refresh(page, results string) error {
	if page == "" || results == "" {
		return nil
	}
	text, err := os.ReadFile(page) //nolint:gosec // of the documentation
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(text), tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !ok || !ends {
		return fmt.Errorf("%s has no place for the table of results", page)
	}
	table, err := summary(results)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(before+tableBegins+table+tableEnds+after), 0o644) //nolint:gosec // it is committed
}

// line is what is added up over the rounds, with words for it.
type line struct {
	what string
	of   func(r outcome) int
}

func table() []line {
	return []line{
		{"rounds", func(outcome) int { return 1 }},
		{"**rounds in which something was wrong**", func(r outcome) int { return min(r.Wrong, 1) }},
		{"seconds", func(r outcome) int { return r.Seconds }},
		{"processes killed", func(r outcome) int { return r.Kills }},
		{"of them by themselves at a named point", func(r outcome) (n int) {
			for _, k := range r.Points {
				n += k
			}
			return n
		}},
		{"processes asked to end in the middle of work", func(r outcome) int { return r.Deploys }},
		{"processes stopped for longer than a lease", func(r outcome) int { return r.Stops }},
		{"faults of the database: restarts, ended sessions, lost commits, cuts, slowness", func(r outcome) int { return r.Databases }},
		{"faults of Redis: wiped, restarted, out of reach", func(r outcome) int { return r.Queues }},
		{"full disks", func(r outcome) int { return r.Disks }},
		{"faults of the Graph API", func(r outcome) int { return r.Calls }},
		{"messages from customers", func(r outcome) int { return r.Messages }},
		{"leads", func(r outcome) int { return r.Leads }},
		{"requests of staff", func(r outcome) int { return r.Requests }},
		{"answers that the platform took", func(r outcome) int { return r.Accepted }},
		{"of them without an answer, or one without sense", func(r outcome) int { return r.Lost }},
		{"of them those that hung until given up", func(r outcome) int { return r.Hung }},
		{"texts looked for after somebody was erased", func(r outcome) int { return r.Erased }},
	}
}

// summary adds up a file of results, an engine a column.
func summary(results string) (string, error) {
	rounds, err := recorded(results)
	if err != nil {
		return "", err
	}
	var engines []string
	points := map[string]map[string]bool{}
	for _, r := range rounds {
		if points[r.Engine] == nil {
			engines, points[r.Engine] = append(engines, r.Engine), map[string]bool{}
		}
		for name := range r.Points {
			points[r.Engine][name] = true
		}
	}
	slices.Sort(engines)
	var b strings.Builder
	row := func(what string, of func(engine string) int) {
		fmt.Fprintf(&b, "| %s |", what)
		for _, e := range engines {
			fmt.Fprintf(&b, " %d |", of(e))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "| | %s |\n|---|%s\n", strings.Join(engines, " | "), strings.Repeat("---|", len(engines)))
	for _, l := range table() {
		row(l.what, func(engine string) (sum int) {
			for _, r := range rounds {
				if r.Engine == engine {
					sum += l.of(r)
				}
			}
			return sum
		})
	}
	row("different points at which one died", func(engine string) int { return len(points[engine]) })
	return b.String(), nil
}

// recorded reads a file of results.
func recorded(name string) (rounds []outcome, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	lines := json.NewDecoder(bytes.NewReader(text))
	for {
		var r outcome
		switch err := lines.Decode(&r); {
		case errors.Is(err, io.EOF):
			return rounds, nil
		case err != nil:
			return nil, err
		}
		rounds = append(rounds, r)
	}
}
