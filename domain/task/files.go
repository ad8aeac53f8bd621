package task

import (
	"context"

	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/ids"
)

// Filed is an inbound comment with what was attached to it.
type Filed struct {
	Comment Comment
	Files   []channel.File
	Media   channel.Media
}

// AddFiles writes what was attached to inbound comments and has the files fetched, in the context's transaction. Where a
// channel only links to files, and for what has no file, the link is all that is kept.
func (s *Service) AddFiles(ctx context.Context, list []Filed) error {
	var rows []attachment.Attachment
	channels := map[ids.ID]ids.ID{}
	now := s.Clock.Now()
	for _, x := range list {
		if x.Comment.UnsentAt != nil {
			continue
		}
		for i, f := range x.Files {
			a := attachment.Attachment{
				AccountID: x.Comment.AccountID, ID: ids.New(), CommentID: ids.Ptr(x.Comment.ID), Position: i, Type: f.Type,
				Name: f.Title, SourceURL: f.URL, State: attachment.Linked, CreatedAt: now,
			}
			if f.Type.Fetchable() && f.URL != "" && x.Media == channel.StoreMedia {
				a.State = attachment.Pending
			}
			rows = append(rows, a)
			channels[a.ID] = ids.Of(x.Comment.ChannelID)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.Attachments.Add(ctx, rows, channels)
}
