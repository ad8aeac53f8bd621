package httpapi

import (
	"context"

	"kontor/domain/account"
)

// Installation is what there is to know of the program itself.
type Installation struct {
	Version  string `json:"version"`
	PhoneURL string `json:"phone_url,omitempty" doc:"in the sandbox: the simulated phone, on which one plays the customer"`
}

func (a *API) getInstallation(context.Context, account.Actor, *nothing) (*answer[Installation], error) {
	return answered(Installation{a.Version, a.PhoneURL}, nil)
}
