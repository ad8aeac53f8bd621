package templates

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// berlinScope is a chat with somebody who is known.
func berlinScope() Scope {
	return Scope{
		Account: AccountScope{Name: "Radhaus Berger"},
		Channel: ChannelScope{Name: "Radhaus Berger", Kind: "chat", ExternalID: "104"},
		Contact: ContactScope{Name: "Anna Lindner", FirstName: "Anna", LastName: "Lindner", Email: "anna@example.com",
			Kind: Person, Fields: map[string]any{"level": "VIP", "sizes": []any{"m", "l"},
				"deposit": map[string]any{"amount": "12.50", "currency": "EUR"}}},
		Message: MessageScope{Text: "Is the red bike still available?\nThanks!", Transport: "messenger"},
		Form:    map[string]string{"favourite colour": "red"},
		Now:     time.Date(2026, 11, 2, 9, 5, 7, 0, time.FixedZone("CET", 3600)),
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	t.Run("each_can_be_read_and_tested_in_a_pattern", func(t *testing.T) {
		t.Parallel()
		for _, v := range Variables() {
			path := strings.Replace(v.Path, "*", "any_key", 1)
			_, problems := CompilePattern("{{ " + path + " }}{% if " + path + " %}{% endif %}")
			require.Empty(t, problems, path)
			require.NotEmpty(t, v.Example)
			require.NotEmpty(t, v.Type)
			require.Regexp(t, `^template\.variable\.[a-z_.]+$`, v.Description)
		}
	})
	t.Run("each_value_of_a_full_scope_arrives", func(t *testing.T) {
		t.Parallel()
		scope := fullScope(t)
		for _, v := range Variables() {
			text := rendered(t, "{{ "+strings.Replace(v.Path, "*", "k", 1)+" }}", scope)
			require.NotEmpty(t, text, v.Path)
		}
	})
	t.Run("an_empty_scope_has_no_groups", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, Scope{}.Bindings().vars)
	})
	t.Run("bindings_hold_maps_of_plain_values_only", func(t *testing.T) {
		t.Parallel()
		requirePlain(t, fullScope(t).Bindings().vars)
		requirePlain(t, berlinScope().Bindings().vars)
	})
}

// fullScope has a value in every place, found by reflection so that a new place without a variable shows.
func fullScope(t *testing.T) Scope {
	t.Helper()
	scope := Scope{}
	fillAll(reflect.ValueOf(&scope).Elem())
	scope.Now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	scope.Contact.Fields = map[string]any{"k": true}
	scope.Lead.Answers = []Answer{{Key: "k", Question: "Q", Value: "v"}}
	scope.Form = map[string]string{"k": "v"}
	return scope
}

func fillAll(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, f := range v.Fields() {
			if f.CanSet() {
				fillAll(f)
			}
		}
	case reflect.String:
		v.SetString("text")
	case reflect.Int:
		v.SetInt(3)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func requirePlain(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for _, item := range v {
			requirePlain(t, item)
		}
	case string, int, bool, nil:
	default:
		require.Fail(t, "not plain", "%T", v)
	}
}

func TestScopeJSON(t *testing.T) {
	t.Parallel()
	scope := fullScope(t)
	data, err := json.Marshal(scope)
	require.NoError(t, err)
	var back Scope
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, scope, back)
}

func TestLeadSummary(t *testing.T) {
	t.Parallel()
	scope := Scope{Lead: LeadScope{Answers: []Answer{
		{Key: "full_name", Question: "Ihr Name", Value: "Jörg Brandt"}, {Key: "budget?", Value: "1000"}, {Key: "x"},
	}}}
	require.Equal(t, "Ihr Name: Jörg Brandt\nbudget? 1000", rendered(t, "{{ lead.summary }}", scope))
	require.Equal(t, "1000", rendered(t, "{{ lead.answers.budget? }}", scope))
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	words := strings.Repeat("Räder ", 20)
	for name, c := range map[string]struct{ text, want string }{
		"short":                     {"Hello", "Hello"},
		"first_line_with_words":     {"\n  \n Hello\tyou \nmore", "Hello you"},
		"cut_at_a_word":             {words, strings.TrimSpace(strings.Repeat("Räder ", 13)) + "…"},
		"one_long_word":             {strings.Repeat("ä", 200), strings.Repeat("ä", 79) + "…"},
		"exactly_as_long":           {strings.Repeat("ä", 80), strings.Repeat("ä", 80)},
		"nothing":                   {" \n ", ""},
		"control_characters_go":     {"a\x00b\u0007c", "abc"},
		"broken_text_is_repaired":   {"a\xffb", "a\uFFFDb"},
		"windows_line_ends":         {"a\r\nb", "a"},
		"word_ends_at_the_limit":    {strings.Repeat("a", 40) + " " + strings.Repeat("b", 39) + " c", strings.Repeat("a", 40) + "…"},
		"emoji_are_one_character":   {strings.Repeat("🚲", 80), strings.Repeat("🚲", 80)},
		"non_breaking_space_is_one": {"a\u00a0b", "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, excerpt(c.text))
		})
	}
}
