package task

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/due"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/template"
	"kontor/templates"
)

// Scoped names a scope in an account.
type Scoped struct {
	AccountID account.ID
	Scope     string
}

// Wanted is a scope that must have an active task after Ensure.
type Wanted struct {
	Scoped
	ConversationID ids.ID
	ContactID      ids.ID
	Reopen         channel.NewTask // what to do when the scope's task is no longer active
	Why            []templates.Step
	// Make makes a new task, and is called at most once.
	Make func() (Draft, error)
}

// Draft is a task to be made.
type Draft struct {
	Filled       templates.Task
	Template     template.ObjectReady
	Statuses     template.StatusSet
	Assignment   templates.Assignment
	ContactID    ids.ID
	ChannelID    ids.ID
	Conversation ids.ID
	Post         ids.ID
	History      int // how many past messages to show
	StartedAt    time.Time
	EventID      ids.ID
	// What the first comment would change anyway: without it, the row and its place in every index are written once more.
	Unread bool
	Said   string
	Why    []templates.Step
}

// Ensured is the active task of a scope.
type Ensured struct {
	Task     Task
	New      bool // made by this call
	Reopened bool // made active again by this call
}

// Ensure finds, re-opens or makes the active task of each scope, with a fixed number of statements, in the context's
// transaction. Of two that make one for the same scope at once, one wins and both get its task.
func (s *Service) Ensure(ctx context.Context, wanted []Wanted) (map[Scoped]Ensured, error) {
	found, err := s.active(ctx, wanted)
	if err != nil {
		return nil, err
	}
	missing := missingOf(wanted, found)
	if len(missing) == 0 {
		return found, nil
	}
	former, err := s.former(ctx, missing)
	if err != nil {
		return nil, err
	}
	var claims []active
	for _, w := range missing {
		id := ids.New()
		if t, ok := former[w.Scoped]; ok {
			id = t.ID
		}
		claims = append(claims, active{w.AccountID, w.Scope, id})
	}
	written, err := storage.InsertMany(ctx, s.DB, claims)
	if err != nil {
		return nil, fmt.Errorf("claim scopes: %w", err)
	}
	var fresh []newTask
	var reopened []Task
	var scopes []Scoped // of those
	lost := false
	for i, w := range missing {
		t, was := former[w.Scoped]
		switch {
		case !written[i]: // somebody else made the task in this moment
			lost = true
		case was:
			reopened, scopes = append(reopened, t), append(scopes, w.Scoped)
		default:
			draft, err := w.Make()
			if err != nil {
				return nil, err
			}
			fresh = append(fresh, newTask{Draft: draft, id: claims[i].TaskID, scope: w.Scope})
		}
	}
	made, err := s.insert(ctx, fresh)
	if err != nil {
		return nil, err
	}
	for i, t := range made {
		found[Scoped{t.AccountID, fresh[i].scope}] = Ensured{Task: t, New: true}
	}
	if reopened, err = s.reopen(ctx, reopened); err != nil {
		return nil, err
	}
	for i, t := range reopened { // under the scope that was asked for: a task that went into another has that one's scope
		found[scopes[i]] = Ensured{Task: t, Reopened: true}
	}
	if lost {
		return s.addLost(ctx, wanted, found)
	}
	return found, nil
}

// addLost adds the tasks that others made meanwhile.
func (s *Service) addLost(ctx context.Context, wanted []Wanted, found map[Scoped]Ensured) (map[Scoped]Ensured, error) {
	theirs, err := s.active(ctx, wanted)
	for scope, e := range theirs {
		if _, ours := found[scope]; !ours {
			found[scope] = e
		}
	}
	return found, err
}

// missingOf returns the wanted scopes without an active task, each once.
func missingOf(wanted []Wanted, found map[Scoped]Ensured) []Wanted {
	var missing []Wanted
	seen := map[Scoped]bool{}
	for _, w := range wanted {
		if _, ok := found[w.Scoped]; !ok && !seen[w.Scoped] {
			seen[w.Scoped] = true
			missing = append(missing, w)
		}
	}
	return missing
}

// active returns the active tasks of scopes.
func (s *Service) active(ctx context.Context, wanted []Wanted) (map[Scoped]Ensured, error) {
	found := map[Scoped]Ensured{}
	keys := make([]active, len(wanted))
	for i, w := range wanted {
		keys[i] = active{AccountID: w.AccountID, Scope: w.Scope}
	}
	rows, err := s.store.activeOf(ctx, keys)
	for _, r := range rows {
		found[Scoped{r.AccountID, r.ActiveScope}] = Ensured{Task: r.Task}
	}
	return found, err
}

// former returns the last task of each scope whose channel re-opens it instead of making a new one.
func (s *Service) former(ctx context.Context, missing []Wanted) (map[Scoped]Task, error) {
	found := map[Scoped]Task{}
	var keys []Task
	for _, w := range missing {
		if w.Reopen == channel.ReopenLast {
			keys = append(keys, Task{AccountID: w.AccountID, Scope: w.Scope})
		}
	}
	rows, err := s.store.lastOf(ctx, keys)
	if err != nil {
		return nil, err
	}
	whole, err := s.survivors(ctx, rows)
	for i, t := range rows {
		found[Scoped{t.AccountID, t.Scope}] = whole[i]
	}
	return found, err
}

// reopen makes resolved tasks new again.
func (s *Service) reopen(ctx context.Context, tasks []Task) ([]Task, error) {
	if len(tasks) == 0 {
		return nil, nil
	}
	sets, err := s.sets(ctx, tasks)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	var whys []Why
	for i := range tasks {
		t := &tasks[i]
		if status, ok := sets[t.StatusSetID].Initial(); ok {
			t.setStatus(status)
		}
		t.Active, t.SnoozedUntil, t.UpdatedAt = true, nil, now
		whys = append(whys, Why{t.AccountID, t.ID, ids.New(), []templates.Step{
			templates.NewStep("task.reopen.last_task", "number", t.Number),
		}, now})
	}
	_, err = storage.UpdateMany(ctx, s.DB, tasks, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"status", "category", "active", "updated_at"},
	})
	if err != nil {
		return nil, err
	}
	_, err = storage.InsertMany(ctx, s.DB, whys)
	return tasks, err
}

func (t *Task) setStatus(status templates.Status) {
	t.Status, t.Category, t.Active = status.Key, status.Category, status.Active
}

// newTask is a draft with what only Ensure knows.
type newTask struct {
	Draft
	id    ids.ID
	scope string
}

// insert writes new tasks with all that belongs to them, and has their history fetched.
func (s *Service) insert(ctx context.Context, fresh []newTask) ([]Task, error) {
	if len(fresh) == 0 {
		return nil, nil
	}
	numbers, err := s.numbers(ctx, fresh)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	var rows related
	for i, d := range fresh {
		rows.add(d, numbers[i], now)
	}
	if err := s.store.insertAll(ctx, rows); err != nil {
		return nil, err
	}
	var work []due.Work
	events := make([]feed.Event, len(rows.tasks))
	for i, t := range rows.tasks {
		events[i] = feed.Event{AccountID: t.AccountID, Type: feed.TaskCreated, Refs: feed.Refs{TaskID: ids.Ptr(t.ID)}}
		if t.HistoryWanted > 0 && t.ConversationID != nil {
			work = append(work, due.Work{AccountID: t.AccountID, Queue: HistoryQueue, Key: t.ID.String(), ChannelID: t.ChannelID})
		}
	}
	if err := s.Feed.Publish(ctx, events...); err != nil {
		return nil, err
	}
	return rows.tasks, s.Due.Put(ctx, work...)
}

// numbers takes a number for each new task.
func (s *Service) numbers(ctx context.Context, fresh []newTask) ([]int64, error) {
	count := map[account.ID]int{}
	for _, d := range fresh {
		count[d.accountID()]++
	}
	taken := map[account.ID][]int64{}
	for a, n := range count {
		var err error
		if taken[a], err = s.Numbers.Take(ctx, a, n); err != nil {
			return nil, err
		}
	}
	out := make([]int64, len(fresh))
	for i, d := range fresh {
		a := d.accountID()
		out[i], taken[a] = taken[a][0], taken[a][1:]
	}
	return out, nil
}

func (d Draft) accountID() account.ID { return d.Statuses.AccountID }

// related are the rows of new tasks.
type related struct {
	tasks        []Task
	assignees    []Assignee
	participants []Participant
	tags         []Tag
	whys         []Why
}

func (r *related) add(d newTask, number int64, now time.Time) {
	t := d.task(number, now)
	assignees := assigneesOf(t, d.Assignment.Assignees)
	t.Assigned, t.AssigneeIDs = len(assignees) > 0, holdersOf(assignees)
	r.tasks = append(r.tasks, t)
	r.assignees = append(r.assignees, assignees...)
	for _, id := range d.Filled.Participants {
		if staffID, err := ids.Parse(id); err == nil {
			r.participants = append(r.participants, Participant{t.AccountID, t.ID, staffID})
		}
	}
	for _, tag := range d.Filled.Tags {
		r.tags = append(r.tags, Tag{t.AccountID, t.ID, tag})
	}
	r.whys = append(r.whys, Why{t.AccountID, t.ID, ids.New(), d.Why, now})
}

func (d newTask) task(number int64, now time.Time) Task {
	t := Task{
		AccountID: d.accountID(), ID: d.id, Number: number, Title: d.Filled.Title, Description: d.Filled.Description,
		TemplateID: d.Template.ID, TemplateVersion: d.Template.Version, StatusSetID: d.Statuses.ID,
		Priority: d.Filled.Priority, Topic: d.Filled.Topic, AssignMode: d.Assignment.Mode, Fields: d.Filled.Fields,
		Filled: filledOf(d.Filled), ContactID: ids.Ptr(d.ContactID), ChannelID: ids.Ptr(d.ChannelID),
		ConversationID: ids.Ptr(d.Conversation), PostID: ids.Ptr(d.Post), Scope: d.scope, StartedAt: d.StartedAt, LastCommentAt: d.StartedAt,
		Unread: d.Unread, Snippet: snippet(d.Said), HistoryWanted: d.History, EventID: ids.Ptr(d.EventID), CreatedAt: now, UpdatedAt: now,
	}
	if !d.Filled.DueAt.IsZero() {
		t.DueAt = &d.Filled.DueAt
	}
	if status, ok := d.Statuses.Set().Initial(); ok {
		t.setStatus(status)
	}
	return t
}

// filledOf is what a template wrote, by which filling again knows what people have changed since.
func filledOf(f templates.Task) map[string]any {
	out := map[string]any{"title": f.Title, "description": f.Description}
	for k, v := range f.Fields {
		out[fieldKey+k] = v
	}
	return out
}

const fieldKey = "field:"

func assigneesOf(t Task, list []templates.Assignee) []Assignee {
	var out []Assignee
	for i, a := range list {
		if id, err := ids.Parse(a.ID); err == nil {
			out = append(out, Assignee{t.AccountID, t.ID, string(a.Kind), id, i})
		}
	}
	return out
}

// unknownHolders stands for the assignees of a task of which one must look who they are.
const (
	unknownHolders = "*"
	maxHolders     = 20
)

// holdersOf is what a new task says of its assignees. When they change the database says it, in the same way.
func holdersOf(list []Assignee) string {
	if len(list) > maxHolders {
		return unknownHolders
	}
	all := make([]string, len(list))
	for i, x := range list {
		all[i] = x.AssigneeID.String()
	}
	return strings.Join(all, " ")
}
