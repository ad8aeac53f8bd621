package contact

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// inCommon is something that two contacts have in common.
type inCommon struct {
	Type, Value       string
	FirstID, SecondID ids.ID
}

// living is the condition that a contact, named c, is neither merged nor erased.
const living = "c.merged_into IS NULL AND c.erased_at IS NULL"

// common finds what contacts have in common. Each statement groups the account's contacts, or their addresses, once, and
// pairs every member of a group with its first one.
func (s store) common(ctx context.Context, a account.ID, of *ids.ID) ([]inCommon, error) {
	grouped := func(what, value, from, where string, args ...any) (string, []any) {
		return `WITH x AS (SELECT c.id, ` + value + ` AS value FROM ` + from + ` WHERE c.account_id = ? AND ` + living + where + `),
			g AS (SELECT value, MIN(CAST(id AS TEXT)) AS first FROM x GROUP BY value HAVING COUNT(*) BETWEEN 2 AND 50 AND COUNT(DISTINCT id) > 1)
			SELECT '` + what + `' AS type, x.value, CAST(g.first AS ` + s.idType() + `) AS first_id, x.id AS second_id
			FROM g JOIN x ON x.value = g.value WHERE CAST(x.id AS TEXT) <> g.first`, append([]any{a}, args...)
	}
	var rows []inCommon
	add := func(text string, args []any) error {
		if of != nil {
			text, args = `SELECT * FROM (`+text+`) AS found WHERE first_id = ? OR second_id = ?`, append(args, *of, *of)
		}
		return s.db.Select(ctx, &rows, text+` LIMIT ?`, append(args, maxDuplicates)...)
	}
	// An e-mail or number leads to one contact; another that has it too stands in no key.
	for _, k := range []struct{ what, column string }{{"email", "emails"}, {"phone", "phones"}} {
		text := `SELECT '` + k.what + `' AS type, e.value, k.contact_id AS first_id, c.id AS second_id FROM contacts AS c CROSS JOIN ` +
			s.db.ListOf("c."+k.column) + ` JOIN contact_keys AS k ON k.account_id = c.account_id AND k.type = '` + k.what + `'
			AND k.value = e.value AND k.contact_id <> c.id WHERE c.account_id = ? AND ` + living
		if err := add(text, []any{a}); err != nil {
			return nil, err
		}
	}
	for _, g := range []struct{ what, value, from, where string }{
		{"name_company", "c.search_name || '@' || CAST(c.company_id AS TEXT)", "contacts AS c", " AND c.company_id IS NOT NULL AND c.search_name <> ''"},
		{"name", "c.search_name", "contacts AS c", " AND c.search_name LIKE '% %'"},
		{"username", "LOWER(i.username)", "contacts AS c JOIN identities AS i ON i.account_id = c.account_id AND i.contact_id = c.id", " AND i.username <> ''"},
	} {
		text, args := grouped(g.what, g.value, g.from, g.where)
		if err := add(text, args); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (s store) idType() string {
	if s.db.Engine() == storage.Postgres {
		return "UUID"
	}
	return "TEXT"
}

func (s store) distinctions(ctx context.Context, a account.ID) ([]Distinction, error) {
	var rows []Distinction
	return rows, storage.Translate(s.db.Of(ctx, a).Find(&rows).Error)
}

func (s store) insertDistinction(ctx context.Context, d Distinction) error {
	_, err := storage.InsertMany(ctx, s.db, []Distinction{d})
	return err
}
