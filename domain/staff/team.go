package staff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Team is a group of staff that tasks can be assigned to.
type Team struct {
	AccountID account.ID `gorm:"primaryKey" json:"-"`
	ID        ids.ID     `gorm:"primaryKey" json:"id"`
	Name      string     `json:"name"`
	MemberIDs []ids.ID   `gorm:"-" json:"member_ids"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
}

// TableName names the table.
func (Team) TableName() string { return "teams" }

// TeamChange says what to change of a team; nil leaves it as it is.
type TeamChange struct {
	Name      *string
	MemberIDs *[]ids.ID
}

// MaxTeam is the largest number of members.
const MaxTeam = 500

// ListTeams returns a page of the account's teams by name.
func (s *Service) ListTeams(ctx context.Context, who account.Actor, p storage.Page) ([]Team, string, error) {
	return s.listTeams(ctx, who.AccountID, p)
}

// GetTeam returns a team; NotFound when the account has none of that id.
func (s *Service) GetTeam(ctx context.Context, who account.Actor, id ids.ID) (Team, error) {
	return s.findTeam(ctx, who.AccountID, id)
}

// CreateTeam makes a team. It takes an admin; Conflict when the name is taken.
func (s *Service) CreateTeam(ctx context.Context, who account.Actor, name string, members []ids.ID) (Team, error) {
	now := s.Clock.Now()
	t := Team{AccountID: who.AccountID, ID: ids.New(), CreatedAt: now, UpdatedAt: now}
	err := s.changeTeam(ctx, who, "team.created", &t, TeamChange{Name: &name, MemberIDs: &members}, s.insertTeam)
	return t, err
}

// UpdateTeam changes a team's name or members. It takes an admin; Conflict when the name is taken.
func (s *Service) UpdateTeam(ctx context.Context, who account.Actor, id ids.ID, c TeamChange) (Team, error) {
	var t Team
	err := s.DB.Tx(ctx, func(ctx context.Context) (err error) {
		if t, err = s.findTeam(ctx, who.AccountID, id); err != nil {
			return err
		}
		return s.changeTeam(ctx, who, "team.changed", &t, c, s.saveTeam)
	})
	return t, err
}

// DeleteTeam removes a team; its members stay, and what was assigned to it falls to the next in the assignee chain. It
// takes an admin.
func (s *Service) DeleteTeam(ctx context.Context, who account.Actor, id ids.ID) error {
	if err := who.Require(account.Admin); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		t, err := s.findTeam(ctx, who.AccountID, id)
		if err != nil {
			return err
		}
		if err := s.removeTeam(ctx, t); err != nil {
			return err
		}
		return s.recordTeam(ctx, who, "team.deleted", t, map[string]any{"name": t.Name})
	})
}

// changeTeam checks a change, writes the team's row by write and then its members.
func (s *Service) changeTeam(
	ctx context.Context, who account.Actor, action string, t *Team, c TeamChange,
	write func(context.Context, Team) (free bool, err error),
) error {
	if err := who.Require(account.Admin); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		was := *t
		if err := s.applyTeam(ctx, t, c); err != nil {
			return err
		}
		details := audit.Changed(map[string][2]any{"name": {was.Name, t.Name}, "member_ids": {was.MemberIDs, t.MemberIDs}})
		free, err := write(ctx, *t)
		if err != nil {
			return err
		}
		if !free {
			return errs.New(errs.Conflict, "team.name_taken", "name", t.Name)
		}
		if c.MemberIDs != nil {
			if err := s.setMembers(ctx, *t); err != nil {
				return err
			}
		}
		return s.recordTeam(ctx, who, action, *t, details)
	})
}

func (s *Service) applyTeam(ctx context.Context, t *Team, c TeamChange) error {
	var problems []errs.Problem
	if c.Name != nil {
		name, wrong := account.Label("body.name", *c.Name)
		t.Name, problems = name, append(problems, wrong...)
	}
	if c.MemberIDs != nil {
		members, wrong, err := s.checkMembers(ctx, t.AccountID, *c.MemberIDs)
		if err != nil {
			return err
		}
		t.MemberIDs, problems = members, append(problems, wrong...)
	}
	return errs.Input(problems...)
}

// checkMembers returns the ids without repetition, and a problem for each that is nobody of the account.
func (s *Service) checkMembers(ctx context.Context, id account.ID, given []ids.ID) ([]ids.ID, []errs.Problem, error) {
	if len(given) > MaxTeam {
		return nil, []errs.Problem{errs.At("body.member_ids", "input.too_many", "max", MaxTeam)}, nil
	}
	known, err := s.among(ctx, id, given)
	if err != nil {
		return nil, nil, err
	}
	var problems []errs.Problem
	for i, g := range given {
		if !slices.Contains(known, g) {
			problems = append(problems, errs.At(fmt.Sprintf("body.member_ids[%d]", i), "staff.not_found"))
		}
	}
	return known, problems, nil
}

func (s *Service) recordTeam(ctx context.Context, who account.Actor, action string, t Team, details map[string]any) error {
	if err := s.Log.Record(ctx, who.Entry(action, "team", t.ID, details)); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{
		AccountID: who.AccountID, Type: feed.StaffChanged, Refs: feed.Refs{ObjectID: &t.ID},
	})
}
