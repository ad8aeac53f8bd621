package metasim

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
)

// node is an object of the graph as one call sees it.
type node struct {
	kind     string         // its type, as error texts name it
	defaults string         // the selection that comes without a fields parameter
	values   map[string]any // plain values, nodes, lists of nodes ({data}), or edges; nil values are left out
}

// edge answers a field that is a list with paging.
type edge func(f field) (any, *graphError)

// render picks the selected fields of a node. The id always comes along.
func (n node) render(fields []field) (map[string]any, *graphError) {
	if len(fields) == 0 {
		fields, _ = parseFields(n.defaults) // written here
	}
	out := map[string]any{}
	if id, has := n.values["id"]; has {
		out["id"] = id
	}
	for _, f := range fields {
		value, exists := n.values[f.name]
		if !exists {
			return nil, parameterError("Tried accessing nonexisting field (%s) on node type (%s)", f.name, n.kind)
		}
		shown, failure := renderValue(f, value)
		if failure != nil {
			return nil, failure
		}
		if shown != nil {
			out[f.name] = shown
		}
	}
	return out, nil
}

func renderValue(f field, value any) (any, *graphError) {
	switch v := value.(type) {
	case edge:
		return v(f)
	case node:
		return v.render(f.sub)
	case []node:
		data := make([]any, 0, len(v))
		for _, n := range v {
			shown, failure := n.render(f.sub)
			if failure != nil {
				return nil, failure
			}
			data = append(data, shown)
		}
		return map[string]any{"data": data}, nil
	}
	if f.sub != nil && value != nil {
		return nil, parameterError("Subfields are not supported by %s", f.name)
	}
	return value, nil
}

// selection reads the fields parameter.
func (req *graphRequest) selection() ([]field, *graphError) {
	if req.params["fields"] == "" {
		return nil, nil
	}
	return parseFields(req.params["fields"])
}

// listArgs are a list's paging arguments.
type listArgs struct {
	limit         int
	after, before string
}

const (
	defaultLimit = 25
	maxLimit     = 500
)

func readListArgs(args map[string]string) (listArgs, *graphError) {
	l := listArgs{limit: defaultLimit}
	if text := args["limit"]; text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return l, parameterError("Param limit must be a positive integer")
		}
		l.limit = min(n, maxLimit)
	}
	for name, to := range map[string]*string{"after": &l.after, "before": &l.before} {
		id, err := base64.RawURLEncoding.DecodeString(args[name])
		if err != nil {
			return l, parameterError("Invalid cursors values")
		}
		*to = string(id)
	}
	return l, nil
}

// listed is a list answer; its paging is left out when there is nothing.
type listed struct {
	Data   []any   `json:"data"`
	Paging *paging `json:"paging,omitempty"`
}

type paging struct {
	Cursors struct {
		Before string `json:"before"`
		After  string `json:"after"`
	} `json:"cursors"`
	Next     string `json:"next,omitempty"` // absent on the last page
	Previous string `json:"previous,omitempty"`
}

// listing is a list in order, of which only the page that is asked for is made into nodes.
type listing struct {
	ids []string
	at  func(i int) node
}

// listOf makes a listing of things that have ids.
func listOf[T any](things []T, id func(T) string, show func(T) node) listing {
	l := listing{ids: make([]string, 0, len(things)), at: func(i int) node { return show(things[i]) }}
	for _, t := range things {
		l.ids = append(l.ids, id(t))
	}
	return l
}

// cut answers with one page of the list.
func (l listing) cut(args listArgs, fields []field, link pageLink) (any, *graphError) {
	from, to := 0, len(l.ids)
	if args.after != "" {
		if from = slices.Index(l.ids, args.after) + 1; from == 0 {
			return nil, parameterError("Invalid cursors values")
		}
	}
	if args.before != "" {
		if to = slices.Index(l.ids, args.before); to < 0 {
			return nil, parameterError("Invalid cursors values")
		}
		from = max(from, to-args.limit)
	}
	to = max(from, min(to, from+args.limit))
	out := listed{Data: []any{}}
	for i := from; i < to; i++ {
		shown, failure := l.at(i).render(fields)
		if failure != nil {
			return nil, failure
		}
		out.Data = append(out.Data, shown)
	}
	if from < to {
		out.Paging = l.paging(from, to, args.limit, link)
	}
	return out, nil
}

// paging is the cursors of the page from..to, with links to its neighbours. Cursors are opaque to callers.
func (l listing) paging(from, to, limit int, link pageLink) *paging {
	p := &paging{}
	p.Cursors.Before, p.Cursors.After = cursor(l.ids[from]), cursor(l.ids[to-1])
	if to < len(l.ids) {
		p.Next = link.with("after", p.Cursors.After, limit)
	}
	if from > 0 {
		p.Previous = link.with("before", p.Cursors.Before, limit)
	}
	return p
}

func cursor(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

// pageLink makes the links to neighbouring pages of a list.
type pageLink struct {
	address string // without query
	query   url.Values
}

func (l pageLink) with(name, cursor string, limit int) string {
	q := url.Values{}
	for k, v := range l.query {
		q[k] = v
	}
	q.Del("after")
	q.Del("before")
	q.Set("limit", strconv.Itoa(limit))
	q.Set(name, cursor)
	return l.address + "?" + q.Encode()
}

// link makes the paging links of the edge of an object. The lock is held.
func (s *Sim) link(req *graphRequest, id, edge, fields string) pageLink {
	q := url.Values{"access_token": {req.caller.token}}
	if fields != "" {
		q.Set("fields", fields)
	}
	for _, kept := range []string{"user_id", "platform", "filtering", "filter", "order", "since"} {
		if v := req.params[kept]; v != "" && id == req.id {
			q.Set(kept, v)
		}
	}
	return pageLink{s.app.PublicURL + "/" + req.version + "/" + id + "/" + edge, q}
}
