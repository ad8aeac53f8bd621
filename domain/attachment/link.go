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

// Shared is what somebody outside sees of a file by its link.
type Shared struct {
	Link  Link
	File  Attachment // of a link that has not ended
	Ended End
}

// End is why a link leads nowhere any more; empty while it does.
type End string

// The ends.
const (
	LinkExpired End = "expired"
	LinkRevoked End = "revoked"
	LinkEmpty   End = "gone" // the file is not here any more
)

// Look returns what a link leads to, or why it does no longer. A link that never was is NotFound.
func (s *Service) Look(ctx context.Context, token string) (shared Shared, err error) {
	if shared.Link, err = s.store.linkOf(ctx, hashOf(token)); err != nil {
		return shared, err
	}
	switch l := shared.Link; {
	case l.RevokedAt != nil:
		shared.Ended = LinkRevoked
		return shared, nil
	case !l.Live(s.Clock.Now()):
		shared.Ended = LinkExpired
		return shared, nil
	}
	row, err := s.store.get(ctx, shared.Link.AccountID, shared.Link.AttachmentID)
	if errs.KindOf(err) == errs.NotFound || err == nil && row.State != Stored {
		shared.Ended = LinkEmpty
		return shared, nil
	}
	shared.File = row
	return shared, err
}

// Fetched counts that a file was fetched by its link.
func (s *Service) Fetched(ctx context.Context, shared Shared) error {
	return s.store.opened(ctx, shared.Link, s.Clock.Now())
}
