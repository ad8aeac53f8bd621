package httpapi

import (
	"context"
	"errors"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/connection"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Advice is something an admin should know, with what to do about it.
type Advice struct {
	Code   string         `json:"code" doc:"stable"`
	Level  string         `json:"level" enum:"info,warning,error"`
	Text   string         `json:"text" doc:"what it is and what to do, in the reader's language"`
	Params map[string]any `json:"params,omitempty"`
}

// Connection is what came of a login at a platform: from its pages channels are chosen.
type Connection struct {
	ID           ids.ID           `json:"id"`
	Kind         string           `json:"kind"`
	UserName     string           `json:"user_name" doc:"who logged in there, as the platform calls them"`
	State        connection.State `json:"state" enum:"ready,lost" doc:"lost: log in again to choose more pages; channels go on with tokens of their own"`
	Reason       *Advice          `json:"reason" doc:"why it is lost"`
	ConnectedBy  *ids.ID          `json:"connected_by" doc:"the staff member who logged in"`
	AuthorizedAt time.Time        `json:"authorized_at"`
	ExpiresAt    *time.Time       `json:"expires_at" doc:"when more pages can no longer be chosen without a new login"`
	ListedAt     time.Time        `json:"listed_at" doc:"when the platform was asked for the pages"`
	PageCount    int              `json:"page_count"`
	CreatedAt    time.Time        `json:"created_at"`
}

// ConnectionPages is a connection with everything it reaches.
type ConnectionPages struct {
	Connection
	Advice []Advice         `json:"advice" doc:"about the login as a whole: what was not granted, and what to do about a page that is missing"`
	Pages  []ConnectionPage `json:"pages" doc:"by name"`
}

// withoutSecret leaves out who it is: answers that are kept for repeated requests outlive the erasure of somebody's data.
func (c ConnectionPages) withoutSecret() any {
	c.UserName = ""
	return c
}

// ConnectionPage is a page that can become a channel.
type ConnectionPage struct {
	ExternalID string            `json:"external_id"`
	Name       string            `json:"name"`
	Status     connection.Status `json:"status" enum:"available,lacking,connected,reconnect,taken" doc:"taken: by another account here"`
	CanConnect bool              `json:"can_connect" doc:"choosing a connected page gives its channel a new token"`
	ChannelID  *ids.ID           `json:"channel_id" doc:"of this account"`
	Advice     []Advice          `json:"advice" doc:"what it lacks; of level error, it cannot be connected"`
}

// PageOutcome is what became of one page that was chosen.
type PageOutcome struct {
	ExternalID string  `json:"external_id"`
	Name       string  `json:"name"`
	Outcome    string  `json:"outcome" enum:"connected,reconnected,refused"`
	ChannelID  *ids.ID `json:"channel_id"`
	Error      *Advice `json:"error" doc:"why it is refused, and what to do"`
}

func (x *exchange) advice(list []channel.Finding) []Advice {
	shown := make([]Advice, len(list))
	for i, f := range list {
		shown[i] = Advice{f.Code, f.Level, x.text(f.Code, f.Params), f.Params}
	}
	return shown
}

func (x *exchange) connection(c connection.Connection) Connection {
	shown := Connection{
		ID: c.ID, Kind: c.Kind, UserName: c.UserName, State: c.State, ConnectedBy: c.ConnectedBy, AuthorizedAt: c.AuthorizedAt,
		ExpiresAt: c.ExpiresAt, ListedAt: c.ListedAt, PageCount: len(c.Pages), CreatedAt: c.CreatedAt,
	}
	if c.StateReason != "" {
		shown.Reason = &Advice{Code: c.StateReason, Level: "error", Text: x.text(c.StateReason, nil)}
	}
	return shown
}

// connectionAnswer shows a connection with its pages as they are now.
func (a *API) connectionAnswer(ctx context.Context, c connection.Connection, err error) (*answer[ConnectionPages], error) {
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	candidates, err := a.Connections.Candidates(ctx, c)
	shown := ConnectionPages{x.connection(c), x.advice(c.Findings), make([]ConnectionPage, len(candidates))}
	for i, k := range candidates {
		p := ConnectionPage{
			ExternalID: k.ExternalID, Name: k.Name, Status: k.Status, ChannelID: k.ChannelID, Advice: x.advice(k.Lacks),
			CanConnect: c.State == connection.Ready && k.Status != connection.Taken && k.Status != connection.Lacking,
		}
		if k.Status == connection.Taken {
			p.Advice = append(p.Advice, Advice{Code: "channel.claimed", Level: "error", Text: x.text("channel.claimed", nil)})
		}
		shown.Pages[i] = p
	}
	return answered(shown, err)
}

// LoginStart is where to send the browser of whoever connects.
type LoginStart struct {
	URL       string    `json:"url" doc:"the platform's login; it leads back here, into the session or to the token that began it"`
	ExpiresAt time.Time `json:"expires_at" doc:"when the login must have ended; it can end once"`
}

// withoutSecret leaves the address out: the state in it is good once.
func (l LoginStart) withoutSecret() any { return LoginStart{ExpiresAt: l.ExpiresAt} }

type beginInput struct {
	Kind string `path:"kind" maxLength:"40" doc:"one of GET /channel-kinds"`
	Body *struct {
		ReturnTo string `json:"return_to,omitempty" maxLength:"500" doc:"a path of this server to go to afterwards; it gets connection=ID, or connect_error=CODE"`
	}
}

func (a *API) beginConnecting(ctx context.Context, who account.Actor, in *beginInput) (*answer[LoginStart], error) {
	back := ""
	if in.Body != nil {
		back = in.Body.ReturnTo
	}
	s, err := a.Connections.Begin(ctx, who, in.Kind, back)
	return answered(LoginStart{s.URL, s.ExpiresAt}, err)
}

func (a *API) listConnections(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[Connection]], error) {
	rows, next, err := a.Connections.List(ctx, who.AccountID, in.page())
	shown := make([]Connection, len(rows))
	for i, c := range rows {
		shown[i] = exchangeOf(ctx).connection(c)
	}
	return listed(shown, next, err)
}

func (a *API) getConnection(ctx context.Context, who account.Actor, in *ByID) (*answer[ConnectionPages], error) {
	c, err := a.Connections.Get(ctx, who.AccountID, in.ID)
	return a.connectionAnswer(ctx, c, err)
}

// refreshConnection asks the platform for the pages again.
func (a *API) refreshConnection(ctx context.Context, who account.Actor, in *ByID) (*answer[ConnectionPages], error) {
	c, err := a.Connections.Refresh(ctx, who, in.ID)
	return a.connectionAnswer(ctx, c, err)
}

type choosePagesInput struct {
	ByID
	Body struct {
		ExternalIDs []string `json:"external_ids" minItems:"1" maxItems:"50" doc:"of the connection's pages"`
	}
}

// choosePages connects pages, each for itself. A page that the account has or had keeps its channel, settings and history,
// and gets a new token; what waited goes on.
func (a *API) choosePages(ctx context.Context, who account.Actor, in *choosePagesInput) (*answer[Page[PageOutcome]], error) {
	outcomes, err := a.Connections.Choose(ctx, who, in.ID, in.Body.ExternalIDs)
	x := exchangeOf(ctx)
	shown := make([]PageOutcome, len(outcomes))
	for i, o := range outcomes {
		shown[i] = x.pageOutcome(o)
	}
	return listed(shown, "", err)
}

func (x *exchange) pageOutcome(o connection.Outcome) PageOutcome {
	shown := PageOutcome{ExternalID: o.ExternalID, Name: o.Name, Outcome: "connected"}
	switch {
	case o.Obstacle != nil:
		shown.Outcome, shown.Error = "refused", &x.advice([]channel.Finding{*o.Obstacle})[0]
	case o.Err != nil:
		e, ok := errors.AsType[*errs.Error](o.Err)
		if !ok {
			e = errs.New(errs.Internal, "error.internal")
		}
		shown.Outcome = "refused"
		shown.Error = &Advice{Code: e.Code, Level: "error", Text: x.text(e.Code, e.Params), Params: e.Params}
	default:
		shown.ChannelID = &o.Channel.ID
		if o.Again {
			shown.Outcome = "reconnected"
		}
	}
	return shown
}

type removeConnectionInput struct {
	ByID
	RemoveChannels bool `query:"remove_channels" doc:"also removes the channels that were connected with it; their tasks and history stay"`
}

func (a *API) removeConnection(ctx context.Context, who account.Actor, in *removeConnectionInput) (*nothing, error) {
	return &nothing{}, a.Connections.Remove(ctx, who, in.ID, in.RemoveChannels)
}
