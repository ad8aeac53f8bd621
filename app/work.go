package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"kontor/domain/attachment"
	"kontor/domain/contact"
	"kontor/domain/due"
	"kontor/domain/inbound"
	"kontor/domain/lead"
	"kontor/domain/mail"
	"kontor/domain/outbound"
	"kontor/domain/post"
	"kontor/domain/retention"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/jobs"
)

// How many pieces of each kind of work a process does at once. Intake is bound by the database, delivery and fetching by
// waiting for others.
const (
	inboundWorkers = 2
	deliverWorkers = 256
	publicWorkers  = 64
	fetchWorkers   = 8
	// A batch of one costs nearly as much as one of a dozen: unless there are so many, the next ones gather for so long.
	worthwhile = 50
	gather     = 10 * time.Millisecond
	// readsPerChannel is how many reads of one channel go on at once in the whole installation.
	readsPerChannel = 2
)

// newWorker lists everything that happens later.
func (a *App) newWorker() *jobs.Worker {
	s := a.Services
	intake := inboundWorkers
	if a.DB.Engine() == storage.SQLite {
		intake = 1 // it has one writer
	}
	fetch := func(queue string, do func(context.Context, due.Work) error) jobs.Queue {
		claim := func(ctx context.Context, n int) ([]due.Work, error) { return s.Due.Claim(ctx, queue, n, due.Filter{}) }
		return jobs.Pieces(queue, fetchWorkers, claim, do)
	}
	inTurn := func(queue string, filter func() due.Filter, do func(context.Context, due.Work) error) jobs.Queue {
		claim := func(ctx context.Context, n int) ([]due.Work, error) {
			return s.Due.ClaimFair(ctx, queue, n, due.Fair{PerChannel: readsPerChannel, Filter: filter()})
		}
		return jobs.Pieces(queue, fetchWorkers, claim, do)
	}
	var rush jobs.Rush
	ask := func(queue string, do func(context.Context, due.Work) error) jobs.Queue { // the platform, what can wait
		return inTurn(queue, s.Channels.Readable, do).GivingWay(&rush)
	}
	return jobs.NewWorker(a.redis, a.bell, a.log,
		jobs.Batches(inbound.Queue, intake, jobs.Gathering(worthwhile, gather, &rush, s.Inbound.Process)),
		jobs.Pieces(outbound.Queue, deliverWorkers, s.Outbound.Claim, s.Outbound.Deliver),
		jobs.Pieces(outbound.PublicQueue, publicWorkers, s.Outbound.ClaimPublic, s.Outbound.Deliver),
		ask(contact.ProfileQueue, s.Contacts.FetchProfile),
		ask(task.HistoryQueue, s.Tasks.FetchHistory),
		ask(post.Queue, s.Posts.Fetch),
		fetch(attachment.Queue, s.Attachments.Fetch),
		fetch(attachment.DropQueue, s.Attachments.Drop),
		inTurn(lead.FetchQueue, func() due.Filter { return due.Filter{} }, s.Leads.Fetch), // the limit of leads is one of its own
		ask(lead.SyncQueue, s.Leads.Sync),
		ask(lead.BackfillQueue, s.Leads.RunBackfill),
		fetch(contact.ImportQueue, s.Contacts.RunImport),
		jobs.Batches(mail.Queue, 1, s.Mail.Process),
		fetch(inbound.WaitQueue, s.Inbound.Wake),
		fetch(inbound.ReplayQueue, s.Inbound.RunReplay),
		fetch(task.SnoozeQueue, s.Tasks.Wake),
		fetch(task.RemindQueue, s.Tasks.FireReminder),
		ask(inbound.CatchUpQueue, s.Inbound.CatchUp),
		fetch(retention.Queue, s.Retention.Run),
		jobs.Ticks(s.Due, a.options.Clock,
			jobs.Periodic{Name: "prune_feed", Every: 10 * time.Minute, Do: s.Feed.Prune},
			jobs.Periodic{Name: "prune_idempotency", Every: time.Hour, Do: s.Keys.Prune},
			jobs.Periodic{Name: "prune_sessions", Every: time.Hour, Do: s.Sessions.Prune},
			jobs.Periodic{Name: "prune_sign_ins", Every: time.Hour, Do: s.Staff.Prune},
			jobs.Periodic{Name: "prune_mails", Every: 24 * time.Hour, Do: s.Mail.Prune},
			jobs.Periodic{Name: "prune_connections", Every: time.Hour, Do: s.Connections.Prune},
			jobs.Periodic{Name: "prune_unrouted", Every: 24 * time.Hour, Do: s.Inbound.Prune},
			jobs.Periodic{Name: "prune_learned", Every: 24 * time.Hour, Do: s.Outbound.Prune},
			jobs.Periodic{Name: "prune_imports", Every: 24 * time.Hour, Do: s.Contacts.PruneImports},
			jobs.Periodic{Name: "prune_ticks", Every: 24 * time.Hour, Do: s.Due.PruneTicks},
			jobs.Periodic{Name: "months", Every: time.Hour, Do: s.Months},
			jobs.Periodic{Name: "retention", Every: time.Hour, Do: s.Retention.Schedule},
			jobs.Periodic{Name: "leads", Every: time.Hour, Do: s.Leads.Schedule},
			jobs.Periodic{Name: "resolve_stale", Every: 10 * time.Minute, Do: s.ResolveStale},
			jobs.Periodic{Name: "examine_channels", Every: 24 * time.Hour, Do: s.ExamineChannels},
			jobs.Periodic{Name: "listen_to_quiet", Every: 15 * time.Minute, Do: s.ListenToQuiet},
			jobs.Periodic{Name: "assignee_coverage", Every: 24 * time.Hour, Do: s.CheckCoverage},
		),
	)
}

// background runs what goes on beside HTTP.
func (a *App) background(ctx context.Context, group *errgroup.Group) {
	if a.API != nil {
		group.Go(func() error { a.hub.Run(ctx); return nil })
		group.Go(func() error { a.rooms.Run(ctx); return nil })
		group.Go(func() error { a.relay.Run(ctx, a.hub.Ring); return nil })
	} else {
		group.Go(func() error { a.relay.Run(ctx, nil); return nil })
	}
	if a.Config.ProfileListen != "" {
		group.Go(func() error { return a.profiles(ctx) })
	}
	if a.worker != nil {
		a.log.Info("working", "version", Version())
		group.Go(func() error { return a.worker.Run(ctx) })
	}
}

// figures are the measurements of what the product does.
type figures struct {
	events   *prometheus.CounterVec
	latency  prometheus.Histogram
	attempts *prometheus.CounterVec
	calls    prometheus.Histogram
}

func newFigures(r *prometheus.Registry) figures {
	seconds := prometheus.ExponentialBuckets(0.001, 2.5, 14)
	f := figures{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kontor_inbound_events_total", Help: "Inbound events by type and what became of them.",
		}, []string{"type", "state"}),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kontor_inbound_wait_seconds", Help: "From the storing of an event to its effect.", Buckets: seconds,
		}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kontor_delivery_attempts_total", Help: "Attempts to deliver a message, by kind and outcome.",
		}, []string{"kind", "outcome"}),
		calls: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kontor_delivery_call_seconds", Help: "How long the platform took to answer a message.", Buckets: seconds,
		}),
	}
	r.MustRegister(f.events, f.latency, f.attempts, f.calls)
	return f
}

func (f figures) event(kind, state string, waited time.Duration) {
	f.events.WithLabelValues(kind, state).Inc()
	f.latency.Observe(waited.Seconds())
}

func (f figures) attempt(kind, outcome string, took time.Duration) {
	f.attempts.WithLabelValues(kind, outcome).Inc()
	f.calls.Observe(took.Seconds())
}
