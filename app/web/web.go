// Package web is the web UI: a program in the browser (src, built by Vite into dist) and this file, which serves it out of
// the binary. It knows nothing of the API; the browser's part talks to that as any other client does.
//
// For the screens start at src/main.tsx, src/app/router.tsx and README.md.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

//go:embed fallback.html
var fallback embed.FS

// Policy is the UI's content security policy: scripts, styles and everything else from this server, as files. There is
// neither 'unsafe-inline' nor a nonce, because nothing is inline: the theme is turned into a stylesheet when the UI is
// built (scripts/theme-variables.ts), colours before the first paint are set by a file (public/boot.js), and React sets
// styles of elements through the DOM, which the policy does not concern. Pictures may also be made in the page (blob:),
// for previews of files that are not sent yet. No form is ever submitted by the browser itself.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
	"media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

const index = "index.html"

// assets is where files stand whose names change with their contents.
const assets = "assets/"

// UI serves the built files.
type UI struct{ files map[string]file }

// file is one built file in the forms there are of it.
type file struct {
	contentType string
	etag        string          // empty for what never changes under its name
	forms       map[string]form // by content encoding; "" is the plain one
}

// form is one form of a file. It is read where it lies, in the binary: a copy of all of them would be a tenth of the memory
// that a server at rest takes.
type form struct {
	from fs.FS
	name string
	size int64
}

// New returns the UI that was built into this binary. One that was built without it shows a page that says so.
func New() (*UI, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return From(sub)
}

// From returns the UI of a folder.
func From(folder fs.FS) (*UI, error) {
	u := &UI{files: map[string]file{}}
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		return u.add(name, folder, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the built web UI: %w", err)
	}
	if _, built := u.files[index]; !built {
		err = u.add(index, fallback, "fallback.html")
	}
	return u, err
}

// encodings are the compressed forms, the better one first.
func encodings() []struct{ name, suffix string } {
	return []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}
}

func (u *UI) add(name string, from fs.FS, source string) error {
	about, err := fs.Stat(from, source)
	if err != nil {
		return err
	}
	encoding := ""
	for _, e := range encodings() {
		if plain, ok := strings.CutSuffix(name, e.suffix); ok {
			name, encoding = plain, e.name
		}
	}
	f := u.files[name]
	if f.forms == nil {
		f = file{contentType: typeOf(name), forms: map[string]form{}}
	}
	f.forms[encoding] = form{from, source, about.Size()}
	if encoding == "" && !strings.HasPrefix(name, assets) {
		data, err := fs.ReadFile(from, source)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		f.etag = `"` + hex.EncodeToString(sum[:8]) + `"`
	}
	u.files[name] = f
	return nil
}

func typeOf(name string) string {
	switch path.Ext(name) { // those that the machine's own tables may get wrong
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// Serve answers a request for a file, or for a screen, whose address only the browser's program understands. It returns
// false, and has answered nothing, when there is no such file.
func (u *UI) Serve(w http.ResponseWriter, r *http.Request) bool {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	f, found := u.files[name]
	if !found {
		if strings.HasPrefix(name, assets) || name != "" && strings.Contains(path.Base(name), ".") {
			return false
		}
		name, f = index, u.files[index]
	}
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Vary", "Accept-Encoding")
	if path.Ext(name) == ".html" {
		h.Set("Content-Security-Policy", Policy)
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	}
	if f.etag == "" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", f.etag)
		if matches(r.Header.Get("If-None-Match"), f.etag) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	body := f.forms[""]
	for _, e := range encodings() {
		if better, ok := f.forms[e.name]; ok && accepts(r, e.name) {
			body = better
			h.Set("Content-Encoding", e.name)
			break
		}
	}
	h.Set("Content-Length", strconv.FormatInt(body.size, 10))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return true
	}
	if data, err := body.from.Open(body.name); err == nil { // it was there at the start
		_, _ = io.Copy(w, data) // the reader may have gone
		_ = data.Close()
	}
	return true
}

// matches tells whether a browser has this version already. Proxies that compress by themselves mark the tag as weak.
func matches(header, etag string) bool {
	return slices.ContainsFunc(strings.Split(header, ","), func(tag string) bool {
		return strings.TrimPrefix(strings.TrimSpace(tag), "W/") == etag
	})
}

// accepts tells whether a client takes a content encoding.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, isWeight := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		if !isWeight {
			return true
		}
		value, err := strconv.ParseFloat(q, 64)
		return err == nil && value > 0
	}
	return false
}
