package storage

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kontor/domain/ids"
)

// hiding is the key of the channels whose tasks are not there for whoever asks.
type hiding struct{}

// Hide returns a context in which the tasks of some channels are not there, and nothing that belongs to them: whatever a
// store reads in it, the database leaves out. No channels give the context back as it was, and cost nothing.
//
// It sits here, beside the guard for accounts and for the same reason: a store that had to remember would forget. What is
// written is not narrowed: everything that is changed was read before.
func Hide(ctx context.Context, channels []ids.ID) context.Context {
	if len(channels) == 0 {
		return ctx
	}
	return context.WithValue(ctx, hiding{}, channels)
}

// Whole returns a context in which nothing is hidden, for what Kontor itself must know to do right by what somebody asks:
// which scopes have an active task, what a merge moves.
func Whole(ctx context.Context) context.Context {
	if hidden(ctx) == nil {
		return ctx
	}
	return context.WithValue(ctx, hiding{}, []ids.ID(nil))
}

// Hides tells whether something is hidden in a context.
func Hides(ctx context.Context) bool { return hidden(ctx) != nil }

func hidden(ctx context.Context) []ids.ID {
	channels, _ := ctx.Value(hiding{}).([]ids.ID)
	return channels
}

// ErrHiding is returned for written SQL that reads what is hidden without saying how.
var ErrHiding = errors.New("statement that forgets what is hidden")

// ofHidden is the condition that a row of a table belongs to a hidden task; empty for tables that hold nothing of tasks.
// The one question mark stands for the channels, and @ for the table.
func ofHidden(table string) string {
	switch table {
	case "tasks":
		return `(@.channel_id IS NOT NULL AND @.channel_id IN ?)`
	case "comments", "messages", "notifications", "task_reminders", "task_whys", "task_assignees", "task_participants",
		"task_tags":
		return `EXISTS (SELECT 1 FROM tasks AS hidden WHERE hidden.account_id = @.account_id AND hidden.id = @.task_id
			AND hidden.channel_id IN ?)`
	case "attachments":
		return `EXISTS (SELECT 1 FROM comments AS said JOIN tasks AS hidden ON hidden.account_id = said.account_id
			AND hidden.id = said.task_id WHERE said.account_id = @.account_id AND said.id = @.comment_id
			AND hidden.channel_id IN ?)`
	case "leads", "ad_clicks":
		return `@.channel_id IN ?`
	}
	return ""
}

// Shown returns a condition that a row of a table, by its alias in written SQL, does not belong to a hidden task, with its
// arguments. Where nothing is hidden it is always true.
func Shown(ctx context.Context, table, alias string) (condition string, args []any) {
	channels := hidden(ctx)
	of := ofHidden(table)
	if channels == nil || of == "" {
		return "TRUE", nil
	}
	marks := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(channels)), ", ") + ")"
	args = make([]any, len(channels))
	for i, id := range channels {
		args[i] = id
	}
	of = strings.Replace(of, "?", marks, 1)
	return "NOT " + strings.ReplaceAll(of, "@", alias) + aware, args
}

// aware marks written SQL that has thought of what is hidden.
const aware = ` /* shown */`

// hide makes gorm leave out what is hidden in the statement's context.
func hide(g *gorm.DB) error {
	cb := g.Callback()
	return errors.Join(
		cb.Query().Before("gorm:query").Register("kontor:hide", hideRows),
		cb.Row().Before("gorm:row").Register("kontor:hide", hideRows),
	)
}

func hideRows(g *gorm.DB) {
	channels := hidden(g.Statement.Context)
	if channels == nil {
		return
	}
	if of := ofHidden(g.Statement.Table); of != "" {
		g.Statement.AddClause(clause.Where{Exprs: []clause.Expression{clause.Expr{
			SQL: "NOT " + strings.ReplaceAll(of, "@", g.Statement.Table), Vars: []any{channels},
		}}})
	}
}

// checkHiding is the net for written SQL: where something is hidden, a text that reads a table with tasks' things must say
// that it has thought of that.
func checkHiding(ctx context.Context, text string) error {
	if hidden(ctx) == nil || strings.Contains(text, aware) || !reading.MatchString(text) {
		return nil
	}
	for _, m := range tableNames.FindAllStringSubmatch(text, -1) {
		if ofHidden(strings.ToLower(m[1])) != "" {
			return fmt.Errorf("%w: %s", ErrHiding, m[1])
		}
	}
	return nil
}

var reading = regexp.MustCompile(`(?i)^\s*(select|with\b(?s:.)*\)\s*select)\b`)
