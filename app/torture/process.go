package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"kontor/app/servers"
)

// child is one process of Kontor, started again whenever it has died.
type child struct {
	name    string
	args    []string
	environ []string
	binary  string
	folder  string

	proc     *exec.Cmd
	exited   chan struct{}
	addr     atomic.Value // string, where it listens; empty while it does not
	ready    atomic.Bool  // it has begun to work
	stopped  bool
	leaving  bool // it was asked to end
	began    time.Time
	profiles string // where it shows what it is at; empty when it does not
	fault    string // where this run of it is to kill itself
}

// start runs it; fault names where it is to kill itself, or is empty.
func (c *child) start(fault string) error {
	c.proc = exec.Command(c.binary, c.args...) //nolint:gosec // the program we built
	c.proc.Env = append([]string{"KONTOR_FAULT=" + fault, "PATH=" + os.Getenv("PATH")}, c.environ...)
	c.proc.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := c.proc.StderrPipe()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(c.folder, c.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := c.proc.Start(); err != nil {
		return err
	}
	c.ready.Store(false)
	c.began = time.Now()
	proc, exited := c.proc, make(chan struct{})
	c.exited, c.stopped, c.leaving, c.fault = exited, false, false, fault
	go func() {
		defer close(exited)
		defer func() { _ = log.Close() }()
		lines := bufio.NewScanner(stderr)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			_, _ = log.Write(append(lines.Bytes(), '\n'))
			var line struct{ Msg, Address string }
			if json.Unmarshal(lines.Bytes(), &line) != nil {
				continue
			}
			switch line.Msg {
			case "listening":
				c.addr.Store(line.Address)
				c.ready.Store(true)
			case "working":
				c.ready.Store(true)
			}
		}
		_ = proc.Wait()
		c.addr.Store("")
	}()
	return nil
}

// showsProfiles has it show from its next start on what it is at.
func (c *child) showsProfiles() error {
	port, err := servers.FreePort()
	c.profiles = "127.0.0.1:" + port
	c.environ = append(slices.Clone(c.environ), "KONTOR_PROFILE_LISTEN="+c.profiles)
	return err
}

// points are those that the process may pass: what a server does that answers requests alone is little of all.
func (c *child) points(all []string) []string {
	either := []string{"tx."}
	answering := []string{
		"accept.", "answer.", "idempotency.", "contact.", "sync.", "replay.", "settle.asked",
		"task.before_change", "task.before_merge", "task.before_split", "task.between_bulk",
	}
	begins := func(point string, with []string) bool {
		return slices.ContainsFunc(with, func(p string) bool { return strings.HasPrefix(point, p) })
	}
	return slices.DeleteFunc(slices.Clone(all), func(p string) bool {
		switch {
		case begins(p, either) || slices.Equal(c.args, []string{"serve"}):
			return false
		default:
			return begins(p, answering) != slices.Contains(c.args, "serve")
		}
	})
}

func (c *child) dead() bool {
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// killed tells whether it died by SIGKILL, as all deaths here do; anything else is a fault of the program.
func (c *child) killed() bool {
	status, ok := c.proc.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

func (c *child) listens() string {
	addr, _ := c.addr.Load().(string) //nolint:errcheck // empty before the first line
	return addr
}

func (c *child) kill() {
	_ = c.proc.Process.Kill()
	<-c.exited
}

func (c *child) signal(s syscall.Signal) {
	_ = c.proc.Process.Signal(s)
	c.stopped = s == syscall.SIGSTOP
}
