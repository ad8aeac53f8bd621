package servers

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Postgres is a cluster of our own.
type Postgres struct {
	Server
	// DB is a connection past whatever stands before it.
	DB *sql.DB
}

// NewPostgres starts a cluster in a folder, with settings as "fsync=off" beyond those it has by itself. A cluster that the
// folder has already is used again. The folder must be one that others can enter: as root, PostgreSQL runs as somebody else.
func NewPostgres(folder string, settings ...string) (*Postgres, error) {
	programs := PostgresPrograms()
	if programs == "" {
		return nil, errors.New("there is no initdb: install the package postgresql")
	}
	p := &Postgres{}
	var err error
	if p.who, err = unprivileged(); err != nil {
		return nil, err
	}
	p.program, p.folder = filepath.Join(programs, "postgres"), filepath.Join(folder, "postgres")
	if err := p.make(programs); err != nil {
		return nil, err
	}
	if p.Port, err = FreePort(); err != nil {
		return nil, err
	}
	p.args = []string{"-D", p.data(), "-p", p.Port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="}
	for _, s := range settings {
		p.args = append(p.args, "-c", s)
	}
	if p.DB, err = sql.Open("pgx", p.URL(p.Addr(), "postgres")); err != nil {
		return nil, err
	}
	p.up = p.DB.Ping
	return p, p.Start()
}

func (p *Postgres) data() string { return filepath.Join(p.folder, "data") }

// make makes the cluster, unless it is there.
func (p *Postgres) make(programs string) error {
	if _, err := os.Stat(filepath.Join(p.data(), "PG_VERSION")); err == nil {
		return nil
	}
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		return err
	}
	if p.who != nil {
		if err := os.Chown(p.folder, int(p.who.Uid), int(p.who.Gid)); err != nil {
			return err
		}
	}
	initdb := exec.Command(filepath.Join(programs, "initdb"), "-D", p.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = p.folder, &syscall.SysProcAttr{Credential: p.who}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// URL is the address of one of its databases, at the server's own address or at that of something before it.
func (p *Postgres) URL(addr, database string) string {
	return "postgres://postgres@" + addr + "/" + database + "?sslmode=disable"
}

// Close ends it in good order.
func (p *Postgres) Close() {
	_ = p.DB.Close()
	p.Stop(syscall.SIGINT)
}
