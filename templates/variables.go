package templates

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// VariableType says what a variable's value is.
type VariableType string

// The variable types. A number or yes/no has a value whenever its group has one; a text only when it is not empty, so
// that {% if contact.email %} means what it says.
const (
	VariableText   VariableType = "text"
	VariableNumber VariableType = "number"
	VariableYesNo  VariableType = "yes_no"
	VariableTime   VariableType = "time" // RFC 3339 in the account's zone: use the filter date
)

// Variable is one thing a pattern may read, described so that an editor can list it.
type Variable struct {
	Path        string       `json:"path"` // contact.name; contact.fields.* takes any key in place of the *
	Type        VariableType `json:"type"`
	Description string       `json:"description"` // key of the message catalogues
	Example     string       `json:"example"`
	value       func(*Scope) any
}

// Variables returns everything a pattern may read. It is the one table for checking patterns, for editors, and for the
// values themselves. An editor offers them in this order: what is wanted most comes first.
func Variables() []Variable {
	variables := variableTable()
	for i, v := range variables {
		variables[i].Type = cmp.Or(v.Type, VariableText)
		variables[i].Description = "template.variable." + strings.TrimSuffix(v.Path, ".*")
	}
	return variables
}

func variableTable() []Variable {
	return slices.Concat(messageVariables(), peopleVariables(), eventVariables(), leadVariables())
}

func messageVariables() []Variable {
	return []Variable{
		{Path: "message.headline", Example: "Hello, is the red bike still available?",
			value: func(s *Scope) any { return headline(s) }},
		{Path: "message.text", Example: "Hello, is the red bike still available?",
			value: func(s *Scope) any { return s.Message.Text }},
		{Path: "message.excerpt", Example: "Hello, is the red bike still available?",
			value: func(s *Scope) any { return excerpt(s.Message.Text) }},
		{Path: "message.transport", Example: "messenger", value: func(s *Scope) any { return s.Message.Transport }},
		{Path: "message.attachment_count", Type: VariableNumber, Example: "1",
			value: func(s *Scope) any { return s.Message.AttachmentCount }},
		{Path: "message.first_attachment_type", Example: "image",
			value: func(s *Scope) any { return s.Message.FirstAttachmentType }},
		{Path: "message.button", Example: "Opening hours", value: func(s *Scope) any { return s.Message.Button }},
		{Path: "message.payload", Example: "OPENING_HOURS", value: func(s *Scope) any { return s.Message.Payload }},
	}
}

func peopleVariables() []Variable {
	return []Variable{
		{Path: "contact.name", Example: "Anna Lindner", value: func(s *Scope) any { return s.Contact.Name }},
		{Path: "contact.first_name", Example: "Anna", value: func(s *Scope) any { return s.Contact.FirstName }},
		{Path: "contact.last_name", Example: "Lindner", value: func(s *Scope) any { return s.Contact.LastName }},
		{Path: "contact.email", Example: "anna@example.com", value: func(s *Scope) any { return s.Contact.Email }},
		{Path: "contact.phone", Example: "+4930123456", value: func(s *Scope) any { return s.Contact.Phone }},
		{Path: "contact.kind", Example: "person", value: func(s *Scope) any { return string(s.Contact.Kind) }},
		{Path: "contact.username", Example: "anna.lindner", value: func(s *Scope) any { return s.Contact.Username }},
		{Path: "contact.fields.*", Example: "VIP",
			value: func(s *Scope) any { return fieldVariables(s.Contact.Fields) }},
		{Path: "account.name", Example: "Radhaus Berger", value: func(s *Scope) any { return s.Account.Name }},
		{Path: "channel.name", Example: "Radhaus Berger", value: func(s *Scope) any { return s.Channel.Name }},
		{Path: "channel.display_name", Example: "Radhaus Berlin",
			value: func(s *Scope) any { return cmp.Or(s.Channel.DisplayName, s.Channel.Name) }},
		{Path: "channel.kind", Example: "email", value: func(s *Scope) any { return s.Channel.Kind }},
		{Path: "channel.external_id", Example: "104200000000001",
			value: func(s *Scope) any { return s.Channel.ExternalID }},
		{Path: "staff.name", Example: "Mara Vogt", value: func(s *Scope) any { return s.Staff.Name }},
		{Path: "staff.first_name", Example: "Mara", value: func(s *Scope) any { first, _, _ := strings.Cut(s.Staff.Name, " "); return first }},
		{Path: "author.name", Example: "Tomás Herrera", value: func(s *Scope) any { return s.Author.Name }},
		{Path: "profile.first_name", Example: "Anna", value: func(s *Scope) any { return s.Profile.FirstName }},
		{Path: "profile.last_name", Example: "Lindner", value: func(s *Scope) any { return s.Profile.LastName }},
		{Path: "profile.name", Example: "Anna Lindner", value: func(s *Scope) any { return s.Profile.Name }},
		{Path: "profile.username", Example: "anna.lindner", value: func(s *Scope) any { return s.Profile.Username }},
		{Path: "profile.locale", Example: "de_DE", value: func(s *Scope) any { return s.Profile.Locale }},
	}
}

func eventVariables() []Variable {
	return []Variable{
		{Path: "conversation.ref", Example: "spring-sale", value: func(s *Scope) any { return s.Conversation.Ref }},
		{Path: "conversation.ad_id", Example: "1741724973847673",
			value: func(s *Scope) any { return s.Conversation.AdID }},
		{Path: "conversation.ad_title", Example: "Spring sale",
			value: func(s *Scope) any { return s.Conversation.AdTitle }},
		{Path: "conversation.source", Example: "ADS", value: func(s *Scope) any { return s.Conversation.Source }},
		{Path: "post.id", Example: "104200000000001_111542414160356",
			value: func(s *Scope) any { return s.Post.ID }},
		{Path: "post.text", Example: "Our spring sale starts today!",
			value: func(s *Scope) any { return s.Post.Text }},
		{Path: "post.excerpt", Example: "Our spring sale starts today!",
			value: func(s *Scope) any { return excerpt(s.Post.Text) }},
		{Path: "post.url", Example: "https://example.com/p/1", value: func(s *Scope) any { return s.Post.URL }},
		{Path: "post.title", Example: "Spring sale", value: func(s *Scope) any { return s.Post.Title }},
		{Path: "mail.subject", Example: "Question about my order",
			value: func(s *Scope) any { return s.Mail.Subject }},
		{Path: "mail.from_name", Example: "Anna Lindner", value: func(s *Scope) any { return s.Mail.FromName }},
		{Path: "mail.from_address", Example: "anna@example.com",
			value: func(s *Scope) any { return s.Mail.FromAddress }},
		{Path: "form.*", Example: "Berlin", value: func(s *Scope) any { return textVariables(s.Form) }},
		{Path: "now", Type: VariableTime, Example: "2026-11-21T15:05:00+01:00",
			value: func(s *Scope) any { return timeVariable(s.Now) }},
	}
}

func leadVariables() []Variable {
	return []Variable{
		{Path: "lead.id", Example: "1323104002784629", value: func(s *Scope) any { return s.Lead.ID }},
		{Path: "lead.answers.*", Example: "anna@example.com",
			value: func(s *Scope) any { return answerVariables(s.Lead.Answers) }},
		{Path: "lead.summary", Example: "E-mail: anna@example.com",
			value: func(s *Scope) any { return LeadSummary(s.Lead.Answers) }},
		{Path: "lead.form_name", Example: "Test ride", value: func(s *Scope) any { return s.Lead.FormName }},
		{Path: "lead.form_id", Example: "1277273558577106", value: func(s *Scope) any { return s.Lead.FormID }},
		{Path: "lead.ad_name", Example: "Red bike, video", value: func(s *Scope) any { return s.Lead.AdName }},
		{Path: "lead.ad_set_name", Example: "Berlin, 25–45", value: func(s *Scope) any { return s.Lead.AdSetName }},
		{Path: "lead.campaign_name", Example: "Spring", value: func(s *Scope) any { return s.Lead.CampaignName }},
		{Path: "lead.platform", Example: "ig", value: func(s *Scope) any { return s.Lead.Platform }},
		{Path: "lead.is_test", Type: VariableYesNo, Example: "false",
			value: func(s *Scope) any { return s.Lead.IsTest }},
	}
}

func timeVariable(t time.Time) any {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func textVariables(texts map[string]string) map[string]any {
	vars := make(map[string]any, len(texts))
	for key, s := range texts {
		vars[key] = s
	}
	return vars
}

func answerVariables(answers []Answer) map[string]any {
	vars := make(map[string]any, len(answers))
	for _, a := range answers {
		vars[a.Key] = a.Value
	}
	return vars
}

// LeadSummary is every answer on a line of its own: what a lead's description shows without naming a question.
func LeadSummary(answers []Answer) string {
	var out strings.Builder
	for _, a := range answers {
		if a.Value == "" || out.Len() > maxRendered {
			continue
		}
		question := cmp.Or(oneLine(a.Question), a.Key)
		if !strings.HasSuffix(question, "?") && !strings.HasSuffix(question, ":") {
			question += ":"
		}
		fmt.Fprintf(&out, "%s %s\n", question, a.Value)
	}
	return strings.TrimSpace(out.String())
}

func fieldVariables(fields map[string]any) map[string]any {
	vars := make(map[string]any, len(fields))
	for key, v := range fields {
		vars[key] = fieldVariable(v)
	}
	return vars
}

// fieldVariable turns the value of a field into a single value a pattern can print.
func fieldVariable(v any) any {
	switch v := v.(type) {
	case string, bool:
		return v
	case json.Number:
		return v.String()
	case float64, int:
		return plainText(v)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = plainText(item)
		}
		return strings.Join(parts, ", ")
	case map[string]any: // money
		return strings.TrimSpace(plainText(v["amount"]) + " " + plainText(v["currency"]))
	}
	return ""
}
