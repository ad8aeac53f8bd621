package httpapi_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/channel"
	"kontor/integrations/metasim"
)

func TestWhatWasLostInAnOutageIsFetched(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	path := "/channels/" + page.Channel.ID.String()
	told, anna := page.Hear(t, "Anna", "before the outage")
	require.Nil(t, apptest.Get[httpapi.Reconciliation](a.Admin, path+"/reconciliation").Until, "nothing was compared yet")
	before := apptest.Get[httpapi.Channel](a.Admin, path).Health.LastEventAt
	require.NotNil(t, before)

	_, err := a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.SubscribedFields = nil }) // as after an hour of failures
	require.NoError(t, err)
	_, err = a.Meta.Write(metasim.Write{
		Page: page.ID, Person: anna.ID, Text: "during the outage", Attachments: []metasim.Attachment{{Type: "image"}},
	})
	require.NoError(t, err)
	bert, err := a.Meta.AddPerson(metasim.Person{FirstName: "Bert"})
	require.NoError(t, err)
	page.Write(t, bert, "a new person in the outage")

	require.NoError(t, a.Services.ListenToQuiet(t.Context()))
	require.Equal(t, channel.On, apptest.Get[httpapi.Channel](a.Admin, path).State)
	now, err := a.Meta.Page(page.ID)
	require.NoError(t, err)
	require.Empty(t, now.SubscribedFields, "a channel that heard something within the hour is not asked about")
	require.NoError(t, a.Services.Channels.Listen(t.Context(), page.Channel))
	now, err = a.Meta.Page(page.ID)
	require.NoError(t, err)
	require.NotEmpty(t, now.SubscribedFields, "events come again")

	texts := func() (list []string) {
		for _, c := range apptest.Get[httpapi.Page[httpapi.Comment]](a.Admin, "/tasks/"+told.ID.String()+"/comments").Items {
			list = append(list, c.Text)
			for _, f := range c.Attachments {
				list = append(list, string(f.Type))
			}
		}
		return list
	}
	apptest.Eventually(t, func() bool { return slices.Contains(texts(), "during the outage") }, "it is in the task")
	require.Contains(t, texts(), "image")
	var ledger httpapi.Reconciliation
	apptest.Eventually(t, func() bool {
		ledger = apptest.Get[httpapi.Reconciliation](a.Admin, path+"/reconciliation")
		return ledger.Until != nil
	}, "the ledger says how much it was")
	var received, recovered int64
	for _, d := range ledger.Days {
		received, recovered = received+d.Received, recovered+d.Recovered
		require.NotNil(t, d.Completeness)
	}
	require.Equal(t, int64(1), received)
	require.Equal(t, int64(2), recovered)
	events := apptest.Get[httpapi.Page[httpapi.Event]](a.Admin, "/events?channel_id="+page.Channel.ID.String()).Items
	require.Len(t, slices.DeleteFunc(events, func(e httpapi.Event) bool { return !e.Recovered }), 2)
	require.Equal(t, before, apptest.Get[httpapi.Channel](a.Admin, path).Health.LastEventAt, "no webhook has come since")

	page.Write(t, anna, "after the outage")
	apptest.Eventually(t, func() bool { return slices.Contains(texts(), "after the outage") }, "webhooks come again")
	require.NotEqual(t, before, apptest.Get[httpapi.Channel](a.Admin, path).Health.LastEventAt)
}

func TestWhatIsFetchedAndThenToldComesOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	told, anna := page.Hear(t, "Anna", "first")
	a.Meta.ChangeWebhooks(func(w *metasim.Webhooks) { w.Hold = true })
	page.Write(t, anna, "held back")
	require.NoError(t, a.Services.Inbound.Missed(t.Context(), page.Channel))
	count := func() (n int) {
		for _, c := range apptest.Get[httpapi.Page[httpapi.Comment]](a.Admin, "/tasks/"+told.ID.String()+"/comments").Items {
			if c.Text == "held back" {
				n++
			}
		}
		return n
	}
	apptest.Eventually(t, func() bool { return count() == 1 }, "it is fetched")
	a.Meta.ChangeWebhooks(func(w *metasim.Webhooks) { w.Hold = false })
	require.NoError(t, a.Meta.Flush(t.Context()))
	page.Write(t, anna, "afterwards")
	apptest.Eventually(t, func() bool {
		task := apptest.Get[httpapi.Task](a.Admin, "/tasks/"+told.ID.String())
		return task.Snippet == "afterwards"
	}, "the webhook behind it has had its effect")
	require.Equal(t, 1, count())
}

// TestCommentsAndManyConversationsAreFetched has an outage in which more was said than one page of any list holds, with a
// platform that in the middle wants to be left alone.
func TestCommentsAndManyConversationsAreFetched(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	path := "/channels/" + page.Channel.ID.String()
	page.TakeComments(t, nil)
	told := page.Comment(t, "told by webhook")
	post, err := a.Meta.AddPost(metasim.Post{Page: page.ID, Text: "What everybody talks about"})
	require.NoError(t, err)
	_, err = a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.SubscribedFields = nil })
	require.NoError(t, err)

	const people, comments = 13, 55 // more than ten conversations, more than fifty comments
	var last metasim.Comment
	for i := range people {
		who, err := a.Meta.AddPerson(metasim.Person{FirstName: fmt.Sprintf("Guest %d", i)})
		require.NoError(t, err)
		page.Write(t, who, fmt.Sprintf("message %d", i))
		for n := i; n < comments; n += people {
			last, err = a.Meta.Comment(metasim.NewComment{Post: post.ID, Person: who.ID, Text: fmt.Sprintf("comment %d", n)})
			require.NoError(t, err)
		}
	}
	_, err = a.Meta.Comment(metasim.NewComment{Post: post.ID, Parent: last.ID, Text: "the page's own answer"})
	require.NoError(t, err)
	_, err = a.Meta.AddFault(metasim.Fault{
		Page: page.ID, Call: "comments", Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 80006},
	})
	require.NoError(t, err)

	require.NoError(t, a.Services.Inbound.Missed(t.Context(), page.Channel))
	recovered := func() (n int64) {
		for _, d := range apptest.Get[httpapi.Reconciliation](a.Admin, path+"/reconciliation").Days {
			n += d.Recovered
		}
		return n
	}
	apptest.Eventually(t, func() bool { return recovered() == people+50 }, "conversations, then what comes with the list of posts")
	hurry := func() bool { // the platform is asked again in a minute
		_, err := a.DB.SQL().ExecContext(t.Context(), "UPDATE due_work SET due_at = lease_until WHERE queue = 'catch_up' AND attempts > 0")
		require.NoError(t, err)
		return recovered() == people+comments+1
	}
	apptest.Eventually(t, hurry, "then the rest, from where it was refused")
	require.Equal(t, 1, calls(a, page.ID, "feed"), "it does not begin again")

	apptest.Eventually(t, func() bool {
		of := apptest.Get[httpapi.Page[httpapi.Task]](a.Admin, "/tasks?limit=200&channel_id="+page.Channel.ID.String()).Items
		under := slices.IndexFunc(of, func(x httpapi.Task) bool { return x.Post != nil && x.ID != told.TaskID })
		return len(of) == people+2 && under >= 0 &&
			len(apptest.Get[httpapi.Page[httpapi.Comment]](a.Admin, "/tasks/"+of[under].ID.String()+"/comments?limit=200").Items) == comments+1
	}, "a task for each person, and one for each post with all that was said under it")

	require.NoError(t, a.Services.Inbound.Missed(t.Context(), page.Channel))
	apptest.Eventually(t, func() bool { return calls(a, page.ID, "feed") >= 2 }, "compared once more")
	require.Equal(t, int64(people+comments+1), recovered(), "nothing is found twice")
}

// A comparison that goes on where another of the same channel is under way enters nothing a second time.
func TestTwoComparisonsAtOnceCountOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	_, err := a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.SubscribedFields = nil })
	require.NoError(t, err)
	const people = 13 // on two pages
	for i := range people {
		who, err := a.Meta.AddPerson(metasim.Person{FirstName: fmt.Sprintf("Guest %d", i)})
		require.NoError(t, err)
		page.Write(t, who, fmt.Sprintf("message %d", i))
	}
	_, err = a.Meta.AddFault(metasim.Fault{Page: page.ID, Call: "conversations", Nth: 2, Count: 2, DelayMS: 1500}) // both are asked
	require.NoError(t, err)
	ledger := func() httpapi.Reconciliation {
		return apptest.Get[httpapi.Reconciliation](a.Admin, "/channels/"+page.Channel.ID.String()+"/reconciliation")
	}
	require.NoError(t, a.Services.Inbound.Missed(t.Context(), page.Channel))
	apptest.Eventually(t, func() bool { return ledger().Until != nil }, "the first page is through")
	require.NoError(t, a.Services.Inbound.Compare(t.Context(), page.Channel))
	apptest.Eventually(t, func() bool { return len(a.Meta.Faults()) == 0 }, "both have asked for the second")
	hurry := func() bool { // who finds the page taken waits a little
		_, err := a.DB.SQL().ExecContext(t.Context(), "UPDATE due_work SET due_at = lease_until WHERE queue = 'catch_up' "+
			"AND due_at > lease_until AND key LIKE '%:daily'")
		require.NoError(t, err)
		var left int
		require.NoError(t, a.DB.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM due_work WHERE queue = 'catch_up' "+
			"AND key NOT LIKE '%:again'").Scan(&left))
		return left == 0
	}
	apptest.Eventually(t, hurry, "both have ended")
	var recovered int64
	for _, d := range ledger().Days {
		recovered += d.Recovered
	}
	require.EqualValues(t, people, recovered)
}

// calls counts a page's calls of a name.
func calls(a *apptest.App, page, name string) (n int) {
	for _, c := range a.Meta.Calls(0) {
		if c.Page == page && c.Name == name {
			n++
		}
	}
	return n
}

// TestWhatCannotBeReadEndsNoComparison lets the platform refuse a part of what is asked for, for good.
func TestWhatCannotBeReadEndsNoComparison(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.PageOf(t, a.Account)
	path := "/channels/" + page.Channel.ID.String()
	page.TakeComments(t, nil)
	_, err := a.Meta.ChangePage(page.ID, func(p *metasim.Page) { p.SubscribedFields = nil })
	require.NoError(t, err)
	for i := range 12 { // more than a page of conversations
		who, err := a.Meta.AddPerson(metasim.Person{FirstName: fmt.Sprintf("Guest %d", i)})
		require.NoError(t, err)
		page.Write(t, who, fmt.Sprintf("message %d", i))
	}
	_, err = a.Meta.AddFault(metasim.Fault{Page: page.ID, Call: "feed", Count: -1, Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 200}})
	require.NoError(t, err)
	require.NoError(t, a.Services.Inbound.Missed(t.Context(), page.Channel))
	var unread int64
	apptest.Eventually(t, func() bool {
		unread = 0
		for _, d := range apptest.Get[httpapi.Reconciliation](a.Admin, path+"/reconciliation").Days {
			unread += d.Unread
		}
		return unread > 0
	}, "the ledger says that comments could not be read")
	require.Equal(t, channel.On, apptest.Get[httpapi.Channel](a.Admin, path).State, "direct messages go on")
	require.Equal(t, 1, calls(a, page.ID, "feed"), "it is not asked again and again")
}
