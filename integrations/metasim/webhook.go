package metasim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// event is one update on its way to the app.
type event struct {
	page  *page
	lane  string // updates of one lane are delivered one after the other
	field string
	entry entry
	about *message // whose tick it sets; nil for anything else
}

// standbyFields are the fields whose updates an app that does not have the thread sees as standby.
func standbyFields() []string {
	return []string{
		"messages", "message_echoes", "message_edits", "message_reactions", "message_reads", "message_deliveries",
		"messaging_postbacks", "messaging_referrals",
	}
}

// tell queues one update of a conversation, if the page's subscription wants it. The lock is held.
func (s *Sim) tell(t *thread, field string, e element, about *message) *delivery {
	now := s.clock.Now()
	if e.Timestamp == 0 {
		e.Timestamp = now.UnixMilli()
	}
	ev := &event{page: t.page, lane: t.page.ID + "/" + t.psid, field: field, about: about}
	ev.entry = entry{ID: t.page.ID, Time: now.UnixMilli()}
	if t.owner != "" && slices.Contains(standbyFields(), field) {
		ev.field = "standby"
		if e.Postback != nil { // the payload is for the app that sent the button
			withheld := *e.Postback
			withheld.Payload = ""
			e.Postback = &withheld
		}
		ev.entry.Standby = []any{e}
	} else {
		ev.entry.Messaging = []any{e}
	}
	return s.enqueue(ev, slices.Contains(t.page.SubscribedFields, ev.field))
}

// fromPerson and fromPage are the two directions of an update.
func (t *thread) fromPerson(e element) element {
	e.Sender, e.Recipient = &party{t.psid}, &party{t.page.ID}
	return e
}

func (t *thread) fromPage(e element) element {
	e.Sender, e.Recipient = &party{t.page.ID}, &party{t.psid}
	return e
}

// encode makes the bytes of one POST.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the platform leaves <, > and & alone
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("metasim: a webhook cannot be encoded: %v", err)) // every shape is ours or checked JSON
	}
	return escape(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
}

// post sends one signed body and returns the answer's status.
func (s *Sim) post(ctx context.Context, url, secret string, body []byte) (int, error) {
	h := http.Header{"Content-Type": {"application/json"}}
	sign(h, secret, body)
	got, err := s.postRaw(ctx, url, h, body)
	return got.status, err
}

func (s *Sim) postRaw(ctx context.Context, url string, h http.Header, body []byte) (incoming, error) {
	return s.exchange(ctx, outgoing{
		method: http.MethodPost, url: url, header: h, body: body, within: s.timeout, limit: smallAnswer,
	})
}

// retryDelays is what the platform waits after the n-th failure: at once, 2 s and 5 s as a public fake server chose
// (unverified), then "with decreasing frequency over 36 hours".
func retryDelays() []time.Duration {
	return []time.Duration{
		0, 2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
		30 * time.Minute,
	}
}

const (
	giveUpAfter  = 36 * time.Hour
	alertAfter   = 15 * time.Minute
	disableAfter = time.Hour
)

// failed notes a failed delivery on its pages and plans the next try. The lock is held.
func (s *Sim) failed(d *delivery) {
	now := s.clock.Now()
	subscribed := false
	for _, p := range d.pages() {
		if p.FailingSince == nil {
			p.FailingSince = &now
		}
		switch failing := now.Sub(*p.FailingSince); {
		case failing >= disableAfter && p.DisabledAt == nil:
			s.disable(p, now)
		case failing >= alertAfter && p.AlertedAt == nil:
			p.AlertedAt = &now
			s.log.Warn("webhooks fail", "page_id", p.ID, "since", *p.FailingSince)
		}
		subscribed = subscribed || p.DisabledAt == nil
	}
	delays := retryDelays()
	wait := delays[min(len(d.log.Attempts)-1, len(delays)-1)]
	if !subscribed || now.Add(wait).Sub(d.log.At) > giveUpAfter {
		d.log.State = StateDropped
		return
	}
	next := now.Add(wait)
	d.log.State = StateRetrying
	if wait == 0 {
		s.retry(d)
		return
	}
	d.log.NextAt = &next
	planned := d.log.NextAt
	s.timers.at(next, func() {
		if d.log.NextAt == planned { // neither dropped nor brought forward
			s.retry(d)
		}
	})
}

// retry queues a failed delivery again. The lock is held.
func (s *Sim) retry(d *delivery) {
	d.log.NextAt = nil
	s.webhooks.pending = append(s.webhooks.pending, d)
	s.pump()
}

// disable takes the page's subscription away, as the platform does after an hour, and drops what waits for it.
func (s *Sim) disable(p *page, now time.Time) {
	p.DisabledAt, p.SubscribedFields = &now, nil
	s.log.Warn("webhooks disabled", "page_id", p.ID, "since", *p.FailingSince)
	for _, d := range s.webhooks.history {
		waits := d.log.State == StateQueued || d.log.State == StateRetrying
		if waits && !slices.ContainsFunc(d.events, func(e *event) bool { return e.page.DisabledAt == nil }) {
			d.log.State, d.log.NextAt = StateDropped, nil
		}
	}
	s.webhooks.pending = slices.DeleteFunc(s.webhooks.pending, func(d *delivery) bool {
		return d.log.State == StateDropped
	})
}
