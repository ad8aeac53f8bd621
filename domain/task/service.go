package task

import (
	"context"
	"log/slog"
	"time"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/due"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/post"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/template"
	"kontor/templates"
)

// Service keeps tasks.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB            *storage.DB
	Clock         clock.Clock
	Log           *slog.Logger
	Due           *due.Index
	Feed          *feed.Feed
	Audit         *audit.Log
	Numbers       *storage.Counter
	Accounts      *account.Service
	Staff         *staff.Service
	Access        *access.Service
	Templates     *template.Service
	Channels      *channel.Service
	Contacts      *contact.Service
	Posts         *post.Service
	Conversations *conversation.Service
	Attachments   *attachment.Service
	Outbound      *outbound.Service
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB, maxFew, dear}} }

// Get returns a task of the account.
func (s *Service) Get(ctx context.Context, a account.ID, id ids.ID) (Task, error) {
	return s.store.get(ctx, a, id)
}

// ByKeys returns tasks of any accounts by their ids, those of them that exist.
func (s *Service) ByKeys(ctx context.Context, keys []channel.Key) (map[ids.ID]Task, error) {
	rows, err := storage.SelectMany[Task](ctx, s.DB, unique(keys), "account_id", "id")
	found := make(map[ids.ID]Task, len(rows))
	for _, t := range rows {
		found[t.ID] = t
	}
	return found, err
}

// Related is what belongs to tasks besides their own rows, by task.
type Related struct {
	Assignees    map[ids.ID][]Assignee
	Participants map[ids.ID][]ids.ID
	Tags         map[ids.ID][]string
}

// Shown is what tasks are shown with, besides their own rows.
type Shown struct {
	Related
	Parties  map[ids.ID]staff.Named    // who has them, and who follows them
	Contacts map[ids.ID]string         // names of whom they are about
	Channels map[ids.ID]string         // names
	Windows  map[ids.ID]time.Time      // by task, when the standard reply window of its person ends; without those who have none
	Trouble  map[ids.ID]outbound.State // by task, the worst state of its messages that need somebody: failed, refused or unconfirmed
}

// ShownWith returns what tasks of one account are shown with, with one statement.
func (s *Service) ShownWith(ctx context.Context, a account.ID, tasks []Task) (Shown, error) {
	return s.store.shown(ctx, a, tasks)
}

// RelatedOf returns what belongs to tasks of one account, with one statement.
func (s *Service) RelatedOf(ctx context.Context, a account.ID, tasks ...ids.ID) (Related, error) {
	return s.store.related(ctx, a, tasks)
}

// Whys returns the explanations of a task, the first one first.
func (s *Service) Whys(ctx context.Context, a account.ID, id ids.ID) ([]Why, error) {
	if _, err := s.store.get(ctx, a, id); err != nil {
		return nil, err
	}
	return s.store.whys(ctx, a, id)
}

// List returns the account's tasks that a filter lets through, the last commented first.
func (s *Service) List(ctx context.Context, a account.ID, f Filter, p storage.Page) ([]Task, string, error) {
	return s.store.list(ctx, a, f, s.Clock.Now(), p)
}

// Comment returns a comment of the account.
func (s *Service) Comment(ctx context.Context, a account.ID, id ids.ID) (Comment, error) {
	return s.store.comment(ctx, a, id)
}

// Comments returns the comments of a task, with those of its conversation that are its history: the first one first, or the
// newest first.
func (s *Service) Comments(
	ctx context.Context, a account.ID, id ids.ID, newest bool, p storage.Page,
) ([]Comment, string, error) {
	t, err := s.store.span(ctx, a, id)
	if err != nil {
		return nil, "", err
	}
	rows, next, err := s.store.comments(ctx, t, newest, p)
	for i := range rows {
		if rows[i].TaskID != t.ID {
			rows[i].History = true // it belongs to an earlier task
		}
	}
	return rows, next, err
}

// StatusesInUse returns the statuses of a set that tasks have.
func (s *Service) StatusesInUse(ctx context.Context, a account.ID, set ids.ID) ([]string, error) {
	return s.store.statusesInUse(ctx, a, set)
}

// StatusesChanged brings tasks in line with a changed status set: their category, and whether they are active.
func (s *Service) StatusesChanged(ctx context.Context, _ account.Actor, set template.StatusSet) error {
	for _, status := range set.Statuses {
		if err := s.store.restate(ctx, set.AccountID, set.ID, status); err != nil {
			return err
		}
	}
	return nil
}

// OpenCounts returns how many active tasks each staff member has: what round robin spreads by.
func (s *Service) OpenCounts(ctx context.Context, a account.ID) (map[ids.ID]int, error) {
	return s.store.openCounts(ctx, a)
}

// OpenOn returns how many active tasks of a channel each staff member and team has.
func (s *Service) OpenOn(ctx context.Context, a account.ID, channelID ids.ID) (map[ids.ID]int, error) {
	return s.store.openOn(ctx, a, channelID)
}

// announce tells screens that a task changed.
func (s *Service) announce(ctx context.Context, t Task) error {
	return s.Feed.Publish(ctx, feed.Event{
		AccountID: t.AccountID, Type: feed.TaskChanged, Refs: feed.Refs{TaskID: ids.Ptr(t.ID)},
	})
}

// statusOf returns a status of the task's set.
func (s *Service) statusOf(ctx context.Context, t Task, key string) (templates.Status, bool, error) {
	set, err := s.Templates.StatusSet(ctx, t.AccountID, t.StatusSetID)
	if err != nil {
		return templates.Status{}, false, err
	}
	status, ok := set.Set().ByKey(key)
	return status, ok, nil
}
