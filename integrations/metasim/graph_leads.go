package metasim

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// refuseLeads is the answer to reads of a page's leads by an app that may not: mostly the one for what does not exist.
func (s *Sim) refuseLeads(req *graphRequest, p *page) *graphError {
	switch p.LeadAccess {
	case "":
		return nil
	case LeadsByScope:
		e := s.errorOf(200, 0)
		e.Message = "(#200) Requires leads_retrieval permission to manage the object"
		return e
	}
	return s.unsupported(req)
}

// leadAccess is the page's has_lead_access.
func (p *page) leadAccess() any {
	ok := p.LeadAccess == "" || p.LeadAccess == LeadsBlind
	a := map[string]any{
		"app_has_leads_permission":    ok || p.LeadAccess == LeadsByTask,
		"can_access_lead":             ok,
		"enabled_lead_access_manager": p.LeadAccess == LeadsByManager,
		"is_page_admin":               true,
		"page_id":                     p.ID,
		"user_has_leads_permission":   p.LeadAccess != LeadsByTask,
	}
	switch p.LeadAccess {
	case LeadsByManager:
		a["failure_reason"] = "CRM access has been revoked from Lead Access Manager"
		a["failure_resolution"] = "Assign the CRM in Leads Access"
	case LeadsByTask:
		a["failure_reason"] = "The user does not have the ADVERTISE task on the page"
	case LeadsByScope:
		a["failure_reason"] = "The app lacks the leads_retrieval permission"
	}
	return a
}

// leadNode is a lead as its page reads it. What may be read of its ad depends on a permission of its own.
func (s *Sim) leadNode(l *lead) node {
	data := make([]map[string]any, 0, len(l.Answers))
	for _, a := range l.Answers {
		data = append(data, map[string]any{"name": a.Name, "values": a.Values})
	}
	n := node{"UserLeadGenInfo", "created_time,id,field_data", map[string]any{
		"id": l.ID, "created_time": graphTime(l.At), "form_id": l.form.ID, "field_data": data,
		"is_organic": l.organic, "platform": l.platform, "ad_id": orNil(l.ad),
		"ad_name": orNil(l.adName), "adset_id": orNil(l.adSet), "adset_name": nil, "campaign_id": orNil(l.campaign),
		"campaign_name": orNil(l.named), "custom_disclaimer_responses": nil, "retailer_item_id": nil,
		"partner_name": nil, "home_listing": nil, "vehicle": nil,
	}}
	if l.ad != "" {
		n.values["adset_name"] = "Ad set of " + l.form.Name
	}
	if l.form.page.NoAdNames {
		for _, name := range []string{"ad_name", "adset_id", "adset_name", "campaign_id", "campaign_name"} {
			n.values[name] = nil
		}
	}
	return n
}

// readable says whether the answers can be read yet.
func (l *lead) readable(now time.Time) bool { return l.ReadableAt != nil && !now.Before(*l.ReadableAt) }

// findLead answers reads of one lead. The lock is held.
func (s *Sim) findLead(req *graphRequest, l *lead) (node, *graphError) {
	if failure := s.refuseLeads(req, l.form.page); failure != nil {
		return node{}, failure
	}
	if !l.readable(s.clock.Now()) {
		return node{}, s.unsupported(req)
	}
	return s.leadNode(l), nil
}

// formNode is a form as its page reads it.
func (f *leadForm) formNode() node {
	questions := make([]map[string]any, 0, len(f.Questions))
	for _, q := range f.Questions {
		shown := map[string]any{"key": q.Key, "label": q.Label, "type": q.Type}
		if len(q.Options) > 0 {
			shown["options"] = q.Options
		}
		questions = append(questions, shown)
	}
	return node{"LeadGenForm", "id,locale,name,status", map[string]any{
		"id": f.ID, "name": f.Name, "status": f.Status, "locale": f.Locale, "leads_count": len(f.leads),
		"questions": questions, "page_id": f.page.ID,
	}}
}

// listForms answers GET /{page}/leadgen_forms.
func (s *Sim) listForms(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.ownPage(req)
	if failure != nil {
		return nil, failure
	}
	forms := slices.DeleteFunc(slices.Clone(p.forms), func(f *leadForm) bool { return f.Unlisted })
	slices.Reverse(forms)
	all := listOf(forms, func(f *leadForm) string { return f.ID }, (*leadForm).formNode)
	return s.cutList(req, all, p.ID, "leadgen_forms")
}

// listLeads answers GET /{form}/leads, newest first.
func (s *Sim) listLeads(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.form(req.id)
	if f == nil || req.caller.page != f.page {
		return nil, s.unsupported(req)
	}
	if failure := s.refuseLeads(req, f.page); failure != nil {
		return nil, failure
	}
	passes, failure := leadFilter(req.params["filtering"])
	if failure != nil {
		return nil, failure
	}
	now := s.clock.Now()
	leads := slices.DeleteFunc(slices.Clone(f.leads), func(l *lead) bool { return !l.readable(now) || !passes(l.At) })
	slices.SortStableFunc(leads, func(a, b *lead) int { return b.At.Compare(a.At) })
	return s.cutList(req, listOf(leads, func(l *lead) string { return l.ID }, s.leadNode), f.ID, "leads")
}

func (s *Sim) cutList(req *graphRequest, all listing, id, edge string) (any, *graphError) {
	fields, failure := req.selection()
	if failure != nil {
		return nil, failure
	}
	args, failure := readListArgs(req.params)
	if failure != nil {
		return nil, failure
	}
	return all.cut(args, fields, s.link(req, id, edge, req.params["fields"]))
}

// leadFilter reads the one filter that leads have: by time_created, in seconds.
func leadFilter(text string) (func(time.Time) bool, *graphError) {
	if text == "" {
		return func(time.Time) bool { return true }, nil
	}
	var filters []struct {
		Field    string `json:"field"`
		Operator string `json:"operator"`
		Value    anyID  `json:"value"`
	}
	if json.Unmarshal([]byte(text), &filters) != nil {
		return nil, parameterError("Param filtering must be an array.")
	}
	var rules []func(int64) bool
	for _, f := range filters {
		var bound int64
		if f.Field != "time_created" || json.Unmarshal([]byte(f.Value), &bound) != nil {
			return nil, parameterError("Filtering field '%s' with operation '%s' is not supported", f.Field, f.Operator)
		}
		switch strings.ToUpper(f.Operator) {
		case "GREATER_THAN":
			rules = append(rules, func(at int64) bool { return at > bound })
		case "LESS_THAN":
			rules = append(rules, func(at int64) bool { return at < bound })
		default:
			return nil, parameterError("Filtering field '%s' with operation '%s' is not supported", f.Field, f.Operator)
		}
	}
	return func(at time.Time) bool {
		return !slices.ContainsFunc(rules, func(rule func(int64) bool) bool { return !rule(at.Unix()) })
	}, nil
}

// ownForm is the form that a call about its test leads names, unless its page's leads are refused. The lock is held.
func (s *Sim) ownForm(req *graphRequest) (*leadForm, *graphError) {
	f := s.form(req.id)
	if f == nil || req.caller.page != f.page {
		return nil, s.unsupported(req)
	}
	return f, s.refuseLeads(req, f.page)
}

// listTestLeads answers GET /{form}/test_leads.
func (s *Sim) listTestLeads(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, failure := s.ownForm(req)
	if failure != nil {
		return nil, failure
	}
	leads := slices.DeleteFunc(slices.Clone(f.leads), func(l *lead) bool { return !l.test })
	return s.cutList(req, listOf(leads, func(l *lead) string { return l.ID }, s.leadNode), f.ID, "test_leads")
}

// deleteLead takes back a test lead; what people entered stays. The lock is held.
func (s *Sim) deleteLead(req *graphRequest, l *lead) (any, *graphError) {
	if failure := s.refuseLeads(req, l.form.page); failure != nil {
		return nil, failure
	}
	if !l.test {
		return nil, s.unsupported(req)
	}
	l.form.leads = slices.DeleteFunc(l.form.leads, func(x *lead) bool { return x == l })
	s.touch()
	return success{true}, nil
}

// makeTestLead answers POST /{form}/test_leads. There is one at a time.
func (s *Sim) makeTestLead(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, failure := s.ownForm(req)
	if failure != nil {
		return nil, failure
	}
	if slices.ContainsFunc(f.leads, func(l *lead) bool { return l.test }) {
		return nil, parameterError("There is already a test lead for this form. Delete it first.")
	}
	var answers []LeadAnswer
	if text := req.params["field_data"]; text != "" && json.Unmarshal([]byte(text), &answers) != nil {
		return nil, parameterError("Param field_data must be an array.")
	}
	l := s.addLead(f, Submission{Form: f.ID, Answers: answers, Test: true})
	s.tellLead(l)
	s.touch()
	return map[string]string{"id": l.ID}, nil
}
