package inbound

import (
	"context"
	"slices"
	"strings"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/task"
	"kontor/domain/template"
	"kontor/templates"
)

// scope is what patterns may read of the lead; nothing but its id while its answers cannot be read.
func (x *submission) scope() templates.LeadScope {
	if x.pending {
		return templates.LeadScope{ID: x.lead.Lead.ID, FormID: x.lead.Lead.FormID}
	}
	return x.lead.Scope(x.form)
}

func (st *leadStage) options(x *submission) templates.FillOptions {
	return st.plans.accounts[x.event.AccountID].FillOptions()
}

// mapping is where the answers go besides what the templates read; by is the template of the task, which may be an older
// one than the form's.
func (x *submission) mapping(by template.ObjectReady) templates.LeadMapping {
	return x.form.Effective(by.Definition, x.pair.Contact.Definition)
}

// fill makes the task of a lead by a template.
func (st *leadStage) fill(x *submission, by template.ObjectReady) (templates.Task, []templates.Step) {
	options := st.options(x)
	if x.pending {
		language := st.plans.accounts[x.event.AccountID].Language
		options.Title, _ = templates.PendingLeadTitle(language)
		filled, steps := by.Filler.Fill(st.plans.scope(x.arriving), options)
		filled.Description = st.Words(language, x.problem(), nil)
		return filled, steps
	}
	filled, steps := by.Filler.Fill(st.plans.scope(x.arriving), options)
	return filled, append(steps, x.mapping(by).FillTask(&filled, by.Definition, x.scope().Answers, options)...)
}

// problem is the code of why the answers are not here.
func (x *submission) problem() string {
	switch {
	case x.lead.State == lead.Unreadable:
		return "leads.unreadable"
	case x.lead.Problem != nil && x.lead.Problem.Final:
		return x.lead.Problem.Code
	}
	return "leads.not_yet"
}

// draft makes the draft of a lead's task, with the explanation of everything in it.
func (st *leadStage) draft(ctx context.Context, x *submission) (task.Draft, error) {
	by := x.pair.Object
	filled, steps := st.fill(x, by)
	r, err := st.plans.roster(ctx, x.event.AccountID, by.Definition.Defaults.AssigneeMode)
	if err != nil {
		return task.Draft{}, err
	}
	chain := st.plans.chain(x.ch, r, by.Definition)
	chain.Form = r.known(x.form.AssigneeIDs)
	assigned := templates.Resolve(chain, r.Roster, r.load)
	r.load.Add(assigned)
	statuses := x.pair.Statuses
	statuses.AccountID = x.event.AccountID
	d := task.Draft{
		Filled: filled, Template: by, Statuses: statuses, Assignment: assigned, ChannelID: x.ch.ID, Conversation: x.conv.ID,
		StartedAt: x.since(), EventID: x.event.ID, Unread: true,
		Why: slices.Concat(st.why(x, by), steps, x.unmapped(), assigned.Steps),
	}
	if x.contact != nil {
		d.ContactID = x.contact.ID
	}
	if x.conv.ID != ids.Nil {
		d.History = x.ch.Settings.HistoryCount
	}
	return d, nil
}

// why explains what led to a lead's task: the submission, the person, the template.
func (st *leadStage) why(x *submission, by template.ObjectReady) []templates.Step {
	name, version, id := by.Definition.Name, by.Version, by.ID.String()
	chosen := templates.NewStep("template.use.standard", "template", name, "version", version, "template_id", id)
	switch {
	case by.ID == ids.Nil:
		chosen = templates.NewStep("template.use.draft", "template", name)
	case by.ID == ids.Of(x.form.ObjectTemplateID) && x.lead.FormID != nil:
		chosen = templates.NewStep("template.use.form", "template", name, "version", version, "template_id", id)
	case by.ID == ids.Of(x.form.ObjectTemplateID):
		chosen = templates.NewStep("template.use.preset", "template", name, "version", version, "template_id", id)
	case x.pair.Chosen == "channel":
		chosen = templates.NewStep("template.use.channel", "template", name, "version", version, "template_id", id)
	}
	return []templates.Step{
		templates.NewStep("event.submit", "channel", x.ch.Title(), "transport", x.in.Transport, "event_id", x.event.ID.String()),
		x.whyLead(), x.whyContact(), chosen,
	}
}

func (x *submission) whyLead() templates.Step {
	step := templates.NewStep("lead.answers.read", "form", x.lead.Scope(x.form).FormName)
	if x.pending {
		step = templates.NewStep("lead.answers.waiting", "problem", x.problem())
	}
	for k, v := range map[string]any{
		"lead_id": x.lead.ID.String(), "external_id": x.lead.Lead.ID, "form_id": x.lead.Lead.FormID, "ad": x.lead.Lead.AdName,
		"campaign": x.lead.Lead.Campaign, "test": x.lead.Test, "organic": x.lead.Lead.Organic, "recovered": x.lead.Recovered,
	} {
		step.Input[k] = v
	}
	return step
}

// by says what led to the contact of a lead.
type by string

const (
	byMade     by = "made"
	byEmail    by = "email"
	byPhone    by = "phone"
	byIdentity by = "identity"
	byTask     by = "task" // it was found before
)

func (x *submission) whyContact() templates.Step {
	var step templates.Step
	switch x.by {
	case byMade:
		step = templates.NewStep("contact.match.made")
	case byEmail:
		step = templates.NewStep("contact.match.email")
	case byPhone:
		step = templates.NewStep("contact.match.phone")
	case byIdentity:
		step = templates.NewStep("contact.match.identity")
	case byTask:
		step = templates.NewStep("contact.match.kept")
	default:
		return templates.NewStep("contact.match.waits")
	}
	step.Input = map[string]any{"contact_id": x.contact.ID.String()}
	if x.other != ids.Nil {
		step.Input["phone_leads_to"] = x.other.String()
	}
	return step
}

// unmapped tells of answers that nobody has decided about.
func (x *submission) unmapped() []templates.Step {
	if len(x.lead.Unmapped) == 0 {
		return nil
	}
	return []templates.Step{templates.NewStep("lead.unmapped.kept", "questions", strings.Join(x.lead.Unmapped, ", "))}
}

// refilled says why a lead's task was filled in again.
func refilled(cause string, by template.ObjectReady) templates.Step {
	name, version := by.Definition.Name, by.Version
	switch cause {
	case forAnswers:
		return templates.NewStep("refill.answers", "template", name, "version", version)
	case forBackfill:
		return templates.NewStep("refill.backfill", "template", name, "version", version)
	case "refill.profile":
		return templates.NewStep("refill.profile", "template", name, "version", version)
	}
	return templates.NewStep("refill.replay", "template", name, "version", version)
}

// Causes of filling in again that are leads' alone.
const (
	forAnswers  = "answers"  // they have come
	forBackfill = "backfill" // somebody has asked for it
)

// meet finds whose leads are, makes those who are nobody's, and adds to everybody what they entered.
func (st *leadStage) meet(ctx context.Context, list []*submission) error {
	if err := st.identities(ctx, list); err != nil {
		return err
	}
	drafts := make([]templates.ContactDraft, len(list))
	var sought []contact.Sought
	var unknown []*submission
	first := map[contact.Address]*submission{} // who is told of twice in one batch is one person
	for i, x := range list {
		drafts[i] = st.contactDraft(x)
		inside := x.in.Person.ExternalID != ""
		if x.contact == nil && (!inside || first[x.address()] == nil) {
			if inside {
				first[x.address()] = x
			}
			ready := x.pair.Contact
			unknown = append(unknown, x)
			sought = append(sought, contact.Sought{
				AccountID: x.event.AccountID, Draft: drafts[i],
				Make: func() contact.Contact {
					return contact.FromDraft(x.event.AccountID, drafts[i], ready.ID, ready.Version)
				},
			})
		}
	}
	matched, err := st.Contacts.Match(ctx, sought)
	if err != nil {
		return err
	}
	people := map[ids.ID]*contact.Contact{}
	for i, x := range unknown {
		m := matched[i]
		if people[m.Contact.ID] == nil {
			people[m.Contact.ID] = &m.Contact
		}
		x.contact, x.by, x.other = people[m.Contact.ID], by(m.By), m.Other
		if m.New {
			x.by = byMade
		}
	}
	for _, x := range list {
		if x.contact == nil {
			x.contact, x.by = first[x.address()].contact, byIdentity
		}
	}
	if err := st.introduce(ctx, list); err != nil {
		return err
	}
	_, err = st.enrich(ctx, list, drafts)
	return err
}

// identities finds the people who submitted a form inside a conversation with a channel that knows them.
func (st *leadStage) identities(ctx context.Context, list []*submission) error {
	var wanted []contact.Wanted
	for _, x := range list {
		if x.in.Person.ExternalID != "" {
			wanted = append(wanted, contact.Wanted{Address: x.address()})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	known, err := st.Contacts.Ensure(ctx, wanted)
	if err != nil {
		return err
	}
	found := make([]contact.Contact, 0, len(known))
	for _, k := range known {
		found = append(found, k.Contact)
	}
	if err := st.Contacts.Tagged(ctx, found); err != nil {
		return err
	}
	people := map[ids.ID]*contact.Contact{}
	for i, c := range found {
		people[c.ID] = &found[i]
	}
	for _, x := range list {
		if k, ok := known[x.address()]; ok {
			x.person, x.contact, x.by = k, people[k.Contact.ID], byIdentity
		}
	}
	return nil
}

// introduce gives those who submitted a form inside a conversation, and were not known there, their address.
func (st *leadStage) introduce(ctx context.Context, list []*submission) error {
	var fresh []contact.Identity
	var wanted []contact.Wanted
	for _, x := range list {
		if x.in.Person.ExternalID == "" || x.person.Identity.ID != ids.Nil {
			continue
		}
		wanted = append(wanted, contact.Wanted{Address: x.address()})
		fresh = append(fresh, contact.Identity{
			AccountID: x.event.AccountID, ChannelID: x.event.ChannelID, ExternalID: x.in.Person.ExternalID,
			ContactID: x.contact.ID, Name: x.in.Person.Name, Username: x.in.Person.Username,
		})
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := st.Contacts.Identify(ctx, fresh...); err != nil {
		return err
	}
	known, err := st.Contacts.Ensure(ctx, wanted)
	for _, x := range list {
		if k, ok := known[x.address()]; ok {
			x.person = k
		}
	}
	return err
}

// contactDraft is what a lead says of the person, by the form's contact template and its mapping.
func (st *leadStage) contactDraft(x *submission) templates.ContactDraft {
	options := st.options(x)
	draft, _ := x.pair.Contact.Filler.Fill(st.plans.scope(x.arriving), options)
	x.mapping(x.pair.Object).FillContact(&draft, x.pair.Contact.Definition, x.scope().Answers, options)
	for _, name := range []string{draft.Email, draft.Phone} {
		if draft.Name == "" {
			draft.Name = name
		}
	}
	return draft
}

// enrich adds to contacts what their leads say, and tells whether that changed any.
func (st *leadStage) enrich(ctx context.Context, list []*submission, drafts []templates.ContactDraft) (bool, error) {
	changed := map[ids.ID]contact.Contact{}
	for i, x := range list {
		says, news := x.contact.Enrich(drafts[i], x.lead.Filled)
		if news {
			changed[x.contact.ID] = *x.contact
		}
		x.lead.Filled, x.lead.ContactID = says, ids.Ptr(x.contact.ID)
		x.lead.Unmapped = lead.Unmapped(x.mapping(x.pair.Object), x.lead.Lead.Answers, x.pair.Object.Definition,
			x.pair.Contact.Definition)
		x.event.ContactID, x.person.Contact = ids.Ptr(x.contact.ID), *x.contact
	}
	rows := make([]contact.Contact, 0, len(changed))
	for _, c := range changed {
		rows = append(rows, c)
	}
	return len(rows) > 0, st.Contacts.Learnt(ctx, rows...)
}

// comment is what a lead says on its task: the answers, in the words of whoever gave them. Without answers it is a note of
// ours, of why there are none.
func (st *leadStage) comment(x *submission) task.Comment {
	c := task.Comment{
		AccountID: x.event.AccountID, ID: ids.New(), TaskID: x.task.ID, ChannelID: ids.Ptr(x.event.ChannelID),
		ConversationID: ids.Ptr(x.conv.ID), Visibility: task.Public, AuthorKind: account.Contact, Transport: x.in.Transport,
		Details: x.lead.Details(x.form), OccurredAt: x.since(), CreatedAt: st.now,
	}
	if x.pending {
		c.Visibility, c.AuthorKind, c.Transport, c.OccurredAt = task.Internal, account.System, "", st.now
		c.Text = st.Words(st.plans.accounts[x.event.AccountID].Language, x.problem(), nil)
		return c
	}
	c.Text, c.EventID = templates.LeadSummary(x.scope().Answers), ids.Ptr(x.event.ID)
	c.AuthorID, c.AuthorName = ids.Ptr(x.contact.ID), x.contact.Name
	if x.in.ExternalID != "" {
		c.ExternalID = &x.in.ExternalID
	}
	if x.lead.Lead.Automatic { // a program wrote it in the person's name
		c.Visibility, c.AuthorKind, c.AuthorID, c.AuthorName = task.Internal, account.System, nil, ""
	}
	return c
}

// fillAgain fills in the task and the contact of a lead again, where people have changed nothing since, and writes down the
// answers if they are not there yet. It tells whether that changed anything.
func (st *leadStage) fillAgain(ctx context.Context, x *submission, cause string) (bool, error) {
	t, err := st.Tasks.Get(ctx, x.event.AccountID, *x.event.TaskID)
	if err != nil {
		return false, err
	}
	x.task = t
	changed := false
	if !x.pending {
		if changed, err = st.rememberPerson(ctx, x); err != nil {
			return false, err
		}
		x.lead.TaskID = ids.Ptr(t.ID)
		if err := st.Leads.Became(ctx, []lead.Lead{x.lead}); err != nil {
			return false, err
		}
		if err := st.sayAgain(ctx, x); err != nil {
			return false, err
		}
	}
	if ids.Of(t.EventID) != x.event.ID { // the conversation's task was there before
		return changed, nil
	}
	if t, err = st.Tasks.Get(ctx, t.AccountID, t.ID); err != nil {
		return false, err
	}
	object, _, err := st.Templates.ObjectFor(ctx, t.AccountID, &t.TemplateID) // its own, in its present version
	if err != nil {
		return false, err
	}
	filled, steps := st.fill(x, object)
	why := []templates.Step{refilled(cause, object), x.whyLead(), x.whyContact()}
	written, err := st.Tasks.FillAgain(ctx, t, filled, object.Version, slices.Concat(why, steps, x.unmapped()))
	return changed || len(written) > 0, err
}

// rememberPerson adds to the contact of a lead what it says now; a lead that could not be read before finds its contact.
func (st *leadStage) rememberPerson(ctx context.Context, x *submission) (changed bool, err error) {
	if x.task.ContactID == nil {
		if err := st.meet(ctx, []*submission{x}); err != nil {
			return false, err
		}
		x.task.ContactID = ids.Ptr(x.contact.ID)
		return true, st.Tasks.Adopt(ctx, x.task)
	}
	id := *x.task.ContactID
	if x.lead.ContactID != nil {
		id = *x.lead.ContactID
	}
	found, err := st.Contacts.Lock(ctx, x.event.AccountID, id)
	c, ok := found[id]
	if err != nil || !ok { // merged or erased meanwhile
		return false, err
	}
	x.contact, x.by = &c, byTask
	return st.enrich(ctx, []*submission{x}, []templates.ContactDraft{st.contactDraft(x)})
}

// sayAgain writes the answers on the task if they are not there yet, and marks again which of them nobody has decided about.
func (st *leadStage) sayAgain(ctx context.Context, x *submission) error {
	c := st.comment(x)
	written, err := st.Tasks.AddInbound(ctx, map[ids.ID]task.Ensured{x.task.ID: {Task: x.task}}, []task.Comment{c})
	if err != nil {
		return err
	}
	if len(written) > 0 {
		x.event.CommentID = ids.Ptr(c.ID)
		return nil
	}
	return st.Tasks.Redetail(ctx, c)
}
