package facebook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/integrations/facebook"
	"kontor/integrations/meta"
)

// page is the page of most recorded payloads.
const page = "104200000000001"

func offline() *facebook.Adapter {
	return facebook.New(meta.NewClient(meta.Settings{}, nil, clock.System{}))
}

func door() *meta.Door { return meta.NewDoor(meta.Settings{}, offline()) }

// recorded returns the names of recorded payloads, in order.
func recorded(t testing.TB, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	slices.Sort(names)
	return names
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return b
}

// body is a whole POST, compact as the platform sends it; a fragment is put where it belongs in one.
func body(t testing.TB, name string) []byte {
	t.Helper()
	raw := read(t, name)
	if strings.Contains(name, "fragment") {
		raw = embed(t, raw)
	}
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, raw))
	return compact.Bytes()
}

func embed(t testing.TB, fragment []byte) []byte {
	t.Helper()
	var f map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(fragment, &f))
	wrap := func(format string, v []byte) []byte { return fmt.Appendf(nil, format, v) }
	entry := func(list string, v []byte) []byte {
		return fmt.Appendf(nil, `{"object":"page","entry":[{"id":%q,"time":1700000000000,%q:[%s]}]}`, page, list, v)
	}
	switch {
	case f["entry"] != nil:
		return fragment
	case f["messaging"] != nil && f["id"] != nil, f["changes"] != nil:
		return wrap(`{"object":"page","entry":[%s]}`, fragment)
	case f["messaging"] != nil:
		return entry("messaging", f["messaging"])
	case f["change"] != nil:
		return entry("changes", f["change"])
	case f["value"] != nil:
		return entry("changes", fragment)
	case f["type"] != nil:
		return entry("messaging", wrap(`{"sender":{"id":"2"},"timestamp":1700000000000,"message":{"mid":"m_1","attachments":[%s]}}`, fragment))
	}
	return entry("messaging", fragment)
}

// becomes says in a line for each item what a body becomes.
func becomes(raw []byte) []string {
	var lines []string
	routed, unrouted := door().Split(raw)
	for _, r := range routed {
		i := r.Item
		line := fmt.Sprintf("%s | %s | %s | %s | ", i.Type, i.Key, i.Lane, i.OccurredAt.Format(time.RFC3339Nano))
		in, err := offline().Parse(i)
		if err != nil {
			lines = append(lines, line+"quarantined: "+err.Error())
			continue
		}
		lines = append(lines, line+inWords(in))
	}
	for _, u := range unrouted {
		lines = append(lines, fmt.Sprintf("unrouted: %s (%s, entry %q)", u.Reason, u.Object, u.EntryID))
	}
	return lines
}

// inWords shows the fields of a meaning that are set.
func inWords(in channel.Inbound) string {
	if in.Action == channel.Ignore {
		return "ignored: " + in.Reason
	}
	var b bytes.Buffer
	plain := json.NewEncoder(&b)
	plain.SetEscapeHTML(false)
	_ = plain.Encode(in)
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(b.Bytes(), &fields)
	var person channel.Person
	_ = json.Unmarshal(fields["person"], &person)
	words := []string{string(in.Action), "person=" + person.ExternalID}
	for _, known := range []string{"action", "occurred_at", "person", "transport"} {
		delete(fields, known)
	}
	if in.Until.IsZero() {
		delete(fields, "until")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		words = append(words, name+"="+string(fields[name]))
	}
	return strings.Join(words, " ")
}

// TestWhatEachPayloadBecomes holds the meaning of every recorded payload against testdata/becomes.txt, which people have
// read: for each item its type, key, lane, time and meaning. KONTOR_UPDATE=1 writes the file anew, to be read again.
func TestWhatEachPayloadBecomes(t *testing.T) {
	t.Parallel()
	const golden = "testdata/becomes.txt"
	want := map[string]string{}
	for part := range strings.SplitSeq(string(read(t, golden)), "\n\n") {
		name, lines, _ := strings.Cut(part, "\n")
		want[name] = strings.TrimSpace(lines)
	}
	var all strings.Builder
	for _, file := range slices.Concat(recorded(t, "webhook/*/*.json"), recorded(t, "fragment/*/*.json")) {
		name := strings.TrimPrefix(filepath.ToSlash(file), "testdata/")
		got := strings.Join(becomes(body(t, file)), "\n")
		require.NotEmpty(t, got, "%s vanishes", name)
		fmt.Fprintf(&all, "%s\n%s\n\n", name, got)
		if os.Getenv("KONTOR_UPDATE") == "" {
			require.Equal(t, want[name], got, name)
		}
		delete(want, name)
	}
	if os.Getenv("KONTOR_UPDATE") != "" {
		require.NoError(t, os.WriteFile(golden, []byte(all.String()), 0o600))
		return
	}
	require.Equal(t, map[string]string{"": ""}, want, "payloads that are gone")
}
