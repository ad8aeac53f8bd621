package inbound

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/channel"
	"kontor/domain/errs"
)

// letter is an event in a channel that admins switch about, with what is true of it, which stages find out one after the other.
type letter struct {
	ch      channel.Channel
	in      channel.Inbound
	truth   facts
	state   State
	effects int
}

func actions() []channel.Action {
	return []channel.Action{
		channel.Ignore, channel.Message, channel.Echo, channel.Edit, channel.Unsend, channel.React, channel.Refer, channel.Delivered,
		channel.Read, channel.Submit, channel.Hidden, channel.Shown,
	}
}

func draw(r *rapid.T) *letter {
	yes := func(of string) bool { return rapid.Bool().Draw(r, of) }
	l := &letter{state: Received}
	l.in.Action = rapid.SampledFrom(actions()).Draw(r, "action")
	if l.in.Action == channel.Ignore {
		l.in.Reason = "empty"
	}
	if yes("under a post") {
		l.in.Place = &channel.Place{}
	}
	if l.in.Action == channel.Echo {
		l.truth.ours, l.truth.homeless = yes("ours"), yes("homeless")
		if yes("with a token") {
			l.in.Token = "token"
		}
	}
	if l.in.Action == channel.Message || l.in.Action == channel.Echo {
		l.truth.told = yes("told")
	}
	l.truth.stranger = l.in.Place == nil && (l.in.Action == channel.Delivered || l.in.Action == channel.Read) && yes("stranger")
	if rapid.IntRange(0, 9).Draw(r, "broken") == 0 {
		l.truth.broken = errs.New(errs.Invalid, "item.unreadable")
	}
	l.ch.State, l.ch.Settings.Comments = channel.Off, yes("comments")
	if yes("on") {
		l.ch.State = channel.On
	}
	return l
}

// stages are the facts as a batch finds them out.
func (l *letter) stages() []facts {
	t := l.truth
	all := []facts{{gone: t.gone}}
	next := func(f func(*facts)) {
		last := all[len(all)-1]
		f(&last)
		all = append(all, last)
	}
	next(func(f *facts) { f.read, f.broken = true, t.broken })
	next(func(f *facts) { f.asked, f.ours = l.in.Action == channel.Echo, t.ours })
	next(func(f *facts) { f.told = t.told })
	next(func(f *facts) { f.stranger = t.stranger })
	next(func(f *facts) { f.homeless = t.homeless })
	return all
}

// look is one look at the event: it has a fate, or its effect.
func (l *letter) look() fate {
	for _, f := range l.stages() {
		if x := f.fate(l.ch, l.in); x != (fate{}) {
			l.state = x.state
			return x
		}
	}
	l.effects++
	l.truth.told = l.truth.told || l.in.Action == channel.Message || l.in.Action == channel.Echo
	l.state = Processed
	return fate{}
}

// Whatever happens to a channel and an event, an event has its effect only where it may, messages have it once, and none is left
// behind: once the channel is on and what was broken is mended, it comes to its end.
func TestEveryEventHasOneFate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		l := draw(r)
		look := func() {
			was, before := l.state, l.effects
			if was != Received {
				return
			}
			x := l.look()
			require.Contains(r, Steps()[Received], l.state)
			if x.state == Held {
				require.False(r, l.ch.Takes(), "what is on holds nothing")
			}
			if l.in.Action == channel.Unsend && !l.truth.gone && l.truth.broken == nil {
				require.NotEqual(r, Held, l.state, "what was taken back goes at once")
				require.NotEqual(r, fate{Ignored, commentsOff}, x)
			}
			if l.effects == before {
				return
			}
			require.False(r, l.truth.gone || l.truth.broken != nil || l.truth.ours || l.truth.stranger || l.truth.homeless)
			require.NotEqual(r, channel.Ignore, l.in.Action)
			if l.in.Action == channel.Message {
				require.Equal(r, 1, l.effects)
			}
			if !l.ch.Takes() {
				require.Contains(r, []channel.Action{channel.Unsend, channel.Delivered, channel.Read}, l.in.Action)
			}
		}
		moves := map[string]func(*rapid.T){
			"look": func(*rapid.T) { look() },
			"on":   func(*rapid.T) { l.ch.State = channel.On },
			"off":  func(*rapid.T) { l.ch.State = channel.Off },
			"mend": func(*rapid.T) { l.truth.broken = nil },
			"import": func(*rapid.T) {
				if l.state == Held && l.ch.Takes() {
					l.state = Received
				}
			},
			"replay": func(*rapid.T) {
				if slices.Contains(Steps()[l.state], Received) && l.state != Held {
					l.state = Received
				}
			},
			"remove": func(r *rapid.T) { l.truth.gone = rapid.IntRange(0, 4).Draw(r, "removed") == 0 },
		}
		r.Repeat(moves)
		l.ch.State, l.truth.broken = channel.On, nil
		if l.state == Held || l.state == Failed {
			l.state = Received
		}
		look()
		require.Contains(r, []State{Processed, Ignored}, l.state)
	})
}

// A fate does not depend on how much more is found out afterwards.
func TestAFateStays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		l := draw(r)
		l.truth.gone = rapid.Bool().Draw(r, "gone")
		if rapid.Bool().Draw(r, "paused") {
			at := time.Now()
			l.ch.PausedUntil = &at
		}
		var first fate
		for _, f := range l.stages() {
			x := f.fate(l.ch, l.in)
			if first != (fate{}) {
				require.Equal(r, first, x)
			}
			first = x
		}
	})
}
