package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/handover"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/templates"
)

func (a *API) listStaff(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[staff.Staff]], error) {
	return listed(a.Staff.List(ctx, who, in.page()))
}

func (a *API) getStaff(ctx context.Context, who account.Actor, in *ByID) (*answer[staff.Staff], error) {
	return answered(a.Staff.Get(ctx, who, in.ID))
}

type addStaffInput struct {
	Body struct {
		Email    string       `json:"email" maxLength:"254"`
		Name     string       `json:"name" maxLength:"100"`
		Password string       `json:"password" maxLength:"1024" doc:"the first one; of a login that is there already, its own"`
		Role     account.Role `json:"role,omitempty" enum:"member,admin,owner" default:"member"`
		Language string       `json:"language,omitempty" enum:"en,de" doc:"the account's when left out"`
	}
}

func (a *API) addStaff(ctx context.Context, who account.Actor, in *addStaffInput) (*answer[staff.Staff], error) {
	b := in.Body
	return answered(a.Staff.Create(ctx, who, staff.New{
		Email: b.Email, Name: b.Name, Password: b.Password, Role: b.Role, Language: b.Language,
	}))
}

type changeStaffInput struct {
	ByID
	Body struct {
		Name         Optional[string]          `json:"name,omitzero" maxLength:"100"`
		Language     Optional[string]          `json:"language,omitzero" enum:"en,de"`
		Role         Optional[account.Role]    `json:"role,omitzero" enum:"member,admin,owner"`
		Available    Optional[bool]            `json:"available,omitzero"`
		AwayUntil    Optional[*time.Time]      `json:"away_until,omitzero" doc:"makes them away until then; null leaves the end open"`
		WorkingHours Optional[templates.Hours] `json:"working_hours,omitzero" doc:"all of them; {}: whenever they are available"`
		Enabled      Optional[bool]            `json:"enabled,omitzero" doc:"false signs them out everywhere at once"`
	}
}

func (a *API) changeStaff(ctx context.Context, who account.Actor, in *changeStaffInput) (*answer[staff.Staff], error) {
	b := in.Body
	return answered(a.Staff.Update(ctx, who, in.ID, staff.Change{
		Name: b.Name.Ptr(), Language: b.Language.Ptr(), Role: b.Role.Ptr(),
		Available: b.Available.Ptr(), Enabled: b.Enabled.Ptr(), AwayUntil: awayUntil(b.AwayUntil), WorkingHours: b.WorkingHours.Ptr(),
	}))
}

func (a *API) listTeams(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[staff.Team]], error) {
	return listed(a.Staff.ListTeams(ctx, who, in.page()))
}

func (a *API) getTeam(ctx context.Context, who account.Actor, in *ByID) (*answer[staff.Team], error) {
	return answered(a.Staff.GetTeam(ctx, who, in.ID))
}

type createTeamInput struct {
	Body struct {
		Name      string   `json:"name" maxLength:"100"`
		MemberIDs []ids.ID `json:"member_ids,omitempty" format:"uuid" maxItems:"500"`
	}
}

func (a *API) createTeam(ctx context.Context, who account.Actor, in *createTeamInput) (*answer[staff.Team], error) {
	return answered(a.Staff.CreateTeam(ctx, who, in.Body.Name, in.Body.MemberIDs))
}

type changeTeamInput struct {
	ByID
	Body struct {
		Name      Optional[string]   `json:"name,omitzero" maxLength:"100"`
		MemberIDs Optional[[]ids.ID] `json:"member_ids,omitzero" format:"uuid" maxItems:"500" doc:"all of them"`
	}
}

func (a *API) changeTeam(ctx context.Context, who account.Actor, in *changeTeamInput) (*answer[staff.Team], error) {
	return answered(a.Staff.UpdateTeam(ctx, who, in.ID, staff.TeamChange{
		Name: in.Body.Name.Ptr(), MemberIDs: in.Body.MemberIDs.Ptr(),
	}))
}

func (a *API) deleteTeam(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Staff.DeleteTeam(ctx, who, in.ID)
}

// getWork says what somebody has: what there is to hand over before they go.
func (a *API) getWork(ctx context.Context, who account.Actor, in *ByID) (*answer[handover.Work], error) {
	return answered(a.Handover.Of(ctx, who, in.ID))
}

type handOverInput struct {
	ByID
	Body struct {
		ToID ids.ID `json:"to_id,omitzero" format:"uuid" doc:"a staff member or a team; nobody when left out"`
	}
}

// handOver gives all that somebody has to others. What a broken connection left is done by asking again.
func (a *API) handOver(ctx context.Context, who account.Actor, in *handOverInput) (*answer[handover.Outcome], error) {
	return answered(a.Handover.HandOver(ctx, who, in.ID, in.Body.ToID))
}
