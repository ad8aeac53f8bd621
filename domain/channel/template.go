package channel

import (
	"context"
	"regexp"
	"strconv"
	"strings"
)

// FromTemplate is the mode of a direct message whose text the platform has approved beforehand, and which may therefore go
// when nothing else may: Outgoing.Template says which.
const FromTemplate Mode = "template"

// MessageTemplate is such a text, with placeholders as {{1}} or {{order}} for what differs from message to message.
type MessageTemplate struct {
	ExternalID string           `json:"external_id"`
	Name       string           `json:"name"`
	Language   string           `json:"language"`
	Category   string           `json:"category"`
	State      string           `json:"state"`            // approved, or the platform's word in small letters
	Reason     string           `json:"reason,omitempty"` // why it was refused, in the platform's words
	Named      bool             `json:"named,omitempty"`  // its placeholders have names
	Header     string           `json:"header,omitempty"`
	Body       string           `json:"body"`
	Footer     string           `json:"footer,omitempty"`
	Buttons    []TemplateButton `json:"buttons,omitempty"`
}

// TemplateButton is a button below the text. An Address with a placeholder takes a value of its own.
type TemplateButton struct {
	Type    string `json:"type"` // url, postback, or the platform's word in small letters
	Text    string `json:"text"`
	Address string `json:"address,omitempty"` // where it leads, or what it sends
}

// Approved is the state in which a template can be sent.
const Approved = "approved"

// TemplateLister reads the templates of a channel.
type TemplateLister interface {
	// ListTemplates returns all of them, in whatever state. Errors are *Failure.
	ListTemplates(ctx context.Context, a Access) ([]MessageTemplate, error)
}

// OutTemplate is a template with its values.
type OutTemplate struct {
	Template MessageTemplate   `json:"template"`
	Values   map[string]string `json:"values"` // by Template.Keys
}

var placeholder = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

// Keys returns what needs a value, in the order of the text: header.1, body.order, button.0.
func (t MessageTemplate) Keys() []string {
	var keys []string
	for _, p := range []struct{ part, text string }{{"header", t.Header}, {"body", t.Body}} {
		for _, name := range names(p.text) {
			keys = append(keys, p.part+"."+name)
		}
	}
	for i, b := range t.Buttons {
		if placeholder.MatchString(b.Address) {
			keys = append(keys, "button."+strconv.Itoa(i))
		}
	}
	return keys
}

// names are those of a text's placeholders, each once.
func names(text string) []string {
	var list []string
	known := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !known[m[1]] {
			known[m[1]] = true
			list = append(list, m[1])
		}
	}
	return list
}

// PartValues returns the names and values of a part's placeholders, header or body, in their order.
func (o OutTemplate) PartValues(part string) (placeholders, values []string) {
	text := o.Template.Body
	if part == "header" {
		text = o.Template.Header
	}
	placeholders = names(text)
	for _, name := range placeholders {
		values = append(values, o.Values[part+"."+name])
	}
	return placeholders, values
}

// Part returns header or body as the person reads it.
func (o OutTemplate) Part(part string) string {
	text := o.Template.Body
	if part == "header" {
		text = o.Template.Header
	}
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		return o.Values[part+"."+placeholder.FindStringSubmatch(m)[1]]
	})
}

// Text is the whole message as the person reads it, without its buttons.
func (o OutTemplate) Text() string {
	var parts []string
	for _, p := range []string{o.Part("header"), o.Part("body"), o.Template.Footer} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "\n")
}

// Clean returns the template with its text made storable.
func (t MessageTemplate) Clean() MessageTemplate {
	for _, s := range []*string{
		&t.ExternalID, &t.Name, &t.Language, &t.Category, &t.State, &t.Reason, &t.Header, &t.Body, &t.Footer,
	} {
		*s = CleanText(*s)
	}
	buttons := make([]TemplateButton, len(t.Buttons))
	for i, b := range t.Buttons {
		buttons[i] = TemplateButton{CleanText(b.Type), CleanText(b.Text), CleanText(b.Address)}
	}
	t.Buttons = buttons
	return t
}
