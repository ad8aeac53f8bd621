package templates

import (
	"maps"
	"slices"
)

// CleanOptions say where values come from.
type CleanOptions struct {
	Country string // the account's country, ISO 3166, for phone numbers without a country calling code
	// Partial values are a change of some fields: those not named are not looked at, and nil clears one.
	Partial bool
	// FromText values were written as text, by a pattern or a person: choices may be given by label and separated by
	// commas, and yes or no may be a word.
	FromText bool
}

// Clean brings values that came as JSON to their normal form and says precisely what is wrong where. The result holds
// the values without a problem; those that say nothing are left out, or nil when the values are partial. It consists
// of what JSON decodes to (string, bool, []any, map[string]any), so that it compares equal after it was stored.
func (f Form) Clean(values map[string]any, o CleanOptions) (map[string]any, []Problem) {
	const at = place("fields")
	clean := make(map[string]any, len(values))
	var problems []Problem
	for _, field := range f.Fields {
		v, named := values[field.Key]
		if !named && o.Partial {
			continue
		}
		v, problem := field.clean(v, o)
		switch {
		case problem != nil:
			problems = append(problems, at.key(field.Key).under([]Problem{*problem})...)
		case v != nil:
			clean[field.Key] = v
		case field.Required:
			problems = append(problems, at.key(field.Key).problem("field.required"))
		case o.Partial:
			clean[field.Key] = nil
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if _, known := f.Field(key); !known {
			problems = append(problems, at.key(key).problem("field.unknown"))
		}
	}
	return clean, problems
}

// clean brings one value to its normal form; nil is no value.
func (f Field) clean(v any, o CleanOptions) (any, *Problem) {
	rule, known := typeRules(f.Type)
	if v == nil || !known {
		return nil, nil
	}
	v, problem := rule.clean(f, v, o)
	if problem != nil {
		return nil, problem
	}
	return v, nil
}
