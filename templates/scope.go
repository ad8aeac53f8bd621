package templates

import "time"

// Scope is what patterns may read when an event becomes a task and a contact. Whoever makes it fills in what the event
// tells and leaves the rest empty; variables.go says how patterns name it. It holds plain values only.
type Scope struct {
	Account      AccountScope      `json:"account,omitzero"`
	Channel      ChannelScope      `json:"channel,omitzero"`
	Contact      ContactScope      `json:"contact,omitzero"` // once it is found or made; empty while a contact is filled
	Staff        StaffScope        `json:"staff,omitzero"`   // who answers; in saved replies only
	Message      MessageScope      `json:"message,omitzero"`
	Conversation ConversationScope `json:"conversation,omitzero"`
	Post         PostScope         `json:"post,omitzero"`
	Author       AuthorScope       `json:"author,omitzero"`
	Profile      ProfileScope      `json:"profile,omitzero"`
	Lead         LeadScope         `json:"lead,omitzero"`
	Mail         MailScope         `json:"mail,omitzero"`
	Form         map[string]string `json:"form,omitempty"` // answers of the form before a web chat, by key
	Now          time.Time         `json:"now,omitzero"`   // in the account's zone
}

// AccountScope is the account.
type AccountScope struct {
	Name     string `json:"name,omitempty"`
	Language string `json:"language,omitempty"` // of Kontor's own words in what patterns yield; empty: English
}

// ChannelScope is the channel the event came over.
type ChannelScope struct {
	Name        string `json:"name,omitempty"`         // as the platform calls it
	DisplayName string `json:"display_name,omitempty"` // as the account calls it; empty: Name
	Kind        string `json:"kind,omitempty"`
	ExternalID  string `json:"external_id,omitempty"`
}

// ContactScope is the contact, where it is known.
type ContactScope struct {
	Name      string         `json:"name,omitempty"`
	FirstName string         `json:"first_name,omitempty"`
	LastName  string         `json:"last_name,omitempty"`
	Email     string         `json:"email,omitempty"`
	Phone     string         `json:"phone,omitempty"`
	Kind      ContactKind    `json:"kind,omitempty"`
	Username  string         `json:"username,omitempty"`
	Fields    map[string]any `json:"fields,omitempty"` // values as Form.Clean makes them
}

// StaffScope is who writes an answer.
type StaffScope struct {
	Name string `json:"name,omitempty"`
}

// MessageScope is the message or the post comment.
type MessageScope struct {
	Text                string `json:"text,omitempty"`
	Transport           string `json:"transport,omitempty"`
	AttachmentCount     int    `json:"attachment_count,omitempty"`
	FirstAttachmentType string `json:"first_attachment_type,omitempty"` // image, video, audio, file, sticker …
	Button              string `json:"button,omitempty"`                // title of the quick reply or button tapped
	Payload             string `json:"payload,omitempty"`               // what the button carries
}

// ConversationScope is where the conversation began.
type ConversationScope struct {
	Ref     string `json:"ref,omitempty"` // of a link or code that opened it
	AdID    string `json:"ad_id,omitempty"`
	AdTitle string `json:"ad_title,omitempty"`
	Source  string `json:"source,omitempty"` // as the platform names it: ADS, SHORTLINK …
}

// PostScope is the post a comment stands under.
type PostScope struct {
	ID    string `json:"id,omitempty"`
	Text  string `json:"text,omitempty"`
	URL   string `json:"url,omitempty"`
	Title string `json:"title,omitempty"`
}

// AuthorScope is who wrote a comment.
type AuthorScope struct {
	Name string `json:"name,omitempty"`
}

// ProfileScope is what the platform tells of the person.
type ProfileScope struct {
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Name      string `json:"name,omitempty"`
	Username  string `json:"username,omitempty"`
	Locale    string `json:"locale,omitempty"`
}

// LeadScope is a lead-ad submission. Without answers they could not be read yet.
type LeadScope struct {
	ID           string   `json:"id,omitempty"`
	Answers      []Answer `json:"answers,omitempty"` // in the order of the form
	FormName     string   `json:"form_name,omitempty"`
	FormID       string   `json:"form_id,omitempty"`
	AdName       string   `json:"ad_name,omitempty"`
	AdSetName    string   `json:"ad_set_name,omitempty"`
	CampaignName string   `json:"campaign_name,omitempty"`
	Platform     string   `json:"platform,omitempty"`
	IsTest       bool     `json:"is_test,omitempty"`
}

// Answer is one answer of a lead form.
type Answer struct {
	Key      string `json:"key"`                // as the form names the question, in any alphabet
	Question string `json:"question,omitempty"` // as the person read it
	Value    string `json:"value"`              // several values joined by ", "
	// Values are the same one by one, where there may be several.
	Values []string `json:"values,omitempty"`
}

// MailScope is the head of an e-mail.
type MailScope struct {
	Subject     string `json:"subject,omitempty"`
	FromName    string `json:"from_name,omitempty"`
	FromAddress string `json:"from_address,omitempty"`
}
