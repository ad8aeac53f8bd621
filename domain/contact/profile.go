package contact

import (
	"context"
	"errors"
	"time"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
)

// ProfileQueue is the due work of fetching profiles; the key is the identity's id.
const ProfileQueue = "profile"

// ProfileFiller fills a contact from a profile by its template: only what is still empty, or what a template wrote.
type ProfileFiller interface {
	FillProfile(ctx context.Context, c Contact, channelID ids.ID, x Identity, p channel.Profile) (Contact, error)
}

func profileWork(x Identity) due.Work {
	return due.Work{AccountID: x.AccountID, Queue: ProfileQueue, Key: x.ID.String(), ChannelID: ids.Ptr(x.ChannelID)}
}

// profileTries is how often a profile is asked for before Kontor does without.
const profileTries = 5

// FetchProfile asks the platform who a person is and fills in the contact. A profile that cannot be had is no loss: the
// contact keeps the name it has. The error is the database's.
func (s *Service) FetchProfile(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	x, err := s.store.identity(ctx, w.AccountID, id)
	if errs.KindOf(err) == errs.NotFound {
		return s.Due.Done(ctx, w)
	}
	if err != nil {
		return err
	}
	p, err := s.profile(ctx, x)
	fault.Point("profile.after_read")
	var f *channel.Failure
	if errors.As(err, &f) && f.Class != channel.Rejected && w.Attempts < profileTries {
		wait := time.Duration(1<<w.Attempts) * 5 * time.Second
		return s.Due.Later(ctx, w, clock.Max(s.Clock.Now().Add(wait), f.Until), true)
	}
	if err != nil && f == nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Due.Done(ctx, w); err != nil {
			return err
		}
		fault.Point("profile.before_learn")
		return s.learn(ctx, x, p)
	})
}

// profile asks the adapter; a kind without profiles gives an empty one.
func (s *Service) profile(ctx context.Context, x Identity) (channel.Profile, error) {
	c, err := s.Channels.Get(ctx, x.AccountID, x.ChannelID)
	if err != nil {
		return channel.Profile{}, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return channel.Profile{}, err
	}
	fetcher, ok := adapter.(channel.ProfileFetcher)
	if !ok || c.State != channel.On {
		return channel.Profile{}, nil
	}
	access, err := s.Channels.Access(c)
	if err != nil {
		return channel.Profile{}, err
	}
	p, err := fetcher.FetchProfile(ctx, access, x.ExternalID)
	p = p.Clean()
	if c.Settings.Media != channel.StoreMedia { // pictures are files too
		p.Picture = ""
	}
	return p, err
}

// learn writes what a profile says into the identity and the contact.
func (s *Service) learn(ctx context.Context, x Identity, p channel.Profile) error {
	now := s.Clock.Now()
	if p.Name != "" {
		x.Name = p.Name
	}
	if p.Username != "" {
		x.Username = p.Username
	}
	fresh, err := s.store.identity(ctx, x.AccountID, x.ID)
	if err != nil {
		return err
	}
	x.ContactID, x.ProfileAt, x.UpdatedAt = fresh.ContactID, &now, now // it may have been merged meanwhile
	if err := s.store.updateIdentity(ctx, &x, "name", "username", "profile_at"); err != nil {
		return err
	}
	locked, err := s.Lock(ctx, x.AccountID, x.ContactID)
	if err != nil {
		return err
	}
	c, ok := locked[x.ContactID]
	if !ok || c.ErasedAt != nil {
		return nil
	}
	if c, err = s.Profiles.FillProfile(ctx, c, x.ChannelID, x, p); err != nil {
		return err
	}
	if p.Picture != "" && c.AvatarID == nil {
		picture := attachment.Attachment{
			AccountID: x.AccountID, ID: ids.New(), Type: channel.Image, State: attachment.Pending, SourceURL: p.Picture,
			Name: "profile", CreatedAt: now,
		}
		err := s.Attachments.Add(ctx, []attachment.Attachment{picture}, map[ids.ID]ids.ID{picture.ID: x.ChannelID})
		if err != nil {
			return err
		}
		c.AvatarID = ids.Ptr(picture.ID)
	}
	c.SearchName, c.UpdatedAt = SearchName(c.Name), now
	if err := s.store.update(ctx, &c); err != nil {
		return err
	}
	if err := s.Learned(ctx, c.AccountID, c.ID); err != nil {
		return err
	}
	return s.announce(ctx, c)
}

// Of returns contacts of one account by id, those of them that exist, without their tags.
func (s *Service) Of(ctx context.Context, a account.ID, list []ids.ID) (map[ids.ID]Contact, error) {
	rows, err := s.store.byIDs(ctx, a, list)
	found := make(map[ids.ID]Contact, len(rows))
	for _, c := range rows {
		found[c.ID] = c
	}
	return found, err
}
