package inbound

import (
	"log/slog"
	"time"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/due"
	"kontor/domain/feed"
	"kontor/domain/lead"
	"kontor/domain/outbound"
	"kontor/domain/post"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/domain/template"
)

// Queue is the bell of intake.
const Queue = "inbound"

// Service takes events in and turns them into work.
type Service struct {
	Deps
	store    store
	arrivals *storage.Together[Batch, struct{}]
	holders  holders
}

// Deps is what the service works with.
type Deps struct {
	DB            *storage.DB
	Every         storage.Everywhere
	Clock         clock.Clock
	Log           *slog.Logger
	Bell          due.Bell
	Feed          *feed.Feed
	Audit         *audit.Log
	Accounts      *account.Service
	Staff         *staff.Service
	Access        *access.Service
	Templates     *template.Service
	Channels      *channel.Service
	Contacts      *contact.Service
	Posts         *post.Service
	Conversations *conversation.Service
	Tasks         *task.Service
	Outbound      *outbound.Service
	Leads         *lead.Service
	Due           *due.Index
	// Words are what is said to people in a language, by code and parameters.
	Words   func(language, code string, params map[string]any) string
	Observe func(kind, outcome string, took time.Duration) // one event, for the metrics
}

// New returns the service.
func New(d Deps) *Service {
	s := &Service{Deps: d, store: store{d.DB, d.Every}}
	s.arrivals = storage.NewTogether(s.acceptAll).Within(1, longest)
	return s
}
