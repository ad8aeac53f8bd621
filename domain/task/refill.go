package task

import (
	"context"
	"strings"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// MadeFor returns the active tasks of a contact that were made from an event.
func (s *Service) MadeFor(ctx context.Context, a account.ID, contactID ids.ID) ([]Task, error) {
	return s.store.madeFor(ctx, a, contactID)
}

// MadeUnder returns the active tasks about a post that were made from an event.
func (s *Service) MadeUnder(ctx context.Context, a account.ID, post ids.ID) ([]Task, error) {
	return s.store.madeUnder(ctx, a, post)
}

// Explain adds steps to the whys of tasks of one account.
func (s *Service) Explain(ctx context.Context, tasks []Task, steps ...templates.Step) error {
	whys := make([]Why, len(tasks))
	for i, t := range tasks {
		whys[i] = Why{t.AccountID, t.ID, ids.New(), steps, s.Clock.Now()}
	}
	_, err := storage.InsertMany(ctx, s.DB, whys)
	return err
}

// Refill writes what a template fills in now into a task that was made by one: where it has nothing yet, or still what was
// filled in. What people have changed since stays. The task's why tells; nothing changed tells nothing.
func (s *Service) Refill(
	ctx context.Context, t Task, f templates.Task, version int, why []templates.Step,
) error {
	_, err := s.FillAgain(ctx, t, f, version, why)
	return err
}

// FillAgain is Refill, and returns what was written: title, description, field:<key>.
func (s *Service) FillAgain(
	ctx context.Context, t Task, f templates.Task, version int, why []templates.Step,
) ([]string, error) {
	now := map[string]any{"title": t.Title, "description": t.Description}
	for k, v := range t.Fields {
		now[fieldKey+k] = v
	}
	merged, written := templates.MergeFilled(now, t.Filled, filledOf(f))
	if len(written) == 0 {
		return nil, nil
	}
	if t.Filled == nil {
		t.Filled = map[string]any{}
	}
	fields := map[string]any{}
	for k, v := range merged {
		if name, ok := strings.CutPrefix(k, fieldKey); ok {
			fields[name] = v
		}
	}
	for _, k := range written {
		t.Filled[k] = merged[k]
	}
	t.Title, _ = merged["title"].(string)
	t.Description, _ = merged["description"].(string)
	t.Fields, t.TemplateVersion, t.UpdatedAt = fields, version, s.Clock.Now()
	why[0].Input["written"] = written
	return written, s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.update(ctx, t, "title", "description", "fields", "filled", "template_version"); err != nil {
			return err
		}
		if err := s.explain(ctx, t, why...); err != nil {
			return err
		}
		return s.announce(ctx, t)
	})
}

// Adopt gives tasks that were made before anybody knew whose they are their contact, in the context's transaction.
func (s *Service) Adopt(ctx context.Context, tasks ...Task) error {
	now := s.Clock.Now()
	for i := range tasks {
		tasks[i].UpdatedAt = now
	}
	_, err := storage.UpdateMany(ctx, s.DB, tasks, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"contact_id", "updated_at"},
	})
	return err
}

// Redetail replaces what there is to show of comments beside their text, found by the events they were made from, in the
// context's transaction.
func (s *Service) Redetail(ctx context.Context, comments ...Comment) error {
	_, err := storage.UpdateMany(ctx, s.DB, comments, storage.Update{
		Match: []string{"account_id", "event_id"}, Set: []string{"details"},
	})
	return err
}
