package crashtest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/config"
	"kontor/app/servers"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/secret"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// faulty builds the program with its fault points, once; shipped builds it as it is shipped.
var (
	faulty  = sync.OnceValues(func() (string, error) { return build("kontor-faults", "-tags", "faults") })
	shipped = sync.OnceValues(func() (string, error) { return build("kontor") })
)

// folder holds what is built.
var folder = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "kontor-crash-*") })

func build(name string, flags ...string) (string, error) {
	dir, err := folder()
	if err != nil {
		return "", err
	}
	name = filepath.Join(dir, name)
	out, err := exec.Command("go", append(append([]string{"build"}, flags...), "-o", name, "kontor/app/cmd/kontor")...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("build: %w\n%s", err, out)
	}
	return name, err
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := folder(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// installation is Kontor as somebody runs it: on PostgreSQL and Redis a server and a worker, else one process.
type installation struct {
	t       testing.TB
	environ []string
	split   bool
	binary  func() (string, error)
	redis   *redis.Client // nil with the embedded queue
	queue   *servers.Redis
	sim     *metasim.Sim
	page    metasim.Page
	hands   *app.App // what staff and tests do; it runs no work
	owner   account.Actor
	server  *process
	address string   // where the server listens
	worker  *process // nil unless split
}

// install makes an installation, with settings beside its own.
func install(t testing.TB, environ ...string) *installation {
	t.Helper()
	i := prepare(t)
	i.environ = append(i.environ, environ...)
	if database := storagetest.URL(t); strings.HasPrefix(database, "postgres") {
		i.on(database, i.startRedis())
	}
	i.found()
	return i
}

// prepare makes an installation that is one process, and founds nothing in it yet.
func prepare(t testing.TB) *installation {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go to build the program with")
	}
	i := &installation{t: t, binary: faulty, sim: metasim.New(metasim.Options{App: metasim.App{ID: "900000000000001"}})}
	front := httptest.NewServer(i.sim.Handler())
	t.Cleanup(func() { i.sim.Close(); front.Close() })
	i.environ = []string{
		"KONTOR_LISTEN=127.0.0.1:0", "KONTOR_LOG_FORMAT=json", "KONTOR_DATA_DIR=" + filepath.Join(t.TempDir(), "data"),
		"KONTOR_META_APP_ID=900000000000001", "KONTOR_META_APP_SECRETS=crash-test-secret",
		"KONTOR_META_VERIFY_TOKEN=crash-test-verify", "KONTOR_META_GRAPH_URL=" + front.URL,
	}
	i.sim.ChangeApp(func(a *metasim.App) {
		a.PublicURL, a.Secrets, a.VerifyToken = front.URL, []string{"crash-test-secret"}, "crash-test-verify"
	})
	return i
}

// on has an installation stand on a PostgreSQL and a Redis.
func (i *installation) on(database, redis string) {
	i.split = true
	i.environ = append(i.environ, "KONTOR_DATABASE_URL="+database, "KONTOR_REDIS_URL="+redis)
}

// installApart is install for what only processes beside each other can show, with a database and a Redis that outlive them.
// With SQLite and the embedded queue everything is one process, and dies as one: the other tests are about that.
func installApart(t *testing.T) *installation {
	t.Helper()
	i := install(t)
	if !i.split {
		t.Skip(oneProcess)
	}
	return i
}

const oneProcess = "SQLite and the embedded queue are one process"

// startRedis runs a Redis that only this installation knows, so that it can be wiped.
func (i *installation) startRedis() string {
	i.t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		i.t.Skip("redis-server is not installed")
	}
	r, err := servers.NewRedis(i.t.Context(), i.t.TempDir())
	require.NoError(i.t, err)
	i.t.Cleanup(r.Close)
	i.queue, i.redis = r, r.Client
	return r.URL()
}

// found makes the account and connects the page.
func (i *installation) found() {
	i.t.Helper()
	ctx := i.t.Context()
	cfg, err := config.Load(i.environ)
	require.NoError(i.t, err)
	i.hands, err = app.New(ctx, cfg, app.Options{
		Parts: config.Tools, Hashing: staff.Hashing{Memory: 64, Iterations: 1, Parallelism: 1},
	})
	require.NoError(i.t, err)
	i.t.Cleanup(func() { require.NoError(i.t, i.hands.Close()) })
	made, err := i.hands.Found(ctx, account.New{Name: "Crash", Language: "en", TimeZone: "UTC"},
		staff.New{Email: "owner@example.com", Name: "Olga", Password: "a password of length"})
	require.NoError(i.t, err)
	olga, err := i.hands.Services.Staff.Find(ctx, "owner@example.com", made.ID)
	require.NoError(i.t, err)
	i.owner = account.Actor{AccountID: made.ID, Kind: account.Staff, StaffID: olga.ID, Role: account.Owner, Name: olga.Name}
	i.page, err = i.sim.AddPage(metasim.Page{ID: "104200000000001", Name: "Crash", HumanAgent: true, NoReads: true})
	require.NoError(i.t, err)
	_, err = i.hands.Services.Channels.Connect(ctx, i.owner, channel.NewChannel{
		Kind: "facebook", ExternalID: i.page.ID, Token: secret.New(i.page.Token), Settings: channel.DefaultSettings(),
	})
	require.NoError(i.t, err)
}

// process is one run of the program.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	mu     sync.Mutex
	log    strings.Builder
}

// start runs a command; fault names where it is to die, or is empty.
func (i *installation) start(fault string, ready string, args ...string) (p *process, line map[string]any) {
	i.t.Helper()
	name, err := i.binary()
	require.NoError(i.t, err)
	p = &process{cmd: exec.Command(name, args...), exited: make(chan struct{})}
	p.cmd.Env = append([]string{"KONTOR_FAULT=" + fault, "PATH=" + os.Getenv("PATH")}, i.environ...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := p.cmd.StderrPipe()
	require.NoError(i.t, err)
	require.NoError(i.t, p.cmd.Start())
	found := make(chan map[string]any, 1)
	go func() {
		defer close(p.exited)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			p.mu.Lock()
			p.log.WriteString(lines.Text() + "\n")
			p.mu.Unlock()
			var l map[string]any
			if json.Unmarshal(lines.Bytes(), &l) == nil && l["msg"] == ready {
				select {
				case found <- l:
				default:
				}
			}
		}
		_ = p.cmd.Wait()
	}()
	i.t.Cleanup(func() {
		p.kill()
		if i.t.Failed() {
			i.t.Logf("%s:\n%s", args, p.log.String())
		}
	})
	select {
	case line = <-found:
	case <-p.exited:
		i.t.Fatalf("%s ended before it was ready:\n%s", args, p.log.String())
	case <-time.After(30 * time.Second):
		i.t.Fatalf("%s is not ready", args)
	}
	return p, line
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

func (p *process) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(s))
}

// ends asks a process to end, and waits until everything that it has begun is done.
func (p *process) ends(t testing.TB) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	<-p.exited
	require.True(t, p.cmd.ProcessState.Success(), "it ended with %s", p.cmd.ProcessState)
}

// stopped tells whether a process stands still.
func (p *process) stopped() bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	_, after, _ := strings.Cut(string(stat), ") ")
	return err == nil && strings.HasPrefix(after, "T")
}

// serve starts what is not running: the server, and the worker where that is another process. One of them dies at the fault
// point, which is empty or as KONTOR_FAULT has it.
func (i *installation) serve(fault string) {
	i.t.Helper()
	if i.server.dead() {
		args := []string{"serve"}
		if i.split {
			args = append(args, "--http-only")
		}
		p, line := i.start(fault, "listening", args...)
		i.server, i.address = p, fmt.Sprint(line["address"])
		i.sim.ChangeApp(func(a *metasim.App) { a.CallbackURL = "http://" + i.address + "/webhooks/meta" })
	}
	if i.split && i.worker.dead() {
		i.worker, _ = i.start(fault, "working", "worker")
	}
	i.sim.RetryNow()
}

func (p *process) dead() bool {
	if p == nil {
		return true
	}
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// dies waits until a process has killed itself.
func (i *installation) dies() {
	i.t.Helper()
	i.soon(30*time.Second, "a process comes by its fault point", func() bool {
		return i.server.dead() || i.split && i.worker.dead()
	})
	for _, p := range []*process{i.server, i.worker} {
		if p != nil && p.dead() {
			status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
			require.True(i.t, ok && status.Signaled() && status.Signal() == syscall.SIGKILL, "it ended by itself")
		}
	}
}

// soon waits until something holds.
func (i *installation) soon(patience time.Duration, what string, holds func() bool) {
	i.t.Helper()
	require.Eventually(i.t, holds, patience, 20*time.Millisecond, what)
}

func (i *installation) person(name string) metasim.Person {
	i.t.Helper()
	p, err := i.sim.AddPerson(metasim.Person{FirstName: name, LastName: "Crash"})
	require.NoError(i.t, err)
	return p
}

func (i *installation) write(p metasim.Person, text string) {
	i.t.Helper()
	_, err := i.sim.Write(metasim.Write{Page: i.page.ID, Person: p.ID, Text: text})
	require.NoError(i.t, err)
}

// accepted is what the platform has taken, in its order.
func (i *installation) accepted() []metasim.Accepted { return i.sim.Ledger(metasim.LedgerQuery{}) }

func (i *installation) tasks() (all []task.Task) {
	i.t.Helper()
	page := storage.Page{Limit: 200}
	for {
		list, next, err := i.hands.Services.Tasks.List(i.t.Context(), i.owner.AccountID, task.Filter{}, page)
		require.NoError(i.t, err)
		if all = append(all, list...); next == "" {
			return all
		}
		page.Cursor = next
	}
}

func (i *installation) comments(t task.Task) (all []task.Comment) {
	i.t.Helper()
	page := storage.Page{Limit: 200}
	for {
		list, next, err := i.hands.Services.Tasks.Comments(i.t.Context(), t.AccountID, t.ID, false, page)
		require.NoError(i.t, err)
		if all = append(all, list...); next == "" {
			return all
		}
		page.Cursor = next
	}
}

func (i *installation) answer(t task.Task, text string) task.Comment {
	i.t.Helper()
	c, err := i.hands.Services.Tasks.AddComment(context.WithoutCancel(i.t.Context()), i.owner, t.ID,
		task.NewComment{Text: text, Visibility: task.Public})
	require.NoError(i.t, err)
	return c
}

func (i *installation) message(c task.Comment) outbound.Message {
	i.t.Helper()
	found, err := i.hands.Services.Outbound.Of(i.t.Context(), c.AccountID, []ids.ID{c.ID})
	require.NoError(i.t, err)
	require.Len(i.t, found[c.ID], 1)
	return found[c.ID][0]
}
