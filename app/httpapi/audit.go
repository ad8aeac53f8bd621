package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/staff"
	"kontor/domain/storage"
)

// AuditEntry is one change, in words.
type AuditEntry struct {
	audit.Entry
	Text    string        `json:"text" doc:"what was done, after the name of who did it, in the reader's language"`
	Object  string        `json:"object" doc:"the name of what it was done to; empty when it has none, or is gone"`
	Changes []AuditChange `json:"changes" doc:"the details in words"`
}

// AuditChange is one detail of a change: what is true of it now, and what was before, where that is known.
type AuditChange struct {
	Field  string  `json:"field" doc:"stable"`
	Label  string  `json:"label"`
	Before *string `json:"before" doc:"null: not recorded"`
	After  string  `json:"after"`
}

// AuditFilter narrows the log. It is exported for huma, which fills no others when embedded.
type AuditFilter struct {
	ActorID    ids.ID    `query:"actor_id" format:"uuid" doc:"the staff member who did it, also by a token"`
	Action     string    `query:"action" maxLength:"60" doc:"one of GET /audit/actions"`
	ObjectType string    `query:"object_type" maxLength:"50" doc:"as staff, team, token, channel"`
	ObjectID   string    `query:"object_id" maxLength:"50"`
	From       time.Time `query:"from" doc:"done then or later"`
	To         time.Time `query:"to" doc:"done before"`
}

func (f AuditFilter) filter() audit.Filter {
	return audit.Filter{
		ActorID: ids.Ptr(f.ActorID), Action: f.Action, ObjectType: f.ObjectType, ObjectID: f.ObjectID, From: f.From, To: f.To,
	}
}

type listAuditInput struct {
	Paging
	AuditFilter
}

func (a *API) listAudit(ctx context.Context, who account.Actor, in *listAuditInput) (*answer[Page[AuditEntry]], error) {
	rows, next, err := a.Audit.List(ctx, who.AccountID, in.filter(), in.page())
	if err != nil {
		return nil, err
	}
	shown, err := a.auditInWords(ctx, who, rows)
	return listed(shown, next, err)
}

// AuditAction is something that the log may tell of.
type AuditAction struct {
	Action string `json:"action"`
	Text   string `json:"text" doc:"in the reader's language"`
}

func (a *API) listAuditActions(ctx context.Context, _ account.Actor, _ *nothing) (*answer[Page[AuditAction]], error) {
	x := exchangeOf(ctx)
	var all []AuditAction
	for _, action := range audit.Actions() {
		all = append(all, AuditAction{action, x.did(action)})
	}
	return listed(all, "", nil)
}

// did says what an action is; one of an older version is its own name.
func (x *exchange) did(action string) string {
	if text := x.text("did."+action, nil); text != "did."+action {
		return text
	}
	return action
}

// names are what things of an account are called.
type names map[string]string

// namesFor finds the names of what entries speak of, with one statement a table.
func (a *API) namesFor(ctx context.Context, who account.Actor, rows []audit.Entry) (names, error) {
	roster, err := a.Staff.Roster(ctx, who.AccountID)
	if err != nil {
		return nil, err
	}
	all := rosterNames(roster)
	of := map[string][]ids.ID{}
	for _, e := range rows {
		if id, err := ids.Parse(e.ObjectID); err == nil {
			of[e.ObjectType] = append(of[e.ObjectType], id)
		}
	}
	if err := a.nameChannels(ctx, who.AccountID, of["channel"], all); err != nil {
		return nil, err
	}
	contacts, err := a.Contacts.Of(ctx, who.AccountID, of["contact"])
	for id, c := range contacts {
		all[id.String()] = c.Name
	}
	if err != nil {
		return nil, err
	}
	var keys []channel.Key
	for _, id := range of["task"] {
		keys = append(keys, channel.Key{AccountID: who.AccountID, ID: id})
	}
	tasks, err := a.Tasks.ByKeys(ctx, keys)
	for id, t := range tasks {
		all[id.String()] = fmt.Sprintf("#%d %s", t.Number, t.Title)
	}
	return all, err
}

func rosterNames(r staff.Roster) names {
	all := names{}
	for _, p := range r.People {
		all[p.ID.String()] = p.Name
	}
	for _, g := range r.Teams {
		all[g.ID.String()] = g.Name
	}
	return all
}

func (a *API) nameChannels(ctx context.Context, in account.ID, list []ids.ID, all names) error {
	var keys []channel.Key
	for _, id := range list {
		keys = append(keys, channel.Key{AccountID: in, ID: id})
	}
	found, err := a.Channels.ByKeys(ctx, keys)
	for k, c := range found {
		all[k.ID.String()] = c.Title()
	}
	return err
}

func (a *API) auditInWords(ctx context.Context, who account.Actor, rows []audit.Entry) ([]AuditEntry, error) {
	called, err := a.namesFor(ctx, who, rows)
	x := exchangeOf(ctx)
	shown := make([]AuditEntry, len(rows))
	for i, e := range rows {
		shown[i] = AuditEntry{e, x.did(e.Action), called[e.ObjectID], x.changes(e.Details, called)}
		if name, ok := e.Details["name"].(string); ok && shown[i].Object == "" {
			shown[i].Object = name
		}
	}
	return shown, err
}

// changes puts an entry's details into words, those first that say what was before.
func (x *exchange) changes(details map[string]any, called names) []AuditChange {
	before, _ := details[audit.Before].(map[string]any)
	all := []AuditChange{}
	for field, value := range details {
		if field == audit.Before {
			continue
		}
		c := AuditChange{Field: field, Label: x.detail(field), After: x.value(field, value, called)}
		if was, ok := before[field]; ok {
			text := x.value(field, was, called)
			c.Before = &text
		} else if value == true { // the log says only that it was changed
			c.After = x.text("value.changed", nil)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b AuditChange) int {
		if (a.Before == nil) != (b.Before == nil) {
			if a.Before != nil {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Label, b.Label)
	})
	return all
}

// detail is what a field is called.
func (x *exchange) detail(field string) string {
	for _, code := range []string{"setting." + field + ".label", "detail." + field} {
		if text := x.text(code, nil); text != code {
			return text
		}
	}
	return field
}

// value puts a detail into words: names of what ids stand for, words for the values of settings.
func (x *exchange) value(field string, value any, called names) string {
	switch v := value.(type) {
	case nil:
		return x.text("value.nothing", nil)
	case []any:
		words := make([]string, len(v))
		for i, one := range v {
			words[i] = x.value(field, one, called)
		}
		if len(words) == 0 {
			return x.text("value.nothing", nil)
		}
		return strings.Join(words, ", ")
	case map[string]any:
		if field == "working_hours" {
			return x.hours(v)
		}
		raw, _ := json.Marshal(v) //nolint:errchkjson // it was read from JSON
		return string(raw)
	case float64:
		return fmt.Sprintf("%.0f", v)
	}
	text := fmt.Sprint(value)
	if name, ok := called[text]; ok {
		return name
	}
	for _, code := range []string{"value." + field + "." + text, "setting." + field + "." + text, field + "." + text, "value." + text} {
		if words := x.text(code, nil); text != "" && words != code {
			return words
		}
	}
	if text == "" {
		return x.text("value.nothing", nil)
	}
	return text
}

// maxAuditExport is how many entries one file holds.
const maxAuditExport = 100_000

// exportAudit sends the entries that a filter picks as a table for a spreadsheet.
func (a *API) exportAudit(ctx context.Context, who account.Actor, in *struct{ AuditFilter }) (*huma.StreamResponse, error) {
	return a.streamAudit(ctx, who, in.AuditFilter, "csv", func(hc huma.Context) (func(AuditEntry) error, func()) {
		w := tableFor(hc, "audit-log.csv")
		_ = w.Write([]string{"at", "actor_kind", "actor", "what", "action", "object_type", "object", "object_id", "changes", "ip", "request_id"})
		return func(e AuditEntry) error { return w.Write(harmlessAll(e.cells())) }, w.Flush
	})
}

// exportAuditLines sends them as JSON, one entry a line, for programs.
func (a *API) exportAuditLines(ctx context.Context, who account.Actor, in *struct{ AuditFilter }) (*huma.StreamResponse, error) {
	return a.streamAudit(ctx, who, in.AuditFilter, "ndjson", func(hc huma.Context) (func(AuditEntry) error, func()) {
		hc.SetHeader("Content-Type", "application/x-ndjson")
		hc.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "audit-log.ndjson"}))
		hc.SetHeader("Cache-Control", "no-store")
		lines := json.NewEncoder(hc.BodyWriter())
		return func(e AuditEntry) error { return lines.Encode(e) }, func() {}
	})
}

func (e AuditEntry) cells() []string {
	var changes []string
	for _, c := range e.Changes {
		text := c.Label + ": "
		if c.Before != nil {
			text += *c.Before + " → "
		}
		changes = append(changes, text+c.After)
	}
	return []string{
		e.At.UTC().Format(time.RFC3339), e.ActorKind, e.ActorName, e.Text, e.Action, e.ObjectType, e.Object, e.ObjectID,
		strings.Join(changes, "; "), e.IP, e.RequestID,
	}
}

// streamAudit sends entries page by page. Whoever takes the log along is in it.
func (a *API) streamAudit(
	ctx context.Context, who account.Actor, f AuditFilter, format string,
	begin func(huma.Context) (write func(AuditEntry) error, end func()),
) (*huma.StreamResponse, error) {
	page := storage.Page{Limit: storage.MaxLimit}
	rows, next, err := a.Audit.List(ctx, who.AccountID, f.filter(), page) // an error here is still one with a status
	if err == nil {
		err = a.Audit.Record(ctx, who.Entry(audit.Exported, "account", who.AccountID, map[string]any{"format": format}))
	}
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) { //nolint:contextcheck // huma hands the request's on
		write, end := begin(hc)
		defer end()
		for n := 0; ; {
			shown, err := a.auditInWords(hc.Context(), who, rows)
			if err != nil {
				return
			}
			for _, e := range shown {
				if write(e) != nil {
					return
				}
			}
			if n += len(rows); next == "" || n >= maxAuditExport {
				return
			}
			page.Cursor = next
			if rows, next, err = a.Audit.List(hc.Context(), who.AccountID, f.filter(), page); err != nil {
				return
			}
		}
	}}, nil
}
