package metasim

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// template is a structured message: of the button and generic kinds enough to show it and to tap its buttons, of any
// other its JSON alone.
type template struct {
	raw      json.RawMessage
	Type     string            `json:"template_type"`
	Text     string            `json:"text"`
	Buttons  []Button          `json:"buttons"`
	Elements []templateElement `json:"elements"`
}

type templateElement struct {
	Title    string   `json:"title"`
	Subtitle string   `json:"subtitle"`
	Buttons  []Button `json:"buttons"`
}

// Button is a button of a template.
type Button struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
}

// Limits of templates.
const (
	maxButtons      = 3
	maxButtonTitle  = 20
	maxTemplateText = 640
	maxElements     = 10
	maxElementText  = 80
)

func readTemplate(raw json.RawMessage) (*template, *graphError) {
	t := &template{raw: slices.Clone(raw)}
	if json.Unmarshal(raw, t) != nil {
		return nil, parameterError("Param message[attachment][payload] must be a valid JSON object.")
	}
	if t.Type == "" {
		return nil, parameterError("Param template_type is required")
	}
	if t.Type == "button" && (t.Text == "" || utf8.RuneCountInString(t.Text) > maxTemplateText) {
		return nil, parameterError("Param text must have 1 to %d characters", maxTemplateText)
	}
	if t.Type == "button" && len(t.Buttons) == 0 || t.Type == "generic" && len(t.Elements) == 0 {
		return nil, parameterError("Param buttons or elements must not be empty")
	}
	if len(t.Elements) > maxElements {
		return nil, parameterError("Param elements must have at most %d elements", maxElements)
	}
	groups := [][]Button{t.Buttons}
	for _, e := range t.Elements {
		if utf8.RuneCountInString(e.Title) > maxElementText || utf8.RuneCountInString(e.Subtitle) > maxElementText {
			return nil, parameterError("Param title and subtitle must have at most %d characters", maxElementText)
		}
		groups = append(groups, e.Buttons)
	}
	return t, checkButtons(groups)
}

func checkButtons(groups [][]Button) *graphError {
	for _, buttons := range groups {
		if len(buttons) > maxButtons {
			return parameterError("Param buttons must have at most %d elements", maxButtons)
		}
		for _, b := range buttons {
			if utf8.RuneCountInString(b.Title) > maxButtonTitle {
				return parameterError("Param title must have at most %d characters", maxButtonTitle)
			}
		}
	}
	return nil
}

// summary is what the phone shows of a template.
func (t *template) summary() (string, []Button) {
	lines, buttons := []string{}, slices.Clone(t.Buttons)
	if t.Text != "" {
		lines = append(lines, t.Text)
	}
	for _, e := range t.Elements {
		lines = append(lines, strings.TrimSpace(e.Title+"\n"+e.Subtitle))
		buttons = append(buttons, e.Buttons...)
	}
	return strings.Join(lines, "\n\n"), buttons
}
