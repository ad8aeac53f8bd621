package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
)

// Reconciliation is how complete what a channel was told is, by comparison with the platform's own conversations.
type Reconciliation struct {
	Until *time.Time          `json:"until" doc:"up to when it has been compared; null: not yet"`
	Days  []ReconciliationDay `json:"days" doc:"the newest first, those on which something was said"`
}

// ReconciliationDay is one day of a channel.
type ReconciliationDay struct {
	Day          string    `json:"day" doc:"in UTC, as 2026-11-26"`
	Received     int64     `json:"received" doc:"messages, comments and leads that came by webhook"`
	Recovered    int64     `json:"recovered" doc:"those that no webhook brought, and that were found by asking"`
	Unread       int64     `json:"unread" doc:"conversations in which more was said than the platform lets be read"`
	Completeness *float64  `json:"completeness" doc:"percent of them that came by webhook; null when there were none"`
	UpdatedAt    time.Time `json:"updated_at"`
}

func (a *API) getReconciliation(ctx context.Context, who account.Actor, in *ByID) (*answer[Reconciliation], error) {
	list, until, err := a.Inbound.Reconciliations(ctx, who.AccountID, in.ID)
	shown := Reconciliation{Until: until, Days: []ReconciliationDay{}}
	for _, r := range list {
		shown.Days = append(shown.Days, ReconciliationDay{
			Day: r.Day, Received: r.Received, Recovered: r.Recovered, Unread: r.Unread, Completeness: r.Completeness(),
			UpdatedAt: r.UpdatedAt,
		})
	}
	return answered(shown, err)
}
