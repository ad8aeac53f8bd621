package meta

import (
	"encoding/json"
	"net/http"
	"time"
)

// Usage is how much of its limits the platform says we have used, on those answers that say it.
type Usage struct {
	// Percent is the highest of all its counters. It may exceed 100.
	Percent int
	// Regain is how long calls will be refused; zero when they are not, or when it does not say.
	Regain time.Duration
}

// counters are the percentages of one limit. The keys of graph.facebook.com and of graph.instagram.com differ.
type counters struct {
	Calls    Float `json:"call_count"`
	Volume   Float `json:"call_volume"`
	CPU      Float `json:"cpu_time"`
	TotalCPU Float `json:"total_cputime"`
	Total    Float `json:"total_time"`
	Minutes  Float `json:"estimated_time_to_regain_access"`
}

// maxRegain bounds what a broken header could do: limits are counted over a day at most.
const maxRegain = 24 * time.Hour

// usageOf reads the usage headers; what is malformed counts as absent.
func usageOf(h http.Header) Usage {
	var u Usage
	for _, name := range []string{"X-App-Usage", "X-Page-Usage"} {
		var c counters
		if json.Unmarshal([]byte(h.Get(name)), &c) == nil {
			u.add(c)
		}
	}
	var business map[string][]counters // by the id of a business or page
	if json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &business) == nil {
		for _, list := range business {
			for _, c := range list {
				u.add(c)
			}
		}
	}
	return u
}

func (u *Usage) add(c counters) {
	u.Percent = max(u.Percent, int(max(c.Calls, c.Volume, c.CPU, c.TotalCPU, c.Total)))
	wait := time.Duration(float64(min(c.Minutes, 24*60)) * float64(time.Minute))
	u.Regain = min(max(u.Regain, wait), maxRegain)
}
