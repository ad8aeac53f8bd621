package task

import (
	"context"
	"strings"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// related asks for all that belongs to tasks at once: lists of tasks are read all day.
func (s store) related(ctx context.Context, a account.ID, tasks []ids.ID) (Related, error) {
	r := Related{map[ids.ID][]Assignee{}, map[ids.ID][]ids.ID{}, map[ids.ID][]string{}}
	of := make([]Participant, len(tasks))
	for i, id := range tasks {
		of[i] = Participant{AccountID: a, TaskID: id}
	}
	var rows []struct {
		What     string
		TaskID   ids.ID
		Text     string
		PartyID  ids.ID
		Position int
	}
	var parts []string
	args := []any{storage.Rows(of, "account_id", "task_id")}
	for _, p := range []struct{ table, columns string }{
		{"task_assignees", "'assignee' AS what, x.task_id, x.type AS text, x.assignee_id AS party_id, x.position"},
		{"task_participants", "'participant', x.task_id, '', x.staff_id, 0"},
		{"task_tags", "'tag', x.task_id, x.tag, x.task_id, 0"},
	} {
		shown, more := storage.Shown(ctx, p.table, "x")
		parts = append(parts, "SELECT "+p.columns+" FROM "+p.table+
			" AS x JOIN v ON x.account_id = v.account_id AND x.task_id = v.task_id WHERE "+shown)
		args = append(args, more...)
	}
	err := s.db.Select(ctx, &rows, "WITH v AS (SELECT * FROM ?) "+strings.Join(parts, " UNION ALL ")+
		" ORDER BY what, position, text, party_id", args...)
	for _, x := range rows {
		switch x.What {
		case "assignee":
			r.Assignees[x.TaskID] = append(r.Assignees[x.TaskID], Assignee{a, x.TaskID, x.Text, x.PartyID, x.Position})
		case "participant":
			r.Participants[x.TaskID] = append(r.Participants[x.TaskID], x.PartyID)
		case "tag":
			r.Tags[x.TaskID] = append(r.Tags[x.TaskID], x.Text)
		}
	}
	return r, err
}
