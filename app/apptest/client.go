package apptest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/httpapi"
	"kontor/domain/staff"
)

// Body is a JSON object to send.
type Body map[string]any

// Client is one caller of the API.
type Client struct {
	Staff  staff.Staff // who it is; the zero one when nobody
	Cookie string
	Bearer string
	Header http.Header // added to every request

	t    testing.TB
	url  string
	http *http.Client
}

func (a *App) client(t testing.TB) *Client {
	return &Client{t: t, url: a.URL, http: a.http, Header: http.Header{}}
}

// With returns a copy of the caller that adds a header.
func (c *Client) With(name, value string) *Client {
	other := *c
	other.Header = c.Header.Clone()
	other.Header.Set(name, value)
	return &other
}

// In returns a copy of the caller for a subtest, whose failures it then reports.
func (c *Client) In(t testing.TB) *Client {
	other := *c
	other.t = t
	return &other
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	t      testing.TB
}

// Do sends a request to a path below /api/v1; a path that begins with two slashes is below the root, as //healthz. body is
// sent as JSON, bytes and strings as they are. Of a stream of events the first is read, and the connection closed.
func (c *Client) Do(method, path string, body any) *Answer {
	c.t.Helper()
	url := c.url + httpapi.Base + path
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		url = c.url + "/" + rest
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, url, c.reader(body))
	require.NoError(c.t, err)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range c.Header {
		req.Header[name] = values
	}
	req.Host = c.Header.Get("Host") // the header itself is never sent
	if c.Cookie != "" {
		req.AddCookie(&http.Cookie{Name: "kontor_session", Value: c.Cookie})
	}
	if c.Bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.Bearer)
	}
	res, err := c.http.Do(req)
	require.NoError(c.t, err)
	defer func() { _ = res.Body.Close() }()
	read := io.ReadAll
	if res.Header.Get("Content-Type") == "text/event-stream" {
		read = firstEvent
	}
	raw, err := read(res.Body)
	require.NoError(c.t, err)
	c.keepCookie(res)
	return &Answer{Status: res.StatusCode, Header: res.Header, Body: raw, t: c.t}
}

// Upload sends a file the way a form does.
func (c *Client) Upload(path, name string, content []byte) *Answer {
	c.t.Helper()
	return c.Send(http.MethodPost, path, name, content)
}

// Send is Upload by another method.
func (c *Client) Send(method, path, name string, content []byte) *Answer {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	require.NoError(c.t, err)
	_, err = part.Write(content)
	require.NoError(c.t, err)
	require.NoError(c.t, form.Close())
	return c.With("Content-Type", form.FormDataContentType()).Do(method, path, body.Bytes())
}

// Stream listens to the account's changes until the test ends.
func (c *Client) Stream(t testing.TB) io.Reader {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+httpapi.Base+"/stream", nil)
	require.NoError(t, err)
	req.AddCookie(&http.Cookie{Name: "kontor_session", Value: c.Cookie})
	res, err := c.http.Do(req) //nolint:bodyclose // below
	require.NoError(t, err)
	t.Cleanup(func() { _ = res.Body.Close() })
	return res.Body
}

// firstEvent reads a stream as far as its first event goes. The connection ends with the closing of the body.
func firstEvent(r io.Reader) ([]byte, error) {
	var event []byte
	for lines := bufio.NewReader(r); !bytes.HasSuffix(event, []byte("\n\n")); {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		event = append(event, line...)
	}
	return event, nil
}

func (c *Client) reader(body any) io.Reader {
	switch b := body.(type) {
	case nil:
		return nil
	case string:
		return strings.NewReader(b)
	case []byte:
		return bytes.NewReader(b)
	}
	raw, err := json.Marshal(body)
	require.NoError(c.t, err)
	return bytes.NewReader(raw)
}

func (c *Client) keepCookie(res *http.Response) {
	for _, k := range res.Cookies() {
		if k.Name == "kontor_session" {
			c.Cookie = k.Value
		}
	}
}

// Into decodes the answer into v and refuses keys that v does not have.
func (a *Answer) Into(v any) {
	a.t.Helper()
	d := json.NewDecoder(bytes.NewReader(a.Body))
	d.DisallowUnknownFields()
	require.NoError(a.t, d.Decode(v), string(a.Body))
}

// Problem decodes an answer that is one.
func (a *Answer) Problem() httpapi.Problem {
	a.t.Helper()
	var p httpapi.Problem
	require.Equal(a.t, "application/problem+json", a.Header.Get("Content-Type"), string(a.Body))
	a.Into(&p)
	return p
}

// Refused requires that the answer is a problem with a status and a code.
func (a *Answer) Refused(status int, code string) httpapi.Problem {
	a.t.Helper()
	require.Equal(a.t, status, a.Status, string(a.Body))
	p := a.Problem()
	require.Equal(a.t, code, p.Code, string(a.Body))
	return p
}

func decoded[T any](c *Client, method, path string, body any) T {
	c.t.Helper()
	a := c.Do(method, path, body)
	require.Equal(c.t, 2, a.Status/100, "%s %s: %s", method, path, a.Body)
	var v T
	if a.Status != http.StatusNoContent {
		a.Into(&v)
	}
	return v
}

// Get gets a path and decodes the answer; anything but success fails the test.
func Get[T any](c *Client, path string) T {
	c.t.Helper()
	return decoded[T](c, http.MethodGet, path, nil)
}

// Post posts a body and decodes the answer; anything but success fails the test.
func Post[T any](c *Client, path string, body any) T {
	c.t.Helper()
	return decoded[T](c, http.MethodPost, path, body)
}

// Patch changes what a path names and decodes the answer; anything but success fails the test.
func Patch[T any](c *Client, path string, body any) T {
	c.t.Helper()
	return decoded[T](c, http.MethodPatch, path, body)
}

// Delete removes what a path names; anything but success fails the test.
func Delete(c *Client, path string) {
	c.t.Helper()
	decoded[struct{}](c, http.MethodDelete, path, nil)
}

// Log collects what the program logs.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds a line.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns all lines.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
