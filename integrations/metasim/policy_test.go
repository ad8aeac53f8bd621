package metasim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	type tagged struct{ messagingType, tag string }
	response, human := tagged{"RESPONSE", ""}, tagged{"MESSAGE_TAG", "HUMAN_AGENT"}
	const day = 24 * time.Hour
	cases := map[string]struct {
		before func(*world, Message) // after Anna wrote
		later  time.Duration
		as     tagged
		text   string
		to     string // Anna's id when empty
		want   string // error, empty when it is sent
		status int
	}{
		"within_the_window":                {as: response, later: day - time.Second},
		"window_ended":                     {as: response, later: day, want: "10/2018278", status: 400},
		"update_outside":                   {as: tagged{"UPDATE", ""}, later: day, want: "10/2018278", status: 400},
		"type_left_out":                    {as: tagged{}, later: time.Hour},
		"human_after_a_day":                {as: human, later: 7*day - time.Second},
		"human_within_the_window":          {as: human},
		"human_after_a_week":               {as: human, later: 7 * day, want: "10/2018278", status: 400},
		"tag_without_type_is_the_old_form": {as: tagged{"", "HUMAN_AGENT"}, later: 2 * day},
		"human_without_the_feature": {
			before: func(w *world, _ Message) { w.change(func(p *Page) { p.HumanAgent = false }) },
			as:     human, later: day, want: "10", status: 403,
		},
		"dead_tag_account":        {as: tagged{"MESSAGE_TAG", "ACCOUNT_UPDATE"}, want: "100/1893061", status: 400},
		"dead_tag_event":          {as: tagged{"MESSAGE_TAG", "CONFIRMED_EVENT_UPDATE"}, want: "100/1893061", status: 400},
		"dead_tag_purchase":       {as: tagged{"MESSAGE_TAG", "POST_PURCHASE_UPDATE"}, want: "100/1893061", status: 400},
		"tag_of_a_feature":        {as: tagged{"MESSAGE_TAG", "CUSTOMER_FEEDBACK"}, want: "10", status: 403},
		"tag_unknown":             {as: tagged{"MESSAGE_TAG", "PROMO"}, want: "100", status: 400},
		"tag_missing":             {as: tagged{"MESSAGE_TAG", ""}, want: "100", status: 400},
		"tag_with_response":       {as: tagged{"RESPONSE", "HUMAN_AGENT"}, want: "100", status: 400},
		"type_unknown":            {as: tagged{"REPLY", ""}, want: "100", status: 400},
		"utility_without_content": {as: tagged{"UTILITY", ""}, want: "100", status: 400},
		"person_unknown":          {as: response, to: "4711", want: "100/2018001", status: 400},
		"person_of_another_page":  {as: response, to: "other", want: "100/2018001", status: 400},
		"blocked_551": {
			before: unavailable(551, 1545041), as: response, want: "551/1545041", status: 400,
		},
		"blocked_200": {
			before: unavailable(200, 1545041), as: response, want: "200/1545041", status: 403,
		},
		"another_app_has_the_thread": {
			before: func(w *world, _ Message) {
				_, err := w.sim.ChangeThread(w.page.ID, w.anna.ID, func(t *Thread) { t.OwnerApp = "200000000000001" })
				require.NoError(w.t, err)
			},
			as: response, want: "2018300", status: 400,
		},
		"2000_characters": {as: response, text: repeated("ä", 2000)},
		"2001_characters": {as: response, text: repeated("ä", 2001), want: "100", status: 400},
		"reaction_opens_the_window": {
			before: func(w *world, m Message) {
				w.clock.Add(20 * time.Hour)
				_, err := w.sim.React(React{m.MID, "👍"})
				require.NoError(w.t, err)
			},
			as: response, later: 23 * time.Hour,
		},
		"taking_a_reaction_back_does_not": {
			before: func(w *world, m Message) {
				w.clock.Add(20 * time.Hour)
				_, err := w.sim.React(React{MID: m.MID})
				require.NoError(w.t, err)
			},
			as: response, later: 5 * time.Hour, want: "10/2018278", status: 400,
		},
		"link_opens_the_window": {
			before: arriveAfter(20*time.Hour, Arrival{Ref: "x"}), as: response, later: 23 * time.Hour,
		},
		"ad_opens_a_longer_one": {
			before: func(w *world, m Message) {
				w.change(func(p *Page) { p.AdWindowHours = 7 * 24 })
				arriveAfter(20*time.Hour, Arrival{AdID: "1", Text: "Hallo"})(w, m)
			},
			as: response, later: 6 * day,
		},
		"reaction_does_not_count_for_a_human": {
			before: func(w *world, m Message) {
				w.clock.Add(6 * day)
				_, err := w.sim.React(React{m.MID, "👍"})
				require.NoError(w.t, err)
			},
			as: human, later: 2 * day, want: "10/2018278", status: 400,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			m := w.write("Hallo")
			if c.before != nil {
				c.before(w, m)
			}
			w.clock.Add(c.later)
			got := w.post("/me/messages", map[string]any{
				"recipient": map[string]any{"id": w.recipient(c.to, m)}, "messaging_type": c.as.messagingType,
				"tag": c.as.tag, "message": map[string]any{"text": textOr(c.text), "metadata": "out:1"},
			})
			require.Equal(t, c.want, got.code(), got.raw)
			accepted := w.sim.Ledger(LedgerQuery{Metadata: "out:1"})
			if c.want != "" {
				require.Equal(t, c.status, got.status)
				require.Empty(t, accepted)
				return
			}
			require.Equal(t, 200, got.status)
			require.Len(t, accepted, 1)
			require.Equal(t, c.as.tag, accepted[0].Tag)
		})
	}
}

func (w *world) change(f func(*Page)) {
	w.t.Helper()
	_, err := w.sim.ChangePage(w.page.ID, f)
	require.NoError(w.t, err)
}

func unavailable(code, subcode int) func(*world, Message) {
	return func(w *world, _ Message) {
		_, err := w.sim.ChangeThread(w.page.ID, w.anna.ID, func(t *Thread) { t.Unavailable = ErrorRef{code, subcode} })
		require.NoError(w.t, err)
	}
}

func arriveAfter(d time.Duration, a Arrival) func(*world, Message) {
	return func(w *world, _ Message) {
		w.clock.Add(d)
		a.Page, a.Person = w.page.ID, w.anna.ID
		_, err := w.sim.Arrive(a)
		require.NoError(w.t, err)
	}
}

// recipient is Anna's id, the id another page knows her by, or to itself.
func (w *world) recipient(to string, m Message) string {
	w.t.Helper()
	switch to {
	case "":
		return m.PSID
	case "other":
		other := w.addPage(Page{Name: "Andere Seite"})
		m, err := w.sim.Write(Write{Page: other.ID, Person: w.anna.ID, Text: "Hallo"})
		require.NoError(w.t, err)
		return m.PSID
	}
	return to
}

func textOr(text string) string {
	if text == "" {
		return "Guten Tag"
	}
	return text
}

func repeated(s string, n int) string {
	out := make([]byte, 0, n*len(s))
	for range n {
		out = append(out, s...)
	}
	return string(out)
}
