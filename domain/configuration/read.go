package configuration

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"kontor/domain/errs"
)

// Bounds of a document. They are far beyond what an account can hold of what people write by hand.
const (
	MaxSize     = 2 << 20
	maxDepth    = 24
	maxNodes    = 200_000
	maxProblems = 50
)

// Read reads a document. What it does not know it refuses, each with its line; so it does aliases, by which a small text
// becomes a large tree.
func Read(text []byte) (Document, error) {
	d, _, err := read(text)
	return d, err
}

func read(text []byte) (d Document, root *yaml.Node, err error) {
	if len(text) > MaxSize {
		return d, nil, errs.New(errs.TooLarge, "configuration.too_large", "max", MaxSize>>20)
	}
	if root, err = parse(text); err != nil {
		return d, nil, err
	}
	r := &reader{}
	r.sound(root, 0)
	if len(r.problems) == 0 {
		r.value(root, reflect.ValueOf(&d).Elem(), "")
	}
	if len(r.problems) == 0 && d.Kontor != Format {
		r.refuse(at(root, "kontor").Node, "kontor", "configuration.format", "format", Format)
	}
	return d, root, errs.Input(r.problems...)
}

var syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse returns the one mapping that a text is.
func parse(text []byte) (*yaml.Node, error) {
	if !utf8.Valid(text) {
		return nil, errs.Input(errs.At(place, "input.characters"))
	}
	var document, more yaml.Node
	from := yaml.NewDecoder(bytes.NewReader(text))
	err := from.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil, errs.Input(errs.At(place, "configuration.empty"))
	}
	if err != nil {
		return nil, errs.Input(syntax(err))
	}
	if err := from.Decode(&more); err == nil {
		p := errs.At(place, "configuration.one_document")
		p.Line = more.Line
		return nil, errs.Input(p)
	} else if !errors.Is(err, io.EOF) {
		return nil, errs.Input(syntax(err))
	}
	if len(document.Content) != 1 {
		return nil, errs.Input(errs.At(place, "configuration.empty"))
	}
	return document.Content[0], nil
}

func syntax(err error) errs.Problem {
	text := err.Error()
	found := syntaxLine.FindStringSubmatch(text)
	p := errs.At(place, "configuration.syntax", "message", strings.TrimPrefix(text, found[0]))
	p.Line, _ = strconv.Atoi(found[1])
	return p
}

// reader fills a document and collects what is wrong.
type reader struct {
	problems []errs.Problem
	nodes    int
}

func (r *reader) refuse(n *yaml.Node, path, code string, params ...any) {
	if len(r.problems) < maxProblems {
		p := errs.At(join(place, path), code, params...)
		p.Line, p.Column = n.Line, n.Column
		r.problems = append(r.problems, p)
	}
}

// sound refuses what no configuration needs and what would make reading it costly.
func (r *reader) sound(n *yaml.Node, depth int) {
	r.nodes++
	switch {
	case r.nodes > maxNodes:
		if r.nodes == maxNodes+1 {
			r.refuse(n, "", "configuration.too_many", "max", maxNodes)
		}
		return
	case depth > maxDepth:
		r.refuse(n, "", "configuration.too_deep", "max", maxDepth)
		return
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.refuse(n, "", "configuration.alias")
		return
	case n.Style&yaml.TaggedStyle != 0:
		r.refuse(n, "", "configuration.tag")
		return
	case n.Kind == yaml.ScalarNode && strings.ContainsRune(n.Value, 0):
		r.refuse(n, "", "input.characters")
		return
	}
	for _, c := range n.Content {
		r.sound(c, depth+1)
	}
}

// value reads a node into a value of any of the types that documents are made of.
func (r *reader) value(n *yaml.Node, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.value(n, v.Elem(), path)
	case reflect.Struct:
		r.object(n, v, path)
	case reflect.Slice:
		r.list(n, v, path)
	case reflect.Map:
		r.pairs(n, v, path)
	case reflect.Interface:
		if x, ok := r.free(n, path); ok && x != nil {
			v.Set(reflect.ValueOf(x))
		}
	default:
		r.scalar(n, v, path)
	}
}

func (r *reader) scalar(n *yaml.Node, v reflect.Value, path string) {
	tag := n.ShortTag()
	switch v.Kind() {
	case reflect.String:
		if n.Kind != yaml.ScalarNode || tag == "!!null" {
			r.refuse(n, path, "configuration.expected_text")
			return
		}
		v.SetString(n.Value)
	case reflect.Bool:
		if n.Kind != yaml.ScalarNode || tag != "!!bool" {
			r.refuse(n, path, "configuration.expected_yes_no")
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int, reflect.Int64:
		number, err := strconv.ParseInt(n.Value, 10, 64)
		if n.Kind != yaml.ScalarNode || tag != "!!int" || err != nil {
			r.refuse(n, path, "configuration.expected_number")
			return
		}
		v.SetInt(number)
	}
}

func (r *reader) object(n *yaml.Node, v reflect.Value, path string) {
	if file, ok := v.Addr().Interface().(*File); ok && n.Kind == yaml.ScalarNode { // as older documents have it
		r.scalar(n, reflect.ValueOf(&file.Name).Elem(), path)
		return
	}
	known := fieldsOf(v.Type())
	r.each(n, path, func(key, value *yaml.Node, path string) {
		f, ok := known[key.Value]
		if !ok {
			r.refuse(key, path, "configuration.unknown_key", "key", shorten(key.Value))
			return
		}
		r.value(value, v.FieldByIndex(f.index), path)
	})
}

func (r *reader) pairs(n *yaml.Node, v reflect.Value, path string) {
	v.Set(reflect.MakeMap(v.Type()))
	r.each(n, path, func(key, value *yaml.Node, path string) {
		x := reflect.New(v.Type().Elem()).Elem()
		r.value(value, x, path)
		v.SetMapIndex(reflect.ValueOf(key.Value), x)
	})
}

// each goes through a mapping; a key that stands twice is refused.
func (r *reader) each(n *yaml.Node, path string, do func(key, value *yaml.Node, path string)) {
	if n.Kind != yaml.MappingNode {
		r.refuse(n, path, "configuration.expected_pairs")
		return
	}
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, here := n.Content[i], join(path, n.Content[i].Value)
		switch {
		case key.Kind != yaml.ScalarNode:
			r.refuse(key, path, "configuration.expected_text")
		case seen[key.Value]:
			r.refuse(key, here, "configuration.twice", "key", shorten(key.Value))
		default:
			do(key, n.Content[i+1], here)
		}
		seen[key.Value] = true
	}
}

// list reads a list. An empty one is a list too, and not nothing: what it does not name may be pruned.
func (r *reader) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		return
	}
	if n.Kind != yaml.SequenceNode {
		r.refuse(n, path, "configuration.expected_list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, c := range n.Content {
		r.value(c, v.Index(i), path+"["+strconv.Itoa(i)+"]")
	}
}

// free reads what may be anything, in the types that JSON has.
func (r *reader) free(n *yaml.Node, path string) (any, bool) {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		r.each(n, path, func(key, value *yaml.Node, path string) { m[key.Value], _ = r.free(value, path) })
		return m, true
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			list[i], _ = r.free(c, path+"["+strconv.Itoa(i)+"]")
		}
		return list, true
	}
	switch n.ShortTag() {
	case "!!null":
		return nil, true
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), true
	case "!!int", "!!float":
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || f != f || f > 1<<53 || f < -1<<53 {
			r.refuse(n, path, "configuration.expected_number")
		}
		return f, err == nil
	}
	return n.Value, true
}

// field is a key of an object.
type field struct {
	index []int
	name  string
	empty bool // left out when it is empty
}

// fieldsOf returns the keys of a type, those of embedded ones too.
func fieldsOf(t reflect.Type) map[string]field {
	found := map[string]field{}
	for _, f := range fieldList(t) {
		found[f.name] = f
	}
	return found
}

// fieldList returns the keys in their order.
func fieldList(t reflect.Type) (list []field) {
	for _, f := range reflect.VisibleFields(t) {
		name, options, tagged := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && name != "" && name != "-" {
			list = append(list, field{f.Index, name, tagged && options != ""})
		}
	}
	return list
}

// shorten keeps what is quoted back readable.
func shorten(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
