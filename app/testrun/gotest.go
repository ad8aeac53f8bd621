package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// tally counts tests.
type tally struct{ passed, failed, skipped int }

// event is a line of go test -json.
type event struct {
	Action     string
	Package    string
	ImportPath string // of what is built, which has no Package
	Test       string
	Output     string
}

// goTests follows go test -json: it counts, prints the line of each package, and of failures everything.
type goTests struct {
	out     io.Writer
	stage   string
	tally   tally
	skipped []string

	output map[string]map[string]*strings.Builder // by package and test, of what has not ended
	failed map[string]bool                        // packages with a failed test
}

func newGoTests(out io.Writer, stage string) *goTests {
	return &goTests{
		out: out, stage: stage, output: map[string]map[string]*strings.Builder{}, failed: map[string]bool{},
	}
}

// read follows until the end.
func (g *goTests) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) == nil && e.Action != "" {
				g.take(e)
			} else {
				_, _ = fmt.Fprintf(g.out, "%s", line)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (g *goTests) take(e event) {
	switch e.Action {
	case "build-output":
		_, _ = fmt.Fprint(g.out, e.Output)
	case "output":
		g.keep(e)
	case "pass", "fail", "skip":
		if e.Test == "" {
			g.endPackage(e)
		} else {
			g.endTest(e)
		}
	}
}

func (g *goTests) keep(e event) {
	if e.Test == "" && strings.HasPrefix(e.Output, "ok  \t") {
		_, _ = fmt.Fprint(g.out, e.Output)
	}
	of := g.output[e.Package]
	if of == nil {
		of = map[string]*strings.Builder{}
		g.output[e.Package] = of
	}
	if of[e.Test] == nil {
		of[e.Test] = &strings.Builder{}
	}
	of[e.Test].WriteString(e.Output)
}

func (g *goTests) endTest(e event) {
	said := g.output[e.Package][e.Test]
	delete(g.output[e.Package], e.Test)
	switch e.Action {
	case "pass":
		g.tally.passed++
	case "skip":
		g.tally.skipped++
		g.skipped = append(g.skipped, fmt.Sprintf("%s: %s %s: %s", g.stage, e.Package, e.Test, reason(said)))
	case "fail":
		g.tally.failed++
		g.failed[e.Package] = true
		_, _ = fmt.Fprintf(g.out, "\nFAIL %s %s (%s)\n%s", e.Package, e.Test, g.stage, text(said))
	}
}

// endPackage prints, of a package that failed, what it said beside its tests, and what those said that never ended.
func (g *goTests) endPackage(e event) {
	left := g.output[e.Package]
	delete(g.output, e.Package)
	if e.Action != "fail" {
		return
	}
	if !g.failed[e.Package] {
		g.tally.failed++
	}
	for name, said := range left {
		if name != "" {
			_, _ = fmt.Fprintf(g.out, "\n%s %s had not ended (%s)\n%s", e.Package, name, g.stage, text(said))
		}
	}
	_, _ = fmt.Fprint(g.out, text(left[""]))
}

// text is what was said, without the lines that only tell which test is running.
func text(b *strings.Builder) string {
	if b == nil {
		return ""
	}
	var kept strings.Builder
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "=== ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// reason is the line in which a test says why it skips itself.
func reason(said *strings.Builder) string {
	for line := range strings.Lines(text(said)) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "---") {
			return line
		}
	}
	return "it does not say why"
}

var (
	colours = regexp.MustCompile("\x1b\\[[0-9;]*m")
	// results are the last words of Vitest («Tests  1 failed | 11 passed (12)»), Playwright («  3 passed (4.1s)») and Node's
	// own tests («ℹ pass 3»).
	results = regexp.MustCompile(`^\s*(?:Tests\s+)?\d+ (?:passed|failed|skipped|flaky|did not run)\b[^,;:]*$|^(?:ℹ|#) (?:pass|fail|skipped) \d+$`)
	result  = regexp.MustCompile(`(\d+) (passed|failed|skipped|did not run)|(pass|fail|skipped) (\d+)`)
)

// countWeb counts what the web UI's test programs report, and returns the lines in which they do.
func countWeb(output string) (t tally, lines []string) {
	for line := range strings.Lines(colours.ReplaceAllString(output, "")) {
		line = strings.TrimRight(line, "\r\n ")
		if !results.MatchString(line) {
			continue
		}
		lines = append(lines, strings.TrimSpace(line))
		for _, m := range result.FindAllStringSubmatch(line, -1) {
			n, _ := strconv.Atoi(m[1] + m[4]) //nolint:errcheck // digits
			switch m[2] + m[3] {
			case "passed", "pass":
				t.passed += n
			case "failed", "fail":
				t.failed += n
			default:
				t.skipped += n
			}
		}
	}
	return t, lines
}

func (t *tally) add(o tally) {
	t.passed += o.passed
	t.failed += o.failed
	t.skipped += o.skipped
}
