package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Contact is a person or a company.
type Contact struct {
	ID            ids.ID         `json:"id"`
	Kind          string         `json:"kind" enum:"person,company"`
	Name          string         `json:"name"`
	Emails        []string       `json:"emails"`
	Phones        []string       `json:"phones"`
	Fields        map[string]any `json:"fields"`
	Tags          []string       `json:"tags"`
	Group         string         `json:"group"`
	CompanyID     *ids.ID        `json:"company_id"`
	TemplateID    *ids.ID        `json:"template_id" doc:"by whose form its fields are shown"`
	AvatarURL     string         `json:"avatar_url,omitempty"`
	Identities    []Identity     `json:"identities"`
	ErasedAt      *time.Time     `json:"erased_at" doc:"when the data of the person was erased"`
	LastContactAt *time.Time     `json:"last_contact_at" doc:"the newest message from or to them"`
	CreatedAt     time.Time      `json:"created_at"`
	UpdatedAt     time.Time      `json:"updated_at"`
}

// Identity is a contact's address on one channel.
type Identity struct {
	ID            ids.ID     `json:"id"`
	ChannelID     ids.ID     `json:"channel_id"`
	Kind          string     `json:"kind" doc:"of the channel"`
	ExternalID    string     `json:"external_id"`
	Name          string     `json:"name" doc:"as the platform shows it"`
	LastMessageAt *time.Time `json:"last_message_at"`
	WindowUntil   *time.Time `json:"window_until" doc:"when the standard reply window closes"`
	Unreachable   string     `json:"unreachable,omitempty" doc:"why the person cannot be written to, in the reader's language"`
}

// ContactFilter narrows contacts, in lists and in tables. It is exported for huma, which fills no others when embedded.
type ContactFilter struct {
	Query       string       `query:"q" maxLength:"255" doc:"words of the name, an e-mail address or a phone number"`
	Kind        string       `query:"kind" enum:"person,company"`
	Group       string       `query:"group" maxLength:"100" doc:"name of a group"`
	Tag         string       `query:"tag" maxLength:"60"`
	ChannelID   ids.ID       `query:"channel_id" format:"uuid" doc:"with an address on it"`
	ChannelKind string       `query:"channel_kind" maxLength:"40" doc:"with an address on a channel of this kind"`
	CompanyID   ids.ID       `query:"company_id" format:"uuid" doc:"the people of a company"`
	OpenTask    bool         `query:"open_task" doc:"only those with a task that is not resolved"`
	Sort        contact.Sort `query:"sort" enum:"name,-created_at,-last_contact_at" default:"name"`
}

// contactFilter reads the filter of a request; a channel or a company that the account has not is a mistake.
func (a *API) contactFilter(ctx context.Context, who account.Actor, f ContactFilter) (contact.Filter, error) {
	var problems []errs.Problem
	if f.ChannelID != ids.Nil {
		if _, err := a.Channels.Get(ctx, who.AccountID, f.ChannelID); err != nil {
			problems = append(problems, errs.At("query.channel_id", "channel.not_found"))
		}
	}
	if f.CompanyID != ids.Nil {
		if _, err := a.Contacts.Get(ctx, who.AccountID, f.CompanyID); err != nil {
			problems = append(problems, errs.At("query.company_id", "contact.not_found"))
		}
	}
	return contact.Filter{
		Query: f.Query, Kind: f.Kind, Group: f.Group, Tag: f.Tag, ChannelID: ids.Ptr(f.ChannelID), ChannelKind: f.ChannelKind, CompanyID: ids.Ptr(f.CompanyID),
		OpenTask: f.OpenTask, Sort: f.Sort,
	}, errs.Input(problems...)
}

type listContactsInput struct {
	Paging
	ContactFilter
}

func (a *API) listContacts(ctx context.Context, who account.Actor, in *listContactsInput) (*answer[Page[Contact]], error) {
	f, err := a.contactFilter(ctx, who, in.ContactFilter)
	if err != nil {
		return nil, err
	}
	rows, next, err := a.Contacts.List(ctx, who.AccountID, f, in.page())
	if err != nil {
		return nil, err
	}
	shown, err := a.showContacts(ctx, who.AccountID, rows)
	return listed(shown, next, err)
}

func (a *API) getContact(ctx context.Context, who account.Actor, in *ByID) (*answer[Contact], error) {
	return a.contactAnswer(ctx, who)(a.Contacts.Get(ctx, who.AccountID, in.ID))
}

// contactAnswer shows one contact.
func (a *API) contactAnswer(ctx context.Context, who account.Actor) func(contact.Contact, error) (*answer[Contact], error) {
	return func(c contact.Contact, err error) (*answer[Contact], error) {
		if err != nil {
			return nil, err
		}
		shown, err := a.showContacts(ctx, who.AccountID, []contact.Contact{c})
		if err != nil {
			return nil, err
		}
		return answered(shown[0], nil)
	}
}

func (a *API) showContacts(ctx context.Context, in account.ID, rows []contact.Contact) ([]Contact, error) {
	list := make([]ids.ID, len(rows))
	for i, c := range rows {
		list[i] = c.ID
	}
	identities, err := a.Contacts.Identities(ctx, in, list...)
	if err != nil {
		return nil, err
	}
	var keys []channel.Key
	for _, of := range identities {
		for _, x := range of {
			keys = append(keys, channel.Key{AccountID: in, ID: x.ChannelID})
		}
	}
	channels, err := a.Channels.ByKeys(ctx, keys)
	if err != nil {
		return nil, err
	}
	shown := make([]Contact, len(rows))
	for i, c := range rows {
		shown[i] = showContact(c)
		for _, y := range identities[c.ID] {
			kind := channels[channel.Key{AccountID: in, ID: y.ChannelID}].Kind
			shown[i].Identities = append(shown[i].Identities, exchangeOf(ctx).identity(y, kind))
		}
	}
	return shown, nil
}

func showContact(c contact.Contact) Contact {
	out := Contact{
		ID: c.ID, Kind: c.Kind, Name: c.Name, Emails: orEmpty(c.Emails), Phones: orEmpty(c.Phones), Fields: c.Fields,
		Tags: orEmpty(c.Tags), Group: c.GroupName, CompanyID: c.CompanyID, TemplateID: c.TemplateID, ErasedAt: c.ErasedAt, Identities: []Identity{},
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
	if out.Fields == nil {
		out.Fields = map[string]any{}
	}
	if !c.LastContactAt.IsZero() {
		out.LastContactAt = &c.LastContactAt
	}
	if c.AvatarID != nil {
		out.AvatarURL = Base + "/attachments/" + c.AvatarID.String()
	}
	return out
}

func (x *exchange) identity(y contact.Identity, kind string) Identity {
	out := Identity{y.ID, y.ChannelID, kind, y.ExternalID, y.Name, y.LastMessageAt, y.WindowUntil, ""}
	if y.Unreachable != "" {
		out.Unreachable = x.text(y.Unreachable, nil)
	}
	return out
}

// ContactChange are the keys of a contact that people may set.
type ContactChange struct {
	Kind      Optional[string]   `json:"kind,omitzero" enum:"person,company"`
	Emails    Optional[[]string] `json:"emails,omitzero" doc:"all of them; none may belong to another contact"`
	Phones    Optional[[]string] `json:"phones,omitzero" doc:"all of them; without a country code, the account's country is meant"`
	Fields    map[string]any     `json:"fields,omitempty" doc:"only the named ones change; null takes one away"`
	Tags      Optional[[]string] `json:"tags,omitzero" doc:"all of them"`
	Group     Optional[string]   `json:"group,omitzero" maxLength:"100"`
	CompanyID Optional[*ids.ID]  `json:"company_id,omitzero" format:"uuid" doc:"null takes it away"`
}

func (b ContactChange) draft() contact.Draft {
	d := contact.Draft{
		Kind: b.Kind.Ptr(), Emails: b.Emails.Ptr(), Phones: b.Phones.Ptr(), Fields: b.Fields, Tags: b.Tags.Ptr(),
		Group: b.Group.Ptr(),
	}
	if b.CompanyID.Sent {
		if d.Company = b.CompanyID.Value; d.Company == nil {
			d.Company = new(ids.ID)
		}
	}
	return d
}

type createContactInput struct {
	Body struct {
		Name string `json:"name"`
		ContactChange
	}
}

func (a *API) createContact(ctx context.Context, who account.Actor, in *createContactInput) (*answer[Contact], error) {
	d := in.Body.draft()
	d.Name = &in.Body.Name
	return a.contactAnswer(ctx, who)(a.Contacts.Create(ctx, who, d))
}

type changeContactInput struct {
	ByID
	Body struct {
		Name Optional[string] `json:"name,omitzero"`
		ContactChange
	}
}

func (a *API) changeContact(ctx context.Context, who account.Actor, in *changeContactInput) (*answer[Contact], error) {
	d := in.Body.draft()
	d.Name = in.Body.Name.Ptr()
	return a.contactAnswer(ctx, who)(a.Contacts.Update(ctx, who, in.ID, d))
}
