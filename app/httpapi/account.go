package httpapi

import (
	"context"

	"kontor/domain/account"
)

func (a *API) getAccount(ctx context.Context, who account.Actor, _ *nothing) (*answer[account.Account], error) {
	return answered(a.Accounts.Get(ctx, who.AccountID))
}

type changeAccountInput struct {
	Body struct {
		Name                Optional[string]   `json:"name,omitzero" maxLength:"100"`
		Language            Optional[string]   `json:"language,omitzero" enum:"en,de"`
		TimeZone            Optional[string]   `json:"time_zone,omitzero" maxLength:"64"`
		Country             Optional[string]   `json:"country,omitzero" maxLength:"2"`
		Enabled             Optional[bool]     `json:"enabled,omitzero" doc:"off: of all channels what comes in is held, what goes out waits"`
		RequireSecondFactor Optional[bool]     `json:"require_second_factor,omitzero" doc:"on: whoever signs in with a password sets up a second factor before anything else"`
		PausedKinds         Optional[[]string] `json:"paused_kinds,omitzero" maxItems:"50" doc:"all kinds of channel that are to be off"`
	}
}

func (a *API) changeAccount(
	ctx context.Context, who account.Actor, in *changeAccountInput,
) (*answer[account.Account], error) {
	b := in.Body
	return answered(a.SwitchAccount(ctx, who, account.Change{
		Name: b.Name.Ptr(), Language: b.Language.Ptr(), TimeZone: b.TimeZone.Ptr(), Country: b.Country.Ptr(),
		Enabled: b.Enabled.Ptr(), PausedKinds: b.PausedKinds.Ptr(), RequireSecondFactor: b.RequireSecondFactor.Ptr(),
	}))
}
