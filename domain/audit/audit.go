// Package audit keeps who changed what: every change of configuration and rights, and every decision to send. Entries are
// written in the transaction of the change and never altered.
package audit

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Entry is one change.
type Entry struct {
	AccountID  ids.ID         `gorm:"primaryKey" json:"-"`
	ID         ids.ID         `gorm:"primaryKey" json:"id"`
	At         time.Time      `json:"at"`
	ActorKind  string         `json:"actor_kind"` // staff, bot, script, system
	ActorID    *ids.ID        `json:"actor_id"`
	ActorName  string         `json:"actor_name"`
	Action     string         `json:"action"` // as channel.connected
	ObjectType string         `json:"object_type"`
	ObjectID   string         `json:"object_id"`
	Details    map[string]any `gorm:"serializer:json" json:"details"`
	IP         string         `json:"ip"`
	RequestID  string         `json:"request_id"`
}

// TableName names the table.
func (Entry) TableName() string { return "audit_log" }

// Log is the audit log.
type Log struct {
	db    *storage.DB
	clock clock.Clock
}

// New returns the log.
func New(db *storage.DB, c clock.Clock) *Log { return &Log{db, c} }

// Record writes entries in the context's transaction. Ids and times are filled in.
func (l *Log) Record(ctx context.Context, entries ...Entry) error {
	for i := range entries {
		entries[i].ID, entries[i].At = ids.New(), l.clock.Now()
	}
	if _, err := storage.InsertMany(ctx, l.db, entries); err != nil {
		return fmt.Errorf("record in the audit log: %w", err)
	}
	return nil
}

// Filter narrows a list; empty fields do not.
type Filter struct {
	ActorID              *ids.ID
	Action               string
	ObjectType, ObjectID string
	From, To             time.Time // To is the first moment that no longer counts
}

// List returns an account's entries, newest first.
func (l *Log) List(ctx context.Context, account ids.ID, f Filter, p storage.Page) ([]Entry, string, error) {
	return l.list(ctx, account, f, p)
}

// Changed are an entry's details of a change: the new values by name, and what was before under Before. What is still the
// same is left out: nothing is in it when everything is.
func Changed(pairs map[string][2]any) map[string]any {
	details, before := map[string]any{}, map[string]any{}
	for name, pair := range pairs {
		if !same(pair[0], pair[1]) {
			before[name], details[name] = pair[0], pair[1]
		}
	}
	if len(details) > 0 {
		details[Before] = before
	}
	return details
}

// same compares values; lists with nothing in them are the same, whether they are there or not.
func same(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if x.IsValid() && y.IsValid() && x.Kind() == reflect.Slice && y.Kind() == reflect.Slice && x.Len()+y.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a, b)
}

// Before is the detail that holds what changed values were before.
const Before = "before"
