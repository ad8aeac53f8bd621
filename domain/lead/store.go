package lead

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

// external names leads and forms by the platform's ids.
type external struct {
	AccountID  account.ID
	ChannelID  ids.ID
	ExternalID string
}

func (l Lead) external() external { return external{l.AccountID, l.ChannelID, l.ExternalID} }

// TableName names the table that leads are looked up in.
func (external) TableName() string { return "leads" }

// everything is every column of a lead, for what a statement gives back.
var everything = []string{ //nolint:gochecknoglobals // a constant list
	"account_id", "id", "channel_id", "external_id", "form_id", "event_id", "task_id", "contact_id", "state", "lead", "ad_id",
	"ad_set_id", "campaign_id", "test", "recovered", "problem", "unmapped", "filled", "submitted_at", "read_at", "created_at",
	"updated_at",
}

// lock reads leads and keeps others from changing them until the transaction ends: whoever brings answers waits for whoever
// decides to do without them, and the other way round.
func (s store) lock(ctx context.Context, keys []external) ([]Lead, error) {
	var rows []Lead
	_, err := storage.UpdateMany(ctx, s.db, keys, storage.Update{
		Match: []string{"account_id", "channel_id", "external_id"}, Key: []string{"account_id", "id"},
		Also: "updated_at = t.updated_at", Back: everything, Into: &rows,
	})
	return rows, err
}

func (s store) byKeys(ctx context.Context, keys []external) ([]Lead, error) {
	return storage.SelectMany[Lead](ctx, s.db, keys, "account_id", "channel_id", "external_id")
}

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Lead, error) {
	var l Lead
	return l, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&l).Error, "lead")
}

func (s store) ofTask(ctx context.Context, a account.ID, task ids.ID) ([]Lead, error) {
	var rows []Lead
	err := s.db.Of(ctx, a).Where("task_id = ?", task).Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) save(ctx context.Context, rows []Lead, columns ...string) error {
	_, err := storage.UpdateMany(ctx, s.db, rows, storage.Update{
		Match: []string{"account_id", "id"}, Set: append(columns, "updated_at"),
	})
	return err
}

// waiting returns leads of a channel whose answers are not here yet.
func (s store) waiting(ctx context.Context, a account.ID, channelID ids.ID, limit int) ([]Lead, error) {
	var rows []Lead
	err := s.db.Of(ctx, a).Where("channel_id = ? AND state = ?", channelID, Waiting).Order("id").Limit(limit).Find(&rows).Error
	return rows, storage.Translate(err)
}

// after returns the leads of a form that have become something, after a lead.
func (s store) after(ctx context.Context, f Form, id ids.ID, limit int) ([]Lead, error) {
	var rows []Lead
	err := s.db.Of(ctx, f.AccountID).Where("form_id = ? AND id > ? AND state = ? AND task_id IS NOT NULL", f.ID, id, Read).
		Order("id").Limit(limit).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) form(ctx context.Context, a account.ID, id ids.ID) (Form, error) {
	var f Form
	return f, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&f).Error, "lead_form")
}

// lockForm reads a form and keeps others from changing it until the transaction ends.
func (s store) lockForm(ctx context.Context, a account.ID, id ids.ID) (Form, error) {
	var f Form
	q := s.db.Of(ctx, a).Where("id = ?", id).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	return f, storage.Found(q.Take(&f).Error, "lead_form")
}

func (s store) forms(ctx context.Context, a account.ID, channelID ids.ID, p storage.Page) ([]Form, string, error) {
	byName := storage.Order{Column: "name"}
	q, err := storage.Keyset(s.db.Of(ctx, a).Where("channel_id = ?", channelID), byName, p)
	if err != nil {
		return nil, "", err
	}
	var rows []Form
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, byName, p, func(f Form) (any, ids.ID) { return f.Name, f.ID })
	return rows, next, nil
}

func (s store) allForms(ctx context.Context, a account.ID, channelID ids.ID) ([]Form, error) {
	var rows []Form
	err := s.db.Of(ctx, a).Where("channel_id = ?", channelID).Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}

// maxNaming is how many forms are named that use a template; who looks for more finds them in the channel.
const maxNaming = 50

// naming returns the forms that name a template.
func (s store) naming(ctx context.Context, a account.ID, template ids.ID) ([]Form, error) {
	var rows []Form
	err := s.db.Of(ctx, a).Where("(object_template_id = ? OR contact_template_id = ?)", template, template).
		Order("name, id").Limit(maxNaming).Find(&rows).Error
	return rows, storage.Translate(err)
}

// formKey finds forms by the platform's ids.
type formKey external

// TableName names the table.
func (formKey) TableName() string { return "lead_forms" }

func (s store) formsByKeys(ctx context.Context, keys []formKey) ([]Form, error) {
	return storage.SelectMany[Form](ctx, s.db, keys, "account_id", "channel_id", "external_id")
}

func (s store) formsByIDs(ctx context.Context, keys []formID) ([]Form, error) {
	return storage.SelectMany[Form](ctx, s.db, keys, "account_id", "id")
}

// formID finds forms by our ids.
type formID struct {
	AccountID account.ID
	ID        ids.ID
}

// TableName names the table.
func (formID) TableName() string { return "lead_forms" }

func (s store) updateForm(ctx context.Context, f *Form, columns ...string) error {
	return storage.Translate(s.db.Of(ctx, f.AccountID).Model(&Form{}).Where("id = ?", f.ID).
		Select(append(columns, "updated_at")).Updates(f).Error)
}

// channel returns what is known of a channel's leads; an empty row when nothing is.
func (s store) channel(ctx context.Context, a account.ID, id ids.ID) (Channel, error) {
	rows := []Channel{}
	err := s.db.Of(ctx, a).Where("channel_id = ?", id).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return Channel{AccountID: a, ChannelID: id}, storage.Translate(err)
	}
	return rows[0], nil
}

// saveChannel writes some columns of what is known of a channel's leads.
func (s store) saveChannel(ctx context.Context, c Channel, columns ...string) error {
	written, err := storage.InsertMany(ctx, s.db, []Channel{c})
	if err != nil || written[0] {
		return err
	}
	return storage.Translate(s.db.Of(ctx, c.AccountID).Model(&Channel{}).Where("channel_id = ?", c.ChannelID).
		Select(columns).Updates(&c).Error)
}

// pause makes all reading of a channel's leads wait; it never shortens a longer pause.
func (s store) pause(ctx context.Context, c Channel, until time.Time) error {
	if c.PausedUntil != nil && c.PausedUntil.After(until) {
		return nil
	}
	c.PausedUntil = &until
	return s.saveChannel(ctx, c, "paused_until")
}
