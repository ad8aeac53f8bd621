package httpapi

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"

	"kontor/app/realtime"
	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// How often a stream shows that it lives, and looks whether its listener still may hear.
const (
	heartbeat = 15 * time.Second
	recheck   = 5 * time.Second
)

// resync tells a listener to load everything afresh. It is the first event of every connection: between what a screen
// loaded and the moment it listens, something may have changed.
type resync struct {
	Now time.Time `json:"now" doc:"the server's clock, by which reply windows open and close"`
}

// ready is the first event of a connection that goes on from a moment: what has happened since follows as changes, so that
// nothing need be loaded twice.
type ready struct {
	Now time.Time `json:"now" doc:"the server's clock"`
}

type streamInput struct {
	Since time.Time `query:"since" doc:"when what is shown began to be loaded, as GET /me says it: what has changed since is told, instead of a resync"`
}

// How far a stream goes back: a listener who wants more loads everything afresh, which is less then.
const (
	longestBack = 2 * time.Minute
	mostBack    = 200
)

// stream tells of changes as they happen.
func stream() handler {
	return handler{register: func(a *API, op huma.Operation, _ bool) {
		op.Description = "Server-sent events. «resync» comes first and means: load what you show afresh; or «ready», when all since a " +
			"moment is told; «change» names what " +
			"changed, by ids; «presence» says who has a task open now; comments keep the connection alive."
		events := map[string]any{"resync": resync{}, "ready": ready{}, "change": feed.Event{}, "presence": realtime.Presence{}}
		op.Middlewares = append(op.Middlewares, func(hc huma.Context, next func(huma.Context)) {
			hc.SetHeader("X-Accel-Buffering", "no") // a proxy that gathers would hold the events back
			next(hc)
		})
		sse.Register(a.huma, op, events, func(ctx context.Context, in *streamInput, send sse.Sender) { a.follow(ctx, in.Since, send) })
	}}
}

// follow passes an account's events on until the listener leaves, falls behind, or may no longer hear them.
func (a *API) follow(ctx context.Context, since time.Time, send sse.Sender) {
	x := exchangeOf(ctx)
	l := a.Hub.Listen(x.actor.AccountID)
	defer a.Hub.Leave(l)
	alive, allowed := time.NewTicker(heartbeat), time.NewTicker(recheck)
	defer alive.Stop()
	defer allowed.Stop()
	err := a.greet(ctx, since, send)
	scope := access.Of(ctx)
	for _, p := range a.Rooms.Of(x.actor.AccountID) {
		err = errors.Join(err, a.tell(ctx, send, &p.TaskID, p))
	}
	for err == nil {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-l.Events:
			if !ok { // behind, or the server stops: the listener connects again
				return
			}
			if turnsRights(e) {
				ctx, err = a.rescope(ctx, &scope, send)
			}
			if err == nil && !forOther(e, x.actor) {
				err = a.tell(ctx, send, e.Refs.TaskID, e)
			}
		case p := <-l.Present:
			err = a.tell(ctx, send, &p.TaskID, p)
		case <-alive.C:
			err = send.Comment("alive")
		case <-allowed.C:
			ctx, err = a.rescope(ctx, &scope, send)
		}
	}
}

// greet says where a connection begins: with all that has changed since a moment, or with the word to load everything.
func (a *API) greet(ctx context.Context, since time.Time, send sse.Sender) error {
	who, now := exchangeOf(ctx).actor, a.Clock.Now()
	if since.IsZero() || now.Sub(since) > longestBack {
		return send.Data(resync{now})
	}
	missed, err := a.Feed.SinceOf(ctx, who.AccountID, since.Add(-realtime.Overlap), mostBack)
	if err != nil || len(missed) == mostBack {
		return send.Data(resync{now})
	}
	err = send.Data(ready{now})
	for _, e := range missed {
		if !forOther(e, who) {
			err = errors.Join(err, a.tell(ctx, send, e.Refs.TaskID, e))
		}
	}
	return err
}

// tell sends what is about a task, if any, unless the task is not there for the listener.
func (a *API) tell(ctx context.Context, send sse.Sender, task *ids.ID, what any) error {
	if task != nil && len(access.Of(ctx).Hidden()) > 0 {
		_, err := a.Tasks.Get(ctx, exchangeOf(ctx).actor.AccountID, *task)
		if errs.KindOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return send.Data(what)
}

// turnsRights tells whether something may have changed what listeners may hear.
func turnsRights(e feed.Event) bool {
	return e.Type == feed.AccessChanged || e.Type == feed.StaffChanged
}

// rescope looks anew whether a listener still may hear, and what; who may hear of other tasks than before loads afresh.
func (a *API) rescope(ctx context.Context, scope *access.Scope, send sse.Sender) (context.Context, error) {
	now, err := exchangeOf(ctx).again()
	if err != nil || now.Same(*scope) {
		return ctx, err
	}
	*scope = now
	return now.In(ctx), send.Data(resync{a.Clock.Now()})
}

// forOther tells whether an event is about what another staff member alone is told.
func forOther(e feed.Event, who account.Actor) bool {
	personal := strings.HasPrefix(e.Type, "notification.") || e.Type == feed.DraftChanged || e.Type == feed.ViewsOrdered
	return personal && ids.Of(e.Refs.StaffID) != who.StaffID
}
