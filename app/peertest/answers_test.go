package peertest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

func by(a *apptest.App, c *apptest.Client) account.Actor {
	return account.Actor{AccountID: a.Account.ID, Kind: account.Staff, StaffID: c.Staff.ID, Role: c.Staff.Role, Name: c.Staff.Name}
}

func answer(t testing.TB, a *apptest.App, of task.Task, text string) task.Comment {
	t.Helper()
	c, err := a.Services.Tasks.AddComment(t.Context(), by(a, a.Owner), of.ID, task.NewComment{Text: text, Visibility: task.Public})
	require.NoError(t, err)
	return c
}

// The platform tells of our own answer before its answer to the call, during it, afterwards, twice or never: it is ours, there
// once, and goes in the right direction.
func TestPeerBug_ChatwootEchoOfAnAnswer(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for name, set := range map[string]func(p *metasim.Page){
		"before": func(p *metasim.Page) { p.Echo = metasim.EchoBefore },
		"after":  func(p *metasim.Page) { p.Echo = metasim.EchoAfter },
		"twice":  func(p *metasim.Page) { p.Echo = metasim.EchoTwice },
		"late":   func(p *metasim.Page) { p.Echo, p.EchoDelayMS = metasim.EchoDelayed, 300 },
		"never":  func(p *metasim.Page) { p.Echo = metasim.EchoNever },
	} {
		for _, slow := range []bool{false, true} { // a slow answer: an echo before it comes during the call
			if slow {
				name += "_slow"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				p := a.Connect(t, a.Account)
				_, err := a.Meta.ChangePage(p.ID, set)
				require.NoError(t, err)
				made, _ := p.Hear(t, "Anna", "hello "+name)
				if slow {
					_, err := a.Meta.AddFault(metasim.Fault{Page: p.ID, Call: "send", DelayMS: 400})
					require.NoError(t, err)
				}
				c := answer(t, a, made, "our answer")
				apptest.Eventually(t, func() bool { return message(t, a, c).State == outbound.Delivered }, "it has arrived")
				if name == "late" {
					apptest.Eventually(t, func() bool { return len(echoes(a, p)) == 1 }, "the echo leaves")
				}
				rest(t, a)
				require.Len(t, a.Meta.Ledger(metasim.LedgerQuery{Page: p.ID}), 1)
				require.Len(t, tasksOf(t, a, p), 1)
				comments := commentsOf(t, a, made)
				require.Len(t, comments, 2)
				kinds := map[account.ActorKind]string{}
				for _, x := range comments {
					kinds[x.AuthorKind] = x.Text
				}
				require.Equal(t, map[account.ActorKind]string{account.Contact: "hello " + name, account.Staff: "our answer"}, kinds)
				require.Equal(t, 1, message(t, a, c).Attempts)
			})
		}
	}
}

func echoes(a *apptest.App, p apptest.Page) (list []metasim.Delivery) {
	for _, d := range a.Meta.Deliveries(0) {
		if len(d.Pages) == 1 && d.Pages[0] == p.ID && len(d.Fields) == 1 && d.Fields[0] == "message_echoes" {
			list = append(list, d)
		}
	}
	return list
}

// An answer that was refused is tried again and refused again: it is never said to be sent before the platform has it.
func TestPeerBug_ChatwootRetrySaysSent(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "hello")
	_, err := a.Meta.AddFault(metasim.Fault{
		Page: p.ID, Call: "send", Count: 3, Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 100, Subcode: 2018001},
	})
	require.NoError(t, err)
	c := answer(t, a, made, "an answer")
	for n := range 3 {
		apptest.Eventually(t, func() bool {
			m := message(t, a, c)
			require.NotContains(t, []outbound.State{outbound.Sent, outbound.Delivered, outbound.Read}, m.State)
			return m.State == outbound.Failed && m.Attempts == n+1
		}, "it has failed")
		require.NotEmpty(t, message(t, a, c).Failure.Reason)
		require.Empty(t, a.Meta.Ledger(metasim.LedgerQuery{Page: p.ID}))
		a.Owner.Do("POST", "/messages/"+message(t, a, c).ID.String()+"/retry", nil)
	}
	apptest.Eventually(t, func() bool { return message(t, a, c).State == outbound.Delivered }, "the platform takes it")
	require.Len(t, a.Meta.Ledger(metasim.LedgerQuery{Page: p.ID}), 1)
}

// The platform takes an answer and says nothing until we give up: the echo tells, and nothing is sent twice.
func TestPeerBug_ChatwootReadTimeout(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "hello")
	_, err := a.Meta.AddFault(metasim.Fault{Page: p.ID, Call: "send", Answer: metasim.AnswerHang, Accept: true})
	require.NoError(t, err)
	first, second := answer(t, a, made, "one"), answer(t, a, made, "two")
	apptest.Eventually(t, func() bool { return message(t, a, second).State == outbound.Delivered }, "the second arrives")
	require.Contains(t, []outbound.State{outbound.Sent, outbound.Delivered}, message(t, a, first).State)
	require.Equal(t, 1, message(t, a, first).Attempts)
	sent := a.Meta.Ledger(metasim.LedgerQuery{Page: p.ID})
	require.Len(t, sent, 2)
	require.Equal(t, []string{"one", "two"}, []string{sent[0].Text, sent[1].Text})
	require.Empty(t, a.Meta.Doubles())
}

// Somebody gives a task to a person at the moment at which somebody else's answer would make it theirs: whichever comes first,
// the person keeps it.
func TestPeerBug_LibredeskAutoAssignerOverridesAPerson(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	for n := range 6 {
		made, _ := p.Hear(t, "Anna", "hello "+string(rune('a'+n)))
		given := []ids.ID{a.Member.Staff.ID}
		var wg sync.WaitGroup
		errs := make([]error, 2)
		wg.Go(func() {
			_, errs[0] = a.Services.Tasks.Update(t.Context(), by(a, a.Admin), made.ID, task.Change{Assignees: &given})
		})
		wg.Go(func() {
			_, errs[1] = a.Services.Tasks.AddComment(t.Context(), by(a, a.Owner), made.ID, task.NewComment{Text: "hi", Visibility: task.Public})
		})
		wg.Wait()
		require.NoError(t, errs[0])
		require.NoError(t, errs[1])
		related, err := a.Services.Tasks.RelatedOf(t.Context(), a.Account.ID, made.ID)
		require.NoError(t, err)
		require.Len(t, related.Assignees[made.ID], 1)
		require.Equal(t, a.Member.Staff.ID, related.Assignees[made.ID][0].AssigneeID)
	}
}
