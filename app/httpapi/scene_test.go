package httpapi_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/staff"
	"kontor/domain/task"
)

// sample says how to call a route rightly. Each feature declares those of its routes, in samples_test.go.
type sample struct {
	path  map[string]maker  // every parameter of the path that is an id of ours
	words map[string]string // every other one
	query map[string]maker  // every parameter of the query that holds an id of ours
	body  func(*scene) apptest.Body
	file  string // what the file holds that the body is
	// cookie is one beside the session's, as name=value.
	cookie func(*scene) string
	// refused is the status of an answer that cannot be another one where there are accounts.
	refused int
	// Every key of the body that holds an id of ours; with [] at its end, a list of them. Inside objects and lists of
	// objects it is defaults.assignees[].id.
	refs map[string]maker
}

// maker makes a thing in the scene's account, the caller's own where things are people's, and returns its id.
type maker func(*scene) string

// scene is the account in which things are made, and who will call.
type scene struct {
	t       testing.TB
	app     *apptest.App
	account account.Account
	owner   *apptest.Client
	caller  staff.Staff
	known   task.Task

	// blind makes everything about tasks of a channel to which the caller has no access; hidden are the ids of these.
	blind  bool
	hidden map[string]bool

	connection *httpapi.ConnectionPages
	code       string // of the caller's second factor
}

// newScene makes a person with a role in an account, and the scene around them.
func newScene(t *testing.T, a *apptest.App, in account.Account, owner *apptest.Client, role account.Role) *scene {
	t.Helper()
	return &scene{t: t, app: a, account: in, owner: owner.In(t), caller: a.NewPerson(t, in, role)}
}

// places are all places of the request that hold ids, as path.id, query.channel_id, body.member_ids[].
func (s sample) places() map[string]maker {
	all := map[string]maker{}
	for where, makers := range map[string]map[string]maker{"path.": s.path, "query.": s.query, "body.": s.refs} {
		for name, make := range makers {
			all[where+name] = make
		}
	}
	return all
}

// call makes what the route speaks of and calls it. instead holds ids to put in some places.
func (w *scene) call(c *apptest.Client, r httpapi.Route, s sample, instead map[string]string) *apptest.Answer {
	w.t.Helper()
	id := func(place string, make maker) string {
		if other, ok := instead[place]; ok {
			return other
		}
		return make(w)
	}
	path := r.Path
	for name, make := range s.path {
		path = strings.ReplaceAll(path, "{"+name+"}", id("path."+name, make))
	}
	for name, word := range s.words {
		path = strings.ReplaceAll(path, "{"+name+"}", word)
	}
	query := url.Values{}
	for name, make := range s.query {
		query.Set(name, id("query."+name, make))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if s.cookie != nil {
		c = c.With("Cookie", s.cookie(w))
	}
	w.shut()
	if s.file != "" {
		return c.Send(r.Method, path, "note.txt", []byte(s.file))
	}
	if s.body == nil {
		return c.Do(r.Method, path, nil)
	}
	body := s.body(w)
	for name, make := range s.refs {
		put(body, name, id("body."+name, make))
	}
	w.shut()
	return c.Do(r.Method, path, body)
}

// put writes a value into a place of a body and makes the objects and lists around it that are not there.
func put(body apptest.Body, place, value string) {
	name, rest, nested := strings.Cut(place, ".")
	name, list := strings.CutSuffix(name, "[]")
	switch inner, _ := body[name].(apptest.Body); {
	case nested && list:
		items, _ := body[name].([]apptest.Body)
		if items == nil {
			items = []apptest.Body{{}}
		}
		put(items[0], rest, value)
		body[name] = items
	case nested:
		if inner == nil {
			inner = apptest.Body{}
		}
		put(inner, rest, value)
		body[name] = inner
	case list:
		body[name] = []string{value}
	default:
		body[name] = value
	}
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)

// requireWhole demands that a sample names every place of the route in which the OpenAPI document has an id.
func requireWhole(t *testing.T, a *apptest.App, r httpapi.Route, s sample) {
	t.Helper()
	places := s.places()
	for _, p := range parameter.FindAllStringSubmatch(r.Path, -1) {
		if _, word := s.words[p[1]]; !word {
			require.Contains(t, places, "path."+p[1], "the sample of %s lacks a parameter", r.ID)
		}
	}
	op := document(t, a).Paths[r.Path][strings.ToLower(r.Method)]
	for _, p := range op.Parameters {
		if p.In == "query" && strings.HasSuffix(p.Name, "_id") {
			require.Contains(t, places, "query."+p.Name, "the sample of %s lacks an id", r.ID)
		}
	}
	for place := range op.ids(document(t, a)) {
		if strings.HasSuffix(place, "external_id") {
			continue // the platform's
		}
		require.Contains(t, places, "body."+place, "the sample of %s lacks an id", r.ID)
	}
}

// openAPI is what these tests read of the document.
type openAPI struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	OperationID string `json:"operationId"`
	Permission  string `json:"x-permission"`
	Parameters  []struct {
		Name string `json:"name"`
		In   string `json:"in"`
	} `json:"parameters"`
	RequestBody struct {
		Content map[string]struct {
			Schema schema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
}

type schema struct {
	Ref        string            `json:"$ref"`
	Format     string            `json:"format"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
	Required   []string          `json:"required"`
}

func document(t testing.TB, a *apptest.App) openAPI {
	t.Helper()
	var d openAPI
	require.NoError(t, json.Unmarshal(a.Anonymous.Do("GET", "/openapi.json", nil).Body, &d))
	return d
}

// input is the schema of an operation's body.
func (o operation) input(d openAPI) schema {
	return d.resolve(o.RequestBody.Content["application/json"].Schema)
}

func (d openAPI) resolve(s schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.Components.Schemas[name]
	}
	return s
}

// ids are the places of an operation's body that are called ids, with their schemas.
func (o operation) ids(d openAPI) map[string]schema {
	found := map[string]schema{}
	d.ids(o.input(d), "", found)
	return found
}

func (d openAPI) ids(s schema, at string, found map[string]schema) {
	for name, p := range s.Properties {
		p = d.resolve(p)
		switch {
		case strings.HasSuffix(name, "_ids"):
			found[at+name+"[]"] = *p.Items
		case strings.HasSuffix(name, "_id"):
			found[at+name] = p
		case p.Items != nil:
			d.ids(d.resolve(*p.Items), at+name+"[].", found)
		default:
			d.ids(p, at+name+".", found)
		}
	}
}
