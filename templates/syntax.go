package templates

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/osteele/liquid/parser"
)

// This file reads a pattern before the library does: it splits it with the library's own scanner, so that both see the
// same parts, lets in only the tags below, and hands each expression to expression.go. It builds nothing; it says
// exactly where a pattern is wrong, which the library cannot, and keeps from it what has no limit there.

// tagRule says where a tag may stand and what follows its name.
type tagRule struct {
	opens  bool     // begins a block
	closes string   // ends the block of this tag
	inside []string // is a part of one of these blocks
	args   argsRule
}

type argsRule int

const (
	noArgs    argsRule = iota
	condition          // {% if a == b and c %}
	list               // {% when "a", "b" %}
)

func tagRules(name string) (rule tagRule, allowed bool) {
	switch name {
	case "if", "unless", "case":
		return tagRule{opens: true, args: condition}, true
	case "elsif":
		return tagRule{inside: []string{"if"}, args: condition}, true
	case "else":
		return tagRule{inside: []string{"if", "unless", "case"}}, true
	case "when":
		return tagRule{inside: []string{"case"}, args: list}, true
	case "endif", "endunless", "endcase":
		return tagRule{closes: strings.TrimPrefix(name, "end")}, true
	}
	return tagRule{}, false
}

// reading is a pattern while it is read, and what was found.
type reading struct {
	source    string
	names     variableNames
	filters   map[string]Filter
	open      []openBlock
	tags      int
	applied   int // filters
	variables []string
	problems  []Problem
}

type openBlock struct {
	tag string
	at  int
}

// readPattern checks a pattern and collects the variables it reads.
func readPattern(source string) *reading {
	r := &reading{source: source}
	switch {
	case len(source) > maxPatternBytes:
		r.problem(0, "template.pattern_too_long", "max", maxPatternBytes)
		return r
	case !utf8.ValidString(source):
		r.problem(0, "template.pattern_syntax", "near", "")
		return r
	}
	if !IsPattern(source) {
		return r
	}
	r.names = newVariableNames()
	r.filters = make(map[string]Filter)
	for _, f := range Filters() {
		r.filters[f.Name] = f
	}
	at := 0
	for _, part := range parser.Scan(source, parser.SourceLoc{}, nil) {
		r.part(part, at)
		at += len(part.Source)
	}
	for _, block := range r.open {
		r.problem(block.at, "template.tag_unclosed", "tag", block.tag)
	}
	if r.tags > maxPatternTags {
		r.problem(0, "template.pattern_too_many_tags", "max", maxPatternTags)
	}
	if r.applied > maxPatternFilters {
		r.problem(0, "template.pattern_too_many_filters", "max", maxPatternFilters)
	}
	return r
}

func (r *reading) part(part parser.Token, at int) {
	switch part.Type {
	case parser.TextTokenType:
		// The scanner takes what it cannot match for text, so an opening left over here was never closed.
		for _, opening := range []string{"{{", "{%"} {
			if i := strings.Index(part.Source, opening); i >= 0 {
				r.problem(at+i, "template.pattern_unclosed", "opening", opening)
			}
		}
	case parser.ObjTokenType:
		r.tags++
		r.expression(part.Args, at+argsOffset(part.Source, "", part.Args), true, (*expression).condition)
	case parser.TagTokenType:
		r.tags++
		r.tag(part, at)
	}
}

func (r *reading) tag(part parser.Token, at int) {
	rule, allowed := tagRules(part.Name)
	if !allowed {
		r.problem(at, "template.unknown_tag", "tag", part.Name)
		return
	}
	args := at + argsOffset(part.Source, part.Name, part.Args)
	switch {
	case rule.args == condition:
		r.expression(part.Args, args, false, (*expression).condition)
	case rule.args == list:
		r.expression(part.Args, args, false, (*expression).list)
	case part.Args != "":
		r.problem(args, "template.pattern_syntax", "near", cut(part.Args, maxNear))
	}
	r.nest(part.Name, rule, at)
}

// nest keeps track of the blocks that are open.
func (r *reading) nest(tag string, rule tagRule, at int) {
	inner := ""
	if len(r.open) > 0 {
		inner = r.open[len(r.open)-1].tag
	}
	switch {
	case rule.opens:
		r.open = append(r.open, openBlock{tag, at})
		if len(r.open) == maxPatternDepth+1 {
			r.problem(at, "template.pattern_too_deep", "max", maxPatternDepth)
		}
	case rule.closes != "" && rule.closes == inner:
		r.open = r.open[:len(r.open)-1]
	case rule.closes != "" || !slices.Contains(rule.inside, inner):
		r.problem(at, "template.tag_misplaced", "tag", tag)
	}
}

// argsOffset finds where the arguments begin in the source of a part, behind the opening and the tag's name.
func argsOffset(source, tag, args string) int {
	start := len("{{")
	if tag != "" {
		start += strings.Index(source[start:], tag) + len(tag)
	}
	return start + strings.Index(source[start:], args)
}

// problem notes a fault at a byte of the source.
func (r *reading) problem(at int, code string, params ...any) {
	if len(r.problems) >= maxProblems {
		return
	}
	before := r.source[:at]
	line := strings.LastIndexByte(before, '\n') + 1
	r.problems = append(r.problems, Problem{
		Code:   code,
		Params: pairs(params),
		Line:   strings.Count(before, "\n") + 1,
		Column: utf8.RuneCountInString(before[line:]) + 1,
		Offset: utf8.RuneCountInString(before),
	})
}

const (
	maxProblems = 20 // of one pattern; who made more has the wrong text in the wrong place
	maxNear     = 40 // characters of the source in a message
)
