package inbound

import (
	"context"

	"kontor/domain/channel"
	"kontor/domain/conversation"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/post"
	"kontor/domain/task"
	"kontor/templates"
)

// What intake does for comments under posts, besides what it does for every message.

// commentsOff is why a comment has no effect on a channel that does not take comments.
const commentsOff = "comments_off"

// under is what is known of a comment's place.
type under struct {
	post   post.Post
	top    string        // the platform's id of the comment on the post that it belongs to
	parent *task.Comment // what it answers, if that was there before
	beside *arriving     // what it answers, if that comes with it
}

func (a *arriving) parentRef() task.External {
	return task.External{AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, ExternalID: a.in.Place.Parent}
}

func (a *arriving) postRef() post.Ref {
	return post.Ref{AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, ExternalID: a.in.Place.Post}
}

// findParents finds what comments answer, there or in this batch, and with it the thread they belong to.
func (b *batch) findParents(there map[task.External]task.Comment) {
	here := map[task.External]*arriving{}
	for _, a := range b.only(channel.Message, channel.Echo) {
		if a.in.Place == nil {
			continue
		}
		if a.top = a.in.ExternalID; a.in.Place.Parent != "" {
			a.top = a.in.Place.Parent
			if c, ok := there[a.parentRef()]; ok {
				a.parent = &c
				if c.Thread != "" {
					a.top = c.Thread
				}
			} else if x := here[a.parentRef()]; x != nil {
				a.beside, a.top = x, x.top
			}
		}
		here[a.external()] = a
	}
}

// posts finds or makes the posts that comments stand under.
func (b *batch) posts(ctx context.Context) error {
	var wanted []post.Post
	messages := b.only(channel.Message)
	for _, a := range messages {
		if a.in.Place != nil {
			r := a.postRef()
			wanted = append(wanted, post.Post{
				AccountID: r.AccountID, ChannelID: r.ChannelID, ExternalID: r.ExternalID, URL: a.in.Place.PostURL,
			})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found, err := b.Posts.Ensure(ctx, wanted)
	for _, a := range messages {
		if a.in.Place != nil {
			a.post = found[a.postRef()]
		}
	}
	return err
}

// threadsOfPosts are the conversations that people's comments belong to.
func (b *batch) threadsOfPosts() []conversation.Conversation {
	var wanted []conversation.Conversation
	for _, a := range b.only(channel.Message) {
		if a.in.Place != nil {
			t := a.thread()
			wanted = append(wanted, conversation.Conversation{
				AccountID: t.AccountID, ChannelID: t.ChannelID, Type: conversation.OfAPost, Key: t.Key,
			})
		}
	}
	return wanted
}

// threadsOfEchoes finds the conversations of what the channel itself wrote under posts. It begins none.
func (b *batch) threadsOfEchoes(ctx context.Context) error {
	var list []*arriving
	var keys []conversation.Thread
	for _, a := range b.only(channel.Echo) {
		if a.in.Place != nil && a.conv.ID == ids.Nil {
			list, keys = append(list, a), append(keys, a.thread())
		}
	}
	found, err := b.Conversations.Find(ctx, keys)
	for _, a := range list {
		a.conv = found[a.thread()]
	}
	return err
}

// tasksOfParents finds the tasks on which what echoes answer stands, by event.
func (b *batch) tasksOfParents(ctx context.Context, echoes []*arriving) (map[ids.ID]task.Task, error) {
	var keys []channel.Key
	for _, a := range echoes {
		if a.parent != nil {
			keys = append(keys, channel.Key{AccountID: a.parent.AccountID, ID: a.parent.TaskID})
		}
	}
	rows, err := b.Tasks.ByKeys(ctx, keys)
	found := map[ids.ID]task.Task{}
	for _, a := range echoes {
		switch {
		case a.parent != nil && rows[a.parent.TaskID].ID != ids.Nil:
			found[a.event.ID] = rows[a.parent.TaskID]
		case a.beside != nil && a.beside.task.ID != ids.Nil:
			found[a.event.ID] = a.beside.task
		}
	}
	return found, err
}

// commentScope names what has one active task.
func (a *arriving) commentScope() string {
	switch scope := a.ch.Settings.CommentScope; {
	case scope == channel.PerAuthor && a.person.Identity.ID != ids.Nil:
		return task.AuthorScope(a.post.ID, a.person.Identity.ID)
	case scope == channel.PerAuthor, scope == channel.PerThread:
		return task.ThreadScope(a.post.ID, a.top)
	}
	return task.PostScope(a.post.ID)
}

// history is how many past messages a new task shows. What one thread or one person is about has none: others spoke
// before them.
func (a *arriving) history() int {
	if a.in.Place != nil && a.ch.Settings.CommentScope != channel.PerPost {
		return 0
	}
	return a.ch.Settings.HistoryCount
}

// scopeName and newTask are the settings by which a task was found or made.
func (a *arriving) scopeName() string {
	if a.in.Place != nil {
		return string(a.ch.Settings.CommentScope)
	}
	return string(a.ch.Settings.ActiveScope)
}

func (a *arriving) newTask() channel.NewTask {
	if a.in.Place != nil {
		return a.ch.Settings.CommentNewTask
	}
	return a.ch.Settings.NewTask
}

// postScope is what patterns may read of the post.
func (a *arriving) postScope() templates.PostScope {
	if a.in.Place == nil {
		return templates.PostScope{}
	}
	s := templates.PostScope{ID: a.in.Place.Post, Text: a.post.Text, Title: a.post.Title, URL: a.post.URL}
	if s.URL == "" {
		s.URL = a.in.Place.PostURL
	}
	return s
}

// whyPost explains what was known of the post when a task was made.
func (a *arriving) whyPost() []templates.Step {
	if a.in.Place == nil {
		return nil
	}
	return []templates.Step{postStep(a.post)}
}

func postStep(p post.Post) templates.Step {
	switch p.State {
	case post.Known:
		return templates.NewStep("post.known", "post", p.ExternalID)
	case post.Unreadable:
		return templates.NewStep("post.unreadable", "post", p.ExternalID, "problem", p.Reason)
	}
	return templates.NewStep("post.pending", "post", p.ExternalID)
}

// filesOfPosts shows the files of posts that are known already on the tasks that were made just now.
func (b *batch) filesOfPosts(ctx context.Context) error {
	var list []task.PostFiles
	seen := map[ids.ID]bool{}
	for _, a := range b.open {
		if a.made && a.in.Place != nil && a.ch.Settings.AttachPostFiles && a.post.State == post.Known && !seen[a.task.ID] {
			seen[a.task.ID] = true
			list = append(list, task.PostFiles{Task: a.task, Post: a.post, Media: a.ch.Settings.Media})
		}
	}
	return b.Tasks.ShowPostFiles(ctx, list)
}

// PostLearned fills the active tasks about a post in again, once it is known what it says; they were made when nobody did.
// A post that cannot be read is noted in their whys.
func (s *Service) PostLearned(ctx context.Context, p post.Post) error {
	tasks, err := s.Tasks.MadeUnder(ctx, p.AccountID, p.ID)
	if err != nil || len(tasks) == 0 {
		return err
	}
	if p.State != post.Known {
		return s.Tasks.Explain(ctx, tasks, postStep(p))
	}
	if err := s.showFiles(ctx, p, tasks); err != nil {
		return err
	}
	for _, t := range tasks {
		err := s.fillAgain(ctx, t, func(b *batch, a *arriving) error { return b.refill(ctx, a, "refill.post") })
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) showFiles(ctx context.Context, p post.Post, tasks []task.Task) error {
	c, err := s.Channels.Get(ctx, p.AccountID, p.ChannelID)
	if err != nil || !c.Settings.AttachPostFiles {
		return err
	}
	list := make([]task.PostFiles, len(tasks))
	for i, t := range tasks {
		list[i] = task.PostFiles{Task: t, Post: p, Media: c.Settings.Media}
	}
	return s.Tasks.ShowPostFiles(ctx, list)
}

// fillAgain fills a task in again by the event it was made from.
func (s *Service) fillAgain(ctx context.Context, t task.Task, fill func(*batch, *arriving) error) error {
	e, err := s.store.get(ctx, t.AccountID, ids.Of(t.EventID))
	if errs.KindOf(err) == errs.NotFound || err == nil && e.Raw == nil { // erased meanwhile, or too old to be kept
		return nil
	}
	if err != nil {
		return err
	}
	b := newBatch(s, []Event{e})
	for _, stage := range []func(context.Context) error{b.channels, b.read} {
		if err := stage(ctx); err != nil {
			return err
		}
	}
	for _, x := range b.open {
		if err := fill(b, x); err != nil {
			return err
		}
	}
	return nil
}
