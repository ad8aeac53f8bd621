package httpapi

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Optional is a key of a PATCH body: left out, it changes nothing. With a pointer as T null is a value of its own, the
// one that empties a setting; else null is refused. Its json tag needs omitzero.
type Optional[T any] struct {
	Sent  bool
	Value T
	null  bool
}

// Ptr returns the value, or nil when the key was left out: the form in which services take changes.
func (o Optional[T]) Ptr() *T {
	if !o.Sent {
		return nil
	}
	return &o.Value
}

// over writes the value into v, when it was sent.
func (o Optional[T]) over(v *T) {
	if o.Sent {
		*v = o.Value
	}
}

// UnmarshalJSON notes that the key was sent.
func (o *Optional[T]) UnmarshalJSON(data []byte) error {
	o.Sent = true
	if bytes.Equal(data, []byte("null")) {
		o.null = true
		return nil
	}
	return json.Unmarshal(data, &o.Value)
}

// Schema documents the value's own type; that the key may be left out stands in the object around it.
func (o Optional[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

// Resolve refuses null where it means nothing.
func (o *Optional[T]) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	if o.null && reflect.TypeFor[T]().Kind() != reflect.Pointer {
		return []error{fault{errs.At(at.String(), "input.null")}}
	}
	return nil
}

// Partial is an object of a PATCH body of which any keys may be sent; those left out change nothing.
type Partial[T any] struct{ raw json.RawMessage }

// UnmarshalJSON keeps the keys sent; huma has checked them against the schema.
func (p *Partial[T]) UnmarshalJSON(data []byte) error {
	p.raw = bytes.Clone(data)
	return nil
}

// Schema documents T's own keys, all of which may be left out.
func (Partial[T]) Schema(r huma.Registry) *huma.Schema {
	s := huma.SchemaFromType(r, reflect.TypeFor[T]())
	s.Required = nil
	return s
}

// Resolve refuses what is no T although it looks like one.
func (p *Partial[T]) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	if p.raw != nil && json.Unmarshal(p.raw, new(T)) != nil {
		return []error{fault{errs.At(at.String(), "input.value")}}
	}
	return nil
}

// over writes the keys sent into v. What v pointed to stays as it was: others may look at it.
func (p Partial[T]) over(v *T) {
	var fresh T
	if whole, err := json.Marshal(v); err == nil && json.Unmarshal(whole, &fresh) == nil && p.raw != nil {
		_ = json.Unmarshal(p.raw, &fresh) // Resolve has seen that it can be read
		*v = fresh
	}
}

// fault is a problem found while input is read.
type fault struct{ errs.Problem }

// Error names the code.
func (f fault) Error() string { return f.Location + ": " + f.Code }

// Paging is the input of every list.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"how many items at most"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before"`
}

func (p Paging) page() storage.Page { return storage.Page{Limit: p.Limit, Cursor: p.Cursor} }

// ByID is the input of a route about one thing. It is exported for huma, which fills no others when embedded.
type ByID struct {
	ID ids.ID `path:"id" format:"uuid"`
}

// nothing is the input of a route that takes none, and the output of one that says none.
type nothing struct{}

// answer is an output that is one value.
type answer[T any] struct{ Body T }

func answered[T any](v T, err error) (*answer[T], error) {
	if err != nil {
		return nil, err
	}
	return &answer[T]{v}, nil
}

// Page is the output of every list.
type Page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor" doc:"for the next page; empty on the last one"`
}

func listed[T any](items []T, next string, err error) (*answer[Page[T]], error) {
	return answered(Page[T]{items, next}, err)
}

// strictJSON reads a body once to check and once to use. What no database can store is refused here: PostgreSQL's text
// has no NUL.
func strictJSON(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	if parsed, ok := v.(*any); ok && bytes.Contains(data, []byte(`\u0000`)) && hasNUL(*parsed) {
		return fault{errs.At("body", "input.characters")}
	}
	return nil
}

func hasNUL(v any) bool {
	switch v := v.(type) {
	case string:
		return bytes.IndexByte([]byte(v), 0) >= 0
	case []any:
		for _, item := range v {
			if hasNUL(item) {
				return true
			}
		}
	case map[string]any:
		for key, item := range v {
			if hasNUL(key) || hasNUL(item) {
				return true
			}
		}
	}
	return false
}
