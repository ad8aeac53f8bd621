package outbound_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/outbound"
)

func TestWhereALongTextIsCut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		limit int
		want  []string
	}{
		"it_fits":           {"Good morning", 12, []string{"Good morning"}},
		"no_limit":          {"Good morning", 0, []string{"Good morning"}},
		"nothing":           {"  \n", 5, nil},
		"after_a_paragraph": {"First one. Yes.\n\nSecond one.", 20, []string{"First one. Yes.", "Second one."}},
		"after_a_sentence":  {"It is open. Come any time!", 20, []string{"It is open.", "Come any time!"}},
		"after_a_quotation": {"He said “now.” Then he went", 18, []string{"He said “now.”", "Then he went"}},
		"after_a_line":      {"one two three\nfour five", 20, []string{"one two three", "four five"}},
		"no_stop_in_4.5":    {"about 4.5 metres high", 12, []string{"about 4.5", "metres high"}},
		"between_words":     {"one two three four", 9, []string{"one two", "three", "four"}},
		"within_a_word":     {"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		"not_in_an_emoji":   {"abc👍🏽d", 4, []string{"abc", "👍🏽d"}},
		"chinese":           {"你好。我们今天营业。", 7, []string{"你好。", "我们今天营业。"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, outbound.Parts(c.text, c.limit))
		})
	}
}

func TestPartsLoseNothing(t *testing.T) {
	t.Parallel()
	words := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab .!\n\n 👍🏽\u200d\u0301🇩🇪。"))).Draw(t, "text")
		limit := rapid.IntRange(1, 12).Draw(t, "limit")
		parts := outbound.Parts(text, limit)
		require.Equal(t, words(text), words(strings.Join(parts, "")))
		for _, p := range parts {
			require.LessOrEqual(t, utf8.RuneCountInString(p), limit)
			require.NotEmpty(t, strings.TrimSpace(p))
		}
	})
}
