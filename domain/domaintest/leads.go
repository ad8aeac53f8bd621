package domaintest

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"kontor/domain/channel"
)

// leads is the part of the fake's platform that is about the forms of ads.
type leads struct {
	forms   []channel.LeadForm
	entered map[string]channel.Lead // those whose answers can be read
	refuse  *channel.Failure
	calls   int
	used    int               // percent of the limit
	tests   map[string]string // by form, one at a time
	made    int               // test leads so far
}

// leadsAPage is small, so that tests meet several pages.
const leadsAPage = 2

// Forms makes the platform have forms.
func (f *Fake) Forms(forms ...channel.LeadForm) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leads.forms = forms
}

// Enter makes the answers of leads readable.
func (f *Fake) Enter(list ...channel.Lead) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.leads.entered == nil {
		f.leads.entered = map[string]channel.Lead{}
	}
	for _, l := range list {
		f.leads.entered[l.ID] = l
	}
}

// RefuseLeads makes the platform refuse everything about leads; nil makes it answer again.
func (f *Fake) RefuseLeads(failure *channel.Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leads.refuse = failure
}

// LeadCalls returns how often the platform was asked about leads.
func (f *Fake) LeadCalls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.leads.calls
}

// LeadsUsed makes the platform say how much of its limit is used up.
func (f *Fake) LeadsUsed(percent int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leads.used = percent
}

func (f *Fake) askedForLeads() *leads {
	f.leads.calls++
	return &f.leads
}

// FetchLead returns what was entered.
func (f *Fake) FetchLead(_ context.Context, _ channel.Access, id string) (channel.Lead, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.askedForLeads()
	if l.refuse != nil {
		return channel.Lead{}, l.refuse
	}
	got, ok := l.entered[id]
	if !ok {
		return channel.Lead{}, &channel.Failure{Class: channel.Temporary, Reason: "fake.not_there"}
	}
	return got, nil
}

// LeadForms returns what Forms said.
func (f *Fake) LeadForms(context.Context, channel.Access) ([]channel.LeadForm, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.askedForLeads()
	if l.refuse != nil {
		return nil, l.refuse
	}
	return slices.Clone(l.forms), nil
}

// Leads returns the leads of a form, the newest first.
func (f *Fake) Leads(
	_ context.Context, _ channel.Access, form string, since time.Time, after string,
) (page channel.LeadPage, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.askedForLeads()
	if l.refuse != nil {
		return page, l.refuse
	}
	var all []channel.Lead
	for _, x := range l.entered {
		if x.FormID == form && x.SubmittedAt.After(since) {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b channel.Lead) int {
		return cmp.Or(b.SubmittedAt.Compare(a.SubmittedAt), cmp.Compare(a.ID, b.ID))
	})
	from, _ := strconv.Atoi(after)
	to := min(from+leadsAPage, len(all))
	for _, x := range all[min(from, len(all)):to] {
		page.Leads = append(page.Leads, channel.FoundLead{Lead: x, Item: leadItem(Submitted(x))})
	}
	if page.Usage = l.used; to < len(all) {
		page.Next = strconv.Itoa(to)
	}
	return page, nil
}

// LeadAccess says what RefuseLeads said.
func (f *Fake) LeadAccess(context.Context, channel.Access) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.leads.refuse != nil && f.leads.refuse.Class == channel.Rejected {
		return f.leads.refuse
	}
	return nil
}

// MakeTestLead makes a test lead whose answers can be read, and tells nobody.
func (f *Fake) MakeTestLead(_ context.Context, _ channel.Access, form string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.askedForLeads()
	if l.refuse != nil {
		return "", l.refuse
	}
	if l.tests[form] != "" {
		return "", channel.ErrTestLead
	}
	if l.tests == nil {
		l.tests = map[string]string{}
	}
	l.made++
	l.tests[form] = "test-" + strconv.Itoa(l.made)
	return l.tests[form], nil
}

// RemoveTestLeads takes a form's test lead back.
func (f *Fake) RemoveTestLeads(_ context.Context, _ channel.Access, form string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.askedForLeads()
	if l.refuse != nil {
		return l.refuse
	}
	delete(l.tests, form)
	return nil
}

// TestLeads returns how many test leads were made.
func (f *Fake) TestLeads() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.leads.made
}

// Submitted is what a webhook says of a lead: everything but the answers.
func Submitted(l channel.Lead) channel.Inbound {
	return channel.Inbound{
		Action: channel.Submit, OccurredAt: l.SubmittedAt, Transport: "fake",
		Lead: &channel.Lead{ID: l.ID, FormID: l.FormID, AdID: l.AdID, SubmittedAt: l.SubmittedAt},
	}
}

// leadItem is the item of a lead that has an id.
func leadItem(in channel.Inbound) channel.Item {
	raw, _ := json.Marshal(in) // plain values
	return channel.Item{
		Type: string(in.Action), Key: "lead:" + in.Lead.ID, Lane: "lead:" + in.Lead.ID, OccurredAt: in.OccurredAt, Raw: raw,
		Envelope: channel.Envelope{EntryID: Page},
	}
}

// Lead makes a lead of a form, submitted now: pairs of a question's key and an answer.
func (w *World) Lead(id, form string, answers ...string) channel.Lead {
	l := channel.Lead{
		ID: id, FormID: form, AdID: "ad-1", AdName: "Red bike", AdSetName: "Berlin", Campaign: "Spring", Platform: "fb",
		SubmittedAt: w.now.Now(), Answers: []channel.LeadAnswer{},
	}
	for i := 0; i+1 < len(answers); i += 2 {
		l.Answers = append(l.Answers, channel.LeadAnswer{Key: answers[i], Values: []string{answers[i+1]}})
	}
	return l
}

// Form makes a form whose questions have these keys.
func Form(id, name string, keys ...string) channel.LeadForm {
	f := channel.LeadForm{ID: id, Name: name, Status: "ACTIVE", Leads: -1}
	for _, k := range keys {
		f.Questions = append(f.Questions, channel.LeadQuestion{Key: k, Label: "Your " + k, Type: "CUSTOM"})
	}
	return f
}
