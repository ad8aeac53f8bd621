package templates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/templates"
)

func TestExemplify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pattern, text, problem string }{
		{pattern: "plain", text: "plain"},
		{pattern: "{{ contact.first_name }} of {{ contact.fields.level | upcase }}", text: "Anna of VIP"},
		{pattern: "{{ message.attachment_count | plus: 1 }}", problem: "template.unknown_filter"},
		{pattern: "{% if lead.is_test %}test{% else %}real{% endif %}", text: "real"},
		{pattern: "{{ lead.answers.city }}", text: "anna@example.com"},
		{pattern: "{{ contact.nonsense }}", problem: "template.unknown_variable"},
		{pattern: "{{ contact.name ", problem: "template.pattern_unclosed"},
	} {
		text, problems := templates.Exemplify(c.pattern)
		require.Equal(t, c.text, text, c.pattern)
		if c.problem == "" {
			require.Empty(t, problems, c.pattern)
			continue
		}
		require.Equal(t, c.problem, problems[0].Code, c.pattern)
	}
}

// Every example can be read by a pattern: an editor offers all of them.
func TestEveryVariableHasAnExample(t *testing.T) {
	t.Parallel()
	for _, v := range templates.Variables() {
		require.NotEmpty(t, v.Example, v.Path)
	}
}
