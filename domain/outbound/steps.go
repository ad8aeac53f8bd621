package outbound

import (
	"slices"
	"time"

	"kontor/domain/channel"
	"kontor/domain/errs"
)

// Here is the state machine of one message, without I/O: what the holder of its lane does next, and what it becomes by
// what happened. A step is written down only if the row is still in a state that it counts in, and at the same attempt:
// whoever held the lane before, and comes late, changes nothing that others have gone on from.

// Steps returns the states that may follow each state. An echo proves that a message was sent, whatever we believed.
func Steps() map[State][]State {
	return map[State][]State{
		Queued:      {Sending, Refused, Cancelled, Unconfirmed, Failed, Sent},
		Sending:     {Sent, Failed, Unconfirmed, Queued},
		Sent:        {Delivered, Read},
		Delivered:   {Read},
		Unconfirmed: {Sent, Failed},
		Failed:      {Queued, Sent},
		Refused:     {Queued, Sent},
		Cancelled:   {Sent},
	}
}

// from returns the states in which a step to a state still counts that was made in the state was: that one, as a rule. That
// the platform has a message is true whatever else has happened; that it has rejected it, even when its sender was taken
// for dead meanwhile.
func from(was, to State) []State {
	switch {
	case to == Sent:
		return unsent()
	case was == Sending && to == Failed:
		return []State{Sending, Unconfirmed}
	}
	return []State{was}
}

// unsent are the states that may turn out to be wrong: the message was sent.
func unsent() (list []State) {
	for _, s := range States() {
		if slices.Contains(Steps()[s], Sent) {
			list = append(list, s)
		}
	}
	return list
}

// todo is what the holder of a lane does with its first message.
type todo int

const (
	rest       todo = iota // nothing before a time; the zero time: before an echo or a person moves it
	send                   // decide, and send
	takeOver               // its sender died
	look                   // ask the platform whether it has it
	callPerson             // only a person can tell
)

// due says what is to be done with the first message of a lane now.
func (m Message) due(now time.Time) (do todo, restUntil time.Time) {
	switch {
	case m.State == Sending:
		return takeOver, time.Time{}
	case m.State == Unconfirmed:
		return m.toSettle(now)
	case m.NotBefore.After(now):
		return rest, m.NotBefore
	case m.Failure != nil && m.Failure.Doubtful && m.CheckedAt == nil:
		return look, time.Time{}
	}
	return send, time.Time{}
}

// toSettle is how an unconfirmed message is found out about: its echo may come at any moment; after a while the platform is
// asked once; in the end a person has to say. Its lane waits.
func (m Message) toSettle(now time.Time) (do todo, restUntil time.Time) {
	tried := m.UpdatedAt
	if m.AttemptedAt != nil {
		tried = *m.AttemptedAt
	}
	switch {
	case now.Before(tried.Add(readBackAfter)):
		return rest, tried.Add(readBackAfter)
	case m.CheckedAt == nil:
		return look, time.Time{}
	case now.Before(tried.Add(personAfter)):
		return rest, tried.Add(personAfter)
	case m.Failure == nil || m.Failure.Reason != needsPerson:
		return callPerson, time.Time{}
	}
	return rest, time.Time{}
}

// next is what a lane does after a step: go on, wait until a time, or wait for somebody; or it is over.
type next struct {
	done bool
	over bool // and was let go of
	at   time.Time
}

// begin is the start of an attempt, before the call.
func (m *Message) begin(now time.Time) {
	m.State, m.AttemptedAt, m.CheckedAt, m.Failure, m.UpdatedAt = Sending, &now, nil, nil, now
	m.Attempts++
}

// refuse is the policy forbidding it.
func (m *Message) refuse(now time.Time) {
	m.State, m.Failure, m.UpdatedAt = Refused, nil, now
}

// answered is the end of an attempt: the platform took the message, or the failure says what became of it.
func (m *Message) answered(sent channel.Sent, f *channel.Failure, now time.Time) next {
	if f == nil {
		return m.found(sent, now)
	}
	m.Failure, m.UpdatedAt = f, now
	switch f.Class {
	case channel.Throttled:
		m.State, m.NotBefore = Queued, f.Until
		if !f.Until.After(now) {
			m.NotBefore = now.Add(backoff(time.Minute, m.Attempts, time.Hour))
		}
		return next{at: m.NotBefore}
	case channel.Disconnected: // the channel stops; the message keeps its place
		m.State, m.NotBefore = Queued, now
		return next{at: now}
	case channel.Temporary:
		if m.Attempts >= triesOf(f) && !f.Doubtful { // one that may have arrived is looked for first
			break
		}
		m.State, m.NotBefore = Queued, now.Add(backoff(2*time.Second, m.Attempts, 30*time.Minute))
		return next{at: m.NotBefore}
	case channel.Unconfirmed:
		m.State = Unconfirmed
		return next{at: now.Add(readBackAfter)}
	}
	m.State = Failed
	return next{done: true}
}

// found is the platform having the message.
func (m *Message) found(sent channel.Sent, now time.Time) next {
	m.State, m.SentAt, m.ExternalID, m.Failure, m.UpdatedAt = Sent, &now, externalID(sent), nil, now
	return next{done: true}
}

// notFound is the platform not having it when it was asked. That leaves it what it was, unless it has been tried often
// enough.
func (m *Message) notFound(now time.Time) {
	m.CheckedAt, m.UpdatedAt = &now, now
	if m.State == Queued && m.Attempts >= triesOf(m.Failure) {
		m.State = Failed
	}
}

// notSeen is the platform not saying whether it has it: that is no reason to send it again.
func (m *Message) notSeen(now time.Time) {
	m.State, m.CheckedAt, m.UpdatedAt = Unconfirmed, &now, now
}

// interrupted is its sender having died between the attempt row and the answer: nobody knows whether it was sent.
func (m *Message) interrupted(now time.Time) {
	m.State, m.UpdatedAt = Unconfirmed, now
	m.Failure = &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.interrupted"}
}

// needsPerson says that only a person can tell whether a message arrived.
const needsPerson = "delivery.needs_person"

// leftToPerson is nobody else having found out about it.
func (m *Message) leftToPerson(now time.Time) {
	f := channel.Failure{Class: channel.Unconfirmed}
	if m.Failure != nil {
		f = *m.Failure
	}
	f.Reason = needsPerson
	m.Failure, m.UpdatedAt = &f, now
}

// echoed is the platform telling of the message by itself; false when that is no news.
func (m *Message) echoed(externalID string, at, now time.Time) bool {
	if !slices.Contains(unsent(), m.State) {
		return false
	}
	m.State, m.SentAt, m.ExternalID, m.Failure, m.UpdatedAt = Sent, &at, &externalID, nil, now
	return true
}

// retry is a person having a failed or refused message tried again. An unconfirmed one has to be settled first.
func (m *Message) retry(now time.Time) error {
	if m.State != Failed && m.State != Refused {
		return errs.New(errs.Conflict, "message.not_failed", "state", m.State)
	}
	m.requeue(now)
	return nil
}

func (m *Message) requeue(now time.Time) {
	m.State, m.NotBefore, m.Failure, m.CheckedAt, m.LeftAt, m.UpdatedAt = Queued, now, nil, nil, nil, now
}

// leave is a person leaving a failed or refused message what it is.
func (m *Message) leave(now time.Time) error {
	if m.State != Failed && m.State != Refused {
		return errs.New(errs.Conflict, "message.not_left", "state", m.State)
	}
	m.LeftAt, m.UpdatedAt = &now, now
	return nil
}

// settle is a person's word on an unconfirmed message.
func (m *Message) settle(arrived bool, now time.Time) error {
	if m.State != Unconfirmed {
		return errs.New(errs.Conflict, "message.not_unconfirmed", "state", m.State)
	}
	m.UpdatedAt = now
	if arrived {
		m.State, m.SentAt, m.Failure = Sent, &now, nil
		return nil
	}
	m.State, m.Failure = Failed, &channel.Failure{Class: channel.Rejected, Reason: "delivery.not_sent"}
	return nil
}

// cancel is a person undoing a message that has not been sent yet.
func (m *Message) cancel(now time.Time) error {
	if m.State != Queued {
		return errs.New(errs.Conflict, "message.too_late", "state", m.State)
	}
	m.State, m.UpdatedAt = Cancelled, now
	return nil
}

// How often a message is tried after failures that may pass, and how often after such that have been seen on messages
// which did arrive.
const (
	maxAttempts         = 10
	maxDoubtfulAttempts = 3
)

// triesOf is how often a message that fails like this is tried.
func triesOf(f *channel.Failure) int {
	switch {
	case f.Tries > 0:
		return f.Tries
	case f.Doubtful:
		return maxDoubtfulAttempts
	}
	return maxAttempts
}

// backoff doubles a pause with every attempt, up to a limit.
func backoff(first time.Duration, attempts int, limit time.Duration) time.Duration {
	return min(first<<min(attempts-1, 20), limit)
}
