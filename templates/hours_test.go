package templates

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func officeHours() Hours {
	day := []string{"09:00-12:00", "13:00-17:00"}
	return Hours{
		Monday: day, Tuesday: day, Wednesday: day, Thursday: day, Friday: []string{"09:00-12:00"},
		Holidays: []Holiday{{Date: "2026-12-25", Name: "Christmas"}},
	}
}

func TestWorkingTimeAfter(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	night := Hours{Saturday: []string{"20:00-24:00"}, Sunday: []string{"00:00-04:00"}}
	for name, test := range map[string]struct {
		hours       Hours
		start, want string
		wait        time.Duration
	}{
		"always":                {Hours{Holidays: officeHours().Holidays}, "2026-12-25 03:00", "2026-12-25 04:00", time.Hour},
		"in the morning":        {officeHours(), "2026-11-26 10:00", "2026-11-26 11:00", time.Hour},
		"over lunch":            {officeHours(), "2026-11-26 11:30", "2026-11-26 13:30", time.Hour},
		"to the last minute":    {officeHours(), "2026-11-26 16:00", "2026-11-26 17:00", time.Hour},
		"over night":            {officeHours(), "2026-11-26 16:30", "2026-11-27 09:30", time.Hour},
		"in the night":          {officeHours(), "2026-11-26 02:00", "2026-11-26 10:00", time.Hour},
		"over the weekend":      {officeHours(), "2026-11-27 11:30", "2026-11-30 09:30", time.Hour},
		"over a holiday":        {officeHours(), "2026-12-24 16:30", "2026-12-28 09:30", time.Hour},
		"three days":            {officeHours(), "2026-11-23 09:00", "2026-11-25 17:00", 21 * time.Hour},
		"when the clock jumps":  {Hours{Sunday: []string{"01:00-05:00"}}, "2026-03-29 00:00", "2026-03-29 04:00", 2 * time.Hour},
		"when it is set back":   {Hours{Sunday: []string{"01:00-05:00"}}, "2026-10-25 00:00", "2026-10-25 02:00", 2 * time.Hour},
		"in another zone":       {Hours{TimeZone: "Asia/Tokyo", Friday: []string{"09:00-17:00"}}, "2026-11-26 12:00", "2026-11-27 02:00", time.Hour},
		"until midnight and on": {night, "2026-11-28 23:00", "2026-11-29 01:00", 2 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, test.hours.Validate())
			start, err := time.ParseInLocation("2006-01-02 15:04", test.start, berlin)
			require.NoError(t, err)
			require.Equal(t, test.want, test.hours.After(start, test.wait).In(berlin).Format("2006-01-02 15:04"))
		})
	}
}

func TestWorkingTimeAt(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	tokyo := Hours{TimeZone: "Asia/Tokyo", Friday: []string{"09:00-17:00"}, Holidays: []Holiday{{Date: "2026-12-04"}}}
	for name, test := range map[string]struct {
		hours Hours
		at    string
		works bool
	}{
		"always":                    {Hours{Holidays: officeHours().Holidays}, "2026-12-25 03:00", true},
		"before the morning":        {officeHours(), "2026-11-26 08:59", false},
		"in the morning":            {officeHours(), "2026-11-26 09:00", true},
		"at lunch":                  {officeHours(), "2026-11-26 12:00", false},
		"to the last minute":        {officeHours(), "2026-11-26 16:59", true},
		"in the evening":            {officeHours(), "2026-11-26 17:00", false},
		"at the weekend":            {officeHours(), "2026-11-28 10:00", false},
		"on a holiday":              {officeHours(), "2026-12-25 10:00", false},
		"until midnight":            {Hours{Sunday: []string{"00:00-24:00"}}, "2026-11-29 23:59", true},
		"in another zone":           {tokyo, "2026-11-27 01:00", true},
		"in another zone, too late": {tokyo, "2026-11-27 09:00", false},
		"on a holiday elsewhere":    {tokyo, "2026-12-04 01:00", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, test.hours.Validate())
			at, err := time.ParseInLocation("2006-01-02 15:04", test.at, berlin)
			require.NoError(t, err)
			require.Equal(t, test.works, test.hours.At(at))
		})
	}
}

func TestHoursThatAreNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "9:00-17:00", "09:00", "17:00-09:00", "09:00-09:00", "09:60-10:00", "09:00-24:01", "-1:00-10:00", "09:00-17:00-18:00"} {
		require.Len(t, Hours{Monday: []string{text}}.Validate(), 1, text)
	}
	require.Len(t, Hours{Monday: []string{"09:00-12:00", "11:00-13:00"}}.Validate(), 1)
	for _, zone := range []string{"Local", "Mars", "../etc/passwd"} {
		require.Len(t, Hours{TimeZone: zone}.Validate(), 1, zone)
	}
	require.Len(t, Hours{Holidays: []Holiday{{Date: "2026-02-30"}}}.Validate(), 1)
	require.Len(t, Hours{Holidays: []Holiday{{Date: "2026-02-03"}, {Date: "2026-02-03"}}}.Validate(), 1)
}

// A task is never due before its time has passed, and waiting longer makes nothing due earlier.
func TestWorkingTimeGoesForward(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "start"), 0).UTC()
		short := time.Duration(rapid.IntRange(0, 100_000).Draw(t, "short")) * time.Minute
		long := short + time.Duration(rapid.IntRange(0, 1000).Draw(t, "more"))*time.Minute
		first, second := officeHours().After(start, short), officeHours().After(start, long)
		if first.Before(start.Add(short)) || second.Before(first) {
			t.Fatalf("%v %v", first, second)
		}
		if worked := officeHours().Between(start, second); worked != long {
			t.Fatalf("%v %v", worked, long)
		}
	})
}

func TestDueInWorkingTime(t *testing.T) {
	t.Parallel()
	friday := time.Date(2026, 11, 27, 11, 30, 0, 0, time.UTC)
	o := Object{Name: "A", Defaults: Defaults{DueIn: 60}}
	task, _ := o.Compile().Fill(Scope{Now: friday}, FillOptions{Hours: officeHours()})
	require.Equal(t, time.Date(2026, 11, 30, 9, 30, 0, 0, time.UTC), task.DueAt)
}
