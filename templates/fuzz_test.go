package templates

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzPattern: any text is refused with a place inside it, or compiles and renders within the limits. What our reading
// accepts the library must accept too, without a panic.
func FuzzPattern(f *testing.F) {
	for _, seed := range []string{
		"Hi {{ contact.first_name | default: \"you\" }}!",
		"{% if lead.answers.x == \"a\" and form[\"b c\"] %}{{ now | date: '%d.%m.%Y' }}{% elsif 1 < 2 %}-{% else %}.{% endif %}",
		"{%- case channel.kind -%}{% when 'a', \"b\" or 1.5 %}x{% else %}y{% endcase %}{% unless post %}{% endunless %}",
		"{{ message.text | replace: \"x\", message.text | truncate: 10, \"…\" | size }}{{ (1 or nil) }}",
		"{{ 'a' | append: contact.fields.größe? | upcase }}{{- -5 -}}{{ form.a-b contains true }}",
		"{{ %assign a = 1 }}{{ {%when 1 }}{{ 1..2 }}{{ a[1] }}{{ \"\\\" }}{{ a\u00a0b }}",
	} {
		f.Add(seed, "customer {{ account.name }} text")
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		p, problems := CompilePattern(source)
		for _, problem := range problems {
			codesOf(t, []Problem{problem})
			require.GreaterOrEqual(t, problem.Line, 1)
			require.GreaterOrEqual(t, problem.Column, 1)
			require.LessOrEqual(t, problem.Offset, utf8.RuneCountInString(source))
		}
		if len(readPattern(source).problems) == 0 {
			require.NotNil(t, p, "the library refuses what we accept: %q", source)
		}
		if p == nil {
			return
		}
		out, err := p.Render(fuzzScope(text).Bindings())
		if err != nil {
			require.ErrorIs(t, err, ErrTooLong)
			require.NotErrorIs(t, err, errLibrary)
		}
		require.LessOrEqual(t, len(out), maxRendered)
	})
}

func fuzzScope(text string) Scope {
	scope := berlinScope()
	scope.Message.Text = text
	scope.Form = map[string]string{text: text, "a-b": text}
	scope.Lead = LeadScope{ID: "1", Answers: []Answer{{Key: "x", Value: text}}}
	return scope
}

// FuzzFill: whatever a person writes, a task and a contact come out within their limits.
func FuzzFill(f *testing.F) {
	f.Add("Hello", "a@b.example", "+49 30 123456")
	f.Add("\x00\u202e\xff\r\n{{ contact.name }}", "\"x\" <a@b.c>", "8 (912) 345-67-89")
	presets, err := Presets("en")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text, email, phone string) {
		scope := fuzzScope(text)
		scope.Lead.Answers = append(scope.Lead.Answers, Answer{Key: "email", Value: email}, Answer{Key: "phone", Value: phone})
		scope.Mail = MailScope{Subject: text, FromAddress: email}
		for _, preset := range presets {
			draft, steps := preset.Contact.Compile().Fill(scope, FillOptions{Country: "DE"})
			stepsOf(t, steps)
			require.LessOrEqual(t, utf8.RuneCountInString(draft.Name), maxName)
			task, steps := preset.Object.Compile().Fill(scope, FillOptions{Country: "DE"})
			stepsOf(t, steps)
			require.NotEmpty(t, task.Title)
			require.LessOrEqual(t, utf8.RuneCountInString(task.Title), MaxTitle)
			require.LessOrEqual(t, utf8.RuneCountInString(task.Description), MaxDescription)
			require.True(t, utf8.ValidString(task.Title+task.Description+draft.Name))
			require.False(t, strings.ContainsAny(task.Title+draft.Name, "\x00\x07\r\n\x7f"))
		}
	})
}

// FuzzClean: whatever JSON holds, a clean value stays the same when it is stored, read back and cleaned again.
func FuzzClean(f *testing.F) {
	f.Add(`"text"`, true)
	f.Add(`12.50`, false)
	f.Add(`{"amount": "-0012.50", "currency": "usd"}`, false)
	f.Add(`["b", "a", "a"]`, false)
	f.Add(`"https://example.com/a b?x=%20#ü"`, false)
	f.Add(`"2026-11-21T14:05:00+01:00"`, true)
	f.Add(`1e400`, true)
	f.Fuzz(func(t *testing.T, source string, fromText bool) {
		var v any
		if json.Unmarshal([]byte(source), &v) != nil {
			return
		}
		form := allTypes()
		for _, field := range form.Fields {
			o := CleanOptions{Country: "DE", FromText: fromText}
			clean, problems := form.Clean(map[string]any{field.Key: v}, o)
			codesOf(t, problems)
			data, err := json.Marshal(clean)
			require.NoError(t, err)
			var stored map[string]any
			require.NoError(t, json.Unmarshal(data, &stored))
			require.Equal(t, clean, stored, "%s is not what JSON gives back", field.Key)
			again, problems := form.Clean(stored, CleanOptions{})
			require.Empty(t, problems, field.Key)
			require.Equal(t, clean, again, "%s is not stable", field.Key)
		}
	})
}
