package inbound

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
)

// Reconciliation says how complete what a channel was told of a day is.
type Reconciliation struct {
	AccountID account.ID `gorm:"primaryKey"`
	ChannelID ids.ID     `gorm:"primaryKey"`
	Day       string     `gorm:"primaryKey"` // in UTC, as 2026-11-26
	Received  int64      // messages, comments and leads the platform shows that had come by themselves
	Recovered int64      // those that were found by asking
	Unread    int64      // conversations in which more was said than can be read
	UpdatedAt time.Time
}

// TableName names the table.
func (Reconciliation) TableName() string { return "reconciliations" }

// Completeness is how many percent of what a day brought came by itself; nil when there were none.
func (r Reconciliation) Completeness() *float64 {
	if r.Received+r.Recovered == 0 {
		return nil
	}
	percent := 100 * float64(r.Received) / float64(r.Received+r.Recovered)
	return &percent
}

// ledgerDays is how many days the ledger shows.
const ledgerDays = 90

// Reconciliations returns the ledger of a channel, the newest day first, and up to when it has been compared.
func (s *Service) Reconciliations(ctx context.Context, a account.ID, channelID ids.ID) ([]Reconciliation, *time.Time, error) {
	c, err := s.Channels.Get(ctx, a, channelID)
	if err != nil {
		return nil, nil, err
	}
	r, err := s.store.reconciled(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	list, err := s.store.reconciliations(ctx, c, ledgerDays)
	if r.Until.IsZero() {
		return list, nil, err
	}
	return list, &r.Until, err
}

// Reckon enters items into a channel's ledger, in the context's transaction: each as received by itself, or as recovered
// if it was found by asking. Every item is to be reckoned once.
func (s *Service) Reckon(ctx context.Context, c channel.Channel, items []channel.Item) error {
	return s.reckon(ctx, c, items, nil)
}

// reckon also enters the times of conversations that could not be read to their end.
func (s *Service) reckon(ctx context.Context, c channel.Channel, items []channel.Item, unread []time.Time) error {
	if len(items)+len(unread) == 0 {
		return nil
	}
	recovered, err := s.store.recovered(ctx, c, items)
	if err != nil {
		return err
	}
	days := map[string]*Reconciliation{}
	day := func(at time.Time) *Reconciliation {
		name := at.UTC().Format(time.DateOnly)
		if days[name] == nil {
			days[name] = &Reconciliation{AccountID: c.AccountID, ChannelID: c.ID, Day: name, UpdatedAt: s.Clock.Now()}
		}
		return days[name]
	}
	for _, i := range items {
		if recovered[i.Key] {
			day(i.OccurredAt).Recovered++
		} else {
			day(i.OccurredAt).Received++
		}
	}
	for _, at := range unread {
		day(at).Unread++
	}
	var rows []Reconciliation
	for _, r := range days {
		rows = append(rows, *r)
	}
	return s.store.addToLedger(ctx, rows)
}
