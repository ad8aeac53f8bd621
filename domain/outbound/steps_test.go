package outbound

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/channel"
)

// sim is a lane whose holders stall, die and come late, a platform that takes messages and loses answers, people and time.
// It stores messages as the store does, and knows what the platform really took.
type sim struct {
	now   time.Time
	rows  []Message
	truth []truth // by message
	epoch int     // counts the lane's holders
	late  []func(*rapid.T)
}

type truth struct {
	copies int  // how many the platform took
	open   bool // of the last call nobody can tell yet what came of it
	wrong  int  // how often a person said that it had not arrived, though it had
}

// answer is what the platform does with a message, and says of it.
type answer struct {
	taken   bool
	failure *channel.Failure
}

// saying is all that it can say.
func saying() []answer {
	return []answer{
		{true, nil},
		{true, nil},
		{true, &channel.Failure{Class: channel.Unconfirmed}},
		{false, &channel.Failure{Class: channel.Unconfirmed}},
		{true, &channel.Failure{Class: channel.Temporary, Doubtful: true}},
		{false, &channel.Failure{Class: channel.Temporary, Doubtful: true}},
		{true, &channel.Failure{Class: channel.Temporary, Doubtful: true, Tries: 1}},
		{false, &channel.Failure{Class: channel.Temporary}},
		{false, &channel.Failure{Class: channel.Temporary, Tries: 1}},
		{false, &channel.Failure{Class: channel.Throttled}},
		{false, &channel.Failure{Class: channel.Disconnected}},
		{false, &channel.Failure{Class: channel.Rejected}},
		{false, &channel.Failure{Class: channel.OutsideWindow}},
	}
}

// head is the message whose turn it is, or -1.
func (s *sim) head() int {
	return slices.IndexFunc(s.rows, func(m Message) bool {
		return m.State == Queued || m.State == Sending || m.State == Unconfirmed
	})
}

// store writes a step as the store does.
func (s *sim) store(t *rapid.T, i int, was State, m Message) bool {
	row := s.rows[i]
	if !slices.Contains(from(was, m.State), row.State) || row.Attempts != m.Attempts {
		return false
	}
	if row.State == Failed || row.State == Refused || row.State == Cancelled {
		require.Equal(t, Sent, m.State, "what is at its end only a person begins again")
	}
	s.put(t, i, m)
	return true
}

func (s *sim) put(t *rapid.T, i int, m Message) {
	if was := s.rows[i].State; was != m.State {
		require.Contains(t, Steps()[was], m.State)
	}
	s.rows[i] = m
}

// eventually runs the rest of a holder's work: at once, when others have gone on meanwhile, or never.
func (s *sim) eventually(t *rapid.T, f func(*rapid.T)) {
	switch rapid.SampledFrom([]string{"now", "now", "late", "never"}).Draw(t, "then") {
	case "now":
		f(t)
	case "late":
		s.late = append(s.late, f)
	}
}

// hold is somebody claiming the lane and doing one thing.
func (s *sim) hold(t *rapid.T) {
	i := s.head()
	if i < 0 {
		return
	}
	s.epoch++
	mine, m := s.epoch, s.rows[i]
	switch do, _ := m.due(s.now); do {
	case send:
		if rapid.IntRange(0, 9).Draw(t, "policy") == 0 {
			m.refuse(s.now)
			s.store(t, i, Queued, m)
			return
		}
		s.eventually(t, func(t *rapid.T) {
			if s.epoch == mine && s.rows[i].State == Queued {
				s.call(t, i, rapid.SampledFrom(saying()).Draw(t, "answer"))
			}
		})
	case takeOver:
		m.interrupted(s.now)
		s.store(t, i, Sending, m)
	case look:
		s.look(t, i)
	case callPerson:
		m.leftToPerson(s.now)
		s.store(t, i, Unconfirmed, m)
	case rest:
	}
}

// call is an attempt.
func (s *sim) call(t *rapid.T, i int, a answer) {
	m := s.rows[i]
	m.begin(s.now)
	s.put(t, i, m)
	for _, before := range s.rows[:i] { // one that a person has just had tried again may be queued
		require.NotContains(t, []State{Sending, Unconfirmed}, before.State, "one after the other")
	}
	require.False(t, s.truth[i].open, "nothing is sent again while it is not known what came of it")
	s.truth[i].open = true
	if a.taken {
		s.truth[i].copies++
	}
	s.eventually(t, func(t *rapid.T) {
		m.answered(channel.Sent{ExternalID: "m"}, a.failure, s.now)
		if s.store(t, i, Sending, m) && a.failure != nil && !a.failure.Doubtful && a.failure.Class != channel.Unconfirmed {
			s.truth[i].open = false
		}
	})
}

// look asks the platform, which may not be in the mood.
func (s *sim) look(t *rapid.T, i int) {
	m, was := s.rows[i], s.rows[i].State
	there, mood := s.truth[i].copies > 0, rapid.SampledFrom([]string{"tells", "tells", "later", "no"}).Draw(t, "mood")
	s.eventually(t, func(t *rapid.T) {
		switch {
		case mood == "later":
			return
		case mood == "no":
			m.notSeen(s.now)
		case there:
			m.found(channel.Sent{ExternalID: "m"}, s.now)
		default:
			m.notFound(s.now)
		}
		if s.store(t, i, was, m) && mood == "tells" && !there && was == Queued {
			s.truth[i].open = false
		}
	})
}

// echo is the platform telling of a message that it took, whenever and however often it likes.
func (s *sim) echo(t *rapid.T) {
	i := s.any(t)
	if i < 0 || s.truth[i].copies == 0 {
		return
	}
	m := s.rows[i]
	if m.echoed("m", s.now, s.now) {
		s.put(t, i, m)
	}
	require.Contains(t, []State{Sent, Delivered, Read}, s.rows[i].State)
}

// person is somebody deciding about a message.
func (s *sim) person(t *rapid.T) {
	i := s.any(t)
	if i < 0 {
		return
	}
	m, was, err := s.rows[i], s.rows[i].State, error(nil)
	switch does := rapid.SampledFrom([]string{"arrived", "did not", "retry", "leave", "cancel"}).Draw(t, "does"); does {
	case "arrived", "did not":
		if err = m.settle(does == "arrived", s.now); err == nil && does == "did not" {
			s.truth[i].open = false
			if s.truth[i].copies > 0 {
				s.truth[i].wrong++
			}
		}
		require.Equal(t, was == Unconfirmed, err == nil)
	case "retry":
		err = m.retry(s.now)
		require.Equal(t, was == Failed || was == Refused, err == nil)
	case "leave":
		err = m.leave(s.now)
	case "cancel":
		err = m.cancel(s.now)
		require.Equal(t, was == Queued, err == nil)
	}
	if err == nil {
		s.put(t, i, m)
	}
}

func (s *sim) any(t *rapid.T) int {
	if len(s.rows) == 0 {
		return -1
	}
	return rapid.IntRange(0, len(s.rows)-1).Draw(t, "message")
}

func (s *sim) check(t *rapid.T) {
	for i, m := range s.rows {
		require.LessOrEqual(t, s.truth[i].copies, 1+s.truth[i].wrong, "message %d arrived once", i)
		switch m.State {
		case Failed, Refused:
			require.False(t, s.truth[i].open, "message %d did certainly not arrive", i)
		case Queued:
			require.True(t, !s.truth[i].open || m.Failure != nil && m.Failure.Doubtful && m.CheckedAt == nil, "message %d can be sent", i)
		}
	}
}

// settle has everything come to its end: nothing stays under way, and nothing waits for what nobody does.
func (s *sim) settle(t *rapid.T) {
	for _, f := range s.late {
		f(t)
	}
	for range 100 {
		i := s.head()
		if i < 0 {
			return
		}
		switch do, at := s.rows[i].due(s.now); {
		case do == send:
			m := s.rows[i]
			m.begin(s.now)
			m.answered(channel.Sent{ExternalID: "m"}, nil, s.now)
			s.rows[i] = m
		case do != rest:
			s.late = nil
			s.hold(t)
		case at.IsZero():
			m := s.rows[i]
			require.Equal(t, Unconfirmed, m.State)
			require.Equal(t, needsPerson, m.Failure.Reason)
			require.NoError(t, m.settle(true, s.now))
			s.put(t, i, m)
		default:
			require.True(t, at.After(s.now))
			s.now = at
		}
	}
	require.Fail(t, "the lane never ends")
}

// TestALaneWhateverHappens plays with a lane and the steps of its messages: however holders of it fail, nothing is sent
// again of which it is not known whether it arrived, and everything comes to an end.
func TestALaneWhateverHappens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &sim{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
		t.Repeat(map[string]func(*rapid.T){
			"write": func(*rapid.T) {
				if len(s.rows) < 4 {
					s.rows, s.truth = append(s.rows, Message{State: Queued, NotBefore: s.now}), append(s.truth, truth{})
				}
			},
			"hold":   s.hold,
			"hold 2": s.hold,
			"late": func(t *rapid.T) {
				if n := len(s.late); n > 0 {
					i := rapid.IntRange(0, n-1).Draw(t, "whose")
					f := s.late[i]
					s.late = slices.Delete(s.late, i, i+1)
					f(t)
				}
			},
			"echo":   s.echo,
			"person": s.person,
			"time": func(t *rapid.T) {
				s.now = s.now.Add(rapid.SampledFrom([]time.Duration{
					time.Second, 10 * time.Second, readBackAfter + 1, personAfter, time.Hour,
				}).Draw(t, "passes"))
			},
			"": s.check,
		})
		s.settle(t)
		s.check(t)
	})
}

// TestAPermanentFailureFreesTheLane holds for every class that is not said to pass.
func TestAPermanentFailureFreesTheLane(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, class := range []channel.Class{channel.Rejected, channel.OutsideWindow, "something new"} {
		m := Message{State: Queued}
		m.begin(now)
		require.Equal(t, next{done: true}, m.answered(channel.Sent{}, &channel.Failure{Class: class}, now))
		require.Equal(t, Failed, m.State)
	}
}
