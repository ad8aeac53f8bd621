package due_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock"
	"kontor/domain/domaintest"
	"kontor/domain/due"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

const queue = "q"

type silent struct{}

func (silent) Ring(string) {}

// office is an index with a clock that stands.
type office struct {
	*due.Index
	t       *testing.T
	db      *storage.DB
	clock   *clock.Fixed
	account ids.ID
}

func open(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, clock: clock.NewFixed(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)), account: ids.New()}
	o.db = storagetest.New(t)
	o.Index = due.New(storage.NewEverywhere(o.db), o.clock, silent{})
	return o
}

// put makes n pieces of a channel due.
func (o *office) put(channel ids.ID, n int) {
	o.t.Helper()
	work := make([]due.Work, n)
	for i := range work {
		work[i] = due.Work{
			AccountID: o.account, Queue: queue, Key: fmt.Sprintf("%s %05d", channel, i), ChannelID: &channel, DueAt: o.clock.Now(),
		}
	}
	require.NoError(o.t, o.Put(o.t.Context(), work...))
	o.clock.Add(time.Millisecond)
}

func (o *office) claim(n, perChannel int) []due.Work {
	o.t.Helper()
	got, err := o.ClaimFair(o.t.Context(), queue, n, due.Fair{PerChannel: perChannel})
	require.NoError(o.t, err)
	return got
}

func (o *office) done(work ...due.Work) {
	o.t.Helper()
	for _, w := range work {
		require.NoError(o.t, o.Done(o.t.Context(), w))
	}
}

func count(work []due.Work) map[ids.ID]int {
	n := map[ids.ID]int{}
	for _, w := range work {
		n[*w.ChannelID]++
	}
	return n
}

func channels(n int) []ids.ID {
	list := make([]ids.ID, n)
	for i := range list {
		list[i] = ids.New()
	}
	slices.SortFunc(list, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	return list
}

func TestClaimFairGoesRound(t *testing.T) {
	t.Parallel()
	o := open(t)
	c := channels(3)
	o.put(c[1], 500) // the flood, and it came first
	o.put(c[0], 2)
	o.put(c[2], 2)

	first := o.claim(3, 4)
	require.Equal(t, map[ids.ID]int{c[0]: 1, c[1]: 1, c[2]: 1}, count(first), "everybody gets one before anybody gets two")
	more := o.claim(100, 4)
	require.Equal(t, map[ids.ID]int{c[0]: 1, c[1]: 3, c[2]: 1}, count(more), "and no channel more than it may hold")
	require.Empty(t, o.claim(100, 4))

	o.done(first...)
	require.Equal(t, map[ids.ID]int{c[1]: 1}, count(o.claim(100, 4)))
}

func TestClaimFairTakesTurns(t *testing.T) {
	t.Parallel()
	o := open(t)
	c := channels(5)
	for _, id := range c {
		o.put(id, 100)
	}
	var order []ids.ID
	for range 15 { // one worker
		got := o.claim(1, 4)
		require.Len(t, got, 1)
		order = append(order, *got[0].ChannelID)
		o.done(got...)
	}
	require.Equal(t, slices.Concat(c, c, c), order)
	first := o.claim(3, 4)
	require.Equal(t, map[ids.ID]int{c[0]: 1, c[1]: 1, c[2]: 1}, count(first))
	o.done(first...)
	require.Equal(t, map[ids.ID]int{c[3]: 1, c[4]: 1, c[0]: 1}, count(o.claim(3, 4)), "past the end it begins anew")
}

func TestClaimFairWaits(t *testing.T) {
	t.Parallel()
	o := open(t)
	c := channels(2)
	require.Empty(t, o.claim(10, 4))
	require.NoError(t, o.Put(t.Context(), due.Work{
		AccountID: o.account, Queue: queue, Key: "later", ChannelID: &c[0], DueAt: o.clock.Now().Add(time.Minute),
	}))
	o.put(c[1], 2)
	held := o.claim(10, 4)
	require.Equal(t, map[ids.ID]int{c[1]: 2}, count(held))
	o.clock.Add(due.Lease + time.Second)
	require.Equal(t, map[ids.ID]int{c[1]: 2}, count(o.claim(10, 4)), "whoever held them died")
	o.clock.Add(time.Minute)
	require.Equal(t, map[ids.ID]int{c[0]: 1, c[1]: 2}, count(o.claim(10, 4)))
}

// Work whose turn it is is found by its key, however much else is due.
func TestClaimFairReadsOnlyWhoseTurnItIs(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	work := make([]due.Work, 8)
	for i := range work {
		work[i] = due.Work{AccountID: w.Account.ID, Queue: queue, Key: fmt.Sprint(i), ChannelID: &w.Channel.ID}
	}
	require.NoError(t, w.Due.Put(w.Ctx(), work...))
	said := w.Statements(func() {
		got, err := w.Due.ClaimFair(w.Ctx(), queue, 4, due.Fair{PerChannel: 4})
		require.NoError(t, err)
		require.Len(t, got, 4)
	})
	at := slices.IndexFunc(said, func(text string) bool { return strings.Contains(text, "UPDATE due_work") })
	require.NotRegexp(t, `due_work_(due|by_channel)`, w.Plan(said[at]))
}

// BenchmarkClaimFair measures a claim beside a flood: its cost must not grow with what is due.
func BenchmarkClaimFair(b *testing.B) {
	for _, lanes := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("500_channels_flood_of_%d", lanes), func(b *testing.B) {
			db := storagetest.New(b)
			x := due.New(storage.NewEverywhere(db), clock.System{}, silent{})
			account := ids.New()
			var work []due.Work
			for i := range 500 {
				channel := ids.New()
				n := 1
				if i == 0 {
					n = lanes
				}
				for k := range n {
					work = append(work, due.Work{
						AccountID: account, Queue: queue, Key: fmt.Sprint(channel, k), ChannelID: &channel,
					})
				}
			}
			require.NoError(b, x.Put(b.Context(), work...))
			b.ResetTimer()
			for b.Loop() {
				got, err := x.ClaimFair(b.Context(), queue, 1, due.Fair{PerChannel: 4})
				require.NoError(b, err)
				for _, w := range got {
					require.NoError(b, x.Later(b.Context(), w, time.Now().Add(-time.Second), false))
				}
			}
		})
	}
}

// Many rows are changed without holding each against all of them, and found without reading those that are none of them, as
// much when the plan was made while the table was empty.
func TestManyAreHeldRowByRow(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	work := []due.Work{{AccountID: w.Account.ID, Queue: queue, Key: "1"}, {AccountID: w.Account.ID, Queue: queue, Key: "2"}}
	said := w.Statements(func() {
		_, err := w.Due.HoldAll(w.Ctx(), work)
		require.NoError(t, err)
	})
	require.Len(t, said, 1)
	require.NotContains(t, w.Plan(said[0], "enable_sort = on", "enable_hashjoin = off", "enable_mergejoin = off"), "Join Filter")
	if w.DB.Engine() == storage.Postgres {
		var off []string
		require.NoError(t, w.DB.Select(w.Ctx(), &off, "SELECT current_setting('enable_seqscan')"))
		require.Equal(t, []string{"off"}, off)
	}
}
