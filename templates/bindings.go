package templates

import "strings"

// Bindings are the values of a Scope in the form patterns read them: maps of texts, numbers and yes/no, nothing else,
// because the library would let a pattern call the methods of anything richer. One Bindings serves all patterns of an
// event.
type Bindings struct{ vars map[string]any }

// Bindings makes the values for rendering. Groups without any value are left out, so that {% if lead %} asks whether
// the event is a lead.
func (s Scope) Bindings() Bindings {
	b := Bindings{vars: make(map[string]any, 16)}
	variables := variableTable()
	for _, v := range variables {
		b.bind(v, v.value(&s))
	}
	for _, v := range variables { // numbers and yes/no, where their group has come to be
		if v.Type == VariableNumber || v.Type == VariableYesNo {
			group, name, _ := strings.Cut(v.Path, ".")
			if vars, ok := b.vars[group].(map[string]any); ok {
				vars[name] = v.value(&s)
			}
		}
	}
	return b
}

func (b Bindings) bind(v Variable, value any) {
	group, name, grouped := strings.Cut(v.Path, ".")
	switch {
	case value == "" || value == 0 || value == false:
		return
	case !grouped:
		b.vars[group] = sized(value)
		return
	}
	if dynamic, ok := value.(map[string]any); ok {
		if !tidy(dynamic) {
			return
		}
		if name == "*" {
			b.vars[group] = dynamic
			return
		}
		name, value = strings.TrimSuffix(name, ".*"), dynamic
	}
	vars, ok := b.vars[group].(map[string]any)
	if !ok {
		vars = map[string]any{"size": nil}
		b.vars[group] = vars
	}
	vars[name] = sized(value)
}

// tidy drops empty values and tells whether any is left. The library answers .size of a map with the number of its
// keys; a question called "size" must not get that.
func tidy(vars map[string]any) bool {
	for key, v := range vars {
		if vars[key] = sized(v); v == "" {
			delete(vars, key)
		}
	}
	if len(vars) == 0 {
		return false
	}
	if _, asked := vars["size"]; !asked {
		vars["size"] = nil
	}
	return true
}

// sized cuts a text to what the longest place for it takes.
func sized(v any) any {
	if s, ok := v.(string); ok && len(s) > MaxDescription {
		return firstRunes(s, MaxDescription)
	}
	return v
}

// text returns the value of a variable as text; "" when it has none.
func (b Bindings) text(path []string) string {
	var v any = b.vars
	for _, name := range path {
		vars, _ := v.(map[string]any)
		v = vars[name]
	}
	return plainText(v)
}

// variableKind is what a path means.
type variableKind int

const (
	variableUnknown variableKind = iota
	variableValue
	variableGroup // more than one value: contact, lead.answers
)

// variableNames knows every path of Variables.
type variableNames map[string]variableKind

func newVariableNames() variableNames {
	names := make(variableNames)
	for _, v := range variableTable() {
		for i := range v.Path {
			if v.Path[i] == '.' {
				names[v.Path[:i]] = variableGroup
			}
		}
		names[v.Path] = variableValue
	}
	return names
}

func (n variableNames) kind(path []string) variableKind {
	prefix, name := "", path[len(path)-1]
	if name == "" {
		return variableUnknown
	}
	for _, group := range path[:len(path)-1] {
		if strings.Contains(group, ".") {
			return variableUnknown
		}
		prefix += group + "."
	}
	if kind := n[prefix+name]; kind != variableUnknown && !strings.ContainsAny(name, ".*") {
		return kind
	}
	return n[prefix+"*"]
}

// split reads the path of a mapping: the same as in a pattern, except that whatever follows contact.fields, lead.answers
// or form is one key, dots and blanks included, as forms name their questions.
func (n variableNames) split(path string) (parts []string, known bool) {
	for i := range path {
		if path[i] == '.' && n[path[:i]+".*"] == variableValue && i+1 < len(path) {
			return append(strings.Split(path[:i], "."), path[i+1:]), true
		}
	}
	parts = strings.Split(path, ".")
	return parts, n.kind(parts) == variableValue
}

// Missing returns the paths that a pattern reads and that have no value, in order of appearance.
func (b Bindings) Missing(p *Pattern) (paths []string) {
	for _, path := range p.variables {
		var at any = b.vars
		for part := range strings.SplitSeq(path, ".") {
			if vars, ok := at.(map[string]any); ok {
				at = vars[part]
			} else {
				at = nil
			}
		}
		if at == nil || at == "" {
			paths = append(paths, path)
		}
	}
	return paths
}
