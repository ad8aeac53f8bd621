// Package texts holds the words that the server says to people, in every language Kontor speaks. A text is found by the
// stable code that the domain's errors carry; the catalogues are the files <area>.<language>.yaml in this folder, and a
// test demands that each code in the tree has its text in each of them.
//
// The web UI's own words are in app/web. Start at Catalogue.Text.
package texts

import (
	"embed"
	"fmt"
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

// Load reads the catalogues. The first language is the one spoken to whoever asks for none of them.
func Load(languages []string) (*Catalogue, error) {
	c := &Catalogue{
		bundle: i18n.NewBundle(language.Make(languages[0])), localizers: map[string]*i18n.Localizer{}, tags: languages,
	}
	c.bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if _, err := c.bundle.LoadMessageFileFS(files, e.Name()); err != nil {
			return nil, fmt.Errorf("read the texts in %s: %w", e.Name(), err)
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
// the parameter role, is put in words too. An unknown code is its own text: better than nothing said.
func (c *Catalogue) Text(lang, code string, params map[string]any) string {
	l, ok := c.localizers[lang]
	if !ok {
		l = c.localizers[c.tags[0]]
	}
	words := make(map[string]any, len(params))
	for name, value := range params {
		words[name] = value
		if text, err := l.Localize(&i18n.LocalizeConfig{MessageID: fmt.Sprintf("%s.%v", name, value)}); err == nil {
			words[name] = text
		}
	}
	text, err := l.Localize(&i18n.LocalizeConfig{MessageID: code, TemplateData: words})
	if err != nil {
		return code
	}
	return text
}

// Match returns the language for an Accept-Language header, or other when the header asks for none we speak.
func (c *Catalogue) Match(header, other string) string {
	if header != "" {
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

// wildcard tells whether any language will do, which is what most programs say.
func wildcard(header string) bool { return strings.HasPrefix(strings.TrimSpace(header), "*") }
