package outbound

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Template is a channel's template as it was last read from the platform.
type Template struct {
	AccountID  account.ID              `gorm:"primaryKey"`
	ChannelID  ids.ID                  `gorm:"primaryKey"`
	Name       string                  `gorm:"primaryKey"`
	Language   string                  `gorm:"primaryKey"`
	Definition channel.MessageTemplate `gorm:"serializer:json"`
	FetchedAt  time.Time
}

// TableName names the table.
func (Template) TableName() string { return "message_templates" }

// TemplateUse is which template a comment is written with, and its values by channel.MessageTemplate.Keys.
type TemplateUse struct {
	Name     string
	Language string
	Values   map[string]string
}

const (
	// templatesLast is how long the templates last read count.
	templatesLast = 10 * time.Minute
	// maxTemplateValue is the longest value, in characters.
	maxTemplateValue = 1000
)

// Templates returns a channel's templates by name. They are read from the platform when the last time is long ago, or when
// fresh ones are asked for; when it cannot be asked, those last read are all there is.
func (s *Service) Templates(ctx context.Context, by account.Actor, channelID ids.ID, fresh bool) ([]Template, error) {
	c, err := s.Channels.Get(ctx, by.AccountID, channelID)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.templates(ctx, by.AccountID, channelID)
	if err != nil {
		return nil, err
	}
	old := len(rows) == 0 || !rows[0].FetchedAt.Add(templatesLast).After(s.Clock.Now())
	if !fresh && !old {
		return rows, nil
	}
	read, err := s.readTemplates(ctx, c)
	if err != nil && len(rows) > 0 && !fresh {
		return rows, nil //nolint:nilerr // what is known is better than nothing
	}
	if err != nil {
		return nil, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error { return s.store.setTemplates(ctx, by.AccountID, channelID, read) })
	return read, err
}

// readTemplates asks the platform.
func (s *Service) readTemplates(ctx context.Context, c channel.Channel) ([]Template, error) {
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return nil, err
	}
	lister, ok := adapter.(channel.TemplateLister)
	if !ok {
		return nil, errs.New(errs.Invalid, "template.not_of_kind")
	}
	if c.State != channel.On {
		return nil, errs.New(errs.Conflict, c.Holdup(s.Clock.Now()).Reason)
	}
	access, err := s.Channels.Access(c)
	if err != nil {
		return nil, refused(err)
	}
	ctx, cancel := context.WithTimeout(ctx, textTimeout)
	defer cancel()
	list, err := lister.ListTemplates(ctx, access)
	if err != nil {
		return nil, refused(err)
	}
	now := s.Clock.Now()
	rows := make([]Template, len(list))
	for i, t := range list {
		t = t.Clean()
		rows[i] = Template{c.AccountID, c.ID, t.Name, t.Language, t, now}
	}
	slices.SortFunc(rows, func(a, b Template) int {
		return strings.Compare(a.Name+"\x00"+a.Language, b.Name+"\x00"+b.Language)
	})
	return slices.CompactFunc(rows, func(a, b Template) bool { return a.Name == b.Name && a.Language == b.Language }), nil
}

// refused turns what the platform said into an error for the one who asked.
func refused(err error) error {
	f, ok := errors.AsType[*channel.Failure](err)
	if !ok {
		return err
	}
	kind := errs.Conflict
	if f.Class == channel.Temporary || f.Class == channel.Throttled {
		kind = errs.Unavailable
	}
	return errs.New(kind, f.Reason, "trace_id", f.TraceID).Because(err)
}

// Filled is the template that a use names with its values, or an Invalid error that says what does not fit.
func (s *Service) Filled(ctx context.Context, a account.ID, channelID ids.ID, use TemplateUse) (channel.OutTemplate, error) {
	const at = "body.template"
	rows, err := s.store.templates(ctx, a, channelID)
	if err != nil {
		return channel.OutTemplate{}, err
	}
	i := slices.IndexFunc(rows, func(t Template) bool { return t.Name == use.Name && t.Language == use.Language })
	if i < 0 {
		return channel.OutTemplate{}, errs.Input(errs.At(at+".name", "template.unknown_message"))
	}
	t := rows[i].Definition
	if t.State != channel.Approved {
		return channel.OutTemplate{}, errs.Input(errs.At(at+".name", "template.not_approved", "state", t.State))
	}
	var problems []errs.Problem
	keys := t.Keys()
	for _, key := range keys {
		v := use.Values[key]
		switch {
		case strings.TrimSpace(v) == "":
			problems = append(problems, errs.At(at+".parameters."+key, "input.required"))
		case utf8.RuneCountInString(v) > maxTemplateValue:
			problems = append(problems, errs.At(at+".parameters."+key, "input.too_long", "max", maxTemplateValue))
		case strings.ContainsRune(v, 0) || !utf8.ValidString(v):
			problems = append(problems, errs.At(at+".parameters."+key, "input.characters"))
		}
	}
	for key := range use.Values {
		if !slices.Contains(keys, key) {
			problems = append(problems, errs.At(at+".parameters."+key, "input.unknown"))
		}
	}
	return channel.OutTemplate{Template: t, Values: use.Values}, errs.Input(problems...)
}
