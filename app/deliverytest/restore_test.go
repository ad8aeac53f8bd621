package deliverytest

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/backup"
	"kontor/domain/audit"
	"kontor/domain/due"
	"kontor/domain/inbound"
	"kontor/domain/outbound"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
	"kontor/domain/task"
)

// save takes a backup.
func (w *world) save() (name string) {
	w.T.Helper()
	var out bytes.Buffer
	_, err := backup.Write(w.Ctx(), &out, backup.Source{DB: w.DB, Clock: w.Clock, Blobs: w.Blobs})
	require.NoError(w.T, err)
	name = filepath.Join(w.T.TempDir(), "kontor.tar.gz")
	require.NoError(w.T, os.WriteFile(name, out.Bytes(), 0o600))
	return name
}

// restore goes back to a backup: what the platform tells comes to the restored installation from now on.
func (w *world) restore(t *testing.T, name string) (held int) {
	t.Helper()
	c, err := backup.Check(name)
	require.NoError(t, err)
	db := storagetest.Traced(t, storagetest.Empty(t), w.Clock, nil)
	other := w.On(db)
	require.NoError(t, backup.Target{
		DB: db, Blobs: w.Blobs, Log: slog.New(slog.DiscardHandler),
		Finish: func(ctx context.Context) error { held, err = other.Restored(ctx, c.Head.TakenAt); return err },
	}.Restore(t.Context(), name, c.Head))
	w.World = other
	return held
}

// An installation that is restored does not know what it has sent since the backup: it asks the platform, and where that
// does not know a person. Nothing is sent twice, and nothing by itself.
func TestRestoredInstallationSendsNothingTwice(t *testing.T) {
	t.Parallel()
	w := play(t)
	_, anna := w.hears("Anna")
	_, bert := w.hears("Bert")
	carlas, carla := w.hears("Carla")
	_, dora := w.hears("Dora")
	before := w.Answer(anna, "sent before")
	w.Deliver()
	require.Equal(t, outbound.Sent, w.state(before))
	after, second, never, dying := w.Answer(bert, "sent after"), w.Answer(bert, "and this too"), w.Answer(carla, "never sent"), w.Answer(dora, "on its way")
	sending := w.Message(dying)
	_, err := w.DB.Exec(t.Context(), "UPDATE messages SET state = 'sending', attempts = 1, attempted_at = ? WHERE account_id = ? AND id = ?",
		w.Clock.Now(), sending.AccountID, sending.ID)
	require.NoError(t, err)
	name := w.save()

	// Life goes on, and what the database knew of it is lost then.
	w.Clock.Add(time.Minute)
	_, err = w.DB.Exec(t.Context(), "DELETE FROM due_work WHERE account_id = ? AND key IN (?, ?)", sending.AccountID, sending.Lane, w.Message(never).Lane)
	require.NoError(t, err)
	w.Deliver()
	require.Equal(t, outbound.Sent, w.state(after))
	require.Equal(t, outbound.Sent, w.state(second))
	w.hears("Emil")
	w.says(carlas, "are you there?")
	w.Clock.Add(time.Minute)

	require.Equal(t, 4, w.restore(t, name))
	for _, c := range []task.Comment{after, second, never, dying} {
		require.Equal(t, outbound.Unconfirmed, w.state(c))
	}
	require.Equal(t, "delivery.restored", w.Message(never).Failure.Reason)
	require.Equal(t, outbound.Sent, w.state(before))

	// The platform is asked.
	w.catchUp() // waits until it is known of answers what became of them
	w.Deliver()
	require.Equal(t, outbound.Sent, w.state(after))
	require.Equal(t, outbound.Sent, w.state(second))
	require.Equal(t, outbound.Unconfirmed, w.state(never))
	require.Equal(t, outbound.Unconfirmed, w.state(dying))
	w.Clock.Add(3 * time.Minute)
	w.catchUp()
	w.Deliver()
	require.Equal(t, "delivery.needs_person", w.Message(never).Failure.Reason)
	require.Len(t, w.AllTasks(), 5, "Emil's message came back by asking")
	require.Equal(t, []string{"hello from Bert", "sent after", "and this too"}, w.Texts(bert), "each answer is shown once")
	require.Equal(t, []string{"hello from Carla", "never sent", "are you there?"}, w.Texts(carla))

	// People say what the platform does not know.
	m := w.Message(never)
	_, err = w.Outbound.Settle(w.Ctx(), w.Owner, m.ID, false)
	require.NoError(t, err)
	_, err = w.Outbound.Retry(w.Ctx(), w.Owner, m.ID)
	require.NoError(t, err)
	_, err = w.Outbound.Settle(w.Ctx(), w.Owner, sending.ID, true)
	require.NoError(t, err)
	w.Deliver()
	require.Equal(t, outbound.Sent, w.state(never))
	require.Equal(t, outbound.Sent, w.state(dying))
	require.Equal(t, []string{"sent before"}, w.sent(anna))
	require.Equal(t, []string{"sent after", "and this too"}, w.sent(bert))
	require.Equal(t, []string{"never sent"}, w.sent(carla))
	require.Empty(t, w.sent(dora))

	entries, _, err := w.Audit.List(w.Ctx(), w.Account.ID, audit.Filter{Action: "installation.restored"}, storage.Page{})
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.EqualValues(t, 4, entries[0].Details["messages"])
}

// An echo that comes late settles what was held, too, and what the platform tells again has no second effect.
func TestRestoredInstallationHearsAgain(t *testing.T) {
	t.Parallel()
	w := play(t)
	_, bert := w.hears("Bert")
	answer := w.Answer(bert, "sent after")
	name := w.save()
	w.Deliver()
	token, external := w.Message(answer).Token, *w.Message(answer).ExternalID
	w.restore(t, name)
	require.Equal(t, outbound.Unconfirmed, w.state(answer))
	m := w.Message(answer)
	ours, err := w.Outbound.Echoed(w.Ctx(), []outbound.Echo{{
		AccountID: m.AccountID, ChannelID: m.ChannelID, Token: token, ExternalID: external, OccurredAt: w.Clock.Now(),
	}})
	require.NoError(t, err)
	require.Equal(t, []bool{true}, ours)
	require.Equal(t, outbound.Sent, w.state(answer))
	w.settle()
	w.catchUp()
	require.Equal(t, []string{"hello from Bert", "sent after"}, w.Texts(bert))
	require.Equal(t, []string{"sent after"}, w.sent(bert))
}

// catchUp compares with the platform, as far as that is due.
func (w *world) catchUp() {
	w.T.Helper()
	work, err := w.Due.Claim(w.Ctx(), inbound.CatchUpQueue, 100, due.Filter{})
	require.NoError(w.T, err)
	for _, x := range work {
		require.NoError(w.T, w.Inbound.CatchUp(w.Ctx(), x))
	}
	w.Process()
}
