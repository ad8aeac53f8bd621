package inbound

import (
	"context"

	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/ids"
)

func (a *arriving) address() contact.Address {
	return contact.Address{
		AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, ExternalID: a.in.Person.ExternalID,
	}
}

// people finds who the events are about. Whoever writes, or comes by a link, becomes a contact.
func (b *batch) people(ctx context.Context) error {
	if err := b.prepare(ctx, b.open); err != nil {
		return err
	}
	wanted := make([]contact.Wanted, 0, len(b.open))
	for _, a := range b.open {
		if a.in.Person.ExternalID == "" { // the platform does not say who wrote a comment
			continue
		}
		w := contact.Wanted{
			Address: a.address(), Name: a.in.Person.Name, Username: a.in.Person.Username, Distant: a.in.Place != nil,
		}
		w.Seen, _ = b.sign(a)
		if a.in.Action == channel.Message || a.in.Action == channel.Refer {
			w.Make = func() contact.Contact { return b.contact(a) }
		}
		wanted = append(wanted, w)
	}
	found, err := b.Contacts.Ensure(ctx, wanted)
	if err != nil {
		return err
	}
	b.keep(func(a *arriving) bool {
		k, ok := found[a.address()]
		if ok {
			a.person, a.event.ContactID = k, ids.Ptr(k.Contact.ID)
		}
		// A change may be here before the message that makes the person known.
		a.stranger = !ok && !a.amends() && a.in.Place == nil
		return b.goesOn(a)
	})
	return nil
}

// owners notes who the events are about that were closed before anybody asked: whoever is erased is to be found in them.
func (b *batch) owners(ctx context.Context) error {
	var wanted []contact.Wanted
	for _, a := range b.all {
		if a.event.ContactID == nil && a.in.Person.ExternalID != "" {
			wanted = append(wanted, contact.Wanted{Address: a.address()})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found, err := b.Contacts.Ensure(ctx, wanted)
	for _, a := range b.all {
		if k, ok := found[a.address()]; ok && a.event.ContactID == nil {
			a.event.ContactID = ids.Ptr(k.Contact.ID)
		}
	}
	return err
}
