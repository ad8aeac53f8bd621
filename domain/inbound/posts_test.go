package inbound_test

import (
	"fmt"
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
	"kontor/domain/outbound"
	"kontor/domain/post"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/templates"
)

func TestACommentBecomesATaskAndIsAnsweredUnderThePost(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.TakeComments(channel.PerPost)
	w.Fake.Post("page_1", channel.Post{Text: "Our spring sale starts today!", URL: "https://x/1"})
	top := w.Remarks("anna", "page_1", "", "How much is the table?")
	w.Hear(top)

	made := w.OneTask()
	require.Equal(t, "Comments under a post by Fake page", made.Title, "it is there at once")
	require.True(t, made.Unread)
	c := w.Comments(made)[0]
	require.Equal(t, "comment", c.Transport)
	require.Equal(t, "anna", c.AuthorName)
	require.Equal(t, *made.PostID, *c.PostID)
	require.Equal(t, top.ExternalID, c.Thread)

	w.Fetch(post.Queue)
	made = w.OneTask()
	require.Equal(t, "Comments: Our spring sale starts today!", made.Title)
	require.Equal(t, "Our spring sale starts today!\n\nhttps://x/1", made.Description)
	whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.Len(t, whys, 2)
	require.Equal(t, templates.Step{Rule: "post", Outcome: "pending", Input: map[string]any{"post": "page_1"}}, whys[0].Steps[4])
	require.Equal(t, "post", whys[1].Steps[0].Outcome)

	people, err := w.Contacts.Identities(w.Ctx(), w.Account.ID, *made.ContactID)
	require.NoError(t, err)
	x := people[*made.ContactID][0]
	require.Nil(t, x.LastMessageAt, "a comment opens no window for direct messages")
	require.Nil(t, x.WindowUntil)
	work, err := w.Due.Oldest(w.Ctx(), contact.ProfileQueue)
	require.NoError(t, err)
	require.True(t, work.IsZero(), "who only commented has no profile to be read")

	answer := w.Answer(made, "99 euros")
	require.Equal(t, "comment", answer.Transport)
	require.Equal(t, top.ExternalID, answer.ReplyTo)
	w.Clock.Add(30 * 24 * time.Hour) // there is no window for public answers
	w.Deliver()
	taken := w.Fake.Taken()
	require.Len(t, taken, 1)
	require.Equal(t, channel.Answer, taken[0].Mode)
	require.Equal(t, top.ExternalID, taken[0].ReplyTo)
	m := w.Message(answer)
	require.Equal(t, outbound.Sent, m.State)
	require.Equal(t, "public_answer", m.Decision.As)
	require.Equal(t, templates.CategoryPending, w.OneTask().Category)

	t.Run("its_own_webhook_is_no_comment_and_nested_replies_join_the_thread", func(t *testing.T) {
		own := w.OwnRemark("page_1", top.ExternalID, "99 euros")
		own.ExternalID = *m.ExternalID
		w.Hear(own)
		require.Len(t, w.Comments(made), 2)
		nested := w.Remarks("ben", "page_1", *m.ExternalID, "And for two?")
		w.Clock.Add(time.Second)
		nested.OccurredAt = w.Clock.Now()
		w.Hear(nested)
		comments := w.Comments(w.OneTask())
		require.Len(t, comments, 3)
		require.Equal(t, top.ExternalID, comments[2].Thread, "an answer to our answer belongs to the first comment")
		c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, task.NewComment{
			Text: "180", Visibility: task.Public, ReplyTo: &comments[2].ID,
		})
		require.NoError(t, err)
		require.Equal(t, nested.ExternalID, c.ReplyTo)
		require.Equal(t, top.ExternalID, w.Message(c).ReplyTo, "and is answered under it")
	})
}

func TestWithoutTheSettingCommentsAreIgnored(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	c := w.Remarks("anna", "page_1", "", "How much?")
	edited, hidden, removed := c, c, c
	edited.Action, hidden.Action, removed.Action = channel.Edit, channel.Hidden, channel.Unsend
	w.Hear(c, edited, hidden, removed, w.OwnRemark("page_1", "", "Hi"))
	for _, e := range w.Outcomes() {
		require.Equal(t, "ignored:comments_off", e)
	}
	for table, n := range countRows(t, w) {
		if table != "inbound_events" && table != "feed_events" {
			require.Zero(t, n, table)
		}
	}

	t.Run("and_can_be_replayed_once_it_is_on", func(t *testing.T) {
		w.TakeComments(channel.PerPost)
		_, err := w.Inbound.Replay(w.Ctx(), w.Owner, inbound.Filter{State: inbound.Ignored, Type: "message"})
		require.NoError(t, err)
		w.Process()
		require.Equal(t, []string{"How much?"}, w.Texts(w.OneTask()))
	})
	t.Run("what_was_taken_before_can_still_be_removed", func(t *testing.T) {
		w.Settings(func(s *channel.Settings) { s.Comments = false })
		removed.OccurredAt = w.Clock.Now().Add(time.Hour)
		w.Hear(removed)
		require.Equal(t, []string{""}, w.Texts(w.OneTask()))
	})
}

func TestOneTaskPerPostThreadOrAuthor(t *testing.T) {
	t.Parallel()
	for scope, want := range map[channel.CommentScope][][]string{
		channel.PerPost:   {{"a1", "b1", "a2", "b on a1", "a on a1"}, {"elsewhere"}},
		channel.PerThread: {{"a1", "b on a1", "a on a1"}, {"b1"}, {"a2"}, {"elsewhere"}},
		channel.PerAuthor: {{"a1", "a2", "a on a1"}, {"b1", "b on a1"}, {"elsewhere"}},
	} {
		t.Run(string(scope), func(t *testing.T) {
			t.Parallel()
			w := domaintest.New(t)
			w.TakeComments(scope)
			at := func(in channel.Inbound) channel.Inbound {
				w.Clock.Add(time.Second)
				in.OccurredAt = w.Clock.Now()
				return in
			}
			a1 := at(w.Remarks("anna", "page_1", "", "a1"))
			items := []channel.Inbound{a1, at(w.Remarks("ben", "page_1", "", "b1")), at(w.Remarks("anna", "page_1", "", "a2"))}
			onA1 := at(w.Remarks("ben", "page_1", a1.ExternalID, "b on a1"))
			items = append(items, onA1, at(w.Remarks("anna", "page_1", onA1.ExternalID, "a on a1")))
			items = append(items, at(w.Remarks("anna", "page_2", "", "elsewhere")))
			w.Hear(items...)
			var got [][]string
			for _, x := range w.AllTasks() {
				got = append(got, w.Texts(x))
			}
			require.ElementsMatch(t, want, got)
		})
	}
}

func TestACommentWithoutAnAuthor(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.TakeComments(channel.PerAuthor)
	c := w.Remarks("", "page_1", "", "Nobody knows who I am")
	w.Hear(c)
	made := w.OneTask()
	require.Nil(t, made.ContactID)
	comment := w.Comments(made)[0]
	require.Nil(t, comment.AuthorID)
	require.Empty(t, comment.AuthorName)
	require.Equal(t, account.Contact, comment.AuthorKind)
	require.Equal(t, outbound.Queued, w.Message(w.Answer(made, "Hello")).State)
}

func TestAPostThatCannotBeReadHoldsNothingUp(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.TakeComments(channel.PerPost)
	w.Hear(w.Remarks("anna", "page_1", "", "Hello"))
	w.Fetch(post.Queue)
	made := w.OneTask()
	whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.Equal(t, "unreadable", whys[1].Steps[0].Outcome)
	require.Equal(t, "delivery.object_missing", whys[1].Steps[0].Input["problem"])

	w.Fake.Post("page_1", channel.Post{Text: "Now you see me"})
	w.Hear(w.Remarks("anna", "page_1", "", "Hello?"))
	w.Fetch(post.Queue)
	require.NotContains(t, w.OneTask().Title, "Now", "it is not asked for with every comment")
	w.Clock.Add(2 * time.Hour)
	w.Hear(w.Remarks("ben", "page_1", "", "Anybody?"))
	w.Fetch(post.Queue)
	require.Equal(t, "Comments: Now you see me", w.OneTask().Title)
}

func TestFilesOfThePostOnlyWhenTheSettingSaysSo(t *testing.T) {
	t.Parallel()
	for _, wanted := range []bool{false, true} {
		w := domaintest.New(t)
		w.Settings(func(s *channel.Settings) { s.Comments, s.AttachPostFiles = true, wanted })
		w.Fake.Post("page_1", channel.Post{Text: "Look", Files: []channel.File{{Type: channel.Image, URL: "http://x/1.png"}}})
		w.Blobs.Serves["http://x/1.png"] = func() ([]byte, error) { return []byte("\x89PNG\r\n\x1a\n"), nil }
		w.Hear(w.Remarks("anna", "page_1", "", "one"))
		w.Fetch(post.Queue)
		first := w.OneTask()
		resolved := "resolved"
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, first.ID, task.Change{Status: &resolved})
		require.NoError(t, err)
		w.Clock.Add(time.Minute)
		w.Hear(w.Remarks("anna", "page_1", "", "two")) // a second task, when the post is known already
		w.Fetch(attachment.Queue)
		list := w.AllTasks()
		require.Len(t, list, 2)
		for _, x := range list {
			files := 0
			for _, c := range w.Comments(x) {
				found, err := w.Attachments.Of(w.Ctx(), w.Account.ID, []ids.ID{c.ID})
				require.NoError(t, err)
				for _, a := range found[c.ID] {
					require.Equal(t, attachment.Stored, a.State)
					require.Equal(t, task.Internal, c.Visibility)
					files++
				}
			}
			require.Equal(t, wanted, files == 1)
		}
	}
}

func TestAResolvedPostIsFollowedByANewTaskOrReopened(t *testing.T) {
	t.Parallel()
	for _, reopen := range []channel.NewTask{channel.NewWhenNoneActive, channel.ReopenLast} {
		w := domaintest.New(t)
		w.Settings(func(s *channel.Settings) { s.Comments, s.CommentNewTask = true, reopen })
		w.Hear(w.Remarks("anna", "page_1", "", "one"))
		resolved := "resolved"
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, w.OneTask().ID, task.Change{Status: &resolved})
		require.NoError(t, err)
		w.Clock.Add(time.Hour)
		w.Hear(w.Remarks("ben", "page_1", "", "two"))
		if list := w.AllTasks(); reopen == channel.ReopenLast {
			require.Len(t, list, 1)
			require.True(t, list[0].Active)
			continue
		}
		require.Len(t, w.AllTasks(), 2)
		w.Fetch(task.HistoryQueue)
		require.Equal(t, []string{"one", "two"}, w.Texts(w.AllTasks()[0]), "with what was said before under the post")
	}
}

func TestCommentsAreEditedHiddenAndRemoved(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"after", "before"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			w := domaintest.New(t)
			w.TakeComments(channel.PerPost)
			c := w.Remarks("anna", "page_1", "", "frist")
			c.Files = []channel.File{{Type: channel.Image, URL: "http://x/1.png"}}
			change := func(action channel.Action, text string) channel.Inbound {
				w.Clock.Add(time.Second)
				x := c
				x.Action, x.Text, x.Files, x.OccurredAt = action, text, nil, w.Clock.Now()
				return x
			}
			changes := []channel.Inbound{change(channel.Edit, "first"), change(channel.Edit, "first!"), change(channel.Hidden, "")}
			if order == "after" {
				w.Hear(c)
			}
			w.Hear(changes...)
			if order == "before" {
				w.Hear(c)
			}
			got := w.Comments(w.OneTask())[0]
			require.Equal(t, "first!", got.Text)
			require.Equal(t, "frist", got.Edits[0].Text)
			require.Equal(t, "first", got.Edits[1].Text)
			require.NotNil(t, got.HiddenAt)
			w.Hear(change(channel.Shown, ""), change(channel.Unsend, ""))
			got = w.Comments(w.OneTask())[0]
			require.Nil(t, got.HiddenAt)
			require.NotNil(t, got.UnsentAt)
			require.Empty(t, got.Text)
		})
	}
}

func TestThePagesOwnCommentsOpenNothing(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.TakeComments(channel.PerThread)
	w.Hear(w.OwnRemark("page_1", "", "Written in the app"))
	require.Equal(t, []string{"ignored:echo_without_task"}, w.Outcomes())
	require.Empty(t, w.AllTasks())

	one, two := w.Remarks("anna", "page_1", "", "one"), w.Remarks("ben", "page_1", "", "two")
	w.Hear(one, two)
	w.Clock.Add(time.Second)
	w.Hear(w.OwnRemark("page_1", one.ExternalID, "Answered in the app"))
	for _, x := range w.AllTasks() {
		if texts := w.Texts(x); texts[0] == "one" {
			require.Equal(t, []string{"one", "Answered in the app"}, texts)
			require.Equal(t, templates.CategoryPending, x.Category)
			require.Equal(t, account.Staff, w.Comments(x)[1].AuthorKind)
		} else {
			require.Equal(t, []string{"two"}, texts)
		}
	}
}

func TestTheCommentTemplateIsTheChannelsElseThePresets(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.TakeComments(channel.PerPost)
	w.Hear(w.Remarks("anna", "page_1", "", "one"))
	chosen := func(made task.Task) (string, any) {
		whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, made.ID)
		require.NoError(t, err)
		for _, s := range whys[0].Steps {
			if s.Rule == "template.use" {
				return s.Outcome, s.Input["template"]
			}
		}
		return "", nil
	}
	by, name := chosen(w.OneTask())
	require.Equal(t, "preset", by)
	require.Equal(t, "Communication under posts", name)

	list, _, err := w.Templates.Objects(w.Ctx(), w.Account.ID, storage.Page{})
	require.NoError(t, err)
	own := list[0].Definition
	own.Name, own.Defaults.Title = "Ours", "{{ author.name }} on {{ post.id }}"
	o, err := w.Templates.CreateObject(w.Ctx(), w.Owner, own)
	require.NoError(t, err)
	w.Settings(func(s *channel.Settings) { s.CommentTemplateID = &o.ID })
	w.Hear(w.Remarks("anna", "page_2", "", "two"))
	made := w.AllTasks()[0]
	require.Equal(t, "anna on page_2", made.Title)
	by, name = chosen(made)
	require.Equal(t, "channel", by)
	require.Equal(t, "Ours", name)
}

func TestABatchOfCommentsTakesAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	count := func(people int) int {
		w := domaintest.New(t)
		w.Settings(func(s *channel.Settings) {
			s.Comments, s.CommentScope, s.AttachPostFiles = true, channel.PerThread, true
		})
		w.Fake.Post("page_0", channel.Post{Text: "x", Files: []channel.File{{Type: channel.Image, URL: "http://x/1.png"}}})
		before := w.Remarks("zoe", "page_0", "", "before")
		w.Hear(before)
		w.Fetch(post.Queue)
		var items []channel.Inbound
		for i := range people {
			c := w.Remarks(fmt.Sprint("person-", i), fmt.Sprint("page_", i%2), "", "hello")
			c.Files = []channel.File{{Type: channel.Image, URL: "http://x/1.png"}}
			edit, hide := c, c
			edit.Action, edit.Text, hide.Action = channel.Edit, "hallo", channel.Hidden
			items = append(items, c, w.OwnRemark("page_0", before.ExternalID, "answer"), w.OwnRemark("page_0", "", "elsewhere"),
				w.Remarks("", "page_1", c.ExternalID, "nested"), edit, hide)
		}
		w.Accept(items...)
		n := 0
		asked := w.Statements(func() {
			var err error
			n, err = w.Inbound.Process(w.Ctx())
			require.NoError(t, err)
		})
		require.Equal(t, len(items), n)
		return len(asked)
	}
	few, many := count(3), count(30)
	require.Equal(t, few, many)
	require.LessOrEqual(t, many, 55)
}
