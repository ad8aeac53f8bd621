package contact

import (
	"context"
	"slices"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// ManyChange is what is changed of many contacts at once.
type ManyChange struct {
	AddTags, RemoveTags []string
	Group               *string
}

// ChangeMany changes several contacts, all or none, and returns how many. Members may.
func (s *Service) ChangeMany(ctx context.Context, by account.Actor, list []ids.ID, ch ManyChange) (n int, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		locked, err := s.Lock(ctx, by.AccountID, list...)
		if err != nil {
			return err
		}
		for _, id := range unique(list) {
			c := locked[id]
			if c.ID != id || c.ErasedAt != nil {
				return errs.Missing("contact")
			}
			tags := slices.DeleteFunc(slices.Clone(c.Tags), func(t string) bool { return slices.Contains(ch.RemoveTags, t) })
			addTo(&tags, maxTags, ch.AddTags...)
			if _, err := s.save(ctx, by, c, Draft{Tags: &tags, Group: ch.Group}, false); err != nil {
				return err
			}
		}
		n = len(unique(list))
		return nil
	})
	return n, err
}

// NoteExport notes that somebody took a list of contacts away.
func (s *Service) NoteExport(ctx context.Context, by account.Actor) error {
	return s.Audit.Record(ctx, by.Entry("contact.list_exported", "contact", ids.Nil, nil))
}
