package contact

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"kontor/domain/errs"
)

// table is a file of comma-separated values, read.
type table struct {
	encoding, separator string
	columns             []string
	lines               []tableLine
}

type tableLine struct {
	number int64
	cells  []string
}

const (
	maxColumns = 100
	maxCell    = 20_000
)

// readTable reads what spreadsheets write: UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs.
func readTable(data []byte) (t table, err error) {
	text, encoding := decode(data)
	t.encoding = encoding
	text = strings.ReplaceAll(text, "\x00", "")
	if strings.TrimSpace(text) == "" {
		return t, errs.Input(errs.At("body.file", "contact_import.empty"))
	}
	comma := separatorOf(text)
	t.separator = string(comma)
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, errs.Input(errs.At("body.file", "contact_import.unreadable"))
		}
		line, _ := r.FieldPos(0)
		if t.columns == nil {
			if len(cells) > maxColumns {
				return t, errs.Input(errs.At("body.file", "contact_import.too_wide", "max", maxColumns))
			}
			t.columns = clean(cells, len(cells))
			continue
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		t.lines = append(t.lines, tableLine{int64(line), clean(cells, len(t.columns))})
		if len(t.lines) > maxImportLines {
			return t, errs.Input(errs.At("body.file", "contact_import.too_long", "max", maxImportLines))
		}
	}
	if len(t.lines) == 0 {
		return t, errs.Input(errs.At("body.file", "contact_import.empty"))
	}
	return t, nil
}

// clean cuts or fills a line to the width of the header.
func clean(cells []string, width int) []string {
	out := make([]string, width)
	for i := range out {
		if i < len(cells) {
			out[i] = strings.TrimSpace(cells[i])
			if plain, ok := strings.CutPrefix(out[i], "'"); ok && strings.IndexAny(strings.TrimSpace(plain), "=+-@＝＋－＠") == 0 {
				out[i] = strings.TrimSpace(plain) // as a table of ours keeps spreadsheets from taking it for a formula
			}
			if len(out[i]) > maxCell {
				out[i] = strings.ToValidUTF8(out[i][:maxCell], "")
			}
		}
	}
	return out
}

func decode(data []byte) (text, encoding string) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return strings.ToValidUTF8(string(data[3:]), "\uFFFD"), "UTF-8"
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return wide(data[2:], 0), "UTF-16"
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return wide(data[2:], 1), "UTF-16"
	case len(data) > 3 && data[1] == 0 && data[3] == 0:
		return wide(data, 0), "UTF-16"
	case len(data) > 3 && data[0] == 0 && data[2] == 0:
		return wide(data, 1), "UTF-16"
	case utf8.Valid(data):
		return string(data), "UTF-8"
	}
	var b strings.Builder
	for _, c := range data {
		if c >= 0x80 && c < 0xA0 {
			b.WriteRune([]rune(windows1252)[c-0x80])
		} else {
			b.WriteRune(rune(c))
		}
	}
	return b.String(), "Windows-1252"
}

// windows1252 is what that code page has where Latin-1 has control characters.
const windows1252 = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ"

// wide reads UTF-16; high says which byte of two comes first: 0 the low one.
func wide(data []byte, high int) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		a, b := uint16(data[2*i]), uint16(data[2*i+1])
		if high == 1 {
			a, b = b, a
		}
		units[i] = a | b<<8
	}
	return string(utf16.Decode(units))
}

// separatorOf is the one of which the header has most, outside of quotes.
func separatorOf(text string) rune {
	counts, quoted := map[rune]int{}, false
	for _, c := range text {
		if c == '"' {
			quoted = !quoted
		}
		if c == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[c]++
		}
	}
	best := ','
	for _, c := range ";\t" {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// cleanFileName makes the name of a file harmless to show.
func cleanFileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == '\\' || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > MaxName {
		name = string(r[:MaxName])
	}
	return name
}

func asError(err error) *errs.Error {
	e, _ := errors.AsType[*errs.Error](err)
	return e
}
