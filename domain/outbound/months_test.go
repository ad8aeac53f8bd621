package outbound_test

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
	"kontor/domain/task"
)

const day = 24 * time.Hour

type months struct{ domaintest.Parted }

// atNovember makes a world in which attempts have a part for the month that it begins in.
func atNovember(w *domaintest.World) months { return months{w.Parted("attempts")} }

// keep says for how many days an account keeps attempts.
func (w months) keep(by account.Actor, days int) {
	w.T.Helper()
	_, err := w.Accounts.Update(w.Ctx(), by, account.Change{KeepAttempts: &days})
	require.NoError(w.T, err)
}

// tidy is one hour's work on months.
func (w months) tidy() {
	w.T.Helper()
	require.NoError(w.T, w.Outbound.Months(w.Ctx()))
}

// tried puts a message and an attempt of it into the database, begun at a time, and returns the attempt.
func (w months) tried(a account.ID, at time.Time, state outbound.State) ids.ID {
	w.T.Helper()
	m := outbound.Message{
		AccountID: a, ID: ids.New(), TaskID: ids.New(), CommentID: ids.New(), ChannelID: ids.New(), ConversationID: ids.New(),
		Token: ids.New().String(), State: state, CreatedAt: at, UpdatedAt: at, AttemptedAt: &at,
	}
	_, err := storage.InsertMany(w.Ctx(), w.DB, []outbound.Message{m})
	require.NoError(w.T, err)
	try := outbound.Attempt{AccountID: a, ID: ids.New(), MessageID: m.ID, Month: storage.MonthOf(at), StartedAt: at}
	_, err = storage.InsertMany(w.Ctx(), w.DB, []outbound.Attempt{try})
	require.NoError(w.T, err)
	return try.ID
}

func (w months) left(a account.ID) (found []ids.ID) {
	w.T.Helper()
	require.NoError(w.T, w.DB.Of(w.Ctx(), a).Model(&outbound.Attempt{}).Order("started_at").Pluck("id", &found).Error)
	return found
}

func TestMonthsAreMadeAheadAndDropped(t *testing.T) {
	t.Parallel()
	w := atNovember(domaintest.New(t))
	w.tidy()
	w.tidy()
	w.RequireParts("202611", "202612", "202701")
	other, owner := w.Found("Other GmbH", "other@muster.example")
	a, noon := w.Account.ID, domaintest.Noon()
	first, second := w.tried(a, noon, outbound.Sent), w.tried(a, noon.Add(day), outbound.Failed)
	w.Clock.Add(20 * day)
	december := w.tried(a, w.Clock.Now(), outbound.Read)

	w.Clock.Add(35 * day) // in the middle of January
	w.tidy()
	w.RequireParts("202611", "202612", "202701", "202702", "202703")
	require.Equal(t, []ids.ID{first, second, december}, w.left(a), "for ever is the rule")

	kept := w.tried(other.ID, noon, outbound.Sent)
	w.keep(w.Owner, 40)
	w.tidy()
	require.Equal(t, []ids.ID{first, second, december}, w.left(a), "another account keeps its own for ever")
	w.keep(owner, 60)
	w.tidy()
	require.Len(t, w.left(a), 3, "another account keeps its own for longer")

	w.keep(owner, 40)
	w.tidy()
	w.RequireParts("202612", "202701", "202702", "202703")
	if w.DB.Engine() == storage.Postgres {
		require.Equal(t, []ids.ID{december}, w.left(a), "the month has gone as a whole, and no other")
		require.NotContains(t, w.left(other.ID), kept)
	} else {
		require.Len(t, w.left(a), 3, "in one piece: one by one, when their turn comes")
	}
	w.tidy()
	require.Contains(t, w.left(a), december)
}

func TestWhatIsNotFinishedKeepsItsMonth(t *testing.T) {
	t.Parallel()
	for _, state := range []outbound.State{outbound.Queued, outbound.Sending, outbound.Unconfirmed} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			w := atNovember(domaintest.New(t))
			w.keep(w.Owner, 30)
			open := w.tried(w.Account.ID, w.Clock.Now(), state)
			w.tried(w.Account.ID, w.Clock.Now(), outbound.Sent)
			w.Clock.Add(400 * day)
			w.tidy()
			require.Contains(t, w.left(w.Account.ID), open)
			require.True(t, w.DB.Engine() == storage.SQLite || slices.Contains(w.Parts(), "202611"))
			require.NoError(t, w.DB.Of(w.Ctx(), w.Account.ID).Model(&outbound.Message{}).Where("state = ?", state).Update("state", outbound.Failed).Error)
			w.tidy()
			require.NotContains(t, w.Parts(), "202611")
			require.True(t, w.DB.Engine() == storage.SQLite || len(w.left(w.Account.ID)) == 0)
		})
	}
}

// A month that nobody has made a place for is taken all the same, found, and taken away one by one.
func TestAMonthWithoutAPlace(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	p := atNovember(w)
	if w.DB.Engine() == storage.Postgres {
		_, err := storage.NewEverywhere(w.DB).Exec(w.Ctx(), "DROP TABLE attempts_m202611")
		require.NoError(t, err)
	}
	p.tidy()
	c := w.Answer(anna, "good day")
	w.Clock.Add(time.Minute)
	w.Deliver()
	m := w.Message(c)
	tries, err := w.Outbound.Attempts(w.Ctx(), w.Account.ID, m.ID)
	require.NoError(t, err)
	require.Len(t, tries, 1)
	require.Equal(t, "sent", tries[0].Outcome)
	p.RequireParts("202612", "202701")
	require.NoError(t, storage.NewEverywhere(w.DB).AddMonths(w.Ctx(), "attempts", 202611))
	p.RequireParts("202612", "202701") // what is in the rest stays there
	p.keep(w.Owner, 30)
	w.Clock.Add(40 * day)
	n, err := w.Outbound.ForgetAttempts(w.Ctx(), w.Account.ID, w.Clock.Now().Add(-30*day), 10)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Empty(t, p.left(w.Account.ID))
}

// Several that make and drop months at once, while others write, hinder neither each other nor them.
func TestManyMakeMonthsAtOnce(t *testing.T) {
	t.Parallel()
	w := atNovember(domaintest.New(t))
	w.tidy()
	w.keep(w.Owner, 30)
	old := w.tried(w.Account.ID, w.Clock.Now(), outbound.Sent)
	w.Clock.Add(100 * day)
	now := w.Clock.Now()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 3 {
				if err := w.Outbound.Months(w.Ctx()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 2 {
		wg.Go(func() {
			for i := range 10 {
				at := now.Add(-time.Duration(i) * time.Minute)
				try := outbound.Attempt{AccountID: w.Account.ID, ID: ids.New(), MessageID: ids.New(), Month: storage.MonthOf(at), StartedAt: at}
				if _, err := storage.InsertMany(w.Ctx(), w.DB, []outbound.Attempt{try}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	parts := w.Parts()
	require.NotContains(t, parts, "202611")
	require.True(t, w.DB.Engine() == storage.SQLite || slices.Contains(parts, "202704") && slices.Contains(parts, "202705"), parts)
	left := w.left(w.Account.ID)
	require.Equal(t, w.DB.Engine() == storage.SQLite, slices.Contains(left, old))
	require.Len(t, slices.DeleteFunc(left, func(id ids.ID) bool { return id == old }), 20)
}

// An attempt is finished in its own month, and the attempts of a message are looked for in none before it was written.
func TestLookUpsReadNoOtherMonths(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	p := atNovember(w)
	p.tidy()
	p.tried(w.Account.ID, w.Clock.Now(), outbound.Sent)
	w.Clock.Add(70 * day)
	p.tidy()
	p.RequireParts("202611", "202701", "202702", "202703") // there was nothing in December
	w.Hear(w.Says("anna", "again"))
	var c task.Comment
	sends := w.Statements(func() {
		c = w.Answer(anna, "good day")
		w.Clock.Add(time.Minute)
		w.Deliver()
	})
	m := w.Message(c)
	require.Equal(t, outbound.Sent, m.State)
	var tries []outbound.Attempt
	said := w.Statements(func() {
		var err error
		tries, err = w.Outbound.Attempts(w.Ctx(), w.Account.ID, m.ID)
		require.NoError(t, err)
	})
	require.Len(t, tries, 1)
	require.Equal(t, 202701, tries[0].Month)
	p.RequireReads(said, "FROM \"attempts\"", []any{w.Account.ID, m.ID, 202701}, "202701", "202702", "202703", "rest")
	p.RequireReads(sends, "UPDATE attempts", []any{
		[]any{w.Account.ID.String()}, []any{tries[0].ID.String()}, []any{"sent"}, []any{nil}, []any{w.Clock.Now()},
	}, "202701")
}

// A program that may only read and write rows leaves the parts alone, and everything goes into the rest.
func TestAProgramThatMayMakeNoParts(t *testing.T) {
	t.Parallel()
	dbURL := storagetest.URL(t)
	owner := storagetest.Open(t, dbURL)
	every := storage.NewEverywhere(owner)
	if owner.Engine() == storage.SQLite {
		require.NoError(t, every.AddMonths(t.Context(), "attempts", 990001), "there are none")
		return
	}
	role := "kontor_test_" + strings.ReplaceAll(ids.New().String(), "-", "")
	for _, text := range []string{
		"CREATE ROLE " + role + " LOGIN", "GRANT USAGE ON SCHEMA public TO " + role,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role,
	} {
		_, err := every.Exec(t.Context(), text)
		require.NoError(t, err)
	}
	u, err := url.Parse(dbURL)
	require.NoError(t, err)
	u.User = url.User(role)
	d := storagetest.Open(t, u.String())
	t.Cleanup(func() {
		_ = d.Close()
		_, err := owner.SQL().Exec("DROP OWNED BY " + role + "; DROP ROLE " + role) //nolint:noctx // the test's is over
		require.NoError(t, err)
	})
	may := storage.NewEverywhere(d)
	require.NoError(t, may.AddMonths(t.Context(), "attempts", 990001))
	gone, err := may.DropMonths(t.Context(), "attempts", 990002, "SELECT 1 AS one FROM @part LIMIT 1")
	require.NoError(t, err)
	require.Empty(t, gone)
	// The owner makes them, and the program writes into them with no right of its own.
	require.NoError(t, every.AddMonths(t.Context(), "attempts", 990001))
	try := outbound.Attempt{AccountID: ids.New(), ID: ids.New(), MessageID: ids.New(), Month: 990001, StartedAt: domaintest.Noon()}
	_, err = storage.InsertMany(t.Context(), d, []outbound.Attempt{try})
	require.NoError(t, err)
	var n []int
	require.NoError(t, every.Select(t.Context(), &n, "SELECT count(*) FROM attempts_m990001"))
	require.Equal(t, []int{1}, n)
}
