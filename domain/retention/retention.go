// Package retention takes away what accounts do not want to keep for ever: events that are finished, or their bytes alone, the
// files of messages, the single attempts to deliver. Where bytes and files go, rows stay and say that something was there.
// What is still to be done loses nothing, whatever its age.
//
// The work is a row for each account and sort of thing. A piece of it takes a bounded batch and is due again at once while
// there is more, so that it may be broken off anywhere, and nobody waits behind a large account. Start at Service.Run.
package retention

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/inbound"
	"kontor/domain/outbound"
)

// Queue is the due work; its keys are the sorts of things.
const Queue = "retention"

// Batch is how many things a piece of work takes.
const Batch = 200

// Service takes away what is too old.
type Service struct {
	Deps
	batch int
}

// Deps is what the service works with.
type Deps struct {
	Clock       clock.Clock
	Due         *due.Index
	Accounts    *account.Service
	Inbound     *inbound.Service
	Attachments *attachment.Service
	Outbound    *outbound.Service
}

// New returns the service.
func New(d Deps) *Service { return &Service{d, Batch} }

// sort is one sort of thing that is kept for some days.
type sort struct {
	key  string
	days func(account.Account) int
	// take takes away up to n of what is older than a time and returns how many it found.
	take func(ctx context.Context, a account.ID, before time.Time, n int) (int, error)
}

func (s *Service) sorts() []sort {
	return []sort{
		{"bodies", func(a account.Account) int { return a.Bodies }, s.Inbound.ExpireBodies},
		{"events", func(a account.Account) int { return a.Events }, s.Inbound.ForgetEvents},
		{"files", func(a account.Account) int { return a.Files }, s.Attachments.Expire},
		{"attempts", func(a account.Account) int { return a.Attempts }, s.Outbound.ForgetAttempts},
	}
}

// Schedule makes the work due in every account that keeps something for some days only.
func (s *Service) Schedule(ctx context.Context) error {
	accounts, err := s.Accounts.Keeping(ctx)
	if err != nil {
		return err
	}
	var work []due.Work
	for _, a := range accounts {
		for _, x := range s.sorts() {
			if x.days(a) > 0 {
				work = append(work, due.Work{AccountID: a.ID, Queue: Queue, Key: x.key})
			}
		}
	}
	if len(work) == 0 {
		return nil
	}
	return s.Due.Put(ctx, work...)
}

// Run takes a batch of what the work names. What the account says now counts, and not what it said when the work was put.
func (s *Service) Run(ctx context.Context, w due.Work) error {
	a, err := s.Accounts.Get(ctx, w.AccountID)
	if errs.KindOf(err) == errs.NotFound {
		return s.Due.Done(ctx, w)
	}
	if err != nil {
		return err
	}
	for _, x := range s.sorts() {
		before, some := account.Before(s.Clock.Now(), x.days(a))
		if x.key != w.Key || !some {
			continue
		}
		taken, err := x.take(ctx, a.ID, before, s.batch)
		if err != nil {
			return err
		}
		if taken == s.batch {
			return s.Due.Later(ctx, w, s.Clock.Now(), false)
		}
	}
	return s.Due.Done(ctx, w)
}
