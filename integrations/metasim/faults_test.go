package metasim

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault    Fault
		accepted int
		noAnswer bool // the caller gets none, or not a whole one
		status   int
		code     string
		contains string
	}{
		"accepted_then_hangs":       {fault: Fault{Answer: AnswerHang, Accept: true}, accepted: 1, noAnswer: true},
		"hangs_without_accepting":   {fault: Fault{Answer: AnswerHang}, noAnswer: true},
		"accepted_then_drops":       {fault: Fault{Answer: AnswerDrop, Accept: true}, accepted: 1, noAnswer: true},
		"drops_without_accepting":   {fault: Fault{Answer: AnswerDrop}, noAnswer: true},
		"accepted_then_html_500":    {fault: Fault{Answer: AnswerHTML, Accept: true}, accepted: 1, status: 500, contains: "<h1>"},
		"html_502_without_accept":   {fault: Fault{Answer: AnswerHTML, Status: 502}, status: 502, contains: "Bad Gateway"},
		"body_is_cut":               {fault: Fault{Answer: AnswerCut}, accepted: 1, noAnswer: true},
		"body_is_slow":              {fault: Fault{Answer: AnswerSlow, DelayMS: 1}, accepted: 1, status: 200, contains: "message_id"},
		"empty_200_accepted":        {fault: Fault{Answer: AnswerEmpty, Accept: true}, accepted: 1, status: 200},
		"empty_200_not_accepted":    {fault: Fault{Answer: AnswerEmpty}, status: 200},
		"200_without_message_id":    {fault: Fault{Answer: AnswerNoID}, accepted: 1, status: 200, contains: "recipient_id"},
		"error_not_accepted":        {fault: Fault{Answer: AnswerError, Error: ErrorRef{1200, 2018024}}, status: 400, code: "1200/2018024"},
		"error_though_accepted":     {fault: Fault{Answer: AnswerError, Error: ErrorRef{1, 1357046}, Accept: true}, accepted: 1, status: 400, code: "1/1357046"},
		"error_of_no_catalogue":     {fault: Fault{Answer: AnswerError, Error: ErrorRef{4242, 7}, Status: 429}, status: 429, code: "4242/7"},
		"late_but_right":            {fault: Fault{DelayMS: 5}, accepted: 1, status: 200, contains: "message_id"},
		"usage_headers":             {fault: Fault{Headers: map[string]string{"X-App-Usage": `{"call_count":208}`}}, accepted: 1, status: 200},
		"other_call_is_left_alone":  {fault: Fault{Call: "profile", Answer: AnswerDrop}, accepted: 1, status: 200},
		"other_page_is_left_alone":  {fault: Fault{Page: "1", Answer: AnswerDrop}, accepted: 1, status: 200},
		"every_call_by_a_star":      {fault: Fault{Call: "*", Answer: AnswerHTML}, status: 500},
		"second_call_not_the_first": {fault: Fault{Nth: 2, Answer: AnswerDrop}, accepted: 1, status: 200},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			psid := w.write("Hallo").PSID
			if c.fault.Call == "" {
				c.fault.Call = "send"
			}
			_, err := w.sim.AddFault(c.fault)
			require.NoError(t, err)
			patience := 10 * time.Second
			if c.noAnswer {
				patience = 300 * time.Millisecond
			}
			got, err := w.trySend(psid, patience)
			require.Equal(t, c.noAnswer, err != nil, "%v", err)
			w.flush()
			require.Len(t, w.sim.Ledger(LedgerQuery{Metadata: "out:1"}), c.accepted)
			// Whatever the sender heard: what was accepted is echoed and on the phone, what was not is nowhere.
			require.Len(t, w.echoes("out:1"), c.accepted)
			thread, err := w.sim.Thread(w.page.ID, w.anna.ID)
			require.NoError(t, err)
			require.Len(t, thread.Messages, 1+c.accepted)
			if c.noAnswer {
				return
			}
			require.Equal(t, c.status, got.status)
			require.Equal(t, c.code, got.code())
			require.Contains(t, got.raw, c.contains)
			for k, v := range c.fault.Headers {
				require.Equal(t, v, got.header.Get(k))
			}
			if c.fault.Answer == AnswerNoID {
				require.NotContains(t, got.body, "message_id")
			}
		})
	}
}

// trySend sends with the mark out:1 and gives up after a time.
func (w *world) trySend(psid string, patience time.Duration) (graphReply, error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return w.try(ctx, w.page.Token, http.MethodPost, "/me/messages", nil, map[string]any{
		"recipient": map[string]any{"id": psid}, "message": map[string]any{"text": "Guten Tag", "metadata": "out:1"},
	})
}

// echoes returns the echoes with a mark.
func (w *world) echoes(metadata string) []map[string]any {
	w.t.Helper()
	var found []map[string]any
	for _, u := range w.hook.updates(w.t) {
		m, _ := u["message"].(map[string]any)
		if m["is_echo"] == true && m["metadata"] == metadata {
			found = append(found, m)
		}
	}
	return found
}

func TestFaultCounts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	psid := w.write("Hallo").PSID
	_, err := w.sim.AddFault(Fault{Call: "send", Nth: 2, Count: 2, Answer: AnswerError, Error: ErrorRef{Code: 4}})
	require.NoError(t, err)
	var codes []string
	for range 5 {
		codes = append(codes, w.send(psid, "x", "").code())
	}
	require.Equal(t, []string{"", "4", "4", "", ""}, codes)
	require.Empty(t, w.sim.Faults(), "a spent fault goes")

	always, err := w.sim.AddFault(Fault{Call: "send", Count: -1, Answer: AnswerError, Error: ErrorRef{Code: 4}})
	require.NoError(t, err)
	for range 3 {
		require.Equal(t, "4", w.send(psid, "x", "").code())
	}
	w.sim.RemoveFaults(always.ID)
	require.Empty(t, w.send(psid, "x", "").code())
}

func TestFaultsAreRefused(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for want, f := range map[Refusal]Fault{
		"fault.call":   {Call: "["},
		"fault.answer": {Call: "send", Answer: AnswerEndless},
		"fault.error":  {Call: "send", Answer: AnswerError},
	} {
		_, err := w.sim.AddFault(f)
		require.ErrorIs(t, err, want)
	}
}

func TestErrorCatalogue(t *testing.T) {
	t.Parallel()
	var known []struct {
		Code    int
		Subcode int `json:"error_subcode"`
	}
	readJSON(t, "testdata/error_catalogue.json", &known)
	w := setup(t)
	psid := w.write("Hallo").PSID
	for _, e := range known {
		ref := ErrorRef{e.Code, e.Subcode}
		t.Run(ref.String(), func(t *testing.T) {
			_, err := w.sim.AddFault(Fault{Call: "send", Answer: AnswerError, Error: ref})
			require.NoError(t, err)
			plain := w.send(psid, "x", "")
			require.Equal(t, ref.String(), plain.code())
			require.NotContains(t, plain.at("error", "message"), "An unknown error has occurred. (", "not in errors.json")
			require.NotEmpty(t, plain.header.Get("WWW-Authenticate"))

			_, err = w.sim.AddFault(Fault{Call: "send", Answer: AnswerError, Error: ref, Locale: "pt_BR"})
			require.NoError(t, err)
			local := w.send(psid, "x", "")
			require.Equal(t, ref.String(), local.code(), "codes are never localised")
			require.NotEqual(t, plain.at("error", "message"), local.at("error", "message"))
			require.Equal(t, plain.at("error", "type"), local.at("error", "type"))
		})
	}
	require.Empty(t, w.sim.Ledger(LedgerQuery{}))
}

func TestErrorsAreInTheCatalogue(t *testing.T) {
	t.Parallel()
	s := New(Options{Seed: 1})
	t.Cleanup(s.Close)
	seen := map[ErrorRef]bool{}
	for _, e := range s.Errors() {
		ref := ErrorRef{e.Code, e.Subcode}
		require.False(t, seen[ref], "%s stands twice", ref)
		seen[ref] = true
		require.NotEmpty(t, e.Message, ref)
		require.NotZero(t, e.Status, ref)
	}
	var known []struct {
		Code    int
		Subcode int `json:"error_subcode"`
	}
	readJSON(t, "testdata/error_catalogue.json", &known)
	for _, e := range known {
		require.True(t, seen[ErrorRef{e.Code, e.Subcode}], e)
	}
}

func TestErrorRefReadsBack(t *testing.T) {
	t.Parallel()
	for _, ref := range []ErrorRef{{}, {4, 0}, {10, 2018278}} {
		raw, err := json.Marshal(ref)
		require.NoError(t, err)
		var back ErrorRef
		require.NoError(t, json.Unmarshal(raw, &back))
		require.Equal(t, ref, back)
	}
	var r ErrorRef
	require.Error(t, json.Unmarshal([]byte(`"ten"`), &r))
}

func TestEcho(t *testing.T) {
	t.Parallel()
	count := map[EchoMode]int{EchoAfter: 1, EchoBefore: 1, EchoTwice: 2, EchoNever: 0, "": 1}
	for mode, want := range count {
		t.Run("mode_"+string(mode), func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			psid := w.write("Hallo").PSID
			w.change(func(p *Page) { p.Echo = mode })
			sent := w.send(psid, "Guten Tag", "out:1")
			if mode == EchoBefore {
				require.Len(t, w.echoes("out:1"), 1, "it came before the answer")
			}
			w.flush()
			echoes := w.echoes("out:1")
			require.Len(t, echoes, want)
			for _, e := range echoes {
				require.Equal(t, sent.body["message_id"], e["mid"])
			}
		})
	}
	t.Run("delayed_by_the_clock", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		psid := w.write("Hallo").PSID
		w.change(func(p *Page) { p.Echo, p.EchoDelayMS = EchoDelayed, 60_000 })
		w.send(psid, "Guten Tag", "out:1")
		w.flush()
		require.Empty(t, w.echoes("out:1"))
		w.clock.Add(time.Minute)
		w.hook.await(t, 3) // message, receipt, echo
		require.Len(t, w.echoes("out:1"), 1)
	})
	t.Run("inbox_answer_has_its_app_and_no_mark", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		w.write("Hallo")
		m, err := w.sim.AnswerInInbox(InboxAnswer{w.page.ID, w.anna.ID, "Moin"})
		require.NoError(t, err)
		w.flush()
		posts := w.hook.posts()
		require.Contains(t, posts[1].body, `"is_echo":true,"app_id":263902037430900,"mid":"`+m.MID+`"`)
		require.NotContains(t, posts[1].body, "metadata")
	})
	t.Run("receipts_can_be_off", func(t *testing.T) {
		t.Parallel()
		w := setup(t)
		psid := w.write("Hallo").PSID
		w.change(func(p *Page) { p.NoDeliveries, p.NoReads = true, true })
		w.send(psid, "Guten Tag", "")
		_, err := w.sim.Read(Read{w.page.ID, w.anna.ID})
		require.NoError(t, err)
		w.flush()
		require.Len(t, w.hook.posts(), 2, "the message and the echo")
	})
}

func TestDoubles(t *testing.T) {
	t.Parallel()
	w := setup(t)
	psid := w.write("Hallo").PSID
	w.send(psid, "a", "out:1")
	w.send(psid, "b", "out:2")
	w.send(psid, "c", "")
	w.send(psid, "c", "")
	require.Empty(t, w.sim.Doubles())
	w.send(psid, "a", "out:1")
	doubles := w.sim.Doubles()
	require.Len(t, doubles, 1)
	require.Equal(t, "out:1", doubles[0].Metadata)
	require.Equal(t, []int{1, 5}, []int{doubles[0].Sends[0].Seq, doubles[0].Sends[1].Seq})
	require.NotEqual(t, doubles[0].Sends[0].Call, doubles[0].Sends[1].Call)
}
