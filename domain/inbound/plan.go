package inbound

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/task"
	"kontor/domain/template"
	"kontor/templates"
)

// planner works out what a message becomes: the contact, the task, its assignees, and why. Intake writes its plans down,
// the template preview only shows them.
type planner struct {
	*Service
	accounts map[account.ID]account.Account
	pairs    map[channel.Key]template.Pair // for messages
	comments map[channel.Key]template.Pair // for comments under posts
	rosters  map[account.ID]*roster
}

// roster is an account's people, with the work that was given out since they were counted.
type roster struct {
	*templates.Roster
	owner string
	teams map[string]bool
	load  templates.Load
	shut  map[ids.ID]map[string]bool // by channel: who of them may not see its tasks
}

// prepare reads what the plans of events need, with one statement a table.
func (p *planner) prepare(ctx context.Context, list []*arriving) error {
	channels, commented := map[channel.Key]channel.Channel{}, map[channel.Key]channel.Channel{}
	accounts := map[account.ID]bool{}
	for _, a := range list {
		if a.in.Action == channel.Message || a.in.Action == channel.Refer {
			accounts[a.ch.AccountID] = true
			if a.in.Place != nil {
				commented[a.channelKey()] = a.ch
			} else {
				channels[a.channelKey()] = a.ch
			}
		}
	}
	if len(accounts) == 0 {
		return nil
	}
	var err error
	if p.accounts, err = p.Accounts.ByIDs(ctx, slices.Collect(maps.Keys(accounts))); err != nil {
		return err
	}
	if len(channels) > 0 {
		if p.pairs, err = p.Templates.For(ctx, slices.Collect(maps.Values(channels))); err != nil {
			return err
		}
	}
	if len(commented) > 0 {
		p.comments, err = p.Templates.ForComments(ctx, slices.Collect(maps.Values(commented)))
	}
	return err
}

func (a *arriving) channelKey() channel.Key {
	return channel.Key{AccountID: a.ch.AccountID, ID: a.ch.ID}
}

func (p *planner) pair(a *arriving) template.Pair {
	if a.in.Place != nil {
		return p.comments[a.channelKey()]
	}
	return p.pairs[a.channelKey()]
}

// contact makes the contact of somebody new by the channel's contact template.
func (p *planner) contact(a *arriving) contact.Contact {
	draft, _ := p.contactDraft(a, p.pair(a).Contact)
	c := contact.FromDraft(a.ch.AccountID, draft, p.pair(a).Contact.ID, p.pair(a).Contact.Version)
	if a.in.Action == channel.Message {
		c.LastContactAt = a.in.OccurredAt // what their message would change anyway: a statement less on their row
	}
	return c
}

func (p *planner) contactDraft(a *arriving, by template.ContactReady) (templates.ContactDraft, []templates.Step) {
	return by.Filler.Fill(p.scope(a), p.accounts[a.ch.AccountID].FillOptions())
}

// scope is what patterns may read of an event.
func (p *planner) scope(a *arriving) templates.Scope {
	s := template.ScopeOf(p.accounts[a.ch.AccountID], a.ch, p.Clock.Now())
	s.Message = templates.MessageScope{Text: a.in.Text, Transport: a.in.Transport, AttachmentCount: len(a.in.Files)}
	if len(a.in.Files) > 0 {
		s.Message.FirstAttachmentType = string(a.in.Files[0].Type)
	}
	if a.in.Button != nil {
		s.Message.Button, s.Message.Payload = a.in.Button.Title, a.in.Button.Payload
	}
	if r := a.referral(); r != nil {
		s.Conversation = templates.ConversationScope{Ref: r.Ref, AdID: r.AdID, AdTitle: r.AdTitle, Source: r.Source}
	}
	if a.lead != nil {
		s.Lead = a.lead.scope()
	}
	s.Post = a.postScope()
	c, known := a.person.Contact, a.person.Identity
	s.Author = templates.AuthorScope{Name: cmp.Or(a.in.Person.Name, known.Name)}
	s.Profile = templates.ProfileScope{Name: s.Author.Name, Username: cmp.Or(a.in.Person.Username, known.Username)}
	s.Contact = c.Scope(known.Username)
	return s
}

// referral is what brought the person: with this message, or before.
func (a *arriving) referral() *channel.Referral {
	if a.in.Referral != nil {
		return a.in.Referral
	}
	return a.conv.Referral
}

// wanted is the active task that a message needs, and how a new one would be made.
func (p *planner) wanted(ctx context.Context, a *arriving) task.Wanted {
	scope, reopen := task.ConversationScope(a.conv.ID), a.ch.Settings.NewTask
	switch {
	case a.in.Place != nil:
		scope, reopen = a.commentScope(), a.ch.Settings.CommentNewTask
	case a.ch.Settings.ActiveScope == channel.PerContact:
		scope = task.ContactScope(a.person.Contact.ID)
	}
	return task.Wanted{
		Scoped: task.Scoped{AccountID: a.ch.AccountID, Scope: scope}, ConversationID: a.conv.ID,
		ContactID: a.person.Contact.ID, Reopen: reopen,
		Make: func() (task.Draft, error) { return p.task(ctx, a, p.pair(a).Object, p.pair(a).Statuses) },
	}
}

// task makes the draft of a task by a template, with the explanation of everything in it.
func (p *planner) task(
	ctx context.Context, a *arriving, by template.ObjectReady, statuses template.StatusSet,
) (task.Draft, error) {
	filled, steps := by.Filler.Fill(p.scope(a), p.accounts[a.ch.AccountID].FillOptions())
	assigned, err := p.assign(ctx, a, by)
	if err != nil {
		return task.Draft{}, err
	}
	why := slices.Concat(p.why(a, by), a.whyPost(), steps, assigned.Steps)
	statuses.AccountID = a.ch.AccountID
	return task.Draft{
		Filled: filled, Template: by, Statuses: statuses, Assignment: assigned, ContactID: a.person.Contact.ID,
		ChannelID: a.ch.ID, Conversation: a.conv.ID, Post: a.post.ID, History: a.history(), StartedAt: a.in.OccurredAt,
		EventID: a.event.ID, Unread: true, Said: a.in.Text, Why: why,
	}, nil
}

// why explains what led to a task: the message, the person, the rule about new tasks, the template.
func (p *planner) why(a *arriving, by template.ObjectReady) []templates.Step {
	person := templates.NewStep("contact.found", "identity", a.in.Person.ExternalID, "contact_id", a.person.Contact.ID.String())
	if a.person.New {
		person = templates.NewStep("contact.made", "identity", a.in.Person.ExternalID, "contact_id", a.person.Contact.ID.String())
	}
	name, version := by.Definition.Name, by.Version
	came := templates.NewStep("event.message", "channel", a.ch.Title(), "transport", a.in.Transport, "event_id", a.event.ID.String())
	chosen := templates.NewStep("template.use.standard", "template", name, "version", version, "template_id", by.ID.String())
	switch chose := p.pair(a).Chosen; {
	case by.ID == ids.Nil:
		chosen = templates.NewStep("template.use.draft", "template", name)
	case chose == "channel":
		chosen = templates.NewStep("template.use.channel", "template", name, "version", version, "template_id", by.ID.String())
	case chose == "preset":
		chosen = templates.NewStep("template.use.preset", "template", name, "version", version, "template_id", by.ID.String())
	}
	if a.in.Place != nil {
		came = templates.NewStep("event.comment", "channel", a.ch.Title(), "transport", a.in.Transport, "event_id", a.event.ID.String())
	}
	return []templates.Step{
		came,
		person,
		templates.NewStep("task.new.none_active", "scope", a.scopeName(), "new_task", string(a.newTask())),
		chosen,
	}
}

// assign follows the chain: template, channel, who set the channel up, owner.
func (p *planner) assign(ctx context.Context, a *arriving, by template.ObjectReady) (templates.Assignment, error) {
	r, err := p.roster(ctx, a.ch.AccountID, by.Definition.Defaults.AssigneeMode)
	if err != nil {
		return templates.Assignment{}, err
	}
	assigned := templates.Resolve(p.chain(a.ch, r, by.Definition), r.Roster, r.load)
	r.load.Add(assigned)
	return assigned, nil
}

// chain is where a channel's tasks of a template find their assignees.
func (p *planner) chain(c channel.Channel, r *roster, o templates.Object) templates.Chain {
	return templates.Chain{
		Template: o.Defaults.Assignees, Channel: r.known(c.Settings.AssigneeIDs), Installer: textOf(c.SetUpBy),
		Owner: r.owner, Mode: o.Defaults.AssigneeMode, SkipAway: o.Defaults.SkipAway, Shut: r.shut[c.ID],
	}
}

func textOf(id *ids.ID) string {
	if id == nil {
		return ""
	}
	return id.String()
}

// roster returns an account's people. Work is only counted where it decides.
func (p *planner) roster(ctx context.Context, a account.ID, mode templates.AssigneeMode) (*roster, error) {
	if r := p.rosters[a]; r != nil {
		return r, nil
	}
	if p.rosters == nil {
		all, err := p.Staff.Rosters(ctx, slices.Collect(maps.Keys(p.accounts)))
		if err != nil {
			return nil, err
		}
		p.rosters = make(map[account.ID]*roster, len(all))
		for id := range p.accounts {
			p.rosters[id] = rosterOf(all[id])
			if p.accounts[id].OwnAccess {
				if p.rosters[id].shut, err = p.shut(ctx, id, all[id]); err != nil {
					return nil, err
				}
			}
		}
	}
	r := p.rosters[a]
	if mode == templates.ModeRoundRobin && len(r.load) == 0 {
		counts, err := p.Tasks.OpenCounts(ctx, a)
		if err != nil {
			return nil, err
		}
		for id, n := range counts {
			r.load[id.String()] = n
		}
	}
	return r, nil
}

// shut returns who must not be given a channel's tasks, because they would not see them.
func (p *planner) shut(ctx context.Context, a account.ID, r staff.Roster) (map[ids.ID]map[string]bool, error) {
	grants, err := p.Access.All(ctx, a)
	shut := make(map[ids.ID]map[string]bool, len(grants))
	for id, g := range grants {
		shut[id] = map[string]bool{}
		for who := range g.Shut(r) {
			shut[id][who.String()] = true
		}
	}
	return shut, err
}

func rosterOf(r staff.Roster) *roster {
	out := &roster{load: templates.Load{}, teams: map[string]bool{}}
	members := make([]templates.Member, len(r.People))
	for i, m := range r.People {
		members[i] = templates.Member{ID: m.ID.String(), Name: m.Name, Enabled: m.Enabled, Available: m.Available}
		if m.Owner && m.Enabled && out.owner == "" {
			out.owner = m.ID.String()
		}
	}
	teams := make([]templates.Team, len(r.Teams))
	for i, g := range r.Teams {
		teams[i] = templates.Team{ID: g.ID.String(), Name: g.Name}
		out.teams[g.ID.String()] = true
		for _, id := range g.MemberIDs {
			teams[i].Members = append(teams[i].Members, id.String())
		}
	}
	out.Roster = templates.NewRoster(members, teams)
	return out
}

// known turns ids of staff or teams into assignees.
func (r *roster) known(list []ids.ID) []templates.Assignee {
	out := make([]templates.Assignee, len(list))
	for i, id := range list {
		out[i] = templates.Assignee{Kind: templates.AssigneeStaff, ID: id.String()}
		if r.teams[id.String()] {
			out[i].Kind = templates.AssigneeTeam
		}
	}
	return out
}
