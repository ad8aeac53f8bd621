package templates

import "strings"

// Contact is a contact template: what a contact is made from, and where each of its values comes from.
type Contact struct {
	Name        string      `json:"name"`
	Kind        ContactKind `json:"kind" enum:"person,company"`
	Form        Form        `json:"form"`
	Group       string      `json:"group,omitempty"`
	Tags        []string    `json:"tags,omitempty"`
	NamePattern string      `json:"name_pattern,omitempty" doc:"a pattern"`
	Mapping     []Mapping   `json:"mapping,omitempty" doc:"where each value comes from"`
}

// ContactKind tells people from companies.
type ContactKind string

// The contact kinds.
const (
	Person  ContactKind = "person"
	Company ContactKind = "company"
)

// Mapping says where one value of the contact comes from. The sources are tried in order; the first that yields a
// value the target takes wins. A source is the path of a variable (profile.first_name) or a pattern.
type Mapping struct {
	Target  Target   `json:"target" doc:"email, phone, or field: and the key of a field"`
	Sources []string `json:"sources,omitempty" doc:"paths of variables or patterns; the first that yields a value wins"`
}

// Target is what a Mapping fills: TargetEmail, TargetPhone, or field:<key>. The name has its own pattern.
type Target string

// The targets every contact has.
const (
	TargetEmail Target = "email"
	TargetPhone Target = "phone"
	fieldTarget        = "field:"
)

const maxSources = 20

// FieldTarget is the target of a field of the contact's form.
func FieldTarget(key string) Target { return Target(fieldTarget + key) }

// field returns the field a target fills. E-mail and phone are treated as the fields they would be.
func (t Target) field(form Form) (Field, bool) {
	switch t {
	case TargetEmail:
		return Field{Key: string(t), Type: TypeEmail}, true
	case TargetPhone:
		return Field{Key: string(t), Type: TypePhone}, true
	}
	key, isField := strings.CutPrefix(string(t), fieldTarget)
	field, known := form.Field(key)
	return field, isField && known
}

// Validate returns what is wrong with the template.
func (c Contact) Validate() []Problem {
	var found checks
	found.text("name", c.Name, true, maxName)
	option(&found, "kind", c.Kind, Person, Company)
	found.add(place("form").under(c.Form.Validate())...)
	found.text("group", c.Group, false, maxName)
	found.tags("tags", c.Tags)
	found.pattern("name_pattern", c.NamePattern)
	found.mapping("mapping", c)
	return found.problems
}

func (c *checks) mapping(at place, contact Contact) {
	c.count(at, len(contact.Mapping), maxFields+2)
	names := newVariableNames()
	targets := make([]string, len(contact.Mapping))
	for i, m := range contact.Mapping {
		here := at.index(i)
		targets[i] = string(m.Target)
		if _, known := m.Target.field(contact.Form); !known {
			c.add(here.key("target").problem("template.unknown_target", "target", string(m.Target)))
		}
		if len(m.Sources) == 0 {
			c.add(here.key("sources").problem("template.required"))
		}
		c.count(here.key("sources"), len(m.Sources), maxSources)
		for j, source := range m.Sources {
			c.source(here.key("sources").index(j), source, names)
		}
	}
	c.unique(at, "target", targets)
}

// source wants a pattern that compiles or the path of a variable.
func (c *checks) source(at place, source string, names variableNames) {
	if IsPattern(source) {
		c.pattern(at, source)
		return
	}
	if _, known := names.split(strings.TrimSpace(source)); !known {
		problem := at.problem("template.unknown_variable", "variable", cut(source, maxNear))
		problem.Line, problem.Column = 1, 1
		c.add(problem)
	}
}
