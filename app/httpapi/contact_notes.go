package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/ids"
)

// ContactNote is what somebody here wrote down about a contact.
type ContactNote struct {
	ID        ids.ID     `json:"id"`
	ContactID ids.ID     `json:"contact_id"`
	AuthorID  ids.ID     `json:"author_id" doc:"of staff; only they change it"`
	Author    string     `json:"author"`
	Text      string     `json:"text"`
	CreatedAt time.Time  `json:"created_at"`
	EditedAt  *time.Time `json:"edited_at"`
}

func showContactNote(n contact.Note) ContactNote {
	return ContactNote{n.ID, n.ContactID, n.AuthorID, n.AuthorName, n.Text, n.CreatedAt, n.EditedAt}
}

type listNotesInput struct {
	ByID
	Paging
}

func (a *API) listContactNotes(ctx context.Context, who account.Actor, in *listNotesInput) (*answer[Page[ContactNote]], error) {
	rows, next, err := a.Contacts.Notes(ctx, who.AccountID, in.ID, in.page())
	shown := make([]ContactNote, len(rows))
	for i, n := range rows {
		shown[i] = showContactNote(n)
	}
	return listed(shown, next, err)
}

type noteInput struct {
	ByID
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"10000"`
	}
}

func (a *API) addContactNote(ctx context.Context, who account.Actor, in *noteInput) (*answer[ContactNote], error) {
	n, err := a.Contacts.AddNote(ctx, who, in.ID, in.Body.Text)
	return answered(showContactNote(n), err)
}

type changeNoteInput struct {
	ByID
	Body struct {
		Text Optional[string] `json:"text,omitzero" minLength:"1" maxLength:"10000"`
	}
}

func (a *API) changeContactNote(ctx context.Context, who account.Actor, in *changeNoteInput) (*answer[ContactNote], error) {
	n, err := a.Contacts.EditNote(ctx, who, in.ID, in.Body.Text.Ptr())
	return answered(showContactNote(n), err)
}

func (a *API) deleteContactNote(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return nil, a.Contacts.DeleteNote(ctx, who, in.ID)
}

// ContactTag is a tag of contacts.
type ContactTag struct {
	Name     string `json:"name"`
	Contacts int64  `json:"contacts" doc:"how many have it"`
}

func (a *API) listContactTags(ctx context.Context, who account.Actor, in *listLabelsInput) (*answer[Page[ContactTag]], error) {
	rows, err := a.Contacts.Tags(ctx, who.AccountID, in.Query, in.Limit)
	shown := make([]ContactTag, len(rows))
	for i, t := range rows {
		shown[i] = ContactTag(t)
	}
	return listed(shown, "", err)
}
