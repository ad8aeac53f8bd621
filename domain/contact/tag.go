package contact

import (
	"context"
	"strings"

	"kontor/domain/account"
)

// Tag is a tag of contacts, and how many have it.
type Tag struct {
	Name     string
	Contacts int64
}

// Tags returns the tags of the account's contacts in which a text occurs, the most used first.
func (s *Service) Tags(ctx context.Context, a account.ID, text string, limit int) ([]Tag, error) {
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(strings.TrimSpace(text))) + "%"
	return s.store.tags(ctx, a, like, limit)
}

// Tagged gives contacts the tags that they have, where they were read without.
func (s *Service) Tagged(ctx context.Context, list []Contact) error { return s.store.tagged(ctx, list) }

// Retag writes all tags of contacts, in the context's transaction. One that was merged into another has none: whoever looks
// for a tag finds the contact that remains.
func (s *Service) Retag(ctx context.Context, list ...Contact) error {
	for _, c := range list {
		if err := s.store.setTags(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
