package crashtest

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/outbound"
	"kontor/domain/session"
)

// A client sends a comment under a key, and the server dies before it answers, at each step. However often the client sends the
// same again, there is one comment, one message, and one answer.
func TestPeerBug_MattermostRetryOfALostAnswer(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"answer.before_commit", "idempotency.before_answer", "idempotency.after_commit"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			i := install(t)
			i.serve("")
			i.write(i.person("Ben"), "hello")
			i.soon(20*time.Second, "a task", func() bool { return len(i.tasks()) == 1 })
			made := i.tasks()[0]
			i.server.ends(t)
			i.serve(point)
			c := i.client()
			path := "/tasks/" + made.ID.String() + "/comments"
			_, _, err := c.post(path, "the same", `{"text":"once","visibility":"public"}`)
			require.Error(t, err, "no answer comes")
			i.dies()
			i.serve("")
			c.url = i.api()
			var wg sync.WaitGroup
			answers := make([]string, 5)
			for n := range answers {
				wg.Go(func() {
					for range 100 {
						status, body, err := c.post(path, "the same", `{"text":"once","visibility":"public"}`)
						if answers[n] = body; err == nil && status == http.StatusCreated {
							return
						}
						time.Sleep(20 * time.Millisecond) // it says that the first is still under way
					}
				})
			}
			wg.Wait()
			for _, a := range answers {
				require.Equal(t, answers[0], a)
			}
			require.Len(t, i.comments(made), 2)
			i.soon(30*time.Second, "it is sent", func() bool { return len(i.accepted()) == 1 })
			i.settled()
			i.checkAnswers()
			require.Len(t, i.answers(), 1)
		})
	}
}

// client calls the API of the server that runs, for the owner.
type client struct{ url, token string }

func (i *installation) client() client {
	i.t.Helper()
	token, _, err := i.hands.Services.Sessions.IssueToken(i.t.Context(), account.SystemActor(i.owner.AccountID), i.owner.StaffID,
		session.NewToken{Name: "crash", ActsAs: account.Staff})
	require.NoError(i.t, err)
	return client{i.api(), token.Reveal()}
}

func (i *installation) api() string { return "http://" + i.address + "/api/v1" }

func (c client) post(path, key, body string) (status int, answer string, err error) {
	req, err := http.NewRequest(http.MethodPost, c.url+path, strings.NewReader(body)) //nolint:noctx // it ends with its server
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// The database ends every session between the platform's word and ours: the word is written down all the same.
func TestPeerBug_AgentsSameReplyTwice(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.serve("deliver.after_send:1:stop")
	_, answer := i.first()
	p := i.server
	if i.split {
		p = i.worker
	}
	i.soon(30*time.Second, "the platform has it", p.stopped)
	if i.split {
		i.hands.DB.SQL().SetMaxIdleConns(0) // ours end by themselves
		_, err := i.hands.DB.SQL().ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		require.NoError(t, err)
	}
	p.signal(t, syscall.SIGCONT)
	i.soon(30*time.Second, "it is known to be sent", func() bool {
		i.sim.RetryNow()
		return i.message(answer).State == outbound.Sent
	})
	require.Len(t, i.accepted(), 1)
	require.Equal(t, 1, i.message(answer).Attempts)
}
