package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/ids"
	"kontor/domain/task"
)

// Draft is what the caller is writing on a task and has not sent. Nobody else sees it.
type Draft struct {
	Way         task.Way  `json:"way" enum:"public,private,internal" doc:"what it is to become: an answer, the private reply to a comment under a post, a note"`
	Text        string    `json:"text"`
	ReplyTo     *ids.ID   `json:"reply_to" doc:"the comment it answers"`
	Attachments []File    `json:"attachments" doc:"those that have not been sent meanwhile"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// Drafts are all there are.
type Drafts struct {
	Items []Draft `json:"items"`
}

func (a *API) showDrafts(ctx context.Context, who account.Actor, rows ...task.CommentDraft) ([]Draft, error) {
	var wanted []ids.ID
	for _, d := range rows {
		wanted = append(wanted, d.AttachmentIDs...)
	}
	known, err := a.filesByID(ctx, who.AccountID, wanted)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	shown := make([]Draft, len(rows))
	for i, d := range rows {
		shown[i] = Draft{Way: d.Way, Text: d.Text, ReplyTo: d.ReplyTo, Attachments: []File{}, UpdatedAt: d.UpdatedAt}
		for _, id := range d.AttachmentIDs {
			if f, there := known[id]; there && f.CommentID == nil && f.State == attachment.Stored {
				shown[i].Attachments = append(shown[i].Attachments, x.file(f))
			}
		}
	}
	return shown, nil
}

func (a *API) listDrafts(ctx context.Context, who account.Actor, in *ByID) (*answer[Drafts], error) {
	rows, err := a.Tasks.Drafts(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	shown, err := a.showDrafts(ctx, who, rows...)
	return answered(Drafts{shown}, err)
}

type draftInput struct {
	ByID
	Way task.Way `path:"way" enum:"public,private,internal"`
}

type setDraftInput struct {
	ByID
	Way  task.Way `path:"way" enum:"public,private,internal"`
	Body struct {
		Text          string   `json:"text,omitempty" doc:"an empty one without files is none"`
		ReplyTo       ids.ID   `json:"reply_to,omitzero" format:"uuid" doc:"a comment of the task"`
		AttachmentIDs []ids.ID `json:"attachment_ids,omitempty" format:"uuid" doc:"of POST /attachments"`
	}
}

func (a *API) setDraft(ctx context.Context, who account.Actor, in *setDraftInput) (*answer[Draft], error) {
	b := in.Body
	d, err := a.Tasks.SetDraft(ctx, who, in.ID, in.Way, task.DraftText{
		Text: b.Text, ReplyTo: ids.Ptr(b.ReplyTo), AttachmentIDs: b.AttachmentIDs,
	})
	if err != nil {
		return nil, err
	}
	shown, err := a.showDrafts(ctx, who, d)
	if err != nil {
		return nil, err
	}
	return answered(shown[0], nil)
}

func (a *API) dropDraft(ctx context.Context, who account.Actor, in *draftInput) (*nothing, error) {
	return nil, a.Tasks.DropDraft(ctx, who, in.ID, in.Way)
}

// DraftMark says that the caller has a draft on a task.
type DraftMark struct {
	TaskID    ids.ID    `json:"task_id"`
	Way       task.Way  `json:"way" enum:"public,private,internal"`
	UpdatedAt time.Time `json:"updated_at"`
}

// DraftMarks are the newest 500.
type DraftMarks struct {
	Items []DraftMark `json:"items"`
}

func (a *API) listDraftMarks(ctx context.Context, who account.Actor, _ *nothing) (*answer[DraftMarks], error) {
	rows, err := a.Tasks.Drafted(ctx, who)
	shown := DraftMarks{Items: make([]DraftMark, len(rows))}
	for i, d := range rows {
		shown.Items[i] = DraftMark{d.TaskID, d.Way, d.UpdatedAt}
	}
	return answered(shown, err)
}
