package httpapi

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"kontor/templates"
)

// hours puts working hours, as the audit log has them, into words. Days that follow each other and are alike are told
// together.
func (x *exchange) hours(detail map[string]any) string {
	var h templates.Hours
	raw, err := json.Marshal(detail)
	if err == nil {
		err = json.Unmarshal(raw, &h)
	}
	if err != nil {
		return string(raw)
	}
	var words []string
	week := h.Week()
	spans := func(i int) []string { return week[(i+1)%len(week)] } // Monday is the first
	for first := 0; first < len(week); {
		last := first
		for last+1 < len(week) && slices.Equal(spans(first), spans(last+1)) {
			last++
		}
		if len(spans(first)) > 0 {
			words = append(words, x.days(first, last)+" "+strings.Join(spans(first), ", "))
		}
		first = last + 1
	}
	if len(words) == 0 {
		words = append(words, x.text("value.always", nil))
	}
	for _, day := range h.Holidays {
		words = append(words, x.text("value.holiday", map[string]any{"date": day.Date, "name": day.Name}))
	}
	if h.TimeZone != "" {
		words = append(words, h.TimeZone)
	}
	return strings.Join(words, "; ")
}

func (x *exchange) days(first, last int) string {
	name := func(i int) string {
		return x.text("day."+strings.ToLower(time.Weekday((i+1)%7).String()), nil)
	}
	if first == last {
		return name(first)
	}
	return name(first) + "–" + name(last)
}
