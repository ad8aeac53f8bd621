// Package access says who may do what on which channel: a role given to a staff member, to a team, to all staff or to all
// teams. Whoever has no role on a channel does not have its tasks either; Scope.In hides them, in one place for all stores
// (storage.Hide). What no row speaks of is as it is where nobody cares: all staff are contributors.
//
// What a role allows is checked where it is done, by Require. Start at Scope, then Service.
package access

import (
	"context"
	"slices"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Role is what somebody may do on a channel.
type Role string

// The roles, from least to most.
const (
	None        Role = "none"        // its tasks are not there
	Viewer      Role = "viewer"      // reads, notes, sorts; does not answer
	Contributor Role = "contributor" // works its tasks
	Supervisor  Role = "supervisor"  // also sees its reports
)

// Default is what all staff are on a channel of which nobody has said otherwise.
const Default = Contributor

func (r Role) rank() int {
	return slices.Index([]Role{None, Viewer, Contributor, Supervisor}, r)
}

// Valid tells whether r is a role, or none.
func (r Role) Valid() bool { return r.rank() >= 0 }

// AtLeast tells whether r allows what the other role allows.
func (r Role) AtLeast(other Role) bool { return r.rank() >= other.rank() }

// higher returns the higher of two roles.
func higher(a, b Role) Role {
	if b.AtLeast(a) {
		return b
	}
	return a
}

// Party is to whom a role is given.
type Party string

// The parties. The last two are switches: they name nobody.
const (
	Person   Party = "staff"
	Team     Party = "team"
	AllStaff Party = "all_staff"
	AllTeams Party = "all_teams"
)

// Grant is a role given on a channel.
type Grant struct {
	AccountID account.ID `gorm:"primaryKey"`
	ChannelID ids.ID     `gorm:"primaryKey"`
	Party     Party      `gorm:"primaryKey"`
	PartyID   ids.ID     `gorm:"primaryKey"` // Nil of a switch
	Role      Role
}

// TableName names the table.
func (Grant) TableName() string { return "channel_access" }

// Reason is where a role comes from.
type Reason struct {
	Party  Party  // empty: from the role in the account
	TeamID ids.ID // of a team's grant
	Role   Role
}

// Member is whom a role is worked out for.
type Member struct {
	ID    ids.ID
	Admin bool // supervises everywhere
	Teams []ids.ID
}

// Grants are those of one channel.
type Grants []Grant

// of returns the role given to a party; the default where none is.
func (g Grants) of(p Party, id ids.ID) Role {
	for _, x := range g {
		if x.Party == p && x.PartyID == id {
			return x.Role
		}
	}
	if p == AllStaff {
		return Default
	}
	return None
}

// Effective returns a staff member's role, which is the highest of all that speak for it, and these, the highest first.
func (g Grants) Effective(m Member) (Role, []Reason) {
	var reasons []Reason
	add := func(p Party, team ids.ID, r Role) {
		if r != None {
			reasons = append(reasons, Reason{p, team, r})
		}
	}
	if m.Admin {
		add("", ids.Nil, Supervisor)
	}
	add(Person, ids.Nil, g.of(Person, m.ID))
	for _, team := range m.Teams {
		add(Team, team, g.of(Team, team))
	}
	if len(m.Teams) > 0 {
		add(AllTeams, ids.Nil, g.of(AllTeams, ids.Nil))
	}
	add(AllStaff, ids.Nil, g.of(AllStaff, ids.Nil))
	slices.SortStableFunc(reasons, func(a, b Reason) int { return b.Role.rank() - a.Role.rank() })
	if len(reasons) == 0 {
		return None, nil
	}
	return reasons[0].Role, reasons
}

// OfTeam returns a team's role, and where it comes from.
func (g Grants) OfTeam(team ids.ID) (Role, []Reason) {
	all := Grants{{Party: AllStaff, Role: g.of(AllStaff, ids.Nil)}, {Party: AllTeams, Role: g.of(AllTeams, ids.Nil)},
		{Party: Team, PartyID: team, Role: g.of(Team, team)}}
	return all.Effective(Member{Teams: []ids.ID{team}})
}

// Scope is what one caller may do on the channels of their account. The zero one, of Kontor itself, may do everything.
type Scope struct {
	limited bool
	roles   map[ids.ID]Role // of the channels that are not as by default
}

// Everywhere is the scope of admins, and of Kontor itself.
func Everywhere() Scope { return Scope{} }

// limitedTo makes a member's scope.
func limitedTo(roles map[ids.ID]Role) Scope { return Scope{true, roles} }

// On returns the role on a channel; of tasks without one, nil, everybody is a contributor.
func (s Scope) On(channel *ids.ID) Role {
	switch {
	case !s.limited:
		return Supervisor
	case channel == nil:
		return Default
	}
	if r, ok := s.roles[*channel]; ok {
		return r
	}
	return Default
}

// Supervises tells whether a channel's reports may be seen.
func (s Scope) Supervises(channel ids.ID) bool { return s.On(&channel) == Supervisor }

// Supervised returns the channels whose reports may be seen; all tells that it is every one.
func (s Scope) Supervised() (channels []ids.ID, all bool) { return s.with(Supervisor), !s.limited }

// Hidden returns the channels whose tasks are not there.
func (s Scope) Hidden() []ids.ID { return s.with(None) }

// Unanswered returns the channels on which nothing may be answered: the hidden ones, and those that may be read only.
func (s Scope) Unanswered() []ids.ID { return append(s.with(None), s.with(Viewer)...) }

func (s Scope) with(r Role) (channels []ids.ID) {
	for id, role := range s.roles {
		if role == r {
			channels = append(channels, id)
		}
	}
	slices.SortFunc(channels, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	return channels
}

// Same tells whether two scopes are alike.
func (s Scope) Same(other Scope) bool {
	if s.limited != other.limited || len(s.roles) != len(other.roles) {
		return false
	}
	for id, r := range s.roles {
		if other.roles[id] != r {
			return false
		}
	}
	return true
}

type scopeKey struct{}

// In returns a context in which the scope holds: what it hides is not there, and Require asks it.
func (s Scope) In(ctx context.Context) context.Context {
	return storage.Hide(context.WithValue(ctx, scopeKey{}, s), s.Hidden())
}

// Of returns the scope that holds in a context. Where none was put there, Kontor itself is at work.
func Of(ctx context.Context) Scope {
	s, _ := ctx.Value(scopeKey{}).(Scope)
	return s
}

// Require returns a Forbidden error unless the caller has at least a role on the channel of what they want to change.
func Require(ctx context.Context, channel *ids.ID, r Role) error {
	if Of(ctx).On(channel).AtLeast(r) {
		return nil
	}
	return errs.New(errs.Forbidden, "access.read_only")
}
