package templates

import (
	"cmp"
	"maps"
	"slices"
)

// Assignee is a person or a team that gets tasks.
type Assignee struct {
	Kind AssigneeKind `json:"kind" enum:"staff,team"`
	ID   string       `json:"id" format:"uuid"`
}

// AssigneeKind tells people from teams.
type AssigneeKind string

// The assignee kinds.
const (
	AssigneeStaff AssigneeKind = "staff"
	AssigneeTeam  AssigneeKind = "team"
)

// AssigneeMode says how a team gets a task; people named by themselves are assigned in every mode.
type AssigneeMode string

// The assignee modes; none stands for share.
const (
	ModeShare         AssigneeMode = "share"           // the team as a whole
	ModeFirstToAccept AssigneeMode = "first_to_accept" // offered to the team, the first to accept has it
	ModeRoundRobin    AssigneeMode = "round_robin"     // the available member with the fewest open tasks
)

// Chain is where the assignees of a task come from: the template, else the lead form that was submitted, else the channel,
// else whoever set the channel up, else the account's owner. The first of these levels that yields anybody wins.
type Chain struct {
	Template  []Assignee
	Form      []Assignee // of leads; a level of theirs alone
	Channel   []Assignee
	Installer string // staff id, may be empty
	Owner     string // staff id
	Mode      AssigneeMode
	SkipAway  bool            // people who are away do not get it
	Shut      map[string]bool // people and teams who would not see the task, by id
}

// Level is one link of a Chain.
type Level string

// The levels in their order.
const (
	LevelTemplate  Level = "template"
	LevelForm      Level = "form"
	LevelChannel   Level = "channel"
	LevelInstaller Level = "installer"
	LevelOwner     Level = "owner"
)

type level struct {
	name      Level
	assignees []Assignee
}

func (c Chain) levels() []level {
	person := func(id string) []Assignee {
		if id == "" {
			return nil
		}
		return []Assignee{{Kind: AssigneeStaff, ID: id}}
	}
	levels := []level{
		{LevelTemplate, c.Template},
		{LevelChannel, c.Channel},
		{LevelInstaller, person(c.Installer)},
		{LevelOwner, person(c.Owner)},
	}
	if len(c.Form) > 0 {
		levels = slices.Insert(levels, 1, level{LevelForm, c.Form})
	}
	return levels
}

// Member is one of the staff, as far as assigning needs to know them. Somebody who was removed is not in the roster.
type Member struct {
	ID        string
	Name      string
	Enabled   bool // may work at all
	Available bool // is here now
	OpenTasks int
}

// Team is a group of staff that can be assigned as one.
type Team struct {
	ID      string
	Name    string
	Members []string // staff ids
}

// Roster is who works in the account. It does not change.
type Roster struct {
	staff map[string]Member
	teams map[string]Team
}

// NewRoster makes a roster.
func NewRoster(staff []Member, teams []Team) *Roster {
	r := &Roster{staff: make(map[string]Member, len(staff)), teams: make(map[string]Team, len(teams))}
	for _, m := range staff {
		r.staff[m.ID] = m
	}
	for _, t := range teams {
		r.teams[t.ID] = t
	}
	return r
}

// enabled returns the members of a team who may work, by id.
func (r *Roster) enabled(team Team) []Member {
	var members []Member
	for _, id := range slices.Compact(slices.Sorted(slices.Values(team.Members))) {
		if m, known := r.staff[id]; known && m.Enabled {
			members = append(members, m)
		}
	}
	return members
}

// Load is how many tasks each of the staff was given since the roster was read. Within a batch the caller adds each
// assignment before it asks for the next, so that round robin spreads the batch.
type Load map[string]int

// Add counts an assignment. Only people count; a task shared by a team is nobody's load yet.
func (l Load) Add(a Assignment) {
	for _, assignee := range a.Assignees {
		if assignee.Kind == AssigneeStaff {
			l[assignee.ID]++
		}
	}
}

// Assignment is the outcome of a chain.
type Assignment struct {
	Assignees []Assignee `json:"assignees,omitempty"`
	Level     Level      `json:"level,omitempty"` // the one that won; empty: nobody
	// Mode is first_to_accept when teams among the assignees are only offered the task, else share: round robin has
	// already chosen.
	Mode  AssigneeMode `json:"mode"`
	Steps []Step       `json:"steps"`
}

// Resolve follows the chain. It never assigns disabled staff, and yields somebody whenever the owner is enabled.
// The same arguments give the same answer; load may be nil and is not changed.
func Resolve(chain Chain, roster *Roster, load Load) Assignment {
	r := resolving{mode: chain.Mode, skipAway: chain.SkipAway, shut: chain.Shut, roster: roster, load: maps.Clone(load)}
	if r.load == nil {
		r.load = Load{}
	}
	for _, level := range chain.levels() {
		r.level = level.name
		for _, a := range level.assignees {
			r.assign(a)
		}
		if len(r.assignees) > 0 {
			r.note("assign.level.assigned", "count", len(r.assignees))
			return Assignment{Assignees: r.assignees, Level: level.name, Mode: r.resultMode(), Steps: r.steps}
		}
		if len(level.assignees) == 0 {
			r.note("assign.level.empty")
		} else {
			r.note("assign.level.unusable")
		}
	}
	r.steps = append(r.steps, NewStep("assign.chain.nobody"))
	return Assignment{Mode: ModeShare, Steps: r.steps}
}

// resolving is a chain while it is followed.
type resolving struct {
	mode      AssigneeMode
	skipAway  bool
	shut      map[string]bool
	roster    *Roster
	load      Load
	level     Level
	assignees []Assignee
	steps     []Step
}

func (r *resolving) assign(a Assignee) {
	if a.Kind == AssigneeTeam {
		r.assignTeam(a)
		return
	}
	m, known := r.roster.staff[a.ID]
	switch {
	case !known:
		r.note("assign.staff.unknown", "id", a.ID)
		return
	case !m.Enabled:
		r.note("assign.staff.disabled", "id", m.ID, "name", m.Name)
		return
	case r.shut[m.ID]:
		r.note("assign.staff.no_access", "id", m.ID, "name", m.Name)
		return
	case !m.Available && r.skipAway && r.level != LevelOwner:
		r.note("assign.staff.skipped", "id", m.ID, "name", m.Name)
		return
	case !m.Available:
		r.note("assign.staff.away", "id", m.ID, "name", m.Name)
	}
	r.add(a)
}

func (r *resolving) assignTeam(a Assignee) {
	team, known := r.roster.teams[a.ID]
	if !known {
		r.note("assign.team.unknown", "id", a.ID)
		return
	}
	members := r.roster.enabled(team)
	if r.shut[team.ID] {
		r.note("assign.team.no_access", "id", team.ID, "name", team.Name)
		return
	}
	if len(members) == 0 {
		r.note("assign.team.empty", "id", team.ID, "name", team.Name)
		return
	}
	if r.mode != ModeRoundRobin {
		r.add(a)
		return
	}
	chosen, found := r.leastLoaded(members)
	if !found {
		r.note("assign.team.nobody_available", "id", team.ID, "name", team.Name)
		r.add(a)
		return
	}
	r.note("assign.team.picked", "id", team.ID, "name", team.Name,
		"staff_id", chosen.ID, "staff_name", chosen.Name, "open_tasks", r.open(chosen))
	r.add(Assignee{Kind: AssigneeStaff, ID: chosen.ID})
	r.load[chosen.ID]++
}

// leastLoaded chooses among the available; the lower id decides between equals.
func (r *resolving) leastLoaded(members []Member) (Member, bool) {
	available := slices.DeleteFunc(slices.Clone(members), func(m Member) bool { return !m.Available || r.shut[m.ID] })
	if len(available) == 0 {
		return Member{}, false
	}
	return slices.MinFunc(available, func(a, b Member) int {
		return cmp.Or(cmp.Compare(r.open(a), r.open(b)), cmp.Compare(a.ID, b.ID))
	}), true
}

func (r *resolving) open(m Member) int { return m.OpenTasks + r.load[m.ID] }

func (r *resolving) add(a Assignee) {
	if !slices.Contains(r.assignees, a) {
		r.assignees = append(r.assignees, a)
	}
}

func (r *resolving) resultMode() AssigneeMode {
	offered := slices.ContainsFunc(r.assignees, func(a Assignee) bool { return a.Kind == AssigneeTeam })
	if r.mode == ModeFirstToAccept && offered {
		return ModeFirstToAccept
	}
	return ModeShare
}

func (r *resolving) note(code string, input ...any) {
	r.steps = append(r.steps, NewStep(code, append([]any{"level", string(r.level)}, input...)...))
}
