package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/session"
)

// IssuedToken is a new token with its value, which is shown this once.
type IssuedToken struct {
	session.Token
	Value string `json:"token" doc:"the token itself; keep it, it is not shown again (also not to a repeated request)"`
}

func (t IssuedToken) withoutSecret() any {
	t.Value = ""
	return t
}

func (a *API) listTokens(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[session.Token]], error) {
	return listed(a.Sessions.ListTokens(ctx, who, in.page()))
}

type createTokenInput struct {
	Body struct {
		Name      string            `json:"name" maxLength:"100"`
		ActsAs    account.ActorKind `json:"acts_as,omitempty" enum:"staff,bot" default:"bot"`
		ExpiresAt *time.Time        `json:"expires_at,omitempty" doc:"never when left out"`
	}
}

func (a *API) createToken(ctx context.Context, who account.Actor, in *createTokenInput) (*answer[IssuedToken], error) {
	value, token, err := a.Sessions.CreateToken(ctx, who, session.NewToken{
		Name: in.Body.Name, ActsAs: in.Body.ActsAs, ExpiresAt: in.Body.ExpiresAt,
	})
	return answered(IssuedToken{token, value.Reveal()}, err)
}

func (a *API) revokeToken(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Sessions.RevokeToken(ctx, who, in.ID)
}
