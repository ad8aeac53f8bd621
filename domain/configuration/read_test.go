package configuration

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/errs"
	"kontor/templates"
)

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", maxDepth+2) + strings.Repeat("]", maxDepth+2)
	for name, test := range map[string]struct {
		text, code string
		line       int
	}{
		"nothing":        {"", "configuration.empty", 0},
		"only a comment": {"# nothing\n", "configuration.empty", 0},
		"a text":         {"kontor", "configuration.expected_pairs", 1},
		"no version":     {"prune: true", "configuration.format", 1},
		"a later one":    {"prune: true\nkontor: 2", "configuration.format", 2},
		"two documents":  {"kontor: 1\n---\nkontor: 1\n", "configuration.one_document", 2},
		"no YAML":        {"kontor: 1\nteams: [\n", "configuration.syntax", 2},
		"an unknown key": {"kontor: 1\nteams:\n  - name: A\n    colour: red\n", "configuration.unknown_key", 4},
		"a key twice":    {"kontor: 1\nteams: []\nteams: []\n", "configuration.twice", 3},
		"a list":         {"kontor: 1\nteams: A\n", "configuration.expected_list", 2},
		"a text wanted":  {"kontor: 1\nteams:\n  - name:\n", "configuration.expected_text", 3},
		"a number":       {"kontor: one\n", "configuration.expected_number", 1},
		"yes or no":      {"kontor: 1\nprune: yes\n", "configuration.expected_yes_no", 2},
		"an alias":       {"kontor: 1\naccount: &a {name: A}\nteams: [*a]\n", "configuration.alias", 2},
		"a merge":        {"kontor: 1\naccount:\n  <<: {name: A}\n", "configuration.unknown_key", 3},
		"a tag":          {"kontor: 1\naccount: {name: !!binary aGk=}\n", "configuration.tag", 2},
		"nesting":        {"kontor: 1\nteams: " + deep, "configuration.too_deep", 2},
		"a NUL":          {"kontor: 1\naccount: {name: \"a\\0\"}\n", "input.characters", 2},
		"no UTF-8":       {"kontor: \xff", "input.characters", 0},
		"no finite":      {"kontor: 1\nchannels:\n  - settings: {x: .inf}\n", "configuration.expected_number", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read([]byte(test.text))
			var e *errs.Error
			require.ErrorAs(t, err, &e)
			require.NotEmpty(t, e.Problems, "%v", err)
			require.Equal(t, test.code, e.Problems[0].Code)
			require.Equal(t, test.line, e.Problems[0].Line)
		})
	}
}

func TestLargeDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := Read([]byte("kontor: 1\n#" + strings.Repeat("x", MaxSize)))
	require.True(t, errs.Is(err, "configuration.too_large"))
	_, err = Read([]byte("kontor: 1\nteams: [" + strings.Repeat("1,", maxNodes) + "1]"))
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "configuration.too_many", e.Problems[0].Code)
	_, err = Read([]byte("kontor: 1\n" + strings.Repeat("x: 1\n", 1000)))
	require.ErrorAs(t, err, &e)
	require.Len(t, e.Problems, maxProblems)
}

// A text that a document is made of may be anything that people write.
func text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"Lead", "1", "0x1F", "true", "no", "null", "~", "- a", "a: b", "#", "a #b", " x ", "'", "\"", "{{ x }}",
			"2026-11-26", "1_000", "ein Wort\nzwei\n", "\n\n", "  a\nb  \n", "\ta", "é 😀 \u2028", "*a", "&a", "!x", "<<", "=", "a\r\nb", "%x", "@y", "`z"}),
		rapid.StringN(0, 20, -1),
	).Filter(func(s string) bool { return !strings.ContainsRune(s, 0) })
}

func documents(t *rapid.T) Document {
	s := func(label string) string { return text().Draw(t, label) }
	list := func(label string) []string { return rapid.SliceOfN(text(), 0, 3).Draw(t, label) }
	yes := rapid.Bool().Draw(t, "yes")
	name := s("account")
	return Document{
		Kontor: 1, Prune: yes, Account: &Account{Name: &name, PausedKinds: &[]string{}},
		Teams:      []Team{{Name: s("team"), Members: append([]string{}, list("members")...)}},
		StatusSets: []StatusSet{{Named: Named{Name: s("set"), As: s("as")}, Statuses: []Status{{Key: s("key"), Name: s("status"), Active: &yes}}}},
		ObjectTemplates: []ObjectTemplate{{
			Named: Named{Name: s("template")}, Fields: []templates.Field{{Key: s("field"), Label: s("label"), Help: s("help")}},
			Defaults: Defaults{Title: s("title"), Tags: list("tags"), DueIn: rapid.Int().Draw(t, "due"), Fields: map[string]any{
				s("k1"): s("v1"), "n": rapid.Float64Range(-1<<53, 1<<53).Draw(t, "n"), "b": yes, "x": nil, "l": []any{s("e"), map[string]any{"a": s("a")}},
			}},
		}},
		ContactTemplates: []ContactTemplate{}, Tags: []Label{{Name: s("tag")}}, Topics: []Label{}, ContactGroups: []ContactGroup{},
		SavedReplyCategories: []ReplyCategory{}, SavedReplies: []SavedReply{{Name: s("reply"), Text: s("text"), Variants: map[string]string{s("kind"): s("variant")}}},
		Channels: []Channel{}, TaskViews: []TaskView{},
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := documents(t)
		first, err := d.Write()
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(first)
		if err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		if !same(d, got) {
			t.Fatalf("%s", first)
		}
		second, _ := got.Write()
		if string(first) != string(second) {
			t.Fatalf("%s\n%s", first, second)
		}
	})
}

// What templates learn to say is to be said here too.
func TestNothingOfTemplatesIsLeftOut(t *testing.T) {
	t.Parallel()
	keys := func(v any, but ...string) []string {
		return slices.DeleteFunc(slices.Sorted(maps.Keys(fieldsOf(reflect.TypeOf(v)))), func(key string) bool { return slices.Contains(but, key) })
	}
	require.Equal(t, keys(templates.Defaults{}), keys(Defaults{}))
	require.Equal(t, keys(templates.Status{}), keys(Status{}))
	require.Equal(t, keys(templates.Object{}, "form", "status_set_id"), keys(ObjectTemplate{}, "as", "preset", "standard", "fields", "status_set"))
	require.Equal(t, keys(templates.Contact{}, "form"), keys(ContactTemplate{}, "as", "preset", "standard", "fields"))
	require.Equal(t, []string{"fields"}, keys(templates.Form{}))
}

func TestMatch(t *testing.T) {
	t.Parallel()
	there := []Named{{Name: "A"}, {Name: "A"}, {Name: "Lead", Preset: "lead"}, {Name: "B"}}
	require.Equal(t, []int{0, 1, -1, 2, 3}, match(there, []Named{{Name: "A"}, {Name: "A"}, {Name: "A"}, {Name: "Anfrage", Preset: "lead"}, {Name: "B", Preset: "other"}}))
}

func TestDistinct(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"A", "A (3)", "A (2)", "B"}, distinct([]string{"A", "A", "A (2)", "B"}))
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"kontor: 1\n", "kontor: 1\nteams: [{name: A, members: [a@b.c]}]\n", "kontor: 1\nchannels: [{kind: f, settings: {a: [1, {b: ~}]}}]",
		"a: &a [*a]", "kontor: 1\naccount: &a {name: A}\nteams: [*a]\n", "? [a]\n: b", "kontor: 1\nteams: |\n  a\n  b", "%YAML 1.1\n---\n{}",
		"!!map {kontor: 1}", "kontor: 0o1", "{[]: 1}", "kontor: 1\n...\n---\n",
		"kontor: 1\nobject_templates: [{name: A, defaults: {fields: {a: 1e3, b: .nan, c: 2001-01-01}}}]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Read(text)
		if err != nil {
			var e *errs.Error
			require.ErrorAs(t, err, &e)
			return
		}
		first, err := d.Write()
		require.NoError(t, err)
		again, err := Read(first)
		require.NoError(t, err, "%s", first)
		require.True(t, same(d, again), "%s", first)
	})
}
