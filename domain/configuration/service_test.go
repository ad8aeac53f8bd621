package configuration_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/configuration"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/reply"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/domain/template"
	"kontor/templates"
)

// world has a channel with a form of ads, and somebody besides the owner.
func world(t *testing.T) (*domaintest.World, staff.Staff) {
	t.Helper()
	w := domaintest.New(t)
	w.Fake.Forms(channel.LeadForm{ID: "form-1", Name: "Spring", Questions: []channel.LeadQuestion{
		{Key: "email", Label: "E-mail", Means: channel.AsksEmail}, {Key: "kitchen.size", Label: "Size"},
	}})
	require.NoError(t, w.Leads.LookThrough(w.Ctx(), w.Channel))
	w.Fetch(lead.SyncQueue)
	ada, err := w.Staff.Create(w.Ctx(), w.Owner, staff.New{
		Email: "ada@muster.example", Name: "Ada", Password: "correct horse battery", Role: account.Member,
	})
	require.NoError(t, err)
	return w, ada
}

// furnished is a world in which everything is set that can be.
func furnished(t *testing.T) *domaintest.World {
	t.Helper()
	w, ada := world(t)
	ctx := w.Ctx()
	team, err := w.Staff.CreateTeam(ctx, w.Owner, "Kitchens", []ids.ID{ada.ID, w.Owner.StaffID})
	require.NoError(t, err)
	set, err := w.Templates.CreateStatusSet(ctx, w.Owner, templates.StatusSet{Name: "Orders", Statuses: []templates.Status{
		{Key: "new", Name: "New", Category: templates.CategoryNew, Active: true, Color: "#112233"},
		{Key: "wait", Name: "Waiting", Category: templates.CategoryPending, Active: false},
		{Key: "done", Name: "Done", Category: templates.CategoryResolved, Active: true},
	}})
	require.NoError(t, err)
	order, err := w.Templates.CreateObject(ctx, w.Owner, templates.Object{
		Name: "Order", StatusSetID: set.ID.String(),
		Form: templates.Form{Fields: []templates.Field{
			{Key: "buyer", Label: "Buyer", Type: templates.TypeStaff},
			{Key: "size", Label: "Size", Type: templates.TypeChoice, Choices: []templates.Choice{{Key: "s", Label: "S"}, {Key: "l", Label: "L"}}},
			{Key: "paid", Label: "Paid", Type: templates.TypeYesNo},
		}},
		Defaults: templates.Defaults{
			Title: "Order: {{ message.excerpt }}\n{% if contact.name %}x{% endif %}", Tags: []string{"order"}, Topic: "Sales", DueIn: 90,
			Assignees:    []templates.Assignee{{Kind: templates.AssigneeTeam, ID: team.ID.String()}, {Kind: templates.AssigneeStaff, ID: ada.ID.String()}},
			AssigneeMode: templates.ModeRoundRobin, SkipAway: true, Participants: []string{ada.ID.String()}, Priority: templates.PriorityHigh,
			Fields: map[string]any{"buyer": ada.ID.String(), "paid": true},
		},
	})
	require.NoError(t, err)
	require.NoError(t, w.Templates.StandardObject(ctx, w.Owner, order.ID))
	twin, err := w.Templates.CreateObject(ctx, w.Owner, templates.Object{Name: "Order", StatusSetID: set.ID.String()})
	require.NoError(t, err)
	firm, err := w.Templates.CreateContact(ctx, w.Owner, templates.Contact{
		Name: "Firm", Kind: templates.Company, Group: "Firms", Tags: []string{"b2b"}, NamePattern: "{{ profile.name }}",
		Form:    templates.Form{Fields: []templates.Field{{Key: "vat", Label: "VAT", Type: templates.TypeText}}},
		Mapping: []templates.Mapping{{Target: templates.TargetEmail, Sources: []string{"form.email"}}},
	})
	require.NoError(t, err)
	_, err = w.Tasks.SetLabel(ctx, w.Owner, task.TagLabel, "vip", "red")
	require.NoError(t, err)
	_, err = w.Contacts.CreateGroup(ctx, w.Owner, "Firms")
	require.NoError(t, err)
	furnishReplies(w)
	country, factor := "AT", true
	_, err = w.SwitchAccount(ctx, w.Owner, account.Change{
		Country: &country, RequireSecondFactor: &factor, WorkingHours: &templates.Hours{
			TimeZone: "Europe/Vienna",
			Monday:   []string{"09:00-12:00", "13:00-17:00"}, Holidays: []templates.Holiday{{Date: "2026-12-25", Name: "Christmas"}},
		},
	})
	require.NoError(t, err)
	title := "Our page"
	_, err = w.Channels.Update(ctx, w.Owner, w.Channel.ID, channel.Change{DisplayName: &title, Settings: func(s *channel.Settings) {
		s.ObjectTemplateID, s.CommentTemplateID, s.AssigneeIDs = &twin.ID, &order.ID, []ids.ID{team.ID, ada.ID}
		s.Comments, s.HistoryCount, s.Media = true, 50, channel.LinkMedia
	}})
	require.NoError(t, err)
	forms, _, err := w.Leads.Forms(ctx, w.Account.ID, w.Channel.ID, storage.Page{})
	require.NoError(t, err)
	object, card := &order.ID, &firm.ID
	_, err = w.Leads.Update(ctx, w.Owner, forms[0].ID, lead.Change{
		ObjectTemplateID: &object, ContactTemplateID: &card, AssigneeIDs: &[]ids.ID{ada.ID},
		Mapping: map[string]templates.LeadTarget{"kitchen.size": "task:field:size"},
	})
	require.NoError(t, err)
	for name, filter := range map[string]map[string]string{
		"Ours": {"team": team.ID.String(), "category": "new", "sort": "created_at"}, "Hers": {"assignee": ada.ID.String()},
		"Page": {"channel_id": w.Channel.ID.String(), "template_id": twin.ID.String()}, "Team": {"assignee": team.ID.String()},
		"Both": {"channel": w.Channel.ID.String() + "," + w.Channel.ID.String(), "who": "mine", "q": "a, b"},
	} {
		shared := true
		_, err = w.Tasks.CreateView(ctx, w.Owner, task.ViewChange{Name: &name, Shared: &shared, Filter: &filter})
		require.NoError(t, err)
	}
	return w
}

func furnishReplies(w *domaintest.World) {
	name, position := "Greetings", int64(3)
	category, err := w.Replies.CreateCategory(w.Ctx(), w.Owner, reply.CategoryChange{Name: &name, Position: &position})
	require.NoError(w.T, err)
	id := &category.ID
	for _, shared := range []bool{true, false} {
		title, text, shortcut := "Hello", "Dear {{ contact.name }},\n\n  we are here.\n", "hi"
		_, err = w.Replies.Create(w.Ctx(), w.Owner, reply.Change{
			CategoryID: &id, Name: &title, Text: &text, Shortcut: &shortcut, Shared: &shared,
			Variants: &map[string]string{domaintest.Kind: "Hi {{ contact.name }}"},
		})
		require.NoError(w.T, err)
	}
}

func export(w *domaintest.World, by account.Actor) string {
	w.T.Helper()
	d, err := w.Configuration.Export(w.Ctx(), by)
	require.NoError(w.T, err)
	text, err := d.Write()
	require.NoError(w.T, err)
	return string(text)
}

func apply(w *domaintest.World, by account.Actor, text string) configuration.Plan {
	w.T.Helper()
	before := export(w, by)
	plan, err := w.Configuration.Plan(w.Ctx(), by, []byte(text))
	require.NoError(w.T, err)
	require.Equal(w.T, before, export(w, by), "a plan changes nothing")
	done, err := w.Configuration.Apply(w.Ctx(), by, []byte(text), plan.Hash)
	require.NoError(w.T, err)
	require.Equal(w.T, plan, done, "what was planned is what is done")
	return done
}

func TestOneInstallationBecomesLikeAnother(t *testing.T) {
	t.Parallel()
	from := furnished(t)
	text := export(from, from.Owner)
	for _, part := range []string{"as: Order (2)", "object_template: Order (2)", "staff: ada@muster.example", "team: Kitchens", "kitchen.size: 'task:field:size'"} {
		require.Contains(t, text, part)
	}
	require.NotContains(t, text, from.Channel.ID.String())

	to, _ := world(t)
	plan := apply(to, to.Owner, text)
	require.Empty(t, plan.Skipped)
	require.Equal(t, text, export(to, to.Owner))
	require.Empty(t, apply(to, to.Owner, text).Changes, "the second time there is nothing to do")

	w := to
	made, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	require.True(t, made.Settings.Comments)
	entries, _, err := w.Audit.List(w.Ctx(), w.Account.ID, audit.Filter{ObjectType: "account"}, storage.Page{})
	require.NoError(t, err)
	require.Equal(t, "configuration.applied", entries[0].Action)
}

func TestWhatIsNotConnectedIsSkipped(t *testing.T) {
	t.Parallel()
	w := furnished(t)
	text := export(w, w.Owner)
	_, other := w.Found("Other", "owner@muster.example")
	_, err := w.Staff.Create(w.Ctx(), other, staff.New{
		Email: "ada@muster.example", Name: "Ada", Password: "correct horse battery", Role: account.Member,
	})
	require.NoError(t, err)
	plan := apply(w, other, text)
	skipped := map[string]string{}
	for _, s := range plan.Skipped {
		skipped[s.Section+" "+s.Name] = s.Code
		require.Positive(t, s.Line)
	}
	require.Equal(t, map[string]string{
		"channels Our page": "configuration.not_connected", "task_views Page": "configuration.view_of_channel",
		"task_views Both": "configuration.view_of_channel",
	}, skipped)
}

func TestAnAccountInAnotherLanguageKeepsItsPresets(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	german, err := w.Services.Found(w.Ctx(), account.New{Name: "Deutsch", Language: "de"},
		staff.New{Email: "owner@muster.example", Name: "Olga Owner", Password: "correct horse battery"})
	require.NoError(t, err)
	by := w.Owner
	by.AccountID = german.ID
	people, _, err := w.Staff.List(w.Ctx(), by, storage.Page{})
	require.NoError(t, err)
	by.StaffID = people[0].ID

	text := export(w, w.Owner)
	text = text[:strings.Index(text, "channels:")]
	for _, c := range apply(w, by, text).Changes {
		require.NotEqual(t, configuration.Created, c.Action, "%s %s", c.Section, c.Name)
	}
	require.Equal(t, text, strings.Split(export(w, by), "channels:")[0])
}

func TestPrune(t *testing.T) {
	t.Parallel()
	w := furnished(t)
	text := `
kontor: 1
prune: true
saved_replies: []
task_views:
  - name: Hers
    filter: {assignee: ada@muster.example}
`
	gone := map[string]int{}
	for _, c := range apply(w, w.Owner, text).Changes {
		require.Equal(t, configuration.Deleted, c.Action)
		gone[c.Section]++
	}
	require.Equal(t, map[string]int{"saved_replies": 1, "task_views": 4}, gone)

	_, err := w.Configuration.Plan(w.Ctx(), w.Owner, []byte("kontor: 1\nprune: true\nobject_templates: []\n"))
	require.Equal(t, "template.standard", problems(t, err)[0].Code)
}

func problems(t *testing.T, err error) []errs.Problem {
	t.Helper()
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, errs.Invalid, e.Kind, "%v", err)
	return e.Problems
}

func TestProblemsSayTheirLine(t *testing.T) {
	t.Parallel()
	w, _ := world(t)
	_, err := w.Configuration.Plan(w.Ctx(), w.Owner, []byte(`kontor: 1
account:
  time_zone: Mars/Olympus
teams:
  - name: Kitchens
    members:
      - ada@muster.example
      - nobody@muster.example
status_sets:
  - name: Half
    statuses:
      - {key: new, name: New, category: new}
object_templates:
  - name: Order
    status_set: Nowhere
  - name: Bad
    status_set: Client dialog
    fields:
      - {key: Upper, label: Upper, type: text}
    defaults:
      assignees: [{team: Kitchens}]
      title: |
        first line
        {{ nothing.there }}
channels:
  - kind: fake
    external_id: page-1
    settings:
      history_count: 7
      colour: red
      assignees: [{staff: ada@muster.example, team: Kitchens}]
`))
	got := map[string]int{}
	for _, p := range problems(t, err) {
		got[p.Code] = p.Line
	}
	require.Equal(t, map[string]int{
		"account.time_zone": 3, "configuration.no_staff": 8, "configuration.no_status_set": 15,
		"template.status_category_missing": 11, "configuration.unknown_key": 30, "configuration.party": 31,
	}, got)

	_, err = w.Configuration.Plan(w.Ctx(), w.Owner, []byte(`kontor: 1
object_templates:
  - name: Bad
    status_set: Client dialog
    fields:
      - {key: Upper, label: Upper, type: text}
    defaults:
      title: |
        first line
        {{ nothing.there }}
`))
	got = map[string]int{}
	for _, p := range problems(t, err) {
		got[p.Code] = p.Line
	}
	require.Equal(t, map[string]int{"template.key_invalid": 6, "template.unknown_variable": 10}, got)
}

func TestOnlyWhatWasShownIsDone(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	text := []byte("kontor: 1\ntags:\n  - {name: vip, color: red}\n")
	plan, err := w.Configuration.Plan(w.Ctx(), w.Owner, text)
	require.NoError(t, err)
	require.Len(t, plan.Changes, 1)
	_, err = w.Configuration.Apply(w.Ctx(), w.Owner, text, "")
	require.True(t, errs.Is(err, "configuration.changed_meanwhile"))
	_, err = w.Tasks.SetLabel(w.Ctx(), w.Owner, task.TagLabel, "vip", "blue")
	require.NoError(t, err)
	_, err = w.Configuration.Apply(w.Ctx(), w.Owner, text, plan.Hash)
	require.True(t, errs.Is(err, "configuration.changed_meanwhile"))
	member := w.Owner
	member.Role = account.Member
	for _, call := range []func() error{
		func() error { _, err := w.Configuration.Export(w.Ctx(), member); return err },
		func() error { _, err := w.Configuration.Plan(w.Ctx(), member, text); return err },
		func() error { _, err := w.Configuration.Apply(w.Ctx(), member, text, plan.Hash); return err },
	} {
		require.Equal(t, errs.Forbidden, errs.KindOf(call()))
	}
}

// Whatever a text says of an account, what is written of it afterwards makes another account the same, and then nothing is
// left to do.
func TestAnyConfigurationCanBeCarriedOver(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	documents := rapid.Custom(drawn)
	for seed := range 12 { // each of them makes two accounts and brings them eight texts
		_, first := w.Found("First", "owner@muster.example")
		_, other := w.Found("Other", "owner@muster.example")
		text, err := documents.Example(seed).Write()
		require.NoError(t, err)
		carry(t, w, first, string(text))
		whole := export(w, first)
		carry(t, w, other, "prune: true\n"+whole)
		require.Equal(t, whole, export(w, other), "seed %d", seed)
		require.Empty(t, carry(t, w, other, whole).Changes)
		require.Empty(t, carry(t, w, first, whole).Changes)
	}
}

func carry(t *testing.T, w *domaintest.World, by account.Actor, text string) configuration.Plan {
	t.Helper()
	plan, err := w.Configuration.Plan(w.Ctx(), by, []byte(text))
	require.NoError(t, err, text)
	done, err := w.Configuration.Apply(w.Ctx(), by, []byte(text), plan.Hash)
	require.NoError(t, err, text)
	return done
}

// drawn is a sound document, with names that stand twice.
func drawn(r *rapid.T) configuration.Document {
	name := rapid.SampledFrom([]string{"A", "B", "A (2)", "true", "Lead", "ö: #"})
	some := func(label string) int { return rapid.IntRange(0, 3).Draw(r, label) }
	d := configuration.Document{Kontor: configuration.Format}
	active := rapid.Bool().Draw(r, "active")
	for i := range some("sets") {
		d.StatusSets = append(d.StatusSets, configuration.StatusSet{
			Named: configuration.Named{Name: name.Draw(r, "set"), As: fmt.Sprint("set ", i)}, Statuses: []configuration.Status{
				{Key: "n", Name: name.Draw(r, "status"), Category: templates.CategoryNew},
				{Key: "p", Name: "P", Category: templates.CategoryPending, Active: &active, Color: "#aabbcc"},
				{Key: "r", Name: "R", Category: templates.CategoryResolved, Active: &active},
			},
		})
	}
	for i := range d.StatusSets {
		d.ObjectTemplates = append(d.ObjectTemplates, configuration.ObjectTemplate{
			Named: configuration.Named{Name: name.Draw(r, "template"), As: fmt.Sprint("template ", i)}, StatusSet: fmt.Sprint("set ", i),
			Standard: i == 0 && active, Fields: []templates.Field{{Key: "f", Label: name.Draw(r, "label"), Type: templates.TypeStaff}},
			Defaults: configuration.Defaults{
				Title: rapid.SampledFrom([]string{"", "{{ message.text }}", "a\n  b\n"}).Draw(r, "title"), DueIn: some("due"),
				Assignees: []configuration.Party{{Staff: "owner@muster.example"}}, Fields: map[string]any{"f": "owner@muster.example"},
			},
		})
		d.TaskViews = append(d.TaskViews, configuration.TaskView{
			Name: name.Draw(r, "view"), Filter: map[string]string{"template": fmt.Sprint("template ", i), "q": name.Draw(r, "q")},
		})
	}
	for i := range some("cards") {
		d.ContactTemplates = append(d.ContactTemplates, configuration.ContactTemplate{
			Named: configuration.Named{Name: name.Draw(r, "card"), As: fmt.Sprint("card ", i)}, Kind: templates.Company, Group: name.Draw(r, "group"),
		})
	}
	for range some("replies") {
		d.SavedReplies = append(d.SavedReplies, configuration.SavedReply{
			Name: name.Draw(r, "reply"), Text: name.Draw(r, "text"), Variants: map[string]string{domaintest.Kind: name.Draw(r, "variant")},
		})
	}
	for tag := range map[string]bool{name.Draw(r, "tag"): true, name.Draw(r, "tag"): true} {
		d.Tags = append(d.Tags, configuration.Label{Name: tag, Color: "red"})
	}
	return d
}

// What a plan has tried must not be taken for what came after it: versions are numbered, and those that were taken back
// are numbered again.
func TestATriedVersionIsForgotten(t *testing.T) {
	t.Parallel()
	w, _ := world(t)
	standard := func() template.ObjectReady {
		pairs, err := w.Templates.For(w.Ctx(), []channel.Channel{w.Channel})
		require.NoError(t, err)
		return pairs[channel.Key{AccountID: w.Account.ID, ID: w.Channel.ID}].Object
	}
	ready := standard()
	plan := func(title string) string {
		return "kontor: 1\nobject_templates:\n  - name: " + ready.Definition.Name + "\n    standard: true\n    status_set: " +
			ready.Definition.Name + "\n    defaults: {title: " + title + "}\n" +
			"channels:\n  - kind: fake\n    external_id: page-1\n    lead_forms:\n      - {external_id: form-1, mapping: {kitchen.size: none}}\n"
	}
	_, err := w.Configuration.Plan(w.Ctx(), w.Owner, []byte(plan("Tried")))
	require.NoError(t, err)
	apply(w, w.Owner, plan("Kept"))
	require.Equal(t, "Kept", standard().Definition.Defaults.Title)
}

func TestCommentsAreSubscribedBeforeTheyAreTaken(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	text := []byte("kontor: 1\nchannels:\n  - {kind: fake, external_id: page-1, settings: {comments: true}}\n")
	plan, err := w.Configuration.Plan(w.Ctx(), w.Owner, text)
	require.NoError(t, err)
	require.Equal(t, []configuration.Difference{{Path: "settings.comments", Old: pointer("false"), New: pointer("true")}},
		plan.Changes[0].Details)
	w.Fake.Refuse(&channel.Failure{Class: channel.Rejected, Reason: "delivery.permission"})
	_, err = w.Configuration.Apply(w.Ctx(), w.Owner, text, plan.Hash)
	require.Error(t, err)
	w.Fake.Refuse(nil)
	_, err = w.Configuration.Apply(w.Ctx(), w.Owner, text, plan.Hash)
	require.NoError(t, err)
}

func pointer(s string) *string { return &s }

// A plan compares the account before with the account after; what others do in between is not its doing.
func TestAPlanShowsOnlyItsOwnChanges(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	busy, stop := context.WithCancel(w.Ctx())
	var others errgroup.Group
	others.Go(func() error {
		for i := 0; busy.Err() == nil; i++ {
			color := []string{"blue", "green"}[i/10%2]
			if _, err := w.Tasks.SetLabel(w.Ctx(), w.Owner, task.TopicLabel, fmt.Sprint("topic ", i%10), color); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range 30 {
		text := fmt.Appendf(nil, "kontor: 1\ntags:\n  - {name: tag %d, color: red}\n", i)
		plan, err := w.Configuration.Plan(w.Ctx(), w.Owner, text)
		require.NoError(t, err)
		require.Len(t, plan.Changes, 1)
		_, err = w.Configuration.Apply(w.Ctx(), w.Owner, text, plan.Hash)
		require.NoError(t, err)
	}
	stop()
	require.NoError(t, others.Wait())
}
