package task

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
)

// noteAnswer notes that a person of the staff has answered, if nobody had. Reports count it.
func (s *Service) noteAnswer(ctx context.Context, by account.Actor, t *Task, c Comment) (err error) {
	if c.Visibility != Public || by.Kind != account.Staff || t.FirstAnswerS != nil {
		return nil
	}
	t.FirstAnsweredBy = ids.Ptr(by.StaffID)
	t.FirstAnswerS, t.FirstAnswerWorkS, err = s.since(ctx, *t, c.CreatedAt)
	return err
}

// noteResolution notes that the work is done, for reports. Should the task be taken up again, that it had been is forgotten
// with the next time.
func (s *Service) noteResolution(ctx context.Context, by account.Actor, t *Task) (err error) {
	at := t.UpdatedAt
	t.ResolvedAt, t.ResolvedBy = &at, ids.Ptr(by.StaffID)
	t.ResolutionS, t.ResolutionWorkS, err = s.since(ctx, *t, at)
	return err
}

// since is how long after its beginning something happened to the task, in seconds, and how much of that was working time by
// the hours that the account has now.
func (s *Service) since(ctx context.Context, t Task, at time.Time) (all, worked *int64, err error) {
	a, err := s.Accounts.Get(ctx, t.AccountID)
	if err != nil {
		return nil, nil, err
	}
	seconds := func(d time.Duration) *int64 {
		n := max(0, int64(d/time.Second))
		return &n
	}
	return seconds(at.Sub(t.StartedAt)), seconds(a.WorkingHours.Between(t.StartedAt.In(a.Zone()), at)), nil
}
