package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/audit"
	"kontor/domain/domaintest"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Every list of the log is read along an index in its order, and within the time: it only ever grows.
func TestTheLogIsReadAlongAnIndex(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	some, now := ids.Ptr(ids.New()), w.Clock.Now()
	for index, filters := range map[string][]audit.Filter{
		"audit_log_by_time":   {{}, {ObjectType: "task"}, {ObjectID: some.String()}},
		"audit_log_by_actor":  {{ActorID: some}, {ActorID: some, ObjectType: "task"}},
		"audit_log_by_action": {{Action: "task.changed"}, {Action: "task.changed", ObjectType: "task"}},
		"audit_log_by_object": {{ObjectType: "task", ObjectID: some.String()}},
	} {
		for _, f := range filters {
			for range 2 {
				plans := w.Plans(func() {
					_, _, err := w.Audit.List(w.Ctx(), w.Account.ID, f, storage.Page{})
					require.NoError(t, err)
				})
				require.Len(t, plans, 1)
				// Within a time the time alone may do, too.
				require.Regexp(t, map[bool]string{true: index, false: index + "|audit_log_by_time"}[f.From.IsZero()], plans[0])
				for _, bad := range []string{"Sort", "TEMP B-TREE", "Seq Scan"} {
					require.NotContains(t, plans[0], bad)
				}
				if !f.From.IsZero() {
					require.Regexp(t, `(Index Cond|SEARCH).*\bat\b`, plans[0])
				}
				f.From, f.To = now, now
			}
		}
	}
}
