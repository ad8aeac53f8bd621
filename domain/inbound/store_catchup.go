package inbound

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// reconciled is up to when a channel has been compared, and the comparison under way.
type reconciled struct {
	AccountID account.ID `gorm:"primaryKey"`
	ChannelID ids.ID     `gorm:"primaryKey"`
	Until     time.Time  // zero: it never was
	Since     *time.Time // from when to when the one under way compares; nil when there is none
	Target    *time.Time
	ReadAfter string // how far it has come, in the platform's words

	resumed bool // it was under way
}

// TableName names the table.
func (reconciled) TableName() string { return "reconciled" }

func (s store) reconciled(ctx context.Context, c channel.Channel) (reconciled, error) {
	var rows []reconciled
	err := s.db.Of(ctx, c.AccountID).Where("channel_id = ?", c.ID).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return reconciled{AccountID: c.AccountID, ChannelID: c.ID}, storage.Translate(err)
	}
	rows[0].resumed = rows[0].Since != nil && rows[0].Target != nil
	return rows[0], nil
}

// keepReconciled notes how far a comparison has come, if it still stands where it was read; errTaken otherwise.
func (s store) keepReconciled(ctx context.Context, was, r reconciled) error {
	n, err := s.every.Exec(ctx, `INSERT INTO reconciled (account_id, channel_id, until, since, target, read_after)
		VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (account_id, channel_id) DO UPDATE SET until = excluded.until, since = excluded.since,
		target = excluded.target, read_after = excluded.read_after
		WHERE reconciled.until = ? AND reconciled.read_after = ?`,
		r.AccountID, r.ChannelID, r.Until, r.Since, r.Target, r.ReadAfter, was.Until, was.ReadAfter)
	if err == nil && n == 0 {
		err = errTaken
	}
	return err
}

func (s store) addToLedger(ctx context.Context, days []Reconciliation) error {
	if len(days) == 0 {
		return nil
	}
	_, err := s.every.Exec(ctx, `INSERT INTO reconciliations
		(account_id, channel_id, day, received, recovered, unread, updated_at)
		SELECT account_id, channel_id, day, received, recovered, unread, updated_at FROM ? WHERE true ORDER BY day
		ON CONFLICT (account_id, channel_id, day) DO UPDATE SET received = reconciliations.received + excluded.received,
		recovered = reconciliations.recovered + excluded.recovered, unread = reconciliations.unread + excluded.unread,
		updated_at = excluded.updated_at`,
		storage.Rows(days, "account_id", "channel_id", "day", "received", "recovered", "unread", "updated_at"))
	return err
}

func (s store) reconciliations(ctx context.Context, c channel.Channel, n int) ([]Reconciliation, error) {
	var rows []Reconciliation
	err := s.db.Of(ctx, c.AccountID).Where("channel_id = ?", c.ID).Order("day DESC").Limit(n).Find(&rows).Error
	return rows, storage.Translate(err)
}

// recovered tells which of the items of a channel no webhook brought, by their keys.
func (s store) recovered(ctx context.Context, c channel.Channel, items []channel.Item) (map[string]bool, error) {
	keys := make([]eventKey, len(items))
	for i, item := range items {
		keys[i] = eventKey{AccountID: c.AccountID, ChannelID: c.ID, Key: bounded(channel.CleanText(item.Key))}
	}
	known, err := storage.SelectMany[eventKey](ctx, s.db, keys, "account_id", "channel_id", "key")
	if err != nil {
		return nil, err
	}
	named := map[ids.ID]string{}
	var list []ids.ID
	for _, k := range known {
		named[k.EventID] = k.Key
		list = append(list, k.EventID)
	}
	var rows []Event
	err = s.db.Of(ctx, c.AccountID).Select("id").Where("id IN ? AND recovered", list).Find(&rows).Error
	found := map[string]bool{}
	for _, e := range rows {
		found[named[e.ID]] = true
	}
	return found, storage.Translate(err)
}
