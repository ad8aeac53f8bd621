package inbound_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock/clocktest"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/inbound"
	"kontor/domain/storage"
)

// refuse makes the database refuse to store an event with a certain key.
func refuse(t *testing.T, w *domaintest.World) {
	t.Helper()
	statements := []string{`CREATE TRIGGER refuse BEFORE INSERT ON inbound_events WHEN NEW.key LIKE 'poison%'
		BEGIN SELECT RAISE(ABORT, 'as asked'); END`}
	if w.DB.Engine() == storage.Postgres {
		statements = []string{
			`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
				$$ BEGIN IF NEW.key LIKE 'poison%' THEN RAISE EXCEPTION 'as asked' USING ERRCODE = 'data_exception'; END IF; RETURN NEW; END $$`,
			`CREATE TRIGGER refuse BEFORE INSERT ON inbound_events FOR EACH ROW EXECUTE FUNCTION refuse()`,
		}
	}
	for _, s := range statements {
		_, err := w.DB.SQL().ExecContext(w.Ctx(), s)
		require.NoError(t, err)
	}
}

func TestAnItemThatCannotBeStoredHarmsNoOther(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	refuse(t, w)
	var wg sync.WaitGroup
	for i := range 8 { // requests that are written in groups
		bad := w.Routed(w.Says("carl", "x"))
		bad.Item.Key = fmt.Sprint("poison", i)
		b := inbound.Batch{Door: "fake", Routed: []channel.Routed{
			w.Routed(w.Says(fmt.Sprint("a", i), "one")), bad, w.Routed(w.Says(fmt.Sprint("b", i), "two")),
		}}
		wg.Go(func() {
			if err := w.Inbound.Accept(w.Ctx(), b); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.Process()
	require.Len(t, w.AllTasks(), 16)
	strays, err := w.Inbound.Strays(w.Ctx(), 100)
	require.NoError(t, err)
	require.Len(t, strays, 8)
	require.Equal(t, "not_storable", strays[0].Reason)
	require.NotEmpty(t, strays[0].Raw)
}

func TestWhatIsNobodysIsKeptAndCounted(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	lost := w.Routed(w.Says("anna", "hello"))
	lost.ExternalIDs = []string{"page-nobody-has"}
	b := inbound.Batch{
		Door: "fake", Routed: []channel.Routed{lost},
		Unrouted: []channel.Unrouted{{Object: "user", Reason: "other_object", Raw: []byte("{}")}, {Reason: "not_json", Raw: []byte("\xff\x00")}},
	}
	require.NoError(t, w.Inbound.Accept(w.Ctx(), b))
	require.NoError(t, w.Inbound.Accept(w.Ctx(), b))
	strays, err := w.Inbound.Strays(w.Ctx(), 100)
	require.NoError(t, err)
	require.Len(t, strays, 3)
	for _, s := range strays {
		require.Equal(t, 2, s.Times)
	}
	require.NoError(t, w.Inbound.Accept(w.Ctx(), inbound.Batch{Door: "fake", Unrouted: append(b.Unrouted, b.Unrouted...)}))
	strays, err = w.Inbound.Strays(w.Ctx(), 100)
	require.NoError(t, err)
	for _, s := range strays {
		require.Equal(t, map[bool]int{true: 2, false: 4}[s.Reason == "no_channel"], s.Times, "one request that brings it twice counts twice")
	}
	require.Empty(t, w.Events())
	w.Clock.Add(31 * 24 * time.Hour)
	require.NoError(t, w.Inbound.Prune(w.Ctx()))
	strays, err = w.Inbound.Strays(w.Ctx(), 100)
	require.NoError(t, err)
	require.Empty(t, strays)
}

func TestOddItemsAreStoredAllTheSame(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	odd := w.Routed(w.Says("anna", "hello"))
	odd.Item.Key = strings.Repeat("k\x00\xff", 4000)
	odd.Item.Lane = "dm:\x00"
	odd.Item.Type = "\xff"
	odd.Item.Envelope = channel.Envelope{Object: "\x00", EntryID: "\xff"}
	odd.Item.OccurredAt = time.UnixMilli(1 << 60)
	same := odd
	other := odd
	other.Item.Key += "x"
	require.NoError(t, w.Inbound.Accept(w.Ctx(), inbound.Batch{Routed: []channel.Routed{odd, same, other}}))
	require.Len(t, w.Events(), 2)
	w.Process()
	require.Len(t, w.AllTasks(), 1)
}

func TestATimeThatIsNoTimeIsReplacedByNow(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	m := w.Says("anna", "hello")
	r := w.Routed(m)
	r.Item.Raw = []byte(`{"action":"message","occurred_at":"9999-01-01T00:00:00Z","person":{"external_id":"anna"},"external_id":"x","text":"hello"}`)
	require.NoError(t, w.Inbound.Accept(w.Ctx(), inbound.Batch{Routed: []channel.Routed{r}}))
	w.Process()
	require.Equal(t, w.Clock.Now(), w.Comments(w.OneTask())[0].OccurredAt)
}

func TestAcceptSaysSoWhenTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	late, cancel := context.WithCancel(w.Ctx())
	cancel()
	err := w.Inbound.Accept(late, inbound.Batch{Routed: []channel.Routed{w.Routed(w.Says("anna", "x"))}})
	require.Equal(t, errs.Unavailable, errs.KindOf(err))
}

// A statement that never ends, as on a connection whose other end has gone without a word, keeps nobody else waiting for ever.
func TestAcceptGivesUpADatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Inbound.WaitAtMost(300 * time.Millisecond)
	held, free, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- w.DB.Tx(w.Ctx(), func(ctx context.Context) error {
			var err error
			if w.DB.Engine() == storage.Postgres {
				_, err = storage.NewEverywhere(w.DB).Exec(ctx, "LOCK TABLE event_keys IN ACCESS EXCLUSIVE MODE")
			} // SQLite has one writer
			close(held)
			<-free
			return err
		})
	}()
	<-held
	hello := w.Says("anna", "hello")
	err := w.Inbound.Accept(w.Ctx(), inbound.Batch{Routed: []channel.Routed{w.Routed(hello)}})
	require.Equal(t, errs.Unavailable, errs.KindOf(err))
	close(free)
	require.NoError(t, <-ended)
	w.Inbound.WaitAtMost(clocktest.Patience)
	w.Accept(hello)
	require.Len(t, w.Events(), 1)
}

func TestTwoWorkersDoNothingTwice(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	for i := range 40 {
		w.Accept(w.Says(fmt.Sprint("person-", i%7), fmt.Sprint("message ", i)), w.Says(fmt.Sprint("other-", i), "hi"))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				n, err := w.Inbound.Process(context.WithoutCancel(w.Ctx()))
				if err != nil {
					t.Error(err)
				}
				if n == 0 {
					return
				}
			}
		})
	}
	wg.Wait()
	w.Process()
	total := 0
	for _, x := range w.AllTasks() {
		total += len(w.Comments(x))
	}
	require.Len(t, w.AllTasks(), 47)
	require.Equal(t, 80, total)
	for _, e := range w.Events() {
		require.Equal(t, inbound.Processed, e.State, e.Reason)
	}
}

func TestWhatIsForKnownPagesIsStoredWithFewStatements(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Accept(w.Says("anna", "the first one asks who has the page"))
	twice := w.Says("anna", "twice")
	asked := w.Statements(func() { w.Accept(w.Says("carl", "once"), twice, twice, w.Says("dora", "hello")) })
	require.Len(t, w.Events(), 4)
	if w.DB.Chains() {
		require.Len(t, asked, 1, asked)
	} else {
		require.Len(t, asked, 3, asked) // who has the page, the keys, the events
	}
	w.Accept(twice)
	require.Len(t, w.Events(), 4)
}

func TestAPageThatChangedHandsLeavesNothingWithItsFormerAccount(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Accept(w.Says("anna", "hello"))
	_, other := w.Found("Another company", "owner@another.example")
	heir := w.Connect(other, "another page")
	claim := func(set string, args ...any) {
		n, err := storage.NewEverywhere(w.DB).Exec(w.Ctx(), `UPDATE page_claims SET `+set, args...)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	}
	claim("account_id = ?, channel_id = ? WHERE external_id = ?", heir.AccountID, heir.ID, domaintest.Page)
	w.Accept(w.Says("anna", "for the new one"), w.Says("carl", "me too"))
	require.Len(t, w.Events(), 1)
	events, _, err := w.Inbound.Events(w.Ctx(), other.AccountID, inbound.Filter{}, storage.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, events, 2)

	claim("external_id = 'gone' WHERE external_id = ?", domaintest.Page)
	w.Accept(w.Says("anna", "for nobody"))
	require.Len(t, w.Events(), 1)
	strays, err := w.Inbound.Strays(w.Ctx(), 10)
	require.NoError(t, err)
	require.Len(t, strays, 1)
	require.Equal(t, "no_channel", strays[0].Reason)
}
