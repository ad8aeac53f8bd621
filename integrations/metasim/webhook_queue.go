package metasim

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// Webhooks says how updates are delivered.
type Webhooks struct {
	// Hold keeps every update back until Release.
	Hold bool `json:"hold"`
	// Copies is how often each update is delivered; below 2 is once.
	Copies int `json:"copies"`
	// Batch is how many waiting updates, of any pages, go into one POST; below 2 is one each.
	Batch int `json:"batch"`
	// Parallel is how many POSTs are under way at once. Updates of one conversation never overtake each other,
	// unless one has failed.
	Parallel int `json:"parallel"`
}

// defaultParallel lets a slow page wait beside a quick one.
const defaultParallel = 8

// WebhookState is Webhooks with what is under way.
type WebhookState struct {
	Webhooks
	Pending  int `json:"pending"`
	InFlight int `json:"in_flight"`
}

// DeliveryState says what became of a delivery.
type DeliveryState string

// The states of a delivery. Unwanted: the page does not subscribe the field. NoCallback: the app has no address.
const (
	StateQueued     DeliveryState = "queued"
	StateRetrying   DeliveryState = "retrying"
	StateDelivered  DeliveryState = "delivered"
	StateDropped    DeliveryState = "dropped"
	StateUnwanted   DeliveryState = "unwanted"
	StateNoCallback DeliveryState = "no_callback"
)

// Delivery is one POST, or the one that an update is waiting for, with every attempt.
type Delivery struct {
	ID       string        `json:"id"`
	At       time.Time     `json:"at"`
	Pages    []string      `json:"pages"`
	Fields   []string      `json:"fields"`
	State    DeliveryState `json:"state"`
	Attempts []Attempt     `json:"attempts"`
	NextAt   *time.Time    `json:"next_at"`
	CopyOf   string        `json:"copy_of,omitempty"`
	Body     string        `json:"body"`
}

// Attempt is one try to deliver. Status 0: no answer within the time-out, or no connection.
type Attempt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"`
	Error  string    `json:"error,omitempty"`
}

type webhookQueue struct {
	settings Webhooks
	pending  []*delivery // in the order they leave
	inFlight int
	owed     int             // accepted sends whose echo and receipt are not queued yet
	busy     map[string]bool // lanes under way
	history  []*delivery     // oldest first
	made     int
}

// keepHistory is how many finished deliveries are remembered.
const keepHistory = 2000

// delivery is a Delivery with the updates in it. Its bytes are made once, at the first attempt, and stay.
type delivery struct {
	log    Delivery
	events []*event
	body   []byte
	tried  []chan struct{} // closed after the first attempt
}

func (d *delivery) pages() []*page {
	var pages []*page
	for _, e := range d.events {
		if !slices.Contains(pages, e.page) {
			pages = append(pages, e.page)
		}
	}
	return pages
}

// enqueue logs an update and, when it is wanted, queues it as often as the settings say. The lock is held.
func (s *Sim) enqueue(e *event, wanted bool) *delivery {
	state := StateQueued
	switch {
	case !wanted:
		state = StateUnwanted
	case s.app.CallbackURL == "":
		state = StateNoCallback
	}
	first := s.newDelivery([]*event{e}, state)
	if state == StateQueued {
		s.webhooks.pending = append(s.webhooks.pending, first)
		for range s.webhooks.settings.Copies - 1 {
			again := s.newDelivery([]*event{e}, state)
			again.log.CopyOf = first.log.ID
			s.webhooks.pending = append(s.webhooks.pending, again)
		}
		s.pump()
	}
	s.touch()
	return first
}

func (s *Sim) newDelivery(events []*event, state DeliveryState) *delivery {
	q := &s.webhooks
	q.made++
	d := &delivery{events: events, tried: []chan struct{}{make(chan struct{})}}
	d.log = Delivery{ID: strconv.Itoa(q.made), At: s.clock.Now(), State: state, Attempts: []Attempt{}}
	d.describe()
	if state != StateQueued {
		d.build()
	}
	q.history = append(q.history, d)
	if len(q.history) > 2*keepHistory {
		excess := len(q.history) - keepHistory
		q.history = slices.DeleteFunc(q.history, func(old *delivery) bool {
			excess--
			return excess >= 0 && old.log.State != StateQueued && old.log.State != StateRetrying
		})
	}
	return d
}

func (d *delivery) describe() {
	d.log.Pages, d.log.Fields = nil, nil
	for _, e := range d.events {
		if !slices.Contains(d.log.Pages, e.page.ID) {
			d.log.Pages = append(d.log.Pages, e.page.ID)
		}
		if !slices.Contains(d.log.Fields, e.field) {
			d.log.Fields = append(d.log.Fields, e.field)
		}
	}
}

func (d *delivery) build() {
	if d.body != nil {
		return
	}
	v := envelope{Object: "page"}
	for _, e := range d.events {
		v.Entry = append(v.Entry, e.entry)
	}
	d.body = encode(v)
	d.log.Body = string(d.body)
	d.describe()
}

// pump starts whatever may leave. The lock is held.
func (s *Sim) pump() {
	q := &s.webhooks
	for !q.settings.Hold && q.inFlight < max(q.settings.Parallel, 1) && s.ctx.Err() == nil {
		d := q.take()
		if d == nil {
			return
		}
		d.build()
		q.inFlight++
		url, secret := s.app.CallbackURL, s.app.Secrets[0]
		s.running.Go(func() { s.deliver(d, url, secret) })
	}
}

// take removes the first delivery none of whose lanes is under way, filled up with further ones when batches are on.
func (q *webhookQueue) take() *delivery {
	i := slices.IndexFunc(q.pending, q.free)
	if i < 0 {
		return nil
	}
	d := q.pending[i]
	q.pending = slices.Delete(q.pending, i, i+1)
	if d.body == nil && q.settings.Batch > 1 {
		q.fill(d)
	}
	q.occupy(d, true)
	return d
}

// fill joins further free deliveries that have never left, up to the size of a batch.
func (q *webhookQueue) fill(d *delivery) {
	q.pending = slices.DeleteFunc(q.pending, func(other *delivery) bool {
		fits := other.body == nil && len(d.events)+len(other.events) <= q.settings.Batch
		if !fits || !q.free(other) {
			return false
		}
		d.join(other)
		q.forget(other)
		return true
	})
}

func (d *delivery) join(other *delivery) {
	d.events = append(d.events, other.events...)
	d.tried = append(d.tried, other.tried...)
}

func (q *webhookQueue) forget(d *delivery) {
	q.history = slices.DeleteFunc(q.history, func(old *delivery) bool { return old == d })
}

func (q *webhookQueue) free(d *delivery) bool {
	return !slices.ContainsFunc(d.events, func(e *event) bool { return q.busy[e.lane] })
}

func (q *webhookQueue) occupy(d *delivery, busy bool) {
	for _, e := range d.events {
		if busy {
			q.busy[e.lane] = true
		} else {
			delete(q.busy, e.lane)
		}
	}
}

// deliver makes one attempt.
func (s *Sim) deliver(d *delivery, url, secret string) {
	status, err := s.post(s.ctx, url, secret, d.body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhooks.inFlight--
	s.webhooks.occupy(d, false)
	attempt := Attempt{At: s.clock.Now(), Status: status}
	if err != nil {
		attempt.Error = err.Error()
	}
	d.log.Attempts, d.log.NextAt = append(d.log.Attempts, attempt), nil
	for _, c := range d.tried {
		close(c)
	}
	d.tried = nil
	if status == 200 {
		s.delivered(d)
	} else {
		s.failed(d)
	}
	s.pump()
	s.touch()
}

func (s *Sim) delivered(d *delivery) {
	d.log.State = StateDelivered
	for _, e := range d.events {
		e.page.FailingSince, e.page.AlertedAt = nil, nil
		if e.about != nil {
			e.about.told = true
		}
	}
}

// Flush waits until every update that is due, and not held, has been tried once.
func (s *Sim) Flush(ctx context.Context) error {
	for {
		s.mu.Lock()
		q := &s.webhooks
		idle := q.inFlight == 0 && q.owed == 0 && (q.settings.Hold || len(q.pending) == 0)
		_, changed := s.watch()
		s.mu.Unlock()
		if idle {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
