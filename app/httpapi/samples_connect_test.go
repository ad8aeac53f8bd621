package httpapi_test

import (
	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/integrations/metasim"
)

// samplesOfConnecting are the right calls of connecting pages by a login.
func samplesOfConnecting() map[string]sample {
	return map[string]sample{
		"get-terms":    {},
		"accept-terms": {body: func(*scene) apptest.Body { return apptest.Body{"version": account.TermsVersion} }},

		"begin-connecting": {
			words: map[string]string{"kind": metasim.PageKind},
			body: func(w *scene) apptest.Body {
				w.owner.AcceptTerms()
				return apptest.Body{"return_to": "/channels"}
			},
		},
		"get-review-kit":    {words: map[string]string{"kind": metasim.PageKind}},
		"export-review-kit": {words: map[string]string{"kind": metasim.PageKind}},

		"list-connections":   {},
		"get-connection":     {path: map[string]maker{"id": aConnection}},
		"refresh-connection": {path: map[string]maker{"id": aConnection}},
		"remove-connection":  {path: map[string]maker{"id": aConnection}},
		"choose-pages": {
			path: map[string]maker{"id": aConnection},
			body: func(*scene) apptest.Body { return apptest.Body{} },
			refs: map[string]maker{"external_ids[]": aPageOfTheConnection},
		},
	}
}

// connected makes one connection in each scene, with one page.
func connected(w *scene) httpapi.ConnectionPages {
	if w.connection == nil {
		user, _ := w.app.Manager(w.t, 1)
		c := w.app.LogIn(w.t, w.owner, metasim.Login{User: user.ID, All: true})
		w.connection = &c
	}
	return *w.connection
}

func aConnection(w *scene) string { return connected(w).ID.String() }

func aPageOfTheConnection(w *scene) string { return connected(w).Pages[0].ExternalID }
