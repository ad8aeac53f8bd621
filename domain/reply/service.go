package reply

import (
	"context"
	"slices"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/contact"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/domain/template"
	"kontor/templates"
)

// Service keeps saved replies and makes answers of them.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB          *storage.DB
	Clock       clock.Clock
	Audit       *audit.Log
	Feed        *feed.Feed
	Accounts    *account.Service
	Channels    *channel.Service
	Contacts    *contact.Service
	Tasks       *task.Service
	Attachments *attachment.Service
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// Filter narrows a list of replies; empty fields do not.
type Filter struct {
	CategoryID *ids.ID
	Query      string // in names and shortcuts
}

// List returns the replies that somebody sees, those used most first.
func (s *Service) List(ctx context.Context, by account.Actor, f Filter, p storage.Page) ([]Reply, string, error) {
	return s.store.list(ctx, by.AccountID, by.StaffID, f, p)
}

// Get returns a reply that somebody sees.
func (s *Service) Get(ctx context.Context, by account.Actor, id ids.ID) (Reply, error) {
	r, err := s.store.get(ctx, by.AccountID, id)
	if err == nil && !r.Shared && r.StaffID != by.StaffID {
		err = errs.Missing("saved_reply")
	}
	return r, err
}

// Create saves a reply. Members may.
func (s *Service) Create(ctx context.Context, by account.Actor, ch Change) (Reply, error) {
	now := s.Clock.Now()
	r := Reply{AccountID: by.AccountID, ID: ids.New(), StaffID: by.StaffID, CreatedAt: now, UpdatedAt: now}
	if err := ch.apply(&r, s.Channels.Registry.Kinds()); err != nil {
		return r, err
	}
	return r, s.DB.Retry(ctx, func(ctx context.Context) error {
		if err := s.refers(ctx, r); err != nil {
			return err
		}
		n, err := s.store.count(ctx, by.AccountID)
		if err == nil && n >= MaxReplies {
			err = errs.New(errs.Conflict, "saved_reply.too_many", "max", MaxReplies)
		}
		if err == nil {
			err = s.store.insert(ctx, r)
		}
		if err != nil {
			return err
		}
		return s.changed(ctx, by, "saved_reply.created", r, r.Shared)
	})
}

// Update changes a reply: whose it is may, and admins if it is shared.
func (s *Service) Update(ctx context.Context, by account.Actor, id ids.ID, ch Change) (Reply, error) {
	var r Reply
	err := s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if r, err = s.own(ctx, by, id); err != nil {
			return err
		}
		was := r.Shared
		if err := ch.apply(&r, s.Channels.Registry.Kinds()); err != nil {
			return err
		}
		if err := s.refers(ctx, r); err != nil {
			return err
		}
		r.UpdatedAt = s.Clock.Now()
		if err := s.store.update(ctx, r); err != nil {
			return err
		}
		return s.changed(ctx, by, "saved_reply.changed", r, was || r.Shared)
	})
	return r, err
}

// Delete removes a reply: whose it is may, and admins if it is shared.
func (s *Service) Delete(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		r, err := s.own(ctx, by, id)
		if err != nil {
			return err
		}
		if err := s.store.delete(ctx, r); err != nil {
			return err
		}
		return s.changed(ctx, by, "saved_reply.deleted", r, r.Shared)
	})
}

// own returns a reply that somebody may change.
func (s *Service) own(ctx context.Context, by account.Actor, id ids.ID) (Reply, error) {
	r, err := s.Get(ctx, by, id)
	if err != nil || r.StaffID == by.StaffID {
		return r, err
	}
	return r, by.Require(account.Admin)
}

// refers checks what a reply names, its category and its files: they are there, in the account. The files are kept for it.
func (s *Service) refers(ctx context.Context, r Reply) error {
	if r.CategoryID != nil {
		if _, err := s.store.category(ctx, r.AccountID, *r.CategoryID); errs.KindOf(err) == errs.NotFound {
			return errs.Input(errs.At("body.category_id", "saved_reply.category_not_found"))
		} else if err != nil {
			return err
		}
	}
	for _, id := range r.AttachmentIDs {
		if _, err := s.Attachments.Get(ctx, r.AccountID, id); errs.KindOf(err) == errs.NotFound {
			return errs.Input(errs.At("body.attachment_ids", "attachment.not_usable"))
		} else if err != nil {
			return err
		}
	}
	return s.Attachments.Keep(ctx, r.AccountID, r.AttachmentIDs)
}

func (s *Service) changed(ctx context.Context, by account.Actor, action string, r Reply, audited bool) error {
	if audited {
		if err := s.Audit.Record(ctx, by.Entry(action, "saved_reply", r.ID, map[string]any{"name": r.Name})); err != nil {
			return err
		}
	}
	return s.Feed.Publish(ctx, feed.Event{AccountID: r.AccountID, Type: feed.ReplyChanged, Refs: feed.Refs{ObjectID: ids.Ptr(r.ID)}})
}

// Used counts that a reply was sent.
func (s *Service) Used(ctx context.Context, by account.Actor, id ids.ID) error {
	if _, err := s.Get(ctx, by, id); err != nil {
		return err
	}
	return s.store.used(ctx, by.AccountID, id, s.Clock.Now())
}

// Rendered is what a reply comes to for a task.
type Rendered struct {
	Text    string
	Missing []string // variables without a value
	Limit   int      // of the channel's texts, in characters; 0: there is none
	TooLong bool
	Files   []attachment.Attachment // the reply's own; a comment that names them gets copies
}

// Render makes the text of a reply for a task: the variant of its channel's kind where there is one. What customers have
// written is a value and never a pattern. Nothing is kept of it. Members may.
func (s *Service) Render(ctx context.Context, by account.Actor, id, taskID ids.ID) (Rendered, error) {
	r, err := s.Get(ctx, by, id)
	if err != nil {
		return Rendered{}, err
	}
	scope, kind, limit, err := s.scope(ctx, by, taskID)
	if err != nil {
		return Rendered{}, err
	}
	text := r.Text
	if variant, ok := r.Variants[kind]; ok && variant != "" {
		text = variant
	}
	p, problems := templates.CompilePattern(text)
	if err := errs.Input(template.Problems("body.text", problems)...); err != nil {
		return Rendered{}, err
	}
	values := scope.Bindings()
	out := Rendered{Missing: values.Missing(p), Limit: limit}
	if out.Text, err = p.Render(values); err != nil {
		return out, errs.New(errs.Invalid, "input.too_long", "max", maxText).Because(err)
	}
	out.TooLong = limit > 0 && utf8.RuneCountInString(out.Text) > limit
	out.Files, err = s.files(ctx, r)
	return out, err
}

// files are those of a reply, in their order.
func (s *Service) files(ctx context.Context, r Reply) ([]attachment.Attachment, error) {
	if err := s.Attachments.Keep(ctx, r.AccountID, r.AttachmentIDs); err != nil { // of replies that are older than the mark
		return nil, err
	}
	rows, err := s.Attachments.Some(ctx, r.AccountID, r.AttachmentIDs)
	rows = slices.DeleteFunc(rows, func(f attachment.Attachment) bool { return f.State != attachment.Stored }) // erased meanwhile
	slices.SortFunc(rows, func(x, y attachment.Attachment) int {
		return slices.Index(r.AttachmentIDs, x.ID) - slices.Index(r.AttachmentIDs, y.ID)
	})
	return rows, err
}

// scope is what the variables of an answer on a task mean, with the kind of its channel and the limit of texts there.
func (s *Service) scope(ctx context.Context, by account.Actor, taskID ids.ID) (scope templates.Scope, kind string, limit int, err error) {
	t, err := s.Tasks.Get(ctx, by.AccountID, taskID)
	if err != nil {
		return scope, "", 0, err
	}
	a, err := s.Accounts.Get(ctx, by.AccountID)
	if err != nil {
		return scope, "", 0, err
	}
	var c channel.Channel
	if t.ChannelID != nil {
		if c, err = s.Channels.Get(ctx, by.AccountID, *t.ChannelID); err != nil {
			return scope, "", 0, err
		}
		if adapter, err := s.Channels.Registry.Of(c.Kind); err == nil {
			limit = adapter.Describe().Capabilities.TextLimit
		}
	}
	scope = template.ScopeOf(a, c, s.Clock.Now())
	scope.Staff.Name = by.Name
	if t.ContactID == nil {
		return scope, c.Kind, limit, nil
	}
	person, err := s.Contacts.Get(ctx, by.AccountID, *t.ContactID)
	scope.Contact = person.Scope("")
	return scope, c.Kind, limit, err
}
