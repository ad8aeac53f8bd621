package facebook

import (
	"net/url"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// Review is what Meta's App Review asks for: see https://developers.facebook.com/docs/resp-plat-initiatives/app-review
// (2026-11). Each permission is asked for with a reason of its own and a screencast.
func (ad *Adapter) Review() channel.Review {
	s := ad.graph.Settings()
	r := channel.Review{
		AppID: s.AppID, Dashboard: "https://developers.facebook.com/apps/" + url.PathEscape(s.AppID), Public: !meta.Local(s.PublicURL),
		Addresses: []channel.ReviewAddress{
			{Code: "review.webhook", URL: s.PublicURL + meta.DoorPath},
			{Code: "review.login", URL: s.PublicURL + meta.LandingPath},
			{Code: "review.deauthorize", URL: s.PublicURL + meta.DeauthorizePath},
			{Code: "review.deletion", URL: s.PublicURL + meta.DeletionPath},
		},
		Events: wantedFields(channel.Settings{Comments: true, Leads: true}, nil),
	}
	for _, p := range permissions() {
		g := channel.ReviewGrant{Name: p.scope, Code: "review." + p.scope}
		if !p.required && p.perPage {
			g.Needs = func(s channel.Settings) bool { return wants(p, s) }
		}
		r.Grants = append(r.Grants, g)
	}
	r.Grants = append(r.Grants, channel.ReviewGrant{Name: "Human Agent", Code: "review.human_agent", Feature: true})
	return r
}
