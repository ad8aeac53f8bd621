package task_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock/clocktest"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/task"
)

// Whoever learns a profile holds the contact and then wants its tasks; an answer holds the task. Should it wait for the
// contact, the two would wait for each other.
func TestAnAnswerWaitsForNobodyWhoHasTheContact(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(w.Says("anna", "hello"))
	x := w.OneTask()
	if w.DB.Engine() == storage.SQLite {
		return // one writer: nobody holds anything meanwhile
	}
	w.Clock.Add(time.Minute)
	err := w.DB.Tx(w.Ctx(), func(ctx context.Context) error {
		if _, err := w.Contacts.Lock(ctx, w.Account.ID, ids.Of(x.ContactID)); err != nil {
			return err
		}
		done := make(chan error, 1)
		go func() {
			_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, x.ID, task.NewComment{Text: "Good day", Visibility: task.Public})
			done <- err
		}()
		select {
		case err := <-done:
			return err
		case <-time.After(clocktest.Patience):
			return errors.New("it waits for the contact")
		}
	})
	require.NoError(t, err)
}
