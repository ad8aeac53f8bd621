// Package sandbox runs the whole program against a simulated Meta: an account with people, a connected page, and a phone in
// the browser on which one plays the customer. It is how somebody tries Kontor without an app, a page or a review, and
// how tests meet the real program. Program and platform share one clock, which can be moved from the phone page.
//
// Nothing here is in the way of the real thing: the program is started as kontor serve would start it, with settings that
// point at the simulator.
package sandbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"kontor/app"
	"kontor/app/config"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/integrations/meta"
	"kontor/integrations/metasim"
)

// Password is everybody's in the sandbox, which only this machine can reach.
const Password = "sandbox sandbox"

// Options say how the sandbox is made. The zero value is one that forgets everything when it ends.
type Options struct {
	Environ     []string // settings, as the environment gives them; those about Meta are replaced
	PhoneListen string   // address of the simulator; 127.0.0.1:0 when empty
	Language    string   // of the account; English when empty
	Log         *slog.Logger
	Seed        uint64 // makes the simulator's ids repeatable
	App         app.Options
}

// Sandbox is the running program with its simulated platform.
type Sandbox struct {
	App      *app.App
	Sim      *metasim.Sim
	Clock    *clock.Shifted
	URL      string // of the program
	PhoneURL string // of the phone page
	Account  account.Account
	Owner    staff.Staff
	Page     metasim.Page
	Form     metasim.LeadForm // of the page's ads
	Channel  channel.Channel

	folder   string // to be removed at the end
	listener net.Listener
	server   *http.Server
}

// New makes the sandbox; Run has to be running for it to answer.
func New(ctx context.Context, o Options) (s *Sandbox, err error) {
	s = &Sandbox{Clock: &clock.Shifted{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := s.listen(ctx, o); err != nil {
		return s, err
	}
	cfg, err := s.settings(o)
	if err != nil {
		return s, err
	}
	options := o.App
	options.Log, options.Clock, options.Exempt = o.Log, s.Clock, []string{s.simURL()}
	options.PhoneURL, options.Seeded = s.PhoneURL, true
	if s.App, err = app.New(ctx, cfg, options); err != nil {
		return s, err
	}
	s.URL = "http://" + s.App.Addr()
	s.Sim.ChangeApp(func(a *metasim.App) {
		a.CallbackURL, a.PublicURL = s.URL+"/webhooks/meta", s.simURL()
		a.RedirectURIs = []string{s.App.Config.PublicURL + meta.LandingPath}
		a.Secrets, a.VerifyToken = cfg.AppSecrets(), cfg.MetaVerifyToken.Reveal()
	})
	return s, nil
}

// listen starts the simulator.
func (s *Sandbox) listen(ctx context.Context, o Options) (err error) {
	if o.PhoneListen == "" {
		o.PhoneListen = "127.0.0.1:0"
	}
	if s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", o.PhoneListen); err != nil {
		return fmt.Errorf("listen for the phone on %s: %w", o.PhoneListen, err)
	}
	s.Sim = metasim.New(metasim.Options{
		App: metasim.App{ID: appID}, Clock: s.Clock, Shift: s.Clock.Shift, Logger: o.Log, Seed: o.Seed,
	})
	s.server = &http.Server{Handler: s.Sim.Handler(), ReadHeaderTimeout: 5 * time.Second}
	s.PhoneURL = s.simURL() + "/phone/"
	return nil
}

func (s *Sandbox) simURL() string { return "http://" + s.listener.Addr().String() }

const appID = "900000000000001"

// settings are those of the environment, pointed at the simulator. Without a data folder of its own the sandbox uses a
// temporary one.
func (s *Sandbox) settings(o Options) (config.Config, error) {
	environ := append([]string{}, o.Environ...)
	if !has(environ, "KONTOR_DATA_DIR") {
		folder, err := os.MkdirTemp("", "kontor-sandbox-*")
		if err != nil {
			return config.Config{}, err
		}
		s.folder = folder
		environ = append(environ, "KONTOR_DATA_DIR="+folder)
	}
	return config.Load(append(environ,
		"KONTOR_META_GRAPH_URL="+s.simURL(), "KONTOR_META_LOGIN_URL="+s.simURL(), "KONTOR_META_APP_ID="+appID, "KONTOR_META_APP_SECRETS="+rand.Text(),
		"KONTOR_META_VERIFY_TOKEN="+rand.Text()))
}

func has(environ []string, name string) bool {
	for _, e := range environ {
		if len(e) > len(name) && e[:len(name)] == name && e[len(name)] == '=' {
			return true
		}
	}
	return false
}

// Run serves until the context ends. The account and the page are there when ready is called.
func (s *Sandbox) Run(ctx context.Context, language string, ready func()) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := s.server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve the phone: %w", err)
		}
		return nil
	})
	group.Go(func() error { return s.App.Run(ctx) })
	group.Go(func() error {
		<-ctx.Done()
		s.Sim.Close()
		return s.server.Close()
	})
	group.Go(func() error {
		if err := s.seed(ctx, language); err != nil {
			return err
		}
		ready()
		return nil
	})
	return group.Wait()
}

// Close lets go of everything, and forgets what was in a temporary folder.
func (s *Sandbox) Close() error {
	var err error
	if s.App != nil {
		err = s.App.Close()
	}
	if s.Sim != nil {
		s.Sim.Close()
		err = errors.Join(err, s.server.Close())
	}
	if s.folder != "" {
		err = errors.Join(err, os.RemoveAll(s.folder))
	}
	return err
}

// seed makes the account, unless a former sandbox left one in the data folder, and connects the page.
func (s *Sandbox) seed(ctx context.Context, language string) error {
	if language == "" {
		language = "en"
	}
	words := seeds(language)
	accounts, err := s.App.Services.Accounts.IDs(ctx)
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		if err := s.found(ctx, language, words); err != nil {
			return err
		}
	} else if s.Account, err = s.App.Services.Accounts.Get(ctx, accounts[0]); err != nil {
		return err
	}
	people, _, err := s.App.Services.Staff.List(ctx, account.SystemActor(s.Account.ID), storage.Page{})
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.Role == account.Owner {
			s.Owner = p
		}
	}
	return s.connect(ctx, words)
}

func (s *Sandbox) found(ctx context.Context, language string, words seed) (err error) {
	s.Account, err = s.App.Found(ctx, account.New{
		Name: words.account, Language: language, TimeZone: "Europe/Berlin", Country: "DE",
	}, staff.New{Email: OwnerEmail, Name: words.owner, Password: Password, Language: language})
	if err != nil {
		return err
	}
	by := account.SystemActor(s.Account.ID)
	for _, n := range words.staff {
		n.Password, n.Language = Password, language
		if _, err := s.App.Services.Staff.Create(ctx, by, n); err != nil {
			return err
		}
	}
	_, err = s.App.Services.Staff.CreateTeam(ctx, by, words.team, nil)
	return err
}

// OwnerEmail signs the owner in.
const OwnerEmail = "owner@sandbox.example"

// connect makes the simulated page, and people who may write to it, and connects it as an administrator would.
func (s *Sandbox) connect(ctx context.Context, words seed) (err error) {
	s.Page, err = s.Sim.AddPage(metasim.Page{ID: pageID, Name: words.page, HumanAgent: true})
	if err != nil {
		return err
	}
	for _, p := range words.people {
		if _, err := s.Sim.AddPerson(p); err != nil {
			return err
		}
	}
	if s.Form, err = s.Sim.AddForm(words.form); err != nil {
		return err
	}
	for _, p := range words.posts {
		p.Page = s.Page.ID
		if _, err := s.Sim.AddPost(p); err != nil {
			return err
		}
	}
	if err := s.addUsers(words); err != nil {
		return err
	}
	by := account.Actor{
		AccountID: s.Account.ID, Kind: account.Staff, StaffID: s.Owner.ID, Role: account.Owner, Name: s.Owner.Name,
	}
	settings := channel.DefaultSettings()
	settings.Comments = true
	s.Channel, err = s.App.Services.Channels.Connect(ctx, by, channel.NewChannel{
		Kind: metasim.PageKind, ExternalID: s.Page.ID, Token: secret.New(s.Page.Token), Settings: settings,
	})
	return err
}

const pageID = "104200000000001"
