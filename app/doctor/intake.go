package doctor

import (
	"context"
	"maps"
	"slices"
	"time"

	"kontor/domain"
)

// overdueAfter is how long work may wait: what has waited longer finds nobody who does it.
const overdueAfter = 10 * time.Minute

// Intake looks at what came in and became nothing, and at what should have been done long ago, in all accounts: it is for the
// operator. words puts a code into words.
func Intake(ctx context.Context, s *domain.Services, words func(code string) string) ([]Diagnosis, error) {
	strays, err := s.Inbound.CountStrays(ctx)
	if err != nil {
		return nil, err
	}
	var found []Diagnosis
	for _, reason := range slices.Sorted(maps.Keys(strays)) {
		found = append(found, stray(reason, strays[reason], words))
	}
	failed, late, err := s.Inbound.Backlog(ctx, overdueAfter)
	if err != nil {
		return nil, err
	}
	found = append(found, Events(failed, late)...)
	overdue, err := s.Due.Overdue(ctx, overdueAfter)
	for _, queue := range slices.Sorted(maps.Keys(overdue)) {
		found = append(found, New("work", Wrong, "doctor.work_late", "queue", queue, "count", overdue[queue],
			"minutes", overdueAfter.Minutes()))
	}
	if err == nil && len(overdue) == 0 {
		found = append(found, New("work", Fine, "doctor.work_fine"))
	}
	return found, err
}

func stray(reason string, n int64, words func(string) string) Diagnosis {
	switch reason {
	case "no_channel":
		return New("events", Warning, "doctor.strays_no_channel", "count", n)
	case "not_storable":
		return New("events", Wrong, "doctor.strays_not_storable", "count", n)
	case "test_event":
		return New("events", Fine, "doctor.strays_tests", "count", n)
	}
	return New("events", Warning, "doctor.strays", "count", n, "reason", words("unrouted."+reason))
}

// Events says how it stands with events of which failed are quarantined and late have waited for too long.
func Events(failed, late int64) (found []Diagnosis) {
	if failed > 0 {
		found = append(found, New("events", Warning, "doctor.events_failed", "count", failed))
	}
	if late > 0 {
		found = append(found, New("events", Wrong, "doctor.events_late", "count", late, "minutes", overdueAfter.Minutes()))
	}
	if failed+late == 0 {
		found = append(found, New("events", Fine, "doctor.events_fine"))
	}
	return found
}
