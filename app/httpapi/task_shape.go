package httpapi

import (
	"context"
	"time"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/post"
	"kontor/domain/staff"
	"kontor/domain/task"
	"kontor/templates"
)

// Task is a task as screens and programs see it.
type Task struct {
	ID              ids.ID             `json:"id"`
	Number          int64              `json:"number"`
	Title           string             `json:"title"`
	Description     string             `json:"description"`
	TemplateID      ids.ID             `json:"template_id"`
	TemplateVersion int                `json:"template_version"`
	StatusSetID     ids.ID             `json:"status_set_id"`
	Status          TaskStatus         `json:"status"`
	Priority        templates.Priority `json:"priority"`
	Topic           string             `json:"topic"`
	Tags            []string           `json:"tags"`
	Fields          map[string]any     `json:"fields"`
	Assignees       []Party            `json:"assignees"`
	Participants    []Party            `json:"participants"`
	ContactID       *ids.ID            `json:"contact_id"`
	ContactName     string             `json:"contact_name"`
	ChannelID       *ids.ID            `json:"channel_id"`
	ChannelName     string             `json:"channel_name"`
	ConversationID  *ids.ID            `json:"conversation_id"`
	Post            *Post              `json:"post" doc:"what its comments stand under; null for tasks that are not about a post"`
	MyRole          access.Role        `json:"my_role" enum:"viewer,contributor,supervisor" doc:"what the caller may do with it: a viewer reads, notes and sorts"`
	Unread          bool               `json:"unread"`
	Snippet         string             `json:"snippet" doc:"the beginning of the last comment"`
	History         TaskHistory        `json:"history"`
	DueAt           *time.Time         `json:"due_at"`
	CreatedAt       time.Time          `json:"created_at"`
	UpdatedAt       time.Time          `json:"updated_at"`
	LastCommentAt   time.Time          `json:"last_comment_at"`

	AssignMode   templates.AssigneeMode `json:"assign_mode" enum:"share,first_to_accept,round_robin" doc:"how a team that is assigned gets it"`
	SnoozedUntil *time.Time             `json:"snoozed_until"`
	ReadAt       *time.Time             `json:"read_at" doc:"when somebody here last read it"`
	Window       *TaskWindow            `json:"window" doc:"the standard reply window; null where there is none"`
	Delivery     outbound.State         `json:"delivery,omitempty" enum:"failed,refused,unconfirmed" doc:"the worst state of its messages that need somebody; left out when none does"`
	MergedInto   *TaskRef               `json:"merged_into" doc:"the task that it went into; nothing can be done to it then but to take that back"`
}

// TaskWindow is how the standard reply window of a task's person stands. What else may be written then and afterwards is told
// by the task's reply window.
type TaskWindow struct {
	State task.Window `json:"state" enum:"open,ending,closed"`
	Until time.Time   `json:"until"`
}

// TaskRef names another task.
type TaskRef struct {
	ID     ids.ID `json:"id"`
	Number int64  `json:"number"`
}

// TaskStatus is a status of the task's set.
type TaskStatus struct {
	ID       string             `json:"id" doc:"its key, by which it is set"`
	Name     string             `json:"name"`
	Color    string             `json:"color,omitempty"`
	Category templates.Category `json:"category" enum:"new,pending,resolved"`
	Active   bool               `json:"active"`
}

// Party is a staff member or a team.
type Party struct {
	ID   ids.ID `json:"id"`
	Kind string `json:"kind" enum:"staff,team"`
	Name string `json:"name"`
}

// TaskHistory says how much of what was written before the task it shows.
type TaskHistory struct {
	Shown     int  `json:"shown"`
	Available *int `json:"available" doc:"as far as the platform says; null when it has not said yet"`
}

// taskContext is what tasks are shown with, looked up for all of them at once.
type taskContext struct {
	task.Shown
	sets   map[ids.ID]templates.StatusSet
	posts  map[ids.ID]post.Post
	merged map[ids.ID]task.Task
	now    time.Time
	scope  access.Scope
	x      *exchange
}

// showTasks shows tasks of one account with a fixed number of statements.
func (a *API) showTasks(ctx context.Context, in account.ID, rows []task.Task) ([]Task, error) {
	shown := make([]Task, len(rows))
	if len(rows) == 0 {
		return shown, nil
	}
	c, err := a.contextOf(ctx, in, rows)
	if err != nil {
		return nil, err
	}
	for i, t := range rows {
		shown[i] = c.show(t)
	}
	return shown, nil
}

func (a *API) contextOf(ctx context.Context, in account.ID, rows []task.Task) (c taskContext, err error) {
	c.x, c.scope, c.now = exchangeOf(ctx), access.Of(ctx), a.Clock.Now()
	var posts []ids.ID
	var sets, merged []channel.Key
	for _, t := range rows {
		sets = append(sets, channel.Key{AccountID: in, ID: t.StatusSetID})
		if t.MergedInto != nil {
			merged = append(merged, channel.Key{AccountID: in, ID: *t.MergedInto})
		}
		if t.PostID != nil {
			posts = append(posts, *t.PostID)
		}
	}
	if c.Shown, err = a.Tasks.ShownWith(ctx, in, rows); err != nil {
		return c, err
	}
	if c.posts, err = a.Posts.Of(ctx, in, posts); err != nil {
		return c, err
	}
	if c.merged, err = a.Tasks.ByKeys(ctx, merged); err != nil {
		return c, err
	}
	found, err := a.Templates.StatusSetsOf(ctx, sets)
	c.sets = make(map[ids.ID]templates.StatusSet, len(found))
	for _, s := range found {
		c.sets[s.ID] = s.Set()
	}
	return c, err
}

func party(x staff.Named) Party {
	kind := templates.AssigneeStaff
	if x.Team {
		kind = templates.AssigneeTeam
	}
	return Party{x.ID, string(kind), x.Name}
}

// namesOf are all people and teams of an account.
func namesOf(r staff.Roster) map[ids.ID]Party {
	all := map[ids.ID]Party{}
	for _, p := range r.People {
		all[p.ID] = party(staff.Named{ID: p.ID, Name: p.Name})
	}
	for _, g := range r.Teams {
		all[g.ID] = party(staff.Named{ID: g.ID, Team: true, Name: g.Name})
	}
	return all
}

func (c taskContext) show(t task.Task) Task {
	out := Task{
		ID: t.ID, Number: t.Number, Title: t.Title, Description: t.Description, TemplateID: t.TemplateID,
		TemplateVersion: t.TemplateVersion, StatusSetID: t.StatusSetID,
		Status:   TaskStatus{ID: t.Status, Category: t.Category, Active: t.Active},
		Priority: t.Priority, Topic: t.Topic, Tags: orEmpty(c.Tags[t.ID]), Fields: t.Fields,
		Assignees: []Party{}, Participants: []Party{}, ContactID: t.ContactID, ChannelID: t.ChannelID,
		ConversationID: t.ConversationID, Post: c.x.post(c.posts[ids.Of(t.PostID)]), Unread: t.Unread, Snippet: t.Snippet,
		History: TaskHistory{t.HistoryShown, t.HistoryAvailable}, DueAt: t.DueAt, CreatedAt: t.CreatedAt,
		UpdatedAt: t.UpdatedAt, LastCommentAt: t.LastCommentAt, AssignMode: t.AssignMode, SnoozedUntil: t.SnoozedUntil,
		ReadAt: t.ReadAt, Delivery: c.Trouble[t.ID], MyRole: c.scope.On(t.ChannelID),
	}
	if until, ok := c.Windows[t.ID]; ok {
		out.Window = &TaskWindow{task.WindowAt(until, c.now), until}
	}
	if t.MergedInto != nil {
		out.MergedInto = &TaskRef{*t.MergedInto, c.merged[*t.MergedInto].Number}
	}
	if out.Fields == nil {
		out.Fields = map[string]any{}
	}
	if s, ok := c.sets[t.StatusSetID].ByKey(t.Status); ok {
		out.Status.Name, out.Status.Color = s.Name, s.Color
	}
	for _, x := range c.Assignees[t.ID] {
		out.Assignees = append(out.Assignees, party(c.Parties[x.AssigneeID]))
	}
	for _, id := range c.Participants[t.ID] {
		out.Participants = append(out.Participants, party(c.Parties[id]))
	}
	out.ContactName, out.ChannelName = c.Contacts[ids.Of(t.ContactID)], c.Channels[ids.Of(t.ChannelID)]
	return out
}

// orEmpty makes a list that JSON shows as [] and not as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
