package attachment

import (
	"context"
	"errors"
	"time"

	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// Queue is the due work of fetching files; the key is the attachment's id.
const Queue = "media"

// DropQueue is the due work of deleting the bytes of files that are removed; the key is their name in the store.
const DropQueue = "media_drop"

// waits are the pauses between tries to fetch a file, and to delete one.
func waits() []time.Duration {
	return []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}
}

// Fetch fetches the file that the work names. A failure that may pass is tried again later; what never comes is marked
// so that people see why there is no file. The error is the database's.
func (s *Service) Fetch(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	row, err := s.store.get(ctx, w.AccountID, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && row.State != Pending {
		return s.Due.Done(ctx, w)
	}
	if err != nil {
		return err
	}
	if err := s.fetch(ctx, &row); err != nil {
		if tries := waits(); errs.KindOf(err) == errs.Unavailable && int(w.Attempts) < len(tries) {
			return s.Due.Later(ctx, w, s.Clock.Now().Add(tries[w.Attempts]), true)
		}
		row.State, row.Reason = Failed, "attachment.not_fetched"
		if e, ok := errors.AsType[*errs.Error](err); ok {
			row.Reason = e.Code
		}
	}
	fault.Point("file.after_fetch")
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Due.Done(ctx, w); err != nil {
			return err
		}
		kept, err := s.store.finish(ctx, row)
		if err != nil || !kept { // unsent while it was fetched
			return errors.Join(err, s.Blobs.Delete(ctx, row.Blob))
		}
		fault.Point("file.before_commit")
		return s.Feed.Publish(ctx, feed.Event{
			AccountID: row.AccountID, Type: feed.CommentChanged, Refs: feed.Refs{CommentID: row.CommentID},
		})
	})
}

func (s *Service) fetch(ctx context.Context, row *Attachment) (err error) {
	body, info, err := s.Fetcher.Fetch(ctx, row.SourceURL, MaxSize)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	if row.Name == "" {
		row.Name = CleanName(info.Name)
	}
	return s.keep(ctx, row, body)
}
