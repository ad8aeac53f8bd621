package task

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
)

// WhatIf is what a channel's rule for new tasks would have made of what people wrote lately, under each of its choices. It
// is worked out from what is stored: who wrote when, and when the tasks that there really were became active and inactive.
// What a task of another rule would have lived through, nobody knows: it is taken to have been active while a real one of
// the same scope was.
type WhatIf struct {
	Since    time.Time
	Messages Compared
	Comments Compared
	Cut      bool // there was more than is looked at: the newest is
}

// Compared is what was heard, what was really made of it, and what each choice would have made.
type Compared struct {
	Heard   int
	Made    int
	Choices []Choice
}

// Choice is one way of the rule, with what would have come of it.
type Choice struct {
	NewTask  channel.NewTask
	Scope    string
	Made     int // tasks
	Reopened int // times that a task would have come back
	Examples []Example
}

// Example is a message with which a choice would have done something else than what was done.
type Example struct {
	TaskID ids.ID
	Number int64
	Title  string
	At     time.Time
	Would  Would
}

// Would is what a choice would have done with a message.
type Would string

// What there is to do.
const (
	WouldMake     Would = "make"
	WouldReopen   Would = "reopen"
	WouldContinue Would = "continue"
)

const (
	whatIfSpan  = 30 * 24 * time.Hour
	maxHeard    = 20_000
	maxExamples = 3
)

// WhatIf compares the choices of a channel's rule over the last thirty days, with a fixed number of statements.
func (s *Service) WhatIf(ctx context.Context, a account.ID, channelID ids.ID) (WhatIf, error) {
	since := s.Clock.Now().Add(-whatIfSpan)
	w := WhatIf{Since: since}
	tasks, err := s.store.livedSince(ctx, a, channelID, since, maxHeard)
	if err != nil {
		return w, err
	}
	heard, err := s.store.saidSince(ctx, a, channelID, since, maxHeard+1)
	if err != nil {
		return w, err
	}
	if w.Cut = len(heard) > maxHeard; w.Cut {
		heard = heard[:maxHeard]
	}
	slices.Reverse(heard) // the first one first
	p, err := s.pasts(ctx, a, channelID, since, tasks, heard)
	if err != nil {
		return w, err
	}
	direct, under := p.split(channelID)
	w.Messages = p.compare(direct, channelID, []scoping{
		{string(channel.PerConversation), inConversation}, {string(channel.PerContact), ofContact},
	})
	w.Comments = p.compare(under, channelID, []scoping{
		{string(channel.PerPost), underPost}, {string(channel.PerThread), inThread}, {string(channel.PerAuthor), byAuthor},
	})
	return w, nil
}

// past is what there was: tasks, what was heard, and when tasks were active.
type past struct {
	tasks  map[ids.ID]*lived
	heard  []heard
	before map[string][]*lived // by scope key, the first one first
}

// lived is a task with what the comparison needs of it.
type lived struct {
	Task            `gorm:"embedded"`
	HadConversation bool // there were tasks of it before
	HadContact      bool
	HadPost         bool
	turns           []turn `gorm:"-"`
}

// turn is a moment at which a task became active or inactive.
type turn struct {
	at     time.Time
	active bool
}

// heard is something that a person wrote.
type heard struct {
	ID             ids.ID
	TaskID         ids.ID
	ChannelID      ids.ID
	ConversationID *ids.ID
	PostID         *ids.ID
	Thread         string
	ExternalID     string
	AuthorID       *ids.ID
	EventID        *ids.ID
	CreatedAt      time.Time
}

func (s *Service) pasts(
	ctx context.Context, a account.ID, channelID ids.ID, since time.Time, tasks []lived, said []heard,
) (*past, error) {
	p := &past{tasks: make(map[ids.ID]*lived, len(tasks)), heard: said, before: map[string][]*lived{}}
	plain := make([]Task, len(tasks))
	for i := range tasks {
		p.tasks[tasks[i].ID], plain[i] = &tasks[i], tasks[i].Task
	}
	sets, err := s.sets(ctx, plain)
	if err != nil {
		return nil, err
	}
	changes, err := s.store.statusChanges(ctx, a, channelID, since, maxHeard)
	for _, c := range changes {
		id, bad := ids.Parse(c.ObjectID)
		t := p.tasks[id]
		key, is := c.Details["status"].(string)
		if bad != nil || t == nil || !is {
			continue
		}
		if status, known := sets[t.StatusSetID].ByKey(key); known {
			t.turns = append(t.turns, turn{c.At, status.Active})
		}
	}
	for _, h := range said { // whatever is written to a task makes it active, or has found it so
		if t := p.tasks[h.TaskID]; t != nil {
			t.turns = append(t.turns, turn{h.CreatedAt, true})
		}
	}
	for i := range tasks {
		t := &tasks[i]
		slices.SortStableFunc(t.turns, func(x, y turn) int { return x.at.Compare(y.at) })
		for _, key := range t.keys() {
			p.before[key] = append(p.before[key], t)
		}
	}
	for _, list := range p.before {
		slices.SortFunc(list, func(x, y *lived) int {
			return cmp.Or(x.CreatedAt.Compare(y.CreatedAt), cmp.Compare(x.Number, y.Number))
		})
	}
	return p, err
}

// activeBefore tells whether the task was active just before a moment.
func (t *lived) activeBefore(at time.Time) bool {
	active := true
	for _, x := range t.turns {
		if !x.at.Before(at) {
			break
		}
		active = x.active
	}
	return active
}

// keys are the scopes that the task is known to belong to by itself.
func (t *lived) keys() (keys []string) {
	if t.PostID != nil {
		return []string{"post:" + t.PostID.String()}
	}
	if t.ConversationID != nil {
		keys = append(keys, "conversation:"+t.ConversationID.String())
	}
	if t.ContactID != nil {
		keys = append(keys, "contact:"+t.ContactID.String())
	}
	return keys
}

// split tells direct messages from comments; the latter of one channel only.
func (p *past) split(channelID ids.ID) (direct, under []heard) {
	for _, h := range p.heard {
		switch {
		case p.tasks[h.TaskID] == nil:
		case h.PostID == nil && h.ConversationID != nil:
			direct = append(direct, h)
		case h.PostID != nil && h.ChannelID == channelID:
			under = append(under, h)
		}
	}
	return direct, under
}

// scoping says of which scope something heard is, and whether that scope had a task before the time that is looked at.
type scoping struct {
	name string
	of   func(h heard, t *lived) (key string, had bool)
}

func inConversation(h heard, t *lived) (string, bool) {
	return "conversation:" + h.ConversationID.String(), t.HadConversation
}

func ofContact(h heard, t *lived) (string, bool) {
	return "contact:" + ids.Of(t.ContactID).String(), t.HadContact && t.ContactID != nil
}

func underPost(h heard, t *lived) (string, bool) { return "post:" + h.PostID.String(), t.HadPost }

// inThread: what answers an older comment belongs to a thread that was there.
func inThread(h heard, _ *lived) (string, bool) {
	return "thread:" + h.Thread, h.Thread != h.ExternalID
}

func byAuthor(h heard, _ *lived) (string, bool) {
	return "author:" + h.PostID.String() + ":" + ids.Of(h.AuthorID).String(), false
}

func (p *past) compare(list []heard, channelID ids.ID, scopes []scoping) Compared {
	c := Compared{Choices: []Choice{}}
	for _, h := range list {
		if h.ChannelID == channelID {
			c.Heard++
			if p.made(h) {
				c.Made++
			}
		}
	}
	for _, scope := range scopes {
		for _, rule := range []channel.NewTask{channel.NewWhenNoneActive, channel.ReopenLast} {
			c.Choices = append(c.Choices, p.play(list, channelID, scope, rule))
		}
	}
	return c
}

// made tells whether a task was really made of something heard.
func (p *past) made(h heard) bool {
	t := p.tasks[h.TaskID]
	return h.EventID != nil && t.EventID != nil && *t.EventID == *h.EventID
}

// play goes through what was heard as if another rule had held.
func (p *past) play(list []heard, channelID ids.ID, scope scoping, rule channel.NewTask) Choice {
	c := Choice{NewTask: rule, Scope: scope.name, Examples: []Example{}}
	held := map[string]map[*lived]bool{} // the real tasks that what a scope heard went to
	for _, h := range list {
		t := p.tasks[h.TaskID]
		key, had := scope.of(h, t)
		of := held[key]
		if of == nil {
			of = p.earlier(key, h)
			held[key] = of
		}
		would := WouldMake
		switch {
		case anyActive(of, h.CreatedAt):
			would = WouldContinue
		case rule == channel.ReopenLast && (had || len(of) > 0):
			would = WouldReopen
		}
		of[t] = true
		if h.ChannelID == channelID {
			c.count(h, t, would, p.made(h))
		}
	}
	return c
}

// earlier are the tasks that a scope had before something was first heard in it.
func (p *past) earlier(key string, h heard) map[*lived]bool {
	of := map[*lived]bool{}
	for _, t := range p.before[key] {
		if t.CreatedAt.Before(h.CreatedAt) && (t.EventID == nil || h.EventID == nil || *t.EventID != *h.EventID) {
			of[t] = true
		}
	}
	return of
}

func anyActive(of map[*lived]bool, at time.Time) bool {
	for t := range of {
		if t.activeBefore(at) {
			return true
		}
	}
	return false
}

func (c *Choice) count(h heard, t *lived, would Would, made bool) {
	switch would {
	case WouldMake:
		c.Made++
	case WouldReopen:
		c.Reopened++
	}
	if made != (would == WouldMake) && len(c.Examples) < maxExamples {
		c.Examples = append(c.Examples, Example{t.ID, t.Number, t.Title, h.CreatedAt, would})
	}
}
