package configuration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/storage"
	"kontor/templates"
)

func (a *applying) channels(ctx context.Context, d Document) error {
	a.unique(channels, each1(d.Channels, func(x Channel) string { return addressOf(x.Kind, x.ExternalID) }), "external_id")
	for i, x := range d.Channels {
		path, address := fmt.Sprintf("%s[%d]", channels, i), addressOf(x.Kind, x.ExternalID)
		at := slices.IndexFunc(a.before.Channels, func(c Channel) bool { return addressOf(c.Kind, c.ExternalID) == address })
		if at < 0 {
			a.skip(path, Notice{
				Section: channels, Name: x.title(), Code: "configuration.not_connected", Params: map[string]any{"channel": shorten(address)},
			})
			continue
		}
		old := a.before.Channels[at]
		if err := a.channel(ctx, path, x, old); err != nil {
			return err
		}
		if err := a.access(ctx, path+".access", x, old); err != nil {
			return err
		}
		if err := a.forms(ctx, path, x, old); err != nil {
			return err
		}
	}
	return nil
}

// channelPlaces are what settings that name things are called in a document.
func channelPlaces() []string {
	return []string{
		"object_template_id", "object_template", "contact_template_id", "contact_template",
		"comment_template_id", "comment_template", "assignee_ids", assigneesKey,
	}
}

func (a *applying) channel(ctx context.Context, path string, x, old Channel) error {
	patch, ok := a.settings(path+".settings", x)
	if !ok || old.says(x) {
		return nil
	}
	_, err := a.Channels.Update(ctx, a.by, parsed(old.id), channel.Change{
		DisplayName: x.DisplayName, Enabled: x.Enabled, Settings: func(set *channel.Settings) { _ = merge(set, patch) }, Subscribed: true,
	})
	return a.refused(path, err, channelPlaces()...)
}

// says tells whether the channel is already as another text has it.
func (c Channel) says(x Channel) bool {
	for key, value := range x.Settings {
		if now, ok := c.Settings[key]; !ok || !same(map[string]any{key: now}, map[string]any{key: value}) {
			return false
		}
	}
	return (x.DisplayName == nil || *x.DisplayName == *c.DisplayName) && (x.Enabled == nil || *x.Enabled == *c.Enabled)
}

// settings are the changes of a channel's settings, as JSON has them.
func (a *applying) settings(path string, x Channel) (patch map[string]any, ok bool) {
	wrong := a.faults()
	patch = map[string]any{}
	adapter, err := a.Channels.Registry.Of(x.Kind)
	if err != nil {
		return nil, false
	}
	has := map[string]bool{}
	for _, s := range adapter.Describe().Settings {
		has[s.Key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(x.Settings)) {
		here, value := join(path, key), x.Settings[key]
		sort, isTemplate := templateSettings()[key]
		switch {
		case isTemplate && has[key+"_id"]:
			patch[key+"_id"] = a.templateID(sort, value, here)
		case key == assigneesKey && has["assignee_ids"]:
			patch["assignee_ids"] = a.assigneeIDs(value, here)
		case has[key] && key != "assignee_ids" && !isTemplateID(key):
			patch[key] = value
		default:
			a.problem(here, "configuration.unknown_key", "key", shorten(key))
		}
	}
	set := channel.DefaultSettings()
	if err := merge(&set, patch); err != nil && a.faults() == wrong {
		where := path
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			where = join(path, t.Field)
		}
		a.problem(where, "input.value")
	}
	return patch, a.faults() == wrong
}

func isTemplateID(key string) bool {
	for name := range templateSettings() {
		if key == name+"_id" {
			return true
		}
	}
	return false
}

// templateID is the id of the template that a setting names; nil for none.
func (a *applying) templateID(sort string, value any, path string) any {
	switch name := value.(type) {
	case nil:
		return nil
	case string:
		if id, ok := a.ref(sort, name, path); ok {
			return id
		}
		return nil
	}
	a.problem(path, "configuration.expected_text")
	return nil
}

func (a *applying) assigneeIDs(value any, path string) any {
	list, isList := value.([]any)
	if !isList && value != nil {
		a.problem(path, "configuration.expected_list")
	}
	who := make([]Party, len(list))
	for i, x := range list {
		pair, _ := x.(map[string]any)
		who[i].Staff, _ = pair["staff"].(string)
		who[i].Team, _ = pair["team"].(string)
		if len(pair) > 1 {
			who[i] = Party{}
		}
	}
	found := a.parties(who, path)
	return found
}

// merge writes a patch over settings. What they point to stays as it was: others may look at it.
func merge(set *channel.Settings, patch map[string]any) error {
	tree, err := asTree(*set)
	if err != nil {
		return err
	}
	maps.Copy(tree, patch)
	text, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	var fresh channel.Settings
	if err := json.Unmarshal(text, &fresh); err != nil {
		return err
	}
	*set = fresh
	return nil
}

// forms brings a channel's forms of ads to what the document says.
func (a *applying) forms(ctx context.Context, path string, x, old Channel) error {
	if len(x.LeadForms) == 0 {
		return nil
	}
	id := parsed(old.id)
	all, err := storage.All(func(p storage.Page) ([]lead.Form, string, error) { return a.Leads.Forms(ctx, a.by.AccountID, id, p) })
	if err != nil {
		return err
	}
	a.unique(path+".lead_forms", each1(x.LeadForms, func(f LeadForm) string { return f.ExternalID }), "external_id")
	for i, f := range x.LeadForms {
		here := fmt.Sprintf("%s.lead_forms[%d]", path, i)
		at := slices.IndexFunc(all, func(known lead.Form) bool { return known.ExternalID == f.ExternalID })
		if at < 0 {
			a.skip(here, Notice{
				Section: channels, Name: x.title(), Code: "configuration.no_lead_form", Params: map[string]any{"form": shorten(f.title())},
			})
			continue
		}
		before := LeadForm{}
		if k := slices.IndexFunc(old.LeadForms, func(was LeadForm) bool { return was.ExternalID == f.ExternalID }); k >= 0 {
			before = old.LeadForms[k]
		}
		if err := a.form(ctx, here, all[at], f, before); err != nil {
			return err
		}
	}
	return nil
}

func (f LeadForm) title() string {
	if f.Name != "" {
		return f.Name
	}
	return f.ExternalID
}

func (a *applying) form(ctx context.Context, path string, there lead.Form, f, before LeadForm) error {
	wrong := a.faults()
	object, _ := a.optional(objects, f.ObjectTemplate, path+".object_template")
	card, _ := a.optional(cards, f.ContactTemplate, path+".contact_template")
	assignees := a.parties(f.Assignees, path+".assignees")
	f.Name, f.ExternalID, before.Name, before.ExternalID = "", "", "", ""
	if a.faults() > wrong || same(f, before) {
		return nil
	}
	mapping := map[string]templates.LeadTarget{}
	for question := range there.Mapping {
		mapping[question] = "" // taken back, unless the document says it again
	}
	maps.Copy(mapping, f.Mapping)
	_, err := a.Leads.Update(ctx, a.by, there.ID, lead.Change{
		ObjectTemplateID: pointer(object), ContactTemplateID: pointer(card), AssigneeIDs: &assignees, Mapping: mapping,
	})
	return a.refused(path, err, channelPlaces()...)
}

func pointer(id *ids.ID) **ids.ID { return &id }
