package bench

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"kontor/migrations"
)

// Report is everything that a run came to.
type Report struct {
	Date     string            `json:"date"`
	Seconds  int               `json:"seconds"`
	Machine  Machine           `json:"machine"`
	Versions map[string]string `json:"versions"`
	Settings map[string]string `json:"settings"` // of the servers, as they are, and of the run
	Remarks  []string          `json:"remarks"`  // what makes figures less good than they should be
	Results  []Result          `json:"results"`
	Series   []Series          `json:"series"` // for charts

	samples map[string]*sample
	points  map[string]*point
}

// Machine is what was measured on.
type Machine struct {
	Processor  string  `json:"processor"`
	Cores      int     `json:"cores"`
	MemoryMB   int     `json:"memory_mb"`
	System     string  `json:"system"`
	FileSystem string  `json:"file_system"` // of the run's folder
	Syncs      float64 `json:"syncs_per_second"`
	Load       string  `json:"load_at_start"`
}

// Result is what became of a line.
type Result struct {
	Key       string  `json:"key"`
	Row       int     `json:"row"`
	Path      string  `json:"path"`
	Than      string  `json:"compared_with"`
	Unit      string  `json:"unit"`
	Figure    Spread  `json:"figure"`
	Reference Spread  `json:"reference"`
	Ratio     Spread  `json:"ratio"` // where the figure itself is judged: the figure
	AtLeast   bool    `json:"at_least"`
	Must      float64 `json:"must"`
	Want      float64 `json:"want"`
	Verdict   string  `json:"verdict"`
	Note      string  `json:"note,omitempty"`
}

// Series is a line of a chart.
type Series struct {
	Chart string    `json:"chart"`
	Name  string    `json:"name"`
	X     []float64 `json:"x"`
	Y     []Spread  `json:"y"`
}

type sample struct {
	figures, references, ratios []float64
	note                        string
}

type point struct {
	chart, name string
	x           float64
	runs        []float64
}

func newReport(ctx context.Context, b *bench) *Report {
	r := &Report{
		Date: time.Now().UTC().Format(time.RFC3339), Machine: machine(b.folder), samples: map[string]*sample{}, points: map[string]*point{},
		Versions: map[string]string{"go": runtime.Version(), "kontor": version(), "schema": fmt.Sprint(migrations.Latest())},
		Settings: map[string]string{
			"rounds": fmt.Sprint(b.Rounds), "load": b.Last.String(), "log_level": b.LogLevel, "webhook_bytes": fmt.Sprint(bodySize),
			"small": fmt.Sprint(b.Small), "large": fmt.Sprint(b.Large), "huge": fmt.Sprint(b.Huge), "intake": fmt.Sprint(b.Intake),
		},
	}
	if r.Versions["libredesk"] = libredeskElsewhere; b.Libredesk != "" {
		r.Versions["libredesk"] = libredeskHere(ctx, b.Libredesk)
	}
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size", "max_connections", "server_version"} {
		var value string
		if err := b.admin.QueryRowContext(ctx, "SHOW "+name).Scan(&value); err == nil {
			r.Settings[name] = value
		}
	}
	r.Versions["postgresql"] = r.Settings["server_version"]
	delete(r.Settings, "server_version")
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if r.Settings[name] != "on" {
			r.remark("%s is %s: nothing is durable, and no figure with a commit in it is good for anything", name, r.Settings[name])
		}
	}
	if r.Machine.FileSystem == "tmpfs" {
		r.remark("the run's folder is in memory: where the database is in it, commits cost nothing")
	}
	if before, _, _ := strings.Cut(r.Machine.Load, " "); before > "0.50" {
		r.remark("others were busy on the machine: its load at the start was %s", r.Machine.Load)
	}
	if b.pg == nil {
		r.remark("%v", errNoPgbench)
	}
	return r
}

func (r *Report) remark(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.Remarks, text) {
		r.Remarks = append(r.Remarks, text)
	}
}

// add notes one run's figure of a line, with what it is compared with; a reference of 0 means that there is none.
func (r *Report) add(key string, figure, reference float64) {
	s := r.of(key)
	s.figures = append(s.figures, figure)
	if reference > 0 {
		s.references, s.ratios = append(s.references, reference), append(s.ratios, figure/reference)
	}
}

func (r *Report) note(key, format string, args ...any) { r.of(key).note = fmt.Sprintf(format, args...) }

func (r *Report) of(key string) *sample {
	if r.samples[key] == nil {
		r.samples[key] = &sample{}
	}
	return r.samples[key]
}

// plot notes a point of a chart.
func (r *Report) plot(chart, name string, x, y float64) {
	key := fmt.Sprint(chart, "\x00", name, "\x00", x)
	if r.points[key] == nil {
		r.points[key] = &point{chart: chart, name: name, x: x}
	}
	r.points[key].runs = append(r.points[key].runs, y)
}

// finish makes results of what was noted.
func (r *Report) finish(rows []int, took time.Duration) {
	r.Seconds = int(took.Seconds())
	for _, l := range lines() {
		s, asked := r.samples[l.key], len(rows) == 0 || slices.Contains(rows, l.row)
		if !asked || s == nil && l.key == "8h" {
			continue
		}
		out := Result{Key: l.key, Row: l.row, Path: l.path, Than: l.than, Unit: l.unit, AtLeast: bool(l.sense), Must: l.must, Want: l.want, Verdict: LeftOut}
		if s != nil {
			out.Figure, out.Reference, out.Ratio, out.Note = spread(s.figures), spread(s.references), spread(s.ratios), s.note
			if l.plain {
				out.Ratio = out.Figure
			}
			if len(out.Ratio.Runs) > 0 {
				out.Verdict = l.judge(out.Ratio.Median)
			}
		}
		r.Results = append(r.Results, out)
	}
	var all []*point
	for _, p := range r.points {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *point) int {
		return cmp.Or(strings.Compare(a.chart, b.chart), strings.Compare(a.name, b.name), cmp.Compare(a.x, b.x))
	})
	for _, p := range all {
		n := len(r.Series)
		if n == 0 || r.Series[n-1].Chart != p.chart || r.Series[n-1].Name != p.name {
			r.Series, n = append(r.Series, Series{Chart: p.chart, Name: p.name}), n+1
		}
		s := &r.Series[n-1]
		s.X, s.Y = append(s.X, p.x), append(s.Y, spread(p.runs))
	}
}

// Print writes the table for people: as Markdown, so that it can go into the documentation as it is.
func (r *Report) Print(to io.Writer) {
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(to, format, args...) }
	p("%s · %s, %d cores, %d MB · %s · %s, %.0f syncs a second\n", r.Date, r.Machine.Processor, r.Machine.Cores, r.Machine.MemoryMB, r.Machine.System, r.Machine.FileSystem, r.Machine.Syncs)
	p("Kontor %s · %s · PostgreSQL %s · fsync %s, synchronous_commit %s · median (min–max) of %s runs\n\n",
		r.Versions["kontor"], r.Versions["go"], r.Versions["postgresql"], r.Settings["fsync"], r.Settings["synchronous_commit"], r.Settings["rounds"])
	t := tabwriter.NewWriter(to, 0, 0, 1, ' ', 0)
	row := func(cells ...string) { _, _ = fmt.Fprintln(t, "| "+strings.Join(cells, "\t| ")+"\t|") }
	row("row", "path", "figure", "reference", "ratio", "must", "want", "verdict")
	row("---", "---", "---", "---", "---", "---", "---", "---")
	for _, x := range r.Results {
		sign, ratio := "≤ ", x.Ratio.String()
		if x.AtLeast {
			sign = "≥ "
		}
		unit := " " + x.Unit
		if x.Unit == "/s" {
			unit = x.Unit
		}
		figure, reference := x.Figure.String()+unit, x.Reference.String()+unit
		if len(x.Figure.Runs) == 0 {
			figure = "–"
		}
		if len(x.Reference.Runs) == 0 {
			reference = "–"
		}
		if x.Than == "" {
			ratio = "–"
		}
		row(x.Key, x.Path, figure, reference, ratio, sign+short(x.Must), sign+short(x.Want), x.Verdict)
	}
	_ = t.Flush()
	p("\n")
	for _, x := range r.Results {
		if x.Note != "" {
			p("%s: %s.\n", x.Key, x.Note)
		}
	}
	if slices.ContainsFunc(r.Results, func(x Result) bool { return x.Than == libredesk }) {
		p("Libredesk: %s.\n", r.Versions["libredesk"])
	}
	for _, text := range r.Remarks {
		p("Beware: %s.\n", text)
	}
}

// Write writes the report to a file.
func (r *Report) Write(name string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o644) //nolint:gosec // it is committed
}

// Read reads one that was written.
func Read(name string) (r Report, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}
