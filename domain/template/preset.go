package template

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/templates"
)

// OfPreset returns the account's templates that were made from a preset, by its key; nil for what has been deleted.
func (s *Service) OfPreset(ctx context.Context, a account.ID, key string) (object, contact *ids.ID, err error) {
	rows, err := s.store.ofPreset(ctx, a, key)
	for _, r := range rows {
		switch {
		case r.Type == ObjectType && object == nil:
			object = ids.Ptr(r.ID)
		case r.Type == ContactType && contact == nil:
			contact = ids.Ptr(r.ID)
		}
	}
	return object, contact, err
}

// CreateObjectOf stores a new object template that stands for a preset which the account has no template of any more.
func (s *Service) CreateObjectOf(ctx context.Context, by account.Actor, preset string, d templates.Object) (Object, error) {
	info, err := create(ctx, s, by, d, preset)
	return Object{info, d}, err
}

// CreateContactOf is CreateObjectOf for contact templates.
func (s *Service) CreateContactOf(ctx context.Context, by account.Actor, preset string, d templates.Contact) (Contact, error) {
	info, err := create(ctx, s, by, d, preset)
	return Contact{info, d}, err
}
