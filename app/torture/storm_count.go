package main

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// count looks for every item: each of those that were sent is where it belongs, once, whatever number of times and in
// whatever order it came; and nothing else is there.
func (s *storm) count(ctx context.Context, db *sql.DB, r *stormOutcome) (wrong []error, err error) {
	c := &tally{plan: s.plan, events: make([]uint8, len(s.plan.sent)), comments: make([]uint8, len(s.plan.sent)), strays: make([]int, len(s.plan.sent))}
	for _, look := range []func(context.Context, *sql.DB) error{c.countEvents, c.countComments, c.countStrays, c.countTasks} {
		if err := look(ctx, db); err != nil {
			return c.wrong, err
		}
	}
	c.compare()
	r.Comments, r.Ignored, r.Quarantined, r.Unrouted = c.heard, c.passed, c.faulty, c.stray
	return c.wrong, nil
}

// tally is what was found, by number.
type tally struct {
	plan                         *forecast
	events, comments             []uint8
	strays                       []int // how often it came
	heard, passed, faulty, stray int
	wrong                        []error
}

func (c *tally) broken(format string, args ...any) {
	c.wrong = append(c.wrong, broken(format, args...))
}

var marked = regexp.MustCompile(`storm-(\d+)-`)

// number is that of an item by what is stored of it.
func (c *tally) number(stored string) (int, bool) {
	found := marked.FindStringSubmatch(stored)
	if found == nil {
		return 0, false
	}
	n, err := strconv.Atoi(found[1])
	return n, err == nil && n < len(c.plan.sent)
}

// countEvents: every item for a page of ours is in the vault once, byte for byte, and became what it must.
func (c *tally) countEvents(ctx context.Context, db *sql.DB) error {
	states := map[string]fate{"processed": heard, "ignored": passed, "failed": faulty}
	return each(ctx, db, `SELECT state, raw FROM inbound_events`, func(rows *sql.Rows) error {
		var state string
		var raw []byte
		if err := rows.Scan(&state, &raw); err != nil {
			return err
		}
		n, ok := c.number(string(raw))
		if !ok {
			c.broken("nobody sent %q", raw)
			return nil
		}
		c.events[n]++
		became, ended := states[state]
		switch s := c.plan.of(n); {
		case s.list == "" || !ended || became != s.fate:
			c.broken("item %d is %s: %s", n, state, raw)
		case string(raw) != s.write(n, c.plan.at(n)):
			c.broken("item %d is stored as %s", n, raw)
		}
		switch became {
		case heard:
			c.heard++
		case passed:
			c.passed++
		case faulty:
			c.faulty++
		}
		return nil
	})
}

// countComments: what people wrote is there once, in their words.
func (c *tally) countComments(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, `SELECT external_id, text FROM comments WHERE author_kind = 'contact'`, func(rows *sql.Rows) error {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		n, ok := c.number(text)
		if !ok || !strings.Contains(id, itemName(n)) {
			c.broken("nobody wrote %s %q", id, text)
			return nil
		}
		c.comments[n]++
		want := fmt.Sprintf("%s äöü <b>\uFFFD</b>", itemName(n))
		if c.plan.of(n).list == "changes" {
			want = itemName(n) + " täglich 😢"
		}
		if text != want {
			c.broken("item %d says %q", n, text)
		}
		return nil
	})
}

// countStrays: what is nobody's is kept once, with how often it came.
func (c *tally) countStrays(ctx context.Context, db *sql.DB) error {
	const ours = `"kontor_check"` // by which the program sees whether its address can be reached
	return each(ctx, db, `SELECT times, raw FROM unrouted_events`, func(rows *sql.Rows) error {
		var times int
		var raw []byte
		if err := rows.Scan(&times, &raw); err != nil {
			return err
		}
		if strings.Contains(string(raw), ours) {
			return nil
		}
		n, ok := c.number(string(raw))
		if !ok || c.plan.of(n).fate != stray {
			c.broken("kept as nobody's: %s", raw)
			return nil
		}
		c.stray++
		if c.strays[n] > 0 {
			c.broken("item %d is kept as nobody's twice", n)
		}
		c.strays[n] += times
		return nil
	})
}

// countTasks: a conversation has one task, however many wrote into it at once.
func (c *tally) countTasks(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, `SELECT c.key, count(*) FROM tasks AS t JOIN conversations AS c ON c.account_id = t.account_id AND c.id = t.conversation_id
		GROUP BY c.channel_id, c.key HAVING count(*) > 1`, func(rows *sql.Rows) error {
		var key string
		var n int
		if err := rows.Scan(&key, &n); err != nil {
			return err
		}
		c.broken("%s has %d tasks", key, n)
		return nil
	})
}

// compare holds what was found against what was sent.
func (c *tally) compare() {
	repeated := c.plan.repeated.Load() > 0 // a request that came twice was counted twice
	for n, sent := range c.plan.sent {
		fate := c.plan.of(n).fate
		stored, said := 0, 0
		if sent > 0 && (fate == heard || fate == passed || fate == faulty) {
			stored = 1
		}
		if sent > 0 && fate == heard {
			said = 1
		}
		if int(c.events[n]) != stored {
			c.broken("item %d, sent %d times, is in the vault %d times instead of %d", n, sent, c.events[n], stored)
		}
		if int(c.comments[n]) != said {
			c.broken("item %d, sent %d times, is said %d times instead of %d", n, sent, c.comments[n], said)
		}
		switch {
		case fate != stray:
		case c.strays[n] < int(sent), c.strays[n] > int(sent) && !repeated:
			c.broken("item %d came %d times and was counted %d times", n, sent, c.strays[n])
		}
	}
}
