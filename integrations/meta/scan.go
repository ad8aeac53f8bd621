package meta

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// The functions below walk JSON without copying it: what they hand out are parts of the very bytes that came in, which
// encoding/json cannot do. They are for bytes that json.Valid has accepted, and rely on it.

// Members returns the names and values of an object, in their order; nothing when b is no object.
func Members(b []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		i := skipSpace(b, 0)
		if i >= len(b) || b[i] != '{' {
			return
		}
		for i = skipSpace(b, i+1); b[i] != '}'; i = skipSpace(b, i) {
			if b[i] == ',' {
				i = skipSpace(b, i+1)
			}
			nameEnd := skipValue(b, i)
			name := text(b[i:nameEnd])
			i = skipSpace(b, skipSpace(b, nameEnd)+1) // past the colon
			end := skipValue(b, i)
			if !yield(name, b[i:end]) {
				return
			}
			i = end
		}
	}
}

// Elements returns the values of an array; nothing when b is no array.
func Elements(b []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		i := skipSpace(b, 0)
		if i >= len(b) || b[i] != '[' {
			return
		}
		for i = skipSpace(b, i+1); b[i] != ']'; i = skipSpace(b, i) {
			if b[i] == ',' {
				i = skipSpace(b, i+1)
			}
			end := skipValue(b, i)
			if !yield(b[i:end]) {
				return
			}
			i = end
		}
	}
}

// text decodes a JSON string.
func text(b []byte) string {
	if n := len(b); n >= 2 && b[0] == '"' && b[n-1] == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) {
		return string(b[1 : n-1]) // nearly all: nothing to decode
	}
	var s string
	_ = json.Unmarshal(b, &s) // valid, as the whole is
	return s
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// skipValue returns where the value that begins at i ends.
func skipValue(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && skipSpace(b, i) == i {
		i++
	}
	return i
}

func skipString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func skipNested(b []byte, i int) int {
	for depth := 0; ; {
		switch b[i] {
		case '"':
			i = skipString(b, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		i++
		if depth == 0 {
			return i
		}
	}
}
