package metasim

import (
	"fmt"
	"strings"
)

// field is one field of a selection: name.modifier(value){sub,fields}.
type field struct {
	name    string
	args    map[string]string
	sub     []field
	subText string // sub as it was written
}

// maxFieldDepth bounds nesting; the platform's own limit is not published.
const maxFieldDepth = 8

// parseFields reads a field selection. Its errors have the platform's words.
func parseFields(selection string) ([]field, *graphError) {
	p := &fieldParser{text: selection}
	fields := p.list(1)
	if p.problem == "" && p.at < len(p.text) {
		p.fail(fmt.Sprintf("Expected end of string instead of %q.", p.text[p.at:p.at+1]))
	}
	if p.problem != "" {
		return nil, &graphError{CatalogueError{
			Code: 2500, Type: "OAuthException", Status: 400,
			Message: fmt.Sprintf("Syntax error \"%s\" at character %d: %s", p.problem, p.at, selection),
		}}
	}
	return fields, nil
}

type fieldParser struct {
	text    string
	at      int
	problem string // the first one; parsing ends with it
}

func (p *fieldParser) fail(problem string) {
	if p.problem == "" {
		p.problem = problem
	}
}

// eat takes c when it is next.
func (p *fieldParser) eat(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *fieldParser) list(depth int) []field {
	if depth > maxFieldDepth {
		p.fail("Fields are nested too deep.")
		return nil
	}
	var fields []field
	for {
		f := p.field(depth)
		if p.problem != "" {
			return nil
		}
		fields = append(fields, f)
		if !p.eat(',') {
			return fields
		}
	}
}

func (p *fieldParser) field(depth int) field {
	p.spaces()
	f := field{name: p.word()}
	for p.problem == "" && p.eat('.') {
		name := p.word()
		value := p.argument()
		if f.args == nil {
			f.args = map[string]string{}
		}
		f.args[name] = value
	}
	if p.problem == "" && p.eat('{') {
		start := p.at
		f.sub = p.list(depth + 1)
		f.subText = p.text[start:p.at]
		if p.problem == "" && !p.eat('}') {
			p.fail("Expected \"}\".")
		}
	}
	p.spaces()
	return f
}

func (p *fieldParser) spaces() {
	for p.eat(' ') {
	}
}

func (p *fieldParser) word() string {
	start := p.at
	for p.at < len(p.text) && isNameByte(p.text[p.at]) {
		p.at++
	}
	if start == p.at {
		p.fail("Expected name.")
	}
	return p.text[start:p.at]
}

// argument reads "(value)"; the value goes up to the closing bracket.
func (p *fieldParser) argument() string {
	if p.problem != "" {
		return ""
	}
	if !p.eat('(') {
		p.fail("Expected \"(\".")
		return ""
	}
	length := strings.IndexByte(p.text[p.at:], ')')
	if length < 0 {
		p.at = len(p.text)
		p.fail("Expected \")\".")
		return ""
	}
	value := p.text[p.at : p.at+length]
	p.at += length + 1
	return value
}

func isNameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
