package main

import (
	"context"
	"fmt"
	"slices"

	"kontor/integrations/metasim"
)

// utterance is what a customer wrote, as it stands with the platform.
type utterance struct {
	tenant *tenant
	text   string
	gone   bool
	public bool
}

// move is something that customers, staff or the platform do.
type move struct {
	weight int
	name   string // by which a run leaves it out
	do     func(ctx context.Context) error
}

// moves are what happens all the time.
func (w *world) moves() []move {
	return []move{
		{50, "write", w.write},
		{8, "comment", w.comment},
		{4, "lead", w.lead},
		{4, "edit", w.edit},
		{2, "unsend", w.unsend},
		{3, "malformed", w.malformed},
		{2, "weather", w.weather},
		{20, "answer", w.answer},
		{3, "attach", w.attach},
		{4, "remark", w.remark},
		{4, "assign", w.assign},
		{4, "resolve", w.resolve},
		{2, "merge", w.merge},
		{1, "unmerge", w.unmerge},
		{1, "split", w.split},
		{1, "snooze", w.snooze},
		{1, "remind", w.remind},
		{1, "bulk", w.bulk},
	}
}

// left are the moves that this run does not leave out.
func (w *world) left(list []move) []move {
	return slices.DeleteFunc(list, func(m move) bool { return slices.Contains(w.without, m.name) })
}

// one picks by weight.
func (w *world) one(list []move) move {
	if len(list) == 0 {
		return move{do: func(context.Context) error { return nil }}
	}
	sum := 0
	for _, m := range list {
		sum += m.weight
	}
	n := w.dice.IntN(sum)
	for _, m := range list {
		if n -= m.weight; n < 0 {
			return m
		}
	}
	return list[0]
}

func pick[T any](w *world, list []T) T { return list[w.dice.IntN(len(list))] }

func (w *world) next(t *tenant, what string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serial++
	return fmt.Sprintf("%s %s %d.", t.canary, what, w.serial) // with an end, so that none is the beginning of another
}

func (w *world) write(context.Context) error {
	t := pick(w, w.tenants)
	page := w.dice.IntN(len(t.pages))
	person := t.people[page*peopleEach+w.dice.IntN(peopleEach)]
	in := metasim.Write{Page: t.pages[page].ID, Person: person.ID, Text: w.next(t, "says")}
	if w.dice.IntN(12) == 0 {
		in.Attachments = []metasim.Attachment{{Type: "image"}}
	}
	m, err := w.sim.Write(in)
	if err != nil {
		return err
	}
	w.hear(m.MID, &utterance{tenant: t, text: in.Text})
	return nil
}

// hear remembers what somebody wrote.
func (w *world) hear(id string, u *utterance) {
	w.said[id] = u
	w.order = append(w.order, id)
	w.figures.Messages++
}

func (w *world) comment(context.Context) error {
	t := pick(w, w.tenants)
	page := w.dice.IntN(len(t.pages))
	in := metasim.NewComment{Post: t.posts[page].ID, Person: t.people[page*peopleEach+w.dice.IntN(peopleEach)].ID, Text: w.next(t, "comments")}
	c, err := w.sim.Comment(in)
	if err != nil {
		return err
	}
	w.hear(c.ID, &utterance{tenant: t, text: in.Text, public: true})
	return nil
}

func (w *world) lead(context.Context) error {
	t := pick(w, w.tenants)
	l, err := w.sim.SubmitLead(metasim.Submission{Form: pick(w, t.forms).ID})
	if err != nil {
		return err
	}
	w.leads[l.ID] = t
	w.figures.Leads++
	return nil
}

// mine picks something that was said and still stands.
func (w *world) mine(public bool) (string, *utterance) {
	for range 10 {
		if len(w.order) == 0 {
			break
		}
		key := pick(w, w.order)
		if u := w.said[key]; !u.gone && u.public == public {
			return key, u
		}
	}
	return "", nil
}

func (w *world) edit(context.Context) error {
	mid, u := w.mine(false)
	if u == nil {
		return nil
	}
	text := w.next(u.tenant, "means")
	if _, err := w.sim.Edit(metasim.Edit{MID: mid, Text: text}); err != nil {
		return nil //nolint:nilerr // the platform allows five
	}
	u.text = text
	return nil
}

func (w *world) unsend(context.Context) error {
	if w.dice.IntN(2) == 0 {
		mid, u := w.mine(false)
		if u == nil {
			return nil
		}
		_, err := w.sim.Unsend(mid)
		u.gone = err == nil
		return err
	}
	id, u := w.mine(true)
	if u == nil {
		return nil
	}
	_, err := w.sim.RemoveComment(id)
	u.gone = err == nil
	return err
}

// malformed is a request from somebody who is not the platform, or from the platform on a bad day.
func (w *world) malformed(ctx context.Context) error {
	posts := []metasim.RawPost{
		{Body: `{"object":"page","entry":[{"id":"1","messaging":[{"message":{}}]}]}`, Sign: "wrong"},
		{Body: `{"object":"page","entry":[{`},
		{Body: `{"object":"page","entry":[{"id":"999","time":1,"messaging":[{"sender":{"id":"1"},"recipient":{"id":"999"},"timestamp":1,"message":{"mid":"m_x","text":"\ud800"}}]}]}`},
		{Body: `{"object":"planet","entry":[{"id":"104200000000110","time":1,"changes":[{"field":"weather","value":[1,2,3]}]}]}`},
		{Body: ``, Sign: "none"},
	}
	_, err := w.sim.Post(ctx, pick(w, posts))
	_ = err // nobody may have answered
	return nil
}

// weather is how the platform delivers from now on.
func (w *world) weather(context.Context) error {
	w.sim.ChangeWebhooks(func(h *metasim.Webhooks) {
		h.Copies, h.Batch, h.Parallel = 1+w.dice.IntN(3), 1+w.dice.IntN(20), 1+w.dice.IntN(8)
	})
	t := pick(w, w.tenants)
	modes := []metasim.EchoMode{metasim.EchoAfter, metasim.EchoBefore, metasim.EchoTwice, metasim.EchoNever, metasim.EchoDelayed}
	mode, quiet := pick(w, modes), w.dice.IntN(2) == 0
	_, err := w.sim.ChangePage(pick(w, t.pages).ID, func(p *metasim.Page) { p.Echo, p.EchoDelayMS, p.NoDeliveries = mode, 1500, quiet })
	return err
}
