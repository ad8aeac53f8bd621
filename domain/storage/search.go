package storage

import (
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

// Matching returns a query for the ids of an account's tasks, comments or contacts in which all words are found, to stand
// in parentheses in another statement.
func (d *DB) Matching(table string, account ids.ID, s Search) (query string, args []any) {
	mark := "a" + strings.ReplaceAll(account.String(), "-", "")
	if d.engine == SQLite {
		var match strings.Builder
		match.WriteString(mark)
		for _, w := range s.words {
			match.WriteString(` AND "` + w + `" *`)
		}
		return `SELECT e.id FROM search_words JOIN search_entries e ON e.entry = search_words.rowid
			WHERE search_words MATCH ? AND e.account_id = ? AND e.source = ?`, []any{match.String(), account, table}
	}
	match, words := "to_tsquery('simple', ?)", []any{mark}
	for _, w := range s.words {
		match += " && to_tsquery('simple', '''' || kontor_fold(?) || ''':*')"
		words = append(words, w)
	}
	return `SELECT id FROM ` + table + ` WHERE account_id = ? AND kontor_words(account_id, ` + searched(table) + `) @@
		(` + match + `)`, append([]any{account}, words...)
}

// ListOf returns a table of the texts in a column that is a list in JSON, named e with the column value.
func (d *DB) ListOf(column string) string {
	if d.engine == SQLite {
		return "json_each(" + column + ") AS e"
	}
	return "jsonb_array_elements_text(CASE jsonb_typeof(" + column + ") WHEN 'array' THEN " + column + " ELSE '[]' END) AS e(value)"
}
