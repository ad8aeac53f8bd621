package task

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/storage"
)

// twoLabels returns two labels by their names, each nil when neither a task has it nor anybody has made it.
func (s store) twoLabels(ctx context.Context, a account.ID, of LabelType, first, second string) (x, y *Label, err error) {
	used := `SELECT tag AS name, '' AS color, COUNT(*) AS n FROM task_tags WHERE account_id = ? AND tag IN (?, ?) GROUP BY tag`
	if of == TopicLabel {
		used = `SELECT topic AS name, '' AS color, COUNT(*) AS n FROM tasks WHERE account_id = ? AND topic <> '' AND topic IN (?, ?) GROUP BY topic`
	}
	var rows []Label
	err = s.db.Select(ctx, &rows, `SELECT name, MAX(color) AS color, CAST(SUM(n) AS BIGINT) AS uses FROM (`+used+`
		UNION ALL SELECT name, color, 0 AS n FROM labels WHERE account_id = ? AND type = ? AND name IN (?, ?)) AS x GROUP BY name`,
		a, first, second, a, of, first, second)
	for i := range rows {
		if rows[i].Name == first {
			x = &rows[i]
		}
		if rows[i].Name == second {
			y = &rows[i]
		}
	}
	return x, y, err
}

// relabel gives every task that has a label another one instead, or none when to is empty, forgets the label, and returns how
// many tasks it had.
func (s store) relabel(ctx context.Context, a account.ID, of LabelType, from, to string) (n int64, err error) {
	do := func(text string, args ...any) (n int64) {
		if err == nil {
			n, err = s.db.Exec(ctx, text, args...)
		}
		return n
	}
	if of == TopicLabel {
		n = do(`UPDATE tasks SET topic = ? WHERE account_id = ? AND topic = ? AND topic <> ''`, to, a, from)
	} else {
		if to != "" {
			do(`INSERT INTO task_tags (account_id, task_id, tag) SELECT account_id, task_id, CAST(? AS TEXT) FROM task_tags
				WHERE account_id = ? AND tag = ? ORDER BY task_id ON CONFLICT DO NOTHING`, to, a, from)
		}
		n = do(`DELETE FROM task_tags WHERE account_id = ? AND tag = ?`, a, from)
	}
	do(`DELETE FROM labels WHERE account_id = ? AND type = ? AND name = ?`, a, of, from)
	return n, err
}

func (s store) allViews(ctx context.Context, a account.ID) ([]View, error) {
	var rows []View
	return rows, storage.Translate(s.db.Of(ctx, a).Order("id").Find(&rows).Error)
}
