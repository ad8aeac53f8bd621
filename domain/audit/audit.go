// Package audit keeps who changed what: every change of configuration and rights, and every decision to send. Entries are
// written in the transaction of the change and never altered.
package audit

import (
	"context"
	"fmt"
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
	ObjectType, ObjectID string
}

// List returns an account's entries, newest first.
func (l *Log) List(ctx context.Context, account ids.ID, f Filter, p storage.Page) ([]Entry, string, error) {
	q := l.db.Of(ctx, account)
	if f.ObjectType != "" {
		q = q.Where("object_type = ?", f.ObjectType)
	}
	if f.ObjectID != "" {
		q = q.Where("object_id = ?", f.ObjectID)
	}
	q, err := storage.Keyset(q, storage.ByID(), p)
	if err != nil {
		return nil, "", err
	}
	var rows []Entry
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, storage.ByID(), p, func(e Entry) (any, ids.ID) { return "", e.ID })
	return rows, next, nil
}
