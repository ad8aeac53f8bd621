package templates

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
	"github.com/osteele/liquid/tags"
)

// A pattern is Liquid without loops, assignments and includes: text, {{ variable | filter }}, if, unless and case.
// The library itself has no limits (its SECURITY.md says so): 150 characters with four replace filters end the process,
// and some malformed input makes it panic. So nothing reaches it that syntax.go has not read and accepted, every filter
// is one of ours, and these limits bound what a pattern can cost whatever it says.
const (
	maxPatternBytes   = 16 << 10  // source
	maxPatternTags    = 500       // {{ … }} and {% … %}
	maxPatternDepth   = 20        // blocks in blocks, brackets in brackets
	maxPatternFilters = 100       // in all of its expressions
	maxRendered       = 512 << 10 // bytes of the result, and of each value on the way to it
)

// ErrTooLong says that a pattern yields more text than any place for it takes.
var ErrTooLong = errors.New("templates: the pattern yields too much text")

// errLibrary says that the template library failed on a pattern that syntax.go accepted: a fault of ours.
var errLibrary = errors.New("templates: the pattern library failed")

// Pattern is a compiled pattern. It can be rendered many times, also concurrently.
type Pattern struct {
	source    string
	root      render.Node
	config    render.Config
	variables []string
}

// CompilePattern reads a pattern. Its problems have line, column and offset; their Location is the caller's to set.
func CompilePattern(source string) (*Pattern, []Problem) {
	read := readPattern(source)
	if len(read.problems) > 0 {
		return nil, read.problems
	}
	p := &Pattern{source: source, config: language(), variables: read.variables}
	if err := p.compile(); err != nil {
		return nil, []Problem{{Code: "template.pattern_syntax", Params: pairs([]any{"near", ""}), Line: 1, Column: 1}}
	}
	return p, nil
}

// IsPattern tells whether a text has anything to fill in.
func IsPattern(s string) bool { return strings.Contains(s, "{{") || strings.Contains(s, "{%") }

// Variables returns the paths the pattern reads, each once, in order of appearance.
func (p *Pattern) Variables() []string { return slices.Clone(p.variables) }

// Render fills the pattern. A variable without a value yields nothing. Values are never read as patterns.
func (p *Pattern) Render(values Bindings) (text string, err error) {
	defer rescue(&err)
	var out limitedText
	if failure := render.Render(p.root, &out, values.vars, p.config); failure != nil {
		if tooLong(failure) {
			return "", ErrTooLong
		}
		return "", fmt.Errorf("%w: %w", errLibrary, failure)
	}
	return out.text.String(), nil
}

func (p *Pattern) compile() (err error) {
	defer rescue(&err)
	root, failure := p.config.Compile(p.source, parser.SourceLoc{})
	if failure != nil {
		return failure
	}
	p.root = root
	return nil
}

// rescue turns a panic of the library into an error: it reports some of its faults that way. The tests fail on any.
func rescue(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", errLibrary, r)
	}
}

// language is the library with our filters and without what reads files. Loops cannot be taken out of it; syntax.go
// does not let them in.
func language() render.Config {
	config := render.NewConfig()
	tags.AddStandardTags(&config)
	for _, tag := range []string{"assign", "include", "render", "cycle", "break", "continue"} {
		config.UnregisterTag(tag)
	}
	config.TemplateStore = nil
	for _, f := range Filters() {
		config.AddFilter(f.Name, f.apply)
	}
	return config
}

// limitedText collects what is written up to the limit.
type limitedText struct{ text strings.Builder }

func (t *limitedText) Write(p []byte) (int, error) {
	if t.text.Len()+len(p) > maxRendered {
		return 0, ErrTooLong
	}
	return t.text.Write(p)
}

func tooLong(err error) bool {
	if filter, ok := errors.AsType[expressions.FilterError](err); ok {
		err = filter.Err // it does not unwrap
	}
	return errors.Is(err, ErrTooLong)
}
