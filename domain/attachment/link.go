package attachment

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/secret"
)

// Link is a public address of one file, for somebody whom the file itself cannot be sent to. Whoever has it has the file,
// until it expires or somebody takes it back. The address is random; the row knows its hash, and the address itself only
// sealed, for the message that carries it.
type Link struct {
	TokenHash    []byte `gorm:"primaryKey"`
	AccountID    account.ID
	AttachmentID ids.ID
	Sealed       []byte
	CreatedBy    *ids.ID
	CreatedAt    time.Time
	ExpiresAt    time.Time
	RevokedAt    *time.Time
	Opened       int64
	LastOpenedAt *time.Time
}

// TableName names the table.
func (Link) TableName() string { return "file_links" }

// LinkLasts is how long a link can be opened after it was sent.
const LinkLasts = 7 * 24 * time.Hour

// Live tells whether the link leads to the file at a time.
func (l Link) Live(now time.Time) bool { return l.RevokedAt == nil && l.ExpiresAt.After(now) }

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func (l Link) place() secret.Place {
	return secret.Place{Account: l.AccountID, Table: "file_links", Row: l.AttachmentID, Column: "sealed"}
}

// MakeLink makes the public link of a file, in the context's transaction. A file that has one keeps it. Members may.
func (s *Service) MakeLink(ctx context.Context, by account.Actor, id ids.ID) error {
	row, err := s.store.get(ctx, by.AccountID, id)
	if err != nil {
		return err
	}
	token, now := rand.Text(), s.Clock.Now()
	l := Link{
		TokenHash: hashOf(token), AccountID: by.AccountID, AttachmentID: id, CreatedBy: ids.Ptr(by.StaffID), CreatedAt: now,
		ExpiresAt: now.Add(LinkLasts),
	}
	if l.Sealed, err = s.Box.Seal(secret.New(token), l.place()); err != nil {
		return err
	}
	made, err := s.store.insertLink(ctx, l)
	if err != nil || !made {
		return err
	}
	return s.Audit.Record(ctx, by.Entry("attachment.linked", "attachment", id, map[string]any{
		"name": row.Name, "expires_at": l.ExpiresAt,
	}))
}

// Address returns the address of a file's link, whether or not it still leads anywhere.
func (s *Service) Address(ctx context.Context, a account.ID, id ids.ID) (string, error) {
	l, err := s.store.link(ctx, a, id)
	if err != nil {
		return "", err
	}
	token, err := s.Box.Open(l.Sealed, l.place())
	return s.LinkURL(token.Reveal()), err
}

// Renew lets a link's time begin anew, because only now it is sent; false when it was taken back.
func (s *Service) Renew(ctx context.Context, a account.ID, id ids.ID) (bool, error) {
	l, err := s.store.link(ctx, a, id)
	if err != nil || l.RevokedAt != nil {
		return false, err
	}
	l.ExpiresAt = s.Clock.Now().Add(LinkLasts)
	return true, s.store.updateLink(ctx, l, "expires_at")
}

// Revoke takes a file's link back. Members may.
func (s *Service) Revoke(ctx context.Context, by account.Actor, id ids.ID) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		l, err := s.store.link(ctx, by.AccountID, id)
		if err != nil || l.RevokedAt != nil {
			return err
		}
		now := s.Clock.Now()
		l.RevokedAt = &now
		if err := s.store.updateLink(ctx, l, "revoked_at"); err != nil {
			return err
		}
		return s.Audit.Record(ctx, by.Entry("attachment.link_revoked", "attachment", id, nil))
	})
}

// Links returns the links of files of one account, by file; files without one are missing.
func (s *Service) Links(ctx context.Context, a account.ID, list []ids.ID) (map[ids.ID]Link, error) {
	rows, err := s.store.links(ctx, a, list)
	found := make(map[ids.ID]Link, len(rows))
	for _, l := range rows {
		found[l.AttachmentID] = l
	}
	return found, err
}

// Follow returns the file that a link leads to, and counts that it was opened. What does not exist, has expired or was taken
// back is NotFound, all the same.
func (s *Service) Follow(ctx context.Context, token string) (Attachment, error) {
	missing := errs.Missing("file_link")
	l, err := s.store.linkOf(ctx, hashOf(token))
	if err != nil {
		return Attachment{}, err
	}
	now := s.Clock.Now()
	if !l.Live(now) {
		return Attachment{}, missing
	}
	row, err := s.store.get(ctx, l.AccountID, l.AttachmentID)
	if errs.KindOf(err) == errs.NotFound || err == nil && row.State != Stored {
		return row, missing
	}
	if err != nil {
		return row, err
	}
	return row, s.store.opened(ctx, l, now)
}
