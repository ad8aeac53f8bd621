package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/integrations/meta"
)

func TestMediansAndQuantiles(t *testing.T) {
	t.Parallel()
	require.Equal(t, Spread{}, spread(nil))
	require.Equal(t, Spread{3, 1, 9, []float64{9, 1, 3}}, spread([]float64{9, 1, 3}))
	require.InDelta(t, 2.5, spread([]float64{4, 1, 3, 2}).Median, 1e-9)
	var times latencies
	for i := range 100 {
		times = append(times, time.Duration(100-i)*time.Millisecond)
	}
	require.InDelta(t, 99, times.at(0.99), 1e-9)
	require.InDelta(t, 50, times.at(0.5), 1e-9)
	require.InDelta(t, 100, times.at(1), 1e-9)
	require.InDelta(t, 1, times.at(0), 1e-9)
	require.InDelta(t, 100, times[:1].at(0.99), 1e-9)
	require.Zero(t, latencies(nil).at(0.99))
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	most, least := line{must: 4, want: 1.5}, line{must: 0.5, want: 0.8, sense: atLeast}
	for value, want := range map[float64]string{1: Reached, 1.5: Reached, 1.6: Enough, 4: Enough, 4.1: Short} {
		require.Equal(t, want, most.judge(value), value)
	}
	for value, want := range map[float64]string{0.9: Reached, 0.8: Reached, 0.79: Enough, 0.5: Enough, 0.49: Short} {
		require.Equal(t, want, least.judge(value), value)
	}
}

// TestEveryRowIsMeasured keeps the table and the experiments together.
func TestEveryRowIsMeasured(t *testing.T) {
	t.Parallel()
	var measured []int
	for _, e := range experiments() {
		measured = append(measured, e.rows...)
		require.Positive(t, e.lasts(Options{Rounds: 1, Last: time.Second}), e.name)
	}
	slices.Sort(measured)
	for row := 1; row <= Rows; row++ {
		require.Contains(t, measured, row)
		require.True(t, slices.ContainsFunc(lines(), func(l line) bool { return l.row == row }), row)
	}
	require.Len(t, measured, Rows)
	keys := map[string]bool{}
	for _, l := range lines() {
		require.False(t, keys[l.key], l.key)
		keys[l.key] = true
		require.Equal(t, l.plain, l.than == "", l.key)
		require.Equal(t, bool(l.sense), l.want > l.must, l.key)
	}
}

// TestReport takes figures to the table and the file, and back.
func TestReport(t *testing.T) {
	t.Parallel()
	r := &Report{samples: map[string]*sample{}, points: map[string]*point{}, Versions: map[string]string{"kontor": "1"}, Settings: map[string]string{"fsync": "on"}}
	for _, figure := range []float64{60, 90, 30} {
		r.add("1", figure, 100)
		r.plot(chartThroughput, "Kontor", 32, figure)
		r.plot(chartThroughput, "Kontor", 8, figure/2)
	}
	r.add("6", 200, 0)
	r.remark("others were busy")
	r.remark("others were busy")
	r.finish([]int{1, 4, 6}, time.Minute)
	require.Len(t, r.Results, 3)
	require.Equal(t, []string{Enough, LeftOut, Enough}, []string{r.Results[0].Verdict, r.Results[1].Verdict, r.Results[2].Verdict})
	require.Equal(t, Spread{0.6, 0.3, 0.9, []float64{0.6, 0.9, 0.3}}, r.Results[0].Ratio)
	require.Equal(t, []float64{8, 32}, r.Series[0].X)

	var out strings.Builder
	r.Print(&out)
	require.Contains(t, out.String(), "| 60.0 (30.0–90.0)/s")
	require.Equal(t, 1, strings.Count(out.String(), "Beware: others were busy."))

	name := filepath.Join(t.TempDir(), "deep", "bench.json")
	require.NoError(t, r.Write(name))
	back, err := Read(name)
	require.NoError(t, err)
	require.Equal(t, r.Results, back.Results)

	files, err := Charts(back, t.TempDir())
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	for d := xml.NewDecoder(strings.NewReader(string(text))); err == nil; {
		_, err = d.Token()
	}
	require.ErrorIs(t, err, io.EOF)
	require.Contains(t, string(text), "connections")
}

// TestHooks are what the platform would send: of the size that is promised, rightly signed, read by our own door, each another
// message.
func TestHooks(t *testing.T) {
	t.Parallel()
	c := &crowd{filler: newFiller(0, &customer{Tasks: 100, People: 60, Pages: []page{{External: "104200000000000"}, {External: "104200000000001"}}}, listed(100), time.Now())}
	h, seen := newHooks(), map[string]bool{}
	for n := range 50 {
		raw := c.anybody(h, n)
		if n%2 == 0 {
			raw = c.newcomer(h)
		}
		head, body, ok := strings.Cut(string(raw), "\r\n\r\n")
		require.True(t, ok)
		require.Len(t, body, bodySize)
		require.True(t, json.Valid([]byte(body)))
		mac := hmac.New(sha256.New, []byte(appSecret))
		mac.Write([]byte(body))
		require.Contains(t, head, "X-Hub-Signature-256: sha256="+hex.EncodeToString(mac.Sum(nil)))
		require.False(t, seen[body])
		seen[body] = true
		routed, unrouted := meta.NewDoor(meta.Settings{}).Split([]byte(body))
		require.Empty(t, routed, "no kind is behind this door")
		require.Len(t, unrouted, 1)
		require.Equal(t, meta.UnroutedObject, unrouted[0].Reason, "and nothing else is wrong with it")
	}
}

// TestDrive counts what it asks for, keeps to its pace's number, and does not go on after a bad answer.
func TestDrive(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	status := atomic.Int64{}
	status.Store(http.StatusOK)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(int(status.Load()))
		_, _ = io.WriteString(w, strings.Repeat("x", 5000)) // longer than what goes out at once
	}))
	defer server.Close()
	d := drive{addr: server.Listener.Addr().String(), conns: 4, count: 101, want: http.StatusOK, next: func(int) []byte { return request("GET", "/", nil) }}
	got, err := d.run(t.Context())
	require.NoError(t, err)
	require.Equal(t, 101, got.good)
	require.EqualValues(t, 101, asked.Load())
	require.Len(t, got.times, 101)

	d.pace, d.count = 1e6, 20
	got, err = d.run(t.Context())
	require.NoError(t, err)
	require.Equal(t, 20, got.good)

	status.Store(http.StatusServiceUnavailable)
	_, err = d.run(t.Context())
	require.ErrorIs(t, err, errStatus)
}

// TestDataSet looks at what is made of a form: the share of what is open, one active task a conversation, ids that fit and sort.
func TestDataSet(t *testing.T) {
	t.Parallel()
	const n = 20_000
	c := &customer{ID: ids.New(), Tasks: n, People: n * 5 / 8, Staff: []ids.ID{ids.New(), ids.New()}, Team: ids.New(), Keys: []string{"new", "pending", "resolved"}}
	for range 10 {
		c.Pages = append(c.Pages, page{External: "1", Channel: ids.New()})
	}
	f := newFiller(0, c, listed(n), time.Now())
	comments := 0
	tables := map[string]table{}
	for _, x := range f.tables(&comments) {
		if _, ok := tables[x.name]; !ok {
			tables[x.name] = x
		}
		for i := range min(x.n, 50) {
			if row := x.row(i); row != nil {
				require.Len(t, row, len(strings.Split(x.columns, ",")), x.name)
			}
		}
	}
	require.Equal(t, n+longTasks*(longComments-1), comments)
	require.Len(t, c.Long, longTasks)
	open, active, before := 0, map[any]bool{}, ""
	for i := range n {
		row := tables["tasks"].row(i)
		id := row[1].(ids.ID)
		require.EqualValues(t, 7, id.Version())
		require.Greater(t, id.String()[:13], before[:min(13, len(before))])
		before = id.String()[:13]
		if row[9] != "resolved" {
			open++
		}
		if a := tables["active_tasks"].row(i); a != nil {
			require.False(t, active[a[1]], "two active tasks of one conversation")
			active[a[1]] = true
		}
	}
	require.Len(t, active, open)
	require.InDelta(t, 0.2, float64(open)/n, 0.02)
	busiest := map[page]int{}
	for p := range c.People {
		busiest[f.page(p)]++
	}
	require.Greater(t, busiest[c.Pages[0]], 5*busiest[c.Pages[9]], "few pages are busy, many are quiet")
}

func TestPgbenchLogs(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "t.1"), []byte("0 1 1500 0 1790000000 1\n1 1 500 0 1790000000 2\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "t.1.1"), []byte("2 1 250 0 1790000000 3\n"), 0o600))
	times, err := readLogs(folder)
	require.NoError(t, err)
	require.ElementsMatch(t, latencies{1500 * time.Microsecond, 500 * time.Microsecond, 250 * time.Microsecond}, times)
	for _, name := range []string{"schema", "ins_uniq", "ingest"} {
		text, err := references.ReadFile("reference/" + name + ".sql")
		require.NoError(t, errors.Join(err))
		require.NotEmpty(t, text)
	}
}
