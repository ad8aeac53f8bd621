package templates

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Problem is one fault of a template or of a value, at one place of it.
type Problem struct {
	Location string         `json:"location"`         // form.fields[2].choices[0].key
	Code     string         `json:"code"`             // one of ProblemCodes
	Params   map[string]any `json:"params,omitempty"` // values for the message's placeholders

	// Where in a pattern the fault begins, counted in characters. Line and Column start at 1 and are 0 when the problem
	// is not about a place inside a text; Offset starts at 0.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	Offset int `json:"offset,omitempty"`
}

// Step is one decision in the explanation of how a task or a contact came about, as the task's why shows it. Rule and
// Outcome together are one of StepCodes.
type Step struct {
	Rule    string         `json:"rule"`
	Input   map[string]any `json:"input,omitempty"`
	Outcome string         `json:"outcome"`
}

// NewStep makes the Step of a code; its last part is the outcome.
func NewStep(code string, input ...any) Step {
	cut := strings.LastIndexByte(code, '.')
	return Step{Rule: code[:cut], Input: pairs(input), Outcome: code[cut+1:]}
}

// place is a location inside a template or a set of values, as Problem names it.
type place string

func (p place) key(name string) place {
	if p == "" {
		return place(name)
	}
	return p + "." + place(name)
}

func (p place) index(i int) place { return p + place(fmt.Sprintf("[%d]", i)) }

func (p place) problem(code string, params ...any) Problem {
	return Problem{Location: string(p), Code: code, Params: pairs(params)}
}

// under moves problems that were found without knowing where they are to this place.
func (p place) under(problems []Problem) []Problem {
	for i := range problems {
		if problems[i].Location == "" {
			problems[i].Location = string(p)
		} else {
			problems[i].Location = string(p.key(problems[i].Location))
		}
	}
	return problems
}

// checks collects the problems of a definition.
type checks struct{ problems []Problem }

func (c *checks) add(problems ...Problem) { c.problems = append(c.problems, problems...) }

// text wants a text of at most limit characters; required ones must not be blank.
func (c *checks) text(at place, s string, required bool, limit int) {
	switch {
	case required && strings.TrimSpace(s) == "":
		c.add(at.problem("template.required"))
	case utf8.RuneCountInString(s) > limit:
		c.add(at.problem("template.too_long", "max", limit))
	}
}

// count wants at most limit things.
func (c *checks) count(at place, n, limit int) {
	if n > limit {
		c.add(at.problem("template.too_many", "max", limit))
	}
}

// id wants the id of a row of ours.
func (c *checks) id(at place, s string) {
	if !isID(s) {
		c.add(at.problem("template.id_invalid"))
	}
}

// ids wants a list of ids without repetition.
func (c *checks) ids(at place, ids []string) {
	c.count(at, len(ids), maxListed)
	for i, id := range ids {
		c.id(at.index(i), id)
	}
	c.unique(at, "", ids)
}

// unique wants each value once; key names the part of an element that holds it.
func (c *checks) unique(at place, key string, values []string) {
	seen := make(map[string]bool, len(values))
	for i, v := range values {
		if seen[v] {
			where := at.index(i)
			if key != "" {
				where = where.key(key)
			}
			c.add(where.problem("template.duplicate", "value", v))
		}
		seen[v] = true
	}
}

// option wants one of the allowed words.
func option[T ~string](c *checks, at place, value T, allowed ...T) {
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	c.add(at.problem("template.unknown_option", "value", string(value)))
}

func pairs(params []any) map[string]any {
	if len(params) == 0 {
		return nil
	}
	m := make(map[string]any, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		m[fmt.Sprint(params[i])] = params[i+1]
	}
	return m
}
