package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"kontor/app/servers"
)

// process is a program that is measured: a process of its own.
type process struct {
	addr   string // of a server
	cmd    *exec.Cmd
	exited chan struct{}
	log    string
	ready  time.Duration // from its start until it was ready

	profiles *profiles // nil when none are taken
}

// What the measured program and the tools that prepare its data agree on.
const (
	appID       = "900000000000001"
	appSecret   = "the secret of an app that is only measured" //nolint:gosec // of nobody's app
	verifyToken = "bench"
	secretKeys  = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" //nolint:gosec // of databases that are only measured
)

// settings are a program's environment on a database, empty for SQLite in the data folder.
func (b *bench) settings(database, folder string) []string {
	out := []string{
		"KONTOR_LOG_FORMAT=json", "KONTOR_LOG_LEVEL=" + b.LogLevel, "KONTOR_DATA_DIR=" + filepath.Join(b.folder, folder),
		"KONTOR_SECRET_KEYS=" + secretKeys, "KONTOR_META_APP_ID=" + appID, "KONTOR_META_APP_SECRETS=" + appSecret,
		"KONTOR_META_VERIFY_TOKEN=" + verifyToken, "KONTOR_META_GRAPH_URL=" + b.sink.url(),
	}
	if database != "" {
		out = append(out, "KONTOR_DATABASE_URL="+b.url(database), "KONTOR_REDIS_URL="+b.redisURL)
	}
	return out
}

// serve starts a server and waits until it is ready.
func (b *bench) serve(ctx context.Context, settings []string, args ...string) (*process, error) {
	port, err := servers.FreePort()
	if err != nil {
		return nil, err
	}
	addr := "127.0.0.1:" + port
	p, err := b.launch(append([]string{"serve"}, args...), append(settings, "KONTOR_LISTEN="+addr))
	if err != nil {
		return nil, err
	}
	return p, p.await(ctx, addr, "/readyz")
}

// await waits until a server that was just started says that it is ready, and ends it when it does not.
func (p *process) await(ctx context.Context, addr, path string) error {
	p.addr = addr
	began := time.Now()
	for {
		if answer, err := get(ctx, "http://"+addr+path); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				p.ready = time.Since(began)
				return nil
			}
		}
		select {
		case <-p.exited:
			return fmt.Errorf("the server ended:\n%s", p.said())
		case <-ctx.Done():
			p.kill()
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
		if time.Since(began) > patience {
			p.kill()
			return fmt.Errorf("the server does not become ready:\n%s", p.said())
		}
	}
}

func get(ctx context.Context, url string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(r)
}

// work starts a worker.
func (b *bench) work(settings []string) (*process, error) {
	return b.launch([]string{"worker"}, settings)
}

func (b *bench) launch(args, environ []string) (p *process, err error) {
	var taken *profiles
	if b.Profile != "" {
		if taken, err = b.newProfiles(args[0]); err != nil {
			return nil, err
		}
		environ = append(environ, "KONTOR_PROFILE_LISTEN="+taken.addr)
	}
	cmd := exec.Command(b.Binary, args...)
	cmd.Env = environ
	if p, err = b.start(cmd); err != nil {
		return nil, err
	}
	p.profiles = taken
	p.profiles.begin()
	return p, nil
}

// start starts a program that does not outlive this one.
func (b *bench) start(cmd *exec.Cmd) (*process, error) {
	log, err := os.CreateTemp(b.folder, "*.log")
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	p := &process{cmd: cmd, exited: make(chan struct{}), log: log.Name()}
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, cmd.Env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = servers.Bound(nil, syscall.SIGKILL)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = cmd.Wait(); close(p.exited) }()
	return p, nil
}

// said is the end of what the process wrote.
func (p *process) said() string {
	const most = 2000
	text, _ := os.ReadFile(p.log) //nolint:errcheck // what there is of it
	return string(text[max(0, len(text)-most):])
}

// kill ends it without letting it finish anything.
func (p *process) kill() {
	p.profiles.end()
	_ = p.cmd.Process.Kill()
	<-p.exited
	_ = os.Remove(p.log)
}

// stop lets it finish what it has begun.
func (p *process) stop(ctx context.Context) error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.exited:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(patience):
		return errors.New("a worker does not stop")
	}
}

// memory is how much of it is the process's own at the moment, in megabytes.
func (p *process) memory() (float64, error) {
	now, _, err := servers.Memory(p.cmd.Process.Pid)
	return now, err
}
