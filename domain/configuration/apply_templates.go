package configuration

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/template"
	"kontor/templates"
)

func (a *applying) statusSets(ctx context.Context, d Document) error {
	found := match(namedAll(a.before.StatusSets, StatusSet.named), namedAll(d.StatusSets, StatusSet.named))
	a.call(sets, namedAll(d.StatusSets, StatusSet.named))
	for i, x := range d.StatusSets {
		path := fmt.Sprintf("%s[%d]", sets, i)
		set := templates.StatusSet{Name: x.Name, Statuses: x.rules()}
		if found[i] >= 0 {
			old := a.before.StatusSets[found[i]]
			a.keep(sets, old.id, x.called())
			if same(old.plain(), x.plain()) {
				continue
			}
			_, err := a.Templates.UpdateStatusSet(ctx, a.by, parsed(old.id), template.StatusSetChange{
				Name: &set.Name, Statuses: &set.Statuses,
			})
			if err := a.refused(path, err); err != nil {
				return err
			}
			continue
		}
		made, err := a.Templates.CreateStatusSet(ctx, a.by, set)
		if err := a.refused(path, err); err != nil {
			return err
		}
		a.keep(sets, made.ID.String(), x.called())
	}
	return nil
}

// named returns what the thing is known by.
func (x StatusSet) named() Named       { return x.Named }
func (x ObjectTemplate) named() Named  { return x.Named }
func (x ContactTemplate) named() Named { return x.Named }

// called is what the rest of the document calls the thing.
func (n Named) called() string { return cmp.Or(n.As, n.Name) }

// plain is the thing without what is only said about it.
func (x StatusSet) plain() StatusSet {
	rules := x.rules()
	x.As, x.Preset, x.Statuses = "", "", make([]Status, len(rules))
	for i, s := range rules {
		x.Statuses[i] = Status{s.Key, s.Name, s.Category, &s.Active, s.Color}
	}
	return x
}

func (x StatusSet) rules() []templates.Status {
	out := make([]templates.Status, len(x.Statuses))
	for i, s := range x.Statuses {
		out[i] = templates.Status{
			Key: s.Key, Name: s.Name, Category: s.Category, Color: s.Color, Active: s.Category != templates.CategoryResolved,
		}
		if s.Active != nil {
			out[i].Active = *s.Active
		}
	}
	return out
}

// call forgets what the account calls the things of a sort that the document calls something else by: its own words count.
// Each thing of the document is named again as it is found or made.
func (a *applying) call(sort string, wanted []Named) {
	seen := map[string]bool{}
	for i, w := range wanted {
		name := w.called()
		if seen[name] {
			a.problem(fmt.Sprintf("%s[%d]", sort, i), "configuration.ambiguous", "name", shorten(name))
		}
		if w.Preset != "" && !isPreset(w.Preset) {
			a.problem(fmt.Sprintf("%s[%d].preset", sort, i), "configuration.no_preset", "name", shorten(w.Preset))
		}
		seen[name] = true
		delete(a.known.are[sort], name)
	}
}

func isPreset(key string) bool {
	return key == templates.PresetClientDialog || key == templates.PresetPostComments || key == templates.PresetLead
}

func (a *applying) objectTemplates(ctx context.Context, d Document) error {
	found := match(namedAll(a.before.ObjectTemplates, ObjectTemplate.named), namedAll(d.ObjectTemplates, ObjectTemplate.named))
	a.call(objects, namedAll(d.ObjectTemplates, ObjectTemplate.named))
	standard := -1
	for i, x := range d.ObjectTemplates {
		path := fmt.Sprintf("%s[%d]", objects, i)
		if x.Standard && standard >= 0 {
			a.problem(path+".standard", "configuration.one_standard")
		} else if x.Standard {
			standard = i
		}
		var old *ObjectTemplate
		if found[i] >= 0 {
			old = &a.before.ObjectTemplates[found[i]]
			a.keep(objects, old.id, x.called())
		}
		if err := a.object(ctx, path, x, old); err != nil {
			return err
		}
	}
	return a.standard(ctx, objects, standard, func(i int) (string, bool) {
		return d.ObjectTemplates[i].called(), found[i] >= 0 && a.before.ObjectTemplates[found[i]].Standard
	}, a.Templates.StandardObject)
}

// object brings one object template to what the document says.
func (a *applying) object(ctx context.Context, path string, x ObjectTemplate, old *ObjectTemplate) error {
	definition, ok := a.definition(path, x)
	if !ok || old != nil && same(old.plain(), x.plain()) && a.sameSet(old.StatusSet, x.StatusSet) {
		return nil
	}
	places := []string{"form.", "", "status_set_id", "status_set"}
	if old != nil {
		_, err := a.Templates.UpdateObject(ctx, a.by, parsed(old.id), definition, 0)
		return a.refused(path, err, places...)
	}
	made, err := a.Templates.CreateObjectOf(ctx, a.by, a.free(x.Preset, namedAll(a.before.ObjectTemplates, ObjectTemplate.named)), definition)
	if err == nil {
		a.keep(objects, made.ID.String(), x.called())
	}
	return a.refused(path, err, places...)
}

// sameSet tells whether the document means by a name the set that the account meant by another.
func (a *applying) sameSet(before, now string) bool {
	is, _ := a.known.idOf(sets, now)
	i := slices.IndexFunc(a.before.StatusSets, func(x StatusSet) bool { return x.called() == before })
	return i >= 0 && a.before.StatusSets[i].id == is
}

// free is a preset that no template of the account is made from any more.
func (a *applying) free(preset string, there []Named) string {
	for _, t := range there {
		if t.Preset == preset {
			return ""
		}
	}
	return preset
}

func (x ObjectTemplate) plain() ObjectTemplate {
	x.As, x.Preset, x.Standard, x.StatusSet = "", "", false, ""
	return x
}

func (x ContactTemplate) plain() ContactTemplate {
	x.As, x.Preset, x.Standard = "", "", false
	return x
}

// definition is an object template with ids for names; false when something that it names is not there.
func (a *applying) definition(path string, x ObjectTemplate) (templates.Object, bool) {
	wrong := a.faults()
	set, _ := a.ref(sets, x.StatusSet, path+".status_set")
	d := x.Defaults
	assignees := a.parties(d.Assignees, path+".defaults.assignees")
	participants, _ := a.people(d.Participants, path+".defaults.participants")
	o := templates.Object{
		Name: x.Name, Form: templates.Form{Fields: filled(x.Fields)}, StatusSetID: set.String(),
		Defaults: templates.Defaults{
			Title: d.Title, Description: d.Description, AssigneeMode: d.AssigneeMode, SkipAway: d.SkipAway, Tags: filled(d.Tags), Topic: d.Topic,
			Priority: d.Priority, DueIn: d.DueIn, Fields: withPeople(x.Fields, d.Fields, a.known.are[people]),
		},
	}
	for i, id := range assignees {
		kind := templates.AssigneeStaff
		if d.Assignees[i].Team != "" {
			kind = templates.AssigneeTeam
		}
		o.Defaults.Assignees = append(o.Defaults.Assignees, templates.Assignee{Kind: kind, ID: id.String()})
	}
	if len(participants) > 0 {
		o.Defaults.Participants = texts(participants)
	}
	return o, a.faults() == wrong
}

// filled is a list, or nil instead of an empty one: as a stored definition is read.
func filled[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// standard makes one of the document's templates the standard one.
func (a *applying) standard(
	ctx context.Context, sort string, i int, of func(int) (name string, already bool), do func(context.Context, account.Actor, ids.ID) error,
) error {
	if i < 0 || a.faults() > 0 {
		return nil
	}
	name, already := of(i)
	id, known := a.known.idOf(sort, name)
	if already || !known {
		return nil
	}
	return a.refused(fmt.Sprintf("%s[%d].standard", sort, i), do(ctx, a.by, parsed(id)))
}

func (a *applying) contactTemplates(ctx context.Context, d Document) error {
	there := namedAll(a.before.ContactTemplates, ContactTemplate.named)
	found := match(there, namedAll(d.ContactTemplates, ContactTemplate.named))
	a.call(cards, namedAll(d.ContactTemplates, ContactTemplate.named))
	standard := -1
	for i, x := range d.ContactTemplates {
		path := fmt.Sprintf("%s[%d]", cards, i)
		if x.Standard && standard >= 0 {
			a.problem(path+".standard", "configuration.one_standard")
		} else if x.Standard {
			standard = i
		}
		definition := templates.Contact{
			Name: x.Name, Kind: x.Kind, Form: templates.Form{Fields: filled(x.Fields)}, Group: x.Group, Tags: filled(x.Tags),
			NamePattern: x.NamePattern, Mapping: filled(x.Mapping),
		}
		if found[i] >= 0 {
			old := a.before.ContactTemplates[found[i]]
			a.keep(cards, old.id, x.called())
			if same(old.plain(), x.plain()) {
				continue
			}
			_, err := a.Templates.UpdateContact(ctx, a.by, parsed(old.id), definition, 0)
			if err := a.refused(path, err, "form.", ""); err != nil {
				return err
			}
			continue
		}
		made, err := a.Templates.CreateContactOf(ctx, a.by, a.free(x.Preset, there), definition)
		if err := a.refused(path, err, "form.", ""); err != nil {
			return err
		}
		a.keep(cards, made.ID.String(), x.called())
	}
	return a.standard(ctx, cards, standard, func(i int) (string, bool) {
		return d.ContactTemplates[i].called(), found[i] >= 0 && a.before.ContactTemplates[found[i]].Standard
	}, a.Templates.StandardContact)
}
