package sandbox_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/domain/channel"
	"kontor/domain/inbound"
	"kontor/domain/secret"
	"kontor/domain/storage"
	"kontor/integrations/metasim"
)

const shapes = "../../integrations/facebook/testdata"

// post posts a signed body to the running program and returns the status.
func (w *world) post(body []byte, header http.Header) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL+"/webhooks/meta", bytes.NewReader(body))
	require.NoError(w.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", w.sign(body))
	for k, v := range header {
		req.Header[k] = v
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	require.NoError(w.t, res.Body.Close())
	return res.StatusCode
}

func (w *world) sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(w.App.Config.AppSecrets()[0]))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// escaped writes a body as the platform does: compact, everything beyond ASCII as lower-case \u, slashes escaped.
func escaped(t *testing.T, pretty []byte) []byte {
	t.Helper()
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, pretty))
	var out strings.Builder
	for _, r := range compact.String() {
		switch {
		case r == '/':
			out.WriteString(`\/`)
		case r > 0xffff:
			hi, lo := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out.WriteString(`\u` + hex4(hi) + `\u` + hex4(lo))
		case r > 0x7f:
			out.WriteString(`\u` + hex4(r))
		default:
			out.WriteRune(r)
		}
	}
	return []byte(out.String())
}

func hex4(r rune) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
}

func (w *world) events() map[string]inbound.Event {
	w.t.Helper()
	found := map[string]inbound.Event{}
	page := storage.Page{Limit: 200}
	for {
		list, next, err := w.App.Services.Inbound.Events(w.t.Context(), w.Account.ID, inbound.Filter{}, page)
		require.NoError(w.t, err)
		for _, e := range list {
			found[e.ChannelID.String()+" "+e.Key] = e
		}
		if page.Cursor = next; next == "" {
			return found
		}
	}
}

// settled waits until nothing is left to process.
func (w *world) settled() {
	w.t.Helper()
	w.soon(func() bool {
		for _, e := range w.events() {
			if e.State == inbound.Received || e.State == inbound.Waiting && e.TaskID == nil {
				return false
			}
		}
		return true
	}, "everything is processed")
}

func (w *world) count(table string) (n int) {
	w.t.Helper()
	if table == "unrouted_events" {
		return apptest.Strays(w.t, w.App.DB)
	}
	require.NoError(w.t, w.App.DB.SQL().QueryRowContext(w.t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// Every recorded shape, posted to the running program, becomes what the list of the kind says, and the second time nothing.
func TestRecordedShapes(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, id := range []string{"104200000000002", "104200000000003"} {
		page, err := w.Sim.AddPage(metasim.Page{ID: id, Name: "Page " + id[len(id)-1:]})
		require.NoError(t, err)
		_, err = w.App.Services.Channels.Connect(t.Context(), w.owner(), channel.NewChannel{
			Kind: metasim.PageKind, ExternalID: id, Token: secret.New(page.Token), Settings: takingComments(),
		})
		require.NoError(t, err)
	}
	files, err := filepath.Glob(shapes + "/webhook/*/*.json")
	require.NoError(t, err)
	require.Len(t, files, 156)
	var bodies [][]byte
	for _, f := range files {
		pretty, err := os.ReadFile(f)
		require.NoError(t, err)
		bodies = append(bodies, escaped(t, pretty))
		require.Equal(t, http.StatusOK, w.post(bodies[len(bodies)-1], nil), f)
	}
	w.settled()
	w.checkBecame(t)

	before := map[string]int{}
	tables := []string{"inbound_events", "unrouted_events", "contacts", "identities", "conversations", "posts", "tasks", "comments", "attachments", "messages"}
	for _, table := range tables {
		before[table] = w.count(table)
	}
	again := append(append([][]byte{}, bodies...), bodies...)
	rand.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	todo := make(chan []byte)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for body := range todo {
				if status := w.post(body, nil); status != http.StatusOK {
					t.Errorf("answered %d", status)
				}
			}
		})
	}
	for _, body := range again {
		todo <- body
	}
	close(todo)
	wg.Wait()
	w.settled()
	for _, table := range tables {
		require.Equal(t, before[table], w.count(table), table)
	}
}

// outcomes says, by what an item means, what may become of its event: state, and reason behind a colon.
func outcomes() map[string][]string {
	return map[string][]string{
		"message":   {"processed:"},
		"echo":      {"processed:", "ignored:unknown_person", "ignored:echo_without_task"},
		"edit":      {"processed:", "processed:before_its_message"},
		"unsend":    {"processed:", "processed:before_its_message"},
		"hidden":    {"processed:", "processed:before_its_message"},
		"shown":     {"processed:", "processed:before_its_message"},
		"react":     {"processed:", "processed:before_its_message"},
		"refer":     {"processed:"},
		"delivered": {"processed:", "ignored:unknown_person"},
		"submit":    {"processed:", "processed:answers_unreadable"}, // those with an id are too old to be read
		"read":      {"processed:", "ignored:unknown_person"},
	}
}

// checkBecame compares the vault with the kind's own list of what every recorded item means.
func (w *world) checkBecame(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(shapes + "/becomes.txt")
	require.NoError(t, err)
	byKey := map[string]inbound.Event{}
	unnamed := map[string]int{} // outcomes of what has no id: its key is a hash of its bytes, which are escaped here
	for _, e := range w.events() {
		require.NotEqual(t, inbound.Failed, e.State, "%s is in quarantine: %s", e.Key, e.Reason)
		byKey[e.Key] = e
		if strings.HasPrefix(e.Key, "raw:") {
			unnamed[string(e.State)+":"+e.Reason]++
		}
	}
	file, routed := "", 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		columns := strings.SplitN(line, " | ", 5)
		if strings.HasSuffix(line, ".json") {
			file = line
		}
		if !strings.HasPrefix(file, "webhook/") || len(columns) != 5 {
			continue
		}
		if strings.HasPrefix(columns[1], "raw:") {
			reason, ok := strings.CutPrefix(columns[4], "ignored: ")
			require.True(t, ok, file)
			unnamed["ignored:"+reason]--
			continue
		}
		e, stored := byKey[columns[1]]
		if !stored {
			require.Contains(t, file, "negative", "%s: %s is not in the vault", file, columns[1])
			continue
		}
		routed++
		if reason, ok := strings.CutPrefix(columns[4], "ignored: "); ok {
			require.Equal(t, "ignored:"+reason, string(e.State)+":"+e.Reason, file)
			continue
		}
		action, _, _ := strings.Cut(columns[4], " ")
		require.Contains(t, outcomes()[action], string(e.State)+":"+e.Reason, file)
		if action == "submit" {
			require.NotNil(t, e.TaskID, file)
		}
		if action == "message" {
			require.NotNil(t, e.CommentID, file)
			require.NotNil(t, e.TaskID, file)
		}
	}
	require.Greater(t, routed, 100)
	for outcome, missing := range unnamed {
		require.LessOrEqual(t, missing, 0, outcome) // those of unknown pages are nobody's events
	}
	require.Positive(t, w.count("unrouted_events"))
}
