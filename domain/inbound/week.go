package inbound

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/templates"
)

// Coming is who gets the tasks of a channel in each hour of the week, in the account's time zone.
type Coming struct {
	Zone   string
	Hours  [templates.Week]templates.Hour
	People staff.Roster
}

// Week says who would get the messages to a channel through the week if an object template were in force. Somebody counts as
// available in an hour when they work from its beginning to its end. Owners and admins may ask.
func (s *Service) Week(ctx context.Context, by account.Actor, channelID ids.ID, o templates.Object) (Coming, error) {
	if err := by.Require(account.Admin); err != nil {
		return Coming{}, err
	}
	c, err := s.triedChannel(ctx, by.AccountID, channelID)
	if err != nil {
		return Coming{}, err
	}
	if err := s.Templates.CheckObject(ctx, by.AccountID, o, "body.draft."); err != nil {
		return Coming{}, err
	}
	return s.coming(ctx, by.AccountID, c, o)
}

func (s *Service) coming(ctx context.Context, a account.ID, c channel.Channel, o templates.Object) (Coming, error) {
	at, err := s.Accounts.Get(ctx, a)
	if err != nil {
		return Coming{}, err
	}
	people, err := s.Staff.Roster(ctx, a)
	if err != nil {
		return Coming{}, err
	}
	zone := at.Zone()
	monday := mondayOf(s.Clock.Now().In(zone))
	p := &planner{Service: s}
	chain := p.chain(c, rosterOf(people), o)
	hours := templates.WeekOf(chain, func(hour int) *templates.Roster {
		begin := monday.Add(time.Duration(hour) * time.Hour)
		then := people
		then.People = slices.Clone(people.People)
		for i, m := range then.People {
			m.Hours.Holidays = nil // it is a week like any other
			then.People[i].Available = m.Present && m.Hours.At(begin) && m.Hours.At(begin.Add(time.Hour-time.Minute))
		}
		return rosterOf(then).Roster
	})
	return Coming{Zone: zone.String(), Hours: hours, People: people}, nil
}

// mondayOf returns the midnight with which a week began.
func mondayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 0, 0, 0, 0, t.Location())
}
