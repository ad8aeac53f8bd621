package httpapi

import (
	"context"
	"slices"
	"time"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/secret"
)

// Channel is a connected page, profile, mailbox or widget. Its token is never shown.
type Channel struct {
	ID          ids.ID           `json:"id"`
	Kind        string           `json:"kind"`
	ExternalID  string           `json:"external_id" doc:"the platform's"`
	Name        string           `json:"name" doc:"as the platform calls it"`
	DisplayName string           `json:"display_name" doc:"as the account calls it; empty: name"`
	Enabled     bool             `json:"enabled" doc:"what an admin set; state is what came of it"`
	State       channel.State    `json:"state" enum:"on,off,throttled,reconnect"`
	Reason      *Words           `json:"reason" doc:"why it must be connected again, and what to do"`
	PausedUntil *time.Time       `json:"paused_until" doc:"while the platform asks us to wait"`
	Settings    channel.Settings `json:"settings"`
	Health      ChannelHealth    `json:"health"`
	Usage       *ChannelUsage    `json:"usage" doc:"how much of the platform's limits is used, by its last word on them; null when it has said nothing lately"`
	MyRole      access.Role      `json:"my_role" enum:"none,viewer,contributor,supervisor" doc:"what the caller may do with its tasks; none: they are not there"`
	SetUpBy     *ids.ID          `json:"set_up_by" doc:"the staff member who connected it"`
	RemovedAt   *time.Time       `json:"removed_at" doc:"removed channels are not listed; connecting the page again brings this one back"`
	CreatedAt   time.Time        `json:"created_at"`
	UpdatedAt   time.Time        `json:"updated_at"`
	Held        *int64           `json:"held,omitempty" doc:"events kept while it was off, to be imported or declined"`
}

// ChannelUsage is how much of the platform's limits a channel has used.
type ChannelUsage struct {
	Percent  int        `json:"percent" doc:"of the limit that is nearest; may exceed 100"`
	Limit    string     `json:"limit" doc:"the platform's name for it"`
	At       time.Time  `json:"at" doc:"when the platform said so"`
	RegainAt *time.Time `json:"regain_at" doc:"until then it refuses calls"`
}

func usage(c channel.Channel, now time.Time) *ChannelUsage {
	if !c.UsageKnown(now) {
		return nil
	}
	return &ChannelUsage{c.UsagePercent, c.UsageLimit, *c.UsageAt, c.RegainAt}
}

// ChannelHealth is what the last checks found.
type ChannelHealth struct {
	CheckedAt   *time.Time       `json:"checked_at" doc:"when the platform was asked last"`
	LastEventAt *time.Time       `json:"last_event_at,omitempty" doc:"when the platform last told something by itself"`
	Findings    []ChannelFinding `json:"findings"`
}

// ChannelFinding is one thing about a channel that admins should know.
type ChannelFinding struct {
	Code   string         `json:"code" doc:"stable"`
	Level  string         `json:"level" enum:"info,warning,error"`
	Area   string         `json:"area" enum:"connection,assignees,leads,limits"`
	Text   string         `json:"text" doc:"what it is and what to do, in the reader's language"`
	Params map[string]any `json:"params,omitempty" doc:"of the platform: code, subcode, message, trace_id"`
	Link   string         `json:"link,omitempty" doc:"where to do something about it"`
}

// Words are a stable code with its text in the reader's language.
type Words struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

func (x *exchange) words(code string) *Words {
	if code == "" {
		return nil
	}
	return &Words{code, x.text(code, nil)}
}

// Count says how many things something was done to.
type Count struct {
	Count int64 `json:"count"`
}

func counted(n int64, err error) (*answer[Count], error) { return answered(Count{n}, err) }

func (a *API) showChannel(ctx context.Context, c channel.Channel) Channel {
	x := exchangeOf(ctx)
	now := a.Clock.Now()
	shown := Channel{
		ID: c.ID, Kind: c.Kind, ExternalID: c.ExternalID, Name: c.Name, DisplayName: c.DisplayName, Enabled: c.Enabled,
		State: c.Effective(now), Reason: x.words(c.StateReason), Settings: c.Settings,
		Usage: usage(c, now), Health: ChannelHealth{CheckedAt: c.Health.CheckedAt, Findings: []ChannelFinding{}},
		MyRole: access.Of(ctx).On(&c.ID), SetUpBy: c.SetUpBy, RemovedAt: c.RemovedAt, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
	if shown.State == channel.Slowed {
		shown.PausedUntil = c.PausedUntil
	}
	shown.Settings.AssigneeIDs = orEmpty(shown.Settings.AssigneeIDs)
	for _, f := range c.Condition(now).Findings {
		shown.Health.Findings = append(shown.Health.Findings, ChannelFinding{
			Code: f.Code, Level: f.Level, Area: f.Area, Text: x.text(f.Code, f.Params), Params: f.Params, Link: f.Link,
		})
	}
	return shown
}

// channelAnswer shows one channel with what is held for it.
func (a *API) channelAnswer(ctx context.Context) func(channel.Channel, error) (*answer[Channel], error) {
	return func(c channel.Channel, err error) (*answer[Channel], error) {
		if err != nil {
			return nil, err
		}
		held, err := a.Inbound.HeldCount(ctx, c.AccountID, c.ID)
		if err != nil {
			return nil, err
		}
		shown := a.showChannel(ctx, c)
		shown.Held = &held
		shown.Health.LastEventAt, err = a.Inbound.LastEvent(ctx, c.AccountID, c.ID)
		return answered(shown, err)
	}
}

// covered looks whether a channel's messages find people before it is shown.
func (a *API) covered(ctx context.Context, c channel.Channel, err error) (*answer[Channel], error) {
	if err == nil {
		c, err = a.NoteCoverage(ctx, c)
	}
	return a.channelAnswer(ctx)(c, err)
}

func (a *API) listChannels(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[Channel]], error) {
	rows, next, err := a.Channels.List(ctx, who.AccountID, in.page())
	if err != nil {
		return nil, err
	}
	pulses, err := a.Inbound.Pulses(ctx, who.AccountID)
	shown := make([]Channel, len(rows))
	for i, c := range rows {
		shown[i] = a.showChannel(ctx, c)
		p := pulses[c.ID]
		shown[i].Held, shown[i].Health.LastEventAt = &p.Held, p.LastEvent
	}
	return listed(shown, next, err)
}

func (a *API) getChannel(ctx context.Context, who account.Actor, in *ByID) (*answer[Channel], error) {
	return a.channelAnswer(ctx)(a.Channels.Get(ctx, who.AccountID, in.ID))
}

type connectInput struct {
	Body struct {
		Kind        string                              `json:"kind" minLength:"1" maxLength:"40" doc:"one of GET /channel-kinds"`
		ExternalID  string                              `json:"external_id" minLength:"1" maxLength:"100" doc:"the platform's id of the page"`
		Name        string                              `json:"name,omitempty" maxLength:"255" doc:"the platform's when left out"`
		AccessToken string                              `json:"access_token" minLength:"1" maxLength:"4000" doc:"the page's own, or a system user's who manages it; it is kept sealed and never shown"`
		Settings    Optional[Partial[channel.Settings]] `json:"settings,omitzero" doc:"what is left out is as a new channel has it"`
	}
}

// connectChannel asks the platform about the token. A page that the account has or had keeps its channel, settings and
// history, and gets the new token.
func (a *API) connectChannel(ctx context.Context, who account.Actor, in *connectInput) (*answer[Channel], error) {
	b := in.Body
	settings, err := a.Channels.Fresh(ctx, who.AccountID, b.Kind)
	if err != nil {
		return nil, err
	}
	b.Settings.Value.over(&settings)
	c, err := a.Channels.Connect(ctx, who, channel.NewChannel{
		Kind: b.Kind, ExternalID: b.ExternalID, Name: b.Name, Token: secret.New(b.AccessToken), Settings: settings,
	})
	return a.covered(ctx, c, err)
}

type changeChannelInput struct {
	ByID
	Body struct {
		DisplayName Optional[string]                    `json:"display_name,omitzero" maxLength:"255"`
		Enabled     Optional[bool]                      `json:"enabled,omitzero" doc:"off: what comes in is held, what goes out waits"`
		Settings    Optional[Partial[channel.Settings]] `json:"settings,omitzero" doc:"only the keys sent change"`
		AccessToken Optional[string]                    `json:"access_token,omitzero" minLength:"1" maxLength:"4000" doc:"connects it again; history and settings stay"`
	}
}

func (a *API) changeChannel(ctx context.Context, who account.Actor, in *changeChannelInput) (*answer[Channel], error) {
	b := in.Body
	change := channel.Change{DisplayName: b.DisplayName.Ptr(), Enabled: b.Enabled.Ptr()}
	if b.Settings.Sent {
		change.Settings = b.Settings.Value.over
	}
	if b.AccessToken.Sent {
		token := secret.New(b.AccessToken.Value)
		change.Token = &token
	}
	c, err := a.Channels.Update(ctx, who, in.ID, change)
	return a.covered(ctx, c, err)
}

type setMediaInput struct {
	Body struct {
		Media channel.Media `json:"media" enum:"store,link"`
	}
}

// setMedia has every channel that leaves a choice keep its files, or link to them. It says how many were different.
func (a *API) setMedia(ctx context.Context, who account.Actor, in *setMediaInput) (*answer[Count], error) {
	return counted(a.Channels.SetMedia(ctx, who, in.Body.Media))
}

func (a *API) removeChannel(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Channels.Remove(ctx, who, in.ID)
}

// checkChannel asks the platform whether the channel still works. What it finds is in the answer's health: a channel that
// is ill is no failed request.
func (a *API) checkChannel(ctx context.Context, who account.Actor, in *ByID) (*answer[Channel], error) {
	c, err := a.Channels.Verify(ctx, who, in.ID)
	return a.covered(ctx, c, err)
}

func (a *API) importHeld(ctx context.Context, who account.Actor, in *ByID) (*answer[Count], error) {
	return counted(a.Inbound.Import(ctx, who, in.ID))
}

func (a *API) declineHeld(ctx context.Context, who account.Actor, in *ByID) (*answer[Count], error) {
	return counted(a.Inbound.Decline(ctx, who, in.ID))
}

// listKinds describes the kinds of channel there are.
func (a *API) listKinds(ctx context.Context, who account.Actor, _ *nothing) (*answer[Page[Kind]], error) {
	acc, err := a.Accounts.Get(ctx, who.AccountID)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	var kinds []Kind
	for _, d := range a.Channels.Registry.Describe() {
		adapter, err := a.Channels.Registry.Of(d.Kind)
		if err != nil {
			return nil, err
		}
		k := x.kind(d, !slices.Contains(acc.PausedKinds, d.Kind))
		_, k.ByToken = adapter.(channel.Connector)
		_, k.ByLogin = adapter.(channel.Authorizer)
		kinds = append(kinds, k)
	}
	return listed(kinds, "", nil)
}
