package meta

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header map[string]string
		want   Usage
	}{
		"none":         {nil, Usage{}},
		"app":          {map[string]string{"X-App-Usage": `{"call_count":68,"total_time":208,"total_cputime":0}`}, Usage{Percent: 208}},
		"other_keys":   {map[string]string{"X-App-Usage": `{"call_volume":12,"cpu_time":40}`}, Usage{Percent: 40}},
		"page":         {map[string]string{"X-Page-Usage": `{"call_count":2,"total_cputime":1,"total_time":1}`}, Usage{Percent: 2}},
		"strings":      {map[string]string{"X-App-Usage": `{"call_count":"7"}`}, Usage{Percent: 7}},
		"malformed":    {map[string]string{"X-App-Usage": `{`, "X-Business-Use-Case-Usage": `[]`}, Usage{}},
		"business_two": {map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"type":"pages","call_count":5}],"2":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":19},{"estimated_time_to_regain_access":3}]}`}, Usage{Percent: 100, Regain: 19 * time.Minute}},
		"absurd_wait":  {map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"estimated_time_to_regain_access":1e300}]}`}, Usage{Regain: 24 * time.Hour}},
		"negative":     {map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"estimated_time_to_regain_access":-5,"call_count":-1}]}`}, Usage{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for k, v := range c.header {
				h.Set(k, v)
			}
			require.Equal(t, c.want, usageOf(h))
		})
	}
}

func TestUsageOfRecordedHeaders(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/rate_limit_header/rate_limit_header-04.json")
	require.NoError(t, err)
	h := http.Header{}
	h.Set("X-Business-Use-Case-Usage", string(b))
	require.Equal(t, Usage{Percent: 100, Regain: 10 * time.Minute}, usageOf(h))

	b, err = os.ReadFile("testdata/rate_limit_header/rate_limit_header-02.json")
	require.NoError(t, err)
	var both map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(b, &both))
	h = http.Header{}
	for name, value := range both {
		h.Set(name, string(value))
	}
	require.Equal(t, Usage{Percent: 2}, usageOf(h))
}
