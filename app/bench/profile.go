package bench

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"kontor/app/servers"
)

// profiles are what the Go tools read about one process: of its first seconds what it computes, and of its end what it holds,
// and what it has waited for.
type profiles struct {
	addr, name string // of the files, without their ends
	last       time.Duration
	computed   chan struct{}
	once       sync.Once
}

func (b *bench) newProfiles(command string) (*profiles, error) {
	if err := os.MkdirAll(b.Profile, 0o755); err != nil {
		return nil, err
	}
	port, err := servers.FreePort()
	if err != nil {
		return nil, err
	}
	p := &profiles{addr: "127.0.0.1:" + port, last: b.Last, computed: make(chan struct{})}
	for n := 1; ; n++ {
		p.name = filepath.Join(b.Profile, fmt.Sprintf("%s-%s-%d", b.doing, command, n))
		f, err := os.OpenFile(p.name+".cpu", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // figures of ours
		if err == nil {
			return p, f.Close()
		}
		if !errors.Is(err, os.ErrExist) {
			return nil, err
		}
	}
}

// begin reads what the process computes for as long as a load goes on.
func (p *profiles) begin() {
	if p == nil {
		return
	}
	go func() {
		defer close(p.computed)
		for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if p.read(fmt.Sprintf("profile?seconds=%d", max(int(p.last.Seconds()), 1)), "cpu") == nil {
				return
			}
		}
	}()
}

// end waits for that and reads the rest.
func (p *profiles) end() {
	if p == nil {
		return
	}
	p.once.Do(func() {
		<-p.computed
		for _, what := range []string{"heap", "allocs", "mutex", "block"} {
			_ = p.read(what, what) // what there is of it
		}
	})
}

func (p *profiles) read(what, end string) error {
	answer, err := http.Get("http://" + p.addr + "/debug/pprof/" + what) //nolint:noctx // of the process that is measured
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	f, err := os.Create(p.name + "." + end)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, answer.Body)
	return errors.Join(err, f.Close())
}
