package dossier

import (
	"context"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// Receipt says what was erased, in numbers alone.
type Receipt struct {
	ID         ids.ID
	ErasedAt   time.Time
	Contacts   int64 // the contact, and those merged into it
	Identities int64
	Tasks      int64
	Comments   int64
	Files      int64
	Messages   int64
	Events     int64
	Leads      int64
	Notes      int64
}

// Details are the receipt for the audit log.
func (r Receipt) details() map[string]any {
	return map[string]any{
		"receipt_id": r.ID, "contacts": r.Contacts, "identities": r.Identities, "tasks": r.Tasks, "comments": r.Comments,
		"files": r.Files, "messages": r.Messages, "events": r.Events, "leads": r.Leads, "notes": r.Notes,
	}
}

// Erase takes away everything personal of a contact: of itself and those merged into it, of its addresses, its tasks and what
// is written on them, its files, its leads and what the vault keeps of its words. Rows, figures and the keys by which
// deliveries are recognised stay, so that nothing comes back when a platform sends it again. What is queued for the person is
// cancelled. name is the contact's, typed by whoever confirms. Admins may.
func (s *Service) Erase(ctx context.Context, by account.Actor, id ids.ID, name string) (r Receipt, err error) {
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		if _, err := s.Contacts.Get(ctx, by.AccountID, id); err != nil {
			return err
		}
		all, err := s.store.lockFamily(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		for _, c := range all {
			switch {
			case c.ID != id:
			case c.ErasedAt != nil:
				return errs.New(errs.Conflict, "contact.erased")
			case !strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(c.Name)):
				return errs.Input(errs.At("body.name", "contact.erase_name"))
			}
		}
		r, err = s.erase(ctx, by, id, all)
		fault.Point("contact.before_erase_commit")
		return err
	})
	return r, err
}

func (s *Service) erase(ctx context.Context, by account.Actor, id ids.ID, all []contact.Contact) (r Receipt, err error) {
	r = Receipt{ID: ids.New(), ErasedAt: s.Clock.Now(), Contacts: int64(len(all))}
	person, err := s.store.everything(ctx, by.AccountID, all)
	if err != nil {
		return r, err
	}
	r.Identities, r.Tasks, r.Comments = int64(len(person.Identities)), int64(len(person.Tasks)), int64(len(person.Comments))
	r.Files, r.Events, r.Leads = int64(len(person.Files)), int64(len(person.Events)), int64(len(person.Leads))
	r.Notes = int64(len(person.Notes))
	for _, part := range person.commentIDs(maxAtOnce) {
		if err := s.Attachments.Remove(ctx, by.AccountID, part...); err != nil {
			return r, err
		}
	}
	for _, c := range all {
		if c.AvatarID != nil {
			if err := s.Attachments.RemoveFile(ctx, by.AccountID, *c.AvatarID); err != nil {
				return r, err
			}
		}
	}
	if r.Messages, err = s.store.blank(ctx, by.AccountID, person, r.ErasedAt); err != nil {
		return r, err
	}
	if err := s.Keys.Erase(ctx, by.AccountID); err != nil {
		return r, err
	}
	if err := s.Audit.Record(ctx, by.Entry("contact.erased", "contact", id, r.details())); err != nil {
		return r, err
	}
	events := []feed.Event{{AccountID: by.AccountID, Type: feed.ContactChanged, Refs: feed.Refs{ContactID: ids.Ptr(id)}}}
	for _, t := range person.Tasks[:min(len(person.Tasks), maxTold)] {
		events = append(events,
			feed.Event{AccountID: by.AccountID, Type: feed.TaskChanged, Refs: feed.Refs{TaskID: ids.Ptr(t.ID)}},
			feed.Event{AccountID: by.AccountID, Type: feed.CommentChanged, Refs: feed.Refs{TaskID: ids.Ptr(t.ID)}})
	}
	return r, s.Feed.Publish(ctx, events...)
}

// maxAtOnce is how many rows one statement names.
const maxAtOnce = 500
