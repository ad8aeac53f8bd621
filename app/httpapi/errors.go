package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"kontor/domain/errs"
)

// Problem is the answer to a request that failed, as RFC 9457 has it. It says nothing of our insides: those are in the
// log under the request's id.
type Problem struct {
	Title     string       `json:"title" doc:"the status in words"`
	Status    int          `json:"status"`
	Code      string       `json:"code" doc:"what went wrong, for programs: stable"`
	Detail    string       `json:"detail" doc:"what went wrong, for people: in the language of Accept-Language, else their own"`
	RequestID string       `json:"request_id" doc:"what the log knows the request by"`
	Errors    []InputFault `json:"errors,omitempty" doc:"each place of the input that is wrong"`
	ContactID string       `json:"contact_id,omitempty" doc:"of a contact that was merged (410): the one it is part of now"`
	headers   http.Header
}

// InputFault is one wrong place of the input.
type InputFault struct {
	Location string `json:"location" doc:"as body.member_ids[2]"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Line     int    `json:"line,omitempty" doc:"where inside a text the fault begins, from 1"`
	Column   int    `json:"column,omitempty"`
}

// Error names the code.
func (p *Problem) Error() string { return p.Code }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders returns headers that go with the answer.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statusOf is a kind of error in HTTP.
func statusOf(k errs.Kind) int {
	switch k {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Gone:
		return http.StatusGone
	case errs.Conflict:
		return http.StatusConflict
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.Unauthorized:
		return http.StatusUnauthorized
	case errs.TooLarge:
		return http.StatusRequestEntityTooLarge
	case errs.TooMany:
		return http.StatusTooManyRequests
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problem puts an error into words. It is where every failure of the API passes, and where its cause is kept for the log.
func (x *exchange) problem(err error) *Problem {
	var ready *Problem
	if errors.As(err, &ready) {
		return ready
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		e = errs.New(errs.Internal, "error.internal").Because(err)
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			e = errs.New(errs.Unavailable, "request.unavailable").Because(err)
		}
	}
	return x.answer(statusOf(e.Kind), e)
}

func (x *exchange) inputFaults(problems []errs.Problem) []InputFault {
	faults := make([]InputFault, len(problems))
	for i, f := range problems {
		faults[i] = InputFault{f.Location, f.Code, x.text(f.Code, f.Params), f.Line, f.Column}
	}
	return faults
}

func (x *exchange) answer(status int, e *errs.Error) *Problem {
	x.code = e.Code
	if status >= http.StatusInternalServerError {
		x.cause = e
	}
	p := &Problem{
		Title: http.StatusText(status), Status: status, Code: e.Code, Detail: x.text(e.Code, e.Params),
		RequestID: x.id, headers: http.Header{},
	}
	if len(e.Problems) > 0 {
		p.Errors = x.inputFaults(e.Problems)
	}
	switch status {
	case http.StatusGone:
		p.ContactID, _ = e.Params["contact_id"].(string)
	case http.StatusUnauthorized:
		p.headers.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests:
		if seconds, ok := e.Params["seconds"].(int); ok {
			p.headers.Set("Retry-After", strconv.Itoa(seconds))
		}
	}
	return p
}

// fail writes an error that did not come from a handler's function: of the router, of a middleware, a panic.
func (a *API) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	x := exchangeOf(c.Request().Context())
	if x == nil {
		x = a.begin(c)
	}
	var p *Problem
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		p = x.answer(he.Code, errs.New(errs.Internal, codeOf(he.Code)).Because(he))
	} else {
		p = x.problem(err)
	}
	for name, values := range p.headers {
		c.Response().Header()[name] = values
	}
	c.Response().Header().Set("Content-Type", p.ContentType(""))
	if c.Request().Method == http.MethodHead {
		_ = c.NoContent(p.Status)
		return
	}
	_ = c.JSON(p.Status, p)
}

// codeOf is the code of a status that echo or huma answers with by themselves.
func codeOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "request.not_found"
	case http.StatusMethodNotAllowed:
		return "request.method"
	case http.StatusRequestEntityTooLarge:
		return "request.too_large"
	case http.StatusUnsupportedMediaType:
		return "request.media_type"
	case http.StatusRequestTimeout:
		return "request.slow"
	case http.StatusForbidden:
		return "request.forbidden"
	case http.StatusServiceUnavailable:
		return "request.unavailable"
	case http.StatusUnprocessableEntity:
		return "input.invalid"
	}
	if status >= http.StatusInternalServerError {
		return "error.internal"
	}
	return "request.malformed"
}
