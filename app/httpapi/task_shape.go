package httpapi

import (
	"context"
	"slices"
	"time"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
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
	related  task.Related
	sets     map[ids.ID]templates.StatusSet
	contacts map[ids.ID]contact.Contact
	channels map[channel.Key]channel.Channel
	names    map[ids.ID]Party
	posts    map[ids.ID]post.Post
	merged   map[ids.ID]task.Task
	windows  map[ids.ID]time.Time
	trouble  map[ids.ID]outbound.State
	now      time.Time
	scope    access.Scope
	x        *exchange
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
	c.x, c.scope = exchangeOf(ctx), access.Of(ctx)
	var tasks, contacts, posts []ids.ID
	var sets, channels, merged []channel.Key
	for _, t := range rows {
		tasks = append(tasks, t.ID)
		sets = append(sets, channel.Key{AccountID: in, ID: t.StatusSetID})
		if t.MergedInto != nil {
			merged = append(merged, channel.Key{AccountID: in, ID: *t.MergedInto})
		}
		if t.ContactID != nil {
			contacts = append(contacts, *t.ContactID)
		}
		if t.PostID != nil {
			posts = append(posts, *t.PostID)
		}
		if t.ChannelID != nil {
			channels = append(channels, channel.Key{AccountID: in, ID: *t.ChannelID})
		}
	}
	c.now = a.Clock.Now()
	if c.windows, err = a.Tasks.WindowsOf(ctx, rows); err != nil {
		return c, err
	}
	if c.trouble, err = a.Outbound.TroubleOf(ctx, in, tasks); err != nil {
		return c, err
	}
	if c.related, err = a.Tasks.RelatedOf(ctx, in, tasks...); err != nil {
		return c, err
	}
	if c.contacts, err = a.Contacts.Of(ctx, in, contacts); err != nil {
		return c, err
	}
	if c.posts, err = a.Posts.Of(ctx, in, posts); err != nil {
		return c, err
	}
	if c.channels, err = a.Channels.ByKeys(ctx, channels); err != nil {
		return c, err
	}
	if len(merged) > 0 {
		if c.merged, err = a.Tasks.ByKeys(ctx, merged); err != nil {
			return c, err
		}
	}
	found, err := a.Templates.StatusSetsOf(ctx, sets)
	if err != nil {
		return c, err
	}
	c.sets = map[ids.ID]templates.StatusSet{}
	for _, s := range found {
		c.sets[s.ID] = s.Set()
	}
	c.names, err = a.partiesOf(ctx, in, c.related)
	return c, err
}

// partiesOf are those that tasks are assigned to, and who follow them.
func (a *API) partiesOf(ctx context.Context, in account.ID, of task.Related) (map[ids.ID]Party, error) {
	var list []ids.ID
	for _, assignees := range of.Assignees {
		for _, x := range assignees {
			list = append(list, x.AssigneeID)
		}
	}
	for _, participants := range of.Participants {
		list = append(list, participants...)
	}
	slices.SortFunc(list, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	named, err := a.Staff.Names(ctx, in, slices.Compact(list))
	all := make(map[ids.ID]Party, len(named))
	for _, x := range named {
		all[x.ID] = party(x)
	}
	return all, err
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
		Priority: t.Priority, Topic: t.Topic, Tags: orEmpty(c.related.Tags[t.ID]), Fields: t.Fields,
		Assignees: []Party{}, Participants: []Party{}, ContactID: t.ContactID, ChannelID: t.ChannelID,
		ConversationID: t.ConversationID, Post: c.x.post(c.posts[ids.Of(t.PostID)]), Unread: t.Unread, Snippet: t.Snippet,
		History: TaskHistory{t.HistoryShown, t.HistoryAvailable}, DueAt: t.DueAt, CreatedAt: t.CreatedAt,
		UpdatedAt: t.UpdatedAt, LastCommentAt: t.LastCommentAt, AssignMode: t.AssignMode, SnoozedUntil: t.SnoozedUntil,
		ReadAt: t.ReadAt, Delivery: c.trouble[t.ID], MyRole: c.scope.On(t.ChannelID),
	}
	if until, ok := c.windows[ids.Of(t.ConversationID)]; ok {
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
	for _, x := range c.related.Assignees[t.ID] {
		out.Assignees = append(out.Assignees, c.names[x.AssigneeID])
	}
	for _, id := range c.related.Participants[t.ID] {
		out.Participants = append(out.Participants, c.names[id])
	}
	out.ContactName = c.contacts[ids.Of(t.ContactID)].Name
	out.ChannelName = c.channels[channel.Key{AccountID: t.AccountID, ID: ids.Of(t.ChannelID)}].Title()
	return out
}

// orEmpty makes a list that JSON shows as [] and not as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
