// Package servers starts PostgreSQL and Redis for programs that need some of their own: what measures, what tortures and what
// tests the real program. They listen on free ports of this machine, are started, stopped and restarted at will, and end with
// the program that started them, whatever happens to it.
//
// It is not for what serves people: nothing here has a password. Start at NewPostgres and NewRedis.
package servers

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Server is one that we have started.
type Server struct {
	Port string

	program string
	args    []string
	folder  string
	who     *syscall.Credential
	up      func() error // nil when it answers
	cmd     *exec.Cmd
}

// How long one may take to start, and to end when it is told to.
const (
	patience = 60 * time.Second
	grace    = 10 * time.Second
)

// Addr is where it listens.
func (s *Server) Addr() string { return "127.0.0.1:" + s.Port }

// Log is the file with what it says.
func (s *Server) Log() string { return filepath.Join(s.folder, "server.log") }

// Start starts it and waits until it answers.
func (s *Server) Start() error {
	s.cmd = exec.Command(s.program, s.args...)
	s.cmd.Dir = s.folder
	s.cmd.SysProcAttr = Bound(s.who, syscall.SIGQUIT)
	log, err := os.OpenFile(s.Log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if err = s.up(); err == nil {
			return nil
		}
		if time.Now().After(end) {
			said, _ := os.ReadFile(s.Log()) //nolint:errcheck // what there is of it
			return fmt.Errorf("%s does not answer: %w\n%s", filepath.Base(s.program), err, said)
		}
	}
}

// Stop ends it by a signal and waits until it is gone: SIGINT lets PostgreSQL write down what it has, SIGQUIT and SIGKILL
// let nobody finish anything.
func (s *Server) Stop(how syscall.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(how)
	late := time.AfterFunc(grace, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait()
	late.Stop()
	s.cmd = nil
}

// Restart stops it and starts it again, on the same port.
func (s *Server) Restart(how syscall.Signal) error {
	s.Stop(how)
	return s.Start()
}

// PID is its process, 0 while it does not run.
func (s *Server) PID() int {
	if s.cmd == nil {
		return 0
	}
	return s.cmd.Process.Pid
}

// FreePort finds a port that nobody listens on.
func FreePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// PostgresPrograms is the folder of PostgreSQL's programs, the newest where a distribution keeps several; empty where there
// are none.
func PostgresPrograms() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path)
		}
	}
	newest, version := "", 0
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") //nolint:errcheck // the pattern is right
	for _, path := range found {
		folder := filepath.Dir(path)
		if v, err := strconv.Atoi(filepath.Base(filepath.Dir(folder))); err == nil && v > version {
			newest, version = folder, v
		}
	}
	return newest
}

// unprivileged is whom PostgreSQL runs as, which refuses to be root; nil when we are not root either.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // nobody else is needed
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}
