package template

import (
	"context"
	"slices"
	"strings"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// StatusSets returns the account's status sets, newest first.
func (s *Service) StatusSets(ctx context.Context, a account.ID, p storage.Page) ([]StatusSet, string, error) {
	return s.store.sets(ctx, a, p)
}

// StatusSet returns a status set of the account.
func (s *Service) StatusSet(ctx context.Context, a account.ID, id ids.ID) (StatusSet, error) {
	return s.store.set(ctx, a, id)
}

// CreateStatusSet stores a new status set. Owners and admins may.
func (s *Service) CreateStatusSet(ctx context.Context, by account.Actor, set templates.StatusSet) (StatusSet, error) {
	if err := by.Require(account.Admin); err != nil {
		return StatusSet{}, err
	}
	if err := Input("body.", set.Validate()); err != nil {
		return StatusSet{}, err
	}
	var r StatusSet
	err := s.DB.Tx(ctx, func(ctx context.Context) (err error) {
		if r, err = s.addSet(ctx, by.AccountID, set, ""); err != nil {
			return err
		}
		return s.record(ctx, by, "status_set.created", r.ID, nil)
	})
	return r, err
}

func (s *Service) addSet(ctx context.Context, a account.ID, set templates.StatusSet, preset string) (StatusSet, error) {
	now := s.Clock.Now()
	r := StatusSet{
		AccountID: a, ID: ids.New(), Name: set.Name, Preset: preset, Statuses: set.Statuses, CreatedAt: now, UpdatedAt: now,
	}
	return r, s.store.insertSet(ctx, &r)
}

// StatusSetChange is what may be changed of a status set; nil leaves a thing alone.
type StatusSetChange struct {
	Name     *string
	Statuses *[]templates.Status // all of them, in order
}

// UpdateStatusSet changes a status set; tasks follow at once. Owners and admins may. A status that tasks have cannot be
// taken out of the set.
func (s *Service) UpdateStatusSet(
	ctx context.Context, by account.Actor, id ids.ID, ch StatusSetChange,
) (StatusSet, error) {
	if err := by.Require(account.Admin); err != nil {
		return StatusSet{}, err
	}
	var r StatusSet
	err := s.DB.Tx(ctx, func(ctx context.Context) (err error) {
		if r, err = s.store.lockSet(ctx, by.AccountID, id); err != nil {
			return err
		}
		set := r.Set()
		if ch.Name != nil {
			set.Name = *ch.Name
		}
		if ch.Statuses != nil {
			set.Statuses = *ch.Statuses
		}
		if err := Input("body.", set.Validate()); err != nil {
			return err
		}
		if err := s.keepsUsed(ctx, by.AccountID, id, set); err != nil {
			return err
		}
		r.Name, r.Statuses, r.UpdatedAt = set.Name, set.Statuses, s.Clock.Now()
		if err := s.store.updateSet(ctx, &r); err != nil {
			return err
		}
		if err := s.StatusesChanged(ctx, by, r); err != nil {
			return err
		}
		return s.record(ctx, by, "status_set.changed", r.ID, nil)
	})
	return r, err
}

func (s *Service) keepsUsed(ctx context.Context, a account.ID, id ids.ID, set templates.StatusSet) error {
	used, err := s.StatusesInUse(ctx, a, id)
	if err != nil {
		return err
	}
	for _, key := range used {
		if !slices.ContainsFunc(set.Statuses, func(x templates.Status) bool { return x.Key == key }) {
			return errs.Input(errs.At("body.statuses", "status_set.status_in_use", "status", key))
		}
	}
	return nil
}

// DeleteStatusSet removes a status set that no template has. Owners and admins may.
func (s *Service) DeleteStatusSet(ctx context.Context, by account.Actor, id ids.ID) error {
	if err := by.Require(account.Admin); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if _, err := s.store.set(ctx, by.AccountID, id); err != nil {
			return err
		}
		users, err := s.store.setUsers(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return inUse(users)
		}
		if err := s.store.deleteSet(ctx, by.AccountID, id); err != nil {
			return err
		}
		return s.record(ctx, by, "status_set.deleted", id, nil)
	})
}

// inUse names the templates that have a status set.
func inUse(users []row) error {
	var names []string
	for _, r := range users {
		if r.ArchivedAt == nil {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return errs.New(errs.Conflict, "status_set.has_tasks")
	}
	return errs.New(errs.Conflict, "status_set.in_use", "templates", strings.Join(names, ", "))
}

// InstallPresets gives a new account the shipped templates in its language. The dialog's are the standard ones.
func (s *Service) InstallPresets(ctx context.Context, a account.Account) error {
	presets, err := templates.Presets(a.Language)
	if err != nil {
		return err
	}
	by := account.SystemActor(a.ID)
	for _, p := range presets {
		set, err := s.addSet(ctx, a.ID, p.Statuses, p.Key)
		if err != nil {
			return err
		}
		p.Object.StatusSetID = set.ID.String()
		standard := p.Key == templates.PresetClientDialog
		if _, err := add(ctx, s, by, p.Object, p.Key, standard); err != nil {
			return err
		}
		if _, err := add(ctx, s, by, p.Contact, p.Key, standard); err != nil {
			return err
		}
	}
	return nil
}
