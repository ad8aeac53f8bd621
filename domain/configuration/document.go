package configuration

import (
	"kontor/domain/access"
	"kontor/templates"
)

// Format is the version of the documents that this program writes and reads.
const Format = 1

// Document is everything that an administrator can set in an account. Things refer to each other by name, people are named
// by their e-mail address, channels by kind and the platform's id. A section that is not there is left alone.
type Document struct {
	Kontor               int               `json:"kontor"`
	Prune                bool              `json:"prune,omitempty"`
	Account              *Account          `json:"account,omitempty"`
	Teams                []Team            `json:"teams"`
	StatusSets           []StatusSet       `json:"status_sets"`
	ObjectTemplates      []ObjectTemplate  `json:"object_templates"`
	ContactTemplates     []ContactTemplate `json:"contact_templates"`
	Tags                 []Label           `json:"tags"`
	Topics               []Label           `json:"topics"`
	ContactGroups        []ContactGroup    `json:"contact_groups"`
	SavedReplyCategories []ReplyCategory   `json:"saved_reply_categories"`
	SavedReplies         []SavedReply      `json:"saved_replies"`
	Channels             []Channel         `json:"channels"`
	TaskViews            []TaskView        `json:"task_views"`
}

// Account are the settings of the account itself; what is not given stays as it is.
type Account struct {
	Name                *string          `json:"name,omitempty"`
	Language            *string          `json:"language,omitempty"`
	TimeZone            *string          `json:"time_zone,omitempty"`
	Country             *string          `json:"country,omitempty"`
	Enabled             *bool            `json:"enabled,omitempty"`
	PausedKinds         *[]string        `json:"paused_kinds,omitempty"`
	RequireSecondFactor *bool            `json:"require_second_factor,omitempty"`
	WorkingHours        *templates.Hours `json:"working_hours,omitempty"`
	KeepBodiesDays      *int             `json:"keep_bodies_days,omitempty"`
	KeepEventsDays      *int             `json:"keep_events_days,omitempty"`
	KeepFilesDays       *int             `json:"keep_files_days,omitempty"`
	KeepAttemptsDays    *int             `json:"keep_attempts_days,omitempty"`
	Media               *string          `json:"media,omitempty"`
	BrandName           *string          `json:"brand_name,omitempty"`
	BrandColor          *string          `json:"brand_color,omitempty"`
}

// Named is what things have whose names may stand twice: As is what the rest of the document calls them, the name itself
// when it is left out.
type Named struct {
	id     string
	Name   string `json:"name"`
	As     string `json:"as,omitempty"`
	Preset string `json:"preset,omitempty"`
}

// Team is a team with its members.
type Team struct {
	id      string
	Name    string   `json:"name"`
	Members []string `json:"members"`
}

// StatusSet is the statuses of some templates' tasks.
type StatusSet struct {
	Named
	Statuses []Status `json:"statuses"`
}

// Status is one of them. Active is true except for resolved ones when it is left out.
type Status struct {
	Key      string             `json:"key"`
	Name     string             `json:"name"`
	Category templates.Category `json:"category"`
	Active   *bool              `json:"active,omitempty"`
	Color    string             `json:"color,omitempty"`
}

// ObjectTemplate is what tasks are made from.
type ObjectTemplate struct {
	Named
	Standard  bool              `json:"standard,omitempty"`
	StatusSet string            `json:"status_set"`
	Fields    []templates.Field `json:"fields,omitempty"`
	Defaults  Defaults          `json:"defaults,omitzero"`
}

// Defaults are what a new task gets.
type Defaults struct {
	Title        string                 `json:"title,omitempty"`
	Description  string                 `json:"description,omitempty"`
	Assignees    []Party                `json:"assignees,omitempty"`
	AssigneeMode templates.AssigneeMode `json:"assignee_mode,omitempty"`
	SkipAway     bool                   `json:"skip_away,omitempty"`
	Participants []string               `json:"participants,omitempty"`
	Tags         []string               `json:"tags,omitempty"`
	Topic        string                 `json:"topic,omitempty"`
	Priority     templates.Priority     `json:"priority,omitempty"`
	DueIn        int                    `json:"due_in,omitempty"`
	Fields       map[string]any         `json:"fields,omitempty"`
}

// Party is a person by e-mail address, or a team by name.
type Party struct {
	Staff string `json:"staff,omitempty"`
	Team  string `json:"team,omitempty"`
}

// ContactTemplate is what contacts are made from.
type ContactTemplate struct {
	Named
	Standard    bool                  `json:"standard,omitempty"`
	Kind        templates.ContactKind `json:"kind"`
	Fields      []templates.Field     `json:"fields,omitempty"`
	Group       string                `json:"group,omitempty"`
	Tags        []string              `json:"tags,omitempty"`
	NamePattern string                `json:"name_pattern,omitempty"`
	Mapping     []templates.Mapping   `json:"mapping,omitempty"`
}

// Label is a tag or a topic.
type Label struct {
	Name  string `json:"name"`
	Color string `json:"color,omitempty"`
}

// ContactGroup is a group of contacts.
type ContactGroup struct {
	id   string
	Name string `json:"name"`
}

// ReplyCategory is a heading of saved replies.
type ReplyCategory struct {
	id       string
	Name     string `json:"name"`
	Position int64  `json:"position,omitempty"`
}

// SavedReply is a shared text to answer with. What its files hold is no part of the text: it lies beside, or is in the
// account already.
type SavedReply struct {
	id       string
	Name     string            `json:"name"`
	Shortcut string            `json:"shortcut,omitempty"`
	Category string            `json:"category,omitempty"`
	Text     string            `json:"text,omitempty"`
	Variants map[string]string `json:"variants,omitempty"`
	Files    []File            `json:"files,omitempty"`
}

// File is a file of a saved reply: its bytes are known by their hash. Older documents have its name and nothing else.
type File struct {
	id     string
	Name   string `json:"name"`
	Size   int64  `json:"size,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// Channel are the settings of a connected channel. Connecting it, and with what credentials, is no part of them; nor is
// the name that the platform gives it, which is there for readers. Settings that are not given stay as they are.
type Channel struct {
	id          string
	Kind        string         `json:"kind"`
	ExternalID  string         `json:"external_id"`
	Name        string         `json:"name,omitempty"`
	DisplayName *string        `json:"display_name,omitempty"`
	Enabled     *bool          `json:"enabled,omitempty"`
	Settings    map[string]any `json:"settings,omitempty"`
	Access      *Access        `json:"access,omitempty"`
	LeadForms   []LeadForm     `json:"lead_forms,omitempty"`
}

// Access is who may do what on a channel, people by their addresses and teams by their names. It is given whole: whoever is
// not named has no role of their own, all staff are contributors and all teams have none unless it says otherwise.
type Access struct {
	AllStaff access.Role            `json:"all_staff,omitempty"`
	AllTeams access.Role            `json:"all_teams,omitempty"`
	Staff    map[string]access.Role `json:"staff,omitempty"`
	Teams    map[string]access.Role `json:"teams,omitempty"`
}

// LeadForm is what becomes of the answers of a form of ads. A template that is not given is the channel's.
type LeadForm struct {
	id              string
	ExternalID      string                          `json:"external_id"`
	Name            string                          `json:"name,omitempty"`
	ObjectTemplate  string                          `json:"object_template,omitempty"`
	ContactTemplate string                          `json:"contact_template,omitempty"`
	Assignees       []Party                         `json:"assignees,omitempty"`
	Mapping         map[string]templates.LeadTarget `json:"mapping,omitempty"`
}

// TaskView is a shared list of tasks.
type TaskView struct {
	id       string
	Name     string            `json:"name"`
	Position int64             `json:"position,omitempty"`
	Filter   map[string]string `json:"filter,omitempty"`
}
