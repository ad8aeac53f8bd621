package contact

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"kontor/domain/errs"
	"kontor/templates"
)

// FuzzTable: whatever file somebody takes for a table, it is refused with a reason, or each of its lines has the width of
// its heading and holds text that can be stored; and every line can be read, or says what is wrong with it.
func FuzzTable(f *testing.F) {
	for _, s := range []string{
		"name,email\nAna,ana@example.com\n", "\xef\xbb\xbfName;Telefon;E-Mail\r\nB\xfcrger;030 123456;x\r\n", "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00",
		"\xfe\xff\x00a\x00,\x00b\x00\n\x001\x00,\x002", "\"a\nb\",c\n\"d\"\"e\",'=1+1\n", "name\n\"unclosed", "a\tb\n1\t2\t3\n\n \n4", "\x00", "a,a\n\x00,\x01", "name,vat\n=cmd|' /C calc'!A0,@x",
		"a;b\n\x81\x8d;\x80",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		read, err := readTable(file)
		if err != nil {
			require.Equal(t, errs.Invalid, errs.KindOf(err))
			return
		}
		require.NotEmpty(t, read.lines)
		require.LessOrEqual(t, len(read.columns), maxColumns)
		storable := func(cells []string) {
			require.Len(t, cells, len(read.columns))
			for _, c := range cells {
				require.True(t, utf8.ValidString(c) && !strings.ContainsRune(c, 0), "%q", c)
				require.LessOrEqual(t, len(c), maxCell)
			}
		}
		storable(read.columns)
		last := int64(0)
		m := Import{Columns: read.columns, Mapping: suggest(read.columns, templates.Form{})}
		require.Len(t, m.Mapping, len(read.columns))
		for i := range m.Mapping {
			if m.Mapping[i] == "" {
				m.Mapping[i] = []string{"email", "phone", "tags", "name"}[i%4]
			}
		}
		for _, line := range read.lines {
			storable(line.cells)
			require.Greater(t, line.number, last, "lines are counted as they come")
			last = line.number
			row, err := readRow(m, ImportLine{Line: line.number, Cells: line.cells}, templates.Form{}, "DE")
			if err != nil {
				require.Equal(t, errs.Invalid, errs.KindOf(err))
				continue
			}
			require.NotEmpty(t, *row.draft.Name)
			for _, e := range row.emails {
				again, ok := templates.NormalizeEmail(e)
				require.True(t, ok && again == e)
			}
			for _, p := range row.phones {
				require.True(t, strings.HasPrefix(p, "+"))
			}
		}
	})
}

// FuzzTableBack: what a program writes as a table comes in as it was.
func FuzzTableBack(f *testing.F) {
	f.Add("Ana", "a,b;c\td", "say \"hi\"\nto all", uint8(0))
	f.Add("=1+1", "'=1+1", "€ ü 漢", uint8(1))
	f.Fuzz(func(t *testing.T, a, b, c string, by uint8) {
		cells := []string{a, b, c}
		for i, s := range cells {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r") || len(s) > 1000 {
				return
			}
			cells[i] = strings.TrimSpace(s)
		}
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma = []rune{',', ';', '\t'}[by%3]
		require.NoError(t, w.WriteAll([][]string{{"one", "two", "three"}, cells, {"x", "y", "z"}}))
		read, err := readTable(append([]byte("\xEF\xBB\xBF"), file.Bytes()...))
		require.NoError(t, err)
		want := clean(cells, 3)
		if strings.Join(want, "") == "" {
			require.Len(t, read.lines, 1)
			return
		}
		require.Len(t, read.lines, 2)
		require.Equal(t, want, read.lines[0].cells)
		require.Equal(t, []string{"x", "y", "z"}, read.lines[1].cells, "one line never costs the next")
	})
}
