package templates

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hours are when an account or a person works: spans of each day of the week, as 09:00-17:00. Without any that is always.
// Moments are given to their methods in the account's time zone; hours that name another zone are in that one.
type Hours struct {
	TimeZone  string    `json:"time_zone,omitempty" maxLength:"64" doc:"IANA name, as Europe/Berlin; the account's when left out"`
	Monday    []string  `json:"monday,omitempty" maxItems:"6" doc:"spans as 09:00-17:00, up to 24:00, in order"`
	Tuesday   []string  `json:"tuesday,omitempty" maxItems:"6"`
	Wednesday []string  `json:"wednesday,omitempty" maxItems:"6"`
	Thursday  []string  `json:"thursday,omitempty" maxItems:"6"`
	Friday    []string  `json:"friday,omitempty" maxItems:"6"`
	Saturday  []string  `json:"saturday,omitempty" maxItems:"6"`
	Sunday    []string  `json:"sunday,omitempty" maxItems:"6"`
	Holidays  []Holiday `json:"holidays,omitempty" maxItems:"400" doc:"days without work"`
}

// Holiday is a day without work.
type Holiday struct {
	Date string `json:"date" format:"date"`
	Name string `json:"name,omitempty" maxLength:"100"`
}

const (
	maxSpans    = 6
	maxHolidays = 400
	wholeDay    = 24 * 60 // minutes
	// maxWorkDays is how far ahead a time is looked for: with few hours a week, longer than anybody waits.
	maxWorkDays = 10 * 366
)

// Week are the spans of the days, which are numbered as by time.Weekday.
func (h Hours) Week() [7][]string {
	return [7][]string{h.Sunday, h.Monday, h.Tuesday, h.Wednesday, h.Thursday, h.Friday, h.Saturday}
}

// Always tells whether no hours are set.
func (h Hours) Always() bool {
	week := h.Week()
	return !slices.ContainsFunc(week[:], func(day []string) bool { return len(day) > 0 })
}

// in brings a moment into the zone of the hours, if they have one of their own.
func (h Hours) in(t time.Time) time.Time {
	if h.TimeZone == "" || h.TimeZone == t.Location().String() {
		return t
	}
	zone, err := time.LoadLocation(h.TimeZone)
	if err != nil {
		return t
	}
	return t.In(zone)
}

// free tells whether a day is one without work.
func (h Hours) free(day time.Time) bool {
	date := day.Format(time.DateOnly)
	return slices.ContainsFunc(h.Holidays, func(x Holiday) bool { return x.Date == date })
}

// At tells whether a moment is working time.
func (h Hours) At(t time.Time) bool {
	if h.Always() {
		return true
	}
	t = h.in(t)
	minute := t.Hour()*60 + t.Minute()
	return !h.free(t) && slices.ContainsFunc(h.Week()[t.Weekday()], func(text string) bool {
		s, ok := readSpan(text)
		return ok && s.from <= minute && minute < s.to
	})
}

// span is a part of a day, in minutes from its beginning.
type span struct{ from, to int }

// readSpan reads 09:00-17:00.
func readSpan(text string) (s span, ok bool) {
	from, to, found := strings.Cut(text, "-")
	var okFrom, okTo bool
	s.from, okFrom = readTime(from)
	s.to, okTo = readTime(to)
	return s, found && okFrom && okTo && s.from < s.to
}

func readTime(text string) (minutes int, ok bool) {
	if len(text) != 5 || text[2] != ':' {
		return 0, false
	}
	hour, err := strconv.ParseUint(text[:2], 10, 8)
	minute, also := strconv.ParseUint(text[3:], 10, 8)
	minutes = int(hour)*60 + int(minute)
	return minutes, cmp.Or(err, also) == nil && minute < 60 && minutes <= wholeDay
}

// KnownZone tells whether there is a time zone of a name.
func KnownZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// Validate returns what is wrong with the hours.
func (h Hours) Validate() []Problem {
	var c checks
	if h.TimeZone != "" && !KnownZone(h.TimeZone) {
		c.add(place("time_zone").problem("hours.time_zone"))
	}
	names := []place{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	for i, day := range h.Week() {
		c.count(names[i], len(day), maxSpans)
		last := -1
		for k, text := range day {
			s, ok := readSpan(text)
			if !ok || s.from <= last {
				c.add(names[i].index(k).problem("hours.span_invalid"))
			}
			last = s.to
		}
	}
	c.count("holidays", len(h.Holidays), maxHolidays)
	dates := make([]string, len(h.Holidays))
	for i, x := range h.Holidays {
		at := place("holidays").index(i)
		dates[i] = x.Date
		if _, err := time.Parse(time.DateOnly, x.Date); err != nil {
			c.add(at.key("date").problem("field.date_invalid"))
		}
		c.text(at.key("name"), x.Name, false, maxName)
	}
	c.unique("holidays", "date", dates)
	return c.problems
}

// from returns the working times after a moment, each from its beginning to its end, as far ahead as anybody looks.
func (h Hours) from(start time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(begin, end time.Time) bool) {
		start, week := h.in(start), h.Week()
		year, month, day := start.Date()
		for i := range maxWorkDays {
			morning := time.Date(year, month, day+i, 0, 0, 0, 0, start.Location())
			if h.free(morning) {
				continue
			}
			for _, text := range week[morning.Weekday()] {
				s, ok := readSpan(text)
				begin, end := at(morning, s.from), at(morning, s.to)
				if begin.Before(start) {
					begin = start
				}
				if ok && end.After(begin) && !yield(begin, end) {
					return
				}
			}
		}
	}
}

// After returns when as much working time has passed after a moment. Without hours all time is working time.
func (h Hours) After(start time.Time, wait time.Duration) time.Time {
	if h.Always() {
		return start.Add(wait)
	}
	last := start
	for begin, end := range h.from(start) {
		if end.Sub(begin) >= wait {
			return begin.Add(wait)
		}
		wait -= end.Sub(begin)
		last = end
	}
	return last
}

// Between returns how much working time there is from a moment to a later one.
func (h Hours) Between(start, end time.Time) (sum time.Duration) {
	if h.Always() {
		return max(0, end.Sub(start))
	}
	for begin, stop := range h.from(start) {
		if !begin.Before(end) {
			break
		}
		sum += min(stop.Sub(begin), end.Sub(begin))
	}
	return sum
}

// at is a time of the day that begins with a morning, by the clock on the wall.
func at(morning time.Time, minutes int) time.Time {
	year, month, day := morning.Date()
	return time.Date(year, month, day, 0, minutes, 0, 0, morning.Location())
}
