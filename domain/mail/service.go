package mail

import (
	"context"
	"errors"
	"time"

	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Queue is the name of the queue of mails.
const Queue = "mail"

// kept is how long a mail's row stays.
const kept = 30 * 24 * time.Hour

// Deps are what the service needs.
type Deps struct {
	Every  storage.Everywhere
	Clock  clock.Clock
	Feed   *feed.Feed
	Bell   due.Bell
	Sender Sender // nil when no mail server is configured
	// Words are what is said to people in a language, by code and parameters.
	Words func(language, code string, params map[string]any) string
	// Compose finds out what a mail has to tell; nil when there is nothing to tell any more.
	Compose func(ctx context.Context, m Mail) (*Content, error)
}

// Service queues mails and sends them.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d} }

// On tells whether mails can be sent at all.
func (s *Service) On() bool { return s.Sender != nil }

// Put queues a mail in the context's transaction. It is tried for as long as patience says.
func (s *Service) Put(ctx context.Context, m Mail, patience time.Duration) (ids.ID, error) {
	now := s.Clock.Now()
	m.ID, m.State = ids.New(), Queued
	m.DueAt, m.LeaseUntil, m.CreatedAt, m.GiveUpAt = now, now, now, now.Add(patience)
	if err := s.insert(ctx, m); err != nil {
		return ids.Nil, err
	}
	s.Every.DB().AfterCommit(ctx, func() { s.Bell.Ring(Queue) })
	return m.ID, nil
}

// States returns what has become of mails, by id.
func (s *Service) States(ctx context.Context, list []ids.ID) (map[ids.ID]Mail, error) {
	rows, err := s.find(ctx, list)
	found := make(map[ids.ID]Mail, len(rows))
	for _, m := range rows {
		found[m.ID] = m
	}
	return found, err
}

// Restored takes mails out of a backup, in the context's transaction: those that were still to be sent have perhaps been sent
// since, and whoever waits for one asks for another.
func (s *Service) Restored(ctx context.Context) error {
	_, err := s.Every.Exec(ctx, `UPDATE mails SET state = ?, problem = ? WHERE state = ?`, Failed, ErrRestored.Code, Queued)
	return err
}

// batch is how many mails are claimed at once, and sent one after the other: as many as end within their lease, with 30 s for each.
const batch = 3

// Process sends some of the mails that are due and returns how many it took.
func (s *Service) Process(ctx context.Context) (int, error) {
	if !s.On() {
		return 0, nil
	}
	list, err := s.claim(ctx, batch)
	for _, m := range list {
		err = errors.Join(err, s.send(ctx, m))
	}
	return len(list), err
}

// send sends one mail. A process that dies after the server took it, and before that is written, sends it twice, with a new
// link that makes the first one void.
func (s *Service) send(ctx context.Context, m Mail) error {
	content, err := s.Compose(ctx, m)
	if err != nil {
		return err
	}
	if content == nil {
		return s.delete(ctx, m)
	}
	letter, err := s.render(m, *content)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	m.Attempts++
	switch err = s.Sender.Send(ctx, letter); {
	case err == nil:
		m.State, m.Problem, m.SentAt = Sent, "", &now
	case errors.Is(err, ErrRefused):
		m.State, m.Problem = Failed, ErrRefused.Code
	default:
		m.Problem, m.DueAt = ErrUnreachable.Code, s.Clock.Now().Add(wait(m.Attempts))
		if m.DueAt.After(m.GiveUpAt) {
			m.State = Failed
		}
	}
	fault.Point("mail.after_send")
	return errors.Join(err, s.settle(context.WithoutCancel(ctx), m))
}

// settle writes what has become of a mail, and tells the screens of its account.
func (s *Service) settle(ctx context.Context, m Mail) error {
	return s.Every.DB().Tx(ctx, func(ctx context.Context) error {
		if err := s.save(ctx, m); err != nil || m.AccountID == nil {
			return err
		}
		return s.Feed.Publish(ctx, feed.Event{
			AccountID: *m.AccountID, Type: feed.StaffChanged, Refs: feed.Refs{ObjectID: m.SubjectID},
		})
	})
}

// Prune removes mails long past.
func (s *Service) Prune(ctx context.Context) error {
	return s.deleteBefore(ctx, s.Clock.Now().Add(-kept))
}
