package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one word of an expression, read by the rules of the library's scanner.go (v1.9.2) or stricter.
type token struct {
	kind tokenKind
	text string // of name, keyword and property: the name; of text: what is between the quotes; else the source
	at   int    // byte offset in the pattern
	end  int
}

type tokenKind int

const (
	tokenEnd      tokenKind = iota
	tokenBad                // what the language does not have
	tokenName               // contact
	tokenKeyword            // truncate: (a filter with arguments)
	tokenProperty           // .name
	tokenText               // "text"
	tokenNumber             // 3, -1.5
	tokenConstant           // true, false, nil
	tokenWord               // and, or, contains, in
	tokenSymbol             // == != <= >= < > | , ( ) [ ]
)

// maxNumber is the longest number: anything longer overflows, which the library answers with a panic.
const maxNumber = 18

// tokenize splits an expression that begins at a byte offset of the pattern. It always ends with a tokenEnd.
func tokenize(source string, at int) []token {
	var tokens []token
	for i := 0; ; {
		for i < len(source) && strings.IndexByte(" \t\n\v\f\r", source[i]) >= 0 {
			i++
		}
		t := firstToken(source[i:])
		t.at, t.end = at+i, at+i+t.end
		tokens = append(tokens, t)
		if t.kind == tokenEnd || t.kind == tokenBad {
			return append(tokens, token{kind: tokenEnd, at: t.end, end: t.end})
		}
		i = t.end - at
	}
}

// firstToken reads the word s begins with; its end is relative to s.
func firstToken(s string) token {
	if s == "" {
		return token{}
	}
	switch c := s[0]; {
	case c == '"' || c == '\'':
		return quoted(s)
	case c >= '0' && c <= '9', c == '-':
		return number(s)
	case c == '.':
		if name := identifier(s[1:]); name != "" {
			return token{kind: tokenProperty, text: name, end: 1 + len(name)}
		}
		return bad(s)
	}
	if name := identifier(s); name != "" {
		return word(s, name)
	}
	for _, symbol := range []string{"==", "!=", ">=", "<=", "<", ">", "|", ",", "(", ")", "[", "]"} {
		if strings.HasPrefix(s, symbol) {
			return token{kind: tokenSymbol, text: symbol, end: len(symbol)}
		}
	}
	return bad(s)
}

func bad(s string) token { return token{kind: tokenBad, text: s, end: len(s)} }

// word tells names from the words the language keeps for itself.
func word(s, name string) token {
	if strings.HasPrefix(s[len(name):], ":") {
		return token{kind: tokenKeyword, text: name, end: len(name) + 1}
	}
	t := token{kind: tokenName, text: name, end: len(name)}
	switch name {
	case "true", "false", "nil":
		t.kind = tokenConstant
	case "and", "or", "contains", "in":
		t.kind = tokenWord
	}
	return t
}

// identifier returns the name s begins with: a letter or _, then letters, digits, _ and -, and perhaps a ?.
func identifier(s string) string {
	end := 0
	for end < len(s) {
		r, width := utf8.DecodeRuneInString(s[end:])
		letter := unicode.IsLetter(r) || r == '_'
		inner := unicode.IsDigit(r) || unicode.IsMark(r) || r == '-'
		if !letter && (end == 0 || !inner) {
			if r >= utf8.RuneSelf {
				return "" // the library takes every other character for a part of the name, and panics at it
			}
			break
		}
		end += width
	}
	if end > 0 && end < len(s) && s[end] == '?' {
		end++
	}
	return s[:end]
}

// quoted reads a text; a backslash escapes within double quotes only.
func quoted(s string) token {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] == '"':
			i++
		case s[i] == s[0]:
			return token{kind: tokenText, text: s[1:i], end: i + 1}
		}
	}
	return bad(s)
}

func number(s string) token {
	end := 0
	if s[0] == '-' {
		end++
	}
	whole := digits(s[end:])
	if whole == 0 {
		return bad(s)
	}
	end += whole
	if end < len(s) && s[end] == '.' {
		if fraction := digits(s[end+1:]); fraction > 0 {
			end += 1 + fraction
		}
	}
	if end > maxNumber {
		return bad(s)
	}
	return token{kind: tokenNumber, text: s[:end], end: end}
}

func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }
