package report

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/storage"
)

// Service makes reports.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB    *storage.DB
	Clock clock.Clock
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// whole is the dimension that tells nothing apart.
const whole Dimension = ""

// Make counts. It takes the same number of statements whatever there is to count; each reads what was made or resolved in
// the time, or what is open, from an index.
func (s *Service) Make(ctx context.Context, a account.ID, q Query) (Report, error) {
	if err := q.check(); err != nil {
		return Report{}, err
	}
	ctx = storage.Whole(ctx) // whose tasks count, the query itself says
	made, err := s.store.slots(ctx, a, q, "created_at")
	if err != nil {
		return Report{}, err
	}
	done, err := s.store.slots(ctx, a, q, "resolved_at")
	if err != nil {
		return Report{}, err
	}
	r := Report{Days: days(q, made, done), Hours: hours(q, made)}
	total, err := s.figures(ctx, a, q, whole)
	if err != nil {
		return Report{}, err
	}
	r.Total = empty()
	if f, ok := total[""]; ok {
		r.Total = *f
	}
	groups, err := s.figures(ctx, a, q, q.By)
	r.Groups, r.More = ordered(groups)
	return r, err
}

func (q Query) check() error {
	var problems []errs.Problem
	if !q.From.Before(q.To) || q.To.Sub(q.From) > (MaxDays+1)*24*time.Hour {
		problems = append(problems, errs.At("query.to", "report.time", "max", MaxDays))
	}
	if !slices.Contains(Dimensions(), q.By) {
		problems = append(problems, errs.At("query.by", "report.by"))
	}
	return errs.Input(problems...)
}

// figures counts by one dimension.
func (s *Service) figures(ctx context.Context, a account.ID, q Query, by Dimension) (map[string]*Figures, error) {
	all := map[string]*Figures{}
	of := func(key string) *Figures {
		if all[key] == nil {
			f := empty()
			all[key] = &f
		}
		return all[key]
	}
	made, err := s.store.spread(ctx, a, q, by, firstAnswers(q))
	if err != nil {
		return nil, err
	}
	for _, row := range made {
		of(row.Key).Created += row.N
		of(row.Key).FirstAnswer.add(row)
	}
	done, err := s.store.spread(ctx, a, q, by, resolutions(q))
	if err != nil {
		return nil, err
	}
	for _, row := range done {
		of(row.Key).Resolved += row.N
		of(row.Key).Resolution.add(row)
	}
	open, err := s.store.open(ctx, a, q, by, s.Clock.Now())
	for _, row := range open {
		queue := 0
		if row.Category == "pending" {
			queue = 1
		}
		of(row.Key).Open[queue][row.Bucket] += row.N
	}
	return all, err
}

func empty() Figures {
	f := Figures{FirstAnswer: Spread{Counts: make([]int, len(limits())+1)}, Resolution: Spread{Counts: make([]int, len(limits())+1)}}
	for i := range f.Open {
		f.Open[i] = make([]int, len(Ages())+1)
	}
	return f
}

// add counts durations; a row without any is of tasks whose duration is not known.
func (s *Spread) add(row counted) {
	if row.Bucket >= 0 {
		s.Counts[row.Bucket] += row.N
		s.Seconds += row.Seconds
	}
}

// ordered puts the groups with most work first, and leaves those out that are too many.
func ordered(all map[string]*Figures) ([]Group, bool) {
	groups := make([]Group, 0, len(all))
	for key, f := range all {
		groups = append(groups, Group{key, *f})
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(a.Key, b.Key))
	})
	if len(groups) > MaxGroups {
		return groups[:MaxGroups], true
	}
	return groups, false
}

func (g Group) weight() int { return max(g.Created, g.Resolved, g.OpenCount()) }

// days puts quarters of an hour into days of the zone.
func days(q Query, made, done []slot) []Day {
	out := []Day{}
	at := map[string]int{}
	for t := q.From.In(q.Zone); t.Before(q.To); t = t.AddDate(0, 0, 1) {
		date := t.Format(time.DateOnly)
		at[date] = len(out)
		out = append(out, Day{Date: date})
	}
	each := func(slots []slot, count func(d *Day, n int)) {
		for _, s := range slots {
			if i, ok := at[s.time().In(q.Zone).Format(time.DateOnly)]; ok {
				count(&out[i], s.N)
			}
		}
	}
	each(made, func(d *Day, n int) { d.Created += n })
	each(done, func(d *Day, n int) { d.Resolved += n })
	return out
}

// hours puts quarters of an hour into hours of a week in the zone, Monday first.
func hours(q Query, made []slot) (week [168]int) {
	for _, s := range made {
		t := s.time().In(q.Zone)
		week[(int(t.Weekday())+6)%7*24+t.Hour()] += s.N
	}
	return week
}
