package template

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/templates"
)

// Ready is a template that applies to a channel, compiled.
type Ready[D definition, F any] struct {
	ID         ids.ID
	Version    int
	Definition D
	Filler     F
}

// ObjectReady is a compiled object template.
type ObjectReady = Ready[templates.Object, *templates.ObjectFiller]

// ContactReady is a compiled contact template.
type ContactReady = Ready[templates.Contact, *templates.ContactFiller]

// Pair is what a channel's events become tasks and contacts by.
type Pair struct {
	Object   ObjectReady
	Chosen   string // by whom the object template was: channel, preset or standard
	Statuses StatusSet
	Contact  ContactReady
}

// For returns the templates that messages to channels become work by: those their settings name, else their accounts'
// standard ones. It takes one statement for the versions and one for the status sets; definitions that were compiled
// before are not read again.
func (s *Service) For(ctx context.Context, channels []channel.Channel) (map[channel.Key]Pair, error) {
	return s.forUse(ctx, channels, "", func(c channel.Settings) *ids.ID { return c.ObjectTemplateID })
}

// ForComments returns the templates for comments under posts: what a channel does not name is made by the preset for them,
// where the account still has it.
func (s *Service) ForComments(ctx context.Context, channels []channel.Channel) (map[channel.Key]Pair, error) {
	return s.forUse(ctx, channels, templates.PresetPostComments,
		func(c channel.Settings) *ids.ID { return c.CommentTemplateID })
}

// forUse returns the templates of channels: those that are named, else those of a preset, else the standard ones.
func (s *Service) forUse(
	ctx context.Context, channels []channel.Channel, preset string, object func(channel.Settings) *ids.ID,
) (map[channel.Key]Pair, error) {
	rows, err := s.named(ctx, channels, preset, object)
	if err != nil {
		return nil, err
	}
	objects, contacts, err := s.compiled(ctx, rows)
	if err != nil {
		return nil, err
	}
	sets, err := s.statusSets(ctx, rows)
	if err != nil {
		return nil, err
	}
	pairs := make(map[channel.Key]Pair, len(channels))
	for _, c := range channels {
		object, chosen := pick(rows, c, ObjectType, object(c.Settings), preset)
		contact, _ := pick(rows, c, ContactType, c.Settings.ContactTemplateID, preset)
		if object == nil || contact == nil || object.StatusSetID == nil {
			return nil, fmt.Errorf("account %s has no standard templates", c.AccountID)
		}
		pairs[channel.Key{AccountID: c.AccountID, ID: c.ID}] = Pair{
			Object:   objects[object.ID],
			Chosen:   chosen,
			Statuses: sets[wanted{c.AccountID, *object.StatusSetID}],
			Contact:  contacts[contact.ID],
		}
	}
	return pairs, nil
}

func (s *Service) named(
	ctx context.Context, channels []channel.Channel, preset string, object func(channel.Settings) *ids.ID,
) ([]row, error) {
	var list []wanted
	seen := map[wanted]bool{}
	add := func(w wanted) {
		if !seen[w] {
			seen[w] = true
			list = append(list, w)
		}
	}
	for _, c := range channels {
		add(wanted{c.AccountID, ids.Of(object(c.Settings))})
		add(wanted{c.AccountID, ids.Of(c.Settings.ContactTemplateID)})
	}
	return s.store.named(ctx, list, preset)
}

// ObjectFor returns an object template of an account with its statuses; nil means the standard one.
func (s *Service) ObjectFor(ctx context.Context, a account.ID, id *ids.ID) (ObjectReady, StatusSet, error) {
	var r row
	var err error
	if id == nil {
		r, err = s.store.standard(ctx, a, ObjectType)
	} else if r, err = s.store.get(ctx, a, ObjectType, *id); errs.KindOf(err) == errs.NotFound {
		err = errs.Input(errs.At("body.template_id", "template.not_found"))
	}
	if err != nil {
		return ObjectReady{}, StatusSet{}, err
	}
	set, err := s.store.set(ctx, a, ids.Of(r.StatusSetID))
	if err != nil {
		return ObjectReady{}, StatusSet{}, err
	}
	objects, _, err := s.compiled(ctx, []row{r})
	return objects[r.ID], set, err
}

// StatusSetsOf returns status sets of any accounts, those of them that exist.
func (s *Service) StatusSetsOf(ctx context.Context, keys []channel.Key) ([]StatusSet, error) {
	list := make([]wanted, len(keys))
	for i, k := range keys {
		list[i] = wanted(k)
	}
	return s.store.setsByKeys(ctx, list)
}

// pick finds the template a channel names, else the one of a preset, else the account's standard one, and says which.
func pick(rows []row, c channel.Channel, t Type, id *ids.ID, preset string) (found *row, chosen string) {
	var standard, made *row
	for i, r := range rows {
		if r.AccountID != c.AccountID || r.Type != t {
			continue
		}
		switch {
		case id != nil && r.ID == *id:
			return &rows[i], "channel"
		case r.Standard:
			standard = &rows[i]
		}
		if preset != "" && r.Preset == preset && r.ArchivedAt == nil {
			made = &rows[i]
		}
	}
	if made != nil {
		return made, "preset"
	}
	return standard, "standard"
}

// compiled returns templates ready for use; definitions are read and compiled once in each version.
func (s *Service) compiled(
	ctx context.Context, rows []row,
) (objects map[ids.ID]ObjectReady, contacts map[ids.ID]ContactReady, err error) {
	objects, contacts = map[ids.ID]ObjectReady{}, map[ids.ID]ContactReady{}
	var missing []wanted
	for _, r := range rows {
		switch x := s.ready.get(r).(type) {
		case ObjectReady:
			objects[r.ID] = x
		case ContactReady:
			contacts[r.ID] = x
		default:
			missing = append(missing, wanted{r.AccountID, r.ID})
		}
	}
	full, err := s.store.definitions(ctx, missing)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range full {
		if r.Type == ObjectType {
			d, err := decode[templates.Object](r.Definition)
			if err != nil {
				return nil, nil, err
			}
			objects[r.ID] = ObjectReady{r.ID, r.Version, d, d.Compile()}
			s.ready.put(r, objects[r.ID])
		} else {
			d, err := decode[templates.Contact](r.Definition)
			if err != nil {
				return nil, nil, err
			}
			contacts[r.ID] = ContactReady{r.ID, r.Version, d, d.Compile()}
			s.ready.put(r, contacts[r.ID])
		}
	}
	return objects, contacts, nil
}

func (s *Service) statusSets(ctx context.Context, rows []row) (map[wanted]StatusSet, error) {
	found := map[wanted]StatusSet{}
	var list []wanted
	for _, r := range rows {
		if r.StatusSetID == nil {
			continue
		}
		if w := (wanted{r.AccountID, *r.StatusSetID}); found[w].ID == ids.Nil {
			found[w] = StatusSet{ID: w.ID}
			list = append(list, w)
		}
	}
	sets, err := s.store.setsByKeys(ctx, list)
	for _, set := range sets {
		found[wanted{set.AccountID, set.ID}] = set
	}
	return found, err
}

// cache keeps compiled templates by id and version. A template's version changes with every edit, so that nothing in here
// is ever stale.
type cache struct {
	mu    sync.Mutex
	ready map[cacheKey]any
}

type cacheKey struct {
	id      ids.ID
	version int
}

// maxCached bounds the cache; beyond that it starts anew.
const maxCached = 10_000

func newCache() *cache { return &cache{ready: map[cacheKey]any{}} }

// get returns an ObjectReady, a ContactReady, or nil.
func (c *cache) get(r row) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ready[cacheKey{r.ID, r.Version}]
}

func (c *cache) put(r row, ready any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ready) >= maxCached {
		c.ready = map[cacheKey]any{}
	}
	c.ready[cacheKey{r.ID, r.Version}] = ready
}

// Forget lets go of what is ready of templates, within the transaction that is about to take back versions of them: the
// number of a version that never was is given to another one.
func (s *Service) Forget(list ...ids.ID) {
	gone := make(map[ids.ID]bool, len(list))
	for _, id := range list {
		gone[id] = true
	}
	s.ready.mu.Lock()
	defer s.ready.mu.Unlock()
	maps.DeleteFunc(s.ready.ready, func(k cacheKey, _ any) bool { return gone[k.id] })
}
