package httpapi

import (
	"context"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/inbound"
)

// Event is one thing a provider told us, as the vault keeps it.
type Event struct {
	ID          ids.ID        `json:"id"`
	ChannelID   ids.ID        `json:"channel_id"`
	Type        string        `json:"type" doc:"the provider's name for it, as messages or feed"`
	ExternalKey string        `json:"external_key" doc:"what the provider telling it twice is known by"`
	State       inbound.State `json:"state" enum:"received,waiting,processed,ignored,held,failed"`
	Reason      string        `json:"reason" doc:"why it was ignored, held or failed: a stable code, or the fault itself"`
	ReasonText  string        `json:"reason_text" doc:"the reason in words, in the reader's language"`
	ReceivedAt  time.Time     `json:"received_at"`
	OccurredAt  time.Time     `json:"occurred_at"`
	ProcessedAt *time.Time    `json:"processed_at"`
	TaskID      *ids.ID       `json:"task_id"`
	CommentID   *ids.ID       `json:"comment_id"`
	ContactID   *ids.ID       `json:"contact_id"`
	Recovered   bool          `json:"recovered" doc:"no webhook brought it: it was found by asking"`
}

// WholeEvent is an event with the bytes it came as.
type WholeEvent struct {
	Event
	Envelope channel.Envelope `json:"envelope" doc:"what stood around it in the request that brought it"`
	// Raw is exactly what came, so that it can be read and sent again.
	Raw       *string `json:"raw" doc:"its own bytes as text; null when they are no text, or were erased"`
	RawBase64 []byte  `json:"raw_base64,omitempty" doc:"the bytes, when they are no text"`
	// RawExpiredAt says why there are no bytes.
	RawExpiredAt *time.Time `json:"raw_expired_at" doc:"when the bytes went because the account keeps none so old; null: they are there, or were erased"`
}

func (x *exchange) event(e inbound.Event) Event {
	reason := e.Reason // of a failed one it is the fault itself
	if e.State != inbound.Failed {
		reason = x.reason(e.Reason)
	}
	return Event{
		ID: e.ID, ChannelID: e.ChannelID, Type: e.Type, ExternalKey: e.Key, State: e.State, Reason: e.Reason,
		ReasonText: reason, ReceivedAt: e.ReceivedAt, OccurredAt: e.OccurredAt, ProcessedAt: e.ProcessedAt,
		TaskID: e.TaskID, CommentID: e.CommentID, ContactID: e.ContactID, Recovered: e.Recovered,
	}
}

// reason puts into words why an event has no effect, or none of its own.
func (x *exchange) reason(reason string) string {
	code := "ignored." + reason
	if text := x.text(code, nil); text != code {
		return text
	}
	return reason
}

// EventFilter narrows events. It is exported for huma, which fills no others when embedded.
type EventFilter struct {
	State     inbound.State `query:"state" enum:"received,waiting,processed,ignored,held,failed"`
	ChannelID ids.ID        `query:"channel_id" format:"uuid"`
	Type      string        `query:"type" maxLength:"100"`
	Reason    string        `query:"reason" maxLength:"500" doc:"stable code"`
	From      time.Time     `query:"from" doc:"received at or after"`
	To        time.Time     `query:"to" doc:"received before"`
	ReplayID  ids.ID        `query:"replay_id" format:"uuid" doc:"last processed again by this replay"`
}

func (f EventFilter) filter() inbound.Filter {
	return inbound.Filter{
		State: f.State, ChannelID: ids.Ptr(f.ChannelID), Type: f.Type, Reason: f.Reason, From: f.From, To: f.To,
		ReplayID: ids.Ptr(f.ReplayID),
	}
}

type listEventsInput struct {
	Paging
	EventFilter
}

func (a *API) listEvents(ctx context.Context, who account.Actor, in *listEventsInput) (*answer[Page[Event]], error) {
	rows, next, err := a.Inbound.Events(ctx, who.AccountID, in.filter(), in.page())
	shown := make([]Event, len(rows))
	for i, e := range rows {
		shown[i] = exchangeOf(ctx).event(e)
	}
	return listed(shown, next, err)
}

// EventCounts says how many events there are, and what has become of them.
type EventCounts struct {
	States map[inbound.State]int64 `json:"states"`
	Types  map[string]int64        `json:"types" doc:"by the provider's names"`
	Groups []EventGroup            `json:"groups" doc:"the most frequent first"`
	Replay EventReplay             `json:"replay" doc:"what having these processed again would do"`
	More   bool                    `json:"more" doc:"there are more: 20 000 are looked at, the newest of the state, the channel, the replay and the time"`
}

// EventGroup are the events in a state for a reason.
type EventGroup struct {
	State  inbound.State `json:"state" enum:"received,waiting,processed,ignored,held,failed"`
	Reason string        `json:"reason" doc:"stable code; empty for failed ones"`
	Text   string        `json:"text" doc:"the reason in words, in the reader's language"`
	Count  int64         `json:"count"`
}

// EventReplay is what comes of having events processed again.
type EventReplay struct {
	Anew  int64 `json:"anew" doc:"failed and ignored ones: processed as if they came now"`
	Again int64 `json:"again" doc:"processed ones: filled in again where people have changed nothing; nothing is sent or doubled"`
	Left  int64 `json:"left" doc:"those that wait, are held, are being processed, or whose bytes are gone: left as they are"`
}

// countEvents counts the events that a filter picks, and says what a replay of them would do.
func (a *API) countEvents(ctx context.Context, who account.Actor, in *struct{ EventFilter }) (*answer[EventCounts], error) {
	all, more, err := a.Inbound.Counts(ctx, who.AccountID, in.filter())
	x := exchangeOf(ctx)
	out := EventCounts{States: map[inbound.State]int64{}, Types: map[string]int64{}, Groups: []EventGroup{}, More: more}
	at := map[EventGroup]int{}
	for _, c := range all {
		out.States[c.State] += c.Count
		out.Types[c.Type] += c.Count
		key := EventGroup{State: c.State, Reason: c.Reason}
		if _, ok := at[key]; !ok {
			at[key] = len(out.Groups)
			out.Groups = append(out.Groups, EventGroup{c.State, c.Reason, x.reason(c.Reason), 0})
		}
		out.Groups[at[key]].Count += c.Count
		out.Replay.add(c)
	}
	return answered(out, err)
}

// add says what a replay would do with some events.
func (r *EventReplay) add(c inbound.Counted) {
	switch c.State {
	case inbound.Failed, inbound.Ignored:
		r.Anew += c.Readable
	case inbound.Processed:
		r.Again += c.Readable
	default:
		r.Left += c.Readable
	}
	r.Left += c.Count - c.Readable
}

func (a *API) getEvent(ctx context.Context, who account.Actor, in *ByID) (*answer[WholeEvent], error) {
	e, err := a.Inbound.Event(ctx, who.AccountID, in.ID)
	whole := WholeEvent{Event: exchangeOf(ctx).event(e), Envelope: e.Envelope, RawExpiredAt: e.RawExpiredAt}
	switch text := string(e.Raw); {
	case e.Raw == nil:
	case utf8.ValidString(text):
		whole.Raw = &text
	default:
		whole.RawBase64 = e.Raw
	}
	return answered(whole, err)
}
