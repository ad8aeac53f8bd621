package httpapi

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"kontor/domain/errs"
)

// wording ties one of huma's English messages to a code of the catalogues. What stands at the format's first verb is the
// value of param; "type=string" sets a fixed one.
type wording struct{ format, code, param string }

// wordings are huma's messages (its package validation, and those written into its huma.go).
func wordings() []wording {
	return []wording{
		{validation.MsgUnexpectedProperty, "input.unknown", ""},
		{"unknown query parameter", "input.unknown", ""},
		{"required path parameter is missing", "input.required", ""},
		{"required query parameter is missing", "input.required", ""},
		{"required header parameter is missing", "input.required", ""},
		{"required form parameter is missing", "input.required", ""},
		{validation.MsgExpectedRFC3339DateTime, "input.format", "format=date-time"},
		{validation.MsgExpectedRFC3339Date, "input.format", "format=date"},
		{validation.MsgExpectedRFC3339Time, "input.format", "format=time"},
		{validation.MsgExpectedRFC5322Email, "input.format", "format=email"},
		{validation.MsgExpectedRFC5890Hostname, "input.format", "format=host"},
		{validation.MsgExpectedRFCIPAddr, "input.format", "format=ip"},
		{validation.MsgExpectedRFC3986URI, "input.format", "format=uri"},
		{validation.MsgExpectedRFC4122UUID, "input.format", "format=uuid"},
		{validation.MsgExpectedDuration, "input.format", "format=duration"},
		{validation.MsgExpectedMatchPattern, "input.format", "format=pattern"},
		{validation.MsgExpectedBePattern, "input.format", "format"},
		{validation.MsgExpectedBoolean, "input.type", "type=boolean"},
		{validation.MsgExpectedNumber, "input.type", "type=number"},
		{validation.MsgExpectedInteger, "input.type", "type=integer"},
		{validation.MsgExpectedString, "input.type", "type=string"},
		{validation.MsgExpectedArray, "input.type", "type=array"},
		{validation.MsgExpectedObject, "input.type", "type=object"},
		{"invalid integer", "input.type", "type=integer"},
		{"invalid boolean", "input.type", "type=boolean"},
		{"invalid float", "input.type", "type=number"},
		{"invalid floating value", "input.type", "type=number"},
		{validation.MsgExpectedArrayItemsUnique, "input.items_unique", ""},
		{validation.MsgExpectedOneOf, "input.choice", "allowed"},
		{validation.MsgExpectedConst, "input.choice", "allowed"},
		{validation.MsgExpectedMinimumNumber, "input.number_min", "min"},
		{validation.MsgExpectedMaximumNumber, "input.number_max", "max"},
		{validation.MsgExpectedMinLength, "input.too_short", "min"},
		{validation.MsgExpectedMaxLength, "input.too_long", "max"},
		{validation.MsgExpectedMinItems, "input.items_min", "min"},
		{validation.MsgExpectedMaxItems, "input.items_max", "max"},
		{validation.MsgExpectedMinProperties, "input.items_min", "min"},
		{validation.MsgExpectedMaxProperties, "input.items_max", "max"},
		{validation.MsgExpectedRequiredProperty, "input.required", "property"},
	}
}

// reading is a wording as a pattern.
type reading struct {
	wording
	pattern *regexp.Regexp
}

var verb = regexp.MustCompile(`%[vds]`)

// readings are made at the first wrong input.
var readings = sync.OnceValue(func() []reading {
	var all []reading
	for _, w := range wordings() {
		parts := verb.Split(w.format, -1)
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		all = append(all, reading{w, regexp.MustCompile("^" + strings.Join(parts, "(.*)") + "$")})
	}
	return all
})

// faultOf turns one of huma's findings into a problem with a code. The value that was sent is left out: it may be a
// password.
func faultOf(err error) errs.Problem {
	if f, ok := errors.AsType[fault](err); ok {
		return f.Problem
	}
	var detail *huma.ErrorDetail
	if !errors.As(err, &detail) {
		return errs.At("body", "input.value")
	}
	for _, r := range readings() {
		found := r.pattern.FindStringSubmatch(detail.Message)
		if found == nil {
			continue
		}
		name, value, fixed := strings.Cut(r.param, "=")
		if !fixed && len(found) > 1 {
			value = found[1]
		}
		switch name {
		case "property":
			return errs.At(detail.Location+"."+value, r.code)
		case "":
			return errs.At(detail.Location, r.code)
		}
		return errs.At(detail.Location, r.code, name, value)
	}
	return errs.At(detail.Location, "input.value")
}

// refusal is the problem for input that huma refused before the handler saw it.
func (x *exchange) refusal(status int, found []error) *Problem {
	var problems []errs.Problem
	for _, err := range found {
		if err != nil {
			problems = append(problems, faultOf(err))
		}
	}
	switch {
	case status >= http.StatusInternalServerError:
		return x.problem(errs.New(errs.Internal, "error.internal").Because(errors.Join(found...)))
	case slices.ContainsFunc(problems, func(p errs.Problem) bool { return strings.HasPrefix(p.Location, "path.") }):
		return x.problem(errs.New(errs.NotFound, "request.not_found"))
	case status == http.StatusBadRequest && len(found) == 0:
		return x.answer(status, errs.New(errs.Invalid, "request.body_required"))
	}
	e := errs.New(errs.Invalid, codeOf(status))
	if status == http.StatusUnprocessableEntity {
		e.Problems = problems
	}
	return x.answer(status, e)
}
