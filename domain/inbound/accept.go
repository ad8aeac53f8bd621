package inbound

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// longest is how long the database has for a group. One that does not answer, as when its machine has gone without a word, must
// not keep those who come later waiting too.
const longest = 15 * time.Second

// Batch is what one request brought: items for channels, and what is for none.
type Batch struct {
	Door     string
	Routed   []channel.Routed
	Unrouted []channel.Unrouted
}

func (b Batch) size() int { return len(b.Routed) + len(b.Unrouted) }

// Accept stores everything a request brought and returns once it is committed: what is accepted is never lost. Requests that
// arrive while another's commit runs are written together by the next one; one group is under way at a time, for two would only
// be smaller. The error is Unavailable when the database could not store it; the sender must then try again, which changes
// nothing if it was stored all the same.
func (s *Service) Accept(ctx context.Context, b Batch) error {
	if b.size() == 0 {
		return nil
	}
	_, err := s.arrivals.Do(ctx, b)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return errs.New(errs.Unavailable, "storage.busy").Because(err)
	}
	return err
}

// acceptAll writes a group in one transaction. When that fails by something in it, each is written alone, so that one bad
// request harms no other, nor one bad item the others of its request.
func (s *Service) acceptAll(ctx context.Context, group []Batch) ([]struct{}, error) {
	err := s.keep(ctx, group...)
	fault.Point("accept.after_commit")
	if len(group) == 1 && storage.Blames(err) {
		err = s.keepItems(ctx, group[0])
	}
	if err == nil {
		s.Bell.Ring(Queue)
	}
	return make([]struct{}, len(group)), err
}

// keepItems writes the items of one request one by one; one that cannot be stored as an event is stored as what it is, bytes.
// What fails without being the item's fault is left to the sender, who sends it again.
func (s *Service) keepItems(ctx context.Context, b Batch) error {
	for _, r := range b.Routed {
		one := Batch{Door: b.Door, Routed: []channel.Routed{r}}
		if err := s.keep(ctx, one); err != nil {
			if !storage.Blames(err) {
				return err
			}
			s.Log.ErrorContext(ctx, "an item could not be stored as an event", "door", b.Door, "type", r.Item.Type, "error", err)
			one = Batch{Door: b.Door, Unrouted: []channel.Unrouted{stray(r.Item, "not_storable")}}
			if err := s.keep(ctx, one); err != nil {
				return err
			}
		}
	}
	return s.keep(ctx, Batch{Door: b.Door, Unrouted: b.Unrouted})
}

// keep writes requests: their keys first, of which those already there leave their items out.
func (s *Service) keep(ctx context.Context, batches ...Batch) error {
	if s.keepAtOnce(ctx, batches) {
		return nil
	}
	return s.DB.Retry(ctx, func(ctx context.Context) error {
		held, err := s.claims(ctx, batches)
		if err != nil {
			return err
		}
		var events []Event
		var strays []Unrouted
		for _, b := range batches {
			for _, r := range b.Routed {
				if _, c, ok := holder(held, r); ok {
					events = append(events, s.event(c, r.Item))
				} else {
					strays = append(strays, s.unrouted(b.Door, stray(r.Item, "no_channel")))
				}
			}
			for _, x := range b.Unrouted {
				strays = append(strays, s.unrouted(b.Door, x))
			}
		}
		fault.Point("accept.before_insert")
		if _, err := s.insert(ctx, events); err != nil {
			return err
		}
		if err := s.store.insertStrays(ctx, strays); err != nil {
			return err
		}
		fault.Point("accept.before_commit")
		s.DB.AfterCommit(ctx, func() { s.holders.learn(held) })
		return nil
	})
}

// keepAtOnce writes requests with a single statement, and tells whether all of them are stored. It can when it knows who
// holds their pages and the database takes such a statement. In it the holders are looked at again: what is no longer as it
// was known is not written. Whatever goes wrong, keep does it all again; what has been written already is there then.
func (s *Service) keepAtOnce(ctx context.Context, batches []Batch) bool {
	if !s.DB.Chains() {
		return false
	}
	var events []addressed
	for _, b := range batches {
		if len(b.Unrouted) > 0 {
			return false
		}
		for _, r := range b.Routed {
			p, c, ok := s.holders.of(r)
			if !ok {
				return false
			}
			events = append(events, addressed{s.event(c, r.Item), p.kind, p.externalID})
		}
	}
	fault.Point("accept.at_once")
	moved, err := s.store.insertHeld(ctx, events)
	return err == nil && moved == 0
}

// insert writes events and says of each whether it is new.
func (s *Service) insert(ctx context.Context, events []Event) ([]bool, error) {
	keys := make([]eventKey, len(events))
	for i, e := range events {
		keys[i] = eventKey{e.AccountID, e.ChannelID, e.Key, e.ID, e.ReceivedAt}
	}
	written, err := storage.InsertMany(ctx, s.DB, keys)
	if err != nil {
		return nil, err
	}
	var fresh []Event
	for i, ok := range written {
		if ok {
			fresh = append(fresh, events[i])
		}
	}
	_, err = storage.InsertMany(ctx, s.DB, fresh)
	return written, err
}

type page struct{ kind, externalID string }

// holder returns the first page that an item may be for and that a channel has, with the channel.
func holder(held map[page]channel.Claim, r channel.Routed) (page, channel.Claim, bool) {
	for _, id := range r.ExternalIDs {
		p := page{r.Kind, channel.CleanText(id)}
		if c := held[p]; c.ChannelID != ids.Nil {
			return p, c, true
		}
	}
	return page{}, channel.Claim{}, false
}

// holders remembers who held the pages that came last: a guess, and never more than that.
type holders struct {
	mu   sync.RWMutex
	held map[page]channel.Claim
}

// learn takes over what was just read; pages without a channel are forgotten.
func (h *holders) learn(read map[page]channel.Claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held == nil {
		h.held = map[page]channel.Claim{}
	}
	for p, c := range read {
		if c.ChannelID == ids.Nil {
			delete(h.held, p)
		} else {
			h.held[p] = c
		}
	}
}

// of is holder for an item whose likeliest page is known: only then would asking give the same.
func (h *holders) of(r channel.Routed) (page, channel.Claim, bool) {
	if len(r.ExternalIDs) == 0 {
		return page{}, channel.Claim{}, false
	}
	r.ExternalIDs = r.ExternalIDs[:1]
	h.mu.RLock()
	defer h.mu.RUnlock()
	return holder(h.held, r)
}

// claims returns who holds the pages that items are for. It is asked in the transaction that stores them: a page that
// changed hands a moment ago must not leave anything with its former account.
func (s *Service) claims(ctx context.Context, batches []Batch) (map[page]channel.Claim, error) {
	held := map[page]channel.Claim{}
	var keys []channel.Claim
	for _, b := range batches {
		for _, r := range b.Routed {
			for _, id := range r.ExternalIDs {
				p := page{r.Kind, channel.CleanText(id)}
				if _, asked := held[p]; !asked {
					held[p] = channel.Claim{}
					keys = append(keys, channel.Claim{Kind: p.kind, ExternalID: p.externalID})
				}
			}
		}
	}
	found, err := s.Channels.Claims(ctx, keys)
	for _, c := range found {
		held[page{c.Kind, c.ExternalID}] = c
	}
	return held, err
}

// event makes the vault's row of an item for a channel.
func (s *Service) event(c channel.Claim, item channel.Item) Event {
	now := s.Clock.Now()
	if item.OccurredAt = channel.CleanTime(item.OccurredAt); item.OccurredAt.IsZero() {
		item.OccurredAt = now
	}
	lane := channel.CleanText(item.Lane)
	return Event{
		AccountID: c.AccountID, ID: ids.New(), ChannelID: c.ChannelID, Type: channel.CleanText(item.Type),
		Key: bounded(channel.CleanText(item.Key)), Lane: lane, Slot: slotOf(c.ChannelID, lane), State: Received,
		Envelope: item.Envelope.Clean(), Raw: item.Raw, Month: storage.MonthOf(now),
		OccurredAt: item.OccurredAt, ReceivedAt: now,
	}
}

// maxKey bounds keys; an index entry of PostgreSQL's must fit a third of a page.
const maxKey = 512

// bounded replaces the end of a long key by its hash, so that different keys stay different.
func bounded(key string) string {
	if len(key) <= maxKey {
		return key
	}
	return fmt.Sprintf("%s…%x", channel.CleanText(key[:maxKey-70]), sha256.Sum256([]byte(key)))
}

// stray is an item that becomes no event.
func stray(item channel.Item, reason string) channel.Unrouted {
	return channel.Unrouted{Object: item.Envelope.Object, EntryID: item.Envelope.EntryID, Reason: reason, Raw: item.Raw}
}

func (s *Service) unrouted(door string, x channel.Unrouted) Unrouted {
	sum := sha256.Sum256(x.Raw)
	return Unrouted{
		ID: ids.New(), Door: door, Object: bounded(channel.CleanText(x.Object)), EntryID: bounded(channel.CleanText(x.EntryID)),
		Reason: x.Reason, SHA256: sum[:], Times: 1, Raw: x.Raw, ReceivedAt: s.Clock.Now(),
	}
}
