package facebook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/secret"
	"kontor/integrations/facebook"
	"kontor/integrations/meta"
)

// good are items in order, of each list one.
func good() map[string]string {
	return map[string]string{
		meta.Messaging: `{"sender":{"id":"2"},"recipient":{"id":"` + page + `"},"timestamp":1698637600838,"message":{"mid":"m_good","text":"x"}}`,
		meta.Standby:   `{"sender":{"id":"2"},"recipient":{"id":"` + page + `"},"timestamp":1698637600838,"message":{"mid":"m_stood","text":"x"}}`,
		meta.Changes:   `{"field":"leadgen","value":{"leadgen_id":"9007199254740993","form_id":"5","created_time":1698637600}}`,
	}
}

// FuzzSiblings puts anything beside items that are in order: each stays an item of its own, byte for byte, and what the
// others mean does not change by it.
func FuzzSiblings(f *testing.F) {
	for _, name := range recorded(f, "webhook/*/*.json") {
		routed, _ := door().Split(body(f, name))
		for _, r := range routed {
			f.Add(r.Item.Raw)
		}
	}
	for _, odd := range []string{`null`, `7`, `"]}"`, `[[]]`, `{"message":{"mid":1e400}}`, `{"message":{"mid":"m_good"}}`, `{"\u0000":"\ud800"}`} {
		f.Add([]byte(odd))
	}
	f.Fuzz(func(t *testing.T, bad []byte) {
		if !json.Valid(bad) || len(bytes.TrimSpace(bad)) == 0 {
			return // that is for the body as a whole
		}
		bad = bytes.TrimSpace(bad)
		for list, fine := range good() {
			alone := item(t, fmt.Appendf(nil, `{"object":"page","entry":[{"id":"%s","time":1698637601363,"%s":[%s]}]}`, page, list, fine))
			routed, unrouted := door().Split(fmt.Appendf(nil,
				`{"object":"page","entry":[{"id":"%[1]s","time":1698637601363,"%[2]s":[%[3]s,%[4]s,%[3]s]},{"id":"8","time":1,"%[2]s":[%[4]s]}]}`,
				page, list, fine, bad))
			require.Empty(t, unrouted)
			require.Len(t, routed, 4, "one item for each element")
			require.Equal(t, alone, routed[0].Item)
			require.Equal(t, alone, routed[2].Item)
			require.Equal(t, []string{page}, routed[2].ExternalIDs)
			require.Equal(t, []string{"8"}, routed[3].ExternalIDs)
			for _, i := range []int{1, 3} {
				require.Equal(t, string(bad), string(routed[i].Item.Raw), "kept as it came")
				require.NotEmpty(t, routed[i].Item.Key)
				require.NotEmpty(t, routed[i].Item.Lane)
			}
			in, err := offline().Parse(routed[0].Item)
			require.NoError(t, err)
			require.True(t, in.ExternalID != "" || in.Lead.ID == "9007199254740993")
		}
	})
}

// FuzzMeaning: whatever an item holds, what it means can be stored once it is cleaned, links that people may press lead to
// the web, and an id of digits keeps them all.
func FuzzMeaning(f *testing.F) {
	add := func(list, raw string) { f.Add(list, raw) }
	for _, name := range recorded(f, "webhook/*/*.json") {
		routed, _ := door().Split(body(f, name))
		for _, r := range routed {
			add(r.Item.Envelope.Field, string(r.Item.Raw))
		}
	}
	for _, kind := range []string{"image", "fallback", "template", "location", "reel", "other"} {
		add("messaging", `{"sender":{"id":90071992547409931},"message":{"mid":"m","attachments":[{"type":"`+kind+`","title":"t","URL":"javascript:alert(1)",`+
			`"payload":{"url":"JaVaScRiPt:alert(1)","coordinates":{"lat":1e308,"long":"x"},"elements":[{"title":"a","url":"data:text/html,x"}],"buttons":[{"url":"//x"}]}}]}}`)
	}
	add("feed", `{"field":"feed","value":{"item":"comment","verb":"add","comment_id":9007199254740993,"from":{"id":9007199254740995},"link":"javascript:1","message":"\u0000\ud800"}}`)
	add("mention", `{"field":"mention","value":{"item":"post","verb":"add","post_id":"1_2","sender_id":3}}`)
	f.Fuzz(func(t *testing.T, field, raw string) {
		in, err := offline().Parse(channel.Item{Raw: []byte(raw), Envelope: channel.Envelope{EntryID: page, Field: field}})
		if err != nil || in.Action == channel.Ignore {
			return
		}
		clean := in.Clean()
		require.Equal(t, clean, clean.Clean())
		text, err := json.Marshal(clean)
		require.NoError(t, err)
		require.NotContains(t, string(text), `\u0000`)
		for _, file := range in.Files {
			if !file.Type.Fetchable() && file.URL != "" {
				web(t, file.URL)
			}
		}
		if in.Referral != nil && in.Referral.URL != "" {
			web(t, in.Referral.URL)
		}
		if in.Place != nil && in.Place.PostURL != "" {
			web(t, in.Place.PostURL)
		}
		if in.Transport == "messenger" {
			digits(t, raw, "sender", in.Person.ExternalID)
		}
	})
}

// web fails unless an address is one of the web.
func web(t *testing.T, address string) {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	require.Contains(t, []string{"http", "https"}, u.Scheme)
	require.NotEmpty(t, u.Host)
}

// digits fails when the id of a party, if it is a whole number, is not the person's to its last digit.
func digits(t *testing.T, raw, side, person string) {
	t.Helper()
	var e map[string]json.RawMessage
	var party map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &e) != nil || json.Unmarshal(e[side], &party) != nil || len(party) != 1 || len(e) > 2 {
		return
	}
	if id := string(party["id"]); id != "" && strings.Trim(id, "0123456789") == "" && id != page && e["message"] != nil {
		require.Equal(t, id, person)
	}
}

// FuzzLead: whatever the Graph API says of a lead, every answer of it is there, none is made up, and ids keep their digits.
func FuzzLead(f *testing.F) {
	for _, name := range recorded(f, "graph/lead/*.json") {
		f.Add(read(f, name))
	}
	f.Add([]byte(`{"id":9007199254740993,"created_time":"2026-01-01T00:00:00+0000","field_data":[{"name":"a","values":[]},{"name":"a","values":["\u0000","=1+1"]},{}]}`))
	f.Add([]byte(`{"id":"1","field_data":{"name":"x"},"is_organic":"maybe","custom_disclaimer_responses":[{"checkbox_key":"c","is_checked":"1"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		adapter := facebook.New(meta.NewClient(meta.Settings{GraphURL: "https://graph.example", Version: "v25.0"}, answering(body), clock.System{}))
		lead, err := adapter.FetchLead(t.Context(), channel.Access{Token: secret.New("t"), ExternalID: page}, "1")
		if err != nil {
			return
		}
		var said struct {
			ID          json.RawMessage
			Answers     []struct{ Values []string } `json:"field_data"`
			Disclaimers []struct{}                  `json:"custom_disclaimer_responses"`
		}
		require.NoError(t, json.Unmarshal(body, &said))
		require.Len(t, lead.Answers, len(said.Answers)+len(said.Disclaimers))
		for i, a := range said.Answers {
			require.Equal(t, append([]string{}, a.Values...), lead.Answers[i].Values)
		}
		if id := string(said.ID); id != "" && strings.Trim(id, "0123456789") == "" {
			require.Equal(t, id, lead.ID)
		}
		text, err := json.Marshal(channel.Inbound{Lead: &lead}.Clean())
		require.NoError(t, err)
		require.NotContains(t, string(text), `\u0000`)
	})
}

// answering gives the same answer to every call.
type answering []byte

// Do answers.
func (a answering) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: readCloser{bytes.NewReader(a)}}, nil
}

type readCloser struct{ *bytes.Reader }

// Close does nothing.
func (readCloser) Close() error { return nil }
