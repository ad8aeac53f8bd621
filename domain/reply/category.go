package reply

import (
	"context"
	"strings"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// CategoryChange is what may be changed of a category; nil leaves a thing alone.
type CategoryChange struct {
	Name     *string
	Position *int64
}

func (ch CategoryChange) apply(c *Category) error {
	if ch.Name != nil {
		c.Name = strings.TrimSpace(*ch.Name)
	}
	if ch.Position != nil {
		c.Position = *ch.Position
	}
	if n := utf8.RuneCountInString(c.Name); n == 0 || n > maxName {
		return errs.Input(errs.At("body.name", "input.length", "min", 1, "max", maxName))
	}
	return nil
}

// Categories returns all categories, in their order.
func (s *Service) Categories(ctx context.Context, a account.ID) ([]Category, error) {
	return s.store.categories(ctx, a)
}

// CreateCategory makes a category. Members may.
func (s *Service) CreateCategory(ctx context.Context, by account.Actor, ch CategoryChange) (Category, error) {
	c := Category{AccountID: by.AccountID, ID: ids.New(), CreatedAt: s.Clock.Now()}
	if err := ch.apply(&c); err != nil {
		return c, err
	}
	return c, s.DB.Retry(ctx, func(ctx context.Context) error {
		list, err := s.store.categories(ctx, by.AccountID)
		if err == nil && len(list) >= MaxCategories {
			err = errs.New(errs.Conflict, "saved_reply.too_many_categories", "max", MaxCategories)
		}
		if err == nil {
			err = s.store.insertCategory(ctx, c)
		}
		if err != nil {
			return err
		}
		return s.categoryChanged(ctx, by, "saved_reply_category.created", c)
	})
}

// UpdateCategory changes a category. Members may.
func (s *Service) UpdateCategory(ctx context.Context, by account.Actor, id ids.ID, ch CategoryChange) (Category, error) {
	var c Category
	err := s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if c, err = s.store.category(ctx, by.AccountID, id); err != nil {
			return err
		}
		if err := ch.apply(&c); err != nil {
			return err
		}
		if err := s.store.updateCategory(ctx, c); err != nil {
			return err
		}
		return s.categoryChanged(ctx, by, "saved_reply_category.changed", c)
	})
	return c, err
}

// DeleteCategory removes a category; its replies stay, without one. Members may.
func (s *Service) DeleteCategory(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		c, err := s.store.category(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if err := s.store.deleteCategory(ctx, c); err != nil {
			return err
		}
		return s.categoryChanged(ctx, by, "saved_reply_category.deleted", c)
	})
}

func (s *Service) categoryChanged(ctx context.Context, by account.Actor, action string, c Category) error {
	if err := s.Audit.Record(ctx, by.Entry(action, "saved_reply_category", c.ID, map[string]any{"name": c.Name})); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{AccountID: c.AccountID, Type: feed.ReplyChanged, Refs: feed.Refs{ObjectID: ids.Ptr(c.ID)}})
}
