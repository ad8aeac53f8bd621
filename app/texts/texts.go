// Package texts holds the words that the server says to people, in every language Kontor speaks. A text is found by the
// stable code that the domain's errors carry; the catalogues are the files <area>.<language>.yaml in this folder, and a
// test demands that each code in the tree has its text in each of them. In the tree of a catalogue the library reserves a
// few names, "other" and "description" among them.
//
// The web UI's own words are in app/web. Start at Catalogue.Text.
package texts

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

//go:embed *.yaml
var files embed.FS

// Catalogue holds the texts of all languages.
type Catalogue struct {
	bundle     *i18n.Bundle
	localizers map[string]*i18n.Localizer
	matcher    language.Matcher
	tags       []string
}

// Load reads the catalogues of this folder, and of more folders that bring texts of their own. The first language is the
// one spoken to whoever asks for none of them.
func Load(languages []string, more ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{
		bundle: i18n.NewBundle(language.Make(languages[0])), localizers: map[string]*i18n.Localizer{}, tags: languages,
	}
	c.bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	for _, folder := range append([]fs.FS{files}, more...) {
		names, err := fs.Glob(folder, "*.yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if _, err := c.bundle.LoadMessageFileFS(folder, name); err != nil {
				return nil, fmt.Errorf("read the texts in %s: %w", name, err)
			}
		}
	}
	var tags []language.Tag
	for _, l := range languages {
		tags = append(tags, language.Make(l))
		c.localizers[l] = i18n.NewLocalizer(c.bundle, l)
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// Text returns the words for a code. A value whose own name is in the catalogue, as role.admin for the value admin of
// the parameter role, is put in words too, and so is a problem, whose value is a code. An unknown code is its own text:
// better than nothing said.
func (c *Catalogue) Text(lang, code string, params map[string]any) string {
	l, ok := c.localizers[lang]
	if !ok {
		l = c.localizers[c.tags[0]]
	}
	words := make(map[string]any, len(params))
	for name, value := range params {
		words[name] = value
		id := fmt.Sprintf("%s.%v", name, value)
		if name == "problem" {
			id = fmt.Sprint(value)
		}
		if text, err := said(l, id, nil); err == nil {
			words[name] = text
		}
	}
	text, err := said(l, code, words)
	if err != nil {
		return code
	}
	return text
}

func said(l *i18n.Localizer, id string, words map[string]any) (string, error) {
	text, err := l.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: words})
	return strings.ReplaceAll(text, "<no value>", "…"), err
}

// Match returns the language for an Accept-Language header, or other when the header asks for none we speak.
func (c *Catalogue) Match(header, other string) string {
	if header != "" && len(header) <= maxHeader {
		tags, _, err := language.ParseAcceptLanguage(header)
		if err == nil && len(tags) > 0 && !wildcard(header) {
			if _, at, sure := c.matcher.Match(tags...); sure != language.No {
				return c.tags[at]
			}
		}
	}
	if slices.Contains(c.tags, other) {
		return other
	}
	return c.tags[0]
}

// maxHeader is the longest Accept-Language that is read; honest ones are shorter.
const maxHeader = 500

// wildcard tells whether any language will do, which is what most programs say.
func wildcard(header string) bool { return strings.HasPrefix(strings.TrimSpace(header), "*") }
