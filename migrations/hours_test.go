package migrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/migrations"
)

func TestHoursOfPeopleAreKept(t *testing.T) {
	t.Parallel()
	d, exec, account, now := before(t, 27)
	was := map[string]*string{}
	for name, hours := range map[string]string{
		"always":  "",
		"never":   `{"zone":"UTC","spans":[]}`,
		"office":  `{"zone":"Europe/Berlin","spans":[{"day":1,"from":540,"to":1020},{"day":7,"from":0,"to":1440}]}`,
		"unkempt": `{"zone":"UTC","spans":[{"day":2,"from":780,"to":1020},{"day":2,"from":485,"to":720},{"day":2,"from":600,"to":780},{"day":2,"from":1080,"to":1140}]}`,
	} {
		was[name] = &hours
		if hours == "" {
			was[name] = nil
		}
		login := ids.New()
		exec("INSERT INTO logins (id, email, password_hash, created_at, updated_at) VALUES (?, ?, '', ?, ?)", login, name+"@example.com", now, now)
		exec(`INSERT INTO staff (account_id, id, login_id, name, role, language, available, hours, created_at, updated_at)
			VALUES (?, ?, ?, ?, 'member', 'en', TRUE, ?, ?, ?)`, account, ids.New(), login, name, was[name], now, now)
	}
	require.NoError(t, migrations.GoTo(t.Context(), d, 27))
	type row struct {
		Name         string
		Available    bool
		WorkingHours *string
	}
	var rows []row
	require.NoError(t, d.Select(t.Context(), &rows,
		"SELECT name, available, CAST(working_hours AS TEXT) AS working_hours FROM staff WHERE account_id = ?", account))
	require.Len(t, rows, len(was))
	want := map[string]string{
		"office":  `{"time_zone":"Europe/Berlin","monday":["09:00-17:00"],"sunday":["00:00-24:00"]}`,
		"unkempt": `{"time_zone":"UTC","tuesday":["08:05-17:00","18:00-19:00"]}`,
	}
	for _, r := range rows {
		require.Equal(t, r.Name != "never", r.Available, r.Name)
		if want[r.Name] == "" {
			require.Nil(t, r.WorkingHours, r.Name)
			continue
		}
		require.JSONEq(t, want[r.Name], *r.WorkingHours, r.Name)
	}
}
