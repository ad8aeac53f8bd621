package httpapi

import (
	"context"

	"kontor/domain/account"
	"kontor/templates"
)

func (a *API) getAccount(ctx context.Context, who account.Actor, _ *nothing) (*answer[account.Account], error) {
	return answered(a.Accounts.Get(ctx, who.AccountID))
}

type changeAccountInput struct {
	Body struct {
		Name                Optional[string]          `json:"name,omitzero" maxLength:"100"`
		Language            Optional[string]          `json:"language,omitzero" enum:"en,de"`
		TimeZone            Optional[string]          `json:"time_zone,omitzero" maxLength:"64"`
		Country             Optional[string]          `json:"country,omitzero" maxLength:"2"`
		Enabled             Optional[bool]            `json:"enabled,omitzero" doc:"off: of all channels what comes in is held, what goes out waits"`
		RequireSecondFactor Optional[bool]            `json:"require_second_factor,omitzero" doc:"on: whoever signs in with a password sets up a second factor before anything else"`
		WorkingHours        Optional[templates.Hours] `json:"working_hours,omitzero" doc:"all of them; {}: always"`
		PausedKinds         Optional[[]string]        `json:"paused_kinds,omitzero" maxItems:"50" doc:"all kinds of channel that are to be off"`
		KeepBodies          Optional[int]             `json:"keep_bodies_days,omitzero" minimum:"0" maximum:"3650" doc:"0: for as long as the events; else at least 7"`
		KeepEvents          Optional[int]             `json:"keep_events_days,omitzero" minimum:"0" maximum:"3650" doc:"0: for ever; else at least 90; their bytes go with them at the latest"`
		KeepFiles           Optional[int]             `json:"keep_files_days,omitzero" minimum:"0" maximum:"3650" doc:"0: for ever; else at least 30"`
		KeepAttempts        Optional[int]             `json:"keep_attempts_days,omitzero" minimum:"0" maximum:"3650" doc:"0: for ever; else at least 30"`
		Media               Optional[string]          `json:"media,omitzero" enum:"store,link" doc:"of channels connected from now on"`
		BrandName           Optional[string]          `json:"brand_name,omitzero" maxLength:"100"`
		BrandColor          Optional[string]          `json:"brand_color,omitzero" maxLength:"7" doc:"as #0e6d7b, or empty"`
	}
}

func (a *API) changeAccount(
	ctx context.Context, who account.Actor, in *changeAccountInput,
) (*answer[account.Account], error) {
	b := in.Body
	return answered(a.SwitchAccount(ctx, who, account.Change{
		Name: b.Name.Ptr(), Language: b.Language.Ptr(), TimeZone: b.TimeZone.Ptr(), Country: b.Country.Ptr(),
		Enabled: b.Enabled.Ptr(), PausedKinds: b.PausedKinds.Ptr(), RequireSecondFactor: b.RequireSecondFactor.Ptr(),
		WorkingHours: b.WorkingHours.Ptr(), KeepBodies: b.KeepBodies.Ptr(), KeepEvents: b.KeepEvents.Ptr(),
		KeepFiles: b.KeepFiles.Ptr(), KeepAttempts: b.KeepAttempts.Ptr(), Media: b.Media.Ptr(), BrandName: b.BrandName.Ptr(), BrandColor: b.BrandColor.Ptr(),
	}))
}
