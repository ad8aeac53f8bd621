package metasim

import (
	"maps"
	"slices"
	"time"
)

// loginCall is the one call that takes no access token but the app's id and secret.
const loginCall = "access_token"

// exchangeToken answers /oauth/access_token: a code for a token, a token for one that lives longer, or the app's own.
func (s *Sim) exchangeToken(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case req.id != "oauth":
		return nil, s.unsupported(req)
	case req.params["client_id"] != s.app.ID:
		return nil, s.errorOf(101, 0)
	case !slices.Contains(s.app.Secrets, req.params["client_secret"]):
		wrong := s.errorOf(1, 0)
		wrong.Message, wrong.Status, wrong.Transient = "Error validating client secret.", 400, false
		return nil, wrong
	}
	switch req.params["grant_type"] {
	case "", "authorization_code":
		return s.redeem(req)
	case "fb_exchange_token":
		return s.prolong(req)
	case "client_credentials":
		return tokenAnswer(s.app.ID+"|"+s.app.Secrets[0], 0), nil
	}
	return nil, parameterError("Invalid grant_type: %s", req.params["grant_type"])
}

// redeem takes a code: once, before it expires, with the very address that the dialog was given. The lock is held.
func (s *Sim) redeem(req *graphRequest) (any, *graphError) {
	code := s.logins.codes[req.params["code"]]
	switch {
	case req.params["code"] == "":
		return nil, parameterError("Missing authorization code")
	case code == nil:
		return nil, s.errorOf(100, 36008)
	case code.used:
		return nil, s.errorOf(100, 36009)
	case !s.clock.Now().Before(code.expires):
		return nil, s.errorOf(100, 36007)
	case code.redirect != req.params["redirect_uri"]:
		return nil, s.errorOf(100, 36008)
	}
	code.used = true
	token := s.issue(issued{user: code.user, expires: s.clock.Now().Add(shortLife)})
	return tokenAnswer(token, shortLife), nil
}

// prolong gives a long-lived token for one that still lives. The lock is held.
func (s *Sim) prolong(req *graphRequest) (any, *graphError) {
	t := s.logins.tokens[req.params["fb_exchange_token"]]
	if t == nil || t.page != nil {
		return nil, s.errorOf(190, 0)
	}
	if dead := s.loginError(t); dead != (ErrorRef{}) {
		return nil, s.errorOf(dead.Code, dead.Subcode)
	}
	token := s.issue(issued{user: t.user, long: true, expires: s.clock.Now().Add(longLife)})
	return tokenAnswer(token, longLife), nil
}

func tokenAnswer(token string, life time.Duration) map[string]any {
	a := map[string]any{"access_token": token, "token_type": "bearer"}
	if life > 0 {
		a["expires_in"] = int64(life / time.Second)
	}
	return a
}

// listPermissions answers GET /me/permissions.
func (s *Sim) listPermissions(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, failure := s.asker(req)
	if failure != nil {
		return nil, failure
	}
	data := []map[string]string{}
	for _, scope := range slices.Sorted(maps.Keys(u.Granted)) {
		data = append(data, map[string]string{"permission": scope, "status": "granted"})
	}
	for _, scope := range u.Declined {
		data = append(data, map[string]string{"permission": scope, "status": "declined"})
	}
	return map[string]any{"data": data}, nil
}

// revokePermissions answers DELETE /me/permissions: of one permission, or of all, which ends the login.
func (s *Sim) revokePermissions(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, failure := s.asker(req)
	if failure != nil {
		return nil, failure
	}
	if scope := req.params["permission"]; scope != "" {
		delete(u.Granted, scope)
	} else {
		s.revoke(u)
	}
	s.touch()
	return map[string]bool{"success": true}, nil
}

// asker is the user who asks about themselves with a token of a login. The lock is held.
func (s *Sim) asker(req *graphRequest) (*user, *graphError) {
	l := req.caller.login
	if l == nil || l.page != nil || req.id != l.user.ID {
		return nil, s.unsupported(req)
	}
	return l.user, nil
}

// revoke takes back everything a user let the app do. The lock is held.
func (s *Sim) revoke(u *user) {
	u.Granted, u.Declined = nil, nil
	s.killTokens(u, ErrorRef{190, 458})
}

// scopeOf is the permission that a call with a page's token takes; empty for none.
func scopeOf(call string) string {
	switch call {
	case "send", "upload", "conversations", "conversation", "messages", "message":
		return "pages_messaging"
	case "subscribed_apps.post", "subscribed_apps.delete":
		return "pages_manage_metadata"
	case "feed", "comments", "comment.get", "post":
		return "pages_read_engagement"
	case "comment", "comment.change", "comment.delete", "comment.like", "comment.unlike", "photo":
		return "pages_manage_engagement"
	case "lead", "lead.delete", "leads", "form", "leadgen_forms", "test_leads":
		return "leads_retrieval"
	}
	return ""
}

// fieldScope is the permission that a page's webhook field takes.
func fieldScope(field string) string {
	switch field {
	case "feed", "mention", "ratings", "conversations", "follow", "name", "picture", "website", "videos":
		return "pages_manage_metadata"
	case "leadgen", "leadgen_update":
		return "leads_retrieval"
	}
	return "pages_messaging"
}

// tasksFor are the tasks of which the user behind a page's token needs one for a call.
func tasksFor(call string) []string {
	switch call {
	case "send", "upload", "conversations":
		return []string{"MESSAGING", "MANAGE"}
	case "subscribed_apps.post", "subscribed_apps.delete", "comment.change", "comment.delete":
		return []string{"MODERATE", "MANAGE"}
	case "comment", "photo":
		return []string{"CREATE_CONTENT", "MANAGE"}
	case "lead", "lead.delete", "leads", "form", "leadgen_forms", "test_leads":
		return []string{"ADVERTISE", "MANAGE"}
	}
	return nil
}

// permit refuses what the user behind a page's token has not let the app do, or may not do themselves. A page's own token,
// which came of no login, may do everything.
func (s *Sim) permit(req *graphRequest) *graphError {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := req.caller.login
	if l == nil || l.page == nil {
		return nil
	}
	if scope := scopeOf(req.name); scope != "" && !l.user.may(scope, l.page) {
		if scope == "pages_messaging" {
			return s.errorOf(230, 0)
		}
		return s.lacks("(#200) Requires " + scope + " permission to manage the object")
	}
	part, has := l.user.managed(l.page)
	tasks := tasksFor(req.name)
	if !has || len(tasks) > 0 && !slices.ContainsFunc(tasks, func(t string) bool { return slices.Contains(part.Tasks, t) }) {
		return s.lacks("(#200) The user must have the task " + slices.Concat(tasks, []string{"MANAGE"})[0] + " on the page")
	}
	return nil
}

// lacks is the answer to what a permission is missing for.
func (s *Sim) lacks(message string) *graphError {
	e := s.errorOf(200, 0)
	e.Message = message
	return e
}

// accountsOf is what /me/accounts shows to a caller. The lock is held.
func (s *Sim) accountsOf(c caller) []*page {
	if c.login == nil {
		return s.pages
	}
	var seen []*page
	for _, m := range c.login.user.Pages {
		if p := s.page(m.Page); p != nil && c.login.user.sees(p) {
			seen = append(seen, p)
		}
	}
	return seen
}

// manages says whether a user's token reaches a page.
func (c caller) manages(p *page) bool {
	return c.user && (c.login == nil || c.login.user.sees(p))
}

// userID is the id that "me" stands for.
func (c caller) userID(s *Sim) string {
	if c.login != nil {
		return c.login.user.ID
	}
	return s.userID
}

// pageToken is the page's token that a caller is shown. The lock is held.
func (s *Sim) pageToken(p *page, c caller) string {
	switch {
	case c.login == nil:
		return p.Token
	case c.login.page != nil:
		return c.token
	}
	t := issued{user: c.login.user, page: p, long: c.login.long}
	if !t.long {
		t.expires = c.login.expires
	}
	return s.issue(t)
}

// describeLogin is debug_token's answer about a token that came of a login. The lock is held.
func (s *Sim) describeLogin(t *issued) map[string]any {
	u := t.user
	data := map[string]any{
		"app_id": s.app.ID, "application": s.app.Name, "user_id": u.ID, "type": "USER", "is_valid": true,
		"issued_at": t.at.Unix(), "expires_at": 0, "data_access_expires_at": t.at.AddDate(0, 0, 90).Unix(),
		"scopes": slices.Sorted(maps.Keys(u.Granted)),
	}
	if !t.expires.IsZero() {
		data["expires_at"] = t.expires.Unix()
	}
	if t.page != nil {
		data["type"], data["profile_id"] = "PAGE", t.page.ID
	}
	dead := s.loginError(t)
	if t.page != nil && t.page.TokenError != (ErrorRef{}) {
		dead = t.page.TokenError
	}
	if dead != (ErrorRef{}) {
		e := s.errorOf(dead.Code, dead.Subcode)
		data["is_valid"] = false
		data["error"] = map[string]any{"code": e.Code, "subcode": e.Subcode, "message": e.Message}
	}
	granular := []map[string]any{}
	for _, scope := range slices.Sorted(maps.Keys(u.Granted)) {
		targets := u.Granted[scope]
		if !perPage(scope) {
			continue
		}
		g := map[string]any{"scope": scope}
		if !slices.Contains(targets, anyPage) { // all present and future ones: no list
			g["target_ids"] = append([]string{}, targets...)
		}
		granular = append(granular, g)
	}
	data["granular_scopes"] = granular
	return data
}

// loginUserNode is a user as their own token sees them.
func loginUserNode(u *user) node {
	return node{"User", "id,name", map[string]any{"id": u.ID, "name": u.Name}}
}
