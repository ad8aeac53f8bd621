package metasim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// pageFields are the webhook fields a page can subscribe: those of version 25.0 that matter to a CRM.
func pageFields() []string {
	return []string{
		"business_integrity", "conversations", "feed", "follow", "inbox_labels", "leadgen", "leadgen_update",
		"marketing_message_clicks", "marketing_message_deliveries", "marketing_message_echoes", "marketing_message_reads",
		"mention", "message_context", "message_deliveries", "message_echoes", "message_edits", "message_mention",
		"message_reactions", "message_reads", "message_template_status_update", "messages", "messaging_account_linking",
		"messaging_appointments", "messaging_customer_information", "messaging_direct_sends", "messaging_feedback",
		"messaging_handovers", "messaging_in_thread_lead_form_submit", "messaging_integrity", "messaging_optins",
		"messaging_optouts", "messaging_policy_enforcement", "messaging_postbacks", "messaging_referrals", "name",
		"picture", "ratings", "response_feedback", "send_cart", "standby", "user_action", "videos", "website",
	}
}

// listHooks answers GET /{app}/subscriptions, which the app's own token reads: where the app sends what is subscribed for
// pages. Nothing is there as long as it has no callback.
func (s *Sim) listHooks(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !req.caller.app || req.id != s.app.ID {
		return nil, s.unsupported(req)
	}
	list := listed{Data: []any{}}
	if s.app.CallbackURL == "" {
		return list, nil
	}
	type field struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	fields := []field{}
	for _, name := range pageFields() {
		if !slices.Contains(s.app.WithoutFields, name) {
			fields = append(fields, field{name, "v25.0"})
		}
	}
	list.Data = append(list.Data, map[string]any{
		"object": "page", "callback_url": s.app.CallbackURL, "active": true, "fields": fields,
	})
	return list, nil
}

// subscribe answers POST /{page}/subscribed_apps. The new list replaces the old one; one field that cannot be had
// fails the whole call.
func (s *Sim) subscribe(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.ownPage(req)
	if failure != nil {
		return nil, failure
	}
	given, present := req.params["subscribed_fields"]
	if !present {
		return nil, parameterError("The parameter subscribed_fields is required")
	}
	var fields []string
	if json.Unmarshal([]byte(given), &fields) != nil {
		fields = strings.Split(given, ",")
	}
	for i, f := range fields {
		fields[i] = strings.ToLower(strings.TrimSpace(f))
	}
	if strings.Trim(given, " []") == "" {
		return nil, s.errorOf(1, 0) // recorded: an empty list is a fault of theirs
	}
	for i, f := range fields {
		if !slices.Contains(pageFields(), f) {
			return nil, parameterError("Param subscribed_fields[%d] must be one of {%s} - got %q.", i,
				strings.ToUpper(strings.Join(pageFields(), ", ")), f)
		}
		if l := req.caller.login; slices.Contains(p.DeniedFields, f) || l != nil && !l.user.may(fieldScope(f), p) {
			denied := s.errorOf(200, 0)
			denied.Message = fmt.Sprintf("(#200) To subscribe to the %s field, one of these permissions is needed: %s. ", f, fieldScope(f))
			return nil, denied
		}
	}
	slices.Sort(fields)
	p.SubscribedFields = slices.Compact(fields)
	p.FailingSince, p.AlertedAt, p.DisabledAt = nil, nil, nil
	s.touch()
	return map[string]bool{"success": true}, nil
}

// getSubscription answers GET /{page}/subscribed_apps: this app when it is installed, else nothing.
func (s *Sim) getSubscription(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.ownPage(req)
	if failure != nil {
		return nil, failure
	}
	installed := []any{}
	if len(p.SubscribedFields) > 0 {
		installed = append(installed, map[string]any{
			"category": "Business", "link": s.app.PublicURL, "name": s.app.Name, "id": s.app.ID,
			"subscribed_fields": p.SubscribedFields,
		})
	}
	return map[string]any{"data": installed}, nil
}

// unsubscribe answers DELETE /{page}/subscribed_apps.
func (s *Sim) unsubscribe(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.ownPage(req)
	if failure != nil {
		return nil, failure
	}
	p.SubscribedFields = nil
	s.touch()
	return map[string]bool{"success": true}, nil
}
