package deliverytest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/domain/account"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// BenchmarkPagesBesideSickOnes measures how long an answer takes from being written until the platform has taken it, on
// pages of which each has answers due at the same time: first while all is well, then while beside them one page is
// throttled, one's token is dead and one's calls hang, each with a long queue. Run it on a quiet machine:
//
//	go test ./app/deliverytest -run '^$' -bench PagesBesideSickOnes -benchtime 1x
func BenchmarkPagesBesideSickOnes(b *testing.B) {
	const well, each, rounds, queue = 497, 2, 5, 50
	a := apptest.Start(b)
	m := &measured{B: b, app: a, tasks: map[string]task.Task{}}
	var pages []apptest.Page
	for n := range well + 3 {
		p := a.Connect(b, a.Account)
		t, _ := p.Hear(b, fmt.Sprintf("Guest%d", n), fmt.Sprintf("hello %d", n))
		m.tasks[p.ID] = t
		pages = append(pages, p)
	}
	sick, healthy := pages[:3], pages[3:]
	var before, beside []time.Duration
	m.answers(healthy, 1) // what is new with a page is done by now
	for range rounds {
		before = append(before, m.answers(healthy, each)...)
	}
	m.fall(sick, queue)
	for range rounds {
		beside = append(beside, m.answers(healthy, each)...)
	}
	p95 := func(list []time.Duration) float64 {
		slices.Sort(list)
		return float64(list[len(list)*95/100].Milliseconds())
	}
	b.ReportMetric(p95(before), "ms-p95-well")
	b.ReportMetric(p95(beside), "ms-p95-beside")
	b.ReportMetric(p95(beside)/p95(before), "ratio")
	b.ReportMetric(0, "ns/op")
}

// measured is a measurement under way.
type measured struct {
	*testing.B
	app   *apptest.App
	tasks map[string]task.Task // by page
	n     int
}

// write has somebody answer the page's task, and returns the mark by which the platform's book names the answer.
func (m *measured) write(p apptest.Page) string {
	m.n++
	text := fmt.Sprintf("answer %d", m.n)
	by := account.Actor{AccountID: m.app.Account.ID, Kind: account.Staff, StaffID: m.app.Member.Staff.ID, Role: account.Member}
	_, err := m.app.Services.Tasks.AddComment(m.Context(), by, m.tasks[p.ID].ID, task.NewComment{
		Visibility: task.Public, Text: text,
	})
	require.NoError(m, err)
	return text
}

// answers writes answers on all pages and returns how long each took until the platform had it.
func (m *measured) answers(pages []apptest.Page, each int) (took []time.Duration) {
	written := map[string]time.Time{}
	for range each {
		for _, p := range pages {
			at := time.Now()
			written[m.write(p)] = at
		}
	}
	require.Eventually(m, func() bool {
		found := 0
		for _, x := range m.app.Meta.Ledger(metasim.LedgerQuery{}) {
			if _, ours := written[x.Text]; ours {
				found++
			}
		}
		return found == len(written)
	}, time.Minute, 100*time.Millisecond)
	for _, x := range m.app.Meta.Ledger(metasim.LedgerQuery{}) {
		if at, ours := written[x.Text]; ours {
			took = append(took, x.At.Sub(at))
		}
	}
	return took
}

// fall makes three pages sick and gives each a queue: throttled, its token dead, hanging.
func (m *measured) fall(sick []apptest.Page, queue int) {
	for n, f := range []metasim.Fault{
		{Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 613}},
		{Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 190, Subcode: 460}},
		{Answer: metasim.AnswerHang},
	} {
		f.Page, f.Call, f.Count = sick[n].ID, "send", -1
		_, err := m.app.Meta.AddFault(f)
		require.NoError(m, err)
		for range queue {
			m.write(sick[n])
		}
	}
}
