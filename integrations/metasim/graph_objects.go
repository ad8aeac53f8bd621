package metasim

import (
	"strings"
	"time"
)

// getNode answers GET /{id} for whatever the id is.
func (s *Sim) getNode(req *graphRequest) (any, *graphError) {
	fields, failure := req.selection()
	if failure != nil {
		return nil, failure
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n, failure := s.find(req)
	if failure != nil {
		return nil, failure
	}
	return n.render(fields)
}

// find looks an object up among what the caller may see. The lock is held.
func (s *Sim) find(req *graphRequest) (node, *graphError) {
	c, id := req.caller, req.id
	if p := s.page(id); p != nil && (c.page == p || c.manages(p)) {
		return s.pageNode(p, c), nil
	}
	switch {
	case id == s.app.ID:
		return node{"Application", "id,name", map[string]any{"id": s.app.ID, "name": s.app.Name}}, nil
	case c.user && c.login != nil && id == c.login.user.ID:
		return loginUserNode(c.login.user), nil
	case c.user && c.login == nil && id == s.userID:
		return node{"User", "id,name", map[string]any{"id": s.userID, "name": "Page manager"}}, nil
	case c.page == nil:
		return node{}, s.unsupported(req)
	}
	if t := c.page.threads[id]; t != nil {
		return s.profileNode(req, t)
	}
	if t := c.page.conversation(id); t != nil {
		return s.conversationNode(req, t), nil
	}
	if p, under := s.commented(req); under != nil {
		return s.commentNode(req, under), nil
	} else if p != nil {
		return s.postNode(req, p), nil
	}
	if m := s.messages[id]; m != nil && m.thread.page == c.page {
		if !m.readable() {
			return node{}, s.errorOf(9000001, 0)
		}
		return s.messageNode(m), nil
	}
	if l := c.page.lead(id); l != nil {
		return s.findLead(req, l)
	}
	if f := s.form(id); f != nil && f.page == c.page {
		return f.formNode(), nil
	}
	if strings.Trim(id, "0123456789") == "" || strings.Contains(id, "_") {
		return node{}, s.unsupported(req)
	}
	failure := s.errorOf(803, 0)
	failure.Message += ": " + id
	return node{}, failure
}

// callName refines the name of a read of one object by what the object is. The lock is held.
func (s *Sim) callName(name string, req *graphRequest) string {
	if name == "comment.delete" && req.caller.page != nil && req.caller.page.lead(req.id) != nil {
		return "lead.delete"
	}
	if name != "node" {
		return name
	}
	switch {
	case req.id == "me" || s.page(req.id) != nil:
		return "page"
	case strings.HasPrefix(req.id, "t_"):
		return "conversation"
	case s.messages[req.id] != nil || strings.HasPrefix(req.id, "m_"):
		return "message"
	case req.id == s.app.ID:
		return "app"
	case s.form(req.id) != nil:
		return "form"
	case req.caller.page != nil && req.caller.page.lead(req.id) != nil:
		return "lead"
	case s.posts[req.id] != nil:
		return "post"
	case s.comments[req.id] != nil:
		return "comment.get"
	}
	return "profile"
}

// pageNode is a page; its tasks are those of the person who asks.
func (s *Sim) pageNode(p *page, c caller) node {
	values := map[string]any{
		"id": p.ID, "name": p.Name, "category": p.Category, "link": "https://www.facebook.com/" + p.ID,
		"username": "page" + p.ID, "is_webhooks_subscribed": len(p.SubscribedFields) > 0,
		"category_list": []map[string]string{{"id": "2253", "name": p.Category}},
		"access_token":  s.pageToken(p, c), "instagram_business_account": nil,
		"has_lead_access": p.leadAccess(), "is_published": !p.Unpublished,
	}
	if c.user {
		values["tasks"] = allTasks()
		if c.login != nil {
			part, _ := c.login.user.managed(p)
			values["tasks"] = part.Tasks
		}
	}
	return node{"Page", "id,name", values}
}

// profileNode is what a page sees of a person.
func (s *Sim) profileNode(req *graphRequest, t *thread) (node, *graphError) {
	p := t.person
	n := node{"User", "first_name,last_name,profile_pic", map[string]any{
		"id": t.psid, "first_name": p.FirstName, "last_name": orNil(p.LastName), "name": p.name(),
		"profile_pic": s.fileURL(p.picture), "locale": p.Locale, "timezone": p.Timezone, "gender": orNil(p.Gender),
	}}
	switch p.Profile {
	case ProfileEmpty:
		for name := range n.values {
			n.values[name] = nil
		}
		delete(n.values, "id")
	case ProfileHidden:
		return n, s.unsupported(req)
	case ProfilePhone:
		return n, s.errorOf(2018218, 0)
	case ProfileRefused:
		return n, s.errorOf(2018247, 0)
	}
	return n, nil
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// graphTime is the platform's form of a time: no colon in the zone.
func graphTime(t time.Time) string { return t.Format("2006-01-02T15:04:05-0700") }

// listAccounts answers GET /me/accounts: every page, with its token, 25 at a time unless told otherwise.
func (s *Sim) listAccounts(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !req.caller.user || req.id != req.caller.userID(s) {
		return nil, s.unsupported(req)
	}
	fields, failure := req.selection()
	if failure != nil {
		return nil, failure
	}
	args, failure := readListArgs(req.params)
	if failure != nil {
		return nil, failure
	}
	all := listOf(s.accountsOf(req.caller), func(p *page) string { return p.ID }, func(p *page) node {
		n := s.pageNode(p, req.caller)
		n.defaults = "access_token,category,category_list,name,id,tasks"
		return n
	})
	return all.cut(args, fields, s.link(req, req.id, "accounts", req.params["fields"]))
}

// debugToken answers GET /debug_token for any token of this app. The token asking must be the app's or a person's.
func (s *Sim) debugToken(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !req.caller.app && !req.caller.user {
		return nil, parameterError("You must provide an app access token, or a user access token that is an owner or " +
			"developer of the app")
	}
	if req.params["input_token"] == "" {
		return nil, parameterError("The parameter input_token is required")
	}
	return map[string]any{"data": s.describeToken(s.callerOf(req.params["input_token"]))}, nil
}

func (s *Sim) describeToken(about caller) map[string]any {
	if about.login != nil {
		return s.describeLogin(about.login)
	}
	now := s.clock.Now()
	data := map[string]any{
		"app_id": s.app.ID, "application": s.app.Name, "user_id": s.userID, "is_valid": true, "scopes": pageScopes(),
		"issued_at": now.Add(-time.Hour).Unix(), "expires_at": 0,
		"data_access_expires_at": now.AddDate(0, 0, 90).Unix(),
	}
	if about.page != nil && about.page.DataUntil != nil {
		data["data_access_expires_at"] = about.page.DataUntil.Unix()
	}
	var targets []string
	switch {
	case about.page != nil:
		data["type"], data["profile_id"] = "PAGE", about.page.ID
		targets = []string{about.page.ID}
		if dead := about.page.TokenError; dead.Code != 0 {
			e := s.errorOf(dead.Code, dead.Subcode)
			data["is_valid"] = false
			data["error"] = map[string]any{"code": e.Code, "subcode": e.Subcode, "message": e.Message}
		}
	case about.user:
		data["type"] = "USER"
		for _, p := range s.pages {
			targets = append(targets, p.ID)
		}
	default:
		e := s.errorOf(190, 0)
		return map[string]any{
			"is_valid": false, "scopes": []string{}, "error": map[string]any{"code": e.Code, "message": e.Message},
		}
	}
	granular := []map[string]any{}
	for _, scope := range pageScopes() {
		granular = append(granular, map[string]any{"scope": scope, "target_ids": targets})
	}
	data["granular_scopes"] = granular
	return data
}

func pageScopes() []string {
	return []string{
		"pages_show_list", "pages_messaging", "pages_manage_metadata", "pages_read_engagement", "pages_read_user_content",
		"pages_manage_engagement", "leads_retrieval", "pages_manage_ads", "ads_management", "public_profile",
	}
}
