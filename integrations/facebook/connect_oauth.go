package facebook

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kontor/domain/channel"
	"kontor/domain/secret"
	"kontor/integrations/meta"
)

// permission is a scope that the login asks for.
type permission struct {
	scope    string
	required bool // without it a page cannot be connected
	perPage  bool // given page by page
}

// permissions are what is asked for at the login, each with what for.
func permissions() []permission {
	return []permission{
		{"pages_show_list", true, true},          // which pages there are
		{"pages_manage_metadata", true, true},    // to be told what happens on a page
		{"pages_messaging", true, true},          // direct messages
		{"pages_read_engagement", false, true},   // posts, and comments under them
		{"pages_read_user_content", false, true}, // what people write there
		{"pages_manage_engagement", false, true}, // to answer comments
		{"leads_retrieval", false, true},         // the answers of lead ads
		{"pages_manage_ads", false, true},        // their forms
		{"ads_management", false, false},         // the names of ads and campaigns
		{"business_management", false, false},    // to see pages that belong to a Business
	}
}

// pageTask is what the person who connects must be allowed to do on a page themselves.
type pageTask struct {
	name     string
	required bool
}

func pageTasks() []pageTask {
	return []pageTask{{"MESSAGING", true}, {"MODERATE", true}, {"CREATE_CONTENT", false}, {"ADVERTISE", false}}
}

// scopeOf is the scope that an event takes besides pages_manage_metadata, without which no event is sent at all.
func scopeOf(field string) string {
	switch field {
	case "feed", "mention", "ratings":
		return "pages_read_engagement"
	case "leadgen", "leadgen_update":
		return "leads_retrieval"
	}
	return "pages_messaging"
}

// LoginURL is the address of the login dialog.
func (ad *Adapter) LoginURL(state string) (string, error) {
	var scopes []string
	for _, p := range permissions() {
		scopes = append(scopes, p.scope)
	}
	return ad.graph.LoginURL(state, scopes)
}

// Redeem turns a login's code into a long-lived token.
func (ad *Adapter) Redeem(ctx context.Context, code secret.Text) (channel.Grant, error) {
	return ad.graph.Redeem(ctx, code)
}

// inspect asks what a token is good for. Only the app's own secret can ask, so this finds a token of another app; when it
// cannot be asked, the calls that follow show what is wrong.
func (ad *Adapter) inspect(ctx context.Context, token secret.Text) (meta.TokenInfo, error) {
	info, err := ad.graph.Inspect(ctx, token)
	switch {
	case err != nil:
		return meta.TokenInfo{}, nil //nolint:nilerr // as said above
	case info.AppID != "" && info.AppID != ad.graph.Settings().AppID:
		return info, &channel.Failure{Class: channel.Disconnected, Reason: meta.OtherApp}
	case info.Dead:
		return info, &channel.Failure{Class: channel.Disconnected, Reason: meta.TokenDead}
	}
	return info, nil
}

// listed is a page as a person's token shows it.
type listed struct {
	ID    meta.ID  `json:"id"`
	Name  string   `json:"name"`
	Tasks []string `json:"tasks"`
}

// listedFields are those of listed. The pages' tokens are not asked for: each is, when its page is chosen.
const listedFields = "id,name,tasks"

// Reach lists the pages that a login reaches: those the platform lists, and those that were ticked and are not listed.
func (ad *Adapter) Reach(ctx context.Context, g channel.Grant) (channel.Reach, error) {
	info, err := ad.inspect(ctx, g.Token)
	if err != nil {
		return channel.Reach{}, err
	}
	pages, err := ad.accounts(ctx, g.Token)
	if err != nil {
		return channel.Reach{}, err
	}
	var r channel.Reach
	seen := map[string]bool{}
	for _, p := range pages {
		if seen[string(p.ID)] { // a page that moved while it was read
			continue
		}
		seen[string(p.ID)] = true
		r.Channels = append(r.Channels, channel.Reachable{ExternalID: string(p.ID), Name: p.Name, Lacks: lacks(info, p)})
	}
	hidden, err := ad.unlisted(ctx, g.Token, info, seen)
	if err != nil {
		return channel.Reach{}, err
	}
	r.Channels = append(r.Channels, hidden...)
	slices.SortStableFunc(r.Channels, func(a, b channel.Reachable) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	r.Findings = findings(info, len(r.Channels))
	return r, nil
}

// accounts reads /me/accounts to its end.
func (ad *Adapter) accounts(ctx context.Context, token secret.Text) (all []listed, err error) {
	var broken error
	err = ad.graph.Pages(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{"me", "accounts"}, Token: token, Query: url.Values{"fields": {listedFields}},
	}, func(data json.RawMessage) bool {
		var page []listed
		if broken = json.Unmarshal(data, &page); broken != nil {
			return false
		}
		all = append(all, page...)
		return true
	})
	if err == nil && broken != nil {
		err = &channel.Failure{Class: channel.Temporary, Reason: meta.PlatformTrouble, Cause: broken}
	}
	return all, err
}

// maxUnlisted is how many pages that are not listed are looked for one by one.
const maxUnlisted = 50

// unlisted are pages that were ticked at the login and are not listed: they belong to a Business that does not show them.
func (ad *Adapter) unlisted(
	ctx context.Context, token secret.Text, info meta.TokenInfo, seen map[string]bool,
) (found []channel.Reachable, err error) {
	for _, id := range info.Targets("pages_show_list") {
		if seen[id] || len(found) == maxUnlisted {
			continue
		}
		seen[id] = true
		var p listed
		_, err := ad.graph.Call(ctx, meta.Request{
			Method: http.MethodGet, Path: []string{id}, Token: token, Query: url.Values{"fields": {listedFields}},
		}, &p)
		switch f := failureOf(err); {
		case f == nil && len(p.Tasks) > 0:
			found = append(found, channel.Reachable{ExternalID: id, Name: p.Name, Lacks: lacks(info, p)})
			continue
		case f != nil && f.Class != channel.Rejected && f.Reason != meta.PermissionMissing:
			return nil, err
		}
		found = append(found, channel.Reachable{
			ExternalID: id, Name: cmp.Or(p.Name, id), Lacks: []channel.Finding{finding(meta.InBusiness, "error")},
		})
	}
	return found, nil
}

// lacks is what keeps a page, or some use of it, from being connected. What was not granted for any page is said once,
// unless no page can do without it.
func lacks(info meta.TokenInfo, p listed) (found []channel.Finding) {
	for _, want := range permissions() {
		code := meta.PageNotTicked
		if !info.Granted(want.scope) {
			code = meta.PermissionNotGiven
		}
		switch {
		case !want.perPage || info.GrantedFor(want.scope, string(p.ID)):
		case want.required:
			found = append(found, finding(code, "error", "permission", want.scope))
		case code == meta.PageNotTicked:
			found = append(found, finding(code, "warning", "permission", want.scope))
		}
	}
	if slices.Contains(p.Tasks, "MANAGE") {
		return found
	}
	for _, task := range pageTasks() {
		switch {
		case slices.Contains(p.Tasks, task.name):
		case task.required:
			found = append(found, finding(meta.TaskMissing, "error", "page_task", task.name))
		default:
			found = append(found, finding(meta.TaskMissing, "warning", "page_task", task.name))
		}
	}
	return found
}

// findings are about the login as a whole.
func findings(info meta.TokenInfo, pages int) (found []channel.Finding) {
	for _, want := range permissions() {
		if info.Granted(want.scope) {
			continue
		}
		level := "warning"
		switch {
		case want.required:
			level = "error"
		case !want.perPage:
			level = "info"
		}
		found = append(found, finding(meta.PermissionNotGiven, level, "permission", want.scope))
	}
	if pages == 0 {
		found = append(found, finding(meta.NoPages, "error"))
	}
	return append(found, finding(meta.NotListed, "info"))
}

func finding(code, level string, param ...string) channel.Finding {
	f := channel.Finding{Code: code, Level: level, Area: "connection"}
	if len(param) == 2 {
		f.Params = map[string]any{param[0]: param[1]}
	}
	return f
}
