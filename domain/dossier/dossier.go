// Package dossier is about everything that belongs to one contact, wherever it is kept: merging two contacts and taking it
// back, giving a person all that is stored of them, and erasing it.
//
// Intake is safe meanwhile. Whoever processes what a person does holds the person's identities until the transaction ends
// (contact.Ensure), and merging, taking back and erasing change them: one waits for the other, and finds who it is then.
// A contact that was merged stays as a row that names the one it is part of.
//
// It writes tables of other packages, because one transaction has to move what is spread over them; which, and in which
// order, is in store.go. Start at Merge.
package dossier

import (
	"time"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/clock"
	"kontor/domain/contact"
	"kontor/domain/feed"
	"kontor/domain/idempotency"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Service works on everything of a contact.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB          *storage.DB
	Clock       clock.Clock
	Feed        *feed.Feed
	Audit       *audit.Log
	Keys        *idempotency.Keys
	Contacts    *contact.Service
	Attachments *attachment.Service
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// Merge is the record of a merger: enough to take it back exactly.
type Merge struct {
	AccountID  account.ID `gorm:"primaryKey"`
	ID         ids.ID     `gorm:"primaryKey"`
	SurvivorID ids.ID
	MergedID   ids.ID
	Before     Pair   `gorm:"serializer:json"`
	After      Pair   `gorm:"serializer:json"` // by which taking back knows what people changed since
	Moved      Moved  `gorm:"serializer:json"`
	MergedBy   string // the name of who did it
	MergedAt   time.Time
	UndoneAt   *time.Time
}

// TableName names the table.
func (Merge) TableName() string { return "contact_merges" }

// Pair are the two contacts of a merger at a time.
type Pair struct {
	Survivor contact.Contact
	Merged   contact.Contact
}

// Moved is what came from the merged contact to the one that remains.
type Moved struct {
	Keys          []contact.Key
	Identities    []ids.ID
	Conversations []ids.ID
	Tasks         []ids.ID
	Leads         []ids.ID
	Notes         []ids.ID
	Members       []ids.ID // contacts whose company it was
	Scopes        bool     // the scope of its active task moved too
}
