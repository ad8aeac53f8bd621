package dossier

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Person is everything that is stored of one.
type Person struct {
	Contacts   []contact.Contact
	Identities []contact.Identity
	Tasks      []PersonTask
	Comments   []PersonComment
	Files      []PersonFile
	Leads      []PersonLead
	Events     []PersonEvent
	Notes      []PersonNote
}

// PersonTask is a task about the person.
type PersonTask struct {
	ID          ids.ID         `json:"id"`
	Number      int64          `json:"number"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Status      string         `json:"status"`
	Fields      map[string]any `gorm:"serializer:json" json:"fields"`
	CreatedAt   time.Time      `json:"created_at"`
}

// PersonComment is what the person wrote, or what was written on a task about them.
type PersonComment struct {
	ID             ids.ID    `json:"id"`
	TaskID         ids.ID    `json:"task_id"`
	ConversationID *ids.ID   `json:"-"`
	Visibility     string    `json:"visibility"`
	AuthorKind     string    `json:"author_kind"`
	AuthorID       *ids.ID   `json:"-"`
	AuthorName     string    `json:"author"`
	Text           string    `json:"text"`
	EventID        *ids.ID   `json:"-"`
	OccurredAt     time.Time `json:"occurred_at"`
}

// PersonFile is a file of such a comment.
type PersonFile struct {
	ID        ids.ID `json:"id"`
	CommentID ids.ID `json:"comment_id"`
	Name      string `json:"name"`
	MIME      string `gorm:"column:mime" json:"type"`
	Size      int64  `json:"size"`
	SHA256    string `gorm:"column:sha256" json:"sha256"`
}

// PersonLead is a form the person submitted.
type PersonLead struct {
	ID          ids.ID          `json:"id"`
	EventID     *ids.ID         `json:"-"`
	Lead        json.RawMessage `gorm:"serializer:json" json:"lead"`
	SubmittedAt time.Time       `json:"submitted_at"`
}

// PersonEvent is what a platform told of the person.
type PersonEvent struct {
	ID         ids.ID    `json:"id"`
	Type       string    `json:"type"`
	CommentID  *ids.ID   `json:"-"`
	ReceivedAt time.Time `json:"received_at"`
}

// PersonNote is what staff wrote down about the person.
type PersonNote struct {
	ID         ids.ID    `json:"id"`
	AuthorName string    `json:"author"`
	Text       string    `json:"text"`
	CreatedAt  time.Time `json:"created_at"`
}

func (p Person) commentIDs(size int) (parts [][]ids.ID) {
	for part := range slices.Chunk(p.Comments, size) {
		list := make([]ids.ID, len(part))
		for i, c := range part {
			list[i] = c.ID
		}
		parts = append(parts, list)
	}
	return parts
}

// lockFamily reads a contact with those merged into it, directly or through others, and keeps others from changing them.
func (s store) lockFamily(ctx context.Context, a account.ID, id ids.ID) ([]contact.Contact, error) {
	family, err := s.family(ctx, a, id)
	if err != nil {
		return nil, err
	}
	locked, err := s.lockContacts(ctx, a, family...)
	var all []contact.Contact
	for _, id := range family {
		if c, ok := locked[id]; ok {
			all = append(all, c)
		}
	}
	return all, err
}

func (s store) family(ctx context.Context, a account.ID, id ids.ID) ([]ids.ID, error) {
	var rows []idRow
	err := s.db.Select(ctx, &rows, `WITH RECURSIVE f(id) AS (SELECT id FROM contacts WHERE account_id = ? AND id = ?
		UNION SELECT c.id FROM contacts AS c JOIN f ON c.merged_into = f.id WHERE c.account_id = ?) SELECT id FROM f`, a, id, a)
	return idsOf(rows), err
}

// everything finds all that is stored of contacts. Every statement follows an index from the contact, its tasks or its
// conversations, however much the account has of others.
func (s store) everything(ctx context.Context, a account.ID, contacts []contact.Contact) (p Person, err error) {
	p.Contacts = contacts
	whose := make([]ids.ID, len(contacts))
	for i, c := range contacts {
		whose[i] = c.ID
	}
	q := finder{s, ctx, a, &err}
	find(q, &p.Identities, "identities", "*", "contact_id IN ?", whose)
	find(q, &p.Tasks, "tasks", "id, number, title, description, status, fields, created_at", "contact_id IN ?", whose)
	find(q, &p.Leads, "leads", "id, event_id, lead, submitted_at", "contact_id IN ?", whose)
	find(q, &p.Events, "inbound_events", "id, type, comment_id, received_at", "contact_id IN ?", whose)
	find(q, &p.Notes, "contact_notes", "id, author_name, text, created_at", "contact_id IN ?", whose)
	var conversations []idRow
	find(q, &conversations, "conversations", "id", "contact_id IN ?", whose)
	s.comments(q, &p.Comments, "task_id", idList(p.Tasks, func(t PersonTask) ids.ID { return t.ID }), whose)
	s.comments(q, &p.Comments, "conversation_id", idsOf(conversations), whose)
	s.comments(q, &p.Comments, "author_kind = 'contact' AND id", commentsOf(p.Events), whose) // theirs wherever it stands, not what they reacted to
	s.comments(q, &p.Comments, elsewhere+" AND author_id", whose, whose)                      // also when its event is gone
	if err != nil {
		return p, err
	}
	seen := map[ids.ID]bool{}
	p.Comments = slices.DeleteFunc(p.Comments, func(c PersonComment) bool {
		twice := seen[c.ID]
		seen[c.ID] = true
		return twice
	})
	slices.SortFunc(p.Comments, func(x, y PersonComment) int { return bytes.Compare(x.ID[:], y.ID[:]) })
	for _, part := range p.commentIDs(maxAtOnce) {
		find(q, &p.Files, "attachments", "id, comment_id, name, mime, size, sha256", "comment_id IN ?", part)
	}
	return p, err
}

// elsewhere is what may be somebody's without standing in a conversation of theirs, in the words of the index that finds it.
const elsewhere = "author_kind = 'contact' AND (thread <> '' OR conversation_id IS NULL)"

// comments finds comments by some of their tasks, conversations or ids: what was written to the contacts, and of what others
// wrote nothing.
func (s store) comments(q finder, into *[]PersonComment, by string, list, whose []ids.ID) {
	for part := range slices.Chunk(list, maxAtOnce) {
		find(q, into, "comments", "id, task_id, conversation_id, visibility, author_kind, author_id, author_name, text, event_id, occurred_at",
			by+" IN ? AND (author_kind <> 'contact' OR author_id IS NULL OR author_id IN ?)", part, whose)
	}
}

func commentsOf(events []PersonEvent) (list []ids.ID) {
	for _, e := range events {
		if e.CommentID != nil {
			list = append(list, *e.CommentID)
		}
	}
	return list
}

// finder looks for rows of an account, until something goes wrong.
type finder struct {
	s   store
	ctx context.Context //nolint:containedctx // of one call
	a   account.ID
	err *error
}

// find appends rows of a table to a list, in no order: asked for one, SQLite reads the account's whole table in it.
func find[T any](q finder, into *[]T, table, columns, where string, args ...any) {
	if *q.err != nil {
		return
	}
	var rows []T
	*q.err = storage.Translate(q.s.db.Of(q.ctx, q.a).Table(table).Select(columns).Where(where, args...).Find(&rows).Error)
	*into = append(*into, rows...)
}

// blank takes what is personal out of all rows, and returns how many messages there were.
func (s store) blank(ctx context.Context, a account.ID, p Person, now time.Time) (messages int64, err error) {
	do := func(text string, args ...any) (n int64) {
		if err == nil {
			n, err = s.db.Exec(ctx, text, args...)
		}
		return n
	}
	rows := func(list []ids.ID) storage.Values {
		out := make([]rowChange, len(list))
		for i, id := range list {
			out[i] = rowChange{a, id}
		}
		return storage.Rows(out, "account_id", "id")
	}
	named := func(table, set string, list []ids.ID, args ...any) {
		do(`UPDATE `+table+` AS t SET `+set+` FROM ? WHERE t.account_id = v.account_id AND t.id = v.id`, append(args, rows(list))...)
	}
	contacts, identities := idList(p.Contacts, func(c contact.Contact) ids.ID { return c.ID }), idList(p.Identities, func(x contact.Identity) ids.ID { return x.ID })
	tasks, comments := idList(p.Tasks, func(t PersonTask) ids.ID { return t.ID }), idList(p.Comments, func(c PersonComment) ids.ID { return c.ID })
	leads, events := idList(p.Leads, func(l PersonLead) ids.ID { return l.ID }), idList(p.Events, func(e PersonEvent) ids.ID { return e.ID })
	for _, c := range p.Comments {
		if c.EventID != nil {
			events = append(events, *c.EventID)
		}
	}
	for _, l := range p.Leads {
		if l.EventID != nil {
			events = append(events, *l.EventID)
		}
	}
	named("contacts", `name = '', search_name = '', emails = '[]', phones = '[]', fields = '{}', filled = '{}', tags = '[]',
		group_name = '', company_id = NULL, avatar_id = NULL, erased_at = ?, updated_at = ?`, contacts, now, now)
	do(`DELETE FROM contact_keys WHERE (account_id, contact_id) IN (SELECT account_id, id FROM ?)`, rows(contacts))
	do(`DELETE FROM contact_tags WHERE (account_id, contact_id) IN (SELECT account_id, id FROM ?)`, rows(contacts))
	do(`UPDATE contact_merges SET before = '{}', after = '{}', moved = '{}', undone_at = ? WHERE
		(account_id, survivor_id) IN (SELECT account_id, id FROM ?)`, now, rows(contacts))
	do(`DELETE FROM contact_distinctions WHERE (account_id, first_id) IN (SELECT account_id, id FROM ?)`, rows(contacts))
	do(`DELETE FROM contact_distinctions WHERE (account_id, second_id) IN (SELECT account_id, id FROM ?)`, rows(contacts))
	do(`DELETE FROM contact_import_lines WHERE (account_id, contact_id) IN (SELECT account_id, id FROM ?)`, rows(contacts))
	do(`DELETE FROM contact_notes WHERE (account_id, contact_id) IN (SELECT account_id, id FROM ?)`, rows(contacts))
	named("identities", `external_id = 'erased:' || CAST(t.id AS TEXT), name = '', username = '', window_until = NULL, unreachable = 'contact.erased',
		updated_at = ?`, identities, now)
	do(`DELETE FROM learned_refusals WHERE (account_id, whose) IN (SELECT account_id, CAST(id AS TEXT) FROM ?)`, rows(identities))
	do(`UPDATE conversations SET key = 'erased:' || CAST(id AS TEXT), referral = NULL, updated_at = ?
		WHERE type = 'dm' AND (account_id, contact_id) IN (SELECT account_id, id FROM ?)`, now, rows(contacts))
	named("tasks", `title = '#' || CAST(t.number AS TEXT), description = '', fields = '{}', filled = '{}', snippet = '', updated_at = ?`, tasks, now)
	do(`UPDATE tasks SET snippet = '' WHERE (account_id, id, last_comment_at) IN
		(SELECT account_id, task_id, occurred_at FROM comments WHERE (account_id, id) IN (SELECT account_id, id FROM ?))`, rows(comments))
	do(`DELETE FROM task_drafts WHERE (account_id, task_id) IN (SELECT account_id, id FROM ?)`, rows(tasks))
	do(`UPDATE task_whys SET steps = '[]' WHERE (account_id, task_id) IN (SELECT account_id, id FROM ?)`, rows(tasks))
	named("comments", `text = '', author_name = CASE WHEN t.author_kind = 'contact' THEN '' ELSE t.author_name END, details = NULL, edits = NULL,
		reactions = NULL`, comments)
	do(`UPDATE messages SET state = 'cancelled', updated_at = ? WHERE state = 'queued' AND
		(account_id, comment_id) IN (SELECT account_id, id FROM ?)`, now, rows(comments))
	messages = do(`UPDATE messages SET text = '', template = NULL, decision = NULL WHERE (account_id, comment_id) IN (SELECT account_id, id FROM ?)`,
		rows(comments))
	named("leads", `lead = '{}', unmapped = NULL, filled = NULL, problem = NULL, updated_at = ?`, leads, now)
	named("inbound_events", `raw = NULL, envelope = '{}'`, events)
	return messages, err
}

func idList[T any](rows []T, id func(T) ids.ID) []ids.ID {
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = id(r)
	}
	return out
}
