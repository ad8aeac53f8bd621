package access

import (
	"context"
	"fmt"
	"slices"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
)

// Service keeps who may do what.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB       *storage.DB
	Audit    *audit.Log
	Feed     *feed.Feed
	Accounts *account.Service
	Staff    *staff.Service
	Channels *channel.Service
}

// New returns the service.
func New(d Deps) *Service { return &Service{d, store{d.DB}} }

// ScopeOf returns what somebody may do. Where no channel has rights of its own it asks nobody, else one statement.
func (s *Service) ScopeOf(ctx context.Context, who account.Actor) (Scope, error) {
	if who.StaffID == ids.Nil || who.Role.AtLeast(account.Admin) {
		return Everywhere(), nil
	}
	if !who.Narrowed {
		return limitedTo(nil), nil
	}
	rows, err := s.store.concerning(ctx, who)
	if err != nil {
		return limitedTo(nil), err
	}
	return limitedTo(rolesOf(rows)), nil
}

// rolesOf returns the highest role on each channel that something was given on.
func rolesOf(rows []concerning) map[ids.ID]Role {
	roles, told := map[ids.ID]Role{}, map[ids.ID]bool{}
	for _, x := range rows {
		told[x.ChannelID] = told[x.ChannelID] || x.Party == AllStaff
		if x.Party != AllTeams || x.InTeam {
			roles[x.ChannelID] = higher(roles[x.ChannelID], x.Role)
		}
	}
	for id := range roles {
		if !told[id] {
			roles[id] = higher(roles[id], Default)
		}
	}
	return roles
}

// Settings is what is given on a channel; everything that is not named has none.
type Settings struct {
	AllStaff Role
	AllTeams Role
	Staff    map[ids.ID]Role
	Teams    map[ids.ID]Role
}

// Settings reads what is given on one channel.
func (g Grants) Settings() Settings {
	x := Settings{g.of(AllStaff, ids.Nil), g.of(AllTeams, ids.Nil), map[ids.ID]Role{}, map[ids.ID]Role{}}
	for _, row := range g {
		switch row.Party {
		case Person:
			x.Staff[row.PartyID] = row.Role
		case Team:
			x.Teams[row.PartyID] = row.Role
		}
	}
	return x
}

// grants are the rows of settings. What is as by default has none, so that it costs nothing.
func (x Settings) grants(a account.ID, channelID ids.ID) Grants {
	var g Grants
	add := func(p Party, id ids.ID, r, without Role) {
		if r != without {
			g = append(g, Grant{a, channelID, p, id, r})
		}
	}
	add(AllStaff, ids.Nil, x.AllStaff, Default)
	add(AllTeams, ids.Nil, x.AllTeams, None)
	for id, r := range x.Staff {
		add(Person, id, r, None)
	}
	for id, r := range x.Teams {
		add(Team, id, r, None)
	}
	return g
}

// MaxGrants is how many people and teams have roles of their own on one channel.
const MaxGrants = 1000

// Set writes who may do what on a channel, and returns what it was before. Admins may. With try nothing is written: it
// is only checked.
func (s *Service) Set(
	ctx context.Context, by account.Actor, channelID ids.ID, x Settings, try bool,
) (before, after Grants, err error) {
	if err := by.Require(account.Admin); err != nil {
		return nil, nil, err
	}
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		if err := s.present(ctx, by.AccountID, channelID); err != nil {
			return err
		}
		if err := s.check(ctx, by.AccountID, x); err != nil {
			return err
		}
		if err := s.Accounts.Lock(ctx, by.AccountID); err != nil { // of two at once the second sees what the first did
			return err
		}
		if before, err = s.store.of(ctx, by.AccountID, channelID); err != nil {
			return err
		}
		if after = x.grants(by.AccountID, channelID); try {
			return nil
		}
		return s.write(ctx, by, channelID, before, after)
	})
	return before, after, err
}

func (s *Service) present(ctx context.Context, a account.ID, channelID ids.ID) error {
	c, err := s.Channels.Get(ctx, a, channelID)
	if err == nil && c.RemovedAt != nil {
		err = errs.Missing("channel")
	}
	return err
}

func (s *Service) check(ctx context.Context, a account.ID, x Settings) error {
	r, err := s.Staff.Roster(ctx, a)
	if err != nil {
		return err
	}
	var problems []errs.Problem
	if len(x.Staff)+len(x.Teams) > MaxGrants {
		problems = append(problems, errs.At("body", "input.too_many", "max", MaxGrants))
	}
	for where, role := range map[string]Role{"body.all_staff": x.AllStaff, "body.all_teams": x.AllTeams} {
		if !role.Valid() {
			problems = append(problems, errs.At(where, "input.value"))
		}
	}
	problems = append(problems, unknown("body.staff", x.Staff, func(id ids.ID) bool {
		return slices.ContainsFunc(r.People, func(p staff.Person) bool { return p.ID == id })
	})...)
	problems = append(problems, unknown("body.teams", x.Teams, func(id ids.ID) bool {
		return slices.ContainsFunc(r.Teams, func(g staff.Group) bool { return g.ID == id })
	})...)
	return errs.Input(problems...)
}

func unknown(where string, roles map[ids.ID]Role, known func(ids.ID) bool) (out []errs.Problem) {
	for id, r := range roles {
		if !known(id) {
			out = append(out, errs.At(fmt.Sprintf("%s.%s", where, id), "template.assignee_not_found"))
		}
		if !r.Valid() {
			out = append(out, errs.At(fmt.Sprintf("%s.%s", where, id), "input.value"))
		}
	}
	return out
}

func (s *Service) write(ctx context.Context, by account.Actor, channelID ids.ID, before, after Grants) error {
	changes := differences(before, after)
	if len(changes) == 0 {
		return nil
	}
	if err := s.store.replace(ctx, by.AccountID, channelID, after); err != nil {
		return err
	}
	left, err := s.store.of(ctx, by.AccountID)
	if err != nil {
		return err
	}
	if err := s.Accounts.NoteOwnAccess(ctx, by.AccountID, len(left) > 0); err != nil {
		return err
	}
	details := map[string]any{"changes": changes}
	if err := s.Audit.Record(ctx, by.Entry("channel.access_changed", "channel", channelID, details)); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{
		AccountID: by.AccountID, Type: feed.AccessChanged, Refs: feed.Refs{ChannelID: ids.Ptr(channelID)},
	})
}

// Changed is one role that was changed.
type Changed struct {
	Party  Party   `json:"party"`
	ID     *ids.ID `json:"id,omitempty"`
	Before Role    `json:"before"`
	After  Role    `json:"after"`
}

// differences are the roles that are not the same before and after.
func differences(before, after Grants) (out []Changed) {
	for i, x := range slices.Concat(before, after) {
		was, is := before.of(x.Party, x.PartyID), after.of(x.Party, x.PartyID)
		seen := i >= len(before) && slices.ContainsFunc(before, func(b Grant) bool { return b.Party == x.Party && b.PartyID == x.PartyID })
		if was != is && !seen {
			out = append(out, Changed{x.Party, ids.Ptr(x.PartyID), was, is})
		}
	}
	return out
}

// Get returns who may do what on a channel.
func (s *Service) Get(ctx context.Context, a account.ID, channelID ids.ID) (Grants, error) {
	if err := s.present(ctx, a, channelID); err != nil {
		return nil, err
	}
	return s.store.of(ctx, a, channelID)
}

// All returns what was given on all channels of an account.
func (s *Service) All(ctx context.Context, a account.ID) (map[ids.ID]Grants, error) {
	rows, err := s.store.of(ctx, a)
	all := map[ids.ID]Grants{}
	for _, g := range rows {
		all[g.ChannelID] = append(all[g.ChannelID], g)
	}
	return all, err
}

// Shut returns who of the account's people and teams have no role at all on a channel, by id. Whoever works out who gets a
// task leaves them out.
func (g Grants) Shut(r staff.Roster) map[ids.ID]bool {
	shut := map[ids.ID]bool{}
	if g.of(AllStaff, ids.Nil) != None {
		return shut
	}
	for _, p := range r.People {
		if role, _ := g.Effective(MemberOf(r, p)); role == None {
			shut[p.ID] = true
		}
	}
	for _, t := range r.Teams {
		if role, _ := g.OfTeam(t.ID); role == None {
			shut[t.ID] = true
		}
	}
	return shut
}

// MemberOf is a person of a roster as far as rights go.
func MemberOf(r staff.Roster, p staff.Person) Member {
	m := Member{ID: p.ID, Admin: p.Role.AtLeast(account.Admin)}
	for _, t := range r.Teams {
		if slices.Contains(t.MemberIDs, p.ID) {
			m.Teams = append(m.Teams, t.ID)
		}
	}
	return m
}

// ShutOut returns who of a roster may not see a channel's tasks; nobody, where the task has none.
func (s *Service) ShutOut(ctx context.Context, a account.ID, channelID *ids.ID, r staff.Roster) (map[ids.ID]bool, error) {
	if channelID == nil {
		return nil, nil
	}
	g, err := s.store.of(ctx, a, *channelID)
	if err != nil || len(g) == 0 {
		return nil, err
	}
	return Grants(g).Shut(r), nil
}
