package dossier

import (
	"context"
	"fmt"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// Merge makes two contacts one: the first remains, with everything that the other has. take names the things whose value is
// the other's. Members may.
func (s *Service) Merge(ctx context.Context, by account.Actor, survivor, other ids.ID, take []string) (m Merge, err error) {
	if survivor == other {
		return m, errs.Input(errs.At("body.contact_id", "contact.merge_itself"))
	}
	for i, what := range take {
		if !known(what) {
			return m, errs.Input(errs.At(fmt.Sprintf("body.take[%d]", i), "contact.merge_unknown", "value", what))
		}
	}
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		m, err = s.merge(ctx, by, survivor, other, take)
		fault.Point("contact.before_merge_commit")
		return err
	})
	return m, err
}

func (s *Service) merge(ctx context.Context, by account.Actor, survivor, other ids.ID, take []string) (m Merge, err error) {
	pair, err := s.lock(ctx, by.AccountID, survivor, other)
	if errs.Is(err, "contact.not_found") {
		if _, gone := s.Contacts.Get(ctx, by.AccountID, survivor); gone == nil {
			err = errs.Input(errs.At("body.contact_id", "contact.not_found"))
		}
	}
	if err != nil {
		return m, err
	}
	now := s.Clock.Now()
	m = Merge{
		AccountID: by.AccountID, ID: ids.New(), SurvivorID: survivor, MergedID: other, Before: pair, MergedBy: by.Name, MergedAt: now,
	}
	after := Pair{Blend(pair.Survivor, pair.Merged, take), pair.Merged}
	after.Survivor.UpdatedAt, after.Merged.UpdatedAt, after.Merged.MergedInto = now, now, ids.Ptr(survivor)
	m.After = after
	if err := s.store.saveContacts(ctx, after.Survivor, after.Merged); err != nil {
		return m, err
	}
	if err := s.Contacts.Retag(ctx, after.Survivor, after.Merged); err != nil {
		return m, err
	}
	if m.Moved, err = s.store.move(ctx, by.AccountID, other, survivor); err != nil {
		return m, err
	}
	if err := s.store.insertMerge(ctx, m); err != nil {
		return m, err
	}
	details := map[string]any{"merge_id": m.ID, "contact_id": other, "tasks": len(m.Moved.Tasks), "identities": len(m.Moved.Identities)}
	return m, s.tell(ctx, by, "contact.merged", m, details)
}

// lock reads both contacts and keeps others from changing them. Those that are merged or erased already are none.
func (s *Service) lock(ctx context.Context, a account.ID, survivor, other ids.ID) (p Pair, err error) {
	found, err := s.Contacts.Lock(ctx, a, survivor, other)
	if err != nil {
		return p, err
	}
	p = Pair{found[survivor], found[other]}
	switch {
	case p.Survivor.ID != survivor || p.Merged.ID != other:
		for _, id := range []ids.ID{survivor, other} { // the one that is another by now, or nothing
			if _, err := s.Contacts.Get(ctx, a, id); err != nil {
				return p, err
			}
		}
		return p, errs.Missing("contact")
	case p.Survivor.ErasedAt != nil || p.Merged.ErasedAt != nil:
		return p, errs.New(errs.Conflict, "contact.erased")
	}
	return p, nil
}

// tell notes a merger, or its end, and has screens look again.
func (s *Service) tell(ctx context.Context, by account.Actor, action string, m Merge, details map[string]any) error {
	err := s.Audit.Record(ctx,
		by.Entry(action, "contact", m.SurvivorID, details),
		by.Entry(action, "contact", m.MergedID, map[string]any{"merge_id": m.ID, "into": m.SurvivorID}))
	if err != nil {
		return err
	}
	events := []feed.Event{
		{AccountID: m.AccountID, Type: feed.ContactChanged, Refs: feed.Refs{ContactID: ids.Ptr(m.SurvivorID)}},
		{AccountID: m.AccountID, Type: feed.ContactChanged, Refs: feed.Refs{ContactID: ids.Ptr(m.MergedID)}},
	}
	for _, t := range m.Moved.Tasks[:min(len(m.Moved.Tasks), maxTold)] {
		events = append(events, feed.Event{AccountID: m.AccountID, Type: feed.TaskChanged, Refs: feed.Refs{TaskID: ids.Ptr(t), ContactID: ids.Ptr(m.SurvivorID)}})
	}
	return s.Feed.Publish(ctx, events...)
}

// maxTold is of how many tasks screens are told one by one.
const maxTold = 200

// Mergers returns the mergers into a contact that can be taken back, the newest first.
func (s *Service) Mergers(ctx context.Context, a account.ID, survivor ids.ID) ([]Merge, error) {
	return s.store.merges(ctx, a, survivor)
}

// Unmerge takes the last merger into a contact back: both contacts get what they had. What came meanwhile goes where its identity belongs, and what
// people changed meanwhile stays. Members may.
func (s *Service) Unmerge(ctx context.Context, by account.Actor, survivor ids.ID) (m Merge, err error) {
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		m, err = s.unmerge(ctx, by, survivor)
		fault.Point("contact.before_unmerge_commit")
		return err
	})
	return m, err
}

func (s *Service) unmerge(ctx context.Context, by account.Actor, survivor ids.ID) (m Merge, err error) {
	if _, err := s.Contacts.Get(ctx, by.AccountID, survivor); err != nil {
		return m, err
	}
	locked, err := s.store.lockContacts(ctx, by.AccountID, survivor)
	if err != nil {
		return m, err
	}
	list, err := s.store.merges(ctx, by.AccountID, survivor)
	if err != nil {
		return m, err
	}
	if len(list) == 0 {
		return m, errs.New(errs.Conflict, "contact.not_merged")
	}
	m = list[0]
	now := s.Clock.Now()
	back := m.Before.Merged
	back.UpdatedAt, back.MergedInto = now, nil
	is := []contact.Contact{locked[survivor]}
	if err := s.Contacts.Tagged(ctx, is); err != nil {
		return m, err
	}
	rest := Restore(m.Before.Survivor, m.After.Survivor, is[0])
	rest.UpdatedAt = now
	if err := s.store.saveContacts(ctx, rest, back); err != nil {
		return m, err
	}
	if err := s.Contacts.Retag(ctx, rest, back); err != nil {
		return m, err
	}
	if m.Moved, err = s.store.moveBack(ctx, m, rest); err != nil {
		return m, err
	}
	m.UndoneAt = &now
	if err := s.store.endMerge(ctx, m); err != nil {
		return m, err
	}
	return m, s.tell(ctx, by, "contact.unmerged", m, map[string]any{"merge_id": m.ID, "contact_id": m.MergedID})
}
