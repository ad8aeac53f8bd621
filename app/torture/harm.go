package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"kontor/integrations/metasim"
)

const (
	kill = syscall.SIGKILL
	quit = syscall.SIGQUIT // PostgreSQL's immediate shutdown
)

// harms are what goes wrong. A process that is started again may also have a fault point at which it kills itself.
func (w *world) harms() []move {
	list := []move{
		{16, "kill", w.killOne},
		{4, "deploy", w.deploy},
		{6, "freeze", w.freeze},
		{26, "graph", w.graphFault},
		{3, "cut-graph", w.cutGraph},
	}
	if w.disk != "" {
		list = append(list, move{1, "fill-disk", w.fillDisk})
	}
	if w.postgres == nil {
		return list
	}
	return append(list,
		move{3, "terminate", w.terminate},
		move{1, "restart-database", w.restartDatabase},
		move{3, "cut-database", w.cutDatabase},
		move{3, "lose-commit", w.loseCommit},
		move{2, "slow-database", w.slowDatabase},
		move{4, "flush-redis", w.flushQueue},
		move{2, "restart-redis", w.restartQueue},
		move{2, "hold-redis", w.holdQueue},
	)
}

// grace is how long a process may try to come to its fault point.
const grace = 3 * time.Second

func (w *world) killOne(context.Context) error {
	c := pick(w, w.children)
	if c.dead() || c.stopped || c.fault != "" && time.Since(c.began) < grace {
		return nil
	}
	w.note("kill %s", c.name)
	c.fault = ""
	c.kill()
	return nil
}

// deploy asks a process to end, as a new version does; it finishes what it has begun.
func (w *world) deploy(context.Context) error {
	c := pick(w, w.children)
	if c.dead() || c.stopped || !c.ready.Load() {
		return nil
	}
	w.note("end %s", c.name)
	c.leaving = true
	c.signal(syscall.SIGTERM)
	w.figures.Deploys++
	return nil
}

// fillDisk leaves no room on the disk for moments.
func (w *world) fillDisk(context.Context) error {
	if w.full {
		return nil
	}
	w.note("disk: full")
	w.full = true
	w.figures.Disks++
	ballast := filepath.Join(w.disk, "ballast")
	f, err := os.OpenFile(ballast, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for block := make([]byte, 1<<20); err == nil; {
		_, err = f.Write(block)
	}
	_ = f.Close()
	if !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	w.later(time.Duration(300+w.dice.IntN(1500))*time.Millisecond, func() {
		w.note("disk: room again")
		w.full = false
		_ = os.Remove(ballast)
		if w.postgres != nil && w.postgres.DB.Ping() != nil { // it ends when it cannot write its log
			_ = w.postgres.Restart(quit)
		}
	})
	return nil
}

// freeze stops a process for longer than a lease, and lets it go on as if nothing had happened.
func (w *world) freeze(context.Context) error {
	c := pick(w, w.children)
	if c.dead() || c.stopped {
		return nil
	}
	pause := time.Duration(500+w.dice.IntN(4000)) * time.Millisecond
	w.note("stop %s for %s", c.name, pause)
	proc := c.proc.Process
	c.signal(syscall.SIGSTOP)
	w.figures.Stops++
	w.later(pause, func() {
		_ = proc.Signal(syscall.SIGCONT)
		c.stopped = false
	})
	return nil
}

// later does something in the loop's own time.
func (w *world) later(after time.Duration, do func()) {
	w.plans = append(w.plans, plan{time.Now().Add(after), do})
}

type plan struct {
	at time.Time
	do func()
}

// due does what was planned for now; with all it does everything.
func (w *world) due(all bool) {
	left := w.plans[:0]
	for _, p := range w.plans {
		if all || time.Now().After(p.at) {
			p.do()
		} else {
			left = append(left, p)
		}
	}
	w.plans = left
}

// graphFault has the next calls misbehave; half of them take effect all the same.
func (w *world) graphFault(context.Context) error {
	f := metasim.Fault{
		Call: pick(w, []string{"send", "send", "send", "comment", "lead", "profile", "*"}),
		Answer: pick(w, []metasim.FaultAnswer{
			metasim.AnswerHang, metasim.AnswerHang, metasim.AnswerHang, metasim.AnswerHang,
			metasim.AnswerDrop, metasim.AnswerHTML, metasim.AnswerCut, metasim.AnswerEmpty, metasim.AnswerNoID,
		}),
		Accept: w.dice.IntN(4) > 0, Count: 1 + w.dice.IntN(6),
	}
	w.note("graph: %s %s accept=%v ×%d", f.Call, f.Answer, f.Accept, f.Count)
	w.figures.Calls++
	_, err := w.sim.AddFault(f)
	return err
}

func (w *world) cutGraph(context.Context) error {
	w.note("graph: cut")
	w.graph.cut()
	w.figures.Calls++
	return nil
}

func (w *world) terminate(ctx context.Context) error {
	if w.full {
		return nil // it may have ended itself
	}
	w.note("database: terminate sessions")
	w.figures.Databases++
	return terminate(ctx, w.postgres.DB)
}

func (w *world) restartDatabase(context.Context) error {
	if w.full {
		return nil // it could not begin
	}
	w.note("database: restart")
	w.figures.Databases++
	return w.postgres.Restart(quit)
}

func (w *world) cutDatabase(context.Context) error {
	w.note("database: cut")
	w.database.cut()
	w.figures.Databases++
	return nil
}

// loseCommit lets a transaction commit and loses the word of it.
func (w *world) loseCommit(context.Context) error {
	w.note("database: lose the answer to a commit")
	w.database.cutAfter("commit")
	w.figures.Databases++
	return nil
}

func (w *world) slowDatabase(context.Context) error {
	w.note("database: slow")
	w.figures.Databases++
	w.database.delay.Store(int64(time.Duration(5+w.dice.IntN(40)) * time.Millisecond))
	w.later(2*time.Second, func() { w.database.delay.Store(0) })
	return nil
}

func (w *world) flushQueue(ctx context.Context) error {
	w.note("redis: flush")
	w.figures.Queues++
	return w.redis.Client.FlushAll(ctx).Err()
}

func (w *world) restartQueue(context.Context) error {
	w.note("redis: restart")
	w.figures.Queues++
	return w.redis.Restart(kill)
}

func (w *world) holdQueue(context.Context) error {
	w.note("redis: black hole")
	w.figures.Queues++
	w.queue.held.Store(true)
	w.later(time.Duration(500+w.dice.IntN(4000))*time.Millisecond, func() { w.queue.held.Store(false) })
	return nil
}

// revive starts what is dead; some of it is to die again at a point.
func (w *world) revive(gently bool) error {
	for _, c := range w.children {
		if c.proc != nil && !c.dead() {
			continue
		}
		if c.proc != nil {
			switch {
			case c.killed():
				w.figures.Kills++
			case c.leaving && c.proc.ProcessState.Success():
			case c.ready.Load():
				return broken("%s ended by itself: %s", c.name, c.proc.ProcessState)
			default: // what it needs was away when it began
				w.note("%s could not begin: %s", c.name, c.proc.ProcessState)
			}
			if name, _, _ := strings.Cut(c.fault, ":"); c.killed() && name != "" {
				w.figures.Points[name]++
			}
		}
		fault := ""
		if !gently && w.dice.IntN(8) > 0 {
			fault = fmt.Sprintf("%s:%d", pick(w, c.points(w.points)), 1+w.dice.IntN(4))
		}
		w.note("start %s %s", c.name, fault)
		if err := c.start(fault); err != nil {
			return err
		}
	}
	return nil
}

// heal ends all harm, and begins anew with every process.
func (w *world) heal() error {
	w.note("heal")
	for _, c := range w.children {
		if !c.dead() { // also those that still carry a fault point
			c.fault = ""
			c.kill()
		}
	}
	if err := w.calm(); err != nil {
		return err
	}
	return w.revive(true)
}

// calm ends all harm.
func (w *world) calm() error {
	w.due(true)
	w.sim.RemoveFaults("")
	for _, p := range []*proxy{w.graph, w.database, w.queue, w.door} {
		if p != nil {
			p.heal()
		}
	}
	for _, t := range w.tenants {
		for _, page := range t.pages {
			if _, err := w.sim.ChangePage(page.ID, func(p *metasim.Page) { p.Echo = metasim.EchoAfter }); err != nil {
				return err
			}
		}
	}
	now := time.Now()
	w.well.Store(&now)
	return nil
}

// terminate ends every session but ours.
func terminate(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`)
	return err
}
