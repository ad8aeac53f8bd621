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

type listEventsInput struct {
	Paging
	State     inbound.State `query:"state" enum:"received,waiting,processed,ignored,held,failed"`
	ChannelID ids.ID        `query:"channel_id" format:"uuid"`
	Type      string        `query:"type" maxLength:"100"`
	From      time.Time     `query:"from" doc:"received at or after"`
	To        time.Time     `query:"to" doc:"received before"`
}

func (a *API) listEvents(ctx context.Context, who account.Actor, in *listEventsInput) (*answer[Page[Event]], error) {
	rows, next, err := a.Inbound.Events(ctx, who.AccountID, inbound.Filter{
		State: in.State, ChannelID: ids.Ptr(in.ChannelID), Type: in.Type, From: in.From, To: in.To,
	}, in.page())
	shown := make([]Event, len(rows))
	for i, e := range rows {
		shown[i] = exchangeOf(ctx).event(e)
	}
	return listed(shown, next, err)
}

func (a *API) getEvent(ctx context.Context, who account.Actor, in *ByID) (*answer[WholeEvent], error) {
	e, err := a.Inbound.Event(ctx, who.AccountID, in.ID)
	whole := WholeEvent{Event: exchangeOf(ctx).event(e), Envelope: e.Envelope}
	switch text := string(e.Raw); {
	case e.Raw == nil:
	case utf8.ValidString(text):
		whole.Raw = &text
	default:
		whole.RawBase64 = e.Raw
	}
	return answered(whole, err)
}

type replayInput struct {
	Body struct {
		IDs       []ids.ID      `json:"ids,omitempty" format:"uuid" maxItems:"1000" doc:"these, unless they are waiting or held"`
		State     inbound.State `json:"state,omitempty" enum:"failed,ignored,processed" doc:"failed when left out without ids"`
		ChannelID *ids.ID       `json:"channel_id,omitempty" format:"uuid"`
		Type      string        `json:"type,omitempty" maxLength:"100"`
		From      time.Time     `json:"from,omitzero" doc:"received at or after"`
		To        time.Time     `json:"to,omitzero" doc:"received before"`
	}
}

// replayEvents has events processed again: those named, or a slice of the vault. What had an effect already is filled in
// again where people have changed nothing, and repeats nothing.
func (a *API) replayEvents(ctx context.Context, who account.Actor, in *replayInput) (*answer[Count], error) {
	b := in.Body
	return counted(a.Inbound.Replay(ctx, who, inbound.Filter{
		IDs: b.IDs, State: b.State, ChannelID: b.ChannelID, Type: b.Type, From: b.From, To: b.To,
	}))
}
