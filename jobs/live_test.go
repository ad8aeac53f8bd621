package jobs

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/domaintest"
	"kontor/domain/due"
	"kontor/domain/outbound"
	"kontor/domain/storage"
	"kontor/domain/task"
)

// office is a world in which time passes by itself and workers do what is due. It lives in a bubble, in which waiting for
// hours takes no time.
type office struct {
	*domaintest.World
	loops []*loop
	wg    sync.WaitGroup
	stop  context.CancelFunc
	deaf  bool // rings are lost
}

// Ring wakes the office's workers.
func (o *office) Ring(queue string) {
	for _, l := range o.loops {
		if l.Name == queue && !o.deaf {
			l.ring()
		}
	}
}

// bubble runs a test in an office in which Anna has written.
func bubble(t *testing.T, f func(t *testing.T, o *office, anna task.Task)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &office{}
		o.World = domaintest.Live(t, o)
		o.Hear(o.Says("anna", "hello"))
		f(t, o, o.OneTask())
		if o.stop != nil {
			o.stop()
		}
		o.wg.Wait()
	})
}

// delivering and waking are queues as the program has them.
func (o *office) delivering() Queue {
	return Pieces(outbound.Queue, 2, o.Outbound.Claim, o.Outbound.Deliver)
}

func (o *office) waking() Queue {
	return Pieces(task.SnoozeQueue, 1, func(ctx context.Context, n int) ([]due.Work, error) {
		return o.Due.Claim(ctx, task.SnoozeQueue, n, due.Filter{})
	}, o.Tasks.Wake)
}

// open has two workers work on a queue until the test ends, as two processes would.
func (o *office) open(q Queue) {
	var ctx context.Context
	ctx, o.stop = context.WithCancel(o.Ctx())
	for range 2 {
		o.loops = append(o.loops, newLoop(q, slog.New(slog.DiscardHandler)))
	}
	for _, l := range o.loops {
		o.wg.Go(func() { l.run(ctx, o.Ctx()) })
	}
	synctest.Wait()
}

// after lets time pass, and all that is due be done.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (o *office) state(c task.Comment) outbound.State { return o.Message(c).State }

func TestARingSavesTheWait(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, anna task.Task) {
		o.open(o.delivering())
		c := o.Answer(anna, "one")
		synctest.Wait()
		require.Equal(t, outbound.Sent, o.state(c))

		o.deaf = true
		d := o.Answer(anna, "two")
		synctest.Wait()
		require.Equal(t, outbound.Queued, o.state(d))
		after(Sweep)
		require.Equal(t, outbound.Sent, o.state(d), "a lost ring costs one look")
	})
}

func TestADeadWorkersLaneIsTakenOverWhenItsLeaseEnds(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, anna task.Task) {
		c := o.Answer(anna, "one")
		lanes, err := o.Outbound.Claim(o.Ctx(), 1)
		require.NoError(t, err)
		require.Len(t, lanes, 1) // and nothing is heard of it again
		o.open(o.delivering())
		after(due.Lease - time.Second)
		require.Zero(t, o.Fake.Calls())
		after(time.Second + Sweep)
		require.Equal(t, outbound.Sent, o.state(c))
		require.ErrorIs(t, o.Outbound.Deliver(o.Ctx(), lanes[0]), due.ErrLost)
		require.Equal(t, 1, o.Fake.Calls())
	})
}

func TestALongCallKeepsItsLane(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, anna task.Task) {
		o.Fake.Answer(func(channel.Outgoing) (bool, error) {
			time.Sleep(6 * due.Lease)
			return true, nil
		})
		c := o.Answer(anna, "one")
		o.open(o.delivering())
		after(5 * due.Lease)
		require.Equal(t, outbound.Sending, o.state(c))
		require.Equal(t, 1, o.Fake.Calls())
		after(2 * due.Lease)
		require.Equal(t, outbound.Sent, o.state(c))
		require.Equal(t, 1, o.Fake.Calls())
	})
}

func TestACallWhoseLeaseIsLostIsCutOff(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, anna task.Task) {
		o.Fake.Hang(true)
		o.Answer(anna, "one")
		lanes, err := o.Outbound.Claim(o.Ctx(), 1)
		require.NoError(t, err)
		ended := make(chan time.Time, 1)
		go func() {
			_ = o.Outbound.Deliver(o.Ctx(), lanes[0])
			ended <- time.Now()
		}()
		synctest.Wait()
		later := &clock.Shifted{}
		later.Shift(due.Lease + time.Second) // another process, whose clock is far ahead
		stolen, err := due.New(storage.NewEverywhere(o.DB), later, o).Claim(o.Ctx(), outbound.Queue, 1, due.Filter{})
		require.NoError(t, err)
		require.Len(t, stolen, 1)
		lost := time.Now()
		require.Equal(t, due.LeaseRenewal, (<-ended).Sub(lost), "it learns of it when it renews")
	})
}

func TestACallThatIsNotAnsweredIsFoundOutAbout(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, anna task.Task) {
		o.Fake.Hang(true)
		c, d := o.Answer(anna, "one"), o.Answer(anna, "two")
		o.open(o.delivering())
		after(9 * time.Second)
		require.Equal(t, outbound.Unconfirmed, o.state(c), "a call has eight seconds")
		o.Fake.Hang(false)
		after(22*time.Second + Sweep)
		require.NotNil(t, o.Message(c).CheckedAt, "the platform was asked")
		require.NotEqual(t, "delivery.needs_person", o.Message(c).Failure.Reason)
		after(100 * time.Second)
		require.Equal(t, "delivery.needs_person", o.Message(c).Failure.Reason)
		after(time.Minute)
		require.Equal(t, outbound.Unconfirmed, o.state(c))
		require.Equal(t, outbound.Queued, o.state(d), "the lane waits")
		_, err := o.Outbound.Settle(o.Ctx(), o.Owner, o.Message(c).ID, true)
		require.NoError(t, err)
		synctest.Wait()
		require.NotEqual(t, outbound.Queued, o.state(d))
	})
}

func TestPausesBetweenAttemptsGrow(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, anna task.Task) {
		var at []time.Time
		o.Fake.Answer(func(channel.Outgoing) (bool, error) {
			at = append(at, time.Now())
			return false, &channel.Failure{Class: channel.Temporary, Reason: "delivery.temporary", Tries: 6}
		})
		c := o.Answer(anna, "one")
		o.open(o.delivering())
		after(2 * time.Minute)
		require.Equal(t, outbound.Failed, o.state(c))
		require.Len(t, at, 6)
		for i := range at[1:] {
			pause, least := at[i+1].Sub(at[i]), 2*time.Second<<i
			require.GreaterOrEqual(t, pause, least)
			require.LessOrEqual(t, pause, least+Sweep)
		}
	})
}

func TestAnAnswerCanBeUndoneUntilItGoes(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, anna task.Task) {
		o.open(o.delivering())
		c, err := o.Tasks.AddComment(o.Ctx(), o.Owner, anna.ID, task.NewComment{
			Text: "oops", Visibility: task.Public, Undo: 5 * time.Second,
		})
		require.NoError(t, err)
		after(5*time.Second - 1)
		require.Equal(t, outbound.Queued, o.state(c))
		after(1 + Sweep)
		require.Equal(t, outbound.Sent, o.state(c))
	})
}

func TestASnoozedTaskComesBackInTime(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, anna task.Task) {
		o.open(o.waking())
		snooze := func(d time.Duration) {
			until, read := time.Now().Add(d), false
			_, err := o.Tasks.Update(o.Ctx(), o.Owner, anna.ID, task.Change{SnoozedUntil: &until, Unread: &read})
			require.NoError(t, err)
		}
		snoozed := func() bool { return o.OneTask().SnoozedUntil != nil }
		snooze(30 * time.Second)
		after(30*time.Second - 1)
		require.True(t, snoozed())
		after(1 + Sweep)
		require.False(t, snoozed())
		require.True(t, o.OneTask().Unread)

		snooze(20 * time.Second)
		snooze(time.Minute)
		after(50 * time.Second)
		require.True(t, snoozed(), "the later word counts")
		after(10*time.Second + Sweep)
		require.False(t, snoozed())

		snooze(time.Minute)
		snooze(20 * time.Second)
		after(20*time.Second + Sweep)
		require.False(t, snoozed(), "also when it is the sooner one")
		snooze(2 * time.Minute)
		after(90 * time.Second)
		require.True(t, snoozed(), "what is left of a former word wakes nobody")
	})
}

func TestAPeriodicJobRunsOnceATick(t *testing.T) {
	bubble(t, func(t *testing.T, o *office, _ task.Task) {
		var mu sync.Mutex
		runs := map[string]int{}
		job := func(name string, every time.Duration) Periodic {
			return Periodic{Name: name, Every: every, Do: func(context.Context) error {
				mu.Lock()
				defer mu.Unlock()
				runs[name]++
				return nil
			}}
		}
		ctx, cancel := context.WithCancel(o.Ctx())
		for range 3 { // processes
			q := Ticks(o.Due, clock.System{}, job("minute", time.Minute), job("hour", time.Hour))
			o.wg.Go(func() { newLoop(q, slog.New(slog.DiscardHandler)).run(ctx, o.Ctx()) })
		}
		after(3*time.Hour - time.Second)
		cancel()
		o.wg.Wait()
		require.Equal(t, map[string]int{"minute": 180, "hour": 3}, runs)
	})
}

// Whoever stops lets what has begun come to its end, but not for ever.
func TestAStopWaitsForWhatHasBegun(t *testing.T) {
	t.Parallel()
	for takes, want := range map[time.Duration]time.Duration{time.Minute: time.Minute, time.Hour: Grace} {
		t.Run(takes.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := 0
				q := Pieces("pieces", 1, func(context.Context, int) ([]due.Work, error) {
					begun++
					return make([]due.Work, 1), nil
				}, func(ctx context.Context, _ due.Work) error {
					select {
					case <-time.After(takes):
					case <-ctx.Done():
					}
					return ctx.Err()
				})
				w := &Worker{loops: []*loop{newLoop(q, slog.New(slog.DiscardHandler))}}
				ctx, stop := context.WithCancel(t.Context())
				started := time.Now()
				time.AfterFunc(0, stop)
				require.NoError(t, w.Run(ctx))
				require.Equal(t, want, time.Since(started))
				require.Equal(t, 1, begun, "nothing new begins")
			})
		})
	}
}
