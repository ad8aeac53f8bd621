package httpapi

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

// TaskCounts are how many tasks there are.
type TaskCounts struct {
	New      int `json:"new" doc:"1000 means that or more, as for the others"`
	Pending  int `json:"pending"`
	Resolved int `json:"resolved"`
	Snoozed  int `json:"snoozed" doc:"in none of the queues"`
	Unread   int `json:"unread" doc:"in all queues"`
}

func (a *API) countTasks(ctx context.Context, who account.Actor, in *struct{ TaskFilter }) (*answer[TaskCounts], error) {
	f, err := in.filter(who)
	if err != nil {
		return nil, err
	}
	c, err := a.Tasks.Count(ctx, who.AccountID, f)
	return answered(TaskCounts{c.New, c.Pending, c.Resolved, c.Snoozed, c.Unread}, err)
}

type tallyTasksInput struct {
	Of []string `query:"of,explode" maxItems:"60" doc:"lists of tasks, each as the parameters of GET /tasks by which it is narrowed: category=new&assignee=me"`
}

// TaskTallies are how many tasks several lists have, in the order asked for.
type TaskTallies struct {
	Counts []int `json:"counts" doc:"1000 means that or more"`
}

// tallyTasks counts many lists, with one statement each.
func (a *API) tallyTasks(ctx context.Context, who account.Actor, in *tallyTasksInput) (*answer[TaskTallies], error) {
	t := TaskTallies{Counts: make([]int, len(in.Of))}
	for i, text := range in.Of {
		filter, err := readTaskFilter(text)
		if err != nil {
			return nil, errs.Input(errs.At("query.of", "input.value"))
		}
		f, err := filter.filter(who)
		if err != nil {
			return nil, err
		}
		if t.Counts[i], err = a.Tasks.CountOne(ctx, who.AccountID, f); err != nil {
			return nil, err
		}
	}
	return answered(t, nil)
}

// readTaskFilter reads a filter written as a query. What it does not know is refused: a list that is narrowed by less than
// was asked for has another number. So is what the address itself could not have said, being encoded twice.
func readTaskFilter(text string) (f TaskFilter, err error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return f, err
	}
	fields := reflect.ValueOf(&f).Elem()
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Tag.Get("query")
		given := values[name]
		delete(values, name)
		if len(given) > 0 {
			err = errors.Join(err, setFilter(fields.Field(i), given))
		}
	}
	if len(values) > 0 {
		err = errors.Join(err, errFilter)
	}
	return f, err
}

// setFilter sets a parameter to the one value that was given for it.
func setFilter(to reflect.Value, given []string) (err error) {
	if len(given) > 1 || !storable(given[0]) {
		return errFilter
	}
	switch value := given[0]; to := to.Addr().Interface().(type) {
	case *ids.ID:
		if value != "" {
			*to, err = ids.Parse(value)
		}
		return err
	case *time.Time:
		if value != "" {
			err = to.UnmarshalText([]byte(value))
		}
		return err
	}
	to.SetString(given[0])
	return nil
}

var errFilter = errors.New("a list of tasks has no such parameter")

type bulkTasksInput struct {
	Body struct {
		Items []BulkTask `json:"items" minItems:"1" maxItems:"200"`
	}
}

// BulkTask is what is to be changed of one of many tasks.
type BulkTask struct {
	ID             ids.ID             `json:"id" format:"uuid"`
	Category       templates.Category `json:"category,omitempty" enum:"new,pending,resolved" doc:"the first status of this category, if it has another; instead of a status"`
	UnchangedSince time.Time          `json:"unchanged_since,omitzero" doc:"the task's updated_at: if it was changed after that, it is left alone. For undoing"`
	TaskChange
}

// BulkResult is what came of it for each task, in the order given.
type BulkResult struct {
	Items []BulkOutcome `json:"items"`
}

// BulkOutcome is what came of it for one task.
type BulkOutcome struct {
	ID      ids.ID      `json:"id"`
	Outcome string      `json:"outcome" enum:"changed,refused"`
	Error   *Problem    `json:"error,omitempty" doc:"why it was refused"`
	Before  *TaskBefore `json:"before,omitempty" doc:"what it was, to undo the change with; nothing of what was not changed differs"`
	Task    *Task       `json:"task,omitempty"`
}

// TaskBefore are a task's values before a change.
type TaskBefore struct {
	Status      string             `json:"status"`
	AssigneeIDs []ids.ID           `json:"assignee_ids"`
	Tags        []string           `json:"tags"`
	Topic       string             `json:"topic"`
	Priority    templates.Priority `json:"priority"`
	DueAt       *time.Time         `json:"due_at"`
	Unread      bool               `json:"unread"`
}

// bulkTasks changes many tasks, each by itself.
func (a *API) bulkTasks(ctx context.Context, who account.Actor, in *bulkTasksInput) (*answer[BulkResult], error) {
	items := make([]task.BulkItem, len(in.Body.Items))
	for i, x := range in.Body.Items {
		ch := x.change()
		if x.Category != "" {
			ch.Category = &x.Category
		}
		if !x.UnchangedSince.IsZero() {
			ch.UnchangedSince = &x.UnchangedSince
		}
		items[i] = task.BulkItem{ID: x.ID, Change: ch}
	}
	done, err := a.Tasks.Bulk(ctx, who, items)
	if err != nil {
		return nil, err
	}
	var changed []task.Task
	for _, o := range done {
		if o.Err == nil {
			changed = append(changed, o.After)
		}
	}
	shown, err := a.showTasks(ctx, who.AccountID, changed)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	result := BulkResult{Items: make([]BulkOutcome, len(done))}
	for i, o := range done {
		if o.Err != nil {
			result.Items[i] = BulkOutcome{ID: o.ID, Outcome: "refused", Error: x.problem(o.Err)}
			continue
		}
		result.Items[i] = BulkOutcome{ID: o.ID, Outcome: "changed", Before: before(o), Task: &shown[0]}
		shown = shown[1:]
	}
	return answered(result, nil)
}

func before(o task.BulkOutcome) *TaskBefore {
	b := &TaskBefore{
		Status: o.Before.Status, AssigneeIDs: []ids.ID{}, Tags: append([]string{}, o.Was.Tags[o.ID]...), Topic: o.Before.Topic,
		Priority: o.Before.Priority, DueAt: o.Before.DueAt, Unread: o.Before.Unread,
	}
	for _, x := range o.Was.Assignees[o.ID] {
		b.AssigneeIDs = append(b.AssigneeIDs, x.AssigneeID)
	}
	return b
}

// TaskView is a saved list of tasks.
type TaskView struct {
	ID        ids.ID            `json:"id"`
	Name      string            `json:"name"`
	Shared    bool              `json:"shared" doc:"everybody sees it"`
	Mine      bool              `json:"mine"`
	MayChange bool              `json:"may_change"`
	Filter    map[string]string `json:"filter" doc:"parameters of the list of tasks"`
	Position  int64             `json:"position"`
	UpdatedAt time.Time         `json:"updated_at"`
}

func taskView(v task.View, who account.Actor) TaskView {
	mine := v.StaffID == who.StaffID
	return TaskView{
		ID: v.ID, Name: v.Name, Shared: v.Shared, Mine: mine, MayChange: mine || who.Require(account.Admin) == nil,
		Filter: v.Filter, Position: v.Position, UpdatedAt: v.UpdatedAt,
	}
}

// TaskViews are all of them that the caller sees.
type TaskViews struct {
	Items []TaskView `json:"items"`
}

func (a *API) listTaskViews(ctx context.Context, who account.Actor, _ *nothing) (*answer[TaskViews], error) {
	return shownViews(who)(a.Tasks.Views(ctx, who))
}

func shownViews(who account.Actor) func([]task.View, error) (*answer[TaskViews], error) {
	return func(list []task.View, err error) (*answer[TaskViews], error) {
		shown := TaskViews{Items: make([]TaskView, len(list))}
		for i, v := range list {
			shown.Items[i] = taskView(v, who)
		}
		return answered(shown, err)
	}
}

type orderTaskViewsInput struct {
	Body struct {
		IDs []ids.ID `json:"ids" maxItems:"500" doc:"the views that the caller sees, as they are to stand; those left out come last"`
	}
}

func (a *API) orderTaskViews(ctx context.Context, who account.Actor, in *orderTaskViewsInput) (*answer[TaskViews], error) {
	return shownViews(who)(a.Tasks.OrderViews(ctx, who, in.Body.IDs))
}

type createTaskViewInput struct {
	Body struct {
		Name     string            `json:"name"`
		Shared   bool              `json:"shared,omitempty"`
		Filter   map[string]string `json:"filter"`
		Position int64             `json:"position,omitempty"`
	}
}

func (a *API) createTaskView(ctx context.Context, who account.Actor, in *createTaskViewInput) (*answer[TaskView], error) {
	b := in.Body
	v, err := a.Tasks.CreateView(ctx, who, task.ViewChange{Name: &b.Name, Shared: &b.Shared, Filter: &b.Filter, Position: &b.Position})
	return answered(taskView(v, who), err)
}

type changeTaskViewInput struct {
	ByID
	Body struct {
		Name     Optional[string]            `json:"name,omitzero"`
		Shared   Optional[bool]              `json:"shared,omitzero"`
		Filter   Optional[map[string]string] `json:"filter,omitzero"`
		Position Optional[int64]             `json:"position,omitzero"`
	}
}

func (a *API) changeTaskView(ctx context.Context, who account.Actor, in *changeTaskViewInput) (*answer[TaskView], error) {
	b := in.Body
	v, err := a.Tasks.ChangeView(ctx, who, in.ID, task.ViewChange{
		Name: b.Name.Ptr(), Shared: b.Shared.Ptr(), Filter: b.Filter.Ptr(), Position: b.Position.Ptr(),
	})
	return answered(taskView(v, who), err)
}

func (a *API) deleteTaskView(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return nil, a.Tasks.DeleteView(ctx, who, in.ID)
}
