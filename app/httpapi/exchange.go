package httpapi

import (
	"context"
	"crypto/sha256"
	"hash"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/ids"
)

// exchange is what is known of one request besides its input. It rides in the request's context; each stage adds what it
// finds out, and the log line at the end says it.
type exchange struct {
	id       string
	ip       string
	language string
	texts    *texts.Catalogue
	actor    account.Actor
	header   http.Header // of the answer
	key      string      // Idempotency-Key
	seen     hash.Hash   // of method, address and body as far as it was read; set together with key
	cookie   string      // the session cookie's value
	agent    string
	code     string // of the problem answered with
	cause    error  // of a 5xx, for the log
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// begin makes the exchange of a request and puts it into the request's context.
func (a *API) begin(c echo.Context) *exchange {
	r := c.Request()
	x := &exchange{
		id: ids.New().String(), ip: c.RealIP(), texts: a.Texts, header: c.Response().Header(), agent: r.UserAgent(),
		language: a.Texts.Match(r.Header.Get("Accept-Language"), ""),
	}
	if k, err := r.Cookie(a.cookieName()); err == nil {
		x.cookie = k.Value
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" && r.Method == http.MethodPost {
		x.key, x.seen = key, sha256.New()
		_, _ = io.WriteString(x.seen, r.Method+" "+r.URL.RequestURI()+"\n")
		r.Body = &hashedBody{r.Body, x.seen}
	}
	c.SetRequest(r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x)))
	return x
}

// signedIn notes who calls. Whoever sends no Accept-Language is spoken to in their own.
func (x *exchange) signedIn(r *http.Request, who account.Actor) account.Actor {
	who.IP, who.RequestID = x.ip, x.id
	x.actor = who
	x.language = x.texts.Match(r.Header.Get("Accept-Language"), who.Language)
	return who
}

// hashedBody hashes a body while it is read.
type hashedBody struct {
	io.ReadCloser
	seen hash.Hash
}

// Read reads on.
func (b *hashedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	_, _ = b.seen.Write(p[:n])
	return n, err
}
