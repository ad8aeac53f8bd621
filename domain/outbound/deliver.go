package outbound

import (
	"context"
	"errors"
	"io"
	"time"

	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/due"
	"kontor/domain/fault"
)

// perChannel is how many lanes of one channel are worked on at once in the whole installation: a page whose calls hang
// keeps no more workers than that from the others.
const perChannel = 16

// Claim takes up to n due lanes of direct messages whose channels can send now, going round the channels.
func (s *Service) Claim(ctx context.Context, n int) ([]due.Work, error) {
	return s.Due.ClaimFair(ctx, Queue, n, due.Fair{PerChannel: perChannel, Filter: s.Channels.Sendable()})
}

// ClaimPublic does the same with lanes of what is written under posts. A channel that must go carefully answers people
// before it answers the public.
func (s *Service) ClaimPublic(ctx context.Context, n int) ([]due.Work, error) {
	return s.Due.ClaimFair(ctx, PublicQueue, n, due.Fair{PerChannel: perChannel, Filter: s.Channels.SendableAfter(Queue)})
}

// Deliver works through a lane that was claimed, message by message in their order, until it is empty or has to wait. It
// returns an error only when the database failed; the lane is then due again when its lease has run out.
func (s *Service) Deliver(ctx context.Context, w due.Work) error {
	ctx, release := s.hold(ctx, w)
	defer release()
	fault.Point("deliver.claimed")
	for {
		h, err := s.together.heads.Do(ctx, w)
		if err != nil {
			return err
		}
		if h.message == nil {
			return s.done(ctx, w)
		}
		next, err := s.step(ctx, w, h)
		if err != nil {
			return err
		}
		switch {
		case next.over:
			return nil
		case next.done:
			continue
		case next.at.IsZero(): // only an echo or a person can move it
			return s.done(ctx, w)
		default:
			return s.Due.Later(ctx, w, next.at, false)
		}
	}
}

func (s *Service) done(ctx context.Context, w due.Work) error {
	lost, err := s.together.ends.Do(ctx, w)
	return errors.Join(err, lost)
}

// hold renews the lane's lease until release is called. Losing the lease cancels the context, and with it the call.
func (s *Service) hold(ctx context.Context, w due.Work) (held context.Context, release func()) {
	held, cancel := context.WithCancelCause(ctx)
	tick := time.NewTicker(due.LeaseRenewal)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer tick.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-tick.C:
				if err := s.Due.Renew(held, w); errors.Is(err, due.ErrLost) {
					cancel(err)
				}
			}
		}
	}()
	return held, func() {
		cancel(nil)
		<-done
	}
}

// stillOurs makes sure of the lease when so much time has passed since it was last seen that somebody else may have taken the
// lane over: a process that stood still must not send what another has meanwhile found out about, or sent.
func (s *Service) stillOurs(ctx context.Context, w due.Work, seen time.Time) error {
	if s.Clock.Now().Sub(seen) < due.LeaseRenewal {
		return nil
	}
	return s.Due.Renew(ctx, w)
}

func (s *Service) step(ctx context.Context, w due.Work, h head) (next, error) {
	m := *h.message
	switch do, at := m.due(s.Clock.Now()); do {
	case takeOver:
		return s.takeOver(ctx, m)
	case look:
		return s.look(ctx, m)
	case callPerson:
		return s.callPerson(ctx, m)
	case send:
		return s.attempt(ctx, w, h)
	default:
		return next{at: at}, nil
	}
}

// attempt decides, writes the attempt down, sends, and writes down what came of it.
func (s *Service) attempt(ctx context.Context, w due.Work, h head) (next, error) {
	if err := h.missing(); err != nil {
		return next{}, err
	}
	c, m := h.channel, *h.message
	if c.Effective(s.Clock.Now()) != channel.On {
		return next{at: clockOr(c.PausedUntil, s.Clock.Now())}, nil
	}
	decision, err := s.decide(c, h.conversation, h.partner, m)
	if err != nil {
		return next{}, err
	}
	m.Decision = &decision
	if !decision.MayWrite {
		return s.refuse(ctx, m)
	}
	if m.AsLink {
		if live, err := s.Attachments.Renew(ctx, m.AccountID, *m.AttachmentID); err != nil || !live {
			m.Decision.MayWrite, m.Decision.As, m.Decision.Reason = false, "none", "reply.link_revoked"
			if err != nil {
				return next{}, err
			}
			return s.refuse(ctx, m)
		}
	}
	out, err := s.outgoing(ctx, c, m, h.person)
	if err != nil {
		return next{}, err
	}
	if turn, mine, err := s.Channels.Turn(ctx, c); err != nil || !mine {
		return next{at: turn}, err
	}
	m.begin(s.Clock.Now())
	at := newAttempt(m, *m.AttemptedAt)
	switch began, err := s.together.begins.Do(ctx, beginning{w, m, at}); {
	case err != nil:
		return next{}, err
	case began.lost:
		return next{}, due.ErrLost
	case !began.ok:
		return next{done: true}, nil
	}
	fault.Point("deliver.after_attempt")
	if err := s.stillOurs(ctx, w, at.StartedAt); err != nil {
		return next{}, err
	}
	started := s.Clock.Now()
	sent, failure := s.send(ctx, c, out)
	fault.Point("deliver.after_send")
	s.observe(ctx, c, m, failure, s.Clock.Now().Sub(started))
	// What the platform said is true even if the lease is lost or the program is stopping: write it down all the same.
	return s.record(context.WithoutCancel(ctx), ending{w, h.last, c, m, at, sent, failure})
}

func clockOr(t *time.Time, now time.Time) time.Time {
	if t != nil && t.After(now) {
		return *t
	}
	return now
}

// refuse keeps the decision that the message may not be sent. The lane goes on.
func (s *Service) refuse(ctx context.Context, m Message) (next, error) {
	m.refuse(s.Clock.Now())
	return next{done: true}, s.DB.Tx(ctx, func(ctx context.Context) error {
		if moved, err := s.store.move(ctx, Queued, m, "decision", "failure"); err != nil || !moved {
			return err
		}
		if err := s.store.refusals(ctx, []Message{m}); err != nil {
			return err
		}
		return s.announce(ctx, m)
	})
}

// outgoing puts together what the adapter is given.
func (s *Service) outgoing(ctx context.Context, c channel.Channel, m Message, person *contact.Identity) (channel.Outgoing, error) {
	out := channel.Outgoing{Token: m.Token, Mode: m.Mode, Text: m.Text, ReplyTo: m.ReplyTo, Template: m.Template}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return out, err
	}
	if m.Decision != nil {
		can, _ := adapter.Describe().Capabilities.Manner(m.Mode)
		out.Rule = ruleOf(can.Rules, *m.Decision)
	}
	if person != nil {
		out.Person = person.ExternalID
	}
	if m.AttachmentID == nil {
		return out, nil
	}
	if m.AsLink {
		return s.asLink(ctx, m, out)
	}
	a, err := s.Attachments.Get(ctx, m.AccountID, *m.AttachmentID)
	if err != nil {
		return out, err
	}
	known, err := s.store.fileID(ctx, PlatformFile{
		AccountID: m.AccountID, ChannelID: m.ChannelID, SHA256: a.SHA256, FileType: a.Type,
	}, s.Clock.Now())
	if err != nil {
		return out, err
	}
	out.File = &channel.OutFile{
		ID: known, Type: a.Type, Name: a.Name, MIME: a.MIME, Size: a.Size,
		Open: func(ctx context.Context) (io.ReadCloser, error) { return s.Attachments.Open(ctx, a) },
	}
	return out, nil
}

// send makes the call. An error that is no *Failure is a fault of the adapter, and leaves open what has happened.
func (s *Service) send(ctx context.Context, c channel.Channel, out channel.Outgoing) (channel.Sent, *channel.Failure) {
	access, err := s.Channels.Access(c)
	if err != nil {
		return channel.Sent{}, &channel.Failure{Class: channel.Disconnected, Reason: "delivery.credentials", Cause: err}
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return channel.Sent{}, &channel.Failure{Class: channel.Rejected, Reason: "delivery.unknown", Cause: err}
	}
	timeout := textTimeout
	if out.File != nil {
		timeout = mediaTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	sent, err := adapter.Send(ctx, access, out)
	sent = sent.Clean()
	if err == nil {
		return sent, nil
	}
	if f, ok := errors.AsType[*channel.Failure](err); ok {
		return sent, f.Clean()
	}
	return sent, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.unknown", Cause: err}
}

// record writes down what became of an attempt, and says how the lane goes on.
func (s *Service) record(ctx context.Context, e ending) (next, error) {
	now, f := s.Clock.Now(), e.failure
	if f != nil && f.Class == channel.Throttled {
		f.Until = e.channel.ThrottledUntil(f, now)
	}
	n := e.message.answered(e.sent, f, now)
	e.attempt.FinishedAt, e.attempt.Failure, e.attempt.Outcome = &now, f, outcome(f)
	e.last = e.last && n.done
	r, err := s.written(ctx, e)
	fault.Point("deliver.after_record")
	switch {
	case err != nil:
		return n, err
	case !r.moved: // go by what is there now
		return next{done: true}, nil
	}
	n.over = e.last
	return n, r.done
}

func (s *Service) written(ctx context.Context, e ending) (recorded, error) {
	if !e.alone() {
		return s.together.records.Do(ctx, e)
	}
	list, err := s.recordAll(ctx, []ending{e})
	if err != nil {
		return recorded{}, err
	}
	return list[0], nil
}

func externalID(sent channel.Sent) *string {
	if sent.ExternalID == "" {
		return nil
	}
	return &sent.ExternalID
}

// outcome is what an attempt is counted and shown as.
func outcome(f *channel.Failure) string {
	if f == nil {
		return string(Sent)
	}
	return string(f.Class)
}

// hanging is from when on a call that came to nothing counts as one that hung.
const hanging = 5 * time.Second

// consequences are what an answer, or none after some time, means beyond its message.
func (s *Service) consequences(ctx context.Context, e ending) error {
	c, m, f := e.channel, e.message, e.failure
	if err := s.learn(ctx, m, e.sent, f); err != nil {
		return err
	}
	took := e.attempt.FinishedAt.Sub(e.attempt.StartedAt)
	switch {
	case f == nil:
		return s.Channels.Accepted(ctx, c)
	case f.Class == channel.Throttled:
		return s.Channels.Throttle(ctx, c, m.NotBefore)
	case took >= hanging && (f.Class == channel.Unconfirmed || f.Class == channel.Temporary):
		return s.Channels.Hung(ctx, c)
	case f.Class == channel.Disconnected:
		return s.Channels.Lost(ctx, c, f)
	case f.Unreachable && m.IdentityID != nil:
		return s.Contacts.Unreachable(ctx, m.AccountID, *m.IdentityID, f.Reason)
	}
	return nil
}

// observe logs an attempt in one line and counts it.
func (s *Service) observe(ctx context.Context, c channel.Channel, m Message, f *channel.Failure, took time.Duration) {
	args := []any{
		"account_id", m.AccountID, "channel_id", c.ID, "kind", c.Kind, "task_id", m.TaskID, "message_id", m.ID,
		"attempt", m.Attempts, "as", m.Decision.As, "outcome", outcome(f), "took", took,
	}
	if f != nil {
		args = append(args, "reason", f.Reason, "code", f.Code, "subcode", f.Subcode, "trace_id", f.TraceID, "error", f)
	}
	s.Log.InfoContext(ctx, "attempt", args...)
	if s.Observe != nil {
		s.Observe(c.Kind, outcome(f), took)
	}
}
