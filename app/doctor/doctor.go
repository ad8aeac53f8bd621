// Package doctor looks at what an installation stands on, one part after the other, and says of each whether it is well:
// settings, keys, database, queue, files, the public address, mail server, single sign-on. It knows nothing of accounts:
// what is in the database is looked at by the doctor command (package app) and, for one account, by the API.
//
// Start at Parts. What a diagnosis says to people is in app/texts/doctor.*.yaml.
package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"kontor/app/blob"
	"kontor/app/config"
	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/secret"
	"kontor/domain/storage"
	"kontor/integrations/guardhttp"
	"kontor/integrations/oidc"
	"kontor/integrations/smtp"
	"kontor/jobs"
	"kontor/migrations"
)

// Diagnosis is one thing that was looked at.
type Diagnosis struct {
	Area    string         `json:"area"`  // settings, database, queue, files, secrets, address, mail, sso, events, work or channel
	Level   string         `json:"level"` // ok, warning or error
	Code    string         `json:"code"`
	Text    string         `json:"text"` // what was found and what to do
	Params  map[string]any `json:"-"`    // what the text is made with
	Channel string         `json:"channel_id,omitempty"`
	Account string         `json:"account_id,omitempty"`
	Link    string         `json:"link,omitempty"`
}

// The levels of a diagnosis.
const (
	Fine    = "ok"
	Warning = "warning"
	Wrong   = "error"
)

// Limits of an examination.
const (
	timeout     = 10 * time.Second // for each part
	clockMargin = 5 * time.Second  // how far the database's clock may be from ours
)

// New makes a diagnosis; params are names and values of its text, by turns.
func New(area, level, code string, params ...any) Diagnosis {
	d := Diagnosis{Area: area, Level: level, Code: code, Params: map[string]any{}}
	for i := 0; i+1 < len(params); i += 2 {
		d.Params[fmt.Sprint(params[i])] = params[i+1]
	}
	return d
}

// Installation is what is examined.
type Installation struct {
	Config config.Config
	Box    func() (*secret.Box, error) // opens the keys as the program does
	Log    *slog.Logger
}

// Parts looks at every part, all at once, each for ten seconds at most. It takes no lock, changes no schema and sends nothing
// to anybody, and so may run beside a server or within it.
func (i Installation) Parts(ctx context.Context) []Diagnosis {
	settings := i.settings()
	if !Healthy(settings, "settings") { // without a folder there is nothing to go on with
		return settings
	}
	parts := []func(context.Context) []Diagnosis{
		i.secrets, i.database, i.queue, i.files, i.address, i.mail, i.signOn,
	}
	found := make([][]Diagnosis, len(parts))
	var group errgroup.Group
	for n, part := range parts {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			found[n] = part(ctx)
			return nil
		})
	}
	_ = group.Wait()
	return append(settings, slices.Concat(found...)...)
}

// Healthy tells whether nothing is wrong with an area.
func Healthy(list []Diagnosis, area string) bool {
	return !slices.ContainsFunc(list, func(d Diagnosis) bool { return d.Area == area && d.Level == Wrong })
}

func (i Installation) settings() []Diagnosis {
	draft, err := os.CreateTemp(i.Config.DataDir, ".doctor-*")
	if err != nil {
		return []Diagnosis{New("settings", Wrong, "doctor.folder", "folder", i.Config.DataDir, "problem", err)}
	}
	_ = draft.Close()
	_ = os.Remove(draft.Name())
	found := []Diagnosis{New("settings", Fine, "doctor.settings_fine")}
	if c := i.Config; c.MetaAppID == "" || len(c.AppSecrets()) == 0 || c.MetaVerifyToken.Empty() {
		d := New("settings", Warning, "doctor.no_app")
		d.Link = "https://developers.facebook.com/apps"
		found = append(found, d)
	}
	return found
}

// secrets seals something and opens it again.
func (i Installation) secrets(context.Context) []Diagnosis {
	box, err := i.Box()
	if err == nil {
		err = trySecrets(box)
	}
	if err != nil {
		return []Diagnosis{New("secrets", Wrong, "doctor.keys_broken", "problem", err)}
	}
	return []Diagnosis{New("secrets", Fine, "doctor.keys_fine")}
}

func trySecrets(box *secret.Box) error {
	place := secret.Place{Account: ids.New(), Row: ids.New()}
	sealed, err := box.Seal(secret.New("is it kept?"), place)
	if err != nil {
		return err
	}
	opened, err := box.Open(sealed, place)
	if err == nil && opened.Reveal() != "is it kept?" {
		err = errors.New("a secret came back as another one")
	}
	return err
}

func (i Installation) queue(ctx context.Context) []Diagnosis {
	if i.Config.EmbeddedQueue() {
		return []Diagnosis{New("queue", Fine, "doctor.queue_embedded")}
	}
	r, err := jobs.OpenRedis(i.Config.RedisURL.Reveal())
	if err == nil {
		err = errors.Join(r.Client.Ping(ctx).Err(), r.Close())
	}
	if err != nil {
		return []Diagnosis{New("queue", Wrong, "doctor.queue_away", "problem", err)}
	}
	return []Diagnosis{New("queue", Fine, "doctor.queue_fine")}
}

// files writes a file, reads it back and removes it.
func (i Installation) files(ctx context.Context) []Diagnosis {
	if err := tryFiles(ctx, i.Config); err != nil {
		return []Diagnosis{New("files", Wrong, "doctor.files_broken", "problem", err)}
	}
	return []Diagnosis{New("files", Fine, "doctor.files_fine")}
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
func (i Installation) address(ctx context.Context) (found []Diagnosis) {
	at := i.Config.PublicURL
	u, err := url.Parse(at)
	if err == nil && u.Scheme != "https" && !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()) {
		found = append(found, New("address", Warning, "doctor.address_plain", "url", at))
	}
	switch err := askHealth(ctx, at); {
	case errors.Is(err, errStranger):
		return append(found, New("address", Wrong, "doctor.address_stranger", "url", at))
	case err != nil:
		return append(found, New("address", Wrong, "doctor.address_away", "url", at, "problem", err))
	}
	return append(found, New("address", Fine, "doctor.address_fine", "url", at))
}

// errStranger says that something answers which is not Kontor.
var errStranger = errors.New("something else answers")

func askHealth(ctx context.Context, address string) error {
	client, err := guardhttp.New(guardhttp.Options{Exempt: []string{address}})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
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

// mail goes as far as a letter's first line with the mail server: greeting, encryption, signing in.
func (i Installation) mail(ctx context.Context) []Diagnosis {
	if i.Config.SMTPURL.Empty() {
		return []Diagnosis{New("mail", Fine, "doctor.mail_none")}
	}
	sender, err := smtp.New(i.Config.SMTPURL, i.Config.PublicURL)
	if err == nil {
		err = sender.Check(ctx)
	}
	if err != nil {
		return []Diagnosis{New("mail", Wrong, "doctor.mail_away", "problem", err)}
	}
	return []Diagnosis{New("mail", Fine, "doctor.mail_fine", "host", sender.Host())}
}

// signOn reads what the provider of single sign-on says of itself.
func (i Installation) signOn(ctx context.Context) []Diagnosis {
	c := i.Config
	if c.OIDCIssuer == "" {
		return []Diagnosis{New("sso", Fine, "doctor.sso_none")}
	}
	client, err := guardhttp.New(guardhttp.Options{Exempt: []string{c.OIDCIssuer}})
	if err == nil {
		err = oidc.New(oidc.Settings{Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, Name: c.OIDCName}, client).Check(ctx)
	}
	if err != nil {
		return []Diagnosis{New("sso", Wrong, "doctor.sso_away", "issuer", c.OIDCIssuer, "problem", err)}
	}
	return []Diagnosis{New("sso", Fine, "doctor.sso_fine", "issuer", c.OIDCIssuer)}
}

// database tells whether the database can be used, by a connection of its own.
func (i Installation) database(ctx context.Context) (found []Diagnosis) {
	db, err := storage.Open(ctx, storage.Options{URL: i.Config.Database(), Now: clock.System{}.Now, Log: i.Log})
	if err == nil {
		defer func() { _ = db.Close() }()
		err = db.Ping(ctx)
	}
	if err != nil {
		return []Diagnosis{New("database", Wrong, "doctor.database_away", "problem", err)}
	}
	version, from, err := migrations.Version(ctx, db)
	latest := migrations.Latest()
	switch {
	case err != nil:
		return []Diagnosis{New("database", Wrong, "doctor.database_away", "problem", err)}
	case errors.Is(migrations.Check(ctx, db), migrations.ErrUnfinished):
		return []Diagnosis{New("database", Wrong, "doctor.restore_unfinished")}
	case from > latest:
		return []Diagnosis{New("database", Wrong, "doctor.schema_new", "version", version, "latest", latest)}
	case version < latest:
		return []Diagnosis{New("database", Wrong, "doctor.schema_old", "version", version, "latest", latest)}
	}
	found = append(found, New("database", Fine, "doctor.database_fine", "engine", db.Engine(), "version", version))
	if setting, value, err := db.Forgetful(ctx); err == nil && setting != "" {
		found = append(found, New("database", Warning, "doctor.forgetful", "setting", setting, "value", value))
	}
	here := clock.System{}
	before := here.Now()
	there, err := db.Now(ctx)
	off := there.Sub(before.Add(here.Now().Sub(before) / 2)).Round(time.Second)
	if err == nil && off.Abs() > clockMargin {
		found = append(found, New("database", Warning, "doctor.clock", "seconds", off.Seconds()))
	}
	return found
}
