package task

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/post"
	"kontor/domain/storage"
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

// PostFiles is a task that is to show the files of the post it is about.
type PostFiles struct {
	Task  Task
	Post  post.Post
	Media channel.Media
}

// ShowPostFiles adds an internal comment with the files of their posts to tasks, once to each, in the context's
// transaction. It makes nothing unread and moves nothing.
func (s *Service) ShowPostFiles(ctx context.Context, list []PostFiles) error {
	var comments []Comment
	of := map[ids.ID]PostFiles{}
	now := s.Clock.Now()
	for _, x := range list {
		if len(x.Post.Files) == 0 {
			continue
		}
		once := "post-files:" + x.Task.ID.String()
		c := Comment{
			AccountID: x.Task.AccountID, ID: ids.New(), TaskID: x.Task.ID, ChannelID: x.Task.ChannelID, Visibility: Internal,
			AuthorKind: account.System, ExternalID: &once, Details: map[string]any{"files_of_post": x.Post.URL},
			OccurredAt: x.Task.StartedAt, CreatedAt: now,
		}
		comments, of[c.ID] = append(comments, c), x
	}
	written, err := storage.InsertMany(ctx, s.DB, comments)
	if err != nil {
		return err
	}
	var filed []Filed
	for i, ok := range written {
		if ok {
			filed = append(filed, Filed{comments[i], of[comments[i].ID].Post.Files, of[comments[i].ID].Media})
		}
	}
	return s.AddFiles(ctx, filed)
}
