package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func follow(t *testing.T, lines ...string) (*goTests, string) {
	t.Helper()
	var out bytes.Buffer
	g := newGoTests(&out, "sqlite")
	if err := g.read(strings.NewReader(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
	return g, out.String()
}

func TestItCountsTestsAndPrintsFailuresInFull(t *testing.T) {
	t.Parallel()
	g, said := follow(t,
		`{"Action":"output","Package":"kontor/a","Test":"TestGood","Output":"    good says this\n"}`,
		`{"Action":"pass","Package":"kontor/a","Test":"TestGood"}`,
		`{"Action":"output","Package":"kontor/a","Output":"ok  \tkontor/a\t0.1s\n"}`,
		`{"Action":"pass","Package":"kontor/a"}`,
		`{"Action":"output","Package":"kontor/b","Test":"TestBad","Output":"    bad says this\n"}`,
		`{"Action":"fail","Package":"kontor/b","Test":"TestBad"}`,
		`{"Action":"output","Package":"kontor/b","Test":"TestNo","Output":"=== RUN   TestNo\n"}`,
		`{"Action":"output","Package":"kontor/b","Test":"TestNo","Output":"    x_test.go:1: not here\n"}`,
		`{"Action":"skip","Package":"kontor/b","Test":"TestNo"}`,
		`{"Action":"output","Package":"kontor/b","Output":"FAIL\tkontor/b\t0.1s\n"}`,
		`{"Action":"fail","Package":"kontor/b"}`,
	)
	if want := (tally{passed: 1, failed: 1, skipped: 1}); g.tally != want {
		t.Errorf("counted %+v, want %+v", g.tally, want)
	}
	if !slices.Equal(g.skipped, []string{"sqlite: kontor/b TestNo: x_test.go:1: not here"}) {
		t.Errorf("skipped %q", g.skipped)
	}
	for _, want := range []string{"ok  \tkontor/a", "FAIL kontor/b TestBad (sqlite)\n    bad says this", "FAIL\tkontor/b"} {
		if !strings.Contains(said, want) {
			t.Errorf("does not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "good says this") {
		t.Errorf("tells of what went well:\n%s", said)
	}
}

func TestAPackageThatFailsWithoutATestIsAFailure(t *testing.T) {
	t.Parallel()
	g, said := follow(t,
		`{"ImportPath":"kontor/a","Action":"build-output","Output":"a.go:1: syntax error\n"}`,
		`{"Action":"fail","Package":"kontor/a","FailedBuild":"kontor/a"}`,
		`{"Action":"output","Package":"kontor/b","Test":"TestEndless","Output":"panic: test timed out\n"}`,
		`{"Action":"fail","Package":"kontor/b"}`,
	)
	if g.tally.failed != 2 {
		t.Errorf("counted %+v", g.tally)
	}
	for _, want := range []string{"syntax error", "TestEndless had not ended", "test timed out"} {
		if !strings.Contains(said, want) {
			t.Errorf("does not say %q:\n%s", want, said)
		}
	}
}

func TestItReadsWhatTheWebUIsTestsSay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		said string
		want tally
	}{
		"vitest":     {"\x1b[2m Test Files \x1b[22m 1 passed (1)\n\x1b[2m      Tests \x1b[22m 1 failed | 11 passed | 2 skipped (14)\n", tally{11, 1, 2}},
		"playwright": {"  ✓  1 phone.spec.ts:3:1 › 3 passed along (1s)\n  1 failed\n    a.spec.ts\n  1 skipped\n  3 passed (4.1s)\n", tally{3, 1, 1}},
		"node":       {"✔ signs in (2s)\nℹ tests 4\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\n", tally{2, 1, 1}},
		"neither":    {"built in 3 s\n", tally{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _ := countWeb(test.said); got != test.want {
				t.Errorf("counted %+v, want %+v", got, test.want)
			}
		})
	}
}
