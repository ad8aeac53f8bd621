package httpapi

import (
	"cmp"
	"context"
	"slices"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/staff"
)

// AccessMatrix is who may do what on which channel, and why.
type AccessMatrix struct {
	Channels []AccessChannel `json:"channels"`
	People   []AccessPerson  `json:"people" doc:"who can sign in"`
	Teams    []AccessTeam    `json:"teams"`
	Cells    []AccessCell    `json:"cells" doc:"one of each person and each team on each channel"`
}

// AccessChannel is a channel with its switches.
type AccessChannel struct {
	ID       ids.ID      `json:"id"`
	Kind     string      `json:"kind"`
	Name     string      `json:"name"`
	AllStaff access.Role `json:"all_staff" enum:"none,viewer,contributor,supervisor"`
	AllTeams access.Role `json:"all_teams" enum:"none,viewer,contributor,supervisor" doc:"of whoever is in any team"`
}

// AccessPerson is a staff member.
type AccessPerson struct {
	ID   ids.ID       `json:"id"`
	Name string       `json:"name"`
	Role account.Role `json:"role" enum:"member,admin,owner"`
}

// AccessTeam is a team.
type AccessTeam struct {
	ID      ids.ID `json:"id"`
	Name    string `json:"name"`
	Members int    `json:"members"`
}

// AccessCell is what somebody may do on a channel.
type AccessCell struct {
	ChannelID ids.ID         `json:"channel_id"`
	Party     access.Party   `json:"party" enum:"staff,team"`
	ID        ids.ID         `json:"id"`
	Given     access.Role    `json:"given" enum:"none,viewer,contributor,supervisor" doc:"to them by themselves"`
	Role      access.Role    `json:"role" enum:"none,viewer,contributor,supervisor" doc:"the highest of all that speak for them"`
	Reasons   []AccessReason `json:"reasons" doc:"all that speak for them, the highest first"`
}

// AccessReason is where a role comes from.
type AccessReason struct {
	From   string      `json:"from" enum:"account,staff,team,all_teams,all_staff" doc:"account: an admin or owner"`
	TeamID *ids.ID     `json:"team_id,omitempty"`
	Role   access.Role `json:"role" enum:"viewer,contributor,supervisor"`
}

// ChannelAccess is who may do what on one channel.
type ChannelAccess struct {
	AccessMatrix
	Losing []AccessLoss `json:"losing" doc:"who loses all access by the change and has open tasks there; these stay assigned to them"`
}

// AccessLoss is somebody who would no longer see tasks that they have.
type AccessLoss struct {
	Party     access.Party `json:"party" enum:"staff,team"`
	ID        ids.ID       `json:"id"`
	Name      string       `json:"name"`
	OpenTasks int          `json:"open_tasks"`
}

func (a *API) listAccess(ctx context.Context, who account.Actor, _ *nothing) (*answer[AccessMatrix], error) {
	channels, err := a.Channels.All(ctx, who.AccountID)
	if err != nil {
		return nil, err
	}
	grants, err := a.Access.All(ctx, who.AccountID)
	if err != nil {
		return nil, err
	}
	r, err := a.Staff.Roster(ctx, who.AccountID)
	return answered(matrixOf(r, channels, grants), err)
}

func (a *API) getChannelAccess(ctx context.Context, who account.Actor, in *ByID) (*answer[ChannelAccess], error) {
	grants, err := a.Access.Get(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	return a.channelAccess(ctx, who, in.ID, grants, grants)
}

type setAccessInput struct {
	ByID
	Body struct {
		AllStaff access.Role   `json:"all_staff" enum:"none,viewer,contributor,supervisor"`
		AllTeams access.Role   `json:"all_teams" enum:"none,viewer,contributor,supervisor"`
		Staff    []staffAccess `json:"staff" maxItems:"1000" doc:"whoever is not named has none by themselves"`
		Teams    []teamAccess  `json:"teams" maxItems:"1000"`
		Try      bool          `json:"try,omitempty" doc:"changes nothing: the answer says what would come of it"`
	}
}

type staffAccess struct {
	StaffID ids.ID      `json:"staff_id" format:"uuid"`
	Role    access.Role `json:"role" enum:"none,viewer,contributor,supervisor"`
}

type teamAccess struct {
	TeamID ids.ID      `json:"team_id" format:"uuid"`
	Role   access.Role `json:"role" enum:"none,viewer,contributor,supervisor"`
}

func (a *API) setChannelAccess(ctx context.Context, who account.Actor, in *setAccessInput) (*answer[ChannelAccess], error) {
	b := in.Body
	x := access.Settings{AllStaff: b.AllStaff, AllTeams: b.AllTeams, Staff: map[ids.ID]access.Role{}, Teams: map[ids.ID]access.Role{}}
	for _, s := range b.Staff {
		x.Staff[s.StaffID] = s.Role
	}
	for _, t := range b.Teams {
		x.Teams[t.TeamID] = t.Role
	}
	before, after, err := a.Access.Set(ctx, who, in.ID, x, b.Try)
	if err != nil {
		return nil, err
	}
	return a.channelAccess(ctx, who, in.ID, before, after)
}

func (a *API) channelAccess(
	ctx context.Context, who account.Actor, id ids.ID, before, after access.Grants,
) (*answer[ChannelAccess], error) {
	c, err := a.Channels.Get(ctx, who.AccountID, id)
	if err != nil {
		return nil, err
	}
	r, err := a.Staff.Roster(ctx, who.AccountID)
	if err != nil {
		return nil, err
	}
	out := ChannelAccess{matrixOf(r, []channel.Channel{c}, map[ids.ID]access.Grants{id: after}), []AccessLoss{}}
	was, is := before.Shut(r), after.Shut(r)
	for who := range was {
		delete(is, who)
	}
	if len(is) == 0 {
		return answered(out, nil)
	}
	open, err := a.Tasks.OpenOn(ctx, who.AccountID, id)
	for _, p := range out.People {
		if is[p.ID] && open[p.ID] > 0 {
			out.Losing = append(out.Losing, AccessLoss{access.Person, p.ID, p.Name, open[p.ID]})
		}
	}
	for _, t := range out.Teams {
		if is[t.ID] && open[t.ID] > 0 {
			out.Losing = append(out.Losing, AccessLoss{access.Team, t.ID, t.Name, open[t.ID]})
		}
	}
	return answered(out, err)
}

// matrixOf works out who may do what on channels.
func matrixOf(r staff.Roster, channels []channel.Channel, grants map[ids.ID]access.Grants) AccessMatrix {
	m := AccessMatrix{[]AccessChannel{}, []AccessPerson{}, []AccessTeam{}, []AccessCell{}}
	people := slices.DeleteFunc(slices.Clone(r.People), func(p staff.Person) bool { return !p.Enabled })
	slices.SortStableFunc(people, func(a, b staff.Person) int { return cmp.Compare(a.Name, b.Name) })
	for _, p := range people {
		m.People = append(m.People, AccessPerson{p.ID, p.Name, p.Role})
	}
	for _, t := range r.Teams {
		m.Teams = append(m.Teams, AccessTeam{t.ID, t.Name, len(t.MemberIDs)})
	}
	members := make([]access.Member, len(people))
	for i, p := range people {
		members[i] = access.MemberOf(r, p)
	}
	for _, c := range channels {
		g := grants[c.ID]
		given := g.Settings()
		m.Channels = append(m.Channels, AccessChannel{c.ID, c.Kind, c.Title(), given.AllStaff, given.AllTeams})
		for _, t := range r.Teams {
			role, reasons := g.OfTeam(t.ID)
			m.Cells = append(m.Cells, accessCell(c.ID, access.Team, t.ID, given.Teams[t.ID], role, reasons))
		}
		for i, p := range people {
			role, reasons := g.Effective(members[i])
			m.Cells = append(m.Cells, accessCell(c.ID, access.Person, p.ID, given.Staff[p.ID], role, reasons))
		}
	}
	return m
}

func accessCell(c ids.ID, p access.Party, id ids.ID, given, role access.Role, reasons []access.Reason) AccessCell {
	cell := AccessCell{c, p, id, cmp.Or(given, access.None), role, []AccessReason{}}
	for _, why := range reasons {
		from := cmp.Or(string(why.Party), "account")
		cell.Reasons = append(cell.Reasons, AccessReason{from, ids.Ptr(why.TeamID), why.Role})
	}
	return cell
}
