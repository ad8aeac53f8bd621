package templates

// Code is a stable code and the parameters that come with it. The message catalogues have a text for each.
type Code struct {
	Name   string
	Params []string
}

// ProblemCodes returns every code a Problem can have: template.* of definitions, hours.* of working hours, field.* of
// values.
func ProblemCodes() []Code {
	return []Code{
		{"template.required", nil},
		{"template.too_long", []string{"max"}},
		{"template.too_many", []string{"max"}},
		{"template.duplicate", []string{"value"}},
		{"template.unknown_option", []string{"value"}},
		{"template.out_of_range", []string{"min", "max"}},
		{"template.key_invalid", nil},
		{"template.id_invalid", nil},

		{"template.choices_missing", nil},
		{"template.setting_unsupported", []string{"type"}},
		{"template.currency_invalid", nil},
		{"template.limit_invalid", nil},
		{"template.limits_crossed", nil},
		{"template.color_invalid", nil},
		{"template.status_category_missing", []string{"category"}},
		{"template.status_initial_missing", nil},
		{"template.unknown_target", []string{"target"}},
		{"hours.span_invalid", nil},
		{"hours.time_zone", nil},

		{"template.pattern_syntax", []string{"near"}},
		{"template.pattern_unclosed", []string{"opening"}},
		{"template.pattern_too_long", []string{"max"}},
		{"template.pattern_too_deep", []string{"max"}},
		{"template.pattern_too_many_tags", []string{"max"}},
		{"template.pattern_too_many_filters", []string{"max"}},
		{"template.unknown_tag", []string{"tag"}},
		{"template.tag_misplaced", []string{"tag"}},
		{"template.tag_unclosed", []string{"tag"}},
		{"template.unknown_variable", []string{"variable"}},
		{"template.variable_group", []string{"variable"}},
		{"template.unknown_filter", []string{"filter"}},
		{"template.filter_arguments", []string{"filter", "min", "max", "given"}},
		{"template.pattern_result_too_long", nil}, // in steps
		{"template.pattern_failed", nil},          // in steps

		{"field.required", nil},
		{"field.unknown", nil},
		{"field.text_invalid", nil},
		{"field.too_long", []string{"max"}},
		{"field.number_invalid", nil},
		{"field.too_small", []string{"min"}},
		{"field.too_large", []string{"max"}},
		{"field.currency_invalid", nil},
		{"field.date_invalid", nil},
		{"field.date_time_invalid", nil},
		{"field.unknown_choice", []string{"value"}},
		{"field.choices_invalid", nil},
		{"field.yes_no_invalid", nil},
		{"field.phone_invalid", nil},
		{"field.email_invalid", nil},
		{"field.link_invalid", nil},
		{"field.id_invalid", nil},
	}
}

// StepCodes returns every kind of Step, as rule.outcome. The parameter problem holds a problem code, used the path of
// a variable.
func StepCodes() []Code {
	return []Code{
		{"fill.task.filled", []string{"template", "fields"}},
		{"fill.title.failed", []string{"problem"}},
		{"fill.title.fell_back", []string{"used"}},
		{"fill.title.cut", []string{"length", "max"}},
		{"fill.description.failed", []string{"problem"}},
		{"fill.description.cut", []string{"length", "max"}},
		{"fill.field.failed", []string{"field", "problem"}},
		{"fill.field.left_empty", []string{"field", "value", "problem"}},

		{"fill.contact.filled", []string{"template", "email", "phone", "fields"}},
		{"fill.name.failed", []string{"problem"}},
		{"fill.name.fell_back", []string{"used"}},
		{"fill.name.left_empty", nil},
		{"fill.name.cut", []string{"length", "max"}},
		{"fill.value.failed", []string{"target", "problem"}},
		{"fill.value.skipped", []string{"target", "value", "problem"}},

		{"assign.level.assigned", []string{"level", "count"}},
		{"assign.level.empty", []string{"level"}},
		{"assign.level.unusable", []string{"level"}},
		{"assign.chain.nobody", nil},
		{"assign.staff.unknown", []string{"level", "id"}},
		{"assign.staff.disabled", []string{"level", "id", "name"}},
		{"assign.staff.no_access", []string{"level", "id", "name"}},
		{"assign.staff.away", []string{"level", "id", "name"}},
		{"assign.staff.skipped", []string{"level", "id", "name"}},
		{"assign.team.unknown", []string{"level", "id"}},
		{"assign.team.empty", []string{"level", "id", "name"}},
		{"assign.team.no_access", []string{"level", "id", "name"}},
		{"assign.team.nobody_available", []string{"level", "id", "name"}},
		{"assign.team.picked", []string{"level", "id", "name", "staff_id", "staff_name", "open_tasks"}},
	}
}

// WarningCodes returns every code a Warning can have.
func WarningCodes() []Code {
	return []Code{
		{"coverage.nobody", nil},
		{"coverage.level_unusable", []string{"level"}},
		{"coverage.only_away", []string{"level"}},
		{"coverage.only_owner", nil},
	}
}
