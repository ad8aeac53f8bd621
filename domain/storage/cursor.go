package storage

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"kontor/domain/errs"
	"kontor/domain/ids"
)

// The bounds of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Page asks for one page of a list. The cursor is what the page before returned; it says nothing to its holder and is
// good for the same list in the same order only.
type Page struct {
	Limit  int
	Cursor string
}

// All reads all pages of a list.
func All[T any](list func(Page) ([]T, string, error)) (all []T, err error) {
	for p := (Page{Limit: MaxLimit}); ; {
		rows, next, err := list(p)
		all = append(all, rows...)
		if err != nil || next == "" {
			return all, err
		}
		p.Cursor = next
	}
}

// Size returns the limit within its bounds.
func (p Page) Size() int {
	if p.Limit <= 0 {
		return DefaultLimit
	}
	return min(p.Limit, MaxLimit)
}

// Order is a list's order: a column that need not be unique, then the id. Lists are paged by these values and not by
// counting, so that a page costs the same at the end of a million rows as at the start.
type Order struct {
	Column string
	Desc   bool
	Time   bool // the column holds a time, and else a text
	Number bool // it holds a whole number
}

// ByID is the order newest first by when rows were made, which is in their ids.
func ByID() Order { return Order{Column: "id", Desc: true} }

type cursor struct {
	Order string          `json:"o"`
	Value json.RawMessage `json:"v"`
	ID    ids.ID          `json:"i"`
}

// Keyset adds the order, the start and the limit of a page to a query. One row more than asked for is read, from which
// Cut knows whether there is a next page.
func Keyset(q *gorm.DB, o Order, p Page) (*gorm.DB, error) {
	dir, sign := "", ">"
	if o.Desc {
		dir, sign = " DESC", "<"
	}
	columns, order := o.Column+", id", o.Column+dir+", id"+dir
	if o == ByID() {
		columns, order = "id", "id"+dir
	}
	if p.Cursor != "" {
		start, err := o.decode(p.Cursor)
		if err != nil {
			return nil, err
		}
		q = q.Where(fmt.Sprintf("(%s) %s ?", columns, sign), start)
	}
	return q.Order(order).Limit(p.Size() + 1), nil
}

// Cut takes the extra row off and makes the next page's cursor, which is empty on the last page. key returns a row's
// value in the order's column, and its id.
func Cut[T any](rows []T, o Order, p Page, key func(T) (any, ids.ID)) ([]T, string) {
	if len(rows) <= p.Size() {
		return rows, ""
	}
	rows = rows[:p.Size()]
	value, id := key(rows[len(rows)-1])
	raw, err := json.Marshal(value)
	if err != nil {
		return rows, ""
	}
	text, err := json.Marshal(cursor{Order: o.name(), Value: raw, ID: id})
	if err != nil {
		return rows, ""
	}
	return rows, base64.RawURLEncoding.EncodeToString(text)
}

func (o Order) name() string {
	if o.Desc {
		return "-" + o.Column
	}
	return o.Column
}

// decode returns where a page starts: the values of the order's columns in the last row of the page before.
func (o Order) decode(text string) ([]any, error) {
	refused := errs.Input(errs.At("query.cursor", "input.cursor"))
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil || c.Order != o.name() {
		return nil, refused
	}
	if o == ByID() {
		return []any{c.ID}, nil
	}
	value, err := o.value(c.Value)
	if err != nil {
		return nil, refused
	}
	return []any{value, c.ID}, nil
}

// value reads a value of the order's column. It may have been made up: what the database would not take for one is none.
func (o Order) value(raw json.RawMessage) (any, error) {
	switch {
	case o.Time:
		var t time.Time
		return read(raw, &t)
	case o.Number:
		var n int64
		return read(raw, &n)
	}
	var s string
	if _, err := read(raw, &s); err != nil || strings.ContainsRune(s, 0) {
		return nil, errNoValue
	}
	return s, nil
}

func read[T any](raw json.RawMessage, into *T) (any, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, errNoValue
	}
	err := json.Unmarshal(raw, into)
	return *into, err
}

var errNoValue = errors.New("no value of the column")
