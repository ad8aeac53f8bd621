package staff_test

import (
	"context"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
	"kontor/templates"
)

const password = "tall green bicycle"

// outside notes who was signed out, and rings nothing.
type outside struct {
	mu    sync.Mutex
	ended []ids.ID
}

func (*outside) Ring(string) {}

func (o *outside) EndAll(_ context.Context, _ account.ID, staffID ids.ID) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = append(o.ended, staffID)
	return nil
}

func (*outside) EndLogin(context.Context, ids.ID, ids.ID) error { return nil }

type bundle struct {
	accounts *account.Service
	people   *staff.Service
	outside  *outside
	deps     staff.Deps
}

func setup(t *testing.T) bundle {
	t.Helper()
	db, now, o := storagetest.New(t), clock.System{}, &outside{}
	log, events := audit.New(db, now), feed.New(storage.NewEverywhere(db), now, o)
	deps := staff.Deps{
		DB: db, Clock: now, Log: log, Feed: events, Accounts: account.NewService(db, now, log, events), Sessions: o,
		Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1},
	}
	return bundle{deps.Accounts, staff.NewService(deps), o, deps}
}

func (b bundle) found(t *testing.T, email string) (account.Account, staff.Staff) {
	t.Helper()
	founder, err := b.people.Founder(t.Context(), staff.New{Email: email, Name: "Owner", Password: password})
	require.NoError(t, err)
	a, err := b.accounts.Create(t.Context(), account.New{Name: "Acme"}, founder)
	require.NoError(t, err)
	owner, err := b.people.Find(t.Context(), email, a.ID)
	require.NoError(t, err)
	return a, owner
}

func (b bundle) add(t *testing.T, a account.Account, email string, role account.Role) staff.Staff {
	t.Helper()
	s, err := b.people.Create(t.Context(), account.SystemActor(a.ID), staff.New{Email: email, Name: email, Password: password, Role: role})
	require.NoError(t, err)
	return s
}

// Both change at once, and each would leave the other as the owner: one of them must be refused.
func TestTwoOwnersCannotDemoteEachOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 10 {
		email := ids.New().String() + "@example.com"
		a, one := b.found(t, email)
		other := b.add(t, a, "x"+email, account.Owner)
		member := account.Member
		results := make([]error, 2)
		var wg sync.WaitGroup
		for i, s := range []staff.Staff{one, other} {
			wg.Go(func() {
				_, results[i] = b.people.Update(t.Context(), account.SystemActor(a.ID), s.ID, staff.Change{Role: &member})
			})
		}
		wg.Wait()
		refused := 0
		for _, err := range results {
			if errs.Is(err, "staff.last_owner") {
				refused++
			} else {
				require.NoError(t, err)
			}
		}
		require.Equal(t, 1, refused)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, owner := b.found(t, "ana@example.com")

	t.Run("finds_the_seat", func(t *testing.T) {
		seat, err := b.people.SignIn(t.Context(), staff.Credentials{Email: "ANA@example.com", Password: password})
		require.NoError(t, err)
		require.Equal(t, staff.Seat{
			AccountID: a.ID, AccountName: "Acme", StaffID: owner.ID, LoginID: owner.LoginID, Name: "Owner", Language: "en",
		}, seat.Seat)
		require.True(t, seat.Challenge.Empty())
	})
	t.Run("makes_an_outdated_hash_anew", func(t *testing.T) {
		deps := b.deps
		deps.Hashing.Memory = 128
		newer := staff.NewService(deps)
		require.Equal(t, "m=64", memoryOf(t, b))
		_, err := newer.SignIn(t.Context(), staff.Credentials{Email: "ana@example.com", Password: password})
		require.NoError(t, err)
		require.Equal(t, "m=128", memoryOf(t, b))
		_, err = newer.SignIn(t.Context(), staff.Credentials{Email: "ana@example.com", Password: password})
		require.NoError(t, err)
	})
}

func memoryOf(t *testing.T, b bundle) string {
	t.Helper()
	hash := ""
	require.NoError(t, b.deps.DB.SQL().QueryRowContext(t.Context(), "SELECT password_hash FROM logins").Scan(&hash))
	return regexp.MustCompile(`m=\d+`).FindString(hash)
}

func TestRosters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	one, owner := b.found(t, "one@example.com")
	two, _ := b.found(t, "two@example.com")
	empty := ids.New()
	ben := b.add(t, one, "ben@example.com", account.Member)
	who := account.SystemActor(one.ID)
	no := false
	_, err := b.people.Update(t.Context(), who, ben.ID, staff.Change{Available: &no, Enabled: &no})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{ben.ID}, b.outside.ended)
	team, err := b.people.CreateTeam(t.Context(), who, "Sales", []ids.ID{ben.ID, owner.ID})
	require.NoError(t, err)

	all, err := b.people.Rosters(t.Context(), []account.ID{two.ID, one.ID, empty, one.ID})
	require.NoError(t, err)
	require.Equal(t, staff.Roster{
		People: []staff.Person{
			{ID: owner.ID, Name: "Owner", Role: account.Owner, Owner: true, Enabled: true, Available: true, Present: true},
			{ID: ben.ID, Name: "ben@example.com", Role: account.Member},
		},
		Teams: []staff.Group{{ID: team.ID, Name: "Sales", MemberIDs: []ids.ID{owner.ID, ben.ID}}},
	}, all[one.ID])
	require.Len(t, all[two.ID].People, 1)
	require.Empty(t, all[two.ID].Teams)
	require.Empty(t, all[empty].People)
	single, err := b.people.Roster(t.Context(), one.ID)
	require.NoError(t, err)
	require.Equal(t, all[one.ID], single)
}

func TestFind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	one, _ := b.found(t, "ana@example.com")
	two, _ := b.found(t, "ben@example.com")
	b.add(t, two, "ana@example.com", account.Member)
	_, err := b.people.Find(t.Context(), "ana@example.com", ids.Nil)
	require.True(t, errs.Is(err, "staff.several_accounts"))
	found, err := b.people.Find(t.Context(), "ana@example.com", one.ID)
	require.NoError(t, err)
	require.Equal(t, one.ID, found.AccountID)
	_, err = b.people.Find(t.Context(), "nobody@example.com", ids.Nil)
	require.True(t, errs.Is(err, "staff.not_found"))
}

func TestWhoIsAwayUntilATimeIsBackByThemselves(t *testing.T) {
	t.Parallel()
	b := setup(t)
	one, owner := b.found(t, "one@example.com")
	who := account.SystemActor(one.ID)
	now, deps := clock.NewFixed(clock.System{}.Now()), b.deps
	deps.Clock = now
	b.people = staff.NewService(deps)
	until := now.Now().Add(48 * time.Hour)
	away, err := b.people.Update(t.Context(), who, owner.ID, staff.Change{AwayUntil: &until})
	require.NoError(t, err)
	require.False(t, away.Available)
	require.True(t, until.Equal(*away.AwayUntil))
	r, err := b.people.Roster(t.Context(), one.ID)
	require.NoError(t, err)
	require.False(t, r.People[0].Available)

	now.Add(48 * time.Hour)
	r, err = b.people.Roster(t.Context(), one.ID)
	require.NoError(t, err)
	require.True(t, r.People[0].Available)
	back, err := b.people.Get(t.Context(), who, owner.ID)
	require.NoError(t, err)
	require.True(t, back.Available)
	require.Nil(t, back.AwayUntil)

	past := now.Now().Add(-time.Hour)
	_, err = b.people.Update(t.Context(), who, owner.ID, staff.Change{AwayUntil: &past})
	require.Equal(t, errs.Invalid, errs.KindOf(err))
	here := true
	_, err = b.people.Update(t.Context(), who, owner.ID, staff.Change{Available: &here})
	require.NoError(t, err)
}

func TestWhoWorksOutsideTheirHoursIsNotThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	one, owner := b.found(t, "one@example.com")
	two, _ := b.found(t, "two@example.com")
	who := account.SystemActor(one.ID)
	zone := "Europe/Berlin"
	_, err := b.accounts.Update(t.Context(), who, account.Change{
		TimeZone: &zone, WorkingHours: &templates.Hours{Holidays: []templates.Holiday{{Date: "2026-11-30"}}},
	})
	require.NoError(t, err)
	now, deps := clock.NewFixed(clock.System{}.Now()), b.deps
	deps.Clock = now
	b.people = staff.NewService(deps)
	hours := templates.Hours{Monday: []string{"09:00-17:00"}}
	changed, err := b.people.Update(t.Context(), who, owner.ID, staff.Change{WorkingHours: &hours})
	require.NoError(t, err)
	require.Equal(t, hours, changed.WorkingHours)
	for at, there := range map[string]bool{
		"2026-11-23T07:59:00Z": false, // 08:59 in Berlin
		"2026-11-23T08:00:00Z": true,
		"2026-11-23T16:00:00Z": false,
		"2026-11-30T10:00:00Z": false, // a holiday of the account
		"2026-12-07T10:00:00Z": true,
	} {
		moment, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		now.Set(moment)
		all, err := b.people.Rosters(t.Context(), []account.ID{one.ID, two.ID})
		require.NoError(t, err)
		require.Equal(t, there, all[one.ID].People[0].Available, at)
		require.True(t, all[one.ID].People[0].Present)
		require.True(t, all[two.ID].People[0].Available)
	}
	none := templates.Hours{}
	_, err = b.people.Update(t.Context(), who, owner.ID, staff.Change{WorkingHours: &none})
	require.NoError(t, err)
	r, err := b.people.Roster(t.Context(), one.ID)
	require.NoError(t, err)
	require.True(t, r.People[0].Hours.Always())
}
