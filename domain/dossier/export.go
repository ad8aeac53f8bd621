package dossier

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
)

// Export returns everything that is stored of a contact. That it was asked for is in the audit log. Admins may.
func (s *Service) Export(ctx context.Context, by account.Actor, id ids.ID) (p Person, err error) {
	if _, err := s.Contacts.Get(ctx, by.AccountID, id); err != nil {
		return p, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		all, err := s.store.lockFamily(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if err := s.Contacts.Tagged(ctx, all); err != nil {
			return err
		}
		if p, err = s.store.everything(ctx, by.AccountID, all); err != nil {
			return err
		}
		return s.Audit.Record(ctx, by.Entry("contact.exported", "contact", id, nil))
	})
	return p, err
}
