package templates

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
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

// FuzzAddresses: an address that counts as one has one form, and gives itself again.
func FuzzAddresses(f *testing.F) {
	for _, s := range []string{
		"ana@example.com", "Ana <ana@example.com>", "a@b\r\nBcc: c@d", "\"a b\"@c.de", "ä@ö.de", "a@[127.0.0.1]", "+49 30 123456", "030 123456", "tel:+49-30-123456;ext=5",
		"8 (912) 345-67-89", "０３０１２３４５６", "+1 800 FLOWERS", "110",
	} {
		f.Add(s, "DE")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, text, country string) {
		if email, ok := NormalizeEmail(text); ok {
			again, ok := NormalizeEmail(email)
			require.True(t, ok)
			require.Equal(t, email, again)
			require.LessOrEqual(t, len(email), maxEmail)
			require.False(t, strings.ContainsAny(email, "\x00\r\n"), "a header could begin")
			require.True(t, utf8.ValidString(email))
		}
		if phone, ok := NormalizePhone(text, country); ok {
			require.True(t, strings.HasPrefix(phone, "+"))
			require.Empty(t, strings.Trim(phone[1:], "0123456789"))
			again, ok := NormalizePhone(phone, "")
			require.True(t, ok, "%q", phone)
			require.Equal(t, phone, again)
		}
	})
}

// FuzzHours: hours that are accepted can be reckoned with, at any moment: time at work never goes backwards, and is never
// longer than time itself.
func FuzzHours(f *testing.F) {
	f.Add(`{"monday":["09:00-17:00"]}`, int64(1_790_000_000), int64(3600))
	f.Add(`{"time_zone":"Europe/Berlin","sunday":["00:00-24:00"],"holidays":[{"date":"2026-12-25"}]}`, int64(1_793_000_000), int64(86400*30))
	f.Add(`{"time_zone":"../etc/passwd","friday":["09:00-08:00","24:00-24:01"]}`, int64(0), int64(-5))
	f.Add(`{"monday":["00:00-00:01"]}`, int64(1_790_000_000), int64(86400*3650))
	f.Fuzz(func(t *testing.T, text string, at, long int64) {
		var h Hours
		if json.Unmarshal([]byte(text), &h) != nil {
			return
		}
		problems := h.Validate()
		codesOf(t, problems)
		if len(problems) > 0 || at < 0 || at > 4_000_000_000 || long < 0 || long > 86400*366 {
			return
		}
		from := time.Unix(at, 0).UTC()
		to := from.Add(time.Duration(long) * time.Second)
		worked := h.Between(from, to)
		require.GreaterOrEqual(t, worked, time.Duration(0))
		require.LessOrEqual(t, worked, to.Sub(from))
		if h.Always() {
			require.Equal(t, to.Sub(from), worked)
		}
		require.GreaterOrEqual(t, h.Between(from, to.Add(time.Hour)), worked)
	})
}
