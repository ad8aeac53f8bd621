package storage

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Some tables carry the month of their rows, and PostgreSQL keeps each month of them in a part of its own (a partition):
// a month that nobody needs is dropped at once, and what looks for newer rows does not read it. What has no part of its own
// goes into the rest, so that no row is ever refused for want of one; what was there before there were parts stays together
// in one. SQLite keeps such a table in one piece, and nothing here does anything there.

// MonthOf is the month of a time as rows carry it: year*100 + month, in UTC.
func MonthOf(t time.Time) int {
	t = t.UTC()
	return t.Year()*100 + int(t.Month())
}

// MonthsFrom returns the month of a time and the n after it.
func MonthsFrom(t time.Time, n int) []int {
	months := []int{MonthOf(t)}
	for range n {
		months = append(months, following(months[len(months)-1]))
	}
	return months
}

func following(month int) int {
	if month%100 == 12 {
		return month + 89
	}
	return month + 1
}

// Apart is how far the clocks of machines may be apart, and so when months begin.
const Apart = 24 * time.Hour

// monthsAhead is for how many months to come there is a place.
const monthsAhead = 2

// Nobody waits longer than this for the parts of a table: neither behind whoever waits for its lock, nor for what is done
// under it. What does not come to its end is tried again at the next time; the months are made long before they begin.
const (
	partLockTimeout = "1s"
	partTimeout     = "10s"
)

// part is one of a parted table: the months from one until before another, 0 for without bound; the rest has neither.
type part struct {
	name        string
	rest        bool
	from, until int
}

func (p part) has(month int) bool { return !p.rest && p.from <= month && month < p.until }

// isPart are the names of parts.
var isPart = regexp.MustCompile(`^[a-z_]+_(m[0-9]{6}|rest|before)$`)

// IsPart tells whether a table's name is that of a part of another table.
func IsPart(table string) bool { return isPart.MatchString(table) }

var partBounds = regexp.MustCompile(`FROM \((?:'?(\d+)'?|MINVALUE)\) TO \('?(\d+)'?\)`)

// AddMonths makes the parts of a table for months that have none. It may be called as often as one likes, by several at
// once, and hinders nobody who reads or writes: a part is made beside the table and then attached, which locks nothing but
// the rest, for as long as it takes to see that it has no row of the month. A month of which it has some stays there.
//
// It is for months of which nobody writes rows yet: a row that is on its way into the rest, while its month is given a part, is
// refused (ErrAborted).
func (e Everywhere) AddMonths(ctx context.Context, table string, months ...int) error {
	may, err := e.mayPart(ctx, table)
	if err != nil || !may {
		return err
	}
	parts, err := e.parts(ctx, table)
	if err != nil || len(missing(parts, months)) == 0 {
		return err
	}
	for _, month := range missing(parts, months) {
		if err := e.addMonth(ctx, table, month); err != nil {
			return fmt.Errorf("make month %d of %s: %w", month, table, err)
		}
	}
	return nil
}

// AddMonthsAhead makes the parts of a table for the months to come. This month's was made before it began, and is not made
// while its rows are written.
func (e Everywhere) AddMonthsAhead(ctx context.Context, table string, now time.Time) error {
	return e.AddMonths(ctx, table, MonthsFrom(now.Add(Apart), monthsAhead)[1:]...)
}

func missing(parts []part, months []int) (list []int) {
	for _, m := range months {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.has(m) }) {
			list = append(list, m)
		}
	}
	return list
}

func (e Everywhere) addMonth(ctx context.Context, table string, month int) error {
	return e.withParts(ctx, table, func(ctx context.Context, parts []part) error {
		if len(missing(parts, []int{month})) == 0 { // somebody else was faster
			return nil
		}
		for _, p := range parts {
			if !p.rest {
				continue
			}
			if some, err := e.any(ctx, "SELECT 1 AS one FROM "+p.name+" WHERE month = ? LIMIT 1", month); some || err != nil {
				return err
			}
		}
		name := fmt.Sprintf("%s_m%d", table, month)
		if _, err := e.Exec(ctx, fmt.Sprintf("CREATE TABLE %s (LIKE %s INCLUDING ALL)", name, table)); err != nil {
			return err
		}
		_, err := e.Exec(ctx, fmt.Sprintf("ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%d) TO (%d)",
			table, name, month, following(month)))
		return err
	})
}

// DropMonths drops the parts of a table that end before a month, unless a query finds something in them that must stay. In
// the query the part is called @part; it is asked under the lock again, and should be answered by indexes. It returns the
// names of what it has dropped.
//
// With a part for the rest PostgreSQL cannot detach others concurrently; so the whole table is locked for that moment.
func (e Everywhere) DropMonths(ctx context.Context, table string, before int, stays string, args ...any) (gone []string, err error) {
	may, err := e.mayPart(ctx, table)
	for err == nil && may {
		var name string
		if name, err = e.dropMonth(ctx, table, before, stays, args); name == "" {
			break
		}
		gone = append(gone, name)
	}
	return gone, err
}

// dropMonth drops one part, if there is one to drop.
func (e Everywhere) dropMonth(ctx context.Context, table string, before int, stays string, args []any) (gone string, err error) {
	err = e.withParts(ctx, table, func(ctx context.Context, parts []part) error {
		for _, p := range parts {
			if p.rest || p.until > before {
				continue
			}
			stays := strings.ReplaceAll(stays, "@part", p.name)
			some, err := e.any(ctx, stays, args...)
			if err != nil {
				return err
			}
			if some {
				continue
			}
			if _, err := e.Exec(ctx, "LOCK TABLE ONLY "+table+" IN ACCESS EXCLUSIVE MODE"); err != nil {
				return err
			}
			if some, err := e.any(ctx, stays, args...); some || err != nil {
				return err
			}
			gone = p.name
			_, err = e.Exec(ctx, "DROP TABLE "+p.name)
			return err
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("drop a month of %s: %w", table, err)
	}
	return gone, nil
}

// withParts gives f the parts of a table in a transaction in which nobody else changes them.
func (e Everywhere) withParts(ctx context.Context, table string, f func(ctx context.Context, parts []part) error) error {
	return e.db.Tx(ctx, func(ctx context.Context) error {
		for _, text := range []string{
			"SET LOCAL lock_timeout = '" + partLockTimeout + "'", "SET LOCAL statement_timeout = '" + partTimeout + "'",
			"LOCK TABLE ONLY " + table + " IN SHARE UPDATE EXCLUSIVE MODE",
		} {
			if _, err := e.Exec(ctx, text); err != nil {
				return err
			}
		}
		parts, err := e.parts(ctx, table)
		if err != nil {
			return err
		}
		return f(ctx, parts)
	})
}

// mayPart tells whether a table has parts, and whether they are ours to make: a program that may only read and write rows
// leaves them as they are.
func (e Everywhere) mayPart(ctx context.Context, table string) (bool, error) {
	if e.db.engine != Postgres {
		return false, nil
	}
	return e.any(ctx, `SELECT 1 AS one FROM pg_class AS c WHERE c.oid = to_regclass(?::text) AND c.relkind = 'p'
		AND pg_has_role(c.relowner, 'USAGE') AND has_schema_privilege(c.relnamespace, 'CREATE')`, table)
}

func (e Everywhere) any(ctx context.Context, text string, args ...any) (bool, error) {
	var rows []struct{ One int }
	err := e.Select(ctx, &rows, text, args...)
	return len(rows) > 0, err
}

// parts returns the parts of a table, the oldest first.
func (e Everywhere) parts(ctx context.Context, table string) ([]part, error) {
	var rows []struct{ Name, Bounds string }
	err := e.Select(ctx, &rows, `SELECT c.relname AS name, coalesce(pg_get_expr(c.relpartbound, c.oid), '') AS bounds FROM pg_inherits AS i
		JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass(?::text)`, table)
	if err != nil {
		return nil, err
	}
	list := make([]part, len(rows))
	for i, r := range rows {
		list[i] = part{name: r.Name, rest: r.Bounds == "DEFAULT"}
		if list[i].rest || r.Bounds == "" { // it is going just now
			continue
		}
		m := partBounds.FindStringSubmatch(r.Bounds)
		if m == nil {
			return nil, fmt.Errorf("%s has a part of an unknown kind: %s", table, r.Bounds)
		}
		list[i].from, _ = strconv.Atoi(m[1]) // none is 0
		list[i].until, _ = strconv.Atoi(m[2])
	}
	slices.SortFunc(list, func(a, b part) int { return a.until - b.until })
	return list, nil
}
