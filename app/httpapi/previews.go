package httpapi

import (
	"context"
	"encoding/json"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/templates"
)

// Preview is what a draft would make of events, beside what the channel's templates make of them. Nothing is written.
type Preview struct {
	Items    []PreviewedEvent `json:"items"`
	Warnings []Warning        `json:"warnings" doc:"of an object template: messages that would find nobody who works on them"`
}

// PreviewedEvent is one event by the draft and by today's templates, as if it were the first of its conversation.
type PreviewedEvent struct {
	EventID    *ids.ID         `json:"event_id" doc:"null for a pasted one"`
	Message    string          `json:"message" doc:"how it begins"`
	Reason     string          `json:"reason" doc:"why it becomes no task: a stable code; empty when it does"`
	ReasonText string          `json:"reason_text"`
	Draft      *PreviewOutcome `json:"draft"`
	Today      *PreviewOutcome `json:"today"`
}

// PreviewOutcome is what an event would become.
type PreviewOutcome struct {
	Task    PreviewedTask    `json:"task"`
	Contact PreviewedContact `json:"contact"`
	Why     []PreviewStep    `json:"why" doc:"step by step"`
}

// PreviewedTask is a task as it would be made.
type PreviewedTask struct {
	Title        string                 `json:"title"`
	Description  string                 `json:"description"`
	Status       TaskStatus             `json:"status"`
	Assignees    []Party                `json:"assignees"`
	AssignedBy   templates.Level        `json:"assigned_by" enum:"template,channel,installer,owner," doc:"who named the assignees; empty when nobody is assigned"`
	Mode         templates.AssigneeMode `json:"assignee_mode" enum:"share,first_to_accept"`
	Participants []Party                `json:"participants"`
	Tags         []string               `json:"tags"`
	Topic        string                 `json:"topic"`
	Priority     templates.Priority     `json:"priority"`
	DueAt        *time.Time             `json:"due_at"`
	Fields       map[string]any         `json:"fields"`
}

// PreviewedContact is a contact as the template fills it. One that is known already stays as people have it.
type PreviewedContact struct {
	ContactID *ids.ID               `json:"contact_id" doc:"of the contact that is known already; null when it would be made"`
	KnownAs   string                `json:"known_as" doc:"that contact's name"`
	Kind      templates.ContactKind `json:"kind" enum:"person,company"`
	Name      string                `json:"name"`
	Email     string                `json:"email"`
	Phone     string                `json:"phone"`
	Group     string                `json:"group"`
	Tags      []string              `json:"tags"`
	Fields    map[string]any        `json:"fields"`
}

// PreviewStep is one rule that was applied.
type PreviewStep struct {
	Rule    string         `json:"rule"`
	Input   map[string]any `json:"input,omitempty"`
	Outcome string         `json:"outcome"`
	Text    string         `json:"text" doc:"the step in words, in the reader's language"`
}

// PreviewBody says what to try a draft on.
type PreviewBody struct {
	ChannelID ids.ID          `json:"channel_id" format:"uuid" doc:"whose events, whose settings, whose templates today"`
	Of        string          `json:"of,omitempty" enum:"messages,comments,leads" doc:"only these; all of them when left out"`
	Events    int             `json:"events,omitempty" minimum:"1" maximum:"50" default:"10" doc:"how many of the newest that became tasks"`
	Event     json.RawMessage `json:"event,omitempty" doc:"or this one instead, in the provider's form: as GET /events/{id} shows it in raw, or a whole webhook"`
}

// trial says what to try. A whole webhook is taken apart by the door that it would come through.
func (a *API) trial(b PreviewBody) inbound.Trial {
	t := inbound.Trial{ChannelID: b.ChannelID, Of: b.Of, Events: b.Events}
	if len(b.Event) == 0 || string(b.Event) == "null" {
		return t
	}
	for _, d := range a.Doors {
		routed, _ := d.Split(b.Event)
		for _, r := range routed {
			t.Pasted = append(t.Pasted, r.Item)
		}
	}
	if len(t.Pasted) == 0 {
		t.Pasted = []channel.Item{{Raw: b.Event}}
	}
	return t
}

type previewObjectInput struct {
	ByID
	Body struct {
		PreviewBody
		Draft ObjectTemplateChange `json:"draft,omitzero" doc:"what is to be different from the template as it is"`
	}
}

func (a *API) previewObjectTemplate(ctx context.Context, who account.Actor, in *previewObjectInput) (*answer[Preview], error) {
	saved, err := a.Templates.Object(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	draft := in.Body.Draft.over(saved.Definition)
	trial := a.trial(in.Body.PreviewBody)
	trial.Object = &draft
	shown, err := a.preview(ctx, who, trial)
	if err != nil {
		return nil, err
	}
	c, err := a.Channels.Get(ctx, who.AccountID, trial.ChannelID)
	if err != nil {
		return nil, err
	}
	found, err := a.Inbound.Coverage(ctx, who.AccountID, []channel.Channel{c}, &draft)
	shown.Warnings = exchangeOf(ctx).warnings(found[channel.Key{AccountID: c.AccountID, ID: c.ID}])
	return answered(shown, err)
}

type previewContactInput struct {
	ByID
	Body struct {
		PreviewBody
		Draft ContactTemplateChange `json:"draft,omitzero" doc:"what is to be different from the template as it is"`
	}
}

func (a *API) previewContactTemplate(ctx context.Context, who account.Actor, in *previewContactInput) (*answer[Preview], error) {
	saved, err := a.Templates.Contact(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	draft := in.Body.Draft.over(saved.Definition)
	trial := a.trial(in.Body.PreviewBody)
	trial.Contact = &draft
	return answered(a.preview(ctx, who, trial))
}

func (a *API) preview(ctx context.Context, who account.Actor, t inbound.Trial) (Preview, error) {
	shown := Preview{Items: []PreviewedEvent{}, Warnings: []Warning{}}
	tried, err := a.Inbound.Preview(ctx, who, t)
	if err != nil {
		return shown, err
	}
	roster, err := a.Staff.Roster(ctx, who.AccountID)
	if err != nil {
		return shown, err
	}
	x, names := exchangeOf(ctx), namesOf(roster)
	for _, one := range tried {
		shown.Items = append(shown.Items, PreviewedEvent{
			EventID: ids.Ptr(one.EventID), Message: one.Message, Reason: one.Reason, ReasonText: x.reason(one.Reason),
			Draft: x.previewed(one.Draft, names), Today: x.previewed(one.Today, names),
		})
	}
	return shown, nil
}

func (x *exchange) previewed(o *inbound.Outcome, names map[ids.ID]Party) *PreviewOutcome {
	if o == nil {
		return nil
	}
	t, c := o.Task, o.Contact
	shown := &PreviewOutcome{
		Task: PreviewedTask{
			Title: t.Title, Description: t.Description, AssignedBy: o.Assigned.Level, Mode: o.Assigned.Mode,
			Status: TaskStatus{
				ID: o.Status.Key, Name: o.Status.Name, Color: o.Status.Color, Category: o.Status.Category, Active: o.Status.Active,
			},
			Assignees: []Party{}, Participants: []Party{}, Tags: orEmpty(t.Tags), Topic: t.Topic, Priority: t.Priority,
			Fields: t.Fields,
		},
		Contact: PreviewedContact{
			Kind: c.Kind, Name: c.Name, Email: c.Email, Phone: c.Phone, Group: c.Group, Tags: orEmpty(c.Tags), Fields: c.Fields,
		},
		Why: []PreviewStep{},
	}
	if !t.DueAt.IsZero() {
		shown.Task.DueAt = &t.DueAt
	}
	for _, assignee := range o.Assigned.Assignees {
		shown.Task.Assignees = append(shown.Task.Assignees, partyOf(assignee.ID, names))
	}
	for _, id := range t.Participants {
		shown.Task.Participants = append(shown.Task.Participants, partyOf(id, names))
	}
	if o.Known != nil {
		shown.Contact.ContactID, shown.Contact.KnownAs = ids.Ptr(o.Known.ID), o.Known.Name
	}
	for _, s := range o.Why {
		shown.Why = append(shown.Why, PreviewStep{s.Rule, s.Input, s.Outcome, x.step(s)})
	}
	return shown
}

func partyOf(id string, names map[ids.ID]Party) Party {
	parsed, err := ids.Parse(id)
	if err != nil {
		return Party{}
	}
	return names[parsed]
}
