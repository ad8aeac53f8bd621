package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// fate is what must become of an item.
type fate uint8

// The fates.
const (
	heard     fate = iota // a comment of a task, once
	passed                // nothing, and it says why
	faulty                // quarantine
	stray                 // nobody's, and kept for the operator
	turnedOut             // refused before anything is stored
)

// sort is a sort of item. write writes the n-th item; at is when it says it happened.
type sort struct {
	weight  int
	fate    fate
	list    string // where in an entry; empty for what is a body of its own
	broken  bool
	unknown bool
	// timeless: it does not say when it happened, so that the time of its webhook tells it from the next.
	timeless bool
	write    func(n int, at time.Time) string
}

func stormPages() []string {
	return []string{"104200000000001", "104200000000002", "104200000000003", "104200000000004"}
}

const (
	stormPeople = 500 // of each page
	stormPosts  = 50
)

// itemName is by what the n-th item is found again in whatever is stored of it.
func itemName(n int) string { return fmt.Sprintf("storm-%d-", n) }

// sorts is what comes. Its weights are per mille of what is new.
func sorts() []sort {
	sender := func(n int) string { return fmt.Sprintf(`{"id":"%d"}`, 5_000_000_000+n%stormPeople) }
	event := func(rest string) func(int, time.Time) string {
		return func(n int, at time.Time) string {
			return fmt.Sprintf(`{"sender":%s,"recipient":{"id":"%s"},"timestamp":%d,%s}`, sender(n), pageOf(n), at.UnixMilli(), strings.ReplaceAll(rest, "§", itemName(n)))
		}
	}
	change := func(rest string) func(int, time.Time) string {
		return func(n int, at time.Time) string {
			text := strings.NewReplacer("§", itemName(n), "@", fmt.Sprint(at.Unix()), "~", fmt.Sprint(6_000_000_000+n%stormPeople), "#", fmt.Sprint(pageOf(n), "_", 700+n%stormPosts), "%", fmt.Sprint(700+n%stormPosts)).Replace(rest)
			return text
		}
	}
	plain := func(text string) func(int, time.Time) string {
		return func(n int, _ time.Time) string { return strings.ReplaceAll(text, "§", itemName(n)) }
	}
	const comment = `{"field":"feed","value":{"item":"comment","verb":"add","post_id":"#","parent_id":"#","comment_id":"%_§","from":{"id":"~","name":"Anna"},"created_time":@,"message":"§ täglich \ud83d\ude22"}}`
	return []sort{
		{weight: 640, fate: heard, list: "messaging", write: event(`"message":{"mid":"m_§","text":"§ \u00e4\u00f6\u00fc <b>\u0000</b>"}`)},
		{weight: 150, fate: heard, list: "changes", write: change(comment)},
		{weight: 40, fate: passed, list: "messaging", unknown: true, write: event(`"teleport":{"ref":"§"}`)},
		{weight: 40, fate: passed, list: "changes", unknown: true, timeless: true, write: plain(`{"field":"weather","value":{"says":"§"}}`)},
		{weight: 40, fate: stray, unknown: true, write: plain(`{"object":"page","entry":[{"id":"999","time":1,"messaging":[{"sender":{"id":"1"},"message":{"mid":"§"}}]}]}`)},
		{weight: 40, fate: stray, unknown: true, write: plain(`{"object":"planet","entry":[{"id":"1","changes":[{"field":"orbit","value":"§"}]}]}`)},
		{weight: 12, fate: faulty, list: "messaging", broken: true, write: event(`"message":{"text":"§"}`)},
		{weight: 8, fate: faulty, list: "messaging", broken: true, write: event(`"message":"§"`)},
		{weight: 8, fate: faulty, list: "messaging", broken: true, timeless: true, write: plain(`"§"`)},
		{weight: 8, fate: stray, broken: true, write: plain(`{"object":"page","entry":[{"id":"§`)},
		{weight: 4, fate: stray, broken: true, write: plain(`["§"]`)},
		{weight: 10, fate: turnedOut, broken: true, write: plain(`{"object":"page","entry":[{"id":"104200000000001","time":1,"messaging":["§"]}]}`)},
	}
}

func pageOf(n int) string { return stormPages()[n%len(stormPages())] }

// forecast is what comes and in which order: the seed alone says so, whoever takes how long.
type forecast struct {
	dice   *rand.Rand
	today  time.Time
	sorts  []sort
	total  int
	sortOf []uint8 // by number
	sent   []uint8 // how often, by number

	held                                             []int // of those that come later than they should
	items, duplicates, reordered, malformed, unknown int
	requests, refused, largest                       int
	repeated                                         atomic.Int64
}

func newForecast(seed uint64, items int) *forecast {
	return &forecast{dice: rand.New(rand.NewPCG(seed, 2)), today: time.Now().UTC().Truncate(24 * time.Hour), sorts: sorts(), total: items} //nolint:gosec // repeatable, not secret
}

// at is when an item happened: the last of them at midnight, each of the others a little before the next.
func (f *forecast) at(n int) time.Time {
	return f.today.Add(-time.Duration(f.total-n) * 20 * time.Millisecond)
}

// next is the number of the item that comes next: one that was there, one that was held back, or a new one.
func (f *forecast) next() int {
	f.items++
	switch roll := f.dice.IntN(100); {
	case roll < 30 && len(f.sent) > len(f.held):
		n := f.dice.IntN(len(f.sent))
		if f.sent[n] > 0 && f.sent[n] < 200 {
			f.duplicates++
			return n
		}
	case roll < 40 && len(f.held) > 20:
		i := f.dice.IntN(len(f.held))
		n := f.held[i]
		f.held = slices.Delete(f.held, i, i+1)
		return n
	}
	n := f.fresh()
	for f.dice.IntN(100) < 10 && len(f.held) < 5000 { // it waits somewhere, and a later one comes first
		f.held = append(f.held, n)
		f.reordered++
		n = f.fresh()
	}
	return n
}

func (f *forecast) fresh() int {
	sum := 0
	for _, s := range f.sorts {
		sum += s.weight
	}
	roll, which := f.dice.IntN(sum), 0
	for roll >= f.sorts[which].weight {
		roll -= f.sorts[which].weight
		which++
	}
	f.sortOf, f.sent = append(f.sortOf, uint8(which)), append(f.sent, 0) //nolint:gosec // there are few
	if f.sorts[which].broken {
		f.malformed++
	}
	if f.sorts[which].unknown {
		f.unknown++
	}
	return len(f.sent) - 1
}

func (f *forecast) of(n int) sort { return f.sorts[f.sortOf[n]] }

// delivery is one request.
type delivery struct {
	body   []byte
	forged bool // signed with another secret
}

// deliveries are the requests that bring the next items: one with all that go together, and one for each that does not.
func (f *forecast) deliveries() (list []delivery) {
	size := 1 + f.dice.IntN(20)
	if f.dice.IntN(20) == 0 {
		size = 1 + f.dice.IntN(1000)
	}
	var b batch
	take := func(n int) {
		s, at := f.of(n), f.at(n)
		text := s.write(n, at)
		f.sent[n]++
		switch {
		case s.list == "":
			list = append(list, delivery{[]byte(text), s.fate == turnedOut})
		case s.timeless:
			b.add(pageOf(n), at, s.list, text)
		default:
			b.add(pageOf(n), f.today, s.list, text)
		}
	}
	for range size {
		switch {
		case f.items < f.total:
			take(f.next())
		case len(f.held) > 0:
			take(f.held[0])
			f.held = f.held[1:]
		}
	}
	if b.items > 0 {
		list = append(list, delivery{body: b.body()})
	}
	f.largest, f.requests = max(f.largest, b.items), f.requests+len(list)
	return list
}

// batch is a body in the making.
type batch struct {
	entries []*batchEntry
	items   int
}

type batchEntry struct {
	page  string
	at    time.Time
	lists map[string][]string
}

func (b *batch) add(page string, at time.Time, list, text string) {
	b.items++
	i := slices.IndexFunc(b.entries, func(e *batchEntry) bool { return e.page == page && e.at.Equal(at) })
	if i < 0 {
		i, b.entries = len(b.entries), append(b.entries, &batchEntry{page, at, map[string][]string{}})
	}
	b.entries[i].lists[list] = append(b.entries[i].lists[list], text)
}

func (b *batch) body() []byte {
	var out bytes.Buffer
	out.WriteString(`{"object":"page","entry":[`)
	for i, e := range b.entries {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, `{"id":"%s","time":%d`, e.page, e.at.UnixMilli())
		for _, list := range []string{"messaging", "changes"} {
			if e.lists[list] != nil {
				fmt.Fprintf(&out, `,"%s":[%s]`, list, strings.Join(e.lists[list], ","))
			}
		}
		out.WriteByte('}')
	}
	out.WriteString("]}")
	return out.Bytes()
}

// rain delivers everything, as the platform does: what is not answered with 200 comes again.
func (s *storm) rain(ctx context.Context) error {
	queue, failed := make(chan delivery), make(chan error, s.senders)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: s.senders}, Timeout: time.Minute}
	var senders sync.WaitGroup
	for range s.senders {
		senders.Go(func() {
			for d := range queue {
				if err := s.deliver(ctx, client, d); err != nil {
					failed <- err
					stop()
					return
				}
			}
		})
	}
	shown := time.Now()
	for f := s.plan; ctx.Err() == nil; {
		list := f.deliveries()
		if len(list) == 0 {
			break
		}
		for _, d := range list {
			if d.forged {
				f.refused++
			}
			select {
			case queue <- d:
			case <-ctx.Done():
			}
		}
		if time.Since(shown) > 10*time.Second {
			shown = time.Now()
			fmt.Printf("%d of %d items, %d requests, %d MB\n", f.items, f.total, f.requests, s.inUse())
		}
	}
	close(queue)
	senders.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

func (s *storm) inUse() (mb int) {
	for _, c := range s.children {
		mb += resident(c.proc.Process.Pid)
	}
	return mb
}

const stormTries = 100

func (s *storm) deliver(ctx context.Context, client *http.Client, d delivery) error {
	key := appSecret
	want := http.StatusOK
	if d.forged {
		key, want = "a secret of somebody else", http.StatusUnauthorized
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(d.body)
	signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	last := ""
	for range stormTries {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address()+"/webhooks/meta", bytes.NewReader(d.body))
		if err != nil {
			return err
		}
		r.Header.Set("X-Hub-Signature-256", signature)
		res, err := client.Do(r)
		if err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
			switch {
			case res.StatusCode == want:
				return nil
			case res.StatusCode < 500 && res.StatusCode != http.StatusTooManyRequests:
				return broken("%s was answered with %d", d.body[:min(len(d.body), 200)], res.StatusCode)
			}
			last = res.Status
		} else {
			last = err.Error()
		}
		s.plan.repeated.Add(1)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return broken("a request was not taken %d times, at last: %s", stormTries, last)
}
