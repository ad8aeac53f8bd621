package configuration

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/reply"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/domain/template"
	"kontor/templates"
)

// snapshot is an account as it is, with what its things are called.
func (s *Service) snapshot(ctx context.Context, by account.Actor) (d Document, n names, err error) {
	d, n = Document{Kontor: Format}, newNames()
	for _, part := range []func(context.Context, account.Actor, *Document, names) error{
		s.writeAccount, s.writePeople, s.writeTemplates, s.writeLabels, s.writeReplies, s.writeChannels, s.writeViews,
	} {
		if err := part(ctx, by, &d, n); err != nil {
			return d, n, err
		}
	}
	return d, n, nil
}

func (s *Service) writeAccount(ctx context.Context, by account.Actor, d *Document, _ names) error {
	a, err := s.Accounts.Get(ctx, by.AccountID)
	d.Account = &Account{
		Name: &a.Name, Language: &a.Language, TimeZone: &a.TimeZone, Country: &a.Country, Enabled: &a.Enabled,
		PausedKinds: &a.PausedKinds, RequireSecondFactor: &a.RequireSecondFactor, WorkingHours: &a.WorkingHours,
		KeepBodiesDays: &a.Bodies, KeepEventsDays: &a.Events, KeepFilesDays: &a.Files, KeepAttemptsDays: &a.Attempts,
		Media: &a.Media, BrandName: &a.BrandName, BrandColor: &a.BrandColor,
	}
	return err
}

func (s *Service) writePeople(ctx context.Context, by account.Actor, d *Document, n names) error {
	all, err := storage.All(func(p storage.Page) ([]staff.Staff, string, error) { return s.Staff.List(ctx, by, p) })
	if err != nil {
		return err
	}
	for _, x := range all {
		n.add(people, x.ID.String(), x.Email)
	}
	list, err := storage.All(func(p storage.Page) ([]staff.Team, string, error) { return s.Staff.ListTeams(ctx, by, p) })
	d.Teams = make([]Team, len(list))
	for i, t := range list {
		n.add(teams, t.ID.String(), t.Name)
		d.Teams[i] = Team{id: t.ID.String(), Name: t.Name, Members: []string{}}
		for _, m := range t.MemberIDs {
			d.Teams[i].Members = append(d.Teams[i].Members, n.nameOf(people, m.String()))
		}
		slices.Sort(d.Teams[i].Members)
	}
	slices.SortFunc(d.Teams, func(a, b Team) int { return cmp.Compare(a.Name, b.Name) })
	return err
}

func (s *Service) writeTemplates(ctx context.Context, by account.Actor, d *Document, n names) error {
	a := by.AccountID
	allSets, err := storage.All(func(p storage.Page) ([]template.StatusSet, string, error) { return s.Templates.StatusSets(ctx, a, p) })
	if err != nil {
		return err
	}
	d.StatusSets = make([]StatusSet, len(allSets))
	for i, x := range allSets {
		d.StatusSets[i] = StatusSet{named(x.ID, x.Name, x.Preset), statusesOf(x.Statuses)}
	}
	inOrder(d.StatusSets, func(x *StatusSet) *Named { return &x.Named }, sets, n)
	allObjects, err := storage.All(func(p storage.Page) ([]template.Object, string, error) { return s.Templates.Objects(ctx, a, p) })
	if err != nil {
		return err
	}
	d.ObjectTemplates = make([]ObjectTemplate, len(allObjects))
	for i, o := range allObjects {
		d.ObjectTemplates[i] = objectOf(o, n)
	}
	inOrder(d.ObjectTemplates, func(x *ObjectTemplate) *Named { return &x.Named }, objects, n)
	allCards, err := storage.All(func(p storage.Page) ([]template.Contact, string, error) { return s.Templates.Contacts(ctx, a, p) })
	d.ContactTemplates = make([]ContactTemplate, len(allCards))
	for i, c := range allCards {
		x := c.Definition
		d.ContactTemplates[i] = ContactTemplate{
			Named: named(c.ID, x.Name, c.Preset), Standard: c.Standard, Kind: x.Kind, Fields: x.Form.Fields, Group: x.Group,
			Tags: x.Tags, NamePattern: x.NamePattern, Mapping: x.Mapping,
		}
	}
	inOrder(d.ContactTemplates, func(x *ContactTemplate) *Named { return &x.Named }, cards, n)
	return err
}

func named(id ids.ID, name, preset string) Named {
	return Named{id: id.String(), Name: name, Preset: preset}
}

// inOrder sorts things by name, the older first where it stands twice, and says what to call them.
func inOrder[T any](list []T, of func(*T) *Named, sort string, n names) {
	slices.SortFunc(list, func(a, b T) int {
		x, y := of(&a), of(&b)
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.id, y.id))
	})
	all := make([]string, len(list))
	for i := range list {
		all[i] = of(&list[i]).Name
	}
	for i, as := range distinct(all) {
		x := of(&list[i])
		if n.add(sort, x.id, as); as != x.Name {
			x.As = as
		}
	}
}

func statusesOf(list []templates.Status) []Status {
	out := make([]Status, len(list))
	for i, x := range list {
		out[i] = Status{Key: x.Key, Name: x.Name, Category: x.Category, Color: x.Color}
		if x.Active != (x.Category != templates.CategoryResolved) {
			out[i].Active = &x.Active
		}
	}
	return out
}

func objectOf(o template.Object, n names) ObjectTemplate {
	x := o.Definition
	assignees := make([]string, len(x.Defaults.Assignees))
	for i, a := range x.Defaults.Assignees {
		assignees[i] = a.ID
	}
	var participants []string
	for _, id := range x.Defaults.Participants {
		if email := n.nameOf(people, id); email != "" {
			participants = append(participants, email)
		}
	}
	return ObjectTemplate{
		Named: named(o.ID, x.Name, o.Preset), Standard: o.Standard, StatusSet: n.nameOf(sets, x.StatusSetID), Fields: x.Form.Fields,
		Defaults: Defaults{
			Title: x.Defaults.Title, Description: x.Defaults.Description, Assignees: n.parties(assignees),
			AssigneeMode: x.Defaults.AssigneeMode, SkipAway: x.Defaults.SkipAway, Participants: participants, Tags: x.Defaults.Tags, Topic: x.Defaults.Topic,
			Priority: x.Defaults.Priority, DueIn: x.Defaults.DueIn, Fields: withPeople(x.Form.Fields, x.Defaults.Fields, n.called[people]),
		},
	}
}

// withPeople puts other words for the people that fixed values of fields name.
func withPeople(form []templates.Field, values map[string]any, words map[string]string) map[string]any {
	if values == nil {
		return nil
	}
	out := make(map[string]any, len(values))
	for key, value := range values {
		out[key] = value
	}
	for _, f := range form {
		text, _ := values[f.Key].(string)
		if word := words[text]; f.Type == templates.TypeStaff && word != "" {
			out[f.Key] = word
		}
	}
	return out
}

// manyLabels is more than an account has.
const manyLabels = 100_000

func (s *Service) writeLabels(ctx context.Context, by account.Actor, d *Document, _ names) error {
	for of, to := range map[task.LabelType]*[]Label{task.TagLabel: &d.Tags, task.TopicLabel: &d.Topics} {
		list, err := s.Tasks.Labels(ctx, by.AccountID, of, "", manyLabels)
		if err != nil {
			return err
		}
		*to = make([]Label, len(list))
		for i, x := range list {
			(*to)[i] = Label{x.Name, x.Color}
		}
		slices.SortFunc(*to, func(a, b Label) int { return cmp.Compare(a.Name, b.Name) })
	}
	groups, err := s.Contacts.Groups(ctx, by.AccountID)
	d.ContactGroups = make([]ContactGroup, len(groups))
	for i, g := range groups {
		d.ContactGroups[i] = ContactGroup{g.ID.String(), g.Name}
	}
	slices.SortFunc(d.ContactGroups, func(a, b ContactGroup) int { return cmp.Compare(a.Name, b.Name) })
	return err
}

func (s *Service) writeReplies(ctx context.Context, by account.Actor, d *Document, n names) error {
	list, err := s.Replies.Categories(ctx, by.AccountID)
	if err != nil {
		return err
	}
	d.SavedReplyCategories = make([]ReplyCategory, len(list))
	for i, c := range list {
		n.add(categories, c.ID.String(), c.Name)
		d.SavedReplyCategories[i] = ReplyCategory{c.ID.String(), c.Name, c.Position}
	}
	all, err := storage.All(func(p storage.Page) ([]reply.Reply, string, error) { return s.Replies.List(ctx, by, reply.Filter{}, p) })
	d.SavedReplies = []SavedReply{}
	for _, r := range all {
		if !r.Shared || err != nil {
			continue
		}
		x := SavedReply{
			id: r.ID.String(), Name: r.Name, Shortcut: r.Shortcut, Category: n.nameOf(categories, ids.Of(r.CategoryID).String()),
			Text: r.Text, Variants: r.Variants,
		}
		x.Files, err = s.filesOf(ctx, by.AccountID, r.AttachmentIDs)
		d.SavedReplies = append(d.SavedReplies, x)
	}
	slices.SortFunc(d.SavedReplies, func(a, b SavedReply) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.id, b.id))
	})
	return err
}

func (s *Service) writeChannels(ctx context.Context, by account.Actor, d *Document, n names) error {
	all, err := s.Channels.All(ctx, by.AccountID)
	if err != nil {
		return err
	}
	given, err := s.Access.All(ctx, by.AccountID)
	if err != nil {
		return err
	}
	d.Channels = make([]Channel, len(all))
	for i, c := range all {
		n.add(channels, c.ID.String(), addressOf(c.Kind, c.ExternalID))
		x := Channel{
			id: c.ID.String(), Kind: c.Kind, ExternalID: c.ExternalID, Name: c.Name, DisplayName: &c.DisplayName, Enabled: &c.Enabled,
		}
		if x.Settings, err = s.settingsOf(c, n); err != nil {
			return err
		}
		x.Access = accessOf(given[c.ID], n)
		if x.LeadForms, err = s.formsOf(ctx, c, n); err != nil {
			return err
		}
		d.Channels[i] = x
	}
	slices.SortFunc(d.Channels, func(a, b Channel) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ExternalID, b.ExternalID))
	})
	return nil
}

// addressOf is what a channel is called.
func addressOf(kind, external string) string { return kind + "/" + external }

// templateSettings are those that name a template, with its sort; they are written without _id.
func templateSettings() map[string]string {
	return map[string]string{"object_template": objects, "contact_template": cards, "comment_template": objects}
}

// assigneesKey is what the setting assignee_ids is called.
const assigneesKey = "assignees"

// settingsOf are the settings that a channel's kind has.
func (s *Service) settingsOf(c channel.Channel, n names) (map[string]any, error) {
	all, err := asTree(c.Settings)
	if err != nil {
		return nil, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil { // a kind that this program does not have any more
		return nil, nil //nolint:nilerr // it has no settings then
	}
	out := map[string]any{}
	for _, x := range adapter.Describe().Settings {
		out[x.Key] = all[x.Key]
	}
	for key, sort := range templateSettings() {
		if id, ok := out[key+"_id"]; ok {
			delete(out, key+"_id")
			out[key] = nil
			if text, isText := id.(string); isText {
				out[key] = n.nameOf(sort, text)
			}
		}
	}
	if _, ok := out["assignee_ids"]; ok {
		delete(out, "assignee_ids")
		out[assigneesKey] = partyTrees(n.parties(texts(c.Settings.AssigneeIDs)))
	}
	return out, nil
}

func texts(list []ids.ID) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = id.String()
	}
	return out
}

func partyTrees(list []Party) []any {
	out := []any{}
	for _, p := range list {
		if p.Team != "" {
			out = append(out, map[string]any{"team": p.Team})
		} else {
			out = append(out, map[string]any{"staff": p.Staff})
		}
	}
	return out
}

// asTree is a value as JSON has it.
func asTree(v any) (tree map[string]any, err error) {
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &tree)
	}
	return tree, err
}

// formsOf are the forms of ads that somebody has decided something about.
func (s *Service) formsOf(ctx context.Context, c channel.Channel, n names) ([]LeadForm, error) {
	all, err := storage.All(func(p storage.Page) ([]lead.Form, string, error) { return s.Leads.Forms(ctx, c.AccountID, c.ID, p) })
	var out []LeadForm
	for _, f := range all {
		x := LeadForm{
			id: f.ID.String(), ExternalID: f.ExternalID, Name: f.Name, Assignees: n.parties(texts(f.AssigneeIDs)), Mapping: f.Mapping,
			ObjectTemplate:  n.nameOf(objects, ids.Of(f.ObjectTemplateID).String()),
			ContactTemplate: n.nameOf(cards, ids.Of(f.ContactTemplateID).String()),
		}
		if len(x.Assignees)+len(x.Mapping) > 0 || x.ObjectTemplate+x.ContactTemplate != "" {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b LeadForm) int { return cmp.Compare(a.ExternalID, b.ExternalID) })
	return out, err
}

func (s *Service) writeViews(ctx context.Context, by account.Actor, d *Document, n names) error {
	list, err := s.Tasks.Views(ctx, by)
	d.TaskViews = []TaskView{}
	for _, v := range list {
		if v.Shared {
			d.TaskViews = append(d.TaskViews, TaskView{v.ID.String(), v.Name, v.Position, n.written(v.Filter)})
		}
	}
	slices.SortFunc(d.TaskViews, func(a, b TaskView) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.id, b.id)) })
	return err
}
