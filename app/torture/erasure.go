package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"kontor/app"
	"kontor/domain/storage"
)

// checkErasure: when somebody who wrote is erased, nothing of what they said stands anywhere any more (I15). It is the last
// that is looked at.
func (w *world) checkErasure(ctx context.Context, a *app.App) (wrong []error, err error) {
	words := map[string]bool{}
	for _, t := range w.tenants {
		var list people
		if !w.look(ctx, t, "/contacts?limit=100&sort=-last_contact_at", &list) {
			continue
		}
		for _, who := range list.Items {
			said := w.saidBy(ctx, t, who.ID)
			if len(said) == 0 {
				continue // they came by a table
			}
			r := &request{method: http.MethodPost, path: "/contacts/" + who.ID + "/erase", body: map[string]any{"name": who.Name}}
			if !w.request(ctx, t, r) {
				wrong = append(wrong, broken("I15: erasing %s was answered with %d: %s", who.ID, r.status, r.answer))
			}
			for _, text := range said {
				words[text] = true
			}
			break
		}
	}
	w.figures.Erased = len(words)
	found, err := scan(ctx, a, words)
	for _, f := range found {
		wrong = append(wrong, broken("I15: what was erased stands in %s", f))
	}
	return wrong, err
}

// saidBy is what a contact wrote, and those did who were joined with it. What others wrote on the same tasks is theirs.
func (w *world) saidBy(ctx context.Context, t *tenant, id string) (texts []string) {
	var joined struct {
		Items []struct{ Other struct{ ID string } }
	}
	var comments struct {
		Items []struct {
			ExternalID string `json:"external_id"`
			Author     struct{ ID string }
		}
	}
	w.look(ctx, t, "/contacts/"+id+"/mergers", &joined)
	w.look(ctx, t, "/contacts/"+id+"/comments?limit=200", &comments)
	family := []string{id}
	for _, j := range joined.Items {
		family = append(family, j.Other.ID)
	}
	for _, c := range comments.Items {
		if u := w.said[c.ExternalID]; u != nil && slices.Contains(family, c.Author.ID) {
			texts = append(texts, u.text)
		}
	}
	return texts
}

// scan looks for words in everything that the database has, and says where they stand.
func scan(ctx context.Context, a *app.App, words map[string]bool) (found []string, err error) {
	tables, err := tables(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		if err := each(ctx, a.DB.SQL(), "SELECT * FROM "+table, func(rows *sql.Rows) error {
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			values := make([]any, len(names))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				return err
			}
			for i, v := range values {
				text := plain(*v.(*any)) //nolint:errcheck,forcetypeassert // as it was made
				for word := range words {
					if strings.Contains(text, word) {
						found = append(found, fmt.Sprintf("%s.%s: %.500q", table, names[i], text))
						break
					}
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

func plain(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}

func tables(ctx context.Context, a *app.App) (names []string, err error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if a.DB.Engine() == storage.Postgres {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`
	}
	err = each(ctx, a.DB.SQL(), query, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	})
	return names, err
}
