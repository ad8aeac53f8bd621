package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"kontor/domain/secret"
)

// Parts says which of the program's parts a process runs.
type Parts string

// The parts. Embedded parts live in one process, so that only All can run on them; tools may look in beside it.
const (
	All        Parts = "all"
	HTTPOnly   Parts = "http"   // kontor serve --http-only
	WorkerOnly Parts = "worker" // kontor worker
	Tools      Parts = "tools"  // commands that do one thing and end
)

// HTTP tells whether the process answers requests.
func (p Parts) HTTP() bool { return p == All || p == HTTPOnly }

// Works tells whether the process does jobs.
func (p Parts) Works() bool { return p == All || p == WorkerOnly }

// Check returns everything that is wrong with the settings by themselves, one line each.
func (c Config) Check() error {
	var wrong []error
	say := func(ok bool, text string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(text, args...))
		}
	}
	_, _, err := net.SplitHostPort(c.Listen)
	say(err == nil, "KONTOR_LISTEN must be an address and a port, as 127.0.0.1:8080 or :8080, and not %q", c.Listen)
	say(validURL(c.PublicURL, "http", "https") && onlyHost(c.PublicURL),
		"KONTOR_PUBLIC_URL must be a scheme and a host, as https://kontor.example.com, and not %q", c.PublicURL)
	say(c.DataDir != "", "KONTOR_DATA_DIR must name a folder")
	say(c.SQLite() || validURL(c.DatabaseURL.Reveal(), "postgres", "postgresql"),
		"KONTOR_DATABASE_URL must begin with postgres://; leave it out for the embedded database")
	say(c.EmbeddedQueue() || validURL(c.RedisURL.Reveal(), redisSchemes()...),
		"KONTOR_REDIS_URL must begin with one of %s; leave it out for the embedded queue", strings.Join(redisSchemes(), ", "))
	say(c.BlobURL.Empty() || validURL(c.BlobURL.Reveal(), "s3"),
		"KONTOR_BLOB_URL must be s3://bucket?endpoint=…; leave it out to keep files in the data folder")
	say(c.SMTPURL.Empty() || validURL(c.SMTPURL.Reveal(), "smtp", "smtps"), "KONTOR_SMTP_URL must begin with smtp:// or smtps://")
	say(c.OIDCIssuer == "" || validURL(c.OIDCIssuer, "http", "https"), "KONTOR_OIDC_ISSUER must begin with https:// and not be %q", c.OIDCIssuer)
	say((c.OIDCIssuer == "") == (c.OIDCClientID == "") && (c.OIDCIssuer == "") == c.OIDCClientSecret.Empty(),
		"KONTOR_OIDC_ISSUER, KONTOR_OIDC_CLIENT_ID and KONTOR_OIDC_CLIENT_SECRET go together: set all of them, or none")
	say(oneOf(c.OIDCCreateStaff, "on", "off"), "KONTOR_OIDC_CREATE_STAFF must be on or off, and not %q", c.OIDCCreateStaff)
	for name, value := range map[string]string{
		"KONTOR_META_GRAPH_URL": c.MetaGraphURL, "KONTOR_META_INSTAGRAM_URL": c.MetaInstagramURL,
		"KONTOR_META_LOGIN_URL": c.MetaLoginURL,
	} {
		say(validURL(value, "http", "https"), "%s must begin with https:// and not be %q", name, value)
	}
	for _, needed := range []string{"pages_show_list", "pages_manage_metadata", "pages_messaging"} {
		say(len(c.MetaPermissions) == 0 || slices.Contains(c.MetaPermissions, needed),
			"KONTOR_META_PERMISSIONS must contain %s, without which no page can be connected", needed)
	}
	say(graphVersion.MatchString(c.MetaAPIVersion), "KONTOR_META_API_VERSION must look like v25.0, and not %q", c.MetaAPIVersion)
	say(oneOf(c.LogLevel, "debug", "info", "warn", "error"), "KONTOR_LOG_LEVEL must be debug, info, warn or error, and not %q", c.LogLevel)
	say(oneOf(c.LogFormat, "text", "json"), "KONTOR_LOG_FORMAT must be text or json, and not %q", c.LogFormat)
	say(c.ProfileListen == "" || loopback(c.ProfileListen), "KONTOR_PROFILE_LISTEN must be a loopback address and a port, as 127.0.0.1:6060, and not %q", c.ProfileListen)
	say(oneOf(c.Migrate, "auto", "off"), "KONTOR_MIGRATE must be auto or off, and not %q", c.Migrate)
	wrong = append(wrong, c.checkSecrets()...)
	wrong = append(wrong, c.checkTogether()...)
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(wrong...)
}

// CheckFor returns what keeps a process from running only some of the parts.
func (c Config) CheckFor(p Parts) error {
	if p == All || p == Tools {
		return nil
	}
	if c.SQLite() || c.EmbeddedQueue() {
		return errors.New("running HTTP and jobs in processes of their own needs PostgreSQL and Redis: " +
			"set KONTOR_DATABASE_URL and KONTOR_REDIS_URL, or run kontor serve without --http-only")
	}
	return nil
}

// checkTogether returns which settings do not go together.
func (c Config) checkTogether() []error {
	var wrong []error
	if c.SQLite() && !c.EmbeddedQueue() {
		wrong = append(wrong, errors.New("KONTOR_REDIS_URL without KONTOR_DATABASE_URL: the embedded database belongs to one "+
			"process, which needs no Redis. Set KONTOR_DATABASE_URL as well, or leave both out"))
	}
	return wrong
}

// checkSecrets refuses what everybody knows, and what is no key.
func (c Config) checkSecrets() []error {
	var wrong []error
	for name, values := range map[string][]string{
		"KONTOR_META_VERIFY_TOKEN": list(c.MetaVerifyToken), "KONTOR_META_APP_SECRETS": c.AppSecrets(),
		"KONTOR_SECRET_KEYS": c.Keys(), "KONTOR_OIDC_CLIENT_SECRET": list(c.OIDCClientSecret), "the password in KONTOR_DATABASE_URL": password(c.DatabaseURL),
		"the password in KONTOR_REDIS_URL": password(c.RedisURL), "the password in KONTOR_SMTP_URL": password(c.SMTPURL),
	} {
		for _, v := range values {
			if wellKnown(v) {
				wrong = append(wrong, fmt.Errorf("%s is a well-known default: choose a random one, as with openssl rand -base64 32", name))
			}
		}
	}
	if keys := c.Keys(); len(keys) > 0 {
		if _, err := secret.NewBox(keys); err != nil {
			wrong = append(wrong, fmt.Errorf("KONTOR_SECRET_KEYS: %w; make one with openssl rand -base64 32", err))
		}
	}
	return wrong
}

// password returns the password in a URL, unless only this machine can reach what it opens.
func password(t secret.Text) []string {
	u, err := url.Parse(t.Reveal())
	if err != nil || u.User == nil || oneOf(u.Hostname(), "", "localhost", "127.0.0.1", "::1") {
		return nil
	}
	p, _ := u.User.Password()
	return []string{p}
}

// wellKnown tells whether a secret is one that examples and images come with. Empty ones are not judged here.
func wellKnown(v string) bool {
	switch strings.ToLower(v) {
	case "changeme", "change-me", "change_me", "changeit", "secret", "password", "passwort", "example", "default", "test",
		"admin", "kontor", "postgres", "redis", "token", "verify", "verify_token", "123456", "1234567890", "todo", "xxx":
		return true
	}
	return len(v) >= 8 && strings.Count(v, v[:1]) == len(v)
}

var graphVersion = regexp.MustCompile(`^v\d+\.\d+$`)

func redisSchemes() []string {
	return []string{"redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster"}
}

func onlyHost(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}

func oneOf(v string, allowed ...string) bool { return slices.Contains(allowed, v) }

// loopback tells whether an address to listen on is one that only this machine reaches.
func loopback(listen string) bool {
	addr, err := netip.ParseAddrPort(listen)
	return err == nil && addr.Addr().IsLoopback()
}
