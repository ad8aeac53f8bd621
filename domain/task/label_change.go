package task

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// RenameLabel gives a tag or a topic another name, on every task and in every saved list that has it. A name that is another
// label's already is refused, unless the two are to become one: then the other's colour stays. Templates keep the names that
// they were written with. Admins may.
func (s *Service) RenameLabel(ctx context.Context, by account.Actor, of LabelType, from, to string, merge bool) (l Label, err error) {
	to, problems := labelName(to, "body.to")
	if err := errs.Input(problems...); err != nil {
		return l, err
	}
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		was, other, err := s.store.twoLabels(ctx, by.AccountID, of, from, to)
		switch {
		case err != nil:
			return err
		case was == nil:
			return errs.Missing("label")
		case from == to:
			l = *was
			return nil
		case other != nil && !merge:
			return errs.New(errs.Conflict, "label.exists", "name", to)
		}
		color := was.Color
		if other != nil {
			color = other.Color
		}
		if err := s.store.setLabel(ctx, label{by.AccountID, of, to, color, s.Clock.Now()}); err != nil {
			return err
		}
		n, err := s.store.relabel(ctx, by.AccountID, of, from, to)
		if err != nil {
			return err
		}
		if err := s.renameInViews(ctx, by.AccountID, of, from, to); err != nil {
			return err
		}
		l = Label{Name: to, Color: color, Uses: was.Uses}
		if other != nil {
			l.Uses += other.Uses // at most: a task may have had both
		}
		action := "label.renamed"
		if other != nil {
			action = "label.merged"
		}
		return s.labelChanged(ctx, by, of, action, map[string]any{"name": from, "to": to, "tasks": n})
	})
	return l, err
}

// DeleteLabel takes a tag or a topic off every task, and away. Saved lists that ask for it are empty then. Admins may.
func (s *Service) DeleteLabel(ctx context.Context, by account.Actor, of LabelType, name string) error {
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		was, _, err := s.store.twoLabels(ctx, by.AccountID, of, name, name)
		if err == nil && was == nil {
			err = errs.Missing("label")
		}
		if err != nil {
			return err
		}
		n, err := s.store.relabel(ctx, by.AccountID, of, name, "")
		if err != nil {
			return err
		}
		return s.labelChanged(ctx, by, of, "label.deleted", map[string]any{"name": name, "tasks": n})
	})
}

// renameInViews has saved lists that ask for a label ask for its new name.
func (s *Service) renameInViews(ctx context.Context, a account.ID, of LabelType, from, to string) error {
	views, err := s.store.allViews(ctx, a)
	if err != nil {
		return err
	}
	for _, v := range views {
		if v.Filter[string(of)] != from {
			continue
		}
		v.Filter[string(of)] = to
		if err := s.store.updateView(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) labelChanged(ctx context.Context, by account.Actor, of LabelType, action string, details map[string]any) error {
	if err := s.Audit.Record(ctx, by.Entry(action, string(of), ids.Nil, details)); err != nil {
		return err
	}
	return s.Feed.Publish(ctx,
		feed.Event{AccountID: by.AccountID, Type: feed.LabelChanged}, feed.Event{AccountID: by.AccountID, Type: feed.ViewChanged})
}
