package task_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/storage"
	"kontor/domain/task"
)

func commented(t *testing.T) (*domaintest.World, task.Comment) {
	t.Helper()
	w := domaintest.New(t)
	w.TakeComments(channel.PerPost)
	w.Hear(w.Remarks("anna", "page_1", "", "How much?"))
	return w, w.Comments(w.OneTask())[0]
}

func moderations(t *testing.T, w *domaintest.World, c task.Comment) (done []string) {
	t.Helper()
	rows, _, err := w.Audit.List(w.Ctx(), w.Account.ID, audit.Filter{ObjectType: "comment", ObjectID: c.ID.String()}, storage.Page{})
	require.NoError(t, err)
	for _, r := range rows {
		require.Equal(t, "comment.moderated", r.Action)
		done = append(done, r.Details["moderation"].(string))
	}
	return done
}

func TestModerationIsDoneAndUndoneAndWrittenDown(t *testing.T) {
	t.Parallel()
	w, c := commented(t)
	do := func(m channel.Moderation) task.Comment {
		got, err := w.Tasks.Moderate(w.Ctx(), w.Owner, c.ID, m)
		require.NoError(t, err, m)
		return got
	}
	require.NotNil(t, do(channel.Like).LikedAt)
	liked := do(channel.Hide)
	require.NotNil(t, liked.HiddenAt)
	require.NotNil(t, liked.LikedAt)
	w.Clock.Add(time.Minute)
	require.Equal(t, liked.HiddenAt, do(channel.Hide).HiddenAt, "done twice is done once")
	require.Nil(t, do(channel.Unhide).HiddenAt)
	require.Nil(t, do(channel.Unlike).LikedAt)
	gone := do(channel.Delete)
	require.NotNil(t, gone.UnsentAt)
	require.Empty(t, gone.Text)
	require.ElementsMatch(t, []string{"like", "hide", "hide", "unhide", "unlike", "delete"}, moderations(t, w, c))
	_, err := w.Tasks.Moderate(w.Ctx(), w.Owner, c.ID, channel.Like)
	require.ErrorContains(t, err, "comment.gone")
}

func TestModerationAsksFirstAndTriesAgain(t *testing.T) {
	t.Parallel()
	w, c := commented(t)
	w.Fake.Stand(*c.ExternalID, channel.Standing{CanLike: true, URL: "https://x/1"})
	_, err := w.Tasks.Moderate(w.Ctx(), w.Owner, c.ID, channel.Hide)
	require.Equal(t, errs.Conflict, errs.KindOf(err))
	require.ErrorContains(t, err, "moderation.not_allowed")
	require.Empty(t, moderations(t, w, c))
	got, err := w.Tasks.Comment(w.Ctx(), w.Account.ID, c.ID)
	require.NoError(t, err)
	require.False(t, got.Standing.CanHide, "what the platform said is kept")

	w.Fake.Trouble(2)
	_, err = w.Tasks.Moderate(w.Ctx(), w.Owner, c.ID, channel.Like)
	require.NoError(t, err, "what does no harm is tried again")
	w.Fake.Trouble(100)
	_, err = w.Tasks.Moderate(w.Ctx(), w.Owner, c.ID, channel.Unlike)
	require.Equal(t, errs.Unavailable, errs.KindOf(err))
	got, err = w.Tasks.Comment(w.Ctx(), w.Account.ID, c.ID)
	require.NoError(t, err)
	require.NotNil(t, got.LikedAt, "and nothing is said that is not so")
}

func TestOnlyCommentsUnderPostsAreModerated(t *testing.T) {
	t.Parallel()
	w, c := commented(t)
	w.Hear(w.Says("ben", "directly"))
	_, err := w.Tasks.Moderate(w.Ctx(), w.Owner, w.Comments(w.AllTasks()[0])[0].ID, channel.Hide)
	require.ErrorContains(t, err, "moderation.no_comment")
	other, by := w.Found("Other GmbH", "other@muster.example")
	require.NotEqual(t, w.Account.ID, other.ID)
	_, err = w.Tasks.Moderate(w.Ctx(), by, c.ID, channel.Hide)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	_, err = w.Tasks.Window(w.Ctx(), by, c.ID, true)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	w.Switch(false)
	_, err = w.Tasks.Moderate(w.Ctx(), w.Owner, c.ID, channel.Hide)
	require.ErrorContains(t, err, "channel.off")
}

func TestTheWindowOfAComment(t *testing.T) {
	t.Parallel()
	w, c := commented(t)
	look := func(fresh bool) task.CommentWindow {
		got, err := w.Tasks.Window(w.Ctx(), w.Owner, c.ID, fresh)
		require.NoError(t, err)
		return got
	}
	got := look(false)
	require.True(t, got.Answer.MayWrite)
	require.Nil(t, got.Answer.Until)
	require.Equal(t, task.PrivateAvailable, got.Reply.State)
	require.Equal(t, c.OccurredAt.Add(7*24*time.Hour), *got.Reply.Until)
	require.Nil(t, got.Standing, "nobody has asked the platform")

	w.Fake.Stand(*c.ExternalID, channel.Standing{CanReply: true})
	got = look(true)
	require.Equal(t, task.PrivateImpossible, got.Reply.State)
	require.False(t, got.Private.MayWrite)
	require.True(t, got.Answer.MayWrite)
	w.Fake.Stand(*c.ExternalID, channel.Standing{CanReplyPrivate: true})
	got = look(true)
	require.Equal(t, "reply.answer_impossible", got.Answer.Reason)
	require.Equal(t, task.PrivateAvailable, got.Reply.State)

	w.Clock.Add(7 * 24 * time.Hour)
	require.Equal(t, task.PrivateExpired, look(false).Reply.State)
	states, err := w.Tasks.PrivateReplies(w.Ctx(), w.Owner, w.Comments(w.OneTask()))
	require.NoError(t, err)
	require.Equal(t, task.PrivateExpired, states[c.ID].State)
	bot := w.Owner
	bot.Kind = account.Bot
	states, err = w.Tasks.PrivateReplies(w.Ctx(), bot, nil)
	require.NoError(t, err)
	require.Empty(t, states)
}
