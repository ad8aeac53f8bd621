package task

import (
	"context"
	"maps"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// merge is one task having gone into another, with what must be known to take that back.
type merge struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	FromID    ids.ID
	IntoID    ids.ID
	Was       before `gorm:"serializer:json"`
	CreatedAt time.Time
	UndoneAt  *time.Time
}

// TableName names the table.
func (merge) TableName() string { return "task_merges" }

// before is what a merge changed.
type before struct {
	Status       string             `json:"status"` // of the task that went into the other
	Category     templates.Category `json:"category"`
	Active       bool               `json:"active"`
	Unread       bool               `json:"unread"`
	Scopes       []string           `json:"scopes"` // of which it was the active task
	Tags         []string           `json:"tags"`   // that the other got from it
	Participants []ids.ID           `json:"participants"`
	Assignees    []ids.ID           `json:"assignees"`
}

// whole refuses a task that has gone into another: whatever is done to it is meant for that one.
func (t Task) whole() error {
	if t.MergedInto != nil {
		return errs.New(errs.Conflict, "task.merged")
	}
	return nil
}

// maxMerges is how long a chain of merges is followed.
const maxMerges = 20

// survivors returns for each task the one it has gone into, or itself.
func (s *Service) survivors(ctx context.Context, rows []Task) ([]Task, error) {
	rows = slices.Clone(rows)
	for range maxMerges {
		var keys []channel.Key
		for _, t := range rows {
			if t.MergedInto != nil {
				keys = append(keys, channel.Key{AccountID: t.AccountID, ID: *t.MergedInto})
			}
		}
		if len(keys) == 0 {
			break
		}
		next, err := s.ByKeys(ctx, keys)
		if err != nil {
			return nil, err
		}
		for i, t := range rows {
			if into, ok := next[ids.Of(t.MergedInto)]; ok {
				rows[i] = into
			}
		}
	}
	return rows, nil
}

// forward puts comments on the tasks that theirs have gone into, which happens when something came late.
func (s *Service) forward(ctx context.Context, tasks map[ids.ID]Task, comments []Comment) (map[ids.ID]Task, error) {
	var gone []Task
	for _, t := range tasks {
		if t.MergedInto != nil {
			gone = append(gone, t)
		}
	}
	if len(gone) == 0 {
		return tasks, nil
	}
	there, err := s.survivors(ctx, gone)
	if err != nil {
		return nil, err
	}
	tasks = maps.Clone(tasks)
	to, keys := map[ids.ID]ids.ID{}, make([]channel.Key, len(gone))
	for i, t := range gone {
		to[t.ID], keys[i] = there[i].ID, channel.Key{AccountID: t.AccountID, ID: there[i].ID}
	}
	held, err := s.store.locked(ctx, keys)
	if err != nil {
		return nil, err
	}
	maps.Copy(tasks, held)
	for i := range comments {
		if id, ok := to[comments[i].TaskID]; ok {
			comments[i].TaskID = id
		}
	}
	return tasks, nil
}

// Merge lets a task go into another: its comments, participants, tags, and what continues it are the other's from then on.
// Its number leads there. It returns the other.
func (s *Service) Merge(ctx context.Context, by account.Actor, from, into ids.ID) (Task, error) {
	if from == into {
		return Task{}, errs.Input(errs.At("body.into_id", "task.merge_itself"))
	}
	var t Task
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		source, target, err := s.lockTwo(ctx, by.AccountID, from, into)
		if err != nil {
			return err
		}
		t, err = s.merge(ctx, by, source, target)
		fault.Point("task.before_merge_commit")
		return err
	})
	return t, err
}

// lockTwo locks two tasks in the order of their ids, so that nobody who does the same waits for us for ever.
func (s *Service) lockTwo(ctx context.Context, a account.ID, from, into ids.ID) (source, target Task, err error) {
	order := []ids.ID{from, into}
	slices.SortFunc(order, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	for _, id := range order {
		t, err := s.store.lock(ctx, a, id)
		switch {
		case errs.KindOf(err) == errs.NotFound && id == into:
			return source, target, errs.Input(errs.At("body.into_id", "task.not_found"))
		case err != nil:
			return source, target, err
		case id == into:
			target = t
		default:
			source = t
		}
	}
	if err := mayWork(ctx, source, target); err != nil {
		return source, target, err
	}
	if err := source.whole(); err != nil {
		return source, target, err
	}
	return source, target, target.whole()
}

func (s *Service) merge(ctx context.Context, by account.Actor, from, into Task) (Task, error) {
	now := s.Clock.Now()
	m := merge{AccountID: from.AccountID, ID: ids.New(), FromID: from.ID, IntoID: into.ID, CreatedAt: now}
	m.Was = before{Status: from.Status, Category: from.Category, Active: from.Active, Unread: from.Unread}
	if err := s.store.moveComments(ctx, m); err != nil {
		return into, err
	}
	if err := s.Outbound.FollowComments(ctx, from.AccountID, from.ID, into.ID); err != nil {
		return into, err
	}
	if err := s.followDrafts(ctx, from.AccountID, from.ID, into.ID); err != nil {
		return into, err
	}
	if err := s.mergeRelated(ctx, &m); err != nil {
		return into, err
	}
	if err := s.mergeStates(ctx, &m, &from, &into, now); err != nil {
		return into, err
	}
	if err := s.store.insertMerge(ctx, m); err != nil {
		return into, err
	}
	return into, s.tellMerged(ctx, by, from, into)
}

// mergeRelated gives the other task the tags and people that it lacks, and notes which.
func (s *Service) mergeRelated(ctx context.Context, m *merge) error {
	of, err := s.store.related(ctx, m.AccountID, []ids.ID{m.FromID, m.IntoID})
	if err != nil {
		return err
	}
	var tags []Tag
	var people []Participant
	var assignees []Assignee
	for _, tag := range of.Tags[m.FromID] {
		if !slices.Contains(of.Tags[m.IntoID], tag) {
			tags, m.Was.Tags = append(tags, Tag{m.AccountID, m.IntoID, tag}), append(m.Was.Tags, tag)
		}
	}
	for _, id := range of.Participants[m.FromID] {
		if !slices.Contains(of.Participants[m.IntoID], id) {
			people, m.Was.Participants = append(people, Participant{m.AccountID, m.IntoID, id}), append(m.Was.Participants, id)
		}
	}
	if len(of.Assignees[m.IntoID]) == 0 {
		for _, a := range of.Assignees[m.FromID] {
			m.Was.Assignees = append(m.Was.Assignees, a.AssigneeID)
			a.TaskID = m.IntoID
			assignees = append(assignees, a)
		}
	}
	return s.store.addRelated(ctx, m.AccountID, m.IntoID, related{assignees: assignees, participants: people, tags: tags})
}

// mergeStates closes the one task and brings the other up to date: if one of the two was active, it is.
func (s *Service) mergeStates(ctx context.Context, m *merge, from, into *Task, now time.Time) error {
	sets, err := s.sets(ctx, []Task{*from, *into})
	if err != nil {
		return err
	}
	scopes, err := s.store.scopesOf(ctx, from.AccountID, from.ID)
	if err != nil {
		return err
	}
	m.Was.Scopes = scopes
	if from.Active && !into.Active {
		if status, ok := sets[into.StatusSetID].Initial(); ok {
			into.setStatus(status)
		}
		if err := s.store.claimScope(ctx, *into); err != nil {
			return err
		}
	}
	if err := s.store.moveScopes(ctx, from.AccountID, scopes, from.ID, into.ID); err != nil {
		return err
	}
	into.absorb(*from)
	into.UpdatedAt = now
	err = s.store.update(ctx, *into, "status", "category", "active", "unread", "snippet", "last_comment_at", "contact_id",
		"channel_id", "conversation_id", "post_id", "snoozed_until")
	if err != nil {
		return err
	}
	if status, ok := sets[from.StatusSetID].First(templates.CategoryResolved); ok {
		from.setStatus(status)
	}
	from.Active, from.Unread, from.SnoozedUntil, from.MergedInto, from.UpdatedAt = false, false, nil, &into.ID, now
	return s.store.update(ctx, *from, "status", "category", "active", "unread", "snoozed_until", "merged_into")
}

// absorb takes over what another task knows better.
func (t *Task) absorb(from Task) {
	if from.LastCommentAt.After(t.LastCommentAt) {
		t.Snippet, t.LastCommentAt = from.Snippet, from.LastCommentAt
	}
	t.Unread = t.Unread || from.Unread
	if t.Unread {
		t.SnoozedUntil = nil
	}
	if t.ConversationID == nil {
		t.ConversationID, t.ChannelID, t.PostID = from.ConversationID, from.ChannelID, from.PostID
	}
	if t.ContactID == nil {
		t.ContactID = from.ContactID
	}
}

func (s *Service) tellMerged(ctx context.Context, by account.Actor, from, into Task) error {
	step := func(t Task, code templates.Step) Why {
		return Why{t.AccountID, t.ID, ids.New(), []templates.Step{code}, s.Clock.Now()}
	}
	_, err := storage.InsertMany(ctx, s.DB, []Why{
		step(into, templates.NewStep("task.merge.took", "number", from.Number, "staff", by.Name)),
		step(from, templates.NewStep("task.merge.went", "number", into.Number, "staff", by.Name)),
	})
	if err != nil {
		return err
	}
	err = s.Audit.Record(ctx,
		by.Entry("task.merged", "task", into.ID, map[string]any{"number": from.Number, "task_id": from.ID}),
		by.Entry("task.merged_into", "task", from.ID, map[string]any{"number": into.Number, "task_id": into.ID}))
	if err != nil {
		return err
	}
	return s.announceAll(ctx, from, into)
}

func (s *Service) announceAll(ctx context.Context, tasks ...Task) error {
	for _, t := range tasks {
		if err := s.announce(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// Unmerge takes a merge back: the task has its comments again, and is as it was. What was written since stays where it is.
// Merges are taken back in the reverse of their order.
func (s *Service) Unmerge(ctx context.Context, by account.Actor, id ids.ID) (Task, error) {
	var t Task
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		known, err := s.store.get(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		if known.MergedInto == nil {
			return errs.New(errs.Conflict, "task.not_merged")
		}
		m, err := s.store.lastMerge(ctx, by.AccountID, id)
		if err != nil {
			return err
		}
		order := []ids.ID{m.FromID, m.IntoID}
		slices.SortFunc(order, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
		locked := map[ids.ID]Task{}
		for _, id := range order {
			if locked[id], err = s.store.lock(ctx, by.AccountID, id); err != nil {
				return err
			}
		}
		if err := mayWork(ctx, locked[m.FromID], locked[m.IntoID]); err != nil {
			return err
		}
		t, err = s.unmerge(ctx, by, m, locked[m.FromID], locked[m.IntoID])
		return err
	})
	return t, err
}

func (s *Service) unmerge(ctx context.Context, by account.Actor, m merge, from, into Task) (Task, error) {
	if ids.Of(from.MergedInto) != into.ID {
		return from, errs.New(errs.Conflict, "task.not_merged")
	}
	if err := into.whole(); err != nil {
		return from, err
	}
	if err := s.store.returnComments(ctx, m); err != nil {
		return from, err
	}
	if err := s.Outbound.FollowComments(ctx, m.AccountID, into.ID, from.ID); err != nil {
		return from, err
	}
	if err := s.store.removeRelated(ctx, m); err != nil {
		return from, err
	}
	now := s.Clock.Now()
	from.Status, from.Category, from.Active, from.Unread = m.Was.Status, m.Was.Category, m.Was.Active, m.Was.Unread
	from.MergedInto, m.UndoneAt = nil, &now
	if err := s.returnScopes(ctx, m, &into); err != nil {
		return from, err
	}
	for _, t := range []*Task{&from, &into} {
		t.UpdatedAt = now
		if err := s.store.recount(ctx, t); err != nil {
			return from, err
		}
	}
	err := s.store.update(ctx, from, "status", "category", "active", "unread", "merged_into")
	if err != nil {
		return from, err
	}
	if err := s.store.closeMerge(ctx, m); err != nil {
		return from, err
	}
	return from, s.tellUnmerged(ctx, by, from, into)
}

// returnScopes makes a task the active one again of what it was, unless others are by now. What the merge alone has kept
// open in its place is resolved.
func (s *Service) returnScopes(ctx context.Context, m merge, into *Task) error {
	if err := s.store.moveScopes(ctx, m.AccountID, m.Was.Scopes, m.IntoID, m.FromID); err != nil {
		return err
	}
	if err := s.store.claimScopes(ctx, m.AccountID, m.Was.Scopes, m.FromID); err != nil {
		return err
	}
	if !into.Active || !slices.Contains(m.Was.Scopes, into.Scope) {
		return nil
	}
	sets, err := s.sets(ctx, []Task{*into})
	if err != nil {
		return err
	}
	if status, ok := sets[into.StatusSetID].First(templates.CategoryResolved); ok {
		into.setStatus(status)
	}
	into.Active, into.Unread, into.SnoozedUntil = false, false, nil
	return s.store.update(ctx, *into, "status", "category", "active", "unread", "snoozed_until")
}

func (s *Service) tellUnmerged(ctx context.Context, by account.Actor, from, into Task) error {
	for _, pair := range [][2]Task{{from, into}, {into, from}} {
		if err := s.explain(ctx, pair[0], templates.NewStep("task.merge.undone", "number", pair[1].Number, "staff", by.Name)); err != nil {
			return err
		}
		err := s.Audit.Record(ctx, by.Entry("task.unmerged", "task", pair[0].ID,
			map[string]any{"number": pair[1].Number, "task_id": pair[1].ID}))
		if err != nil {
			return err
		}
	}
	return s.announceAll(ctx, from, into)
}
