package task

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/templates"
)

// Change is what staff may change of a task; nil leaves a thing alone.
type Change struct {
	Title        *string
	Description  *string
	Status       *string   // key
	Assignees    *[]ids.ID // staff or teams
	Participants *[]ids.ID
	Tags         *[]string
	Topic        *string
	Priority     *templates.Priority
	DueAt        *time.Time // the zero time takes it away
	Fields       map[string]any
	Unread       *bool
	Category     *templates.Category // the first status of this category, where it has another; not beside Status
	// UnchangedSince refuses the change when somebody has changed the task after this.
	UnchangedSince *time.Time
	SnoozedUntil   *time.Time // the zero time wakes it

	assignees *[]templates.Assignee // Assignees, found in the roster
	reason    string                // code of why it changed by itself
	days      int                   // that the reason speaks of
}

// Update changes a task. Members may. Resolving one takes its assignees off; making one active again, while its scope has
// another active task, is a Conflict.
func (s *Service) Update(ctx context.Context, by account.Actor, id ids.ID, ch Change) (Task, error) {
	var t Task
	err := s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if t, err = s.store.lock(ctx, by.AccountID, id); err != nil {
			return err
		}
		fault.Point("task.before_change")
		return s.change(ctx, by, &t, ch)
	})
	return t, err
}

func (s *Service) change(ctx context.Context, by account.Actor, t *Task, ch Change) error {
	if err := t.whole(); err != nil {
		return err
	}
	if err := ch.unchanged(*t); err != nil {
		return err
	}
	if err := s.choose(ctx, *t, &ch); err != nil {
		return err
	}
	if err := s.mayChange(ctx, by, *t, ch); err != nil {
		return err
	}
	problems := append(ch.check(), ch.checkSnooze(s.Clock.Now())...)
	people, err := s.findPeople(ctx, *t, &ch)
	if err != nil {
		return err
	}
	problems = append(problems, people...)
	if err := s.setFields(ctx, t, ch.Fields); err != nil {
		return err
	}
	if err := errs.Input(problems...); err != nil {
		return err
	}
	was := *t
	ch.apply(t)
	if ch.Status != nil && *ch.Status != t.Status {
		if err := s.setStatus(ctx, t, *ch.Status, &ch); err != nil {
			return err
		}
	}
	t.UpdatedAt = s.Clock.Now()
	if was.Category != templates.CategoryResolved && t.Category == templates.CategoryResolved {
		if err := s.noteResolution(ctx, by, t); err != nil {
			return err
		}
	}
	if was.Unread && !t.Unread {
		t.ReadAt = &t.UpdatedAt
	}
	if err := s.store.update(ctx, *t, "title", "description", "status", "category", "active", "priority", "topic", "fields",
		"unread", "read_at", "due_at", "snoozed_until", "resolved_at", "resolved_by", "resolution_s", "resolution_work_s"); err != nil {
		return err
	}
	if err := s.wakeLater(ctx, *t, ch); err != nil {
		return err
	}
	if err := s.changeRelated(ctx, *t, ch); err != nil {
		return err
	}
	if err := s.Audit.Record(ctx, by.Entry("task.changed", "task", t.ID, ch.details(was))); err != nil {
		return err
	}
	return s.announce(ctx, *t)
}

func (ch Change) check() []errs.Problem {
	var out []errs.Problem
	if ch.Title != nil {
		*ch.Title = strings.TrimSpace(*ch.Title)
		if n := utf8.RuneCountInString(*ch.Title); n == 0 || n > MaxTitle {
			out = append(out, errs.At("body.title", "input.length", "min", 1, "max", MaxTitle))
		}
	}
	if ch.Description != nil && utf8.RuneCountInString(*ch.Description) > MaxDescription {
		out = append(out, errs.At("body.description", "input.too_long", "max", MaxDescription))
	}
	if ch.Topic != nil && utf8.RuneCountInString(*ch.Topic) > maxTag {
		out = append(out, errs.At("body.topic", "input.too_long", "max", maxTag))
	}
	if ch.Tags != nil {
		if len(*ch.Tags) > MaxTags {
			out = append(out, errs.At("body.tags", "input.too_many", "max", MaxTags))
		}
		for i, tag := range *ch.Tags {
			if n := utf8.RuneCountInString(strings.TrimSpace(tag)); n == 0 || n > maxTag {
				out = append(out, errs.At(place("body.tags", i), "input.tag"))
			}
		}
	}
	if ch.Priority != nil {
		switch *ch.Priority {
		case templates.PriorityLow, templates.PriorityNormal, templates.PriorityHigh, templates.PriorityUrgent:
		default:
			out = append(out, errs.At("body.priority", "task.priority"))
		}
	}
	return out
}

// findPeople finds whom a change names in the account, and whether they may see the task.
func (s *Service) findPeople(ctx context.Context, t Task, ch *Change) ([]errs.Problem, error) {
	if !ch.names() {
		return nil, nil
	}
	r, err := s.Staff.Roster(ctx, t.AccountID)
	if err != nil {
		return nil, err
	}
	shut, err := s.shutFrom(ctx, t, r)
	return append(ch.find(knownIn(r)), ch.shutOut(shut)...), err
}

// names tells whether the change names people.
func (ch Change) names() bool { return ch.Assignees != nil || ch.Participants != nil }

// people are all who can be named, staff told from teams.
func (s *Service) people(ctx context.Context, a account.ID) (map[ids.ID]templates.AssigneeKind, error) {
	r, err := s.Staff.Roster(ctx, a)
	return knownIn(r), err
}

func knownIn(r staff.Roster) map[ids.ID]templates.AssigneeKind {
	known := map[ids.ID]templates.AssigneeKind{}
	for _, p := range r.People {
		if p.Enabled {
			known[p.ID] = templates.AssigneeStaff
		}
	}
	for _, g := range r.Teams {
		known[g.ID] = templates.AssigneeTeam
	}
	return known
}

// find tells staff from teams among the assignees, and refuses those and participants that are nobody in the account.
func (ch *Change) find(known map[ids.ID]templates.AssigneeKind) (out []errs.Problem) {
	if ch.Assignees != nil {
		found := make([]templates.Assignee, 0, len(*ch.Assignees))
		for i, id := range *ch.Assignees {
			if known[id] == "" {
				out = append(out, errs.At(place("body.assignee_ids", i), "template.assignee_not_found"))
			}
			found = append(found, templates.Assignee{Kind: known[id], ID: id.String()})
		}
		ch.assignees = &found
	}
	if ch.Participants != nil {
		for i, id := range *ch.Participants {
			if known[id] != templates.AssigneeStaff {
				out = append(out, errs.At(place("body.participant_ids", i), "template.assignee_not_found"))
			}
		}
	}
	return out
}

// place names an element of a list in the request.
func place(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// setFields checks changed fields against the form the task is linked to.
func (s *Service) setFields(ctx context.Context, t *Task, fields map[string]any) error {
	if len(fields) == 0 {
		return nil
	}
	clean, err := s.Templates.TaskFields(ctx, t.AccountID, t.TemplateID, fields)
	if err != nil {
		return err
	}
	merged := map[string]any{}
	for k, v := range t.Fields {
		merged[k] = v
	}
	for k, v := range clean {
		if v == nil {
			delete(merged, k)
		} else {
			merged[k] = v
		}
	}
	t.Fields = merged
	return nil
}

func (ch Change) apply(t *Task) {
	if ch.Title != nil {
		t.Title = *ch.Title
	}
	if ch.Description != nil {
		t.Description = *ch.Description
	}
	if ch.Topic != nil {
		t.Topic = *ch.Topic
	}
	if ch.Priority != nil {
		t.Priority = *ch.Priority
	}
	if ch.Unread != nil {
		t.Unread = *ch.Unread
	}
	if ch.SnoozedUntil != nil {
		t.SnoozedUntil = ch.SnoozedUntil
		if ch.SnoozedUntil.IsZero() {
			t.SnoozedUntil = nil
		}
	}
	if ch.DueAt != nil {
		t.DueAt = ch.DueAt
		if ch.DueAt.IsZero() {
			t.DueAt = nil
		}
	}
}

// setStatus moves the task to a status, and with it in or out of its scope.
func (s *Service) setStatus(ctx context.Context, t *Task, key string, ch *Change) error {
	status, ok, err := s.statusOf(ctx, *t, key)
	if err != nil {
		return err
	}
	if !ok {
		return errs.Input(errs.At("body.status", "task.status"))
	}
	was := t.Active
	t.setStatus(status)
	if t.Category == templates.CategoryResolved {
		t.Unread, t.SnoozedUntil = false, nil
		if ch.assignees == nil { // ownership ends with the work
			ch.assignees = &[]templates.Assignee{}
		}
	}
	switch {
	case was == t.Active:
		return nil
	case !t.Active: // also one made by hand may have got scopes, by a merge or a split
		return s.store.deactivate(ctx, *t)
	case t.Scope == "":
		return nil
	}
	return s.store.activate(ctx, *t)
}

func (s *Service) changeRelated(ctx context.Context, t Task, ch Change) error {
	if ch.assignees != nil {
		if err := s.store.setAssignees(ctx, t, assigneesOf(t, *ch.assignees)); err != nil {
			return err
		}
	}
	if ch.Participants != nil {
		if err := s.store.setParticipants(ctx, t, *ch.Participants); err != nil {
			return err
		}
	}
	if ch.Tags != nil {
		return s.store.setTags(ctx, t, *ch.Tags)
	}
	return nil
}

// details name what was changed, for the audit log; what people wrote is in the task.
func (ch Change) details(was Task) map[string]any {
	d := map[string]any{"number": was.Number}
	for name, set := range map[string]bool{
		"title": ch.Title != nil, "description": ch.Description != nil, "participants": ch.Participants != nil,
		"tags": ch.Tags != nil, "topic": ch.Topic != nil, "priority": ch.Priority != nil, "due_at": ch.DueAt != nil,
		"fields": len(ch.Fields) > 0, "unread": ch.Unread != nil,
	} {
		if set {
			d[name] = true
		}
	}
	if ch.reason != "" {
		d["reason"], d["days"] = ch.reason, ch.days
	}
	if ch.Status != nil {
		d["status"], d[audit.Before] = *ch.Status, map[string]any{"status": was.Status}
	}
	if ch.SnoozedUntil != nil {
		d["snoozed_until"] = ch.SnoozedUntil
	}
	if ch.assignees != nil {
		d["assignees"] = *ch.assignees
	}
	return d
}

// NewTask is a task made by hand.
type NewTask struct {
	Title      string
	TemplateID *ids.ID // nil: the standard one
	ContactID  *ids.ID
	Change
}

// Create makes a task by hand. Members may.
func (s *Service) Create(ctx context.Context, by account.Actor, n NewTask) (Task, error) {
	n.Change.Title = &n.Title
	var t Task
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		o, set, err := s.Templates.ObjectFor(ctx, by.AccountID, n.TemplateID)
		if err != nil {
			return err
		}
		if n.ContactID != nil {
			if _, err := s.Contacts.Get(ctx, by.AccountID, *n.ContactID); err != nil {
				return errs.Input(errs.At("body.contact_id", "contact.not_found"))
			}
		}
		numbers, err := s.Numbers.Take(ctx, by.AccountID, 1)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		draft := newTask{id: ids.New(), Draft: Draft{
			Filled:   templates.Task{Title: n.Title, Priority: templates.PriorityNormal},
			Template: o, Statuses: set, ContactID: ids.Of(n.ContactID), StartedAt: now,
			Assignment: templates.Assignment{Mode: templates.ModeShare},
			Why:        []templates.Step{templates.NewStep("task.create.by_hand", "staff", by.Name)},
		}}
		var rows related
		rows.add(draft, numbers[0], now)
		if err := s.store.insertAll(ctx, rows); err != nil {
			return err
		}
		t = rows.tasks[0]
		return s.change(ctx, by, &t, n.Change)
	})
	return t, err
}
