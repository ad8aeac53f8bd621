package metasim

import (
	"crypto/hmac"
	"net/http"
	"slices"
	"strings"
)

// caller is whom a call's access token stands for.
type caller struct {
	token string
	page  *page   // a page token
	user  bool    // the token of the person who manages the pages
	app   bool    // {app-id}|{app-secret}
	login *issued // the token came of a login, whose user it stands for
}

// accessToken is the call's token, from wherever it was put.
func accessToken(r *http.Request, p params) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "OAuth") {
		return strings.TrimSpace(token)
	}
	return p["access_token"]
}

// callerOf recognises a token; a page whose token is dead is recognised too. The lock is held.
func (s *Sim) callerOf(token string) caller {
	c := caller{token: token}
	appID, secret, isApp := strings.Cut(token, "|")
	switch {
	case token == "":
	case isApp:
		c.app = appID == s.app.ID && slices.Contains(s.app.Secrets, secret)
	case token == s.app.UserToken:
		c.user = true
	default:
		if c.page = s.pageOfToken(token); c.page == nil {
			c.login = s.logins.tokens[token]
		}
		if c.login != nil {
			c.page, c.user = c.login.page, c.login.page == nil
		}
	}
	return c
}

// authorise checks the token and its proof, and resolves "me".
func (s *Sim) authorise(req *graphRequest) *graphError {
	s.mu.Lock()
	secrets, optional := s.app.Secrets, s.app.ProofOptional
	var dead ErrorRef
	if req.caller.page != nil {
		dead = req.caller.page.TokenError
	}
	if l := req.caller.login; l != nil && dead.Code == 0 {
		dead = s.loginError(l)
	}
	s.mu.Unlock()
	c := req.caller
	switch {
	case req.edge == loginCall:
		return nil
	case c.token == "":
		return s.errorOf(104, 0)
	case c.page == nil && !c.user && !c.app:
		return s.errorOf(190, 0)
	case dead.Code != 0:
		return s.errorOf(dead.Code, dead.Subcode)
	}
	if failure := s.checkProof(c, req.params["appsecret_proof"], secrets, optional); failure != nil {
		return failure
	}
	if req.id == "me" {
		switch {
		case c.page != nil:
			req.id = c.page.ID
		case c.user:
			req.id = c.userID(s)
		default:
			return s.errorOf(2500, 0)
		}
	}
	return s.permit(req)
}

// checkProof verifies appsecret_proof. An app token carries the secret itself and needs none.
func (s *Sim) checkProof(c caller, given string, secrets []string, optional bool) *graphError {
	if c.app || given == "" && optional {
		return nil
	}
	problem := parameterError("")
	problem.Type = "GraphMethodException"
	if given == "" {
		problem.Message = "API calls from the server require an appsecret_proof argument"
		return problem
	}
	for _, secret := range secrets {
		if hmac.Equal([]byte(given), []byte(proof(secret, c.token))) {
			return nil
		}
	}
	problem.Message = "Invalid appsecret_proof provided in the API argument"
	return problem
}

// ownPage returns the page that the call is about, when the token is that page's own.
func (s *Sim) ownPage(req *graphRequest) (*page, *graphError) {
	if p := req.caller.page; p != nil && p.ID == req.id {
		return p, nil
	}
	return nil, s.unsupported(req)
}

// unsupported is the platform's one answer for what does not exist and for what is not yours.
func (s *Sim) unsupported(req *graphRequest) *graphError {
	e := s.errorOf(100, 33)
	what := "Unsupported " + strings.ToLower(req.http.Method) + " request. Object with ID '" + req.id + "'"
	e.Message = strings.Replace(e.Message, "Unsupported request. Object", what, 1)
	return e
}
