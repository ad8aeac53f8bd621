package outbound

import (
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
)

// Safety is kept from the end of a window: a message must not cross it on its way.
const Safety = time.Minute

// Reply is what the reply policy decides about: who writes, when, to whom.
type Reply struct {
	Author        account.ActorKind
	Now           time.Time
	LastMessageAt *time.Time // the person's
	WindowUntil   *time.Time // the standard window's end
	Standby       bool       // another program answers the conversation
	Unreachable   string     // code of why the person cannot be written to
}

// Decision is the outcome of the reply policy, kept with the message and shown: under which rule it goes, or why not.
type Decision struct {
	MayWrite      bool              `json:"may_write"`
	As            string            `json:"as"` // response, human_agent, utility or none
	MessagingType string            `json:"messaging_type,omitempty"`
	Tag           string            `json:"tag,omitempty"`
	Until         *time.Time        `json:"until,omitempty"` // as long as the rule allows it
	Reason        string            `json:"reason"`          // code of why
	Author        account.ActorKind `json:"author"`
	DecidedAt     time.Time         `json:"decided_at"`
	LastMessageAt *time.Time        `json:"last_message_at,omitempty"`
}

// The reasons of refusals; allowed ones have "reply.allowed".
const (
	reasonAllowed     = "reply.allowed"
	reasonStandby     = "reply.standby"     // another program has the conversation
	reasonUnreachable = "reply.unreachable" // the person blocked us, or is gone
	reasonNeverWrote  = "reply.never_wrote" // there is no window to be in
	reasonOnlyStaff   = "reply.only_staff"  // a person could still answer, a program may not
	reasonTooLate     = "reply.window_closed"
	reasonPrivateUsed = "reply.private_used" // a comment has one private reply
)

// Decide applies a kind's reply rules. It is decided again at every attempt, because a message may wait across the end of
// a window. It is a pure function.
func Decide(rules []channel.ReplyRule, r Reply) Decision {
	d := Decision{As: "none", Author: r.Author, DecidedAt: r.Now, LastMessageAt: r.LastMessageAt}
	switch {
	case r.Standby:
		d.Reason = reasonStandby
		return d
	case r.Unreachable != "":
		d.Reason = reasonUnreachable
		return d
	}
	for _, rule := range rules {
		until, open := untilOf(rule, r)
		if !open || !slices.Contains(rule.Authors, r.Author) {
			continue
		}
		d.MayWrite, d.As, d.MessagingType, d.Tag, d.Until, d.Reason =
			true, rule.As, rule.MessagingType, rule.Tag, until, reasonAllowed
		return d
	}
	d.Reason = refusal(rules, r)
	return d
}

// untilOf returns until when a rule holds, and whether it still does; nil means that it has no end.
func untilOf(rule channel.ReplyRule, r Reply) (*time.Time, bool) {
	var until *time.Time
	if rule.Window {
		if r.WindowUntil == nil {
			return nil, false
		}
		until = r.WindowUntil
	}
	if rule.MaxAge > 0 {
		if r.LastMessageAt == nil {
			return nil, false
		}
		if end := r.LastMessageAt.Add(rule.MaxAge); until == nil || end.Before(*until) {
			until = &end
		}
	}
	return until, until == nil || !r.Now.Add(Safety).After(*until)
}

func refusal(rules []channel.ReplyRule, r Reply) string {
	if r.LastMessageAt == nil && r.WindowUntil == nil {
		return reasonNeverWrote
	}
	late := reasonTooLate
	for _, rule := range rules {
		if _, open := untilOf(rule, r); open && slices.Contains(rule.Authors, account.Staff) {
			return reasonOnlyStaff
		}
		if rule.Late != "" {
			late = rule.Late
		}
	}
	return late
}

// ruleOf finds the rule a decision was made by.
func ruleOf(rules []channel.ReplyRule, d Decision) channel.ReplyRule {
	for _, rule := range rules {
		if rule.As == d.As {
			return rule
		}
	}
	return channel.ReplyRule{As: d.As}
}
