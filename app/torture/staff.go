package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"time"
)

// request is something that staff asked the API for, under a key by which it may ask again.
type request struct {
	tenant *tenant
	key    string
	method string
	path   string
	body   map[string]any
	text   string // of what is written; empty for other changes
	public bool
	audit  string // the entry that there has to be of it, once; empty when it may leave none
	file   []byte // sent as a form of its own instead of the body

	status int // 0 until somebody has answered
	answer []byte
}

// final says that this is the server's last word. Everything else is asked again.
func final(status int, body []byte) bool {
	running := status == http.StatusConflict && bytes.Contains(body, []byte("idempotency.running"))
	return status >= 200 && status < 500 && status != http.StatusTooManyRequests && !running
}

// giveUp is how long staff ask, once everything is well again, before it is a violation that nobody answers.
const giveUp = 90 * time.Second

// staffEach is how many things staff have on their hands at once; when there are as many, they begin nothing.
const staffEach = 24

// work has something done in the background by staff of an account, if there is somebody with time.
func (w *world) work(do func()) {
	if w.busy.Add(1) > staffEach {
		w.busy.Add(-1)
		return
	}
	w.figures.Requests++
	w.staff.Go(func() {
		defer w.busy.Add(-1)
		do()
	})
}

// ask has something asked for in the background until it is answered for good. It begins with the tasks as somebody sees them
// on the screen, from one of them on.
func (w *world) ask(ctx context.Context, of func(t *tenant, tasks []seen) *request) error {
	t := pick(w, w.tenants)
	choice := w.dice.IntN(1 << 20)
	w.work(func() {
		var list struct{ Items []seen }
		if !w.look(ctx, t, "/tasks?limit=100", &list) || len(list.Items) == 0 {
			return
		}
		n := choice % len(list.Items)
		if r := of(t, slices.Concat(list.Items[n:], list.Items[:n])); r != nil {
			w.request(ctx, t, r)
		}
	})
	return nil
}

// request asks for a change under a key until it is answered for good, and remembers it.
func (w *world) request(ctx context.Context, t *tenant, r *request) bool {
	r.tenant, r.key = t, w.next(t, "key")
	w.mu.Lock()
	w.asked = append(w.asked, r)
	w.mu.Unlock()
	return w.insist(ctx, r)
}

// look reads what a path shows.
func (w *world) look(ctx context.Context, t *tenant, path string, into any) bool {
	r := &request{tenant: t, method: http.MethodGet, path: path}
	return w.insist(ctx, r) && json.Unmarshal(r.answer, into) == nil
}

// seen is a task in a list.
type seen struct {
	ID     string
	Status struct{ Category string }
}

// insist asks until there is an answer for good.
func (w *world) insist(ctx context.Context, r *request) bool {
	for began := time.Now(); ctx.Err() == nil; {
		if well := w.well.Load(); well != nil && time.Since(*well) > giveUp && time.Since(began) > giveUp {
			break
		}
		status, body, err := w.call(ctx, r)
		if err == nil && final(status, body) {
			w.mu.Lock()
			r.status, r.answer = status, body
			w.mu.Unlock()
			return status < 300
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.note("nobody answers %s %s %s", r.method, r.path, r.key)
	return false
}

func (w *world) call(ctx context.Context, r *request) (int, []byte, error) {
	addr := w.alive()
	if addr == "" {
		return 0, nil, fmt.Errorf("no server runs")
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	body, kind, err := r.encode()
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, r.method, "http://"+addr+"/api/v1"+r.path, body)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+r.tenant.token)
	req.Header.Set("Content-Type", kind)
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	return got.StatusCode, text, err
}

// encode is the body of a request and what sort of it that is.
func (r *request) encode() (io.Reader, string, error) {
	if r.file == nil {
		text, err := json.Marshal(r.body)
		return bytes.NewReader(text), "application/json", err
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "torture.txt")
	if err == nil {
		_, err = part.Write(r.file)
	}
	return &b, form.FormDataContentType(), errors.Join(err, form.Close())
}

func (w *world) say(ctx context.Context, visibility string, files func(t *tenant) []string) error {
	serial := w.dice.Uint32()
	return w.ask(ctx, func(t *tenant, tasks []seen) *request {
		text := fmt.Sprintf("%s %s of staff %d.", t.canary, visibility, serial)
		return &request{
			method: http.MethodPost, path: "/tasks/" + tasks[0].ID + "/comments", text: text, public: visibility == "public",
			body: map[string]any{"text": text, "visibility": visibility, "attachment_ids": files(t)},
		}
	})
}

func noFiles(*tenant) []string { return []string{} }

func (w *world) answer(ctx context.Context) error {
	w.figures.Answers++
	return w.say(ctx, "public", noFiles)
}

func (w *world) remark(ctx context.Context) error { return w.say(ctx, "internal", noFiles) }

// attach answers with a file, which goes as a message of its own.
func (w *world) attach(ctx context.Context) error {
	w.figures.Answers++
	return w.say(ctx, "public", func(t *tenant) []string {
		r := &request{method: http.MethodPost, path: "/attachments", file: []byte(w.next(t, "file"))}
		var made struct{ ID string }
		if !w.request(ctx, t, r) || json.Unmarshal(r.answer, &made) != nil {
			return []string{}
		}
		return []string{made.ID}
	})
}

// change asks for a change of a task, or of several.
func (w *world) change(ctx context.Context, audit string, of func(t *tenant, tasks []seen) (method, path string, body map[string]any)) error {
	return w.ask(ctx, func(t *tenant, tasks []seen) *request {
		method, path, body := of(t, tasks)
		if method == "" {
			return nil
		}
		return &request{method: method, path: path, body: body, audit: audit}
	})
}

// patch changes a task.
func (w *world) patch(ctx context.Context, of func(t *tenant, it seen) map[string]any) error {
	return w.change(ctx, "task.changed", func(t *tenant, tasks []seen) (string, string, map[string]any) {
		return http.MethodPatch, "/tasks/" + tasks[0].ID, of(t, tasks[0])
	})
}

func (w *world) assign(ctx context.Context) error {
	take := w.dice.IntN(2) == 0
	return w.patch(ctx, func(t *tenant, _ seen) map[string]any {
		who := []string{}
		if take {
			who = append(who, t.actor.StaffID.String())
		}
		return map[string]any{"assignee_ids": who}
	})
}

func (w *world) resolve(ctx context.Context) error {
	return w.patch(ctx, func(_ *tenant, it seen) map[string]any {
		if it.Status.Category == "resolved" {
			return map[string]any{"status": "new"}
		}
		return map[string]any{"status": "resolved"}
	})
}

// snooze puts a task away for moments.
func (w *world) snooze(ctx context.Context) error {
	return w.patch(ctx, func(*tenant, seen) map[string]any {
		return map[string]any{"snoozed_until": time.Now().Add(1500 * time.Millisecond)}
	})
}

func (w *world) remind(ctx context.Context) error {
	return w.change(ctx, "", func(_ *tenant, tasks []seen) (string, string, map[string]any) {
		return http.MethodPost, "/tasks/" + tasks[0].ID + "/reminders", map[string]any{"at": time.Now().Add(1500 * time.Millisecond)}
	})
}

func (w *world) merge(ctx context.Context) error {
	return w.change(ctx, "task.merged_into", func(_ *tenant, tasks []seen) (string, string, map[string]any) {
		if len(tasks) < 12 {
			return "", "", nil // a few stay apart
		}
		return http.MethodPost, "/tasks/" + tasks[0].ID + "/merge", map[string]any{"into_id": tasks[1].ID}
	})
}

// unmerge takes a task out again that was merged into another, if the first one that was seen is one.
func (w *world) unmerge(ctx context.Context) error {
	return w.ask(ctx, func(t *tenant, _ []seen) *request {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, r := range slices.Backward(w.asked) {
			if r.audit == "task.merged_into" && r.tenant == t && r.status == http.StatusOK {
				path := r.path[:len(r.path)-len("/merge")] + "/unmerge"
				return &request{method: http.MethodPost, path: path}
			}
		}
		return nil
	})
}

// split makes the last thing that was written on a task one of its own.
func (w *world) split(ctx context.Context) error {
	return w.change(ctx, "", func(t *tenant, tasks []seen) (string, string, map[string]any) {
		var list struct{ Items []struct{ ID string } }
		if !w.look(ctx, t, "/tasks/"+tasks[0].ID+"/comments?limit=2", &list) || len(list.Items) < 2 {
			return "", "", nil
		}
		return http.MethodPost, "/tasks/" + tasks[0].ID + "/split", map[string]any{"comment_ids": []string{list.Items[0].ID}}
	})
}

// bulk changes several tasks at once.
func (w *world) bulk(ctx context.Context) error {
	return w.change(ctx, "", func(_ *tenant, tasks []seen) (string, string, map[string]any) {
		var items []map[string]any
		for _, it := range tasks[:min(len(tasks), 20)] {
			items = append(items, map[string]any{"id": it.ID, "priority": "high"})
		}
		return http.MethodPost, "/tasks/bulk", map[string]any{"items": items}
	})
}
