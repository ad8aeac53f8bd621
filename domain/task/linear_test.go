package task_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/templates"
)

// ask is one thing that somebody asks of two tasks: of Anna's and of Ben's, who may write at the same time.
type ask struct {
	do     string
	person int    // whose task
	who    ids.ID // to be assigned; nobody when empty
}

// told is what they are told.
type told struct {
	err  string
	task ids.ID // that a message came to
	card
}

// card is what can be seen of a task.
type card struct {
	category templates.Category
	active   bool
	unread   bool
	into     ids.ID
	assignee ids.ID
}

// board is what there is, as a model of the tasks: done one by one, this is what each request does.
type board struct {
	first  [2]ids.ID // Anna's and Ben's
	cards  map[ids.ID]card
	active [2]ids.ID // the active task of each conversation
	was    [2]merged // what their merges found
}

// merged is what a merge notes of the task that goes, so that it can be taken back.
type merged struct {
	card
	active [2]bool // of which conversations it was the active task
	gave   ids.ID  // who had it, if the other took that person over
}

func (b board) step(a ask, out told) (bool, board) {
	b.cards = maps.Clone(b.cards)
	id := b.first[a.person]
	c := b.cards[id]
	want := told{}
	switch {
	case a.do == "read":
		c.assignee = ids.Nil
		want.card = c
	case a.do == "who":
		want.assignee = c.assignee
	case a.do == "hear":
		return b.hear(a.person, out)
	case a.do == "unmerge":
		want.err = b.unmerge(a.person)
	case c.into != ids.Nil, a.do == "merge" && b.cards[b.first[1-a.person]].into != ids.Nil:
		want.err = "task.merged"
	case a.do == "assign":
		c.assignee = a.who
		b.cards[id] = c
	case a.do == "resolve" && c.active:
		b.cards[id] = card{category: templates.CategoryResolved}
		b.drop(id)
	case a.do == "reopen" && !c.active:
		if b.active[a.person] != ids.Nil {
			want.err = "task.other_active"
			break
		}
		b.open(id, a.person)
	case a.do == "merge":
		b.merge(a.person)
	}
	return out == want, b
}

func (b *board) open(id ids.ID, person int) {
	c := b.cards[id]
	c.category, c.active, b.active[person] = templates.CategoryNew, true, id
	b.cards[id] = c
}

func (b *board) drop(id ids.ID) {
	for i := range b.active {
		if b.active[i] == id {
			b.active[i] = ids.Nil
		}
	}
}

// hear is a message: it comes to the active task of its conversation, or to a new one.
func (b board) hear(person int, out told) (bool, board) {
	id := b.active[person]
	_, known := b.cards[out.task]
	if out.err != "" || id != ids.Nil && out.task != id || id == ids.Nil && known {
		return false, b
	}
	if id == ids.Nil {
		b.open(out.task, person)
	}
	c := b.cards[out.task]
	c.unread = true
	b.cards[out.task] = c
	return true, b
}

// merge lets somebody's task go into the other's.
func (b *board) merge(person int) {
	from, into := b.first[person], b.first[1-person]
	x, y := b.cards[from], b.cards[into]
	b.was[person] = merged{card: x, active: [2]bool{b.active[0] == from, b.active[1] == from}}
	if x.active && !y.active {
		y.category, y.active = templates.CategoryNew, true
		if b.active[1-person] == ids.Nil {
			b.active[1-person] = into
		}
	}
	for i := range b.active {
		if b.active[i] == from {
			b.active[i] = into
		}
	}
	y.unread = y.unread || x.unread
	if y.assignee == ids.Nil {
		y.assignee, b.was[person].gave = x.assignee, x.assignee
	}
	x.category, x.active, x.unread, x.into = templates.CategoryResolved, false, false, into
	b.cards[from], b.cards[into] = x, y
}

// unmerge takes the last merge of somebody's task back, and returns why it cannot be.
func (b *board) unmerge(person int) string {
	from, into, was := b.first[person], b.first[1-person], b.was[person]
	x, y := b.cards[from], b.cards[into]
	if x.into == ids.Nil {
		return "task.not_merged"
	}
	for i, ours := range was.active {
		if ours && b.active[i] != into && b.active[i] != ids.Nil {
			return "task.other_active"
		}
	}
	for i, ours := range was.active {
		if ours {
			b.active[i] = from
		}
	}
	if y.assignee == was.gave {
		y.assignee = ids.Nil
	}
	if y.active && was.active[1-person] {
		y.category, y.active, y.unread = templates.CategoryResolved, false, false
	}
	x.category, x.active, x.unread, x.into = was.category, was.card.active, was.unread, ids.Nil
	b.cards[from], b.cards[into] = x, y
	return ""
}

func modelOf(b board) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return b },
		Step: func(state, in, out any) (bool, any) { return state.(board).step(in.(ask), out.(told)) },
		Equal: func(a, b any) bool {
			return reflect.DeepEqual(a, b)
		},
	}
}

// desk does on the real services what is asked.
type desk struct {
	*domaintest.World
	people [2]string
	tasks  [2]ids.ID
}

func (d *desk) do(a ask, said channel.Inbound) (out told, err error) {
	ctx, id := d.Ctx(), d.tasks[a.person]
	update := func(ch task.Change) error {
		_, err := d.Tasks.Update(ctx, d.Owner, id, ch)
		return err
	}
	status := map[string]string{"resolve": "resolved", "reopen": "new"}[a.do]
	switch a.do {
	case "read":
		t, err := d.Tasks.Get(ctx, d.Account.ID, id)
		out.card = card{category: t.Category, active: t.Active, unread: t.Unread, into: ids.Of(t.MergedInto)}
		return out, err
	case "who":
		r, err := d.Tasks.RelatedOf(ctx, d.Account.ID, id)
		if list := r.Assignees[id]; len(list) > 0 {
			out.assignee = list[0].AssigneeID
		}
		return out, err
	case "assign":
		list := []ids.ID{}
		if a.who != ids.Nil {
			list = append(list, a.who)
		}
		err = update(task.Change{Assignees: &list})
	case "resolve", "reopen":
		err = update(task.Change{Status: &status})
	case "merge":
		_, err = d.Tasks.Merge(ctx, d.Owner, id, d.tasks[1-a.person])
	case "unmerge":
		_, err = d.Tasks.Unmerge(ctx, d.Owner, id)
	case "hear":
		out.task, err = d.hear(said)
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Conflict {
		out.err, err = e.Code, nil
	}
	return out, err
}

// hear stores a message and waits until somebody has processed it.
func (d *desk) hear(said channel.Inbound) (ids.ID, error) {
	routed := d.Routed(said)
	if err := d.Inbound.Accept(d.Ctx(), inbound.Batch{Door: "fake", Routed: []channel.Routed{routed}}); err != nil {
		return ids.Nil, err
	}
	for {
		if _, err := d.Inbound.Process(d.Ctx()); err != nil {
			return ids.Nil, err
		}
		list, _, err := d.Inbound.Events(d.Ctx(), d.Account.ID, inbound.Filter{}, storage.Page{Limit: 200})
		if err != nil {
			return ids.Nil, err
		}
		for _, e := range list {
			if e.Key == routed.Item.Key && e.State != inbound.Received {
				return ids.Of(e.TaskID), nil
			}
		}
	}
}

// TestWhatManyAskOfTasksIsDoneOneByOne has staff assign, resolve, re-open, merge and unmerge two tasks while their contacts write.
func TestWhatManyAskOfTasksIsDoneOneByOne(t *testing.T) {
	t.Parallel()
	const rounds, clients, each = 6, 4, 5
	w := domaintest.New(t)
	team, err := w.Staff.CreateTeam(w.Ctx(), w.Owner, "Service", nil)
	require.NoError(t, err)
	w.Settings(func(s *channel.Settings) { s.AssigneeIDs = nil })
	for round := range rounds {
		d := &desk{World: w, people: [2]string{fmt.Sprintf("anna-%d", round), fmt.Sprintf("ben-%d", round)}}
		start := board{cards: map[ids.ID]card{}}
		for i, person := range d.people {
			d.tasks[i], err = d.hear(w.Says(person, "hello"))
			require.NoError(t, err)
			none := []ids.ID{}
			_, err = w.Tasks.Update(w.Ctx(), w.Owner, d.tasks[i], task.Change{Assignees: &none})
			require.NoError(t, err)
			start.open(d.tasks[i], i)
			c := start.cards[d.tasks[i]]
			c.unread = true
			start.cards[d.tasks[i]] = c
		}
		start.first = d.tasks
		asks := make([]ask, clients*each)
		said := map[ask]channel.Inbound{}
		verbs := []string{"read", "who", "assign", "resolve", "reopen", "hear", "hear", "merge", "unmerge", "read", "resolve"}
		for i := range asks {
			asks[i] = ask{
				do: verbs[rand.IntN(len(verbs))], person: rand.IntN(2), who: []ids.ID{ids.Nil, w.Owner.StaffID, team.ID}[rand.IntN(3)],
			}
			if asks[i].do == "hear" {
				asks[i].who = ids.New() // which message
				said[asks[i]] = w.Says(d.people[asks[i].person], "more")
			}
		}
		history := domaintest.History(clients, each, func(client, i int) ask { return asks[client*each+i] }, func(a ask) told {
			out, err := d.do(a, said[a])
			if err != nil {
				out.err = err.Error()
			}
			return out
		})
		domaintest.RequireLinear(t, modelOf(start), history)
	}
}

// TestALostUpdateIsNotLinear shows that the check above can fail.
func TestALostUpdateIsNotLinear(t *testing.T) {
	t.Parallel()
	anna, ben := ids.New(), ids.New()
	start := board{first: [2]ids.ID{anna, ben}, cards: map[ids.ID]card{ben: {}}}
	start.open(anna, 0)
	resolved := told{card: card{category: templates.CategoryResolved}}
	open := told{card: card{category: templates.CategoryNew, active: true, unread: true}}
	op := func(client int, call, ret int64, do string, out told) porcupine.Operation {
		return porcupine.Operation{ClientId: client, Input: ask{do: do}, Call: call, Output: out, Return: ret}
	}
	history := []porcupine.Operation{
		op(0, 1, 4, "resolve", told{}), op(1, 2, 3, "hear", told{task: anna}), op(1, 5, 6, "read", resolved),
	}
	require.True(t, porcupine.CheckOperations(modelOf(start), history), "the message came first")
	history[2].Output = open
	require.False(t, porcupine.CheckOperations(modelOf(start), history), "the message has undone the resolving")
	history[2].Output, history[1].Output = resolved, told{task: ids.New()}
	require.True(t, porcupine.CheckOperations(modelOf(start), history), "the message came later, to a task of its own")
	history[1].Call, history[1].Return, history[0].Call = 1, 2, 3
	require.False(t, porcupine.CheckOperations(modelOf(start), history), "it was over before the resolving began")
}
