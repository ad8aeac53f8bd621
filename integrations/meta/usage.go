package meta

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"kontor/domain/channel"
)

// counters are the percentages of one limit. The keys of graph.facebook.com and of graph.instagram.com differ.
type counters struct {
	Type     string `json:"type"`
	Calls    Float  `json:"call_count"`
	Volume   Float  `json:"call_volume"`
	CPU      Float  `json:"cpu_time"`
	TotalCPU Float  `json:"total_cputime"`
	Total    Float  `json:"total_time"`
	Minutes  Float  `json:"estimated_time_to_regain_access"`
}

// maxRegain bounds what a broken header could do: limits are counted over a day at most.
const maxRegain = 24 * time.Hour

// maxUsages bounds how many limits one answer is believed to speak of: the platform names 32 at most.
const maxUsages = 64

// usageOf reads the usage headers, which only some answers have; what is malformed counts as absent. The last of them
// speaks of several businesses or pages, each with several limits.
func usageOf(h http.Header) []channel.Usage {
	var list []channel.Usage
	for _, one := range []struct{ name, limit string }{{"X-App-Usage", "app"}, {"X-Page-Usage", "page"}} {
		var c *counters
		if json.Unmarshal([]byte(h.Get(one.name)), &c) == nil && c != nil {
			c.Type = one.limit
			list = append(list, c.usage(""))
		}
	}
	var business map[string][]counters // by the id of a business or page
	if json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &business) == nil {
		for id, limits := range business {
			for _, c := range limits {
				if len(list) < maxUsages {
					list = append(list, c.usage(channel.CleanText(id)))
				}
			}
		}
	}
	return list
}

func (c counters) usage(id string) channel.Usage {
	percent := max(c.Calls, c.Volume, c.CPU, c.TotalCPU, c.Total)
	wait := time.Duration(float64(min(c.Minutes, 24*60)) * float64(time.Minute))
	return channel.Usage{
		ExternalID: id, Limit: channel.CleanText(c.Type), Percent: int(min(max(percent, 0), maxPercent)),
		Regain: min(max(wait, 0), maxRegain),
	}
}

// maxPercent bounds a number that is shown to people: 208 has been seen.
const maxPercent = 10_000

// regain is how long calls of a page will be refused, by its own limits, and by those of others where none is its own.
func regain(list []channel.Usage, page string) time.Duration {
	var own, any time.Duration
	for _, u := range list {
		any = max(any, u.Regain)
		if u.ExternalID == "" || u.ExternalID == page {
			own = max(own, u.Regain)
		}
	}
	if own > 0 {
		return own
	}
	return any
}

// Percent is the highest of all counters of the answer's limits.
func (a Answer) Percent() (percent int) {
	for _, u := range a.Usage {
		percent = max(percent, u.Percent)
	}
	return percent
}

// ofMessages leaves out the limits of other products, which no message counts against: a page that has read too many leads
// may still write.
func ofMessages(list []channel.Usage) []channel.Usage {
	return slices.DeleteFunc(slices.Clone(list), func(u channel.Usage) bool {
		return u.Limit == "leadgen" || u.Limit == "custom_audience" || strings.HasPrefix(u.Limit, "ads_")
	})
}
