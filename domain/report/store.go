package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/storage"
)

// store reads tasks and what hangs on them. Nothing is written here, so that the packages whose tables these are need not
// know of reports.
type store struct{ db *storage.DB }

// quarter is the length of a slot in seconds: every zone's days and hours begin with one.
const quarter = 900

// slot is how often something happened in a quarter of an hour.
type slot struct {
	Slot int64 // quarters of an hour since 1970
	N    int
}

func (s slot) time() time.Time { return time.Unix(s.Slot*quarter, 0) }

// slots counts tasks by the quarter of an hour in which they were made, or resolved.
func (s store) slots(ctx context.Context, a account.ID, q Query, column string) ([]slot, error) {
	expression := fmt.Sprintf("CAST(floor(extract(epoch FROM t.%s) / %d) AS BIGINT)", column, quarter)
	if s.db.Engine() == storage.SQLite {
		expression = fmt.Sprintf("CAST(strftime('%%s', t.%s) AS INTEGER) / %d", column, quarter)
	}
	where, args := q.where(a, column)
	var rows []slot
	err := s.db.Select(ctx, &rows, "SELECT "+expression+" AS slot, count(*) AS n FROM tasks t WHERE "+where+" GROUP BY 1", args...)
	return rows, err
}

// measure is a duration that tasks have: the column with its seconds, the one that says when it ended the count, and whose
// work it was.
type measure struct{ seconds, at, staff string }

func firstAnswers(q Query) measure {
	return measure{q.seconds("first_answer"), "created_at", "t.first_answered_by"}
}

func resolutions(q Query) measure {
	return measure{q.seconds("resolution"), "resolved_at", "t.resolved_by"}
}

// seconds is the column of a duration by the clock that is asked for.
func (q Query) seconds(of string) string {
	if q.Working {
		return "t." + of + "_work_s"
	}
	return "t." + of + "_s"
}

// counted is how many tasks of a group there are in a bucket.
type counted struct {
	Key      string
	Category string
	Bucket   int // -1: without a duration
	N        int
	Seconds  int64
}

// spread counts tasks by how long something took.
func (s store) spread(ctx context.Context, a account.ID, q Query, by Dimension, m measure) ([]counted, error) {
	bucket := []string{"CASE WHEN " + m.seconds + " IS NULL THEN -1"}
	for i, l := range limits() {
		bucket = append(bucket, fmt.Sprintf("WHEN %s < %d THEN %d", m.seconds, l, i))
	}
	bucket = append(bucket, fmt.Sprintf("ELSE %d END", len(limits())))
	key, join := by.key(m.staff)
	where, args := q.where(a, m.at)
	var rows []counted
	err := s.db.Select(ctx, &rows, "SELECT "+key+" AS key, "+strings.Join(bucket, " ")+" AS bucket, count(*) AS n, coalesce(sum("+
		m.seconds+"), 0) AS seconds FROM tasks t"+join+" WHERE "+where+" GROUP BY 1, 2", args...)
	return rows, err
}

// open counts the tasks in the queues by their age. The queues are named, because an index finds what is in them and not what is
// not in another; that they are not resolved is what the index over open tasks says of itself.
func (s store) open(ctx context.Context, a account.ID, q Query, by Dimension, now time.Time) ([]counted, error) {
	bucket, args := []string{"CASE"}, []any{}
	for i, age := range Ages() {
		bucket = append(bucket, fmt.Sprintf("WHEN t.started_at > ? THEN %d", i))
		args = append(args, now.Add(-age))
	}
	bucket = append(bucket, fmt.Sprintf("ELSE %d END", len(Ages())))
	key, join := by.key("")
	where, more := q.of(a)
	var rows []counted
	err := s.db.Select(ctx, &rows, "SELECT "+key+" AS key, t.category AS category, "+strings.Join(bucket, " ")+
		" AS bucket, count(*) AS n FROM tasks t"+join+" WHERE "+where+" AND t.category <> 'resolved' AND t.category IN ('new', 'pending') GROUP BY 1, 2, 3",
		append(args, more...)...)
	return rows, err
}

// of narrows to the tasks that count.
func (q Query) of(a account.ID) (string, []any) {
	where, args := "t.account_id = ? AND t.merged_into IS NULL", []any{a}
	if q.Channels != nil {
		where += " AND t.channel_id IN (NULL" + strings.Repeat(", ?", len(q.Channels)) + ")"
		for _, id := range q.Channels {
			args = append(args, id)
		}
	}
	return where, args
}

// where narrows to what happened in the time. What was resolved and is open again was not resolved.
func (q Query) where(a account.ID, column string) (string, []any) {
	where, args := q.of(a)
	if column == "resolved_at" {
		where += " AND t.category = 'resolved'"
	}
	return where + " AND t." + column + " >= ? AND t." + column + " < ?", append(args, q.From.UTC(), q.To.UTC())
}

// key is what tells groups apart, and what has to be joined for it. staff is the column that says whose work it was; without
// one it is those who have the task.
func (d Dimension) key(staff string) (expression, join string) {
	assigned := func(kind string) (string, string) {
		return "coalesce(CAST(x.assignee_id AS TEXT), '')",
			" LEFT JOIN task_assignees x ON x.account_id = t.account_id AND x.task_id = t.id AND x.type = '" + kind + "'"
	}
	switch d {
	case ByChannel:
		return "coalesce(CAST(t.channel_id AS TEXT), '')", ""
	case ByTemplate:
		return "CAST(t.template_id AS TEXT)", ""
	case ByTopic:
		return "t.topic", ""
	case ByTag:
		return "coalesce(x.tag, '')", " LEFT JOIN task_tags x ON x.account_id = t.account_id AND x.task_id = t.id"
	case ByTeam:
		return assigned("team")
	case ByStaff:
		if staff == "" {
			return assigned("staff")
		}
		return "coalesce(CAST(" + staff + " AS TEXT), '')", ""
	}
	return "''", ""
}
