package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths in characters. The first two are what a task's title and description may have wherever they come from.
const (
	MaxTitle       = 255
	MaxDescription = 64 << 10
	maxName        = 255
	maxHelp        = 1000
	maxExcerpt     = 80
	maxListed      = 100 // assignees, participants, tags of one template
)

// ellipsis marks that a text goes on.
const ellipsis = "…"

// oneLine makes a text fit for a title: a single line, single spaces, no control characters.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// lines cleans a longer text: line breaks are \n, tabs stay, other control characters go, blank ends are trimmed.
func lines(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r != '\n' && r != '\t' && unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// cut shortens s to limit characters, the last of which then is an ellipsis.
func cut(s string, limit int) string {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimRightFunc(firstRunes(s, limit-1), unicode.IsSpace) + ellipsis
}

// excerpt is the first line of a text that says anything, cut at the border of a word.
func excerpt(s string) string {
	line := ""
	for l := range strings.Lines(s) {
		if line = oneLine(l); line != "" {
			break
		}
	}
	if utf8.RuneCountInString(line) <= maxExcerpt {
		return line
	}
	head := firstRunes(line, maxExcerpt)
	if border := strings.LastIndexByte(head, ' '); border > 0 {
		return head[:border] + ellipsis
	}
	return cut(line, maxExcerpt)
}

// firstRunes returns the first n characters of s.
func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
