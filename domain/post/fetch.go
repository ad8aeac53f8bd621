package post

import (
	"context"
	"errors"
	"time"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
)

// Queue is the due work of reading posts; the key is the post's id.
const Queue = "post"

func workOf(p Post) due.Work {
	return due.Work{AccountID: p.AccountID, Queue: Queue, Key: p.ID.String(), ChannelID: ids.Ptr(p.ChannelID)}
}

// tries is how often a post is asked for before it counts as unreadable.
const tries = 6

// noReader is why a post of a kind without posts, or of a channel that is off, is not read.
const noReader = "delivery.post_not_read"

// Fetch reads the post that the work names. The error is the database's.
func (s *Service) Fetch(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	p, err := s.store.get(ctx, w.AccountID, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && p.State == Known {
		return s.Due.Done(ctx, w)
	}
	if err != nil {
		return err
	}
	got, err := s.read(ctx, p)
	fault.Point("post.after_read")
	f, refused := errors.AsType[*channel.Failure](err)
	switch {
	case refused && f.Class != channel.Rejected && f.Class != channel.Disconnected && w.Attempts < tries:
		wait := s.Clock.Now().Add(time.Duration(1<<w.Attempts) * 5 * time.Second)
		return s.Due.Later(ctx, w, clock.Max(wait, f.Until), true)
	case err != nil && !refused:
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Due.Done(ctx, w); err != nil {
			return err
		}
		now := s.Clock.Now()
		p.FetchedAt, p.UpdatedAt = &now, now
		if refused {
			p.State, p.Reason = Unreadable, f.Reason
		} else {
			p.State, p.Reason = Known, ""
			p.Text, p.Title, p.Files = channel.CleanText(got.Text), channel.CleanText(got.Title), cleanFiles(got.Files)
			if got.URL != "" {
				p.URL = channel.CleanText(got.URL)
			}
		}
		if err := s.store.update(ctx, p); err != nil {
			return err
		}
		return s.Learned(ctx, p)
	})
}

// read asks the adapter.
func (s *Service) read(ctx context.Context, p Post) (channel.Post, error) {
	c, err := s.Channels.Get(ctx, p.AccountID, p.ChannelID)
	if err != nil {
		return channel.Post{}, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return channel.Post{}, err
	}
	fetcher, ok := adapter.(channel.PostFetcher)
	if !ok || c.State != channel.On {
		return channel.Post{}, &channel.Failure{Class: channel.Rejected, Reason: noReader}
	}
	access, err := s.Channels.Access(c)
	if err != nil {
		return channel.Post{}, err
	}
	return fetcher.FetchPost(ctx, access, p.ExternalID)
}

func cleanFiles(list []channel.File) []channel.File {
	return channel.Inbound{Files: list}.Clean().Files
}
