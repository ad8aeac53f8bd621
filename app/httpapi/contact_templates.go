package httpapi

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/template"
	"kontor/templates"
)

// ContactTemplate is what contacts are made from.
type ContactTemplate struct {
	TemplateInfo
	templates.Contact
}

// WholeContactTemplate is a contact template with its use.
type WholeContactTemplate struct {
	ContactTemplate
	TemplateUse
}

func showContactTemplate(c template.Contact) ContactTemplate {
	return ContactTemplate{showInfo(c.Info), c.Definition}
}

// contactTemplateAnswer shows one contact template with the channels that use it.
func (a *API) contactTemplateAnswer(
	ctx context.Context, in account.ID,
) func(template.Contact, error) (*answer[WholeContactTemplate], error) {
	return func(c template.Contact, err error) (*answer[WholeContactTemplate], error) {
		if err != nil {
			return nil, err
		}
		users, err := a.Templates.ContactUsers(ctx, in, c)
		if err != nil {
			return nil, err
		}
		forms, err := a.Templates.FormsNaming(ctx, in, c.ID)
		return answered(WholeContactTemplate{showContactTemplate(c), exchangeOf(ctx).showUse(users, forms, nil)}, err)
	}
}

func (a *API) listContactTemplates(
	ctx context.Context, who account.Actor, in *struct{ Paging },
) (*answer[Page[ContactTemplate]], error) {
	rows, next, err := a.Templates.Contacts(ctx, who.AccountID, in.page())
	shown := make([]ContactTemplate, len(rows))
	for i, c := range rows {
		shown[i] = showContactTemplate(c)
	}
	return listed(shown, next, err)
}

func (a *API) getContactTemplate(ctx context.Context, who account.Actor, in *ByID) (*answer[WholeContactTemplate], error) {
	return a.contactTemplateAnswer(ctx, who.AccountID)(a.Templates.Contact(ctx, who.AccountID, in.ID))
}

type createContactTemplateInput struct {
	Body struct {
		Name        string                `json:"name"`
		Kind        templates.ContactKind `json:"kind" enum:"person,company"`
		Form        templates.Form        `json:"form,omitzero"`
		Group       string                `json:"group,omitempty"`
		Tags        []string              `json:"tags,omitempty"`
		NamePattern string                `json:"name_pattern,omitempty"`
		Mapping     []templates.Mapping   `json:"mapping,omitempty"`
	}
}

func (a *API) createContactTemplate(
	ctx context.Context, who account.Actor, in *createContactTemplateInput,
) (*answer[WholeContactTemplate], error) {
	return a.contactTemplateAnswer(ctx, who.AccountID)(a.Templates.CreateContact(ctx, who, templates.Contact(in.Body)))
}

// ContactTemplateChange is what a body may say of a contact template. Each part is sent whole.
type ContactTemplateChange struct {
	Name        Optional[string]                `json:"name,omitzero"`
	Kind        Optional[templates.ContactKind] `json:"kind,omitzero" enum:"person,company"`
	Form        Optional[templates.Form]        `json:"form,omitzero" doc:"all fields, in order"`
	Group       Optional[string]                `json:"group,omitzero"`
	Tags        Optional[[]string]              `json:"tags,omitzero" doc:"all of them"`
	NamePattern Optional[string]                `json:"name_pattern,omitzero"`
	Mapping     Optional[[]templates.Mapping]   `json:"mapping,omitzero" doc:"all of it"`
}

func (b ContactTemplateChange) over(c templates.Contact) templates.Contact {
	b.Name.over(&c.Name)
	b.Kind.over(&c.Kind)
	b.Form.over(&c.Form)
	b.Group.over(&c.Group)
	b.Tags.over(&c.Tags)
	b.NamePattern.over(&c.NamePattern)
	b.Mapping.over(&c.Mapping)
	return c
}

type changeContactTemplateInput struct {
	ByID
	Body struct {
		ContactTemplateChange
		Version Optional[int] `json:"version,omitzero" minimum:"1" doc:"the one that was seen: when it is no more the present one, nothing changes"`
	}
}

// changeContactTemplate makes a new version. Existing contacts get its form and keep what they were filled with.
func (a *API) changeContactTemplate(
	ctx context.Context, who account.Actor, in *changeContactTemplateInput,
) (*answer[WholeContactTemplate], error) {
	now, err := a.Templates.Contact(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	in.Body.Version.over(&now.Version)
	return a.contactTemplateAnswer(ctx, who.AccountID)(
		a.Templates.UpdateContact(ctx, who, in.ID, in.Body.over(now.Definition), now.Version))
}

func (a *API) deleteContactTemplate(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Templates.DeleteContact(ctx, who, in.ID)
}

func (a *API) standardContactTemplate(ctx context.Context, who account.Actor, in *ByID) (*answer[WholeContactTemplate], error) {
	if err := a.Templates.StandardContact(ctx, who, in.ID); err != nil {
		return nil, err
	}
	return a.getContactTemplate(ctx, who, in)
}

func (a *API) listContactVersions(ctx context.Context, who account.Actor, in *versionsInput) (*answer[Page[TemplateVersion]], error) {
	rows, next, err := a.Templates.ContactVersions(ctx, who.AccountID, in.ID, in.page())
	shown := make([]TemplateVersion, len(rows))
	for i, v := range rows {
		shown[i] = showVersion(v, v.Definition.Name)
	}
	return listed(shown, next, err)
}

// ContactVersion is a contact template as it was.
type ContactVersion struct {
	TemplateVersion
	Definition templates.Contact `json:"definition"`
}

func (a *API) getContactVersion(ctx context.Context, who account.Actor, in *byVersion) (*answer[ContactVersion], error) {
	v, err := a.Templates.ContactVersion(ctx, who.AccountID, in.ID, in.Version)
	return answered(ContactVersion{showVersion(v, v.Definition.Name), v.Definition}, err)
}

func (a *API) revertContactTemplate(ctx context.Context, who account.Actor, in *revertInput) (*answer[WholeContactTemplate], error) {
	return a.contactTemplateAnswer(ctx, who.AccountID)(a.Templates.RevertContact(ctx, who, in.ID, in.Body.Version))
}
