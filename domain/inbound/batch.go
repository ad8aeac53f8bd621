package inbound

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/task"
)

// batch is a set of events on its way through intake, stage by stage; every stage takes all of them with a fixed number of
// statements. Each stage leaves to the next what is still open, and closes what is not.
type batch struct {
	*Service
	planner
	all  []*arriving
	open []*arriving
	now  time.Time
}

// arriving is one event with what is known of it so far.
type arriving struct {
	event *Event
	ch    channel.Channel
	in    channel.Inbound
	facts

	person contact.Known
	conv   conversation.Conversation
	task   task.Task
	made   bool // the task was made for this event
	lead   *submission
	under  // of comments under posts only
}

func newBatch(s *Service, events []Event) *batch {
	b := &batch{Service: s, planner: planner{Service: s}, now: s.Clock.Now()}
	for i := range events {
		b.all = append(b.all, &arriving{event: &events[i]})
	}
	b.open = slices.Clone(b.all)
	return b
}

func (b *batch) run(ctx context.Context) error {
	for _, stage := range []func(context.Context) error{
		b.channels, b.read, b.leads, b.replays, b.echoes, b.known, b.posts, b.people, b.threads, b.receipts, b.tasks, b.comments, b.clicks,
		b.amend, b.touch,
	} {
		if len(b.open) == 0 {
			break
		}
		if err := stage(ctx); err != nil {
			return err
		}
	}
	return b.owners(ctx)
}

// close ends an event with an outcome.
func (b *batch) close(a *arriving, state State, reason string) {
	a.event.State, a.event.Reason, a.event.ProcessedAt = state, reason, &b.now
}

// goesOn tells whether an event has no fate yet, and closes it when it has.
func (b *batch) goesOn(a *arriving) bool {
	f := a.fate(a.ch, a.in)
	if f != (fate{}) {
		b.close(a, f.state, f.reason)
	}
	return f == fate{}
}

// keep leaves open only what a stage does not close.
func (b *batch) keep(open func(*arriving) bool) {
	b.open = slices.DeleteFunc(b.open, func(a *arriving) bool { return !open(a) })
}

// only returns the open events with one of the actions.
func (b *batch) only(actions ...channel.Action) []*arriving {
	var out []*arriving
	for _, a := range b.open {
		if slices.Contains(actions, a.in.Action) {
			out = append(out, a)
		}
	}
	return out
}

// channels finds the events' channels; a channel that was removed has no use for what still comes. Those that are off are kept
// as they are until the commit: whoever turns one on, and imports what is held, has to find what we hold here.
func (b *batch) channels(ctx context.Context) error {
	keys := map[channel.Key]bool{}
	for _, a := range b.open {
		keys[channel.Key{AccountID: a.event.AccountID, ID: a.event.ChannelID}] = true
	}
	found, err := b.Channels.ByKeys(ctx, slices.Collect(maps.Keys(keys)))
	if err != nil {
		return err
	}
	var off []channel.Key
	for k, c := range found {
		if !c.Takes() {
			off = append(off, k)
		}
	}
	locked, err := b.Channels.Locked(ctx, off)
	maps.Copy(found, locked)
	b.keep(func(a *arriving) bool {
		c, ok := found[channel.Key{AccountID: a.event.AccountID, ID: a.event.ChannelID}]
		a.ch, a.gone = c, !ok || c.RemovedAt != nil
		return b.goesOn(a)
	})
	return err
}

// read has the adapters say what the items mean. What is the item's fault quarantines it; what a channel that is off has
// no part in is held.
func (b *batch) read(context.Context) error {
	b.keep(func(a *arriving) bool {
		adapter, err := b.Channels.Registry.Of(a.ch.Kind)
		if err == nil {
			a.in, err = adapter.Parse(a.event.Item())
		}
		a.in = a.in.Clean()
		if a.in.OccurredAt.IsZero() {
			a.in.OccurredAt = a.event.OccurredAt
		}
		a.read, a.broken = true, err
		return b.goesOn(a)
	})
	return nil
}

// echoes settles our own messages. What somebody wrote to the person elsewhere goes on, as a comment.
func (b *batch) echoes(ctx context.Context) error {
	list := b.only(channel.Echo)
	if len(list) == 0 {
		return nil
	}
	heard := make([]outbound.Echo, len(list))
	for i, a := range list {
		heard[i] = outbound.Echo{
			AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, Token: a.in.Token, ExternalID: a.in.ExternalID,
			OccurredAt: a.in.OccurredAt, Person: a.in.Person.ExternalID,
		}
		if p := a.in.Place; p != nil {
			heard[i].Public, heard[i].Under = true, cmp.Or(p.Parent, p.Post)
			heard[i].Text, heard[i].Files = a.in.Text, len(a.in.Files)
		}
	}
	ours, err := b.Outbound.Echoed(ctx, heard)
	if err != nil {
		return err
	}
	for i, a := range list {
		a.asked, a.ours = true, ours[i]
	}
	b.keep(b.goesOn)
	return nil
}

// known closes messages that are comments already: the platform told us again under another key, or a task's history
// brought them.
func (b *batch) known(ctx context.Context) error {
	var keys []task.External
	for _, a := range b.only(channel.Message, channel.Echo) {
		if a.in.ExternalID != "" {
			keys = append(keys, a.external())
		}
		if a.in.Place != nil && a.in.Place.Parent != "" {
			keys = append(keys, a.parentRef())
		}
	}
	there, err := b.Tasks.Known(ctx, keys)
	if err != nil {
		return err
	}
	b.findParents(there)
	b.keep(func(a *arriving) bool {
		c, ok := there[a.external()]
		if !ok || a.in.Action != channel.Message && a.in.Action != channel.Echo {
			return true
		}
		a.event.TaskID, a.event.CommentID, a.told = ids.Ptr(c.TaskID), ids.Ptr(c.ID), true
		return b.goesOn(a)
	})
	return nil
}

func (a *arriving) external() task.External {
	return task.External{AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, ExternalID: a.in.ExternalID}
}

// threads finds the conversations, and begins those of people who write for the first time.
func (b *batch) threads(ctx context.Context) error {
	var wanted []conversation.Conversation
	for _, a := range b.open {
		if a.in.Place == nil && a.person.Identity.ID != ids.Nil {
			c := conversation.Conversation{
				AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, Type: conversation.Direct, Key: a.thread().Key,
				ContactID: ids.Ptr(a.person.Contact.ID), IdentityID: ids.Ptr(a.person.Identity.ID),
			}
			b.news(a).Begin(&c)
			wanted = append(wanted, c)
		}
	}
	wanted = append(wanted, b.threadsOfPosts()...)
	found, err := b.Conversations.Ensure(ctx, wanted)
	if err != nil {
		return err
	}
	for _, a := range b.open {
		a.conv = found[a.thread()]
	}
	return b.threadsOfEchoes(ctx)
}

func (a *arriving) thread() conversation.Thread {
	key := conversation.DirectKey(a.in.Person.ExternalID)
	if a.in.Place != nil {
		key = conversation.PostKey(a.in.Place.Post)
	}
	return conversation.Thread{AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, Key: key}
}

// receipts notes what was delivered and read.
func (b *batch) receipts(ctx context.Context) error {
	var receipts []outbound.Receipt
	for _, a := range b.only(channel.Delivered, channel.Read) {
		state := outbound.Delivered
		if a.in.Action == channel.Read {
			state = outbound.Read
		}
		receipts = append(receipts, outbound.Receipt{
			AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, ConversationID: a.conv.ID, State: state,
			ExternalIDs: a.in.ExternalIDs, Until: a.in.Until, At: a.in.OccurredAt,
		})
		b.close(a, Processed, "")
	}
	if len(receipts) == 0 {
		return nil
	}
	return b.Outbound.Receive(ctx, receipts)
}

// tasks finds or makes the active task of each message. What our side wrote elsewhere goes on the conversation's last task
// and opens none.
func (b *batch) tasks(ctx context.Context) error {
	var wanted []task.Wanted
	messages := b.only(channel.Message)
	for _, a := range messages {
		wanted = append(wanted, b.wanted(ctx, a))
	}
	ensured, err := b.Tasks.Ensure(ctx, wanted)
	if err != nil {
		return err
	}
	for i, a := range messages {
		e := ensured[wanted[i].Scoped]
		a.task, a.made = e.Task, e.New
	}
	echoes := b.only(channel.Echo)
	last, err := b.Tasks.LastOf(ctx, conversationsOf(echoes))
	if err != nil {
		return err
	}
	parents, err := b.tasksOfParents(ctx, echoes)
	if err != nil {
		return err
	}
	for _, a := range echoes {
		t, ok := parents[a.event.ID]
		if !ok {
			t, ok = last[a.conv.ID]
		}
		a.task, a.homeless = t, !ok
		b.goesOn(a)
	}
	return nil
}

func conversationsOf(list []*arriving) []channel.Key {
	keys := map[channel.Key]bool{}
	for _, a := range list {
		if a.conv.ID != ids.Nil {
			keys[channel.Key{AccountID: a.event.AccountID, ID: a.conv.ID}] = true
		}
	}
	return slices.Collect(maps.Keys(keys))
}

// comments writes messages and echoes on their tasks, with their files.
func (b *batch) comments(ctx context.Context) error {
	tasks := map[ids.ID]task.Ensured{}
	var rows []task.Comment
	of := map[ids.ID]*arriving{}
	for _, a := range b.only(channel.Message, channel.Echo) {
		if a.event.State != Received {
			continue
		}
		c := b.comment(a)
		rows, of[c.ID], tasks[a.task.ID] = append(rows, c), a, task.Ensured{Task: a.task, New: a.made}
		a.event.TaskID, a.event.CommentID = ids.Ptr(a.task.ID), ids.Ptr(c.ID)
		b.close(a, Processed, "")
	}
	written, err := b.Tasks.AddInbound(ctx, tasks, rows)
	if err != nil {
		return err
	}
	var filed []task.Filed
	for _, c := range written {
		a := of[c.ID]
		delete(of, c.ID)
		filed = append(filed, task.Filed{Comment: c, Files: a.in.Files, Media: a.ch.Settings.Media})
	}
	for _, a := range of { // the same message twice in one batch
		a.event.CommentID, a.event.Reason = nil, "known"
	}
	if err := b.Tasks.AddFiles(ctx, filed); err != nil {
		return err
	}
	return b.filesOfPosts(ctx)
}

func (b *batch) comment(a *arriving) task.Comment {
	c := task.FromInbound(a.task, a.in)
	c.ConversationID, c.ChannelID = ids.Ptr(a.conv.ID), ids.Ptr(a.event.ChannelID)
	c.EventID, c.CreatedAt = ids.Ptr(a.event.ID), b.now
	if a.in.Action == channel.Message {
		c.AuthorID = ids.Ptr(a.person.Contact.ID)
		if c.AuthorName = a.person.Contact.Name; c.AuthorName == "" {
			c.AuthorName = cmp.Or(a.person.Identity.Name, a.in.Person.Name)
		}
	}
	if a.in.Place != nil {
		c.PostID, c.Thread = a.task.PostID, a.top
		if a.post.ID != ids.Nil {
			c.PostID = ids.Ptr(a.post.ID)
		}
	}
	return c
}

// touch notes signs of life and news of conversations, and closes what needed nothing more.
func (b *batch) touch(ctx context.Context) error {
	seen := map[ids.ID]contact.Seen{}
	news := map[ids.ID]conversation.News{}
	for _, a := range b.open {
		if a.event.State == Received { // it only brought somebody
			b.close(a, Processed, "")
		}
		if a.conv.ID == ids.Nil {
			continue
		}
		s, ok := b.sign(a)
		if was, twice := seen[s.ID]; twice {
			s.Merge(was)
		}
		if ok {
			seen[s.ID] = s
		}
		n := b.news(a)
		if was, twice := news[n.ID]; twice {
			was.Merge(n)
			n = was
		}
		news[n.ID] = n
	}
	if err := b.Contacts.Touch(ctx, slices.Collect(maps.Values(seen))); err != nil {
		return err
	}
	return b.Conversations.Touch(ctx, slices.Collect(maps.Values(news)))
}

// sign is the sign of life in an event, if it is one.
func (b *batch) sign(a *arriving) (contact.Seen, bool) {
	s := contact.Seen{AccountID: a.event.AccountID, ID: a.person.Identity.ID}
	at := a.in.OccurredAt
	if a.in.Place != nil { // what is written under a post opens no conversation
		return s, false
	}
	if a.in.Action == channel.Message {
		s.LastMessageAt = &at
	}
	if a.in.Opens != "" {
		if adapter, err := b.Channels.Registry.Of(a.ch.Kind); err == nil {
			if open := adapter.Describe().Capabilities.Windows[a.in.Opens]; open > 0 {
				until := at.Add(open)
				s.WindowOpenedAt, s.WindowUntil = &at, &until
			}
		}
	}
	return s, s.LastMessageAt != nil || s.WindowUntil != nil
}

func (b *batch) news(a *arriving) conversation.News {
	n := conversation.News{AccountID: a.event.AccountID, ID: a.conv.ID, Referral: a.in.Referral, Standby: a.in.Standby}
	at := a.in.OccurredAt
	switch a.in.Action {
	case channel.Message, channel.Echo:
		n.LastMessageAt = &at
	case channel.Delivered, channel.Read:
		if a.in.Until.IsZero() {
			break
		}
		if n.DeliveredUntil = &a.in.Until; a.in.Action == channel.Read {
			n.ReadUntil = &a.in.Until
		}
	}
	return n
}
