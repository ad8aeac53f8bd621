package httpapi

import (
	"cmp"
	"context"
	"encoding/csv"
	"mime"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/templates"
)

// LeadFigures are how the leads of a time, and the conversations that ads brought, were served. Test leads do not count.
// Conversations are counted since version 28 of the schema: by which ad somebody came before is not known.
type LeadFigures struct {
	By    string       `json:"by" enum:"campaign,ad_set,ad,form"`
	From  time.Time    `json:"from"`
	To    time.Time    `json:"to"`
	All   LeadServed   `json:"all"`
	Items []LeadServed `json:"items" doc:"the largest first, 200 at most"`
	More  bool         `json:"more" doc:"there are more: 50000 leads and as many conversations are counted, the newest"`
}

// LeadServed is how the leads, or the conversations, of a campaign, an ad set, an ad or a form were served.
type LeadServed struct {
	Kind          string `json:"kind" enum:"lead,message," doc:"message: people who came into a conversation by an ad; empty for all of them"`
	Of            string `json:"of" enum:"campaign,ad_set,ad,form," doc:"what the id names: the ad, where its campaign or ad set is not known"`
	ID            string `json:"id" doc:"the platform's, of a form ours; empty: they came by none, or it is not known"`
	Name          string `json:"name" doc:"as it was called last, of an ad that brought no lead its title; empty when the platform does not tell"`
	Leads         int    `json:"leads"`
	Conversations int    `json:"conversations" doc:"each once, however often the person came by the ad"`
	Touched       int    `json:"touched" doc:"a colleague wrote something on the task, to the person or as a note"`
	WithinHour    int    `json:"within_hour" doc:"of them, within an hour"`
	Median        *int   `json:"median_seconds" doc:"half of those touched were so sooner; null when none was"`
	New           int    `json:"new" doc:"tasks that are new now"`
	Pending       int    `json:"pending"`
	Resolved      int    `json:"resolved"`
}

// FigureFilter says which leads are counted. It is exported for huma, which fills no others when embedded.
type FigureFilter struct {
	By        string    `query:"by" enum:"campaign,ad_set,ad,form" default:"campaign"`
	Kind      string    `query:"kind" enum:"lead,message" doc:"only these; both when left out. Conversations come by no form"`
	ChannelID ids.ID    `query:"channel_id" format:"uuid"`
	From      time.Time `query:"from" doc:"submitted then or later; 30 days ago when left out"`
	To        time.Time `query:"to" doc:"submitted before; now when left out"`
}

// figuresSince is how far back figures go when nobody says.
const figuresSince = 30 * 24 * time.Hour

func (a *API) figures(ctx context.Context, who account.Actor, in FigureFilter) (LeadFigures, error) {
	now := a.Clock.Now()
	q := lead.FigureQuery{By: cmp.Or(in.By, lead.ByCampaign), Kind: lead.Kind(in.Kind), ChannelID: ids.Ptr(in.ChannelID), From: in.From, To: in.To}
	if q.To.IsZero() {
		q.To = now
	}
	if q.From.IsZero() {
		q.From = q.To.Add(-figuresSince)
	}
	if q.ChannelID != nil {
		_, err := a.Channels.Get(ctx, who.AccountID, in.ChannelID)
		if errs.KindOf(err) == errs.NotFound {
			err = errs.Input(errs.At("query.channel_id", "channel.not_found"))
		}
		if err != nil {
			return LeadFigures{}, err
		}
	}
	f, err := a.Leads.Figures(ctx, who.AccountID, q)
	shown := LeadFigures{By: q.By, From: q.From, To: q.To, All: served(f.All), Items: make([]LeadServed, len(f.Groups)), More: f.Cut}
	for i, g := range f.Groups {
		shown.Items[i] = served(g)
	}
	return shown, err
}

func served(g lead.Group) LeadServed {
	s := LeadServed{
		Kind: string(g.Kind), Of: g.Of, ID: g.ID, Name: g.Name, Leads: g.Leads, Conversations: g.Conversations, Touched: g.Touched, WithinHour: g.Soon, New: g.Tasks[templates.CategoryNew],
		Pending: g.Tasks[templates.CategoryPending], Resolved: g.Tasks[templates.CategoryResolved],
	}
	if g.Touched > 0 {
		seconds := int(g.Median.Seconds())
		s.Median = &seconds
	}
	return s
}

func (a *API) leadFigures(ctx context.Context, who account.Actor, in *struct{ FigureFilter }) (*answer[LeadFigures], error) {
	return answered(a.figures(ctx, who, in.FigureFilter))
}

// exportLeadFigures sends the figures as a table for a spreadsheet.
func (a *API) exportLeadFigures(ctx context.Context, who account.Actor, in *struct{ FigureFilter }) (*huma.StreamResponse, error) {
	f, err := a.figures(ctx, who, in.FigureFilter)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
		hc.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "leads-by-" + f.By + ".csv"}))
		hc.SetHeader("Cache-Control", "no-store")
		w := csv.NewWriter(hc.BodyWriter())
		defer w.Flush()
		_ = w.Write([]string{"id", "name", "leads", "touched", "within_hour", "median_seconds", "new", "pending", "resolved", "kind",
			"conversations", "of"})
		for _, s := range f.Items {
			_ = w.Write(s.cells())
		}
	}}, nil
}

func (s LeadServed) cells() []string {
	row := []string{harmless(s.ID), harmless(s.Name)}
	for _, n := range []int{s.Leads, s.Touched, s.WithinHour} {
		row = append(row, strconv.Itoa(n))
	}
	median := ""
	if s.Median != nil {
		median = strconv.Itoa(*s.Median)
	}
	row = append(row, median)
	for _, n := range []int{s.New, s.Pending, s.Resolved} {
		row = append(row, strconv.Itoa(n))
	}
	return append(row, s.Kind, strconv.Itoa(s.Conversations), s.Of)
}
