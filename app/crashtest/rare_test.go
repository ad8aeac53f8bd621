package crashtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/config"
	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/mail"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
	"kontor/templates"
)

// The platform had stopped telling, which the program notices as it starts, and it dies while it compares: the next one goes
// on, every message is there once, and the ledger has each once.
func TestKilledWhileItCatchesUp(t *testing.T) {
	t.Parallel()
	for _, point := range []string{
		"catchup.after_read", "catchup.before_commit", "catchup.after_read:2", "catchup.before_commit:2",
	} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			const people, each = 13, 2 // on two pages of the platform's list
			i := install(t)
			_, err := i.sim.ChangePage(i.page.ID, func(p *metasim.Page) { p.SubscribedFields = nil })
			require.NoError(t, err)
			for p := range people {
				who := i.person(fmt.Sprint("Person ", p))
				for n := range each {
					i.write(who, fmt.Sprint("message ", n))
				}
			}
			i.serve(point)
			i.dies()
			_, until, err := i.hands.Services.Inbound.Reconciliations(t.Context(), i.owner.AccountID, i.channel())
			require.NoError(t, err)
			require.Equal(t, strings.HasSuffix(point, ":2"), until != nil, "what was read and not committed is to be read again")
			i.serve("")
			i.soon(60*time.Second, "everything is fetched", func() bool {
				return len(i.written()) == people*each && i.compared()
			})
			for _, made := range i.tasks() {
				list := i.comments(made)
				require.Len(t, list, each)
				for n, c := range list {
					require.Equal(t, fmt.Sprint("message ", n), c.Text, "in the order in which it was written")
				}
			}
			require.Len(t, i.tasks(), people)
			days, _, err := i.hands.Services.Inbound.Reconciliations(t.Context(), i.owner.AccountID, i.channel())
			require.NoError(t, err)
			var received, recovered int64
			for _, d := range days {
				received, recovered = received+d.Received, recovered+d.Recovered
			}
			require.Equal(t, []int64{0, people * each}, []int64{received, recovered})
		})
	}
}

// compared tells whether no comparison is due or under way any more.
func (i *installation) compared() bool {
	i.t.Helper()
	oldest, err := i.hands.Services.Due.Oldest(i.t.Context(), inbound.CatchUpQueue)
	require.NoError(i.t, err)
	return oldest.IsZero()
}

// The server dies before it has erased somebody for good: everything is there, with every byte of every file. Asked again it
// erases everything, and leaves one receipt.
func TestKilledWhileItErases(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("")
	anna := i.person("Anna")
	_, err := i.sim.Write(metasim.Write{
		Page: i.page.ID, Person: anna.ID, Text: "my secret", Attachments: []metasim.Attachment{{Type: "image"}},
	})
	require.NoError(t, err)
	i.write(i.person("Ben"), "my own affair")
	stored := func() (all []attachment.Attachment) {
		for _, made := range i.tasks() {
			for _, c := range i.comments(made) {
				found, err := i.hands.Services.Attachments.Of(t.Context(), c.AccountID, []ids.ID{c.ID})
				require.NoError(t, err)
				for _, f := range found[c.ID] {
					if f.State == attachment.Stored {
						all = append(all, f)
					}
				}
			}
		}
		return all
	}
	i.soon(30*time.Second, "both have written, and the file is here", func() bool {
		return len(i.written()) == 2 && len(stored()) == 1 && i.named("Anna Crash") != nil && i.named("Ben Crash") != nil
	})
	who, file := i.named("Anna Crash"), stored()[0]
	i.kill()

	i.serve("contact.before_erase_commit")
	c := i.client()
	path, body := "/contacts/"+who.ID.String()+"/erase", `{"name":"Anna Crash"}`
	_, _, err = c.post(path, "first", body)
	require.Error(t, err, "no answer comes")
	i.dies()
	require.NotNil(t, i.named("Anna Crash"))
	require.ElementsMatch(t, []string{"my secret", "my own affair"}, i.texts())
	require.Empty(t, i.audited("contact.erased"))
	require.Len(t, stored(), 1)
	bytes, err := i.hands.Services.Attachments.Open(t.Context(), file)
	require.NoError(t, err)
	read, err := io.Copy(io.Discard, bytes)
	require.NoError(t, err)
	require.NoError(t, bytes.Close())
	require.Equal(t, file.Size, read)

	i.serve("")
	c.url = i.api()
	status, answer, err := c.post(path, "first", body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, answer)
	var receipt struct {
		ID                               ids.ID
		Contacts, Tasks, Comments, Files int64
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &receipt))
	require.Equal(t, []int64{1, 1, 1, 1}, []int64{receipt.Contacts, receipt.Tasks, receipt.Comments, receipt.Files})
	require.Nil(t, i.named("Anna Crash"))
	require.NotNil(t, i.named("Ben Crash"))
	require.ElementsMatch(t, []string{"", "my own affair"}, i.texts())
	require.Empty(t, stored())
	i.soon(30*time.Second, "its bytes are gone", func() bool {
		r, err := i.hands.Services.Attachments.Open(t.Context(), file)
		if err == nil {
			_ = r.Close()
		}
		return err != nil
	})
	_, again, err := c.post(path, "first", body)
	require.NoError(t, err)
	require.JSONEq(t, answer, again)
	status, answer, err = c.post(path, "another", body)
	require.NoError(t, err)
	require.Equal(t, http.StatusConflict, status, answer)
	list := i.audited("contact.erased")
	require.Len(t, list, 1)
	require.Equal(t, receipt.ID.String(), list[0].Details["receipt_id"])
}

// named is the contact with a name; nil when there is none.
func (i *installation) named(name string) *contact.Contact {
	i.t.Helper()
	list, _, err := i.hands.Services.Contacts.List(i.t.Context(), i.owner.AccountID, contact.Filter{}, storage.Page{Limit: 200})
	require.NoError(i.t, err)
	for _, c := range list {
		if c.Name == name {
			return &c
		}
	}
	return nil
}

// texts are what is written on all tasks.
func (i *installation) texts() (all []string) {
	i.t.Helper()
	for _, made := range i.tasks() {
		for _, c := range i.comments(made) {
			all = append(all, c.Text)
		}
	}
	return all
}

func (i *installation) audited(action string) []audit.Entry {
	i.t.Helper()
	list, _, err := i.hands.Services.Audit.List(i.t.Context(), i.owner.AccountID, audit.Filter{Action: action},
		storage.Page{Limit: 200})
	require.NoError(i.t, err)
	return list
}

// The program dies while it resolves what has waited for too long: the job's next turn does it, and explains it once.
func TestKilledWhileItResolvesWhatIsStale(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("")
	i.write(i.person("Anna"), "hello?")
	i.write(i.person("Ben"), "is anybody there?")
	i.soon(30*time.Second, "tasks, and nothing that would still change them", func() bool {
		return len(i.written()) == 2 && i.idle()
	})
	i.kill()
	_, err := i.hands.Services.Channels.Update(t.Context(), i.owner, i.channel(), channel.Change{
		Settings: func(s *channel.Settings) { s.ResolveNewAfterDays = 10 },
	})
	require.NoError(t, err)
	past := time.Now().UTC().AddDate(0, 0, -11)
	n, err := i.hands.DB.Exec(t.Context(), `UPDATE tasks SET created_at = ?, updated_at = ?, last_comment_at = ?
		WHERE account_id = ?`, past, past, past, i.owner.AccountID)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	stale := func(made task.Task) (whys int) {
		list, err := i.hands.Services.Tasks.Whys(t.Context(), made.AccountID, made.ID)
		require.NoError(t, err)
		for _, w := range list {
			for _, s := range w.Steps {
				if s.Rule+"."+s.Outcome == "task.stale.new" {
					whys++
				}
			}
		}
		return whys
	}
	before := map[ids.ID]task.Task{}
	i.nextTurn("resolve_stale")
	i.serve("task.before_stale:2")
	i.dies()
	resolved := 0
	for _, made := range i.tasks() {
		before[made.ID] = made
		if made.Category == templates.CategoryResolved {
			resolved++
			require.Equal(t, 1, stale(made))
		} else {
			require.Equal(t, templates.CategoryNew, made.Category)
			require.Zero(t, stale(made))
		}
	}
	require.Equal(t, 1, resolved, "the first, and not the one it died at")

	i.nextTurn("resolve_stale")
	i.serve("")
	i.soon(30*time.Second, "both are resolved", func() bool {
		for _, made := range i.tasks() {
			if made.Category != templates.CategoryResolved {
				return false
			}
		}
		return true
	})
	for _, made := range i.tasks() {
		require.Equal(t, 1, stale(made))
		require.False(t, made.Active)
		require.Len(t, i.comments(made), 1)
		if was := before[made.ID]; was.Category == templates.CategoryResolved {
			require.Equal(t, was.ResolvedAt, made.ResolvedAt, "what was done is not done again")
		}
	}
}

// idle tells whether nothing of the account is due or under way.
func (i *installation) idle() bool {
	i.t.Helper()
	var due []struct{ Queue string }
	err := i.hands.DB.Select(i.t.Context(), &due, `SELECT queue FROM due_work WHERE account_id = ? AND due_at <= ?`,
		i.owner.AccountID, time.Now().UTC())
	require.NoError(i.t, err)
	return len(due) == 0
}

// nextTurn has a periodic job be due at once, as when its time has come again.
func (i *installation) nextTurn(job string) {
	i.t.Helper()
	_, err := storage.NewEverywhere(i.hands.DB).Exec(i.t.Context(), `DELETE FROM job_ticks WHERE job = ?`, job)
	require.NoError(i.t, err)
}

// The program dies after the mail server took a mail and before that is written down: a mail is sent at least once, so that
// it goes out again as soon as its lease ends, with a link that makes the first one void.
func TestKilledAfterAMail(t *testing.T) {
	t.Parallel()
	box, address := apptest.NewMailbox(t)
	var c config.Config
	address(&c, nil)
	i := install(t, "KONTOR_SMTP_URL="+c.SMTPURL.Reveal())
	people := i.hands.Services.Staff
	invited, _, err := people.Invite(t.Context(), i.owner, staff.NewInvitation{
		Email: "mia@example.com", Role: account.Member, Language: "en",
	})
	require.NoError(t, err)
	state := func() mail.Mail {
		found, err := i.hands.Services.Mail.States(t.Context(), []ids.ID{*invited.MailID})
		require.NoError(t, err)
		require.Len(t, found, 1)
		return found[*invited.MailID]
	}
	i.serve("mail.after_send")
	i.dies()
	require.Len(t, box.Letters(), 1, "the server has it")
	require.Equal(t, mail.Queued, state().State)
	i.serve("")
	i.soon(30*time.Second, "it is known to be sent", func() bool { return state().State == mail.Sent })
	letters := box.Letters()
	require.Len(t, letters, 2)
	require.NotNil(t, state().SentAt)
	require.Empty(t, state().Problem)
	require.EqualValues(t, 1, state().Attempts)
	for n, l := range letters {
		require.Equal(t, "mia@example.com", l.To)
		link := l.Link(t)
		_, err := people.Welcome(t.Context(), link[strings.LastIndexAny(link, "#/")+1:])
		if n == 0 {
			require.Error(t, err, "the first link is void")
		} else {
			require.NoError(t, err, "the second is good")
		}
	}
	list, _, err := people.Invitations(t.Context(), i.owner, storage.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, list, 1)
}

// An event cannot be processed, because what is stored of its person was spoilt behind the program's back, and the program
// dies before it has set the event aside: the next one does, once. Nobody else waits for it, and when what was spoilt is
// mended, it is processed again.
func TestKilledBeforeItSetsAnEventAside(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("")
	anna, ben := i.person("Anna"), i.person("Ben")
	i.write(anna, "anna 0")
	i.write(ben, "ben 0")
	i.soon(30*time.Second, "both are known", func() bool {
		return len(i.written()) == 2 && i.named("Anna Crash") != nil && i.named("Ben Crash") != nil
	})
	who := i.named("Anna Crash")
	i.kill()
	spoil := func(fields string) {
		n, err := i.hands.DB.Exec(t.Context(), `UPDATE contacts SET fields = ? WHERE account_id = ? AND id = ?`,
			fields, i.owner.AccountID, who.ID)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	}
	spoil(`"no object"`)
	i.serve("process.before_quarantine")
	i.write(anna, "anna 1")
	i.dies()
	failed := func() []inbound.Event {
		list, _, err := i.hands.Services.Inbound.Events(t.Context(), i.owner.AccountID, inbound.Filter{State: inbound.Failed},
			storage.Page{Limit: 200})
		require.NoError(t, err)
		return list
	}
	require.Empty(t, failed())
	i.serve("")
	i.write(ben, "ben 1")
	i.soon(30*time.Second, "Anna's event is set aside, and Ben's has had its effect", func() bool {
		return len(failed()) == 1 && len(i.written()) == 3
	})
	require.NotEmpty(t, failed()[0].Reason)
	require.ElementsMatch(t, []string{"anna 0", "ben 0", "ben 1"}, i.texts())

	spoil(`{}`)
	_, err := i.hands.Services.Inbound.Replay(t.Context(), i.owner, inbound.Filter{State: inbound.Failed})
	require.NoError(t, err)
	i.soon(30*time.Second, "it is processed again", func() bool { return len(i.written()) == 4 })
	require.ElementsMatch(t, []string{"anna 0", "anna 1", "ben 0", "ben 1"}, i.texts())
	require.Empty(t, failed())
	require.Len(t, i.tasks(), 2)
}
