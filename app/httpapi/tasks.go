package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/templates"
)

// TaskFilter says which tasks are meant.
type TaskFilter struct {
	Category       templates.Category `query:"category" enum:"new,pending,resolved"`
	Status         string             `query:"status" maxLength:"100" doc:"key of a status"`
	Assignee       string             `query:"assignee" maxLength:"36" doc:"me (also through my teams), none, or the id of a staff member or a team"`
	Team           ids.ID             `query:"team" format:"uuid" doc:"id of a team"`
	ChannelID      ids.ID             `query:"channel_id" format:"uuid"`
	ContactID      ids.ID             `query:"contact_id" format:"uuid"`
	ConversationID ids.ID             `query:"conversation_id" format:"uuid"`
	Tag            string             `query:"tag" maxLength:"100"`
	Topic          string             `query:"topic" maxLength:"100"`
	Unread         string             `query:"unread" enum:"true,false"`
	Snoozed        string             `query:"snoozed" enum:"true,false" doc:"left out, the lists of new and of pending tasks are without snoozed ones"`
	Query          string             `query:"q" maxLength:"255" doc:"words in the task, its comments or its contact, each as the beginning of a word; or the task's number"`
	Window         task.Window        `query:"window" enum:"open,ending,closed" doc:"how the reply window stands; ending closes within 4 hours"`
	TemplateID     ids.ID             `query:"template_id" format:"uuid"`
	CreatedFrom    time.Time          `query:"created_from"`
	CreatedTo      time.Time          `query:"created_to" doc:"not this moment itself"`
	CommentedFrom  time.Time          `query:"commented_from" doc:"of the last comment"`
	CommentedTo    time.Time          `query:"commented_to"`
}

type listTasksInput struct {
	Paging
	TaskFilter
	Sort task.Order `query:"sort" enum:"-last_comment_at,last_comment_at,-created_at,created_at" default:"-last_comment_at"`
}

func (in *TaskFilter) filter(who account.Actor) (task.Filter, error) {
	f := task.Filter{
		Category: in.Category, Status: in.Status, ChannelID: ids.Ptr(in.ChannelID), ContactID: ids.Ptr(in.ContactID),
		ConversationID: ids.Ptr(in.ConversationID), Tag: in.Tag, Topic: in.Topic, Window: in.Window,
		Assignee: ids.Ptr(in.Team), Query: in.Query, TemplateID: ids.Ptr(in.TemplateID),
		Created: task.Span{From: in.CreatedFrom, To: in.CreatedTo}, Commented: task.Span{From: in.CommentedFrom, To: in.CommentedTo},
	}
	if in.Unread != "" {
		unread := in.Unread == "true"
		f.Unread = &unread
	}
	if in.Snoozed != "" {
		snoozed := in.Snoozed == "true"
		f.Snoozed = &snoozed
	}
	switch in.Assignee {
	case "":
	case "me":
		f.OfStaff = &who.StaffID
	case "none":
		f.Unassigned = true
	default:
		id, err := ids.Parse(in.Assignee)
		if err != nil || f.Assignee != nil {
			return f, errs.Input(errs.At("query.assignee", "input.value"))
		}
		f.Assignee = &id
	}
	return f, nil
}

func (a *API) listTasks(ctx context.Context, who account.Actor, in *listTasksInput) (*answer[Page[Task]], error) {
	f, err := in.filter(who)
	if err != nil {
		return nil, err
	}
	f.Order = in.Sort
	rows, next, err := a.Tasks.List(ctx, who.AccountID, f, in.page())
	if err != nil {
		return nil, err
	}
	shown, err := a.showTasks(ctx, who.AccountID, rows)
	return listed(shown, next, err)
}

func (a *API) getTask(ctx context.Context, who account.Actor, in *ByID) (*answer[Task], error) {
	return a.taskAnswer(ctx, who)(a.Tasks.Get(ctx, who.AccountID, in.ID))
}

// taskAnswer shows one task.
func (a *API) taskAnswer(ctx context.Context, who account.Actor) func(task.Task, error) (*answer[Task], error) {
	return func(t task.Task, err error) (*answer[Task], error) {
		if err != nil {
			return nil, err
		}
		shown, err := a.showTasks(ctx, who.AccountID, []task.Task{t})
		if err != nil {
			return nil, err
		}
		return answered(shown[0], nil)
	}
}

// TaskChange are the keys of a task that people may set.
type TaskChange struct {
	Description    Optional[string]             `json:"description,omitzero"`
	Status         Optional[string]             `json:"status,omitzero" maxLength:"100" doc:"key of a status of the task's set"`
	AssigneeIDs    Optional[[]ids.ID]           `json:"assignee_ids,omitzero" format:"uuid" maxItems:"50" doc:"staff or teams; all of them"`
	ParticipantIDs Optional[[]ids.ID]           `json:"participant_ids,omitzero" format:"uuid" maxItems:"200" doc:"staff who follow; all of them"`
	Tags           Optional[[]string]           `json:"tags,omitzero" doc:"all of them"`
	Topic          Optional[string]             `json:"topic,omitzero"`
	Priority       Optional[templates.Priority] `json:"priority,omitzero" enum:"low,normal,high,urgent"`
	DueAt          Optional[*time.Time]         `json:"due_at,omitzero" doc:"null takes it away"`
	Fields         map[string]any               `json:"fields,omitempty" doc:"only the named ones change; null empties one"`
	Unread         Optional[bool]               `json:"unread,omitzero"`
	SnoozedUntil   Optional[*time.Time]         `json:"snoozed_until,omitzero" doc:"until then it is in no queue, unless the contact writes; null wakes it"`
}

func (b TaskChange) change() task.Change {
	ch := task.Change{
		Description: b.Description.Ptr(), Status: b.Status.Ptr(), Assignees: b.AssigneeIDs.Ptr(),
		Participants: b.ParticipantIDs.Ptr(), Tags: b.Tags.Ptr(), Topic: b.Topic.Ptr(), Priority: b.Priority.Ptr(),
		Fields: b.Fields, Unread: b.Unread.Ptr(),
	}
	if b.DueAt.Sent {
		if ch.DueAt = b.DueAt.Value; ch.DueAt == nil {
			ch.DueAt = new(time.Time)
		}
	}
	if b.SnoozedUntil.Sent {
		if ch.SnoozedUntil = b.SnoozedUntil.Value; ch.SnoozedUntil == nil {
			ch.SnoozedUntil = new(time.Time)
		}
	}
	return ch
}

type createTaskInput struct {
	Body struct {
		Title      string `json:"title"`
		TemplateID ids.ID `json:"template_id,omitzero" format:"uuid" doc:"the standard one when left out"`
		ContactID  ids.ID `json:"contact_id,omitzero" format:"uuid"`
		TaskChange
	}
}

func (a *API) createTask(ctx context.Context, who account.Actor, in *createTaskInput) (*answer[Task], error) {
	return a.taskAnswer(ctx, who)(a.Tasks.Create(ctx, who, task.NewTask{
		Title: in.Body.Title, TemplateID: ids.Ptr(in.Body.TemplateID), ContactID: ids.Ptr(in.Body.ContactID),
		Change: in.Body.change(),
	}))
}

type changeTaskInput struct {
	ByID
	Body struct {
		Title Optional[string] `json:"title,omitzero"`
		TaskChange
	}
}

func (a *API) changeTask(ctx context.Context, who account.Actor, in *changeTaskInput) (*answer[Task], error) {
	ch := in.Body.change()
	ch.Title = in.Body.Title.Ptr()
	return a.taskAnswer(ctx, who)(a.Tasks.Update(ctx, who, in.ID, ch))
}

// Why explains how a task came to be as it is, step by step.
type Why struct {
	Steps []WhyStep `json:"steps"`
}

// WhyStep is one rule that was applied.
type WhyStep struct {
	At      time.Time      `json:"at"`
	Rule    string         `json:"rule"`
	Input   map[string]any `json:"input,omitempty"`
	Outcome string         `json:"outcome"`
	Text    string         `json:"text" doc:"the step in words, in the reader's language"`
}

func (a *API) whyTask(ctx context.Context, who account.Actor, in *ByID) (*answer[Why], error) {
	rows, err := a.Tasks.Whys(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	w := Why{Steps: []WhyStep{}}
	for _, row := range rows {
		for _, s := range row.Steps {
			w.Steps = append(w.Steps, WhyStep{row.CreatedAt, s.Rule, s.Input, s.Outcome, x.step(s)})
		}
	}
	return answered(w, nil)
}

// ReplyWindow says whether the caller may write to a task's person now.
type ReplyWindow struct {
	MayWrite bool       `json:"may_write"`
	Until    *time.Time `json:"until"`
	As       string     `json:"as" enum:"response,human_agent,utility,public_answer,private_reply,none"`
	Reason   string     `json:"reason" doc:"stable code"`
	Advice   string     `json:"advice" doc:"what can be done, in the reader's language"`
	Cannot   []Cannot   `json:"cannot,omitempty" doc:"what the platform is expected to refuse here, because it did before"`
	Template bool       `json:"template" doc:"an approved template may go, whatever the rest says: GET /channels/{id}/message-templates"`
	Waits    *Waits     `json:"waits" doc:"why what is written now waits before it goes; null when it goes at once"`
}

// Cannot is a sort of content that the platform has refused to deliver, and ways around that.
type Cannot struct {
	Part         channel.Part     `json:"part" enum:"text,attachment"`
	Type         channel.FileType `json:"type" doc:"sort of file"`
	Whose        string           `json:"whose" enum:"person,everybody" doc:"refused to this person, or to so many that it is expected for all"`
	Reason       string           `json:"reason" doc:"stable code"`
	Advice       string           `json:"advice" doc:"in the reader's language"`
	Alternatives []Alternative    `json:"alternatives" doc:"the better first"`
	Until        time.Time        `json:"until" doc:"as long as that is believed"`
}

// Alternative is a way around a refusal.
type Alternative struct {
	Way  string `json:"way" enum:"image,link" doc:"send it as a picture; or with as_link, so that a link goes instead"`
	Text string `json:"text" doc:"in the reader's language"`
}

func (x *exchange) cannot(rows []outbound.Refusal) []Cannot {
	var list []Cannot
	for _, r := range rows {
		c := Cannot{
			Part: channel.AttachmentPart, Type: r.FileType, Whose: "person", Reason: r.Reason, Advice: x.text(r.Reason, nil),
			Until: r.ExpiresAt,
		}
		if r.Whose == "" {
			c.Whose = "everybody"
		}
		for _, way := range r.Alternatives() {
			text := "delivery.as_link"
			if way == "image" {
				text = "delivery.as_image"
			}
			c.Alternatives = append(c.Alternatives, Alternative{way, x.text(text, nil)})
		}
		list = append(list, c)
	}
	return list
}

// Waits says why a message that may be written waits. It is accepted and keeps its place, and is no failure.
type Waits struct {
	Reason string     `json:"reason" doc:"stable code"`
	Advice string     `json:"advice" doc:"what it waits for and what can be done, in the reader's language"`
	Until  *time.Time `json:"until" doc:"null when nobody knows"`
}

func (x *exchange) waits(h *channel.Holdup) *Waits {
	if h == nil {
		return nil
	}
	return &Waits{h.Reason, x.text(h.Reason, nil), h.Until}
}

// waiting adds why messages wait. Whoever may write is told so in the window's own reason: it is what they need to know.
func (w ReplyWindow) waiting(waits *Waits) ReplyWindow {
	if w.Waits = waits; waits != nil && w.MayWrite {
		w.Reason, w.Advice = waits.Reason, waits.Advice
	}
	return w
}

func (a *API) replyWindow(ctx context.Context, who account.Actor, in *ByID) (*answer[ReplyWindow], error) {
	t, err := a.Tasks.Get(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	if t.ConversationID == nil {
		return answered(ReplyWindow{As: "none", Reason: "task.no_conversation", Advice: x.text("task.no_conversation", nil)}, nil)
	}
	d, err := a.Outbound.Window(ctx, who, *t.ConversationID)
	if err != nil {
		return nil, err
	}
	c, err := a.Channels.Get(ctx, who.AccountID, ids.Of(t.ChannelID))
	if err != nil {
		return nil, err
	}
	refused, err := a.Outbound.RefusedIn(ctx, who.AccountID, *t.ConversationID)
	w := x.window(d).waiting(x.waits(c.Holdup(a.Clock.Now())))
	if err != nil {
		return nil, err
	}
	w.Cannot = x.cannot(refused)
	byTemplate, err := a.Outbound.WindowFor(ctx, who, *t.ConversationID, channel.FromTemplate, nil)
	w.Template = byTemplate.MayWrite
	return answered(w, err)
}
