package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/inbound"
)

// Replay is a slice of the vault that is processed again, and how far that is. It goes on by itself, whoever looks.
type Replay struct {
	ID        ids.ID              `json:"id"`
	State     inbound.ReplayState `json:"state" enum:"running,stopping,stopped,finished" doc:"stopping: those that were begun still have their effect"`
	Count     int64               `json:"count" doc:"how many events it picks"`
	Processed int64               `json:"processed"`
	Ignored   int64               `json:"ignored"`
	Failed    int64               `json:"failed" doc:"GET /events?replay_id=…&state=failed lists those that are so still"`
	Aside     int64               `json:"aside" doc:"they wait for something, or are held"`
	Left      int64               `json:"left" doc:"still to be done; of a stopped one, those that stay as they were"`
	Of        ReplayFilter        `json:"of" doc:"what it picks"`
	By        string              `json:"by"`
	CreatedAt time.Time           `json:"created_at"`
	EndedAt   *time.Time          `json:"ended_at"`
}

// ReplayFilter is what a replay picks.
type ReplayFilter struct {
	Named     int           `json:"named" doc:"so many events that were named one by one; 0: those that the rest picks"`
	State     inbound.State `json:"state,omitempty" enum:"failed,ignored,processed"`
	ChannelID *ids.ID       `json:"channel_id"`
	Type      string        `json:"type,omitempty"`
	Reason    string        `json:"reason,omitempty"`
	From      *time.Time    `json:"from"`
	To        *time.Time    `json:"to"`
	ReplayID  *ids.ID       `json:"replay_id" doc:"those of an earlier replay"`
}

func showReplay(r inbound.Replay) Replay {
	f := r.Filter
	of := ReplayFilter{Named: len(f.IDs), State: f.State, ChannelID: f.ChannelID, Type: f.Type, Reason: f.Reason, ReplayID: f.ReplayID}
	if of.Named == 0 && of.State == "" {
		of.State = inbound.Failed
	}
	if !f.From.IsZero() {
		of.From = &f.From
	}
	if !f.To.IsZero() {
		of.To = &f.To
	}
	return Replay{
		r.ID, r.State, r.Total, r.Processed, r.Ignored, r.Failed, r.Aside, max(r.Total-r.Done(), 0), of, r.ActorName, r.CreatedAt, r.EndedAt,
	}
}

func replayed(r inbound.Replay, err error) (*answer[Replay], error) {
	return answered(showReplay(r), err)
}

type replayInput struct {
	Body struct {
		IDs       []ids.ID      `json:"ids,omitempty" format:"uuid" maxItems:"1000" doc:"these, unless they are waiting or held"`
		State     inbound.State `json:"state,omitempty" enum:"failed,ignored,processed" doc:"failed when left out without ids"`
		ChannelID *ids.ID       `json:"channel_id,omitempty" format:"uuid"`
		Type      string        `json:"type,omitempty" maxLength:"100"`
		Reason    string        `json:"reason,omitempty" maxLength:"500"`
		From      time.Time     `json:"from,omitzero" doc:"received at or after"`
		To        time.Time     `json:"to,omitzero" doc:"received before"`
		ReplayID  *ids.ID       `json:"replay_id,omitempty" format:"uuid" doc:"last processed again by this replay"`
	}
}

// replayEvents has events processed again: those named, or a slice of the vault. What had an effect already is filled in
// again where people have changed nothing, and repeats nothing.
func (a *API) replayEvents(ctx context.Context, who account.Actor, in *replayInput) (*answer[Replay], error) {
	b := in.Body
	return replayed(a.Inbound.Replay(ctx, who, inbound.Filter{
		IDs: b.IDs, State: b.State, ChannelID: b.ChannelID, Type: b.Type, Reason: b.Reason, From: b.From, To: b.To,
		ReplayID: b.ReplayID,
	}))
}

func (a *API) listReplays(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[Replay]], error) {
	rows, next, err := a.Inbound.Replays(ctx, who.AccountID, in.page())
	shown := make([]Replay, len(rows))
	for i, r := range rows {
		shown[i] = showReplay(r)
	}
	return listed(shown, next, err)
}

func (a *API) getReplay(ctx context.Context, who account.Actor, in *ByID) (*answer[Replay], error) {
	return replayed(a.Inbound.ReplayOf(ctx, who.AccountID, in.ID))
}

// stopReplay has a replay take no more events.
func (a *API) stopReplay(ctx context.Context, who account.Actor, in *ByID) (*answer[Replay], error) {
	return replayed(a.Inbound.StopReplay(ctx, who, in.ID))
}
