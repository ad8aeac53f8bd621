package bench

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// plan says how a chart is drawn.
type plan struct {
	name, title, across, up string
}

func plans() []plan {
	return []plan{
		{chartThroughput, "Webhooks stored durably", "connections", "a second"},
		{chartLists, "A page of a list, p99 at 1 connection", "tasks in the table", "ms"},
		{chartMemory, "Memory, after lists, tasks, notes and webhooks", "connections (0: at rest)", "MB"},
	}
}

// Charts draws a report's charts into a folder and returns the names of the files.
func Charts(r Report, folder string) (names []string, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	for _, p := range plans() {
		var series []Series
		for _, s := range r.Series {
			if s.Chart == p.name {
				series = append(series, s)
			}
		}
		if len(series) == 0 {
			continue
		}
		name := filepath.Join(folder, p.name+".svg")
		foot := fmt.Sprintf("%s · %s, %d cores · Kontor %s", r.Date[:min(10, len(r.Date))], r.Machine.Processor, r.Machine.Cores, r.Versions["kontor"])
		if err := os.WriteFile(name, p.draw(series, foot), 0o644); err != nil { //nolint:gosec // it is published
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

// The measures of a chart.
const (
	wide, high              = 720, 400
	left, right, top, below = 70, 190, 50, 70
	inkOfText               = "#24292f"
	inkOfGrid               = "#d0d7de"
)

// inks are colours that can be told apart also by those who see few of them, each with a mark of its own.
func inks() []string { return []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"} }

// draw draws lines through medians, with a bar from the least to the most of the runs. Values across stand at equal
// distances: they are a few that were chosen, each some times the one before.
func (p plan) draw(series []Series, foot string) []byte {
	var across []float64
	most := 0.0
	for _, s := range series {
		across = append(across, s.X...)
		for _, y := range s.Y {
			most = max(most, y.Max)
		}
	}
	slices.Sort(across)
	across = slices.Compact(across)
	step := niceStep(most)
	ceiling := math.Max(step*math.Ceil(most/step), step)
	x := func(v float64) float64 {
		if len(across) == 1 {
			return left + (wide-left-right)/2
		}
		return left + 20 + float64(slices.Index(across, v))*float64(wide-left-right-40)/float64(len(across)-1)
	}
	y := func(v float64) float64 { return high - below - v/ceiling*float64(high-below-top) }

	var b bytes.Buffer
	w := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	w(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="13" fill="%s" role="img">`, wide, high, inkOfText)
	w(`<title>%s</title><rect width="100%%" height="100%%" fill="#ffffff"/>`, html.EscapeString(p.title))
	w(`<text x="%d" y="26" font-size="16" font-weight="600">%s</text>`, left, html.EscapeString(p.title))
	for v := 0.0; v <= ceiling+step/2; v += step {
		w(`<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="%s"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`,
			left, wide-right, y(v), y(v), inkOfGrid, left-8, y(v)+4, number(v))
	}
	w(`<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="%s"/>`, left, wide-right, high-below, high-below, inkOfText)
	for _, v := range across {
		w(`<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="%s"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`,
			x(v), x(v), high-below, high-below+5, inkOfText, x(v), high-below+20, number(v))
	}
	w(`<text x="%d" y="%d" text-anchor="middle">%s</text>`, left+(wide-left-right)/2, high-below+40, html.EscapeString(p.across))
	w(`<text transform="translate(16 %d) rotate(-90)" text-anchor="middle">%s</text>`, top+(high-below-top)/2, html.EscapeString(p.up))
	for i, s := range series {
		ink := inks()[i%len(inks())]
		var points []string
		for n, v := range s.X {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(v), y(s.Y[n].Median)))
			w(`<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="%s" stroke-width="1.5"/>`, x(v), x(v), y(s.Y[n].Min), y(s.Y[n].Max), ink)
			w(`%s`, mark(i, x(v), y(s.Y[n].Median), ink))
		}
		w(`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.Join(points, " "), ink)
		at := float64(top + 10 + 34*i)
		w(`%s`, mark(i, wide-right+22, at-4, ink))
		for n, part := range lines2(s.Name) {
			w(`<text x="%d" y="%.1f" font-size="12">%s</text>`, wide-right+34, at+float64(15*n), html.EscapeString(part))
		}
	}
	w(`<text x="%d" y="%d" font-size="11" fill="#57606a">%s · medians, least to most</text>`, 16, high-10, html.EscapeString(foot))
	w(`</svg>`)
	return b.Bytes()
}

// mark is a series' sign: a disc, a square, a diamond, a triangle or a ring.
func mark(i int, x, y float64, ink string) string {
	switch i % 5 {
	case 1:
		return fmt.Sprintf(`<rect x="%.1f" y="%.1f" width="8" height="8" fill="%s"/>`, x-4, y-4, ink)
	case 2:
		return fmt.Sprintf(`<path d="M%.1f %.1fl5 5l-5 5l-5 -5z" fill="%s"/>`, x, y-5, ink)
	case 3:
		return fmt.Sprintf(`<path d="M%.1f %.1fl5 9h-10z" fill="%s"/>`, x, y-5, ink)
	case 4:
		return fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="4" fill="#ffffff" stroke="%s" stroke-width="2"/>`, x, y, ink)
	}
	return fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="4" fill="%s"/>`, x, y, ink)
}

// lines2 breaks a name into two lines where it is long.
func lines2(name string) []string {
	const most = 22
	if len(name) <= most {
		return []string{name}
	}
	if at := strings.LastIndex(name[:most], " "); at > 0 {
		return []string{name[:at], name[at+1:]}
	}
	return []string{name}
}

// niceStep is a round distance between some five lines.
func niceStep(most float64) float64 {
	if most <= 0 {
		return 1
	}
	size := math.Pow(10, math.Floor(math.Log10(most/5)))
	for _, n := range []float64{1, 2, 5} {
		if n*size*6 >= most {
			return n * size
		}
	}
	return 10 * size
}

// number writes one for an axis.
func number(v float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e6, " M"}, {1e3, " k"}} {
		if v >= unit.size {
			return strings.TrimSuffix(fmt.Sprintf("%.1f", v/unit.size), ".0") + unit.name
		}
	}
	return strings.TrimSuffix(fmt.Sprintf("%.4g", v), ".0")
}
