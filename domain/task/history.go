package task

import (
	"context"
	"errors"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/storage"
)

// HistoryQueue is the due work of showing a new task what came before it; the key is the task's id.
const HistoryQueue = "history"

// historyTries is how often the platform is asked before the task shows what there is.
const historyTries = 5

// FetchHistory shows a new task the messages before its first one: from our own store first, then from the platform, which
// gives few. They are marked as history, make nothing unread and nobody work. The error is the database's.
func (s *Service) FetchHistory(ctx context.Context, w due.Work) error {
	id, err := ids.Parse(w.Key)
	if err != nil {
		return s.Due.Done(ctx, w)
	}
	t, err := s.store.get(ctx, w.AccountID, id)
	if errs.KindOf(err) == errs.NotFound {
		return s.Due.Done(ctx, w)
	}
	if err != nil {
		return err
	}
	own, err := s.store.before(ctx, t, t.HistoryWanted)
	if err != nil {
		return err
	}
	var past []channel.Inbound
	all := -1
	if len(own) < t.HistoryWanted {
		open, err := s.Outbound.Unsettled(ctx, t.AccountID, ids.Of(t.ChannelID), ids.Of(t.ConversationID))
		if err != nil {
			return err
		}
		if open && w.Attempts < historyTries {
			return s.Due.Later(ctx, w, s.Clock.Now().Add(historyPause(w)), true)
		}
		var f *channel.Failure
		past, all, err = s.pastOf(ctx, t)
		if errors.As(err, &f) && f.Class != channel.Rejected && w.Attempts < historyTries {
			return s.Due.Later(ctx, w, clock.Max(s.Clock.Now().Add(historyPause(w)), f.Until), true)
		}
		if err != nil && f == nil {
			return err
		}
	}
	fault.Point("history.after_read")
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Due.Done(ctx, w); err != nil {
			return err
		}
		fault.Point("history.before_show")
		return s.show(ctx, t, past, t.HistoryWanted-len(own), all)
	})
}

// historyPause is how long a history waits that cannot be shown yet.
func historyPause(w due.Work) time.Duration { return time.Duration(1<<w.Attempts) * 5 * time.Second }

// pastOf asks the platform; a kind without history gives none.
func (s *Service) pastOf(ctx context.Context, t Task) ([]channel.Inbound, int, error) {
	c, err := s.Channels.Get(ctx, t.AccountID, ids.Of(t.ChannelID))
	if err != nil {
		return nil, -1, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return nil, -1, err
	}
	fetcher, ok := adapter.(channel.HistoryFetcher)
	if !ok || c.State != channel.On {
		return nil, -1, nil
	}
	conv, err := s.Conversations.Get(ctx, t.AccountID, ids.Of(t.ConversationID))
	if err != nil || conv.IdentityID == nil {
		return nil, -1, err
	}
	x, err := s.Contacts.Identity(ctx, t.AccountID, *conv.IdentityID)
	if err != nil {
		return nil, -1, err
	}
	access, err := s.Channels.Access(c)
	if err != nil {
		return nil, -1, err
	}
	return fetcher.FetchHistory(ctx, access, x.ExternalID, t.StartedAt, adapter.Describe().Capabilities.History)
}

// show writes past messages that we do not have, and says in the task how many there are.
func (s *Service) show(ctx context.Context, t Task, past []channel.Inbound, room, all int) error {
	if err := s.keepPast(ctx, t, past, room); err != nil {
		return err
	}
	shown, err := s.store.before(ctx, t, t.HistoryWanted)
	if err != nil {
		return err
	}
	known, err := s.store.countBefore(ctx, t)
	if err != nil {
		return err
	}
	available := max(int(known), all-1) // the platform counts the first message too
	t.HistoryShown, t.HistoryAvailable = len(shown), &available
	if len(shown) > 0 {
		t.HistorySince = &shown[len(shown)-1].OccurredAt
	}
	t.UpdatedAt = s.Clock.Now()
	if err := s.store.update(ctx, t, "history_shown", "history_available", "history_since"); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{AccountID: t.AccountID, Type: feed.TaskChanged, Refs: feed.Refs{TaskID: ids.Ptr(t.ID)}})
}

// keepPast writes past messages as comments of the task: the newest that no task has yet, as many as there is room for.
func (s *Service) keepPast(ctx context.Context, t Task, past []channel.Inbound, room int) error {
	var candidates []Comment
	files := map[ids.ID][]channel.File{}
	var keys []External
	for _, in := range past {
		if !in.OccurredAt.Before(t.StartedAt) || in.Action != channel.Message && in.Action != channel.Echo {
			continue
		}
		in = in.Clean()
		c := FromInbound(t, in)
		c.History, c.CreatedAt = true, s.Clock.Now()
		candidates = append(candidates, c)
		files[c.ID], keys = in.Files, append(keys, c.external())
	}
	c, err := s.Channels.Get(ctx, t.AccountID, ids.Of(t.ChannelID))
	if err != nil {
		return err
	}
	known, err := s.Known(ctx, keys)
	if err != nil {
		return err
	}
	ours, err := s.sentFromHere(ctx, keys)
	if err != nil {
		return err
	}
	slices.SortStableFunc(candidates, func(a, b Comment) int { return b.OccurredAt.Compare(a.OccurredAt) })
	candidates = slices.DeleteFunc(candidates, func(c Comment) bool {
		_, there := known[c.external()]
		return there || ours[c.external()]
	})
	comments := candidates[:min(max(room, 0), len(candidates))]
	if err := s.applyTombstones(ctx, comments); err != nil { // what changed it may have overtaken it
		return err
	}
	written, err := storage.InsertMany(ctx, s.DB, comments)
	if err != nil {
		return err
	}
	var filed []Filed
	for i, ok := range written {
		if ok {
			filed = append(filed, Filed{comments[i], files[comments[i].ID], c.Settings.Media})
		}
	}
	return s.AddFiles(ctx, filed)
}

// sentFromHere tells which messages are answers that went from here: their comments know them by their deliveries.
func (s *Service) sentFromHere(ctx context.Context, messages []External) (map[External]bool, error) {
	echoes := make([]outbound.Echo, len(messages))
	for i, m := range messages {
		echoes[i] = outbound.Echo{AccountID: m.AccountID, ChannelID: m.ChannelID, ExternalID: m.ExternalID}
	}
	ours, err := s.Outbound.Echoed(ctx, echoes)
	found := map[External]bool{}
	for i, yes := range ours {
		if yes {
			found[messages[i]] = true
		}
	}
	return found, err
}

// FromInbound makes the comment of a message or an echo on a task.
func FromInbound(t Task, in channel.Inbound) Comment {
	c := Comment{
		AccountID: t.AccountID, ID: ids.New(), TaskID: t.ID, ConversationID: t.ConversationID, ChannelID: t.ChannelID,
		Visibility: Public, AuthorKind: account.Contact, AuthorID: t.ContactID, AuthorName: in.Person.Name, Text: in.Text,
		Transport: in.Transport, ReplyTo: in.ReplyTo, Details: in.Shown(), OccurredAt: in.OccurredAt,
	}
	if in.Action == channel.Echo { // somebody here wrote it, elsewhere
		c.AuthorKind, c.AuthorID, c.AuthorName = account.Staff, nil, ""
	}
	if in.ExternalID != "" {
		c.ExternalID = &in.ExternalID
	}
	if in.Place != nil {
		c.ReplyTo = in.Place.Parent
	}
	return c
}
