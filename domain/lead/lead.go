// Package lead is about the forms of ads and what people enter into them. A webhook names a lead and no more: this package
// fetches its answers (fetch.go), keeps the forms with their questions and what the account makes of each answer (form.go,
// mapping.go, sync.go), and finds the leads that no webhook brought (read.go). What a lead becomes, a contact and a task, is
// decided in intake: see domain/inbound.
//
// A lead is fetched once and then kept word for word. Every call to the platform is made by a job, within the limits of the
// channel; nothing here is waited for by anybody.
package lead

import (
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/templates"
)

// State is what is known of a lead.
type State string

// The states.
const (
	Waiting    State = "waiting" // its answers are not here yet
	Read       State = "read"
	Unreadable State = "unreadable" // the platform has never let its answers be read, and no longer keeps them
)

// Kept is how long the platform keeps the answers of a lead.
const Kept = 90 * 24 * time.Hour

// Lead is one submission of a form.
type Lead struct {
	AccountID   account.ID `gorm:"primaryKey"`
	ID          ids.ID     `gorm:"primaryKey"`
	ChannelID   ids.ID
	ExternalID  string  // the platform's id, or the key of the event that brought it
	FormID      *ids.ID // of ours
	EventID     *ids.ID
	TaskID      *ids.ID
	ContactID   *ids.ID
	State       State
	Lead        channel.Lead `gorm:"serializer:json"` // the answers as they were given
	AdID        string
	AdSetID     string
	CampaignID  string
	Test        bool
	Recovered   bool           // no webhook brought it
	Problem     *Problem       `gorm:"serializer:json"` // why its answers are not here
	Unmapped    []string       `gorm:"serializer:json"` // questions that nobody has decided about
	Filled      map[string]any `gorm:"serializer:json"` // what it wrote into the contact, by which filling again knows what people changed
	SubmittedAt time.Time
	ReadAt      *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// TableName names the table.
func (Lead) TableName() string { return "leads" }

// Problem is why something of leads cannot be read. Its code is the key of words that say what to do.
type Problem struct {
	Code    string    `json:"code"`
	Message string    `json:"message,omitempty"` // the platform's words
	TraceID string    `json:"trace_id,omitempty"`
	Final   bool      `json:"final,omitempty"` // waiting alone does not help: somebody has to change something
	At      time.Time `json:"at"`
}

// problemOf keeps what matters of a failure.
func problemOf(f *channel.Failure, now time.Time) *Problem {
	f = f.Clean()
	return &Problem{
		Code: f.Reason, Message: f.Message, TraceID: f.TraceID, At: now,
		Final: f.Class == channel.Rejected || f.Class == channel.Disconnected,
	}
}

// fill takes over what was read of the lead.
func (l *Lead) fill(got channel.Lead, now time.Time) {
	got = got.Clean()
	if got.ID == "" {
		got.ID = l.Lead.ID
	}
	if got.SubmittedAt.IsZero() {
		got.SubmittedAt = l.SubmittedAt
	}
	for _, x := range []struct{ to, from *string }{
		{&got.FormID, &l.Lead.FormID}, {&got.AdID, &l.Lead.AdID}, {&got.AdSetID, &l.Lead.AdSetID},
	} {
		if *x.to == "" {
			*x.to = *x.from
		}
	}
	if got.Answers == nil {
		got.Answers = []channel.LeadAnswer{}
	}
	l.Lead, l.State, l.Problem, l.ReadAt, l.UpdatedAt = got, Read, nil, &now, now
	l.index()
}

// index copies what lists and reports look for.
func (l *Lead) index() {
	l.AdID, l.AdSetID, l.CampaignID, l.Test = l.Lead.AdID, l.Lead.AdSetID, l.Lead.CampaignID, l.Lead.Test
	l.SubmittedAt = l.Lead.SubmittedAt
}

// Scope is what patterns may read of the lead.
func (l Lead) Scope(f Form) templates.LeadScope {
	s := templates.LeadScope{
		ID: l.Lead.ID, FormID: l.Lead.FormID, FormName: l.Lead.FormName, AdName: l.Lead.AdName, AdSetName: l.Lead.AdSetName,
		CampaignName: l.Lead.Campaign, Platform: l.Lead.Platform, IsTest: l.Test,
	}
	if s.FormName == "" {
		s.FormName = f.Name
	}
	labels := map[string]string{}
	for _, q := range f.Questions {
		labels[q.Key] = q.Label
	}
	for _, a := range l.Lead.Answers {
		question := a.Question
		if question == "" {
			question = labels[a.Key]
		}
		s.Answers = append(s.Answers, templates.Answer{Key: a.Key, Question: question, Value: joined(a.Values), Values: a.Values})
	}
	return s
}

// Details is what there is to show of the lead besides the text of its answers.
func (l Lead) Details(f Form) map[string]any {
	unmapped := map[string]bool{}
	for _, q := range l.Unmapped {
		unmapped[q] = true
	}
	answers := []any{}
	for _, a := range l.Scope(f).Answers {
		values := make([]any, len(a.Values))
		for i, v := range a.Values {
			values[i] = v
		}
		one := map[string]any{"key": a.Key, "question": a.Question, "values": values}
		if unmapped[a.Key] {
			one["unmapped"] = true
		}
		answers = append(answers, one)
	}
	shown := map[string]any{"lead_id": l.ID.String(), "state": string(l.State), "answers": answers}
	x := l.Lead
	for key, v := range map[string]string{
		"external_id": x.ID, "form": l.Scope(f).FormName, "form_id": x.FormID, "ad": x.AdName, "ad_id": x.AdID,
		"ad_set": x.AdSetName, "campaign": x.Campaign, "platform": x.Platform,
	} {
		if v != "" {
			shown[key] = v
		}
	}
	for key, is := range map[string]bool{
		"organic": x.Organic, "test": x.Test, "incomplete": x.Incomplete, "automatic": x.Automatic, "recovered": l.Recovered,
	} {
		if is {
			shown[key] = true
		}
	}
	if l.Problem != nil {
		shown["problem"] = map[string]any{"code": l.Problem.Code, "message": l.Problem.Message, "trace_id": l.Problem.TraceID}
	}
	return map[string]any{"lead": shown}
}

func joined(values []string) string {
	text := ""
	for i, v := range values {
		if i > 0 {
			text += ", "
		}
		text += v
	}
	return text
}
