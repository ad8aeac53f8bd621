package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/template"
	"kontor/templates"
)

// TemplateInfo is what object and contact templates have in common.
type TemplateInfo struct {
	ID        ids.ID     `json:"id"`
	Version   int        `json:"version" doc:"each change makes a new one"`
	Standard  bool       `json:"standard" doc:"used where a channel names none; it can be edited, not deleted"`
	Preset    string     `json:"preset" doc:"the shipped template that it was made from; empty for one's own"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	DeletedAt *time.Time `json:"deleted_at" doc:"deleted ones are not listed, and kept for what was made from them"`
}

// TemplateUse is what is known of a template's use.
type TemplateUse struct {
	UsedBy []ChannelRef `json:"used_by" doc:"channels that use it: by name, as the standard one, or as the preset for comments"`
	Forms  []string     `json:"used_by_forms" doc:"lead forms that name it"`
}

// ChannelRef names a channel, with what can go wrong there.
type ChannelRef struct {
	ID       ids.ID    `json:"id"`
	Name     string    `json:"name"`
	Warnings []Warning `json:"warnings" doc:"of an object template: messages there that would find nobody who works on them"`
}

// Warning is a weakness that is no fault.
type Warning struct {
	Code   string         `json:"code"`
	Text   string         `json:"text"`
	Params map[string]any `json:"params,omitempty"`
}

func (x *exchange) warnings(list []templates.Warning) []Warning {
	shown := []Warning{}
	for _, w := range list {
		shown = append(shown, Warning{w.Code, x.text(w.Code, w.Params), w.Params})
	}
	return shown
}

func showInfo(i template.Info) TemplateInfo {
	return TemplateInfo{i.ID, i.Version, i.Standard, i.Preset, i.CreatedAt, i.UpdatedAt, i.DeletedAt}
}

// showUse names the channels that use a template, with the warnings about each.
func (x *exchange) showUse(
	by []channel.Channel, forms []string, warnings map[channel.Key][]templates.Warning,
) TemplateUse {
	use := TemplateUse{UsedBy: []ChannelRef{}, Forms: orEmpty(forms)}
	for _, c := range by {
		found := warnings[channel.Key{AccountID: c.AccountID, ID: c.ID}]
		use.UsedBy = append(use.UsedBy, ChannelRef{c.ID, c.Title(), x.warnings(found)})
	}
	return use
}

// TemplateVersion says when a template became what it was in one version, and by whom.
type TemplateVersion struct {
	Version   int       `json:"version"`
	Name      string    `json:"name"`
	StaffID   *ids.ID   `json:"staff_id" doc:"who changed it; null for Kontor itself"`
	CreatedAt time.Time `json:"created_at"`
}

func showVersion[D any](v template.Version[D], name string) TemplateVersion {
	return TemplateVersion{v.Version, name, ids.Ptr(v.StaffID), v.CreatedAt}
}

type byVersion struct {
	ByID
	Version int `path:"version" minimum:"1"`
}

type versionsInput struct {
	ByID
	Paging
}

type revertInput struct {
	ByID
	Body struct {
		Version int `json:"version" minimum:"1"`
	}
}

// Variables is what patterns may read and do.
type Variables struct {
	Items   []Variable `json:"items"`
	Filters []Filter   `json:"filters"`
}

// Variable is one value that patterns may read.
type Variable struct {
	Path    string                 `json:"path" doc:"as written in a pattern; a * stands for a key of one's own"`
	Type    templates.VariableType `json:"type" enum:"text,number,yes_no,time"`
	Text    string                 `json:"text" doc:"what it is, in the reader's language"`
	Example string                 `json:"example"`
}

// Filter is one thing that patterns can do with a value.
type Filter struct {
	Name     string   `json:"name"`
	Args     []string `json:"args"`
	Optional int      `json:"optional" doc:"how many of the last arguments can be left out"`
	Text     string   `json:"text" doc:"what it does, in the reader's language"`
	Example  string   `json:"example"`
}

func (a *API) listVariables(ctx context.Context, _ account.Actor, _ *nothing) (*answer[Variables], error) {
	x := exchangeOf(ctx)
	var all Variables
	for _, v := range templates.Variables() {
		all.Items = append(all.Items, Variable{v.Path, v.Type, x.text(v.Description, nil), v.Example})
	}
	for _, f := range templates.Filters() {
		all.Filters = append(all.Filters, Filter{f.Name, orEmpty(f.Args), f.Optional, x.text(f.Description, nil), f.Example})
	}
	return answered(all, nil)
}

type tryPatternInput struct {
	Body struct {
		Pattern string `json:"pattern" maxLength:"20000"`
	}
}

// TriedPattern is what a pattern yields with examples in place of an event's values.
type TriedPattern struct {
	Text     string       `json:"text"`
	Problems []InputFault `json:"problems" doc:"why it cannot be saved"`
}

// tryPattern serves whoever is writing a pattern: what is wrong with it, and what it comes to. Nothing is kept.
func (a *API) tryPattern(ctx context.Context, _ account.Actor, in *tryPatternInput) (*answer[TriedPattern], error) {
	text, problems := templates.Exemplify(in.Body.Pattern)
	return answered(TriedPattern{text, exchangeOf(ctx).inputFaults(template.Problems("", problems))}, nil)
}
