package channel

import (
	"bytes"
	"context"
	"time"

	"kontor/domain/due"
)

// Usage is how much of one of its limits the platform says has been used.
type Usage struct {
	ExternalID string        // the channel it is about, where the platform names one; empty: the one that asked
	Limit      string        // the platform's name for the limit, as app or messenger
	Percent    int           // may exceed 100
	Regain     time.Duration // how long calls will be refused; zero when they are not, or when it does not say
}

// Pace is how freely a channel may call the platform.
type Pace int

// The paces, from free to stopped.
const (
	Free    Pace = iota
	Careful      // most of a limit is used: messages go one by one with pauses, and reads that can wait do so one by one
	Scarce       // nearly all of it: longer pauses, and no reads that can wait
	Spent        // all of it: nothing goes until the platform gives it back
)

// From how many percent on a channel goes how.
const (
	carefulFrom = 75
	scarceFrom  = 90
	spentFrom   = 100
)

func paceOf(percent int) Pace {
	switch {
	case percent >= spentFrom:
		return Spent
	case percent >= scarceFrom:
		return Scarce
	case percent >= carefulFrom:
		return Careful
	}
	return Free
}

// Gap is the pause between two messages of a channel that goes at this pace.
func (p Pace) Gap() time.Duration {
	switch p {
	case Free:
		return 0
	case Careful:
		return 2 * time.Second
	default:
		return 15 * time.Second
	}
}

const (
	// usageLasts is how long the platform's word on a limit counts. It comes with every answer, so that a channel that
	// sends at any pace hears anew long before; one that hears nothing more is not held by what was.
	usageLasts = 15 * time.Minute
	// spentPause is how long a channel whose limit is used up waits when the platform does not say.
	spentPause = time.Minute
	// throttledAtMost is the longest such wait after it was refused again and again.
	throttledAtMost = time.Hour
	// hangPause is how long a channel waits whose call hung: its calls must not hold every worker.
	hangPause = 10 * time.Second
)

// Pace returns how freely the channel may call the platform now.
func (c Channel) Pace(now time.Time) Pace {
	if !c.UsageKnown(now) {
		return Free
	}
	return paceOf(c.UsagePercent)
}

// UsageKnown tells whether the platform's last word on limits still counts.
func (c Channel) UsageKnown(now time.Time) bool {
	return c.UsageAt != nil && c.UsageAt.Add(usageLasts).After(now)
}

// Condition is the channel's health with how it stands with the platform's limits at a time.
func (c Channel) Condition(now time.Time) Health {
	h := c.Health
	h.Findings = append([]Finding(nil), h.Findings...)
	if c.UsageKnown(now) {
		params := map[string]any{"percent": c.UsagePercent, "limit": c.UsageLimit, "at": c.UsageAt.Format(time.RFC3339)}
		code := map[Pace]string{
			Free: "channel.usage", Careful: "channel.usage_careful", Scarce: "channel.usage_scarce", Spent: "channel.usage_spent",
		}[c.Pace(now)]
		level := "warning"
		if c.Pace(now) == Free {
			level = "info"
		}
		h.Findings = append(h.Findings, Finding{Code: code, Level: level, Area: limitsArea, Params: params})
	}
	if c.Effective(now) == Slowed {
		h.Findings = append(h.Findings, Finding{
			Code: "channel.paused", Level: "warning", Area: limitsArea, Params: map[string]any{"until": c.PausedUntil.Format(time.RFC3339)},
		})
	}
	return h
}

// Holdup is why messages of a channel wait although they may be written: they are accepted, kept in their order, and go
// later.
type Holdup struct {
	Reason string     // code of why, and what to do
	Until  *time.Time // nil when nobody knows
}

// Holdup returns why the channel's messages wait at a time; nil when they go at once.
func (c Channel) Holdup(now time.Time) *Holdup {
	switch state := c.Effective(now); {
	case state == Off && c.RemovedAt != nil:
		return &Holdup{Reason: "reply.waits_removed"}
	case state == Off:
		return &Holdup{Reason: "reply.waits_off"}
	case state == Reconnect:
		return &Holdup{Reason: "reply.waits_reconnect"}
	case state == Slowed:
		return &Holdup{Reason: "reply.waits_throttled", Until: c.PausedUntil}
	case c.Pace(now) > Free:
		return &Holdup{Reason: "reply.waits_turn"}
	}
	return nil
}

// limitsArea is what findings about the platform's limits are about.
const limitsArea = "limits"

// observer returns what an adapter tells the platform's word on limits to. It must not fail the call it comes with.
func (s *Service) observer(c Channel) func(context.Context, ...Usage) {
	return func(ctx context.Context, list ...Usage) {
		if err := s.observe(context.WithoutCancel(ctx), c, list); err != nil {
			s.Log.WarnContext(ctx, "note how much of a limit is used", "channel_id", c.ID, "error", err)
		}
	}
}

// observe sorts the platform's word by whose it is: an answer to one page may speak of others of the same business.
func (s *Service) observe(ctx context.Context, c Channel, list []Usage) error {
	own, others := worst{}, map[string]worst{}
	for _, u := range list {
		switch {
		case u.ExternalID == "" || u.ExternalID == c.ExternalID:
			own = own.with(u)
		case paceOf(u.Percent) > Free || u.Regain > 0: // what frees nobody needs no looking up
			others[u.ExternalID] = others[u.ExternalID].with(u)
		}
	}
	if len(others) > 0 {
		named, err := s.named(ctx, c.Kind, others)
		if err != nil {
			return err
		}
		for id, w := range others {
			if other, ok := named[id]; ok {
				if err := s.noteUsage(ctx, other, w); err != nil {
					return err
				}
			} else { // no page of ours: the limit of a business, and so of whoever calls for it
				own = own.with(w.Usage)
			}
		}
	}
	if !own.said {
		return nil
	}
	return s.noteUsage(ctx, c, own)
}

// worst is the most pressing of several words on limits.
type worst struct {
	Usage
	said bool
}

func (w worst) with(u Usage) worst {
	if !w.said || u.Percent > w.Percent {
		w.Percent, w.Limit = u.Percent, u.Limit
	}
	w.Regain, w.said = max(w.Regain, u.Regain), true
	return w
}

// named returns the channels of those ids that are connected here, in whatever account.
func (s *Service) named(ctx context.Context, kind string, of map[string]worst) (map[string]Channel, error) {
	var pages []Claim
	for id := range of {
		pages = append(pages, Claim{Kind: kind, ExternalID: id})
	}
	held, err := s.store.claims(ctx, pages)
	if err != nil {
		return nil, err
	}
	keys := make([]Key, len(held))
	for i, h := range held {
		keys[i] = Key{AccountID: h.AccountID, ID: h.ChannelID}
	}
	rows, err := s.store.byKeys(ctx, keys)
	found := make(map[string]Channel, len(rows))
	for _, c := range rows {
		found[c.ExternalID] = c
	}
	return found, err
}

// noteUsage keeps a word on limits if it is news, and stops a channel whose limit is used up. Most answers say nothing
// new, and cost nothing.
func (s *Service) noteUsage(ctx context.Context, c Channel, u worst) error {
	now := s.Clock.Now()
	if !c.isNews(u, now) {
		return nil
	}
	before := c.Pace(now)
	c.UsagePercent, c.UsageLimit, c.UsageAt, c.RegainAt = u.Percent, u.Limit, &now, nil
	if u.Regain > 0 {
		at := now.Add(u.Regain)
		c.RegainAt = &at
	}
	columns := []string{"usage_percent", "usage_limit", "usage_at", "regain_at"}
	if c.Pace(now) == Free {
		c.PacedUntil, columns = nil, append(columns, "paced_until")
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.note(ctx, c, columns); err != nil {
			return err
		}
		switch {
		case c.RegainAt != nil:
			return s.Pause(ctx, c, *c.RegainAt)
		case c.Pace(now) == Spent:
			return s.Pause(ctx, c, now.Add(spentPause))
		case c.Pace(now) != before:
			return s.announce(ctx, c)
		}
		return nil
	})
}

// isNews tells whether a word on limits says something that is not known: another pace, some percent more or less, that
// calls are refused; or the same again after a while, so that it does not grow stale.
func (c Channel) isNews(u worst, now time.Time) bool {
	const step, stale = 5, time.Minute
	if c.UsageAt == nil {
		return u.Percent > 0 || u.Regain > 0
	}
	difference := max(u.Percent-c.UsagePercent, c.UsagePercent-u.Percent)
	old := !c.UsageAt.Add(stale).After(now)
	return u.Regain > 0 || paceOf(u.Percent) != c.Pace(now) || difference >= step ||
		old && (difference > 0 || paceOf(u.Percent) > Free) || paceOf(u.Percent) == Spent
}

// Turn takes the channel's next turn to send. A free channel always has it; one that goes carefully has one now and then,
// for the whole installation. Without a turn it returns when there may be one.
func (s *Service) Turn(ctx context.Context, c Channel) (at time.Time, ok bool, err error) {
	now := s.Clock.Now()
	gap := c.Pace(now).Gap()
	if gap == 0 && !after(c.PacedUntil, now) {
		return now, true, nil
	}
	if after(c.PacedUntil, now) {
		return *c.PacedUntil, false, nil
	}
	next := now.Add(gap)
	ok, err = s.store.turn(ctx, c, now, next)
	return next, ok, err
}

// Sendable narrows a claim to work of channels that can send now.
func (s *Service) Sendable() due.Filter {
	now := s.Clock.Now()
	return due.Filter{
		Where: ofChannel("c.state = 'on' AND (c.paused_until IS NULL OR c.paused_until <= ?)" +
			" AND (c.paced_until IS NULL OR c.paced_until <= ?)"),
		Args: []any{now, now},
	}
}

// ofChannel is a condition on the channel c of work t. It is no join: where few channels were known when the plan was made, that
// worked all the work out anew for each channel.
func ofChannel(condition string) string {
	return "(SELECT " + condition + " FROM channels AS c WHERE c.account_id = t.account_id AND c.id = t.channel_id)"
}

// SendableAfter is Sendable for work that, on a channel that must go carefully, waits for all that is due in another queue.
func (s *Service) SendableAfter(queue string) due.Filter {
	f, now := s.Sendable(), s.Clock.Now()
	f.Where += " AND " + ofChannel("(c.usage_percent < ? OR c.usage_at IS NULL OR c.usage_at <= ? OR NOT EXISTS"+
		" (SELECT 1 FROM due_work AS o WHERE o.queue = ? AND o.channel_id = c.id AND o.due_at <= ?))")
	f.Args = append(f.Args, carefulFrom, now.Add(-usageLasts), queue, now)
	return f
}

// Readable narrows a claim to reads of the platform that can wait: they leave what little there is of a limit to messages.
// Channels that are off are in it, for their work to end.
func (s *Service) Readable() due.Filter {
	now := s.Clock.Now()
	return due.Filter{
		Where: ofChannel("(c.paused_until IS NULL OR c.paused_until <= ?)" +
			" AND (c.usage_percent < ? OR c.usage_at IS NULL OR c.usage_at <= ?)" +
			" AND (c.usage_percent < ? OR c.usage_at IS NULL OR c.usage_at <= ? OR t.rank = 0)"),
		Args: []any{now, scarceFrom, now.Add(-usageLasts), carefulFrom, now.Add(-usageLasts)},
	}
}

func after(t *time.Time, now time.Time) bool { return t != nil && t.After(now) }

// Hung gives a channel a pause whose call did not come back in time.
func (s *Service) Hung(ctx context.Context, c Channel) error {
	now := s.Clock.Now()
	_, err := s.store.turn(ctx, c, now, now.Add(hangPause))
	return err
}

// ThrottledUntil is when a channel that the platform has refused may call again: when it says so, else after a pause that
// grows with every refusal in a row.
func (c Channel) ThrottledUntil(f *Failure, now time.Time) time.Time {
	if f.Until.After(now) {
		return f.Until
	}
	return now.Add(min(spentPause<<min(c.Throttles, 10), throttledAtMost))
}

// Throttle makes a channel wait because the platform refused a call of its, and counts it.
func (s *Service) Throttle(ctx context.Context, c Channel, until time.Time) error {
	if err := s.store.throttle(ctx, c); err != nil {
		return err
	}
	return s.Pause(ctx, c, until)
}

// Accepted notes that the platform takes calls again after it refused some.
func (s *Service) Accepted(ctx context.Context, c Channel) error {
	if c.Throttles == 0 {
		return nil
	}
	return s.store.calm(ctx, c)
}

// sameCredentials tells whether a channel still has the credentials it had.
func (c Channel) sameCredentials(before Channel) bool {
	return bytes.Equal(c.Credentials, before.Credentials)
}
