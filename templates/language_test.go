package templates

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func rendered(t require.TestingT, source string, scope Scope) string {
	p, problems := CompilePattern(source)
	require.Empty(t, problems)
	text, err := p.Render(scope.Bindings())
	require.NoError(t, err)
	return text
}

func TestPatternRender(t *testing.T) {
	t.Parallel()
	scope := berlinScope()
	for name, c := range map[string]struct{ pattern, want string }{
		"text_alone":                   {"Hello", "Hello"},
		"variable":                     {"Hi {{ contact.first_name }}!", "Hi Anna!"},
		"missing_variable_is_nothing":  {"[{{ contact.phone }}]", "[]"},
		"if_asks_for_a_value":          {"{% if contact.phone %}a{% elsif contact.email %}b{% else %}c{% endif %}", "b"},
		"if_asks_for_a_group":          {"{% if lead %}lead{% else %}none{% endif %}", "none"},
		"unless":                       {"{% unless contact.phone %}no phone{% endunless %}", "no phone"},
		"case":                         {`{% case channel.kind %}{% when "a", "chat" %}x{% else %}y{% endcase %}`, "x"},
		"number_is_compared":           {"{% if message.attachment_count > 0 %}yes{% else %}no{% endif %}", "no"},
		"number_zero_is_printed":       {"{{ message.attachment_count }}", "0"},
		"contains":                     {`{% if message.text contains "bike" %}bike{% endif %}`, "bike"},
		"and_or_brackets":              {`{% if (contact.phone or contact.email) and lead.id == nil %}ok{% endif %}`, "ok"},
		"field_of_a_contact":           {"{{ contact.fields.level }}", "VIP"},
		"money_field":                  {"{{ contact.fields.deposit }}", "12.50 EUR"},
		"list_field":                   {"{{ contact.fields.sizes }}", "m, l"},
		"field_by_quoted_key":          {`{{ form["favourite colour"] }}`, "red"},
		"key_called_size":              {"{{ form.size }}", ""},
		"whitespace_control":           {"a  {{- contact.first_name -}}  b", "aAnnab"},
		"quoted_braces":                {`{{ "{{ contact.name" }}`, "{{ contact.name"},
		"escapes":                      {`{{ "a\"b\nc" }}`, "a\"b\nc"},
		"filter_default":               {`{{ contact.phone | default: "none" }}`, "none"},
		"filter_default_variable":      {`{{ contact.phone | default: contact.email }}`, "anna@example.com"},
		"filter_truncate":              {`{{ message.text | truncate: 8 }}`, "Is the …"},
		"filter_truncate_own_ellipsis": {`{{ message.text | truncate: 8, "" }}`, "Is the r"},
		"filter_truncatewords":         {`{{ message.text | truncatewords: 2 }}`, "Is the…"},
		"filter_first_line":            {`{{ message.text | first_line }}`, "Is the red bike still available?"},
		"filter_single_line":           {`{{ message.text | single_line }}`, "Is the red bike still available? Thanks!"},
		"filter_strip":                 {`{{ "  a " | strip }}`, "a"},
		"filter_upcase_downcase":       {`{{ "äB" | upcase }}{{ "ÄB" | downcase }}`, "ÄBäb"},
		"filter_capitalize":            {`{{ "éCOLE" | capitalize }}`, "École"},
		"filter_append_prepend":        {`{{ "b" | append: "c" | prepend: "a" }}`, "abc"},
		"filter_replace_remove":        {`{{ "Re: Re: x" | remove: "Re: " | replace: "x", "y" }}`, "y"},
		"filter_date":                  {`{{ now | date: "%d.%m.%Y %H:%M, %e.%y %F %R %S %% %q%" }}`, "02.11.2026 09:05, 2.26 2026-11-02 09:05 07 % %q%"},
		"filter_date_of_a_day":         {`{{ "2026-11-21" | date: "%d.%m." }}`, "21.11."},
		"filter_date_of_other_text":    {`{{ "soon" | date: "%d" }}`, "soon"},
		"filter_date_unicode":          {`{{ now | date: "%ü" }}`, "%ü"},
		"filter_size":                  {`{{ "äöü" | size }}`, "3"},
		"odd_filter_arguments":         {`{{ "abc" | truncate: "x" }}{{ "abc" | truncate: -1 }}{{ 1 | append: true }}`, "abc…1true"},
		"time_has_its_zone":            {"{{ now }}", "2026-11-02T09:05:07+01:00"},
		"channel_falls_back_to_name":   {"{{ channel.display_name }}", "Radhaus Berger"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, rendered(t, c.pattern, scope))
		})
	}
}

func TestPatternNeverReadsValues(t *testing.T) {
	t.Parallel()
	const sly = `{{ account.name }}{% if contact %}x{% endif %}`
	scope := Scope{Account: AccountScope{Name: "secret"}, Contact: ContactScope{Name: sly}, Message: MessageScope{Text: sly}}
	for name, pattern := range map[string]string{
		"value":                  `{{ contact.name }}`,
		"value_through_filters":  `{{ "" | append: contact.name | replace: "nothing", account.name }}`,
		"value_as_an_argument":   `{{ "?" | replace: "?", contact.name }}`,
		"value_by_default":       `{{ nil | default: message.text }}`,
		"value_read_in_a_branch": `{% if contact.name contains "{{" %}{{ contact.name }}{% endif %}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, sly, rendered(t, pattern, scope))
		})
	}
	t.Run("filled_text_filled_again_stays_itself", func(t *testing.T) {
		t.Parallel()
		task, _ := Object{Name: "n", Defaults: Defaults{Title: "{{ contact.name }}"}}.Compile().Fill(scope, FillOptions{})
		require.Equal(t, sly, task.Title)
	})
}

func TestCompilePatternRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pattern, code    string
		line, column, at int
	}{
		"unknown_variable":           {"Hi {{ contact.nmae }}", "template.unknown_variable", 1, 7, 6},
		"position_counts_characters": {"Grüße\nan {{ kunde }}", "template.unknown_variable", 2, 7, 12},
		"unknown_root":               {"{{ size }}", "template.unknown_variable", 1, 4, 3},
		"method_of_a_value":          {"{{ now.Unix }}", "template.unknown_variable", 1, 4, 3},
		"size_of_a_text":             {"{{ contact.name.size }}", "template.unknown_variable", 1, 4, 3},
		"below_a_dynamic_key":        {"{{ form.a.b }}", "template.unknown_variable", 1, 4, 3},
		"index_that_looks_like_path": {`{{ contact["fields.*"] }}`, "template.unknown_variable", 1, 4, 3},
		"group_printed":              {"{{ contact }}", "template.variable_group", 1, 4, 3},
		"dynamic_group_printed":      {"{{ lead.answers | size }}", "template.variable_group", 1, 4, 3},
		"unknown_filter":             {"{{ contact.name | shout }}", "template.unknown_filter", 1, 19, 18},
		"too_many_arguments":         {`{{ contact.name | upcase: 1 }}`, "template.filter_arguments", 1, 19, 18},
		"too_few_arguments":          {`{{ contact.name | replace: "a" }}`, "template.filter_arguments", 1, 19, 18},
		"named_argument":             {`{{ contact.name | default: "a", allow_false: true }}`, "template.pattern_syntax", 1, 33, 32},
		"space_before_colon":         {`{{ contact.name | truncate : 1 }}`, "template.pattern_syntax", 1, 28, 27},
		"missing_operand":            {"{% if contact.name == %}a{% endif %}", "template.pattern_syntax", 1, 22, 21},
		"empty_condition":            {"{% if %}a{% endif %}", "template.pattern_syntax", 1, 6, 5},
		"two_values":                 {"{{ contact.name contact.email }}", "template.pattern_syntax", 1, 17, 16},
		"open_text":                  {`{{ "abc }}`, "template.pattern_syntax", 1, 4, 3},
		"open_bracket":               {`{{ (contact.name }}`, "template.pattern_syntax", 1, 17, 16},
		"index_by_number":            {`{{ form[1] }}`, "template.pattern_syntax", 1, 9, 8},
		"arguments_of_else":          {"{% if lead %}{% else x %}{% endif %}", "template.pattern_syntax", 1, 22, 21},
		"statement_in_expression":    {"{{ %assign x = 1 }}", "template.pattern_syntax", 1, 4, 3},
		"semicolon":                  {"{{ 1; 2 }}", "template.pattern_syntax", 1, 5, 4},
		"number_too_long":            {"{{ 99999999999999999999 }}", "template.pattern_syntax", 1, 4, 3},
		"name_the_library_panics_at": {"{{ a\u00a0b }}", "template.pattern_syntax", 1, 4, 3},
		"no_utf8":                    {"a\xffb", "template.pattern_syntax", 1, 1, 0},
		"output_not_closed":          {"a {{ contact.name }", "template.pattern_unclosed", 1, 3, 2},
		"output_over_two_lines":      {"{{ contact.name\n| upcase }}", "template.pattern_unclosed", 1, 1, 0},
		"tag_not_closed":             {"{% if contact.name }}", "template.pattern_unclosed", 1, 1, 0},
		"block_not_closed":           {"x{% if contact.name %}", "template.tag_unclosed", 1, 2, 1},
		"end_without_begin":          {"{% endif %}", "template.tag_misplaced", 1, 1, 0},
		"else_without_if":            {"{% else %}", "template.tag_misplaced", 1, 1, 0},
		"blocks_crossed":             {"{% if lead %}{% endcase %}{% endif %}", "template.tag_misplaced", 1, 14, 13},
		"elsif_in_unless":            {"{% unless lead %}{% elsif post %}{% endunless %}", "template.tag_misplaced", 1, 18, 17},
		"loop":                       {"{% for i in form %}{% endfor %}", "template.unknown_tag", 1, 1, 0},
		"assignment":                 {"{% assign a = 1 %}", "template.unknown_tag", 1, 1, 0},
		"include":                    {`{% include "x" %}`, "template.unknown_tag", 1, 1, 0},
		"raw":                        {"{% raw %}{% endraw %}", "template.unknown_tag", 1, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pattern, problems := CompilePattern(c.pattern)
			require.Nil(t, pattern)
			codesOf(t, problems)
			first := problems[0]
			require.Equal(t, c.code, first.Code)
			require.Equal(t, []int{c.line, c.column, c.at}, []int{first.Line, first.Column, first.Offset})
		})
	}
	t.Run("all_unknown_names_at_once", func(t *testing.T) {
		t.Parallel()
		_, problems := CompilePattern("{{ a }} {{ b | c }} {% if d %}{% endif %}")
		require.Equal(t, []string{"template.unknown_variable", "template.unknown_variable", "template.unknown_filter",
			"template.unknown_variable"}, codesOf(t, problems))
	})
}

// Each of these ends the process or runs away with the library as it is.
func TestPatternAttacks(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	doubling := `{{ message.text` + strings.Repeat(` | append: message.text | replace: "x", message.text`, 8) + ` }}`
	blowUp := `{{ "` + long + `" | replace: "x", "` + long + `" | replace: "x", "` + long + `" }}`
	for name, pattern := range map[string]string{
		"replace_of_replace":   blowUp,
		"doubling":             doubling,
		"much_output":          strings.Repeat("{{ message.text }}", maxPatternTags),
		"range":                `{{ (1..30000000) | join: "," }}`,
		"range_in_loop":        `{% for i in (1..999999999) %}x{% endfor %}`,
		"table":                `{% tablerow i in (1..999999999) %}x{% endtablerow %}`,
		"capture":              `{% capture a %}x{% endcapture %}`,
		"too_long":             strings.Repeat("x", maxPatternBytes+1),
		"too_many_tags":        strings.Repeat("{{ 1 }}", maxPatternTags+1),
		"too_deep":             strings.Repeat("{% if lead %}", 21) + strings.Repeat("{% endif %}", 21),
		"brackets_too_deep":    "{{ " + strings.Repeat("(", 21) + "1" + strings.Repeat(")", 21) + " }}",
		"too_many_filters":     "{{ 1" + strings.Repeat(" | upcase", maxPatternFilters+1) + " }}",
		"wide_date":            `{{ now | date: "%999999999Y" }}` + doubling,
		"selector_of_the_case": `{{ {%when 1 }}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, problems := CompilePattern(pattern)
			if len(problems) > 0 {
				codesOf(t, problems)
				return
			}
			_, err := p.Render(Scope{Message: MessageScope{Text: strings.Repeat("x", 1<<20)}}.Bindings())
			require.ErrorIs(t, err, ErrTooLong)
			require.NotErrorIs(t, err, errLibrary)
		})
	}
}

func TestPatternAtItsLimits(t *testing.T) {
	t.Parallel()
	for name, pattern := range map[string]string{
		"length":  strings.Repeat("x", maxPatternBytes),
		"tags":    strings.Repeat("{{ 1 }}", maxPatternTags),
		"depth":   strings.Repeat("{% if account %}", 20) + strings.Repeat("{% endif %}", 20),
		"filters": "{{ 1" + strings.Repeat(" | upcase", maxPatternFilters) + " }}",
	} {
		t.Run(name+"_is_taken", func(t *testing.T) {
			t.Parallel()
			rendered(t, pattern, Scope{Account: AccountScope{Name: "a"}})
		})
	}
}

func TestPatternVariables(t *testing.T) {
	t.Parallel()
	p, problems := CompilePattern(`{{ form.a | default: lead.answers["b c"] }}{% if contact.name %}{{ form.a }}{% endif %}`)
	require.Empty(t, problems)
	require.Equal(t, []string{"form.a", "lead.answers.b c", "contact.name"}, p.Variables())
}

func TestPatternConcurrently(t *testing.T) {
	t.Parallel()
	p, problems := CompilePattern(`{% if contact.name %}{{ contact.name | upcase | append: "!" }}{% endif %}`)
	require.Empty(t, problems)
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d"} {
		wg.Go(func() {
			for range 200 {
				text, err := p.Render(Scope{Contact: ContactScope{Name: name}}.Bindings())
				if err != nil || text != strings.ToUpper(name)+"!" {
					t.Errorf("got %q, %v", text, err)
				}
			}
		})
	}
	wg.Wait()
}

// What our reading accepts, the library accepts and renders without a panic; words are put together at random, since
// random bytes seldom get past the first of them.
func TestOurReadingIsStricterThanTheLibrary(t *testing.T) {
	t.Parallel()
	words := []string{"contact.name", "lead", "form", ".a", `["b c"]`, "now", "'x'", `"y\n"`, "1", "-2.5", "true", "nil",
		"==", "!=", "<", ">", "<=", ">=", "contains", "and", "or", "in", "|", "upcase", "default:", "replace:", "truncate:",
		"date:", "(", ")", "[", "]", ",", "..", ".", "-", "?", ":", ";", "%", "ä", "size", "{%when ", "%loop "}
	parts := []string{"{{ # }}", "{{-#-}}", "{% if # %}", "{% elsif # %}", "{% else %}", "{% endif %}", "{% unless # %}",
		"{% endunless %}", "{% case # %}", "{% when # %}", "{% endcase %}", "{%-if #-%}", "text", "\n", "{%", "}}"}
	// By chance alone hardly anything is accepted, and in some runs nothing.
	sound := []string{"contact.name", "now", "'x'", "lead | default: 'x'", `form["b c"] | upcase`}
	whole := []string{"{{ # }}", "{{-#-}}", "{% if # %}a{% else %}b{% endif %}", "{% unless # %}a{% endunless %}"}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		var source strings.Builder
		for range rapid.IntRange(1, 6).Draw(t, "parts") {
			if rapid.Bool().Draw(t, "sound") {
				part := rapid.SampledFrom(whole).Draw(t, "whole")
				source.WriteString(strings.ReplaceAll(part, "#", rapid.SampledFrom(sound).Draw(t, "expression")))
				continue
			}
			expression := rapid.SliceOfN(rapid.SampledFrom(words), 1, 7).Draw(t, "words")
			space := rapid.SampledFrom([]string{" ", " ", " ", ""}).Draw(t, "space")
			part := rapid.SampledFrom(parts).Draw(t, "part")
			source.WriteString(strings.ReplaceAll(part, "#", strings.Join(expression, space)))
		}
		p, problems := CompilePattern(source.String())
		codesOf(t, problems)
		if len(readPattern(source.String()).problems) > 0 {
			return
		}
		require.NotNil(t, p, "the library refuses %q", source.String())
		_, err := p.Render(berlinScope().Bindings())
		require.NotErrorIs(t, err, errLibrary, "%q", source.String())
		accepted++
	})
	require.Positive(t, accepted)
}

func TestFilters(t *testing.T) {
	t.Parallel()
	for _, f := range Filters() {
		t.Run(f.Name+"_has_an_example_that_works", func(t *testing.T) {
			t.Parallel()
			require.Contains(t, f.Example, f.Name)
			require.Equal(t, "template.filter."+f.Name, f.Description)
			require.LessOrEqual(t, f.Optional, len(f.Args))
			rendered(t, "{{ "+f.Example+" }}", Scope{})
		})
	}
}
