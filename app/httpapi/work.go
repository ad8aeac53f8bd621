package httpapi

import (
	"context"
	"time"

	"kontor/app/realtime"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/task"
)

func (a *API) acceptTask(ctx context.Context, who account.Actor, in *ByID) (*answer[Task], error) {
	return a.taskAnswer(ctx, who)(a.Tasks.Accept(ctx, who, in.ID))
}

type mergeTaskInput struct {
	ByID
	Body struct {
		IntoID ids.ID `json:"into_id" format:"uuid" doc:"the task that lives on, which is the answer"`
	}
}

func (a *API) mergeTask(ctx context.Context, who account.Actor, in *mergeTaskInput) (*answer[Task], error) {
	return a.taskAnswer(ctx, who)(a.Tasks.Merge(ctx, who, in.ID, in.Body.IntoID))
}

func (a *API) unmergeTask(ctx context.Context, who account.Actor, in *ByID) (*answer[Task], error) {
	return a.taskAnswer(ctx, who)(a.Tasks.Unmerge(ctx, who, in.ID))
}

type splitTaskInput struct {
	ByID
	Body struct {
		CommentIDs []ids.ID `json:"comment_ids" format:"uuid" maxItems:"200" doc:"of the task; they become the new one's"`
		Title      string   `json:"title,omitempty" maxLength:"200" doc:"the task's own when left out"`
		Continue   bool     `json:"continue,omitempty" doc:"what is written in the conversation from now on belongs to the new task; else it stays with the old one"`
	}
}

func (a *API) splitTask(ctx context.Context, who account.Actor, in *splitTaskInput) (*answer[Task], error) {
	return a.taskAnswer(ctx, who)(a.Tasks.Split(ctx, who, in.ID, task.Split{
		Comments: in.Body.CommentIDs, Title: in.Body.Title, Continue: in.Body.Continue,
	}))
}

// Reminder is one of the caller's own.
type Reminder struct {
	ID             ids.ID    `json:"id"`
	TaskID         ids.ID    `json:"task_id"`
	At             time.Time `json:"at"`
	UnlessAnswered bool      `json:"unless_answered" doc:"not when the contact has written by then"`
	Note           string    `json:"note"`
	CreatedAt      time.Time `json:"created_at"`
}

func reminder(r task.Reminder) Reminder {
	return Reminder{r.ID, r.TaskID, r.DueAt, r.UnlessAnswered, r.Note, r.CreatedAt}
}

type remindInput struct {
	ByID
	Body struct {
		At             time.Time `json:"at"`
		UnlessAnswered bool      `json:"unless_answered,omitempty" doc:"not when the contact has written by then"`
		Note           string    `json:"note,omitempty" maxLength:"500"`
	}
}

func (a *API) remind(ctx context.Context, who account.Actor, in *remindInput) (*answer[Reminder], error) {
	r, err := a.Tasks.Remind(ctx, who, in.ID, task.NewReminder{
		At: in.Body.At, UnlessAnswered: in.Body.UnlessAnswered, Note: in.Body.Note,
	})
	return answered(reminder(r), err)
}

func (a *API) listReminders(ctx context.Context, who account.Actor, in *ByID) (*answer[Page[Reminder]], error) {
	rows, err := a.Tasks.Reminders(ctx, who, in.ID)
	shown := make([]Reminder, len(rows))
	for i, r := range rows {
		shown[i] = reminder(r)
	}
	return listed(shown, "", err)
}

func (a *API) forgetReminder(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Tasks.Forget(ctx, who, in.ID)
}

// Notification is something the caller is told of besides the lists.
type Notification struct {
	ID        ids.ID                `json:"id"`
	Type      task.NotificationType `json:"type" enum:"mention,reminder"`
	TaskID    ids.ID                `json:"task_id"`
	CommentID *ids.ID               `json:"comment_id"`
	Title     string                `json:"title" doc:"in the reader's language"`
	Text      string                `json:"text" doc:"what was written"`
	At        time.Time             `json:"at"`
	ReadAt    *time.Time            `json:"read_at"`
}

type listNotificationsInput struct {
	Paging
	Unread bool `query:"unread" doc:"only those that have not been read"`
}

func (a *API) listNotifications(
	ctx context.Context, who account.Actor, in *listNotificationsInput,
) (*answer[Page[Notification]], error) {
	rows, next, err := a.Tasks.Notifications(ctx, who, in.Unread, in.page())
	if err != nil {
		return nil, err
	}
	keys := make([]channel.Key, len(rows))
	for i, n := range rows {
		keys[i] = channel.Key{AccountID: n.AccountID, ID: n.TaskID}
	}
	tasks, err := a.Tasks.ByKeys(ctx, keys)
	x := exchangeOf(ctx)
	shown := make([]Notification, len(rows))
	for i, n := range rows {
		t := tasks[n.TaskID]
		code := "notification.mention"
		if n.Type == task.NoteReminder {
			code = "notification.reminder"
		}
		title := x.text(code, map[string]any{"name": n.ByName, "number": t.Number, "title": t.Title})
		shown[i] = Notification{n.ID, n.Type, n.TaskID, n.CommentID, title, n.Text, n.CreatedAt, n.ReadAt}
	}
	return listed(shown, next, err)
}

type readNotificationsInput struct {
	Body struct {
		TaskID ids.ID `json:"task_id,omitzero" format:"uuid" doc:"only those of a task; all when left out"`
	}
}

func (a *API) readNotifications(ctx context.Context, who account.Actor, in *readNotificationsInput) (*nothing, error) {
	of := ids.Ptr(in.Body.TaskID)
	if of != nil {
		if _, err := a.Tasks.Get(ctx, who.AccountID, *of); err != nil {
			return nil, err
		}
	}
	return &nothing{}, a.Tasks.ReadNotifications(ctx, who, of)
}

type listLabelsInput struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Query string `query:"q" maxLength:"100" doc:"part of the name"`
}

type setLabelInput struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"100"`
		Color string `json:"color,omitempty" enum:",gray,red,orange,yellow,green,teal,blue,purple,pink"`
	}
}

// labelsOf lists tags or topics.
func (a *API) labelsOf(of task.LabelType) handler {
	return handle(func(ctx context.Context, who account.Actor, in *listLabelsInput) (*answer[Page[task.Label]], error) {
		rows, err := a.Tasks.Labels(ctx, who.AccountID, of, in.Query, in.Limit)
		return listed(rows, "", err)
	})
}

// setLabel makes a tag or a topic, or changes its colour.
func (a *API) setLabel(of task.LabelType) handler {
	return create(func(ctx context.Context, who account.Actor, in *setLabelInput) (*answer[task.Label], error) {
		return answered(a.Tasks.SetLabel(ctx, who, of, in.Body.Name, in.Body.Color))
	})
}

type renameLabelInput struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"100"`
		To    string `json:"to" minLength:"1" maxLength:"100"`
		Merge bool   `json:"merge,omitempty" doc:"whether it may become one with another label of that name"`
	}
}

// renameLabel gives a tag or a topic another name, also on the tasks that have it.
func (a *API) renameLabel(of task.LabelType) handler {
	return handle(func(ctx context.Context, who account.Actor, in *renameLabelInput) (*answer[task.Label], error) {
		return answered(a.Tasks.RenameLabel(ctx, who, of, in.Body.Name, in.Body.To, in.Body.Merge))
	})
}

type deleteLabelInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100"`
	}
}

// deleteLabel takes a tag or a topic off all tasks.
func (a *API) deleteLabel(of task.LabelType) handler {
	return handle(func(ctx context.Context, who account.Actor, in *deleteLabelInput) (*nothing, error) {
		return nil, a.Tasks.DeleteLabel(ctx, who, of, in.Body.Name)
	})
}

type presenceInput struct {
	ByID
	Body struct {
		Tab    string          `json:"tab" minLength:"1" maxLength:"40" doc:"tells the caller's screens apart"`
		Typing realtime.Typing `json:"typing,omitempty" enum:",public,internal" doc:"what they are writing; empty when they are not"`
		Left   bool            `json:"left,omitempty" doc:"the screen shows it no longer"`
	}
}

// notePresence tells the account's screens that the caller has a task open. It is kept nowhere, and ends by itself.
func (a *API) notePresence(ctx context.Context, who account.Actor, in *presenceInput) (*nothing, error) {
	if _, err := a.Tasks.Get(ctx, who.AccountID, in.ID); err != nil {
		return nil, err
	}
	a.Rooms.Note(realtime.Sign{
		AccountID: who.AccountID, TaskID: in.ID, StaffID: who.StaffID, Name: who.Name, Tab: in.Body.Tab,
		Typing: in.Body.Typing, Left: in.Body.Left,
	})
	return &nothing{}, nil
}
