package bench

// line is one promise about speed: what is measured, what it is compared with, and what it must and should be.
type line struct {
	key   string // the number of its row, with a letter where a row has several
	row   int
	path  string
	than  string // what it is compared with
	unit  string // of the figure and of what it is compared with
	must  float64
	want  float64
	sense sense
	plain bool // the figure itself is judged, and not a ratio
}

// sense tells whether more is better.
type sense bool

const (
	atLeast sense = true
	atMost  sense = false
)

// lines are all promises, in the order of their rows. The screens' row is measured in a browser: app/web, npm run measure.
func lines() []line {
	return []line{
		{key: "1", row: 1, path: "signed webhook → durable → 200, 32 connections", than: "pgbench ins_uniq, 32 clients", unit: "/s", must: 0.55, want: 0.80, sense: atLeast},
		{key: "2", row: 2, path: "signed webhook → durable → 200, 128 connections", than: "pgbench ins_uniq, 32 clients", unit: "/s", must: 0.70, want: 1.00, sense: atLeast},
		{key: "3a", row: 3, path: "webhook's answer, p99 at 32 connections", than: "pgbench ins_uniq, p99 at 32 clients", unit: "ms", must: 4, want: 1.5},
		{key: "3b", row: 3, path: "webhook's answer, p50 at 1 connection", than: "pgbench ins_uniq, p50 at 1 client", unit: "ms", must: 3, want: 2},
		{key: "4", row: 4, path: "vault → contact, task, comment, drained", than: "pgbench ingest, 8 clients", unit: "/s", must: 1.0, want: 2.5, sense: atLeast},
		{key: "5", row: 5, path: "webhook → task, everything at once, until drained", than: "pgbench ingest, 8 clients", unit: "/s", must: 0.7, want: 1.5, sense: atLeast},
		{key: "6", row: 6, path: "webhook → visible at the API, p99 at a quarter of row 5", unit: "ms", must: 300, want: 50, plain: true},
		{key: "7", row: 7, path: "answer → durable → Graph call → durable", than: "asynq, empty handler", unit: "/s", must: 0.20, want: 0.35, sense: atLeast},
		{key: "8", row: 8, path: "list p99, the worst filter × order, large table", than: "the same, small table", unit: "ms", must: 2, want: 1.3},
		{key: "8h", row: 8, path: "list p99, the worst filter × order, huge table", than: "the same, small table", unit: "ms", must: 2, want: 1.3},
		{key: "9", row: 9, path: "list p99, one assignee's open tasks, large table, 8 connections", than: libredesk, unit: "ms", must: 0.10, want: 0.04},
		{key: "10", row: 10, path: "list p99, all open tasks, large table, 1 connection", than: libredesk, unit: "ms", must: 0.02, want: 0.005},
		{key: "11", row: 11, path: "the comments of a task with 50, 8 connections", than: libredesk, unit: "/s", must: 1.5, want: 3, sense: atLeast},
		{key: "12", row: 12, path: "webhook → contact, conversation and task, all new", than: libredesk, unit: "/s", must: 10, want: 30, sense: atLeast},
		{key: "13", row: 13, path: "staff's note accepted durably, 8 connections", than: libredesk, unit: "/s", must: 2, want: 5, sense: atLeast},
		{key: "14", row: 14, path: "full-text search, p95, large table", unit: "ms", must: 100, want: 30, plain: true},
		{key: "15a", row: 15, path: "memory at rest", than: libredesk, unit: "MB", must: 1.5, want: 0.8},
		{key: "15b", row: 15, path: "memory after load", than: libredesk, unit: "MB", must: 2, want: 1},
		{key: "16", row: 16, path: "start of the process → ready, migrated database", than: libredesk, unit: "ms", must: 1.5, want: 0.6},
		{key: "17", row: 17, path: "SQLite: signed webhook → durable → 200, 1 connection", than: "the driver alone, FULL, one row a commit", unit: "/s", must: 0.25, want: 0.40, sense: atLeast},
	}
}

// Verdicts on a line.
const (
	Reached = "wanted" // as good as wished
	Enough  = "enough" // as good as it must be
	Short   = "short"  // not as good as it must be
	LeftOut = "left out"
)

// judge says how a line stands.
func (l line) judge(value float64) string {
	better := func(than float64) bool { return (l.sense == atLeast) == (value >= than) || value == than }
	switch {
	case better(l.want):
		return Reached
	case better(l.must):
		return Enough
	}
	return Short
}

// Rows is the last row that is measured here.
const Rows = 17
