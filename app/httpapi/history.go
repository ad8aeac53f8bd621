package httpapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

// HistoryEntry is something that was done to a task, in words.
type HistoryEntry struct {
	ID     ids.ID     `json:"id"`
	At     time.Time  `json:"at"`
	Actor  Author     `json:"actor"`
	Action string     `json:"action" doc:"stable, as in the audit log"`
	Texts  []string   `json:"texts" doc:"what was done, in the reader's language"`
	Until  *time.Time `json:"until" doc:"until when it was snoozed"`
	TaskID *ids.ID    `json:"task_id" doc:"the other task, of merges and splits"`
}

type historyInput struct {
	ByID
	Paging
}

// taskHistory is the part of the audit log that is about one task, for everybody who works on it: without addresses.
func (a *API) taskHistory(ctx context.Context, who account.Actor, in *historyInput) (*answer[Page[HistoryEntry]], error) {
	t, err := a.Tasks.Get(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	rows, next, err := a.Audit.List(ctx, who.AccountID, audit.Filter{ObjectType: "task", ObjectID: in.ID.String()}, in.page())
	if err != nil {
		return nil, err
	}
	w, err := a.historian(ctx, t)
	shown := []HistoryEntry{}
	for _, r := range rows {
		if e := w.entry(r); len(e.Texts) > 0 {
			shown = append(shown, e)
		}
	}
	return listed(shown, next, err)
}

// historian puts what was done to a task into words.
type historian struct {
	x     *exchange
	set   templates.StatusSet
	names map[ids.ID]Party
}

func (a *API) historian(ctx context.Context, t task.Task) (historian, error) {
	set, err := a.Templates.StatusSet(ctx, t.AccountID, t.StatusSetID)
	if err != nil {
		return historian{}, err
	}
	roster, err := a.Staff.Roster(ctx, t.AccountID)
	return historian{exchangeOf(ctx), set.Set(), namesOf(roster)}, err
}

// wholeActions are the actions that one sentence tells.
func wholeActions() map[string]string {
	return map[string]string{
		"merged": "history.merged", "merged_into": "history.merged_into", "unmerged": "history.unmerged",
		"split": "history.split", "split_from": "history.split_from",
	}
}

// changedKeys are the sentences of changes that need no value, in their order.
func changedKeys() [][2]string {
	return [][2]string{
		{"title", "history.title"}, {"description", "history.description"}, {"participants", "history.participants"},
		{"tags", "history.tags"}, {"topic", "history.topic"}, {"priority", "history.priority"},
		{"due_at", "history.due_at"}, {"fields", "history.fields"},
	}
}

func (w historian) entry(r audit.Entry) HistoryEntry {
	e := HistoryEntry{
		ID: r.ID, At: r.At, Actor: Author{account.ActorKind(r.ActorKind), r.ActorID, r.ActorName}, Action: r.Action,
		Texts: []string{},
	}
	action, _ := strings.CutPrefix(r.Action, "task.")
	if code, ok := wholeActions()[action]; ok {
		e.Texts = append(e.Texts, w.x.text(code, r.Details))
		if id, err := ids.Parse(text(r.Details["task_id"])); err == nil {
			e.TaskID = &id
		}
		return e
	}
	if action != "changed" {
		return e
	}
	if reason := text(r.Details["reason"]); reason != "" {
		e.Texts = append(e.Texts, w.x.text(reason, r.Details))
		return e
	}
	if key := text(r.Details["status"]); key != "" {
		status, _ := w.set.ByKey(key)
		e.Texts = append(e.Texts, w.x.text("history.status", map[string]any{"value": status.Name}))
	}
	if list, ok := r.Details["assignees"].([]any); ok && (len(list) > 0 || r.Details["status"] == nil) {
		e.Texts = append(e.Texts, w.x.text("history.assignees", map[string]any{"value": w.people(list)}))
	}
	e.Until = w.snoozed(&e, r.Details)
	for _, c := range changedKeys() {
		if r.Details[c[0]] == true {
			e.Texts = append(e.Texts, w.x.text(c[1], nil))
		}
	}
	return e
}

// snoozed tells of a snooze or its end, and returns until when it was to last.
func (w historian) snoozed(e *HistoryEntry, details map[string]any) *time.Time {
	given, ok := details["snoozed_until"]
	if !ok {
		return nil
	}
	until, err := time.Parse(time.RFC3339, text(given))
	if err != nil || until.IsZero() {
		e.Texts = append(e.Texts, w.x.text("history.woken", nil))
		return nil
	}
	e.Texts = append(e.Texts, w.x.text("history.snoozed", nil))
	return &until
}

func (w historian) people(list []any) string {
	var names []string
	for _, one := range list {
		entry, _ := one.(map[string]any)
		if id, err := ids.Parse(text(entry["id"])); err == nil {
			names = append(names, w.names[id].Name)
		}
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
	if len(names) == 0 {
		return w.x.text("history.nobody", nil)
	}
	return strings.Join(names, ", ")
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
