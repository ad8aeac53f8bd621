package inbound

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

// replays fills tasks in again whose events are processed another time. The comment is there and stays; what people have
// changed since stays; the task's why says what was filled. Events that never had a task go on as if they came now.
func (b *batch) replays(ctx context.Context) error {
	var again []*arriving
	b.keep(func(a *arriving) bool {
		if a.event.TaskID == nil {
			return true
		}
		again = append(again, a)
		return false
	})
	for _, a := range again {
		if err := b.refill(ctx, a, "refill.replay"); err != nil {
			return err
		}
		b.close(a, Processed, "replayed")
	}
	return nil
}

// refill fills the task that was made from an event again by its template as it is now.
func (b *batch) refill(ctx context.Context, a *arriving, cause string) error {
	if a.in.Action == channel.Submit {
		_, err := b.refillLead(ctx, a, cause)
		return err
	}
	t, err := b.Tasks.Get(ctx, a.event.AccountID, *a.event.TaskID)
	if err != nil || ids.Of(t.EventID) != a.event.ID { // another message made the task
		return err
	}
	if err := b.recall(ctx, a, t); err != nil {
		return err
	}
	object, _, err := b.Templates.ObjectFor(ctx, t.AccountID, &t.TemplateID) // its own, in its present version
	if err != nil {
		return err
	}
	filled, steps := object.Filler.Fill(b.scope(a), b.accounts[a.ch.AccountID].FillOptions())
	return b.Tasks.Refill(ctx, t, filled, object.Version, append([]templates.Step{
		templates.NewStep(cause, "template", object.Definition.Name, "version", object.Version),
	}, steps...))
}

// recall finds what is known of an old event: the person, the conversation, the templates.
func (p *planner) recall(ctx context.Context, a *arriving, t task.Task) error {
	if err := p.prepare(ctx, []*arriving{a}); err != nil {
		return err
	}
	known, err := p.Contacts.Ensure(ctx, []contact.Wanted{{Address: a.address()}})
	if err != nil {
		return err
	}
	a.person = known[a.address()]
	if t.PostID != nil {
		if a.post, err = p.Posts.Get(ctx, t.AccountID, *t.PostID); err != nil {
			return err
		}
	}
	if t.ConversationID != nil {
		a.conv, err = p.Conversations.Get(ctx, t.AccountID, *t.ConversationID)
	}
	return err
}

// PersonLearned fills the active tasks of a contact in again, once more is known of the person: their titles were made when
// nobody knew the name.
func (s *Service) PersonLearned(ctx context.Context, a account.ID, contactID ids.ID) error {
	tasks, err := s.Tasks.MadeFor(ctx, a, contactID)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		err := s.fillAgain(ctx, t, func(b *batch, a *arriving) error { return b.refill(ctx, a, "refill.profile") })
		if err != nil {
			return err
		}
	}
	return nil
}
