package account

import (
	"time"

	"kontor/domain/errs"
)

// Keeping says for how many days an account keeps what it no longer works with; 0 is for ever. Tasks, messages and contacts
// are no part of it.
type Keeping struct {
	// Bodies go with their events at the latest.
	Bodies   int `gorm:"column:keep_bodies_days" json:"keep_bodies_days" doc:"the bytes of finished events; 0: for as long as the events"`
	Events   int `gorm:"column:keep_events_days" json:"keep_events_days" doc:"finished events, with their bytes; 0: for ever"`
	Files    int `gorm:"column:keep_files_days" json:"keep_files_days" doc:"the files of messages; 0: for ever"`
	Attempts int `gorm:"column:keep_attempts_days" json:"keep_attempts_days" doc:"the single attempts to deliver a finished message; 0: for ever"`
}

// The shortest times. Platforms repeat what they told for days, and a person looks into it no sooner than after a weekend;
// what became of an event is asked for as long as the platform has what it told of, leads for 90 days; what is answered with a
// file stays reachable by its link for a week; the delivery report speaks of the last weeks.
const (
	MinBodiesDays   = 7
	MinEventsDays   = 90
	MinFilesDays    = 30
	MinAttemptsDays = 30
	MaxKeepDays     = 3650
)

// Before returns until when things that are kept for some days are too old; false when they are kept for ever.
func Before(now time.Time, days int) (time.Time, bool) {
	return now.AddDate(0, 0, -days), days > 0
}

// checkDays refuses what is neither for ever nor a sensible time.
func checkDays(key string, days, least int) []errs.Problem {
	if days == 0 || days >= least && days <= MaxKeepDays {
		return nil
	}
	return []errs.Problem{errs.At("body."+key, "account.keep_days", "min", least, "max", MaxKeepDays)}
}

// applyKeeping changes what a Change says of it.
func (a *Account) applyKeeping(c Change) (problems []errs.Problem) {
	for _, x := range []struct {
		key   string
		to    *int
		days  *int
		least int
	}{
		{"keep_bodies_days", &a.Bodies, c.KeepBodies, MinBodiesDays},
		{"keep_events_days", &a.Events, c.KeepEvents, MinEventsDays},
		{"keep_files_days", &a.Files, c.KeepFiles, MinFilesDays},
		{"keep_attempts_days", &a.Attempts, c.KeepAttempts, MinAttemptsDays},
	} {
		if x.days != nil {
			*x.to = *x.days
			problems = append(problems, checkDays(x.key, *x.days, x.least)...)
		}
	}
	if c.Media != nil {
		a.Media = *c.Media
		if a.Media != StoreMedia && a.Media != LinkMedia {
			problems = append(problems, errs.At("body.media", "account.media"))
		}
	}
	return problems
}

// What happens to the files that people send over channels connected from now on.
const (
	StoreMedia = "store"
	LinkMedia  = "link"
)
