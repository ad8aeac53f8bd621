package integrations

import (
	"embed"
	"io/fs"
)

//go:embed facebook/texts meta/texts guardhttp/texts oidc/texts
var texts embed.FS

// Texts returns the words that kinds and their helpers say to people, a folder each.
func Texts() []fs.FS {
	var all []fs.FS
	for _, folder := range []string{"facebook/texts", "meta/texts", "guardhttp/texts", "oidc/texts"} {
		if sub, err := fs.Sub(texts, folder); err == nil {
			all = append(all, sub)
		}
	}
	return all
}
