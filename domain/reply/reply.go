// Package reply keeps saved replies: texts that staff put into their answers, with variables, files, and a text of its own
// for a kind of channel where that has to be shorter. A reply is a person's own, or shared; what is made of one for a task
// is only text and files, which people look at before they send it. Start at Service.Render.
package reply

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/template"
	"kontor/templates"
)

// Reply is one saved reply.
type Reply struct {
	AccountID     account.ID `gorm:"primaryKey"`
	ID            ids.ID     `gorm:"primaryKey"`
	StaffID       ids.ID     // whose it is
	CategoryID    *ids.ID
	Name          string
	Shortcut      string // what is typed after the slash to find it first; empty: its name
	SearchName    string // name and shortcut in lower case, for searching
	Shared        bool
	Text          string            // with variables
	Variants      map[string]string `gorm:"serializer:json"` // by kind of channel: used there instead of Text
	AttachmentIDs []ids.ID          `gorm:"serializer:json"`
	Used          int64             // how often it was sent
	LastUsedAt    *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// TableName names the table.
func (Reply) TableName() string { return "saved_replies" }

// Category is a heading under which replies stand.
type Category struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	Name      string
	Position  int64
	CreatedAt time.Time
}

// TableName names the table.
func (Category) TableName() string { return "saved_reply_categories" }

// Bounds of saved replies.
const (
	MaxReplies    = 2000 // of an account
	MaxCategories = 100
	MaxFiles      = 10
	maxName       = 100
	maxShortcut   = 40
	maxText       = 10_000
	maxVariants   = 10
)

// Change is what may be changed of a reply; nil leaves a thing alone.
type Change struct {
	CategoryID    **ids.ID
	Name          *string
	Shortcut      *string
	Shared        *bool
	Text          *string
	Variants      *map[string]string
	AttachmentIDs *[]ids.ID
}

// apply changes a reply and says what is wrong with what it then is. kinds are the kinds of channel there are.
func (ch Change) apply(r *Reply, kinds []string) error {
	set(&r.CategoryID, ch.CategoryID)
	set(&r.Name, trimmed(ch.Name))
	set(&r.Shortcut, trimmed(ch.Shortcut))
	set(&r.Shared, ch.Shared)
	set(&r.Text, ch.Text)
	set(&r.Variants, ch.Variants)
	set(&r.AttachmentIDs, ch.AttachmentIDs)
	r.SearchName = strings.ToLower(r.Name + " " + r.Shortcut)
	return r.check(kinds)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func trimmed(s *string) *string {
	if s == nil {
		return nil
	}
	out := strings.TrimSpace(*s)
	return &out
}

func (r Reply) check(kinds []string) error {
	var problems []errs.Problem
	if n := utf8.RuneCountInString(r.Name); n == 0 || n > maxName {
		problems = append(problems, errs.At("body.name", "input.length", "min", 1, "max", maxName))
	}
	if utf8.RuneCountInString(r.Shortcut) > maxShortcut || strings.ContainsAny(r.Shortcut, " /\t\n") {
		problems = append(problems, errs.At("body.shortcut", "saved_reply.shortcut", "max", maxShortcut))
	}
	if len(r.AttachmentIDs) > MaxFiles {
		problems = append(problems, errs.At("body.attachment_ids", "input.too_many", "max", MaxFiles))
	}
	if strings.TrimSpace(r.Text) == "" && len(r.AttachmentIDs) == 0 {
		problems = append(problems, errs.At("body.text", "saved_reply.empty"))
	}
	if len(r.Variants) > maxVariants {
		problems = append(problems, errs.At("body.variants", "input.too_many", "max", maxVariants))
	}
	problems = append(problems, checkText("body.text", r.Text)...)
	for kind, text := range r.Variants {
		at := fmt.Sprintf("body.variants.%s", kind)
		if !slices.Contains(kinds, kind) {
			problems = append(problems, errs.At(at, "channel.unknown_kind", "kind", kind))
		}
		problems = append(problems, checkText(at, text)...)
	}
	return errs.Input(problems...)
}

// checkText says what is wrong with a text, and where: it is a pattern as those of templates are.
func checkText(at, text string) []errs.Problem {
	if utf8.RuneCountInString(text) > maxText {
		return []errs.Problem{errs.At(at, "input.too_long", "max", maxText)}
	}
	_, problems := templates.CompilePattern(text)
	return template.Problems(at, problems)
}
