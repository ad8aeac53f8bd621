package outbound

import (
	"context"
	"errors"

	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/fault"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Here is what lanes that are worked on at the same time ask of the database together: each of them has its own steps and its
// own call, and shares the statements.

// together are the four things that every delivery asks.
type together struct {
	heads   *storage.Together[due.Work, head]
	begins  *storage.Together[beginning, begun]
	records *storage.Together[ending, recorded]
	ends    *storage.Together[due.Work, error]
}

func (s *Service) gather() together {
	return together{
		heads:   storage.NewTogether(s.headsOf),
		begins:  storage.NewTogether(s.beginAll),
		records: storage.NewTogether(s.recordAll),
		ends:    storage.NewTogether(s.Due.DoneAll),
	}
}

// head is the first message of a lane that is not finished, and when it is to be sent what that depends on.
type head struct {
	message      *Message // nil: there is none
	last         bool     // of its lane, as far as has been put there until it was claimed
	channel      channel.Channel
	conversation conversation.Conversation
	partner      *contact.Identity // whom the conversation is with
	person       *contact.Identity // whom the message goes to
}

// missing says what there is no more of that sending depends on.
func (h head) missing() error {
	switch m := h.message; {
	case h.channel.ID == ids.Nil:
		return errs.Missing("channel")
	case h.conversation.ID == ids.Nil:
		return errs.Missing("conversation")
	case m.IdentityID != nil && h.person == nil, h.conversation.IdentityID != nil && h.partner == nil:
		return errs.Missing("identity")
	}
	return nil
}

func (s *Service) headsOf(ctx context.Context, lanes []due.Work) ([]head, error) {
	rows, err := s.store.heads(ctx, lanes)
	if err != nil {
		return nil, err
	}
	byLane, queued := map[due.Work]*first{}, []Message{}
	for i, m := range rows {
		byLane[due.Work{AccountID: m.AccountID, Key: m.Lane}] = &rows[i]
		if m.State == Queued {
			queued = append(queued, m.Message)
		}
	}
	find, err := s.surroundings(ctx, queued)
	if err != nil {
		return nil, err
	}
	heads := make([]head, len(lanes))
	for i, w := range lanes {
		if m := byLane[due.Work{AccountID: w.AccountID, Key: w.Key}]; m != nil {
			heads[i] = find(m.Message)
			heads[i].last = !m.More
		}
	}
	return heads, nil
}

// surroundings reads what sending depends on, and returns what finds it for each message.
func (s *Service) surroundings(ctx context.Context, queued []Message) (find func(Message) head, err error) {
	key := func(m Message, id ids.ID) storage.Key { return storage.Key{AccountID: m.AccountID, ID: id} }
	var inChannels, inThreads, with []storage.Key
	for _, m := range queued {
		inChannels, inThreads = append(inChannels, key(m, m.ChannelID)), append(inThreads, key(m, m.ConversationID))
		if m.IdentityID != nil {
			with = append(with, key(m, *m.IdentityID))
		}
	}
	channels, err := s.Channels.ByKeys(ctx, inChannels)
	if err != nil {
		return nil, err
	}
	threads, err := s.Conversations.Of(ctx, inThreads)
	if err != nil {
		return nil, err
	}
	for _, c := range threads {
		if c.IdentityID != nil {
			with = append(with, storage.Key{AccountID: c.AccountID, ID: *c.IdentityID})
		}
	}
	people, err := s.Contacts.IdentitiesOf(ctx, with)
	if err != nil {
		return nil, err
	}
	return func(m Message) head {
		h := head{message: &m, channel: channels[key(m, m.ChannelID)], conversation: threads[key(m, m.ConversationID)]}
		person := func(id *ids.ID) *contact.Identity {
			if x, ok := people[key(m, ids.Of(id))]; ok {
				return &x
			}
			return nil
		}
		h.partner, h.person = person(h.conversation.IdentityID), person(m.IdentityID)
		return h
	}, nil
}

// beginning is a message that is about to be sent by whoever has its lane.
type beginning struct {
	work    due.Work
	message Message
	attempt Attempt
}

// begun says what came of a beginning: neither, when the message was cancelled meanwhile.
type begun struct {
	ok   bool
	lost bool // the lane
}

// beginAll commits that messages are about to be sent, each under its lane's lease.
func (s *Service) beginAll(ctx context.Context, list []beginning) (out []begun, err error) {
	work := make([]due.Work, len(list))
	for i, b := range list {
		work[i] = b.work
	}
	return out, s.DB.Retry(ctx, func(ctx context.Context) error {
		held, err := s.Due.HoldAll(ctx, work)
		if err != nil {
			return err
		}
		var messages []Message
		for i, b := range list {
			if held[i] {
				messages = append(messages, b.message)
			}
		}
		moved, err := s.store.begin(ctx, messages)
		if err != nil {
			return err
		}
		fault.Point("deliver.before_attempt")
		out = make([]begun, len(list))
		var attempts []Attempt
		var started []Message
		for i, b := range list {
			out[i] = begun{ok: held[i] && moved[b.message.ID], lost: !held[i]}
			if out[i].ok {
				attempts, started = append(attempts, b.attempt), append(started, b.message)
			}
		}
		if _, err := storage.InsertMany(ctx, s.DB, attempts); err != nil {
			return err
		}
		return s.announce(ctx, started...)
	})
}

// ending is an attempt that has come to its end, with what became of its message.
type ending struct {
	work    due.Work
	last    bool // with it the work is done
	channel channel.Channel
	message Message
	attempt Attempt
	sent    channel.Sent
	failure *channel.Failure
}

// alone tells whether more follows from an ending than that a message was sent: that waits for rows which others hold, and is
// written by itself.
func (e ending) alone() bool {
	m := e.message
	return e.failure != nil || m.AttachmentID != nil || m.Mode != channel.Direct || e.channel.Throttles > 0
}

// recorded says what came of an ending: whether it still counted, and if the work was done with it, how that ended.
type recorded struct {
	moved bool
	done  error
}

// recordAll writes how attempts ended and what follows from it, and ends the work that has nothing left to do.
func (s *Service) recordAll(ctx context.Context, list []ending) (out []recorded, err error) {
	return out, s.DB.Retry(ctx, func(ctx context.Context) error {
		attempts := make([]Attempt, len(list))
		messages := make([]Message, len(list))
		for i, e := range list {
			attempts[i], messages[i] = e.attempt, e.message
		}
		if err := s.store.finishAttempts(ctx, attempts); err != nil {
			return err
		}
		counted, err := s.store.moveAll(ctx, Sending, messages, "failure", "not_before", "sent_at", "external_id")
		if err != nil {
			return err
		}
		fault.Point("deliver.before_record")
		out = make([]recorded, len(list))
		var moved []Message
		var over []int
		for i, e := range list {
			if out[i].moved = counted[i]; !counted[i] { // an echo was faster, or the lane was taken over
				continue
			}
			if err := s.consequences(ctx, e); err != nil {
				return err
			}
			if err := s.arrived(ctx, Arrival{e.message, e.sent.Person}); err != nil {
				return err
			}
			if moved = append(moved, e.message); e.last {
				over = append(over, i)
			}
		}
		if err := s.announce(ctx, moved...); err != nil {
			return err
		}
		return s.end(ctx, list, over, out)
	})
}

// end ends the work that is over with some of the endings.
func (s *Service) end(ctx context.Context, list []ending, over []int, out []recorded) error {
	if len(over) == 0 {
		return nil
	}
	work := make([]due.Work, len(over))
	for n, i := range over {
		work[n] = list[i].work
	}
	each, err := s.Due.DoneAll(ctx, work)
	if err != nil {
		return err
	}
	for n, i := range over {
		if out[i].done = each[n]; each[n] != nil && !errors.Is(each[n], due.ErrLost) {
			return each[n] // and the transaction with it
		}
	}
	return nil
}
