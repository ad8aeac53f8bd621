package outbound

import (
	"context"
	"encoding/json"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/due"
	"kontor/domain/ids"
)

// Restored takes messages out of a backup, in the context's transaction. What was still to be sent then has perhaps been sent
// since: nobody knows, so it is unconfirmed. The platform is asked whether it has it, from when it was written on, and where it
// does not know, a person. It returns how many messages of each account that are.
func (s *Service) Restored(ctx context.Context) (map[account.ID]int, error) {
	failure, err := json.Marshal(channel.Failure{Class: channel.Unconfirmed, Reason: "delivery.restored"})
	if err != nil {
		return nil, err
	}
	var lanes []heldLane
	err = s.Every.Select(ctx, &lanes, `UPDATE messages SET state = 'unconfirmed', failure = ?, checked_at = NULL,
		attempted_at = coalesce(attempted_at, created_at), updated_at = ? WHERE state IN ('queued', 'sending', 'unconfirmed')
		RETURNING account_id, channel_id, lane`, string(failure), s.Clock.Now())
	if err != nil {
		return nil, err
	}
	held := map[account.ID]int{}
	work := make([]due.Work, len(lanes))
	for i, l := range lanes {
		held[l.AccountID]++
		work[i] = due.Work{AccountID: l.AccountID, Queue: queueOf(l.Lane), Key: l.Lane, ChannelID: ids.Ptr(l.ChannelID)}
	}
	return held, s.Due.Put(ctx, work...)
}

type heldLane struct {
	AccountID account.ID
	ChannelID ids.ID
	Lane      string
}
