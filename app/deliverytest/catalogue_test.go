package deliverytest

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations"
	"kontor/integrations/metasim"
)

// meeting is one error of the catalogue met by the first of two answers to Anna, while Ben waits for one too.
type meeting struct {
	*world
	anna, ben            metasim.Person
	toAnna, toBen        task.Task
	first, second, other task.Comment
	failure              channel.Failure // of the first answer
}

// outcome checks what becomes of all of them.
type outcome func(m *meeting)

// outcomes says of every error of the catalogue what it comes to.
func outcomes() map[string]outcome {
	rejected, window, gone := fails(channel.Rejected), fails(channel.OutsideWindow), (*meeting).unreachable
	slow, hours := waits(time.Minute), waits(3*time.Hour)
	later, doubt, once := temporary(2*time.Second), (*meeting).doubtful, (*meeting).twiceAtMost
	admin, lost := (*meeting).disconnected, (*meeting).unconfirmed
	return map[string]outcome{
		"1": doubt, "2": doubt, "1200/2018024": doubt,
		"1/1357046": lost, "506/1455006": lost,
		"4": slow, "17": slow, "32": slow, "613": slow, "613/2534040": slow, "80001": slow, "80002": slow, "80005": slow,
		"80006": slow, "10/1893063": hours, "368": hours,
		"10/2018278": window, "10/2018065": window, "10/2534022": window,
		"10/2018108": gone, "551": gone, "551/1545041": gone, "200/1545041": gone,
		"1/99": admin, "10/2534077": admin, "100/2534013": admin, "100/2534029": admin, "190": admin, "190/458": admin,
		"190/460": admin, "190/463": admin, "190/467": admin, "190/492": admin, "200": admin, "200/2018028": admin,
		"200/2534041": admin, "230": admin, "2022": admin, "36103": admin,
		"100/2018008": once, "100/2018294": once, "2018321": later,
		"2/2018344": rejected, "613/2018338": rejected, "10/2018336": rejected, "10/1404170": rejected, "10/1893015": rejected,
		"100/33": rejected, "100/2018001": rejected, "100/2018014": rejected, "100/2018047": rejected, "100/2018048": rejected,
		"100/2018074": rejected, "100/2018109": rejected, "100/2018164": rejected, "100/2018292": rejected,
		"100/1893061": rejected, "100/2534014": rejected, "100/2534015": rejected, "100/2534025": rejected,
		"100/2534037": rejected, "2018300": rejected, "2018218": rejected, "2018247": rejected, "803": rejected,
		"9000001": rejected, "10902": rejected,
	}
}

// catalogue reads the errors that are known.
func catalogue(t *testing.T) []metasim.ErrorRef {
	t.Helper()
	b, err := os.ReadFile("../../integrations/meta/testdata/error_catalogue.json")
	require.NoError(t, err)
	var list []struct {
		Code    int `json:"code"`
		Subcode int `json:"error_subcode"`
	}
	require.NoError(t, json.Unmarshal(b, &list))
	refs := make([]metasim.ErrorRef, len(list))
	for i, e := range list {
		refs[i] = metasim.ErrorRef{Code: e.Code, Subcode: e.Subcode}
	}
	return refs
}

// TestEveryKnownError meets each error of the catalogue once, in a language nobody here reads.
func TestEveryKnownError(t *testing.T) {
	t.Parallel()
	words, err := texts.Load(account.Languages(), integrations.Texts()...)
	require.NoError(t, err)
	want := outcomes()
	require.Len(t, catalogue(t), len(want))
	for _, e := range catalogue(t) {
		check, ok := want[e.String()]
		require.True(t, ok, "%s: nothing is expected of it", e)
		t.Run(e.String(), func(t *testing.T) {
			t.Parallel()
			m := meet(t, metasim.Fault{Answer: metasim.AnswerError, Error: e, Locale: "zh_CN"})
			require.Equal(t, e.Code, m.failure.Code)
			require.Equal(t, e.Subcode, m.failure.Subcode)
			require.NotEmpty(t, m.failure.Message)
			require.NotEmpty(t, m.failure.TraceID)
			english, german := words.Text("en", m.failure.Reason, nil), words.Text("de", m.failure.Reason, nil)
			require.NotEqual(t, m.failure.Reason, english)
			require.NotEqual(t, m.failure.Reason, german)
			require.NotEqual(t, english, german)
			check(m)
			require.Empty(t, m.sim.Doubles())
		})
	}
}

// meet plays until the fault has been met.
func meet(t *testing.T, f metasim.Fault) *meeting {
	t.Helper()
	m := &meeting{world: play(t)}
	m.anna, m.toAnna = m.hears("anna")
	m.ben, m.toBen = m.hears("ben")
	m.first, m.second = m.Answer(m.toAnna, "one"), m.Answer(m.toAnna, "two")
	m.fault(f)
	m.Deliver()
	m.Clock.Add(time.Millisecond)
	m.other = m.Answer(m.toBen, "three")
	m.Deliver()
	attempts, err := m.Outbound.Attempts(t.Context(), m.Account.ID, m.Message(m.first).ID)
	require.NoError(t, err)
	require.NotEmpty(t, attempts)
	require.NotNil(t, attempts[0].Failure)
	m.failure = *attempts[0].Failure
	return m
}

func (m *meeting) require(state outbound.State, of ...task.Comment) {
	m.T.Helper()
	for _, c := range of {
		require.Equal(m.T, state, m.state(c), "%q", c.Text)
	}
}

func (m *meeting) requireSent(toAnna, toBen []string) {
	m.T.Helper()
	require.Equal(m.T, toAnna, m.sent(m.toAnna))
	require.Equal(m.T, toBen, m.sent(m.toBen))
}

// fails: this message will never go; the lane goes on, and so does the page. A person may try again.
func fails(class channel.Class) outcome {
	return func(m *meeting) {
		require.Equal(m.T, class, m.failure.Class)
		m.require(outbound.Failed, m.first)
		m.require(outbound.Sent, m.second, m.other)
		m.requireSent([]string{"two"}, []string{"three"})
		require.Equal(m.T, channel.On, m.channelNow().Effective(m.Clock.Now()))
		m.Clock.Add(time.Hour)
		require.Zero(m.T, m.Deliver(), "nothing is tried again by itself")
		_, err := m.Outbound.Retry(m.Ctx(), m.Owner, m.Message(m.first).ID)
		require.NoError(m.T, err)
		m.Deliver()
		m.requireSent([]string{"two", "one"}, []string{"three"})
	}
}

// unreachable: the same, and nobody writes to the person until they write.
func (m *meeting) unreachable() {
	require.Equal(m.T, channel.Rejected, m.failure.Class)
	m.require(outbound.Failed, m.first)
	m.require(outbound.Refused, m.second)
	require.Equal(m.T, "reply.unreachable", m.Message(m.second).Decision.Reason)
	m.requireSent([]string{}, []string{"three"})
	m.Clock.Add(time.Minute)
	m.says(m.anna, "I am back")
	for _, c := range []task.Comment{m.first, m.second} {
		_, err := m.Outbound.Retry(m.Ctx(), m.Owner, m.Message(c).ID)
		require.NoError(m.T, err)
	}
	m.Deliver()
	m.requireSent([]string{"one", "two"}, []string{"three"})
}

// waits: the whole page does, in order, and then everything goes once.
func waits(pause time.Duration) outcome {
	return func(m *meeting) {
		require.Equal(m.T, channel.Throttled, m.failure.Class)
		m.require(outbound.Queued, m.first, m.second, m.other)
		require.Equal(m.T, channel.Slowed, m.channelNow().Effective(m.Clock.Now()))
		require.Equal(m.T, m.failure.Until, *m.channelNow().PausedUntil)
		m.requireSent([]string{}, []string{})
		m.Clock.Set(m.failure.Until.Add(-time.Second))
		require.Zero(m.T, m.Deliver())
		require.WithinDuration(m.T, m.failure.Until, m.Message(m.first).AttemptedAt.Add(pause), time.Second)
		m.Clock.Add(time.Second)
		m.Deliver()
		m.require(outbound.Sent, m.first, m.second, m.other)
		m.requireSent([]string{"one", "two"}, []string{"three"})
		require.Equal(m.T, channel.On, m.channelNow().Effective(m.Clock.Now()))
	}
}

// disconnected: everything stays queued until somebody connects the page again, and then goes in order.
func (m *meeting) disconnected() {
	require.Equal(m.T, channel.Disconnected, m.failure.Class)
	m.require(outbound.Queued, m.first, m.second, m.other)
	require.Equal(m.T, channel.Reconnect, m.channelNow().State)
	require.Equal(m.T, m.failure.Reason, m.channelNow().StateReason)
	m.Clock.Add(time.Hour)
	require.Zero(m.T, m.Deliver())
	m.requireSent([]string{}, []string{})
	m.connect(m.page)
	m.Deliver()
	m.require(outbound.Sent, m.first, m.second, m.other)
	m.requireSent([]string{"one", "two"}, []string{"three"})
}

// temporary: this lane waits a little, others do not.
func temporary(pause time.Duration) outcome {
	return func(m *meeting) {
		require.Equal(m.T, channel.Temporary, m.failure.Class)
		m.require(outbound.Queued, m.first, m.second)
		m.requireSent([]string{}, []string{"three"})
		require.Equal(m.T, channel.On, m.channelNow().Effective(m.Clock.Now()))
		m.Clock.Add(pause)
		m.Deliver()
		m.require(outbound.Sent, m.first, m.second)
		m.requireSent([]string{"one", "two"}, []string{"three"})
	}
}

// twiceAtMost: the same, but only once more.
func (m *meeting) twiceAtMost() {
	require.Equal(m.T, channel.Temporary, m.failure.Class)
	m.fault(metasim.Fault{Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: m.failure.Code, Subcode: m.failure.Subcode}})
	m.Clock.Add(2 * time.Second)
	m.Deliver()
	m.require(outbound.Failed, m.first)
	m.require(outbound.Sent, m.second, m.other)
	m.requireSent([]string{"two"}, []string{"three"})
}

// doubtful: looked for before it is tried again, and not found.
func (m *meeting) doubtful() {
	require.True(m.T, m.failure.Doubtful)
	temporary(2 * time.Second)(m)
	require.Equal(m.T, 1, m.calls("conversations"), "the platform was asked once")
}

// unconfirmed: never sent again by itself; the lane waits for a person in the end.
func (m *meeting) unconfirmed() {
	require.Equal(m.T, channel.Unconfirmed, m.failure.Class)
	m.require(outbound.Unconfirmed, m.first)
	m.require(outbound.Queued, m.second)
	m.requireSent([]string{}, []string{"three"})
	for range 10 {
		m.Clock.Add(time.Minute)
		m.settle()
		m.Deliver()
	}
	m.require(outbound.Unconfirmed, m.first)
	require.Equal(m.T, "delivery.needs_person", m.Message(m.first).Failure.Reason)
	require.Equal(m.T, 1, m.calls("conversations"), "the platform was asked once")
	_, err := m.Outbound.Settle(m.Ctx(), m.Owner, m.Message(m.first).ID, false)
	require.NoError(m.T, err)
	m.Deliver()
	m.require(outbound.Failed, m.first)
	m.requireSent([]string{"two"}, []string{"three"})
}

// calls counts the Graph calls of a name.
func (m *meeting) calls(name string) (n int) {
	for _, c := range m.sim.Calls(0) {
		if c.Name == name {
			n++
		}
	}
	return n
}

// TestMessagesWhoseAnswerLies takes a message and answers with an error all the same, as has been seen, or with nothing that
// can be read: whether its echo comes or not, it is never sent twice.
func TestMessagesWhoseAnswerLies(t *testing.T) {
	t.Parallel()
	lies := map[string]metasim.Fault{}
	for _, a := range []metasim.FaultAnswer{
		metasim.AnswerDrop, metasim.AnswerHTML, metasim.AnswerCut, metasim.AnswerEmpty, metasim.AnswerNoID,
	} {
		lies[string(a)] = metasim.Fault{Answer: a, Accept: true}
	}
	for _, code := range []string{"1", "2", "1200/2018024", "1/1357046", "506/1455006"} {
		var e metasim.ErrorRef
		require.NoError(t, e.UnmarshalText([]byte(code)))
		lies[code] = metasim.Fault{Answer: metasim.AnswerError, Error: e, Accept: true}
	}
	for name, lie := range lies {
		for _, echo := range []metasim.EchoMode{metasim.EchoAfter, metasim.EchoBefore, metasim.EchoTwice, metasim.EchoNever} {
			t.Run(fmt.Sprintf("%s/echo_%s", name, echo), func(t *testing.T) {
				t.Parallel()
				w := play(t)
				_, err := w.sim.ChangePage(w.page.ID, func(p *metasim.Page) { p.Echo = echo })
				require.NoError(t, err)
				_, anna := w.hears("anna")
				first, second := w.Answer(anna, "one"), w.Answer(anna, "two")
				w.fault(lie)
				w.Deliver()
				for range 6 {
					w.settle()
					w.Clock.Add(10 * time.Second)
					w.Deliver()
				}
				require.Equal(t, outbound.Sent, w.state(first))
				require.Equal(t, outbound.Sent, w.state(second))
				require.Equal(t, []string{"one", "two"}, w.sent(anna))
				require.Equal(t, 1, w.Message(first).Attempts)
			})
		}
	}
}
