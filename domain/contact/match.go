package contact

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"kontor/domain/account"
	"kontor/domain/due"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// Sought is somebody who is known by what they entered somewhere, and by no address on a channel.
type Sought struct {
	AccountID account.ID
	Draft     templates.ContactDraft
	// Make makes the contact when nobody is found, and is called at most once.
	Make func() Contact
}

// keys are the e-mail and the phone number by which somebody is found, the e-mail first.
func (w Sought) keys() []Key {
	var keys []Key
	if w.Draft.Email != "" {
		keys = append(keys, Key{AccountID: w.AccountID, Type: "email", Value: w.Draft.Email})
	}
	if w.Draft.Phone != "" {
		keys = append(keys, Key{AccountID: w.AccountID, Type: "phone", Value: w.Draft.Phone})
	}
	return keys
}

// Matched is the contact of somebody who was sought.
type Matched struct {
	Contact Contact
	New     bool   // made by this call
	By      string // email or phone: what led to the contact
	// Other is another contact that their phone number leads to; it stays as it is.
	Other ids.ID
}

// Match finds the contacts that e-mails and phone numbers lead to, or makes them, in the context's transaction, with a fixed
// number of statements; the contacts that were found stay locked until it ends. Of two that make the same person at once,
// one wins and both get the same contact: the keys' uniqueness decides.
func (s *Service) Match(ctx context.Context, sought []Sought) ([]Matched, error) {
	leads, err := s.ledTo(ctx, sought)
	if err != nil {
		return nil, err
	}
	m := matching{leads: leads, made: map[ids.ID]Contact{}}
	for _, w := range sought {
		m.choose(s, w)
	}
	if err := s.claim(ctx, &m, sought); err != nil {
		return nil, err
	}
	found, err := s.lockAll(ctx, m.refs())
	if err != nil {
		return nil, err
	}
	out := make([]Matched, len(m.chosen))
	for i, c := range m.chosen {
		out[i] = c.Matched
		if made, ok := m.made[c.id]; ok {
			out[i].Contact = made
		} else if out[i].Contact, ok = found[ref{sought[i].AccountID, c.id}]; !ok {
			return nil, fmt.Errorf("a contact key leads to the contact %s, which is not there", c.id)
		}
	}
	return out, nil
}

// Find is Match without making anybody: somebody who is not known has the zero Contact.
func (s *Service) Find(ctx context.Context, w Sought) (m Matched, err error) {
	leads, err := s.ledTo(ctx, []Sought{w})
	if err != nil {
		return m, err
	}
	for _, k := range w.keys() {
		id, led := leads[k]
		switch {
		case led && m.By == "":
			m.By = k.Type
			m.Contact, err = s.Get(ctx, w.AccountID, id)
		case led && id != m.Contact.ID:
			m.Other = id
		}
		if err != nil {
			return m, err
		}
	}
	return m, nil
}

// matching is the state of Match: where each key leads, who was chosen for each, and who is made.
type matching struct {
	leads  map[Key]ids.ID // without their contact
	chosen []choice
	made   map[ids.ID]Contact
	claims []Key
}

type choice struct {
	Matched
	id ids.ID
}

func (m *matching) choose(s *Service, w Sought) {
	c := choice{}
	for _, k := range w.keys() {
		switch id := m.leads[k]; {
		case id == ids.Nil:
		case c.id == ids.Nil:
			c.id, c.By = id, k.Type
		case id != c.id:
			c.Other = id
		}
	}
	if c.id == ids.Nil {
		now := s.Clock.Now()
		made := w.Make()
		made.AccountID, made.ID, made.SearchName = w.AccountID, ids.New(), SearchName(made.Name)
		made.CreatedAt, made.UpdatedAt = now, now
		c.id, c.New, m.made[made.ID] = made.ID, true, made
		for _, k := range KeysOf(made) {
			m.claims = append(m.claims, k)
			k.ContactID = ids.Nil
			m.leads[k] = made.ID // whoever comes later in this call finds them
		}
	}
	m.chosen = append(m.chosen, c)
}

func (m *matching) refs() []ref {
	var list []ref
	for _, c := range m.chosen {
		if _, made := m.made[c.id]; !made {
			list = append(list, ref{c.Contact.AccountID, c.id})
		}
	}
	return list
}

// claim writes the keys of new contacts and then the contacts. Where somebody else was faster with a key, their contact is
// the one, and what ours had claimed already leads there too.
func (s *Service) claim(ctx context.Context, m *matching, sought []Sought) error {
	written, err := storage.InsertMany(ctx, s.DB, m.claims)
	if err != nil {
		return fmt.Errorf("claim contact keys: %w", err)
	}
	var lost []Key
	for i, ok := range written {
		if !ok {
			lost = append(lost, m.claims[i])
		}
	}
	if len(lost) > 0 {
		if err := s.yield(ctx, m, lost); err != nil {
			return err
		}
	}
	var fresh []Contact
	for _, c := range m.made {
		fresh = append(fresh, c)
	}
	for i := range m.chosen { // whose they are, for looking them up
		m.chosen[i].Contact.AccountID = sought[i].AccountID
	}
	if _, err := storage.InsertMany(ctx, s.DB, fresh); err != nil {
		return fmt.Errorf("make contacts: %w", err)
	}
	return s.store.addTags(ctx, fresh...)
}

// yield gives up contacts that somebody else makes in this moment.
func (s *Service) yield(ctx context.Context, m *matching, lost []Key) error {
	theirs, err := storage.SelectMany[Key](ctx, s.DB, lost, "account_id", "type", "value")
	if err != nil {
		return err
	}
	slices.SortFunc(theirs, func(a, b Key) int { return cmp.Compare(a.Type, b.Type) }) // the e-mail decides
	instead := map[ids.ID]ids.ID{}
	for _, k := range theirs {
		for _, l := range lost {
			if k.AccountID == l.AccountID && k.Type == l.Type && k.Value == l.Value && instead[l.ContactID] == ids.Nil {
				instead[l.ContactID] = k.ContactID
			}
		}
	}
	var moved []Key
	for _, k := range m.claims {
		if to := instead[k.ContactID]; to != ids.Nil && !slices.Contains(lost, k) {
			k.ContactID = to
			moved = append(moved, k)
		}
	}
	for i, c := range m.chosen {
		if to := instead[c.id]; to != ids.Nil {
			m.chosen[i].id, m.chosen[i].New = to, false
			if m.chosen[i].By == "" {
				m.chosen[i].By = theirs[0].Type
			}
		}
	}
	for id := range instead {
		delete(m.made, id)
	}
	_, err = storage.UpdateMany(ctx, s.DB, moved, storage.Update{
		Match: []string{"account_id", "type", "value"}, Set: []string{"contact_id"},
	})
	return err
}

// ledTo returns where the keys of those who are sought lead.
func (s *Service) ledTo(ctx context.Context, sought []Sought) (map[Key]ids.ID, error) {
	var keys []Key
	for _, w := range sought {
		keys = append(keys, w.keys()...)
	}
	rows, err := storage.SelectMany[Key](ctx, s.DB, unique(keys), "account_id", "type", "value")
	found := make(map[Key]ids.ID, len(rows))
	for _, k := range rows {
		id := k.ContactID
		k.ContactID = ids.Nil
		found[k] = id
	}
	return found, err
}

// lockAll reads contacts and keeps others from changing them until the transaction ends.
func (s *Service) lockAll(ctx context.Context, list []ref) (map[ref]Contact, error) {
	var rows []Contact
	_, err := storage.UpdateMany(ctx, s.DB, unique(list), storage.Update{
		Match: []string{"account_id", "id"}, Key: []string{"account_id", "id"}, Also: "updated_at = t.updated_at",
		Back: everything, Into: &rows,
	})
	if err == nil {
		err = s.store.tagged(ctx, rows)
	}
	found := make(map[ref]Contact, len(rows))
	var elsewhere []ref
	for _, c := range rows {
		found[ref{c.AccountID, c.ID}] = c
		if c.MergedInto != nil {
			elsewhere = append(elsewhere, ref{c.AccountID, *c.MergedInto})
		}
	}
	if err != nil || len(elsewhere) == 0 {
		return found, err
	}
	// Merged in this moment: whoever was looked for is the one that remains.
	remaining, err := s.lockAll(ctx, elsewhere)
	for at, c := range found {
		if c.MergedInto != nil {
			found[at] = remaining[ref{c.AccountID, *c.MergedInto}]
		}
	}
	return found, err
}

// TableName names the table that contacts are found in.
func (ref) TableName() string { return "contacts" }

// everything is every column of a contact, for what a statement gives back.
var everything = []string{ //nolint:gochecknoglobals // a constant list
	"account_id", "id", "kind", "name", "search_name", "template_id", "template_version", "emails", "phones", "fields", "filled",
	"group_name", "company_id", "avatar_id", "merged_into", "erased_at", "last_contact_at", "created_at", "updated_at",
}

// Identify gives people addresses on channels, in the context's transaction: those of them that are nobody's yet.
func (s *Service) Identify(ctx context.Context, identities ...Identity) error {
	now := s.Clock.Now()
	for i := range identities {
		x := &identities[i]
		x.ID, x.CreatedAt, x.UpdatedAt = ids.New(), now, now
	}
	written, err := storage.InsertMany(ctx, s.DB, identities)
	if err != nil {
		return fmt.Errorf("make identities: %w", err)
	}
	var work []due.Work
	for i, x := range identities {
		if written[i] {
			work = append(work, profileWork(x))
		}
	}
	return s.Due.Put(ctx, work...)
}

// Enrich adds to a contact what somebody entered elsewhere. Addresses are added to those the contact has; everything else is
// written only where there is nothing yet, or still what the same source wrote last. It returns what the source says now,
// and whether anything changed.
func (c *Contact) Enrich(d templates.ContactDraft, last map[string]any) (says map[string]any, changed bool) {
	now := map[string]any{"name": c.Name}
	says = map[string]any{}
	if d.Name != "" {
		says["name"] = d.Name
	}
	for k, v := range c.Fields {
		now[fieldKey+k] = v
	}
	for k, v := range d.Fields {
		says[fieldKey+k] = v
	}
	merged, written := templates.MergeFilled(now, last, says)
	for _, k := range written {
		c.set(k, merged[k])
	}
	changed = len(written) > 0
	for _, add := range []struct {
		to   *[]string
		what string
		max  int
	}{{&c.Emails, d.Email, maxAddresses}, {&c.Phones, d.Phone, maxAddresses}} {
		changed = addTo(add.to, add.max, add.what) || changed
	}
	changed = addTo(&c.Tags, maxTags, d.Tags...) || changed
	if c.GroupName == "" && d.Group != "" {
		c.GroupName, changed = d.Group, true
	}
	c.SearchName = SearchName(c.Name)
	return says, changed
}

func addTo(list *[]string, limit int, values ...string) (added bool) {
	for _, v := range values {
		if v != "" && !slices.Contains(*list, v) && len(*list) < limit {
			*list, added = append(slices.Clone(*list), v), true
		}
	}
	return added
}

// Learnt writes contacts that were enriched, in the context's transaction. A new address that leads to another contact
// already goes on leading there.
func (s *Service) Learnt(ctx context.Context, contacts ...Contact) error {
	now := s.Clock.Now()
	var keys []Key
	for i := range contacts {
		contacts[i].UpdatedAt = now
		keys = append(keys, KeysOf(contacts[i])...)
	}
	_, err := storage.UpdateMany(ctx, s.DB, contacts, storage.Update{
		Match: []string{"account_id", "id"},
		Set:   []string{"name", "search_name", "emails", "phones", "fields", "group_name", "updated_at"},
	})
	if err != nil {
		return err
	}
	if _, err := storage.InsertMany(ctx, s.DB, keys); err != nil {
		return err
	}
	if err := s.store.addTags(ctx, contacts...); err != nil {
		return err
	}
	events := make([]feed.Event, len(contacts))
	for i, c := range contacts {
		events[i] = feed.Event{AccountID: c.AccountID, Type: feed.ContactChanged, Refs: feed.Refs{ContactID: ids.Ptr(c.ID)}}
	}
	return s.Feed.Publish(ctx, events...)
}

// Lock reads contacts of one account and keeps others from changing them until the transaction ends.
func (s *Service) Lock(ctx context.Context, a account.ID, list ...ids.ID) (map[ids.ID]Contact, error) {
	refs := make([]ref, len(list))
	for i, id := range list {
		refs[i] = ref{a, id}
	}
	rows, err := s.lockAll(ctx, refs)
	found := make(map[ids.ID]Contact, len(rows))
	for r, c := range rows {
		found[r.ID] = c
	}
	return found, err
}
