package metasim

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// UtilityTemplate is a page's template for messages that may leave at any time: of an order, an appointment, an account.
// See https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages.
type UtilityTemplate struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Language string `json:"language"`
	Category string `json:"category"`
	// Status is APPROVED, PENDING, REJECTED, PAUSED or DISABLED; empty is APPROVED. Only approved ones can be sent.
	Status string `json:"status"`
	Reason string `json:"rejected_reason"`
	// Format is NAMED or POSITIONAL, the usual one.
	Format     string              `json:"parameter_format"`
	Components []TemplateComponent `json:"components"`
}

// TemplateComponent is a part of a template: HEADER, BODY, FOOTER or BUTTONS.
type TemplateComponent struct {
	Type    string          `json:"type"`
	Format  string          `json:"format,omitempty"`
	Text    string          `json:"text,omitempty"`
	Buttons []Button        `json:"buttons,omitempty"`
	Example json.RawMessage `json:"example,omitempty"`
}

// placeholder is what a template's text has for a value.
var placeholder = regexp.MustCompile(`\{\{(\w+)\}\}`)

// AddTemplate adds a template to a page, or changes the one of that name and language; what is left empty is made up. The
// page learns of it only by asking.
func (s *Sim) AddTemplate(a TemplateOf) (UtilityTemplate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.page(a.Page)
	if p == nil {
		return UtilityTemplate{}, Refusal("page.unknown")
	}
	t, failure := s.keepTemplate(p, a.UtilityTemplate)
	if failure != nil {
		return t, Refusal("template.malformed")
	}
	return t, nil
}

// TemplateOf is a template of a page.
type TemplateOf struct {
	Page string `json:"page"`
	UtilityTemplate
}

// keepTemplate adds or replaces a template. The lock is held.
func (s *Sim) keepTemplate(p *page, t UtilityTemplate) (UtilityTemplate, *graphError) {
	t.Language = cmp.Or(t.Language, "en")
	t.Status = cmp.Or(t.Status, "APPROVED")
	t.Category = cmp.Or(t.Category, typeUtility)
	t.Format = cmp.Or(t.Format, "POSITIONAL")
	switch {
	case t.Name == "" || strings.Trim(t.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "":
		return t, parameterError("Param name must be lowercase letters, digits and underscores")
	case t.Category != typeUtility:
		return t, parameterError("Param category must be one of {UTILITY}")
	case t.part("BODY").Text == "" || utf8.RuneCountInString(t.part("BODY").Text) > maxTemplateBody:
		return t, parameterError("Param components must have a BODY of 1 to %d characters", maxTemplateBody)
	case len(t.part("BUTTONS").Buttons) > maxButtons:
		return t, parameterError("Param buttons must have at most %d elements", maxButtons)
	}
	t.Components = slices.Clone(t.Components)
	at := slices.IndexFunc(p.templates, func(x UtilityTemplate) bool { return x.Name == t.Name && x.Language == t.Language })
	if at >= 0 {
		t.ID = p.templates[at].ID
		p.templates[at] = t
	} else {
		t.ID = cmp.Or(t.ID, s.ids.digits(16))
		p.templates = append(p.templates, t)
	}
	s.touch()
	return t, nil
}

// maxTemplateBody is the longest text of a template.
const maxTemplateBody = 1024

func (t UtilityTemplate) part(kind string) TemplateComponent {
	for _, c := range t.Components {
		if strings.EqualFold(c.Type, kind) {
			return c
		}
	}
	return TemplateComponent{}
}

// mayUseTemplates refuses who lacks the permission. The lock is held.
func (s *Sim) mayUseTemplates(req *graphRequest) (*page, *graphError) {
	p, failure := s.ownPage(req)
	if failure != nil {
		return nil, failure
	}
	if p.NoUtility {
		return nil, s.errorOf(200, 0)
	}
	return p, nil
}

// listTemplates answers GET /{page}/message_templates, newest first.
func (s *Sim) listTemplates(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.mayUseTemplates(req)
	if failure != nil {
		return nil, failure
	}
	found := slices.DeleteFunc(slices.Clone(p.templates), func(t UtilityTemplate) bool {
		return !strings.Contains(t.Name, req.params["name"])
	})
	slices.Reverse(found)
	return s.cutList(req, listOf(found, func(t UtilityTemplate) string { return t.ID }, UtilityTemplate.node), p.ID, "message_templates")
}

func (t UtilityTemplate) node() node {
	return node{"MessengerBusinessTemplate", "id,name,language,category,status", map[string]any{
		"id": t.ID, "name": t.Name, "language": t.Language, "category": t.Category, "status": t.Status,
		"rejected_reason": cmp.Or(t.Reason, "NONE"), "parameter_format": t.Format, "components": t.Components,
	}}
}

// createTemplate answers POST /{page}/message_templates. The platform's review takes seconds; here it is over at once.
func (s *Sim) createTemplate(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.mayUseTemplates(req)
	if failure != nil {
		return nil, failure
	}
	t := UtilityTemplate{
		Name: req.params["name"], Language: req.params["language"], Category: req.params["category"], Format: req.params["parameter_format"],
	}
	if _, failure := req.params.object("components", &t.Components); failure != nil {
		return nil, failure
	}
	if t, failure = s.keepTemplate(p, t); failure != nil {
		return nil, failure
	}
	return map[string]string{"id": t.ID, "status": t.Status, "category": t.Category}, nil
}

// deleteTemplate answers DELETE /{page}/message_templates?name=.
func (s *Sim) deleteTemplate(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.mayUseTemplates(req)
	if failure != nil {
		return nil, failure
	}
	p.templates = slices.DeleteFunc(p.templates, func(t UtilityTemplate) bool { return t.Name == req.params["name"] })
	s.touch()
	return map[string]bool{"success": true}, nil
}

// utilityMessage is a template with its values, as it is sent.
type utilityMessage struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []struct {
		Type       string `json:"type"`
		Parameters []struct {
			Type    string `json:"type"`
			Name    string `json:"parameter_name"`
			Text    string `json:"text"`
			Payload string `json:"payload"`
			URL     string `json:"url"`
		} `json:"parameters"`
	} `json:"components"`
}

// fillTemplate makes a message of a page's template. One that has only a body is a text; any other shows as a generic
// template.
func (s *Sim) fillTemplate(p *page, raw json.RawMessage, m *message) *graphError {
	var u utilityMessage
	if json.Unmarshal(raw, &u) != nil || u.Name == "" {
		return parameterError("Param message[template] must have a name")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.NoUtility {
		return s.errorOf(200, 0)
	}
	at := slices.IndexFunc(p.templates, func(t UtilityTemplate) bool {
		return t.Name == u.Name && t.Language == u.Language.Code && t.Status == "APPROVED"
	})
	if at < 0 {
		return parameterError("Template name does not exist in the translation")
	}
	t := p.templates[at]
	header, failure := u.fill(t, "HEADER")
	if failure != nil {
		return failure
	}
	body, failure := u.fill(t, "BODY")
	if failure != nil {
		return failure
	}
	buttons := t.part("BUTTONS").Buttons
	if header == "" && len(buttons) == 0 {
		m.text = body
		return nil
	}
	m.template = &template{raw: slices.Clone(raw), Type: "generic", Elements: []templateElement{{Title: header, Subtitle: body, Buttons: buttons}}}
	return nil
}

// fill puts the values into a part of the template: as many as it has placeholders, and by name where these have names.
func (u utilityMessage) fill(t UtilityTemplate, part string) (string, *graphError) {
	text := t.part(part).Text
	var values []string
	named := map[string]string{}
	for _, c := range u.Components {
		if strings.EqualFold(c.Type, part) {
			for _, v := range c.Parameters {
				values = append(values, v.Text)
				named[v.Name] = v.Text
			}
		}
	}
	names := placeholder.FindAllStringSubmatch(text, -1)
	if len(names) != len(values) {
		return "", parameterError("Number of parameters does not match the expected number of params: %s has %d", part, len(names))
	}
	for i, n := range names {
		value := values[i]
		if t.Format == "NAMED" {
			var known bool
			if value, known = named[n[1]]; !known {
				return "", parameterError("Parameter %s is missing", n[1])
			}
		}
		if strings.TrimSpace(value) == "" {
			return "", parameterError("Parameter %s must not be empty", n[1])
		}
		text = strings.Replace(text, n[0], value, 1)
	}
	return text, nil
}

// genericNode shows a structured message as the Conversations API does.
func (t *template) genericNode() []node {
	var list []node
	for _, e := range t.Elements {
		list = append(list, node{"GenericTemplate", "generic_template", map[string]any{
			"generic_template": map[string]any{"title": e.Title, "subtitle": e.Subtitle},
		}})
	}
	return list
}
