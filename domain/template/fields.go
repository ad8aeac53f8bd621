package template

import (
	"context"
	"maps"
	"slices"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/templates"
)

// TaskFields brings changed fields of a task to their normal form, by the form that the task is linked to, and says what
// is wrong with them.
func (s *Service) TaskFields(
	ctx context.Context, a account.ID, template ids.ID, values map[string]any,
) (map[string]any, error) {
	o, err := s.Object(ctx, a, template)
	if err != nil {
		return nil, err
	}
	return s.cleanFields(ctx, a, o.Definition.Form, values)
}

// ContactFields does the same for a contact. One without a template is linked to the standard one, which is returned.
func (s *Service) ContactFields(
	ctx context.Context, a account.ID, template *ids.ID, values map[string]any,
) (ids.ID, map[string]any, error) {
	if template == nil {
		r, err := s.store.standard(ctx, a, ContactType)
		if err != nil {
			return ids.Nil, nil, err
		}
		template = &r.ID
	}
	c, err := s.Contact(ctx, a, *template)
	if err != nil {
		return ids.Nil, nil, err
	}
	clean, err := s.cleanFields(ctx, a, c.Definition.Form, values)
	return *template, clean, err
}

// ContactForm returns the form of the standard contact template: the fields of a contact that is made by hand.
func (s *Service) ContactForm(ctx context.Context, a account.ID) (templates.Form, error) {
	r, err := s.store.standard(ctx, a, ContactType)
	if err != nil {
		return templates.Form{}, err
	}
	c, err := s.Contact(ctx, a, r.ID)
	return c.Definition.Form, err
}

func (s *Service) cleanFields(
	ctx context.Context, a account.ID, form templates.Form, values map[string]any,
) (map[string]any, error) {
	in, err := s.Accounts.Get(ctx, a)
	if err != nil {
		return nil, err
	}
	clean, problems := form.Clean(values, templates.CleanOptions{Country: in.Country, Partial: true})
	if err := Input("body.", problems); err != nil {
		return nil, err
	}
	missing, err := s.unknownRefs(ctx, a, form, clean, "body.")
	if err != nil {
		return nil, err
	}
	return clean, errs.Input(missing...)
}

// unknownRefs are the fields whose values name people or contacts that the account does not have.
func (s *Service) unknownRefs(
	ctx context.Context, a account.ID, form templates.Form, values map[string]any, at string,
) (problems []errs.Problem, err error) {
	people, contacts := map[string]ids.ID{}, map[string]ids.ID{}
	for _, f := range form.Fields {
		text, _ := values[f.Key].(string)
		id, err := ids.Parse(text)
		switch {
		case err != nil:
		case f.Type == templates.TypeStaff:
			people[f.Key] = id
		case f.Type == templates.TypeContact:
			contacts[f.Key] = id
		}
	}
	there := map[ids.ID]bool{}
	if len(people) > 0 {
		roster, err := s.Staff.Roster(ctx, a)
		if err != nil {
			return nil, err
		}
		for _, p := range roster.People {
			there[p.ID] = true
		}
	}
	for key, id := range people {
		if !there[id] {
			problems = append(problems, errs.At(at+"fields."+key, "staff.not_found"))
		}
	}
	found, err := s.People().Of(ctx, a, slices.Collect(maps.Values(contacts)))
	if err != nil {
		return nil, err
	}
	for key, id := range contacts {
		if _, ok := found[id]; !ok {
			problems = append(problems, errs.At(at+"fields."+key, "contact.not_found"))
		}
	}
	return problems, nil
}
