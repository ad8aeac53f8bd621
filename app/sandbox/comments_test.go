package sandbox_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

func takingComments() channel.Settings {
	s := channel.DefaultSettings()
	s.Comments = true
	return s
}

// settings changes the settings of the sandbox's channel.
func (w *world) settings(change func(*channel.Settings)) {
	w.t.Helper()
	_, err := w.App.Services.Channels.Update(w.t.Context(), w.owner(), w.Channel.ID, channel.Change{Settings: change})
	require.NoError(w.t, err)
}

func (w *world) post1() metasim.Post {
	w.t.Helper()
	posts := w.Sim.State(w.Page.ID, "").Posts
	require.Len(w.t, posts, 2, "the sandbox has posts to comment on")
	return posts[0]
}

func (w *world) remark(n metasim.NewComment) metasim.Comment {
	w.t.Helper()
	c, err := w.Sim.Comment(n)
	require.NoError(w.t, err)
	return c
}

// What somebody does who tries comments: through the program itself and the simulated platform.
func TestACommentIsAnsweredPubliclyAndInPrivate(t *testing.T) {
	t.Parallel()
	w := start(t)
	require.Contains(t, w.page().SubscribedFields, "feed")
	p := w.post1()
	top := w.remark(metasim.NewComment{Post: p.ID, Person: w.anna.ID, Text: "Is there oat milk?"})
	w.soon(func() bool { return len(w.tasks()) == 1 }, "the comment becomes a task")
	w.soon(func() bool { return strings.Contains(w.tasks()[0].Description, p.Text) }, "which says what the post says")
	made := w.tasks()[0]
	require.Contains(t, made.Title, "Comments: ")
	first := w.comments(made)[0]
	require.Equal(t, "Anna Berg", first.AuthorName)

	public := w.answer(made, "Of course")
	w.soon(func() bool { return w.state(public) == outbound.Sent }, "the answer is sent")
	sent := w.Sim.Ledger(metasim.LedgerQuery{Under: top.ID})
	require.Len(t, sent, 1)
	require.Equal(t, "Of course", sent[0].Text)
	w.soon(func() bool { return w.became(sent[0].MID) == "processed:own_message" }, "its webhook comes back")
	require.Len(t, w.comments(made), 2)

	private := w.say(made, task.NewComment{
		Text: "The first is on us", Visibility: task.Public, ReplyTo: &first.ID, Mode: channel.PrivateReply,
	})
	w.soon(func() bool { return w.state(private) == outbound.Delivered }, "the private reply arrives")
	window, err := w.App.Services.Tasks.Window(t.Context(), w.owner(), first.ID, true)
	require.NoError(t, err)
	require.True(t, window.Answer.MayWrite)
	require.Equal(t, task.PrivateUsed, window.Reply.State)
	require.Equal(t, private.ID, window.Reply.Used.CommentID)
	_, err = w.App.Services.Tasks.AddComment(t.Context(), w.owner(), made.ID, task.NewComment{
		Text: "Again", Visibility: task.Public, ReplyTo: &first.ID, Mode: channel.PrivateReply,
	})
	require.ErrorContains(t, err, "reply.private_used")

	w.write("Thanks!")
	w.soon(func() bool { return len(w.comments(made)) == 4 }, "what Anna writes back continues the task")
	require.Len(t, w.tasks(), 1)
	direct := w.answer(made, "See you")
	w.soon(func() bool { return len(w.Sim.Ledger(metasim.LedgerQuery{PSID: top.PSID})) == 2 }, "and is answered directly")
	require.Equal(t, "messenger", direct.Transport)

	answered := w.say(made, task.NewComment{Text: "Both kinds", Visibility: task.Public, ReplyTo: &first.ID})
	w.soon(func() bool { return w.state(answered) == outbound.Sent }, "the comment can still be answered under the post")
	require.Len(t, w.Sim.Ledger(metasim.LedgerQuery{Under: top.ID}), 3)
}

func TestModerationThroughTheProgram(t *testing.T) {
	t.Parallel()
	w := start(t)
	top := w.remark(metasim.NewComment{Post: w.post1().ID, Person: w.anna.ID, Text: "Rubbish", Attach: "photo"})
	w.soon(func() bool { return len(w.tasks()) == 1 }, "task")
	c := w.comments(w.tasks()[0])[0]
	do := func(m channel.Moderation) (task.Comment, error) {
		return w.App.Services.Tasks.Moderate(t.Context(), w.owner(), c.ID, m)
	}
	for _, m := range []channel.Moderation{channel.Like, channel.Hide, channel.Hide, channel.Unlike} {
		_, err := do(m)
		require.NoError(t, err, m)
	}
	shown := w.Sim.State(w.Page.ID, "").Posts[0].Comments[0]
	require.True(t, shown.Hidden)
	require.False(t, shown.Liked)
	got, err := do(channel.Unhide)
	require.NoError(t, err)
	require.Nil(t, got.HiddenAt)
	_, err = w.Sim.Advance(2 * time.Second) // the platform tells acts apart by the second
	require.NoError(t, err)
	hidden := true
	_, err = w.Sim.ChangeComment(metasim.CommentChange{ID: top.ID, Hidden: &hidden})
	require.NoError(t, err)
	w.soon(func() bool { return w.comments(w.tasks()[0])[0].HiddenAt != nil }, "what is done elsewhere is seen here")

	got, err = do(channel.Delete)
	require.NoError(t, err)
	require.NotNil(t, got.UnsentAt)
	require.Empty(t, got.Text)
	require.True(t, w.Sim.State(w.Page.ID, "").Posts[0].Comments[0].Removed)
	_, err = do(channel.Delete)
	require.ErrorContains(t, err, "comment.gone")
}

func TestALostAnswerUnderAPostIsSettledByItsWebhook(t *testing.T) {
	t.Parallel()
	for _, c := range []metasim.FaultAnswer{metasim.AnswerDrop, metasim.AnswerHTML, metasim.AnswerCut} {
		t.Run(string(c), func(t *testing.T) {
			t.Parallel()
			w := start(t)
			top := w.remark(metasim.NewComment{Post: w.post1().ID, Person: w.anna.ID, Text: "Hello?"})
			w.soon(func() bool { return len(w.tasks()) == 1 }, "task")
			_, err := w.Sim.AddFault(metasim.Fault{Call: "comment", Answer: c, Accept: true})
			require.NoError(t, err)
			made := w.tasks()[0]
			answer := w.answer(made, "Yes, what is it?")
			w.soon(func() bool { return w.state(answer) == outbound.Sent }, "the webhook says so")
			require.Len(t, w.Sim.Ledger(metasim.LedgerQuery{Under: top.ID}), 1, "and it was sent once")
			require.Len(t, w.comments(made), 2)
		})
	}
	t.Run("and_without_a_webhook_by_looking", func(t *testing.T) {
		t.Parallel()
		w := start(t)
		_, err := w.Sim.ChangePage(w.Page.ID, func(p *metasim.Page) { p.Echo = metasim.EchoNever })
		require.NoError(t, err)
		top := w.remark(metasim.NewComment{Post: w.post1().ID, Person: w.anna.ID, Text: "Hello?"})
		w.soon(func() bool { return len(w.tasks()) == 1 }, "task")
		made := w.tasks()[0]
		first := w.comments(made)[0]
		for _, call := range []string{"comment", "send"} {
			_, err = w.Sim.AddFault(metasim.Fault{Call: call, Answer: metasim.AnswerDrop, Accept: true})
			require.NoError(t, err)
		}
		answer := w.answer(made, "Yes, what is it?")
		private := w.say(made, task.NewComment{Text: "Here?", Visibility: task.Public, ReplyTo: &first.ID, Mode: channel.PrivateReply})
		w.soon(func() bool {
			return w.state(answer) == outbound.Unconfirmed && w.state(private) == outbound.Unconfirmed
		}, "both are open")
		_, err = w.Sim.Advance(25 * time.Second)
		require.NoError(t, err)
		w.soon(func() bool { return w.state(answer) == outbound.Sent && w.state(private) == outbound.Sent }, "both are found")
		require.Len(t, w.Sim.Ledger(metasim.LedgerQuery{Under: top.ID}), 2)
		w.write("Here!")
		w.soon(func() bool { return len(w.comments(made)) == 4 }, "and the conversation belongs to the task")
	})
}

// say writes a comment on a task.
func (w *world) say(t task.Task, n task.NewComment) task.Comment {
	w.t.Helper()
	c, err := w.App.Services.Tasks.AddComment(w.t.Context(), w.owner(), t.ID, n)
	require.NoError(w.t, err)
	return c
}

func (w *world) page() metasim.Page {
	w.t.Helper()
	p, err := w.Sim.Page(w.Page.ID)
	require.NoError(w.t, err)
	return p
}

// became returns what became of the event whose key names a comment, empty when there is none yet.
func (w *world) became(comment string) string {
	w.t.Helper()
	for key, e := range w.events() {
		if strings.Contains(key, comment) {
			return string(e.State) + ":" + e.Reason
		}
	}
	return ""
}

// folders are the shapes that tell of posts, comments, mentions, ratings and the page itself.
func folders() []string {
	return []string{"feed_comment", "feed_post", "feed_reaction", "mention", "ratings", "page_other"}
}

// TestWhatHappensUnderPosts holds what each recorded shape about posts becomes, with comments off and on, against
// testdata/comments.txt, which people have read. KONTOR_UPDATE=1 writes the file anew, to be read again.
func TestWhatHappensUnderPosts(t *testing.T) {
	t.Parallel()
	const golden = "testdata/comments.txt"
	outcomes := map[bool]map[string]string{}
	var order []string
	for _, on := range []bool{false, true} {
		w := start(t)
		w.settings(func(s *channel.Settings) { s.Comments = on })
		outcomes[on], order = w.becameOf(t)
		again, _ := w.becameOf(t)
		require.Equal(t, outcomes[on], again, "posted again, nothing changes")
	}
	var all strings.Builder
	for _, key := range order {
		fmt.Fprintf(&all, "%s\n  off  %s\n  on   %s\n\n", key, outcomes[false][key], outcomes[true][key])
	}
	if os.Getenv("KONTOR_UPDATE") != "" {
		require.NoError(t, os.WriteFile(golden, []byte(all.String()), 0o600))
		return
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), all.String())
}

// becameOf posts the shapes one after the other, and says of each item of the sandbox's page what became of it.
func (w *world) becameOf(t *testing.T) (outcomes map[string]string, order []string) {
	t.Helper()
	outcomes = map[string]string{}
	for _, folder := range folders() {
		files, err := filepath.Glob(shapes + "/webhook/" + folder + "/*.json")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, f := range files {
			pretty, err := os.ReadFile(f)
			require.NoError(t, err)
			before := w.events()
			require.Equal(t, http.StatusOK, w.post(escaped(t, pretty), nil), f)
			w.settled()
			name := folder + "/" + filepath.Base(f)
			order = append(order, name)
			outcomes[name] = w.outcomeOf(pretty, before)
		}
	}
	return outcomes, order
}

// outcomeOf says what became of a body's event: the one that is new, or, posted again, the one that it was.
func (w *world) outcomeOf(body []byte, before map[string]inbound.Event) string {
	w.t.Helper()
	for key, e := range w.events() {
		if _, there := before[key]; !there {
			w.seen(string(body), e.ID)
			return w.outcome(e)
		}
	}
	e, err := w.App.Services.Inbound.Event(w.t.Context(), w.Account.ID, w.remembered[string(body)])
	require.NoError(w.t, err)
	return w.outcome(e)
}

func (w *world) seen(body string, event ids.ID) {
	if w.remembered == nil {
		w.remembered = map[string]ids.ID{}
	}
	w.remembered[body] = event
}

// outcome is an event's state and reason, and the comment that it made.
func (w *world) outcome(e inbound.Event) string {
	w.t.Helper()
	out := string(e.State)
	if e.Reason != "" {
		out += ": " + e.Reason
	}
	if e.CommentID == nil {
		return out
	}
	c, err := w.App.Services.Tasks.Comment(w.t.Context(), e.AccountID, *e.CommentID)
	require.NoError(w.t, err)
	made, err := w.App.Services.Tasks.Get(w.t.Context(), e.AccountID, c.TaskID)
	require.NoError(w.t, err)
	p, err := w.App.Services.Posts.Get(w.t.Context(), e.AccountID, ids.Of(c.PostID))
	require.NoError(w.t, err)
	out += ": a comment"
	if ids.Of(made.EventID) == e.ID {
		out += " and a new task"
	}
	who := c.AuthorName
	if who == "" {
		who = "somebody"
	}
	out += fmt.Sprintf(" by %s %s under the post %s, in the thread %s: %q", c.AuthorKind, who, p.ExternalID, c.Thread, c.Text)
	files, err := w.App.Services.Attachments.Of(w.t.Context(), e.AccountID, []ids.ID{c.ID})
	require.NoError(w.t, err)
	for _, f := range files[c.ID] {
		out += " + " + string(f.Type)
	}
	if c.AuthorKind == account.Contact {
		require.NotEqual(w.t, c.AuthorName == "", c.AuthorID != nil)
	}
	return out
}

func TestCommentsAreSwitchedOffAndOn(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.alone()
	w.settings(func(s *channel.Settings) { s.Comments = false })
	require.NotContains(t, w.page().SubscribedFields, "feed", "the platform is asked for no comments")
	require.Contains(t, w.page().SubscribedFields, "messages")
	unheard := w.remark(metasim.NewComment{Post: w.post1().ID, Person: w.anna.ID, Text: "Hello?"})
	w.settings(func(s *channel.Settings) { s.Comments = true })
	require.Contains(t, w.page().SubscribedFields, "feed")
	w.remark(metasim.NewComment{Post: w.post1().ID, Person: w.anna.ID, Text: "And now?"})
	w.soon(func() bool { return len(w.tasks()) == 1 }, "the second comment becomes a task")
	require.Len(t, w.comments(w.tasks()[0]), 1)
	require.Empty(t, w.became(unheard.ID))
}

func (w *world) channel() channel.Channel {
	w.t.Helper()
	c, err := w.App.Services.Channels.Get(w.t.Context(), w.Account.ID, w.Channel.ID)
	require.NoError(w.t, err)
	return c
}

// alone waits until the day's periodic jobs have run, which a program that starts does at once and one after the other: what the
// examination of channels asks the platform for would come between what a test asks for.
func (w *world) alone() {
	w.t.Helper()
	w.soon(func() (ran bool) {
		require.NoError(w.t, w.App.DB.SQL().QueryRowContext(w.t.Context(),
			`SELECT count(*) > 0 FROM job_ticks WHERE job = 'assignee_coverage'`).Scan(&ran))
		return ran
	}, "the jobs after the examination run")
}

func TestCommentsSwitchedOnWhileTheChannelIsExaminedAreHeard(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]string{
		"the examination is slow": "subscribed_apps.get", "the switch is slow": "subscribed_apps.post",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.alone()
			w.settings(func(s *channel.Settings) { s.Comments = false })
			_, err := w.Sim.AddFault(metasim.Fault{Call: slow, DelayMS: 1500})
			require.NoError(t, err)
			examine := func() error {
				_, err := w.App.Services.Channels.Verify(t.Context(), w.owner(), w.Channel.ID)
				return err
			}
			comments := func() error {
				_, err := w.App.Services.Channels.Update(t.Context(), w.owner(), w.Channel.ID, channel.Change{
					Settings: func(s *channel.Settings) { s.Comments = true },
				})
				return err
			}
			first, second := examine, comments
			if slow == "subscribed_apps.post" {
				first, second = comments, examine
			}
			ended := make(chan error, 1)
			go func() { ended <- first() }()
			w.soon(func() bool { return len(w.Sim.Faults()) == 0 }, "the first has begun")
			require.NoError(t, second())
			require.NoError(t, <-ended)
			require.True(t, w.channel().Settings.Comments)
			require.Contains(t, w.page().SubscribedFields, "feed")
		})
	}
}
