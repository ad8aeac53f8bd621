package apptest

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/config"
	"kontor/domain/secret"
)

// Letter is a mail as it arrived.
type Letter struct{ From, To, Subject, Text, HTML string }

// Mailbox is a mail server that keeps what it is brought.
type Mailbox struct {
	Address string // host and port

	mu      sync.Mutex
	letters []Letter
	refuse  *smtp.SMTPError
	t       testing.TB
}

// NewMailbox starts a mail server until the test ends, and returns the option by which the program sends its mails there.
func NewMailbox(t testing.TB) (*Mailbox, Option) {
	t.Helper()
	box := &Mailbox{t: t}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := smtp.NewServer(box)
	server.Domain = "mail.example"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	box.Address = listener.Addr().String()
	address := "smtp://" + box.Address + "?tls=none&from=kontor@acme.example"
	return box, func(c *config.Config, _ *app.Options) { c.SMTPURL = secret.New(address) }
}

// Refuse makes the server refuse every letter with a status, or take them again with 0.
func (m *Mailbox) Refuse(status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse = nil
	if status != 0 {
		m.refuse = &smtp.SMTPError{Code: status, Message: "no"}
	}
}

// Letters returns what has arrived so far.
func (m *Mailbox) Letters() []Letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Letter(nil), m.letters...)
}

// Next waits for the letter after the first n.
func (m *Mailbox) Next(t testing.TB, n int) Letter {
	t.Helper()
	Eventually(t, func() bool { return len(m.Letters()) > n }, "a mail arrives")
	return m.Letters()[n]
}

var linkInText = regexp.MustCompile(`https?://\S+`)

// Link is the link that a letter is for, and its secret.
func (l Letter) Link(t testing.TB) string {
	t.Helper()
	link := linkInText.FindString(l.Text)
	require.NotEmpty(t, link, l.Text)
	return link
}

// NewSession begins to take letters.
func (m *Mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{box: m}, nil }

// delivery is one connection to the mailbox.
type delivery struct {
	box      *Mailbox
	from, to string
}

// Mail notes the sender.
func (d *delivery) Mail(from string, _ *smtp.MailOptions) error { d.from = from; return nil }

// Rcpt notes the receiver, or refuses.
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.to = to
	if d.box.refuse != nil {
		return d.box.refuse
	}
	return nil
}

// Data takes the letter.
func (d *delivery) Data(r io.Reader) error {
	l, err := read(r)
	if err != nil {
		return err
	}
	l.From, l.To = d.from, d.to
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.letters = append(d.box.letters, l)
	return nil
}

// Reset forgets what was begun.
func (*delivery) Reset() {}

// Logout ends.
func (*delivery) Logout() error { return nil }

// read takes a letter of two forms apart.
func read(r io.Reader) (l Letter, err error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return l, err
	}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return l, err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return l, nil //nolint:nilerr // the last part has been read
		}
		raw, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return l, err
		}
		text := string(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")))
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			l.HTML = text
		} else {
			l.Text = text
		}
	}
}
