package template

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
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
