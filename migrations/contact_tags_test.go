package migrations_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/migrations"
)

func TestTagsOfContactsAreKept(t *testing.T) {
	t.Parallel()
	d, exec, account, now := before(t, 30)
	most, all := "", []string{}
	for i := range 50 {
		all = append(all, fmt.Sprintf("tag %02d", i))
		most += fmt.Sprintf(`,"tag %02d"`, i)
	}
	want := map[string][]string{}
	add := func(name string, tags any, keeps ...string) {
		want[name] = keeps
		exec(`INSERT INTO contacts (account_id, id, kind, name, search_name, template_version, group_name, tags, created_at, updated_at)
			VALUES (?, ?, 'person', ?, ?, 0, '', ?, ?, ?)`, account, ids.New(), name, name, tags, now, now)
	}
	add("unset", nil)
	add("null", "null")
	add("none", "[]")
	add("odd", `["a\"b","Übersee, 50%","a\"b",""]`, `a"b`, "Übersee, 50%")
	add("most", "["+most[1:]+"]", all...)
	add("merged", `["gone"]`)
	add("erased", `["gone"]`)
	exec("UPDATE contacts SET merged_into = ? WHERE account_id = ? AND name = 'merged'", ids.New(), account)
	exec("UPDATE contacts SET erased_at = ? WHERE account_id = ? AND name = 'erased'", now, account)
	require.NoError(t, migrations.GoTo(t.Context(), d, 30))
	type row struct{ Name, Tag string }
	var rows []row
	require.NoError(t, d.Select(t.Context(), &rows, `SELECT c.name, x.tag FROM contact_tags AS x
		JOIN contacts AS c ON c.account_id = x.account_id AND c.id = x.contact_id WHERE x.account_id = ?`, account))
	got := map[string][]string{}
	for _, r := range rows {
		got[r.Name] = append(got[r.Name], r.Tag)
	}
	for name, keeps := range want {
		require.ElementsMatch(t, keeps, got[name], name)
	}
	require.Len(t, rows, 2+50)
}
