package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/templates"
)

// LeadForm is a form of ads: what the platform says of it, and what becomes of its answers.
type LeadForm struct {
	ID                ids.ID         `json:"id"`
	ChannelID         ids.ID         `json:"channel_id"`
	ExternalID        string         `json:"external_id" doc:"the platform's"`
	Name              string         `json:"name"`
	Status            string         `json:"status" doc:"the platform's word for it"`
	Locale            string         `json:"locale"`
	LeadsCount        *int           `json:"leads_count" doc:"as the platform counts; null when it does not say"`
	ObjectTemplateID  *ids.ID        `json:"object_template_id" doc:"null: the channel's"`
	ContactTemplateID *ids.ID        `json:"contact_template_id" doc:"null: the channel's"`
	AssigneeIDs       []ids.ID       `json:"assignee_ids" doc:"staff or teams; before the channel's"`
	Questions         []LeadQuestion `json:"questions"`
	Drift             bool           `json:"drift" doc:"questions have changed since somebody last looked"`
	Unmapped          int            `json:"unmapped" doc:"questions whose answers go nowhere yet"`
	SyncedAt          *time.Time     `json:"synced_at"`
	GoneAt            *time.Time     `json:"gone_at" doc:"since when the platform does not list it any more"`
	ReadUntil         time.Time      `json:"read_until" doc:"every lead submitted before is known"`
	Backfill          *LeadBackfill  `json:"backfill" doc:"the last one; null when there was none"`
	TestLead          *TestLead      `json:"test_lead" doc:"the last one that was made from here, with how far it has come; null when none was"`
	CreatedAt         time.Time      `json:"created_at"`
	UpdatedAt         time.Time      `json:"updated_at"`
}

// LeadQuestion is a question of a form with what becomes of its answers.
type LeadQuestion struct {
	Key        string               `json:"key"`
	Label      string               `json:"label"`
	Type       string               `json:"type" doc:"the platform's word for it"`
	Options    []channel.LeadOption `json:"options" doc:"the answers to choose from"`
	Target     templates.LeadTarget `json:"target" doc:"contact:name, contact:email, contact:phone, contact:field:<key>, task:field:<key>; none: only kept; empty: read into a text, or nowhere"`
	By         lead.By              `json:"by" enum:"form,template,type," doc:"who decided: somebody for this form, a template that reads the answer, the question's type; empty: nobody"`
	Suggestion templates.LeadTarget `json:"suggestion" doc:"where it could go, while nobody has decided"`
	Drift      lead.Drift           `json:"drift" enum:"new,changed,removed," doc:"how it has changed since somebody last looked"`
}

// LeadBackfill is how far a back-fill has come.
type LeadBackfill struct {
	State     lead.BackfillState `json:"state" enum:"reading,filling,done,failed"`
	Since     time.Time          `json:"since"`
	Found     int                `json:"found" doc:"leads that the platform has"`
	Recovered int                `json:"recovered" doc:"of them, those that were missing here"`
	Refilled  int                `json:"refilled" doc:"leads that were filled in again"`
	Changed   int                `json:"changed" doc:"of them, those whose task or contact changed"`
	Problem   *LeadProblem       `json:"problem"`
	StartedAt time.Time          `json:"started_at"`
	EndedAt   *time.Time         `json:"ended_at"`
}

// TestLead is a lead that the platform made to try a form, and how far it has come.
type TestLead struct {
	State      string       `json:"state" enum:"making,lost,made,received,task" doc:"lost: it was to be made, and nothing was heard of that again"`
	ExternalID string       `json:"external_id" doc:"the platform's; empty until it is made"`
	BegunAt    time.Time    `json:"begun_at"`
	MadeAt     *time.Time   `json:"made_at"`
	ReceivedAt *time.Time   `json:"received_at" doc:"when the platform told of it"`
	TaskID     *ids.ID      `json:"task_id"`
	Problem    *LeadProblem `json:"problem" doc:"why its answers are not here"`
}

// LeadProblem is why leads cannot be read, and who has to change what.
type LeadProblem struct {
	Code    string    `json:"code" doc:"stable"`
	Text    string    `json:"text" doc:"what it is and what to do, in the reader's language"`
	Message string    `json:"message" doc:"the platform's own words"`
	TraceID string    `json:"trace_id"`
	At      time.Time `json:"at"`
}

// Lead is one submission of a form.
type Lead struct {
	ID          ids.ID       `json:"id"`
	ChannelID   ids.ID       `json:"channel_id"`
	ExternalID  string       `json:"external_id"`
	FormID      *ids.ID      `json:"form_id"`
	TaskID      *ids.ID      `json:"task_id"`
	ContactID   *ids.ID      `json:"contact_id"`
	State       lead.State   `json:"state" enum:"waiting,read,unreadable"`
	Form        string       `json:"form"`
	AdID        string       `json:"ad_id"`
	Ad          string       `json:"ad"`
	AdSetID     string       `json:"ad_set_id"`
	AdSet       string       `json:"ad_set"`
	CampaignID  string       `json:"campaign_id"`
	Campaign    string       `json:"campaign"`
	Platform    string       `json:"platform"`
	Organic     bool         `json:"organic" doc:"it came by no ad"`
	Test        bool         `json:"test" doc:"made by the platform's testing tool"`
	Incomplete  bool         `json:"incomplete" doc:"the person left before the end"`
	Recovered   bool         `json:"recovered" doc:"no webhook brought it"`
	Answers     []LeadAnswer `json:"answers" doc:"word for word"`
	Problem     *LeadProblem `json:"problem" doc:"why the answers are not here"`
	SubmittedAt time.Time    `json:"submitted_at"`
	ReadAt      *time.Time   `json:"read_at"`
}

// LeadAnswer is the answer to one question.
type LeadAnswer struct {
	Key      string   `json:"key"`
	Question string   `json:"question"`
	Values   []string `json:"values"`
	Unmapped bool     `json:"unmapped" doc:"it goes nowhere yet"`
}

// LeadList is the leads of a task.
type LeadList struct {
	Items []Lead `json:"items"`
}

func (x *exchange) leadProblem(p *lead.Problem) *LeadProblem {
	if p == nil {
		return nil
	}
	return &LeadProblem{p.Code, x.text(p.Code, nil), p.Message, p.TraceID, p.At}
}

// showForm shows a form with what becomes of each answer.
func (a *API) showForm(ctx context.Context, f lead.Form) (LeadForm, error) {
	questions, err := a.Leads.Mapped(ctx, f)
	shown := LeadForm{
		ID: f.ID, ChannelID: f.ChannelID, ExternalID: f.ExternalID, Name: f.Name, Status: f.Status, Locale: f.Locale,
		LeadsCount: f.LeadsCount, ObjectTemplateID: f.ObjectTemplateID, ContactTemplateID: f.ContactTemplateID,
		AssigneeIDs: orEmpty(f.AssigneeIDs), Questions: make([]LeadQuestion, len(questions)), Drift: len(f.Drifts()) > 0,
		SyncedAt: f.SyncedAt, GoneAt: f.GoneAt, ReadUntil: f.ReadUntil, CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt,
	}
	for i, q := range questions {
		shown.Questions[i] = LeadQuestion{
			q.Key, q.Label, q.Type, orEmpty(q.Options), q.Target, q.By, q.Suggestion, q.Drift,
		}
		if q.By == lead.ByNobody {
			shown.Unmapped++
		}
	}
	if b := f.Backfill; b != nil {
		shown.Backfill = &LeadBackfill{
			b.State, b.Since, b.Found, b.Recovered, b.Refilled, b.Changed, exchangeOf(ctx).leadProblem(b.Problem), b.StartedAt,
			b.EndedAt,
		}
	}
	if err != nil {
		return shown, err
	}
	way, err := a.Leads.Way(ctx, f)
	shown.TestLead = exchangeOf(ctx).testLead(way)
	return shown, err
}

func (x *exchange) testLead(w *lead.Way) *TestLead {
	if w == nil {
		return nil
	}
	state := "making"
	for _, reached := range []struct {
		state string
		is    bool
	}{{"lost", w.Late}, {"made", w.MadeAt != nil}, {"received", w.ReceivedAt != nil}, {"task", w.TaskID != nil}} {
		if reached.is {
			state = reached.state
		}
	}
	return &TestLead{state, w.ExternalID, w.BegunAt, w.MadeAt, w.ReceivedAt, w.TaskID, x.leadProblem(w.Problem)}
}

func (a *API) formAnswer(ctx context.Context, f lead.Form, err error) (*answer[LeadForm], error) {
	if err != nil {
		return nil, err
	}
	return answered(a.showForm(ctx, f))
}

type listFormsInput struct {
	ByID
	Paging
}

func (a *API) listLeadForms(ctx context.Context, who account.Actor, in *listFormsInput) (*answer[Page[LeadForm]], error) {
	rows, next, err := a.Leads.Forms(ctx, who.AccountID, in.ID, in.page())
	if err != nil {
		return nil, err
	}
	shown := make([]LeadForm, len(rows))
	for i, f := range rows {
		if shown[i], err = a.showForm(ctx, f); err != nil {
			return nil, err
		}
	}
	return listed(shown, next, err)
}

// syncLeadForms asks the platform for the channel's forms, and answers with the first of them.
func (a *API) syncLeadForms(ctx context.Context, who account.Actor, in *ByID) (*answer[Page[LeadForm]], error) {
	if err := a.Leads.SyncForms(ctx, who, in.ID); err != nil {
		return nil, err
	}
	return a.listLeadForms(ctx, who, &listFormsInput{ByID: *in, Paging: Paging{Limit: 200}})
}

func (a *API) getLeadForm(ctx context.Context, who account.Actor, in *ByID) (*answer[LeadForm], error) {
	f, err := a.Leads.Form(ctx, who.AccountID, in.ID)
	return a.formAnswer(ctx, f, err)
}

type changeFormInput struct {
	ByID
	Body struct {
		ObjectTemplateID  Optional[*ids.ID]                         `json:"object_template_id,omitzero" format:"uuid" doc:"null: the channel's"`
		ContactTemplateID Optional[*ids.ID]                         `json:"contact_template_id,omitzero" format:"uuid" doc:"null: the channel's"`
		AssigneeIDs       Optional[[]ids.ID]                        `json:"assignee_ids,omitzero" format:"uuid" maxItems:"100" doc:"staff or teams; before the channel's"`
		Mapping           Optional[map[string]templates.LeadTarget] `json:"mapping,omitzero" doc:"target by question; only those named change, an empty target takes a decision back"`
		Reviewed          Optional[bool]                            `json:"reviewed,omitzero" doc:"true: somebody has looked at how the questions have changed; a mapping says so too"`
	}
}

func (a *API) changeLeadForm(ctx context.Context, who account.Actor, in *changeFormInput) (*answer[LeadForm], error) {
	b := in.Body
	f, err := a.Leads.Update(ctx, who, in.ID, lead.Change{
		ObjectTemplateID: b.ObjectTemplateID.Ptr(), ContactTemplateID: b.ContactTemplateID.Ptr(),
		AssigneeIDs: b.AssigneeIDs.Ptr(), Mapping: b.Mapping.Value, Reviewed: b.Reviewed.Value,
	})
	return a.formAnswer(ctx, f, err)
}

type backfillInput struct {
	ByID
	Body *struct {
		Since time.Time `json:"since,omitzero" doc:"leads submitted from then on; since the channel was connected when left out, 90 days at most"`
	}
}

// backfillLeadForm begins a back-fill; GET /lead-forms/{id} shows how far it has come.
func (a *API) backfillLeadForm(ctx context.Context, who account.Actor, in *backfillInput) (*answer[LeadForm], error) {
	since := time.Time{}
	if in.Body != nil {
		since = in.Body.Since
	}
	f, err := a.Leads.Backfill(ctx, who, in.ID, since)
	return a.formAnswer(ctx, f, err)
}

type testLeadInput struct {
	ByID
	Body *struct {
		Anew bool `json:"anew,omitempty" doc:"delete the one that the platform has, and make a new one"`
	}
}

// makeTestLead has the platform make a test lead; GET /lead-forms/{id} shows how far it has come.
func (a *API) makeTestLead(ctx context.Context, who account.Actor, in *testLeadInput) (*answer[LeadForm], error) {
	f, err := a.Leads.MakeTestLead(ctx, who, in.ID, in.Body != nil && in.Body.Anew)
	return a.formAnswer(ctx, f, err)
}

func (a *API) listTaskLeads(ctx context.Context, who account.Actor, in *ByID) (*answer[LeadList], error) {
	if _, err := a.Tasks.Get(ctx, who.AccountID, in.ID); err != nil {
		return nil, err
	}
	rows, err := a.Leads.Of(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	forms, err := a.Leads.FormsOf(ctx, rows)
	x := exchangeOf(ctx)
	list := LeadList{Items: make([]Lead, len(rows))}
	for i, l := range rows {
		list.Items[i] = x.lead(l, forms[l.ID])
	}
	return answered(list, err)
}

func (x *exchange) lead(l lead.Lead, f lead.Form) Lead {
	unmapped := map[string]bool{}
	for _, q := range l.Unmapped {
		unmapped[q] = true
	}
	s := l.Scope(f)
	answers := make([]LeadAnswer, len(s.Answers))
	for i, a := range s.Answers {
		answers[i] = LeadAnswer{a.Key, a.Question, a.Values, unmapped[a.Key]}
	}
	return Lead{
		ID: l.ID, ChannelID: l.ChannelID, ExternalID: l.ExternalID, FormID: l.FormID, TaskID: l.TaskID, ContactID: l.ContactID,
		State: l.State, Form: s.FormName, AdID: l.AdID, Ad: l.Lead.AdName, AdSetID: l.AdSetID, AdSet: l.Lead.AdSetName,
		CampaignID: l.CampaignID, Campaign: l.Lead.Campaign, Platform: l.Lead.Platform, Organic: l.Lead.Organic, Test: l.Test,
		Incomplete: l.Lead.Incomplete, Recovered: l.Recovered, Answers: answers, Problem: x.leadProblem(l.Problem),
		SubmittedAt: l.SubmittedAt, ReadAt: l.ReadAt,
	}
}
