package task

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// LabelType tells tags from topics.
type LabelType string

// The types of labels.
const (
	TagLabel   LabelType = "tag"
	TopicLabel LabelType = "topic"
)

// label is a tag or a topic that has a colour, or that people may choose before any task has it.
type label struct {
	AccountID account.ID `gorm:"primaryKey"`
	Type      LabelType  `gorm:"primaryKey"`
	Name      string     `gorm:"primaryKey"`
	Color     string
	CreatedAt time.Time
}

// TableName names the table.
func (label) TableName() string { return "labels" }

// Label is a tag or a topic, and how many tasks have it.
type Label struct {
	Name  string `json:"name"`
	Color string `json:"color" enum:",gray,red,orange,yellow,green,teal,blue,purple,pink"`
	Uses  int64  `json:"uses" doc:"how many tasks have it"`
}

// Colors are those that a label may have; empty for none.
func Colors() []string {
	return []string{"", "gray", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"}
}

// Labels returns the account's tags or topics in which a text occurs, the most used first.
func (s *Service) Labels(ctx context.Context, a account.ID, of LabelType, text string, limit int) ([]Label, error) {
	return s.store.labels(ctx, a, of, strings.ToLower(strings.TrimSpace(text)), limit)
}

// SetLabel makes a tag or a topic that can be chosen, or gives one that is there another colour.
func (s *Service) SetLabel(ctx context.Context, by account.Actor, of LabelType, name, color string) (Label, error) {
	name, problems := labelName(name, "body.name")
	if !slices.Contains(Colors(), color) {
		problems = append(problems, errs.At("body.color", "input.value"))
	}
	if err := errs.Input(problems...); err != nil {
		return Label{}, err
	}
	err := s.DB.Retry(ctx, func(ctx context.Context) error {
		if err := s.store.setLabel(ctx, label{by.AccountID, of, name, color, s.Clock.Now()}); err != nil {
			return err
		}
		err := s.Audit.Record(ctx, by.Entry("label.set", string(of), ids.Nil, map[string]any{"name": name, "color": color}))
		if err != nil {
			return err
		}
		return s.Feed.Publish(ctx, feed.Event{AccountID: by.AccountID, Type: feed.LabelChanged})
	})
	return Label{Name: name, Color: color}, err
}

// labelName brings a name into its form, and says what is wrong with it where the caller has it from.
func labelName(name, location string) (string, []errs.Problem) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > maxTag || strings.ContainsFunc(name, isControl) {
		return name, []errs.Problem{errs.At(location, "input.tag")}
	}
	return name, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
