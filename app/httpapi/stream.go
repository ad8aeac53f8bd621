package httpapi

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"

	"kontor/app/realtime"
	"kontor/domain/account"
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

// stream tells of changes as they happen.
func stream() handler {
	return handler{register: func(a *API, op huma.Operation, _ bool) {
		op.Description = "Server-sent events. «resync» comes first and means: load what you show afresh; «change» names what " +
			"changed, by ids; «presence» says who has a task open now; comments keep the connection alive."
		events := map[string]any{"resync": resync{}, "change": feed.Event{}, "presence": realtime.Presence{}}
		op.Middlewares = append(op.Middlewares, func(hc huma.Context, next func(huma.Context)) {
			hc.SetHeader("X-Accel-Buffering", "no") // a proxy that gathers would hold the events back
			next(hc)
		})
		sse.Register(a.huma, op, events, func(ctx context.Context, _ *nothing, send sse.Sender) { a.follow(ctx, send) })
	}}
}

// follow passes an account's events on until the listener leaves, falls behind, or may no longer hear them.
func (a *API) follow(ctx context.Context, send sse.Sender) {
	x := exchangeOf(ctx)
	l := a.Hub.Listen(x.actor.AccountID)
	defer a.Hub.Leave(l)
	alive, allowed := time.NewTicker(heartbeat), time.NewTicker(recheck)
	defer alive.Stop()
	defer allowed.Stop()
	err := send.Data(resync{a.Clock.Now()})
	for _, p := range a.Rooms.Of(x.actor.AccountID) {
		err = errors.Join(err, send.Data(p))
	}
	for err == nil {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-l.Events:
			if !ok { // behind, or the server stops: the listener connects again
				return
			}
			if !forOther(e, x.actor) {
				err = send.Data(e)
			}
		case p := <-l.Present:
			err = send.Data(p)
		case <-alive.C:
			err = send.Comment("alive")
		case <-allowed.C:
			err = x.again()
		}
	}
}

// forOther tells whether an event is about what another staff member alone is told.
func forOther(e feed.Event, who account.Actor) bool {
	return strings.HasPrefix(e.Type, "notification.") && ids.Of(e.Refs.StaffID) != who.StaffID
}
