package configuration

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"kontor/domain/errs"
)

// place is where the document stands in the input.
const place = "body.document"

func join(path, key string) string {
	if path == "" || key == "" {
		return path + key
	}
	return path + "." + key
}

// at finds what stands at a path, or the nearest thing around it: keys may have dots themselves, and not all that a service
// complains about stands in the text.
func at(n *yaml.Node, path string) spot {
	here := spot{n, n.Line, n.Column}
	for path != "" {
		next, rest := here.step(path)
		if next.Node == nil {
			return here
		}
		here, path = next, strings.TrimPrefix(rest, ".")
	}
	return here
}

// spot is a part of the document and where people look for it: at its key, when it has many lines itself.
type spot struct {
	*yaml.Node
	line, column int
}

func (n spot) step(path string) (next spot, rest string) {
	if inner, ok := strings.CutPrefix(path, "["); ok && n.Kind == yaml.SequenceNode {
		number, rest, _ := strings.Cut(inner, "]")
		if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < len(n.Content) {
			return spot{n.Content[i], n.Content[i].Line, n.Content[i].Column}, rest
		}
		return spot{}, ""
	}
	if n.Kind != yaml.MappingNode {
		return spot{}, ""
	}
	longest := -1
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		after, ok := strings.CutPrefix(path, key)
		if ok && len(key) > longest && (after == "" || after[0] == '.' || after[0] == '[') {
			longest, rest = len(key), after
			next = spot{n.Content[i+1], n.Content[i].Line, n.Content[i].Column}
		}
	}
	return next, rest
}

// lined gives problems that services found the lines of the document. A fault inside a text that stands line by line is in
// the line of the text that it is in.
func lined(root *yaml.Node, problems []errs.Problem) []errs.Problem {
	for i, p := range problems {
		n := at(root, strings.TrimPrefix(strings.TrimPrefix(p.Location, place), "."))
		inside := p.Line
		problems[i].Line, problems[i].Column = n.line, n.column
		if inside > 0 && n.Style&yaml.LiteralStyle != 0 {
			problems[i].Line = n.line + inside
		}
	}
	return problems
}
