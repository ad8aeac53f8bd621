package metasim

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// pageInboxApp is the app id of answers given in the Page Inbox or Business Suite.
const pageInboxApp = "263902037430900"

// InboxAnswer is somebody answering in the platform's own inbox.
type InboxAnswer struct {
	Page   string `json:"page"`
	Person string `json:"person"`
	Text   string `json:"text"`
}

// AnswerInInbox writes to a person past the API: the app sees only the echo, without metadata.
func (s *Sim) AnswerInInbox(a InboxAnswer) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.thread(a.Page, a.Person)
	if err != nil {
		return Message{}, err
	}
	if a.Text == "" {
		return Message{}, Refusal("message.empty")
	}
	m := &message{thread: t, fromPage: true, appID: pageInboxApp, text: a.Text}
	s.add(m)
	t.seenAt = m.at
	s.echo(m)
	return s.viewMessage(m), nil
}

// handOver gives a thread to another app ("" is ours) and tells it. The lock is held.
func (s *Sim) handOver(t *thread, to string) {
	previous, next := t.owner, to
	if previous == "" {
		previous = s.app.ID
	}
	t.owner = to
	e := t.fromPerson(element{})
	h := &handOver{Previous: appNumber(previous)}
	if next == "" {
		h.New = appNumber(s.app.ID)
		e.Pass = h
	} else {
		e.Take = h
	}
	s.tell(t, "messaging_handovers", e, nil)
}

// Emission is an update of any shape, for what the platform may send and this simulator does not know.
type Emission struct {
	Page string `json:"page"`
	// Person fills sender, recipient and timestamp into Element; empty leaves it as it stands.
	Person string `json:"person"`
	// List is where the update stands in the entry: messaging (the default), standby or changes.
	List string `json:"list"`
	// Field is the webhook field. The update leaves whether the page subscribes it or not.
	Field   string          `json:"field"`
	Element json.RawMessage `json:"element"`
}

// Emit sends an update of any shape the usual way: signed, logged, held, retried.
func (s *Sim) Emit(e Emission) (Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.page(e.Page)
	if p == nil {
		return Delivery{}, Refusal("page.unknown")
	}
	if !json.Valid(e.Element) {
		return Delivery{}, Refusal("element.malformed")
	}
	now := s.clock.Now()
	ev := &event{page: p, lane: p.ID + "/", field: e.Field, entry: entry{ID: p.ID, Time: now.UnixMilli()}}
	var value any = e.Element
	if e.Person != "" {
		t, err := s.thread(e.Page, e.Person)
		if err != nil {
			return Delivery{}, err
		}
		fields := map[string]any{"sender": party{t.psid}, "recipient": party{p.ID}, "timestamp": now.UnixMilli()}
		if err := json.Unmarshal(e.Element, &fields); err != nil {
			return Delivery{}, Refusal("element.malformed")
		}
		ev.lane, value = p.ID+"/"+t.psid, fields
	}
	switch e.List {
	case "", "messaging":
		ev.entry.Messaging = []any{value}
	case "standby":
		ev.entry.Standby = []any{value}
	case "changes":
		ev.entry.Time = now.Unix()
		ev.entry.Changes = []change{{Field: e.Field, Value: value}}
	default:
		return Delivery{}, Refusal("list.unknown")
	}
	return s.enqueue(ev, true).log, nil
}

// RawPost is one POST to the callback outside every queue.
type RawPost struct {
	// Body is sent as it stands; BodyBase64 is for bytes that are no text.
	Body       string `json:"body"`
	BodyBase64 string `json:"body_base64"`
	// Sign is "" for both headers, "none", "wrong" (another secret) or "sha1" (the old header alone).
	Sign string `json:"sign"`
	// Headers are set beside them, as Content-Encoding.
	Headers map[string]string `json:"headers"`
}

// RawAnswer is what the callback answered.
type RawAnswer struct {
	Status int    `json:"status"`
	Body   string `json:"body"`
}

// Post sends one body to the callback at once and returns its answer. It is not logged and never retried.
func (s *Sim) Post(ctx context.Context, p RawPost) (RawAnswer, error) {
	body := []byte(p.Body)
	if p.BodyBase64 != "" {
		var err error
		if body, err = base64.StdEncoding.DecodeString(p.BodyBase64); err != nil {
			return RawAnswer{}, Refusal("body.malformed")
		}
	}
	s.mu.Lock()
	to, secret := s.app.CallbackURL, s.app.Secrets[0]
	s.mu.Unlock()
	if to == "" {
		return RawAnswer{}, Refusal("app.no_callback")
	}
	h := http.Header{"Content-Type": {"application/json"}}
	switch p.Sign {
	case "":
		sign(h, secret, body)
	case "none":
	case "wrong":
		sign(h, secret+"?", body)
	case "sha1":
		sign(h, secret, body)
		h.Del("X-Hub-Signature-256")
	default:
		return RawAnswer{}, Refusal("sign.unknown")
	}
	for k, v := range p.Headers {
		h.Set(k, v)
	}
	got, err := s.postRaw(ctx, to, h, body)
	if err != nil {
		return RawAnswer{}, Refusal("callback.no_answer")
	}
	return RawAnswer{Status: got.status, Body: string(got.body)}, nil
}

// The three recorded shapes of the dashboard's "Test" button. None is the runtime shape.
const (
	testMessage = `{"object":"page","entry":[{"id":"0","time":1698637600,"messaging":[{"sender":{"id":"12334"},` +
		`"recipient":{"id":"23245"},"timestamp":"1527459824","message":{"mid":"random_mid","text":"random_text"}}]}]}`
	testFieldValue = `{"field":"messaging_policy_enforcement","value":{"recipient":{"id":"23245"},` +
		`"timestamp":"1527459824","policy_enforcement":{"action":"block","reason":"test"}}}`
	testChange = `{"object":"page","entry":[{"id":"0","time":1698637600,"changes":[{"field":"messages",` +
		`"value":{"page_id":"23245"}}]}]}`
)

// DashboardTest posts one of the dashboard's test events: "message", "field_value" or "change".
func (s *Sim) DashboardTest(ctx context.Context, shape string) (RawAnswer, error) {
	bodies := map[string]string{"message": testMessage, "field_value": testFieldValue, "change": testChange}
	body, known := bodies[shape]
	if !known {
		return RawAnswer{}, Refusal("shape.unknown")
	}
	return s.Post(ctx, RawPost{Body: body})
}

// Handshake asks the callback to prove itself, as the dashboard does when an address is entered. A verify token other
// than the app's can be given; it returns nil only when the challenge came back verbatim.
func (s *Sim) Handshake(ctx context.Context, verifyToken string) error {
	s.mu.Lock()
	callback, token := s.app.CallbackURL, s.app.VerifyToken
	s.mu.Unlock()
	if callback == "" {
		return Refusal("app.no_callback")
	}
	if verifyToken != "" {
		token = verifyToken
	}
	challenge := s.ids.digits(10)
	q := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {token}}
	joint := "?"
	if strings.Contains(callback, "?") {
		joint = "&"
	}
	got, err := s.exchange(ctx, outgoing{
		method: http.MethodGet, url: callback + joint + q.Encode(), within: s.timeout, limit: smallAnswer,
	})
	switch {
	case err != nil:
		return Refusal("callback.no_answer")
	case got.status != http.StatusOK || string(got.body) != challenge:
		return Refusal("callback.refused")
	}
	return nil
}
