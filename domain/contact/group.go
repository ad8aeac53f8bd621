package contact

import (
	"context"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// Group is a set of contacts. A contact is in one group or in none, and has its name.
type Group struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	Name      string
	CreatedAt time.Time
	Contacts  int64 `gorm:"->;-:migration"` // how many are in it; only read
}

// TableName names the table.
func (Group) TableName() string { return "contact_groups" }

// Bounds of groups.
const (
	maxGroups    = 500
	maxGroupName = 100
)

// Groups returns the account's groups by name, with how many contacts are in each. Templates and imports put contacts into
// groups by name: those that nobody has made by hand are taken into the list here.
func (s *Service) Groups(ctx context.Context, a account.ID) ([]Group, error) {
	if err := s.store.adoptGroups(ctx, a, s.Clock.Now()); err != nil {
		return nil, err
	}
	return s.store.groups(ctx, a)
}

// CreateGroup makes an empty group. Members may.
func (s *Service) CreateGroup(ctx context.Context, by account.Actor, name string) (g Group, err error) {
	if name, err = groupName(name); err != nil {
		return g, err
	}
	g = Group{AccountID: by.AccountID, ID: ids.New(), Name: name, CreatedAt: s.Clock.Now()}
	return g, s.DB.Tx(ctx, func(ctx context.Context) error {
		n, err := s.store.countGroups(ctx, by.AccountID)
		if err == nil && n >= maxGroups {
			err = errs.New(errs.Conflict, "contact_group.too_many", "max", maxGroups)
		}
		if err != nil {
			return err
		}
		made, err := s.store.insertGroup(ctx, g)
		if err == nil && !made {
			err = errs.New(errs.Conflict, "contact_group.exists", "name", name)
		}
		if err != nil {
			return err
		}
		return s.groupChanged(ctx, by, "contact_group.created", g, nil)
	})
}

// RenameGroup gives a group, and with it its contacts, another name. Members may.
func (s *Service) RenameGroup(ctx context.Context, by account.Actor, id ids.ID, to *string) (g Group, err error) {
	if to == nil {
		return s.store.group(ctx, by.AccountID, id)
	}
	name, err := groupName(*to)
	if err != nil {
		return g, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if g, err = s.store.group(ctx, by.AccountID, id); err != nil {
			return err
		}
		before := g.Name
		g.Name = name
		if before == name {
			return nil
		}
		renamed, err := s.store.renameGroup(ctx, g)
		if err == nil && !renamed {
			err = errs.New(errs.Conflict, "contact_group.exists", "name", name)
		}
		if err != nil {
			return err
		}
		n, err := s.store.regroup(ctx, by.AccountID, before, name, s.Clock.Now())
		if err != nil {
			return err
		}
		g.Contacts = n
		return s.groupChanged(ctx, by, "contact_group.renamed", g, map[string]any{"before": before, "name": name, "contacts": n})
	})
	return g, err
}

// DeleteGroup takes a group away. Its contacts are in none then. Members may.
func (s *Service) DeleteGroup(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		g, err := s.store.group(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		n, err := s.store.regroup(ctx, by.AccountID, g.Name, "", s.Clock.Now())
		if err != nil {
			return err
		}
		if err := s.store.deleteGroup(ctx, g); err != nil {
			return err
		}
		return s.groupChanged(ctx, by, "contact_group.deleted", g, map[string]any{"name": g.Name, "contacts": n})
	})
}

func (s *Service) groupChanged(ctx context.Context, by account.Actor, action string, g Group, details map[string]any) error {
	if err := s.Audit.Record(ctx, by.Entry(action, "contact_group", g.ID, details)); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{AccountID: by.AccountID, Type: feed.ContactChanged, Refs: feed.Refs{ObjectID: ids.Ptr(g.ID)}})
}

func groupName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := len([]rune(name)); n == 0 || n > maxGroupName {
		return "", errs.Input(errs.At("body.name", "input.length", "min", 1, "max", maxGroupName))
	}
	return name, nil
}
