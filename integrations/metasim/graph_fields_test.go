package metasim

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseFields(t *testing.T) {
	t.Parallel()
	t.Run("nested_with_modifiers", func(t *testing.T) {
		t.Parallel()
		got, failure := parseFields("id, participants,messages.limit(20).order(chronological){from{id,name},message}")
		require.Nil(t, failure)
		require.Equal(t, []field{
			{name: "id"}, {name: "participants"},
			{
				name: "messages", args: map[string]string{"limit": "20", "order": "chronological"},
				sub:     []field{{name: "from", sub: []field{{name: "id"}, {name: "name"}}, subText: "id,name"}, {name: "message"}},
				subText: "from{id,name},message",
			},
		}, got)
	})
	for selection, want := range map[string]string{
		// as recorded in github.com/node-facebook/facebook-node-sdk/issues/123
		"likes.limit(1000){id},comments.limit(1000){id}{from},sharedposts{id}": `Syntax error "Expected end of string instead of "{"." at character 46: `,
		"comments.limit(1000){id}{from}":                                       `Syntax error "Expected end of string instead of "{"." at character 24: `,
		"id,,name":                                                             `Syntax error "Expected name." at character 3: `,
		"":                                                                     `Syntax error "Expected name." at character 0: `,
		"messages{id":                                                          `Syntax error "Expected "}"." at character 11: `,
		"messages.limit":                                                       `Syntax error "Expected "("." at character 14: `,
		"messages.limit(5":                                                     `Syntax error "Expected ")"." at character 16: `,
		strings.Repeat("a{", 20):                                               `Syntax error "Fields are nested too deep." at character 16: `,
	} {
		t.Run("error/"+selection, func(t *testing.T) {
			t.Parallel()
			_, failure := parseFields(selection)
			require.NotNil(t, failure)
			require.Equal(t, 2500, failure.Code)
			require.Equal(t, want+selection, failure.Message)
		})
	}
}

// text writes a selection the way a caller would.
func selectionText(fields []field) string {
	parts := make([]string, 0, len(fields))
	for _, f := range fields {
		s := f.name
		names := make([]string, 0, len(f.args))
		for name := range f.args {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			s += "." + name + "(" + f.args[name] + ")"
		}
		if f.sub != nil {
			s += "{" + selectionText(f.sub) + "}"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ",")
}

func TestParseFieldsReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawFields(t, 1)
		got, failure := parseFields(selectionText(want))
		require.Nil(t, failure)
		require.Equal(t, selectionText(want), selectionText(got))
	})
}

func drawFields(t *rapid.T, depth int) []field {
	name := rapid.StringMatching(`[a-z_]{1,8}`)
	fields := make([]field, rapid.IntRange(1, 3).Draw(t, "fields"))
	for i := range fields {
		fields[i].name = name.Draw(t, "name")
		if rapid.Bool().Draw(t, "modified") {
			fields[i].args = map[string]string{name.Draw(t, "modifier"): rapid.StringMatching(`[a-z0-9 {,]{0,6}`).Draw(t, "value")}
		}
		if depth < 4 && rapid.Bool().Draw(t, "expanded") {
			fields[i].sub = drawFields(t, depth+1)
		}
	}
	return fields
}

func FuzzParseFields(f *testing.F) {
	for _, s := range []string{"id,name", "messages.limit(20){from,to{data}}", "a.b(c){d}", "{", "a..b", ")", "a{b{c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, selection string) {
		fields, failure := parseFields(selection)
		if failure != nil {
			require.Nil(t, fields)
			return
		}
		again, failure := parseFields(selectionText(fields))
		require.Nil(t, failure)
		require.Equal(t, selectionText(fields), selectionText(again))
	})
}
