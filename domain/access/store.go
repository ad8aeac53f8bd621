package access

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

// of returns what was given on channels of one account; on all of them when none is named.
func (s store) of(ctx context.Context, a account.ID, channels ...ids.ID) ([]Grant, error) {
	q := s.db.Of(ctx, a)
	if len(channels) > 0 {
		q = q.Where("channel_id IN ?", channels)
	}
	var rows []Grant
	return rows, storage.Translate(q.Order("channel_id, party, party_id").Find(&rows).Error)
}

// concerning is a grant that speaks for somebody, with whether they are in any team.
type concerning struct {
	ChannelID ids.ID
	Party     Party
	Role      Role
	InTeam    bool
}

// concerning returns what was given to a staff member, to their teams and to everybody.
func (s store) concerning(ctx context.Context, who account.Actor) ([]concerning, error) {
	var rows []concerning
	err := s.db.Select(ctx, &rows, `SELECT x.channel_id, x.party, x.role,
		EXISTS (SELECT 1 FROM team_members AS m WHERE m.account_id = x.account_id AND m.staff_id = ?) AS in_team
		FROM channel_access AS x WHERE x.account_id = ? AND (x.party IN ('all_staff', 'all_teams')
			OR x.party = 'staff' AND x.party_id = ?
			OR x.party = 'team' AND x.party_id IN (SELECT team_id FROM team_members WHERE account_id = ? AND staff_id = ?))`,
		who.StaffID, who.AccountID, who.StaffID, who.AccountID, who.StaffID)
	return rows, err
}

// replace writes all that is given on a channel.
func (s store) replace(ctx context.Context, a account.ID, channel ids.ID, rows []Grant) error {
	if err := s.db.Of(ctx, a).Where("channel_id = ?", channel).Delete(&Grant{}).Error; err != nil {
		return storage.Translate(err)
	}
	_, err := storage.InsertMany(ctx, s.db, rows)
	return err
}
