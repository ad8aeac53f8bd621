package httpapi_test

import (
	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/staff"
)

// samplesOfSigningIn are the right calls of the ways in.
func samplesOfSigningIn() map[string]sample {
	return map[string]sample{
		"get-ways-in": {},
		"set-up": {refused: 409, body: func(*scene) apptest.Body {
			return apptest.Body{"account_name": "Late", "name": "Late", "email": "late@people.example", "password": apptest.Password}
		}},
		"sign-in-further": {
			cookie: func(w *scene) string {
				w.code = enrolled(w)
				entry, err := w.app.Services.Staff.SignIn(w.t.Context(), staff.Credentials{
					Email: w.caller.Email, Password: apptest.Password,
				})
				require.NoError(w.t, err)
				return "kontor_challenge=" + entry.Challenge.Reveal()
			},
			body: func(w *scene) apptest.Body { return apptest.Body{"code": w.code} },
		},
		"request-reset": {body: func(w *scene) apptest.Body { return apptest.Body{"email": w.caller.Email} }},
		"reset-password": {body: func(w *scene) apptest.Body {
			link, err := w.app.Services.Staff.OfferReset(w.t.Context(), account.SystemActor(w.account.ID), w.caller.ID)
			require.NoError(w.t, err)
			return apptest.Body{"token": apptest.Secret(w.t, link.Reveal()), "password": "wide blue tricycle"}
		}},
		"end-other-sessions": {},

		"get-second-factor":     {},
		"begin-second-factor":   {body: func(*scene) apptest.Body { return apptest.Body{"password": apptest.Password} }},
		"confirm-second-factor": {body: func(w *scene) apptest.Body { return apptest.Body{"code": begun(w)} }},
		"disable-second-factor": {body: proof},
		"renew-recovery-codes":  {body: proof},
		"reset-second-factor":   {path: map[string]maker{"id": person}},
		"offer-reset":           {path: map[string]maker{"id": person}},

		"list-invitations": {},
		"invite": {body: func(*scene) apptest.Body {
			return apptest.Body{"email": ids.New().String() + "@people.example"}
		}},
		"resend-invitation": {path: map[string]maker{"id": invitation}},
		"revoke-invitation": {path: map[string]maker{"id": invitation}},
		"welcome":           {body: func(w *scene) apptest.Body { return apptest.Body{"token": invitationToken(w)} }},
		"accept-invitation": {body: func(w *scene) apptest.Body {
			return apptest.Body{"token": invitationToken(w), "name": "New", "password": apptest.Password}
		}},
	}
}

// enrolled gives the caller a second factor and returns the code that an app shows now.
func enrolled(w *scene) string {
	secret, _ := w.app.Enrol(w.t, w.caller)
	return w.app.Code(w.t, secret, 0)
}

// begun begins to give the caller a second factor and returns the code that an app shows now.
func begun(w *scene) string {
	who := account.Actor{AccountID: w.account.ID, Kind: account.Staff, StaffID: w.caller.ID}
	e, err := w.app.Services.Staff.BeginSecondFactor(w.t.Context(), who, apptest.Password)
	require.NoError(w.t, err)
	return w.app.Code(w.t, e.Secret, 0)
}

func proof(w *scene) apptest.Body {
	return apptest.Body{"password": apptest.Password, "code": enrolled(w)}
}

func invite(w *scene) (id ids.ID, token string) {
	i, link, err := w.app.Services.Staff.Invite(w.t.Context(), account.SystemActor(w.account.ID), staff.NewInvitation{
		Email: ids.New().String() + "@people.example", Role: account.Member,
	})
	require.NoError(w.t, err)
	return i.ID, apptest.Secret(w.t, link.Reveal())
}

func invitation(w *scene) string {
	id, _ := invite(w)
	return id.String()
}

func invitationToken(w *scene) string {
	_, token := invite(w)
	return token
}
