package httpapi

import (
	"context"
	"maps"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
)

// Comment is a text on a task, with its files and what became of its delivery.
type Comment struct {
	ID            ids.ID           `json:"id"`
	TaskID        ids.ID           `json:"task_id"`
	Visibility    task.Visibility  `json:"visibility" enum:"public,internal"`
	Author        Author           `json:"author"`
	Text          string           `json:"text"`
	Attachments   []File           `json:"attachments"`
	Transport     *string          `json:"transport" doc:"by what it came or goes, as messenger; null for internal ones"`
	History       bool             `json:"history" doc:"it was there before the task"`
	ExternalID    *string          `json:"external_id"`
	ReplyTo       string           `json:"reply_to,omitempty" doc:"external id of the message or the comment it answers"`
	Details       map[string]any   `json:"details,omitempty" doc:"what else there is to show: a tapped button, a place, a card"`
	Edits         []task.Edit      `json:"edits,omitempty" doc:"the texts it had before"`
	Reactions     []task.Reaction  `json:"reactions,omitempty"`
	UnsentAt      *time.Time       `json:"unsent_at,omitempty"`
	Place         *Place           `json:"place" doc:"where it stands under a post; null for what is no comment under one"`
	OccurredAt    time.Time        `json:"occurred_at"`
	CreatedAt     time.Time        `json:"created_at"`
	DeliveryState *outbound.State  `json:"delivery_state" doc:"the worst of its messages; null when it is not delivered"`
	Deliveries    []CommentMessage `json:"deliveries"`
}

// Author is who wrote a comment.
type Author struct {
	Kind account.ActorKind `json:"kind" enum:"contact,staff,script,bot,system"`
	ID   *ids.ID           `json:"id"`
	Name string            `json:"name"`
}

// File is what is attached to a comment.
type File struct {
	ID     ids.ID           `json:"id"`
	Name   string           `json:"name"`
	Type   channel.FileType `json:"type"`
	MIME   string           `json:"mime,omitempty"`
	Size   int64            `json:"size"`
	State  attachment.State `json:"state" enum:"pending,stored,failed,link,removed,expired" doc:"removed: unsent or erased; expired: the account keeps none so old"`
	Reason string           `json:"reason,omitempty" doc:"why there is no file, in the reader's language"`
	Link   *FileLink        `json:"link" doc:"its public link, when that went instead of the file"`
	URL    string           `json:"url" doc:"where the file can be had; of a link, where it leads; empty when there is nothing to have"`
}

func (x *exchange) file(f attachment.Attachment) File {
	out := File{ID: f.ID, Name: f.Name, Type: f.Type, MIME: f.MIME, Size: f.Size, State: f.State}
	switch f.State {
	case attachment.Stored:
		out.URL = Base + "/attachments/" + f.ID.String()
	case attachment.Linked:
		out.URL = f.SourceURL
		if f.Passed() {
			out.URL = Base + "/attachments/" + f.ID.String()
		}
	}
	if f.Reason != "" {
		out.Reason = x.text(f.Reason, map[string]any{"max_mb": attachment.MaxSize >> 20})
	}
	return out
}

type listCommentsInput struct {
	ByID
	Paging
	Sort string `query:"sort" enum:"occurred_at,-occurred_at" default:"occurred_at"`
}

func (a *API) listComments(ctx context.Context, who account.Actor, in *listCommentsInput) (*answer[Page[Comment]], error) {
	rows, next, err := a.Tasks.Comments(ctx, who.AccountID, in.ID, in.Sort == "-occurred_at", in.page())
	if err != nil {
		return nil, err
	}
	shown, err := a.showComments(ctx, who, rows)
	return listed(shown, next, err)
}

// showComments shows comments of one account, with one statement for their files, one for their messages, and one for the
// private replies to them.
func (a *API) showComments(ctx context.Context, who account.Actor, rows []task.Comment) ([]Comment, error) {
	list := make([]ids.ID, len(rows))
	for i, c := range rows {
		list[i] = c.ID
	}
	files, err := a.Attachments.Of(ctx, who.AccountID, list)
	if err != nil {
		return nil, err
	}
	return a.showWithFiles(ctx, who, rows, files)
}

// showWithFiles is showComments where the files are known. Internal comments and those of contacts have no messages.
func (a *API) showWithFiles(
	ctx context.Context, who account.Actor, rows []task.Comment, files map[ids.ID][]attachment.Attachment,
) ([]Comment, error) {
	in := who.AccountID
	var public []ids.ID
	for _, c := range rows {
		if c.Visibility == task.Public && c.AuthorKind != account.Contact {
			public = append(public, c.ID)
		}
	}
	messages, err := a.Outbound.Of(ctx, in, public)
	if err != nil {
		return nil, err
	}
	links, err := a.Attachments.Links(ctx, in, linked(messages))
	if err != nil {
		return nil, err
	}
	authors, err := a.Contacts.Of(ctx, in, nameless(rows))
	if err != nil {
		return nil, err
	}
	replies, err := a.Tasks.PrivateReplies(ctx, who, rows)
	if err != nil {
		return nil, err
	}
	waits, err := a.waitsOf(ctx, in, slices.Concat(slices.Collect(maps.Values(messages))...))
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	shown := make([]Comment, len(rows))
	for i, c := range rows {
		if c.AuthorName == "" {
			c.AuthorName = authors[ids.Of(c.AuthorID)].Name
		}
		shown[i] = x.comment(c, files[c.ID], messages[c.ID], waits)
		shown[i].Place = x.place(c, replies)
		for k := range shown[i].Attachments {
			l, ok := links[shown[i].Attachments[k].ID]
			shown[i].Attachments[k].Link = fileLink(l, ok)
		}
	}
	return shown, nil
}

// linked are the files of which links go instead.
func linked(messages map[ids.ID][]outbound.Message) (files []ids.ID) {
	for _, list := range messages {
		for _, m := range list {
			if m.AsLink {
				files = append(files, *m.AttachmentID)
			}
		}
	}
	return files
}

// nameless are the contacts whose name was not known when they wrote; it may be by now.
func nameless(rows []task.Comment) (contacts []ids.ID) {
	for _, c := range rows {
		if c.AuthorKind == account.Contact && c.AuthorName == "" && c.AuthorID != nil {
			contacts = append(contacts, *c.AuthorID)
		}
	}
	return contacts
}

func (x *exchange) comment(
	c task.Comment, files []attachment.Attachment, messages []outbound.Message, waits map[ids.ID]*Waits,
) Comment {
	out := Comment{
		ID: c.ID, TaskID: c.TaskID, Visibility: c.Visibility, Author: Author{c.AuthorKind, c.AuthorID, c.AuthorName},
		Text: c.Text, Attachments: []File{}, History: c.History, ExternalID: c.ExternalID, ReplyTo: c.ReplyTo,
		Details: c.Details, Edits: c.Edits, Reactions: c.Reactions, UnsentAt: c.UnsentAt, OccurredAt: c.OccurredAt,
		CreatedAt: c.CreatedAt, Deliveries: []CommentMessage{},
	}
	if c.Transport != "" {
		out.Transport = &c.Transport
	}
	for _, f := range files {
		out.Attachments = append(out.Attachments, x.file(f))
	}
	for _, m := range messages {
		out.Deliveries = append(out.Deliveries, x.message(m, waits))
	}
	if worst := outbound.Worst(messages); worst != "" {
		out.DeliveryState = &worst
	}
	return out
}

type addCommentInput struct {
	ByID
	Body struct {
		Text          string           `json:"text,omitempty" doc:"may be empty when files are attached"`
		Visibility    task.Visibility  `json:"visibility" enum:"public,internal"`
		AttachmentIDs []ids.ID         `json:"attachment_ids,omitempty" format:"uuid" doc:"of POST /attachments"`
		Attachments   []Attached       `json:"attachments,omitempty" doc:"the same, with how each is to go; after those of attachment_ids"`
		ReplyTo       ids.ID           `json:"reply_to,omitzero" format:"uuid" doc:"a comment of the task; without it, the last one of a contact under a post, and nothing in particular elsewhere"`
		Mode          channel.Mode     `json:"mode,omitempty" enum:"reply,private_reply,template" default:"reply" doc:"reply answers where the comment stands, under a post publicly; private_reply is the one message to whoever wrote the comment; template sends an approved one, whatever the reply window says"`
		Template      *CommentTemplate `json:"template,omitempty" doc:"with mode template, instead of a text"`
		SavedReplyID  ids.ID           `json:"saved_reply_id,omitzero" format:"uuid" doc:"the saved reply it was made from, which is counted"`
		Split         bool             `json:"split,omitempty" doc:"a direct message that is too long for the platform goes as several, in order: POST /tasks/{id}/comments/parts shows them"`
		UndoSeconds   *int             `json:"undo_seconds,omitempty" doc:"how long a public comment waits and can be undone; left out, 5 in a session of the screens and 0 by token"`
	}
}

// Attached is a file of a comment and how it is to go.
type Attached struct {
	ID     ids.ID `json:"id" format:"uuid"`
	AsLink bool   `json:"as_link,omitempty" doc:"a public link goes instead of the file: for 7 days, to be revoked at any time; for what the platform does not take or deliver"`
}

// undoByPerson is how long people at a screen may think better of an answer.
const undoByPerson = 5 * time.Second

func (a *API) addComment(ctx context.Context, who account.Actor, in *addCommentInput) (*answer[Comment], error) {
	b := in.Body
	n := task.NewComment{
		Text: b.Text, Visibility: b.Visibility, AttachmentIDs: b.AttachmentIDs, ReplyTo: ids.Ptr(b.ReplyTo),
		Split: b.Split,
	}
	for _, f := range b.Attachments {
		n.AttachmentIDs = append(n.AttachmentIDs, f.ID)
		if f.AsLink {
			n.AsLinks = append(n.AsLinks, f.ID)
		}
	}
	if b.Mode != channel.Direct {
		n.Mode = b.Mode
	}
	if b.Template != nil {
		n.Template = &outbound.TemplateUse{Name: b.Template.Name, Language: b.Template.Language, Values: b.Template.Parameters}
	}
	switch {
	case b.UndoSeconds != nil:
		n.Undo = time.Duration(*b.UndoSeconds) * time.Second
	case who.InPerson():
		n.Undo = undoByPerson
	}
	if err := a.knownReply(ctx, who, b.SavedReplyID); err != nil {
		return nil, err
	}
	c, err := a.Tasks.AddComment(ctx, who, in.ID, n)
	if err != nil {
		return nil, err
	}
	if b.SavedReplyID != ids.Nil { // a figure: the answer does not depend on it
		if err := a.Replies.Used(ctx, who, b.SavedReplyID); err != nil {
			a.Log.WarnContext(ctx, "count a saved reply", "saved_reply_id", b.SavedReplyID, "error", err)
		}
	}
	var files map[ids.ID][]attachment.Attachment
	if len(n.AttachmentIDs) > 0 {
		if files, err = a.Attachments.Of(ctx, who.AccountID, []ids.ID{c.ID}); err != nil {
			return nil, err
		}
	}
	shown, err := a.showWithFiles(ctx, who, []task.Comment{c}, files)
	if err != nil {
		return nil, err
	}
	return answered(shown[0], nil)
}

type commentPartsInput struct {
	ByID
	Body struct {
		Text string `json:"text" maxLength:"20000"`
	}
}

// CommentParts are the messages that a text is sent as when it is to be split.
type CommentParts struct {
	Parts     []string `json:"parts" doc:"in their order; what is written under a post is always one"`
	TextLimit int      `json:"text_limit" doc:"characters of one; 0: none"`
}

func (a *API) commentParts(ctx context.Context, who account.Actor, in *commentPartsInput) (*answer[CommentParts], error) {
	parts, limit, err := a.Tasks.Parts(ctx, who, in.ID, in.Body.Text)
	return answered(CommentParts{orEmpty(parts), limit}, err)
}
