package staff

import (
	"context"
	"slices"

	"kontor/domain/account"
	"kontor/domain/ids"
)

// Person is what the assignment of work needs to know of a staff member.
type Person struct {
	ID        ids.ID
	Name      string
	Owner     bool
	Enabled   bool
	Available bool
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

// Rosters returns the people and teams of several accounts, with one statement per table: intake assigns the tasks of a
// batch that mixes accounts.
func (s *Service) Rosters(ctx context.Context, accounts []account.ID) (map[account.ID]Roster, error) {
	accounts = slices.Clone(accounts)
	slices.SortFunc(accounts, func(a, b account.ID) int { return slices.Compare(a[:], b[:]) })
	people, teams, members, err := s.rosterRows(ctx, slices.Compact(accounts))
	if err != nil {
		return nil, err
	}
	all := make(map[account.ID]Roster, len(accounts))
	for _, m := range people {
		r := all[m.AccountID]
		r.People = append(r.People, Person{
			ID: m.ID, Name: m.Name, Owner: m.Role == account.Owner, Enabled: m.DisabledAt == nil, Available: m.Available,
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
