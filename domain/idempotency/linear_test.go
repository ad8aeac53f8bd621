package idempotency_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"kontor/domain/clock"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/idempotency"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

// request is one that a caller makes, perhaps again.
type request struct {
	key, hash string
	body      string // what it answers when it is done
	refused   bool   // or it is not, and nothing is kept
}

type response struct {
	body     string
	replayed bool
	err      string
}

// kept is what is remembered of a key.
type kept struct{ hash, body string }

// step is what a request does when nobody else is there.
func (k kept) step(r request, got response, apart bool) (bool, kept) {
	switch {
	case apart && got.replayed && got.err != "": // it waits for nobody, and speaks of one that may yet be refused
		return got.err == "idempotency.running" || got.err == "idempotency.other_request", k
	case k != kept{} && k.hash != r.hash:
		return got == response{replayed: true, err: "idempotency.other_request"}, k
	case k != kept{}:
		return got == response{body: k.body, replayed: true}, k
	case r.refused:
		return got == response{err: "refused"}, k
	}
	return got == response{body: r.body}, kept{r.hash, r.body}
}

func model(apart bool) porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			byKey := map[string][]porcupine.Operation{}
			for _, op := range history {
				k := op.Input.(request).key
				byKey[k] = append(byKey[k], op)
			}
			var parts [][]porcupine.Operation
			for _, p := range byKey {
				parts = append(parts, p)
			}
			return parts
		},
		Init: func() any { return kept{} },
		Step: func(state, in, out any) (bool, any) { return state.(kept).step(in.(request), out.(response), apart) },
	}
}

type doing func(
	context.Context, idempotency.Request, func(context.Context) (int, []byte, error),
) (int, []byte, bool, error)

// TestARequestHasItsEffectOnce has callers make the same few requests at once.
func TestARequestHasItsEffectOnce(t *testing.T) {
	t.Parallel()
	const rounds, clients, each = 8, 4, 5
	keys := idempotency.New(storage.NewEverywhere(storagetest.New(t)), clock.System{})
	for name, do := range map[string]doing{"in_its_transaction": keys.Do, "apart": keys.DoApart} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := ids.New()
			for round := range rounds {
				history := domaintest.History(clients, each, func(client, i int) request {
					return request{
						key: strconv.Itoa(round) + strconv.Itoa(rand.IntN(3)), hash: strconv.Itoa(rand.IntN(5) / 4),
						body: strconv.Itoa(client*each + i), refused: rand.IntN(3) == 0,
					}
				}, func(r request) response { return answer(t.Context(), do, account, r) })
				domaintest.RequireLinear(t, model(name == "apart"), history)
			}
		})
	}
}

func answer(ctx context.Context, do doing, account ids.ID, r request) response {
	q := idempotency.Request{AccountID: account, Actor: "somebody", Key: r.key, Hash: []byte(r.hash)}
	_, body, replayed, err := do(ctx, q, func(context.Context) (int, []byte, error) {
		if r.refused {
			return 0, nil, errs.New(errs.Invalid, "refused")
		}
		return 200, []byte(r.body), nil
	})
	got := response{body: string(body), replayed: replayed}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		got.err = e.Code
	} else if err != nil {
		got.err = err.Error()
	}
	return got
}

// TestTwoEffectsAreNotOne shows that the check above can fail.
func TestTwoEffectsAreNotOne(t *testing.T) {
	t.Parallel()
	op := func(client int, call, ret int64, body string, got response) porcupine.Operation {
		return porcupine.Operation{
			ClientId: client, Input: request{key: "k", hash: "h", body: body}, Call: call, Output: got, Return: ret,
		}
	}
	first := op(0, 1, 3, "one", response{body: "one"})
	require.True(t, porcupine.CheckOperations(model(false), []porcupine.Operation{
		first, op(1, 2, 4, "two", response{body: "one", replayed: true}),
	}))
	require.False(t, porcupine.CheckOperations(model(false), []porcupine.Operation{first, op(1, 2, 4, "two", response{body: "two"})}))
}
