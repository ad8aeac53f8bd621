package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/reply"
)

// SavedReply is a text to answer with.
type SavedReply struct {
	ID          ids.ID            `json:"id"`
	CategoryID  *ids.ID           `json:"category_id" format:"uuid"`
	Name        string            `json:"name"`
	Shortcut    string            `json:"shortcut" doc:"what is typed after the slash to find it first"`
	Shared      bool              `json:"shared" doc:"everybody sees it"`
	Mine        bool              `json:"mine"`
	MayChange   bool              `json:"may_change"`
	Text        string            `json:"text" doc:"with variables: GET /template-variables"`
	Variants    map[string]string `json:"variants" doc:"by kind of channel: used there instead of the text"`
	Attachments []File            `json:"attachments"`
	Used        int64             `json:"used" doc:"how often it was sent"`
	LastUsedAt  *time.Time        `json:"last_used_at"`
	UpdatedAt   time.Time         `json:"updated_at"`
}

func (a *API) savedReplies(ctx context.Context, who account.Actor, list ...reply.Reply) ([]SavedReply, error) {
	var wanted []ids.ID
	for _, r := range list {
		wanted = append(wanted, r.AttachmentIDs...)
	}
	known, err := a.filesByID(ctx, who.AccountID, wanted)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	shown := make([]SavedReply, len(list))
	for i, r := range list {
		mine := r.StaffID == who.StaffID
		shown[i] = SavedReply{
			ID: r.ID, CategoryID: r.CategoryID, Name: r.Name, Shortcut: r.Shortcut, Shared: r.Shared, Mine: mine,
			MayChange: mine || who.Require(account.Admin) == nil, Text: r.Text, Variants: r.Variants, Attachments: []File{},
			Used: r.Used, LastUsedAt: r.LastUsedAt, UpdatedAt: r.UpdatedAt,
		}
		if shown[i].Variants == nil {
			shown[i].Variants = map[string]string{}
		}
		for _, id := range r.AttachmentIDs {
			if f, there := known[id]; there {
				shown[i].Attachments = append(shown[i].Attachments, x.file(f))
			}
		}
	}
	return shown, nil
}

type listRepliesInput struct {
	Paging
	CategoryID ids.ID `query:"category_id" format:"uuid"`
	Query      string `query:"q" maxLength:"100" doc:"in names and shortcuts"`
}

func (a *API) listReplies(ctx context.Context, who account.Actor, in *listRepliesInput) (*answer[Page[SavedReply]], error) {
	rows, next, err := a.Replies.List(ctx, who, reply.Filter{CategoryID: ids.Ptr(in.CategoryID), Query: in.Query}, in.page())
	if err != nil {
		return nil, err
	}
	shown, err := a.savedReplies(ctx, who, rows...)
	return listed(shown, next, err)
}

// replyAnswer shows one reply.
func (a *API) replyAnswer(ctx context.Context, who account.Actor, r reply.Reply, err error) (*answer[SavedReply], error) {
	if err != nil {
		return nil, err
	}
	shown, err := a.savedReplies(ctx, who, r)
	if err != nil {
		return nil, err
	}
	return answered(shown[0], nil)
}

func (a *API) getReply(ctx context.Context, who account.Actor, in *ByID) (*answer[SavedReply], error) {
	r, err := a.Replies.Get(ctx, who, in.ID)
	return a.replyAnswer(ctx, who, r, err)
}

// ReplyChange are the keys of a saved reply that people may set.
type ReplyChange struct {
	CategoryID    Optional[*ids.ID]           `json:"category_id,omitzero" format:"uuid" doc:"null: none"`
	Name          Optional[string]            `json:"name,omitzero"`
	Shortcut      Optional[string]            `json:"shortcut,omitzero"`
	Shared        Optional[bool]              `json:"shared,omitzero"`
	Text          Optional[string]            `json:"text,omitzero"`
	Variants      Optional[map[string]string] `json:"variants,omitzero"`
	AttachmentIDs Optional[[]ids.ID]          `json:"attachment_ids,omitzero" format:"uuid" doc:"uploaded files, in their order"`
}

func (c ReplyChange) change() reply.Change {
	return reply.Change{
		CategoryID: c.CategoryID.Ptr(), Name: c.Name.Ptr(), Shortcut: c.Shortcut.Ptr(), Shared: c.Shared.Ptr(), Text: c.Text.Ptr(),
		Variants: c.Variants.Ptr(), AttachmentIDs: c.AttachmentIDs.Ptr(),
	}
}

func (a *API) createReply(ctx context.Context, who account.Actor, in *struct{ Body ReplyChange }) (*answer[SavedReply], error) {
	r, err := a.Replies.Create(ctx, who, in.Body.change())
	return a.replyAnswer(ctx, who, r, err)
}

type changeReplyInput struct {
	ByID
	Body ReplyChange
}

func (a *API) changeReply(ctx context.Context, who account.Actor, in *changeReplyInput) (*answer[SavedReply], error) {
	r, err := a.Replies.Update(ctx, who, in.ID, in.Body.change())
	return a.replyAnswer(ctx, who, r, err)
}

func (a *API) deleteReply(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return nil, a.Replies.Delete(ctx, who, in.ID)
}

// knownReply refuses a saved reply that the caller does not see; none is fine.
func (a *API) knownReply(ctx context.Context, who account.Actor, id ids.ID) error {
	if id == ids.Nil {
		return nil
	}
	_, err := a.Replies.Get(ctx, who, id)
	if errs.KindOf(err) == errs.NotFound {
		err = errs.Input(errs.At("body.saved_reply_id", "saved_reply.not_found"))
	}
	return err
}

type renderReplyInput struct {
	ByID
	Body struct {
		TaskID ids.ID `json:"task_id" format:"uuid"`
	}
}

// RenderedReply is what a saved reply comes to for a task. It is sent by writing a comment, with the reply's id beside it.
type RenderedReply struct {
	Text        string   `json:"text"`
	Missing     []string `json:"missing" doc:"variables that have no value here"`
	TextLimit   int      `json:"text_limit" doc:"of the task's channel, in characters; 0: none"`
	TooLong     bool     `json:"too_long"`
	Attachments []File   `json:"attachments" doc:"to be named in attachment_ids of the comment, which gets copies"`
}

func (a *API) renderReply(ctx context.Context, who account.Actor, in *renderReplyInput) (*answer[RenderedReply], error) {
	r, err := a.Replies.Render(ctx, who, in.ID, in.Body.TaskID)
	if err != nil {
		return nil, err
	}
	shown := RenderedReply{
		Text: r.Text, Missing: append([]string{}, r.Missing...), TextLimit: r.Limit, TooLong: r.TooLong, Attachments: []File{},
	}
	x := exchangeOf(ctx)
	for _, f := range r.Files {
		shown.Attachments = append(shown.Attachments, x.file(f))
	}
	return answered(shown, nil)
}

// ReplyCategory is a heading of saved replies.
type ReplyCategory struct {
	ID       ids.ID `json:"id"`
	Name     string `json:"name"`
	Position int64  `json:"position"`
}

// ReplyCategories are all of them, in their order.
type ReplyCategories struct {
	Items []ReplyCategory `json:"items"`
}

func (a *API) listReplyCategories(ctx context.Context, who account.Actor, _ *nothing) (*answer[ReplyCategories], error) {
	list, err := a.Replies.Categories(ctx, who.AccountID)
	shown := ReplyCategories{Items: make([]ReplyCategory, len(list))}
	for i, c := range list {
		shown.Items[i] = ReplyCategory{c.ID, c.Name, c.Position}
	}
	return answered(shown, err)
}

// ReplyCategoryChange are the keys of a category.
type ReplyCategoryChange struct {
	Name     Optional[string] `json:"name,omitzero"`
	Position Optional[int64]  `json:"position,omitzero"`
}

func (a *API) createReplyCategory(
	ctx context.Context, who account.Actor, in *struct{ Body ReplyCategoryChange },
) (*answer[ReplyCategory], error) {
	c, err := a.Replies.CreateCategory(ctx, who, reply.CategoryChange{Name: in.Body.Name.Ptr(), Position: in.Body.Position.Ptr()})
	return answered(ReplyCategory{c.ID, c.Name, c.Position}, err)
}

type changeReplyCategoryInput struct {
	ByID
	Body ReplyCategoryChange
}

func (a *API) changeReplyCategory(
	ctx context.Context, who account.Actor, in *changeReplyCategoryInput,
) (*answer[ReplyCategory], error) {
	c, err := a.Replies.UpdateCategory(ctx, who, in.ID, reply.CategoryChange{Name: in.Body.Name.Ptr(), Position: in.Body.Position.Ptr()})
	return answered(ReplyCategory{c.ID, c.Name, c.Position}, err)
}

func (a *API) deleteReplyCategory(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return nil, a.Replies.DeleteCategory(ctx, who, in.ID)
}
