package facebook

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kontor/domain/channel"
	"kontor/domain/secret"
	"kontor/integrations/meta"
)

// subscription is an event that the platform is asked for.
type subscription struct {
	field    string
	required bool
}

// subscriptions are the events that a channel wants, each with what for. More than is used is not asked for: subscribing
// response_feedback, for one, puts buttons under every message of the page.
func subscriptions(s channel.Settings) []subscription {
	wanted := []subscription{
		{"messages", true},            // what people write and send, and what they take back
		{"messaging_postbacks", true}, // taps on buttons
		{"message_echoes", true},      // our own messages: settles lost answers, and shows what is written elsewhere
		{"message_deliveries", false}, // receipts
		{"message_reads", false},
		{"message_edits", false},       // up to five for each message
		{"message_reactions", false},   // also open the reply window
		{"messaging_referrals", false}, // by which link or ad somebody came; opens the window
		{fieldLead, false},             // forms of ads that people submit
		{"messaging_in_thread_lead_form_submit", false},
		{"standby", false},                      // what is said while another program answers
		{"messaging_handovers", false},          // when that begins and ends
		{"messaging_optins", false},             // kept in the vault
		{"messaging_policy_enforcement", false}, // warnings and blocks, kept in the vault
	}
	if s.Comments {
		wanted = append(wanted,
			subscription{aFeed, false},    // comments under posts, and everything else about posts
			subscription{aMention, false}) // where others name the page
	}
	return wanted
}

// Connect checks the token and subscribes to the page's events. The token may be the page's own, or that of a person or
// system user who manages it; then the page's own is asked for and handed back. Connecting again does no harm.
func (ad *Adapter) Connect(ctx context.Context, a channel.Access) (channel.Connected, error) {
	info, err := ad.inspect(ctx, a.Token)
	if err != nil {
		return channel.Connected{}, err
	}
	c, err := ad.identify(ctx, a)
	if err != nil {
		return c, err
	}
	c.UserID = info.UserID
	if !c.Token.Empty() {
		a.Token = c.Token
	}
	c.LeftOut, err = ad.subscribe(ctx, a, info)
	return c, err
}

// identify makes sure that the token is the page's, or gets the one that is.
func (ad *Adapter) identify(ctx context.Context, a channel.Access) (channel.Connected, error) {
	type node struct {
		ID    meta.ID `json:"id"`
		Name  string  `json:"name"`
		Token string  `json:"access_token"`
	}
	get := func(id, fields string) (n node, err error) {
		_, err = ad.graph.Call(ctx, meta.Request{
			Method: http.MethodGet, Path: []string{id}, As: a, Query: url.Values{"fields": {fields}},
		}, &n)
		return n, err
	}
	me, err := get("me", "id,name")
	if err != nil {
		return channel.Connected{}, err
	}
	if string(me.ID) == a.ExternalID {
		return channel.Connected{Name: me.Name}, nil
	}
	page, err := get(a.ExternalID, "id,name,access_token")
	switch f := failureOf(err); {
	case f != nil && f.Class != channel.Rejected && f.Reason != meta.PermissionMissing:
		return channel.Connected{}, err
	case f != nil || string(page.ID) != a.ExternalID || page.Token == "":
		wrong := &channel.Failure{Class: channel.Disconnected, Reason: meta.WrongPage}
		if f != nil {
			wrong.Code, wrong.Subcode, wrong.Message, wrong.TraceID, wrong.Status = f.Code, f.Subcode, f.Message, f.TraceID, f.Status
		}
		return channel.Connected{}, wrong
	}
	return channel.Connected{Name: page.Name, Token: secret.New(page.Token)}, nil
}

// subscribe asks for the page's events: the required ones, and those whose permission was granted. One event that lacks
// its permission all the same fails the whole call, and the answer names it in words only: then each is tried, which
// happens once in a page's life.
func (ad *Adapter) subscribe(ctx context.Context, a channel.Access, info meta.TokenInfo) (leftOut []string, err error) {
	var all, required, optional []string
	for _, s := range subscriptions(a.Settings) {
		switch {
		case s.required:
			required = append(required, s.field)
		case !info.GrantedFor(scopeOf(s.field), a.ExternalID):
			leftOut = append(leftOut, s.field)
			continue
		default:
			optional = append(optional, s.field)
		}
		all = append(all, s.field)
	}
	if err = ad.subscribeTo(ctx, a, all); err == nil || !lacksPermission(err) {
		return leftOut, err
	}
	if err := ad.subscribeTo(ctx, a, required); err != nil {
		return nil, err
	}
	taken := required
	for _, field := range optional {
		// Each call replaces the list of the one before; a call that fails changes nothing.
		more := append(slices.Clone(taken), field)
		switch err := ad.subscribeTo(ctx, a, more); {
		case err == nil:
			taken = more
		case lacksPermission(err):
			leftOut = append(leftOut, field)
		default:
			return nil, err
		}
	}
	return leftOut, nil
}

func (ad *Adapter) subscribeTo(ctx context.Context, a channel.Access, fields []string) error {
	return ad.expectSuccess(ctx, meta.Request{
		Method: http.MethodPost, Path: []string{a.ExternalID, "subscribed_apps"}, As: a,
		Body: meta.Form(url.Values{"subscribed_fields": {strings.Join(fields, ",")}}),
	})
}

// Disconnect makes the platform stop sending the page's events.
func (ad *Adapter) Disconnect(ctx context.Context, a channel.Access) error {
	return ad.expectSuccess(ctx, meta.Request{
		Method: http.MethodDelete, Path: []string{a.ExternalID, "subscribed_apps"}, As: a,
	})
}

func (ad *Adapter) expectSuccess(ctx context.Context, r meta.Request) error {
	var answer struct {
		Success meta.Bool `json:"success"` // also printed as a string
	}
	got, err := ad.graph.Call(ctx, r, &answer)
	if err == nil && !bool(answer.Success) {
		err = &channel.Failure{Class: channel.Temporary, Reason: meta.NotSubscribed, Status: got.Status}
	}
	return err
}

// lacksPermission tells a missing permission for a field (200), and a field that this version does not know (100), from
// everything else.
func lacksPermission(err error) bool {
	f := failureOf(err)
	return f != nil && (f.Reason == meta.PermissionMissing || f.Reason == meta.BadRequest && f.Code == 100)
}

func failureOf(err error) *channel.Failure {
	f, _ := errors.AsType[*channel.Failure](err)
	return f
}
