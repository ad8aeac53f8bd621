package templates

import (
	"maps"
	"slices"
)

// Object is an object template: what a task is made from.
//
// A task stays linked to the form and the statuses of its template, so a field or a status added later appears on old
// tasks too. The defaults are copied when the task is made: an assignee added later does not touch old tasks.
type Object struct {
	Name        string   `json:"name"`
	Form        Form     `json:"form"`
	StatusSetID string   `json:"status_set_id,omitempty" format:"uuid"`
	Defaults    Defaults `json:"defaults"`
}

// Defaults are what a new task gets. Title, Description and the texts in Fields are patterns.
type Defaults struct {
	Title        string         `json:"title,omitempty" doc:"a pattern"`
	Description  string         `json:"description,omitempty" doc:"a pattern"`
	Assignees    []Assignee     `json:"assignees,omitempty" doc:"none: the channel's, else who connected it, else the account's owner"`
	AssigneeMode AssigneeMode   `json:"assignee_mode,omitempty" enum:"share,first_to_accept,round_robin" doc:"how a team gets a task"`
	SkipAway     bool           `json:"skip_away,omitempty" doc:"people who are away are passed over, though they are named; somebody further on in the chain gets the task"`
	Participants []string       `json:"participants,omitempty" format:"uuid" doc:"staff"`
	Tags         []string       `json:"tags,omitempty"`
	Topic        string         `json:"topic,omitempty"`
	Priority     Priority       `json:"priority,omitempty" enum:"low,normal,high,urgent"`
	DueIn        int            `json:"due_in,omitempty" doc:"whole minutes after the task is made, of the hours in which the account works if it has any; 0: no due date"`
	Fields       map[string]any `json:"fields,omitempty" doc:"by field key: a text is a pattern, whatever the field's type; anything else is taken as it is"`
}

// Priority orders tasks.
type Priority string

// The priorities; none stands for normal.
const (
	PriorityLow    Priority = "low"
	PriorityNormal Priority = "normal"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

const (
	maxDueIn = 5 * 366 * 24 * 60 // minutes: five years
	maxTag   = 100
)

// Validate returns what is wrong with the template, together with the statuses its tasks will have.
func (o Object) Validate(statuses StatusSet) []Problem {
	var c checks
	c.text("name", o.Name, true, maxName)
	c.add(place("form").under(o.Form.Validate())...)
	c.add(place("status_set").under(statuses.Validate())...)
	c.add(place("defaults").under(o.Defaults.validate(o.Form))...)
	return c.problems
}

func (d Defaults) validate(form Form) []Problem {
	var c checks
	c.pattern("title", d.Title)
	c.pattern("description", d.Description)
	c.assignees("assignees", d.Assignees)
	option(&c, "assignee_mode", d.AssigneeMode, "", ModeShare, ModeFirstToAccept, ModeRoundRobin)
	c.ids("participants", d.Participants)
	c.tags("tags", d.Tags)
	c.text("topic", d.Topic, false, maxTag)
	option(&c, "priority", d.Priority, "", PriorityLow, PriorityNormal, PriorityHigh, PriorityUrgent)
	if d.DueIn < 0 || d.DueIn > maxDueIn {
		c.add(place("due_in").problem("template.out_of_range", "min", 0, "max", maxDueIn))
	}
	c.fieldValues("fields", d.Fields, form)
	return c.problems
}

// pattern wants a text that compiles.
func (c *checks) pattern(at place, source string) {
	_, problems := CompilePattern(source)
	c.add(at.under(problems)...)
}

func (c *checks) assignees(at place, assignees []Assignee) {
	c.count(at, len(assignees), maxListed)
	ids := make([]string, len(assignees))
	for i, a := range assignees {
		ids[i] = a.ID
		option(c, at.index(i).key("kind"), a.Kind, AssigneeStaff, AssigneeTeam)
		c.id(at.index(i).key("id"), a.ID)
	}
	c.unique(at, "id", ids)
}

func (c *checks) tags(at place, tags []string) {
	c.count(at, len(tags), maxListed)
	for i, tag := range tags {
		c.text(at.index(i), tag, true, maxTag)
	}
	c.unique(at, "", tags)
}

// fieldValues wants patterns that compile and fixed values the form takes.
func (c *checks) fieldValues(at place, values map[string]any, form Form) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		field, known := form.Field(key)
		if !known {
			c.add(at.key(key).problem("field.unknown"))
			continue
		}
		source, isText := values[key].(string)
		if isText && IsPattern(source) {
			c.pattern(at.key(key), source)
			continue
		}
		// A phone number without a calling code may be right in the account's country, which is not known here.
		if _, problem := field.clean(values[key], CleanOptions{FromText: isText}); problem != nil && field.Type != TypePhone {
			c.add(at.key(key).under([]Problem{*problem})...)
		}
	}
}
