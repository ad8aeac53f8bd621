package integrations_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
	"kontor/integrations"
	"kontor/integrations/guardhttp"
	"kontor/integrations/meta"
	"kontor/integrations/metasim"
)

// scene is a kind and its door before the simulator: one page, connected, and one person.
type scene struct {
	t       *testing.T
	sim     *metasim.Sim
	out     *guardhttp.Client
	door    integrations.Door
	adapter channel.Adapter
	access  channel.Access
	page    metasim.Page
	anna    metasim.Person
	bodies  chan []byte
}

func play(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, bodies: make(chan []byte, 100)}
	hook := httptest.NewServer(http.HandlerFunc(s.receive))
	t.Cleanup(hook.Close)
	noon := clock.NewFixed(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	s.sim = metasim.New(metasim.Options{
		App: metasim.App{Secrets: []string{"app_secret"}, VerifyToken: "verify", CallbackURL: hook.URL}, Clock: noon, Seed: 1,
	})
	server := httptest.NewServer(s.sim.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(s.sim.Close)
	app := s.sim.ChangeApp(func(a *metasim.App) { a.PublicURL = server.URL })
	var err error
	s.out, err = guardhttp.New(guardhttp.Options{Exempt: []string{server.URL}})
	require.NoError(t, err)
	registry, doors := integrations.New(integrations.Options{
		Meta: meta.Settings{
			GraphURL: server.URL, Version: "v25.0", AppID: app.ID, AppSecrets: []secret.Text{secret.New("app_secret")},
			VerifyToken: secret.New("verify"),
		},
		HTTP: s.out, Clock: noon,
	})
	s.door = doors[0]
	s.adapter, err = registry.Of("facebook")
	require.NoError(t, err)
	s.page, err = s.sim.AddPage(metasim.Page{Name: "Café Nordlicht", HumanAgent: true})
	require.NoError(t, err)
	s.anna, err = s.sim.AddPerson(metasim.Person{FirstName: "Anna", LastName: "Berg"})
	require.NoError(t, err)
	s.access = channel.Access{ExternalID: s.page.ID, Token: secret.New(s.page.Token)}
	_, err = s.adapter.(channel.Connector).Connect(t.Context(), s.access)
	require.NoError(t, err)
	return s
}

// receive is the callback: what the HTTP layer does with a door.
func (s *scene) receive(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		challenge, err := s.door.Handshake(r.URL.Query())
		if err != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, challenge)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || s.door.Verify(r.Header, body) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.bodies <- body
}

// next waits for the next thing of an action that the simulator tells.
func (s *scene) next(action channel.Action) channel.Inbound {
	s.t.Helper()
	for {
		select {
		case body := <-s.bodies:
			routed, _ := s.door.Split(body)
			for _, r := range routed {
				require.Equal(s.t, []string{s.page.ID}, r.ExternalIDs)
				in, err := s.adapter.Parse(r.Item)
				require.NoError(s.t, err)
				if in.Action == action {
					return in
				}
			}
		case <-s.t.Context().Done():
			s.t.Fatalf("no %s came", action)
		}
	}
}

func (s *scene) write(text string) metasim.Message {
	s.t.Helper()
	m, err := s.sim.Write(metasim.Write{Page: s.page.ID, Person: s.anna.ID, Text: text})
	require.NoError(s.t, err)
	return m
}

func (s *scene) outgoing(person, text string) channel.Outgoing {
	return channel.Outgoing{
		Token: channel.TokenPrefix + text, Person: person, Text: text, Rule: s.adapter.Describe().Capabilities.Rules[0],
	}
}

func TestConversationWithTheSimulator(t *testing.T) {
	t.Parallel()
	s := play(t)
	require.NoError(t, s.sim.Handshake(t.Context(), "verify"))
	require.Error(t, s.sim.Handshake(t.Context(), "something else"))

	question := s.write("Guten Tag, ist der Tisch noch lieferbar? äöå 😢 https://example.org")
	in := s.next(channel.Message)
	require.Equal(t, question.Text, in.Text)
	require.Equal(t, question.PSID, in.Person.ExternalID)

	out := s.outgoing(question.PSID, "Ja, gern 👋")
	out.ReplyTo = question.MID
	sent, err := s.adapter.Send(t.Context(), s.access, out)
	require.NoError(t, err)
	echo := s.next(channel.Echo)
	require.Equal(t, sent.ExternalID, echo.ExternalID)
	require.Equal(t, out.Token, echo.Token)
	require.Equal(t, question.MID, echo.ReplyTo)
	require.Equal(t, question.PSID, echo.Person.ExternalID)
	require.Equal(t, []string{sent.ExternalID}, s.next(channel.Delivered).ExternalIDs)

	out = s.outgoing(question.PSID, "")
	out.File = &channel.OutFile{Type: channel.Document, Name: "Rechnung ä.pdf", MIME: "application/pdf", Size: 8,
		Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte("%PDF-1.7"))), nil
		}}
	_, err = s.adapter.Send(t.Context(), s.access, out)
	require.NoError(t, err)
	files := s.next(channel.Echo).Files
	require.Equal(t, channel.Document, files[0].Type)
	body, info, err := s.out.Fetch(t.Context(), files[0].URL, 100)
	require.NoError(t, err)
	require.Equal(t, "application/pdf", info.MIME)
	require.NoError(t, body.Close())

	profile, err := s.adapter.(channel.ProfileFetcher).FetchProfile(t.Context(), s.access, question.PSID)
	require.NoError(t, err)
	require.Equal(t, "Anna Berg", profile.Name)
	past, all, err := s.adapter.(channel.HistoryFetcher).FetchHistory(t.Context(), s.access, question.PSID, s.sim.Now().Add(time.Hour), 20)
	require.NoError(t, err)
	require.Len(t, past, 3)
	require.Equal(t, 3, all)
}

func TestLostAnswersOfTheSimulator(t *testing.T) {
	t.Parallel()
	for _, answer := range []metasim.FaultAnswer{metasim.AnswerDrop, metasim.AnswerHTML, metasim.AnswerCut, metasim.AnswerHang} {
		t.Run(string(answer), func(t *testing.T) {
			t.Parallel()
			s := play(t)
			person := s.write("Guten Tag").PSID
			_, err := s.sim.AddFault(metasim.Fault{Call: "send", Answer: answer, Accept: true})
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			t.Cleanup(cancel)
			if answer == metasim.AnswerHang {
				go func() { // patience ends when the message has certainly been taken
					for !bytes.Contains(<-s.bodies, []byte(`"is_echo":true`)) {
					}
					cancel()
				}()
			}
			out := s.outgoing(person, "Ja")
			_, err = s.adapter.Send(ctx, s.access, out)
			f, ok := errors.AsType[*channel.Failure](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, channel.Unconfirmed, f.Class)
			taken := s.sim.Ledger(metasim.LedgerQuery{})
			require.Len(t, taken, 1)
			id, err := s.adapter.(channel.ReadBacker).ReadBack(t.Context(), s.access, out, s.sim.Now(), nil)
			require.NoError(t, err)
			require.Equal(t, taken[0].MID, id.ExternalID)
		})
	}
}

func TestErrorsOfTheSimulator(t *testing.T) {
	t.Parallel()
	s := play(t)
	person := s.write("Guten Tag").PSID
	for _, e := range s.sim.Errors() {
		for _, locale := range []string{"", "de_DE", "zh_CN"} {
			_, err := s.sim.AddFault(metasim.Fault{
				Call: "send", Answer: metasim.AnswerError, Error: metasim.ErrorRef{Code: e.Code, Subcode: e.Subcode}, Locale: locale,
			})
			require.NoError(t, err)
			_, err = s.adapter.Send(t.Context(), s.access, s.outgoing(person, "x"))
			f, ok := errors.AsType[*channel.Failure](err)
			require.True(t, ok, "%d/%d: %v", e.Code, e.Subcode, err)
			require.NotEqual(t, meta.Unknown, f.Reason, "%d/%d", e.Code, e.Subcode)
			require.Equal(t, e.Code, f.Code)
			require.NotEmpty(t, f.TraceID)
		}
	}
	require.Empty(t, s.sim.Ledger(metasim.LedgerQuery{}))
}

func TestDashboardEventsOfTheSimulator(t *testing.T) {
	t.Parallel()
	s := play(t)
	for _, shape := range []string{"message", "field_value", "change"} {
		answer, err := s.sim.DashboardTest(t.Context(), shape)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.Status)
		routed, unrouted := s.door.Split(<-s.bodies)
		require.Empty(t, routed)
		require.Len(t, unrouted, 1)
		require.Equal(t, meta.UnroutedTest, unrouted[0].Reason)
	}
}

func TestWhereFilesAre(t *testing.T) {
	t.Parallel()
	s := play(t)
	finder, can := s.adapter.(channel.FileFinder)
	require.True(t, can)
	m, err := s.sim.Write(metasim.Write{Page: s.page.ID, Person: s.anna.ID, Text: "two", Attachments: []metasim.Attachment{{Type: "image"}, {Type: "file"}}})
	require.NoError(t, err)
	files, err := finder.FindFiles(t.Context(), s.access, "messenger", m.MID)
	require.NoError(t, err)
	require.Len(t, files, 2)
	require.Equal(t, channel.Image, files[0].Type)
	require.NotEmpty(t, files[1].URL)

	post, err := s.sim.AddPost(metasim.Post{Page: s.page.ID, Text: "Spring"})
	require.NoError(t, err)
	for kind, want := range map[string]channel.FileType{"photo": channel.Image, "sticker": channel.Sticker} {
		c, err := s.sim.Comment(metasim.NewComment{Post: post.ID, Person: s.anna.ID, Attach: kind})
		require.NoError(t, err)
		files, err := finder.FindFiles(t.Context(), s.access, "comment", c.ID)
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.Equal(t, want, files[0].Type)
		require.NotEmpty(t, files[0].URL)
	}
	_, err = finder.FindFiles(t.Context(), s.access, "comment", "1_2")
	f, _ := errors.AsType[*channel.Failure](err)
	require.Equal(t, channel.Rejected, f.Class)
}
