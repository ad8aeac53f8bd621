package httpapi_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/feed"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

func deliveries(c *apptest.Client, t task.Task, comment httpapi.Comment) []httpapi.CommentMessage {
	for _, x := range commentsOf(c, t) {
		if x.ID == comment.ID {
			return x.Deliveries
		}
	}
	return nil
}

// A dead token loses nothing: what staff write is accepted, kept in order and said to wait, until a new token is there.
func TestADeadTokenLosesNothing(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "Is the table still there?")
	path := "/channels/" + p.Channel.ID.String()
	window := "/tasks/" + made.ID.String() + "/reply-window"
	require.Nil(t, apptest.Get[httpapi.ReplyWindow](a.Member, window).Waits)
	_, err := a.Meta.ChangePage(p.ID, func(p *metasim.Page) { p.TokenError = metasim.ErrorRef{Code: 190, Subcode: 460} })
	require.NoError(t, err)

	var written []httpapi.Comment
	text := func(s string) apptest.Body { return apptest.Body{"text": s, "visibility": "public", "undo_seconds": 0} }
	written = append(written, answer(a.Member, made, text("one")))
	apptest.Eventually(t, func() bool {
		return apptest.Get[httpapi.Channel](a.Member, path).State == channel.Reconnect
	}, "the platform's refusal is noticed")
	dead := apptest.Get[httpapi.Channel](a.Member, path)
	require.Equal(t, "delivery.token_dead", dead.Reason.Code)
	require.Contains(t, dead.Reason.Text, "Connect the page again")
	german := a.Member.With("Accept-Language", "de")
	w := apptest.Get[httpapi.ReplyWindow](german, window)
	require.True(t, w.MayWrite)
	require.Equal(t, "reply.waits_reconnect", w.Reason)
	require.Contains(t, w.Advice, "neu verbunden")
	require.Equal(t, w.Reason, w.Waits.Reason)

	written = append(written, answer(a.Member, made, text("two")), answer(a.Member, made, text("three")))
	for i, c := range written {
		d := deliveries(a.Member, made, c)[0]
		require.Equal(t, outbound.Queued, d.State)
		require.Equal(t, "reply.waits_reconnect", d.Waits.Reason)
		if i == 0 && d.Error != nil { // unless another call has met the dead token before
			require.Equal(t, 190, d.Error.Code)
			require.NotEmpty(t, d.Error.TraceID)
		}
	}
	var lost []httpapi.AuditEntry
	for _, e := range apptest.Get[httpapi.Page[httpapi.AuditEntry]](a.Admin, "/audit").Items {
		if e.Action == "channel.lost" && e.ObjectID == p.Channel.ID.String() {
			lost = append(lost, e)
		}
	}
	require.Len(t, lost, 1)
	require.Contains(t, changed(t, a), p.Channel.ID.String())
	require.Empty(t, accepted(a, p))

	const fresh = "EAAPfresh"
	_, err = a.Meta.ChangePage(p.ID, func(p *metasim.Page) { p.Token, p.TokenError = fresh, metasim.ErrorRef{} })
	require.NoError(t, err)
	again := apptest.Patch[httpapi.Channel](a.Admin, path, apptest.Body{"access_token": fresh})
	require.Equal(t, channel.On, again.State)
	apptest.Eventually(t, func() bool { return len(accepted(a, p)) == 3 }, "everything goes out")
	require.Equal(t, []string{"one", "two", "three"}, accepted(a, p))
	require.Empty(t, a.Meta.Doubles())
	require.Nil(t, apptest.Get[httpapi.ReplyWindow](a.Member, window).Waits)
}

// changed are the channels that screens were told of.
func changed(t *testing.T, a *apptest.App) (channels []string) {
	t.Helper()
	var rows []feed.Event
	require.NoError(t, a.DB.Of(t.Context(), a.Account.ID).Where("type = ?", feed.ChannelChanged).Find(&rows).Error)
	for _, e := range rows {
		channels = append(channels, e.Refs.ChannelID.String())
	}
	return channels
}

func TestAChannelSaysHowMuchOfItsLimitIsUsed(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "Is the table still there?")
	_, err := a.Meta.ChangePage(p.ID, func(page *metasim.Page) {
		page.Headers = map[string]string{"X-Business-Use-Case-Usage": `{"` + p.ID + `":[{"type":"messenger","call_count":12,
			"total_cputime":208,"total_time":1,"estimated_time_to_regain_access":19}]}`}
	})
	require.NoError(t, err)
	answer(a.Member, made, apptest.Body{"text": "Yes", "visibility": "public", "undo_seconds": 0})
	path := "/channels/" + p.Channel.ID.String()
	apptest.Eventually(t, func() bool { return apptest.Get[httpapi.Channel](a.Member, path).State == channel.Slowed }, "it waits")
	c := apptest.Get[httpapi.Channel](a.Member, path)
	require.Equal(t, 208, c.Usage.Percent)
	require.Equal(t, "messenger", c.Usage.Limit)
	require.NotNil(t, c.Usage.RegainAt)
	require.Subset(t, codes(c), []string{"channel.usage_spent", "channel.paused"})
	for _, f := range c.Health.Findings {
		if f.Code == "channel.usage_spent" {
			require.Contains(t, f.Text, "208 %")
		}
	}
	w := apptest.Get[httpapi.ReplyWindow](a.Member, "/tasks/"+made.ID.String()+"/reply-window")
	require.True(t, w.MayWrite)
	require.Equal(t, "reply.waits_throttled", w.Reason)
	require.NotNil(t, w.Waits.Until)
}

// The main job of the report: what did not go, why, what to do; all of it tried again at once; and as a table.
func TestTheDeliveryReport(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "Is the table still there?")
	_, err := a.Meta.AddFault(metasim.Fault{
		Page: p.ID, Call: "send", Count: 3, Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 100, Subcode: 2018001}, Locale: "de_DE",
	})
	require.NoError(t, err)
	for _, text := range []string{"=HYPERLINK(1)", "two", "three"} {
		answer(a.Member, made, apptest.Body{"text": text, "visibility": "public", "undo_seconds": 0})
	}
	report := func() httpapi.DeliveryReport {
		return apptest.Get[httpapi.DeliveryReport](a.Admin.With("Accept-Language", "de"), "/delivery-report")
	}
	apptest.Eventually(t, func() bool { return report().Counts[outbound.Failed] == 3 }, "all three fail")
	r := report()
	require.Len(t, r.Groups, 1)
	g := r.Groups[0]
	require.Equal(t, "delivery.person_unknown", g.Reason)
	require.Contains(t, g.Text, "Meta kennt diese Person")
	require.Equal(t, "retry", g.Action)
	require.Equal(t, []httpapi.DeliveryChannel{{ID: p.Channel.ID, Name: p.Channel.Title(), Count: 3}}, g.Channels)

	failed := apptest.Get[httpapi.Page[httpapi.Message]](a.Admin, "/messages?state=failed&reason="+g.Reason).Items
	require.Len(t, failed, 3)
	require.Equal(t, 2018001, failed[0].Error.Subcode)
	require.NotEmpty(t, failed[0].Error.TraceID)
	require.NotEmpty(t, failed[0].Error.Message)
	require.Empty(t, apptest.Get[httpapi.Page[httpapi.Message]](a.Admin, "/messages?reason=delivery.unknown").Items)
	require.Empty(t, apptest.Get[httpapi.Page[httpapi.Message]](a.Admin, "/messages?from=2100-01-01T00:00:00Z").Items)

	table := a.Admin.Do("GET", "/delivery-report.csv?state=failed", nil)
	require.Equal(t, "text/csv; charset=utf-8", table.Header.Get("Content-Type"))
	require.Contains(t, table.Header.Get("Content-Disposition"), "attachment")
	cells, err := csv.NewReader(bytes.NewReader(table.Body)).ReadAll()
	require.NoError(t, err)
	require.Len(t, cells, 4)
	at := slices.Index(cells[0], "text")
	require.Equal(t, []string{"three", "two", "'=HYPERLINK(1)"}, []string{cells[1][at], cells[2][at], cells[3][at]}, "no formula")
	require.Equal(t, failed[0].Error.TraceID, cells[1][slices.Index(cells[0], "trace_id")])

	require.Equal(t, 422, a.Admin.Do("POST", "/messages/retry", apptest.Body{}).Status)
	again := a.Admin.Do("POST", "/messages/retry", apptest.Body{"reason": g.Reason, "channel_id": p.Channel.ID})
	require.Equal(t, 200, again.Status, "%s", again.Body)
	var retried httpapi.RetriedMessages
	again.Into(&retried)
	require.Equal(t, 3, retried.Count)
	apptest.Eventually(t, func() bool { return len(accepted(a, p)) == 3 }, "they go")
	require.Equal(t, []string{"=HYPERLINK(1)", "two", "three"}, accepted(a, p))
	apptest.Eventually(t, func() bool { return len(report().Groups) == 0 }, "nothing is left to be said")
	require.Empty(t, apptest.Get[httpapi.DeliveryReport](a.ForeignOwner, "/delivery-report?state=sent").Groups)
}

// What the platform does not deliver goes as a link: it is known before the next send, and the link leads to the file for
// whoever has it, until it is taken back.
func TestARefusedFileGoesAsALink(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "Do you have a plan?")
	window := "/tasks/" + made.ID.String() + "/reply-window"
	upload := func() string {
		var f httpapi.File
		a.Member.Upload("/attachments", "plän.pdf", []byte("%PDF-1.7 the plan")).Into(&f)
		return f.ID.String()
	}
	_, err := a.Meta.AddFault(metasim.Fault{
		Page: p.ID, Call: "send", Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: 10, Subcode: 2018336},
	})
	require.NoError(t, err)
	answer(a.Member, made, apptest.Body{"attachment_ids": []string{upload()}, "visibility": "public", "undo_seconds": 0})
	apptest.Eventually(t, func() bool { return len(apptest.Get[httpapi.ReplyWindow](a.Member, window).Cannot) == 1 }, "it is learned")
	cannot := apptest.Get[httpapi.ReplyWindow](a.Member, window).Cannot[0]
	require.Equal(t, channel.Document, cannot.Type)
	require.Equal(t, "person", cannot.Whose)
	require.Equal(t, "delivery.region_restricted", cannot.Reason)
	require.NotEmpty(t, cannot.Advice)
	require.Len(t, cannot.Alternatives, 2)
	require.NotEmpty(t, cannot.Alternatives[1].Text)

	file := upload()
	c := answer(a.Member, made, apptest.Body{
		"attachments": []apptest.Body{{"id": file, "as_link": true}}, "visibility": "public", "undo_seconds": 0,
	})
	require.NotContains(t, string(a.Member.Do("GET", "/tasks/"+made.ID.String()+"/comments", nil).Body), "//files/")
	apptest.Eventually(t, func() bool { return len(accepted(a, p)) == 1 }, "the link goes")
	_, address, _ := strings.Cut(accepted(a, p)[0], "\n")
	path, ok := strings.CutPrefix(address, a.Config.PublicURL)
	require.True(t, ok, address)

	page := a.Anonymous.Do("GET", "/"+path, nil)
	require.Equal(t, 200, page.Status, "%s", page.Body)
	require.Contains(t, string(page.Body), "plän.pdf")
	require.Contains(t, string(page.Body), path[1:]+"/download")
	require.Contains(t, page.Header.Get("Content-Type"), "text/html")
	require.Contains(t, page.Header.Get("Content-Security-Policy"), "default-src 'none'")
	require.Contains(t, page.Header.Get("Cache-Control"), "no-store")
	looked := a.Anonymous.Do("HEAD", "/"+path+"/download", nil)
	require.Equal(t, 200, looked.Status)
	require.Equal(t, "17", looked.Header.Get("Content-Length"))
	require.Empty(t, looked.Body)
	got := a.Anonymous.Do("GET", "/"+path+"/download", nil)
	require.Equal(t, 200, got.Status, "%s", got.Body)
	require.Equal(t, "%PDF-1.7 the plan", string(got.Body))
	require.Equal(t, "no-referrer", got.Header.Get("Referrer-Policy"))
	require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
	require.Contains(t, got.Header.Get("Content-Disposition"), "attachment")
	require.Contains(t, got.Header.Get("Content-Security-Policy"), "sandbox")
	require.Contains(t, got.Header.Get("Cache-Control"), "no-store")
	require.NotContains(t, a.Log.String(), strings.TrimPrefix(path, "/files/"), "the log has no addresses of files")
	for _, x := range commentsOf(a.Member, made) {
		if x.ID == c.ID {
			require.Equal(t, int64(1), x.Attachments[0].Link.Opened)
		}
	}

	require.Equal(t, 404, a.ForeignOwner.Do("DELETE", "/attachments/"+file+"/link", nil).Status)
	require.Equal(t, 200, a.Anonymous.Do("GET", "/"+path, nil).Status)
	require.Equal(t, 204, a.Member.Do("DELETE", "/attachments/"+file+"/link", nil).Status)
	gone := a.Anonymous.With("Accept-Language", "de").Do("GET", "/"+path, nil)
	require.Equal(t, 410, gone.Status)
	require.Contains(t, string(gone.Body), "Dieser Link wurde zurückgenommen")
	require.NotContains(t, string(gone.Body), "plän.pdf", "what it was is told to nobody any more")
	require.Equal(t, 410, a.Anonymous.Do("GET", "/"+path+"/download", nil).Status)
	unknown := a.Anonymous.With("Accept-Language", "de").Do("GET", "//files/x", nil)
	require.Equal(t, 404, unknown.Status)
	require.Contains(t, string(unknown.Body), "Dieser Link führt nirgendwohin")
}

// An approved template goes after the reply window has closed, and its comment says what the person reads.
func TestATemplateOverTheAPI(t *testing.T) {
	t.Parallel()
	shifted := &clock.Shifted{}
	a := apptest.Start(t, apptest.WithClock(shifted))
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "When does it come?")
	_, err := a.Meta.AddTemplate(metasim.TemplateOf{Page: p.ID, UtilityTemplate: metasim.UtilityTemplate{
		Name: "order_update", Components: []metasim.TemplateComponent{{Type: "BODY", Text: "Your order {{1}} is on its way."}},
	}})
	require.NoError(t, err)
	shifted.Shift(8 * 24 * time.Hour)
	window := "/tasks/" + made.ID.String() + "/reply-window"
	w := apptest.Get[httpapi.ReplyWindow](a.Member, window)
	require.False(t, w.MayWrite)
	require.True(t, w.Template)

	list := apptest.Get[httpapi.Page[httpapi.MessageTemplate]](a.Member, "/channels/"+p.Channel.ID.String()+"/message-templates").Items
	require.Len(t, list, 1)
	require.Equal(t, channel.Approved, list[0].State)
	require.Equal(t, []string{"body.1"}, list[0].Parameters)
	use := apptest.Body{"name": list[0].Name, "language": list[0].Language, "parameters": apptest.Body{"body.1": "4711"}}
	c := answer(a.Member, made, apptest.Body{"visibility": "public", "mode": "template", "template": use, "undo_seconds": 0})
	require.Equal(t, "Your order 4711 is on its way.", c.Text)
	apptest.Eventually(t, func() bool { return len(accepted(a, p)) == 1 }, "it goes")
	require.Equal(t, []string{c.Text}, accepted(a, p))
	require.Equal(t, "utility", deliveries(a.Member, made, c)[0].Decision.As)

	use["parameters"] = apptest.Body{}
	refused := a.Member.Do("POST", "/tasks/"+made.ID.String()+"/comments", apptest.Body{"visibility": "public", "mode": "template", "template": use})
	require.Equal(t, 422, refused.Status)
	require.Contains(t, string(refused.Body), "body.template.parameters.body.1")
}
