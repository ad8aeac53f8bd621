package metasim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Handler serves the whole simulator: the phone page, the control API, the media host, and on every other path the
// Graph API.
func (s *Sim) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", http.RedirectHandler("phone/", http.StatusFound))
	mux.Handle("GET /phone/", phoneHandler())
	mux.HandleFunc("GET /media/{id}/{name}", s.serveMedia)
	// A page on the web must not play the customer in somebody's sandbox.
	mux.Handle("/control/", http.NewCrossOriginProtection().Handler(s.controlHandler()))
	mux.HandleFunc("GET /login/{file}", serveLoginFile)
	mux.HandleFunc("/", s.serveRest)
	return mux
}

// Inputs of doors whose methods take plain values.
type (
	mid        struct{ MID string }
	deliveryID struct{ ID string }
	leadID     struct{ ID string }
	userID     struct{ User string }
	testShape  struct{ Shape string }
	handshake  struct {
		VerifyToken string `json:"verify_token"`
	}
	advance struct{ By string } // as "25h" or "-10m"
	success struct {
		Success bool `json:"success"`
	}
	moved struct {
		Now time.Time `json:"now"`
	}
)

func (s *Sim) advance(a advance) (moved, error) {
	d, err := time.ParseDuration(a.By)
	if err != nil {
		return moved{}, Refusal("advance.by")
	}
	now, err := s.Advance(d)
	return moved{now}, err
}

func (s *Sim) patchApp(w http.ResponseWriter, r *http.Request) {
	patch(func(_ *http.Request, change func(*App)) (App, error) {
		a := s.ChangeApp(change)
		a.Secrets, a.VerifyToken = nil, ""
		return a, nil
	})(w, r)
}

// postFile takes the file's bytes as the body, its name as ?name=.
func (s *Sim) postFile(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFile+1))
	if err != nil {
		reply(w, nil, Refusal("file.size"))
		return
	}
	name := strings.Map(safeNameRune, r.URL.Query().Get("name"))
	if name == "" {
		name = "file"
	}
	f, err := s.AddFile(name, r.Header.Get("Content-Type"), data)
	reply(w, f, err)
}

// safeNameRune keeps a file's name usable inside a path.
func safeNameRune(c rune) rune {
	if strings.ContainsRune("/\\?#%\"", c) || c < ' ' {
		return '_'
	}
	return c
}

func (s *Sim) deleteFaults(w http.ResponseWriter, r *http.Request) {
	s.RemoveFaults(r.PathValue("id"))
	reply(w, success{true}, nil)
}

func (s *Sim) getLedger(w http.ResponseWriter, r *http.Request) {
	reply(w, s.Ledger(LedgerQuery{
		Page: r.FormValue("page"), PSID: r.FormValue("psid"), Metadata: r.FormValue("metadata"),
		MID: r.FormValue("mid"), Text: r.FormValue("text"), Under: r.FormValue("under"), After: number(r, "after"), Limit: number(r, "limit"),
	}), nil)
}

func number(r *http.Request, name string) int {
	n, _ := strconv.Atoi(r.FormValue(name)) // anything else is none
	return n
}

// act serves a method whose input is the body.
func act[In, Out any](do func(In) (Out, error)) http.HandlerFunc {
	return wait(func(_ context.Context, in In) (Out, error) { return do(in) })
}

// wait serves a method that waits for somebody else, for as long as the caller does.
func wait[In, Out any](do func(context.Context, In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := decode(w, r, &in); err != nil {
			reply(w, nil, err)
			return
		}
		out, err := do(r.Context(), in)
		reply(w, out, err)
	}
}

// patch serves a change: the keys of the body overlay what is there.
func patch[T, Out any](change func(*http.Request, func(*T)) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var raw json.RawMessage
		var probe T
		if err := decode(w, r, &raw); err != nil || strict(raw, &probe) != nil {
			reply(w, nil, Refusal("body.malformed"))
			return
		}
		out, err := change(r, func(v *T) { _ = strict(raw, v) }) // it fitted the type before
		reply(w, out, err)
	}
}

const maxControlBody = 8 << 20

func decode(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControlBody))
	if err == nil && len(strings.TrimSpace(string(body))) == 0 {
		body = []byte("{}")
	}
	if err != nil || strict(body, v) != nil {
		return Refusal("body.malformed")
	}
	return nil
}

// strict refuses keys that do not exist, so that a misspelt test fails.
func strict(body []byte, v any) error {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// reply writes a method's result, or the code of its refusal.
func reply(w http.ResponseWriter, v any, err error) {
	status := http.StatusOK
	if err != nil {
		status = http.StatusUnprocessableEntity
		code := Refusal("internal")
		if errors.As(err, &code) && strings.HasSuffix(string(code), ".unknown") {
			status = http.StatusNotFound
		}
		v = map[string]Refusal{"error": code}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // the reader may have gone
}
