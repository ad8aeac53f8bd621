package contact

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Note is what somebody here wrote down about a contact. Nobody outside sees it.
type Note struct {
	AccountID  account.ID `gorm:"primaryKey"`
	ID         ids.ID     `gorm:"primaryKey"`
	ContactID  ids.ID
	AuthorID   ids.ID // of staff
	AuthorName string
	Text       string
	CreatedAt  time.Time
	EditedAt   *time.Time
}

// TableName names the table.
func (Note) TableName() string { return "contact_notes" }

// MaxNote is the longest note, in characters.
const MaxNote = 10_000

// Notes returns what was written down about a contact, the newest first.
func (s *Service) Notes(ctx context.Context, a account.ID, contactID ids.ID, p storage.Page) ([]Note, string, error) {
	if _, err := s.store.get(ctx, a, contactID); err != nil {
		return nil, "", err
	}
	return s.store.notes(ctx, a, contactID, p)
}

// AddNote writes something down about a contact. Members may.
func (s *Service) AddNote(ctx context.Context, by account.Actor, contactID ids.ID, text string) (Note, error) {
	n := Note{
		AccountID: by.AccountID, ID: ids.New(), ContactID: contactID, AuthorID: by.StaffID, AuthorName: by.Name,
		CreatedAt: s.Clock.Now(),
	}
	err := s.noted(ctx, by, "contact.note_added", &n, text, s.store.insertNote)
	return n, err
}

// EditNote changes the text of a note; nil leaves it. Who wrote it may.
func (s *Service) EditNote(ctx context.Context, by account.Actor, id ids.ID, text *string) (n Note, err error) {
	if n, err = s.store.note(ctx, by.AccountID, id); err != nil {
		return n, err
	}
	if n.AuthorID != by.StaffID {
		return n, errs.New(errs.Forbidden, "contact_note.others")
	}
	if text == nil {
		return n, nil
	}
	now := s.Clock.Now()
	n.EditedAt = &now
	err = s.noted(ctx, by, "contact.note_changed", &n, *text, s.store.updateNote)
	return n, err
}

// DeleteNote takes a note away. Who wrote it may, and admins: who wrote it may have left.
func (s *Service) DeleteNote(ctx context.Context, by account.Actor, id ids.ID) error {
	n, err := s.store.note(ctx, by.AccountID, id)
	if err == nil && n.AuthorID != by.StaffID && !by.Role.AtLeast(account.Admin) {
		err = errs.New(errs.Forbidden, "contact_note.others")
	}
	if err != nil {
		return err
	}
	return s.noted(ctx, by, "contact.note_deleted", &n, n.Text, s.store.deleteNote)
}

// noted does something with a note while its contact cannot be merged or erased, writes that into the audit log, without the
// text, and tells screens.
func (s *Service) noted(
	ctx context.Context, by account.Actor, action string, n *Note, text string, do func(context.Context, *Note) error,
) error {
	n.Text = strings.TrimSpace(text)
	if length := utf8.RuneCountInString(n.Text); length == 0 || length > MaxNote {
		return errs.Input(errs.At("body.text", "input.length", "min", 1, "max", MaxNote))
	}
	if strings.ContainsRune(n.Text, 0) || !utf8.ValidString(n.Text) {
		return errs.Input(errs.At("body.text", "input.characters"))
	}
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		if _, err := s.store.get(ctx, n.AccountID, n.ContactID); err != nil {
			return err
		}
		locked, err := s.Lock(ctx, n.AccountID, n.ContactID)
		if err != nil {
			return err
		}
		c := locked[n.ContactID]
		if c.ErasedAt != nil {
			return errs.New(errs.Conflict, "contact.erased")
		}
		n.ContactID = c.ID // merged in this moment: its notes are the other's now
		if err := do(ctx, n); err != nil {
			return err
		}
		if err := s.Audit.Record(ctx, by.Entry(action, "contact", n.ContactID, map[string]any{"note_id": n.ID})); err != nil {
			return err
		}
		return s.announce(ctx, Contact{AccountID: n.AccountID, ID: n.ContactID})
	})
}
