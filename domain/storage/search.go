package storage

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"kontor/domain/ids"
)

// maxWords is how many words of a search count.
const maxWords = 8

// Search is what somebody looks for: words that must all be there, each as the beginning of a word. The zero value is a
// search without words, which finds nothing.
type Search struct{ words []string }

// ParseSearch reads what somebody typed. Nothing but letters and digits counts; the rest parts words, as the index does.
func ParseSearch(text string) Search {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) })
	return Search{words[:min(len(words), maxWords)]}
}

// Empty tells whether there is nothing to look for.
func (s Search) Empty() bool { return len(s.words) == 0 }

// searched are the expressions that are indexed, as the migrations for full-text search have them.
func searched(table string) string {
	switch table {
	case "tasks":
		return "title || ' ' || description"
	case "comments":
		return "text"
	case "contacts":
		return "name || ' ' || coalesce(emails::TEXT, '') || ' ' || coalesce(phones::TEXT, '')"
	}
	panic("storage: the table " + table + " is not indexed for search")
}

// Matching returns a query for a column of an account's tasks, comments or contacts in which all words are found, to stand in
// parentheses in another statement.
func (d *DB) Matching(table, column string, account ids.ID, s Search) (query string, args []any) {
	if d.engine == SQLite {
		var match strings.Builder
		match.WriteString("a" + strings.ReplaceAll(account.String(), "-", ""))
		for _, w := range s.words {
			match.WriteString(` AND "` + w + `" *`)
		}
		query, args = `SELECT e.id FROM search_words JOIN search_entries e ON e.entry = search_words.rowid
			WHERE search_words MATCH ? AND e.account_id = ? AND e.source = ?`, []any{match.String(), account, table}
		if column != "id" {
			query, args = `SELECT `+column+` FROM `+table+` WHERE account_id = ? AND id IN (`+query+`)`, append([]any{account}, args...)
		}
		return query, args
	}
	condition, words := matches(table, account, s)
	return `SELECT ` + column + ` FROM ` + table + ` WHERE account_id = ? AND ` + condition, append([]any{account}, words...)
}

// ByValues runs f, and has PostgreSQL plan each statement in it by the values at hand, if that is wanted: one word may be in a
// thousand times as many rows as another, and little comes after most times. Estimate is worth nothing without.
func (d *DB) ByValues(ctx context.Context, wanted bool, f func(ctx context.Context) error) error {
	if !wanted || d.engine != Postgres {
		return f(ctx)
	}
	return d.Tx(ctx, func(ctx context.Context) error {
		if _, err := d.Exec(ctx, "SET LOCAL plan_cache_mode = force_custom_plan"); err != nil {
			return err
		}
		return f(ctx)
	})
}

// Holds returns the condition that all words are found in a row. It is PostgreSQL's only: there, an index of words finds all
// rows with them or none, so that some of very many are found sooner by looking into rows that are read anyway. Most of those
// do not have the letters at all, which is seen far sooner than which words a text has.
func (d *DB) Holds(table string, account ids.ID, s Search) (condition string, args []any) {
	for _, w := range s.words {
		condition += "strpos(kontor_fold(" + searched(table) + "), kontor_fold(?)) > 0 AND "
		args = append(args, w)
	}
	match, words := matches(table, account, s)
	return condition + match, append(args, words...)
}

// matches is the condition by which PostgreSQL's index of words is asked.
func matches(table string, account ids.ID, s Search) (condition string, args []any) {
	match := "to_tsquery('simple', ?)"
	args = []any{"a" + strings.ReplaceAll(account.String(), "-", "")}
	for _, w := range s.words {
		match += " && to_tsquery('simple', '''' || kontor_fold(?) || ''':*')"
		args = append(args, w)
	}
	return `kontor_words(account_id, ` + searched(table) + `) @@ (` + match + `)`, args
}

// Estimate returns about how many rows Matching finds, as the database has it from its figures, without looking; 0 where it
// keeps none. Without words it is about how many there are.
func (d *DB) Estimate(ctx context.Context, table string, account ids.ID, s Search) (int, error) {
	query, args := d.Matching(table, "id", account, s)
	return d.Expect(ctx, query, args...)
}

// Expect returns about how many rows a query finds, as PostgreSQL has it from its figures, without looking; 0 on SQLite, which
// keeps none.
func (d *DB) Expect(ctx context.Context, query string, args ...any) (int, error) {
	if d.engine == SQLite {
		return 0, nil
	}
	var plan []string
	if err := d.Select(ctx, &plan, "EXPLAIN "+query, args...); err != nil || len(plan) == 0 {
		return 0, err
	}
	m := estimated.FindStringSubmatch(plan[0])
	if m == nil {
		return 0, nil
	}
	return strconv.Atoi(m[1])
}

var estimated = regexp.MustCompile(`rows=(\d+)`)
