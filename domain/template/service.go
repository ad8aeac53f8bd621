package template

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/contact"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/templates"
)

// Service keeps templates.
type Service struct {
	Deps
	store store
	ready *cache
}

// Deps is what the service works with.
type Deps struct {
	DB       *storage.DB
	Clock    clock.Clock
	Audit    *audit.Log
	Feed     *feed.Feed
	Accounts *account.Service
	Staff    *staff.Service
	Channels func() *channel.Service // channels ask about templates too, so they are made later
	People   func() *contact.Service // and so do contacts
	// FormsNaming returns the names of the lead forms that a template is set for.
	FormsNaming func(ctx context.Context, a account.ID, template ids.ID) ([]string, error)
	// StatusesInUse says which statuses of a set tasks have; StatusesChanged brings those tasks in line.
	StatusesInUse   func(ctx context.Context, a account.ID, set ids.ID) ([]string, error)
	StatusesChanged func(ctx context.Context, by account.Actor, set StatusSet) error
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}, ready: newCache()} }

// definition is what a template may be.
type definition interface {
	templates.Object | templates.Contact
}

// typeOf returns the type of a definition, its name, and the status set it names.
func typeOf[D definition](d D) (t Type, name string, set ids.ID) {
	switch d := any(d).(type) {
	case templates.Object:
		set, _ = ids.Parse(d.StatusSetID)
		return ObjectType, d.Name, set
	case templates.Contact:
		return ContactType, d.Name, ids.Nil
	}
	return "", "", ids.Nil
}

// validate says what is wrong with a definition, references to other things of the account included.
func validate[D definition](ctx context.Context, s *Service, a account.ID, d D) error {
	switch d := any(d).(type) {
	case templates.Object:
		return s.CheckObject(ctx, a, d, "body.")
	case templates.Contact:
		return s.CheckContact(d, "body.")
	}
	return nil
}

// CheckContact says what is wrong with a contact template that stands at a place of the input.
func (s *Service) CheckContact(c templates.Contact, at string) error { return Input(at, c.Validate()) }

// CheckObject says what is wrong with an object template that stands at a place of the input.
func (s *Service) CheckObject(ctx context.Context, a account.ID, o templates.Object, at string) error {
	id, err := ids.Parse(o.StatusSetID)
	if err != nil {
		return errs.Input(errs.At(at+"status_set_id", "status_set.not_found"))
	}
	set, err := s.store.set(ctx, a, id)
	if errs.KindOf(err) == errs.NotFound {
		return errs.Input(errs.At(at+"status_set_id", "status_set.not_found"))
	}
	if err != nil {
		return err
	}
	if err := Input(at, o.Validate(set.Set())); err != nil {
		return err
	}
	roster, err := s.Staff.Roster(ctx, a)
	if err != nil {
		return err
	}
	missing, err := s.unknownRefs(ctx, a, o.Form, o.Defaults.Fields, at+"defaults.")
	if err != nil {
		return err
	}
	return errs.Input(append(unknownPeople(o.Defaults, roster, at), missing...)...)
}

// unknownPeople are the assignees and participants that are nobody in the account.
func unknownPeople(d templates.Defaults, r staff.Roster, at string) []errs.Problem {
	var out []errs.Problem
	people, teams := map[string]bool{}, map[string]bool{}
	for _, p := range r.People {
		people[p.ID.String()] = true
	}
	for _, t := range r.Teams {
		teams[t.ID.String()] = true
	}
	for i, a := range d.Assignees {
		if a.Kind == templates.AssigneeStaff && !people[a.ID] || a.Kind == templates.AssigneeTeam && !teams[a.ID] {
			out = append(out, errs.At(fmt.Sprintf("%sdefaults.assignees[%d]", at, i), "template.assignee_not_found"))
		}
	}
	for i, id := range d.Participants {
		if !people[id] {
			out = append(out, errs.At(fmt.Sprintf("%sdefaults.participants[%d]", at, i), "template.assignee_not_found"))
		}
	}
	return out
}

// create stores a new template as version 1. Owners and admins may.
func create[D definition](ctx context.Context, s *Service, by account.Actor, d D, preset string) (Info, error) {
	if err := by.Require(account.Admin); err != nil {
		return Info{}, err
	}
	if err := validate(ctx, s, by.AccountID, d); err != nil {
		return Info{}, err
	}
	var r row
	err := s.DB.Tx(ctx, func(ctx context.Context) (err error) {
		r, err = add(ctx, s, by, d, preset, false)
		return err
	})
	return r.info(), err
}

// add writes a template and its first version.
func add[D definition](ctx context.Context, s *Service, by account.Actor, d D, preset string, standard bool) (row, error) {
	t, name, set := typeOf(d)
	text, err := json.Marshal(d)
	if err != nil {
		return row{}, err
	}
	now := s.Clock.Now()
	r := row{
		AccountID: by.AccountID, ID: ids.New(), Type: t, Name: name, Preset: preset, Standard: standard, Version: 1,
		StatusSetID: ids.Ptr(set), Definition: text, CreatedAt: now, UpdatedAt: now,
	}
	if err := s.store.insert(ctx, &r); err != nil {
		return r, err
	}
	return r, s.written(ctx, by, "template.created", r)
}

// update stores a new version of a template, unless nothing is different. expect, unless 0, is the version the caller saw:
// another one is a Conflict.
func update[D definition](ctx context.Context, s *Service, by account.Actor, id ids.ID, d D, expect int) (Info, error) {
	if err := by.Require(account.Admin); err != nil {
		return Info{}, err
	}
	if err := validate(ctx, s, by.AccountID, d); err != nil {
		return Info{}, err
	}
	t, name, set := typeOf(d)
	text, err := json.Marshal(d)
	if err != nil {
		return Info{}, err
	}
	var r row
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if r, err = s.store.lock(ctx, by.AccountID, t, id); err != nil {
			return err
		}
		if expect != 0 && expect != r.Version {
			return errs.New(errs.Conflict, "template.changed_meanwhile", "version", r.Version)
		}
		if was, err := decode[D](r.Definition); err != nil || reflect.DeepEqual(was, d) {
			return err
		}
		r.Name, r.StatusSetID, r.Definition, r.UpdatedAt = name, ids.Ptr(set), text, s.Clock.Now()
		r.Version++
		if err := s.store.update(ctx, &r, "name", "status_set_id", "definition", "version"); err != nil {
			return err
		}
		return s.written(ctx, by, "template.changed", r)
	})
	return r.info(), err
}

// written keeps the version, and records and announces the change.
func (s *Service) written(ctx context.Context, by account.Actor, action string, r row) error {
	v := versionRow{
		AccountID: r.AccountID, TemplateID: r.ID, Version: r.Version, Definition: r.Definition,
		StaffID: ids.Ptr(by.StaffID), CreatedAt: r.UpdatedAt,
	}
	if err := s.store.insertVersion(ctx, &v); err != nil {
		return err
	}
	return s.record(ctx, by, action, r.ID, map[string]any{"name": r.Name, "type": r.Type, "version": r.Version})
}

func (s *Service) record(ctx context.Context, by account.Actor, action string, id ids.ID, details map[string]any) error {
	if err := s.Audit.Record(ctx, by.Entry(action, "template", id, details)); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{
		AccountID: by.AccountID, Type: feed.TemplateChanged, Refs: feed.Refs{ObjectID: ids.Ptr(id)},
	})
}

// remove hides a template; tasks and contacts made from it keep it. Owners and admins may. The standard one, and one that a
// channel names, is a Conflict.
func (s *Service) remove(ctx context.Context, by account.Actor, t Type, id ids.ID) error {
	if err := by.Require(account.Admin); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		r, err := s.store.lock(ctx, by.AccountID, t, id)
		if err != nil {
			return err
		}
		if r.Standard {
			return errs.New(errs.Conflict, "template.standard")
		}
		users, err := s.Channels().Naming(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return errs.New(errs.Conflict, "template.in_use", "channels", titles(users))
		}
		forms, err := s.FormsNaming(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if len(forms) > 0 {
			return errs.New(errs.Conflict, "template.in_form", "form", forms[0])
		}
		now := s.Clock.Now()
		r.ArchivedAt, r.UpdatedAt = &now, now
		if err := s.store.update(ctx, &r, "archived_at"); err != nil {
			return err
		}
		return s.record(ctx, by, "template.deleted", r.ID, map[string]any{"type": t})
	})
}

func titles(list []channel.Channel) string {
	all := make([]string, len(list))
	for i, c := range list {
		all[i] = c.Title()
	}
	return strings.Join(all, ", ")
}

// makeStandard makes a template the one used where nothing else is chosen. Owners and admins may.
func (s *Service) makeStandard(ctx context.Context, by account.Actor, t Type, id ids.ID) error {
	if err := by.Require(account.Admin); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Accounts.Lock(ctx, by.AccountID); err != nil { // there is one standard template at a time
			return err
		}
		r, err := s.store.lock(ctx, by.AccountID, t, id)
		if err != nil || r.Standard {
			return err
		}
		now := s.Clock.Now()
		former, err := s.store.standard(ctx, by.AccountID, t)
		if err != nil {
			return err
		}
		former.Standard, former.UpdatedAt = false, now
		if err := s.store.update(ctx, &former, "standard"); err != nil {
			return err
		}
		r.Standard, r.UpdatedAt = true, now
		if err := s.store.update(ctx, &r, "standard"); err != nil {
			return err
		}
		return s.record(ctx, by, "template.made_standard", r.ID, map[string]any{"type": t})
	})
}
