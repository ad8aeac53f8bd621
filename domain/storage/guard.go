package storage

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kontor/domain/ids"
)

// unscoped says why a table belongs to no account; empty for every other table: those are account-owned.
func unscoped(table string) string {
	switch table {
	case "accounts":
		return "the account itself"
	case "logins":
		return "one person may be staff in several accounts"
	case "sessions":
		return "found by the cookie's hash before the account is known"
	case "api_tokens":
		return "found by the token's hash before the account is known"
	case "recovery_codes", "sign_in_challenges", "password_resets", "sso_identities":
		return "a login's, and a login belongs to no account"
	case "invitations":
		return "found by the link's hash, or the invited address, before the account is known"
	case "sso_attempts":
		return "found by the hash of what a sign-in comes back with, before anybody is known"
	case "mails":
		return "the installation's: most go to a login"
	case "setup_marks":
		return "about an installation without accounts"
	case "oauth_states":
		return "found by the hash of what a login comes back with, whoever brings it"
	case "deletions":
		return "a person outside asks by the code, and belongs to no account"
	case "file_links":
		return "found by the link's hash before the account is known"
	case "page_claims":
		return "a page belongs to one account of the whole installation"
	case "inbound_slots":
		return "a batch mixes accounts"
	case "unrouted_events":
		return "signed, but nobody's"
	case "job_ticks":
		return "periodic jobs are the installation's"
	case "schema_compat", "goose_db_version":
		return "about the schema"
	}
	return ""
}

// AccountOwned tells whether a table's rows belong to accounts.
func AccountOwned(table string) bool { return unscoped(table) == "" }

// ErrUnscoped is returned for a statement on an account-owned table that does not say whose rows it means.
var ErrUnscoped = errors.New("statement without an account")

// guard makes gorm refuse statements on account-owned tables that lack the account. gorm drops zero values of struct
// conditions silently, so that a struct with an empty AccountID once updated the rows of two accounts; that is why only
// the condition made by DB.Of counts, and why an OR beside it is refused.
func guard(g *gorm.DB) error {
	cb := g.Callback()
	return errors.Join(
		cb.Query().Before("gorm:query").Register("kontor:guard", guardWhere),
		cb.Row().Before("gorm:row").Register("kontor:guard", guardWhere),
		cb.Update().Before("gorm:update").Register("kontor:guard", guardWhere),
		cb.Delete().Before("gorm:delete").Register("kontor:guard", guardWhere),
		cb.Create().Before("gorm:create").Register("kontor:guard", guardRows),
		cb.Raw().Before("gorm:raw").Register("kontor:guard", guardRaw),
	)
}

func guardWhere(g *gorm.DB) {
	if g.Statement.SQL.Len() > 0 { // Raw("…").Scan: the text is complete already
		guardRaw(g)
		return
	}
	if !AccountOwned(g.Statement.Table) {
		return
	}
	if !scoped(g.Statement) {
		_ = g.AddError(fmt.Errorf("%w: %s", ErrUnscoped, g.Statement.Table))
	}
}

func scoped(s *gorm.Statement) bool {
	where, ok := s.Clauses["WHERE"].Expression.(clause.Where)
	if !ok {
		return false
	}
	found := false
	for _, e := range where.Exprs {
		switch e := e.(type) {
		case clause.OrConditions:
			return false
		case accountIs:
			found = e.id != ids.Nil
		}
	}
	return found
}

// accountIs is the condition that DB.Of makes. It is a type of its own so that no other condition passes for it.
type accountIs struct{ id ids.ID }

// Build writes the condition.
func (a accountIs) Build(b clause.Builder) {
	clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: "account_id"}, Value: a.id}.Build(b)
}

func guardRows(g *gorm.DB) {
	if !AccountOwned(g.Statement.Table) {
		return
	}
	if s := g.Statement.Schema; s != nil {
		if f := s.LookUpField("account_id"); f != nil && everyRow(g.Statement.ReflectValue, func(v reflect.Value) bool {
			_, zero := f.ValueOf(g.Statement.Context, v)
			return !zero
		}) {
			return
		}
	}
	_ = g.AddError(fmt.Errorf("%w: new rows of %s", ErrUnscoped, g.Statement.Table))
}

func everyRow(v reflect.Value, holds func(reflect.Value) bool) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if !holds(reflect.Indirect(v.Index(i))) {
				return false
			}
		}
		return true
	case reflect.Struct:
		return holds(v)
	}
	return false
}

// guardRaw refuses raw SQL through gorm altogether: DB.Select and DB.Exec check what they are given.
func guardRaw(g *gorm.DB) {
	_ = g.AddError(fmt.Errorf("%w: raw SQL goes through DB.Select and DB.Exec", ErrUnscoped))
}

var tableNames = regexp.MustCompile(`(?i)\b(?:from|join|update|into)\s+([a-z_][a-z0-9_]*)`)

// checkText is the guard's net for written SQL: a text that touches an account-owned table must speak of account_id.
// That the values are right is the store's duty, which the tests on both engines and the route matrix watch.
func (d *DB) checkText(text string) error {
	if _, fine := d.checked.Load(text); fine {
		return nil
	}
	if err := checkText(text); err != nil {
		return err
	}
	if d.checks.Add(1) <= maxChecked {
		d.checked.Store(text, nil)
	}
	return nil
}

// maxChecked bounds the texts that are remembered; all but a few are the same all day long.
const maxChecked = 2000

func checkText(text string) error {
	mentions := accountColumn.MatchString(text)
	for _, m := range tableNames.FindAllStringSubmatch(text, -1) {
		if !mentions && AccountOwned(m[1]) && !strings.EqualFold(m[1], "set") { // ON CONFLICT DO UPDATE SET
			return fmt.Errorf("%w: %s", ErrUnscoped, m[1])
		}
	}
	return nil
}

var accountColumn = regexp.MustCompile(`\baccount_id\b`)
