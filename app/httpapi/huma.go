package httpapi

import (
	"path"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// humaConfig is the API's as huma wants it: OpenAPI 3.1, JSON only, nothing unknown taken, no $schema in answers. The
// document and its page are served by our own routes: huma's page loads its scripts from elsewhere.
func (a *API) humaConfig() huma.Config {
	c := huma.DefaultConfig("Kontor", a.Version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.RejectUnknownQueryParameters = true
	format := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: strictJSON}
	c.Formats = map[string]huma.Format{"application/json": format, "json": format}
	c.Info.Description = "Turns every message a company gets into a task with a contact, and delivers the staff's answers " +
		"back. Sign in with a session cookie or a token (Authorization: Bearer kt_…). Errors are problems as in RFC 9457."
	c.Servers = []*huma.Server{{URL: Base}}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "an API token"},
		"session": {Type: "apiKey", In: "cookie", Name: a.cookieName(), Description: "a signed-in browser"},
	}
	return c
}

// schemaName names a type in the document by its package and name, so that two features may both have a Version:
// staff.Staff is Staff, session.Token SessionToken, Page[staff.Team] PageStaffTeam.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	var name strings.Builder
	for i, part := range strings.FieldsFunc(t.Name(), func(r rune) bool { return strings.ContainsRune("[],*", r) }) {
		pkg := t.PkgPath()
		if i > 0 {
			pkg = part[:max(0, strings.LastIndexByte(part, '.'))]
		}
		name.WriteString(typeName(path.Base(pkg), part[strings.LastIndexByte(part, '.')+1:]))
	}
	return name.String()
}

func typeName(pkg, name string) string {
	name, pkg = capital(name), capital(pkg)
	if pkg == "Httpapi" || pkg == "." || strings.HasPrefix(name, pkg) {
		return name
	}
	return pkg + name
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// teachHuma sets what huma keeps in its package: how an error is made, and that lists are never null. It is the same for
// every API of the process, and set once.
var teachHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &Problem{Status: status} }
	huma.NewErrorWithContext = func(c huma.Context, status int, _ string, found ...error) huma.StatusError {
		return exchangeOf(c.Context()).refusal(status, found)
	}
})
