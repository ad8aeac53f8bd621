package retention_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/outbound"
	"kontor/domain/retention"
	"kontor/domain/task"
)

const day = 24 * time.Hour

type world struct{ *domaintest.World }

// keep says for how many days the account keeps bytes, files and attempts.
func (w world) keep(bodies, files, attempts int) {
	w.T.Helper()
	_, err := w.Accounts.Update(w.Ctx(), w.Owner, account.Change{KeepBodies: &bodies, KeepFiles: &files, KeepAttempts: &attempts})
	require.NoError(w.T, err)
}

// keepEvents says for how many days the account keeps events.
func (w world) keepEvents(days int) {
	w.T.Helper()
	_, err := w.Accounts.Update(w.Ctx(), w.Owner, account.Change{KeepEvents: &days})
	require.NoError(w.T, err)
}

// tidy is one hour's work, to its end.
func (w world) tidy() {
	w.T.Helper()
	require.NoError(w.T, w.Retention.Schedule(w.Ctx()))
	for i := 0; i < 5; i++ {
		w.Fetch(retention.Queue)
	}
}

func (w world) event(i int) inbound.Event {
	w.T.Helper()
	e, err := w.Inbound.Event(w.Ctx(), w.Account.ID, w.Events()[i].ID)
	require.NoError(w.T, err)
	return e
}

func TestBytesOfFinishedEventsGo(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	said := w.Says("anna", "hello")
	w.Hear(said)
	w.Switch(false)
	w.Hear(w.Says("ben", "held"))
	require.Equal(t, inbound.Held, w.event(1).State)
	w.Clock.Add(5 * day)
	w.Switch(true)
	w.Hear(w.Says("carl", "later"))
	w.Clock.Add(3 * day)

	w.tidy()
	require.NotEmpty(t, w.event(0).Raw, "for ever is the rule")
	w.keep(7, 0, 0)
	w.tidy()
	gone := w.event(0)
	require.Empty(t, gone.Raw)
	require.Equal(t, w.Clock.Now(), gone.RawExpiredAt.UTC())
	require.Equal(t, inbound.Processed, gone.State, "what became of it stays")
	require.NotNil(t, gone.TaskID)
	require.NotEmpty(t, w.event(1).Raw, "what is held loses nothing, whatever its age")
	require.NotEmpty(t, w.event(2).Raw, "what is younger stays")
	require.Nil(t, w.event(2).RawExpiredAt)

	before := len(w.AllTasks())
	w.Hear(said)
	require.Len(t, w.Events(), 3, "it cannot come in twice")
	require.Len(t, w.AllTasks(), before)
	again, err := w.Inbound.Replay(w.Ctx(), w.Owner, inbound.Filter{State: inbound.Processed})
	require.NoError(t, err)
	require.Equal(t, int64(1), again.Total, "only what has bytes is processed again")
	w.Process()
	require.NoError(t, err)
	_, err = w.Inbound.Import(w.Ctx(), w.Owner, w.Channel.ID)
	require.NoError(t, err)
	w.Process()
	require.Len(t, w.AllTasks(), before+1)
	w.tidy()
	require.Empty(t, w.event(1).Raw, "now it is finished")
}

func TestFinishedEventsGo(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	said := w.Says("anna", "hello")
	w.Hear(said)
	w.Switch(false)
	w.Hear(w.Says("ben", "held"))
	w.Switch(true)
	w.Clock.Add(85 * day)
	w.Hear(w.Says("carl", "later"))
	events, tasks := w.Events(), w.AllTasks()
	w.Clock.Add(6 * day)

	w.keep(7, 0, 0)
	w.tidy()
	require.Empty(t, w.event(0).Raw)
	require.Len(t, w.Events(), 3, "events are kept for ever, unless the account says otherwise")
	w.keep(0, 0, 0)
	w.keepEvents(90)
	w.tidy()
	require.Equal(t, []ids.ID{events[1].ID, events[2].ID}, []ids.ID{w.Events()[0].ID, w.Events()[1].ID}, "what is held stays, and what is younger")
	_, err := w.Inbound.Event(w.Ctx(), w.Account.ID, events[0].ID)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	require.Equal(t, tasks, w.AllTasks())

	w.Hear(said)
	require.Len(t, w.Events(), 2, "it cannot come in twice")
	require.Equal(t, tasks, w.AllTasks())
	for _, made := range tasks {
		require.Len(t, w.Comments(made), 1)
	}
	_, err = w.Inbound.Import(w.Ctx(), w.Owner, w.Channel.ID)
	require.NoError(t, err)
	w.Process()
	require.Len(t, w.AllTasks(), len(tasks)+1)
	w.tidy()
	require.Len(t, w.Events(), 1, "now it is finished")
	w.Clock.Add(80 * day)
	w.keepEvents(0)
	w.tidy()
	require.Len(t, w.Events(), 1)
	require.NotEmpty(t, w.event(0).Raw, "bytes are kept for as long as their event")
}

func TestAnotherAccountKeepsItsOwn(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	w.Hear(w.Says("anna", "hello"))
	other, _ := w.Found("Other GmbH", "other@muster.example")
	w.Clock.Add(40 * day)
	w.keep(7, 30, 30)
	n, err := w.Inbound.ExpireBodies(w.Ctx(), other.ID, w.Clock.Now(), 10)
	require.NoError(t, err)
	require.Zero(t, n)
	require.NotEmpty(t, w.event(0).Raw)
}

// sent has a file sent to somebody, and returns its row.
func (w world) sent(to task.Task, asLink bool) attachment.Attachment {
	w.T.Helper()
	f, err := w.Attachments.Upload(w.Ctx(), w.Owner, "plan.pdf", bytes.NewReader([]byte("%PDF-1.7 the plan")))
	require.NoError(w.T, err)
	n := task.NewComment{Text: "Here", Visibility: task.Public, AttachmentIDs: []ids.ID{f.ID}}
	if asLink {
		n.AsLinks = n.AttachmentIDs
	}
	_, err = w.Tasks.AddComment(w.Ctx(), w.Owner, to.ID, n)
	require.NoError(w.T, err)
	return f
}

func (w world) state(f attachment.Attachment) attachment.State {
	w.T.Helper()
	row, err := w.Attachments.Get(w.Ctx(), w.Account.ID, f.ID)
	require.NoError(w.T, err)
	return row.State
}

func TestFilesOfMessagesGo(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	w.Hear(w.Says("anna", "hello"))
	first := w.sent(w.OneTask(), false)
	w.Clock.Add(time.Minute)
	w.Deliver()
	loose, err := w.Attachments.Upload(w.Ctx(), w.Owner, "draft.pdf", bytes.NewReader([]byte("%PDF-1.7 a draft")))
	require.NoError(t, err)
	w.Clock.Add(25 * day)
	w.Hear(w.Says("anna", "and again"))
	linked := w.sent(w.OneTask(), true)
	waiting := w.sent(w.OneTask(), false)
	w.Clock.Add(6 * day)

	w.keep(0, 30, 0)
	w.tidy()
	row, err := w.Attachments.Get(w.Ctx(), w.Account.ID, first.ID)
	require.NoError(t, err)
	require.Equal(t, attachment.Expired, row.State)
	require.Equal(t, "plan.pdf", row.Name, "what it was is still said")
	require.Equal(t, first.Size, row.Size)
	_, err = w.Attachments.Open(w.Ctx(), row)
	require.Equal(t, errs.NotFound, errs.KindOf(err))
	_, err = w.Blobs.Open(w.Ctx(), first.Blob)
	require.Error(t, err, "the bytes are gone")
	require.Equal(t, attachment.Stored, w.state(loose), "what was not sent yet is no message's")
	require.Equal(t, attachment.Stored, w.state(linked), "younger")

	w.Clock.Add(40 * day)
	w.tidy()
	require.Equal(t, attachment.Stored, w.state(waiting), "its message is still to go")
	require.Equal(t, attachment.Stored, w.state(linked), "its message too")
}

func TestFilesBehindALinkStayUntilItEnds(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	w.Hear(w.Says("anna", "hello"))
	linked := w.sent(w.OneTask(), true)
	w.Clock.Add(time.Minute)
	w.Deliver()
	w.keep(0, 30, 0)
	require.NoError(t, w.DB.Unscoped(w.Ctx()).Model(&attachment.Link{}).Where("account_id = ?", w.Account.ID).
		Update("expires_at", w.Clock.Now().Add(35*day)).Error)
	w.Clock.Add(31 * day)
	w.tidy()
	require.Equal(t, attachment.Stored, w.state(linked))
	w.Clock.Add(5 * day)
	w.tidy()
	require.Equal(t, attachment.Expired, w.state(linked))
}

func TestAttemptsOfFinishedMessagesGo(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	w.Hear(w.Says("anna", "hello"))
	c := w.Answer(w.OneTask(), "good day")
	w.Clock.Add(time.Minute)
	w.Deliver()
	m := w.Message(c)
	attempts := func() []outbound.Attempt {
		list, err := w.Outbound.Attempts(w.Ctx(), w.Account.ID, m.ID)
		require.NoError(t, err)
		return list
	}
	require.Len(t, attempts(), 1)
	w.keep(0, 0, 30)
	w.Clock.Add(29 * day)
	w.tidy()
	require.Len(t, attempts(), 1)
	w.Clock.Add(2 * day)
	w.tidy()
	require.Empty(t, attempts())
	require.Equal(t, m.State, w.Message(c).State)
}

// A large account is gone through in batches: each is due again at once until nothing is left.
func TestItIsDoneInBatches(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	var all []channel.Inbound
	for range retention.Batch + 1 {
		all = append(all, w.Says("anna", "hello"))
	}
	w.Hear(all...)
	w.Clock.Add(8 * day)
	w.keep(7, 0, 0)
	require.NoError(t, w.Retention.Schedule(w.Ctx()))
	left := func() (n int64) {
		require.NoError(t, w.DB.Of(w.Ctx(), w.Account.ID).Model(&inbound.Event{}).Where("raw IS NOT NULL").Count(&n).Error)
		return n
	}
	w.Fetch(retention.Queue)
	require.Equal(t, int64(1), left())
	w.Fetch(retention.Queue)
	require.Zero(t, left())
	oldest, err := w.Due.Oldest(w.Ctx(), retention.Queue)
	require.NoError(t, err)
	require.Zero(t, oldest, "nothing is left to be done")
}

func TestWhatIsOldIsFoundByIndexes(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	w.Hear(w.Says("anna", "hello"))
	w.Clock.Add(100 * day)
	w.keep(7, 30, 30)
	w.keepEvents(90)
	require.NoError(t, w.Retention.Schedule(w.Ctx()))
	found := map[string]int{}
	for _, text := range w.Statements(func() { w.Fetch(retention.Queue) }) {
		for table, index := range map[string]string{ // of tables in parts, indexes have names of their own: what counts is their order
			"FROM inbound_events WHERE": "inbound_events_bodies|Merge Append", "FROM inbound_events AS e": "inbound_events_by_time|Merge Append",
			"month BETWEEN": "autoindex_inbound_events|Subplans Removed", "FROM attachments AS t": "attachments_stored", "FROM attempts AS t": "attempts_by_start|Merge Append",
		} {
			if bytes.Contains([]byte(text), []byte(table)) {
				plan := w.Plan(text)
				require.Regexp(t, index, plan, text)
				require.NotContains(t, plan, "SCAN inbound_events", text)
				require.NotContains(t, plan, "TEMP B-TREE", text)
				require.NotRegexp(t, `USING (COVERING )?INDEX \w+ \(account_id=\?\)`, plan, text)
				require.NotContains(t, plan, "Seq Scan", text)
				found[index]++
			}
		}
	}
	require.Len(t, found, 5)
}

func TestSensibleTimes(t *testing.T) {
	t.Parallel()
	w := world{domaintest.New(t)}
	for _, bad := range []int{-1, 6, account.MaxKeepDays + 1} {
		_, err := w.Accounts.Update(w.Ctx(), w.Owner, account.Change{KeepBodies: &bad})
		require.Equal(t, errs.Invalid, errs.KindOf(err), bad)
	}
	for _, bad := range []int{-1, account.MinEventsDays - 1, account.MaxKeepDays + 1} {
		_, err := w.Accounts.Update(w.Ctx(), w.Owner, account.Change{KeepEvents: &bad})
		require.ErrorContains(t, err, "account.keep_days", bad)
	}
	for _, good := range []int{0, account.MinEventsDays, account.MaxKeepDays} {
		_, err := w.Accounts.Update(w.Ctx(), w.Owner, account.Change{KeepEvents: &good})
		require.NoError(t, err, good)
	}
	short := 29
	for _, c := range []account.Change{{KeepFiles: &short}, {KeepAttempts: &short}} {
		_, err := w.Accounts.Update(w.Ctx(), w.Owner, c)
		require.Equal(t, errs.Invalid, errs.KindOf(err))
	}
}
