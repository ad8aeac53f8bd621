package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"kontor/app/config"
	"kontor/app/doctor"
	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
	"kontor/integrations"
)

// Diagnosis is one thing that the doctor looked at.
type Diagnosis = doctor.Diagnosis

// The levels of a diagnosis.
const (
	Fine    = doctor.Fine
	Warning = doctor.Warning
	Wrong   = doctor.Wrong
)

// visitTimeout is how long the examination of a channel may take.
const visitTimeout = 40 * time.Second

// examination is of an installation with everything in it. Nothing it does needs the server to stand still or to run.
type examination struct {
	cfg      config.Config
	log      *slog.Logger
	language string
	words    *texts.Catalogue
	found    []Diagnosis
}

// Examine looks at everything that an installation stands on, one thing after the other, and says of each whether it is well
// and what to do if not. settings is the error that reading the settings gave; then nothing else is looked at. It takes no
// lock and changes no schema, and so runs beside a server.
func Examine(ctx context.Context, cfg config.Config, settings error, language string, log *slog.Logger) ([]Diagnosis, error) {
	words, err := texts.Load(account.Languages(), integrations.Texts()...)
	if err != nil {
		return nil, err
	}
	cfg.Migrate = "off"
	d := &examination{cfg: cfg, log: log, language: language, words: words}
	if settings != nil {
		for line := range strings.SplitSeq(settings.Error(), "\n") {
			d.note(Diagnosis{Area: "settings", Level: Wrong, Code: "doctor.setting_wrong"}, "problem", line)
		}
		return d.found, nil
	}
	box := func() (*secret.Box, error) { return openBox(cfg) }
	for _, found := range (doctor.Installation{Config: cfg, Box: box, Log: log}).Parts(ctx) {
		found.Text = words.Text(language, found.Code, found.Params)
		d.found = append(d.found, found)
	}
	if doctor.Healthy(d.found, "settings") && doctor.Healthy(d.found, "database") {
		d.installation(ctx)
	}
	return d.found, nil
}

func (d *examination) note(found Diagnosis, params ...any) {
	found.Params = doctor.New("", "", "", params...).Params
	found.Text = d.words.Text(d.language, found.Code, found.Params)
	d.found = append(d.found, found)
}

// installation looks at what is in the database.
func (d *examination) installation(ctx context.Context) {
	a, err := New(ctx, d.cfg, Options{Parts: config.Tools, Log: d.log})
	if err != nil {
		d.note(Diagnosis{Area: "secrets", Level: Wrong, Code: "doctor.not_opened"}, "problem", err)
		return
	}
	defer func() { _ = a.Close() }()
	found, err := doctor.Intake(ctx, a.Services, func(code string) string { return d.words.Text(d.language, code, nil) })
	for _, f := range found {
		f.Text = d.words.Text(d.language, f.Code, f.Params)
		d.found = append(d.found, f)
	}
	if err := errors.Join(err, d.channels(ctx, a)); err != nil {
		d.note(Diagnosis{Area: "database", Level: Wrong, Code: "doctor.database_away"}, "problem", err)
	}
}

// channels checks every channel of every account as an administrator's check does.
func (d *examination) channels(ctx context.Context, a *App) error {
	accounts, err := a.Services.Accounts.IDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range accounts {
		list, err := a.Services.Channels.All(ctx, id)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := d.visit(ctx, a, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *examination) visit(ctx context.Context, a *App, c channel.Channel) error {
	of, who := c.ID.String(), c.AccountID.String()
	if c.State == channel.Off {
		d.note(Diagnosis{Area: "channel", Level: Fine, Code: "doctor.channel_off", Channel: of, Account: who}, "channel", c.Title())
		return nil
	}
	if _, err := a.Services.Channels.Access(c); err != nil {
		d.note(Diagnosis{Area: "secrets", Level: Wrong, Code: "doctor.sealed", Channel: of, Account: who}, "channel", c.Title())
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, visitTimeout)
	defer cancel()
	c, err := a.Services.Channels.Verify(ctx, account.SystemActor(c.AccountID), c.ID)
	if err != nil {
		return err
	}
	for _, f := range c.Condition(clock.System{}.Now()).Findings {
		found := Diagnosis{Area: "channel", Level: Fine, Code: f.Code, Channel: of, Account: who, Link: f.Link}
		if f.Level != "info" {
			found.Level = f.Level
		}
		found.Text = c.Title() + ": " + d.words.Text(d.language, f.Code, f.Params)
		d.found = append(d.found, found)
	}
	return nil
}
