package sandbox_test

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what the program must not accept
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/inbound"
)

// says is an element of a page's messaging list.
func says(person, mid, text string) string {
	return fmt.Sprintf(`{"sender":{"id":%s},"recipient":{"id":"104200000000001"},"timestamp":1760000000000,"message":{"mid":%q,"text":"%s"}}`,
		person, mid, text)
}

func webhook(elements ...string) []byte {
	return fmt.Appendf(nil, `{"object":"page","entry":[{"id":"104200000000001","time":1760000000000,"messaging":[%s]}]}`,
		strings.Join(elements, ","))
}

func TestWhatIsNotRightlySignedIsRefused(t *testing.T) {
	t.Parallel()
	w := start(t)
	body := webhook(says(`"77"`, "m_1", `caf\u00e9 \/`))
	old := hmac.New(sha1.New, []byte(w.App.Config.AppSecrets()[0]))
	old.Write(body)
	foreign := hmac.New(sha1.New, []byte("another secret"))
	foreign.Write(body)
	for name, c := range map[string]struct {
		body   []byte
		header http.Header
	}{
		"missing":          {body, http.Header{"X-Hub-Signature-256": nil}},
		"empty":            {body, http.Header{"X-Hub-Signature-256": {""}}},
		"wrong":            {body, http.Header{"X-Hub-Signature-256": {"sha256=" + strings.Repeat("0", 64)}}},
		"no hex":           {body, http.Header{"X-Hub-Signature-256": {"sha256=" + strings.Repeat("z", 64)}}},
		"too short":        {body, http.Header{"X-Hub-Signature-256": {"sha256=00"}}},
		"of another":       {body, http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(foreign.Sum(nil))}}},
		"SHA-1 only":       {body, http.Header{"X-Hub-Signature-256": nil, "X-Hub-Signature": {"sha1=" + hex.EncodeToString(old.Sum(nil))}}},
		"SHA-1 as SHA-256": {body, http.Header{"X-Hub-Signature-256": {"sha1=" + hex.EncodeToString(old.Sum(nil))}}},
		// The same JSON with other escapes is not the same body.
		"re-encoded": {webhook(says(`"77"`, "m_1", "café /")), http.Header{"X-Hub-Signature-256": {w.sign(body)}}},
	} {
		require.Equal(t, http.StatusUnauthorized, w.post(c.body, c.header), name)
	}
	require.Empty(t, w.events())
	require.Zero(t, w.count("unrouted_events"))
	require.Contains(t, w.log.String(), "code=door.signature")
	require.NotContains(t, w.log.String(), w.App.Config.AppSecrets()[0])
	require.Equal(t, http.StatusOK, w.post(body, nil))
	w.settled()
	require.Equal(t, "café /", w.comments(w.tasks()[0])[0].Text)
}

func TestWhatIsTooLargeOrEncodedIsRefused(t *testing.T) {
	t.Parallel()
	w := start(t)
	large := webhook(says(`"77"`, "m_1", strings.Repeat("x", 25<<20)))
	require.Equal(t, http.StatusRequestEntityTooLarge, w.post(large, nil), "announced")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/webhooks/meta", io.MultiReader(bytes.NewReader(large)))
	require.NoError(t, err)
	req.Header.Set("X-Hub-Signature-256", w.sign(large))
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode, "unannounced")

	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write(webhook(says(`"77"`, "m_2", "packed")))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.Equal(t, http.StatusUnsupportedMediaType, w.post(packed.Bytes(), http.Header{"Content-Encoding": {"gzip"}}))
	require.Empty(t, w.events())
	for _, code := range []string{"status=413", "code=request.too_large", "status=415"} {
		require.Contains(t, w.log.String(), code)
	}

	fits := webhook(says(`"77"`, "m_3", strings.Repeat("x", 7<<20)))
	require.Equal(t, http.StatusOK, w.post(fits, nil))
}

// What is rightly signed is answered with 200 whatever it is, and kept.
func TestOddBodiesAreKeptAndHarmNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	odd := map[string]string{
		"nothing":              "",
		"null":                 "null",
		"a list":               "[]",
		"a number":             "1e999",
		"no JSON":              `{"object":"page","entry":[`,
		"bytes":                "\xff\x00\xfe",
		"a NUL":                "{\"object\":\"page\",\"entry\":[\x00]}",
		"endless nesting":      strings.Repeat("[", 1<<20),
		"entries of any shape": `{"object":"page","entry":[1,"x",null,[],{}]}`,
		"entry as an object":   `{"object":"page","entry":{"id":"104200000000001"}}`,
	}
	for name, body := range odd {
		require.Equal(t, http.StatusOK, w.post([]byte(body), nil), name)
	}
	require.Empty(t, w.events())
	require.GreaterOrEqual(t, w.count("unrouted_events"), len(odd))
	lists := `{"object":"page","entry":[{"id":"104200000000001","messaging":{"a":1},"changes":"x"}]}`
	require.Equal(t, http.StatusOK, w.post([]byte(lists), nil))
	require.Len(t, w.events(), 2, "what is a page's is in its vault")
	require.NotContains(t, w.log.String(), "panic")
}

func TestOddItemsHarmNoSibling(t *testing.T) {
	t.Parallel()
	w := start(t)
	nested := strings.Repeat(`{"a":`, 4000) + "1" + strings.Repeat("}", 4000)
	odd := map[string]string{
		"number beyond 2^53":  says("9007199254740993123", "m_number", "large"),
		"same as a string":    says(`"9007199254740993123"`, "m_string", "the same person"),
		"NUL in the text":     says(`"78"`, "m_nul", `a\u0000b`),
		"lone surrogate":      says(`"78"`, "m_lone", `a\ud83db`),
		"bad UTF-8":           says(`"78"`, "m_utf8", "a\xff\xc3b"),
		"text as an object":   `{"sender":{"id":"79"},"recipient":{"id":"104200000000001"},"timestamp":1760000000001,"message":{"mid":"m_object","text":{"x":1}}}`,
		"no sender":           `{"recipient":{"id":"104200000000001"},"timestamp":1760000000002,"message":{"mid":"m_nobody","text":"x"}}`,
		"time beyond times":   `{"sender":{"id":"80"},"recipient":{"id":"104200000000001"},"timestamp":99999999999999999999,"message":{"mid":"m_time","text":"late"}}`,
		"a number instead":    "7",
		"a list instead":      "[[]]",
		"twice the same name": `{"sender":{"id":"1"},"sender":{"id":"81"},"recipient":{"id":"104200000000001"},"timestamp":1760000000003,"message":{"mid":"m_twice","text":"x"}}`,
		"deep":                `{"sender":{"id":"82"},"recipient":{"id":"104200000000001"},"timestamp":1760000000004,"message":{"mid":"m_deep","text":"x","unknown":` + nested + `}}`,
		"an unknown kind":     `{"sender":{"id":"83"},"recipient":{"id":"104200000000001"},"timestamp":1760000000005,"hologram":{"mid":"m_holo"}}`,
	}
	elements := []string{says(`"77"`, "m_first", "first")}
	for _, e := range odd {
		elements = append(elements, e)
	}
	elements = append(elements, says(`"77"`, "m_last", "last"))
	require.Equal(t, http.StatusOK, w.post(webhook(elements...), nil))
	w.settled()

	texts := map[string]string{}
	for _, task := range w.tasks() {
		for _, c := range w.comments(task) {
			require.NotNil(t, c.ExternalID)
			texts[*c.ExternalID] = c.Text
		}
	}
	for mid, text := range map[string]string{
		"m_first": "first", "m_last": "last", "m_number": "large", "m_string": "the same person", "m_nul": "a\ufffdb",
		"m_lone": "a\ufffdb", "m_utf8": "a\ufffd\ufffdb", "m_time": "late", "m_deep": "x",
	} {
		require.Equal(t, text, texts[mid], mid)
	}
	var id string
	require.NoError(t, w.App.DB.SQL().QueryRowContext(t.Context(),
		"SELECT external_id FROM identities WHERE external_id LIKE '900719925474099%'").Scan(&id))
	require.Equal(t, "9007199254740993123", id, "the number and the string are one person, to the last digit")
	events := w.events()
	require.Len(t, events, len(elements), "everything is in the vault")
	for key, e := range events {
		if e.State == inbound.Failed || e.State == inbound.Ignored {
			require.NotEmpty(t, e.Reason, key)
		}
	}
}
