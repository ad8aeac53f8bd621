package outbound_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
)

// document uploads a file that is no picture.
func document(w *domaintest.World) ids.ID {
	w.T.Helper()
	a, err := w.Attachments.Upload(w.Ctx(), w.Owner, "plan.pdf", strings.NewReader("%PDF-1.7 "+ids.New().String()))
	require.NoError(w.T, err)
	require.Equal(w.T, channel.Document, a.Type)
	return a.ID
}

func refusedIn(w *domaintest.World, t task.Task) []outbound.Refusal {
	w.T.Helper()
	list, err := w.Outbound.RefusedIn(w.Ctx(), t.AccountID, *t.ConversationID)
	require.NoError(w.T, err)
	return list
}

func TestRefusalsAreLearned(t *testing.T) {
	t.Parallel()
	w, _ := crowd(t, 5)
	w.Deliver()
	all := w.AllTasks()
	region := channel.Failure{Class: channel.Rejected, Reason: "delivery.region_restricted", Code: 10, Subcode: 2018336, Refuses: true}
	refuse := func(to task.Task) {
		w.Fake.Fail(1, region)
		w.Answer(to, "", document(w))
		w.Deliver()
	}
	w.Fake.Fail(1, region)
	w.Answer(all[0], "a text")
	w.Deliver()
	require.Empty(t, refusedIn(w, all[0]), "of a text nothing is learned")

	refuse(all[0])
	got := refusedIn(w, all[0])
	require.Len(t, got, 1)
	require.Equal(t, channel.Document, got[0].FileType)
	require.Equal(t, 2018336, got[0].Subcode)
	require.NotEmpty(t, got[0].Whose)
	require.Equal(t, []string{"image", "link"}, got[0].Alternatives())
	require.Empty(t, refusedIn(w, all[1]), "of others nothing is known")

	refuse(all[0])
	require.Equal(t, int64(2), refusedIn(w, all[0])[0].Times)
	refuse(all[1])
	require.Empty(t, refusedIn(w, all[4]))
	refuse(all[2])
	got = refusedIn(w, all[4])
	require.Len(t, got, 1, "three people are enough to expect it of all")
	require.Empty(t, got[0].Whose)
	require.NotEmpty(t, refusedIn(w, all[0])[0].Whose, "a person's own comes first")

	w.Answer(all[3], "", document(w)) // somebody insists, and it goes
	w.Deliver()
	require.Empty(t, refusedIn(w, all[4]), "so it is not everybody's")
	require.Len(t, refusedIn(w, all[0]), 1)
	w.Clock.Add(30 * 24 * time.Hour)
	require.Empty(t, refusedIn(w, all[0]), "and not for ever")
	require.NoError(t, w.Outbound.Prune(w.Ctx()))
	var left int64
	require.NoError(t, w.DB.Of(w.Ctx(), w.Account.ID).Model(&outbound.Refusal{}).Count(&left).Error)
	require.Zero(t, left)
}

func TestALinkGoesInsteadOfAFile(t *testing.T) {
	t.Parallel()
	w, anna := talk(t)
	file := document(w)
	linked := func(id ids.ID) task.Comment {
		c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{
			Text: "Here it is", Visibility: task.Public, AttachmentIDs: []ids.ID{id}, AsLinks: []ids.ID{id},
		})
		require.NoError(t, err)
		return c
	}
	linked(file)
	w.Clock.Add(3 * time.Hour)
	w.Deliver()
	sent := w.Fake.Taken()
	require.Len(t, sent, 2)
	require.Nil(t, sent[1].File)
	name, address, _ := strings.Cut(sent[1].Text, "\n")
	require.Equal(t, "plan.pdf", name)
	token, ok := strings.CutPrefix(address, "https://kontor.example/files/")
	require.True(t, ok)
	require.GreaterOrEqual(t, len(token), 26)

	shared, err := w.Attachments.Look(w.Ctx(), token)
	require.NoError(t, err)
	require.Equal(t, file, shared.File.ID)
	require.Empty(t, shared.Ended)
	require.NoError(t, w.Attachments.Fetched(w.Ctx(), shared))
	links, err := w.Attachments.Links(w.Ctx(), w.Account.ID, []ids.ID{file})
	require.NoError(t, err)
	require.Equal(t, int64(1), links[file].Opened)
	require.Equal(t, w.Clock.Now().Add(7*24*time.Hour), links[file].ExpiresAt.UTC(), "its time runs from when it was sent")
	require.NotContains(t, string(links[file].Sealed), token)

	_, err = w.Attachments.Look(w.Ctx(), token[:len(token)-1])
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	_, theirs := w.Found("Other GmbH", "other@muster.example")
	require.Equal(t, errs.NotFound, errs.KindOf(w.Attachments.Revoke(w.Ctx(), theirs, file)))
	w.Clock.Add(7*24*time.Hour - time.Second)
	shared, err = w.Attachments.Look(w.Ctx(), token)
	require.NoError(t, err)
	require.Empty(t, shared.Ended)
	w.Clock.Add(time.Second)
	shared, err = w.Attachments.Look(w.Ctx(), token)
	require.NoError(t, err)
	require.Equal(t, attachment.LinkExpired, shared.Ended)
	require.Equal(t, ids.Nil, shared.File.ID)

	w.Hear(w.Says("anna", "once more please"))
	second := document(w)
	c := linked(second)
	require.NoError(t, w.Attachments.Revoke(w.Ctx(), w.Owner, second))
	w.Deliver()
	require.Len(t, w.Fake.Taken(), 3, "only the text went")
	require.Equal(t, outbound.Refused, w.Messages(c)[1].State)
	require.Equal(t, "reply.link_revoked", w.Messages(c)[1].Decision.Reason)

	t.Run("a_lost_answer_is_found_by_the_same_text", func(t *testing.T) {
		w.Fake.Answer(func(m channel.Outgoing) (bool, error) {
			return true, &channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.answer_lost"}
		})
		third := document(w)
		c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{
			Visibility: task.Public, AttachmentIDs: []ids.ID{third}, AsLinks: []ids.ID{third},
		})
		require.NoError(t, err)
		w.Deliver()
		require.NoError(t, w.Attachments.Revoke(w.Ctx(), w.Owner, third))
		w.Clock.Add(21 * time.Second)
		w.Deliver()
		require.Equal(t, outbound.Sent, w.Message(c).State)
	})
}
