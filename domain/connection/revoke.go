package connection

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Revoked does what the platform says when a person throws Kontor out, or removes it from a page: their connections are
// lost, their tokens forgotten, and the channels that lived on them have to be connected again. What is queued stays.
func (s *Service) Revoked(ctx context.Context, r channel.Revocation) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		connections, channels, err := s.meant(ctx, r)
		if err != nil {
			return err
		}
		for _, c := range connections {
			if c.State == Lost && len(c.Credentials) == 0 {
				continue
			}
			if err := s.lose(ctx, account.SystemActor(c.AccountID), c, "delivery.login_revoked"); err != nil {
				return err
			}
		}
		reason := "delivery.deauthorized"
		if r.UserID == "" {
			reason = "delivery.page_removed"
		}
		for _, c := range channels {
			if err := s.Channels.TakeBack(ctx, c.AccountID, c.ID, reason, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// meant returns what a revocation is about, in all accounts, in an order that is always the same.
func (s *Service) meant(ctx context.Context, r channel.Revocation) ([]Connection, []channel.Channel, error) {
	connections, err := s.store.ofUser(ctx, s.Every, r.UserID)
	if err != nil {
		return nil, nil, err
	}
	connections = slices.DeleteFunc(connections, func(c Connection) bool { return !r.Meant(c.Kind, c.AuthorizedAt) })
	channels, err := s.Channels.Named(ctx, r)
	return connections, channels, err
}

// Deletion is that a person's data was erased. Of whom is not kept.
type Deletion struct {
	CodeHash    []byte `gorm:"primaryKey"`
	ID          ids.ID
	Connections int // how many of them were erased
	Channels    int // how many lost their token
	ErasedAt    time.Time
}

// TableName names the table.
func (Deletion) TableName() string { return "deletions" }

// Erase erases what is stored of a person who logged in: their connections with id, name, token and pages, and the tokens
// of the channels that came of them. What they wrote to a page as anybody may is not found by it: platforms give them
// another id there. It returns the code under which the state can be asked for.
func (s *Service) Erase(ctx context.Context, r channel.Revocation) (code string, err error) {
	r.IssuedAt, r.ExternalID = time.Time{}, "" // whatever there is by now, and no page has such a wish
	code = random()
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		d := Deletion{CodeHash: hash(code), ID: ids.New(), ErasedAt: s.Clock.Now()}
		connections, channels, err := s.meant(ctx, r)
		if err != nil {
			return err
		}
		for _, c := range connections {
			if err := s.store.delete(ctx, c); err != nil {
				return err
			}
			details := map[string]any{"kind": c.Kind, "deletion_id": d.ID}
			if err := s.changed(ctx, account.SystemActor(c.AccountID), "connection.erased", c, details); err != nil {
				return err
			}
		}
		for _, c := range channels {
			if err := s.Channels.TakeBack(ctx, c.AccountID, c.ID, "delivery.data_deleted", true); err != nil {
				return err
			}
		}
		d.Connections, d.Channels = len(connections), len(channels)
		return s.store.insertDeletion(ctx, d)
	})
	return code, err
}

// Deletion returns what became of somebody's wish, by the code they were given.
func (s *Service) Deletion(ctx context.Context, code string) (Deletion, error) {
	d, err := s.store.deletion(ctx, hash(code))
	if err == nil && d == nil {
		return Deletion{}, errs.New(errs.NotFound, "deletion.not_found")
	}
	if err != nil {
		return Deletion{}, err
	}
	return *d, nil
}
