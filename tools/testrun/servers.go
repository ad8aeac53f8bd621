package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// servers are the PostgreSQL and the Redis of a run: those that the environment names, or private ones in a temporary
// folder. They are started when they are first needed, from the thread that lives as long as the program, so that they end
// with it whatever happens.
type servers struct {
	database, redis string
	started         bool
	err             error
	folder          string
	running         []*server // in the order in which they were started
}

// server is one that runs.
type server struct {
	cmd    *exec.Cmd
	exited chan struct{}
}

func newServers() *servers {
	return &servers{database: os.Getenv(databaseVariable), redis: os.Getenv(redisVariable)}
}

// The variables by which tests find servers.
const (
	databaseVariable = "KONTOR_TEST_DATABASE_URL"
	redisVariable    = "KONTOR_TEST_REDIS_URL"
)

func (s *servers) environ() []string {
	return []string{databaseVariable + "=" + s.database, redisVariable + "=" + s.redis}
}

// start starts what the environment does not name. It does so once, and keeps what went wrong.
func (s *servers) start() error {
	if s.started {
		return s.err
	}
	s.started = true
	if s.database != "" && s.redis != "" {
		return nil
	}
	postgres, redis := findPostgres(), find("redis-server")
	switch {
	case s.database == "" && postgres == "":
		s.err = errors.New("PostgreSQL is not installed, and " + databaseVariable + " names none")
	case s.redis == "" && redis == "":
		s.err = errors.New("redis-server is not installed, and " + redisVariable + " names none")
	default:
		s.err = s.startBoth(postgres, redis)
	}
	return s.err
}

func (s *servers) startBoth(postgres, redis string) (err error) {
	if s.folder, err = os.MkdirTemp("", "kontor-servers-*"); err != nil {
		return err
	}
	if err := os.Chmod(s.folder, 0o755); err != nil { // PostgreSQL may have to run as somebody else
		return err
	}
	if s.database == "" {
		if err := s.startPostgres(postgres); err != nil {
			return fmt.Errorf("PostgreSQL does not start: %w", err)
		}
	}
	if s.redis == "" {
		if err := s.startRedis(redis); err != nil {
			return fmt.Errorf("Redis does not start: %w", err)
		}
	}
	return nil
}

// stop ends the private servers and removes what they wrote.
func (s *servers) stop() {
	for _, one := range s.running {
		_ = one.cmd.Process.Signal(syscall.SIGINT) // PostgreSQL's quick way
		late := time.AfterFunc(grace, func() { _ = one.cmd.Process.Kill() })
		<-one.exited
		late.Stop()
	}
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}

func find(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

// findPostgres returns the folder of PostgreSQL's programs, the newest where Debian keeps several.
func findPostgres() string {
	if path, err := filepath.EvalSymlinks(find("initdb")); err == nil && path != "" {
		return filepath.Dir(path)
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

// startPostgres makes a cluster that may forget everything at a power cut.
func (s *servers) startPostgres(bin string) error {
	data := filepath.Join(s.folder, "postgres")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	who, err := unprivileged()
	if err != nil {
		return err
	}
	if who != nil {
		if err := os.Chown(data, int(who.Uid), int(who.Gid)); err != nil {
			return err
		}
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
		"--locale=C.UTF-8", "--no-sync")
	initdb.Dir = data
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=500",
		"-c", "shared_buffers=256MB", "-c", "max_wal_size=2GB")
	cmd.Dir = data
	s.database = "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable"
	// The protocol's first message: its length, version 3.0, who wants which database. R begins a welcome.
	hello := append([]byte{0, 0, 0, 41, 0, 3, 0, 0}, "user\x00postgres\x00database\x00postgres\x00\x00"...)
	return s.launch(cmd, who, func() bool { return answers(port, hello, "R") })
}

// unprivileged returns whom PostgreSQL runs as: it refuses root.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // ourselves
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

// startRedis starts one with many databases, so that each test that wants one has its own.
func (s *servers) startRedis(program string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	cmd := exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
		"--databases", "2000", "--dir", s.folder)
	s.redis = "redis://127.0.0.1:" + port
	return s.launch(cmd, nil, func() bool { return answers(port, []byte("PING\r\n"), "+PONG") })
}

// answers tells whether a server's answer to a message begins as expected.
func answers(port string, message []byte, want string) bool {
	conn, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	_, _ = conn.Write(message)
	answer := make([]byte, len(want))
	_, err = io.ReadFull(conn, answer)
	return err == nil && string(answer) == want
}

// patience is how long a server may take to start.
const patience = 30 * time.Second

// launch starts a server that ends with this program, in a group of its own so that Ctrl-C reaches only us, and waits until
// it answers.
func (s *servers) launch(cmd *exec.Cmd, who *syscall.Credential, ready func() bool) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setpgid: true, Pdeathsig: syscall.SIGQUIT}
	log, err := os.Create(filepath.Join(s.folder, filepath.Base(cmd.Path)+".log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	one := &server{cmd: cmd, exited: make(chan struct{})}
	s.running = append(s.running, one)
	go func() { _ = cmd.Wait(); close(one.exited) }()
	late, look := time.After(patience), time.NewTicker(50*time.Millisecond)
	defer look.Stop()
	for !ready() {
		select {
		case <-look.C:
			continue
		case <-one.exited:
			err = errors.New("it ended at once")
		case <-late:
			err = errors.New("it does not answer")
		}
		said, _ := os.ReadFile(log.Name()) //nolint:errcheck // what there is of it
		return fmt.Errorf("%w\n%s", err, said)
	}
	return nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
