package facebook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// templateNode is a utility template as the platform lists it: by components, or in the shorter form of its own library.
// See https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages
// (2026-03-13).
type templateNode struct {
	ID         meta.ID             `json:"id"`
	Name       string              `json:"name"`
	Language   string              `json:"language"`
	Category   string              `json:"category"`
	Status     string              `json:"status"`
	Reason     string              `json:"rejected_reason"`
	Format     string              `json:"parameter_format"`
	Components []templateComponent `json:"components"`
	Header     string              `json:"header"`
	Body       string              `json:"body"`
	Buttons    []templateButton    `json:"buttons"`
}

type templateComponent struct {
	Type    string           `json:"type"`
	Text    string           `json:"text"`
	Buttons []templateButton `json:"buttons"`
}

type templateButton struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	URL     string `json:"url"`
	Payload string `json:"payload"`
}

const (
	templatesAPage = 100
	templateFields = "id,name,language,category,status,rejected_reason,parameter_format,components"
)

// ListTemplates returns the page's utility templates. An API version that does not know one of the fields is asked for
// those it shows by itself.
func (ad *Adapter) ListTemplates(ctx context.Context, a channel.Access) ([]channel.MessageTemplate, error) {
	list, err := ad.templates(ctx, a, templateFields)
	if f := failureOf(err); f != nil && f.Reason == meta.BadRequest {
		list, err = ad.templates(ctx, a, "")
	}
	return list, withoutUtility(err)
}

func (ad *Adapter) templates(ctx context.Context, a channel.Access, fields string) ([]channel.MessageTemplate, error) {
	query := url.Values{"limit": {strconv.Itoa(templatesAPage)}}
	if fields != "" {
		query.Set("fields", fields)
	}
	var list []channel.MessageTemplate
	var broken error
	err := ad.graph.Pages(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{a.ExternalID, "message_templates"}, As: a, Query: query,
	}, func(data json.RawMessage) bool {
		var nodes []templateNode
		if broken = json.Unmarshal(data, &nodes); broken != nil {
			return false
		}
		for _, n := range nodes {
			list = append(list, n.read())
		}
		return true
	})
	if err == nil && broken != nil {
		err = &channel.Failure{Class: channel.Temporary, Reason: meta.PlatformTrouble, Cause: broken}
	}
	return list, err
}

func (n templateNode) read() channel.MessageTemplate {
	t := channel.MessageTemplate{
		ExternalID: string(n.ID), Name: n.Name, Language: n.Language, Category: strings.ToLower(n.Category),
		State: strings.ToLower(n.Status), Named: strings.EqualFold(n.Format, "NAMED"), Header: n.Header, Body: n.Body,
	}
	if t.State == "" { // the shorter form lists what can be used
		t.State = channel.Approved
	}
	if n.Reason != "NONE" {
		t.Reason = n.Reason
	}
	buttons := n.Buttons
	for _, c := range n.Components {
		switch strings.ToUpper(c.Type) {
		case "HEADER":
			t.Header = c.Text
		case "BODY":
			t.Body = c.Text
		case "FOOTER":
			t.Footer = c.Text
		case "BUTTONS":
			buttons = c.Buttons
		}
	}
	for _, b := range buttons {
		t.Buttons = append(t.Buttons, channel.TemplateButton{Type: strings.ToLower(b.Type), Text: b.Text, Address: b.URL + b.Payload})
	}
	return t
}

// withoutUtility says of a missing permission what it is the permission for. The page goes on without it.
func withoutUtility(err error) error {
	if f := failureOf(err); f != nil && f.Reason == meta.PermissionMissing {
		f.Class, f.Reason = channel.Rejected, meta.NoUtility
	}
	return err
}

// refusedTemplate says of what a template's send was refused for that it was about the template.
func refusedTemplate(m channel.Outgoing, err error) error {
	if m.Template == nil {
		return err
	}
	err = withoutUtility(err)
	if f := failureOf(err); f != nil && f.Class == channel.Rejected && f.Reason == meta.BadRequest {
		f.Reason = meta.TemplateRefused
	}
	return err
}

// filled is a template with its values as the Send API takes it.
type filled struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []component `json:"components"`
}

type component struct {
	Type       string      `json:"type"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type    string `json:"type"`
	Name    string `json:"parameter_name,omitempty"`
	Text    string `json:"text,omitempty"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
}

func fill(o channel.OutTemplate) *filled {
	f := &filled{Name: o.Template.Name, Components: []component{}}
	f.Language.Code = o.Template.Language
	for _, part := range []string{"header", "body"} {
		names, values := o.PartValues(part)
		c := component{Type: part}
		for i, v := range values {
			p := parameter{Type: "text", Text: v}
			if o.Template.Named {
				p.Name = names[i]
			}
			c.Parameters = append(c.Parameters, p)
		}
		if len(values) > 0 {
			f.Components = append(f.Components, c)
		}
	}
	if c := buttons(o); len(c.Parameters) > 0 {
		f.Components = append(f.Components, c)
	}
	return f
}

// buttons are the values of those buttons that take one.
func buttons(o channel.OutTemplate) component {
	c := component{Type: "buttons"}
	for i, b := range o.Template.Buttons {
		v, has := o.Values["button."+strconv.Itoa(i)]
		p := parameter{Type: strings.ToUpper(b.Type), Payload: v}
		if b.Type == "url" {
			p.Payload, p.URL = "", v
		}
		if has {
			c.Parameters = append(c.Parameters, p)
		}
	}
	return c
}
