package httpapi

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/audit"
)

type listAuditInput struct {
	Paging
	ObjectType string `query:"object_type" maxLength:"50" doc:"as staff, team, token, channel"`
	ObjectID   string `query:"object_id" maxLength:"50"`
}

func (a *API) listAudit(ctx context.Context, who account.Actor, in *listAuditInput) (*answer[Page[audit.Entry]], error) {
	return listed(a.Audit.List(ctx, who.AccountID, audit.Filter{ObjectType: in.ObjectType, ObjectID: in.ObjectID}, in.page()))
}
