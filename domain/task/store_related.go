package task

import (
	"context"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/staff"
	"kontor/domain/storage"
)

// relatedRow is one thing of a task, or one that tasks are shown with.
type relatedRow struct {
	What     what
	ID       ids.ID
	Text     string
	PartyID  ids.ID
	Position int
	Until    time.Time
}

type what int

const (
	anAssignee what = iota + 1
	aParticipant
	aTag
	aWindow
	aTrouble
	aPerson
	aTeam
	aContact
	aChannel
)

// relatedText is the statement for what belongs to tasks, v: assignees x, participants p, tags.
func relatedText(ctx context.Context, tasks storage.Values) (with string, parts []string, args []any) {
	args = []any{tasks}
	shown := func(table, alias string) string {
		condition, more := storage.Shown(ctx, table, alias)
		args = append(args, more...)
		return " AS " + alias + " JOIN v ON " + alias + ".account_id = v.account_id AND " + alias + ".task_id = v.id WHERE " + condition
	}
	with = "WITH v AS (SELECT * FROM ?), x AS (SELECT x.* FROM task_assignees" + shown("task_assignees", "x") +
		"), p AS (SELECT p.* FROM task_participants" + shown("task_participants", "p") + ") "
	return with, []string{
		"SELECT 1 AS what, x.task_id AS id, x.type AS text, x.assignee_id AS party_id, x.position FROM x",
		"SELECT 2, p.task_id, '', p.staff_id, 0 FROM p",
		"SELECT 3, t.task_id, t.tag, t.task_id, 0 FROM task_tags" + shown("task_tags", "t"),
	}, args
}

const relatedOrder = " ORDER BY what, position, text, party_id"

// related asks for all that belongs to tasks at once.
func (s store) related(ctx context.Context, a account.ID, tasks []ids.ID) (Related, error) {
	r := newShown()
	of := make([]Task, len(tasks))
	for i, id := range tasks {
		of[i] = Task{AccountID: a, ID: id}
	}
	with, parts, args := relatedText(ctx, storage.Rows(of, "account_id", "id"))
	var rows []relatedRow
	err := s.db.Select(ctx, &rows, with+strings.Join(parts, " UNION ALL ")+relatedOrder, args...)
	r.take(a, rows)
	return r.Related, err
}

// shown asks for all that tasks are shown with at once: lists of tasks are read all day. The states of messages stand in the
// statement itself: SQLite uses the index over them only then.
func (s store) shown(ctx context.Context, a account.ID, tasks []Task) (Shown, error) {
	r := newShown()
	with, parts, args := relatedText(ctx, storage.Rows(tasks, "account_id", "id", "contact_id", "channel_id", "conversation_id"))
	visible, more := storage.Shown(ctx, "messages", "m")
	args = append(append(args, more...), a, a, a, a)
	parts = append(parts,
		`SELECT 5, m.task_id, m.state, m.task_id, 0 FROM messages AS m JOIN v ON m.account_id = v.account_id AND m.task_id = v.id
			WHERE m.state IN ('failed', 'refused', 'unconfirmed') AND m.left_at IS NULL AND `+visible,
		`SELECT 6, s.id, s.name, s.id, 0 FROM staff AS s WHERE s.account_id = ? AND s.id IN
			(SELECT assignee_id FROM x UNION SELECT staff_id FROM p)`,
		`SELECT 7, g.id, g.name, g.id, 0 FROM teams AS g WHERE g.account_id = ? AND g.id IN (SELECT assignee_id FROM x WHERE type = 'team')`,
		`SELECT 8, c.id, c.name, c.id, 0 FROM contacts AS c WHERE c.account_id = ? AND c.id IN (SELECT contact_id FROM v)`,
		`SELECT 9, c.id, CASE c.display_name WHEN '' THEN c.name ELSE c.display_name END, c.id, 0 FROM channels AS c
			WHERE c.account_id = ? AND c.id IN (SELECT channel_id FROM v)`,
	)
	var rows []relatedRow
	// Windows come first: SQLite knows by the first part which column holds times.
	text := with + `SELECT i.window_until AS until, 4 AS what, v.id, '' AS text, v.id AS party_id, 0 AS position FROM v
		JOIN conversations AS c ON c.account_id = v.account_id AND c.id = v.conversation_id
		JOIN identities AS i ON i.account_id = c.account_id AND i.id = c.identity_id AND i.window_until IS NOT NULL`
	for _, p := range parts {
		text += " UNION ALL SELECT NULL, " + strings.TrimPrefix(p, "SELECT ")
	}
	err := s.db.Select(ctx, &rows, text+relatedOrder, args...)
	r.take(a, rows)
	return r, err
}

func newShown() Shown {
	return Shown{
		Related:  Related{map[ids.ID][]Assignee{}, map[ids.ID][]ids.ID{}, map[ids.ID][]string{}},
		Parties:  map[ids.ID]staff.Named{},
		Contacts: map[ids.ID]string{}, Channels: map[ids.ID]string{},
		Windows: map[ids.ID]time.Time{}, Trouble: map[ids.ID]outbound.State{},
	}
}

func (r *Shown) take(a account.ID, rows []relatedRow) {
	for _, x := range rows {
		switch x.What {
		case anAssignee:
			r.Assignees[x.ID] = append(r.Assignees[x.ID], Assignee{a, x.ID, x.Text, x.PartyID, x.Position})
		case aParticipant:
			r.Participants[x.ID] = append(r.Participants[x.ID], x.PartyID)
		case aTag:
			r.Tags[x.ID] = append(r.Tags[x.ID], x.Text)
		case aWindow:
			r.Windows[x.ID] = x.Until
		case aTrouble:
			r.Trouble[x.ID] = outbound.Worst([]outbound.Message{{State: r.Trouble[x.ID]}, {State: outbound.State(x.Text)}})
		case aPerson, aTeam:
			r.Parties[x.ID] = staff.Named{ID: x.ID, Team: x.What == aTeam, Name: x.Text}
		case aContact:
			r.Contacts[x.ID] = x.Text
		case aChannel:
			r.Channels[x.ID] = x.Text
		}
	}
}
