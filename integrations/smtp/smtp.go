// Package smtp takes the system's own mails to a mail server. What they say is package mail's in the domain.
package smtp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kontor/domain/mail"
	"kontor/domain/secret"
)

// timeout is how long a server may take with one mail.
const timeout = 30 * time.Second

// Sender is a way to one mail server.
type Sender struct {
	host    string
	from    string
	options []gomail.Option
}

// New reads an address as smtp://user:password@host:587?from=kontor@example.com. By itself smtp:// begins with STARTTLS and
// smtps:// with TLS; tls=none switches it off. Without a sender the user is it, or kontor at the host of the public address.
func New(address secret.Text, publicURL string) (*Sender, error) {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("KONTOR_SMTP_URL is no address of a mail server")
	}
	s := &Sender{host: u.Hostname(), from: senderOf(u, publicURL), options: []gomail.Option{gomail.WithTimeout(timeout)}}
	port := 587
	switch {
	case u.Scheme == "smtps":
		port = 465
		s.options = append(s.options, gomail.WithSSL())
	case u.Query().Get("tls") == "none":
		port = 25
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("read the port in KONTOR_SMTP_URL: %w", err)
		}
	}
	s.options = append(s.options, gomail.WithPort(port))
	if password, ok := u.User.Password(); ok {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return s, nil
}

func senderOf(u *url.URL, publicURL string) string {
	if from := u.Query().Get("from"); from != "" {
		return from
	}
	if user := u.User.Username(); strings.Contains(user, "@") {
		return user
	}
	host := "localhost"
	if public, err := url.Parse(publicURL); err == nil && net.ParseIP(public.Hostname()) == nil && public.Hostname() != "" {
		host = public.Hostname()
	}
	return "kontor@" + host
}

// Send takes a letter to the server; mail.ErrRefused when it will never take it.
func (s *Sender) Send(ctx context.Context, l mail.Letter) error {
	m := gomail.NewMsg()
	if err := m.FromFormat("Kontor", s.from); err != nil {
		return fmt.Errorf("the sender of mails: %w", err)
	}
	if err := m.To(l.To); err != nil {
		return refused(err)
	}
	m.Subject(l.Subject)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("prepare the way to the mail server: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, m); err != nil {
		var why *gomail.SendError
		if errors.As(err, &why) && !why.IsTemp() && why.ErrorCode() >= 500 {
			return refused(err)
		}
		return fmt.Errorf("send a mail: %w", err)
	}
	return nil
}

// checkTimeout is how long a server may take with everything that comes before a mail.
const checkTimeout = 8 * time.Second

// Check goes as far with the server as one can without sending anything: greeting, encryption, signing in.
func (s *Sender) Check(ctx context.Context) error {
	client, err := gomail.NewClient(s.host, append(slices.Clone(s.options), gomail.WithTimeout(checkTimeout))...)
	if err != nil {
		return fmt.Errorf("prepare the way to the mail server: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("greet the mail server: %w", err)
	}
	return client.Close()
}

// Host is the mail server's name.
func (s *Sender) Host() string { return s.host }

func refused(err error) error { return fmt.Errorf("%w: %w", mail.ErrRefused, err) }
