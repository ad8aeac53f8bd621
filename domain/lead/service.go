package lead

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/template"
	"kontor/templates"
)

// Service keeps leads and their forms.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB        *storage.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Due       *due.Index
	Feed      *feed.Feed
	Audit     *audit.Log
	Accounts  *account.Service
	Staff     *staff.Service
	Templates *template.Service
	Channels  *channel.Service
	Intake    Intake
}

// Intake is where leads come from and where they go.
type Intake interface {
	// Keep stores items in the vault, as if a webhook had brought them, in the context's transaction. It returns the id of
	// each one's event, Nil for those that are there already.
	Keep(ctx context.Context, c channel.Channel, items []channel.Item) ([]ids.ID, error)
	// Reckon enters items into the channel's ledger of what came by itself and what was found by asking, in the context's
	// transaction. Every item is to be reckoned once.
	Reckon(ctx context.Context, c channel.Channel, items []channel.Item) error
	// Release has events that wait processed, in the context's transaction: what they waited for is there, or is known not
	// to come for now.
	Release(ctx context.Context, a account.ID, events ...ids.ID) error
	// Refill fills in again what was made of an event, and tells whether that changed anything.
	Refill(ctx context.Context, a account.ID, event ids.ID) (changed bool, err error)
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// Forms returns the forms of a channel, by name.
func (s *Service) Forms(ctx context.Context, a account.ID, channelID ids.ID, p storage.Page) ([]Form, string, error) {
	if _, err := s.Channels.Get(ctx, a, channelID); err != nil {
		return nil, "", err
	}
	return s.store.forms(ctx, a, channelID, p)
}

// Form returns a form of the account.
func (s *Service) Form(ctx context.Context, a account.ID, id ids.ID) (Form, error) {
	return s.store.form(ctx, a, id)
}

// Of returns the leads that became a task, the first one first.
func (s *Service) Of(ctx context.Context, a account.ID, task ids.ID) ([]Lead, error) {
	return s.store.ofTask(ctx, a, task)
}

// FormsNaming returns the names of the forms that name a template.
func (s *Service) FormsNaming(ctx context.Context, a account.ID, id ids.ID) ([]string, error) {
	forms, err := s.store.naming(ctx, a, id)
	names := make([]string, len(forms))
	for i, f := range forms {
		names[i] = f.Title()
	}
	return names, err
}

// Title returns the name people see.
func (f Form) Title() string {
	if f.Name != "" {
		return f.Name
	}
	return f.ExternalID
}

// Change is what may be changed of a form; nil leaves a thing alone.
type Change struct {
	ObjectTemplateID  **ids.ID // a pointer to nil: the channel's
	ContactTemplateID **ids.ID
	AssigneeIDs       *[]ids.ID
	Mapping           map[string]templates.LeadTarget // only the named questions change; an empty target takes a decision back
	Reviewed          bool                            // somebody has looked at how the questions have changed
}

// MaxMapped is how many questions of a form may be decided about.
const MaxMapped = 500

// Update changes what becomes of a form's leads: of those to come, and by a back-fill of those that came. Owners and admins
// may. A change of the mapping says that somebody has looked at the questions.
func (s *Service) Update(ctx context.Context, by account.Actor, id ids.ID, ch Change) (Form, error) {
	if err := by.Require(account.Admin); err != nil {
		return Form{}, err
	}
	var f Form
	err := s.DB.Retry(ctx, func(ctx context.Context) (err error) {
		if f, err = s.store.lockForm(ctx, by.AccountID, id); err != nil {
			return err
		}
		f.apply(ch)
		if err := s.check(ctx, f, ch); err != nil {
			return err
		}
		f.UpdatedAt = s.Clock.Now()
		err = s.store.updateForm(ctx, &f, "object_template_id", "contact_template_id", "assignee_ids", "mapping", "reviewed")
		if err != nil {
			return err
		}
		details := map[string]any{"form": f.Title(), "mapping": f.Mapping}
		if err := s.Audit.Record(ctx, by.Entry("lead_form.changed", "lead_form", f.ID, details)); err != nil {
			return err
		}
		if err := s.noteHealth(ctx, f.AccountID, f.ChannelID); err != nil {
			return err
		}
		return s.announce(ctx, f)
	})
	return f, s.noteForeign(ctx, by, id, err)
}

// noteForeign leaves in the audit log that somebody wanted to change a form that their account does not have: what stands
// in a screen of theirs is there, so that this was guessed, or is another account's. It returns the error as it is.
func (s *Service) noteForeign(ctx context.Context, by account.Actor, id ids.ID, err error) error {
	if errs.KindOf(err) != errs.NotFound {
		return err
	}
	details := map[string]any{"form_id": id.String()}
	return cmp.Or(s.Audit.Record(ctx, by.Entry("lead_form.refused", "account", by.AccountID, details)), err)
}

func (f *Form) apply(ch Change) {
	if ch.ObjectTemplateID != nil {
		f.ObjectTemplateID = *ch.ObjectTemplateID
	}
	if ch.ContactTemplateID != nil {
		f.ContactTemplateID = *ch.ContactTemplateID
	}
	if ch.AssigneeIDs != nil {
		f.AssigneeIDs = *ch.AssigneeIDs
	}
	mapping := templates.LeadMapping{}
	for q, target := range f.Mapping {
		mapping[q] = target
	}
	for q, target := range ch.Mapping {
		if mapping[q] = target; target == "" {
			delete(mapping, q)
		}
	}
	f.Mapping = mapping
	if len(ch.Mapping) > 0 || ch.Reviewed {
		f.Reviewed = f.Questions
	}
}

// check refuses a form that names what does not exist.
func (s *Service) check(ctx context.Context, f Form, ch Change) error {
	problems := s.references(ctx, f)
	if len(f.Mapping) > MaxMapped {
		problems = append(problems, errs.At("body.mapping", "input.too_many", "max", MaxMapped))
	}
	for q := range ch.Mapping {
		if _, known := f.question(q); !known && ch.Mapping[q] != "" {
			problems = append(problems, errs.At("body.mapping."+q, "lead_form.question"))
		}
	}
	if len(problems) > 0 {
		return errs.Input(problems...)
	}
	pair, err := s.pairOf(ctx, f)
	if err != nil || len(ch.Mapping) == 0 {
		return err
	}
	changed := templates.LeadMapping{}
	for q, target := range ch.Mapping {
		if target != "" {
			changed[q] = target
		}
	}
	return template.Input("body.", changed.Validate(pair.Object.Definition, pair.Contact.Definition))
}

func (s *Service) references(ctx context.Context, f Form) []errs.Problem {
	problems := s.Channels.References.CheckSettings(ctx, f.AccountID, channel.Settings{
		ObjectTemplateID: f.ObjectTemplateID, ContactTemplateID: f.ContactTemplateID, AssigneeIDs: f.AssigneeIDs,
	})
	for i, p := range problems {
		problems[i].Location = strings.Replace(p.Location, "body.settings.", "body.", 1)
	}
	return problems
}

// announce tells screens that a form changed; it is part of its channel there.
func (s *Service) announce(ctx context.Context, f Form) error {
	return s.Feed.Publish(ctx, feed.Event{
		AccountID: f.AccountID, Type: feed.ChannelChanged,
		Refs: feed.Refs{ChannelID: ids.Ptr(f.ChannelID), ObjectID: ids.Ptr(f.ID)},
	})
}

// Pairs returns the templates of forms, by the form's id: those the form names, else its channel's, else the standard ones.
func (s *Service) Pairs(ctx context.Context, forms []Form, channels map[ids.ID]channel.Channel) (map[ids.ID]template.Pair, error) {
	// A form stands in for its channel: both name templates in the same way.
	standIns := make([]channel.Channel, len(forms))
	for i, f := range forms {
		c := channels[f.ChannelID]
		c.ID = f.ID
		if f.ObjectTemplateID != nil {
			c.Settings.ObjectTemplateID = f.ObjectTemplateID
		}
		if f.ContactTemplateID != nil {
			c.Settings.ContactTemplateID = f.ContactTemplateID
		}
		standIns[i] = c
	}
	found, err := s.Templates.For(ctx, standIns)
	if err != nil {
		return nil, fmt.Errorf("templates of lead forms: %w", err)
	}
	pairs := make(map[ids.ID]template.Pair, len(found))
	for k, p := range found {
		pairs[k.ID] = p
	}
	return pairs, nil
}

func (s *Service) pairOf(ctx context.Context, f Form) (template.Pair, error) {
	c, err := s.Channels.Get(ctx, f.AccountID, f.ChannelID)
	if err != nil {
		return template.Pair{}, err
	}
	pairs, err := s.Pairs(ctx, []Form{f}, map[ids.ID]channel.Channel{c.ID: c})
	return pairs[f.ID], err
}

// Mapped returns a form's questions with what becomes of their answers.
func (s *Service) Mapped(ctx context.Context, f Form) ([]Mapped, error) {
	pair, err := s.pairOf(ctx, f)
	if err != nil {
		return nil, err
	}
	return f.Mapped(pair.Object.Definition, pair.Contact.Definition), nil
}
