package metasim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// graphCall is one call of the Graph API: its name in faults and in the call log, and what it does. The result is
// written as JSON. It takes the simulator's lock itself.
type graphCall struct {
	name string
	do   func(*Sim, *graphRequest) (any, *graphError)
}

// graphCalls lists every call by method and edge, the path after the object's id. A call that is missing here does
// not exist.
func graphCalls() map[string]graphCall {
	return map[string]graphCall{
		"GET":                      {"node", (*Sim).getNode},
		"GET debug_token":          {"debug_token", (*Sim).debugToken},
		"GET access_token":         {loginCall, (*Sim).exchangeToken},
		"POST access_token":        {loginCall, (*Sim).exchangeToken},
		"GET permissions":          {"permissions.get", (*Sim).listPermissions},
		"DELETE permissions":       {"permissions.delete", (*Sim).revokePermissions},
		"GET accounts":             {"accounts", (*Sim).listAccounts},
		"GET subscribed_apps":      {"subscribed_apps.get", (*Sim).getSubscription},
		"POST subscribed_apps":     {"subscribed_apps.post", (*Sim).subscribe},
		"DELETE subscribed_apps":   {"subscribed_apps.delete", (*Sim).unsubscribe},
		"GET subscriptions":        {"subscriptions", (*Sim).listHooks},
		"POST messages":            {"send", (*Sim).send},
		"POST message_attachments": {"upload", (*Sim).uploadAttachment},
		"GET messages":             {"messages", (*Sim).listMessages},
		"GET conversations":        {"conversations", (*Sim).listConversations},
		"GET leadgen_forms":        {"leadgen_forms", (*Sim).listForms},
		"GET leads":                {"leads", (*Sim).listLeads},
		"GET test_leads":           {"test_leads", (*Sim).listTestLeads},
		"POST test_leads":          {"test_leads", (*Sim).makeTestLead},
		"GET feed":                 {"feed", (*Sim).listPosts},
		"GET comments":             {"comments", (*Sim).listComments},
		"POST comments":            {"comment", (*Sim).writeComment},
		"POST":                     {"comment.change", (*Sim).changeComment},
		"DELETE":                   {"comment.delete", (*Sim).deleteNode},
		"POST likes":               {"comment.like", (*Sim).likeComment},
		"DELETE likes":             {"comment.unlike", (*Sim).unlikeComment},
		"GET message_templates":    {"templates", (*Sim).listTemplates},
		"POST message_templates":   {"template", (*Sim).createTemplate},
		"DELETE message_templates": {"template.delete", (*Sim).deleteTemplate},
		"POST photos":              {"photo", (*Sim).uploadPhoto},
	}
}

// graphRequest is one call on its way through.
type graphRequest struct {
	http    *http.Request
	name    string
	version string
	id      string // the object; "me" is resolved
	edge    string
	params  params
	upload  *uploadedFile
	caller  caller
	fault   *Fault
	trace   string
	after   func() // runs once the answer has gone out, or at once when there will be none
}

// serveGraph answers every path that is no other door's.
func (s *Sim) serveGraph(w http.ResponseWriter, r *http.Request) {
	req := &graphRequest{http: r, trace: s.ids.trace()}
	call, known := s.route(req, r)
	var paramsErr error
	req.params, req.upload, paramsErr = readParams(w, r)
	s.mu.Lock()
	req.caller = s.callerOf(accessToken(r, req.params))
	req.name = s.callName(call.name, req)
	req.fault = s.takeFault(req.caller.page, req.name)
	s.mu.Unlock()

	var result any
	var failure *graphError
	switch {
	case req.fault != nil && req.fault.Answer == AnswerError && !req.fault.Accept:
	case paramsErr != nil:
		failure = parameterError("The request's parameters cannot be read: %v", paramsErr)
	case !known:
		failure = s.unsupported(req)
	case req.fault.takesEffect():
		if failure = s.authorise(req); failure == nil {
			result, failure = call.do(s, req)
		}
	}
	if f := req.fault; f != nil && f.Answer == AnswerError {
		failure = s.errorOf(f.Error.Code, f.Error.Subcode)
		failure.Status = cmp.Or(f.Status, failure.Status)
	}
	s.finish(w, req, result, failure)
}

// finish writes the answer of a call and then does what comes after it. When the caller will see no true answer, what
// comes after happens first: the platform's echo does not wait for a connection that hangs.
func (s *Sim) finish(w http.ResponseWriter, req *graphRequest, result any, failure *graphError) {
	a := s.graphAnswer(w.Header(), req, result, failure)
	if req.fault != nil {
		for k, v := range req.fault.Headers {
			w.Header().Set(k, v)
		}
		a = req.fault.shape(a)
		if req.fault.Answer == AnswerHTML {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
	}
	s.logCall(req, a.status, failure)
	after := req.after
	if after == nil {
		after = func() {}
	}
	if req.fault.answered() {
		defer after()
	} else {
		after()
	}
	s.transmit(w, req.http, a, req.fault)
}

// graphAnswer makes status, headers and JSON of a call's outcome.
func (s *Sim) graphAnswer(h http.Header, req *graphRequest, result any, failure *graphError) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	h.Set("Content-Type", "application/json; charset=UTF-8")
	h.Set("Facebook-Api-Version", req.version)
	h.Set("Date", s.clock.Now().UTC().Format(http.TimeFormat))
	h.Set("X-Fb-Trace-Id", req.trace)
	h.Set("X-Fb-Request-Id", req.trace)
	h.Set("X-Fb-Rev", "1029000000")
	h.Set("X-App-Usage", `{"call_count":0,"total_time":0,"total_cputime":0}`)
	if p := req.caller.page; p != nil {
		h.Set("X-Business-Use-Case-Usage", fmt.Sprintf(`{"%s":[{"type":"messenger","call_count":0,`+
			`"total_cputime":0,"total_time":0,"estimated_time_to_regain_access":0}]}`, p.ID))
		for k, v := range p.Headers {
			h.Set(k, v)
		}
	}
	status := http.StatusOK
	if failure != nil {
		locale := s.app.Locale
		if req.fault != nil {
			locale = cmp.Or(req.fault.Locale, locale)
		}
		status, result = failure.Status, failure.body(s.errors, locale, req.trace)
		h.Set("WWW-Authenticate", failure.challenge())
	}
	body, err := json.Marshal(result)
	if err != nil {
		panic(fmt.Sprintf("metasim: an answer cannot be encoded: %v", err)) // every result is made here
	}
	return answer{status, body}
}

// route splits the path: /{version}/{id}/{edge}, each but the id optional.
func (s *Sim) route(req *graphRequest, r *http.Request) (graphCall, bool) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	asked := ""
	if isVersion(parts[0]) {
		asked, parts = parts[0], parts[1:]
	}
	req.version = servedVersion(asked, s.clock.Now())
	if len(parts) == 1 && parts[0] == "debug_token" {
		parts = []string{"", "debug_token"}
	}
	if len(parts) == 0 || len(parts) > 2 {
		return graphCall{name: "unknown"}, false
	}
	key := r.Method
	req.id = parts[0]
	if len(parts) == 2 {
		req.edge = parts[1]
		key += " " + parts[1]
	}
	call, known := s.graph[key]
	if !known {
		call.name = "unknown"
	}
	return call, known
}

// isVersion says whether a path begins with a version, living or not.
func isVersion(part string) bool {
	number, is := strings.CutPrefix(part, "v")
	_, err := strconv.ParseFloat(number, 32)
	return is && err == nil && strings.Trim(number, "0123456789.") == ""
}

// apiVersion is a version of the Graph API with the day it ends; the newest has none.
type apiVersion struct {
	name string
	ends time.Time
}

func apiVersions() []apiVersion {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	return []apiVersion{
		{"v21.0", day(2027, time.January, 21)}, {"v22.0", day(2027, time.May, 20)},
		{"v23.0", day(2027, time.October, 8)}, {"v24.0", day(2028, time.February, 18)},
		{"v25.0", day(2028, time.July, 29)}, {"v26.0", time.Time{}},
	}
}

// servedVersion is the version that answers: the one asked for while it lives, else the oldest living one.
func servedVersion(asked string, now time.Time) string {
	living := slices.DeleteFunc(apiVersions(), func(v apiVersion) bool { return !v.ends.IsZero() && !now.Before(v.ends) })
	for _, v := range living {
		if v.name == asked {
			return asked
		}
	}
	return living[0].name
}
