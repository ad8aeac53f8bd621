package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/idempotency"
)

// maxBody is the largest JSON body of a route that does not say otherwise.
const maxBody = 1 << 20

// bodyTimeout is how long a body may take to arrive.
const bodyTimeout = 30 * time.Second

// handler is a route's function, made ready to be registered by handle or create.
type handler struct {
	status   int
	limit    int64
	early    bool // also for who has yet to set up the second factor that the account demands
	register func(a *API, op huma.Operation, repeatable bool)
}

// handle answers 200, or 204 when the output has no Body. The actor is the zero one on public routes.
func handle[I, O any](f func(context.Context, account.Actor, *I) (*O, error)) handler {
	return on(f, 0)
}

// create answers 201.
func create[I, O any](f func(context.Context, account.Actor, *I) (*O, error)) handler {
	return on(f, http.StatusCreated)
}

func on[I, O any](f func(context.Context, account.Actor, *I) (*O, error), status int) handler {
	return handler{status: status, limit: maxBody, register: func(a *API, op huma.Operation, repeatable bool) {
		huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
			x := exchangeOf(ctx)
			run := func(ctx context.Context) (*O, error) { return f(ctx, x.actor, in) }
			var out *O
			var err error
			if repeatable && x.key != "" {
				out, err = once(ctx, a.Keys, x, run)
			} else {
				out, err = run(ctx)
			}
			if err != nil {
				return nil, x.problem(err)
			}
			return out, nil
		})
	}}
}

// smallBody is the largest body of a route that anybody may call, in bytes.
const smallBody = 16 << 10

// small is for a route that anybody may call: nobody's large bodies are read.
func (h handler) small() handler {
	h.limit = smallBody
	return h
}

// first is for what comes before everything else: setting up the second factor that an account demands, and going away.
func (h handler) first() handler {
	h.early = true
	return h
}

// apart is for a route that asks a platform: no transaction waits for the answer, also when the request is to be repeatable.
func (h handler) apart() handler {
	register := h.register
	h.register = func(a *API, op huma.Operation, repeatable bool) {
		op.Middlewares = append(op.Middlewares, func(hc huma.Context, next func(huma.Context)) {
			exchangeOf(hc.Context()).apart = true
			next(hc)
		})
		register(a, op, repeatable)
	}
	return h
}

// mount registers a row of the table.
func (a *API) mount(r Route) {
	op := huma.Operation{
		OperationID: r.ID, Method: r.Method, Path: r.Path, DefaultStatus: r.handler.status,
		Summary:      strings.ToUpper(r.ID[:1]) + strings.ReplaceAll(r.ID[1:], "-", " "),
		Tags:         []string{strings.SplitN(strings.Trim(r.Path, "/"), "/", 2)[0]},
		Security:     securityOf(r.Permission),
		Extensions:   map[string]any{"x-permission": string(r.Permission)},
		MaxBodyBytes: r.handler.limit, BodyReadTimeout: bodyTimeout,
		Middlewares: huma.Middlewares{a.guard(r)},
	}
	repeatable := r.Method == http.MethodPost && r.Permission != Public
	if repeatable {
		longest := idempotency.MaxKey
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
			Description: "Repeating a request with the same key repeats its answer and not its effect, for 24 hours.",
		})
	}
	r.handler.register(a, op, repeatable)
}

// secretive is an output's body with something in it that is shown once and kept nowhere.
type secretive interface {
	// withoutSecret returns what may be kept for a repeated request.
	withoutSecret() any
}

// once runs f under the request's Idempotency-Key, or takes the answer from memory when it has run before.
func once[O any](ctx context.Context, keys *idempotency.Keys, x *exchange, f func(context.Context) (*O, error)) (*O, error) {
	if !validKey(x.key) {
		return nil, errs.Input(errs.At("header.Idempotency-Key", "idempotency.key", "max", idempotency.MaxKey))
	}
	request := idempotency.Request{
		AccountID: x.actor.AccountID, Actor: x.actor.Key(), Key: x.key, Hash: x.seen.Sum(nil),
	}
	do := keys.Do
	if x.apart {
		do = keys.DoApart
	}
	var out *O
	_, kept, replayed, err := do(ctx, request, func(ctx context.Context) (int, []byte, error) {
		var err error
		if out, err = f(ctx); err != nil {
			return 0, nil, err
		}
		raw, err := json.Marshal(toKeep(out))
		return http.StatusOK, raw, err
	})
	if err != nil || !replayed {
		return out, err
	}
	x.header.Set("Idempotency-Replayed", "true")
	out = new(O)
	if body := reflect.ValueOf(out).Elem().FieldByName("Body"); body.IsValid() {
		err = json.Unmarshal(kept, body.Addr().Interface())
	}
	return out, err
}

func toKeep(out any) any {
	body := reflect.ValueOf(out).Elem().FieldByName("Body")
	if !body.IsValid() {
		return nil
	}
	if s, ok := body.Interface().(secretive); ok {
		return s.withoutSecret()
	}
	return body.Interface()
}

func validKey(key string) bool {
	for _, c := range []byte(key) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return len(key) <= idempotency.MaxKey
}
