package deliverytest

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/integrations/metasim"
)

// BenchmarkAQuietPageBesideAFlood measures how long a message takes from the platform's telling of it until its task is there,
// on a page where one message comes at a time: first while all is well, then while another page is told of ten thousand messages
// at once (KONTOR_FLOOD makes it another number). It is part of make fairness.
func BenchmarkAQuietPageBesideAFlood(b *testing.B) {
	flood := 10_000
	if n, err := strconv.Atoi(os.Getenv("KONTOR_FLOOD")); err == nil {
		flood = n
	}
	const samples = 40
	a := apptest.Start(b)
	loud, quiet := a.Connect(b, a.Account), a.Connect(b, a.Account)
	n := 0
	sample := func() time.Duration {
		n++
		at := time.Now()
		quiet.Hear(b, "Guest", fmt.Sprint("quiet ", n))
		return time.Since(at)
	}
	measure := func() (list []time.Duration) {
		for range samples {
			list = append(list, sample())
		}
		return list
	}
	sample() // what is new with a page is done by now
	well := measure()
	for from := 0; from < flood; from += 100 {
		var elements []string
		for i := range 100 {
			elements = append(elements, fmt.Sprintf(`{"sender":{"id":"88%010d"},"recipient":{"id":%q},"timestamp":%d,"message":{"mid":"m_%d","text":"flood"}}`,
				(from+i)/10, loud.ID, time.Now().UnixMilli(), from+i))
		}
		got, err := a.Meta.Post(b.Context(), metasim.RawPost{Body: fmt.Sprintf(
			`{"object":"page","entry":[{"id":%q,"time":%d,"messaging":[%s]}]}`, loud.ID, time.Now().UnixMilli(), strings.Join(elements, ","))})
		require.NoError(b, err)
		require.Equal(b, 200, got.Status)
	}
	var beside []time.Duration
	for waits := true; waits; {
		beside = append(beside, sample())
		_, late, err := a.Services.Inbound.Backlog(b.Context(), 0)
		require.NoError(b, err)
		waits = late > 0
	}
	p95 := func(list []time.Duration) float64 {
		slices.Sort(list)
		return float64(list[len(list)*95/100].Milliseconds())
	}
	b.ReportMetric(p95(well), "ms-p95-well")
	b.ReportMetric(p95(beside), "ms-p95-beside")
	b.ReportMetric(p95(beside)/p95(well), "ratio")
	b.ReportMetric(float64(len(beside)), "samples-beside")
	b.ReportMetric(0, "ns/op")
}
