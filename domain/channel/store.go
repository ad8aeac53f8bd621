package channel

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Channel, error) {
	var c Channel
	return c, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&c).Error, "channel")
}

func (s store) list(ctx context.Context, a account.ID, p storage.Page) ([]Channel, string, error) {
	q, err := storage.Keyset(s.db.Of(ctx, a).Where("removed_at IS NULL"), storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Channel
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(c Channel) (any, ids.ID) { return "", c.ID })
	return rows, next, nil
}

// claim makes the page the channel's; false when somebody has it, who is returned.
func (s store) claim(ctx context.Context, c Claim) (Claim, bool, error) {
	written, err := storage.InsertMany(ctx, s.db, []Claim{c})
	if err != nil || written[0] {
		return c, err == nil, err
	}
	var holder Claim
	err = s.db.Unscoped(ctx).Where("kind = ? AND external_id = ?", c.Kind, c.ExternalID).Take(&holder).Error
	return holder, false, storage.Translate(err)
}

func (s store) release(ctx context.Context, c Channel) error {
	return storage.Translate(s.db.Unscoped(ctx).
		Where("account_id = ? AND channel_id = ?", c.AccountID, c.ID).Delete(&Claim{}).Error)
}

func (s store) claims(ctx context.Context, pages []Claim) ([]Claim, error) {
	return storage.SelectMany[Claim](ctx, s.db, pages, "kind", "external_id")
}

func (s store) insert(ctx context.Context, c *Channel) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Create(c).Error)
}

// update writes the named columns.
func (s store) update(ctx context.Context, c *Channel, columns ...string) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Model(&Channel{}).Where("id = ?", c.ID).
		Select(append(columns, "updated_at")).UpdateColumns(c).Error)
}

func (s store) byKeys(ctx context.Context, keys []Key) ([]Channel, error) {
	return storage.SelectMany[Channel](ctx, s.db, keys, "account_id", "id")
}

func (s store) lockKeys(ctx context.Context, keys []Key) ([]Channel, error) {
	return storage.LockMany[Channel](ctx, s.db, keys, "account_id", "id")
}

// pause never shortens a longer pause.
func (s store) pause(ctx context.Context, a account.ID, id ids.ID, until time.Time) error {
	return storage.Translate(s.db.Of(ctx, a).Model(&Channel{}).
		Where("id = ? AND (paused_until IS NULL OR paused_until < ?)", id, until).
		Updates(map[string]any{"paused_until": until}).Error)
}

// note writes columns that nobody chose, so that the channel was not changed by it.
func (s store) note(ctx context.Context, c Channel, columns []string) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Model(&Channel{}).Where("id = ?", c.ID).
		Select(columns).Omit("updated_at").Updates(&c).Error)
}

// turn takes a channel's turn to send and names the next one; false when somebody else has taken it.
func (s store) turn(ctx context.Context, c Channel, now, next time.Time) (bool, error) {
	q := s.db.Of(ctx, c.AccountID).Model(&Channel{}).
		Where("id = ? AND (paced_until IS NULL OR paced_until <= ?)", c.ID, now).
		Updates(map[string]any{"paced_until": next})
	return q.RowsAffected > 0, storage.Translate(q.Error)
}

// throttle counts a refusal; of several that were under way at once only one.
func (s store) throttle(ctx context.Context, c Channel) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Model(&Channel{}).
		Where("id = ? AND throttles = ?", c.ID, c.Throttles).Updates(map[string]any{"throttles": c.Throttles + 1}).Error)
}

func (s store) calm(ctx context.Context, c Channel) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Model(&Channel{}).Where("id = ?", c.ID).
		Updates(map[string]any{"throttles": 0}).Error)
}

// lock reads a channel and keeps others from changing it until the transaction ends.
func (s store) lock(ctx context.Context, a account.ID, id ids.ID) (Channel, error) {
	var c Channel
	q := s.db.Of(ctx, a).Where("id = ?", id).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	return c, storage.Found(q.Take(&c).Error, "channel")
}

// Key names a channel.
type Key = storage.Key

// former returns the account's channel for a page, also a removed one, or nil.
func (s store) former(ctx context.Context, a account.ID, kind, externalID string) (*Channel, error) {
	var rows []Channel
	err := s.db.Of(ctx, a).Where("kind = ? AND external_id = ?", kind, externalID).Order("id").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, storage.Translate(err)
	}
	return &rows[0], nil
}

// all returns every channel of the account that is not removed.
func (s store) all(ctx context.Context, a account.ID) ([]Channel, error) {
	var rows []Channel
	err := s.db.Of(ctx, a).Where("removed_at IS NULL").Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}

// naming returns the channels whose settings name a template.
func (s store) naming(ctx context.Context, a account.ID, template ids.ID) ([]Channel, error) {
	all, err := s.all(ctx, a)
	var found []Channel
	for _, c := range all {
		if slices.Contains([]ids.ID{
			ids.Of(c.Settings.ObjectTemplateID), ids.Of(c.Settings.ContactTemplateID), ids.Of(c.Settings.CommentTemplateID),
		}, template) {
			found = append(found, c)
		}
	}
	return found, err
}
