package inbound

import (
	"context"
	"slices"

	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/task"
)

// amend applies edits, unsends and reactions.
func (b *batch) amend(ctx context.Context) error {
	var changes []task.Amendment
	list := b.only(amending()...)
	for _, a := range list {
		changes = append(changes, a.amendment())
	}
	changed, err := b.Tasks.Amend(ctx, changes)
	if err != nil {
		return err
	}
	at := map[task.External]task.Comment{}
	var unsent []Event
	for _, c := range changed {
		if c.ExternalID == nil || c.ChannelID == nil {
			continue
		}
		at[task.External{AccountID: c.AccountID, ChannelID: *c.ChannelID, ExternalID: *c.ExternalID}] = c
		if c.UnsentAt != nil && c.EventID != nil {
			unsent = append(unsent, Event{AccountID: c.AccountID, ID: *c.EventID})
		}
	}
	for _, a := range list {
		state, reason := Processed, "before_its_message"
		if c, ok := at[a.external()]; ok {
			a.event.TaskID, a.event.CommentID, reason = ids.Ptr(c.TaskID), ids.Ptr(c.ID), ""
		} else if unwanted(a.ch, a.in) {
			state, reason = Ignored, commentsOff
		}
		b.close(a, state, reason)
	}
	return b.store.forget(ctx, unsent)
}

func (a *arriving) amendment() task.Amendment {
	change := task.Amendment{External: a.external(), Fleeting: unwanted(a.ch, a.in)}
	at := a.in.OccurredAt
	switch a.in.Action {
	case channel.Edit:
		change.Edit = &task.NewText{Number: a.in.Number, Text: a.in.Text, At: at}
	case channel.Unsend:
		change.Unsent = &at
	case channel.Hidden, channel.Shown:
		change.Hidden = &task.Hiding{Hidden: a.in.Action == channel.Hidden, At: at}
	case channel.React:
		r := a.in.Reaction
		change.Reaction = &task.NewReaction{Removed: r.Removed, Reaction: task.Reaction{
			Person: a.in.Person.ExternalID, Emoji: r.Emoji, Name: r.Name, At: at,
		}}
	}
	return change
}

// amends tells whether the event changes a message.
func (a *arriving) amends() bool {
	return slices.Contains(amending(), a.in.Action)
}

func amending() []channel.Action {
	return []channel.Action{channel.Edit, channel.Unsend, channel.React, channel.Hidden, channel.Shown}
}
