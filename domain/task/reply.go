package task

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/templates"
)

// NewComment is what somebody here writes on a task.
type NewComment struct {
	Text          string
	Visibility    Visibility
	AttachmentIDs []ids.ID
	Template      *outbound.TemplateUse // of the mode FromTemplate, instead of a text
	AsLinks       []ids.ID              // those of them of which a link is to go instead of the file
	ReplyTo       *ids.ID               // a comment of the task
	Mode          channel.Mode          // PrivateReply, or empty: the way of what it answers
	Split         bool                  // a direct text that is too long for one message goes as several
	Undo          time.Duration         // how long a public one can be undone before it is sent
}

// MaxUndo is the longest time in which an answer can be undone.
const MaxUndo = time.Minute

// MaxAttachments is the most files of one comment.
const MaxAttachments = 10

// AddComment writes a comment on a task; a public one is delivered over the task's channel. The comment, its messages and the
// task's new state are written in one transaction; when it returns, delivery is certain to be tried. Members may.
func (s *Service) AddComment(ctx context.Context, by account.Actor, id ids.ID, n NewComment) (Comment, error) {
	if err := n.check(); err != nil {
		return Comment{}, err
	}
	var c Comment
	copies, err := s.Attachments.Copies(ctx, by, n.AttachmentIDs)
	if err != nil {
		return c, err
	}
	n.AttachmentIDs, n.AsLinks = instead(n.AttachmentIDs, copies), instead(n.AsLinks, copies)
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		t, err := s.store.lock(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if err := t.whole(); err != nil {
			return err
		}
		c, err = s.write(ctx, by, t, n)
		fault.Point("answer.before_commit")
		return err
	})
	return c, err
}

// instead puts the copies of files in the place of what they are of.
func instead(list []ids.ID, copies map[ids.ID]ids.ID) []ids.ID {
	own := slices.Clone(list)
	for i, id := range own {
		if copied, ok := copies[id]; ok {
			own[i] = copied
		}
	}
	return own
}

func (n *NewComment) check() error {
	var problems []errs.Problem
	if n.Visibility != Public && n.Visibility != Internal {
		problems = append(problems, errs.At("body.visibility", "comment.visibility"))
	}
	n.Text = strings.TrimSpace(n.Text)
	switch length := utf8.RuneCountInString(n.Text); {
	case n.Template != nil && length > 0:
		problems = append(problems, errs.At("body.text", "template.no_text"))
	case n.Template != nil:
	case length == 0 && len(n.AttachmentIDs) == 0:
		problems = append(problems, errs.At("body.text", "comment.empty"))
	case length > MaxText:
		problems = append(problems, errs.At("body.text", "input.too_long", "max", MaxText))
	}
	if (n.Template != nil) != (n.Mode == channel.FromTemplate) || n.Template != nil && n.Visibility != Public {
		problems = append(problems, errs.At("body.template", "template.mode"))
	}
	if strings.ContainsRune(n.Text, 0) || !utf8.ValidString(n.Text) {
		problems = append(problems, errs.At("body.text", "input.characters"))
	}
	if len(n.AttachmentIDs) > MaxAttachments {
		problems = append(problems, errs.At("body.attachment_ids", "input.too_many", "max", MaxAttachments))
	}
	if n.Mode == channel.PrivateReply && (n.Visibility != Public || n.ReplyTo == nil) {
		problems = append(problems, errs.At("body.mode", "comment.private_reply_to"))
	}
	if n.Undo < 0 || n.Undo > MaxUndo {
		problems = append(problems, errs.At("body.undo_seconds", "input.range", "min", 0, "max", int(MaxUndo.Seconds())))
	}
	return errs.Input(problems...)
}

// write writes the comment and all that follows from it.
func (s *Service) write(ctx context.Context, by account.Actor, t Task, n NewComment) (Comment, error) {
	now := s.Clock.Now()
	c := Comment{
		AccountID: t.AccountID, ID: ids.New(), TaskID: t.ID, ConversationID: t.ConversationID, ChannelID: t.ChannelID,
		Visibility: n.Visibility, AuthorKind: by.Kind, AuthorID: ids.Ptr(by.StaffID), AuthorName: by.Name, Text: n.Text,
		OccurredAt: now, CreatedAt: now,
	}
	to, err := s.aim(ctx, t, &c, n)
	if err == nil && c.Visibility == Public {
		err = cmp.Or(mayWork(ctx, t), access.Require(ctx, c.ChannelID, access.Contributor))
	}
	if err != nil {
		return c, err
	}
	files, err := s.Attachments.Attach(ctx, t.AccountID, n.AttachmentIDs, c.ID)
	if err != nil {
		return c, err
	}
	if err := s.store.insertComment(ctx, &c); err != nil {
		return c, err
	}
	if c.Visibility == Public {
		to.TaskID, to.CommentID, to.Text, to.Attachments, to.NotBefore = t.ID, c.ID, c.Text, files, now.Add(n.Undo)
		to.AsLinks, to.Split = n.AsLinks, n.Split
		if _, err := s.Outbound.Enqueue(ctx, by, to); err != nil {
			return c, err
		}
	}
	if err := s.afterReply(ctx, by, t, c); err != nil {
		return c, err
	}
	if err := s.sentDraft(ctx, by, c, n.Mode); err != nil {
		return c, err
	}
	return c, s.Feed.Publish(ctx, feed.Event{AccountID: c.AccountID, Type: feed.CommentCreated, Refs: feed.Refs{
		TaskID: ids.Ptr(c.TaskID), CommentID: ids.Ptr(c.ID),
	}})
}

// Parts are the messages that a public text on a task becomes when it is to be split, with the limit of one.
func (s *Service) Parts(ctx context.Context, by account.Actor, id ids.ID, text string) (parts []string, limit int, err error) {
	t, err := s.store.get(ctx, by.AccountID, id)
	if err != nil {
		return nil, 0, err
	}
	if t.ConversationID == nil {
		return outbound.Parts(text, 0), 0, nil
	}
	return s.Outbound.PartsIn(ctx, by.AccountID, *t.ConversationID, text)
}

// afterReply is what a comment of ours does to its task: it is read, an answer makes it pending, and whoever answers a
// task that is no person's has it from then on, where the channel says so.
func (s *Service) afterReply(ctx context.Context, by account.Actor, t Task, c Comment) error {
	var sets map[ids.ID]templates.StatusSet
	if c.Visibility == Public { // a note moves the task nowhere
		var err error
		if sets, err = s.sets(ctx, []Task{t}); err != nil {
			return err
		}
	}
	t.hear(c, sets[t.StatusSetID])
	t.Unread, t.UpdatedAt = false, s.Clock.Now()
	t.ReadAt = &t.UpdatedAt
	if err := s.noteAnswer(ctx, by, &t, c); err != nil {
		return err
	}
	err := s.store.update(ctx, t, "snippet", "last_comment_at", "unread", "read_at", "status", "category", "active",
		"first_answered_by", "first_answer_s", "first_answer_work_s")
	if err != nil {
		return err
	}
	if c.Visibility == Internal {
		return s.mention(ctx, by, t, c)
	}
	if err := s.Contacts.NoteContact(ctx, contacted(map[ids.ID]Task{t.ID: t}, []Comment{c})...); err != nil {
		return err
	}
	if by.Kind != account.Staff {
		return nil
	}
	return s.own(ctx, by, t)
}

// own assigns the task to who answered it, unless a person has it.
func (s *Service) own(ctx context.Context, by account.Actor, t Task) error {
	c, err := s.Channels.Get(ctx, t.AccountID, *t.ChannelID)
	if err != nil || !c.Settings.AutoOwnership {
		return err
	}
	related, err := s.store.related(ctx, t.AccountID, []ids.ID{t.ID})
	if err != nil {
		return err
	}
	for _, a := range related.Assignees[t.ID] {
		if a.Type == string(templates.AssigneeStaff) {
			return nil
		}
	}
	mine := []Assignee{{t.AccountID, t.ID, string(templates.AssigneeStaff), by.StaffID, 0}}
	if err := s.store.setAssignees(ctx, t, mine); err != nil {
		return err
	}
	if err := s.explain(ctx, t, templates.NewStep("assign.reply.owned", "staff", by.Name)); err != nil {
		return err
	}
	return s.announce(ctx, t)
}

// explain adds to a task's why.
func (s *Service) explain(ctx context.Context, t Task, steps ...templates.Step) error {
	return s.store.insertWhy(ctx, Why{t.AccountID, t.ID, ids.New(), steps, s.Clock.Now()})
}
