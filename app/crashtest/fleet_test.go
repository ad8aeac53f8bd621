package crashtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/servers"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/storage/storagetest"
	"kontor/integrations/metasim"
)

// fleet is an installation of several servers, before which something shares out the requests, and several workers.
type fleet struct {
	*installation
	servers []*front
	workers []*process
	turn    atomic.Int64
}

// front is a server of a fleet.
type front struct {
	*process
	address string
	taken   atomic.Int64 // webhooks that it has accepted
}

// sail starts so many servers and workers.
func (i *installation) sail(serve, work int) *fleet {
	i.t.Helper()
	f := &fleet{installation: i}
	for range serve {
		p, line := i.start("", "listening", "serve", "--http-only")
		f.servers = append(f.servers, &front{process: p, address: fmt.Sprint(line["address"])})
	}
	for range work {
		p, _ := i.start("", "working", "worker")
		f.workers = append(f.workers, p)
	}
	balancer := httptest.NewServer(f)
	i.t.Cleanup(balancer.Close)
	i.sim.ChangeApp(func(a *metasim.App) { a.CallbackURL = balancer.URL + "/webhooks/meta" })
	return f
}

// ServeHTTP passes each webhook on to the next server that runs.
func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	to := f.next()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: to.address})
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	proxy.ModifyResponse = func(res *http.Response) error {
		if res.StatusCode == http.StatusOK {
			to.taken.Add(1)
		}
		return nil
	}
	proxy.ServeHTTP(w, r)
}

// next is a server that runs, another one each time.
func (f *fleet) next() *front {
	for {
		if s := f.servers[int(f.turn.Add(1))%len(f.servers)]; !s.dead() {
			return s
		}
	}
}

// comment has staff write on a task by the API, and by the next server again under the same key while no answer comes.
func (f *fleet) comment(c client, taskID ids.ID, visibility, text string) (made string) {
	f.t.Helper()
	path := "/tasks/" + taskID.String() + "/comments"
	body := fmt.Sprintf(`{"text":%q,"visibility":%q}`, text, visibility)
	f.soon(patience, "the comment is written", func() bool {
		c.url = "http://" + f.next().address + "/api/v1"
		status, answer, err := c.post(path, taskID.String()+text, body)
		if err != nil || status != http.StatusCreated {
			return false
		}
		var got struct{ ID string }
		require.NoError(f.t, json.Unmarshal([]byte(answer), &got))
		made = got.ID
		return true
	})
	return made
}

// delivered waits until every answer is with the platform. About those whose fate nobody can find out, a person looks there.
func (f *fleet) delivered(want int) {
	f.t.Helper()
	f.soon(patience, "every answer is delivered", func() bool {
		there := map[string]bool{}
		for _, sent := range f.accepted() {
			there[sent.Metadata] = true
		}
		known := 0
		for token, m := range f.answers() {
			switch {
			case m.State == outbound.Unconfirmed && m.CheckedAt != nil:
				_, err := f.hands.Services.Outbound.Settle(f.t.Context(), f.owner, m.ID, there[token])
				if err == nil && !there[token] {
					_, err = f.hands.Services.Outbound.Retry(f.t.Context(), f.owner, m.ID)
				}
				require.NoError(f.t, err)
			case m.State == outbound.Sent, m.State == outbound.Delivered:
				known++
			}
		}
		return known == want && len(there) == want
	})
}

// browser is a screen that listens to what changes.
type browser struct {
	mu    sync.Mutex
	heard map[string]bool // ids of comments
	ended bool
}

// browse connects a screen to a server.
func (f *fleet) browse(s *front, token string) *browser {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, "http://"+s.address+"/api/v1/stream", nil)
	require.NoError(f.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req) //nolint:bodyclose // whoever reads it does
	require.NoError(f.t, err)
	require.Equal(f.t, http.StatusOK, res.StatusCode)
	b := &browser{heard: map[string]bool{}}
	ready := make(chan struct{})
	go func() {
		defer func() { _ = res.Body.Close() }()
		lines := bufio.NewScanner(res.Body)
		for first := true; lines.Scan(); {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			if first {
				close(ready)
				first = false
			}
			b.hear(data)
		}
		b.mu.Lock()
		b.ended = true
		b.mu.Unlock()
	}()
	<-ready
	return b
}

func (b *browser) hear(data string) {
	var e struct {
		Refs struct {
			CommentID string `json:"comment_id"`
		} `json:"refs"`
	}
	if json.Unmarshal([]byte(data), &e) == nil && e.Refs.CommentID != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.heard[e.Refs.CommentID] = true
	}
}

// knows tells whether a screen has heard of a comment.
func (b *browser) knows(comment string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.heard[comment]
}

// cut tells whether a screen's connection has ended.
func (b *browser) cut() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

// installOwn is install with a PostgreSQL that nobody else uses, settings beyond its own, and a Redis.
func installOwn(t testing.TB, settings ...string) (*installation, *servers.Postgres) {
	t.Helper()
	if !strings.HasPrefix(storagetest.URL(t), "postgres") {
		t.Skip(oneProcess)
	}
	if servers.PostgresPrograms() == "" {
		t.Skip("PostgreSQL is not installed here")
	}
	folder, err := os.MkdirTemp("", "kontor-fleet-*")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	require.NoError(t, os.Chmod(folder, 0o755)) //nolint:gosec // PostgreSQL may have to run as somebody else
	p, err := servers.NewPostgres(folder, append([]string{"max_connections=300"}, settings...)...)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	i := prepare(t)
	i.on(p.URL(p.Addr(), "postgres"), i.startRedis())
	i.found()
	return i, p
}
