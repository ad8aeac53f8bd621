package app_test

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the owner's connection
	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage/storagetest"
)

// grants finds the statements by which docs/operating.md makes the role that may only read and write rows.
var grants = regexp.MustCompile("(?s)```sql\n(CREATE ROLE kontor_app.+?)```")

// TestTheDocumentedRoleIsEnough runs the program as the role that the documentation makes. Roles are PostgreSQL's.
func TestTheDocumentedRoleIsEnough(t *testing.T) {
	t.Parallel()
	database := storagetest.URL(t)
	if !strings.HasPrefix(database, "postgres") {
		return
	}
	text, err := os.ReadFile(filepath.Join("..", "docs", "operating.md"))
	require.NoError(t, err)
	found := grants.FindStringSubmatch(string(text))
	require.NotNil(t, found)
	role := "kontor_app_" + strings.ReplaceAll(ids.New().String(), "-", "")
	owner, err := sql.Open("pgx", database)
	require.NoError(t, err)
	_, err = owner.ExecContext(t.Context(), strings.ReplaceAll(found[1], "kontor_app", role))
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := owner.ExecContext(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
		require.NoError(t, err)
		require.NoError(t, owner.Close())
	})

	u, err := url.Parse(database)
	require.NoError(t, err)
	u.User = url.UserPassword(role, "choose one")
	cfg := settings(t, t.TempDir(), "KONTOR_MIGRATE=off", "KONTOR_DATABASE_URL="+u.String())
	a, err := app.New(t.Context(), cfg, app.Options{Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	_, err = a.Found(t.Context(), account.New{Name: "Acme"}, staff.New{
		Email: "ana@example.com", Name: "Ana", Password: "tall green bicycle",
	})
	require.NoError(t, err)
	_, err = a.DB.SQL().ExecContext(t.Context(), "CREATE TABLE more (id INT)")
	require.ErrorContains(t, err, "permission denied")
}
