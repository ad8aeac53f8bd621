// Package config holds the program's settings. They come from the environment alone; each variable NAME can also be given
// as NAME_FILE, the path of a file that holds its value. Every name, default and explanation stands once, in Config; a
// program without any setting runs on embedded parts. The example file at the top of the repository is Example's text.
//
// What goes together with what is in check.go. Nothing here opens, reads or connects to anything but NAME_FILE files.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/caarlos0/env/v11"

	"kontor/domain/secret"
)

// Config is every setting, with its default.
type Config struct {
	Listen    string `env:"KONTOR_LISTEN" envDefault:"127.0.0.1:8080" what:"address and port to listen on"`
	PublicURL string `env:"KONTOR_PUBLIC_URL" what:"address at which browsers and Meta reach this server, as https://kontor.example.com; default: http:// and KONTOR_LISTEN"`
	DataDir   string `env:"KONTOR_DATA_DIR" envDefault:"./data" what:"folder for the embedded database, files, and the generated key"`

	DatabaseURL secret.Text `env:"KONTOR_DATABASE_URL" what:"postgres://user:password@host/database; default: an SQLite file in the data folder"`
	RedisURL    secret.Text `env:"KONTOR_REDIS_URL" what:"redis://… or rediss://…, also redis-sentinel://host:26379,host:26379?master=name and redis-cluster://host:6379,host:6379; default: an embedded queue"`
	BlobURL     secret.Text `env:"KONTOR_BLOB_URL" what:"s3://bucket?endpoint=… for attachments; default: the data folder"`
	SecretKeys  secret.Text `env:"KONTOR_SECRET_KEYS" what:"keys for secrets at rest: 32 bytes in base64 each, the newest first, separated by commas; default: a generated file in the data folder"`

	MetaAppID        string      `env:"KONTOR_META_APP_ID" what:"the id of your Meta app"`
	MetaAppSecrets   secret.Text `env:"KONTOR_META_APP_SECRETS" what:"the app's secret; several, separated by commas, while you change it: all verify, the first signs"`
	MetaVerifyToken  secret.Text `env:"KONTOR_META_VERIFY_TOKEN" what:"the verify token you entered for the app's webhooks"`
	MetaGraphURL     string      `env:"KONTOR_META_GRAPH_URL" envDefault:"https://graph.facebook.com" what:"the Graph API"`
	MetaInstagramURL string      `env:"KONTOR_META_INSTAGRAM_URL" envDefault:"https://graph.instagram.com" what:"Instagram's Graph API"`
	MetaLoginURL     string      `env:"KONTOR_META_LOGIN_URL" envDefault:"https://www.facebook.com" what:"where people are sent to connect a page"`
	MetaLoginConfig  string      `env:"KONTOR_META_LOGIN_CONFIG" what:"the id of a configuration of Facebook Login for Business, which then decides what is asked for; default: the classic login"`
	MetaPermissions  []string    `env:"KONTOR_META_PERMISSIONS" what:"permissions to ask for at the login, separated by commas, where your app has not all of them; default: all that Kontor can use"`
	MetaAPIVersion   string      `env:"KONTOR_META_API_VERSION" envDefault:"v25.0" what:"the version of the Graph API"`

	SMTPURL secret.Text `env:"KONTOR_SMTP_URL" what:"smtp://user:password@host:587?from=kontor@example.com for invitations, new passwords and alerts, or smtps://; ?tls=none only inside a machine; default: links are shown to admins"`

	OIDCIssuer       string      `env:"KONTOR_OIDC_ISSUER" what:"the issuer of single sign-on by OpenID Connect, as https://login.example.com; default: none"`
	OIDCClientID     string      `env:"KONTOR_OIDC_CLIENT_ID" what:"the id under which the issuer knows Kontor; its redirect address there is KONTOR_PUBLIC_URL and /oauth/oidc/callback"`
	OIDCClientSecret secret.Text `env:"KONTOR_OIDC_CLIENT_SECRET" what:"the secret that goes with it"`
	OIDCName         string      `env:"KONTOR_OIDC_NAME" what:"what people know the issuer by; default: its host"`
	OIDCDomains      string      `env:"KONTOR_OIDC_DOMAINS" what:"domains of e-mail addresses that may come by single sign-on, separated by commas; default: any"`
	OIDCCreateStaff  string      `env:"KONTOR_OIDC_CREATE_STAFF" envDefault:"off" what:"on makes a member of everybody whom the issuer knows, in an installation of one account; off lets in whom an admin has invited or added"`

	TrustedProxies Networks `env:"KONTOR_TRUSTED_PROXIES" what:"addresses or networks of reverse proxies whose X-Forwarded-For is believed, separated by commas; default: none"`
	LogLevel       string   `env:"KONTOR_LOG_LEVEL" envDefault:"info" what:"debug, info, warn or error"`
	LogFormat      string   `env:"KONTOR_LOG_FORMAT" envDefault:"text" what:"text or json"`
	ProfileListen  string   `env:"KONTOR_PROFILE_LISTEN" what:"address and port, on this machine only, at which go tool pprof reads profiles of a server or a worker, as 127.0.0.1:6060; default: none"`
	Migrate        string   `env:"KONTOR_MIGRATE" envDefault:"auto" what:"auto brings the schema up to date at start; off leaves that to kontor migrate"`
}

// Load reads the settings from an environment (os.Environ), and says of everything that is wrong what to do about it.
func Load(environ []string) (Config, error) {
	vars := env.ToMap(environ)
	if err := readFiles(vars); err != nil {
		return Config{}, err
	}
	c, err := env.ParseAsWithOptions[Config](env.Options{Environment: vars})
	if err != nil {
		return Config{}, fmt.Errorf("read the settings: %w", err)
	}
	if c.PublicURL == "" {
		c.PublicURL = localURL(c.Listen)
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	return c, c.Check()
}

// localURL is where this machine reaches a server that listens on an address.
func localURL(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if a, bad := netip.ParseAddr(host); err == nil && (host == "" || (bad == nil && a.IsUnspecified())) {
		listen = net.JoinHostPort("localhost", port)
	}
	return "http://" + listen
}

// ListeningOn returns the settings of a server that listens on an address. Where the machine chose the port, the public URL
// that follows from it is known only now.
func (c Config) ListeningOn(addr string) Config {
	host, port, _ := net.SplitHostPort(c.Listen)
	if _, chosen, err := net.SplitHostPort(addr); err == nil && port == "0" && c.PublicURL == localURL(c.Listen) {
		c.PublicURL = localURL(net.JoinHostPort(host, chosen))
	}
	return c
}

// readFiles replaces every NAME_FILE of a known variable by NAME with the file's contents.
func readFiles(vars map[string]string) error {
	for _, v := range Describe() {
		file := vars[v.Name+"_FILE"]
		if file == "" {
			continue
		}
		if vars[v.Name] != "" {
			return fmt.Errorf("%s and %s_FILE are both set: keep one of them", v.Name, v.Name)
		}
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return fmt.Errorf("read the file that %s_FILE names: %w", v.Name, err)
		}
		vars[v.Name] = strings.TrimRight(string(text), "\r\n")
	}
	return nil
}

// Networks is a list of networks. One address stands for a network of its own.
type Networks []netip.Prefix

// UnmarshalText reads addresses and networks separated by commas.
func (n *Networks) UnmarshalText(text []byte) error {
	*n = nil
	for part := range strings.SplitSeq(string(text), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if a, err := netip.ParseAddr(part); err == nil {
			*n = append(*n, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return fmt.Errorf("%q is no address and no network; write 10.0.0.1 or 10.0.0.0/8", part)
		}
		*n = append(*n, p.Masked())
	}
	return nil
}

// SQLite tells whether the database is the embedded one.
func (c Config) SQLite() bool { return c.DatabaseURL.Empty() }

// EmbeddedQueue tells whether the queue is the embedded one.
func (c Config) EmbeddedQueue() bool { return c.RedisURL.Empty() }

// Database returns what opens the database.
func (c Config) Database() string {
	if c.SQLite() {
		return filepath.Join(c.DataDir, "kontor.db")
	}
	return c.DatabaseURL.Reveal()
}

// HTTPS tells whether browsers reach the server over TLS.
func (c Config) HTTPS() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// Keys returns the key ring for secrets at rest, empty when it is the generated one.
func (c Config) Keys() []string { return list(c.SecretKeys) }

// AppSecrets returns the Meta app's secrets, the signing one first.
func (c Config) AppSecrets() []string { return list(c.MetaAppSecrets) }

// Domains returns the domains of e-mail addresses that may come by single sign-on; none means any.
func (c Config) Domains() []string { return list(secret.New(strings.ToLower(c.OIDCDomains))) }

func list(t secret.Text) []string {
	var parts []string
	for _, p := range strings.Split(t.Reveal(), ",") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

func validURL(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return false
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return true
		}
	}
	return false
}
