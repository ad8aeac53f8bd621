package metasim

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

//go:embed errors.json
var errorsJSON []byte

// ErrorRef names an error of the catalogue. Its text is "code" or "code/subcode", as "10/2018278".
type ErrorRef struct{ Code, Subcode int }

// MarshalText writes the reference as "code" or "code/subcode"; nothing at all for the zero value.
func (r ErrorRef) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// String returns the reference as "code" or "code/subcode".
func (r ErrorRef) String() string {
	switch {
	case r.Code == 0:
		return ""
	case r.Subcode == 0:
		return strconv.Itoa(r.Code)
	}
	return fmt.Sprintf("%d/%d", r.Code, r.Subcode)
}

// UnmarshalText reads what MarshalText writes.
func (r *ErrorRef) UnmarshalText(text []byte) error {
	*r = ErrorRef{}
	if len(text) == 0 {
		return nil
	}
	code, subcode, both := strings.Cut(string(text), "/")
	var err error
	if r.Code, err = strconv.Atoi(code); err == nil && both {
		r.Subcode, err = strconv.Atoi(subcode)
	}
	if err != nil {
		return Refusal("error.malformed")
	}
	return nil
}

// CatalogueError is one error the platform is known to answer with.
type CatalogueError struct {
	Code        int               `json:"code"`
	Subcode     int               `json:"subcode,omitempty"`
	Message     string            `json:"message"`
	Type        string            `json:"type"`
	Status      int               `json:"status"` // of the HTTP answer
	Transient   bool              `json:"transient,omitempty"`
	Title       string            `json:"title,omitempty"`
	UserMessage string            `json:"user_message,omitempty"`
	Localised   map[string]string `json:"localised,omitempty"` // message by locale
}

// errorCatalogue is errors.json.
type errorCatalogue struct {
	Localised map[string]string `json:"localised"` // what any error says in a locale it has no words of its own for
	Errors    []CatalogueError  `json:"errors"`
}

func loadErrors() *errorCatalogue {
	c := &errorCatalogue{}
	if err := json.Unmarshal(errorsJSON, c); err != nil {
		panic(err) // the file is part of the program
	}
	return c
}

// find returns the catalogue's entry, or one made up for a code it does not hold: a fault may ask for any.
func (c *errorCatalogue) find(ref ErrorRef) CatalogueError {
	for _, e := range c.Errors {
		if e.Code == ref.Code && e.Subcode == ref.Subcode {
			return e
		}
	}
	return CatalogueError{
		Code: ref.Code, Subcode: ref.Subcode, Type: "OAuthException", Status: 400,
		Message: fmt.Sprintf("(#%d) An unknown error has occurred.", ref.Code),
	}
}

// Errors returns the catalogue that faults can pick from.
func (s *Sim) Errors() []CatalogueError { return s.errors.Errors }

// graphError is an error answer of the Graph API.
type graphError struct {
	CatalogueError
}

// errorOf returns an error answer from the catalogue.
func (s *Sim) errorOf(code, subcode int) *graphError {
	return &graphError{s.errors.find(ErrorRef{code, subcode})}
}

// parameterError is the platform's answer to a malformed request, with what is wrong in its usual words.
func parameterError(format string, args ...any) *graphError {
	return &graphError{CatalogueError{
		Code: 100, Type: "OAuthException", Status: 400, Message: "(#100) " + fmt.Sprintf(format, args...),
	}}
}

// body is the JSON the platform answers with. The message follows the locale; type and codes never do.
func (e *graphError) body(c *errorCatalogue, locale, trace string) any {
	message := e.Message
	if locale != "" {
		message = e.Localised[locale]
		if message == "" {
			message = c.Localised[locale]
		}
		if message == "" {
			message = e.Message
		}
	}
	inner := errorBody{
		Message: message, Type: e.Type, Code: e.Code, Subcode: e.Subcode,
		UserTitle: e.Title, UserMessage: e.UserMessage, Trace: trace,
	}
	if e.Transient || e.Title != "" {
		inner.Transient = &e.Transient
	}
	return map[string]any{"error": inner}
}

// errorBody is the shape of every error answer.
type errorBody struct {
	Message     string `json:"message"`
	Type        string `json:"type"`
	Code        int    `json:"code"`
	Subcode     int    `json:"error_subcode,omitempty"`
	Transient   *bool  `json:"is_transient,omitempty"`
	UserTitle   string `json:"error_user_title,omitempty"`
	UserMessage string `json:"error_user_msg,omitempty"`
	Trace       string `json:"fbtrace_id"`
}

// challenge is the WWW-Authenticate header that goes with the error.
func (e *graphError) challenge() string {
	kind := "invalid_request"
	switch {
	case e.Code == 190 || e.Code == 102:
		kind = "invalid_token"
	case e.Subcode >= 36007 && e.Subcode <= 36009:
		kind = "invalid_code"
	case e.Status >= 500:
		kind = "unknown_error"
	}
	return fmt.Sprintf("OAuth \"Facebook Platform\" %q %q", kind, e.Message)
}
