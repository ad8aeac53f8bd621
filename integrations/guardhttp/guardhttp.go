// Package guardhttp is the one way out: every request that Kontor makes to another server goes through its Client, whose
// addresses strangers may have chosen (a picture in a message, a link in a profile). It does not know what the requests
// are about; the Graph API's client is in integrations/meta.
//
// Start reading at New. What is allowed is decided at three places, each of which a request cannot avoid: checkURL (the
// form of the address, at each hop), Public (the IP address, after DNS, as the connection is made) and checkRedirect.
// The exact hosts and ports that the operator's own settings name are exempt from the first two, and nothing else is.
package guardhttp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"kontor/domain/errs"
)

// The errors of a request that was stopped, or of a file that could not be had. Only ErrTemporary may pass.
var (
	ErrAddress   = errs.New(errs.Invalid, "attachment.address_not_allowed")
	ErrTooLarge  = errs.New(errs.TooLarge, "attachment.too_large")
	ErrGone      = errs.New(errs.NotFound, "attachment.gone")
	ErrTemporary = errs.New(errs.Unavailable, "attachment.unreachable")
)

// MaxAnswer is how much of an answer Do lets through, in bytes, after decompression: far more than any API says at once.
const MaxAnswer = 8 << 20

// maxRedirects is how many hops a request may take.
const maxRedirects = 5

// Options is what a Client is made with.
type Options struct {
	// Exempt holds addresses, as https://graph.example, whose exact host and port may be private and need not be 80 or
	// 443: those of the operator's own settings.
	Exempt []string
	// Resolver looks names up; nil means the system's. The address it finds is checked whoever found it.
	Resolver *net.Resolver
	// TLS replaces the default trust; nil means the system's roots.
	TLS *tls.Config
}

// Client makes requests that cannot be led astray. It takes no proxy from the environment, keeps no cookies, verifies
// TLS, and leaves deadlines to the context of each request. It is safe for concurrent use.
type Client struct {
	exempt map[string]bool // host:port
	dialer *net.Dialer
	api    *http.Client
	files  *http.Client
}

// New makes a client.
func New(o Options) (*Client, error) {
	c := &Client{exempt: map[string]bool{}}
	for _, raw := range o.Exempt {
		u, err := url.Parse(raw)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("%q is no address of a server", raw)
		}
		c.exempt[hostPort(u)] = true
	}
	c.dialer = &net.Dialer{Timeout: 10 * time.Second, Resolver: o.Resolver, ControlContext: control}
	transport := &http.Transport{
		Proxy:               nil,
		DialContext:         c.dial,
		TLSClientConfig:     o.TLS,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 256, // as many as deliver at once
		// Shorter than what servers and NATs keep: a request sent into a dead connection has to be found out about.
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true, // a DialContext of one's own switches it off
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 5 * time.Second},
	}
	guarded := guard{c, transport}
	c.api = &http.Client{Transport: capped{guarded}, CheckRedirect: checkRedirect}
	c.files = &http.Client{Transport: guarded, CheckRedirect: checkRedirect}
	return c, nil
}

// Do makes a request whose answer is small; reading more than MaxAnswer of it fails with ErrTooLarge. Errors never
// contain the request's address, which may hold a signature.
func (c *Client) Do(req *http.Request) (*http.Response, error) {
	resp, err := c.api.Do(req) //nolint:gosec // keeping requests from going astray is what this package is for
	return resp, withoutURL(err)
}

// guard checks the address of every hop: a redirect is a request of its own.
type guard struct {
	client *Client
	next   http.RoundTripper
}

// RoundTrip checks the request's address and makes the request.
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.client.checkURL(req.URL); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	return g.next.RoundTrip(req)
}

// capped limits answers after decompression, which a small compressed answer could otherwise blow up.
type capped struct{ next http.RoundTripper }

// RoundTrip makes the request and caps its answer.
func (c capped) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	if err == nil {
		resp.Body = &limited{body: resp.Body, left: MaxAnswer}
	}
	return resp, err
}

// limited is a body that fails with ErrTooLarge when there is more than its limit.
type limited struct {
	body io.ReadCloser
	left int64
}

// Read reads up to the limit.
func (l *limited) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	// One byte more than allowed tells a body that ends at the limit from one that goes on.
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.body.Read(p)
	if int64(n) > l.left {
		n, err = int(l.left), ErrTooLarge
	}
	l.left -= int64(n)
	return n, err
}

// Close closes the body.
func (l *limited) Close() error { return l.body.Close() }

// checkURL refuses addresses of a form that no honest file or API has.
func (c *Client) checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: scheme", ErrAddress)
	case u.Hostname() == "" || u.User != nil:
		return fmt.Errorf("%w: form", ErrAddress)
	case c.exempt[hostPort(u)]:
		return nil
	case u.Port() != "" && u.Port() != defaultPort(u):
		return fmt.Errorf("%w: port", ErrAddress)
	case disguised(u.Hostname()):
		return fmt.Errorf("%w: host", ErrAddress)
	}
	return nil
}

// disguised tells whether a host is a number that is no plain IP address, as 2130706433 or 0177.0.0.1. Some resolvers read
// such forms as 127.0.0.1; no real host has one, because a top-level domain never begins with a digit (RFC 3696).
func disguised(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	return last == "" || last[0] >= '0' && last[0] <= '9'
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = defaultPort(u)
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

func defaultPort(u *url.URL) string {
	if u.Scheme == "http" {
		return "80"
	}
	return "443"
}

// dial connects. Exempt hosts are reached wherever they are.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if c.exempt[strings.ToLower(address)] {
		free := *c.dialer
		free.ControlContext = nil
		return free.DialContext(ctx, network, address)
	}
	return c.dialer.DialContext(ctx, network, address)
}

// control is called for each address that DNS gave, just before the connection to exactly that address is made. A name
// that changes its address between two look-ups gains nothing.
func control(_ context.Context, network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" || !Public(to.Addr()) {
		return fmt.Errorf("%w: not public", ErrAddress)
	}
	return nil
}

// checkRedirect stops long chains, the way from https down to http, and requests that would carry a body elsewhere.
// Another host learns neither who asked nor with what credentials: net/http still sends those to subdomains.
func checkRedirect(req *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	elsewhere := !strings.EqualFold(req.URL.Host, first.URL.Host)
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: too many redirects", ErrAddress)
	case last.URL.Scheme == "https" && req.URL.Scheme != "https":
		return fmt.Errorf("%w: redirect to a lesser scheme", ErrAddress)
	case elsewhere && req.Method != http.MethodGet && req.Method != http.MethodHead:
		return fmt.Errorf("%w: redirect of a body", ErrAddress)
	}
	req.Header.Del("Referer")
	if elsewhere {
		req.Header.Del("Authorization")
		req.Header.Del("Cookie")
	}
	return nil
}

// withoutURL takes the address off an error of net/http: media addresses are signed.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
