package httpapi

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/config"
	"kontor/domain/account"
	"kontor/domain/ids"
)

// FuzzTaskFilter: a filter written as a query is refused, or says all that was written and nothing that a database does not
// take.
func FuzzTaskFilter(f *testing.F) {
	for _, s := range []string{
		"category=new&assignee=me", "tag=vip+%26+more&unread=true", "q=%00", "q=%ff", "team=00000000-0000-0000-0000-000000000000", "team={x}", "created_from=2026-01-01T00:00:00Z",
		"created_to=0000-01-01T00:00:00Z", "created_to=9999-12-31T23:59:59%2B23:59", "nonsense=1", "assignee=00000000-0000-0000-0000-00000000000g", "tag=a&tag=b", ";", "%zz", "=x",
		"team=urn:uuid:00000000-0000-0000-0000-000000000001",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := readTaskFilter(text)
		if err != nil {
			return
		}
		values, err := url.ParseQuery(text)
		require.NoError(t, err)
		for name, given := range values {
			require.Len(t, given, 1, "one of two values of %s is left out", name)
			require.True(t, storable(given[0]), "%s=%q reaches the database", name, given[0])
		}
		require.Equal(t, values.Get("tag"), read.Tag)
		require.Equal(t, values.Get("q"), read.Query)
		if team := values.Get("team"); team != "" {
			want, err := ids.Parse(team)
			require.NoError(t, err, "a form of an id that is refused elsewhere")
			require.Equal(t, want, read.Team)
		}
		if _, err := read.filter(account.Actor{}); err == nil {
			require.LessOrEqual(t, len(read.Assignee), 36)
		}
	})
}

// FuzzTable: no cell of a table that a spreadsheet opens begins a formula, each is one cell, and nothing of it is lost.
func FuzzTable(f *testing.F) {
	for _, s := range []string{
		"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1", "a\",\"=1", "a\r\nb", "＝1+1", "\u00a0=1", "\x00=1", "", "\\.", "\"=1\"", ";=1", "\ufeff=1",
	} {
		f.Add(s, "next")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		require.NoError(t, w.Write(harmlessAll([]string{one, two, "last"})))
		w.Flush()
		rows, err := csv.NewReader(&file).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Len(t, rows[0], 3)
		for i, sent := range []string{one, two} {
			cell := rows[0][i]
			if trimmed := strings.TrimLeft(cell, " \t\r\n\u00a0\x00\ufeff"); trimmed != "" {
				require.NotContains(t, []string{"=", "+", "-", "@"}, trimmed[:1], "a formula: %q", cell)
			}
			plain := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") } // as the reader has it
			require.Equal(t, plain(sent), strings.TrimPrefix(cell, map[bool]string{true: "'"}[harmless(sent) != sent]))
		}
	})
}

// FuzzBack: wherever a link wants to lead after signing in, it is a path of this server as a browser reads it.
func FuzzBack(f *testing.F) {
	for _, s := range []string{
		"/tasks?x=1#y", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n//evil.example", "https://evil.example", "/..//evil.example", "/%2fevil.example", "/ /evil", "javascript:1",
		"/a\x00", "/ä", "/\u2028/evil", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		back := pathOfOurs(path)
		for _, to := range []string{back, withParameter(back, "connection", "1"), withParameter(signInPath, "back", back)} {
			if to == "" {
				continue
			}
			// As the URL standard has it: tabs and line breaks count for nothing, a backslash is a slash.
			seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimLeft(to, "\x00 "))
			require.True(t, strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "?"), "%q leads elsewhere", to)
			require.False(t, strings.HasPrefix(seen, "//"), "%q leads elsewhere", to)
		}
	})
}

// FuzzJSON: a body that is let through can be stored: no NUL reaches a database, however it is written.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":"\u0000"}`, `{"\u0000":1}`, `["a\\u0000"]`, `{"a":{"b":["\ud800"]}}`, `1e400`, `{"a":1}{`, "\"\xff\"", `[[[[]]]]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var parsed any
		if strictJSON(body, &parsed) != nil {
			return
		}
		text, err := json.Marshal(parsed)
		require.NoError(t, err)
		require.NotContains(t, strings.ReplaceAll(string(text), `\\`, ""), `\u0000`)
	})
}

// FuzzCaller: nobody chooses by a header from which address they seem to come, unless they are a proxy that is trusted.
func FuzzCaller(f *testing.F) {
	for _, s := range []string{"1.2.3.4", "1.2.3.4, 10.0.0.1", "10.0.0.2,10.0.0.1", "x", "", "::1, 1.2.3.4", "1.2.3.4:80", "[::1]", ",,,", "fe80::1%eth0", "10.0.0.1, x, 10.0.0.1"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	trusting := ipExtractor(config.Networks{netip.MustParsePrefix("10.0.0.0/8")})
	direct := ipExtractor(nil)
	f.Fuzz(func(t *testing.T, header string, proxied bool) {
		r := &http.Request{RemoteAddr: "203.0.113.7:4711", Header: http.Header{"X-Forwarded-For": {header}, "X-Real-Ip": {header}}}
		if proxied {
			r.RemoteAddr = "10.0.0.1:4711"
		}
		own, _, _ := strings.Cut(r.RemoteAddr, ":")
		require.Equal(t, own, direct(r))
		got := trusting(r)
		if !proxied {
			require.Equal(t, own, got, "a stranger is believed")
			return
		}
		_, err := netip.ParseAddr(got)
		require.NoError(t, err, "%q", got)
		require.NotEmpty(t, network(got))
		named := slices.ContainsFunc(strings.Split(header, ","), func(part string) bool {
			a, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(part), "[]"))
			return err == nil && a.Unmap().String() == got
		})
		require.True(t, named || got == own, "%q is nobody's address", got)
	})
}
