package outbound

import (
	"context"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// learn keeps a refusal, or counts it once more.
func (s store) learn(ctx context.Context, r Refusal) error {
	r.Times = 1
	_, err := s.db.Exec(ctx, `INSERT INTO learned_refusals
		(account_id, channel_id, whose, file_type, reason, code, subcode, times, learned_at, expires_at)
		SELECT account_id, channel_id, whose, file_type, reason, code, subcode, times, learned_at, expires_at FROM ? WHERE true
		ON CONFLICT (account_id, channel_id, whose, file_type) DO UPDATE SET times = learned_refusals.times + 1,
		reason = excluded.reason, code = excluded.code, subcode = excluded.subcode,
		learned_at = excluded.learned_at, expires_at = excluded.expires_at`, storage.Rows([]Refusal{r}))
	return err
}

// forget drops a refusal of a person's, and with it everybody's.
func (s store) forget(ctx context.Context, r Refusal) error {
	return storage.Translate(s.db.Of(ctx, r.AccountID).
		Where("channel_id = ? AND file_type = ? AND whose IN ?", r.ChannelID, r.FileType, []string{"", r.Whose}).
		Delete(&Refusal{}).Error)
}

// refusedPeople counts of how many people the same is known.
func (s store) refusedPeople(ctx context.Context, r Refusal) (int64, error) {
	n := int64(0)
	err := s.db.Of(ctx, r.AccountID).Model(&Refusal{}).
		Where("channel_id = ? AND file_type = ? AND whose <> '' AND expires_at > ?", r.ChannelID, r.FileType, r.LearnedAt).
		Count(&n).Error
	return n, storage.Translate(err)
}

// refused returns what is known of a person and of everybody, by type, the person's own first.
func (s store) refused(ctx context.Context, a account.ID, channelID, identity ids.ID, now time.Time) ([]Refusal, error) {
	var rows []Refusal
	err := s.db.Of(ctx, a).
		Where("channel_id = ? AND whose IN ? AND expires_at > ?", channelID, []string{"", identity.String()}, now).
		Order("file_type, whose DESC").Find(&rows).Error
	return rows, storage.Translate(err)
}

// keepFile notes by what the platform keeps a file.
func (s store) keepFile(ctx context.Context, f PlatformFile) error {
	_, err := s.db.Exec(ctx, `INSERT INTO platform_files (account_id, channel_id, sha256, file_type, external_id, expires_at)
		SELECT account_id, channel_id, sha256, file_type, external_id, expires_at FROM ? WHERE true
		ON CONFLICT (account_id, channel_id, sha256, file_type) DO UPDATE SET external_id = excluded.external_id,
		expires_at = excluded.expires_at`, storage.Rows([]PlatformFile{f}))
	return err
}

func (s store) dropFile(ctx context.Context, f PlatformFile) error {
	return storage.Translate(s.file(ctx, f).Delete(&PlatformFile{}).Error)
}

// fileID is by what the platform keeps a file at a time; empty when it does not.
func (s store) fileID(ctx context.Context, f PlatformFile, now time.Time) (string, error) {
	var rows []PlatformFile
	err := s.file(ctx, f).Where("expires_at > ?", now).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", storage.Translate(err)
	}
	return rows[0].ExternalID, nil
}

func (s store) file(ctx context.Context, f PlatformFile) *gorm.DB {
	return s.db.Of(ctx, f.AccountID).
		Where("channel_id = ? AND sha256 = ? AND file_type = ?", f.ChannelID, f.SHA256, f.FileType)
}

// prune drops what has expired, of all accounts.
func prune(ctx context.Context, every storage.Everywhere, now time.Time) error {
	for _, table := range []string{"platform_files", "learned_refusals"} {
		if _, err := every.Exec(ctx, "DELETE FROM "+table+" WHERE expires_at <= ?", now); err != nil {
			return err
		}
	}
	return nil
}
