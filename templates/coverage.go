package templates

import "slices"

// Warning is a weakness of a template that is no fault of it.
type Warning struct {
	Code   string         `json:"code"` // one of WarningCodes
	Params map[string]any `json:"params,omitempty"`
}

// Coverage says where a chain leaves tasks without anybody who looks at them: nobody at all, a level whose people are
// all disabled or gone, only people who are away, or only the last fallback. A chain without warnings may be trusted
// as long as the roster stays as it is.
func Coverage(chain Chain, roster *Roster) []Warning {
	var warnings []Warning
	warn := func(code string, params ...any) {
		warnings = append(warnings, Warning{Code: code, Params: pairs(params)})
	}
	for _, level := range chain.levels() {
		people := roster.reached(chain.open(level.assignees))
		if len(people) == 0 {
			if len(level.assignees) > 0 {
				warn("coverage.level_unusable", "level", string(level.name))
			}
			continue
		}
		if !slices.ContainsFunc(people, func(m Member) bool { return m.Available }) {
			warn("coverage.only_away", "level", string(level.name))
		}
		if level.name == LevelOwner {
			warn("coverage.only_owner")
		}
		return warnings
	}
	warn("coverage.nobody")
	return warnings
}

// open returns those assignees who would see the task.
func (c Chain) open(assignees []Assignee) []Assignee {
	return slices.DeleteFunc(slices.Clone(assignees), func(a Assignee) bool { return c.Shut[a.ID] })
}

// reached returns the enabled people behind assignees, through teams too.
func (r *Roster) reached(assignees []Assignee) []Member {
	var people []Member
	for _, a := range assignees {
		if a.Kind == AssigneeTeam {
			people = append(people, r.enabled(r.teams[a.ID])...)
		} else if m, known := r.staff[a.ID]; known && m.Enabled {
			people = append(people, m)
		}
	}
	return people
}
