package metasim

import "slices"

// ChangeWebhooks changes how updates are delivered and returns the state after it. The function must not call the
// simulator.
func (s *Sim) ChangeWebhooks(change func(*Webhooks)) WebhookState {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.webhooks.settings)
	s.pump()
	s.touch()
	return s.webhooks.state()
}

func (q *webhookQueue) state() WebhookState {
	return WebhookState{Webhooks: q.settings, Pending: len(q.pending), InFlight: q.inFlight}
}

// Release says how held updates leave.
type Release struct {
	// Order is "" as they came, "reverse", or "shuffle".
	Order string `json:"order"`
	// Batch packs so many waiting updates into one POST; below 2 leaves them as they are.
	Batch int `json:"batch"`
}

// Release ends Hold and lets everything leave.
func (s *Sim) Release(r Release) (WebhookState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &s.webhooks
	switch r.Order {
	case "":
	case "reverse":
		slices.Reverse(q.pending)
	case "shuffle":
		s.ids.shuffle(len(q.pending), func(i, j int) { q.pending[i], q.pending[j] = q.pending[j], q.pending[i] })
	default:
		return q.state(), Refusal("release.order")
	}
	if r.Batch > 1 {
		q.pack(r.Batch)
	}
	q.settings.Hold = false
	s.pump()
	s.touch()
	return q.state(), nil
}

// pack joins waiting deliveries that have never left into ones of up to n updates.
func (q *webhookQueue) pack(n int) {
	var packed []*delivery
	for _, d := range q.pending {
		if len(packed) > 0 {
			last := packed[len(packed)-1]
			if last.body == nil && d.body == nil && len(last.events)+len(d.events) <= n {
				last.join(d)
				q.forget(d)
				continue
			}
		}
		packed = append(packed, d)
	}
	q.pending = packed
}

// Redeliver sends the very bytes of an earlier delivery once more, whatever became of it.
func (s *Sim) Redeliver(id string) (Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &s.webhooks
	i := slices.IndexFunc(q.history, func(d *delivery) bool { return d.log.ID == id })
	if i < 0 {
		return Delivery{}, Refusal("delivery.unknown")
	}
	if s.app.CallbackURL == "" {
		return Delivery{}, Refusal("app.no_callback")
	}
	old := q.history[i]
	old.build()
	again := s.newDelivery(old.events, StateQueued)
	again.body, again.log.Body, again.log.CopyOf = old.body, old.log.Body, old.log.ID
	q.pending = append(q.pending, again)
	s.pump()
	s.touch()
	return again.log, nil
}

// RetryNow tries every failed delivery again without waiting for its time, and returns how many there were. It is for
// tests of a program that was down: the platform's own pauses soon last minutes.
func (s *Sim) RetryNow() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, d := range s.webhooks.history {
		if d.log.NextAt != nil {
			s.retry(d)
			n++
		}
	}
	s.touch()
	return n
}

// Deliveries returns the log, newest first: at most limit, all when limit is 0.
func (s *Sim) Deliveries(limit int) []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.webhooks.history
	if limit > 0 && len(all) > limit {
		all = all[len(all)-limit:]
	}
	out := make([]Delivery, 0, len(all))
	for _, d := range slices.Backward(all) {
		v := d.log
		v.Attempts = slices.Clone(v.Attempts)
		out = append(out, v)
	}
	return out
}
