package deliverytest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// upload puts a file here that is to be sent.
func (w *world) upload(name, content string) ids.ID {
	w.T.Helper()
	a, err := w.Attachments.Upload(w.Ctx(), w.Owner, name, strings.NewReader(content))
	require.NoError(w.T, err)
	return a.ID
}

// sendFile answers with a file and nothing else.
func (w *world) sendFile(to task.Task, file ids.ID) task.Comment {
	w.T.Helper()
	c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, to.ID, task.NewComment{
		Visibility: task.Public, AttachmentIDs: []ids.ID{file},
	})
	require.NoError(w.T, err)
	w.Deliver()
	return c
}

// The same file is uploaded to a page once, as long as the platform keeps it, and again when it does not.
func TestAFileIsUploadedOnce(t *testing.T) {
	t.Parallel()
	w := play(t)
	_, anna := w.hears("anna")
	const plan = "%PDF-1.7 the plan"
	for range 3 {
		require.Equal(t, outbound.Sent, w.state(w.sendFile(anna, w.upload("plan.pdf", plan))))
	}
	w.sendFile(anna, w.upload("other.pdf", "%PDF-1.7 another"))
	sent := w.sim.Ledger(metasim.LedgerQuery{Page: w.page.ID})
	require.Len(t, sent, 4)
	require.Equal(t, sent[0].Attachments, sent[2].Attachments)
	require.NotEqual(t, sent[0].Attachments, sent[3].Attachments)
	require.Equal(t, 2, w.uploads())

	w.fault(metasim.Fault{Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 100, Subcode: 2018074}})
	c := w.sendFile(anna, w.upload("plan.pdf", plan))
	require.Equal(t, outbound.Queued, w.state(c), "the platform has it no more")
	w.Clock.Add(2 * time.Second)
	w.Deliver()
	require.Equal(t, outbound.Sent, w.state(c))
	require.Equal(t, 3, w.uploads())

	w.Clock.Add(90 * 24 * time.Hour)
	anna = w.again("anna")
	require.Equal(t, outbound.Sent, w.state(w.sendFile(anna, w.upload("plan.pdf", plan))))
	require.Equal(t, 4, w.uploads(), "after 90 days nobody even asks")
	require.Empty(t, w.sim.Doubles())
}

// again has somebody of a new name write.
func (w *world) again(name string) task.Task {
	_, t := w.hears(name + " again")
	return t
}

// uploads counts the sends that brought their file along.
func (w *world) uploads() (n int) {
	for _, c := range w.sim.Calls(0) {
		if c.Name == "send" && c.Uploaded {
			n++
		}
	}
	return n
}

// What the platform can never take is refused before anything is sent.
func TestFilesThatCannotGo(t *testing.T) {
	t.Parallel()
	w := play(t)
	_, anna := w.hears("anna")
	limits := map[channel.FileType]int64{}
	for _, d := range w.Channels.Registry.Describe() {
		if d.Kind == metasim.PageKind {
			limits = d.Capabilities.FileLimits
		}
	}
	big := w.upload("big.png", "\x89PNG\r\n\x1a\n"+strings.Repeat("x", int(limits[channel.Image])))
	_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{
		Visibility: task.Public, AttachmentIDs: []ids.ID{big},
	})
	require.ErrorContains(t, err, "attachment.too_large")
	c, err := w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{
		Visibility: task.Public, AttachmentIDs: []ids.ID{big}, AsLinks: []ids.ID{big},
	})
	require.NoError(t, err, "a link to it goes")
	w.Deliver()
	require.Equal(t, outbound.Sent, w.state(c))
}
