package contact

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// Service keeps contacts.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB          *storage.DB
	Every       storage.Everywhere // for pruning
	Clock       clock.Clock
	Log         *slog.Logger
	Due         *due.Index
	Feed        *feed.Feed
	Audit       *audit.Log
	Channels    *channel.Service
	Attachments *attachment.Service
	Accounts    channel.Accounts
	Profiles    ProfileFiller
	Forms       Forms
	// Learned is called in the transaction in which more became known of a person.
	Learned func(ctx context.Context, a account.ID, contactID ids.ID) error
}

// Forms knows which fields contacts have.
type Forms interface {
	// ContactFields brings changed fields to their normal form by the contact's template, the standard one when it has none,
	// and returns which that is.
	ContactFields(ctx context.Context, a account.ID, template *ids.ID, values map[string]any) (ids.ID, map[string]any, error)
	// ContactForm returns the fields of a contact that is made by hand.
	ContactForm(ctx context.Context, a account.ID) (templates.Form, error)
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// Get returns a contact of the account.
func (s *Service) Get(ctx context.Context, a account.ID, id ids.ID) (Contact, error) {
	return s.store.get(ctx, a, id)
}

// Identities returns the addresses of contacts, by contact.
func (s *Service) Identities(ctx context.Context, a account.ID, contacts ...ids.ID) (map[ids.ID][]Identity, error) {
	rows, err := s.store.identities(ctx, a, contacts)
	found := map[ids.ID][]Identity{}
	for _, x := range rows {
		found[x.ContactID] = append(found[x.ContactID], x)
	}
	return found, err
}

// Identity returns one identity of the account.
func (s *Service) Identity(ctx context.Context, a account.ID, id ids.ID) (Identity, error) {
	return s.store.identity(ctx, a, id)
}

// IdentitiesOf returns identities of any accounts, those of them that exist.
func (s *Service) IdentitiesOf(ctx context.Context, list []storage.Key) (map[storage.Key]Identity, error) {
	rows, err := storage.SelectMany[Identity](ctx, s.DB, list, "account_id", "id")
	return storage.Keyed(rows, func(x Identity) storage.Key { return storage.Key{AccountID: x.AccountID, ID: x.ID} }), err
}

// Unreachable notes why a person cannot be written to, until they write again.
func (s *Service) Unreachable(ctx context.Context, a account.ID, identity ids.ID, reason string) error {
	x := Identity{AccountID: a, ID: identity, Unreachable: reason, UpdatedAt: s.Clock.Now()}
	return s.store.updateIdentity(ctx, &x, "unreachable")
}

// Filter narrows a list; empty fields do not.
type Filter struct {
	Query     string // words of the name, an e-mail or a phone number
	Kind      string
	Group     string
	Tag       string
	ChannelID *ids.ID // with an address on it
	// ChannelKind is the kind of a channel that they have an address on.
	ChannelKind string
	CompanyID   *ids.ID
	OpenTask    bool // with a task that is not resolved
	Sort        Sort
}

// Sort is an order of contacts.
type Sort string

// The orders.
const (
	ByName Sort = "name"
	Newest Sort = "-created_at"      // those made last first
	Latest Sort = "-last_contact_at" // those last written with first, those never written with last
)

func (o Sort) order() storage.Order {
	switch o {
	case Newest:
		return storage.Order{Column: "created_at", Desc: true, Time: true}
	case Latest:
		return storage.Order{Column: "last_contact_at", Desc: true, Time: true}
	}
	return storage.Order{Column: "search_name"}
}

// List returns the contacts that there are: none that were merged into another, or erased.
func (s *Service) List(ctx context.Context, a account.ID, f Filter, p storage.Page) ([]Contact, string, error) {
	return s.store.list(ctx, a, f, p)
}

// Draft is what may be set of a contact; nil leaves a thing alone.
type Draft struct {
	Kind    *string
	Name    *string
	Emails  *[]string
	Phones  *[]string
	Fields  map[string]any // only the named fields change; nil values take them away
	Tags    *[]string
	Group   *string
	Company *ids.ID // Nil takes it away
}

// Create makes a contact by hand. Members may. An e-mail or phone number that leads to another contact is a Conflict.
func (s *Service) Create(ctx context.Context, by account.Actor, d Draft) (Contact, error) {
	now := s.Clock.Now()
	c := Contact{AccountID: by.AccountID, ID: ids.New(), Kind: "person", CreatedAt: now}
	if d.Name == nil {
		return c, errs.Input(errs.At("body.name", "input.required"))
	}
	err := s.DB.Tx(ctx, func(ctx context.Context) (err error) {
		c, err = s.save(ctx, by, c, d, true)
		return err
	})
	return c, err
}

// Update changes a contact. Members may.
func (s *Service) Update(ctx context.Context, by account.Actor, id ids.ID, d Draft) (Contact, error) {
	var c Contact
	err := s.DB.Tx(ctx, func(ctx context.Context) error {
		locked, err := s.Lock(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if c = locked[id]; c.ID != id { // merged, or there is none
			if c, err = s.store.get(ctx, by.AccountID, id); err != nil {
				return err
			}
		}
		if c.ErasedAt != nil {
			return errs.New(errs.Conflict, "contact.erased")
		}
		c, err = s.save(ctx, by, c, d, false)
		return err
	})
	return c, err
}

// save writes a contact in the context's transaction.
func (s *Service) save(ctx context.Context, by account.Actor, c Contact, d Draft, fresh bool) (Contact, error) {
	a, err := s.Accounts.Get(ctx, by.AccountID)
	if err != nil {
		return c, err
	}
	if fresh || len(d.Fields) > 0 {
		template, clean, err := s.Forms.ContactFields(ctx, by.AccountID, c.TemplateID, d.Fields)
		if err != nil {
			return c, err
		}
		c.TemplateID, d.Fields = &template, clean
	}
	if err := d.apply(&c, a.Country); err != nil {
		return c, err
	}
	c.UpdatedAt = s.Clock.Now()
	if err := s.store.ensureGroup(ctx, c); err != nil {
		return c, err
	}
	action := "contact.changed"
	if d.Company != nil && *d.Company != ids.Nil {
		if _, err := s.store.get(ctx, by.AccountID, *d.Company); err != nil {
			return c, err
		}
	}
	if err := s.store.keys(ctx, c); err != nil {
		return c, err
	}
	if fresh {
		action = "contact.created"
		err = s.store.insert(ctx, &c)
	} else {
		err = s.store.update(ctx, &c)
	}
	if err != nil {
		return c, err
	}
	if d.Tags != nil {
		if err := s.store.setTags(ctx, c); err != nil {
			return c, err
		}
	}
	if err := s.Audit.Record(ctx, by.Entry(action, "contact", c.ID, nil)); err != nil {
		return c, err
	}
	return c, s.announce(ctx, c)
}

func (s *Service) announce(ctx context.Context, c Contact) error {
	return s.Feed.Publish(ctx, feed.Event{
		AccountID: c.AccountID, Type: feed.ContactChanged, Refs: feed.Refs{ContactID: ids.Ptr(c.ID)},
	})
}

// The most that a contact keeps of a thing.
const (
	maxAddresses = 20
	maxTags      = 50
	maxTag       = 60
)

func (d Draft) apply(c *Contact, country string) error {
	var problems []errs.Problem
	if d.Kind != nil {
		if c.Kind = *d.Kind; c.Kind != "person" && c.Kind != "company" {
			problems = append(problems, errs.At("body.kind", "contact.kind"))
		}
	}
	if d.Name != nil {
		c.Name = strings.TrimSpace(*d.Name)
		if n := len([]rune(c.Name)); n == 0 || n > MaxName {
			problems = append(problems, errs.At("body.name", "input.length", "min", 1, "max", MaxName))
		}
	}
	c.SearchName = SearchName(c.Name)
	if d.Emails != nil {
		c.Emails, problems = normal(*d.Emails, "body.emails", "contact.email", problems, templates.NormalizeEmail)
	}
	if d.Phones != nil {
		c.Phones, problems = normal(*d.Phones, "body.phones", "contact.phone", problems, func(p string) (string, bool) {
			return templates.NormalizePhone(p, country)
		})
	}
	if d.Tags != nil {
		c.Tags, problems = normal(*d.Tags, "body.tags", "input.tag", problems, func(t string) (string, bool) {
			t = strings.TrimSpace(t)
			return t, t != "" && len([]rune(t)) <= maxTag
		})
	}
	if d.Group != nil {
		c.GroupName = strings.TrimSpace(*d.Group)
	}
	if d.Company != nil {
		c.CompanyID = ids.Ptr(*d.Company)
	}
	c.setFields(d.Fields)
	return errs.Input(problems...)
}

func (c *Contact) setFields(fields map[string]any) {
	merged := make(map[string]any, len(c.Fields)+len(fields))
	for k, v := range c.Fields {
		merged[k] = v
	}
	for k, v := range fields {
		if v == nil {
			delete(merged, k)
		} else {
			merged[k] = v
		}
	}
	c.Fields = merged
}

// normal brings each value into its one form, and refuses those that have none.
func normal(
	values []string, location, code string, problems []errs.Problem, form func(string) (string, bool),
) ([]string, []errs.Problem) {
	limit := maxAddresses
	if code == "input.tag" {
		limit = maxTags
	}
	if len(values) > limit {
		return nil, append(problems, errs.At(location, "input.too_many", "max", limit))
	}
	out := make([]string, 0, len(values))
	for i, v := range values {
		n, ok := form(v)
		if !ok {
			problems = append(problems, errs.At(fmt.Sprintf("%s[%d]", location, i), code))
			continue
		}
		out = append(out, n)
	}
	return unique(out), problems
}
