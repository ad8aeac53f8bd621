package templates

import (
	"strconv"
	"strings"
)

// Exemplify says what a pattern yields with the examples of Variables in place of an event's values, for whoever is
// writing it. Its problems are those of CompilePattern.
func Exemplify(source string) (string, []Problem) {
	p, problems := CompilePattern(source)
	if len(problems) > 0 {
		return "", problems
	}
	text, err := p.Render(exampleBindings(p.variables))
	if err != nil {
		return "", []Problem{{Code: "template.pattern_result_too_long", Line: 1, Column: 1}}
	}
	return text, nil
}

// exampleBindings gives every path its example. Those with a key of one's own have as many examples as there are keys.
func exampleBindings(paths []string) Bindings {
	b := Bindings{vars: map[string]any{}}
	variables := variableTable()
	for _, v := range variables {
		if !strings.HasSuffix(v.Path, ".*") {
			b.bind(v, v.exampleValue())
		}
	}
	for _, v := range variables {
		prefix, dynamic := strings.CutSuffix(v.Path, "*")
		if !dynamic {
			continue
		}
		values := map[string]any{}
		for _, path := range paths {
			if key, under := strings.CutPrefix(path, prefix); under && key != "" {
				values[key] = v.Example
			}
		}
		b.bind(v, values)
	}
	return b
}

func (v Variable) exampleValue() any {
	switch v.Type {
	case VariableNumber:
		n, _ := strconv.Atoi(v.Example)
		return n
	case VariableYesNo:
		return v.Example == "true"
	case VariableText, VariableTime:
	}
	return v.Example
}
