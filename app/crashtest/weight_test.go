package crashtest

import (
	"database/sql"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// What a message takes: rows and bytes of each table with its indexes, write-ahead log, transactions, commands and memory of
// Redis. b.N messages come in by webhooks of their own, five from each person, and every second one is answered; a server and
// two workers are idle first. docs/scaling.md calculates with it.
//
//	go test ./app/crashtest -run '^$' -bench WhatAMessageWeighs -benchtime 10000x -timeout 1h
func BenchmarkWhatAMessageWeighs(b *testing.B) {
	const each, idle = 5, 20 * time.Second
	if b.N < each {
		return // the rehearsal that go test has by itself
	}
	i, p := installOwn(b, "shared_buffers=256MB")
	i.binary = shipped
	f := i.sail(1, 2)
	s := scales{f.installation, p.DB}
	time.Sleep(2 * time.Second) // what happens once at the start
	before := s.weigh()
	time.Sleep(idle)
	after := s.weigh()
	say("idle for %s, a server and two workers: %.1f transactions and %.1f Redis commands a second", idle,
		(after.transactions-before.transactions)/idle.Seconds(), (after.commands-before.commands)/idle.Seconds())

	before = s.weigh()
	var people []metasim.Person
	for n := range b.N / each {
		people = append(people, i.person(fmt.Sprint("Person", n)))
	}
	began := time.Now()
	for n := range each {
		for k, who := range people {
			i.write(who, sentence(n*len(people)+k))
		}
		s.arrived((n + 1) * len(people))
	}
	messages := each * len(people)
	say("%d messages of %d people in %s", messages, len(people), time.Since(began).Round(time.Second))
	after = s.weigh()
	s.report(b, "a message that comes in", before, after, messages)

	before = after
	tasks := i.tasks()
	require.Len(b, tasks, len(people))
	began = time.Now()
	answers := 0
	for range each / 2 {
		for _, made := range tasks {
			answers++
			_, err := i.hands.Services.Tasks.AddComment(b.Context(), i.owner, made.ID,
				task.NewComment{Text: sentence(answers), Visibility: task.Public})
			require.NoError(b, err)
		}
	}
	s.soon(30*time.Minute, "every answer is known to have arrived", func() bool {
		time.Sleep(time.Second)
		return s.count("SELECT count(*) FROM messages WHERE state IN ('delivered', 'read')") == answers &&
			s.count("SELECT count(*) FROM inbound_events WHERE state = 'received'") == 0
	})
	say("%d answers in %s", answers, time.Since(began).Round(time.Second))
	after = s.weigh()
	s.report(b, "an answer", before, after, answers)
	say("bytes of events: %d a message; of all events in %d rows", s.count("SELECT avg(length(raw))::int FROM inbound_events WHERE type = 'messages'"),
		s.count("SELECT count(*) FROM inbound_events"))
	say("Redis had at most %s", s.info("memory", "used_memory_peak_human"))
}

// say prints a line; what a benchmark logs is cut off after ten.
func say(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, "\n"+format+"\n", args...) }

// sentence is what people write: between 40 and 160 letters.
func sentence(n int) string {
	words := strings.Fields("hello could you please tell me when the order that I made last week will be here thank you very much for your help")
	text := fmt.Sprintf("%d:", n)
	for k := 0; len(text) < 40+n*37%120; k++ {
		text += " " + words[(n*7+k)%len(words)]
	}
	return text
}

// scales are what is weighed with.
type scales struct {
	*installation
	db *sql.DB
}

// weight is how much there is.
type weight struct {
	tables       map[string]size
	wal, fpi     float64 // bytes, and whole pages among what is logged
	transactions float64
	commands     float64
}

type size struct{ rows, table, indexes float64 }

func (s scales) weigh() (w weight) {
	s.t.Helper()
	ctx := s.t.Context()
	_, err := s.db.ExecContext(ctx, "VACUUM ANALYZE")
	require.NoError(s.t, err)
	_, err = s.db.ExecContext(ctx, "CHECKPOINT")
	require.NoError(s.t, err)
	time.Sleep(time.Second) // until statistics are told
	w.tables = map[string]size{}
	rows, err := s.db.QueryContext(ctx, `SELECT coalesce(p.relname, c.relname), sum(greatest(c.reltuples, 0)),
		sum(pg_table_size(c.oid)), sum(pg_indexes_size(c.oid)) FROM pg_class AS c
		LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid LEFT JOIN pg_class AS p ON p.oid = i.inhparent
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1`)
	require.NoError(s.t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		var x size
		require.NoError(s.t, rows.Scan(&name, &x.rows, &x.table, &x.indexes))
		w.tables[name] = x
	}
	require.NoError(s.t, rows.Err())
	require.NoError(s.t, s.db.QueryRowContext(ctx, `SELECT pg_current_wal_lsn() - '0/0'::pg_lsn, (SELECT wal_fpi FROM pg_stat_wal),
		(SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())`).Scan(&w.wal, &w.fpi, &w.transactions))
	for _, calls := range regexp.MustCompile(`calls=(\d+)`).FindAllStringSubmatch(s.redis.Info(ctx, "commandstats").Val(), -1) {
		n, err := strconv.ParseFloat(calls[1], 64)
		require.NoError(s.t, err)
		w.commands += n
	}
	return w
}

// report says what each of n took.
func (s scales) report(b *testing.B, what string, before, after weight, n int) {
	b.Helper()
	of := float64(n)
	text, all := "", size{}
	for _, name := range slices.Sorted(maps.Keys(after.tables)) {
		was, is := before.tables[name], after.tables[name]
		d := size{is.rows - was.rows, is.table - was.table, is.indexes - was.indexes}
		if d.table+d.indexes < of { // less than a byte each
			continue
		}
		all.table, all.indexes = all.table+d.table, all.indexes+d.indexes
		text += fmt.Sprintf("| `%s` | %.2f | %.0f | %.0f | %.0f |\n", name, d.rows/of, d.table/of, d.indexes/of, (d.table+d.indexes)/of)
	}
	say("%s:\n%s| all | | %.0f | %.0f | %.0f |\nlog %.0f bytes, %.2f whole pages, %.2f transactions, %.1f Redis commands", what, text,
		all.table/of, all.indexes/of, (all.table+all.indexes)/of,
		(after.wal-before.wal)/of, (after.fpi-before.fpi)/of, (after.transactions-before.transactions)/of, (after.commands-before.commands)/of)
}

// arrived waits until so many messages have become comments.
func (s scales) arrived(n int) {
	s.t.Helper()
	s.soon(30*time.Minute, "every message has arrived", func() bool {
		time.Sleep(time.Second)
		s.sim.RetryNow()
		return s.stored("processed") == n
	})
}

func (s scales) count(query string) (n int) {
	s.t.Helper()
	require.NoError(s.t, s.db.QueryRowContext(s.t.Context(), query).Scan(&n))
	return n
}

// info is a line of what Redis says of itself.
func (s scales) info(section, name string) string {
	for line := range strings.Lines(s.redis.Info(s.t.Context(), section).Val()) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+":"); ok {
			return value
		}
	}
	return ""
}
