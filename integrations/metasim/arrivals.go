package metasim

// Tap is a person tapping a button of the page: one of a template, of the menu, or Get Started.
type Tap struct {
	Page    string `json:"page"`
	Person  string `json:"person"`
	Title   string `json:"title"`
	Payload string `json:"payload"`
}

// Tap sends a postback. It opens the window.
func (s *Sim) Tap(tap Tap) (Thread, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.thread(tap.Page, tap.Person)
	if err != nil {
		return Thread{}, err
	}
	s.tap(t, tap, nil)
	return s.viewThread(t), nil
}

func (s *Sim) tap(t *thread, tap Tap, ref *referral) {
	now := s.clock.Now()
	t.openWindow(now, t.page.windowAfter(ref))
	t.lastMessageAt = now
	part := &postback{MID: s.ids.mid(), Title: tap.Title, Payload: tap.Payload, Referral: ref}
	s.tell(t, "messaging_postbacks", t.fromPerson(element{Postback: part}), nil)
}

// Arrival is a person coming by a link or an advertisement.
type Arrival struct {
	Page   string `json:"page"`
	Person string `json:"person"`
	// Ref is the parameter of the m.me link or of the advertisement.
	Ref string `json:"ref"`
	// AdID is the advertisement; empty is an m.me link. AdTitle and AdPost describe it.
	AdID    string `json:"ad_id"`
	AdTitle string `json:"ad_title"`
	AdPost  string `json:"ad_post"`
	// Text is what the person writes at once. After an advertisement the referral rides on that message.
	Text string `json:"text"`
}

// getStarted is the payload of the button that begins a conversation.
const getStarted = "GET_STARTED"

// Arrive brings a person by a link or an advertisement. In a conversation that exists the app hears a referral; in a
// new one the person taps Get Started and the referral rides on that postback; after an advertisement it rides on the
// first message instead, if there is one and the page subscribes both fields.
func (s *Sim) Arrive(a Arrival) (Thread, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.thread(a.Page, a.Person)
	if err != nil {
		return Thread{}, err
	}
	ref := a.referral()
	isNew := t.lastMessageAt.IsZero()
	withMessage := a.AdID != "" && a.Text != ""
	switch {
	case withMessage && !t.page.subscribes("messaging_referrals"):
		ref = nil
	case withMessage: // below
	case isNew:
		s.tap(t, Tap{Title: "Get Started", Payload: getStarted}, ref)
		ref = nil
	default:
		t.openWindow(s.clock.Now(), t.page.windowAfter(ref))
		s.tell(t, "messaging_referrals", t.fromPerson(element{Referral: ref}), nil)
		ref = nil
	}
	if a.Text != "" {
		_, err = s.writeTo(t, Write{Text: a.Text}, ref)
	}
	return s.viewThread(t), err
}

func (a Arrival) referral() *referral {
	if a.AdID == "" {
		return &referral{Ref: a.Ref, Source: "SHORTLINK", Type: "OPEN_THREAD"}
	}
	return &referral{
		Ref: a.Ref, AdID: a.AdID, Source: "ADS", Type: "OPEN_THREAD",
		Ad: &adContext{Title: a.AdTitle, Post: a.AdPost},
	}
}
