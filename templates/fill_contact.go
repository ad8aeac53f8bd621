package templates

import "slices"

// ContactDraft is what a contact template makes of an event: the values a contact would be made with, or filled up
// with. Whether such a contact exists already is for the caller to find out.
type ContactDraft struct {
	Kind   ContactKind    `json:"kind"`
	Name   string         `json:"name"`            // empty when the event does not tell
	Email  string         `json:"email,omitempty"` // as NormalizeEmail
	Phone  string         `json:"phone,omitempty"` // as NormalizePhone
	Group  string         `json:"group,omitempty"`
	Tags   []string       `json:"tags,omitempty"`
	Fields map[string]any `json:"fields,omitempty"`
}

// ContactFiller is a contact template made ready for filling many contacts. It is safe for concurrent use.
type ContactFiller struct {
	contact Contact
	name    source
	targets []targetSources
}

type targetSources struct {
	target  Target
	field   Field
	sources []source
}

// Compile makes the template ready, whatever state it is in; see Object.Compile.
func (c Contact) Compile() *ContactFiller {
	names := newVariableNames()
	f := &ContactFiller{contact: c, name: patternSource(c.NamePattern)}
	for _, m := range c.Mapping {
		field, known := m.Target.field(c.Form)
		if !known {
			continue
		}
		t := targetSources{target: m.Target, field: field}
		for _, text := range m.Sources {
			t.sources = append(t.sources, sourceOf(text, names))
		}
		f.targets = append(f.targets, t)
	}
	return f
}

// Variables returns the paths the template reads, each once; see ObjectFiller.Variables.
func (f *ContactFiller) Variables() []string {
	sources := []source{f.name}
	for _, t := range f.targets {
		sources = append(sources, t.sources...)
	}
	return variablesOf(sources)
}

// Fill makes the draft of a contact of an event. It never fails; the steps tell of everything out of the ordinary.
func (f *ContactFiller) Fill(scope Scope, o FillOptions) (ContactDraft, []Step) {
	fill := &filling{values: scope.Bindings(), clean: CleanOptions{Country: o.Country, FromText: true}}
	draft := ContactDraft{Kind: f.contact.Kind, Group: f.contact.Group, Tags: slices.Clone(f.contact.Tags)}
	draft.Fields = make(map[string]any, len(f.targets))
	for _, t := range f.targets {
		v := t.fill(fill)
		switch {
		case v == nil:
		case t.target == TargetEmail:
			draft.Email = plainText(v)
		case t.target == TargetPhone:
			draft.Phone = plainText(v)
		default:
			draft.Fields[t.field.Key] = v
		}
	}
	draft.Name = f.fillName(fill, draft)
	done := NewStep("fill.contact.filled", "template", f.contact.Name, "email", draft.Email != "",
		"phone", draft.Phone != "", "fields", keys(draft.Fields))
	return draft, append([]Step{done}, fill.steps...)
}

// fill returns the first value the target takes, or nil.
func (t targetSources) fill(fill *filling) any {
	for _, from := range t.sources {
		text := fill.text(from, "fill.value.failed", "target", string(t.target))
		v, problem := t.field.clean(text, fill.clean)
		if problem != nil {
			fill.note("fill.value.skipped", "target", string(t.target), "value", excerpt(text), "problem", problem.Code)
		} else if v != nil {
			return v
		}
	}
	return nil
}

// fillName falls back to whatever the event calls the person. A contact without any name keeps its e-mail or phone.
func (f *ContactFiller) fillName(fill *filling, draft ContactDraft) string {
	name := oneLine(fill.text(f.name, "fill.name.failed"))
	if name == "" {
		used := ""
		used, name = fill.firstOf("contact.name", "profile.name", "author.name", "mail.from_name",
			"contact.username", "profile.username", "mail.from_address")
		switch {
		case name != "":
		case draft.Email != "":
			used, name = string(TargetEmail), draft.Email
		case draft.Phone != "":
			used, name = string(TargetPhone), draft.Phone
		default:
			fill.note("fill.name.left_empty")
			return ""
		}
		fill.note("fill.name.fell_back", "used", used)
	}
	return fill.cut(name, maxName, "fill.name.cut")
}
