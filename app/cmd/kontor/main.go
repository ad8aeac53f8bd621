// Command kontor is the whole program: server, workers and the operator's tools. Each command is a struct with a Run
// method in the file of its name; what they run is put together in package app.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // accounts name time zones, and not every machine knows them

	"github.com/alecthomas/kong"

	"kontor/app/config"
)

func main() {
	ctx := context.Background() //nolint:forbidigo // where every context begins
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// commands is the command line. A command is a field here.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Run the server: HTTP and jobs in one process."`
	Worker  workerCommand  `cmd:"" help:"Run jobs only, beside kontor serve --http-only. Needs PostgreSQL and Redis."`
	Sandbox sandboxCommand `cmd:"" help:"Try it: the server with a simulated Meta and a phone in the browser."`
	Metasim metasimCommand `cmd:"" help:"Run the simulated Meta alone, for load tests and other installations."`
	Migrate migrateCommand `cmd:"" help:"Bring the database schema up to date."`
	Account accountCommand `cmd:"" help:"Manage accounts."`
	Login   loginCommand   `cmd:"" help:"Help somebody in who cannot sign in."`
	Token   tokenCommand   `cmd:"" help:"Manage API tokens."`
	Config  configCommand  `cmd:"" help:"Write down an account's configuration, and bring accounts to what is written."`
	Backup  backupCommand  `cmd:"" help:"Write database and files into one file, while the server runs."`
	Restore restoreCommand `cmd:"" help:"Read a backup into an empty database."`
	Doctor  doctorCommand  `cmd:"" help:"Look whether everything is well, and say what to do where it is not; 1 when something is wrong."`
	Bench   benchCommand   `cmd:"" help:"Measure how fast it is, beside what it is compared with; for a machine that does nothing else."`
	Health  healthCommand  `cmd:"" help:"Ask the server that runs with these settings whether it is ready; for containers."`
	Version versionCommand `cmd:"" help:"Print version, commit and schema version."`

	Faults faultCommands `embed:""`
}

// console is where a command runs: its settings, and the streams it reads and writes.
type console struct {
	environ []string
	in      io.Reader
	out     io.Writer
	err     io.Writer
}

// config reads the settings.
func (c *console) config() (config.Config, error) { return config.Load(c.environ) }

// exited is how the program ends with a number of its own, and nothing more to say: kong after --help, a plan with changes.
type exited int

// run is the program without its process: it returns the exit code. 2 means that the command line was wrong.
func run(ctx context.Context, args, environ []string, in io.Reader, out, errs io.Writer) (code int) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer func() {
		v := recover()
		if e, ok := v.(exited); ok {
			code = int(e)
		} else if v != nil {
			panic(v)
		}
	}()
	c := &console{environ: environ, in: in, out: out, err: errs}
	parser, err := kong.New(&commands{}, kong.Name("kontor"), kong.UsageOnError(), kong.Writers(out, errs),
		kong.Description("Turns every message a company gets into a task with a contact, and delivers the answers back. "+
			"Settings come from the environment: see .env.example."),
		kong.Exit(func(code int) { panic(exited(code)) }), kong.Bind(c), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		_, _ = fmt.Fprintln(errs, "kontor:", err)
		return 1
	}
	command, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintln(errs, "kontor:", err)
		return 2
	}
	err = command.Run()
	if e, ok := errors.AsType[exited](err); ok {
		return int(e)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(errs, "kontor:", err)
		return 1
	}
	return 0
}
