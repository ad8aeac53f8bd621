package facebook

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// leadAd is the transport of forms that people submit in an ad, and not in a conversation.
const leadAd = "lead_ad"

// leadChange is a change that tells of a submitted form: its id, and nothing that was entered.
type leadChange struct {
	Value struct {
		Lead    meta.ID   `json:"leadgen_id"`
		Form    meta.ID   `json:"form_id"`
		Ad      meta.ID   `json:"ad_id"` // 0 or absent: it came by no ad. adgroup_id is an old name of the same
		Created meta.Time `json:"created_time"`
	} `json:"value"`
}

// parseLead reads a change that tells of a submitted form.
func parseLead(item channel.Item) (channel.Inbound, error) {
	var c leadChange
	if err := json.Unmarshal(item.Raw, &c); err != nil {
		return channel.Inbound{}, fmt.Errorf("read the lead: %w", err)
	}
	v := c.Value
	if v.Lead == "" || v.Lead == "0" {
		return channel.Inbound{}, errNoLead
	}
	return channel.Inbound{
		Action: channel.Submit, OccurredAt: item.OccurredAt, Transport: leadAd,
		Lead: &channel.Lead{
			ID: string(v.Lead), FormID: some(v.Form), AdID: some(v.Ad), Organic: some(v.Ad) == "",
			SubmittedAt: item.OccurredAt,
		},
	}, nil
}

// some is an id, unless it is the one that stands for none.
func some(id meta.ID) string {
	if id == "0" {
		return ""
	}
	return string(id)
}

// The platform's own programs that ask questions in a conversation note what has become of them in the metadata of what
// they hand over.
const leadFlow = "messenger_lead_gen_"

// readSummary reads the message that the platform writes in the person's name when the questions of an ad were answered: a
// title, and then a line for each question. Its title is in the page's language and says nothing.
func readSummary(e element) (channel.Inbound, error) {
	in := channel.Inbound{
		Action: channel.Submit, ExternalID: string(e.Message.MID), Opens: byReferral,
		Lead: &channel.Lead{
			Automatic: true, Incomplete: strings.HasSuffix(e.Hop.Metadata, "incomplete"), SubmittedAt: e.Timestamp.Time,
			Answers: []channel.LeadAnswer{},
		},
	}
	for i, line := range strings.Split(e.Message.Text, "\n") {
		question, answer := splitAnswer(line)
		switch last := len(in.Lead.Answers) - 1; {
		case i == 0 && strings.HasSuffix(strings.TrimSpace(line), ":"): // the title
		case question != "":
			in.Lead.Answers = append(in.Lead.Answers, leadAnswer(question, answer))
		case last >= 0 && line != "": // an answer of several lines
			a := &in.Lead.Answers[last]
			a.Values[0] += "\n" + line
		case line != "":
			in.Lead.Answers = append(in.Lead.Answers, channel.LeadAnswer{Key: "text", Values: []string{line}})
		}
	}
	return in, nil
}

// splitAnswer parts a line at the colon behind its question. Questions end in a question mark, mostly.
func splitAnswer(line string) (question, answer string) {
	for _, mark := range []string{"?: ", ": "} {
		if before, after, ok := strings.Cut(line, mark); ok && before != "" {
			return before + strings.TrimSuffix(mark, ": "), after
		}
	}
	return "", ""
}

func leadAnswer(question, answer string) channel.LeadAnswer {
	return channel.LeadAnswer{Key: question, Question: question, Values: []string{answer}}
}

// readLead reads what was answered to the questions of an ad in a conversation. It is told here and nowhere else.
func readLead(e element) channel.Inbound {
	in := channel.Inbound{
		Action: channel.Submit, Referral: e.Referral.read(), Opens: byReferral,
		Lead: &channel.Lead{SubmittedAt: e.Timestamp.Time, Answers: []channel.LeadAnswer{}},
	}
	if in.Referral != nil {
		in.Lead.AdID, in.Lead.AdName = in.Referral.AdID, in.Referral.AdTitle
		in.Lead.Incomplete = in.Referral.Type == "LEAD_INCOMPLETE"
	}
	for _, q := range e.Lead.Data {
		in.Lead.Answers = append(in.Lead.Answers, leadAnswer(q.Question, q.Answer))
	}
	return in
}

// formSubmit is a form that was submitted in a conversation. Nobody has recorded one: what is read here are the names that
// the platform uses for the same things elsewhere.
type formSubmit struct {
	Lead    meta.ID `json:"leadgen_id"`
	LeadID  meta.ID `json:"lead_id"`
	Form    meta.ID `json:"form_id"`
	Answers []struct {
		Name     string   `json:"name"`
		Question string   `json:"question"`
		Answer   string   `json:"answer"`
		Values   []string `json:"values"`
	} `json:"field_data"`
}

// readForm reads a form that was submitted in a conversation: its answers, or the id by which they can be fetched.
func readForm(e element, _ bool) (channel.Inbound, error) {
	f := e.Form
	in := channel.Inbound{Action: channel.Submit, Opens: byReferral, Lead: &channel.Lead{
		ID: some(cmp.Or(f.Lead, f.LeadID)), FormID: some(f.Form), SubmittedAt: e.Timestamp.Time,
	}}
	for _, a := range f.Answers {
		values := a.Values
		if values == nil {
			values = []string{a.Answer}
		}
		in.Lead.Answers = append(in.Lead.Answers, channel.LeadAnswer{
			Key: cmp.Or(a.Name, a.Question), Question: a.Question, Values: values,
		})
	}
	if in.Lead.ID == "" && in.Lead.Answers == nil {
		return channel.Inbound{}, errNoLead
	}
	return in, nil
}

// leadItem is what a webhook about a lead would have brought, for one that was found by asking.
func leadItem(page, form string, lead leadNode) channel.Item {
	value := map[string]any{
		"leadgen_id": string(lead.ID), "form_id": form, "page_id": page, "created_time": lead.Created.Unix(),
	}
	if lead.Ad != "" {
		value["ad_id"] = string(lead.Ad)
	}
	raw, _ := json.Marshal(map[string]any{"field": fieldLead, "value": value}) // plain values
	return channel.Item{
		Type: fieldLead, Key: key("lead", string(lead.ID)), Lane: "lead:" + string(lead.ID), OccurredAt: lead.Created.Time,
		Envelope: channel.Envelope{Object: "page", EntryID: page, Field: fieldLead}, Raw: raw,
	}
}

// fieldLead is what the platform calls a submitted form when one subscribes to it.
const fieldLead = "leadgen"

// leadNode is a lead as the Graph API shows it.
type leadNode struct {
	ID         meta.ID   `json:"id"`
	Created    meta.Time `json:"created_time"`
	Form       meta.ID   `json:"form_id"`
	Ad         meta.ID   `json:"ad_id"`
	AdName     string    `json:"ad_name"`
	AdSet      meta.ID   `json:"adset_id"`
	AdSetName  string    `json:"adset_name"`
	Campaign   meta.ID   `json:"campaign_id"`
	CampaignOf string    `json:"campaign_name"`
	Organic    meta.Bool `json:"is_organic"`
	Platform   string    `json:"platform"`
	Answers    []struct {
		Name   string   `json:"name"`
		Values []string `json:"values"`
	} `json:"field_data"`
	Disclaimers []struct {
		Key     string    `json:"checkbox_key"`
		Checked meta.Bool `json:"is_checked"`
	} `json:"custom_disclaimer_responses"`
}

// dummy begins the values of leads that the platform's testing tool makes.
const dummy = "<test lead: dummy data for "

func (n leadNode) read() channel.Lead {
	l := channel.Lead{
		ID: string(n.ID), FormID: some(n.Form), AdID: some(n.Ad), AdName: n.AdName, AdSetID: some(n.AdSet),
		AdSetName: n.AdSetName, CampaignID: some(n.Campaign), Campaign: n.CampaignOf, Platform: n.Platform,
		Organic: bool(n.Organic) || some(n.Ad) == "", SubmittedAt: n.Created.Time, Answers: []channel.LeadAnswer{},
	}
	for _, a := range n.Answers {
		l.Answers = append(l.Answers, channel.LeadAnswer{Key: a.Name, Values: append([]string{}, a.Values...)})
		for _, v := range a.Values {
			l.Test = l.Test || strings.HasPrefix(v, dummy)
		}
	}
	for _, d := range n.Disclaimers {
		checked := "no"
		if d.Checked {
			checked = "yes"
		}
		l.Answers = append(l.Answers, channel.LeadAnswer{Key: d.Key, Values: []string{checked}})
	}
	return l
}

// when is a time as the Graph API's filters take it.
func when(t time.Time) int64 { return t.Unix() }
