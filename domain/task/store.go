package task

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

type store struct {
	db   *storage.DB
	few  int // maxFew
	dear int
}

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Task, error) {
	var t Task
	return t, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&t).Error, "task")
}

// existing returns which of the tasks there are.
func (s store) existing(ctx context.Context, a account.ID, tasks []ids.ID) (there []ids.ID, err error) {
	return there, storage.Translate(s.db.Of(ctx, a).Model(&Task{}).Where("id IN ?", tasks).Pluck("id", &there).Error)
}

// lock reads a task and keeps others from changing it until the transaction ends.
func (s store) lock(ctx context.Context, a account.ID, id ids.ID) (Task, error) {
	var t Task
	q := s.db.Of(ctx, a).Where("id = ?", id).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	return t, storage.Found(q.Take(&t).Error, "task")
}

// update writes columns of a task, and when it was changed: the task's own word for it, which the library's would replace.
func (s store) update(ctx context.Context, t Task, columns ...string) error {
	return storage.Translate(s.db.Of(ctx, t.AccountID).Model(&Task{}).Where("id = ?", t.ID).
		Select(append(columns, "updated_at")).UpdateColumns(&t).Error)
}

// activeRow is a task with the scope it is the active one of.
type activeRow struct {
	Task        `gorm:"embedded"`
	ActiveScope string
}

// activeOf returns the active tasks of scopes, locked: whoever resolves one meanwhile waits. Of a task that was resolved or
// merged while we waited for it, the second look says what there is instead; a claim without an active task is worth nothing.
func (s store) activeOf(ctx context.Context, keys []active) ([]activeRow, error) {
	var rows []activeRow
	for range 2 {
		claims, err := storage.SelectMany[active](ctx, s.db, keys, "account_id", "scope")
		if err != nil {
			return nil, err
		}
		of := make([]channel.Key, len(claims))
		for i, c := range claims {
			of[i] = channel.Key{AccountID: c.AccountID, ID: c.TaskID}
		}
		tasks, err := s.locked(ctx, of)
		if err != nil {
			return nil, err
		}
		keys = nil
		for _, c := range claims {
			if t := tasks[c.TaskID]; t.Active {
				rows = append(rows, activeRow{Task: t, ActiveScope: c.Scope})
			} else {
				keys = append(keys, c)
			}
		}
	}
	for _, c := range keys {
		if err := s.deactivate(ctx, Task{AccountID: c.AccountID, ID: c.TaskID}); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// locked returns tasks as they are, and keeps others from changing them until the context's transaction ends.
func (s store) locked(ctx context.Context, keys []channel.Key) (map[ids.ID]Task, error) {
	rows, err := storage.LockMany[Task](ctx, s.db, unique(keys), "account_id", "id")
	found := make(map[ids.ID]Task, len(rows))
	for _, t := range rows {
		found[t.ID] = t
	}
	return found, err
}

// lastOf returns the last task of each scope.
func (s store) lastOf(ctx context.Context, keys []Task) ([]Task, error) {
	var rows []Task
	err := s.db.Select(ctx, &rows, `SELECT t.* FROM tasks AS t
		JOIN ? ON t.account_id = v.account_id AND t.scope = v.scope
		WHERE NOT EXISTS (SELECT 1 FROM tasks AS n WHERE n.account_id = t.account_id AND n.scope = t.scope AND n.id > t.id)`,
		storage.Rows(keys, "account_id", "scope"))
	return rows, err
}

func (s store) insertAll(ctx context.Context, r related) error {
	_, err := storage.InsertMany(ctx, s.db, r.tasks)
	if err == nil {
		_, err = storage.InsertMany(ctx, s.db, r.assignees)
	}
	if err == nil {
		_, err = storage.InsertMany(ctx, s.db, r.participants)
	}
	if err == nil {
		_, err = storage.InsertMany(ctx, s.db, r.tags)
	}
	if err == nil {
		_, err = storage.InsertMany(ctx, s.db, r.whys)
	}
	return err
}

// activate makes the task the active one of its scope.
func (s store) activate(ctx context.Context, t Task) error {
	written, err := storage.InsertMany(ctx, s.db, []active{{t.AccountID, t.Scope, t.ID}})
	if err == nil && !written[0] {
		return errs.New(errs.Conflict, "task.other_active")
	}
	return err
}

// deactivate takes all scopes from a task that it is the active one of.
func (s store) deactivate(ctx context.Context, t Task) error {
	return storage.Translate(s.db.Of(ctx, t.AccountID).Where("task_id = ?", t.ID).Delete(&active{}).Error)
}

func (s store) setAssignees(ctx context.Context, t Task, list []Assignee) error {
	if err := s.db.Of(ctx, t.AccountID).Where("task_id = ?", t.ID).Delete(&Assignee{}).Error; err != nil {
		return storage.Translate(err)
	}
	if _, err := storage.InsertMany(ctx, s.db, list); err != nil {
		return err
	}
	return s.noteAssigned(ctx, t.AccountID, t.ID)
}

// noteAssigned brings a task's word of whether it has assignees in line with them.
func (s store) noteAssigned(ctx context.Context, a account.ID, id ids.ID) error {
	_, err := s.db.Exec(ctx, `UPDATE tasks SET assigned = EXISTS (SELECT 1 FROM task_assignees AS x
		WHERE x.account_id = tasks.account_id AND x.task_id = tasks.id) WHERE account_id = ? AND id = ?`, a, id)
	return err
}

func (s store) setParticipants(ctx context.Context, t Task, list []ids.ID) error {
	if err := s.db.Of(ctx, t.AccountID).Where("task_id = ?", t.ID).Delete(&Participant{}).Error; err != nil {
		return storage.Translate(err)
	}
	rows := make([]Participant, len(list))
	for i, id := range list {
		rows[i] = Participant{t.AccountID, t.ID, id}
	}
	_, err := storage.InsertMany(ctx, s.db, rows)
	return err
}

func (s store) setTags(ctx context.Context, t Task, list []string) error {
	if err := s.db.Of(ctx, t.AccountID).Where("task_id = ?", t.ID).Delete(&Tag{}).Error; err != nil {
		return storage.Translate(err)
	}
	rows := make([]Tag, len(list))
	for i, tag := range list {
		rows[i] = Tag{t.AccountID, t.ID, tag}
	}
	_, err := storage.InsertMany(ctx, s.db, rows)
	return err
}

func (s store) insertWhy(ctx context.Context, w Why) error {
	return storage.Translate(s.db.Of(ctx, w.AccountID).Create(&w).Error)
}

func (s store) whys(ctx context.Context, a account.ID, id ids.ID) ([]Why, error) {
	var rows []Why
	err := s.db.Of(ctx, a).Where("task_id = ?", id).Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) statusesInUse(ctx context.Context, a account.ID, set ids.ID) ([]string, error) {
	var keys []string
	err := s.db.Of(ctx, a).Model(&Task{}).Where("status_set_id = ?", set).Distinct().Pluck("status", &keys).Error
	return keys, storage.Translate(err)
}

// restate gives the tasks of a status its category and activity. A task that becomes active again while its scope has
// another active one stays inactive.
func (s store) restate(ctx context.Context, a account.ID, set ids.ID, status templates.Status) error {
	_, err := s.db.Exec(ctx, `UPDATE tasks SET category = ?, active = ?, resolved_at = coalesce(resolved_at, updated_at)
		WHERE account_id = ? AND status_set_id = ? AND status = ? AND (category <> ? OR active <> ?) AND merged_into IS NULL`,
		status.Category, status.Active, a, set, status.Key, status.Category, status.Active)
	if err != nil {
		return err
	}
	if status.Active {
		_, err = s.db.Exec(ctx, `INSERT INTO active_tasks (account_id, scope, task_id)
			SELECT account_id, scope, id FROM tasks
			WHERE account_id = ? AND status_set_id = ? AND status = ? AND scope <> '' AND merged_into IS NULL
			ON CONFLICT DO NOTHING`,
			a, set, status.Key)
		return err
	}
	_, err = s.db.Exec(ctx, `DELETE FROM active_tasks WHERE account_id = ? AND task_id IN
		(SELECT id FROM tasks WHERE account_id = ? AND status_set_id = ? AND status = ?)`, a, a, set, status.Key)
	return err
}

func (s store) openCounts(ctx context.Context, a account.ID) (map[ids.ID]int, error) {
	var rows []struct {
		AssigneeID ids.ID
		N          int
	}
	err := s.db.Select(storage.Whole(ctx), &rows, `SELECT x.assignee_id, count(*) AS n FROM task_assignees AS x
		JOIN tasks AS t ON t.account_id = x.account_id AND t.id = x.task_id
		WHERE x.account_id = ? AND x.type = 'staff' AND t.active GROUP BY x.assignee_id`, a)
	counts := make(map[ids.ID]int, len(rows))
	for _, r := range rows {
		counts[r.AssigneeID] = r.N
	}
	return counts, err
}

func (s store) openOn(ctx context.Context, a account.ID, channelID ids.ID) (map[ids.ID]int, error) {
	var rows []struct {
		AssigneeID ids.ID
		N          int
	}
	err := s.db.Select(ctx, &rows, `SELECT x.assignee_id, count(*) AS n FROM tasks AS t
		JOIN task_assignees AS x ON x.account_id = t.account_id AND x.task_id = t.id
		WHERE t.account_id = ? AND t.channel_id = ? AND t.category <> 'resolved' GROUP BY x.assignee_id`, a, channelID)
	counts := make(map[ids.ID]int, len(rows))
	for _, r := range rows {
		counts[r.AssigneeID] = r.N
	}
	return counts, err
}

// Filter narrows a list of tasks; empty fields do not.
type Filter struct {
	Category       templates.Category
	Status         string
	Assignee       *ids.ID // a staff member or a team
	OfStaff        *ids.ID // a staff member: their own and those of their teams
	Unassigned     bool
	ChannelID      *ids.ID
	ContactID      *ids.ID
	ConversationID *ids.ID
	Tag            string
	Topic          string
	Unread         *bool
	Snoozed        *bool  // nil: the queues of new and pending tasks are without them
	Query          string // words in the task, its comments or its contact, or its number
	Window         Window
	TemplateID     *ids.ID
	Created        Span // when it was made
	Commented      Span // when it was last written to
	Order          Order

	holders [][]ids.ID // of each, one must have it: what Assignee and OfStaff come to
}

// Span is a time from a moment up to another one, without the latter; a zero one is open.
type Span struct{ From, To time.Time }

func (x Span) apply(q *gorm.DB, column string) *gorm.DB {
	if !x.From.IsZero() {
		q = q.Where(column+" >= ?", x.From)
	}
	if !x.To.IsZero() {
		q = q.Where(column+" < ?", x.To)
	}
	return q
}

// Window is how the reply window of a task's person stands.
type Window string

// The windows.
const (
	WindowOpen   Window = "open"
	WindowEnding Window = "ending" // open, and not for long
	WindowClosed Window = "closed"
)

// EndingSoon is when an open window is ending.
const EndingSoon = 4 * time.Hour

// WindowAt returns how a window that ends at a time stands.
func WindowAt(until, now time.Time) Window {
	switch left := until.Sub(now); {
	case left <= 0:
		return WindowClosed
	case left <= EndingSoon:
		return WindowEnding
	}
	return WindowOpen
}

// Order is a list's order.
type Order string

// The orders; the first is what a list has by itself.
const (
	NewestComment Order = "-last_comment_at"
	OldestComment Order = "last_comment_at"
	NewestMade    Order = "-created_at"
	OldestMade    Order = "created_at"
)

// by returns the order as storage knows it, and the column's value of a task.
func (o Order) by() (storage.Order, func(Task) (any, ids.ID)) {
	column, desc := strings.CutPrefix(string(o), "-")
	if column == "" {
		column, desc = "last_comment_at", true
	}
	value := func(t Task) (any, ids.ID) { return t.LastCommentAt, t.ID }
	if column == "created_at" {
		value = func(t Task) (any, ids.ID) { return t.CreatedAt, t.ID }
	}
	return storage.Order{Column: column, Desc: desc, Time: true}, value
}

func (f Filter) apply(q *gorm.DB, now time.Time) *gorm.DB {
	for column, value := range map[string]string{"category": string(f.Category), "status": f.Status, "topic": f.Topic} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	for column, id := range map[string]*ids.ID{
		"channel_id": f.ChannelID, "contact_id": f.ContactID, "conversation_id": f.ConversationID,
		"template_id": f.TemplateID,
	} {
		if id != nil {
			q = q.Where(column+" = ?", *id)
		}
	}
	for _, of := range f.holders {
		q = held(q, of)
	}
	if f.Unassigned {
		// The column finds them along its index; the assignees themselves have the last word.
		q = q.Where(`NOT assigned AND NOT EXISTS (SELECT 1 FROM task_assignees x WHERE x.account_id = tasks.account_id
			AND x.task_id = tasks.id)`)
	}
	if f.Tag != "" {
		// Few are found along the tag's index. Without an offset PostgreSQL would find many there too, and put all of them in order.
		q = q.Where(`EXISTS (SELECT 1 FROM task_tags x WHERE x.account_id = tasks.account_id
			AND x.task_id = tasks.id AND x.tag = ? LIMIT 1 OFFSET 0)`, f.Tag)
	}
	switch { // not as values, which no index that is made of some rows only stands for
	case f.Unread != nil && *f.Unread:
		q = q.Where("unread")
	case f.Unread != nil:
		q = q.Where("NOT unread")
	}
	switch {
	case f.Snoozed != nil && *f.Snoozed:
		q = q.Where("snoozed_until IS NOT NULL")
	case f.Snoozed != nil, f.Category == templates.CategoryNew, f.Category == templates.CategoryPending:
		q = q.Where("snoozed_until IS NULL")
	}
	q = q.Where("merged_into IS NULL")
	return f.Window.apply(f.spans(q), now)
}

func (f Filter) spans(q *gorm.DB) *gorm.DB {
	return f.Commented.apply(f.Created.apply(q, "created_at"), "last_comment_at")
}

// held narrows a list to tasks that one of some people and teams has. The column tells, and stands in the indexes along which
// lists are read; where it does not know, the assignees are asked.
func held(q *gorm.DB, of []ids.ID) *gorm.DB {
	text, args := "(", make([]any, 0, len(of)+1)
	for _, id := range of {
		text, args = text+"assignee_ids LIKE ? OR ", append(args, "%"+id.String()+"%")
	}
	return q.Where(text+`assignee_ids = '*' AND EXISTS (SELECT 1 FROM task_assignees x WHERE x.account_id = tasks.account_id
		AND x.task_id = tasks.id AND x.assignee_id IN ?))`, append(args, of)...)
}

// numbered reads a search for a task's number.
func numbered(text string) (number int64, ok bool) {
	number, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(text), "#"), 10, 64)
	return number, err == nil && number < 1e9
}

// search narrows a list to tasks in which words are found: in their own text, in their comments, in who they are about.
func (s store) search(q *gorm.DB, a account.ID, text string) *gorm.DB {
	if text == "" {
		return q
	}
	if number, ok := numbered(text); ok {
		return q.Where(`tasks.id IN (SELECT id FROM tasks WHERE account_id = ? AND number = ?
			UNION SELECT merged_into FROM tasks WHERE account_id = ? AND number = ? AND merged_into IS NOT NULL)`, a, number, a, number)
	}
	words := storage.ParseSearch(text)
	if words.Empty() {
		return q.Where("1 = 0")
	}
	tasks, args := s.db.Matching("tasks", "id", a, words)
	comments, more := s.db.Matching("comments", "task_id", a, words)
	contacts, most := s.db.Matching("contacts", "id", a, words)
	args = slices.Concat(args, more, []any{a}, most)
	return q.Where(`tasks.id IN (`+tasks+` UNION `+comments+`
		UNION SELECT id FROM tasks WHERE account_id = ? AND contact_id IN (`+contacts+`))`, args...)
}

// openUntil is the end of the standard reply window of a task's person.
const openUntil = `SELECT i.window_until FROM conversations c
	JOIN identities i ON i.account_id = c.account_id AND i.id = c.identity_id
	WHERE c.account_id = tasks.account_id AND c.id = tasks.conversation_id`

func (w Window) apply(q *gorm.DB, now time.Time) *gorm.DB {
	switch w {
	case WindowOpen:
		return q.Where("("+openUntil+") > ?", now)
	case WindowEnding:
		return q.Where("("+openUntil+") > ? AND ("+openUntil+") <= ?", now, now.Add(EndingSoon))
	case WindowClosed:
		return q.Where("("+openUntil+") <= ?", now)
	}
	return q
}

func (s store) madeFor(ctx context.Context, a account.ID, contactID ids.ID) ([]Task, error) {
	var rows []Task
	err := s.db.Of(storage.Whole(ctx), a).Where("contact_id = ? AND active AND event_id IS NOT NULL", contactID).Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) madeUnder(ctx context.Context, a account.ID, post ids.ID) ([]Task, error) {
	var rows []Task
	err := s.db.Of(storage.Whole(ctx), a).Where("post_id = ? AND active AND event_id IS NOT NULL", post).Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}
