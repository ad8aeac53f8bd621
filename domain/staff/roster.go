package staff

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/templates"
)

// Person is what the assignment of work needs to know of a staff member.
type Person struct {
	ID        ids.ID
	Name      string
	Role      account.Role
	Owner     bool
	Enabled   bool
	Available bool            // now, by what they say and by their hours
	Present   bool            // they say they are available
	Hours     templates.Hours // when they work, with all that the account adds to it
}

// Group is what the assignment of work needs to know of a team.
type Group struct {
	ID        ids.ID
	Name      string
	MemberIDs []ids.ID
}

// Roster is an account's people, the oldest first, and its teams. How much work each has is for the caller to add.
type Roster struct {
	People []Person
	Teams  []Group
}

// Name returns the name of a person or a team; empty for nobody.
func (r Roster) Name(id ids.ID) string {
	for _, p := range r.People {
		if p.ID == id {
			return p.Name
		}
	}
	for _, g := range r.Teams {
		if g.ID == id {
			return g.Name
		}
	}
	return ""
}

// Roster returns the people and teams of one account.
func (s *Service) Roster(ctx context.Context, id account.ID) (Roster, error) {
	all, err := s.Rosters(ctx, []account.ID{id})
	return all[id], err
}

// Named is a staff member or a team with its name.
type Named struct {
	ID   ids.ID
	Team bool
	Name string
}

// Rosters returns the people and teams of several accounts, with one statement per table: intake assigns the tasks of a
// batch that mixes accounts.
func (s *Service) Rosters(ctx context.Context, accounts []account.ID) (map[account.ID]Roster, error) {
	accounts = slices.Clone(accounts)
	slices.SortFunc(accounts, func(a, b account.ID) int { return slices.Compare(a[:], b[:]) })
	people, teams, members, err := s.rosterRows(ctx, slices.Compact(accounts))
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	places, err := s.places(ctx, people, now)
	if err != nil {
		return nil, err
	}
	all := make(map[account.ID]Roster, len(accounts))
	for _, m := range people {
		m.back(now)
		r, in := all[m.AccountID], places[m.AccountID]
		hours := in.HoursOf(m.WorkingHours)
		r.People = append(r.People, Person{
			ID: m.ID, Name: m.Name, Role: m.Role, Owner: m.Role == account.Owner, Enabled: m.DisabledAt == nil,
			Present: m.Available, Available: m.Available && hours.At(in.now), Hours: hours,
		})
		all[m.AccountID] = r
	}
	of := map[ids.ID][]ids.ID{}
	for _, m := range members {
		of[m.TeamID] = append(of[m.TeamID], m.StaffID)
	}
	for _, t := range teams {
		r := all[t.AccountID]
		r.Teams = append(r.Teams, Group{ID: t.ID, Name: t.Name, MemberIDs: of[t.ID]})
		all[t.AccountID] = r
	}
	return all, nil
}

// place is where somebody works who has hours of their own, and what time it is there.
type place struct {
	account.Account
	now time.Time
}

// places returns the accounts of people who have hours of their own: nobody else's are needed to tell whether they are there.
func (s *Service) places(ctx context.Context, people []Staff, now time.Time) (map[account.ID]place, error) {
	var wanted []account.ID
	for _, m := range people {
		if !m.WorkingHours.Always() && !slices.Contains(wanted, m.AccountID) {
			wanted = append(wanted, m.AccountID)
		}
	}
	found, err := s.Accounts.ByIDs(ctx, wanted)
	all := make(map[account.ID]place, len(found))
	for id, a := range found {
		all[id] = place{a, now.In(a.Zone())}
	}
	return all, err
}
