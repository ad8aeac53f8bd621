package task

import (
	"context"

	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/ids"
)

// AddFiles writes what was attached to an inbound comment and has the files fetched, in the context's transaction. Where a
// channel only links to files, and for what has no file, the link is all that is kept.
func (s *Service) AddFiles(ctx context.Context, c Comment, files []channel.File, media channel.Media) error {
	if c.UnsentAt != nil || len(files) == 0 {
		return nil
	}
	rows, channels := filesOf(c, files, media, nil, map[ids.ID]ids.ID{})
	for i := range rows {
		rows[i].CreatedAt = s.Clock.Now()
	}
	return s.Attachments.Add(ctx, rows, channels)
}

// filesOf adds a comment's files to a list of attachments, and to the map of what channel each is from.
func filesOf(
	c Comment, files []channel.File, media channel.Media, rows []attachment.Attachment, channels map[ids.ID]ids.ID,
) ([]attachment.Attachment, map[ids.ID]ids.ID) {
	for i, f := range files {
		a := attachment.Attachment{
			AccountID: c.AccountID, ID: ids.New(), CommentID: ids.Ptr(c.ID), Position: i, Type: f.Type, Name: f.Title,
			SourceURL: f.URL, State: attachment.Linked,
		}
		if f.Type.Fetchable() && f.URL != "" && media == channel.StoreMedia {
			a.State = attachment.Pending
		}
		rows = append(rows, a)
		channels[a.ID] = ids.Of(c.ChannelID)
	}
	return rows, channels
}
