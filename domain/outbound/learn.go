package outbound

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Refusal is what the platform has taught us: it does not deliver files of a type to a person, or to nobody of a page. The
// rules behind it (of regions, of accounts) it does not publish and does change, so that it is believed for a while only, and
// no longer than until it is seen to be wrong.
type Refusal struct {
	AccountID account.ID       `gorm:"primaryKey"`
	ChannelID ids.ID           `gorm:"primaryKey"`
	Whose     string           `gorm:"primaryKey"` // an identity; empty: everybody's
	FileType  channel.FileType `gorm:"primaryKey"`
	Reason    string
	Code      int
	Subcode   int
	Times     int64
	LearnedAt time.Time
	ExpiresAt time.Time
}

// TableName names the table.
func (Refusal) TableName() string { return "learned_refusals" }

const (
	// believed is how long a refusal is expected to come again.
	believed = 30 * 24 * time.Hour
	// enough is of how many people's refusals everybody's are expected.
	enough = 3
)

// learn draws from an answer what it says of later messages with a file: that the platform refuses its type, or delivers it
// after all; that it keeps the file now, or does no longer.
func (s *Service) learn(ctx context.Context, m Message, sent channel.Sent, f *channel.Failure) error {
	if m.AttachmentID == nil || m.AsLink || f != nil && !f.Refuses && !f.FileGone {
		return nil
	}
	a, err := s.Attachments.Get(ctx, m.AccountID, *m.AttachmentID)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	kept := PlatformFile{
		AccountID: m.AccountID, ChannelID: m.ChannelID, SHA256: a.SHA256, FileType: a.Type, ExternalID: sent.FileID,
		ExpiresAt: sent.FileUntil,
	}
	switch {
	case f != nil && f.FileGone:
		err = s.store.dropFile(ctx, kept)
	case f == nil && sent.FileID != "":
		err = s.store.keepFile(ctx, kept)
	}
	if err != nil || m.IdentityID == nil || f != nil && !f.Refuses {
		return err
	}
	return s.learnOf(ctx, m, a.Type, f)
}

// learnOf keeps that files of a type were refused to a person, or forgets it.
func (s *Service) learnOf(ctx context.Context, m Message, files channel.FileType, f *channel.Failure) error {
	now := s.Clock.Now()
	r := Refusal{
		AccountID: m.AccountID, ChannelID: m.ChannelID, Whose: m.IdentityID.String(), FileType: files, LearnedAt: now,
		ExpiresAt: now.Add(believed),
	}
	if f == nil {
		return s.store.forget(ctx, r)
	}
	r.Reason, r.Code, r.Subcode = f.Reason, f.Code, f.Subcode
	if err := s.store.learn(ctx, r); err != nil {
		return err
	}
	people, err := s.store.refusedPeople(ctx, r)
	if err != nil || people < enough {
		return err
	}
	r.Whose = ""
	return s.store.learn(ctx, r)
}

// PlatformFile is a file that the platform keeps for a channel: the same file need not be uploaded to it again.
type PlatformFile struct {
	AccountID  account.ID       `gorm:"primaryKey"`
	ChannelID  ids.ID           `gorm:"primaryKey"`
	SHA256     string           `gorm:"primaryKey;column:sha256"`
	FileType   channel.FileType `gorm:"primaryKey"`
	ExternalID string
	ExpiresAt  time.Time
}

// TableName names the table.
func (PlatformFile) TableName() string { return "platform_files" }

// RefusedIn returns what the platform is expected to refuse in a conversation, by what it refused before.
func (s *Service) RefusedIn(ctx context.Context, a account.ID, conversation ids.ID) ([]Refusal, error) {
	conv, err := s.Conversations.Get(ctx, a, conversation)
	if err != nil || conv.IdentityID == nil {
		return nil, err
	}
	rows, err := s.store.refused(ctx, a, conv.ChannelID, *conv.IdentityID, s.Clock.Now())
	var found []Refusal
	for _, r := range rows { // the person's own stands before everybody's
		if len(found) == 0 || found[len(found)-1].FileType != r.FileType {
			found = append(found, r)
		}
	}
	return found, err
}

// Prune drops what was learned and is no longer believed.
func (s *Service) Prune(ctx context.Context) error { return prune(ctx, s.Every, s.Clock.Now()) }

// Alternatives are ways around a refusal that have a good chance, the better first.
func (r Refusal) Alternatives() []string {
	if r.FileType == channel.Image {
		return []string{"link"}
	}
	return []string{"image", "link"}
}

// asLink makes the message a text with the file's name and its public address.
func (s *Service) asLink(ctx context.Context, m Message, out channel.Outgoing) (channel.Outgoing, error) {
	a, err := s.Attachments.Get(ctx, m.AccountID, *m.AttachmentID)
	if err != nil {
		return out, err
	}
	address, err := s.Attachments.Address(ctx, m.AccountID, a.ID)
	out.Text = a.Name + "\n" + address
	return out, err
}
