package meta

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
)

// Doer makes HTTP requests: the guarded client.
type Doer interface {
	Do(req *http.Request) (*http.Response, error)
}

// Client calls the Graph API. It makes each call once and says what came of it as a *channel.Failure; waiting and trying
// again are the domain's. It is safe for concurrent use.
type Client struct {
	settings Settings
	http     Doer
	own      Doer
	clock    clock.Clock
	rules    map[code]rule
}

// NewClient makes a client.
func NewClient(s Settings, d Doer, c clock.Clock) *Client {
	return &Client{settings: s, http: d, clock: c, rules: catalogue()}
}

// Reaching returns the client with a way to our own public address.
func (c *Client) Reaching(own Doer) *Client {
	reaching := *c
	reaching.own = own
	return &reaching
}

// Now is the time by our clock.
func (c *Client) Now() time.Time { return c.clock.Now() }

// Settings returns what the client was made with.
func (c *Client) Settings() Settings { return c.settings }

// Request is one call.
type Request struct {
	Method string
	Path   []string // the parts after the version, as 104200000000001 and messages
	Query  url.Values
	// As is the channel that calls. Its token signs the call, and it is told what the answer says of limits.
	As    channel.Access
	Token secret.Text // to be used instead of the channel's
	Body  *Body
	// Once says that the call must not happen twice: when its answer is lost, the failure is Unconfirmed and not Temporary.
	Once bool
	// Secrets are further ones in the call, which no failure may show.
	Secrets []secret.Text
}

// Answer is what stood around the result of a call.
type Answer struct {
	Status  int
	Version string // that really answered: a dead version is silently served by the oldest living one
	Usage   []channel.Usage
	At      time.Time // by the platform's clock, to the second; zero when it does not say
}

// InputToken is the one parameter that is a token: the one debug_token is asked about.
const InputToken = "input_token"

// maxBody is how much of an answer is read: conversations with 20 long messages fit many times.
const maxBody = 4 << 20

// Call makes a call and decodes its result into result, which may be nil. Every error is a *channel.Failure that contains
// no secret.
func (c *Client) Call(ctx context.Context, r Request, result any) (Answer, error) {
	if r.Token.Empty() {
		r.Token = r.As.Token
	}
	var left atomic.Bool // whether any of the request may have reached the platform
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { left.Store(true) }})
	req, err := c.request(ctx, r)
	if err != nil {
		r.Body.close()
		return Answer{}, c.hide(r, &channel.Failure{Class: channel.Rejected, Reason: BadRequest, Cause: err})
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, c.hide(r, c.noAnswer(r, left.Load(), err))
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	a := Answer{Status: resp.StatusCode, Version: resp.Header.Get("Facebook-Api-Version"), Usage: usageOf(resp.Header)}
	a.At, _ = http.ParseTime(resp.Header.Get("Date"))
	if of := ofMessages(a.Usage); r.As.Observe != nil && len(of) > 0 {
		r.As.Observe(ctx, of...)
	}
	if f := c.judge(r, a, body, err, result); f != nil {
		return a, c.hide(r, f)
	}
	return a, nil
}

// request puts a call together: the token goes into a header, never into the address.
func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	query := url.Values{}
	maps.Copy(query, r.Query)
	if p := c.settings.proof(r.Token); p != "" {
		query.Set("appsecret_proof", p)
	}
	address := strings.TrimSuffix(c.settings.GraphURL, "/") + "/" + c.settings.Version
	for _, part := range r.Path {
		if part == "" || part == "." || part == ".." { // ids come from outside
			return nil, fmt.Errorf("malformed path %q", r.Path)
		}
		address += "/" + url.PathEscape(part)
	}
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, address, r.Body.readerOrNil())
	if err != nil {
		return nil, errors.New("malformed address") // the error would repeat it
	}
	if r.Body != nil {
		req.Header.Set("Content-Type", r.Body.contentType)
		req.ContentLength = r.Body.size
	}
	if !r.Token.Empty() {
		req.Header.Set("Authorization", "Bearer "+r.Token.Reveal())
	}
	return req, nil
}

// noAnswer judges a call that the network failed.
func (c *Client) noAnswer(r Request, left bool, err error) *channel.Failure {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // without the address
	}
	if r.Body.broken() {
		// The platform cannot have taken a request that never ended.
		return &channel.Failure{Class: channel.Temporary, Reason: FileUnreadable, Cause: err}
	}
	if left && r.Once && !r.Body.unfinished() {
		return &channel.Failure{Class: channel.Unconfirmed, Reason: AnswerLost, Cause: err}
	}
	return &channel.Failure{Class: channel.Temporary, Reason: Network, Cause: err}
}

// judge says what an answer means; nil when the call did what it should.
func (c *Client) judge(r Request, a Answer, body []byte, broken error, result any) *channel.Failure {
	e, isError := parseError(body)
	switch {
	case isError:
		return c.failure(r, a, e)
	case a.Status >= 200 && a.Status <= 299 && broken == nil:
		if result == nil {
			return nil
		}
		if err := json.Unmarshal(body, result); err != nil {
			return c.unreadable(r, a, fmt.Errorf("read the answer: %w", err))
		}
		return nil
	}
	return c.unreadable(r, a, broken)
}

// failure is what an error answer means.
func (c *Client) failure(r Request, a Answer, e apiError) *channel.Failure {
	rule := ruleOf(c.rules, e, a.Status)
	f := &channel.Failure{
		Class: rule.class, Reason: rule.reason, Code: int(e.Code), Subcode: int(e.Subcode), Message: e.words(),
		TraceID: string(e.TraceID), Status: a.Status, Doubtful: rule.doubtful, Unreachable: rule.unreachable,
		Tries: rule.tries, Refuses: rule.refuses,
	}
	if wait := max(rule.wait, regain(a.Usage, r.As.ExternalID)); f.Class == channel.Throttled && wait > 0 {
		f.Until = c.clock.Now().Add(wait)
	}
	if !r.Once { // asking once more does no harm
		f.Doubtful = false
		if f.Class == channel.Unconfirmed {
			f.Class = channel.Temporary
		}
	}
	return f
}

// unreadable judges an answer that is not the platform's JSON: cut off, a proxy's page, a 5xx in HTML. A refusal by
// whatever stands before the platform (4xx) has done nothing, as far as one can know: look before trying again.
func (c *Client) unreadable(r Request, a Answer, cause error) *channel.Failure {
	f := &channel.Failure{Class: channel.Temporary, Reason: PlatformTrouble, Status: a.Status, Cause: cause}
	switch {
	case r.Once && (a.Status < 300 || a.Status >= 500):
		f.Class, f.Reason = channel.Unconfirmed, AnswerLost
	case r.Once:
		f.Doubtful = true
	}
	return f
}

// hide takes our secrets out of a failure. The platform repeats a token that it cannot read in its error message.
func (c *Client) hide(r Request, f *channel.Failure) *channel.Failure {
	secrets := []string{r.Token.Reveal(), c.settings.proof(r.Token), r.Query.Get(InputToken)}
	for _, s := range slices.Concat(c.settings.AppSecrets, r.Secrets) {
		secrets = append(secrets, s.Reveal())
	}
	for _, s := range secrets {
		if s == "" {
			continue
		}
		f.Message = strings.ReplaceAll(f.Message, s, "[hidden]")
		if f.Cause != nil && strings.Contains(f.Cause.Error(), s) {
			f.Cause = errors.New(strings.ReplaceAll(f.Cause.Error(), s, "[hidden]"))
		}
	}
	return f
}
