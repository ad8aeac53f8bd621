package channel

import (
	"context"
	"errors"
	"time"
)

// LeadFetcher reads what people entered into the forms of ads. A webhook of such a form says that one was submitted, and not
// what stands in it.
type LeadFetcher interface {
	// FetchLead returns a lead with its answers. Names of ads that the channel may not read are left empty, that is no error.
	// What the platform may let us read later is Temporary or Throttled; Rejected is what an administrator has to change
	// first, with a reason whose words say how; Disconnected is only said of credentials that are dead.
	FetchLead(ctx context.Context, a Access, id string) (Lead, error)
	// LeadForms returns the channel's forms with their questions.
	LeadForms(ctx context.Context, a Access) ([]LeadForm, error)
	// Leads returns a page of the leads of a form that were submitted since a time, the newest first. after is the Next of
	// the page before it, empty for the first; a cursor that is no longer good is a Rejected failure.
	Leads(ctx context.Context, a Access, form string, since time.Time, after string) (LeadPage, error)
	// LeadAccess asks whether leads may be read at all; nil when they may. The reason of the failure says who has to change
	// what.
	LeadAccess(ctx context.Context, a Access) error
}

// LeadTester has the platform make leads for trying a form: they go the whole way that any lead goes. What it may not do is a
// Rejected failure, with a reason whose words say what it takes.
type LeadTester interface {
	// MakeTestLead makes a test lead of a form and returns its id; ErrTestLead when the form has one already.
	MakeTestLead(ctx context.Context, a Access, form string) (id string, err error)
	// RemoveTestLeads takes the test leads of a form back at the platform.
	RemoveTestLeads(ctx context.Context, a Access, form string) error
}

// ErrTestLead is that a form has a test lead already, and the platform makes no second one beside it.
var ErrTestLead = errors.New("the form has a test lead already")

// Lead is one submission of a form.
type Lead struct {
	// ID is the platform's, by which the answers are fetched; empty when there is nothing to fetch.
	ID         string `json:"id,omitempty"`
	FormID     string `json:"form_id,omitempty"`
	FormName   string `json:"form_name,omitempty"`
	AdID       string `json:"ad_id,omitempty"`
	AdName     string `json:"ad_name,omitempty"`
	AdSetID    string `json:"ad_set_id,omitempty"`
	AdSetName  string `json:"ad_set_name,omitempty"`
	CampaignID string `json:"campaign_id,omitempty"`
	Campaign   string `json:"campaign_name,omitempty"`
	Platform   string `json:"platform,omitempty"`
	Organic    bool   `json:"organic,omitempty"`    // it came by no ad
	Test       bool   `json:"test,omitempty"`       // made by the platform's testing tool
	Incomplete bool   `json:"incomplete,omitempty"` // the person left before the end
	// Automatic says that a program wrote the answers together in the person's name; the person typed none of it.
	Automatic   bool         `json:"automatic,omitempty"`
	SubmittedAt time.Time    `json:"submitted_at"`
	Answers     []LeadAnswer `json:"answers,omitempty"` // as they were given; nil: to be fetched
}

// LeadAnswer is one answer, word for word.
type LeadAnswer struct {
	Key      string   `json:"key"`                // of the question, in any alphabet
	Question string   `json:"question,omitempty"` // as the person read it
	Values   []string `json:"values"`
}

// LeadForm is a form as the platform has it now.
type LeadForm struct {
	ID        string
	Name      string
	Status    string // as the platform says
	Locale    string
	Leads     int // how many there have been; -1 when it does not say
	Questions []LeadQuestion
}

// LeadQuestion is one question of a form.
type LeadQuestion struct {
	Key     string       `json:"key"`
	Label   string       `json:"label,omitempty"`
	Type    string       `json:"type,omitempty"`  // as the platform says
	Means   string       `json:"means,omitempty"` // one of the meanings below; empty for a question of the account's own
	Options []LeadOption `json:"options,omitempty"`
}

// LeadOption is one of the answers to choose from.
type LeadOption struct {
	Key   string `json:"key"`
	Label string `json:"label,omitempty"`
}

// What a question asks for, whatever the platform calls it.
const (
	AsksEmail     = "email"
	AsksPhone     = "phone"
	AsksName      = "name"
	AsksFirstName = "first_name"
	AsksLastName  = "last_name"
	AsksCompany   = "company"
	AsksJobTitle  = "job_title"
	AsksStreet    = "street"
	AsksPostcode  = "postcode"
	AsksCity      = "city"
	AsksState     = "state"
	AsksCountry   = "country"
	AsksBirthday  = "birthday"
	AsksWebsite   = "website"
)

// LeadPage is some of a form's leads.
type LeadPage struct {
	Leads []FoundLead
	Next  string // cursor of the next page; empty on the last one
	Usage int    // percent of the platform's limit that are used up, as far as it says
}

// FoundLead is a lead that was found by asking, with the item that a webhook about it would have brought: it has the same
// key, so that whichever comes second changes nothing.
type FoundLead struct {
	Lead
	Item Item
}

// clean makes the lead's foreign text storable.
func (l *Lead) clean() *Lead {
	if l == nil {
		return nil
	}
	c := *l
	for _, s := range []*string{
		&c.ID, &c.FormID, &c.FormName, &c.AdID, &c.AdName, &c.AdSetID, &c.AdSetName, &c.CampaignID, &c.Campaign, &c.Platform,
	} {
		*s = CleanText(*s)
	}
	c.SubmittedAt = CleanTime(c.SubmittedAt)
	c.Answers = nil
	for _, a := range l.Answers {
		c.Answers = append(c.Answers, LeadAnswer{CleanText(a.Key), CleanText(a.Question), cleanAll(a.Values)})
	}
	return &c
}

// Clean returns the lead with its text made storable.
func (l Lead) Clean() Lead { return *l.clean() }

// Clean returns the form with its text made storable.
func (f LeadForm) Clean() LeadForm {
	for _, s := range []*string{&f.ID, &f.Name, &f.Status, &f.Locale} {
		*s = CleanText(*s)
	}
	questions := make([]LeadQuestion, len(f.Questions))
	for i, q := range f.Questions {
		questions[i] = LeadQuestion{CleanText(q.Key), CleanText(q.Label), CleanText(q.Type), q.Means, nil}
		for _, o := range q.Options {
			questions[i].Options = append(questions[i].Options, LeadOption{CleanText(o.Key), CleanText(o.Label)})
		}
	}
	f.Questions = questions
	return f
}
