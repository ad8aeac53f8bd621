package bench

import (
	"context"
	"net/http"
	"time"
)

// rest is how long a server is left alone before its memory is looked at.
const rest = 5 * time.Second

// footprint measures how fast the program starts and how much memory it takes.
func (b *bench) footprint(ctx context.Context) error {
	return b.rounds("start and memory", func(int) error {
		// Anew each time: what the load of the last round left to do is done from the start on, and is no rest.
		set, err := b.workOn(ctx, going(b.Intake))
		if err != nil {
			return err
		}
		p, err := b.serve(ctx, b.settings(workName, "footprint"))
		if err != nil {
			return err
		}
		defer p.kill()
		than, err := b.libredeskFootprint(ctx, b.Intake)
		if err != nil {
			return err
		}
		b.report.add("16", p.ready.Seconds()*1000, than["16"])
		if !b.measures(15) {
			return nil
		}
		time.Sleep(min(rest, b.Last))
		mb, err := p.memory()
		if err != nil {
			return err
		}
		b.report.add("15a", mb, than["15a"])
		b.report.plot(chartMemory, "Kontor", 0, mb)
		return b.loaded(ctx, p, newCrowd(set, 0), than["15b"])
	})
}

// loaded lists, opens, writes and hears, over more and more connections, and looks at the memory right after each.
func (b *bench) loaded(ctx context.Context, p *process, people *crowd, than float64) error {
	cookie, err := signIn(ctx, p.addr, *people.customer)
	if err != nil {
		return err
	}
	h := newHooks()
	var mb float64
	for _, conns := range []int{8, 32, 128} {
		for _, load := range []struct {
			want int
			next func(n int) []byte
		}{
			{http.StatusOK, func(int) []byte { return request("GET", "/api/v1/tasks?category=new", nil, cookie) }},
			{http.StatusOK, func(n int) []byte {
				return request("GET", "/api/v1/tasks/"+people.some(n).String()+"/comments?limit=50", nil, cookie)
			}},
			{http.StatusCreated, func(n int) []byte { return comment(cookie, people.some(n*7919), "Noted.", "internal") }},
			{http.StatusOK, func(n int) []byte { return people.anybody(h, n) }},
		} {
			if _, err := (drive{addr: p.addr, conns: conns, last: b.Last / 4, want: load.want, next: load.next}).run(ctx); err != nil {
				return err
			}
		}
		if mb, err = p.memory(); err != nil {
			return err
		}
		b.report.plot(chartMemory, "Kontor", float64(conns), mb)
		if conns == 32 { // as many as the reference was given at most
			b.report.add("15b", mb, than)
		}
	}
	b.report.note("15b", "after lists, tasks, notes and webhooks over 8 and then 32 connections; after 128 connections %s MB in the last run", short(mb))
	return nil
}
