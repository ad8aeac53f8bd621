package templates

import (
	"slices"
	"strings"
)

// expression reads one expression by the grammar of the library's expressions.y (v1.9.2), without ranges, named
// arguments of filters, and indexes other than a quoted key:
//
//	condition = relation { ("and" | "or") relation }
//	relation  = operand ( comparison operand | { "|" filter } )
//	filter    = name | name: operand { "," operand }
//	operand   = text | number | constant | variable | "(" condition ")"
//	variable  = name { .name | [ "key" ] }
//	list      = operand { ("," | "or") operand }
//
// Each method returns false after a fault, where reading ends.
type expression struct {
	reading *reading
	tokens  []token
	output  bool // stands in {{ }}, where only single values have a text
	depth   int
}

// expression checks the source of one expression, which begins at a byte of the pattern.
func (r *reading) expression(source string, at int, output bool, rule func(*expression) bool) {
	e := &expression{reading: r, tokens: tokenize(source, at), output: output}
	if rule(e) && e.peek().kind != tokenEnd {
		e.syntax()
	}
}

func (e *expression) peek() token { return e.tokens[0] }

func (e *expression) next() token {
	t := e.tokens[0]
	if t.kind != tokenEnd {
		e.tokens = e.tokens[1:]
	}
	return t
}

// accept goes past a symbol or word if it comes next.
func (e *expression) accept(kind tokenKind, texts ...string) bool {
	if t := e.peek(); t.kind != kind || !slices.Contains(texts, t.text) {
		return false
	}
	e.next()
	return true
}

// syntax reports that the next token cannot stand here.
func (e *expression) syntax() bool {
	t := e.peek()
	e.reading.problem(t.at, "template.pattern_syntax", "near", cut(e.reading.source[t.at:t.end], maxNear))
	return false
}

func (e *expression) condition() bool {
	if !e.relation() {
		return false
	}
	for e.accept(tokenWord, "and", "or") {
		if !e.relation() {
			return false
		}
	}
	return true
}

func (e *expression) list() bool {
	if !e.operand() {
		return false
	}
	for e.accept(tokenSymbol, ",") || e.accept(tokenWord, "or") {
		if !e.operand() {
			return false
		}
	}
	return true
}

func (e *expression) relation() bool {
	if !e.operand() {
		return false
	}
	if e.accept(tokenSymbol, "==", "!=", ">=", "<=", "<", ">") || e.accept(tokenWord, "contains") {
		return e.operand()
	}
	for e.accept(tokenSymbol, "|") {
		if !e.filter() {
			return false
		}
	}
	return true
}

func (e *expression) filter() bool {
	t := e.peek()
	if t.kind != tokenName && t.kind != tokenKeyword {
		return e.syntax()
	}
	e.next()
	e.reading.applied++
	args := 0
	for more := t.kind == tokenKeyword; more; more = e.accept(tokenSymbol, ",") {
		if !e.operand() {
			return false
		}
		args++
	}
	filter, known := e.reading.filters[t.text]
	switch {
	case !known:
		e.reading.problem(t.at, "template.unknown_filter", "filter", t.text)
	case args > len(filter.Args) || args < len(filter.Args)-filter.Optional:
		e.reading.problem(t.at, "template.filter_arguments", "filter", t.text,
			"min", len(filter.Args)-filter.Optional, "max", len(filter.Args), "given", args)
	}
	return true
}

func (e *expression) operand() bool {
	switch t := e.peek(); t.kind {
	case tokenText, tokenNumber, tokenConstant:
		e.next()
		return true
	case tokenName:
		return e.variable()
	}
	if !e.accept(tokenSymbol, "(") {
		return e.syntax()
	}
	if e.depth++; e.depth > maxPatternDepth {
		e.reading.problem(e.peek().at, "template.pattern_too_deep", "max", maxPatternDepth)
		return false
	}
	if !e.condition() {
		return false
	}
	e.depth--
	return e.accept(tokenSymbol, ")") || e.syntax()
}

func (e *expression) variable() bool {
	first := e.next()
	path := []string{first.text}
	for {
		if t := e.peek(); t.kind == tokenProperty {
			path = append(path, e.next().text)
			continue
		}
		if !e.accept(tokenSymbol, "[") {
			break
		}
		if e.peek().kind != tokenText {
			return e.syntax()
		}
		path = append(path, unescape(e.next(), e.reading.source))
		if !e.accept(tokenSymbol, "]") {
			return e.syntax()
		}
	}
	e.known(path, first.at)
	return true
}

// known wants the variable to be one of Variables, and to be a single value where it is printed.
func (e *expression) known(path []string, at int) {
	name := strings.Join(path, ".")
	switch e.reading.names.kind(path) {
	case variableUnknown:
		e.reading.problem(at, "template.unknown_variable", "variable", name)
	case variableGroup:
		if e.output {
			e.reading.problem(at, "template.variable_group", "variable", name)
		}
	case variableValue:
		if !slices.Contains(e.reading.variables, name) {
			e.reading.variables = append(e.reading.variables, name)
		}
	}
}

// unescape reads a text as the library does: escapes count within double quotes.
func unescape(t token, source string) string {
	if source[t.at] != '"' {
		return t.text
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\t`, "\t", `\r`, "\r").Replace(t.text)
}
