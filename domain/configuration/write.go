package configuration

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Write writes a document: always the same text for the same configuration.
func (d Document) Write() ([]byte, error) {
	var text bytes.Buffer
	to := yaml.NewEncoder(&text)
	to.SetIndent(2)
	root := toNode(reflect.ValueOf(d))
	compact(root, 0)
	if err := to.Encode(root); err != nil {
		return nil, err
	}
	return text.Bytes(), to.Close()
}

// toNode makes the tree of a value, keys in the order of their type, or of the alphabet.
func toNode(v reflect.Value) *yaml.Node {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return leaf(nil)
		}
		return toNode(v.Elem())
	case reflect.Struct:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, f := range fieldList(v.Type()) {
			if x := v.FieldByIndex(f.index); !f.empty || !isEmpty(x) {
				n.Content = append(n.Content, leaf(f.name), toNode(x))
			}
		}
		return n
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			n.Content = append(n.Content, toNode(v.Index(i)))
		}
		return n
	case reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode}
		keys := slices.SortedFunc(maps.Keys(mapOf(v)), strings.Compare)
		for _, k := range keys {
			n.Content = append(n.Content, leaf(k), toNode(mapOf(v)[k]))
		}
		return n
	case reflect.String:
		return leaf(v.String())
	}
	return leaf(v.Interface())
}

func mapOf(v reflect.Value) map[string]reflect.Value {
	m := make(map[string]reflect.Value, v.Len())
	for key, value := range v.Seq2() {
		m[key.String()] = value
	}
	return m
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return len(toNode(v).Content) == 0
	}
	return v.IsZero()
}

// leaf makes a value that has no parts; the library knows which texts need quotes, but for the sign of a merge.
func leaf(v any) *yaml.Node {
	n := &yaml.Node{}
	if err := n.Encode(v); err != nil || n.ShortTag() == "!!merge" {
		text, _ := v.(string) // it encodes every text, number and truth value
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.SingleQuotedStyle}
	}
	return n
}

// maxFlow is the longest line that parts of a thing are put on together.
const maxFlow = 100

// compact puts small things inside others on one line: a status, a field, a choice.
func compact(n *yaml.Node, depth int) {
	const inside = 3 // the document, a section, a thing in it
	for _, c := range n.Content {
		compact(c, depth+1)
	}
	if len(n.Content) == 0 || depth > inside && short(n) {
		n.Style |= yaml.FlowStyle
	}
}

func short(n *yaml.Node) bool {
	length := 0
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode || strings.ContainsRune(c.Value, '\n') {
			return false
		}
		length += len(c.Value) + 2
	}
	return length <= maxFlow
}
