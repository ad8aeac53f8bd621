package httpapi

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/secret"
	"kontor/domain/staff"
)

// Invited is an invitation, with its link where no mail can be sent.
type Invited struct {
	staff.Invitation
	Link string `json:"link,omitempty" doc:"to hand on, where no mail server is configured; shown once"`
}

// withoutSecret keeps the link from being stored for a repeated request.
func (i Invited) withoutSecret() any { return Invited{Invitation: i.Invitation} }

func invited(i staff.Invitation, link secret.Text, err error) (*answer[Invited], error) {
	return answered(Invited{i, link.Reveal()}, err)
}

func (a *API) listInvitations(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[staff.Invitation]], error) {
	return listed(a.Staff.Invitations(ctx, who, in.page()))
}

type inviteInput struct {
	Body struct {
		Email    string       `json:"email" maxLength:"254"`
		Role     account.Role `json:"role,omitempty" enum:"member,admin,owner" default:"member"`
		Language string       `json:"language,omitempty" enum:"en,de" doc:"the account's when left out"`
	}
}

func (a *API) invite(ctx context.Context, who account.Actor, in *inviteInput) (*answer[Invited], error) {
	return invited(a.Staff.Invite(ctx, who, staff.NewInvitation{
		Email: in.Body.Email, Role: in.Body.Role, Language: in.Body.Language,
	}))
}

func (a *API) resendInvitation(ctx context.Context, who account.Actor, in *ByID) (*answer[Invited], error) {
	return invited(a.Staff.Resend(ctx, who, in.ID))
}

func (a *API) revokeInvitation(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Staff.Revoke(ctx, who, in.ID)
}

// ResetOffer is a link to a new password for a colleague, where no mail can be sent.
type ResetOffer struct {
	Link string `json:"link,omitempty" doc:"to hand on, where no mail server is configured; shown once"`
}

// withoutSecret keeps the link from being stored for a repeated request.
func (ResetOffer) withoutSecret() any { return ResetOffer{} }

func (a *API) offerReset(ctx context.Context, who account.Actor, in *ByID) (*answer[ResetOffer], error) {
	link, err := a.Staff.OfferReset(ctx, who, in.ID)
	return answered(ResetOffer{link.Reveal()}, err)
}
