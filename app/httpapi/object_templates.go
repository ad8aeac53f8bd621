package httpapi

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/template"
	"kontor/templates"
)

// ObjectTemplate is what tasks are made from.
type ObjectTemplate struct {
	TemplateInfo
	templates.Object
}

// WholeObjectTemplate is an object template with its use.
type WholeObjectTemplate struct {
	ObjectTemplate
	TemplateUse
}

func showObject(o template.Object) ObjectTemplate {
	return ObjectTemplate{showInfo(o.Info), o.Definition}
}

// objectAnswer shows one object template with the channels that use it.
func (a *API) objectAnswer(ctx context.Context, in account.ID) func(template.Object, error) (*answer[WholeObjectTemplate], error) {
	return func(o template.Object, err error) (*answer[WholeObjectTemplate], error) {
		if err != nil {
			return nil, err
		}
		users, err := a.Templates.ObjectUsers(ctx, in, o)
		if err != nil {
			return nil, err
		}
		forms, err := a.Templates.FormsNaming(ctx, in, o.ID)
		if err != nil {
			return nil, err
		}
		found, err := a.Inbound.Coverage(ctx, in, users, &o.Definition)
		return answered(WholeObjectTemplate{showObject(o), exchangeOf(ctx).showUse(users, forms, found)}, err)
	}
}

// objectSaved also notes in the channels' health whether their messages still find people.
func (a *API) objectSaved(ctx context.Context, who account.Actor, o template.Object, err error) (*answer[WholeObjectTemplate], error) {
	if err == nil {
		err = a.CoverAccount(ctx, who.AccountID)
	}
	return a.objectAnswer(ctx, who.AccountID)(o, err)
}

func (a *API) listObjectTemplates(
	ctx context.Context, who account.Actor, in *struct{ Paging },
) (*answer[Page[ObjectTemplate]], error) {
	rows, next, err := a.Templates.Objects(ctx, who.AccountID, in.page())
	shown := make([]ObjectTemplate, len(rows))
	for i, o := range rows {
		shown[i] = showObject(o)
	}
	return listed(shown, next, err)
}

func (a *API) getObjectTemplate(ctx context.Context, who account.Actor, in *ByID) (*answer[WholeObjectTemplate], error) {
	return a.objectAnswer(ctx, who.AccountID)(a.Templates.Object(ctx, who.AccountID, in.ID))
}

type createObjectInput struct {
	Body struct {
		Name        string             `json:"name"`
		Form        templates.Form     `json:"form,omitzero"`
		StatusSetID ids.ID             `json:"status_set_id" format:"uuid"`
		Defaults    templates.Defaults `json:"defaults,omitzero"`
	}
}

func (a *API) createObjectTemplate(
	ctx context.Context, who account.Actor, in *createObjectInput,
) (*answer[WholeObjectTemplate], error) {
	b := in.Body
	o, err := a.Templates.CreateObject(ctx, who, templates.Object{
		Name: b.Name, Form: b.Form, StatusSetID: b.StatusSetID.String(), Defaults: b.Defaults,
	})
	return a.objectSaved(ctx, who, o, err)
}

// ObjectTemplateChange is what a body may say of an object template. Each part is sent whole. It is exported for huma, as
// are the other parts of bodies.
type ObjectTemplateChange struct {
	Name        Optional[string]             `json:"name,omitzero"`
	Form        Optional[templates.Form]     `json:"form,omitzero" doc:"all fields, in order"`
	StatusSetID Optional[ids.ID]             `json:"status_set_id,omitzero" format:"uuid"`
	Defaults    Optional[templates.Defaults] `json:"defaults,omitzero" doc:"all of them"`
}

func (b ObjectTemplateChange) over(o templates.Object) templates.Object {
	b.Name.over(&o.Name)
	b.Form.over(&o.Form)
	b.Defaults.over(&o.Defaults)
	if b.StatusSetID.Sent {
		o.StatusSetID = b.StatusSetID.Value.String()
	}
	return o
}

type changeObjectInput struct {
	ByID
	Body struct {
		ObjectTemplateChange
		Version Optional[int] `json:"version,omitzero" minimum:"1" doc:"the one that was seen: when it is no more the present one, nothing changes"`
	}
}

// changeObjectTemplate makes a new version. Existing tasks get its form and statuses, and keep what they were filled with.
func (a *API) changeObjectTemplate(
	ctx context.Context, who account.Actor, in *changeObjectInput,
) (*answer[WholeObjectTemplate], error) {
	now, err := a.Templates.Object(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	in.Body.Version.over(&now.Version)
	o, err := a.Templates.UpdateObject(ctx, who, in.ID, in.Body.over(now.Definition), now.Version)
	return a.objectSaved(ctx, who, o, err)
}

func (a *API) deleteObjectTemplate(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Templates.DeleteObject(ctx, who, in.ID)
}

func (a *API) standardObjectTemplate(ctx context.Context, who account.Actor, in *ByID) (*answer[WholeObjectTemplate], error) {
	if err := a.Templates.StandardObject(ctx, who, in.ID); err != nil {
		return nil, err
	}
	o, err := a.Templates.Object(ctx, who.AccountID, in.ID)
	return a.objectSaved(ctx, who, o, err)
}

func (a *API) listObjectVersions(ctx context.Context, who account.Actor, in *versionsInput) (*answer[Page[TemplateVersion]], error) {
	rows, next, err := a.Templates.ObjectVersions(ctx, who.AccountID, in.ID, in.page())
	shown := make([]TemplateVersion, len(rows))
	for i, v := range rows {
		shown[i] = showVersion(v, v.Definition.Name)
	}
	return listed(shown, next, err)
}

// ObjectVersion is an object template as it was.
type ObjectVersion struct {
	TemplateVersion
	Definition templates.Object `json:"definition"`
}

func (a *API) getObjectVersion(ctx context.Context, who account.Actor, in *byVersion) (*answer[ObjectVersion], error) {
	v, err := a.Templates.ObjectVersion(ctx, who.AccountID, in.ID, in.Version)
	return answered(ObjectVersion{showVersion(v, v.Definition.Name), v.Definition}, err)
}

func (a *API) revertObjectTemplate(ctx context.Context, who account.Actor, in *revertInput) (*answer[WholeObjectTemplate], error) {
	o, err := a.Templates.RevertObject(ctx, who, in.ID, in.Body.Version)
	return a.objectSaved(ctx, who, o, err)
}
