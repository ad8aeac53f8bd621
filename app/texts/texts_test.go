package texts_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/templates"
)

func load(t *testing.T) *texts.Catalogue {
	t.Helper()
	c, err := texts.Load(account.Languages())
	require.NoError(t, err)
	return c
}

func TestText(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, test := range []struct {
		name, lang, code string
		params           map[string]any
		want             string
	}{
		{"english", "en", "session.required", nil, "Please sign in."},
		{"german", "de", "session.required", nil, "Bitte melden Sie sich an."},
		{"unknown_language_gets_english", "fr", "session.required", nil, "Please sign in."},
		{"parameter", "de", "input.too_long", map[string]any{"max": 5}, "Höchstens 5 Zeichen sind erlaubt."},
		{"parameter_whose_value_has_a_name", "de", "account.role", map[string]any{"role": "owner"}, "Dafür brauchen Sie die Rolle Inhaber."},
		{"value_is_text_and_no_template", "en", "team.name_taken", map[string]any{"name": "{{.x}}<b>"}, "There is a team with the name {{.x}}<b> already."},
		{"problem_is_a_code", "en", "fill.title.failed", map[string]any{"problem": "template.pattern_failed"}, "The title's pattern failed: The pattern could not be filled in."},
		{"missing_value", "en", "fill.title.failed", map[string]any{"problem": "field.too_long"}, "The title's pattern failed: At most … characters are allowed."},
		{"unknown_code_is_its_own_text", "en", "no.such_code", nil, "no.such_code"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, c.Text(test.lang, test.code, test.params))
		})
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, test := range []struct{ header, own, want string }{
		{"", "", "en"},
		{"", "de", "de"},
		{"*", "de", "de"},
		{"de-AT,de;q=0.9,en;q=0.5", "en", "de"},
		{"fr, de;q=0.5", "en", "de"},
		{"ja", "de", "de"},
		{"en-GB", "de", "en"},
		{"%%%", "de", "de"},
		{strings.Repeat("de,", 10_000), "", "en"}, // too long to be honest
	} {
		require.Equal(t, test.want, c.Match(test.header, test.own), test.header[:min(20, len(test.header))])
	}
}

// catalogue reads all texts of a language, by code.
func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), "."+lang+".yaml") {
			continue
		}
		raw, err := os.ReadFile(e.Name())
		require.NoError(t, err)
		var tree map[string]any
		require.NoError(t, yaml.Unmarshal(raw, &tree), e.Name())
		flatten(t, all, "", tree)
	}
	return all
}

func flatten(t *testing.T, into map[string]string, prefix string, tree map[string]any) {
	t.Helper()
	for key, value := range tree {
		switch v := value.(type) {
		case string:
			require.NotContains(t, into, prefix+key, "two texts for one code")
			into[prefix+key] = v
		case map[string]any:
			flatten(t, into, prefix+key+".", v)
		default:
			require.Fail(t, "a text is a string", "%s%s: %v", prefix, key, value)
		}
	}
}

var placeholder = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

func TestLanguagesSayTheSameThings(t *testing.T) {
	t.Parallel()
	english := catalogue(t, "en")
	require.NotEmpty(t, english)
	for _, lang := range account.Languages()[1:] {
		other := catalogue(t, lang)
		for code := range english {
			require.Contains(t, other, code, "missing in %s", lang)
		}
		for code, text := range other {
			require.Contains(t, english, code, "only in %s", lang)
			require.ElementsMatch(t, names(english[code]), names(text), "placeholders of %s in %s", code, lang)
			require.NotEmpty(t, text)
		}
	}
}

func names(text string) []string {
	var all []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestEveryCodeHasItsText finds each code that the tree can answer with, and demands words for it in every language that
// ask for no value which the code does not come with.
func TestEveryCodeHasItsText(t *testing.T) {
	t.Parallel()
	used := codesIn(t, "../..")
	for _, code := range slices.Concat(templates.ProblemCodes(), templates.StepCodes(), templates.WarningCodes()) {
		used[code.Name] = append(used[code.Name], use{"package templates", append([]string{}, code.Params...)})
	}
	for _, v := range templates.Variables() {
		used[v.Description] = append(used[v.Description], use{"the variables of patterns", []string{}})
	}
	for _, f := range templates.Filters() {
		used[f.Description] = append(used[f.Description], use{"the filters of patterns", []string{}})
	}
	for _, reason := range []string{"imported", "declined", "replay", "before_its_message"} { // named elsewhere
		used["ignored."+reason] = append(used["ignored."+reason], use{"package inbound", nil})
	}
	for _, action := range audit.Actions() {
		used["did."+action] = append(used["did."+action], use{"the audit log", []string{}})
	}
	for what, code := range map[string]string{
		"nothing": "staff.last_owner", "no constants": "session.bad_credentials", "no tables": "input.number_min",
		"no parameters": "contact.phone", "no findings": "channel.healthy", "no outcomes": "ignored.channel_off", "no look-ups": "task.not_found", "no reasons": "reply.window_closed",
	} {
		require.NotEmpty(t, used[code], "the search finds %s", what)
	}
	for _, lang := range account.Languages() {
		there := catalogue(t, lang)
		for _, code := range slices.Sorted(maps.Keys(used)) {
			text, ok := there[code]
			if !ok {
				t.Errorf("no text in %s for %s, used in %s", lang, code, used[code][0].where)
			}
			for _, u := range used[code] {
				if u.params != nil && len(names(text)) > 0 {
					require.Subset(t, u.params, names(text), "%s gives too few values for %s in %s", u.where, code, lang)
				}
			}
		}
	}
	for code := range catalogue(t, account.Languages()[0]) {
		area, _, _ := strings.Cut(code, ".")
		if !slices.Contains([]string{"role", "type", "format", "level", "moderation", "scope", "state", "setting", "section", "detail", "day", "value"}, area) { // values of parameters
			require.NotEmpty(t, used[code], "nothing uses the text of %s", code)
		}
	}
}
