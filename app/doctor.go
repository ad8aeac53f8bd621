package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kontor/app/blob"
	"kontor/app/config"
	"kontor/app/texts"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/integrations"
	"kontor/jobs"
	"kontor/migrations"
)

// Diagnosis is one thing that the doctor looked at.
type Diagnosis struct {
	Area    string `json:"area"`  // settings, database, queue, files, secrets, address, events, work or channel
	Level   string `json:"level"` // ok, warning or error
	Code    string `json:"code"`
	Text    string `json:"text"` // what was found and what to do
	Channel string `json:"channel_id,omitempty"`
	Account string `json:"account_id,omitempty"`
	Link    string `json:"link,omitempty"`
}

// The levels of a diagnosis.
const (
	Fine    = "ok"
	Warning = "warning"
	Wrong   = "error"
)

// Limits of an examination.
const (
	doctorTimeout = 10 * time.Second // for each question but those to a platform
	visitTimeout  = 40 * time.Second // for each channel
	clockMargin   = 5 * time.Second  // how far the database's clock may be from ours
	overdueAfter  = 10 * time.Minute // work that has waited longer finds nobody who does it
)

// doctor examines an installation. Nothing it does needs the server to stand still or to run.
type doctor struct {
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
	d := &doctor{cfg: cfg, log: log, language: language, words: words}
	if !d.settings(settings) {
		return d.found, nil
	}
	d.queue(ctx)
	d.files(ctx)
	d.address(ctx)
	if d.database(ctx) {
		d.installation(ctx)
	}
	return d.found, nil
}

func (d *doctor) note(found Diagnosis, params ...any) {
	values := map[string]any{}
	for i := 0; i+1 < len(params); i += 2 {
		values[fmt.Sprint(params[i])] = params[i+1]
	}
	found.Text = d.words.Text(d.language, found.Code, values)
	d.found = append(d.found, found)
}

// settings tells whether there is anything to go on with.
func (d *doctor) settings(err error) bool {
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			d.note(Diagnosis{Area: "settings", Level: Wrong, Code: "doctor.setting_wrong"}, "problem", line)
		}
		return false
	}
	draft, err := os.CreateTemp(d.cfg.DataDir, ".doctor-*")
	if err != nil {
		d.note(Diagnosis{Area: "settings", Level: Wrong, Code: "doctor.folder"}, "folder", d.cfg.DataDir, "problem", err)
		return false
	}
	_ = draft.Close()
	_ = os.Remove(draft.Name())
	d.note(Diagnosis{Area: "settings", Level: Fine, Code: "doctor.settings_fine"})
	if d.cfg.MetaAppID == "" || len(d.cfg.AppSecrets()) == 0 || d.cfg.MetaVerifyToken.Empty() {
		d.note(Diagnosis{Area: "settings", Level: Warning, Code: "doctor.no_app", Link: "https://developers.facebook.com/apps"})
	}
	return true
}

func (d *doctor) queue(ctx context.Context) {
	if d.cfg.EmbeddedQueue() {
		d.note(Diagnosis{Area: "queue", Level: Fine, Code: "doctor.queue_embedded"})
		return
	}
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	r, err := jobs.OpenRedis(d.cfg.RedisURL.Reveal())
	if err == nil {
		err = errors.Join(r.Client.Ping(ctx).Err(), r.Close())
	}
	if err != nil {
		d.note(Diagnosis{Area: "queue", Level: Wrong, Code: "doctor.queue_away"}, "problem", err)
		return
	}
	d.note(Diagnosis{Area: "queue", Level: Fine, Code: "doctor.queue_fine"})
}

// files writes a file, reads it back and removes it.
func (d *doctor) files(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	if err := tryFiles(ctx, d.cfg); err != nil {
		d.note(Diagnosis{Area: "files", Level: Wrong, Code: "doctor.files_broken"}, "problem", err)
		return
	}
	d.note(Diagnosis{Area: "files", Level: Fine, Code: "doctor.files_fine"})
}

func tryFiles(ctx context.Context, cfg config.Config) error {
	store, err := blob.Open(cfg.BlobURL.Reveal(), filepath.Join(cfg.DataDir, "files"))
	if err != nil {
		return err
	}
	name, content := "doctor/"+ids.New().String(), "is it kept?"
	if err := store.Put(ctx, name, strings.NewReader(content)); err != nil {
		return err
	}
	r, err := store.Open(ctx, name)
	if err != nil {
		return errors.Join(err, store.Delete(ctx, name))
	}
	kept, err := io.ReadAll(io.LimitReader(r, 1<<10))
	if err == nil && string(kept) != content {
		err = errors.New("a file came back with other bytes")
	}
	return errors.Join(err, r.Close(), store.Delete(ctx, name))
}

// address asks the server for its health by the address at which browsers and platforms reach it.
func (d *doctor) address(ctx context.Context) {
	u, err := url.Parse(d.cfg.PublicURL)
	if err == nil && u.Scheme != "https" && !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()) {
		d.note(Diagnosis{Area: "address", Level: Warning, Code: "doctor.address_plain"}, "url", d.cfg.PublicURL)
	}
	switch err := askHealth(ctx, d.cfg.PublicURL); {
	case errors.Is(err, errStranger):
		d.note(Diagnosis{Area: "address", Level: Wrong, Code: "doctor.address_stranger"}, "url", d.cfg.PublicURL)
	case err != nil:
		d.note(Diagnosis{Area: "address", Level: Wrong, Code: "doctor.address_away"}, "url", d.cfg.PublicURL, "problem", err)
	default:
		d.note(Diagnosis{Area: "address", Level: Fine, Code: "doctor.address_fine"}, "url", d.cfg.PublicURL)
	}
}

// errStranger says that something answers which is not Kontor.
var errStranger = errors.New("something else answers")

func askHealth(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req) //nolint:gosec // the address is the operator's own
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	var said struct {
		Status  string `json:"status"`
		Version string `json:"version"`
	}
	err = json.NewDecoder(io.LimitReader(res.Body, 1<<10)).Decode(&said)
	if res.StatusCode != http.StatusOK || err != nil || said.Status != "ok" || said.Version == "" {
		return errStranger
	}
	return nil
}

// database tells whether the installation can be opened.
func (d *doctor) database(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	db, err := storage.Open(ctx, storage.Options{URL: d.cfg.Database(), Now: clock.System{}.Now, Log: d.log})
	if err == nil {
		defer func() { _ = db.Close() }()
		err = db.Ping(ctx)
	}
	if err != nil {
		d.note(Diagnosis{Area: "database", Level: Wrong, Code: "doctor.database_away"}, "problem", err)
		return false
	}
	version, from, err := migrations.Version(ctx, db)
	latest := migrations.Latest()
	switch {
	case err != nil:
		d.note(Diagnosis{Area: "database", Level: Wrong, Code: "doctor.database_away"}, "problem", err)
		return false
	case from > latest:
		d.note(Diagnosis{Area: "database", Level: Wrong, Code: "doctor.schema_new"}, "version", version, "latest", latest)
		return false
	case version < latest:
		d.note(Diagnosis{Area: "database", Level: Wrong, Code: "doctor.schema_old"}, "version", version, "latest", latest)
		return false
	}
	d.note(Diagnosis{Area: "database", Level: Fine, Code: "doctor.database_fine"}, "engine", db.Engine(), "version", version)
	here := clock.System{}
	before := here.Now()
	there, err := db.Now(ctx)
	off := there.Sub(before.Add(here.Now().Sub(before) / 2)).Round(time.Second)
	if err == nil && off.Abs() > clockMargin {
		d.note(Diagnosis{Area: "database", Level: Warning, Code: "doctor.clock"}, "seconds", off.Seconds())
	}
	return true
}

// installation looks at what is in the database.
func (d *doctor) installation(ctx context.Context) {
	a, err := New(ctx, d.cfg, Options{Parts: config.Tools, Log: d.log})
	if err != nil {
		d.note(Diagnosis{Area: "secrets", Level: Wrong, Code: "doctor.not_opened"}, "problem", err)
		return
	}
	defer func() { _ = a.Close() }()
	if err := errors.Join(d.events(ctx, a), d.work(ctx, a), d.channels(ctx, a)); err != nil {
		d.note(Diagnosis{Area: "database", Level: Wrong, Code: "doctor.database_away"}, "problem", err)
	}
}

// events counts what came in and became nothing.
func (d *doctor) events(ctx context.Context, a *App) error {
	strays, err := a.Services.Inbound.CountStrays(ctx)
	if err != nil {
		return err
	}
	for _, reason := range slices.Sorted(maps.Keys(strays)) {
		n := strays[reason]
		switch reason {
		case "no_channel":
			d.note(Diagnosis{Area: "events", Level: Warning, Code: "doctor.strays_no_channel"}, "count", n)
		case "not_storable":
			d.note(Diagnosis{Area: "events", Level: Wrong, Code: "doctor.strays_not_storable"}, "count", n)
		case "test_event":
			d.note(Diagnosis{Area: "events", Level: Fine, Code: "doctor.strays_tests"}, "count", n)
		default:
			words := d.words.Text(d.language, "unrouted."+reason, nil)
			d.note(Diagnosis{Area: "events", Level: Warning, Code: "doctor.strays"}, "count", n, "reason", words)
		}
	}
	failed, late, err := a.Services.Inbound.Backlog(ctx, overdueAfter)
	if err != nil {
		return err
	}
	if failed > 0 {
		d.note(Diagnosis{Area: "events", Level: Warning, Code: "doctor.events_failed"}, "count", failed)
	}
	if late > 0 {
		d.note(Diagnosis{Area: "events", Level: Wrong, Code: "doctor.events_late"}, "count", late, "minutes", overdueAfter.Minutes())
	}
	if failed+late == 0 {
		d.note(Diagnosis{Area: "events", Level: Fine, Code: "doctor.events_fine"})
	}
	return nil
}

// work counts what should have been done long ago.
func (d *doctor) work(ctx context.Context, a *App) error {
	overdue, err := a.Services.Due.Overdue(ctx, overdueAfter)
	for _, queue := range slices.Sorted(maps.Keys(overdue)) {
		d.note(Diagnosis{Area: "work", Level: Wrong, Code: "doctor.work_late"},
			"queue", queue, "count", overdue[queue], "minutes", overdueAfter.Minutes())
	}
	if err == nil && len(overdue) == 0 {
		d.note(Diagnosis{Area: "work", Level: Fine, Code: "doctor.work_fine"})
	}
	return err
}

// channels checks every channel of every account as an administrator's check does.
func (d *doctor) channels(ctx context.Context, a *App) error {
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

func (d *doctor) visit(ctx context.Context, a *App, c channel.Channel) error {
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
