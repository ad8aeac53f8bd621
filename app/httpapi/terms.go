package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
)

// Terms are the terms of connecting channels by a platform's login, and who has accepted them for the account.
type Terms struct {
	Version  string         `json:"version" doc:"of the terms that hold now"`
	Text     string         `json:"text" doc:"in the reader's language"`
	Accepted *TermsAccepted `json:"accepted" doc:"null until somebody has; one acceptance holds for the account"`
}

// TermsAccepted says who accepted them and when.
type TermsAccepted struct {
	StaffID *ids.ID   `json:"staff_id"`
	Name    string    `json:"name" doc:"as it was then"`
	At      time.Time `json:"at"`
}

func showTerms(ctx context.Context, t *account.Terms) Terms {
	shown := Terms{Version: account.TermsVersion, Text: exchangeOf(ctx).text("terms.text", nil)}
	if t != nil {
		shown.Accepted = &TermsAccepted{t.StaffID, t.StaffName, t.AcceptedAt}
	}
	return shown
}

func (a *API) getTerms(ctx context.Context, who account.Actor, _ *nothing) (*answer[Terms], error) {
	t, err := a.Accounts.AcceptedTerms(ctx, who.AccountID)
	return answered(showTerms(ctx, t), err)
}

type acceptTermsInput struct {
	Body struct {
		Version string `json:"version" maxLength:"50" doc:"the one that was read"`
	}
}

// acceptTerms accepts the terms once for the whole account. Accepting them again changes nothing.
func (a *API) acceptTerms(ctx context.Context, who account.Actor, in *acceptTermsInput) (*answer[Terms], error) {
	t, err := a.Accounts.AcceptTerms(ctx, who, in.Body.Version)
	return answered(showTerms(ctx, &t), err)
}
