package storage

import (
	"github.com/jackc/pgx/v5/pgtype"

	"kontor/domain/ids"
)

// plainIDs has PostgreSQL's driver write ids as the bytes that they are. By itself it asks each id for its text, and has read
// that as an id again.
func plainIDs(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
	switch id := value.(type) {
	case ids.ID:
		return &idPlan{}, plainID(id), true
	case *ids.ID:
		if id != nil {
			return &idPlan{}, plainID(*id), true
		}
	}
	return nil, nil, false
}

type plainID ids.ID

// UUIDValue is the id as the driver knows it.
func (id plainID) UUIDValue() (pgtype.UUID, error) { return pgtype.UUID{Bytes: id, Valid: true}, nil }

type idPlan struct{ next pgtype.EncodePlan }

// SetNext says how a plainID is written.
func (p *idPlan) SetNext(next pgtype.EncodePlan) { p.next = next }

// Encode writes an id.
func (p *idPlan) Encode(value any, buf []byte) ([]byte, error) {
	if id, ok := value.(*ids.ID); ok {
		return p.next.Encode(plainID(*id), buf)
	}
	return p.next.Encode(plainID(value.(ids.ID)), buf) //nolint:forcetypeassert,errcheck // the plan is for ids alone
}
