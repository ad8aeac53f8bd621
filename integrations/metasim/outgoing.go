package metasim

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"
)

// outgoing is a request of the platform's own: a webhook, a handshake, the fetch of a file.
type outgoing struct {
	method, url string
	header      http.Header
	body        []byte
	within      time.Duration
	limit       int64 // of the answer that is read
}

// incoming is what came back.
type incoming struct {
	status      int
	contentType string
	body        []byte
}

// smallAnswer is enough of an answer nobody is interested in.
const smallAnswer = 4 << 10

func newClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// exchange makes the request. Redirects are not followed.
func (s *Sim) exchange(ctx context.Context, o outgoing) (incoming, error) {
	ctx, cancel := context.WithTimeout(ctx, o.within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, o.method, o.url, bytes.NewReader(o.body))
	if err != nil {
		return incoming{}, err
	}
	if o.header != nil {
		req.Header = o.header
	}
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set("Accept", "*/*")
	res, err := s.client.Do(req)
	if err != nil {
		return incoming{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, o.limit))
	return incoming{res.StatusCode, res.Header.Get("Content-Type"), body}, err
}
