package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// errands are what admins do now and then.
func (w *world) errands() []move {
	return []move{
		{4, "toggle", w.toggle},
		{2, "sync", w.sync},
		{2, "backfill", w.backfill},
		{1, "replay", w.replay},
		{3, "import", w.importContacts},
		{3, "join", w.join},
		{3, "part", w.part},
	}
}

// run does something in the background for one of the tenants.
func (w *world) run(do func(t *tenant)) error {
	t := pick(w, w.tenants)
	w.work(func() { do(t) })
	return nil
}

// toggle turns a channel off, and after a moment on again.
func (w *world) toggle(ctx context.Context) error {
	n, pause := w.dice.IntN(pagesEach), time.Duration(200+w.dice.IntN(1500))*time.Millisecond
	return w.run(func(t *tenant) {
		w.note("%s turns %s off", t.canary, t.channels[n])
		w.request(ctx, t, &request{method: http.MethodPatch, path: "/channels/" + t.channels[n], body: map[string]any{"enabled": false}})
		time.Sleep(pause)
		w.turnOn(ctx, t, t.channels[n])
	})
}

// turnOn turns a channel on and takes in what was held meanwhile.
func (w *world) turnOn(ctx context.Context, t *tenant, channel string) {
	w.note("%s turns %s on", t.canary, channel)
	w.request(ctx, t, &request{method: http.MethodPatch, path: "/channels/" + channel, body: map[string]any{"enabled": true}})
	w.request(ctx, t, &request{method: http.MethodPost, path: "/channels/" + channel + "/held/import"})
}

func (w *world) sync(ctx context.Context) error {
	n := w.dice.IntN(pagesEach)
	return w.run(func(t *tenant) {
		w.request(ctx, t, &request{method: http.MethodPost, path: "/channels/" + t.channels[n] + "/lead-forms/sync"})
	})
}

func (w *world) backfill(ctx context.Context) error {
	n := w.dice.IntN(pagesEach)
	return w.run(func(t *tenant) {
		var forms struct{ Items []struct{ ID string } }
		if !w.look(ctx, t, "/channels/"+t.channels[n]+"/lead-forms", &forms) {
			return
		}
		for _, f := range forms.Items {
			w.request(ctx, t, &request{method: http.MethodPost, path: "/lead-forms/" + f.ID + "/backfill", body: map[string]any{}})
		}
	})
}

// replay has what came in during the last moments processed again.
func (w *world) replay(ctx context.Context) error {
	return w.run(func(t *tenant) {
		w.request(ctx, t, &request{method: http.MethodPost, path: "/events/replay", body: map[string]any{
			"state": "processed", "from": time.Now().Add(-3 * time.Second),
		}})
	})
}

// importContacts brings a table of people.
func (w *world) importContacts(ctx context.Context) error {
	return w.run(func(t *tenant) {
		table := []byte("Name,E-Mail\n")
		for range 20 {
			table = fmt.Appendf(table, "%s,%d@example.com\n", w.next(t, "imported"), time.Now().UnixNano())
		}
		r := &request{method: http.MethodPost, path: "/contact-imports", file: table}
		var made struct{ ID string }
		if w.request(ctx, t, r) && json.Unmarshal(r.answer, &made) == nil {
			w.request(ctx, t, &request{method: http.MethodPost, path: "/contact-imports/" + made.ID + "/start", body: map[string]any{
				"mapping": []string{"name", "email"}, "existing": "skip",
			}})
		}
	})
}

// people are contacts as a list shows them.
type people struct {
	Items []struct {
		ID   string
		Name string
	}
}

// join makes one of two contacts.
func (w *world) join(ctx context.Context) error {
	choice := w.dice.IntN(1 << 20)
	return w.run(func(t *tenant) {
		var list people
		if !w.look(ctx, t, "/contacts?limit=50", &list) || len(list.Items) < 8 {
			return
		}
		one, other := list.Items[choice%len(list.Items)], list.Items[(choice+1)%len(list.Items)]
		r := &request{method: http.MethodPost, path: "/contacts/" + one.ID + "/merge", body: map[string]any{"contact_id": other.ID}}
		if w.request(ctx, t, r) {
			w.mu.Lock()
			t.joined = append(t.joined, other.ID)
			w.mu.Unlock()
		}
	})
}

// part undoes a join.
func (w *world) part(ctx context.Context) error {
	return w.run(func(t *tenant) {
		w.mu.Lock()
		id := ""
		if n := len(t.joined); n > 0 {
			id, t.joined = t.joined[n-1], t.joined[:n-1]
		}
		w.mu.Unlock()
		if id != "" {
			w.request(ctx, t, &request{method: http.MethodPost, path: "/contacts/" + id + "/unmerge"})
		}
	})
}
