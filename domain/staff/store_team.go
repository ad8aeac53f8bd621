package staff

import (
	"context"
	"errors"
	"slices"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// member is a staff member's place in a team.
type member struct {
	AccountID account.ID `gorm:"primaryKey"`
	TeamID    ids.ID     `gorm:"primaryKey"`
	StaffID   ids.ID     `gorm:"primaryKey"`
}

// TableName names the table.
func (member) TableName() string { return "team_members" }

func (s *Service) listTeams(ctx context.Context, id account.ID, p storage.Page) ([]Team, string, error) {
	order := storage.Order{Column: "name"}
	q, err := storage.Keyset(s.DB.Of(ctx, id), order, p)
	if err != nil {
		return nil, "", err
	}
	found := []Team{}
	if err := q.Find(&found).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	found, next := storage.Cut(found, order, p, func(t Team) (any, ids.ID) { return t.Name, t.ID })
	return found, next, s.withMembers(ctx, id, found)
}

func (s *Service) findTeam(ctx context.Context, id account.ID, teamID ids.ID) (Team, error) {
	var found []Team
	if err := s.DB.Of(ctx, id).Where("id = ?", teamID).Find(&found).Error; err != nil {
		return Team{}, storage.Translate(err)
	}
	if len(found) == 0 {
		return Team{}, errs.Missing("team")
	}
	err := s.withMembers(ctx, id, found)
	return found[0], err
}

func (s *Service) withMembers(ctx context.Context, id account.ID, teams []Team) error {
	at := make(map[ids.ID]int, len(teams))
	teamIDs := make([]ids.ID, len(teams))
	for i := range teams {
		at[teams[i].ID], teamIDs[i], teams[i].MemberIDs = i, teams[i].ID, []ids.ID{}
	}
	var members []member
	err := s.DB.Of(ctx, id).Where(storage.Among("team_id", teamIDs)).Order("staff_id").Find(&members).Error
	for _, m := range members {
		t := &teams[at[m.TeamID]]
		t.MemberIDs = append(t.MemberIDs, m.StaffID)
	}
	return storage.Translate(err)
}

// insertTeam tells whether the name was free.
func (s *Service) insertTeam(ctx context.Context, t Team) (bool, error) {
	written, err := storage.InsertMany(ctx, s.DB, []Team{t})
	return err == nil && written[0], err
}

// saveTeam tells whether the name was free. It ends the transaction when it was not.
func (s *Service) saveTeam(ctx context.Context, t Team) (bool, error) {
	t.UpdatedAt = s.Clock.Now()
	err := storage.Translate(s.DB.Of(ctx, t.AccountID).Model(&Team{}).Where("id = ?", t.ID).
		Select("name", "updated_at").Updates(&t).Error)
	if errors.Is(err, storage.ErrDuplicate) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) setMembers(ctx context.Context, t Team) error {
	if err := s.DB.Of(ctx, t.AccountID).Where("team_id = ?", t.ID).Delete(&member{}).Error; err != nil {
		return storage.Translate(err)
	}
	rows := make([]member, len(t.MemberIDs))
	for i, id := range t.MemberIDs {
		rows[i] = member{t.AccountID, t.ID, id}
	}
	_, err := storage.InsertMany(ctx, s.DB, rows)
	return err
}

func (s *Service) removeTeam(ctx context.Context, t Team) error {
	return storage.Translate(s.DB.Of(ctx, t.AccountID).Where("id = ?", t.ID).Delete(&Team{}).Error)
}

// among returns those of the ids that are staff of the account, in order and each once.
func (s *Service) among(ctx context.Context, id account.ID, given []ids.ID) ([]ids.ID, error) {
	known := []ids.ID{}
	if len(given) == 0 {
		return known, nil
	}
	err := s.DB.Of(ctx, id).Model(&Staff{}).Where(storage.Among("id", given)).Order("id").Pluck("id", &known).Error
	return known, storage.Translate(err)
}

// rosterRows returns the rows of several accounts, each table in the order of its ids.
func (s *Service) rosterRows(ctx context.Context, accounts []account.ID) ([]Staff, []Team, []member, error) {
	wanted := make([]Staff, len(accounts))
	for i, id := range accounts {
		wanted[i].AccountID = id
	}
	people, err := storage.SelectMany[Staff](ctx, s.DB, wanted, "account_id")
	if err != nil {
		return nil, nil, nil, err
	}
	teams, err := storage.SelectMany[Team](ctx, s.DB, wanted, "account_id")
	if err != nil {
		return nil, nil, nil, err
	}
	members, err := storage.SelectMany[member](ctx, s.DB, wanted, "account_id")
	if err != nil {
		return nil, nil, nil, err
	}
	slices.SortFunc(people, func(a, b Staff) int { return slices.Compare(a.ID[:], b.ID[:]) })
	slices.SortFunc(teams, func(a, b Team) int { return slices.Compare(a.ID[:], b.ID[:]) })
	slices.SortFunc(members, func(a, b member) int { return slices.Compare(a.StaffID[:], b.StaffID[:]) })
	return people, teams, members, nil
}
