package task

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// View is a saved list of tasks: a filter and an order under a name. A private one is its owner's; a shared one is seen by
// everybody, and changed by its owner and by admins.
type View struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	StaffID   ids.ID     // whose it is
	Name      string
	Shared    bool
	Filter    map[string]string `gorm:"serializer:json"` // the parameters of the list of tasks
	Position  int64             // views stand in this order, then by name
	CreatedAt time.Time
	UpdatedAt time.Time
}

// TableName names the table.
func (View) TableName() string { return "task_views" }

// Bounds of views.
const (
	MaxViews     = 100 // of one person
	maxViewName  = 80
	maxViewParts = 20
	maxViewValue = 255
)

// ViewChange is what may be changed of a view; nil leaves a thing alone.
type ViewChange struct {
	Name     *string
	Shared   *bool
	Filter   *map[string]string
	Position *int64
}

func (ch ViewChange) apply(v *View) error {
	var problems []errs.Problem
	if ch.Name != nil {
		v.Name = strings.TrimSpace(*ch.Name)
	}
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > maxViewName {
		problems = append(problems, errs.At("body.name", "input.length", "min", 1, "max", maxViewName))
	}
	if ch.Filter != nil {
		v.Filter = *ch.Filter
	}
	if len(v.Filter) > maxViewParts {
		problems = append(problems, errs.At("body.filter", "input.too_many", "max", maxViewParts))
	}
	for _, value := range v.Filter {
		if utf8.RuneCountInString(value) > maxViewValue {
			problems = append(problems, errs.At("body.filter", "input.too_long", "max", maxViewValue))
		}
	}
	if ch.Shared != nil {
		v.Shared = *ch.Shared
	}
	if ch.Position != nil {
		v.Position = *ch.Position
	}
	return errs.Input(problems...)
}

// ViewOrder is in which order a person has the views that they see.
type ViewOrder struct {
	AccountID account.ID `gorm:"primaryKey"`
	StaffID   ids.ID     `gorm:"primaryKey"`
	ViewIDs   []ids.ID   `gorm:"serializer:json"`
	UpdatedAt time.Time
}

// TableName names the table.
func (ViewOrder) TableName() string { return "task_view_orders" }

// sort puts views into the order; those that it does not name keep theirs, behind the others.
func (o ViewOrder) sort(list []View) {
	place := make(map[ids.ID]int, len(o.ViewIDs))
	for i, id := range o.ViewIDs {
		place[id] = i - len(o.ViewIDs)
	}
	slices.SortStableFunc(list, func(a, b View) int { return place[a.ID] - place[b.ID] })
}

// Views returns the views that somebody sees, in the order that they gave them; where they gave none, in that of the views.
func (s *Service) Views(ctx context.Context, by account.Actor) ([]View, error) {
	list, err := s.store.views(ctx, by.AccountID, by.StaffID)
	if err != nil || len(list) < 2 {
		return list, err
	}
	order, err := s.store.viewOrder(ctx, by.AccountID, by.StaffID)
	order.sort(list)
	return list, err
}

// OrderViews arranges the views that somebody sees, for themselves alone, and returns them. Those that are not named come
// last.
func (s *Service) OrderViews(ctx context.Context, by account.Actor, order []ids.ID) ([]View, error) {
	var list []View
	err := s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if list, err = s.store.views(ctx, by.AccountID, by.StaffID); err != nil {
			return err
		}
		if err := errs.Input(unseen(order, list)...); err != nil {
			return err
		}
		o := ViewOrder{by.AccountID, by.StaffID, order, s.Clock.Now()}
		if err := s.store.putViewOrder(ctx, o); err != nil {
			return err
		}
		o.sort(list)
		return s.Feed.Publish(ctx, feed.Event{
			AccountID: by.AccountID, Type: feed.ViewsOrdered, Refs: feed.Refs{StaffID: ids.Ptr(by.StaffID)},
		})
	})
	return list, err
}

// unseen complains about views that are not among those that somebody sees, and about those named twice.
func unseen(order []ids.ID, list []View) (out []errs.Problem) {
	left := make(map[ids.ID]bool, len(list))
	for _, v := range list {
		left[v.ID] = true
	}
	for i, id := range order {
		if !left[id] {
			out = append(out, errs.At(place("body.ids", i), "view.not_found"))
		}
		delete(left, id)
	}
	return out
}

// CreateView saves a view. Members may.
func (s *Service) CreateView(ctx context.Context, by account.Actor, ch ViewChange) (View, error) {
	now := s.Clock.Now()
	v := View{AccountID: by.AccountID, ID: ids.New(), StaffID: by.StaffID, Filter: map[string]string{}, CreatedAt: now, UpdatedAt: now}
	if err := ch.apply(&v); err != nil {
		return v, err
	}
	return v, s.DB.Retry(ctx, func(ctx context.Context) error {
		n, err := s.store.countViews(ctx, by.AccountID, by.StaffID)
		if err == nil && n >= MaxViews {
			err = errs.New(errs.Conflict, "view.too_many", "max", MaxViews)
		}
		if err == nil {
			err = s.store.insertView(ctx, v)
		}
		if err != nil {
			return err
		}
		return s.viewChanged(ctx, by, "task_view.created", v, v.Shared)
	})
}

// ChangeView changes a view: its owner may, and admins if it is shared.
func (s *Service) ChangeView(ctx context.Context, by account.Actor, id ids.ID, ch ViewChange) (View, error) {
	var v View
	err := s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if v, err = s.ownView(ctx, by, id); err != nil {
			return err
		}
		was := v.Shared
		if err := ch.apply(&v); err != nil {
			return err
		}
		v.UpdatedAt = s.Clock.Now()
		if err := s.store.updateView(ctx, v); err != nil {
			return err
		}
		return s.viewChanged(ctx, by, "task_view.changed", v, was || v.Shared)
	})
	return v, err
}

// DeleteView removes a view: its owner may, and admins if it is shared.
func (s *Service) DeleteView(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		v, err := s.ownView(ctx, by, id)
		if err != nil {
			return err
		}
		if err := s.store.deleteView(ctx, v); err != nil {
			return err
		}
		return s.viewChanged(ctx, by, "task_view.deleted", v, v.Shared)
	})
}

// ownView returns a view that somebody may change. What they do not even see is not there.
func (s *Service) ownView(ctx context.Context, by account.Actor, id ids.ID) (View, error) {
	v, err := s.store.view(ctx, by.AccountID, id)
	switch {
	case err != nil || v.StaffID == by.StaffID:
		return v, err
	case !v.Shared:
		return v, errs.Missing("view")
	}
	return v, by.Require(account.Admin)
}

// viewChanged leaves changes of views that others see in the audit log, and tells the screens.
func (s *Service) viewChanged(ctx context.Context, by account.Actor, action string, v View, audited bool) error {
	refs := feed.Refs{ObjectID: ids.Ptr(v.ID)}
	if audited {
		details := map[string]any{"name": v.Name, "filter": v.Filter}
		if err := s.Audit.Record(ctx, by.Entry(action, "task_view", v.ID, details)); err != nil {
			return err
		}
	}
	return s.Feed.Publish(ctx, feed.Event{AccountID: v.AccountID, Type: feed.ViewChanged, Refs: refs})
}
