package inbound

import (
	"context"
	"maps"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/task"
	"kontor/domain/template"
)

// submission is a lead on its way through intake.
type submission struct {
	*arriving
	lead    lead.Lead
	form    lead.Form
	pair    template.Pair
	pending bool // its answers cannot be read yet

	contact *contact.Contact // nil while nobody knows whose it is
	by      by
	other   ids.ID // another contact that the phone number leads to
}

// leadStage turns submitted forms into tasks. It is a stage of a batch, and inside it again a row of steps that each take
// all of them with a fixed number of statements. A lead whose answers are not here waits for them, at first for a moment;
// then its task is made without them, and filled in place when they come.
type leadStage struct {
	*batch
	plans planner // of its own: other templates, other assignees
	list  []*submission
}

// leads takes the submissions out of the batch and finishes them.
func (b *batch) leads(ctx context.Context) error {
	st := &leadStage{batch: b, plans: planner{Service: b.Service}}
	b.keep(func(a *arriving) bool {
		if a.in.Action != channel.Submit {
			return true
		}
		if !a.ch.Settings.Leads && a.event.TaskID == nil {
			b.close(a, Ignored, "leads_off")
			return false
		}
		a.lead = &submission{arriving: a}
		st.list = append(st.list, a.lead)
		return false
	})
	if len(st.list) == 0 {
		return nil
	}
	for _, step := range []func(context.Context) error{
		st.arrive, st.settle, st.prepare, st.again, st.contacts, st.threads, st.tasks, st.comments, st.touch,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// only returns the submissions that are still open.
func (st *leadStage) only(which func(*submission) bool) []*submission {
	return slices.DeleteFunc(slices.Clone(st.list), func(x *submission) bool { return !which(x) })
}

// arrive finds or makes the leads.
func (st *leadStage) arrive(ctx context.Context) error {
	arrivals := make([]lead.Arrival, len(st.list))
	for i, x := range st.list {
		arrivals[i] = lead.Arrival{
			AccountID: x.event.AccountID, ChannelID: x.event.ChannelID, EventID: x.event.ID, Key: x.event.Key, Lead: *x.in.Lead,
		}
	}
	found, err := st.Leads.Arrive(ctx, arrivals)
	for _, x := range st.list {
		x.lead = found[x.event.ID]
	}
	return err
}

// settle decides which leads go on: those whose answers are here, and those that have waited long enough for them.
func (st *leadStage) settle(ctx context.Context) error {
	var asked []lead.Lead
	var waiting []*Event
	st.list = st.only(func(x *submission) bool {
		switch {
		case ids.Of(x.lead.EventID) != x.event.ID: // another event told of it before
			x.event.TaskID, x.event.ContactID = x.lead.TaskID, x.lead.ContactID
			st.close(x.arriving, Processed, "known")
			return false
		case x.lead.State == lead.Read:
			return true
		}
		x.pending = true
		final := x.lead.State == lead.Unreadable || x.lead.Problem != nil && x.lead.Problem.Final
		if x.event.TaskID != nil || final || x.event.WaitingUntil != nil && !x.event.WaitingUntil.After(st.now) {
			return true
		}
		until := st.now.Add(patience)
		if x.event.WaitingUntil != nil {
			until = *x.event.WaitingUntil
		}
		st.wait(x.arriving, "answers", &until)
		asked, waiting = append(asked, x.lead), append(waiting, x.event)
		return false
	})
	if len(waiting) == 0 {
		return nil
	}
	if err := st.Leads.Want(ctx, asked...); err != nil {
		return err
	}
	return st.watch(ctx, waiting)
}

// prepare reads what the plans need: accounts, forms and templates.
func (st *leadStage) prepare(ctx context.Context) error {
	if len(st.list) == 0 {
		return nil
	}
	accounts := map[account.ID]bool{}
	channels := map[ids.ID]channel.Channel{}
	leads := make([]lead.Lead, len(st.list))
	for i, x := range st.list {
		accounts[x.event.AccountID], channels[x.ch.ID], leads[i] = true, x.ch, x.lead
	}
	var err error
	if st.plans.accounts, err = st.Accounts.ByIDs(ctx, slices.Collect(maps.Keys(accounts))); err != nil {
		return err
	}
	forms, err := st.Leads.FormsOf(ctx, leads)
	if err != nil {
		return err
	}
	pairs, err := st.Leads.Pairs(ctx, slices.Collect(maps.Values(forms)), channels)
	for _, x := range st.list {
		x.form = forms[x.lead.ID]
		x.pair = pairs[x.form.ID]
	}
	return err
}

// again fills in the tasks of leads that have one: their answers have come, or they are processed another time.
func (st *leadStage) again(ctx context.Context) error {
	had := st.only(func(x *submission) bool { return x.event.TaskID != nil })
	st.list = st.only(func(x *submission) bool { return x.event.TaskID == nil })
	for _, x := range had {
		cause := ""
		if x.lead.TaskID != nil && x.lead.Filled == nil {
			cause = forAnswers
		}
		if _, err := st.fillAgain(ctx, x, cause); err != nil {
			return err
		}
		st.finish(x)
	}
	return nil
}

// finish closes the event of a lead that has its task.
func (st *leadStage) finish(x *submission) {
	switch {
	case x.pending && x.lead.State == lead.Waiting:
		st.wait(x.arriving, "answers", nil)
	case x.pending:
		st.close(x.arriving, Processed, "answers_unreadable")
	default:
		st.close(x.arriving, Processed, "")
	}
}

// contacts finds whose the leads are that can be read: by their address on the channel, by e-mail, by phone number; else
// they are somebody new. Leads that cannot be read wait for that.
func (st *leadStage) contacts(ctx context.Context) error {
	return st.meet(ctx, st.only(func(x *submission) bool { return !x.pending }))
}

// threads finds the conversations of leads that were submitted inside one.
func (st *leadStage) threads(ctx context.Context) error {
	var wanted []conversation.Conversation
	inside := st.only(func(x *submission) bool { return x.person.Identity.ID != ids.Nil })
	for _, x := range inside {
		wanted = append(wanted, conversation.Conversation{
			AccountID: x.event.AccountID, ChannelID: x.event.ChannelID, Type: conversation.Direct, Key: x.thread().Key,
			ContactID: ids.Ptr(x.person.Contact.ID), IdentityID: ids.Ptr(x.person.Identity.ID),
		})
	}
	found, err := st.Conversations.Ensure(ctx, wanted)
	for _, x := range inside {
		x.conv = found[x.thread()]
	}
	return err
}

// tasks makes the tasks. A lead is a task of its own; one that was submitted inside a conversation continues what is active
// there.
func (st *leadStage) tasks(ctx context.Context) error {
	wanted := make([]task.Wanted, len(st.list))
	for i, x := range st.list {
		scope := task.LeadScope(x.lead.ID)
		switch {
		case x.conv.ID != ids.Nil && x.ch.Settings.ActiveScope == channel.PerContact:
			scope = task.ContactScope(x.contact.ID)
		case x.conv.ID != ids.Nil:
			scope = task.ConversationScope(x.conv.ID)
		}
		wanted[i] = task.Wanted{
			Scoped: task.Scoped{AccountID: x.event.AccountID, Scope: scope}, ConversationID: x.conv.ID,
			Make: func() (task.Draft, error) { return st.draft(ctx, x) },
		}
		if x.conv.ID != ids.Nil {
			wanted[i].Reopen = x.ch.Settings.NewTask
		}
	}
	ensured, err := st.Tasks.Ensure(ctx, wanted)
	if err != nil {
		return err
	}
	became := make([]lead.Lead, len(st.list))
	for i, x := range st.list {
		e := ensured[wanted[i].Scoped]
		x.task, x.made = e.Task, e.New
		x.event.TaskID, x.lead.TaskID = ids.Ptr(e.Task.ID), ids.Ptr(e.Task.ID)
		became[i] = x.lead
	}
	return st.Leads.Became(ctx, became)
}

// comments writes what was entered on the tasks, in the words of whoever entered it.
func (st *leadStage) comments(ctx context.Context) error {
	tasks := map[ids.ID]task.Ensured{}
	var rows []task.Comment
	for _, x := range st.list {
		c := st.comment(x)
		rows, tasks[x.task.ID] = append(rows, c), task.Ensured{Task: x.task}
		if !x.pending {
			x.event.CommentID = ids.Ptr(c.ID)
		}
		st.finish(x)
	}
	_, err := st.Tasks.AddInbound(ctx, tasks, rows)
	return err
}

// touch notes that a form inside a conversation opened the reply window, and by which ad the person came.
func (st *leadStage) touch(ctx context.Context) error {
	seen := map[ids.ID]contact.Seen{}
	news := map[ids.ID]conversation.News{}
	for _, x := range st.only(func(x *submission) bool { return x.conv.ID != ids.Nil }) {
		if s, ok := st.sign(x.arriving); ok {
			if was, twice := seen[s.ID]; twice {
				s.Merge(was)
			}
			seen[s.ID] = s
		}
		n := st.news(x.arriving)
		if was, twice := news[n.ID]; twice {
			was.Merge(n)
			n = was
		}
		news[n.ID] = n
	}
	if err := st.Contacts.Touch(ctx, slices.Collect(maps.Values(seen))); err != nil {
		return err
	}
	return st.Conversations.Touch(ctx, slices.Collect(maps.Values(news)))
}

// Refill fills in again what was made of the lead of an event, and tells whether that changed anything.
func (s *Service) Refill(ctx context.Context, a account.ID, event ids.ID) (changed bool, err error) {
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		e, err := s.store.get(ctx, a, event)
		if errs.KindOf(err) == errs.NotFound { // it was too old to be kept
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.store.lockSlot(ctx, e.Slot, s.Clock.Now()); err != nil {
			return err
		}
		if e, err = s.store.get(ctx, a, event); err != nil || e.Raw == nil || e.TaskID == nil {
			return err // erased, or not yet processed
		}
		b := newBatch(s, []Event{e})
		if err := b.channels(ctx); err != nil {
			return err
		}
		if err := b.read(ctx); err != nil {
			return err
		}
		for _, x := range b.only(channel.Submit) {
			if changed, err = b.refillLead(ctx, x, forBackfill); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}

// refillLead fills in again what was made of one lead.
func (b *batch) refillLead(ctx context.Context, a *arriving, cause string) (bool, error) {
	a.lead = &submission{arriving: a}
	st := &leadStage{batch: b, plans: planner{Service: b.Service}, list: []*submission{a.lead}}
	for _, step := range []func(context.Context) error{st.arrive, st.prepare} {
		if err := step(ctx); err != nil {
			return false, err
		}
	}
	if a.lead.lead.State != lead.Read {
		return false, nil
	}
	return st.fillAgain(ctx, a.lead, cause)
}

// since is when a lead was submitted, as far as is known.
func (x *submission) since() time.Time {
	if !x.lead.SubmittedAt.IsZero() {
		return x.lead.SubmittedAt
	}
	return x.in.OccurredAt
}
