package metasim

import (
	"embed"
	"encoding/json"
	htmltemplate "html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

//go:embed login
var loginFiles embed.FS

// loginPolicy lets the dialog load its style and nothing else. Where its form may lead is not limited: it ends at the app.
const loginPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"

// serveRest serves the login dialog, with or without a version before its path, and the Graph API on every other path.
func (s *Sim) serveRest(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if isVersion(parts[0]) {
		parts = parts[1:]
	}
	if slices.Equal(parts, []string{"dialog", "oauth"}) {
		s.serveDialog(w, r)
		return
	}
	s.serveGraph(w, r)
}

// serveLoginFile serves the dialog's style.
func serveLoginFile(w http.ResponseWriter, r *http.Request) {
	if path.Ext(r.PathValue("file")) != ".css" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeFileFS(w, r, loginFiles, "login/"+r.PathValue("file"))
}

// dialogView is what the dialog's page shows.
type dialogView struct {
	T       map[string]string
	Lang    string
	App     string
	Error   string // why there is no dialog: a key of T
	Users   []choice
	User    *choice
	Pages   []choice
	Scopes  []choice
	Address string // of this dialog without a chosen user
}

// choice is something to choose or tick.
type choice struct{ ID, Name, Address, Note string }

// serveDialog shows the login dialog and ends it. It needs no script: the user is chosen by a link, the rest is a form.
func (s *Sim) serveDialog(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	s.mu.Lock()
	d, refused := s.readDialog(query)
	view := s.dialogView(d, query)
	s.mu.Unlock()
	view.Lang = loginLanguage(r)
	view.T = loginTexts(view.Lang)
	switch {
	case refused != "":
		view.Error = string(refused)
	case r.Method == http.MethodPost:
		to, err := s.submitDialog(w, r, d)
		if err == nil {
			http.Redirect(w, r, to, http.StatusFound) //nolint:gosec // to where the app says, which is what the dialog is for
			return
		}
		view.Error = err.Error()
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", loginPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	if view.Error != "" {
		w.WriteHeader(http.StatusBadRequest)
	}
	_ = loginPage().Execute(w, view) // the reader may have gone
}

// submitDialog reads the form. Whatever is ticked comes along; a form without details lets every permission have every
// ticked page.
func (s *Sim) submitDialog(w http.ResponseWriter, r *http.Request, d dialog) (string, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxControlBody)
	if err := r.ParseForm(); err != nil {
		return "", Refusal("body.malformed")
	}
	f := r.PostForm
	l := Login{Pages: f["page"], Deny: f.Get("decision") != "continue", All: f.Get("all") != ""}
	if l.Deny {
		l.Pages = nil
	}
	for _, scope := range d.scopes {
		if !slices.Contains(f["scope"], scope) {
			l.Declined = append(l.Declined, scope)
		}
	}
	if f.Get("detailed") != "" {
		l.Unticked = map[string][]string{}
		for _, scope := range d.scopes {
			for _, p := range l.Pages {
				if perPage(scope) && !slices.Contains(f["allow"], scope+"@"+p) {
					l.Unticked[scope] = append(l.Unticked[scope], p)
				}
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.logins.user(f.Get("user"))
	if u == nil {
		return "", Refusal("user.unknown")
	}
	return s.endDialog(d, u, l), nil
}

// perPage says whether a permission is given page by page.
func perPage(scope string) bool {
	return scope != "business_management" && scope != "public_profile" && scope != "ads_management"
}

// dialogView gathers what there is to choose. The lock is held.
func (s *Sim) dialogView(d dialog, q url.Values) dialogView {
	v := dialogView{App: s.app.Name}
	at := func(id string) string {
		other := url.Values{}
		for name, values := range q {
			if name != "user" {
				other[name] = values
			}
		}
		if id != "" {
			other.Set("user", id)
		}
		return "?" + other.Encode()
	}
	v.Address = at("")
	for _, u := range s.logins.users {
		c := choice{ID: u.ID, Name: u.Name, Address: at(u.ID)}
		v.Users = append(v.Users, c)
		if u.ID != q.Get("user") {
			continue
		}
		v.User = &c
		for _, m := range u.Pages {
			if p := s.page(m.Page); p != nil {
				v.Pages = append(v.Pages, choice{ID: p.ID, Name: p.Name, Note: m.Business})
			}
		}
	}
	for _, scope := range d.scopes {
		v.Scopes = append(v.Scopes, choice{ID: scope})
	}
	return v
}

// loginLanguage is the language to show the dialog in.
func loginLanguage(r *http.Request) string {
	for _, wanted := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		if code := strings.ToLower(strings.TrimSpace(wanted)); len(code) >= 2 && (code[:2] == "de" || code[:2] == "en") {
			return code[:2]
		}
	}
	return "en"
}

func loginTexts(language string) map[string]string {
	texts := map[string]string{}
	raw, err := fs.ReadFile(loginFiles, "login/"+language+".json")
	if err == nil {
		err = json.Unmarshal(raw, &texts)
	}
	if err != nil {
		panic(err) // the files are part of the program
	}
	return texts
}

func loginPage() *htmltemplate.Template {
	return htmltemplate.Must(htmltemplate.New("dialog.html").Funcs(htmltemplate.FuncMap{
		// say puts a key into words, or shows it when there are none.
		"say": func(t map[string]string, key string) string {
			if text, ok := t[key]; ok {
				return text
			}
			return key
		},
		"perPage": perPage,
	}).ParseFS(loginFiles, "login/dialog.html"))
}
