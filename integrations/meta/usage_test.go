package meta

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	one := func(of, limit string, percent int, regain time.Duration) channel.Usage {
		return channel.Usage{ExternalID: of, Limit: limit, Percent: percent, Regain: regain}
	}
	for name, c := range map[string]struct {
		header map[string]string
		want   []channel.Usage
	}{
		"none":       {nil, nil},
		"app":        {map[string]string{"X-App-Usage": `{"call_count":68,"total_time":208,"total_cputime":0}`}, []channel.Usage{one("", "app", 208, 0)}},
		"other_keys": {map[string]string{"X-App-Usage": `{"call_volume":12,"cpu_time":40}`}, []channel.Usage{one("", "app", 40, 0)}},
		"page":       {map[string]string{"X-Page-Usage": `{"call_count":2,"total_cputime":1,"total_time":1}`}, []channel.Usage{one("", "page", 2, 0)}},
		"strings":    {map[string]string{"X-App-Usage": `{"call_count":"7"}`}, []channel.Usage{one("", "app", 7, 0)}},
		"malformed":  {map[string]string{"X-App-Usage": `{`, "X-Page-Usage": `null`, "X-Business-Use-Case-Usage": `[]`}, nil},
		"business_two": {
			map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"type":"pages","call_count":5}],"2":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":19},{"estimated_time_to_regain_access":3}]}`},
			[]channel.Usage{one("1", "pages", 5, 0), one("2", "", 0, 3*time.Minute), one("2", "messenger", 100, 19*time.Minute)},
		},
		"absurd_wait":   {map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"estimated_time_to_regain_access":1e300}]}`}, []channel.Usage{one("1", "", 0, 24*time.Hour)}},
		"negative":      {map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"estimated_time_to_regain_access":-5,"call_count":-1}]}`}, []channel.Usage{one("1", "", 0, 0)}},
		"absurd_number": {map[string]string{"X-App-Usage": `{"call_count":1e300}`}, []channel.Usage{one("", "app", 10_000, 0)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for k, v := range c.header {
				h.Set(k, v)
			}
			require.ElementsMatch(t, c.want, usageOf(h))
		})
	}
}

func TestAPageWaitsForItsOwnLimits(t *testing.T) {
	t.Parallel()
	list := []channel.Usage{{Limit: "app"}, {ExternalID: "1", Regain: time.Minute}, {ExternalID: "2", Regain: time.Hour}}
	require.Equal(t, time.Minute, regain(list, "1"))
	require.Equal(t, time.Hour, regain(list, "2"))
	require.Equal(t, time.Hour, regain(list, "3"), "the business's limit is everybody's")
	require.Zero(t, regain(nil, "1"))
}

func TestUsageOfRecordedHeaders(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/rate_limit_header/rate_limit_header-04.json")
	require.NoError(t, err)
	h := http.Header{}
	h.Set("X-Business-Use-Case-Usage", string(b))
	require.Equal(t, []channel.Usage{
		{ExternalID: "{business-id}", Limit: "ads_insights", Percent: 100, Regain: 10 * time.Minute},
	}, usageOf(h))

	b, err = os.ReadFile("testdata/rate_limit_header/rate_limit_header-02.json")
	require.NoError(t, err)
	var both map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(b, &both))
	h = http.Header{}
	for name, value := range both {
		h.Set(name, string(value))
	}
	require.ElementsMatch(t, []channel.Usage{{Limit: "app"}, {Limit: "page", Percent: 2}}, usageOf(h))
}
