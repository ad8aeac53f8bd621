package inbound

import (
	"cmp"
	"context"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/post"
	"kontor/domain/template"
	"kontor/templates"
)

// Trial says which templates to try on which events. A nil draft leaves the channel's own template in place.
type Trial struct {
	ChannelID ids.ID
	Object    *templates.Object
	Contact   *templates.Contact
	Of        string         // only messages, comments or leads
	Events    int            // how many of the channel's newest events
	Pasted    []channel.Item // or these instead; all that they need is their bytes
}

// MaxTrialEvents is the most events of one trial.
const MaxTrialEvents = 50

// scanned is how many stored events are looked through for messages.
const scanned = 500

// Trialled is what one event would become: by the draft, and by what is in force.
type Trialled struct {
	EventID ids.ID // Nil for a pasted one
	Message string // the beginning of what it says
	Reason  string // why it becomes nothing
	Draft   *Outcome
	Today   *Outcome
}

// Outcome is the task and the contact an event would become, and why.
type Outcome struct {
	Task     templates.Task
	Status   templates.Status
	Contact  templates.ContactDraft
	Known    *contact.Contact // the contact there is already
	Assigned templates.Assignment
	Why      []templates.Step
}

// Preview tries templates on stored events, or on a pasted one, without writing anything. Owners and admins may. It answers
// as if each event were the first of its conversation.
func (s *Service) Preview(ctx context.Context, by account.Actor, t Trial) ([]Trialled, error) {
	if err := by.Require(account.Admin); err != nil {
		return nil, err
	}
	c, err := s.triedChannel(ctx, by.AccountID, t.ChannelID)
	if err != nil {
		return nil, err
	}
	if err := s.checkTrial(ctx, by.AccountID, t); err != nil {
		return nil, err
	}
	events, err := s.trialEvents(ctx, c, t)
	if err != nil {
		return nil, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return nil, err
	}
	out := make([]Trialled, 0, len(events))
	for i := range events {
		in, err := adapter.Parse(events[i].Item())
		a := &arriving{event: &events[i], ch: c, in: in.Clean()}
		if len(t.Pasted) == 0 && (err != nil || !t.wants(a)) {
			continue // stored events that make no task are of no interest here
		}
		if err != nil {
			return nil, errs.Input(errs.At("body.event", "event.not_readable", "problem", reasonText(err)))
		}
		one, err := s.try(ctx, a, t)
		if err != nil {
			return nil, err
		}
		if out = append(out, one); len(out) == min(max(t.Events, 1), MaxTrialEvents) {
			break
		}
	}
	return out, nil
}

// triedChannel returns the channel that an input names.
func (s *Service) triedChannel(ctx context.Context, a account.ID, id ids.ID) (channel.Channel, error) {
	c, err := s.Channels.Get(ctx, a, id)
	if errs.KindOf(err) == errs.NotFound {
		err = errs.Input(errs.At("body.channel_id", "channel.not_found"))
	}
	return c, err
}

// What stored events a trial may be about.
const (
	OfMessages = "messages"
	OfComments = "comments"
	OfLeads    = "leads"
)

// wants tells whether a stored event makes a task, and is of the sort that the trial is about.
func (t Trial) wants(a *arriving) bool {
	sort := OfMessages
	switch {
	case a.in.Action == channel.Submit && a.ch.Settings.Leads:
		sort = OfLeads
	case a.in.Action != channel.Message || unwanted(a.ch, a.in):
		return false
	case a.in.Place != nil:
		sort = OfComments
	}
	return t.Of == "" || t.Of == sort
}

// checkTrial refuses drafts that could not be saved.
func (s *Service) checkTrial(ctx context.Context, a account.ID, t Trial) error {
	if t.Object != nil {
		if err := s.Templates.CheckObject(ctx, a, *t.Object, "body.draft."); err != nil {
			return err
		}
	}
	if t.Contact != nil {
		return s.Templates.CheckContact(*t.Contact, "body.draft.")
	}
	return nil
}

func (s *Service) trialEvents(ctx context.Context, c channel.Channel, t Trial) ([]Event, error) {
	if len(t.Pasted) == 0 {
		return s.store.latest(ctx, c.AccountID, c.ID, scanned)
	}
	now := s.Clock.Now()
	events := make([]Event, len(t.Pasted))
	for i, item := range t.Pasted {
		events[i] = Event{
			AccountID: c.AccountID, ChannelID: c.ID, Type: item.Type, Raw: item.Raw, OccurredAt: item.OccurredAt, ReceivedAt: now,
			Envelope: item.Envelope,
		}
		if events[i].OccurredAt.IsZero() {
			events[i].OccurredAt = now
		}
		events[i].Envelope.EntryID = c.ExternalID
	}
	return events, nil
}

// try works out what one event would become.
func (s *Service) try(ctx context.Context, a *arriving, t Trial) (Trialled, error) {
	one := Trialled{EventID: a.event.ID, Message: excerpt(a.in.Text)}
	if a.in.Action == channel.Submit {
		return s.tryLead(ctx, a, t, one)
	}
	if a.in.Action != channel.Message {
		one.Reason = string(a.in.Action)
		if a.in.Action == channel.Ignore {
			one.Reason = a.in.Reason
		}
		return one, nil
	}
	if unwanted(a.ch, a.in) {
		one.Reason = commentsOff
		return one, nil
	}
	p := &planner{Service: s}
	if err := p.prepare(ctx, []*arriving{a}); err != nil {
		return one, err
	}
	if err := p.meet(ctx, a); err != nil {
		return one, err
	}
	pair := p.pair(a)
	var err error
	if one.Today, err = p.outcome(ctx, a, pair); err != nil {
		return one, err
	}
	if pair, err = s.drafted(ctx, a.ch.AccountID, pair, t); err != nil {
		return one, err
	}
	p.rosters = nil // the two do not compete for assignees
	one.Draft, err = p.outcome(ctx, a, pair)
	return one, err
}

// withObject puts a draft in the place of the channel's object template.
func (s *Service) withObject(
	ctx context.Context, a account.ID, pair template.Pair, o templates.Object,
) (template.Pair, error) {
	id, err := ids.Parse(o.StatusSetID)
	if err != nil {
		return pair, err
	}
	if pair.Statuses, err = s.Templates.StatusSet(ctx, a, id); err != nil {
		return pair, err
	}
	pair.Object = template.ObjectReady{Definition: o, Filler: o.Compile()}
	return pair, nil
}

// meet finds the person and the conversation if they are known, and makes nobody.
func (p *planner) meet(ctx context.Context, a *arriving) error {
	known, err := p.Contacts.Ensure(ctx, []contact.Wanted{{Address: a.address()}})
	if err != nil {
		return err
	}
	a.person = known[a.address()]
	if a.in.Place != nil {
		posts, err := p.Posts.Find(ctx, []post.Ref{a.postRef()})
		if err != nil {
			return err
		}
		a.post, a.top = posts[a.postRef()], cmp.Or(a.in.Place.Parent, a.in.ExternalID)
	}
	threads, err := p.Conversations.Find(ctx, []conversation.Thread{a.thread()})
	a.conv = threads[a.thread()]
	return err
}

// outcome is what the event becomes by a pair of templates.
func (p *planner) outcome(ctx context.Context, a *arriving, pair template.Pair) (*Outcome, error) {
	o := &Outcome{}
	person := *a
	var steps []templates.Step
	o.Contact, steps = p.contactDraft(a, pair.Contact)
	if a.person.Identity.ID == ids.Nil {
		person.person = contact.Known{New: true, Contact: contact.FromDraft(a.ch.AccountID, o.Contact, pair.Contact.ID, 0)}
	} else {
		o.Known = &a.person.Contact
	}
	draft, err := p.task(ctx, &person, pair.Object, pair.Statuses)
	if err != nil {
		return nil, err
	}
	o.Task, o.Assigned, o.Why = draft.Filled, draft.Assignment, append(steps, draft.Why...)
	o.Status, _ = pair.Statuses.Set().Initial()
	return o, nil
}

const maxExcerpt = 200

func excerpt(text string) string {
	r := []rune(text)
	return string(r[:min(len(r), maxExcerpt)])
}
