package mail

import (
	_ "embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
)

// layout is what every mail looks like in HTML. Styles stand at the elements, because mail programs read no others.
//
//go:embed layout.html
var layout string //nolint:gochecknoglobals // an embedded file

// line is one of a mail's texts.
type line struct{ Code string }

// wording are the texts of a type of mail.
type wording struct{ subject, text, button, note line }

func wordingOf(t Type) wording {
	if t == Invitation {
		return wording{
			line{Code: "mail.invitation_subject"}, line{Code: "mail.invitation_text"},
			line{Code: "mail.invitation_button"}, line{Code: "mail.invitation_note"},
		}
	}
	return wording{
		line{Code: "mail.reset_subject"}, line{Code: "mail.reset_text"}, line{Code: "mail.reset_button"}, line{Code: "mail.reset_note"},
	}
}

// render puts a mail into words, as text and as HTML.
func (s *Service) render(m Mail, c Content) (Letter, error) {
	w := wordingOf(m.Type)
	say := func(l line) string { return s.Words(m.Language, l.Code, c.Params) }
	parts := struct {
		Language, Subject, Text, Button, Link, Note string
		Look                                        Look
	}{
		m.Language, oneLine(say(w.subject)), say(w.text), say(w.button), c.Link, say(w.note), c.Look.orOurs(),
	}
	page, err := htmltemplate.New("mail").Parse(layout)
	if err != nil {
		return Letter{}, fmt.Errorf("read the layout of mails: %w", err)
	}
	var html strings.Builder
	if err := page.Execute(&html, parts); err != nil {
		return Letter{}, fmt.Errorf("write a mail: %w", err)
	}
	return Letter{
		To: m.Address, Subject: parts.Subject, HTML: html.String(),
		Text: fmt.Sprintf("%s\n\n%s\n\n%s:\n%s\n\n%s\n", parts.Subject, parts.Text, parts.Button, parts.Link, parts.Note),
	}, nil
}

// oneLine keeps what people are called from making a header of its own.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
