package httpapi

import (
	"context"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/report"
)

// Report is what was done in a time. Durations are in seconds; medians and the ninetieth percentile are estimates within a
// bucket of the spread.
type Report struct {
	From        string          `json:"from" doc:"first day, in the account's time zone"`
	To          string          `json:"to" doc:"last day"`
	TimeZone    string          `json:"time_zone"`
	Total       ReportFigures   `json:"total"`
	FirstAnswer ReportSpread    `json:"first_answer" doc:"from the beginning of a task to the staff's first answer, of the tasks made in the time"`
	Resolution  ReportSpread    `json:"resolution" doc:"from the beginning of a task to its resolution, of the tasks resolved in the time"`
	Days        []ReportDay     `json:"days"`
	Hours       []int           `json:"hours" doc:"tasks made, by hour of the week in the time zone: 168 numbers, Monday's first hour first"`
	Backlog     []ReportBacklog `json:"backlog" doc:"what is open now"`
	Groups      []ReportGroup   `json:"groups" doc:"those with most tasks first"`
	More        bool            `json:"more" doc:"there are more groups than are told apart"`
}

// ReportFigures are what is counted of tasks.
type ReportFigures struct {
	Created     int    `json:"created" doc:"tasks made in the time"`
	Answered    int    `json:"answered" doc:"those of them that staff have answered"`
	Resolved    int    `json:"resolved" doc:"tasks resolved in the time that are so still"`
	Open        int    `json:"open" doc:"open now, whenever made"`
	FirstAnswer *int64 `json:"first_answer_median" doc:"seconds; null when there are none"`
	Resolution  *int64 `json:"resolution_median" doc:"seconds; null when there are none"`
}

// ReportGroup are the figures of one channel, template, topic, tag, team or person.
type ReportGroup struct {
	ID   string `json:"id" doc:"of the channel, template, team or person, or the topic or tag itself; empty: of none"`
	Name string `json:"name" doc:"empty: of none, or of what is there no more"`
	ReportFigures
}

// ReportSpread says how durations are spread.
type ReportSpread struct {
	Count   int            `json:"count"`
	Median  *int64         `json:"median"`
	P90     *int64         `json:"p90" doc:"nine of ten took no longer"`
	Mean    *int64         `json:"mean"`
	Buckets []ReportBucket `json:"buckets" doc:"from the shortest to the longest"`
}

// ReportBucket is how many durations are longer than the bucket before and shorter than this.
type ReportBucket struct {
	UpTo  int64 `json:"up_to" doc:"seconds; 0: no end"`
	Count int   `json:"count"`
}

// ReportDay is what was done on a day.
type ReportDay struct {
	Date     string `json:"date"`
	Created  int    `json:"created"`
	Resolved int    `json:"resolved"`
}

// ReportBacklog are the open tasks of a queue by age.
type ReportBacklog struct {
	Category string `json:"category" enum:"new,pending"`
	Ages     []int  `json:"ages" doc:"younger than a day, 3, 7, 30 days, and older"`
}

// ReportQuery says what to report on. It is exported for huma, which fills no others when embedded.
type ReportQuery struct {
	From      string           `query:"from" format:"date" doc:"first day, in the account's time zone; without it, days says"`
	To        string           `query:"to" format:"date" doc:"last day; today by itself"`
	Days      int              `query:"days" minimum:"1" maximum:"366" default:"30" doc:"how many up to the last, without from"`
	By        report.Dimension `query:"by" enum:"channel,template,topic,tag,team,staff" default:"channel"`
	ChannelID ids.ID           `query:"channel_id" format:"uuid"`
	// WorkingHours of tasks that were answered or resolved before there was this choice are not known.
	WorkingHours bool `query:"working_hours" doc:"durations count the account's working hours only, as they were then"`
}

func (a *API) getReport(ctx context.Context, who account.Actor, in *struct{ ReportQuery }) (*answer[Report], error) {
	shown, err := a.report(ctx, who, in.ReportQuery)
	return answered(shown, err)
}

func (a *API) report(ctx context.Context, who account.Actor, in ReportQuery) (Report, error) {
	q, err := a.reportQuery(ctx, who, in)
	if err != nil {
		return Report{}, err
	}
	r, err := a.Reports.Make(ctx, who.AccountID, q)
	if err != nil {
		return Report{}, err
	}
	name, err := a.namesBy(ctx, who.AccountID, q.By)
	if err != nil {
		return Report{}, err
	}
	shown := Report{
		From: q.From.Format(time.DateOnly), To: q.To.AddDate(0, 0, -1).Format(time.DateOnly), TimeZone: q.Zone.String(),
		Total: figures(r.Total), FirstAnswer: spread(r.Total.FirstAnswer), Resolution: spread(r.Total.Resolution),
		Days: []ReportDay{}, Hours: r.Hours[:], Groups: []ReportGroup{}, More: r.More,
		Backlog: []ReportBacklog{{"new", r.Total.Open[0]}, {"pending", r.Total.Open[1]}},
	}
	for _, d := range r.Days {
		shown.Days = append(shown.Days, ReportDay(d))
	}
	for _, g := range r.Groups {
		shown.Groups = append(shown.Groups, ReportGroup{g.Key, name(g.Key), figures(g.Figures)})
	}
	return shown, nil
}

// reportQuery reads days as the account's zone has them.
func (a *API) reportQuery(ctx context.Context, who account.Actor, in ReportQuery) (report.Query, error) {
	own, err := a.Accounts.Get(ctx, who.AccountID)
	if err != nil {
		return report.Query{}, err
	}
	zone := own.Zone()
	now := a.Clock.Now().In(zone)
	last, err := day(in.To, time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone), "query.to")
	if err != nil {
		return report.Query{}, err
	}
	first, err := day(in.From, last.AddDate(0, 0, 1-in.Days), "query.from")
	if err != nil {
		return report.Query{}, err
	}
	q := report.Query{From: first, To: last.AddDate(0, 0, 1), Zone: zone, By: in.By, Working: in.WorkingHours}
	q.Channels = supervised(ctx, in.ChannelID)
	if in.ChannelID == ids.Nil {
		return q, nil
	}
	if _, err = a.Channels.Get(ctx, who.AccountID, in.ChannelID); errs.KindOf(err) == errs.NotFound {
		err = errs.Input(errs.At("query.channel_id", "channel.not_found"))
	}
	return q, err
}

// supervised returns the channels whose tasks a caller may see reports of, one or all of them; nil: every one, and the tasks
// of none. Whoever supervises nothing sees a report of nothing.
func supervised(ctx context.Context, one ids.ID) []ids.ID {
	scope := access.Of(ctx)
	channels, all := scope.Supervised()
	switch {
	case one != ids.Nil && (all || scope.Supervises(one)):
		return []ids.ID{one}
	case one == ids.Nil && all:
		return nil
	case one == ids.Nil:
		return append([]ids.ID{}, channels...)
	}
	return []ids.ID{}
}

// day reads a day in the zone of the one that is meant when nothing is said.
func day(text string, otherwise time.Time, place string) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	d, err := time.ParseInLocation(time.DateOnly, text, otherwise.Location())
	if err != nil {
		return d, errs.Input(errs.At(place, "input.date"))
	}
	return d, nil
}

// namesBy returns what gives the groups of a dimension their names.
func (a *API) namesBy(ctx context.Context, in account.ID, by report.Dimension) (func(key string) string, error) {
	names := map[string]string{}
	var err error
	switch by {
	case report.ByChannel:
		var all []channel.Channel
		all, err = a.Channels.All(ctx, in)
		for _, c := range all {
			names[c.ID.String()] = c.Title()
		}
	case report.ByTemplate:
		names, err = a.Templates.ObjectNames(ctx, in)
	case report.ByTeam, report.ByStaff:
		roster, failed := a.Staff.Roster(ctx, in)
		for id, p := range namesOf(roster) {
			names[id.String()] = p.Name
		}
		err = failed
	case report.ByTag, report.ByTopic:
		return func(key string) string { return key }, nil
	}
	return func(key string) string { return names[key] }, err
}

func figures(f report.Figures) ReportFigures {
	return ReportFigures{
		Created: f.Created, Answered: f.FirstAnswer.Count(), Resolved: f.Resolved, Open: f.OpenCount(),
		FirstAnswer: seconds(f.FirstAnswer.Quantile(median)), Resolution: seconds(f.Resolution.Quantile(median)),
	}
}

const median, p90 = 0.5, 0.9

func spread(s report.Spread) ReportSpread {
	out := ReportSpread{
		Count: s.Count(), Median: seconds(s.Quantile(median)), P90: seconds(s.Quantile(p90)), Mean: seconds(s.Mean()),
		Buckets: []ReportBucket{},
	}
	for _, b := range s.Buckets() {
		out.Buckets = append(out.Buckets, ReportBucket(b))
	}
	return out
}

func seconds(d time.Duration, ok bool) *int64 {
	if !ok {
		return nil
	}
	s := int64(d / time.Second)
	return &s
}

// exportReport sends the groups of a report as a table.
func (a *API) exportReport(ctx context.Context, who account.Actor, in *struct{ ReportQuery }) (*huma.StreamResponse, error) {
	r, err := a.report(ctx, who, in.ReportQuery)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		w := tableFor(hc, "task-report.csv")
		defer w.Flush()
		_ = w.Write([]string{"id", "name", "created", "answered", "first_answer_median_s", "resolved", "resolution_median_s", "open"})
		for _, g := range append(r.Groups, ReportGroup{Name: exchangeOf(ctx).text("report.total", nil), ReportFigures: r.Total}) {
			_ = w.Write(harmlessAll([]string{
				g.ID, g.Name, strconv.Itoa(g.Created), strconv.Itoa(g.Answered), number(g.FirstAnswer), strconv.Itoa(g.Resolved),
				number(g.Resolution), strconv.Itoa(g.Open),
			}))
		}
	}}, nil
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
