package metasim

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func readJSON(t *testing.T, file string, v any) {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, v))
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.write("Grüße")
	w.flush()
	posts := w.hook.posts()
	require.Len(t, posts, 1)
	h := posts[0].header
	require.Equal(t, "application/json", h.Get("Content-Type"))
	want := http.Header{}
	sign(want, testSecret, []byte(posts[0].body))
	require.Equal(t, want.Get("X-Hub-Signature-256"), h.Get("X-Hub-Signature-256"))
	require.Equal(t, want.Get("X-Hub-Signature"), h.Get("X-Hub-Signature"))
	log := w.sim.Deliveries(0)
	require.Len(t, log, 1)
	require.Equal(t, StateDelivered, log[0].State)
	require.Equal(t, posts[0].body, log[0].Body)
	require.Equal(t, []string{w.page.ID}, log[0].Pages)
	require.Equal(t, []string{"messages"}, log[0].Fields)
	thread, err := w.sim.Thread(w.page.ID, w.anna.ID)
	require.NoError(t, err)
	require.True(t, thread.Messages[0].Told)
	require.Equal(t, m.MID, thread.Messages[0].MID)
}

func TestOnlySubscribedFieldsAreDelivered(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.change(func(p *Page) { p.SubscribedFields = []string{"messages"} })
	m := w.write("Hallo")
	_, err := w.sim.React(React{m.MID, "👍"})
	require.NoError(t, err)
	w.flush()
	require.Len(t, w.hook.posts(), 1)
	require.Equal(t, StateUnwanted, w.sim.Deliveries(1)[0].State)
}

func TestRetries(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.hook.fails()
	start := w.clock.Now()
	w.write("Hallo")
	w.hook.await(t, 2) // at once, once more
	w.flush()
	require.Len(t, w.hook.posts(), 2)
	for i, wait := range []time.Duration{2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute} {
		w.clock.Add(wait - time.Millisecond)
		w.sim.runDue()
		w.flush()
		require.Len(t, w.hook.posts(), 2+i, "not before its time")
		w.clock.Add(time.Millisecond)
		w.hook.await(t, 3+i)
		w.flush()
	}
	w.hook.answers(nil)
	w.clock.Add(5 * time.Minute)
	posts := w.hook.await(t, 7)
	w.flush()
	for _, p := range posts[1:] {
		require.Equal(t, posts[0].body, p.body, "the bytes never change")
	}
	d := w.sim.Deliveries(0)[0]
	require.Equal(t, StateDelivered, d.State)
	require.Len(t, d.Attempts, 7)
	require.Equal(t, 500, d.Attempts[0].Status)
	require.Equal(t, 200, d.Attempts[6].Status)
	require.Equal(t, start, d.Attempts[1].At)
	page, err := w.sim.Page(w.page.ID)
	require.NoError(t, err)
	require.Nil(t, page.FailingSince, "a success ends the run of failures")
}

func TestRetryNow(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.hook.fails()
	w.write("Hallo")
	w.hook.await(t, 2)
	w.flush()
	w.hook.answers(nil)
	require.Equal(t, 1, w.sim.RetryNow())
	w.flush()
	require.Equal(t, StateDelivered, w.sim.Deliveries(0)[0].State)
	require.Zero(t, w.sim.RetryNow())
	w.clock.Add(time.Hour)
	w.sim.runDue()
	w.flush()
	require.Len(t, w.hook.posts(), 3, "the planned try is not made as well")
}

func TestPageIsDisabledAfterAnHour(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.hook.fails()
	since := w.clock.Now()
	w.write("Hallo")
	w.hook.await(t, 2)
	w.flush()
	page := func() Page {
		p, err := w.sim.Page(w.page.ID)
		require.NoError(t, err)
		return p
	}
	require.Equal(t, since, *page().FailingSince)
	require.Nil(t, page().AlertedAt)

	w.clock.Add(20 * time.Minute)
	w.hook.await(t, 3)
	w.flush()
	require.NotNil(t, page().AlertedAt)
	require.NotEmpty(t, page().SubscribedFields)

	w.clock.Add(40 * time.Minute)
	w.hook.await(t, 4)
	w.flush()
	require.Empty(t, page().SubscribedFields)
	require.Equal(t, since.Add(time.Hour), *page().DisabledAt)
	require.Equal(t, StateDropped, w.sim.Deliveries(0)[0].State)

	w.hook.answers(nil)
	w.write("verloren")
	require.Equal(t, StateUnwanted, w.sim.Deliveries(1)[0].State, "what comes now is lost")
	require.JSONEq(t, `{"data":[]}`, w.get("/me/subscribed_apps", nil).raw)
	require.Empty(t, w.post("/me/subscribed_apps", map[string]any{"subscribed_fields": "messages"}).code())
	w.write("wieder da")
	w.hook.await(t, 5)
	require.Nil(t, page().DisabledAt)
}

func TestSlowCallbackIsAFailure(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	h.answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	sim := New(Options{App: App{CallbackURL: h.url}, Seed: 1, DeliveryTimeout: 20 * time.Millisecond})
	t.Cleanup(sim.Close)
	page, err := sim.AddPage(Page{SubscribedFields: []string{"messages"}})
	require.NoError(t, err)
	anna, err := sim.AddPerson(Person{})
	require.NoError(t, err)
	_, err = sim.Write(Write{Page: page.ID, Person: anna.ID, Text: "Hallo"})
	require.NoError(t, err)
	h.await(t, 2)
	attempt := sim.Deliveries(0)[0].Attempts[0]
	require.Zero(t, attempt.Status)
	require.NotEmpty(t, attempt.Error)
}

func TestHoldAndRelease(t *testing.T) {
	t.Parallel()
	texts := func(w *world) []string {
		var all []string
		for _, u := range w.hook.updates(t) {
			m, _ := u["message"].(map[string]any)
			text, _ := m["text"].(string)
			all = append(all, text)
		}
		return all
	}
	held := func(t *testing.T) *world {
		w := setup(t)
		w.sim.ChangeWebhooks(func(s *Webhooks) { s.Hold = true })
		for _, text := range []string{"1", "2", "3", "4"} {
			w.write(text)
		}
		w.flush()
		require.Empty(t, w.hook.posts())
		return w
	}
	t.Run("in_order", func(t *testing.T) {
		t.Parallel()
		w := held(t)
		_, err := w.sim.Release(Release{})
		require.NoError(t, err)
		w.flush()
		require.Equal(t, []string{"1", "2", "3", "4"}, texts(w))
	})
	t.Run("reversed", func(t *testing.T) {
		t.Parallel()
		w := held(t)
		_, err := w.sim.Release(Release{Order: "reverse"})
		require.NoError(t, err)
		w.flush()
		require.Equal(t, []string{"4", "3", "2", "1"}, texts(w))
	})
	t.Run("shuffled_the_same_way_for_a_seed", func(t *testing.T) {
		t.Parallel()
		orders := map[string]bool{}
		for range 3 {
			w := held(t)
			_, err := w.sim.Release(Release{Order: "shuffle"})
			require.NoError(t, err)
			w.flush()
			require.ElementsMatch(t, []string{"1", "2", "3", "4"}, texts(w))
			orders[texts(w)[0]+texts(w)[1]+texts(w)[2]] = true
		}
		require.Len(t, orders, 1)
	})
	t.Run("in_batches_of_three", func(t *testing.T) {
		t.Parallel()
		w := held(t)
		_, err := w.sim.Release(Release{Batch: 3})
		require.NoError(t, err)
		w.flush()
		require.Len(t, w.hook.posts(), 2)
		require.Equal(t, []string{"1", "2", "3", "4"}, texts(w))
		require.Len(t, w.sim.Deliveries(0), 2)
	})
	t.Run("unknown_order", func(t *testing.T) {
		t.Parallel()
		_, err := setup(t).sim.Release(Release{Order: "sideways"})
		require.ErrorIs(t, err, Refusal("release.order"))
	})
}

func TestBatchesHoldSeveralPages(t *testing.T) {
	t.Parallel()
	w := setup(t)
	other := w.addPage(Page{Name: "Andere Seite"})
	w.sim.ChangeWebhooks(func(s *Webhooks) { s.Hold, s.Batch = true, 1000 })
	w.write("1")
	_, err := w.sim.Write(Write{Page: other.ID, Person: w.anna.ID, Text: "2"})
	require.NoError(t, err)
	w.write("3")
	w.sim.ChangeWebhooks(func(s *Webhooks) { s.Hold = false })
	w.flush()
	posts := w.hook.posts()
	require.Len(t, posts, 1)
	requireShape(t, posts[0].body, asBody, nil, "webhook/batch", "webhook/message_text")
	d := w.sim.Deliveries(0)
	require.Len(t, d, 1)
	require.Equal(t, []string{w.page.ID, other.ID}, d[0].Pages)
}

func TestCopiesAndRedelivery(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.sim.ChangeWebhooks(func(s *Webhooks) { s.Copies = 2 })
	w.write("Hallo")
	w.flush()
	posts := w.hook.posts()
	require.Len(t, posts, 2)
	require.Equal(t, posts[0].body, posts[1].body)
	again, err := w.sim.Redeliver(w.sim.Deliveries(0)[1].ID)
	require.NoError(t, err)
	require.Equal(t, "1", again.CopyOf)
	w.flush()
	require.Equal(t, posts[0].body, w.hook.posts()[2].body)
	_, err = w.sim.Redeliver("99")
	require.ErrorIs(t, err, Refusal("delivery.unknown"))
}

func TestStandby(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.write("Hallo")
	_, err := w.sim.ChangeThread(w.page.ID, w.anna.ID, func(t *Thread) { t.OwnerApp = "200000000000001" })
	require.NoError(t, err)
	w.write("an die andere App")
	_, err = w.sim.Tap(Tap{w.page.ID, w.anna.ID, "Los", "SECRET"})
	require.NoError(t, err)
	w.flush()
	posts := w.hook.posts()
	require.Contains(t, posts[1].body, "take_thread_control")
	require.Contains(t, posts[2].body, `"standby":[{`)
	require.Contains(t, posts[3].body, `"title":"Los"`)
	require.NotContains(t, posts[3].body, "SECRET", "the payload is for the app that sent the button")

	_, err = w.sim.ChangeThread(w.page.ID, w.anna.ID, func(t *Thread) { t.OwnerApp = "" })
	require.NoError(t, err)
	w.write("wieder an uns")
	w.flush()
	posts = w.hook.posts()
	require.Contains(t, posts[4].body, "pass_thread_control")
	require.Contains(t, posts[5].body, `"messaging":[{`)
}

func TestArrive(t *testing.T) {
	t.Parallel()
	w := setup(t)
	arrive := func(a Arrival) string {
		before := len(w.hook.posts())
		a.Page, a.Person = w.page.ID, w.anna.ID
		_, err := w.sim.Arrive(a)
		require.NoError(t, err)
		w.flush()
		posts := w.hook.posts()
		require.Len(t, posts, before+1)
		return posts[before].body
	}
	require.Contains(t, arrive(Arrival{Ref: "shop"}), `"postback":{"mid":`, "new: it rides on Get Started")
	require.Contains(t, arrive(Arrival{Ref: "shop"}), `"referral":{"ref":"shop","source":"SHORTLINK"`, "known: on its own")
	withAd := arrive(Arrival{AdID: "1202", AdTitle: "Herbst", Text: "Hallo"})
	require.Contains(t, withAd, `"text":"Hallo","referral":{"ad_id":"1202","source":"ADS"`)
	w.change(func(p *Page) { p.SubscribedFields = []string{"messages"} })
	require.NotContains(t, arrive(Arrival{AdID: "1202", Text: "Hallo"}), "referral", "only with both fields")
}

func TestEmit(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.write("Hallo")
	w.flush()
	cases := []struct {
		emission Emission
		contains string
	}{
		{Emission{Person: w.anna.ID, Field: "telepathy", Element: json.RawMessage(`{"thought":{"text":"ä/"}}`)},
			`"thought":{"text":"\u00e4\/"}`},
		{Emission{List: "changes", Field: "aura", Element: json.RawMessage(`{"colour":"blue"}`)},
			`"changes":[{"field":"aura","value":{"colour":"blue"}}]`},
		{Emission{List: "standby", Field: "standby", Element: json.RawMessage(`{}`)}, `"standby":[{}]`},
	}
	for i, c := range cases {
		c.emission.Page = w.page.ID
		_, err := w.sim.Emit(c.emission)
		require.NoError(t, err)
		w.flush()
		require.Contains(t, w.hook.posts()[1+i].body, c.contains)
	}
	_, err := w.sim.Emit(Emission{Page: w.page.ID, Element: json.RawMessage(`{`)})
	require.ErrorIs(t, err, Refusal("element.malformed"))
}

func TestPost(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := setup(t)
	w.hook.answers(func(rw http.ResponseWriter, r *http.Request) {
		rw.WriteHeader(http.StatusTeapot)
		_, _ = rw.Write([]byte(r.Header.Get("X-Hub-Signature-256")))
	})
	right := "sha256=" + mac256(testSecret, "{")
	for sign, want := range map[string]string{"": right, "none": "", "sha1": ""} {
		got, err := w.sim.Post(ctx, RawPost{Body: "{", Sign: sign})
		require.NoError(t, err)
		require.Equal(t, RawAnswer{http.StatusTeapot, want}, got)
	}
	got, err := w.sim.Post(ctx, RawPost{BodyBase64: "ew==", Sign: "wrong", Headers: map[string]string{"Content-Encoding": "gzip"}})
	require.NoError(t, err)
	require.NotEqual(t, right, got.Body)
	require.Equal(t, "{", w.hook.posts()[3].body)
	require.Equal(t, "gzip", w.hook.posts()[3].header.Get("Content-Encoding"))
	require.Empty(t, w.sim.Deliveries(0))
}

func mac256(secret, body string) string { return proof(secret, body) }

func TestDashboardTest(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for shape, contains := range map[string]string{
		"message": `"random_text"`, "field_value": `"policy_enforcement"`, "change": `"field":"messages"`,
	} {
		got, err := w.sim.DashboardTest(context.Background(), shape)
		require.NoError(t, err)
		require.Equal(t, 200, got.Status)
		posts := w.hook.posts()
		require.True(t, json.Valid([]byte(posts[len(posts)-1].body)))
		require.Contains(t, posts[len(posts)-1].body, contains)
	}
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := setup(t)
	w.hook.answers(func(rw http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("hub.mode") != "subscribe" || q.Get("hub.verify_token") != testVerify {
			rw.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = rw.Write([]byte(q.Get("hub.challenge")))
	})
	require.NoError(t, w.sim.Handshake(ctx, ""))
	require.ErrorIs(t, w.sim.Handshake(ctx, "guess"), Refusal("callback.refused"))
	w.hook.answers(nil)
	require.ErrorIs(t, w.sim.Handshake(ctx, ""), Refusal("callback.refused"), "an empty 200 is no proof")
	w.sim.ChangeApp(func(a *App) { a.CallbackURL = "http://127.0.0.1:1/" })
	require.ErrorIs(t, w.sim.Handshake(ctx, ""), Refusal("callback.no_answer"))
}
