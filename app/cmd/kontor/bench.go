package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kontor/app/bench"
)

type benchCommand struct {
	All benchAllCommand `cmd:"" help:"Measure everything."`
	Row benchRowCommand `cmd:"" help:"Measure some rows of the table, by their numbers."`

	Profile benchProfileCommand `cmd:"" help:"Measure once and take profiles meanwhile: what is computed, held and waited for."`
	Charts  benchChartsCommand  `cmd:"" help:"Draw charts of what a run wrote."`
}

// benchOptions are what all measurements share.
type benchOptions struct {
	Rounds    int           `default:"5" help:"How often everything is measured; figures are medians."`
	Load      time.Duration `default:"5s" help:"How long a load goes on."`
	Events    int           `default:"20000" help:"How many webhooks are drained."`
	Answers   int           `default:"2000" help:"How many answers are delivered."`
	Requests  int           `default:"200" help:"How often each list is asked for in a round."`
	Intake    int           `default:"100000" help:"How many tasks there are when webhooks come."`
	Small     int           `default:"10000" help:"Tasks in the small table whose lists are compared."`
	Large     int           `default:"1000000" help:"Tasks in the large one."`
	Huge      int           `default:"0" help:"Tasks in a third one; 10000000 takes half an hour to make. None by default."`
	Folder    string        `type:"path" help:"Where private servers and data sets are kept for the next run; a temporary folder by default. It should be on the disk that counts."`
	Binary    string        `type:"path" help:"The Kontor that is measured; this one by default."`
	Libredesk string        `type:"path" help:"The program of Libredesk, to be measured along with rows 9 to 13, 15 and 16 (docs/measurements.md says how to build it); figures of another day by default."`
	LogLevel  string        `default:"info" enum:"debug,info,warn,error" help:"Log level of the Kontor that is measured."`
	JSON      string        `name:"json" default:"bench.json" type:"path" help:"The file that everything is written to."`

	profiles string
}

type benchAllCommand struct{ benchOptions }

// Run measures every row.
func (cmd *benchAllCommand) Run(ctx context.Context, c *console) error {
	return cmd.measure(ctx, c, nil)
}

type benchRowCommand struct {
	Rows []int `arg:"" help:"Numbers of rows: 1 to 17."`
	benchOptions
}

// Run measures some rows.
func (cmd *benchRowCommand) Run(ctx context.Context, c *console) error {
	for _, row := range cmd.Rows {
		if row < 1 || row > bench.Rows {
			return errors.New("rows have the numbers 1 to 17; what the screens take is measured by npm run measure in app/web")
		}
	}
	return cmd.measure(ctx, c, cmd.Rows)
}

func (o benchOptions) measure(ctx context.Context, c *console, rows []int) error {
	report, err := bench.Run(ctx, bench.Options{
		Rows: rows, Rounds: o.Rounds, Last: o.Load, Events: o.Events, Answers: o.Answers, Requests: o.Requests, Intake: o.Intake,
		Small: o.Small, Large: o.Large, Huge: o.Huge, Folder: o.Folder, Binary: o.Binary, Libredesk: o.Libredesk, LogLevel: o.LogLevel,
		Profile: o.profiles, Environ: c.environ, Progress: c.err,
	})
	if len(report.Results) == 0 {
		return err
	}
	report.Print(c.out)
	return errors.Join(err, report.Write(o.JSON))
}

type benchProfileCommand struct {
	Into string `default:"profiles" type:"path" help:"The folder that profiles are written to."`
	Rows []int  `arg:"" optional:"" help:"Numbers of rows; all by default."`
	benchOptions
}

// Run measures once, with profiles taken of every process. Its figures are not worth keeping: profiles cost.
func (cmd *benchProfileCommand) Run(ctx context.Context, c *console) error {
	cmd.profiles, cmd.Rounds = cmd.Into, 1
	err := cmd.measure(ctx, c, cmd.Rows)
	_, said := fmt.Fprintf(c.out, "\ngo tool pprof -top bin/kontor %s/….cpu shows what was computed; .heap, .allocs, .mutex and .block what was held, made and waited for\n", cmd.Into)
	return errors.Join(err, said)
}

type benchChartsCommand struct {
	JSON string `arg:"" default:"bench.json" type:"path" help:"The file that a run wrote."`
	Into string `default:"docs/charts" type:"path" help:"The folder that charts are drawn into."`
}

// Run draws charts of a run.
func (cmd *benchChartsCommand) Run(c *console) error {
	report, err := bench.Read(cmd.JSON)
	if err != nil {
		return err
	}
	names, err := bench.Charts(report, cmd.Into)
	for _, name := range names {
		_, _ = fmt.Fprintln(c.out, name)
	}
	return err
}
