package httpapi

import (
	"context"
	"crypto/sha256"
	"hash"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"kontor/app/texts"
	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/templates"
)

// exchange is what is known of one request besides its input. It rides in the request's context; each stage adds what it
// finds out, and the log line at the end says it.
type exchange struct {
	id     string
	ip     string
	agent  string
	accept string // Accept-Language
	texts  *texts.Catalogue
	actor  account.Actor
	again  func() (access.Scope, error) // tells whether the caller still may, and what, for what goes on for long
	cookie string                       // the session cookie's value
	// challenge names a sign-in that waits for its second factor; a cookie's value too.
	challenge string
	host      string      // as the caller names this server
	key       string      // Idempotency-Key
	seen      hash.Hash   // of method, address and body as far as it was read; set together with key
	apart     bool        // what it does is no single transaction
	header    http.Header // of the answer
	code      string      // of the problem answered with
	cause     error       // of a 5xx, for the log
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
		id: ids.New().String(), ip: c.RealIP(), agent: r.UserAgent(), accept: r.Header.Get("Accept-Language"),
		host: r.Host, texts: a.Texts, header: c.Response().Header(),
	}
	if k, err := r.Cookie(a.cookieName()); err == nil {
		x.cookie = k.Value
	}
	if k, err := r.Cookie(a.prefixed(challengeName)); err == nil {
		x.challenge = k.Value
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" && r.Method == http.MethodPost {
		x.key, x.seen = key, sha256.New()
		_, _ = io.WriteString(x.seen, r.Method+" "+r.URL.RequestURI()+"\n")
		r.Body = &hashedBody{r.Body, x.seen}
	}
	c.SetRequest(r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x)))
	return x
}

// text puts a code into words: in the language the request asks for, else the caller's own.
func (x *exchange) text(code string, params map[string]any) string {
	return x.texts.Text(x.texts.Match(x.accept, x.actor.Language), code, params)
}

// step puts a step of an explanation into words.
func (x *exchange) step(s templates.Step) string { return x.text(s.Rule+"."+s.Outcome, s.Input) }

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
