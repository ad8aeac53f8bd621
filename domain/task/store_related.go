package task

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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

// things are those of one kind: rows of tables, which stand with their joins in from, and what is read of them.
type things struct {
	what                             what
	id, text, party, position, until string // columns; what is left out is empty, and the party the id
	from                             string
}

func (x things) query() string {
	return fmt.Sprintf("SELECT %s AS until, %d AS what, %s AS id, %s AS text, %s AS party_id, %s AS position FROM %s", cmp.Or(x.until, "NULL"),
		x.what, x.id, cmp.Or(x.text, "''"), cmp.Or(x.party, x.id), cmp.Or(x.position, "0"), x.from)
}

// relatedThings are those that belong to tasks, v: assignees x, participants p, tags.
func relatedThings(ctx context.Context, tasks storage.Values) (with string, all []things, args []any) {
	args = []any{tasks}
	of := func(table, alias string) string {
		condition, more := storage.Shown(ctx, table, alias)
		args = append(args, more...)
		return table + " AS " + alias + " JOIN v ON " + alias + ".account_id = v.account_id AND " + alias + ".task_id = v.id WHERE " + condition
	}
	with = "WITH v AS (SELECT * FROM ?), x AS (SELECT x.* FROM " + of("task_assignees", "x") +
		"), p AS (SELECT p.* FROM " + of("task_participants", "p") + ") "
	return with, []things{
		{what: anAssignee, id: "x.task_id", text: "x.type", party: "x.assignee_id", position: "x.position", from: "x"},
		{what: aParticipant, id: "p.task_id", party: "p.staff_id", from: "p"},
		{what: aTag, id: "t.task_id", text: "t.tag", from: of("task_tags", "t")},
	}, args
}

// readThings reads them all, in the order in which they are shown.
func (s store) readThings(ctx context.Context, a account.ID, with string, all []things, args []any) (Shown, error) {
	r := newShown()
	queries := make([]string, len(all))
	for i, x := range all {
		queries[i] = x.query()
	}
	var rows []relatedRow
	err := s.db.Select(ctx, &rows, with+strings.Join(queries, " UNION ALL ")+" ORDER BY what, position, text, party_id", args...)
	r.take(a, rows)
	return r, err
}

// related asks for all that belongs to tasks at once.
func (s store) related(ctx context.Context, a account.ID, tasks []ids.ID) (Related, error) {
	of := make([]Task, len(tasks))
	for i, id := range tasks {
		of[i] = Task{AccountID: a, ID: id}
	}
	with, all, args := relatedThings(ctx, storage.Rows(of, "account_id", "id"))
	r, err := s.readThings(ctx, a, with, all, args)
	return r.Related, err
}

// shown asks for all that tasks are shown with at once: lists of tasks are read all day. The states of messages stand in the
// statement itself: SQLite uses the index over them only then. Windows come first: it knows by them which column holds times.
func (s store) shown(ctx context.Context, a account.ID, tasks []Task) (Shown, error) {
	with, related, args := relatedThings(ctx, storage.Rows(tasks, "account_id", "id", "contact_id", "channel_id", "conversation_id"))
	visible, more := storage.Shown(ctx, "messages", "m")
	return s.readThings(ctx, a, with, slices.Concat([]things{
		{what: aWindow, id: "v.id", until: "i.window_until", from: `v
			JOIN conversations AS c ON c.account_id = v.account_id AND c.id = v.conversation_id
			JOIN identities AS i ON i.account_id = c.account_id AND i.id = c.identity_id AND i.window_until IS NOT NULL`},
	}, related, []things{
		{what: aTrouble, id: "m.task_id", text: "m.state", from: `messages AS m JOIN v ON m.account_id = v.account_id AND m.task_id = v.id
			WHERE m.state IN ('failed', 'refused', 'unconfirmed') AND m.left_at IS NULL AND ` + visible},
		{what: aPerson, id: "s.id", text: "s.name", from: `staff AS s WHERE s.account_id = ? AND s.id IN
			(SELECT assignee_id FROM x UNION SELECT staff_id FROM p)`},
		{what: aTeam, id: "g.id", text: "g.name", from: `teams AS g WHERE g.account_id = ? AND g.id IN (SELECT assignee_id FROM x WHERE type = 'team')`},
		{what: aContact, id: "c.id", text: "c.name", from: `contacts AS c WHERE c.account_id = ? AND c.id IN (SELECT contact_id FROM v)`},
		{what: aChannel, id: "c.id", text: "CASE c.display_name WHEN '' THEN c.name ELSE c.display_name END", from: `channels AS c
			WHERE c.account_id = ? AND c.id IN (SELECT channel_id FROM v)`},
	}), slices.Concat(args, more, []any{a, a, a, a}))
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
