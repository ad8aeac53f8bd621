package outbound_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/templates"
)

// commented makes a world in which Anna has commented on a post.
func commented(t *testing.T) (*domaintest.World, task.Task, task.Comment) {
	t.Helper()
	w := domaintest.New(t)
	w.TakeComments(channel.PerPost)
	w.Hear(w.Remarks("anna", "page_1", "", "How much?"))
	made := w.OneTask()
	return w, made, w.Comments(made)[0]
}

func privately(w *domaintest.World, t task.Task, to task.Comment, text string) (task.Comment, error) {
	return w.Tasks.AddComment(w.Ctx(), w.Owner, t.ID, task.NewComment{
		Text: text, Visibility: task.Public, ReplyTo: &to.ID, Mode: channel.PrivateReply,
	})
}

func TestRepliesToCommentsFollowRulesOfTheirOwn(t *testing.T) {
	t.Parallel()
	can := domaintest.NewFake().Describe().Capabilities
	week := 7 * 24 * time.Hour
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		mode   channel.Mode
		author account.ActorKind
		age    time.Duration
		may    bool
		reason string
	}{
		"publicly_at_once":                   {channel.Answer, account.Staff, time.Minute, true, "reply.allowed"},
		"publicly_after_years":               {channel.Answer, account.Staff, 1000 * week, true, "reply.allowed"},
		"publicly_by_a_program":              {channel.Answer, account.Bot, week, true, "reply.allowed"},
		"privately_at_once":                  {channel.PrivateReply, account.Staff, time.Minute, true, "reply.allowed"},
		"privately_by_a_program":             {channel.PrivateReply, account.Script, time.Minute, true, "reply.allowed"},
		"privately_just_within_a_week":       {channel.PrivateReply, account.Staff, week - 61*time.Second, true, "reply.allowed"},
		"privately_inside_the_safety":        {channel.PrivateReply, account.Staff, week - 59*time.Second, false, "reply.private_expired"},
		"privately_after_a_week":             {channel.PrivateReply, account.Staff, week + time.Minute, false, "reply.private_expired"},
		"privately_by_a_contact_of_all":      {channel.PrivateReply, account.Contact, time.Minute, false, "reply.only_staff"},
		"publicly_by_the_system_that_may_it": {channel.Answer, account.System, time.Minute, false, "reply.only_staff"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written := now.Add(-c.age)
			d := outbound.Decide(can.Modes[c.mode].Rules, outbound.Reply{Author: c.author, Now: now, LastMessageAt: &written})
			require.Equal(t, c.may, d.MayWrite)
			require.Equal(t, c.reason, d.Reason)
		})
	}
}

func TestALostAnswerIsSettledByTheCommentItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*channel.Inbound)
		ours   bool
	}{
		"the_same":                   {func(*channel.Inbound) {}, true},
		"with_other_spaces":          {func(in *channel.Inbound) { in.Text = " 99  euros\n" }, true},
		"a_little_before_its_time":   {func(in *channel.Inbound) { in.OccurredAt = in.OccurredAt.Add(-30 * time.Second) }, true},
		"another_text":               {func(in *channel.Inbound) { in.Text = "100 euros" }, false},
		"under_another_comment":      {func(in *channel.Inbound) { in.Place.Parent = "in-7" }, false},
		"under_the_post":             {func(in *channel.Inbound) { in.Place.Parent = "" }, false},
		"long_before":                {func(in *channel.Inbound) { in.OccurredAt = in.OccurredAt.Add(-time.Hour) }, false},
		"the_same_words_and_a_photo": {func(in *channel.Inbound) { in.Files = []channel.File{{Type: channel.Image, URL: "http://x/1"}} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, made, first := commented(t)
			w.Fake.Fail(1, channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost"})
			answer := w.Answer(made, "99 euros")
			w.Deliver()
			require.Equal(t, outbound.Unconfirmed, w.Message(answer).State)
			w.Clock.Add(time.Second)
			own := w.OwnRemark("page_1", *first.ExternalID, "99 euros")
			c.change(&own)
			w.Hear(own)
			if !c.ours {
				require.Equal(t, outbound.Unconfirmed, w.Message(answer).State)
				require.Len(t, w.Comments(made), 3, "somebody here wrote it elsewhere")
				return
			}
			m := w.Message(answer)
			require.Equal(t, outbound.Sent, m.State)
			require.Equal(t, own.ExternalID, *m.ExternalID)
			comments := w.Comments(made)
			require.Len(t, comments, 2)
			require.Equal(t, own.ExternalID, *comments[1].ExternalID)
			w.Hear(own)
			w.Deliver()
			require.Equal(t, 1, w.Fake.Calls(), "and is never repeated")
		})
	}
}

func TestAnAnswersWebhookMayComeBeforeItsAnswer(t *testing.T) {
	t.Parallel()
	w, made, first := commented(t)
	w.Fake.Answer(func(m channel.Outgoing) (bool, error) {
		own := w.OwnRemark("page_1", *first.ExternalID, m.Text)
		own.ExternalID = "m." + m.Token
		w.Hear(own)
		return true, nil
	})
	answer := w.Answer(made, "99 euros")
	w.Deliver()
	require.Equal(t, outbound.Sent, w.Message(answer).State)
	require.Len(t, w.Comments(made), 2)
}

func TestAnswersToOneCommentKeepTheirOrderAndHoldUpNoOther(t *testing.T) {
	t.Parallel()
	w, made, first := commented(t)
	w.Hear(w.Remarks("ben", "page_1", "", "And this?"))
	second := w.Comments(made)[1]
	reply := func(to task.Comment, text string) task.Comment {
		c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, task.NewComment{Text: text, Visibility: task.Public, ReplyTo: &to.ID})
		require.NoError(t, err)
		return c
	}
	w.Fake.Fail(1, channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost"})
	one := reply(first, "one")
	w.Deliver()
	two, other := reply(first, "two"), reply(second, "other")
	private, err := privately(w, made, first, "psst")
	require.NoError(t, err)
	w.Deliver()
	require.Equal(t, outbound.Unconfirmed, w.Message(one).State)
	require.Equal(t, outbound.Queued, w.Message(two).State, "its lane waits for the first")
	require.Equal(t, outbound.Sent, w.Message(other).State)
	require.Equal(t, outbound.Sent, w.Message(private).State)
}

func TestOneHundredAnswersHoldUpNoDirectMessage(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.TakeComments(channel.PerPost)
	var items []channel.Inbound
	for range 100 {
		items = append(items, w.Remarks("fan", "page_1", "", "?"))
	}
	w.Hear(items...)
	made := w.OneTask()
	for _, c := range w.Comments(made) {
		_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, task.NewComment{Text: "!", Visibility: task.Public, ReplyTo: &c.ID})
		require.NoError(t, err)
	}
	w.Clock.Add(time.Second)
	w.Hear(w.Says("anna", "hello"))
	direct := w.Answer(w.AllTasks()[0], "hi")
	lanes, err := w.Outbound.Claim(w.Ctx(), 5)
	require.NoError(t, err)
	require.Len(t, lanes, 1, "direct messages are not in the same queue")
	require.NoError(t, w.Outbound.Deliver(w.Ctx(), lanes[0]))
	require.Equal(t, outbound.Sent, w.Message(direct).State)
	answered := 0
	for {
		lanes, err = w.Outbound.ClaimPublic(w.Ctx(), 200)
		require.NoError(t, err)
		if len(lanes) == 0 {
			break
		}
		require.Less(t, len(lanes), 20, "one page holds a few at a time, so that another's are not behind them")
		for _, l := range lanes {
			require.NoError(t, w.Outbound.Deliver(w.Ctx(), l))
			answered++
		}
	}
	require.Equal(t, 100, answered)
}

func TestAPrivateReplyGoesOnceAndBeginsAConversation(t *testing.T) {
	t.Parallel()
	w, made, first := commented(t)
	w.Fake.Author(*first.ExternalID, "anna")
	private, err := privately(w, made, first, "Let us talk here")
	require.NoError(t, err)
	require.Equal(t, "private_reply", private.Transport)
	_, err = privately(w, made, first, "Twice")
	require.Equal(t, errs.Conflict, errs.KindOf(err))
	require.ErrorContains(t, err, "reply.private_used")
	require.Len(t, w.Comments(made), 2, "nothing is left of what was refused")
	w.Deliver()
	taken := w.Fake.Taken()
	require.Len(t, taken, 1)
	require.Equal(t, channel.PrivateReply, taken[0].Mode)
	require.Equal(t, *first.ExternalID, taken[0].ReplyTo)
	require.Empty(t, taken[0].Rule.Tag)

	m := w.Message(private)
	conv, err := w.Conversations.Get(w.Ctx(), w.Account.ID, m.ConversationID)
	require.NoError(t, err)
	require.Equal(t, "dm:anna", conv.Key)
	require.Equal(t, *first.AuthorID, *conv.ContactID, "the conversation is with whoever wrote the comment")
	_, err = w.Outbound.Window(w.Ctx(), w.Owner, conv.ID)
	require.NoError(t, err)
	whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	require.Equal(t, templates.Step{Rule: "private_reply", Outcome: "linked", Input: map[string]any{
		"contact_id": first.AuthorID.String(), "conversation_id": conv.ID.String(),
	}}, whys[len(whys)-1].Steps[0])

	w.Clock.Add(time.Second)
	w.Hear(echoOf(w, m), w.Says("anna", "Yes, please"))
	require.Len(t, w.AllTasks(), 1, "what she writes back continues the task")
	require.Equal(t, []string{"How much?", "Let us talk here", "Yes, please"}, w.Texts(made))
	direct := w.Answer(w.OneTask(), "99 euros")
	require.Equal(t, "fake", direct.Transport, "and is answered directly")
	require.Equal(t, conv.ID, w.Message(direct).ConversationID)
}

func TestAPrivateReplyWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	lost := func(t *testing.T) (*domaintest.World, task.Task, task.Comment) {
		t.Helper()
		w := domaintest.New(t)
		w.TakeComments(channel.PerPost)
		w.Hear(w.Remarks("", "page_1", "", "Nobody knows who I am"))
		made := w.OneTask()
		first := w.Comments(made)[0]
		w.Fake.Author(*first.ExternalID, "carla")
		w.Fake.Answer(func(channel.Outgoing) (bool, error) {
			return true, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost"}
		})
		private, err := privately(w, made, first, "Hello")
		require.NoError(t, err)
		w.Deliver()
		require.Equal(t, outbound.Unconfirmed, w.Message(private).State)
		return w, made, private
	}
	linked := func(t *testing.T, w *domaintest.World, made task.Task, private task.Comment) {
		t.Helper()
		require.Equal(t, outbound.Sent, w.Message(private).State)
		require.Equal(t, 1, w.Fake.Calls())
		made = w.OneTask()
		require.NotNil(t, made.ContactID, "now it is known who wrote the comment")
		require.Equal(t, *made.ContactID, *w.Comments(made)[0].AuthorID)
		w.Clock.Add(time.Second)
		w.Hear(w.Says("carla", "Hi"))
		require.Equal(t, []string{"Nobody knows who I am", "Hello", "Hi"}, w.Texts(w.OneTask()))
	}
	t.Run("is_named_by_its_echo", func(t *testing.T) {
		t.Parallel()
		w, made, private := lost(t)
		echo := echoOf(w, w.Message(private))
		echo.Person.ExternalID = "carla"
		w.Hear(echo)
		linked(t, w, made, private)
	})
	t.Run("is_found_by_looking", func(t *testing.T) {
		t.Parallel()
		w, made, private := lost(t)
		w.Clock.Add(21 * time.Second)
		w.Deliver()
		linked(t, w, made, private)
	})
	t.Run("and_failed_for_sure_it_can_be_tried_again", func(t *testing.T) {
		t.Parallel()
		w, made, private := lost(t)
		_, err := w.Outbound.Settle(w.Ctx(), w.Owner, w.Message(private).ID, false)
		require.NoError(t, err)
		again, err := privately(w, made, w.Comments(made)[0], "Hello again")
		require.NoError(t, err)
		_, err = w.Outbound.Retry(w.Ctx(), w.Owner, w.Message(private).ID)
		require.Equal(t, errs.Conflict, errs.KindOf(err), "one of them, not both")
		require.Equal(t, outbound.Queued, w.Message(again).State)
	})
}

func TestWhatCannotBeAnsweredInPrivate(t *testing.T) {
	t.Parallel()
	w, made, first := commented(t)
	w.Clock.Add(8 * 24 * time.Hour)
	late, err := privately(w, made, first, "Too late")
	require.NoError(t, err)
	require.Equal(t, outbound.Refused, w.Message(late).State)
	require.Equal(t, "reply.private_expired", w.Message(late).Decision.Reason)

	own := w.Answer(made, "An answer of ours")
	w.Deliver()
	_, err = privately(w, made, own, "To ourselves")
	require.Equal(t, errs.Invalid, errs.KindOf(err))
	_, err = w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, task.NewComment{
		Text: "To nobody", Visibility: task.Public, Mode: channel.PrivateReply,
	})
	require.Equal(t, errs.Invalid, errs.KindOf(err))

	w.Hear(w.Says("ben", "directly"))
	bens := w.AllTasks()[0]
	_, err = privately(w, bens, w.Comments(bens)[0], "To a message")
	require.Equal(t, errs.Invalid, errs.KindOf(err))

	gone := w.Remarks("anna", "page_1", "", "How much?")
	gone.Action, gone.ExternalID = channel.Unsend, *first.ExternalID
	w.Hear(gone)
	_, err = privately(w, made, first, "Gone")
	require.ErrorContains(t, err, "comment.gone")
}

func TestATextAndAPhotoGoAsOneComment(t *testing.T) {
	t.Parallel()
	w, made, _ := commented(t)
	upload := func(name, content string) task.NewComment {
		f, err := w.Attachments.Upload(w.Ctx(), w.Owner, name, strings.NewReader(content))
		require.NoError(t, err)
		return task.NewComment{Text: "Look", Visibility: task.Public, AttachmentIDs: []ids.ID{f.ID}}
	}
	n := upload("a.png", "\x89PNG\r\n\x1a\n")
	c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, n)
	require.NoError(t, err)
	require.Len(t, w.Messages(c), 1)
	w.Deliver()
	taken := w.Fake.Taken()
	require.Len(t, taken, 1)
	require.Equal(t, "Look", taken[0].Text)
	require.NotNil(t, taken[0].File)

	two := upload("b.png", "\x89PNG\r\n\x1a\n")
	two.AttachmentIDs = append(two.AttachmentIDs, upload("c.png", "\x89PNG\r\n\x1a\n").AttachmentIDs...)
	_, err = w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, two)
	require.ErrorContains(t, err, "input.too_many")
	_, err = w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, upload("d.pdf", "%PDF-1.7"))
	require.ErrorContains(t, err, "attachment.type_not_sendable")
}
