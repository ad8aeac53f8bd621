package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kontor/domain/ids"
)

// Charts that a run can draw.
const (
	chartThroughput = "throughput"
	chartLists      = "lists"
	chartMemory     = "memory"
)

// filter is a way in which a list of tasks can be narrowed.
type filter struct{ name, query string }

// filters are those that the API offers, besides the search, and the pairs that screens make of them.
func filters(c customer) []filter {
	member, quiet := ids.Nil, page{}
	if len(c.Staff) > 0 {
		member, quiet = c.Staff[len(c.Staff)-1], c.Pages[len(c.Pages)-1]
	}
	busy := page{}
	if len(c.Pages) > 0 {
		busy = c.Pages[0]
	}
	words := vocabulary()
	ago := func(days int) string {
		return url.QueryEscape(time.Now().Add(-time.Duration(days) * 24 * time.Hour).UTC().Format(time.RFC3339))
	}
	status := ""
	if len(c.Keys) > 0 {
		status = c.Keys[1]
	}
	return []filter{
		{"all", ""}, {"new", "category=new"}, {"pending", "category=pending"}, {"resolved", "category=resolved"}, {"status", "status=" + status},
		{"mine, new", "category=new&assignee=me"}, {"mine", "assignee=me"}, {"somebody's", "assignee=" + member.String()},
		{"somebody's, pending", "category=pending&assignee=" + member.String()}, {"unassigned", "assignee=none"},
		{"unassigned, new", "category=new&assignee=none"}, {"team", "team=" + c.Team.String()},
		{"busy channel", "channel_id=" + busy.Channel.String()}, {"quiet channel", "channel_id=" + quiet.Channel.String()},
		{"busy channel, new", "category=new&channel_id=" + busy.Channel.String()}, {"contact", "contact_id=" + c.Contact.String()},
		{"conversation", "conversation_id=" + c.Thread.String()}, {"frequent tag", "tag=" + url.QueryEscape("tag "+words[0])},
		{"rare tag", "tag=" + url.QueryEscape("tag "+words[tags-1])}, {"frequent topic", "topic=" + url.QueryEscape("topic "+words[0])},
		{"rare topic", "topic=" + url.QueryEscape("topic "+words[topics-1])}, {"unread", "unread=true"}, {"read", "unread=false"},
		{"snoozed", "snoozed=true"}, {"not snoozed", "snoozed=false"}, {"window open", "window=open"}, {"window ending", "window=ending"},
		{"window closed", "window=closed"}, {"template", "template_id=" + c.Template.String()}, {"made lately", "created_from=" + ago(7)},
		{"made long ago", "created_to=" + ago(700)}, {"written to lately", "commented_from=" + ago(7)},
		{"written to long ago", "commented_to=" + ago(700)},
	}
}

func orders() []string {
	return []string{"-last_comment_at", "last_comment_at", "-created_at", "created_at"}
}

// shelf is a data set with a server before it and somebody who has signed in.
type shelf struct {
	name   string
	set    dataSet
	server *process
	cookie string
	p99    map[string][]float64 // of each list, in each round
}

func (s *shelf) owner() customer { return s.set.Accounts[0] }

func (s *shelf) get(path string) []byte { return request("GET", "/api/v1"+path, nil, s.cookie) }

func (b *bench) shelve(ctx context.Context, name string, tasks int) (*shelf, error) {
	set, err := b.data(ctx, listed(tasks))
	if err != nil {
		return nil, err
	}
	s := &shelf{name: name, set: set, p99: map[string][]float64{}}
	// Without workers: nothing but what is asked for happens.
	if s.server, err = b.serve(ctx, b.settings(listed(tasks).name(), listed(tasks).name()), "--http-only"); err != nil {
		return nil, err
	}
	b.closers = append(b.closers, s.server.kill)
	s.cookie, err = signIn(ctx, s.server.addr, s.owner())
	return s, err
}

// lists measures what staff ask for: lists, tasks, searches.
func (b *bench) lists(ctx context.Context) error {
	var shelves []*shelf
	sizes := []struct {
		name  string
		tasks int
	}{{"small", b.Small}, {"large", b.Large}, {"huge", b.Huge}}
	for _, size := range sizes {
		if size.tasks == 0 || size.name != "large" && !b.measures(8) {
			continue
		}
		s, err := b.shelve(ctx, size.name, size.tasks)
		if err != nil {
			return err
		}
		defer s.server.kill()
		shelves = append(shelves, s)
	}
	large := shelves[min(1, len(shelves)-1)]
	err := b.rounds("lists", func(int) error {
		if b.measures(8) {
			if err := b.everyList(ctx, shelves); err != nil {
				return err
			}
		}
		for _, x := range []struct {
			row     int
			measure func(context.Context, *shelf) error
		}{
			{9, b.page("9", 8, "/tasks?category=new&assignee=me")}, {10, b.page("10", 1, "/tasks?category=new")},
			{11, b.open50}, {14, b.search},
		} {
			if b.measures(x.row) {
				if err := x.measure(ctx, large); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if b.measures(8) && err == nil {
		b.compareLists(shelves)
	}
	return err
}

// everyList asks for each list of each size, one size after the other for each of them.
func (b *bench) everyList(ctx context.Context, shelves []*shelf) error {
	for i := range filters(customer{}) {
		for _, order := range orders() {
			for _, s := range shelves {
				f := filters(s.owner())[i]
				key := f.name + " by " + order
				d, err := drive{addr: s.server.addr, conns: 1, count: b.Requests, last: b.Last, want: http.StatusOK, next: func(int) []byte {
					return s.get("/tasks?" + f.query + "&sort=" + order)
				}}.run(ctx)
				if errors.Is(err, errStatus) { // it took so long that the server gave it up
					b.report.remark("the list %s of the %s table could not be read: %v", key, s.name, err)
					d.times = append(d.times, d.took)
				} else if err != nil {
					return fmt.Errorf("%s: %w", key, err)
				}
				s.p99[key] = append(s.p99[key], d.times.at(0.99))
			}
		}
	}
	return nil
}

// charted are the lists of which a chart is drawn.
func charted() []string {
	return []string{"all", "mine, new", "unassigned, new", "busy channel", "frequent tag"}
}

// compareLists notes how much longer the lists of larger tables take; what counts is the list that is worst.
func (b *bench) compareLists(shelves []*shelf) {
	for _, s := range shelves {
		for _, name := range charted() {
			for _, ms := range s.p99[name+" by "+orders()[0]] {
				b.report.plot(chartLists, name, float64(s.set.Form.Tasks), ms)
			}
		}
	}
	for _, s := range shelves[1:] {
		key := "8"
		if s.name == "huge" {
			key = "8h"
		}
		b.compare(key, shelves[0], s)
	}
}

func (b *bench) compare(key string, small, s *shelf) {
	ratio := func(list string) float64 { return spread(s.p99[list]).Median / spread(small.p99[list]).Median }
	all := slices.SortedFunc(maps.Keys(s.p99), func(x, y string) int { return cmp.Compare(ratio(y), ratio(x)) })
	for i, ms := range s.p99[all[0]] {
		b.report.add(key, ms, small.p99[all[0]][i])
	}
	var worst []string
	for _, list := range all[:min(8, len(all))] {
		worst = append(worst, fmt.Sprintf("%s %s (%s ÷ %s ms)", list, short(ratio(list)), short(spread(s.p99[list]).Median), short(spread(small.p99[list]).Median)))
	}
	b.report.note(key, "%d lists, their median ratio %s; the worst: %s", len(all), short(ratio(all[len(all)/2])), strings.Join(worst, ", "))
}

// warmed is how often each connection asks before it counts: what staff look at all day is not the first thing that a server does.
const warmed = 25

// page is the measurement of a list's first page.
func (b *bench) page(key string, conns int, path string) func(context.Context, *shelf) error {
	return func(ctx context.Context, s *shelf) error {
		d, err := drive{addr: s.server.addr, conns: conns, warm: warmed, last: b.Last, want: http.StatusOK, next: func(int) []byte { return s.get(path) }}.run(ctx)
		if err != nil {
			return err
		}
		b.report.note(key, "%s a second in the last run", short(d.rate()))
		return b.besideLibredesk(ctx, key, d.times.at(0.99), b.Large)
	}
}

// open50 asks for the comments of tasks that have a page of them, as the reference does; and beside it for the task and its
// comments, which is what a screen asks for.
func (b *bench) open50(ctx context.Context, s *shelf) error {
	long := s.owner().Long
	comments := func(n int) []byte { return s.get("/tasks/" + long[n%len(long)].String() + "/comments?limit=50") }
	d, err := drive{addr: s.server.addr, conns: 8, warm: warmed, last: b.Last, want: http.StatusOK, next: comments}.run(ctx)
	if err != nil {
		return err
	}
	both, err := drive{addr: s.server.addr, conns: 8, last: b.Last, want: http.StatusOK, next: func(n int) []byte {
		if n%2 == 0 {
			return s.get("/tasks/" + long[n/2%len(long)].String())
		}
		return comments(n / 2)
	}}.run(ctx)
	if err != nil {
		return err
	}
	b.report.note("11", "with the task itself, in two requests: %s tasks a second", short(both.rate()/2))
	return b.besideLibredesk(ctx, "11", d.rate(), b.Large)
}

// searches are what is looked for: mostly words that few comments have, as names and numbers are, some that one in ten has, and
// one that nearly all have.
func searches() []string {
	words := vocabulary()
	out := []string{words[0], words[4], words[9], words[60] + " " + words[90], words[40][:4], "#4711", "nothing" + words[7]}
	for i := 150; len(out) < 20; i += 200 {
		out = append(out, words[i])
	}
	return out
}

// search looks for words: frequent and rare ones, beginnings of words, two at once, and numbers.
func (b *bench) search(ctx context.Context, s *shelf) error {
	searches := searches()
	d, err := drive{addr: s.server.addr, conns: 1, count: max(b.Requests, len(searches)), want: http.StatusOK, next: func(n int) []byte {
		return s.get("/tasks?q=" + url.QueryEscape(searches[n%len(searches)]))
	}}.run(ctx)
	if err != nil {
		return err
	}
	b.report.add("14", d.times.at(0.95), 0)
	var each []string
	for i, q := range searches {
		var times latencies
		for n := i; n < len(d.times); n += len(searches) {
			times = append(times, d.times[n])
		}
		each = append(each, fmt.Sprintf("«%s» %s", q, short(times.at(0.5))))
	}
	b.report.note("14", "%d comments; p50 in ms of %s", s.set.Comments, strings.Join(each, ", "))
	return nil
}
