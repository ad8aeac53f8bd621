package metasim

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// LeadForm is a form of ads: its questions, and the leads that were entered.
type LeadForm struct {
	ID        string         `json:"id"`
	Page      string         `json:"page"`
	Name      string         `json:"name"`
	Status    string         `json:"status"` // ACTIVE, ARCHIVED, DRAFT
	Locale    string         `json:"locale"`
	Questions []LeadQuestion `json:"questions"`
	// Unlisted leaves the form out of the page's list: its leads come all the same.
	Unlisted bool `json:"unlisted"`
	Leads    int  `json:"leads"` // how many were entered
}

// LeadQuestion is one question of a form.
type LeadQuestion struct {
	Key     string       `json:"key"`
	Label   string       `json:"label"`
	Type    string       `json:"type"` // EMAIL, PHONE, FULL_NAME, CUSTOM …
	Options []LeadOption `json:"options,omitempty"`
}

// LeadOption is one of the answers to choose from.
type LeadOption struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// LeadAccess says who keeps the app from reading a page's leads.
type LeadAccess string

// The accesses. The empty one is access.
const (
	LeadsByManager LeadAccess = "manager" // the Leads Access Manager leaves the app out
	LeadsByTask    LeadAccess = "task"    // whoever connected the page has not the ADVERTISE task
	LeadsByScope   LeadAccess = "scope"   // the token lacks leads_retrieval
	LeadsBlind     LeadAccess = "blind"   // refused, and has_lead_access says nothing
)

// LeadAnswer is the answer to one question.
type LeadAnswer struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// Submission is somebody submitting a form.
type Submission struct {
	Form    string       `json:"form"`
	Answers []LeadAnswer `json:"answers"`
	// Test makes a lead of the testing tool: what is not answered says that it is dummy data.
	Test bool `json:"test"`
	// Organic leads come by no ad; else an ad is made up where none is given.
	Organic  bool   `json:"organic"`
	AdID     string `json:"ad_id"`
	AdName   string `json:"ad_name"`
	Campaign string `json:"campaign"`
	Platform string `json:"platform"` // fb or ig
	// ReadableAfterMS is how much later, by the simulated clock, the answers can be read; below 0 not before ShowLead.
	ReadableAfterMS int `json:"readable_after_ms"`
	// Lost sends no webhook.
	Lost bool `json:"lost"`
	// AgoHours puts it into the past.
	AgoHours int `json:"ago_hours"`
}

// Lead is a submitted form.
type Lead struct {
	ID         string       `json:"id"`
	Form       string       `json:"form"`
	At         time.Time    `json:"at"`
	ReadableAt *time.Time   `json:"readable_at"` // null: not before ShowLead
	Answers    []LeadAnswer `json:"answers"`
}

// lead is a Lead with its ad.
type lead struct {
	Lead
	form                   *leadForm
	test, organic          bool
	platform, ad, adName   string
	adSet, campaign, named string // ids, and the campaign's name
}

// leadForm is a form with its leads, oldest first.
type leadForm struct {
	LeadForm
	page  *page
	leads []*lead
}

func (f *leadForm) view() LeadForm {
	v := f.LeadForm
	v.Questions = slices.Clone(f.Questions)
	v.Leads = len(f.leads)
	return v
}

// AddForm adds a form to a page; what is left empty is made up.
func (s *Sim) AddForm(f LeadForm) (LeadForm, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.page(f.Page)
	if p == nil {
		return LeadForm{}, Refusal("page.unknown")
	}
	f.ID = cmp.Or(f.ID, s.ids.digits(15))
	if s.form(f.ID) != nil {
		return LeadForm{}, Refusal("form.exists")
	}
	f.Name, f.Status, f.Locale = cmp.Or(f.Name, "Form "+f.ID), cmp.Or(f.Status, "ACTIVE"), cmp.Or(f.Locale, "en_US")
	if len(f.Questions) == 0 {
		f.Questions = []LeadQuestion{
			{Key: "full_name", Label: "Full name", Type: "FULL_NAME"}, {Key: "email", Label: "Email", Type: "EMAIL"},
			{Key: "phone_number", Label: "Phone number", Type: "PHONE"},
		}
	}
	added := &leadForm{LeadForm: f, page: p}
	added.LeadForm = added.view()
	p.forms = append(p.forms, added)
	s.touch()
	return added.view(), nil
}

// ChangeForm changes a form and returns it as it is now; id and page stay. The function must not call the simulator.
func (s *Sim) ChangeForm(id string, change func(*LeadForm)) (LeadForm, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.form(id)
	if f == nil {
		return LeadForm{}, Refusal("form.unknown")
	}
	v := f.view()
	change(&v)
	v.ID, v.Page = id, f.Page
	f.LeadForm = v
	s.touch()
	return f.view(), nil
}

func (s *Sim) form(id string) *leadForm {
	for _, p := range s.pages {
		for _, f := range p.forms {
			if f.ID == id {
				return f
			}
		}
	}
	return nil
}

func (p *page) lead(id string) *lead {
	for _, f := range p.forms {
		for _, l := range f.leads {
			if l.ID == id {
				return l
			}
		}
	}
	return nil
}

// dummy is what the testing tool answers.
const dummy = "<test lead: dummy data for "

// SubmitLead submits a form and tells the app its id; the answers have to be asked for.
func (s *Sim) SubmitLead(in Submission) (Lead, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.form(in.Form)
	if f == nil {
		return Lead{}, Refusal("form.unknown")
	}
	l := s.addLead(f, in)
	if !in.Lost {
		s.tellLead(l)
	}
	s.touch()
	return l.Lead, nil
}

func (s *Sim) addLead(f *leadForm, in Submission) *lead {
	at := s.clock.Now().Add(-time.Duration(in.AgoHours) * time.Hour).Truncate(time.Second)
	l := &lead{
		Lead: Lead{ID: s.ids.digits(16), Form: f.ID, At: at, Answers: in.Answers}, form: f, test: in.Test,
		organic: in.Organic, platform: cmp.Or(in.Platform, "fb"),
	}
	if in.Test {
		l.Answers = f.dummies(in.Answers)
	}
	if in.ReadableAfterMS >= 0 {
		readable := s.clock.Now().Add(time.Duration(in.ReadableAfterMS) * time.Millisecond)
		l.ReadableAt = &readable
	}
	if !in.Organic && !in.Test {
		l.adName, l.named = cmp.Or(in.AdName, "Ad of "+f.Name), cmp.Or(in.Campaign, "Campaign of "+f.Name)
		s.advertise(f, l, in.AdID)
	}
	f.leads = append(f.leads, l)
	return l
}

// advertise says which ad brought a lead: those of one name are one ad, and those of one campaign's name one campaign.
func (s *Sim) advertise(f *leadForm, l *lead, ad string) {
	l.ad, l.adSet, l.campaign = ad, s.ids.digits(14), s.ids.digits(14)
	for _, before := range f.leads {
		if before.named != l.named {
			continue
		}
		l.campaign = before.campaign
		if before.adName == l.adName && (ad == "" || ad == before.ad) {
			l.ad, l.adSet = before.ad, before.adSet
		}
	}
	if l.ad == "" {
		l.ad = s.ids.digits(14)
	}
}

// dummies are the answers of the testing tool, those given excepted.
func (f *leadForm) dummies(given []LeadAnswer) []LeadAnswer {
	var all []LeadAnswer
	for _, q := range f.Questions {
		i := slices.IndexFunc(given, func(a LeadAnswer) bool { return a.Name == q.Key })
		if i >= 0 {
			all = append(all, given[i])
			continue
		}
		all = append(all, LeadAnswer{q.Key, []string{dummy + q.Key + ">"}})
	}
	return all
}

// leadValue is what a webhook says of a lead.
type leadValue struct {
	Created int64  `json:"created_time"` // seconds
	Lead    string `json:"leadgen_id"`
	Page    string `json:"page_id"`
	Form    string `json:"form_id"`
	Ad      string `json:"ad_id,omitempty"`
	AdGroup string `json:"adgroup_id,omitempty"` // the ad once more
}

// tellLead queues the webhook of a lead. The lock is held.
func (s *Sim) tellLead(l *lead) {
	p := l.form.page
	s.enqueue(&event{page: p, lane: p.ID + "/lead/" + l.ID, field: "leadgen", entry: entry{
		ID: p.ID, Time: s.clock.Now().Unix(), Changes: []change{{Field: "leadgen", Value: leadValue{
			Created: l.At.Unix(), Lead: l.ID, Page: p.ID, Form: l.form.ID, Ad: l.ad, AdGroup: l.ad,
		}}},
	}}, p.subscribes("leadgen"))
}

// ShowLead makes the answers of a lead readable now.
func (s *Sim) ShowLead(id string) (Lead, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pages {
		if l := p.lead(id); l != nil {
			now := s.clock.Now()
			l.ReadableAt = &now
			s.touch()
			return l.Lead, nil
		}
	}
	return Lead{}, Refusal("lead.unknown")
}

// ChatLead is a person answering the questions of an ad inside the conversation. The app hears of it when it is over.
type ChatLead struct {
	Page    string         `json:"page"`
	Person  string         `json:"person"`
	AdID    string         `json:"ad_id"`
	AdTitle string         `json:"ad_title"`
	Answers []ChatQuestion `json:"answers"`
	// Incomplete: the person left before the end.
	Incomplete bool `json:"incomplete"`
	// NoReferral and NoSummary leave out one of the two things by which it is told.
	NoReferral bool `json:"no_referral"`
	NoSummary  bool `json:"no_summary"`
}

// ChatQuestion is a question of an ad with its answer, as the conversation has them.
type ChatQuestion struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// leadPart and hopContext stand in elements beside a referral and a message.
type leadPart struct {
	Data []ChatQuestion `json:"data"`
}

type hopContext struct {
	AppID    json.Number `json:"app_id"`
	Metadata string      `json:"metadata"`
}

// leadFlowApp is the platform's program that asks the questions.
const leadFlowApp = "498721317747541"

// AnswerLead tells the app what a person answered to the questions of an ad: a referral with the answers, and a summary in
// the person's name that is not in the thread. It opens the window.
func (s *Sim) AnswerLead(in ChatLead) (Thread, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.thread(in.Page, in.Person)
	if err != nil {
		return Thread{}, err
	}
	if len(in.Answers) == 0 {
		return Thread{}, Refusal("lead.empty")
	}
	now := s.clock.Now()
	kind, metadata := "LEAD_COMPLETE", "messenger_lead_gen_complete"
	if in.Incomplete {
		kind, metadata = "LEAD_INCOMPLETE", "messenger_lead_gen_incomplete"
	}
	ref := &referral{AdID: cmp.Or(in.AdID, s.ids.digits(14)), Source: "ADS", Type: kind, Ad: &adContext{Title: in.AdTitle}}
	t.openWindow(now, t.page.windowAfter(nil))
	if !in.NoSummary {
		text := "Lead summary:"
		for _, a := range in.Answers {
			text += "\n" + a.Question + ": " + a.Answer
		}
		s.tell(t, "messages", t.fromPerson(element{
			Timestamp: now.Unix(), Message: &messagePart{MID: s.ids.mid(), Text: text},
			Hop: &hopContext{leadFlowApp, metadata},
		}), nil)
	}
	if !in.NoReferral {
		s.tell(t, "messaging_referrals", t.fromPerson(element{
			Timestamp: now.Unix(), Referral: ref, Lead: &leadPart{in.Answers},
		}), nil)
	}
	return s.viewThread(t), nil
}
