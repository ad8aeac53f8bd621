package task

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// maxFew is how many tasks are few. Where many tasks fit a filter, a page is full soon when they are read in the list's order;
// where few do, nearly all tasks would be read. Few are found along an index of their own and put in order then, which costs
// the same however many others there are. Which of both it is, is counted, and not left to the database: SQLite keeps no
// figures, and PostgreSQL forgets those of a value in a statement that it has prepared.
const maxFew = 2000

// mostFew is how many of them are read: more than few, of which some may have come since they were counted.
const mostFew = 2 * maxFew

// aheadOfOrder is how many times fewer must be found along an index of their own, where they stand at the beginning of the list,
// for that to be cheaper than reading the list from there.
const aheadOfOrder = 10

// lyingApart is how many times dearer it is to read tasks that lie apart than those that follow each other in the list.
const lyingApart = 4

// part is one thing that a filter asks for, with the rows along whose index its tasks are found.
type part struct {
	rows  []counted
	tasks string // the condition on tasks, and the order in which an index has them
	args  []any
	rest  Filter // what else is asked for
	along bool   // the index has its tasks in the list's order
	end   end    // where they stand in the list, if they stand together
	own   bool   // the rows are the tasks themselves
	// alone is set where nothing is asked for but spans of time: the index of one has the other's time too, and no task is read to
	// put them in order.
	alone    bool
	expected bool // how many there are is not counted
}

// end is an end of a list.
type end int

// The ends. What stands at the beginning is soon read, even where there is little of it; what stands at the end never is.
const (
	beginning end = iota + 1
	ending
)

// counted are rows of a table, in the order of the index by which they are counted.
type counted struct {
	rows, order string
	args        []any
}

// among are tasks that have a condition of their own.
func among(rest Filter, condition, order string, args ...any) part {
	rows := []counted{{"tasks WHERE account_id = ? AND " + condition, order, args}}
	return part{own: true, rows: rows, tasks: condition + " ORDER BY " + order, args: args, rest: rest, along: order == inOrder && rest.byComment()}
}

// inOrder is the order of most lists, as indexes have it.
const inOrder = "last_comment_at, id"

func (f Filter) byComment() bool {
	return f.Order == "" || f.Order == NewestComment || f.Order == OldestComment
}

// parts takes a filter apart, without those along whose index the list can be read.
func parts(a account.ID, f Filter, now time.Time) []part {
	return slices.DeleteFunc(slices.Concat(ownParts(f), linkedParts(a, f, now)), func(p part) bool { return p.along })
}

// resolve says whose tasks a filter lets through.
func (s store) resolve(ctx context.Context, a account.ID, f Filter) (Filter, error) {
	if f.Assignee != nil {
		f.holders = append(f.holders, []ids.ID{*f.Assignee})
	}
	if f.OfStaff == nil {
		return f, nil
	}
	var teams []ids.ID
	err := s.db.Of(ctx, a).Table("team_members").Where("staff_id = ?", *f.OfStaff).Pluck("team_id", &teams).Error
	f.holders = append(f.holders, append([]ids.ID{*f.OfStaff}, teams...))
	return f, storage.Translate(err)
}

// ownParts are those that tasks have columns for. Where the filter makes more of one than its column, the rest keeps it.
func ownParts(f Filter) (all []part) {
	if f.Category == templates.CategoryNew || f.Category == templates.CategoryPending {
		all = append(all, among(f, "category = ?", inOrder, f.Category))
	}
	if f.ChannelID != nil {
		all = append(all, among(f, "channel_id = ?", inOrder, *f.ChannelID))
	}
	if f.ContactID != nil {
		all = append(all, among(f, "contact_id = ?", inOrder, *f.ContactID))
	}
	if f.ConversationID != nil {
		all = append(all, among(f, "conversation_id = ?", "started_at, id", *f.ConversationID))
	}
	if f.Topic != "" {
		all = append(all, among(f, "topic <> '' AND topic = ?", "id", f.Topic))
	}
	if f.Unread != nil && *f.Unread {
		all = append(all, among(f, "unread", inOrder))
	}
	if f.Snoozed != nil && *f.Snoozed {
		all = append(all, among(f, "snoozed_until IS NOT NULL", inOrder))
	}
	if f.Unassigned {
		all = append(all, among(f, "NOT assigned", "category, last_comment_at, id"))
	}
	if f.Created != (Span{}) {
		all = append(all, spanned(f, f.Created, "created_at", !f.byComment()))
	}
	if f.Commented != (Span{}) {
		all = append(all, spanned(f, f.Commented, "last_comment_at", f.byComment()))
	}
	return all
}

// linkedParts are those that other tables say of tasks.
func linkedParts(a account.ID, f Filter, now time.Time) (all []part) {
	if f.Tag != "" {
		rest := f
		rest.Tag = ""
		all = append(all, linked(rest, "task_tags", "tag", a, []string{f.Tag}))
	}
	for i, of := range f.holders {
		rest := f
		rest.holders = slices.Delete(slices.Clone(f.holders), i, i+1)
		all = append(all, linked(rest, "task_assignees", "assignee_id", a, of))
	}
	if f.Window == WindowOpen || f.Window == WindowEnding {
		all = append(all, windowed(f, a, now))
	}
	return all
}

// other is the span of the time that a list is not in the order of.
func (f *Filter) other() *Span {
	if f.byComment() {
		return &f.Created
	}
	return &f.Commented
}

func spanned(f Filter, x Span, column string, along bool) part {
	var conditions []string
	var args []any
	if !x.From.IsZero() {
		conditions, args = append(conditions, column+" >= ?"), append(args, x.From)
	}
	if !x.To.IsZero() {
		conditions, args = append(conditions, column+" < ?"), append(args, x.To)
	}
	p := among(f, strings.Join(conditions, " AND "), column+", id", args...)
	p.along = along
	f.Created, f.Commented, f.Order = Span{}, Span{}, ""
	p.alone = reflect.ValueOf(f).IsZero()
	return p
}

// linked are tasks that rows of another table name, by one of some values in a column.
func linked[T any](rest Filter, table, column string, a account.ID, values []T) part {
	p := part{
		tasks: fmt.Sprintf("id IN (SELECT task_id FROM %s WHERE account_id = ? AND %[2]s IN ? ORDER BY %[2]s, task_id LIMIT %[3]d)", table, column, mostFew),
		args:  []any{a, values}, rest: rest,
	}
	for _, v := range values {
		p.rows = append(p.rows, counted{table + " WHERE account_id = ? AND " + column + " = ?", column + ", task_id", []any{v}})
	}
	return p
}

// windowed are tasks of people whose windows are open. Those wrote lately, so that their tasks stand at one end of the list. Before
// those whose windows are ending stand all who wrote after them, though, which are more.
func windowed(rest Filter, a account.ID, now time.Time) part {
	condition, args, at := "window_until > ?", []any{now}, ending
	if rest.Window == WindowEnding {
		condition, args = condition+" AND window_until <= ?", append(args, now.Add(EndingSoon))
	} else if o, _ := rest.Order.by(); o.Desc {
		at = beginning
	}
	rest.Window = ""
	return part{
		rows: []counted{{"identities WHERE account_id = ? AND " + condition, "window_until, id", args}},
		tasks: `conversation_id IN (SELECT c.id FROM identities AS i CROSS JOIN conversations AS c WHERE i.account_id = ? AND i.` +
			strings.ReplaceAll(condition, "AND ", "AND i.") + ` AND c.account_id = i.account_id AND c.identity_id = i.id)`,
		args: append([]any{a}, args...), rest: rest, end: at,
	}
}

// fewest returns the part of which there are fewest tasks, if those are few.
func (s store) fewest(ctx context.Context, a account.ID, all []part) (best part, few bool, err error) {
	var texts []string
	var args []any
	for i, p := range all {
		for _, c := range p.rows {
			texts = append(texts, fmt.Sprintf("SELECT %d AS part, count(*) AS n FROM (SELECT 1 FROM %s ORDER BY %s LIMIT %d) AS x", i, c.rows, c.order, s.few))
			args = slices.Concat(args, []any{a}, c.args)
		}
	}
	if len(texts) == 0 {
		return best, false, nil
	}
	var rows []struct{ Part, N int }
	if err := s.db.Select(storage.Whole(ctx), &rows, strings.Join(texts, " UNION ALL "), args...); err != nil {
		return best, false, err
	}
	n := make([]int, len(all))
	for _, r := range rows {
		n[r.Part] += r.N
	}
	least := s.few
	for i, p := range all {
		if p.end == beginning {
			n[i] *= aheadOfOrder
		}
		if n[i] < least {
			best, few, least = p, true, n[i]
		}
	}
	if few {
		return best, true, nil
	}
	if at := slices.IndexFunc(all, func(p part) bool { return p.end == ending }); at >= 0 {
		return all[at], true, nil
	}
	return s.expected(ctx, a, all)
}

// expected returns the part of which the database expects so few tasks that putting all of them in order costs less than reading the
// list until a page is full. Where n of all tasks are spread evenly, that is after reading page × all ÷ n of them, which is more
// than n as long as n is less than the root of page × all; but those of the list lie beside each other, and those n apart. A span
// of time of which the list's first tasks have none is at its end, where nearly all others would be read: it is better put in
// order up to half of all. SQLite expects nothing.
func (s store) expected(ctx context.Context, a account.ID, all []part) (best part, few bool, err error) {
	if s.few == 0 || s.db.Engine() == storage.SQLite || !slices.ContainsFunc(all, func(p part) bool { return p.own }) {
		return best, false, nil
	}
	hides, ctx := storage.Hides(ctx), storage.Whole(ctx)
	of, err := s.db.Expect(ctx, "SELECT 1 FROM tasks WHERE account_id = ?", a)
	if err != nil {
		return best, false, err
	}
	least := math.MaxInt
	for _, p := range all {
		if !p.own {
			continue
		}
		n, err := s.db.Expect(ctx, "SELECT 1 FROM "+p.rows[0].rows, append([]any{a}, p.args...)...)
		if err != nil {
			return best, false, err
		}
		most := int(math.Sqrt(float64(storage.DefaultLimit)*float64(of))) / lyingApart
		if p.alone && !hides {
			most = of / 2
		}
		if n < min(most, least) {
			best, few, least = p, true, n
		}
	}
	best.expected = true
	return best, few, nil
}

// picked returns a query for the tasks that a filter lets through, and whether far more may be found for it than a page shows: to
// be put in order, or to be passed over.
func (s store) picked(ctx context.Context, a account.ID, f Filter, now time.Time) (q *gorm.DB, many bool, err error) {
	if f, err = s.resolve(ctx, a, f); err != nil {
		return nil, false, err
	}
	q = s.db.Of(ctx, a).Model(&Task{})
	p, few, err := s.fewest(ctx, a, parts(a, f, now))
	if err != nil {
		return nil, false, err
	}
	many = few || f.Assignee != nil || f.OfStaff != nil || f.Query != ""
	if few {
		most := mostFew
		if p.expected || p.end == ending {
			most = math.MaxInt64
		}
		// The limit also keeps both databases from reading the tasks in the list's order after all.
		text := fmt.Sprintf("(SELECT * FROM tasks WHERE account_id = ? AND %s LIMIT %d) AS tasks", p.tasks, most)
		q, f = q.Table(text, slices.Concat([]any{a}, p.args)...), p.rest
	}
	return s.search(f.apply(q, now), a, f.Query), many, nil
}
