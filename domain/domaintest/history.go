package domaintest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

// History has clients do things at once, each one thing after the other, and returns what they asked and were told. do runs
// in many goroutines.
func History[In, Out any](clients, each int, what func(client, i int) In, do func(In) Out) []porcupine.Operation {
	var (
		wg    sync.WaitGroup
		clock atomic.Int64 // only the order counts
		all   = make([]porcupine.Operation, clients*each)
	)
	for client := range clients {
		wg.Go(func() {
			for i := range each {
				op := porcupine.Operation{ClientId: client, Input: what(client, i), Call: clock.Add(1)}
				op.Output, op.Return = do(op.Input.(In)), clock.Add(1)
				all[client*each+i] = op
			}
		})
	}
	wg.Wait()
	return all
}

// RequireLinear requires that there is an order in which the operations of a history could have been done one by one, with
// the answers that were given, and none of them after one that began when it was over.
func RequireLinear(t testing.TB, m porcupine.Model, history []porcupine.Operation) {
	t.Helper()
	if r := porcupine.CheckOperationsTimeout(m, history, time.Minute); r != porcupine.Ok {
		for _, op := range history {
			t.Logf("%d [%d-%d] %+v -> %+v", op.ClientId, op.Call, op.Return, op.Input, op.Output)
		}
		require.Equal(t, porcupine.Ok, r)
	}
}
