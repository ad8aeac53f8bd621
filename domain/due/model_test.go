package due_test

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/domaintest"
	"kontor/domain/due"
)

func TestMain(m *testing.M) { domaintest.Few(m, 25) }

// piece is what a model of the index knows of a piece of work.
type piece struct {
	at, lease time.Time
	holder    int // who claimed it last
	version   int64
}

// holder is whoever claimed a piece.
type holder struct {
	due.Work
	number int
}

// index is a model of the index, and whoever has ever claimed something in the real one, dead or alive.
type index struct {
	*office
	queue   string
	work    map[string]piece
	holders []holder
}

func (x *index) put(t *rapid.T) {
	key := strconv.Itoa(rapid.IntRange(0, 3).Draw(t, "key"))
	at := x.clock.Now().Add(time.Duration(rapid.IntRange(-5, 15).Draw(t, "in")) * time.Second)
	require.NoError(t, x.Put(x.t.Context(), due.Work{AccountID: x.account, Queue: x.queue, Key: key, DueAt: at}))
	p, there := x.work[key]
	switch {
	case !there:
		p = piece{at: at, lease: x.clock.Now()}
	case at.Before(p.at):
		p.at, p.version = at, p.version+1
	default:
		p.version++
	}
	x.work[key] = p
}

func (x *index) claim(t *rapid.T) {
	now, limit := x.clock.Now(), rapid.IntRange(1, 4).Draw(t, "limit")
	got, err := x.Claim(x.t.Context(), x.queue, limit, due.Filter{})
	require.NoError(t, err)
	free := map[string]piece{}
	for key, p := range x.work {
		if !p.at.After(now) && !p.lease.After(now) {
			free[key] = p
		}
	}
	require.Len(t, got, min(limit, len(free)))
	for _, w := range got {
		p, ok := free[w.Key]
		require.True(t, ok, "%s is not due, or somebody has it", w.Key)
		delete(free, w.Key)
		require.Equal(t, p.version, w.Version)
		x.holders = append(x.holders, holder{w, len(x.holders) + 1})
		p.holder, p.lease = len(x.holders), now.Add(due.Lease)
		x.work[w.Key] = p
	}
	for key, p := range free {
		for _, w := range got {
			require.False(t, p.at.Before(x.dueAt(w)), "%s waits longer", key)
		}
	}
}

func (x *index) dueAt(w due.Work) time.Time { return x.work[w.Key].at }

// holder has one of those who claimed something do what he does with it, however long ago that was.
func (x *index) holder(t *rapid.T) {
	if len(x.holders) == 0 {
		return
	}
	h, now := x.holders[rapid.IntRange(0, len(x.holders)-1).Draw(t, "who")], x.clock.Now()
	w := h.Work
	p, there := x.work[w.Key]
	mine := there && p.holder == h.number
	var err error
	switch does := rapid.SampledFrom([]string{"renew", "hold", "done", "later"}).Draw(t, "does"); does {
	case "renew", "hold":
		f := x.Renew
		if does == "hold" {
			f = x.Hold
		}
		err = f(x.t.Context(), w)
		p.lease = now.Add(due.Lease)
	case "done":
		err = x.Done(x.t.Context(), w)
		if p.version == w.Version && mine {
			delete(x.work, w.Key)
			require.NoError(t, err)
			return
		}
		p.at, p.lease = now, now // it was put again meanwhile
	case "later":
		at := now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "at")) * time.Second)
		err = x.Later(x.t.Context(), w, at, false)
		if p.version == w.Version {
			p.at = at
		}
		p.lease = now
	}
	require.Equal(t, !mine, errors.Is(err, due.ErrLost), "%v", err)
	if mine {
		x.work[w.Key] = p
	}
}

// end has everything done by somebody who lives: nothing that was put is forgotten.
func (x *index) end(t *rapid.T) {
	x.clock.Add(time.Hour)
	got, err := x.Claim(x.t.Context(), x.queue, 10, due.Filter{})
	require.NoError(t, err)
	var keys []string
	for _, w := range got {
		keys = append(keys, w.Key)
		require.NoError(t, x.Done(x.t.Context(), w))
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(x.work)), keys)
}

// TestTheIndexWhateverHappens compares the index with a model of it, while workers stall, die and come late.
func TestTheIndexWhateverHappens(t *testing.T) {
	t.Parallel()
	o, n := open(t), 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		x := &index{office: o, queue: strconv.Itoa(n), work: map[string]piece{}}
		t.Repeat(map[string]func(*rapid.T){
			"put": x.put, "claim": x.claim, "holder": x.holder, "holder 2": x.holder,
			"time": func(t *rapid.T) {
				x.clock.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "seconds")) * time.Second)
			},
		})
		x.end(t)
	})
}
