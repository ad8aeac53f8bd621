package configuration

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kontor/domain/ids"
	"kontor/domain/reply"
	"kontor/domain/staff"
	"kontor/domain/task"
)

// The sorts of things that nothing else refers to.
const (
	groups  = "contact_groups"
	replies = "saved_replies"
	views   = "task_views"
)

func (a *applying) teams(ctx context.Context, d Document) error {
	a.unique(teams, each1(d.Teams, func(x Team) string { return x.Name }), "name")
	for i, x := range d.Teams {
		path := fmt.Sprintf("%s[%d]", teams, i)
		members, ok := a.people(x.Members, path+".members")
		if !ok {
			continue
		}
		if id, there := a.known.idOf(teams, x.Name); there {
			a.keep(teams, id, x.Name)
			old := a.before.Teams[slices.IndexFunc(a.before.Teams, func(t Team) bool { return t.id == id })]
			if now := slices.Sorted(slices.Values(x.Members)); slices.Equal(old.Members, now) {
				continue
			}
			_, err := a.Staff.UpdateTeam(ctx, a.by, parsed(id), staff.TeamChange{MemberIDs: &members})
			if err := a.refused(path, err, "member_ids", "members"); err != nil {
				return err
			}
			continue
		}
		made, err := a.Staff.CreateTeam(ctx, a.by, x.Name, members)
		if err := a.refused(path, err, "member_ids", "members"); err != nil {
			return err
		}
		a.keep(teams, made.ID.String(), x.Name)
	}
	return nil
}

// each1 is one part of every thing of a list.
func each1[T, P any](list []T, of func(T) P) []P {
	out := make([]P, len(list))
	for i, x := range list {
		out[i] = of(x)
	}
	return out
}

func (a *applying) groups(ctx context.Context, d Document) error {
	a.unique(groups, each1(d.ContactGroups, func(x ContactGroup) string { return x.Name }), "name")
	for i, x := range d.ContactGroups {
		at := slices.IndexFunc(a.before.ContactGroups, func(g ContactGroup) bool { return g.Name == x.Name })
		if at >= 0 {
			a.keep(groups, a.before.ContactGroups[at].id, x.Name)
			continue
		}
		made, err := a.Contacts.CreateGroup(ctx, a.by, x.Name)
		if err := a.refused(fmt.Sprintf("%s[%d]", groups, i), err); err != nil {
			return err
		}
		a.keep(groups, made.ID.String(), x.Name)
	}
	return nil
}

func (a *applying) labels(ctx context.Context, d Document) error {
	for _, part := range []struct {
		of          task.LabelType
		section     string
		there, want []Label
	}{{task.TagLabel, "tags", a.before.Tags, d.Tags}, {task.TopicLabel, "topics", a.before.Topics, d.Topics}} {
		a.unique(part.section, each1(part.want, func(x Label) string { return x.Name }), "name")
		for i, x := range part.want {
			if slices.Contains(part.there, x) {
				continue
			}
			_, err := a.Tasks.SetLabel(ctx, a.by, part.of, x.Name, x.Color)
			if err := a.refused(fmt.Sprintf("%s[%d]", part.section, i), err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *applying) categories(ctx context.Context, d Document) error {
	a.unique(categories, each1(d.SavedReplyCategories, func(x ReplyCategory) string { return x.Name }), "name")
	for i, x := range d.SavedReplyCategories {
		path, change := fmt.Sprintf("%s[%d]", categories, i), reply.CategoryChange{Name: &x.Name, Position: &x.Position}
		if id, there := a.known.idOf(categories, x.Name); there {
			a.keep(categories, id, x.Name)
			old := a.before.SavedReplyCategories
			if old[slices.IndexFunc(old, func(c ReplyCategory) bool { return c.id == id })].Position == x.Position {
				continue
			}
			_, err := a.Replies.UpdateCategory(ctx, a.by, parsed(id), change)
			if err := a.refused(path, err); err != nil {
				return err
			}
			continue
		}
		made, err := a.Replies.CreateCategory(ctx, a.by, change)
		if err := a.refused(path, err); err != nil {
			return err
		}
		a.keep(categories, made.ID.String(), x.Name)
	}
	return nil
}

func (a *applying) replies(ctx context.Context, d Document) error {
	of := func(x SavedReply) Named { return Named{Name: x.Name} }
	found := match(namedAll(a.before.SavedReplies, of), namedAll(d.SavedReplies, of))
	for i, x := range d.SavedReplies {
		path := fmt.Sprintf("%s[%d]", replies, i)
		old := SavedReply{}
		if found[i] >= 0 {
			old = a.before.SavedReplies[found[i]]
			a.keep(replies, old.id, x.Name)
		}
		if err := a.reply(ctx, path, x, old); err != nil {
			return err
		}
	}
	return nil
}

// reply brings one saved reply to what the document says.
func (a *applying) reply(ctx context.Context, path string, x, old SavedReply) error {
	category, ok := a.optional(categories, x.Category, path+".category")
	files, err := a.files(ctx, path, x, old)
	if err != nil {
		return err
	}
	x.Files = old.Files
	if !ok || old.id != "" && same(old, x) && slices.Equal(files, old.fileIDs()) {
		return nil
	}
	shared := true
	change := reply.Change{
		CategoryID: &category, Name: &x.Name, Shortcut: &x.Shortcut, Shared: &shared, Text: &x.Text, Variants: &x.Variants,
		AttachmentIDs: &files,
	}
	if old.id != "" {
		_, err := a.Replies.Update(ctx, a.by, parsed(old.id), change)
		return a.refused(path, err)
	}
	if strings.TrimSpace(x.Text) == "" && len(files) == 0 { // it was nothing but its files
		a.skip(path, Notice{Section: replies, Name: x.Name, Code: "configuration.only_files"})
		return nil
	}
	made, err := a.Replies.Create(ctx, a.by, change)
	if err == nil {
		a.keep(replies, made.ID.String(), x.Name)
	}
	return a.refused(path, err)
}

func (a *applying) views(ctx context.Context, d Document) error {
	of := func(x TaskView) Named { return Named{Name: x.Name} }
	found := match(namedAll(a.before.TaskViews, of), namedAll(d.TaskViews, of))
	for i, x := range d.TaskViews {
		path := fmt.Sprintf("%s[%d]", views, i)
		var old *TaskView
		if found[i] >= 0 {
			old = &a.before.TaskViews[found[i]]
			a.keep(views, old.id, x.Name)
		}
		if err := a.view(ctx, path, x, old); err != nil {
			return err
		}
	}
	return nil
}

// view brings one list of tasks to what the document says. One about a channel that is not here is left out.
func (a *applying) view(ctx context.Context, path string, x TaskView, old *TaskView) error {
	filter, unknown := a.known.understood(x.Filter)
	switch {
	case filterSort(unknown) == channels:
		a.skip(path+".filter."+unknown, Notice{
			Section: views, Name: x.Name, Code: "configuration.view_of_channel", Params: map[string]any{"channel": shorten(x.Filter[unknown])},
		})
		return nil
	case unknown != "":
		a.problem(path+".filter."+unknown, "configuration.no_such_thing", "name", shorten(x.Filter[unknown]))
		return nil
	case old != nil && same(*old, x):
		return nil
	}
	shared := true
	change := task.ViewChange{Name: &x.Name, Shared: &shared, Filter: &filter, Position: &x.Position}
	if old != nil {
		_, err := a.Tasks.ChangeView(ctx, a.by, parsed(old.id), change)
		return a.refused(path, err)
	}
	made, err := a.Tasks.CreateView(ctx, a.by, change)
	if err == nil {
		a.keep(views, made.ID.String(), x.Name)
	}
	return a.refused(path, err)
}

// prune takes away what the document does not have, of the sections that it has. Channels and people are never taken away,
// nor are tags and topics, which are words on tasks.
func (a *applying) prune(ctx context.Context, d Document) error {
	b := a.before
	for _, part := range []struct {
		sort    string
		present bool
		there   []string
		remove  func(ids.ID) error
	}{
		{views, d.TaskViews != nil, each1(b.TaskViews, func(x TaskView) string { return x.id }),
			func(id ids.ID) error { return a.Tasks.DeleteView(ctx, a.by, id) }},
		{replies, d.SavedReplies != nil, each1(b.SavedReplies, func(x SavedReply) string { return x.id }),
			func(id ids.ID) error { return a.Replies.Delete(ctx, a.by, id) }},
		{categories, d.SavedReplyCategories != nil, each1(b.SavedReplyCategories, func(x ReplyCategory) string { return x.id }),
			func(id ids.ID) error { return a.Replies.DeleteCategory(ctx, a.by, id) }},
		{objects, d.ObjectTemplates != nil, each1(b.ObjectTemplates, func(x ObjectTemplate) string { return x.id }),
			func(id ids.ID) error { return a.Templates.DeleteObject(ctx, a.by, id) }},
		{cards, d.ContactTemplates != nil, each1(b.ContactTemplates, func(x ContactTemplate) string { return x.id }),
			func(id ids.ID) error { return a.Templates.DeleteContact(ctx, a.by, id) }},
		{sets, d.StatusSets != nil, each1(b.StatusSets, func(x StatusSet) string { return x.id }),
			func(id ids.ID) error { return a.Templates.DeleteStatusSet(ctx, a.by, id) }},
		{groups, d.ContactGroups != nil, each1(b.ContactGroups, func(x ContactGroup) string { return x.id }),
			func(id ids.ID) error { return a.Contacts.DeleteGroup(ctx, a.by, id) }},
		{teams, d.Teams != nil, each1(b.Teams, func(x Team) string { return x.id }),
			func(id ids.ID) error { return a.Staff.DeleteTeam(ctx, a.by, id) }},
	} {
		for _, id := range part.there {
			if !part.present || a.kept[part.sort][id] || a.faults() > 0 {
				continue
			}
			if err := a.refused("prune", part.remove(parsed(id))); err != nil {
				return err
			}
		}
	}
	return nil
}
