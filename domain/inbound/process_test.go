package inbound_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/task"
	"kontor/templates"
)

func TestAMessageBecomesATask(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "Is the table still there?"))

	made := w.OneTask()
	require.EqualValues(t, 1, made.Number)
	require.Contains(t, made.Title, "Is the table still there?")
	require.Equal(t, templates.CategoryNew, made.Category)
	require.True(t, made.Active)
	require.True(t, made.Unread)
	require.Equal(t, "Is the table still there?", made.Snippet)
	require.Equal(t, w.Channel.ID, *made.ChannelID)
	require.Equal(t, []string{"Is the table still there?"}, w.Texts(made))
	comment := w.Comments(made)[0]
	require.Equal(t, task.Public, comment.Visibility)
	require.Equal(t, account.Contact, comment.AuthorKind)

	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.Len(t, related.Assignees[made.ID], 1)
	require.Equal(t, w.Owner.StaffID, related.Assignees[made.ID][0].AssigneeID)

	whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.Len(t, whys, 1)
	require.Equal(t, "event", whys[0].Steps[0].Rule)

	e := w.Events()[0]
	require.Equal(t, inbound.Processed, e.State)
	require.Equal(t, made.ID, *e.TaskID)
	require.Equal(t, comment.ID, *e.CommentID)
	require.Equal(t, *made.ContactID, *e.ContactID)

	people, err := w.Contacts.Identities(w.Ctx(), w.Account.ID, *made.ContactID)
	require.NoError(t, err)
	x := people[*made.ContactID][0]
	require.Equal(t, w.Clock.Now(), *x.LastMessageAt)
	require.Equal(t, w.Clock.Now().Add(24*time.Hour), *x.WindowUntil)
}

func TestTheNextMessageContinuesTheActiveTask(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "one"))
	w.Clock.Add(time.Minute)
	w.Hear(w.Says("anna", "two"), w.Says("ben", "other"))
	list := w.AllTasks()
	require.Len(t, list, 2)
	byTexts := map[string]task.Task{}
	for _, x := range list {
		byTexts[w.Texts(x)[0]] = x
	}
	require.Equal(t, []string{"one", "two"}, w.Texts(byTexts["one"]))
	require.Equal(t, []string{"other"}, w.Texts(byTexts["other"]))
}

func TestAResolvedTaskIsFollowedByANewOneOrReopened(t *testing.T) {
	t.Parallel()
	for _, reopen := range []bool{false, true} {
		w := domaintest.New(t)
		if reopen {
			w.Settings(func(s *channel.Settings) { s.NewTask = channel.ReopenLast })
		}
		w.Hear(w.Says("anna", "one"))
		first := w.OneTask()
		resolved := "resolved"
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, first.ID, task.Change{Status: &resolved})
		require.NoError(t, err)
		w.Clock.Add(time.Hour)
		w.Hear(w.Says("anna", "two"))
		list := w.AllTasks()
		if reopen {
			require.Len(t, list, 1)
			require.True(t, list[0].Active)
			require.Equal(t, templates.CategoryNew, list[0].Category)
			require.Equal(t, []string{"one", "two"}, w.Texts(list[0]))
			continue
		}
		require.Len(t, list, 2)
		require.Equal(t, []string{"two"}, w.Texts(list[0]))
	}
}

func TestDuplicatesChangeNothing(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	m := w.Says("anna", "once")
	w.Hear(m, m)
	w.Hear(m)
	require.Len(t, w.Events(), 1)
	require.Equal(t, []string{"once"}, w.Texts(w.OneTask()))

	other := m // the same message under another key
	other.Number = 7
	w.Hear(other)
	require.Equal(t, []string{"once"}, w.Texts(w.OneTask()))
	require.Equal(t, "known", w.Events()[1].Reason)
}

func TestEditsReactionsAndUnsends(t *testing.T) {
	t.Parallel()
	edit := func(m channel.Inbound, n int, text string) channel.Inbound {
		m.Action, m.Number, m.Text, m.Opens = channel.Edit, n, text, ""
		return m
	}
	react := func(m channel.Inbound, emoji string, removed bool) channel.Inbound {
		m.Action, m.Text, m.Opens = channel.React, "", "reaction"
		m.Reaction = &channel.Reaction{Emoji: emoji, Removed: removed}
		return m
	}
	unsend := func(m channel.Inbound) channel.Inbound {
		m.Action, m.Text, m.Opens = channel.Unsend, "", ""
		return m
	}
	for _, order := range []string{"after", "before", "together"} {
		t.Run("applied_"+order+"_the_message", func(t *testing.T) {
			t.Parallel()
			w := domaintest.New(t)
			w.Hear(w.Says("anna", "hello")) // the person is known
			w.Clock.Add(time.Second)
			m := w.Says("anna", "frist")
			changes := []channel.Inbound{edit(m, 2, "first!"), edit(m, 1, "first"), react(m, "😍", false)}
			switch order {
			case "after":
				w.Hear(m)
				w.Hear(changes...)
			case "before":
				w.Hear(changes...)
				w.Hear(m)
			default:
				w.Hear(append(changes, m)...)
			}
			c := w.Comments(w.OneTask())[1]
			require.Equal(t, "first!", c.Text)
			require.Equal(t, []string{"frist", "first"}, []string{c.Edits[0].Text, c.Edits[1].Text})
			require.Len(t, c.Reactions, 1)
			require.Equal(t, "😍", c.Reactions[0].Emoji)

			w.Clock.Add(time.Second)
			w.Hear(react(at(m, w.Clock.Now()), "😍", true), unsend(m))
			c = w.Comments(w.OneTask())[1]
			require.Empty(t, c.Text)
			require.Empty(t, c.Edits)
			require.Empty(t, c.Reactions)
			require.NotNil(t, c.UnsentAt)
			for _, e := range w.Events() {
				if e.CommentID != nil && *e.CommentID == c.ID && e.Type == "message" {
					full, err := w.Inbound.Event(w.Ctx(), w.Account.ID, e.ID)
					require.NoError(t, err)
					require.Nil(t, full.Raw, "the bytes of what was unsent are gone")
				}
			}
		})
	}
}

func TestAPoisonEventIsQuarantinedAlone(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	good1, good2 := w.Says("anna", "before"), w.Says("ben", "after")
	b := inbound.Batch{Door: "fake", Routed: []channel.Routed{w.Routed(good1), w.Routed(good2)}}
	for i, raw := range []string{`42`, `{"action":`, `"panic"`} {
		bad := w.Routed(w.Says("carl", ""))
		bad.Item.Raw, bad.Item.Key = []byte(raw), string(rune('a'+i))
		b.Routed = append(b.Routed, bad)
	}
	require.NoError(t, w.Inbound.Accept(w.Ctx(), b))
	w.Process()
	require.Len(t, w.AllTasks(), 2)
	states := map[inbound.State]int{}
	for _, e := range w.Events() {
		states[e.State]++
		if e.State == inbound.Failed {
			require.NotEmpty(t, e.Reason)
		}
	}
	require.Equal(t, map[inbound.State]int{inbound.Processed: 2, inbound.Failed: 3}, states)

	r := begin(w, inbound.Filter{})
	require.EqualValues(t, 3, r.Total)
	r = through(w, r.ID)
	require.EqualValues(t, 3, r.Failed, "also what failed with others, and then alone")
	require.Len(t, w.AllTasks(), 2)
}

func TestForeignTextIsMadeStorable(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	m := w.Says("anna", "a\x00b")
	m.Details = map[string]any{"k\x00": []any{"v\x00"}}
	m.Button = &channel.Button{Title: "\x00", Payload: "p"}
	w.Hear(m)
	c := w.Comments(w.OneTask())[0]
	require.Equal(t, "a\uFFFDb", c.Text)
	require.Equal(t, []any{"v\uFFFD"}, c.Details["k\uFFFD"])
}

func TestOffHoldsAndImports(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	m := w.Says("anna", "before")
	w.Hear(m)
	w.Switch(false)
	unsend := m
	unsend.Action, unsend.Text = channel.Unsend, ""
	w.Hear(w.Says("anna", "while off"), w.Says("ben", "me too"), unsend)
	require.Equal(t, []string{""}, w.Texts(w.OneTask()), "an unsend is applied all the same")
	held, err := w.Inbound.HeldCount(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	require.EqualValues(t, 2, held)
	_, err = w.Inbound.Import(w.Ctx(), w.Owner, w.Channel.ID)
	require.Error(t, err, "still off")

	w.Switch(true)
	w.Process()
	require.Len(t, w.AllTasks(), 1)
	n, err := w.Inbound.Import(w.Ctx(), w.Owner, w.Channel.ID)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	w.Process()
	require.Len(t, w.AllTasks(), 2)
}

// What is held in the moment in which a channel is turned on, and what is held is imported, must not stay behind.
func TestNothingStaysHeldThatIsReadWhileItsChannelIsTurnedOn(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Switch(false)
	imported := make(chan error, 1)
	w.Fake.Reading(func() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			on := true
			_, err := w.Channels.Update(w.Ctx(), w.Owner, w.Channel.ID, channel.Change{Enabled: &on})
			if err == nil {
				_, err = w.Inbound.Import(w.Ctx(), w.Owner, w.Channel.ID)
			}
			imported <- err
		}()
		select {
		case <-done:
		case <-time.After(300 * time.Millisecond): // it waits for us, as it must
		}
	})
	w.Hear(w.Says("anna", "in this moment"))
	require.NoError(t, <-imported)
	w.Process()
	held, err := w.Inbound.HeldCount(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	require.Zero(t, held)
	require.Len(t, w.AllTasks(), 1)
}

func TestWhatOurSideWroteElsewhereIsAStaffComment(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	echo := w.Says("anna", "written in the page's inbox")
	echo.Action, echo.Opens, echo.AppID = channel.Echo, "", "263902037430900"
	w.Hear(echo)
	require.Empty(t, w.AllTasks(), "it opens no task")
	require.Equal(t, "unknown_person", w.Events()[0].Reason)

	w.Hear(w.Says("anna", "hello"))
	w.Clock.Add(time.Second)
	echo = w.Says("anna", "hi, what can we do for you?")
	echo.Action, echo.Opens = channel.Echo, ""
	w.Hear(echo)
	made := w.OneTask()
	c := w.Comments(made)[1]
	require.Equal(t, account.Staff, c.AuthorKind)
	require.Equal(t, task.Public, c.Visibility)
	require.Equal(t, templates.CategoryPending, made.Category)
	require.Empty(t, w.Messages(c), "there is nothing to deliver")

	w.Clock.Add(time.Second)
	w.Hear(w.Says("anna", "thanks"))
	require.Equal(t, templates.CategoryNew, w.OneTask().Category)
}

func TestAProfileFillsInContactAndTitle(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Person("anna", channel.Profile{Name: "Anna Berg", FirstName: "Anna", LastName: "Berg", Picture: "http://x/p.png"})
	w.Hear(w.Says("anna", "hello"))
	require.Equal(t, "hello", w.OneTask().Title)
	w.Fetch(contact.ProfileQueue)
	made := w.OneTask()
	require.Equal(t, "Anna Berg: hello", made.Title)
	c, err := w.Contacts.Get(w.Ctx(), w.Account.ID, *made.ContactID)
	require.NoError(t, err)
	require.Equal(t, "Anna Berg", c.Name)
	require.NotNil(t, c.AvatarID)

	t.Run("with_as_much_of_it_as_a_database_holds", func(t *testing.T) {
		w.Fake.Person("cleo", channel.Profile{Name: "Cleo\x00\xff", Username: "\x00"})
		w.Hear(w.Says("cleo", "hello"))
		w.Fetch(contact.ProfileQueue)
		cleo, err := w.Contacts.Get(w.Ctx(), w.Account.ID, *w.AllTasks()[0].ContactID)
		require.NoError(t, err)
		require.Equal(t, "Cleo\uFFFD\uFFFD", cleo.Name)
	})
	t.Run("but_not_over_what_people_wrote", func(t *testing.T) {
		title := "Call her back"
		w.Fake.Person("ben", channel.Profile{Name: "Ben"})
		w.Hear(w.Says("ben", "hi"))
		var bens task.Task
		for _, x := range w.AllTasks() {
			if x.Title == "hi" {
				bens = x
			}
		}
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, bens.ID, task.Change{Title: &title})
		require.NoError(t, err)
		w.Fetch(contact.ProfileQueue)
		bens, err = w.Tasks.Get(w.Ctx(), w.Account.ID, bens.ID)
		require.NoError(t, err)
		require.Equal(t, title, bens.Title)
	})
}

func TestTheHistoryOfAChannelThatKeepsNoFiles(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	past := w.Says("anna", "look")
	past.OccurredAt, past.Files = w.Clock.Now().Add(-time.Hour), []channel.File{{Type: channel.Image, URL: "https://files.example/1"}}
	w.Fake.Past("anna", past)
	w.Settings(func(s *channel.Settings) { s.Media = channel.LinkMedia })
	w.Hear(w.Says("anna", "now"))
	w.Fetch(task.HistoryQueue)
	comments := w.Comments(w.OneTask())
	require.True(t, comments[0].History)
	files, err := w.Attachments.Of(w.Ctx(), w.Account.ID, []ids.ID{comments[0].ID})
	require.NoError(t, err)
	require.Equal(t, attachment.Linked, files[comments[0].ID][0].State)
}

// The webhook of a message is late, that of its being taken back is not, and the platform shows it among what was before.
func TestWhatWasTakenBackIsNotShownAsHistory(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	late := w.Says("anna", "forget this")
	late.OccurredAt, late.Files = w.Clock.Now().Add(-time.Minute), []channel.File{{Type: channel.Image, URL: "https://files.example/1"}}
	back := late
	back.Action, back.Text, back.Files, back.OccurredAt = channel.Unsend, "", nil, w.Clock.Now()
	w.Hear(back)
	w.Fake.Past("anna", late)
	w.Hear(w.Says("anna", "now"))
	w.Fetch(task.HistoryQueue)
	w.Hear(late)
	comments := w.Comments(w.OneTask())
	require.Len(t, comments, 2)
	require.NotNil(t, comments[0].UnsentAt)
	require.Empty(t, comments[0].Text)
	files, err := w.Attachments.Of(w.Ctx(), w.Account.ID, []ids.ID{comments[0].ID})
	require.NoError(t, err)
	require.Empty(t, files)
}

// answeredAndResolved has Anna write, somebody answer, and the task resolved: the next thing she writes begins another.
func answeredAndResolved(w *domaintest.World) (first channel.Inbound, answer task.Comment) {
	first = w.Says("anna", "hello")
	w.Hear(first)
	w.Fetch(task.HistoryQueue)
	made := w.OneTask()
	answer = w.Answer(made, "good morning")
	w.Deliver()
	resolved := "resolved"
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, made.ID, task.Change{Status: &resolved})
	require.NoError(w.T, err)
	return first, answer
}

// The platform's history has our own answers in it. They are on the task before already.
func TestOwnAnswersAreNotShownAgainAsHistory(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	first, answer := answeredAndResolved(w)
	echo := w.Says("anna", "good morning")
	echo.Action, echo.ExternalID = channel.Echo, *w.Message(answer).ExternalID
	w.Clock.Add(time.Hour)
	w.Fake.Past("anna", echo, first)
	w.Hear(w.Says("anna", "again"))
	w.Fetch(task.HistoryQueue)
	second := w.AllTasks()[0]
	require.Equal(t, []string{"hello", "good morning", "again"}, w.Texts(second))
	require.Equal(t, 2, second.HistoryShown)
}

// An answer whose word was lost is in the platform's history before we know that it is ours: the history waits.
func TestHistoryWaitsForAnAnswerWhoseWordWasLost(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Answer(func(channel.Outgoing) (bool, error) {
		return true, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.unknown"}
	})
	first, answer := answeredAndResolved(w)
	echo := w.Says("anna", "good morning")
	echo.Action = channel.Echo
	w.Fake.Past("anna", echo, first)
	w.Clock.Add(time.Second)
	w.Hear(w.Says("anna", "again"))
	w.Fetch(task.HistoryQueue)
	second := w.AllTasks()[0]
	require.Equal(t, []string{"again"}, w.Texts(second), "nothing is shown yet")

	echo.Token = w.Message(answer).Token
	w.Hear(echo)
	w.Clock.Add(time.Minute)
	w.Fetch(task.HistoryQueue)
	second = w.AllTasks()[0]
	require.Equal(t, []string{"hello", "good morning", "again"}, w.Texts(second))
	require.Equal(t, 2, second.HistoryShown)
}

func TestHistory(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	var past []channel.Inbound
	for i := range 8 { // newest first
		m := w.Says("anna", "past "+string(rune('a'+7-i)))
		m.OccurredAt = w.Clock.Now().Add(-time.Duration(i+1) * time.Hour)
		past = append(past, m)
	}
	w.Fake.Past("anna", past...)
	w.Settings(func(s *channel.Settings) { s.HistoryCount = 5 })
	w.Hear(w.Says("anna", "now"))
	w.Fetch(task.HistoryQueue)
	made := w.OneTask()
	require.Equal(t, 5, made.HistoryShown)
	require.Equal(t, 8, *made.HistoryAvailable)
	comments := w.Comments(made)
	require.Equal(t, "past d", comments[0].Text)
	require.True(t, comments[0].History)
	require.Equal(t, "now", comments[5].Text)
	require.False(t, comments[5].History)

	t.Run("comes_from_earlier_tasks_first", func(t *testing.T) {
		resolved := "resolved"
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, made.ID, task.Change{Status: &resolved})
		require.NoError(t, err)
		w.Clock.Add(time.Hour)
		w.Hear(w.Says("anna", "again"))
		w.Fetch(task.HistoryQueue)
		second := w.AllTasks()[0]
		require.Equal(t, "again", w.Texts(second)[5])
		require.Equal(t, "now", w.Texts(second)[4])
		require.Equal(t, 5, second.HistoryShown)
	})
}

func at(m channel.Inbound, t time.Time) channel.Inbound {
	m.OccurredAt = t
	return m
}

func TestABatchTakesAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	count := func(people int) int {
		w := domaintest.New(t)
		var messages []channel.Inbound
		for i := range people {
			m := w.Says(fmt.Sprint("person-", i), "hello")
			m.Files = []channel.File{{Type: channel.Image, URL: "http://x/1.png"}}
			messages = append(messages, m)
		}
		w.Accept(messages...)
		asked := w.Statements(func() {
			n, err := w.Inbound.Process(w.Ctx())
			require.NoError(t, err)
			require.Equal(t, people, n)
		})
		require.Len(t, w.AllTasks(), people)
		if testing.Verbose() {
			t.Log(strings.Join(asked, "\n"))
		}
		return len(asked)
	}
	few, many := count(3), count(60)
	require.Equal(t, few, many)
	require.LessOrEqual(t, many, 40)
}

func TestAPictureIsSaidInTheAccountsLanguage(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	german := "de"
	_, err := w.Accounts.Update(w.Ctx(), w.Owner, account.Change{Language: &german})
	require.NoError(t, err)
	m := w.Says("anna", "")
	m.Person.Name, m.Files = "Anna Lindner", []channel.File{{Type: channel.Image, URL: "http://x/1.png"}}
	w.Hear(m)
	require.Equal(t, "Anna Lindner: Bild", w.OneTask().Title)
}
