package channeltest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
)

func sendsText(t *testing.T, h Harness) {
	limit := h.Adapter.Describe().Capabilities.TextLimit
	for _, text := range []string{"Guten Tag, 👋 <b>\"2 Stück\"</b> & \\ / \n Ende", strings.Repeat("ä", limit)} {
		m := h.text(text)
		sent, err := h.Adapter.Send(t.Context(), h.Access, m)
		require.NoError(t, err)
		require.NotEmpty(t, sent.ExternalID)
		taken := h.Provider.Taken()
		require.Equal(t, Taken{ID: sent.ExternalID, Person: h.Person, Text: text, Token: m.Token}, taken[len(taken)-1])
	}
}

func sendsFile(t *testing.T, h Harness) {
	if len(h.Adapter.Describe().Capabilities.FileLimits) == 0 {
		t.Skip("the kind sends no files")
	}
	content := bytes.Repeat([]byte("\x89PNG\r\n\x1a\n--boundary\r\n"), 20_000)
	m, closed := h.file(content)
	sent, err := h.Adapter.Send(t.Context(), h.Access, m)
	require.NoError(t, err)
	require.NotEmpty(t, sent.ExternalID)
	require.Equal(t, []Taken{{ID: sent.ExternalID, Person: h.Person, Token: m.Token, File: content}}, h.Provider.Taken())
	require.True(t, *closed)
}

func tooMuch(t *testing.T, h Harness) {
	can := h.Adapter.Describe().Capabilities
	both, _ := h.file([]byte("x"))
	both.Text = "and a text"
	list := []channel.Outgoing{h.text(""), both}
	if can.TextLimit > 0 {
		list = append(list, h.text(strings.Repeat("x", can.TextLimit+1)))
	}
	for fileType, limit := range can.FileLimits {
		m, _ := h.file([]byte("x"))
		m.File.Type, m.File.Size = fileType, limit+1
		list = append(list, m)
	}
	odd, _ := h.file([]byte("x"))
	odd.File.Type = channel.Location
	list = append(list, odd)
	for _, m := range list {
		_, err := h.Adapter.Send(t.Context(), h.Access, m)
		require.Equal(t, channel.Rejected, h.failure(t, err).Class)
	}
	require.Empty(t, h.Provider.Taken())
}

func allClasses() []channel.Class {
	return []channel.Class{
		channel.Rejected, channel.OutsideWindow, channel.Throttled, channel.Temporary, channel.Disconnected, channel.Unconfirmed,
	}
}

func classes(t *testing.T, h Harness) {
	for _, class := range allClasses() {
		if !h.Provider.Refuse(class) {
			continue
		}
		_, err := h.Adapter.Send(t.Context(), h.Access, h.text("x"))
		require.Equal(t, class, h.failure(t, err).Class)
	}
	h.Provider.Accept()
	_, err := h.Adapter.Send(t.Context(), h.Access, h.text("x"))
	require.NoError(t, err, "a failure leaves nothing behind in the adapter")
}

// lostAnswer is the heart of the promise that nothing is sent twice: the provider took the message, and nobody said so.
func lostAnswer(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	h.Provider.Hang(cancel)
	_, err := h.Adapter.Send(ctx, h.Access, h.text("x"))
	require.Equal(t, channel.Unconfirmed, h.failure(t, err).Class)
	require.Len(t, h.Provider.Taken(), 1, "and an adapter tries once")
}

func neverLeft(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := h.Adapter.Send(ctx, h.Access, h.text("x"))
	require.Equal(t, channel.Temporary, h.failure(t, err).Class)
	require.Empty(t, h.Provider.Taken())
}

func unreadableFile(t *testing.T, h Harness) {
	m, _ := h.file([]byte("whole"))
	if m.File.Type == "" {
		t.Skip("the kind sends no files")
	}
	m.File.Open = func(context.Context) (io.ReadCloser, error) { return nil, errors.New("disk") }
	_, err := h.Adapter.Send(t.Context(), h.Access, m)
	require.Equal(t, channel.Temporary, h.failure(t, err).Class)

	short, _ := h.file([]byte("whole"))
	short.File.Size = 500_000
	_, err = h.Adapter.Send(t.Context(), h.Access, short)
	require.Equal(t, channel.Temporary, h.failure(t, err).Class, "a request that never ended was not taken")
	require.Empty(t, h.Provider.Taken())
}

func secrets(t *testing.T, h Harness) {
	require.NotEmpty(t, h.Secrets)
	h.hidden(t, h.Adapter.Describe())
	h.hidden(t, h.Access)
	h.hidden(t, h.Adapter)
	for _, class := range allClasses() {
		if !h.Provider.Refuse(class) {
			continue
		}
		_, err := h.Adapter.Send(t.Context(), h.Access, h.text("x"))
		_ = h.failure(t, err)
		if c, ok := h.Adapter.(channel.Connector); ok {
			if _, err := c.Connect(t.Context(), h.Access); err != nil {
				_ = h.failure(t, err)
			}
		}
	}
}

func connects(t *testing.T, h Harness) {
	c, ok := h.Adapter.(channel.Connector)
	if !ok {
		t.Skip("the kind is not connected by a token")
	}
	for range 2 {
		got, err := c.Connect(t.Context(), h.Access)
		require.NoError(t, err)
		require.NotEmpty(t, got.Name)
	}
	wrong := h.Access
	wrong.Token = secret.New("not the token")
	_, err := c.Connect(t.Context(), wrong)
	_ = h.failure(t, err)
	require.NoError(t, c.Disconnect(t.Context(), h.Access))
}

func profiles(t *testing.T, h Harness) {
	f, ok := h.Adapter.(channel.ProfileFetcher)
	if !ok {
		t.Skip("the kind has no profiles")
	}
	p, err := f.FetchProfile(t.Context(), h.Access, h.Person+"0")
	require.NoError(t, err)
	require.Equal(t, channel.Profile{}, p)
}

func readsBack(t *testing.T, h Harness) {
	r, ok := h.Adapter.(channel.ReadBacker)
	if !ok {
		t.Skip("the kind cannot read back")
	}
	since := clock.System{}.Now()
	find := func(m channel.Outgoing, known ...string) string {
		id, err := r.ReadBack(t.Context(), h.Access, m, since, known)
		require.NoError(t, err)
		return id.ExternalID
	}
	require.Empty(t, find(h.text("Ja")), "nothing was sent")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	h.Provider.Hang(cancel)
	_, err := h.Adapter.Send(ctx, h.Access, h.text("Ja"))
	require.Equal(t, channel.Unconfirmed, h.failure(t, err).Class)
	h.Provider.Accept()
	id := h.Provider.Taken()[0].ID
	require.Equal(t, id, find(h.text("Ja")))
	require.Empty(t, find(h.text("Ja"), id), "that one is accounted for")
	require.Empty(t, find(h.text("Nein")), "that is another text")
}

func history(t *testing.T, h Harness) {
	f, ok := h.Adapter.(channel.HistoryFetcher)
	if !ok {
		t.Skip("the kind has no history")
	}
	_, err := h.Adapter.Send(t.Context(), h.Access, h.text("Ja"))
	require.NoError(t, err)
	now := clock.System{}.Now()
	past, all, err := f.FetchHistory(t.Context(), h.Access, h.Person, now.Add(time.Hour), 10)
	require.NoError(t, err)
	require.Len(t, past, 1)
	require.GreaterOrEqual(t, all, -1)
	require.Equal(t, channel.Echo, past[0].Action)
	require.Equal(t, h.Person, past[0].Person.ExternalID)
	require.Equal(t, h.Provider.Taken()[0].ID, past[0].ExternalID)
	require.Empty(t, past[0].Opens)
	h.valid(t, past[0])

	past, _, err = f.FetchHistory(t.Context(), h.Access, h.Person, now.Add(-time.Hour), 10)
	require.NoError(t, err)
	require.Empty(t, past)
}
