package lead

import (
	"context"
	"fmt"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/due"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// Arrival is a lead that an event tells of.
type Arrival struct {
	AccountID account.ID
	ChannelID ids.ID
	EventID   ids.ID
	Key       string // of the event: names a lead that has no id of the platform's
	Lead      channel.Lead
}

func (a Arrival) external() external {
	name := a.Lead.ID
	if name == "" {
		name = a.Key
	}
	return external{a.AccountID, a.ChannelID, name}
}

// Arrive finds or makes the leads that events tell of, by event, with a fixed number of statements. They stay locked until
// the context's transaction ends.
func (s *Service) Arrive(ctx context.Context, list []Arrival) (map[ids.ID]Lead, error) {
	rows := make([]Lead, len(list))
	keys := make([]external, len(list))
	for i, a := range list {
		rows[i], keys[i] = s.arrived(a), a.external()
	}
	if err := s.findForms(ctx, rows); err != nil {
		return nil, err
	}
	if _, err := storage.InsertMany(ctx, s.DB, rows); err != nil {
		return nil, fmt.Errorf("keep leads: %w", err)
	}
	locked, err := s.store.lock(ctx, keys)
	if err != nil {
		return nil, err
	}
	byName := make(map[external]Lead, len(locked))
	for _, l := range locked {
		byName[l.external()] = l
	}
	found := make(map[ids.ID]Lead, len(list))
	for i, a := range list {
		found[a.EventID] = byName[keys[i]]
	}
	return found, s.moved(ctx, locked)
}

// Look returns the lead that an event tells of as it is, or as it would be when it arrived now, and keeps nothing.
func (s *Service) Look(ctx context.Context, a Arrival) (Lead, error) {
	rows, err := s.store.byKeys(ctx, []external{a.external()})
	if err != nil {
		return Lead{}, err
	}
	if len(rows) == 0 {
		rows = []Lead{s.arrived(a)}
		err = s.findForms(ctx, rows)
	}
	return rows[0], err
}

func (s *Service) arrived(a Arrival) Lead {
	now := s.Clock.Now()
	if a.Lead.SubmittedAt.IsZero() {
		a.Lead.SubmittedAt = now
	}
	l := Lead{
		AccountID: a.AccountID, ID: ids.New(), ChannelID: a.ChannelID, ExternalID: a.external().ExternalID,
		EventID: ids.Ptr(a.EventID), State: Waiting, Lead: a.Lead, CreatedAt: now, UpdatedAt: now,
	}
	if a.Lead.Answers != nil || a.Lead.ID == "" {
		l.fill(a.Lead, now)
	}
	l.index()
	return l
}

// findForms says of leads which of our forms they were entered into, and whether they were made to try it.
func (s *Service) findForms(ctx context.Context, rows []Lead) error {
	var keys []formKey
	seen := map[formKey]bool{}
	for _, l := range rows {
		if k := (formKey{l.AccountID, l.ChannelID, l.Lead.FormID}); k.ExternalID != "" && !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	forms, err := s.store.formsByKeys(ctx, keys)
	if err != nil {
		return err
	}
	byKey := make(map[formKey]Form, len(forms))
	for _, f := range forms {
		byKey[formKey{f.AccountID, f.ChannelID, f.ExternalID}] = f
	}
	for i, l := range rows {
		f, ok := byKey[formKey{l.AccountID, l.ChannelID, l.Lead.FormID}]
		if !ok {
			continue
		}
		if rows[i].FormID = ids.Ptr(f.ID); f.tests(l) {
			rows[i].markTest()
		}
	}
	return nil
}

// FormsOf returns the forms of leads, by the lead's id. A lead of no form that is known has one that names nothing.
func (s *Service) FormsOf(ctx context.Context, leads []Lead) (map[ids.ID]Form, error) {
	var keys []formID
	for _, l := range leads {
		if l.FormID != nil {
			keys = append(keys, formID{l.AccountID, *l.FormID})
		}
	}
	rows, err := s.store.formsByIDs(ctx, unique(keys))
	if err != nil {
		return nil, err
	}
	byID := map[ids.ID]Form{}
	for _, f := range rows {
		byID[f.ID] = f
	}
	forms := make(map[ids.ID]Form, len(leads))
	unnamed := map[ids.ID]Form{}
	for _, l := range leads {
		f, ok := byID[ids.Of(l.FormID)]
		if !ok {
			f, ok = unnamed[l.ChannelID]
		}
		if !ok {
			if f, err = s.unnamed(ctx, l.AccountID, l.ChannelID); err != nil {
				return nil, err
			}
			unnamed[l.ChannelID] = f
		}
		forms[l.ID] = f
	}
	return forms, nil
}

// unnamed is the form of leads that belong to none: it has the templates that new forms begin with.
func (s *Service) unnamed(ctx context.Context, a account.ID, channelID ids.ID) (Form, error) {
	object, contact, err := s.Templates.OfPreset(ctx, a, templates.PresetLead)
	return Form{
		AccountID: a, ID: ids.New(), ChannelID: channelID, ObjectTemplateID: object, ContactTemplateID: contact,
	}, err
}

func unique[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	out := list[:0:0]
	for _, x := range list {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}

// Want has the answers of leads fetched, in the context's transaction.
func (s *Service) Want(ctx context.Context, leads ...Lead) error {
	work := make([]due.Work, len(leads))
	for i, l := range leads {
		work[i] = due.Work{
			AccountID: l.AccountID, Queue: FetchQueue, Key: l.ID.String(), ChannelID: ids.Ptr(l.ChannelID),
		}
	}
	return s.Due.Put(ctx, work...)
}

// Became keeps what leads have become, in the context's transaction.
func (s *Service) Became(ctx context.Context, leads []Lead) error {
	now := s.Clock.Now()
	for i := range leads {
		leads[i].UpdatedAt = now
	}
	if err := s.store.save(ctx, leads, "task_id", "contact_id", "unmapped", "filled"); err != nil {
		return err
	}
	return s.moved(ctx, leads)
}
