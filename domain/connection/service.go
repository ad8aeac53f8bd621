package connection

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/secret"
	"kontor/domain/storage"
)

// Service makes connections and chooses their pages.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB       *storage.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Box      *secret.Box
	Audit    *audit.Log
	Feed     *feed.Feed
	Accounts *account.Service
	Channels *channel.Service
	// Every finds the connections of whoever takes them back: the platform names a person, and no account.
	Every storage.Everywhere
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// Started is a login that can begin.
type Started struct {
	URL       string
	ExpiresAt time.Time
}

// Begin makes the address to send an administrator to. The login ends in the browser session it was begun in; one that was
// begun with a token ends with that token, or in any session of its holder in this account. returnTo is the path to go to
// afterwards, or empty. Owners and admins may, once the account has accepted the terms.
func (s *Service) Begin(ctx context.Context, by account.Actor, kind, returnTo string) (Started, error) {
	if err := by.Require(account.Admin); err != nil {
		return Started{}, err
	}
	authorizer, err := s.authorizer(kind)
	if err != nil {
		return Started{}, err
	}
	if returnTo != "" {
		if err := checkReturn(returnTo); err != nil {
			return Started{}, err
		}
	}
	if err := s.Accounts.RequireTerms(ctx, by.AccountID); err != nil {
		return Started{}, err
	}
	state, now := random(), s.Clock.Now()
	url, err := authorizer.LoginURL(state)
	if err != nil {
		return Started{}, refusal(err)
	}
	a := attempt{
		StateHash: hash(state), AccountID: by.AccountID, ID: ids.New(), StaffID: by.StaffID, SessionID: ids.Ptr(by.SessionID),
		TokenID: ids.Ptr(by.TokenID), Kind: kind, ReturnTo: returnTo, CreatedAt: now, ExpiresAt: now.Add(Patience),
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.insertAttempt(ctx, a); err != nil {
			return err
		}
		return s.Audit.Record(ctx, by.Entry("connection.begun", "login", a.ID, map[string]any{"kind": kind}))
	})
	return Started{url, a.ExpiresAt}, err
}

// authorizer returns the kind's side of the login.
func (s *Service) authorizer(kind string) (channel.Authorizer, error) {
	adapter, err := s.Channels.Registry.Of(kind)
	if err != nil { // in an address, what is not there is not found
		return nil, errs.New(errs.NotFound, "channel.unknown_kind", "kind", kind)
	}
	a, ok := adapter.(channel.Authorizer)
	if !ok {
		return nil, errs.New(errs.Invalid, "connection.not_by_login", "kind", kind)
	}
	return a, nil
}

// End is where a login has led.
type End struct {
	Connection Connection // when it did not fail
	Kind       string
	ReturnTo   string // where whoever began it wants to go; empty unless it was them who came back
}

// Finish ends a login with what the platform sent back. by is who brings it, the zero account when nobody has signed in. A
// state is good once, for whoever began, and not for long; everything that is refused is recorded in the account of the
// login. The same person's next login brings the connection they have up to date.
func (s *Service) Finish(ctx context.Context, by account.Actor, r channel.Return) (End, error) {
	a, err := s.use(ctx, by, r.State)
	if err != nil {
		return End{}, err
	}
	end := End{Kind: a.Kind, ReturnTo: a.ReturnTo}
	authorizer, err := s.authorizer(a.Kind)
	if err != nil {
		return end, err
	}
	switch {
	case r.Denied:
		return end, s.refuse(ctx, by, *a, errs.New(errs.Forbidden, "connection.denied"), r.Error)
	case r.Code.Empty():
		return end, s.refuse(ctx, by, *a, errs.New(errs.Invalid, "connection.no_code"), r.Error)
	}
	grant, err := authorizer.Redeem(ctx, r.Code)
	if err != nil {
		return end, s.refuse(ctx, by, *a, refusal(err), "")
	}
	reach, err := authorizer.Reach(ctx, grant)
	if err != nil {
		return end, s.refuse(ctx, by, *a, refusal(err), "")
	}
	end.Connection, err = s.keep(ctx, by, *a, grant, reach)
	return end, err
}

// use takes a state out of circulation, whoever brings it, and tells whose login it stands for.
func (s *Service) use(ctx context.Context, by account.Actor, state string) (*attempt, error) {
	now := s.Clock.Now()
	a, first, err := s.store.useAttempt(ctx, hash(state), now)
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		unknown := errs.New(errs.NotFound, "connection.state_unknown")
		if by.AccountID != ids.Nil {
			return nil, s.refuse(ctx, by, attempt{AccountID: by.AccountID}, unknown, "")
		}
		return nil, unknown
	case !first:
		return nil, s.refuse(ctx, by, *a, errs.New(errs.Conflict, "connection.state_used"), "")
	case by.AccountID == ids.Nil:
		return nil, s.refuse(ctx, by, *a, errs.New(errs.Unauthorized, "connection.signed_out"), "")
	case !a.ownedBy(by):
		return nil, s.refuse(ctx, by, *a, errs.New(errs.Forbidden, "connection.state_foreign"), "")
	case !now.Before(a.ExpiresAt):
		return nil, s.refuse(ctx, by, *a, errs.New(errs.Conflict, "connection.state_expired"), "")
	}
	if err := by.Require(account.Admin); err != nil { // they were when they began
		return nil, s.refuse(ctx, by, *a, err, "")
	}
	return a, nil
}

// refuse records why a login led nowhere, in the account that began it, and returns the reason. Somebody of another account
// is not named there.
func (s *Service) refuse(ctx context.Context, by account.Actor, a attempt, why error, said string) error {
	details := map[string]any{"code": "error.internal"}
	if e, ok := errors.AsType[*errs.Error](why); ok {
		details["code"] = e.Code
	}
	if said != "" {
		details["platform"] = clipped(said)
	}
	if a.Kind != "" {
		details["kind"] = a.Kind
	}
	who := by
	if by.AccountID != a.AccountID {
		who = account.SystemActor(a.AccountID)
		who.IP, who.RequestID = by.IP, by.RequestID
	}
	if err := s.Audit.Record(ctx, who.Entry("connection.refused", "login", a.ID, details)); err != nil {
		return errors.Join(why, err)
	}
	return why
}

// maxSaid is how much of a platform's words is recorded, in characters.
const maxSaid = 300

func clipped(text string) string {
	runes := []rune(channel.CleanText(text))
	return string(runes[:min(len(runes), maxSaid)])
}

// keep stores what a login brought.
func (s *Service) keep(
	ctx context.Context, by account.Actor, a attempt, g channel.Grant, reach channel.Reach,
) (c Connection, err error) {
	now := s.Clock.Now()
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		c, err = s.store.claim(ctx, Connection{
			AccountID: a.AccountID, ID: ids.New(), Kind: a.Kind, UserID: channel.CleanText(g.UserID), State: Ready,
			Pages: []Page{}, Findings: []channel.Finding{}, AuthorizedAt: now, ListedAt: now, CreatedAt: now, UpdatedAt: now,
		})
		if err != nil {
			return err
		}
		c.UserName, c.State, c.StateReason = channel.CleanText(g.UserName), Ready, ""
		c.ConnectedBy, c.AuthorizedAt, c.ExpiresAt = ids.Ptr(by.StaffID), now, nil
		if !g.ExpiresAt.IsZero() {
			c.ExpiresAt = &g.ExpiresAt
		}
		if c.Credentials, err = s.Box.Seal(g.Token, place(c)); err != nil {
			return err
		}
		c.list(reach, now)
		if err := s.store.update(ctx, c); err != nil {
			return err
		}
		details := map[string]any{"kind": c.Kind, "pages": len(c.Pages), "login_id": a.ID}
		return s.changed(ctx, by, "connection.made", c, details)
	})
	return c, err
}

// list puts what the platform shows in the place of what it showed before.
func (c *Connection) list(reach channel.Reach, now time.Time) {
	c.Pages, c.Findings, c.ListedAt, c.UpdatedAt = listed(reach), reach.Findings, now, now
	if c.Findings == nil {
		c.Findings = []channel.Finding{}
	}
}

func place(c Connection) secret.Place {
	return secret.Place{Account: c.AccountID, Table: "connections", Row: c.ID, Column: "credentials"}
}

// grant opens a connection's token for its adapter.
func (s *Service) grant(c Connection) (channel.Grant, error) {
	if c.State == Lost || len(c.Credentials) == 0 {
		return channel.Grant{}, errs.New(errs.Conflict, "connection.lost")
	}
	token, err := s.Box.Open(c.Credentials, place(c))
	return channel.Grant{UserID: c.UserID, UserName: c.UserName, Token: token}, err
}

// changed records and announces a change. Neither says who the person is at the platform: that can be erased.
func (s *Service) changed(ctx context.Context, by account.Actor, action string, c Connection, details map[string]any) error {
	if err := s.Audit.Record(ctx, by.Entry(action, "connection", c.ID, details)); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{AccountID: c.AccountID, Type: Changed, Refs: feed.Refs{ObjectID: &c.ID}})
}

// refusal turns what the platform said into an error for the one who tries.
func refusal(err error) error {
	f, ok := errors.AsType[*channel.Failure](err)
	if !ok {
		return err
	}
	kind := errs.Invalid
	switch f.Class {
	case channel.Temporary, channel.Throttled, channel.Unconfirmed:
		kind = errs.Unavailable
	}
	return errs.New(kind, f.Reason, "trace_id", f.TraceID).Because(err)
}

// Prune forgets logins that ended, and the tokens of connections that have expired.
func (s *Service) Prune(ctx context.Context) error {
	now := s.Clock.Now()
	if err := s.store.deleteAttempts(ctx, now.Add(-kept)); err != nil {
		return err
	}
	expired, err := s.store.expired(ctx, s.Every, now)
	for _, c := range expired {
		err = errors.Join(err, s.lose(ctx, account.SystemActor(c.AccountID), c, "delivery.login_expired"))
	}
	return err
}

// lose notes that the platform no longer takes a connection's token, which is forgotten.
func (s *Service) lose(ctx context.Context, by account.Actor, c Connection, reason string) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		c.State, c.StateReason, c.Credentials, c.UpdatedAt = Lost, reason, nil, s.Clock.Now()
		if err := s.store.update(ctx, c); err != nil {
			return err
		}
		return s.changed(ctx, by, "connection.lost", c, map[string]any{"kind": c.Kind, "reason": reason})
	})
}
