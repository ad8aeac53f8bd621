// Package handover gives what somebody does to others, when they leave or are away for long: their open tasks and
// reminders, and the places in templates, channels and lead forms that give them new ones. It is done in steps that each
// stand by themselves, so that it may be broken off and begun again.
//
// Disabling somebody is package staff's. Start at Service.HandOver.
package handover

import (
	"context"
	"slices"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/domain/template"
	"kontor/templates"
)

// Service hands work over.
type Service struct{ Deps }

// Deps is what the service works with.
type Deps struct {
	Staff     *staff.Service
	Templates *template.Service
	Channels  *channel.Service
	Leads     *lead.Service
	Tasks     *task.Service
}

// New returns the service.
func New(d Deps) *Service { return &Service{d} }

// Thing is a template, a channel or a lead form that names somebody.
type Thing struct {
	ID   ids.ID `json:"id"`
	Name string `json:"name"`
}

// Work is all that somebody has.
type Work struct {
	Tasks     int     `json:"tasks" doc:"open ones"`
	Reminders int     `json:"reminders"`
	Templates []Thing `json:"templates" doc:"that give them new tasks"`
	Channels  []Thing `json:"channels" doc:"likewise"`
	Forms     []Thing `json:"lead_forms" doc:"likewise"`
}

// Of returns what a staff member has. It takes an admin.
func (s *Service) Of(ctx context.Context, by account.Actor, staffID ids.ID) (Work, error) {
	w := Work{Templates: []Thing{}, Channels: []Thing{}, Forms: []Thing{}}
	if err := by.Require(account.Admin); err != nil {
		return w, err
	}
	if _, err := s.Staff.Get(ctx, by, staffID); err != nil {
		return w, err
	}
	load, err := s.Tasks.LoadOf(ctx, by.AccountID, staffID)
	if err != nil {
		return w, err
	}
	w.Tasks, w.Reminders = load.Tasks, load.Reminders
	named, err := s.naming(ctx, by.AccountID, staffID)
	for _, o := range named.templates {
		w.Templates = append(w.Templates, Thing{o.ID, o.Definition.Name})
	}
	for _, c := range named.channels {
		w.Channels = append(w.Channels, Thing{c.ID, c.Title()})
	}
	for _, f := range named.forms {
		w.Forms = append(w.Forms, Thing{f.ID, f.Name})
	}
	return w, err
}

// named is where somebody stands as an assignee.
type named struct {
	templates []template.Object
	channels  []channel.Channel
	forms     []lead.Form
}

func (s *Service) naming(ctx context.Context, a account.ID, staffID ids.ID) (n named, err error) {
	objects, err := storage.All(func(p storage.Page) ([]template.Object, string, error) { return s.Templates.Objects(ctx, a, p) })
	if err != nil {
		return n, err
	}
	for _, o := range objects {
		d := o.Definition.Defaults
		if slices.Contains(d.Assignees, person(staffID)) || slices.Contains(d.Participants, staffID.String()) {
			n.templates = append(n.templates, o)
		}
	}
	all, err := s.Channels.All(ctx, a)
	for _, c := range all {
		if slices.Contains(c.Settings.AssigneeIDs, staffID) {
			n.channels = append(n.channels, c)
		}
		forms, failed := storage.All(func(p storage.Page) ([]lead.Form, string, error) { return s.Leads.Forms(ctx, a, c.ID, p) })
		if failed != nil {
			return n, failed
		}
		for _, f := range forms {
			if slices.Contains(f.AssigneeIDs, staffID) {
				n.forms = append(n.forms, f)
			}
		}
	}
	return n, err
}

func person(id ids.ID) templates.Assignee {
	return templates.Assignee{Kind: templates.AssigneeStaff, ID: id.String()}
}

// Outcome is what was handed over.
type Outcome struct {
	Tasks     int   `json:"tasks"`
	Left      int   `json:"left" doc:"tasks that stay where they are: who was to have them has no access to their channel"`
	Reminders int64 `json:"reminders"`
	Templates int   `json:"templates"`
	Channels  int   `json:"channels"`
	Forms     int   `json:"lead_forms"`
	More      bool  `json:"more" doc:"there are more tasks: ask again"`
}

// atOnce is how many steps of tasks one call takes.
const atOnce = 20

// HandOver gives all that a staff member has to another one, to a team, or, with Nil, to nobody. It takes an admin. First
// goes what gives them new work, then the work itself, some at a time.
func (s *Service) HandOver(ctx context.Context, by account.Actor, from, to ids.ID) (Outcome, error) {
	var out Outcome
	if err := by.Require(account.Admin); err != nil {
		return out, err
	}
	h, err := s.parties(ctx, by, from, to)
	if err != nil {
		return out, err
	}
	n, err := s.naming(ctx, by.AccountID, from)
	if err != nil {
		return out, err
	}
	if err := s.replace(ctx, by, n, h, &out); err != nil {
		return out, err
	}
	var heir *ids.ID
	if h.To != nil && h.To.Kind == templates.AssigneeStaff {
		heir = &to
	}
	if out.Reminders, err = s.Tasks.HandOverReminders(ctx, by, from, heir); err != nil {
		return out, err
	}
	return out, s.giveTasks(ctx, by, h, &out)
}

func (s *Service) giveTasks(ctx context.Context, by account.Actor, h task.Handover, out *Outcome) error {
	for range atOnce {
		done, err := s.Tasks.HandOver(ctx, by, h)
		if err != nil {
			return err
		}
		out.Tasks, out.Left = out.Tasks+done.Tasks, out.Left+done.Left
		if h.After = done.Next; h.After == ids.Nil {
			return nil
		}
	}
	out.More = true
	return nil
}

// parties finds who gives and who takes.
func (s *Service) parties(ctx context.Context, by account.Actor, from, to ids.ID) (task.Handover, error) {
	h := task.Handover{From: from}
	r, err := s.Staff.Roster(ctx, by.AccountID)
	if err != nil {
		return h, err
	}
	if _, err := s.Staff.Get(ctx, by, from); err != nil {
		return h, err
	}
	if h.FromName = r.Name(from); to == ids.Nil {
		return h, nil
	}
	h.ToName = r.Name(to)
	for _, p := range r.People {
		if p.ID == to && p.Enabled && to != from {
			a := person(to)
			h.To = &a
		}
	}
	for _, g := range r.Teams {
		if g.ID == to {
			h.To = &templates.Assignee{Kind: templates.AssigneeTeam, ID: to.String()}
		}
	}
	if h.To == nil {
		return h, errs.Input(errs.At("body.to_id", "template.assignee_not_found"))
	}
	return h, nil
}

// replace puts the one in the place of the other wherever new work comes from.
func (s *Service) replace(ctx context.Context, by account.Actor, n named, h task.Handover, out *Outcome) error {
	for _, o := range n.templates {
		d := o.Definition
		d.Defaults.Assignees = instead(d.Defaults.Assignees, person(h.From), h.To)
		var follower *string
		if h.To != nil && h.To.Kind == templates.AssigneeStaff {
			follower = &h.To.ID
		}
		d.Defaults.Participants = instead(d.Defaults.Participants, h.From.String(), follower)
		if _, err := s.Templates.UpdateObject(ctx, by, o.ID, d, o.Version); err != nil {
			return err
		}
		out.Templates++
	}
	var heir *ids.ID
	if h.To != nil {
		id, err := ids.Parse(h.To.ID)
		if err != nil {
			return err
		}
		heir = &id
	}
	for _, c := range n.channels {
		change := channel.Change{Settings: func(x *channel.Settings) { x.AssigneeIDs = instead(x.AssigneeIDs, h.From, heir) }}
		if _, err := s.Channels.Update(ctx, by, c.ID, change); err != nil {
			return err
		}
		out.Channels++
	}
	for _, f := range n.forms {
		list := instead(f.AssigneeIDs, h.From, heir)
		if _, err := s.Leads.Update(ctx, by, f.ID, lead.Change{AssigneeIDs: &list}); err != nil {
			return err
		}
		out.Forms++
	}
	return nil
}

// instead puts one thing in the place of another, or takes it out; nothing is there twice.
func instead[T comparable](list []T, was T, is *T) []T {
	out := make([]T, 0, len(list))
	for _, x := range list {
		if x == was {
			if is == nil {
				continue
			}
			x = *is
		}
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}
