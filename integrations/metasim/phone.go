package metasim

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed phone
var phoneFiles embed.FS

// phonePolicy lets the phone page load its own files and talk to its own server, nothing else.
const phonePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// phoneHandler serves the page on which a person plays the customer: plain files, no build step.
func phoneHandler() http.Handler {
	files, err := fs.Sub(phoneFiles, "phone")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	server := http.StripPrefix("/phone/", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", phonePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}
