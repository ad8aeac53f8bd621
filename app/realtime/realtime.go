// Package realtime tells screens what changed, as server-sent events: names and ids, after the commit, and nothing of the
// contents. Hub reads the feed's rows when it is rung and every two seconds, and hands each account's events to its
// listeners; Relay passes rings between processes. Rooms are apart from that: who has a task open, by name, in memory only.
//
// There are no gaps: a listener that reconnects, falls behind, or whose process lost the relay is told to load everything
// afresh ("resync").
package realtime

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// Resync tells a listener to load everything afresh.
const Resync = "resync"

// Overlap is how far before a moment whoever wants all events since then must begin: transactions commit out of order.
const Overlap = 15 * time.Second

// How the hub reads. Transactions commit out of order, so every reading overlaps the one before by more than the longest
// of them takes.
const (
	look    = 2 * time.Second
	backlog = 256 // events a listener may be behind
)

// Hub hands the feed's events to listeners.
type Hub struct {
	feed  *feed.Feed
	clock clock.Clock
	log   *slog.Logger
	rings chan struct{}

	mu        sync.Mutex
	listeners map[account.ID]map[*Listener]struct{}
	closed    bool
}

// Listener gets an account's events. Events is closed when the listener fell too far behind or the hub ended. Present tells
// who has tasks open; what there is no room for is left out, for the next word on it comes soon.
type Listener struct {
	Events  chan feed.Event
	Present chan Presence
	account account.ID
}

// NewHub makes a hub. Run must be running for listeners to hear anything.
func NewHub(f *feed.Feed, c clock.Clock, log *slog.Logger) *Hub {
	return &Hub{
		feed: f, clock: c, log: log, rings: make(chan struct{}, 1), listeners: map[account.ID]map[*Listener]struct{}{},
	}
}

// Ring makes the hub look now. It never blocks.
func (h *Hub) Ring() {
	select {
	case h.rings <- struct{}{}:
	default:
	}
}

// Listen begins to listen to an account.
func (h *Hub) Listen(id account.ID) *Listener {
	l := &Listener{Events: make(chan feed.Event, backlog), Present: make(chan Presence, backlog), account: id}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(l.Events)
		return l
	}
	if h.listeners[id] == nil {
		h.listeners[id] = map[*Listener]struct{}{}
	}
	h.listeners[id][l] = struct{}{}
	return l
}

// Leave ends listening.
func (h *Hub) Leave(l *Listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(l)
}

// drop takes a listener off and closes its channel; the lock is held.
func (h *Hub) drop(l *Listener) {
	if _, there := h.listeners[l.account][l]; !there {
		return
	}
	delete(h.listeners[l.account], l)
	if len(h.listeners[l.account]) == 0 {
		delete(h.listeners, l.account)
	}
	close(l.Events)
}

// Listeners returns how many there are.
func (h *Hub) Listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, of := range h.listeners {
		n += len(of)
	}
	return n
}

// Run reads and hands out until the context ends, then lets all listeners go.
func (h *Hub) Run(ctx context.Context) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	known := map[ids.ID]time.Time{}
	for {
		select {
		case <-ctx.Done():
			h.close()
			return
		case <-tick.C:
		case <-h.rings:
		}
		if h.Listeners() == 0 { // whoever comes next may hear of the last moments again, which does no harm
			clear(known)
			continue
		}
		from := h.clock.Now().Add(-Overlap)
		events, err := h.feed.Since(ctx, from)
		if err != nil {
			if ctx.Err() == nil {
				h.log.WarnContext(ctx, "the feed could not be read", "error", err)
			}
			continue
		}
		h.hand(events, known)
		for id, at := range known {
			if at.Before(from) {
				delete(known, id)
			}
		}
	}
}

// hand gives events that are new to their accounts' listeners. Whoever has no room left is let go, and reconnects.
func (h *Hub) hand(events []feed.Event, known map[ids.ID]time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range events {
		if _, seen := known[e.ID]; seen {
			continue
		}
		known[e.ID] = e.At
		for l := range h.listeners[e.AccountID] {
			select {
			case l.Events <- e:
			default:
				h.drop(l)
			}
		}
	}
}

// show tells an account's listeners who has a task open.
func (h *Hub) show(p Presence) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners[p.account] {
		select {
		case l.Present <- p:
		default:
		}
	}
}

func (h *Hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, of := range h.listeners {
		for l := range of {
			h.drop(l)
		}
	}
}

// Relay passes the feed's rings to the hubs of other processes, through Redis. Rings that get lost cost two seconds.
type Relay struct {
	redis redis.UniversalClient
	log   *slog.Logger
	rings chan struct{}
}

const relayChannel = "kontor:feed"

// NewRelay makes a relay.
func NewRelay(client redis.UniversalClient, log *slog.Logger) *Relay {
	return &Relay{redis: client, log: log, rings: make(chan struct{}, 1)}
}

// Ring tells the other processes. It never blocks.
func (r *Relay) Ring() {
	select {
	case r.rings <- struct{}{}:
	default:
	}
}

// Run sends rings, and calls heard for those of others, until the context ends. heard may be nil.
func (r *Relay) Run(ctx context.Context, heard func()) {
	if heard != nil {
		go r.hear(ctx, heard)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.rings:
			send, cancel := context.WithTimeout(ctx, time.Second)
			if err := r.redis.Publish(send, relayChannel, "").Err(); err != nil && ctx.Err() == nil {
				r.log.DebugContext(ctx, "a ring to other processes did not get through", "error", err)
			}
			cancel()
		}
	}
}

// hear listens for rings. The client connects again by itself.
func (r *Relay) hear(ctx context.Context, heard func()) {
	sub := r.redis.Subscribe(ctx, relayChannel)
	defer func() { _ = sub.Close() }()
	for {
		select {
		case <-ctx.Done():
			return
		case _, ok := <-sub.Channel():
			if !ok {
				return
			}
			heard()
		}
	}
}
