package httpapi_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
)

// wire is the program's server on another port, spoken to byte by byte.
type wire struct {
	*apptest.App
	t    *testing.T
	addr string
}

const (
	impatient  = 2 * time.Second
	patient    = 20 * time.Second // enough for nine megabytes on a busy machine
	muchLonger = time.Minute      // than the server's patience takes on any machine
)

// startWire starts the server with little patience for who says nothing, and some for the rest of a request.
func startWire(t *testing.T, a *apptest.App, rest time.Duration) wire {
	t.Helper()
	server := a.API.Server()
	server.ReadHeaderTimeout, server.ReadTimeout, server.IdleTimeout = time.Second, rest, 2*time.Second
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, http.ErrServerClosed)
	})
	return wire{a, t, l.Addr().String()}
}

// sends connects and writes text, all of it or as much as the server takes.
func (w wire) sends(t *testing.T, text string) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", w.addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(muchLonger)))
	_, _ = io.WriteString(c, text) // a server that has heard enough hangs up
	return c
}

// answers reads the statuses of all answers until the server hangs up.
func answers(c net.Conn) (list []int) {
	for r := bufio.NewReader(c); ; {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return list
		}
		list = append(list, res.StatusCode)
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if err != nil {
			return list
		}
	}
}

// hangsUp fails unless the server ends a connection by itself, without having said that all is well.
func hangsUp(t *testing.T, c net.Conn) {
	t.Helper()
	said, err := io.ReadAll(c)
	late, ok := errors.AsType[net.Error](err)
	require.False(t, ok && late.Timeout(), "the server waits for ever")
	require.NotContains(t, string(said), "HTTP/1.1 2")
}

func (w wire) sign(body string) string {
	mac := hmac.New(sha256.New, []byte(w.Config.AppSecrets()[0]))
	_, _ = io.WriteString(mac, body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// stray is a body that is kept as nobody's, told by a name.
func stray(name string) string { return `{"object":"planet","entry":[{"id":"` + name + `"}]}` }

// posts is a webhook with the given headers after those that each has.
func (w wire) posts(signed, body string, headers ...string) string {
	return "POST /webhooks/meta HTTP/1.1\r\nHost: kontor\r\nX-Hub-Signature-256: " + w.sign(signed) + "\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n" + body
}

func length(n int) string { return fmt.Sprint("Content-Length: ", n) }

// goesOn fails unless others are served as ever. It stores one stray.
func (w wire) goesOn(t *testing.T, name string) {
	t.Helper()
	body := stray(name)
	for _, request := range []string{
		w.posts(body, body, length(len(body)), "Connection: close"), "GET /readyz HTTP/1.1\r\nHost: kontor\r\nConnection: close\r\n\r\n",
	} {
		var got []int
		for range 10 { // on a slow machine the short patience may meet us too
			if got = answers(w.sends(t, request)); len(got) > 0 {
				break
			}
		}
		require.Equal(t, []int{http.StatusOK}, got)
	}
}

func TestWhoeverKeepsTheServerWaitingKeepsNobodyElseWaiting(t *testing.T) {
	t.Parallel()
	w := startWire(t, apptest.StartEmpty(t), impatient)
	body := stray("half")
	var waiting []net.Conn
	for range 60 {
		waiting = append(waiting,
			w.sends(t, ""), // nothing at all
			w.sends(t, "POST /webhooks/meta HTTP/1.1\r\nHost: kontor\r\nX-A"),
			w.sends(t, w.posts(body, body[:10], length(len(body)))),
			w.sends(t, w.posts(body, fmt.Sprintf("%x\r\n%s", len(body), body[:10]), "Transfer-Encoding: chunked")),
			w.sends(t, w.posts(body, fmt.Sprintf("%x\r\n%s\r\n", len(body), body), "Transfer-Encoding: chunked")), // all but the end
			w.sends(t, "GET /healthz HTTP/1.1\r\nHost: kontor\r\n\r\n"),                                           // and then nothing
		)
	}
	trickling := w.sends(t, "GET /healthz HTTP/1.1\r\n")
	trickled := make(chan struct{})
	go func() { // a header that never ends, byte by byte
		defer close(trickled)
		for {
			if _, err := io.WriteString(trickling, "X-A: b\r\n"); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	w.goesOn(t, "meanwhile")
	for i, c := range waiting {
		if i%6 == 5 {
			require.Equal(t, []int{http.StatusOK}, answers(c), "it is served, and let go when it asks for nothing more")
			continue
		}
		hangsUp(t, c)
	}
	<-trickled
	w.goesOn(t, "afterwards")
	require.Equal(t, 2, apptest.Strays(t, w.DB), "half a body is nothing")
}

func TestRequestsThatAreNone(t *testing.T) {
	t.Parallel()
	w := startWire(t, apptest.StartEmpty(t), patient)
	body := stray("unsaid")
	whole := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.Copy(z, io.LimitReader(zeros{}, 2<<20))
	require.NoError(t, z.Close())
	bomb := packed.String()
	large := strings.Repeat("x", 1<<20)
	t.Run("refused", func(t *testing.T) {
		for name, c := range map[string]struct {
			sent string
			want int // of the first answer; 0: none has to come
		}{
			"shorter_than_it_is":        {w.posts(body, body, length(len(body)-5)), http.StatusUnauthorized},
			"longer_than_it_is":         {w.posts(body, body, length(len(body)+5)), http.StatusBadRequest},
			"two_lengths":               {w.posts(body, body, length(len(body)), length(3)), http.StatusBadRequest},
			"no_number":                 {w.posts(body, body, "Content-Length: 1e2"), http.StatusBadRequest},
			"negative":                  {w.posts(body, body, "Content-Length: -1"), http.StatusBadRequest},
			"too_large_to_count":        {w.posts(body, body, "Content-Length: 99999999999999999999"), http.StatusBadRequest},
			"too_large":                 {w.posts(body, "", length(9<<20)), http.StatusRequestEntityTooLarge},
			"too_large_by_chunks":       {w.posts(body, strings.Repeat("100000\r\n"+large+"\r\n", 9)+"0\r\n\r\n", "Transfer-Encoding: chunked"), http.StatusRequestEntityTooLarge},
			"chunks_without_number":     {w.posts(body, "zz\r\n"+body+"\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), http.StatusBadRequest},
			"chunk_longer_than_it_says": {w.posts(body, "5\r\n"+body+"\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), http.StatusBadRequest},
			"chunk_of_endless_size":     {w.posts(body, "ffffffffffffffffff\r\n"+body, "Transfer-Encoding: chunked"), http.StatusBadRequest},
			"chunks_with_endless_notes": {w.posts(body, "1;"+large+"\r\n", "Transfer-Encoding: chunked"), http.StatusBadRequest},
			"chunked_twice":             {w.posts(body, whole, "Transfer-Encoding: chunked, chunked"), http.StatusNotImplemented},
			"unknown_transfer":          {w.posts(body, whole, "Transfer-Encoding: gzip, chunked"), http.StatusNotImplemented},
			"packed":                    {w.posts(bomb, bomb, length(len(bomb)), "Content-Encoding: gzip"), http.StatusUnsupportedMediaType},
			"packed_for_the_api":        {"POST /api/v1/session HTTP/1.1\r\nHost: kontor\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n" + length(len(bomb)) + "\r\n\r\n" + bomb, http.StatusBadRequest},
			"large_for_the_api":         {"POST /api/v1/session HTTP/1.1\r\nHost: kontor\r\nContent-Type: application/json\r\n" + length(2<<20) + "\r\n\r\n" + large + large, http.StatusRequestEntityTooLarge},
			"deep_for_the_api":          {"POST /api/v1/session HTTP/1.1\r\nHost: kontor\r\nContent-Type: application/json\r\n" + length(2_000) + "\r\n\r\n" + strings.Repeat("[", 2_000), http.StatusBadRequest},
			"long_header":               {w.posts(body, body, length(len(body)), "X-A: "+large), http.StatusRequestHeaderFieldsTooLarge},
			"many_headers":              {w.posts(body, body, length(len(body)), strings.Repeat("X-A: b\r\n", 20_000)+"X-B: c"), http.StatusRequestHeaderFieldsTooLarge},
			"long_address":              {"GET /" + large + " HTTP/1.1\r\nHost: kontor\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge},
			"space_before_the_colon":    {w.posts(body, body, "Content-Length : "+fmt.Sprint(len(body))), http.StatusBadRequest},
			"no_host":                   {"GET /healthz HTTP/1.1\r\n\r\n", http.StatusBadRequest},
			"nul_in_the_address":        {"GET /\x00 HTTP/1.1\r\nHost: kontor\r\n\r\n", http.StatusBadRequest},
			"nul_in_a_header":           {"GET /healthz HTTP/1.1\r\nHost: kontor\r\nX-A: \x00\r\n\r\n", http.StatusBadRequest},
			"another_protocol":          {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0},
			"tls":                       {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", http.StatusBadRequest},
			"noise":                     {"\r\n\r\n\xff\xfe\x00", http.StatusBadRequest},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var got []int
				for range 10 { // who hangs up while the rest is still coming may be heard to hang up alone
					conn := w.sends(t, c.sent)
					_ = conn.(*net.TCPConn).CloseWrite() //nolint:forcetypeassert // that is what was dialled
					if got = answers(conn); c.want == 0 || len(got) > 0 {
						break
					}
				}
				if c.want != 0 {
					require.NotEmpty(t, got)
					require.Equal(t, c.want, got[0])
				}
				for _, status := range got {
					require.GreaterOrEqual(t, status, 400, "%v", got)
					require.True(t, status < 500 || status == http.StatusNotImplemented, "%v", got)
				}
			})
		}
	})
	w.goesOn(t, "afterwards")
	require.Equal(t, 1, apptest.Strays(t, w.DB), "what was refused is not stored")
}

// zeros never ends.
type zeros struct{}

// Read gives zeros.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestPipelinedRequestsAreAnsweredInTheirOrder(t *testing.T) {
	t.Parallel()
	w := startWire(t, apptest.StartEmpty(t), patient)
	first, second, forged := stray("first"), stray("second"), stray("forged")
	c := w.sends(t, w.posts(first, first, length(len(first)))+
		"GET /healthz HTTP/1.1\r\nHost: kontor\r\n\r\n"+
		w.posts("another body", forged, length(len(forged)))+
		w.posts(second, fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(second), second), "Transfer-Encoding: chunked")+
		"nonsense\r\n\r\n"+w.posts(stray("never"), stray("never"), length(len(stray("never")))))
	require.Equal(t, []int{200, 200, 401, 200, 400}, answers(c), "after what is no request nothing more is read")
	require.Equal(t, 2, apptest.Strays(t, w.DB))
}

func TestHalfAFileIsNone(t *testing.T) {
	t.Parallel()
	w := startWire(t, apptest.Start(t), patient)
	head := "POST /api/v1/attachments HTTP/1.1\r\nHost: kontor\r\nCookie: kontor_session=" + w.Member.Cookie + "\r\nContent-Type: multipart/form-data; boundary=b\r\n"
	part := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"half.txt\"\r\n\r\n" + strings.Repeat("half", 100_000)
	for name, sent := range map[string]string{
		"the_rest_never_comes":   head + length(len(part)+100) + "\r\n\r\n" + part,
		"it_has_no_end":          head + length(len(part)) + "\r\n\r\n" + part,
		"its_chunks_break_off":   head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n", len(part), part),
		"its_chunks_are_nothing": head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\nzz\r\n", len(part), part),
		"it_is_larger_than_said": head + length(200) + "\r\n\r\n" + part,
	} {
		c := w.sends(t, sent)
		_ = c.(*net.TCPConn).CloseWrite() //nolint:forcetypeassert // that is what was dialled
		for _, status := range answers(c) {
			require.True(t, status >= 400 && status < 500, "%s: %d", name, status)
		}
	}
	var rows int
	require.NoError(t, w.DB.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM attachments").Scan(&rows))
	require.Zero(t, rows)
	require.NoError(t, filepath.WalkDir(w.Config.DataDir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() {
			text, _ := os.ReadFile(path) //nolint:errcheck,gosec // the database's own come and go
			require.NotContains(t, string(text), "halfhalf", path)
		}
		return err
	}))
	require.Equal(t, http.StatusCreated, w.Member.Upload("/attachments", "whole.txt", []byte("whole")).Status, "others go on")
}
