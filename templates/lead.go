package templates

import (
	"maps"
	"slices"
	"strings"
)

// LeadMapping says where the answers of a lead form go, by the key of their question. It is written over what the
// templates read by themselves.
type LeadMapping map[string]LeadTarget

// LeadTarget is a place for one answer: LeadIgnored, LeadName, contact: and a Target, or task:field: and the key of a
// field.
type LeadTarget string

// The targets that every form can use.
const (
	LeadIgnored LeadTarget = "none" // it stays with the answers, on purpose
	LeadName    LeadTarget = "contact:name"
	LeadEmail   LeadTarget = contactTarget + LeadTarget(TargetEmail)
	LeadPhone   LeadTarget = contactTarget + LeadTarget(TargetPhone)

	contactTarget = "contact:"
	taskTarget    = "task:field:"
)

// TaskTarget is the place of a field of the task's form.
func TaskTarget(key string) LeadTarget { return LeadTarget(taskTarget + key) }

// ContactFieldTarget is the place of a field of the contact's form.
func ContactFieldTarget(key string) LeadTarget { return contactTarget + LeadTarget(FieldTarget(key)) }

// taskField returns the field of a task that a target names.
func (t LeadTarget) taskField(form Form) (Field, bool) {
	key, ok := strings.CutPrefix(string(t), taskTarget)
	field, known := form.Field(key)
	return field, ok && known
}

// contactField returns the field of a contact that a target names; e-mail and phone are treated as fields.
func (t LeadTarget) contactField(form Form) (Target, Field, bool) {
	name, ok := strings.CutPrefix(string(t), contactTarget)
	field, known := Target(name).field(form)
	return Target(name), field, ok && known
}

// Validate returns what is wrong with the mapping for a pair of templates.
func (m LeadMapping) Validate(o Object, c Contact) []Problem {
	var problems []Problem
	for _, question := range slices.Sorted(maps.Keys(m)) {
		target := m[question]
		_, inTask := target.taskField(o.Form)
		_, _, inContact := target.contactField(c.Form)
		if !inTask && !inContact && target != LeadIgnored && target != LeadName {
			problems = append(problems, place("mapping").key(question).problem("template.unknown_target", "target", string(target)))
		}
	}
	return problems
}

// FillTask writes answers into a task where the mapping says so. A value that its field does not take leaves the field as
// it is; the steps tell of it.
func (m LeadMapping) FillTask(t *Task, o Object, answers []Answer, options FillOptions) []Step {
	fill := &filling{clean: CleanOptions{Country: options.Country, FromText: true}}
	for _, a := range answers {
		field, mapped := m[a.Key].taskField(o.Form)
		if !mapped {
			continue
		}
		v, problem := field.clean(a.value(field), fill.clean)
		switch {
		case problem != nil:
			fill.note("fill.field.left_empty", "field", field.Key, "value", excerpt(a.Value), "problem", problem.Code)
		case v != nil:
			if t.Fields == nil {
				t.Fields = map[string]any{}
			}
			t.Fields[field.Key] = v
		}
	}
	return fill.steps
}

// FillContact writes answers into the draft of a contact where the mapping says so; see FillTask.
func (m LeadMapping) FillContact(d *ContactDraft, c Contact, answers []Answer, options FillOptions) []Step {
	fill := &filling{clean: CleanOptions{Country: options.Country, FromText: true}}
	for _, a := range answers {
		if m[a.Key] == LeadName {
			if name := cut(oneLine(a.Value), maxName); name != "" {
				d.Name = name
			}
			continue
		}
		target, field, mapped := m[a.Key].contactField(c.Form)
		if !mapped {
			continue
		}
		v, problem := field.clean(a.value(field), fill.clean)
		switch {
		case problem != nil:
			fill.note("fill.value.skipped", "target", string(target), "value", excerpt(a.Value), "problem", problem.Code)
		case v == nil:
		case target == TargetEmail:
			d.Email = plainText(v)
		case target == TargetPhone:
			d.Phone = plainText(v)
		default:
			if d.Fields == nil {
				d.Fields = map[string]any{}
			}
			d.Fields[field.Key] = v
		}
	}
	return fill.steps
}

// value is an answer in the form that a field takes: several values stay apart where the field holds several.
func (a Answer) value(f Field) any {
	if f.Type != TypeMultiChoice || len(a.Values) < 2 {
		return a.Value
	}
	list := make([]any, len(a.Values))
	for i, v := range a.Values {
		list[i] = v
	}
	return list
}

const answersPath = "lead.answers."

// ReadsAnswer tells where a template pair puts the answer to a question by itself: the target, empty when it goes into a
// title, a description or a name; false when nothing reads it.
func ReadsAnswer(question string, o Object, c Contact) (LeadTarget, bool) {
	path, names := answersPath+question, newVariableNames()
	for _, m := range c.Mapping {
		for _, source := range m.Sources {
			if slices.Contains(sourceOf(source, names).variables(), path) {
				return contactTarget + LeadTarget(m.Target), true
			}
		}
	}
	for _, field := range o.Form.Fields {
		text, _ := o.Defaults.Fields[field.Key].(string)
		if slices.Contains(patternSource(text).variables(), path) {
			return TaskTarget(field.Key), true
		}
	}
	for _, text := range []string{c.NamePattern, o.Defaults.Title, o.Defaults.Description} {
		if slices.Contains(patternSource(text).variables(), path) {
			return "", true
		}
	}
	return "", false
}

// sourceOf is a source of a contact's mapping: a pattern, or the path of a variable.
func sourceOf(text string, names variableNames) source {
	if IsPattern(text) {
		return patternSource(text)
	}
	return pathSource(text, names)
}

// variables are the paths that a source reads.
func (s source) variables() []string { return variablesOf([]source{s}) }

// PendingLeadTitle returns the title of a lead whose answers cannot be read yet, in one of the presets' languages; in English
// when there are none in that language.
func PendingLeadTitle(language string) (*Pattern, error) {
	presets, err := Presets(language)
	if err != nil {
		if presets, err = Presets("en"); err != nil {
			return nil, err
		}
	}
	var title *Pattern
	for _, p := range presets {
		if p.PendingTitle != "" {
			title, _ = CompilePattern(p.PendingTitle)
		}
	}
	return title, nil
}
