package template

import (
	"context"
	"encoding/json"
	"slices"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// The two types of template have the same life; these are its steps for each of them.

// Objects returns the account's object templates, newest first, without the deleted ones.
func (s *Service) Objects(ctx context.Context, a account.ID, p storage.Page) ([]Object, string, error) {
	rows, next, err := s.store.list(ctx, a, ObjectType, p)
	return decodeAll(rows, next, err, func(i Info, d templates.Object) Object { return Object{i, d} })
}

// Contacts returns the account's contact templates, newest first, without the deleted ones.
func (s *Service) Contacts(ctx context.Context, a account.ID, p storage.Page) ([]Contact, string, error) {
	rows, next, err := s.store.list(ctx, a, ContactType, p)
	return decodeAll(rows, next, err, func(i Info, d templates.Contact) Contact { return Contact{i, d} })
}

// ObjectNames returns the names of the account's object templates by id, also of the deleted ones.
func (s *Service) ObjectNames(ctx context.Context, a account.ID) (map[string]string, error) {
	rows, err := s.store.names(ctx, a, ObjectType)
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID.String()] = r.Name
	}
	return names, err
}

// Object returns an object template, also a deleted one: tasks keep theirs.
func (s *Service) Object(ctx context.Context, a account.ID, id ids.ID) (Object, error) {
	r, err := s.store.get(ctx, a, ObjectType, id)
	if err != nil {
		return Object{}, err
	}
	d, err := decode[templates.Object](r.Definition)
	return Object{r.info(), d}, err
}

// Contact returns a contact template, also a deleted one.
func (s *Service) Contact(ctx context.Context, a account.ID, id ids.ID) (Contact, error) {
	r, err := s.store.get(ctx, a, ContactType, id)
	if err != nil {
		return Contact{}, err
	}
	d, err := decode[templates.Contact](r.Definition)
	return Contact{r.info(), d}, err
}

// CreateObject stores a new object template. Owners and admins may; what is wrong with it is an Invalid error.
func (s *Service) CreateObject(ctx context.Context, by account.Actor, d templates.Object) (Object, error) {
	info, err := create(ctx, s, by, d, "")
	return Object{info, d}, err
}

// CreateContact stores a new contact template. Owners and admins may; what is wrong with it is an Invalid error.
func (s *Service) CreateContact(ctx context.Context, by account.Actor, d templates.Contact) (Contact, error) {
	info, err := create(ctx, s, by, d, "")
	return Contact{info, d}, err
}

// UpdateObject stores a new version. expect, unless 0, is the version the caller saw.
func (s *Service) UpdateObject(
	ctx context.Context, by account.Actor, id ids.ID, d templates.Object, expect int,
) (Object, error) {
	info, err := update(ctx, s, by, id, d, expect)
	return Object{info, d}, err
}

// UpdateContact stores a new version. expect, unless 0, is the version the caller saw.
func (s *Service) UpdateContact(
	ctx context.Context, by account.Actor, id ids.ID, d templates.Contact, expect int,
) (Contact, error) {
	info, err := update(ctx, s, by, id, d, expect)
	return Contact{info, d}, err
}

// DeleteObject hides an object template.
func (s *Service) DeleteObject(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.remove(ctx, by, ObjectType, id)
}

// DeleteContact hides a contact template.
func (s *Service) DeleteContact(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.remove(ctx, by, ContactType, id)
}

// StandardObject makes an object template the standard one.
func (s *Service) StandardObject(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.makeStandard(ctx, by, ObjectType, id)
}

// StandardContact makes a contact template the standard one.
func (s *Service) StandardContact(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.makeStandard(ctx, by, ContactType, id)
}

// ObjectVersions returns the versions of an object template, newest first.
func (s *Service) ObjectVersions(
	ctx context.Context, a account.ID, id ids.ID, p storage.Page,
) ([]Version[templates.Object], string, error) {
	return versions[templates.Object](ctx, s, a, ObjectType, id, p)
}

// ContactVersions returns the versions of a contact template, newest first.
func (s *Service) ContactVersions(
	ctx context.Context, a account.ID, id ids.ID, p storage.Page,
) ([]Version[templates.Contact], string, error) {
	return versions[templates.Contact](ctx, s, a, ContactType, id, p)
}

// ObjectVersion returns an object template as it was in a version.
func (s *Service) ObjectVersion(ctx context.Context, a account.ID, id ids.ID, n int) (Version[templates.Object], error) {
	return versionOf[templates.Object](ctx, s, a, ObjectType, id, n)
}

// ContactVersion returns a contact template as it was in a version.
func (s *Service) ContactVersion(ctx context.Context, a account.ID, id ids.ID, n int) (Version[templates.Contact], error) {
	return versionOf[templates.Contact](ctx, s, a, ContactType, id, n)
}

// RevertObject makes an object template what it was in a version. The history goes on: it is a new version.
func (s *Service) RevertObject(ctx context.Context, by account.Actor, id ids.ID, n int) (Object, error) {
	v, err := s.ObjectVersion(ctx, by.AccountID, id, n)
	if err != nil {
		return Object{}, noSuchVersion(err)
	}
	return s.UpdateObject(ctx, by, id, v.Definition, 0)
}

// RevertContact makes a contact template what it was in a version. The history goes on: it is a new version.
func (s *Service) RevertContact(ctx context.Context, by account.Actor, id ids.ID, n int) (Contact, error) {
	v, err := s.ContactVersion(ctx, by.AccountID, id, n)
	if err != nil {
		return Contact{}, noSuchVersion(err)
	}
	return s.UpdateContact(ctx, by, id, v.Definition, 0)
}

func noSuchVersion(err error) error {
	if errs.Is(err, "template_version.not_found") {
		return errs.Input(errs.At("body.version", "template_version.not_found"))
	}
	return err
}

// ObjectUsers returns the channels whose messages or comments become tasks by an object template.
func (s *Service) ObjectUsers(ctx context.Context, a account.ID, o Object) ([]channel.Channel, error) {
	return s.users(ctx, a, func(c channel.Settings) bool {
		return o.usedFor(c.ObjectTemplateID, "") || o.usedFor(c.CommentTemplateID, templates.PresetPostComments)
	})
}

// ContactUsers returns the channels whose people become contacts by a contact template.
func (s *Service) ContactUsers(ctx context.Context, a account.ID, t Contact) ([]channel.Channel, error) {
	return s.users(ctx, a, func(c channel.Settings) bool {
		return t.usedFor(c.ContactTemplateID, "") || t.usedFor(c.ContactTemplateID, templates.PresetPostComments)
	})
}

func (s *Service) users(
	ctx context.Context, a account.ID, use func(channel.Settings) bool,
) ([]channel.Channel, error) {
	all, err := s.Channels().All(ctx, a)
	return slices.DeleteFunc(all, func(c channel.Channel) bool { return !use(c.Settings) }), err
}

// usedFor tells whether the template is the named one, or, when none is named, the one taken instead: that of a preset, or
// else the standard one. Which of several of one preset is taken is for.go's business.
func (i Info) usedFor(named *ids.ID, preset string) bool {
	switch {
	case named != nil:
		return *named == i.ID
	case preset != "":
		return i.Preset == preset && i.DeletedAt == nil
	}
	return i.Standard
}

func versions[D definition](
	ctx context.Context, s *Service, a account.ID, t Type, id ids.ID, p storage.Page,
) ([]Version[D], string, error) {
	if _, err := s.store.get(ctx, a, t, id); err != nil {
		return nil, "", err
	}
	rows, next, err := s.store.versions(ctx, a, id, p)
	if err != nil {
		return nil, "", err
	}
	out := make([]Version[D], len(rows))
	for i, r := range rows {
		if out[i], err = version[D](r); err != nil {
			return nil, "", err
		}
	}
	return out, next, nil
}

func versionOf[D definition](
	ctx context.Context, s *Service, a account.ID, t Type, id ids.ID, n int,
) (Version[D], error) {
	if _, err := s.store.get(ctx, a, t, id); err != nil {
		return Version[D]{}, err
	}
	r, err := s.store.version(ctx, a, id, n)
	if err != nil {
		return Version[D]{}, err
	}
	return version[D](r)
}

func version[D definition](r versionRow) (Version[D], error) {
	d, err := decode[D](r.Definition)
	return Version[D]{r.Version, d, ids.Of(r.StaffID), r.CreatedAt}, err
}

func decode[D definition](text json.RawMessage) (d D, err error) {
	return d, json.Unmarshal(text, &d)
}

func decodeAll[D definition, T any](rows []row, next string, err error, with func(Info, D) T) ([]T, string, error) {
	if err != nil {
		return nil, "", err
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		d, err := decode[D](r.Definition)
		if err != nil {
			return nil, "", err
		}
		out[i] = with(r.info(), d)
	}
	return out, next, nil
}
