package smtp_test

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/domain/mail"
	"kontor/domain/secret"
	"kontor/integrations/smtp"
)

func TestSender(t *testing.T) {
	t.Parallel()
	box, _ := apptest.NewMailbox(t)
	letter := mail.Letter{To: "ana@acme.example", Subject: "s", Text: "t", HTML: "h"}
	n := 0
	for _, test := range []struct{ user, query, public, from string }{
		{"", "&from=crm@acme.example", "https://kontor.example.com", "crm@acme.example"},
		{"robot%40acme.example@", "", "https://kontor.example.com", "robot@acme.example"},
		{"robot@", "", "https://kontor.example.com:8443", "kontor@kontor.example.com"},
		{"", "", "http://127.0.0.1:8080", "kontor@localhost"},
	} {
		s, err := smtp.New(secret.New("smtp://"+test.user+box.Address+"?tls=none"+test.query), test.public)
		require.NoError(t, err)
		require.NoError(t, s.Send(t.Context(), letter))
		require.Equal(t, test.from, box.Next(t, n).From)
		n++
	}
	_, err := smtp.New(secret.New("nonsense"), "")
	require.Error(t, err)
}

// TestNothingGoesInTheClear sends to a server without TLS, which only takes mails when the settings say so.
func TestNothingGoesInTheClear(t *testing.T) {
	t.Parallel()
	box, _ := apptest.NewMailbox(t)
	letter := mail.Letter{To: "ana@acme.example", Subject: "Grüße", Text: "text", HTML: "<p>html</p>"}
	s, err := smtp.New(secret.New("smtp://"+box.Address), "")
	require.NoError(t, err)
	require.Error(t, s.Send(t.Context(), letter))
	require.Empty(t, box.Letters())

	s, err = smtp.New(secret.New("smtp://"+box.Address+"?tls=none&from=kontor@acme.example"), "")
	require.NoError(t, err)
	require.NoError(t, s.Send(t.Context(), letter))
	arrived := box.Next(t, 0)
	require.Equal(t, "Grüße", arrived.Subject)
	require.Equal(t, "text", arrived.Text)
	require.Equal(t, "<p>html</p>", arrived.HTML)

	box.Refuse(550)
	require.ErrorIs(t, s.Send(t.Context(), letter), mail.ErrRefused)
	letter.To = "no address"
	require.ErrorIs(t, s.Send(t.Context(), letter), mail.ErrRefused)
	letter.To = "ana@acme.example"
	box.Refuse(451)
	err = s.Send(t.Context(), letter)
	require.Error(t, err)
	require.NotErrorIs(t, err, mail.ErrRefused, "it may be taken later")
}

// Asking whether the server can be used sends nothing, and ends in time when nobody answers.
func TestCheck(t *testing.T) {
	t.Parallel()
	box, _ := apptest.NewMailbox(t)
	s, err := smtp.New(secret.New("smtp://"+box.Address+"?tls=none"), "")
	require.NoError(t, err)
	require.NoError(t, s.Check(t.Context()))
	require.Empty(t, box.Letters())

	s, err = smtp.New(secret.New("smtp://"+box.Address), "")
	require.NoError(t, err)
	require.Error(t, s.Check(t.Context()), "it has no TLS")

	s, err = smtp.New(secret.New("smtp://127.0.0.1:1?tls=none"), "")
	require.NoError(t, err)
	require.Error(t, s.Check(t.Context()))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0") // takes connections and says nothing
	require.NoError(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	s, err = smtp.New(secret.New("smtp://"+silent.Addr().String()+"?tls=none"), "")
	require.NoError(t, err)
	require.Error(t, s.Check(ctx))
}
