// Package contact keeps the people and companies that write to an account: the contact, its identities (the addresses it
// has on channels, each with its profile and its reply window), and the e-mails and phone numbers that lead to it.
//
// One e-mail or phone number leads to one contact, one identity belongs to one contact; both are unique keys and not
// checks. Intake works on many at once: see Ensure.
package contact

import (
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/templates"
)

// Contact is a person or a company.
type Contact struct {
	AccountID       account.ID `gorm:"primaryKey"`
	ID              ids.ID     `gorm:"primaryKey"`
	Kind            string     // person or company
	Name            string
	SearchName      string // the name in lower case, by Go's rules: SQLite knows only ASCII
	TemplateID      *ids.ID
	TemplateVersion int
	Emails          []string       `gorm:"serializer:json"`
	Phones          []string       `gorm:"serializer:json"`
	Fields          map[string]any `gorm:"serializer:json"`
	Filled          map[string]any `gorm:"serializer:json"` // what templates wrote, by which a replay knows what people changed
	Tags            []string       `gorm:"-"`               // in a table of their own; see Service.Tagged
	GroupName       string
	CompanyID       *ids.ID
	AvatarID        *ids.ID
	MergedInto      *ids.ID    // the contact that this one is now a part of
	ErasedAt        *time.Time // when the person's data was erased; the row remains
	LastContactAt   time.Time  // the newest message from or to them; zero for never
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// TableName names the table.
func (Contact) TableName() string { return "contacts" }

// Scope is what patterns may read of the contact.
func (c Contact) Scope(username string) templates.ContactScope {
	s := templates.ContactScope{Name: c.Name, Kind: templates.ContactKind(c.Kind), Username: username, Fields: c.Fields}
	if s.Kind == templates.Person {
		s.FirstName, s.LastName, _ = strings.Cut(c.Name, " ")
	}
	if len(c.Emails) > 0 {
		s.Email = c.Emails[0]
	}
	if len(c.Phones) > 0 {
		s.Phone = c.Phones[0]
	}
	return s
}

// MaxName is the longest name, in characters.
const MaxName = 255

// SearchName returns the form of a name that lists sort and search by.
func SearchName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// Identity is a contact's address on one channel.
type Identity struct {
	AccountID      account.ID `gorm:"primaryKey"`
	ID             ids.ID     `gorm:"primaryKey"`
	ChannelID      ids.ID
	ExternalID     string
	ContactID      ids.ID
	Name           string // as the platform shows it
	Username       string
	ProfileAt      *time.Time // when the profile was last fetched
	LastMessageAt  *time.Time // the person's last message
	WindowOpenedAt *time.Time
	WindowUntil    *time.Time // when the standard reply window closes
	Unreachable    string     // code of why the person cannot be written to, until they write again
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// TableName names the table.
func (Identity) TableName() string { return "identities" }

// Key leads from an e-mail or a phone number to its contact.
type Key struct {
	AccountID account.ID `gorm:"primaryKey"`
	Type      string     `gorm:"primaryKey"` // email or phone
	Value     string     `gorm:"primaryKey"` // lower-cased, or E.164
	ContactID ids.ID
}

// TableName names the table.
func (Key) TableName() string { return "contact_keys" }

// Address is where a person writes from: an identity before it is known.
type Address struct {
	AccountID  account.ID
	ChannelID  ids.ID
	ExternalID string
}

// Address returns the identity's address.
func (i Identity) Address() Address { return Address{i.AccountID, i.ChannelID, i.ExternalID} }

// FromDraft makes a contact of what a template filled in.
func FromDraft(a account.ID, d templates.ContactDraft, template ids.ID, version int) Contact {
	c := Contact{AccountID: a, Kind: string(d.Kind), GroupName: d.Group, Tags: d.Tags}
	c.Refill(d, template, version)
	return c
}

// Refill writes what a template filled in now where the contact has nothing yet, or still what a template wrote: what
// people have changed since stays.
func (c *Contact) Refill(d templates.ContactDraft, template ids.ID, version int) {
	now := map[string]any{"name": c.Name, "email": first(c.Emails), "phone": first(c.Phones)}
	filled := map[string]any{"name": d.Name, "email": d.Email, "phone": d.Phone}
	for k, v := range c.Fields {
		now[fieldKey+k] = v
	}
	for k, v := range d.Fields {
		filled[fieldKey+k] = v
	}
	merged, written := templates.MergeFilled(now, c.Filled, filled)
	for _, k := range written {
		c.set(k, merged[k])
	}
	if c.Filled == nil {
		c.Filled = map[string]any{}
	}
	for k, v := range filled {
		if v != "" {
			c.Filled[k] = v
		}
	}
	c.TemplateID, c.TemplateVersion = ids.Ptr(template), version
}

const fieldKey = "field:"

func (c *Contact) set(key string, v any) {
	text, _ := v.(string)
	switch key {
	case "name":
		c.Name = text
	case "email":
		c.Emails = append([]string{text}, c.Emails[min(1, len(c.Emails)):]...)
	case "phone":
		c.Phones = append([]string{text}, c.Phones[min(1, len(c.Phones)):]...)
	default:
		if c.Fields == nil {
			c.Fields = map[string]any{}
		}
		c.Fields[strings.TrimPrefix(key, fieldKey)] = v
	}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
