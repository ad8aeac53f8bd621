package facebook

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// How long before something ends it is said, and by how much clocks may differ.
const (
	tokenNotice = 14 * 24 * time.Hour
	clockMargin = time.Minute
)

// Examine looks at everything that a page's messages depend on: the token and how long it lives, what it may do, whether the
// platform sends the page's events, whether people see the page, whether leads may be read, the clocks, and our own door.
func (ad *Adapter) Examine(ctx context.Context, a channel.Access) (channel.Examined, error) {
	info, err := ad.inspect(ctx, a.Token)
	if err != nil {
		return channel.Examined{}, err
	}
	had, at, err := ad.subscribed(ctx, a)
	if err != nil {
		return channel.Examined{}, err
	}
	connected, err := ad.Connect(ctx, a)
	if err != nil {
		return channel.Examined{Connected: connected}, err
	}
	asked := wantedFields(a.Settings, connected.LeftOut)
	lost := without(asked, had)
	seen := channel.Examined{Connected: connected, Deaf: len(lost) > 0}
	switch {
	case len(had) == 0:
		seen.Findings = append(seen.Findings, finding(meta.Resubscribed, "warning"))
	case len(lost) > 0:
		seen.Findings = append(seen.Findings, finding(meta.FieldsLost, "warning", "fields", strings.Join(lost, ", ")))
	}
	seen.Findings = append(seen.Findings, endings(info, ad.graph.Now())...)
	seen.Findings = append(seen.Findings, ungranted(info, a)...)
	seen.Findings = append(seen.Findings, ad.clocks(at)...)
	seen.Findings = append(seen.Findings, ad.published(ctx, a)...)
	if a.Settings.Leads {
		if f := failureOf(ad.LeadAccess(ctx, a)); f != nil && f.Class == channel.Rejected {
			seen.Findings = append(seen.Findings, linked(finding(f.Reason, "error"), leadGuide))
		}
	}
	seen.Findings = append(seen.Findings, ad.graph.Hooks(ctx, ad.Object(), asked)...)
	seen.Findings = append(seen.Findings, ad.graph.Probe(ctx)...)
	return seen, nil
}

// Listening asks whether the app is installed on the page.
func (ad *Adapter) Listening(ctx context.Context, a channel.Access) (bool, error) {
	fields, _, err := ad.subscribed(ctx, a)
	return len(fields) > 0, err
}

// subscribed asks which of the page's events the app gets, and tells the platform's time by the way. The platform lists the
// app that asks and no other.
func (ad *Adapter) subscribed(ctx context.Context, a channel.Access) (fields []string, at time.Time, err error) {
	var apps struct {
		Data []struct {
			ID     meta.ID  `json:"id"`
			Fields []string `json:"subscribed_fields"`
		} `json:"data"`
	}
	answer, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{a.ExternalID, "subscribed_apps"}, As: a,
		Query: url.Values{"fields": {"id,subscribed_fields"}},
	}, &apps)
	ours := ad.graph.Settings().AppID
	for _, app := range apps.Data {
		if ours != "" && string(app.ID) != ours {
			continue
		}
		fields = append(fields, app.Fields...)
	}
	return fields, answer.At, err
}

// wantedFields are the events that a channel asks for, without those that it cannot have.
func wantedFields(s channel.Settings, leftOut []string) (fields []string) {
	for _, wanted := range subscriptions(s) {
		fields = append(fields, wanted.field)
	}
	return without(fields, leftOut)
}

// without returns what of a list is not in the other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return slices.Contains(other, x) })
}

// endings are what will stop working by itself.
func endings(info meta.TokenInfo, now time.Time) (found []channel.Finding) {
	soon := func(t time.Time) bool { return !t.IsZero() && t.Before(now.Add(tokenNotice)) }
	if soon(info.ExpiresAt) {
		found = append(found, linked(finding(meta.TokenExpires, "warning", "date", day(info.ExpiresAt)), tokenGuide))
	}
	switch {
	case !info.DataUntil.IsZero() && !info.DataUntil.After(now):
		found = append(found, linked(finding(meta.DataExpired, "error", "date", day(info.DataUntil)), tokenGuide))
	case soon(info.DataUntil):
		found = append(found, linked(finding(meta.DataExpires, "warning", "date", day(info.DataUntil)), tokenGuide))
	}
	return found
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

// ungranted are the permissions that what is switched on needs and the token lacks.
func ungranted(info meta.TokenInfo, a channel.Access) (found []channel.Finding) {
	for _, want := range permissions() {
		if !want.perPage || !wants(want, a.Settings) || info.GrantedFor(want.scope, a.ExternalID) {
			continue
		}
		code, level := meta.PageNotTicked, "warning"
		if !info.Granted(want.scope) {
			code = meta.PermissionNotGiven
		}
		if want.required {
			level = "error"
		}
		found = append(found, linked(finding(code, level, "permission", want.scope), scopeGuide))
	}
	return found
}

// wants tells whether something that is switched on needs a permission.
func wants(p permission, s channel.Settings) bool {
	switch p.scope {
	case "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement":
		return s.Comments
	case "leads_retrieval", "pages_manage_ads":
		return s.Leads
	}
	return p.required
}

// clocks compares ours with the platform's.
func (ad *Adapter) clocks(theirs time.Time) []channel.Finding {
	if theirs.IsZero() {
		return nil
	}
	off := ad.graph.Now().Sub(theirs).Round(time.Second)
	if off.Abs() <= clockMargin {
		return nil
	}
	f := finding(meta.Clock, "error")
	f.Params = map[string]any{"seconds": int64(off.Seconds())}
	return []channel.Finding{f}
}

// published looks whether people see the page. What cannot be asked is not held against it.
func (ad *Adapter) published(ctx context.Context, a channel.Access) []channel.Finding {
	var page struct {
		Published *meta.Bool `json:"is_published"`
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{a.ExternalID}, As: a, Query: url.Values{"fields": {"is_published"}},
	}, &page)
	if err != nil || !no(page.Published) {
		return nil
	}
	return []channel.Finding{linked(finding(meta.Unpublished, "warning"), "https://www.facebook.com/"+url.PathEscape(a.ExternalID))}
}

// Where something can be done about a finding.
const (
	scopeGuide = "https://developers.facebook.com/docs/permissions"
	tokenGuide = "https://developers.facebook.com/docs/facebook-login/guides/access-tokens" //nolint:gosec // no token
	leadGuide  = "https://www.facebook.com/business/help/1440176552713521"
)

func linked(f channel.Finding, link string) channel.Finding {
	f.Link = link
	return f
}
