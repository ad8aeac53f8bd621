package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/dossier"
	"kontor/domain/ids"
)

// Merger is that two contacts became one.
type Merger struct {
	ID       ids.ID    `json:"id"`
	Other    Contact   `json:"other" doc:"the contact that was merged, as it was"`
	MergedBy string    `json:"merged_by"`
	MergedAt time.Time `json:"merged_at"`
}

func showMerger(m dossier.Merge) Merger {
	return Merger{m.ID, showContact(m.Before.Merged), m.MergedBy, m.MergedAt}
}

type mergeInput struct {
	ByID
	Body struct {
		ContactID ids.ID   `json:"contact_id" format:"uuid" doc:"the other contact, which becomes part of this one"`
		Take      []string `json:"take,omitempty" maxItems:"250" doc:"what is taken from the other although this one has it: name, kind, group, company, avatar, field:<key>. E-mails, phones and tags are always those of both"`
	}
}

func (a *API) mergeContacts(ctx context.Context, who account.Actor, in *mergeInput) (*answer[Contact], error) {
	if _, err := a.Dossiers.Merge(ctx, who, in.ID, in.Body.ContactID, in.Body.Take); err != nil {
		return nil, err
	}
	return a.contactAnswer(ctx, who)(a.Contacts.Get(ctx, who.AccountID, in.ID))
}

// Unmerged are the two contacts that one was made of.
type Unmerged struct {
	Contact Contact `json:"contact"`
	Other   Contact `json:"other"`
}

func (a *API) unmergeContact(ctx context.Context, who account.Actor, in *ByID) (*answer[Unmerged], error) {
	m, err := a.Dossiers.Unmerge(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.Contacts.Of(ctx, who.AccountID, []ids.ID{m.SurvivorID, m.MergedID})
	if err != nil {
		return nil, err
	}
	pair := []contact.Contact{found[m.SurvivorID], found[m.MergedID]}
	if err := a.Contacts.Tagged(ctx, pair); err != nil {
		return nil, err
	}
	shown, err := a.showContacts(ctx, who.AccountID, pair)
	if err != nil {
		return nil, err
	}
	return answered(Unmerged{shown[0], shown[1]}, nil)
}

func (a *API) listMergers(ctx context.Context, who account.Actor, in *ByID) (*answer[Page[Merger]], error) {
	if _, err := a.Contacts.Get(ctx, who.AccountID, in.ID); err != nil {
		return nil, err
	}
	rows, err := a.Dossiers.Mergers(ctx, who.AccountID, in.ID)
	shown := make([]Merger, len(rows))
	for i, m := range rows {
		shown[i] = showMerger(m)
	}
	return listed(shown, "", err)
}

// DuplicatePair are two contacts that may be the same.
type DuplicatePair struct {
	First    Contact    `json:"first"`
	Second   Contact    `json:"second"`
	Score    int        `json:"score" doc:"how likely they are the same, of a hundred"`
	Evidence []Evidence `json:"evidence"`
}

// Evidence is what two contacts have in common.
type Evidence struct {
	Type  string `json:"type" enum:"email,phone,username,name_company,name"`
	Text  string `json:"text" doc:"in the reader's language"`
	Value string `json:"value"`
}

type listDuplicatesInput struct {
	ContactID ids.ID `query:"contact_id" format:"uuid" doc:"only pairs with this one"`
}

func (a *API) listDuplicates(ctx context.Context, who account.Actor, in *listDuplicatesInput) (*answer[Page[DuplicatePair]], error) {
	rows, err := a.Contacts.Duplicates(ctx, who.AccountID, ids.Ptr(in.ContactID))
	if err != nil {
		return nil, err
	}
	var list []ids.ID
	for _, d := range rows {
		list = append(list, d.First, d.Second)
	}
	found, err := a.Contacts.Of(ctx, who.AccountID, list)
	if err != nil {
		return nil, err
	}
	both := make([]contact.Contact, len(list))
	for i, id := range list {
		both[i] = found[id]
	}
	if err := a.Contacts.Tagged(ctx, both); err != nil {
		return nil, err
	}
	shown, err := a.showContacts(ctx, who.AccountID, both)
	if err != nil {
		return nil, err
	}
	x, pairs := exchangeOf(ctx), make([]DuplicatePair, len(rows))
	for i, d := range rows {
		pairs[i] = DuplicatePair{First: shown[2*i], Second: shown[2*i+1], Score: d.Score(), Evidence: []Evidence{}}
		for _, e := range d.Evidence {
			if e.Type == "name_company" { // the company's id is no word for people
				e.Value = found[d.First].Name
			}
			pairs[i].Evidence = append(pairs[i].Evidence, Evidence{e.Type, x.text(evidenceCode(e.Type), nil), e.Value})
		}
	}
	return listed(pairs, "", nil)
}

func evidenceCode(what string) string {
	switch what {
	case "email":
		return "evidence.email"
	case "phone":
		return "evidence.phone"
	case "username":
		return "evidence.username"
	case "name_company":
		return "evidence.name_company"
	}
	return "evidence.name"
}

type distinguishInput struct {
	Body struct {
		FirstID  ids.ID `json:"first_id" format:"uuid"`
		SecondID ids.ID `json:"second_id" format:"uuid"`
	}
}

func (a *API) distinguishContacts(ctx context.Context, who account.Actor, in *distinguishInput) (*nothing, error) {
	return nil, a.Contacts.Distinguish(ctx, who, in.Body.FirstID, in.Body.SecondID)
}

// ContactGroup is a set of contacts.
type ContactGroup struct {
	ID       ids.ID `json:"id"`
	Name     string `json:"name"`
	Contacts int64  `json:"contacts" doc:"how many are in it"`
}

func (a *API) listContactGroups(ctx context.Context, who account.Actor, _ *nothing) (*answer[Page[ContactGroup]], error) {
	rows, err := a.Contacts.Groups(ctx, who.AccountID)
	shown := make([]ContactGroup, len(rows))
	for i, g := range rows {
		shown[i] = ContactGroup{g.ID, g.Name, g.Contacts}
	}
	return listed(shown, "", err)
}

type groupBody struct {
	Name string `json:"name" maxLength:"100"`
}

type createGroupInput struct{ Body groupBody }

func (a *API) createContactGroup(ctx context.Context, who account.Actor, in *createGroupInput) (*answer[ContactGroup], error) {
	g, err := a.Contacts.CreateGroup(ctx, who, in.Body.Name)
	return answered(ContactGroup{g.ID, g.Name, g.Contacts}, err)
}

type changeGroupInput struct {
	ByID
	Body struct {
		Name Optional[string] `json:"name,omitzero" maxLength:"100"`
	}
}

func (a *API) changeContactGroup(ctx context.Context, who account.Actor, in *changeGroupInput) (*answer[ContactGroup], error) {
	g, err := a.Contacts.RenameGroup(ctx, who, in.ID, in.Body.Name.Ptr())
	return answered(ContactGroup{g.ID, g.Name, g.Contacts}, err)
}

func (a *API) deleteContactGroup(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return nil, a.Contacts.DeleteGroup(ctx, who, in.ID)
}

type bulkContactsInput struct {
	Body struct {
		IDs        []ids.ID         `json:"ids" format:"uuid" minItems:"1" maxItems:"200"`
		AddTags    []string         `json:"add_tags,omitempty" maxItems:"20"`
		RemoveTags []string         `json:"remove_tags,omitempty" maxItems:"20"`
		Group      Optional[string] `json:"group,omitzero" maxLength:"100" doc:"empty: in none"`
	}
}

// BulkContacts is how many contacts were changed.
type BulkContacts struct {
	Changed int `json:"changed"`
}

func (a *API) bulkContacts(ctx context.Context, who account.Actor, in *bulkContactsInput) (*answer[BulkContacts], error) {
	n, err := a.Contacts.ChangeMany(ctx, who, in.Body.IDs, contact.ManyChange{
		AddTags: in.Body.AddTags, RemoveTags: in.Body.RemoveTags, Group: in.Body.Group.Ptr(),
	})
	return answered(BulkContacts{n}, err)
}

type contactTimelineInput struct {
	ByID
	Paging
}

func (a *API) contactTimeline(ctx context.Context, who account.Actor, in *contactTimelineInput) (*answer[Page[Comment]], error) {
	if _, err := a.Contacts.Get(ctx, who.AccountID, in.ID); err != nil {
		return nil, err
	}
	rows, next, err := a.Tasks.CommentsAbout(ctx, who.AccountID, in.ID, in.page())
	if err != nil {
		return nil, err
	}
	shown, err := a.showComments(ctx, who, rows)
	return listed(shown, next, err)
}

// ContactExport is everything that is stored of a person.
type ContactExport struct {
	ExportedAt time.Time               `json:"exported_at"`
	Contacts   []Contact               `json:"contacts" doc:"the contact, and those that were merged into it"`
	Tasks      []dossier.PersonTask    `json:"tasks"`
	Comments   []dossier.PersonComment `json:"comments"`
	Files      []dossier.PersonFile    `json:"files" doc:"GET /attachments/{id} has the bytes"`
	Leads      []dossier.PersonLead    `json:"leads"`
	Notes      []dossier.PersonNote    `json:"notes" doc:"what staff wrote down about the person"`
	Events     []dossier.PersonEvent   `json:"events" doc:"what platforms told of the person; GET /events/{id} has the bytes"`
}

func (a *API) exportContact(ctx context.Context, who account.Actor, in *ByID) (*answer[ContactExport], error) {
	p, err := a.Dossiers.Export(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	shown, err := a.showContacts(ctx, who.AccountID, p.Contacts)
	return answered(ContactExport{
		a.Clock.Now(), shown, orEmpty(p.Tasks), orEmpty(p.Comments), orEmpty(p.Files), orEmpty(p.Leads), orEmpty(p.Notes), orEmpty(p.Events),
	}, err)
}

type eraseContactInput struct {
	ByID
	Body struct {
		Name string `json:"name" maxLength:"255" doc:"the contact's name, typed to confirm"`
	}
}

// ErasureReceipt says what was erased, in numbers alone.
type ErasureReceipt struct {
	ID         ids.ID    `json:"id"`
	ErasedAt   time.Time `json:"erased_at"`
	Contacts   int64     `json:"contacts" doc:"the contact, and those merged into it"`
	Identities int64     `json:"identities"`
	Tasks      int64     `json:"tasks"`
	Comments   int64     `json:"comments"`
	Files      int64     `json:"files"`
	Messages   int64     `json:"messages"`
	Events     int64     `json:"events"`
	Leads      int64     `json:"leads"`
	Notes      int64     `json:"notes"`
}

func (a *API) eraseContact(ctx context.Context, who account.Actor, in *eraseContactInput) (*answer[ErasureReceipt], error) {
	r, err := a.Dossiers.Erase(ctx, who, in.ID, in.Body.Name)
	return answered(ErasureReceipt(r), err)
}
