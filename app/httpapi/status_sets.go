package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/template"
	"kontor/templates"
)

// StatusSet is the statuses that tasks of some object templates have, in the order in which they are shown.
type StatusSet struct {
	ID        ids.ID             `json:"id"`
	Name      string             `json:"name"`
	Preset    string             `json:"preset" doc:"the shipped set that it was made from; empty for one's own"`
	Statuses  []templates.Status `json:"statuses"`
	CreatedAt time.Time          `json:"created_at"`
	UpdatedAt time.Time          `json:"updated_at"`
}

func showStatusSet(s template.StatusSet) StatusSet {
	return StatusSet{s.ID, s.Name, s.Preset, s.Statuses, s.CreatedAt, s.UpdatedAt}
}

func statusSetAnswer(s template.StatusSet, err error) (*answer[StatusSet], error) {
	return answered(showStatusSet(s), err)
}

func (a *API) listStatusSets(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[StatusSet]], error) {
	rows, next, err := a.Templates.StatusSets(ctx, who.AccountID, in.page())
	shown := make([]StatusSet, len(rows))
	for i, s := range rows {
		shown[i] = showStatusSet(s)
	}
	return listed(shown, next, err)
}

func (a *API) getStatusSet(ctx context.Context, who account.Actor, in *ByID) (*answer[StatusSet], error) {
	return statusSetAnswer(a.Templates.StatusSet(ctx, who.AccountID, in.ID))
}

type createStatusSetInput struct {
	Body struct {
		Name     string             `json:"name"`
		Statuses []templates.Status `json:"statuses" doc:"each category must be there, and an active one among the new"`
	}
}

func (a *API) createStatusSet(ctx context.Context, who account.Actor, in *createStatusSetInput) (*answer[StatusSet], error) {
	return statusSetAnswer(a.Templates.CreateStatusSet(ctx, who, templates.StatusSet(in.Body)))
}

type changeStatusSetInput struct {
	ByID
	Body struct {
		Name     Optional[string]             `json:"name,omitzero"`
		Statuses Optional[[]templates.Status] `json:"statuses,omitzero" doc:"all of them, in order; one that tasks have must stay"`
	}
}

// changeStatusSet also moves the tasks along whose statuses now belong to another category.
func (a *API) changeStatusSet(ctx context.Context, who account.Actor, in *changeStatusSetInput) (*answer[StatusSet], error) {
	return statusSetAnswer(a.Templates.UpdateStatusSet(ctx, who, in.ID, template.StatusSetChange{
		Name: in.Body.Name.Ptr(), Statuses: in.Body.Statuses.Ptr(),
	}))
}

func (a *API) deleteStatusSet(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Templates.DeleteStatusSet(ctx, who, in.ID)
}
