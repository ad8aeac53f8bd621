package metasim

import (
	"maps"
	"slices"
	"time"
)

// Page is a Facebook page: its settings, how it behaves in this simulation, and what became of its webhooks. The zero
// value of every setting is the usual page.
type Page struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Category string `json:"category"`
	Token    string `json:"token"`
	// TokenError makes every call with the page's token fail with this error, as 190/460. Zero: the token lives.
	TokenError ErrorRef `json:"token_error"`
	// DataUntil is until when the page's token may see people's data; nil is 90 days from now.
	DataUntil *time.Time `json:"data_until"`
	// Unpublished says that nobody sees the page.
	Unpublished bool `json:"unpublished"`
	// HumanAgent says that the app has the Human Agent feature.
	HumanAgent bool `json:"human_agent"`
	// NoUtility takes the permission for utility templates away.
	NoUtility bool `json:"no_utility"`
	// AdWindowHours is how long the window stays open after a first message that an ad brought; zero is 24.
	// The platform allows up to 7 days since 2026-09-28.
	AdWindowHours int `json:"ad_window_hours"`
	// DeniedFields are webhook fields whose permission is missing: subscribing one fails the whole call.
	DeniedFields []string `json:"denied_fields"`
	// HiddenMedia answers reads of messages as for people in Europe whose media must not be shown.
	HiddenMedia bool `json:"hidden_media"`
	// LeadAccess says who keeps the app from reading leads; empty when nobody does.
	LeadAccess LeadAccess `json:"lead_access"`
	// NoAdNames leaves out what a permission for ads is needed for.
	NoAdNames bool `json:"no_ad_names"`
	// NoCommenters leaves out who wrote comments: the app lacks the permission to see people's content.
	NoCommenters bool `json:"no_commenters"`
	// Headers are set on every Graph answer about the page, as X-Business-Use-Case-Usage over 100 %.
	Headers map[string]string `json:"headers"`
	// Echo says when sends of the app come back as webhooks.
	Echo EchoMode `json:"echo"`
	// EchoDelayMS is how much later, by the simulated clock, EchoDelayed sends them.
	EchoDelayMS int `json:"echo_delay_ms"`
	// NoDeliveries and NoReads switch off receipts.
	NoDeliveries bool `json:"no_deliveries"`
	NoReads      bool `json:"no_reads"`

	// SubscribedFields is what POST subscribed_apps asked for; empty when the app is not installed on the page.
	SubscribedFields []string `json:"subscribed_fields"`
	// FailingSince is the first of an unbroken run of failed deliveries. After 15 minutes the developers are alerted,
	// after an hour the page is unsubscribed.
	FailingSince *time.Time `json:"failing_since"`
	AlertedAt    *time.Time `json:"alerted_at"`
	DisabledAt   *time.Time `json:"disabled_at"`
}

// EchoMode says when an echo webhook leaves, measured against the answer of the send.
type EchoMode string

// The modes. The empty one is EchoAfter.
const (
	EchoAfter   EchoMode = "after"
	EchoBefore  EchoMode = "before"
	EchoTwice   EchoMode = "twice"
	EchoDelayed EchoMode = "delayed"
	EchoNever   EchoMode = "never"
)

// page is a Page with the conversations people have with it.
type page struct {
	Page
	threads   map[string]*thread // by page-scoped id of the person
	threadOf  map[*person]*thread
	uploads   map[string]upload // by attachment id
	templates []UtilityTemplate
	forms     []*leadForm // oldest first
	posts     []*post     // oldest first
}

// view is a copy of the page that shares nothing with it.
func (p *page) view() Page {
	v := p.Page
	v.DeniedFields = slices.Clone(p.DeniedFields)
	v.SubscribedFields = slices.Clone(p.SubscribedFields)
	v.Headers = maps.Clone(p.Headers)
	return v
}

// AddPage adds a page; what is left empty is made up. Subscribe it over the Graph API, or give SubscribedFields.
func (s *Sim) AddPage(p Page) (Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == "" {
		p.ID = s.ids.digits(15)
	}
	if p.Name == "" {
		p.Name = "Page " + p.ID
	}
	if p.Category == "" {
		p.Category = "Shopping & retail"
	}
	if p.Token == "" {
		p.Token = "EAAP" + s.ids.text(60)
	}
	if s.page(p.ID) != nil {
		return Page{}, Refusal("page.exists")
	}
	if s.pageOfToken(p.Token) != nil {
		return Page{}, Refusal("token.exists")
	}
	added := &page{
		Page: p, threads: map[string]*thread{}, threadOf: map[*person]*thread{}, uploads: map[string]upload{},
	}
	added.Page = added.view()
	s.pages = append(s.pages, added)
	s.touch()
	return added.view(), nil
}

// ChangePage changes a page and returns it as it is now; its id stays. The function must not call the simulator.
func (s *Sim) ChangePage(id string, change func(*Page)) (Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.page(id)
	if p == nil {
		return Page{}, Refusal("page.unknown")
	}
	v := p.view()
	change(&v)
	v.ID = id
	if len(v.SubscribedFields) > 0 && len(p.SubscribedFields) == 0 {
		v.FailingSince, v.AlertedAt, v.DisabledAt = nil, nil, nil
	}
	p.Page = v
	s.touch()
	return p.view(), nil
}

// Page returns one page as it is now.
func (s *Sim) Page(id string) (Page, error) { return s.ChangePage(id, func(*Page) {}) }

func (s *Sim) page(id string) *page {
	for _, p := range s.pages {
		if p.ID == id {
			return p
		}
	}
	return nil
}

func (s *Sim) pageOfToken(token string) *page {
	for _, p := range s.pages {
		if p.Token == token {
			return p
		}
	}
	return nil
}
