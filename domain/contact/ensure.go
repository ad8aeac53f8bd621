package contact

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Wanted is a person who must be known after Ensure.
type Wanted struct {
	Address
	Name, Username string
	// Make makes the contact when the person is new, and is called at most once. Nil: somebody who is new stays unknown.
	Make func() Contact
	// Distant says that the person has done nothing yet that lets the channel see who they are: their profile is asked for
	// once they do.
	Distant bool
	// Seen is how the person is made known: what Touch would write of somebody new.
	Seen Seen
}

// Known is a person with their contact.
type Known struct {
	Identity Identity
	Contact  Contact
	New      bool // made by this call
}

// Ensure finds or makes the identity and the contact of each address, with a fixed number of statements, in the context's
// transaction. Two that make the same person at once end up with one: the identity's unique key decides. The profiles of
// new people are fetched by a job.
func (s *Service) Ensure(ctx context.Context, wanted []Wanted) (map[Address]Known, error) {
	found, err := s.known(ctx, wanted)
	if err != nil {
		return nil, err
	}
	var fresh []Identity
	made := map[Address]Contact{}
	now := s.Clock.Now()
	for _, w := range wanted {
		if _, there := found[w.Address]; there || w.Make == nil {
			continue
		}
		if _, twice := made[w.Address]; twice {
			continue
		}
		c := w.Make()
		c.AccountID, c.ID, c.SearchName, c.CreatedAt, c.UpdatedAt = w.AccountID, ids.New(), SearchName(c.Name), now, now
		made[w.Address] = c
		fresh = append(fresh, Identity{
			AccountID: w.AccountID, ID: ids.New(), ChannelID: w.ChannelID, ExternalID: w.ExternalID, ContactID: c.ID,
			Name: w.Name, Username: w.Username, LastMessageAt: w.Seen.LastMessageAt, WindowOpenedAt: w.Seen.WindowOpenedAt,
			WindowUntil: w.Seen.WindowUntil, CreatedAt: now, UpdatedAt: now,
		})
	}
	work := nearer(wanted, found)
	if len(fresh) == 0 {
		return found, s.Due.Put(ctx, work...)
	}
	written, err := storage.InsertMany(ctx, s.DB, fresh)
	if err != nil {
		return nil, fmt.Errorf("make identities: %w", err)
	}
	var contacts []Contact
	again := false
	for i, identity := range fresh {
		if !written[i] { // somebody else made the person in this moment
			again = true
			continue
		}
		c := made[identity.Address()]
		contacts = append(contacts, c)
		found[identity.Address()] = Known{identity, c, true}
		if !allDistant(wanted, identity.Address()) {
			work = append(work, profileWork(identity))
		}
	}
	if err := s.insert(ctx, contacts); err != nil {
		return nil, err
	}
	if again {
		theirs, err := s.known(ctx, wanted)
		if err != nil {
			return nil, err
		}
		for at, k := range theirs {
			if _, ours := found[at]; !ours {
				found[at] = k
			}
		}
	}
	return found, s.Due.Put(ctx, work...)
}

// nearer is the work of asking who people are that were distant until now.
func nearer(wanted []Wanted, found map[Address]Known) []due.Work {
	var work []due.Work
	for _, w := range wanted {
		x := found[w.Address].Identity
		if x.ID != ids.Nil && w.Make != nil && !w.Distant && x.ProfileAt == nil && x.LastMessageAt == nil {
			work = append(work, profileWork(x))
		}
	}
	return work
}

// allDistant tells whether a person did nothing but distant things.
func allDistant(wanted []Wanted, a Address) bool {
	for _, w := range wanted {
		if w.Address == a && !w.Distant {
			return false
		}
	}
	return true
}

// Join notes that new addresses belong to contacts that are known, in the context's transaction. An address that is known
// already stays whose it is.
func (s *Service) Join(ctx context.Context, list map[Address]Contact) error {
	now := s.Clock.Now()
	rows := make([]Identity, 0, len(list))
	for a, c := range list {
		rows = append(rows, Identity{
			AccountID: a.AccountID, ID: ids.New(), ChannelID: a.ChannelID, ExternalID: a.ExternalID, ContactID: c.ID,
			Name: c.Name, CreatedAt: now, UpdatedAt: now,
		})
	}
	_, err := storage.InsertMany(ctx, s.DB, rows)
	return err
}

// insert writes new contacts with the keys that lead to them. A key that leads elsewhere already stays there.
func (s *Service) insert(ctx context.Context, contacts []Contact) error {
	var keys []Key
	for _, c := range contacts {
		keys = append(keys, KeysOf(c)...)
	}
	if _, err := storage.InsertMany(ctx, s.DB, contacts); err != nil {
		return err
	}
	if _, err := storage.InsertMany(ctx, s.DB, keys); err != nil {
		return err
	}
	return s.store.addTags(ctx, contacts...)
}

// KeysOf are the keys that should lead to a contact: one for each of its addresses.
func KeysOf(c Contact) []Key {
	var keys []Key
	for _, e := range c.Emails {
		keys = append(keys, Key{c.AccountID, "email", e, c.ID})
	}
	for _, p := range c.Phones {
		keys = append(keys, Key{c.AccountID, "phone", p, c.ID})
	}
	return keys
}

func (s *Service) known(ctx context.Context, wanted []Wanted) (map[Address]Known, error) {
	keys := make([]Address, len(wanted))
	for i, w := range wanted {
		keys[i] = w.Address
	}
	keys = unique(keys)
	// Locked, so that whose they are stays true until the transaction ends: merging waits for it, and it for merging.
	identities, err := storage.LockMany[Identity](ctx, s.DB, keys, "account_id", "channel_id", "external_id")
	if err != nil {
		return nil, err
	}
	refs := make([]ref, len(identities))
	for i, x := range identities {
		refs[i] = ref{x.AccountID, x.ContactID}
	}
	contacts, err := storage.SelectMany[Contact](ctx, s.DB, unique(refs), "account_id", "id")
	if err != nil {
		return nil, err
	}
	byID := make(map[ref]Contact, len(contacts))
	for _, c := range contacts {
		byID[ref{c.AccountID, c.ID}] = c
	}
	found := make(map[Address]Known, len(identities))
	for _, x := range identities {
		found[x.Address()] = Known{Identity: x, Contact: byID[ref{x.AccountID, x.ContactID}]}
	}
	return found, nil
}

type ref struct {
	AccountID account.ID
	ID        ids.ID
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

// Seen is a sign of life of a person.
type Seen struct {
	AccountID account.ID
	ID        ids.ID // the identity
	// LastMessageAt is when they wrote, nil when they did something else.
	LastMessageAt *time.Time
	// What they did opened the reply window then, until then; nil when it does not.
	WindowOpenedAt, WindowUntil *time.Time
}

// TableName names the table that signs of life are written to.
func (Seen) TableName() string { return "identities" }

// Touch notes signs of life, at most one for an identity. Times only move forward, whatever order they are told in, and
// whoever writes can be written to again. What is known already is not written again.
func (s *Service) Touch(ctx context.Context, seen []Seen) error {
	_, err := storage.UpdateMany(ctx, s.DB, seen, storage.Update{
		Match: []string{"account_id", "id"}, Key: []string{"account_id", "id"},
		Also: storage.KeepLater("last_message_at") + ", " + storage.KeepLater("window_opened_at") + ", " + storage.KeepLater("window_until") +
			", unreachable = CASE WHEN v.last_message_at IS NULL THEN t.unreachable ELSE '' END",
		Carry: []string{"last_message_at", "window_opened_at", "window_until"},
		Where: "(" + storage.IsLater("last_message_at") + " OR " + storage.IsLater("window_opened_at") + " OR " + storage.IsLater("window_until") +
			" OR v.last_message_at IS NOT NULL AND t.unreachable <> '')",
	})
	return err
}

// Merge adds a sign of life to another of the same identity: the later of each time holds.
func (x *Seen) Merge(y Seen) {
	x.LastMessageAt = clock.Later(x.LastMessageAt, y.LastMessageAt)
	x.WindowOpenedAt = clock.Later(x.WindowOpenedAt, y.WindowOpenedAt)
	x.WindowUntil = clock.Later(x.WindowUntil, y.WindowUntil)
}

// Contacted is that a message went from or to a contact.
type Contacted struct {
	AccountID     account.ID
	ID            ids.ID
	LastContactAt time.Time
}

// TableName names the table that contacts are noted in.
func (Contacted) TableName() string { return "contacts" }

// NoteContact keeps when contacts were last written with, in the context's transaction. Times only move forward. It comes
// after tasks and comments, against the order in which tables are written, so it waits for nobody: a contact whom somebody
// else is changing this moment keeps the time before, until they are written with again.
func (s *Service) NoteContact(ctx context.Context, list ...Contacted) error {
	latest := map[ref]Contacted{}
	for _, x := range list {
		if k := (ref{x.AccountID, x.ID}); latest[k].LastContactAt.Before(x.LastContactAt) {
			latest[k] = x
		}
	}
	where := "t.last_contact_at < v.last_contact_at"
	if s.DB.Engine() == storage.Postgres { // SQLite has one writer
		where += ` AND t.id = (SELECT free.id FROM contacts AS free
			WHERE free.account_id = t.account_id AND free.id = t.id FOR UPDATE SKIP LOCKED)`
	}
	_, err := storage.UpdateMany(ctx, s.DB, slices.Collect(maps.Values(latest)), storage.Update{
		Match: []string{"account_id", "id"}, Key: []string{"account_id", "id"}, Set: []string{"last_contact_at"}, Where: where,
	})
	return err
}
