package bench

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kontor/app/servers"
)

//go:embed reference/*.sql
var references embed.FS

// referenceName is the database that PostgreSQL alone is measured on.
const referenceName = "kontor_bench_reference"

// pgbench is PostgreSQL's own load generator.
type pgbench struct {
	program string
	folder  string // with the scripts
	url     string
}

var errNoPgbench = errors.New("pgbench is not installed, so what needs it for comparison is left out")

// newPgbench makes the reference's database and writes its scripts down.
func (b *bench) newPgbench(ctx context.Context) (*pgbench, error) {
	program, err := exec.LookPath("pgbench")
	if err != nil {
		program = filepath.Join(servers.PostgresPrograms(), "pgbench")
		if _, err := os.Stat(program); err != nil {
			return nil, errNoPgbench
		}
	}
	p := &pgbench{program: program, folder: filepath.Join(b.folder, "reference"), url: b.url(referenceName)}
	if err := os.CopyFS(p.folder, references); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	if err := b.makeDatabase(ctx, referenceName, ""); err != nil {
		return nil, err
	}
	return p, b.exec(ctx, referenceName, statements("schema")...)
}

// statements are those of a file of ours.
func statements(name string) (all []string) {
	text, _ := references.ReadFile("reference/" + name + ".sql") //nolint:errcheck // it is in the program
	for s := range strings.SplitSeq(string(text), ";\n") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// run has a script run by some clients for a time.
func (p *pgbench) run(ctx context.Context, script string, clients int, last time.Duration) (driven, error) {
	logs, err := os.MkdirTemp(p.folder, "log-*")
	if err != nil {
		return driven{}, err
	}
	defer func() { _ = os.RemoveAll(logs) }()
	seconds := strconv.Itoa(max(int(last.Seconds()), 1))
	cmd := exec.CommandContext(ctx, p.program, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)),
		"-T", seconds, "-f", filepath.Join(p.folder, "reference", script+".sql"), "-l", "--log-prefix="+filepath.Join(logs, "t"), p.url)
	cmd.Env = append(os.Environ(), "PGSSLMODE=disable")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return driven{}, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	d := driven{}
	if d.times, err = readLogs(logs); err != nil {
		return d, err
	}
	d.good = len(d.times)
	_, rest, ok := strings.Cut(string(out), "tps = ")
	if !ok {
		return d, fmt.Errorf("pgbench says no rate:\n%s", out)
	}
	rate, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if rate > 0 {
		d.took = time.Duration(float64(d.good) / rate * float64(time.Second))
	}
	return d, err
}

// readLogs reads how long each transaction took: the third word of a line, in microseconds.
func readLogs(folder string) (times latencies, err error) {
	files, err := filepath.Glob(filepath.Join(folder, "t*"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			words := strings.Fields(lines.Text())
			if len(words) < 3 {
				continue
			}
			us, err := strconv.Atoi(words[2])
			if err != nil {
				return nil, errors.Join(err, f.Close())
			}
			times = append(times, time.Duration(us)*time.Microsecond)
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return times, nil
}
