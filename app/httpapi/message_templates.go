package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/outbound"
)

// MessageTemplate is a text that a platform has approved for a channel, and that may go when nothing else may: of an order, an
// appointment, an account; never advertising.
type MessageTemplate struct {
	Name       string           `json:"name"`
	Language   string           `json:"language"`
	Category   string           `json:"category"`
	State      string           `json:"state" doc:"approved ones can be sent; else the platform's word, as pending, rejected, paused"`
	Reason     string           `json:"reason,omitempty" doc:"why it was refused, in the platform's words"`
	Header     string           `json:"header,omitempty"`
	Body       string           `json:"body" doc:"with placeholders, as {{1}} or {{order}}"`
	Footer     string           `json:"footer,omitempty"`
	Buttons    []TemplateButton `json:"buttons"`
	Parameters []string         `json:"parameters" doc:"what needs a value: header.1, body.order, button.0"`
	FetchedAt  time.Time        `json:"fetched_at"`
}

// TemplateButton is a button below a template's text.
type TemplateButton struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Address string `json:"address,omitempty"`
}

type messageTemplatesInput struct {
	ByID
	Fresh bool `query:"fresh" doc:"ask the platform now, and not only when what is known is older than 10 minutes"`
}

func (a *API) messageTemplates(ctx context.Context, who account.Actor, in *messageTemplatesInput) (*answer[Page[MessageTemplate]], error) {
	rows, err := a.Outbound.Templates(ctx, who, in.ID, in.Fresh)
	shown := make([]MessageTemplate, len(rows))
	for i, r := range rows {
		shown[i] = messageTemplate(r)
	}
	return listed(shown, "", err)
}

func messageTemplate(r outbound.Template) MessageTemplate {
	d := r.Definition
	t := MessageTemplate{
		Name: d.Name, Language: d.Language, Category: d.Category, State: d.State, Reason: d.Reason, Header: d.Header, Body: d.Body,
		Footer: d.Footer, Buttons: []TemplateButton{}, Parameters: orEmpty(d.Keys()), FetchedAt: r.FetchedAt,
	}
	for _, b := range d.Buttons {
		t.Buttons = append(t.Buttons, TemplateButton{b.Type, b.Text, b.Address})
	}
	return t
}

// CommentTemplate says which template a comment is written with.
type CommentTemplate struct {
	Name       string            `json:"name" maxLength:"512"`
	Language   string            `json:"language" maxLength:"20"`
	Parameters map[string]string `json:"parameters,omitempty" doc:"a value for each of the template's parameters"`
}
