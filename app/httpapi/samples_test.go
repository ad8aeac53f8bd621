package httpapi_test

import (
	"maps"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/session"
	"kontor/domain/staff"
)

// samples are the right calls of every route, by operation. What a thing is made by stands below.
func samples() map[string]sample {
	name := func(*scene) apptest.Body { return apptest.Body{"name": "N " + ids.New().String()} }
	all := map[string]sample{
		"sign-in": {
			body: func(w *scene) apptest.Body {
				return apptest.Body{"email": w.caller.Email, "password": apptest.Password}
			},
			refs: map[string]maker{"account_id": itself},
		},
		"switch-account": {
			body: func(*scene) apptest.Body { return apptest.Body{} },
			refs: map[string]maker{"account_id": itself},
		},
		"sign-out":      {},
		"list-sessions": {},
		"end-session":   {path: map[string]maker{"id": ownSession}},

		"get-me":    {},
		"change-me": {body: func(*scene) apptest.Body { return apptest.Body{"available": false} }},
		"change-password": {body: func(*scene) apptest.Body {
			return apptest.Body{"current_password": apptest.Password, "password": "wide blue tricycle"}
		}},

		"get-installation": {},

		"get-account":    {},
		"change-account": {body: func(*scene) apptest.Body { return apptest.Body{"country": "DE"} }},
		"set-logo":       {file: logo},
		"get-logo":       {},
		"remove-logo":    {},
		"set-media":      {body: func(*scene) apptest.Body { return apptest.Body{"media": "store"} }},

		"list-staff": {},
		"add-staff": {body: func(*scene) apptest.Body {
			return apptest.Body{"email": ids.New().String() + "@x.example", "name": "New", "password": apptest.Password}
		}},
		"get-staff": {path: map[string]maker{"id": person}},
		"get-work":  {path: map[string]maker{"id": person}},
		"hand-over": {
			path: map[string]maker{"id": person}, refs: map[string]maker{"to_id": person},
			body: func(*scene) apptest.Body { return apptest.Body{} },
		},
		"change-staff": {path: map[string]maker{"id": person}, body: name},

		"list-access":        {},
		"get-channel-access": {path: map[string]maker{"id": channelID}},
		"set-channel-access": {
			path: map[string]maker{"id": channelID},
			body: func(*scene) apptest.Body {
				return apptest.Body{
					"all_staff": "contributor", "all_teams": "none", "staff": []apptest.Body{{"role": "viewer"}},
					"teams": []apptest.Body{{"role": "supervisor"}},
				}
			},
			refs: map[string]maker{"staff[].staff_id": person, "teams[].team_id": team},
		},

		"list-teams":  {},
		"create-team": {body: name, refs: map[string]maker{"member_ids[]": person}},
		"get-team":    {path: map[string]maker{"id": team}},
		"change-team": {path: map[string]maker{"id": team}, body: name, refs: map[string]maker{"member_ids[]": person}},
		"delete-team": {path: map[string]maker{"id": team}},

		"list-tokens":  {},
		"create-token": {body: name},
		"revoke-token": {path: map[string]maker{"id": ownToken}},

		"get-installation-health": {},
		"check-installation":      {},

		"list-audit":         {query: map[string]maker{"object_id": team, "actor_id": person}},
		"list-audit-actions": {},
		"export-audit":       {query: map[string]maker{"object_id": team, "actor_id": person}},
		"export-audit-lines": {query: map[string]maker{"object_id": team, "actor_id": person}},

		"stream": {},
	}
	maps.Copy(all, workSamples())
	maps.Copy(all, samplesOfConnecting())
	maps.Copy(all, samplesOfSigningIn())
	maps.Copy(all, samplesOfSetup())
	maps.Copy(all, samplesOfConfiguration())
	return all
}

func itself(w *scene) string { return w.account.ID.String() }

func person(w *scene) string { return w.app.NewPerson(w.t, w.account, account.Member).ID.String() }

func team(w *scene) string {
	return apptest.Post[staff.Team](w.owner, "/teams", apptest.Body{"name": w.account.Name + ids.New().String()}).ID.String()
}

func ownSession(w *scene) string {
	_, opened, err := w.app.Services.Sessions.Open(w.t.Context(), session.Opening{
		AccountID: w.account.ID, StaffID: w.caller.ID, LoginID: w.caller.LoginID,
	})
	require.NoError(w.t, err)
	return opened.ID.String()
}

func ownToken(w *scene) string {
	_, token := w.app.Token(w.t, w.caller, account.Bot)
	return token.ID.String()
}
