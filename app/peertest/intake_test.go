package peertest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/outbound"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// said is a message as the platform tells it.
func said(page, person, mid, text string) string {
	return fmt.Sprintf(`{"sender":{"id":%q},"recipient":{"id":%q},"timestamp":%d,"message":{"mid":%q,"text":%q}}`,
		person, page, time.Now().UnixMilli(), mid, text)
}

// tell posts elements of a page in one body.
func tell(t testing.TB, a *apptest.App, page string, elements ...string) {
	t.Helper()
	got, err := a.Meta.Post(t.Context(), metasim.RawPost{Body: fmt.Sprintf(`{"object":"page","entry":[{"id":%q,"time":%d,"messaging":[%s]}]}`,
		page, time.Now().UnixMilli(), strings.Join(elements, ","))})
	require.NoError(t, err)
	require.Equal(t, 200, got.Status, got.Body)
}

// rest waits until everything that came in has had its effect.
func rest(t testing.TB, a *apptest.App) {
	t.Helper()
	require.NoError(t, a.Meta.Flush(t.Context()))
	apptest.Eventually(t, func() bool {
		_, late, err := a.Services.Inbound.Backlog(t.Context(), 0)
		require.NoError(t, err)
		return late == 0
	}, "everything is processed")
}

func tasksOf(t testing.TB, a *apptest.App, p apptest.Page) []task.Task {
	t.Helper()
	list, _, err := a.Services.Tasks.List(t.Context(), p.Channel.AccountID, task.Filter{ChannelID: &p.Channel.ID}, storage.Page{Limit: storage.MaxLimit})
	require.NoError(t, err)
	return list
}

func commentsOf(t testing.TB, a *apptest.App, of task.Task) []task.Comment {
	t.Helper()
	list, _, err := a.Services.Tasks.Comments(t.Context(), of.AccountID, of.ID, false, storage.Page{Limit: storage.MaxLimit})
	require.NoError(t, err)
	return list
}

// Fifty times the same message and ten others of somebody new, all at once, while every transaction takes its time before it
// commits: each message is there once, with one contact and one task.
func TestPeerBug_ChatwootDuplicateWebhooks(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.WithTrace(func(text string) error {
		if strings.Contains(text, "UPDATE inbound_events") { // the last statement of intake
			time.Sleep(20 * time.Millisecond)
		}
		return nil
	}))
	p := a.Connect(t, a.Account)
	var wg sync.WaitGroup
	for n := range 60 {
		mid := max(0, n-49) // 0 fifty times, then 1 to 10
		wg.Go(func() {
			tell(t, a, p.ID, said(p.ID, "7700000000000001", fmt.Sprint("m_", mid), fmt.Sprint("message ", mid)))
		})
	}
	wg.Wait()
	rest(t, a)
	made := tasksOf(t, a, p)
	require.Len(t, made, 1)
	texts := map[string]int{}
	for _, c := range commentsOf(t, a, made[0]) {
		texts[c.Text]++
	}
	require.Len(t, texts, 11)
	for text, n := range texts {
		require.Equal(t, 1, n, text)
	}
	contacts, _, err := a.Services.Contacts.List(t.Context(), a.Account.ID, contact.Filter{}, storage.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, contacts, 1)
}

// One body brings a message of one person and a receipt of another: each is taken for what it is.
func TestPeerBug_ChatwootBatchOfTwoSenders(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "hello")
	m := answer(t, a, made, "an answer")
	apptest.Eventually(t, func() bool { return message(t, a, m).State == outbound.Delivered }, "it is delivered")
	anna := a.Meta.Ledger(metasim.LedgerQuery{Page: p.ID})[0].PSID
	tell(t, a, p.ID,
		said(p.ID, "7700000000000002", "m_ben", "I am Ben"),
		fmt.Sprintf(`{"sender":{"id":%q},"recipient":{"id":%q},"timestamp":%d,"read":{"watermark":%d}}`,
			anna, p.ID, time.Now().UnixMilli(), time.Now().Add(time.Minute).UnixMilli()))
	rest(t, a)
	require.Equal(t, outbound.Read, message(t, a, m).State)
	require.Len(t, commentsOf(t, a, made), 2)
	list := tasksOf(t, a, p)
	require.Len(t, list, 2)
	for _, x := range list {
		if x.ID != made.ID {
			require.Equal(t, "I am Ben", x.Snippet)
		}
	}
}

// One of a hundred items cannot be read: the others are tasks, and it is set aside where people see it, with the reason.
func TestPeerBug_ZammadPoisonAmongAHundred(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	var elements []string
	for n := range 100 {
		person := fmt.Sprintf("77000000000001%02d", n)
		if n == 57 {
			elements = append(elements, fmt.Sprintf(`{"sender":{"id":%q},"recipient":{"id":%q},"timestamp":1,"message":42}`, person, p.ID))
			continue
		}
		elements = append(elements, said(p.ID, person, fmt.Sprint("m_", n), fmt.Sprint("message ", n)))
	}
	tell(t, a, p.ID, elements...)
	rest(t, a)
	apptest.Eventually(t, func() bool { return len(tasksOf(t, a, p)) == 99 }, "99 tasks")
	failed, _, err := a.Services.Inbound.Events(t.Context(), a.Account.ID, inbound.Filter{State: inbound.Failed}, storage.Page{})
	require.NoError(t, err)
	require.Len(t, failed, 1)
	require.NotEmpty(t, failed[0].Reason)
	require.Contains(t, string(a.Admin.Do("GET", "/events?state=failed", nil).Body), failed[0].ID.String())
}

// message is the one message of a comment.
func message(t testing.TB, a *apptest.App, c task.Comment) outbound.Message {
	t.Helper()
	found, err := a.Services.Outbound.Of(t.Context(), c.AccountID, []ids.ID{c.ID})
	require.NoError(t, err)
	require.Len(t, found[c.ID], 1)
	return found[c.ID][0]
}
