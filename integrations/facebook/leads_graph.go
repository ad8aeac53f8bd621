package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// The reasons for which leads cannot be read. Their words, in texts/, say who has to change what.
const (
	reasonManager = "leads.access_manager"     // the Leads Access Manager leaves the app out
	reasonTask    = "leads.advertise_task"     // whoever connected the page may not see its leads
	reasonScope   = "leads.permission_missing" // the token lacks a permission
	reasonUnread  = "leads.not_readable"       // it is refused, and nothing says why
	reasonNotYet  = "leads.not_there"          // it should be readable, and is not there
	reasonCursor  = "leads.cursor"             // the place in the list is no longer good
	reasonTest    = "leads.test_refused"       // no test lead is made of the form
)

// LeadReasons returns the codes of why leads cannot be read. Their words are in texts/.
func LeadReasons() []string {
	return []string{reasonManager, reasonTask, reasonScope, reasonUnread, reasonNotYet, reasonCursor, reasonTest}
}

const (
	leadFields = "id,created_time,form_id,ad_id,is_organic,platform,field_data,custom_disclaimer_responses"
	adFields   = ",ad_name,adset_id,adset_name,campaign_id,campaign_name"
	leadsAPage = 100
)

// FetchLead reads a lead. The names of its ad, ad set and campaign take a permission of their own: mostly they are left
// out without it, but where the platform refuses for their sake, the lead is read without them.
func (ad *Adapter) FetchLead(ctx context.Context, a channel.Access, id string) (channel.Lead, error) {
	get := func(fields string) (n leadNode, err error) {
		_, err = ad.graph.Call(ctx, meta.Request{
			Method: http.MethodGet, Path: []string{id}, As: a, Query: url.Values{"fields": {fields}},
		}, &n)
		return n, err
	}
	n, err := get(leadFields + adFields)
	if lacksPermission(err) {
		if plain, again := get(leadFields); again == nil {
			n, err = plain, nil
		}
	}
	if err != nil {
		return channel.Lead{}, ad.leadFailure(ctx, a, err, reasonNotYet, reasonScope)
	}
	return n.read(), nil
}

// leadFailure says what a refusal of leads means. The platform gives the same answer for what is not there yet, for what
// is gone, and for what may not be seen; so it is asked what may be seen. Where that tells nothing, the reason is the one
// of a permission that is refused, or else the other one.
func (ad *Adapter) leadFailure(ctx context.Context, a channel.Access, err error, otherwise, refused string) error {
	f := failureOf(err)
	switch {
	case f == nil || f.Reason != meta.ObjectMissing && f.Reason != meta.PermissionMissing && f.Reason != meta.Unknown:
		return err
	}
	because := failureOf(ad.LeadAccess(ctx, a))
	if because == nil || because.Class != channel.Rejected {
		because = &channel.Failure{Class: channel.Temporary, Reason: otherwise}
		if f.Reason != meta.ObjectMissing {
			because.Class, because.Reason = channel.Rejected, refused
		}
	}
	because.Message = sentences(f.Message, because.Message)
	because.Code, because.Subcode, because.TraceID, because.Status = f.Code, f.Subcode, f.TraceID, f.Status
	return because
}

// access is what the platform says about who may read a page's leads.
type access struct {
	App      *meta.Bool `json:"app_has_leads_permission"`
	Can      *meta.Bool `json:"can_access_lead"`
	Managed  *meta.Bool `json:"enabled_lead_access_manager"`
	User     *meta.Bool `json:"user_has_leads_permission"`
	Admin    *meta.Bool `json:"is_page_admin"`
	Failure  string     `json:"failure_reason"`
	Solution string     `json:"failure_resolution"`
}

// LeadAccess asks whether the page's leads may be read, and by whose fault not. Where that cannot be asked, nothing is
// wrong as far as we know.
func (ad *Adapter) LeadAccess(ctx context.Context, a channel.Access) error {
	var page struct {
		Access *access `json:"has_lead_access"`
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{a.ExternalID}, As: a, Query: url.Values{"fields": {"has_lead_access"}},
	}, &page)
	if f := failureOf(err); f != nil {
		if f.Class == channel.Rejected || f.Reason == meta.PermissionMissing {
			return nil
		}
		return err
	}
	x := page.Access
	if x == nil || !no(x.Can) {
		return nil
	}
	f := &channel.Failure{Class: channel.Rejected, Reason: reasonUnread, Message: sentences(x.Failure, x.Solution)}
	switch {
	case no(x.App) && yes(x.Managed):
		f.Reason = reasonManager
	case no(x.User):
		f.Reason = reasonTask
	case no(x.App):
		f.Reason = reasonScope
	}
	return f
}

func no(v *meta.Bool) bool  { return v != nil && !bool(*v) }
func yes(v *meta.Bool) bool { return v != nil && bool(*v) }

func sentences(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// formNode is a form as the Graph API shows it.
type formNode struct {
	ID        meta.ID   `json:"id"`
	Name      string    `json:"name"`
	Status    string    `json:"status"`
	Locale    string    `json:"locale"`
	Leads     *meta.Int `json:"leads_count"`
	Questions []struct {
		Key     string `json:"key"`
		Label   string `json:"label"`
		Type    string `json:"type"`
		Options []struct {
			Key   string `json:"key"`
			Value string `json:"value"`
		} `json:"options"`
	} `json:"questions"`
}

// LeadForms returns the page's forms.
func (ad *Adapter) LeadForms(ctx context.Context, a channel.Access) ([]channel.LeadForm, error) {
	var forms []channel.LeadForm
	var broken error
	err := ad.graph.Pages(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{a.ExternalID, "leadgen_forms"}, As: a,
		Query: url.Values{"fields": {"id,name,status,locale,leads_count,questions"}, "limit": {strconv.Itoa(leadsAPage)}},
	}, func(data json.RawMessage) bool {
		var nodes []formNode
		if broken = json.Unmarshal(data, &nodes); broken != nil {
			return false
		}
		for _, n := range nodes {
			forms = append(forms, n.read())
		}
		return true
	})
	switch {
	case err != nil:
		return nil, ad.leadFailure(ctx, a, err, reasonUnread, reasonScope)
	case broken != nil:
		return nil, &channel.Failure{Class: channel.Temporary, Reason: meta.PlatformTrouble, Cause: broken}
	}
	return forms, nil
}

func (n formNode) read() channel.LeadForm {
	f := channel.LeadForm{ID: string(n.ID), Name: n.Name, Status: n.Status, Locale: n.Locale, Leads: -1}
	if n.Leads != nil {
		f.Leads = int(*n.Leads)
	}
	for _, q := range n.Questions {
		if q.Key == "" {
			continue
		}
		x := channel.LeadQuestion{Key: q.Key, Label: q.Label, Type: q.Type, Means: meanings()[q.Type]}
		for _, o := range q.Options {
			x.Options = append(x.Options, channel.LeadOption{Key: o.Key, Label: o.Value})
		}
		f.Questions = append(f.Questions, x)
	}
	return f
}

// meanings says what the platform's types of questions ask for.
func meanings() map[string]string {
	return map[string]string{
		"EMAIL": channel.AsksEmail, "WORK_EMAIL": channel.AsksEmail,
		"PHONE": channel.AsksPhone, "PHONE_OTP": channel.AsksPhone, "WORK_PHONE_NUMBER": channel.AsksPhone,
		"FULL_NAME": channel.AsksName, "FIRST_NAME": channel.AsksFirstName, "LAST_NAME": channel.AsksLastName,
		"COMPANY_NAME": channel.AsksCompany, "JOB_TITLE": channel.AsksJobTitle, "STREET_ADDRESS": channel.AsksStreet,
		"ZIP": channel.AsksPostcode, "POST_CODE": channel.AsksPostcode, "CITY": channel.AsksCity, "STATE": channel.AsksState,
		"PROVINCE": channel.AsksState, "COUNTRY": channel.AsksCountry, "DOB": channel.AsksBirthday,
		"DATE_OF_BIRTH": channel.AsksBirthday, "WEBSITE": channel.AsksWebsite,
	}
}

// Leads returns a page of a form's leads, the newest first, as the platform lists them.
func (ad *Adapter) Leads(
	ctx context.Context, a channel.Access, form string, since time.Time, after string,
) (channel.LeadPage, error) {
	var answer struct {
		Data   []leadNode `json:"data"`
		Paging struct {
			Cursors struct {
				After string `json:"after"`
			} `json:"cursors"`
			Next string `json:"next"`
		} `json:"paging"`
	}
	query := url.Values{
		"limit":     {strconv.Itoa(leadsAPage)},
		"filtering": {fmt.Sprintf(`[{"field":"time_created","operator":"GREATER_THAN","value":%d}]`, when(since))},
	}
	if after != "" {
		query.Set("after", after)
	}
	get := func(fields string) (meta.Answer, error) {
		query.Set("fields", fields)
		return ad.graph.Call(ctx, meta.Request{
			Method: http.MethodGet, Path: []string{form, "leads"}, As: a, Query: query,
		}, &answer)
	}
	got, err := get(leadFields + adFields)
	if f := failureOf(err); f != nil && f.Reason == meta.PermissionMissing {
		if plain, again := get(leadFields); again == nil {
			got, err = plain, nil
		}
	}
	if f := failureOf(err); f != nil && f.Reason == meta.BadRequest && after != "" {
		return channel.LeadPage{}, &channel.Failure{Class: channel.Rejected, Reason: reasonCursor, Cause: err}
	}
	if err != nil {
		return channel.LeadPage{}, ad.leadFailure(ctx, a, err, reasonUnread, reasonScope)
	}
	page := channel.LeadPage{Usage: got.Percent()}
	if answer.Paging.Next != "" {
		page.Next = answer.Paging.Cursors.After
	}
	for _, n := range answer.Data {
		lead := n.read()
		lead.FormID = form
		page.Leads = append(page.Leads, channel.FoundLead{Lead: lead, Item: leadItem(a.ExternalID, form, n)})
	}
	return page, nil
}
