package httpapi

import (
	"cmp"
	"context"
	"encoding/csv"
	"mime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/domain/storage"
)

// MessageFilter narrows messages, in lists, in the report and in what is tried again. It is exported for huma, which fills
// no others when embedded.
type MessageFilter struct {
	State     outbound.State `query:"state" enum:"queued,sending,sent,delivered,read,unconfirmed,failed,refused,cancelled"`
	ChannelID ids.ID         `query:"channel_id" format:"uuid"`
	Reason    string         `query:"reason" maxLength:"100" doc:"stable code of the error"`
	From      time.Time      `query:"from" doc:"written then or later"`
	To        time.Time      `query:"to" doc:"written before"`
}

// filter reads the filter of a request's query or body; a channel that the account has not is a mistake.
func (a *API) filter(ctx context.Context, who account.Actor, f MessageFilter, where string) (outbound.Filter, error) {
	out := outbound.Filter{ChannelID: ids.Ptr(f.ChannelID), Reason: f.Reason, From: f.From, To: f.To}
	if f.State != "" {
		out.States = []outbound.State{f.State}
	} else if f.Reason != "" { // what went out has no reason: nobody need look through it
		out.States = outbound.Open()
	}
	if out.ChannelID == nil {
		return out, nil
	}
	_, err := a.Channels.Get(ctx, who.AccountID, f.ChannelID)
	if errs.KindOf(err) == errs.NotFound {
		err = errs.Input(errs.At(where+".channel_id", "channel.not_found"))
	}
	return out, err
}

// DeliveryReport says how delivery stands: what failed, what is not known, and what waits, by reason.
type DeliveryReport struct {
	Counts map[outbound.State]int64 `json:"counts" doc:"messages by state"`
	Groups []DeliveryGroup          `json:"groups" doc:"the most frequent first"`
}

// DeliveryGroup are the messages in a state for a reason.
type DeliveryGroup struct {
	State    outbound.State    `json:"state" enum:"queued,sending,sent,delivered,read,unconfirmed,failed,refused,cancelled"`
	Reason   string            `json:"reason" doc:"stable code, to filter by; empty when there is none"`
	Text     string            `json:"text" doc:"what happened and what to do, in the reader's language"`
	Action   string            `json:"action" enum:"retry,settle,none" doc:"what can be done with them: POST /messages/retry with state and reason, or POST /messages/{id}/settle for each"`
	Count    int64             `json:"count"`
	FirstAt  time.Time         `json:"first_at" doc:"when the oldest was written"`
	LastAt   time.Time         `json:"last_at"`
	Channels []DeliveryChannel `json:"channels"`
}

// DeliveryChannel is how many of a group's messages go over a channel.
type DeliveryChannel struct {
	ID    ids.ID `json:"id"`
	Name  string `json:"name"`
	Count int64  `json:"count"`
	Waits *Waits `json:"waits" doc:"why queued ones wait, when it is for the channel"`
}

type deliveryReportInput struct {
	MessageFilter
	Whole bool `query:"whole" doc:"also what went well or was undone; else, without a state, what is open"`
}

func (a *API) deliveryReport(ctx context.Context, who account.Actor, in *deliveryReportInput) (*answer[DeliveryReport], error) {
	f, err := a.filter(ctx, who, in.MessageFilter, "query")
	if err != nil {
		return nil, err
	}
	if in.Whole && len(f.States) == 0 {
		f.States = outbound.States()
	}
	rows, err := a.Outbound.Report(ctx, who.AccountID, f)
	if err != nil {
		return nil, err
	}
	channels, err := a.channelsOf(ctx, who.AccountID, rows)
	x := exchangeOf(ctx)
	out := DeliveryReport{Counts: map[outbound.State]int64{}, Groups: []DeliveryGroup{}}
	for _, r := range rows {
		out.Counts[r.State] += r.Count
		at := slices.IndexFunc(out.Groups, func(g DeliveryGroup) bool { return g.State == r.State && g.Reason == r.Reason })
		if at < 0 {
			at = len(out.Groups)
			out.Groups = append(out.Groups, x.group(r))
		}
		g, c := &out.Groups[at], channels[r.ChannelID]
		g.Count += r.Count
		g.FirstAt, g.LastAt = earlier(g.FirstAt, r.FirstAt), clock.Max(g.LastAt, r.LastAt)
		shown := DeliveryChannel{ID: r.ChannelID, Name: c.Title(), Count: r.Count}
		if r.State == outbound.Queued {
			shown.Waits = x.waits(c.Holdup(a.Clock.Now()))
		}
		g.Channels = append(g.Channels, shown)
	}
	slices.SortStableFunc(out.Groups, func(a, b DeliveryGroup) int { return int(b.Count - a.Count) })
	return answered(out, err)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// group shows what the messages of a group have in common.
func (x *exchange) group(r outbound.Group) DeliveryGroup {
	g := DeliveryGroup{State: r.State, Reason: r.Reason, Action: "none", FirstAt: r.FirstAt, LastAt: r.LastAt}
	switch r.State {
	case outbound.Failed, outbound.Refused:
		g.Action = "retry"
	case outbound.Unconfirmed:
		g.Action = "settle"
	}
	g.Text = x.text(cmp.Or(r.Reason, withoutReason(r.State)), nil)
	return g
}

// withoutReason is what is said of messages in a state that nothing explains further.
func withoutReason(s outbound.State) string {
	switch s {
	case outbound.Queued, outbound.Sending:
		return "delivery.waiting"
	case outbound.Sent, outbound.Delivered, outbound.Read:
		return "delivery.went"
	case outbound.Unconfirmed:
		return "delivery.being_settled"
	case outbound.Cancelled:
		return "delivery.undone"
	}
	return "delivery.unknown"
}

func (a *API) channelsOf(ctx context.Context, in account.ID, rows []outbound.Group) (map[ids.ID]channel.Channel, error) {
	var keys []channel.Key
	for _, r := range rows {
		if k := (channel.Key{AccountID: in, ID: r.ChannelID}); !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	found, err := a.Channels.ByKeys(ctx, keys)
	byID := make(map[ids.ID]channel.Channel, len(found))
	for k, c := range found {
		byID[k.ID] = c
	}
	return byID, err
}

type retryManyInput struct {
	Body struct {
		IDs       []ids.ID       `json:"ids,omitempty" maxItems:"500" doc:"these messages; without, the filter picks"`
		State     outbound.State `json:"state,omitempty" enum:"failed,refused" doc:"both when left out"`
		ChannelID ids.ID         `json:"channel_id,omitzero" format:"uuid"`
		Reason    string         `json:"reason,omitempty" maxLength:"100"`
		From      time.Time      `json:"from,omitzero"`
		To        time.Time      `json:"to,omitzero"`
	}
}

// RetriedMessages is what came of trying many messages again.
type RetriedMessages struct {
	Count   int              `json:"count" doc:"how many are queued again"`
	Skipped []SkippedMessage `json:"skipped" doc:"of the named ones, those that are not"`
	More    bool             `json:"more" doc:"there are more: 500 are taken at once, the oldest first"`
}

// SkippedMessage is a message that stayed as it was.
type SkippedMessage struct {
	ID ids.ID `json:"id"`
	Words
}

func (a *API) retryMessages(ctx context.Context, who account.Actor, in *retryManyInput) (*answer[RetriedMessages], error) {
	b := in.Body
	if len(b.IDs) == 0 && b.State == "" && b.Reason == "" && b.ChannelID == ids.Nil && b.From.IsZero() && b.To.IsZero() {
		return nil, errs.Input(errs.At("body", "message.retry_what"))
	}
	filter, err := a.filter(ctx, who, MessageFilter{b.State, b.ChannelID, b.Reason, b.From, b.To}, "body")
	if err != nil {
		return nil, err
	}
	got, err := a.Outbound.RetryMany(ctx, who, b.IDs, filter)
	return answered(RetriedMessages{got.Count, exchangeOf(ctx).skipped(got.Skipped, "message.not_retried"), got.More}, err)
}

// skipped says of messages why they are as they were.
func (x *exchange) skipped(list []ids.ID, why string) []SkippedMessage {
	out := make([]SkippedMessage, len(list))
	for i, id := range list {
		out[i] = SkippedMessage{id, *x.words(why)}
	}
	return out
}

type leaveManyInput struct {
	Body struct {
		IDs []ids.ID `json:"ids" minItems:"1" maxItems:"500" doc:"messages"`
	}
}

// LeftMessages is what came of leaving messages alone, or of taking them up again.
type LeftMessages struct {
	Count   int              `json:"count"`
	Skipped []SkippedMessage `json:"skipped" doc:"those that stay as they were"`
}

func (a *API) leaveMessages(ctx context.Context, who account.Actor, in *leaveManyInput) (*answer[LeftMessages], error) {
	got, err := a.Outbound.LeaveMany(ctx, who, in.Body.IDs)
	return answered(LeftMessages{got.Count, exchangeOf(ctx).skipped(got.Skipped, "message.not_left_with")}, err)
}

func (a *API) takeUpMessages(ctx context.Context, who account.Actor, in *leaveManyInput) (*answer[LeftMessages], error) {
	got, err := a.Outbound.TakeUp(ctx, who, in.Body.IDs)
	return answered(LeftMessages{got.Count, exchangeOf(ctx).skipped(got.Skipped, "message.not_taken_up")}, err)
}

// maxExport is how many messages one file holds.
const maxExport = 20_000

// exportMessages sends the messages that a filter picks as a table for a spreadsheet; without a state, those of the report.
func (a *API) exportMessages(ctx context.Context, who account.Actor, in *struct{ MessageFilter }) (*huma.StreamResponse, error) {
	f, err := a.filter(ctx, who, in.MessageFilter, "query")
	if err != nil {
		return nil, err
	}
	if len(f.States) == 0 {
		f.States = outbound.Open()
	}
	page := storage.Page{Limit: storage.MaxLimit}
	rows, next, err := a.Outbound.List(ctx, who.AccountID, f, page) // an error here is still one with a status
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) { //nolint:contextcheck // huma hands the request's on
		hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
		hc.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "delivery-report.csv"}))
		hc.SetHeader("Cache-Control", "no-store")
		w := csv.NewWriter(hc.BodyWriter())
		defer w.Flush()
		_ = w.Write(exportColumns())
		for n := 0; ; {
			shown, err := a.wholeMessages(hc.Context(), who.AccountID, rows...)
			if err != nil {
				return
			}
			for _, m := range shown {
				_ = w.Write(m.cells())
			}
			if n += len(rows); next == "" || n >= maxExport || w.Error() != nil {
				return
			}
			page.Cursor = next
			if rows, next, err = a.Outbound.List(hc.Context(), who.AccountID, f, page); err != nil {
				return
			}
		}
	}}, nil
}

func exportColumns() []string {
	return []string{
		"message_id", "created_at", "updated_at", "state", "reason", "advice", "code", "subcode", "platform_message", "trace_id",
		"attempts", "part", "text", "channel_id", "task_id", "comment_id",
	}
}

// cells are a message's row.
func (m Message) cells() []string {
	e := DeliveryError{}
	switch {
	case m.Error != nil:
		e = *m.Error
	case m.Waits != nil:
		e.Reason, e.Advice = m.Waits.Reason, m.Waits.Advice
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	row := []string{
		m.MessageID.String(), m.CreatedAt.UTC().Format(time.RFC3339), m.UpdatedAt.UTC().Format(time.RFC3339), string(m.State),
		e.Reason, e.Advice, number(e.Code), number(e.Subcode), e.Message, e.TraceID, strconv.Itoa(m.Attempts), string(m.Part),
		m.Text, m.ChannelID.String(), m.TaskID.String(), m.CommentID.String(),
	}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return row
}

// harmless keeps a spreadsheet from taking a text for a formula: customers and platforms write what they like, also behind
// what does not show.
func harmless(cell string) string {
	shown := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
	first, _ := utf8.DecodeRuneInString(shown)
	if shown != "" && strings.ContainsRune("=+-@＝＋－＠", first) || strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") || strings.HasPrefix(cell, "\n") {
		return "'" + cell
	}
	return cell
}
