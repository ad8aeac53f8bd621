package facebook_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
)

// event is a body with one element from somebody to the page.
func event(list, rest string) []byte {
	return fmt.Appendf(nil, `{"object":"page","entry":[{"id":%q,"time":1698637601363,%q:[{"sender":{"id":%q},"recipient":{"id":%q},`+
		`"timestamp":1698637600838,%s}]}]}`, page, list, someone, page, rest)
}

func item(t testing.TB, body []byte) channel.Item {
	t.Helper()
	routed, unrouted := door().Split(body)
	require.Empty(t, unrouted)
	require.Len(t, routed, 1)
	return routed[0].Item
}

func parsed(t testing.TB, body []byte) channel.Inbound {
	t.Helper()
	in, err := offline().Parse(item(t, body))
	require.NoError(t, err)
	return in
}

func message(rest string) []byte { return event("messaging", `"message":{"mid":"m_1",`+rest+`}`) }

func TestMessage(t *testing.T) {
	t.Parallel()
	body := message(`"text":"\u00e4\u00f6\u00e5 \ud83d\ude22 https:\/\/example.org"`)
	i := item(t, body)
	require.Equal(t, "messages", i.Type)
	require.Equal(t, "mid:m_1", i.Key)
	require.Equal(t, "dm:"+someone, i.Lane)
	require.Equal(t, channel.Envelope{Object: "page", EntryID: page, Time: "1698637601363", Field: "messaging"}, i.Envelope)
	no := false
	require.Equal(t, channel.Inbound{
		Action: channel.Message, OccurredAt: time.UnixMilli(1698637600838).UTC(), Person: channel.Person{ExternalID: someone},
		Transport: "messenger", ExternalID: "m_1", Text: "äöå 😢 https://example.org", Opens: "message", Standby: &no,
	}, parsed(t, body))
}

func TestNothingIsShownTwice(t *testing.T) {
	t.Parallel()
	link := func(text, fallback string) []channel.File {
		return parsed(t, message(`"text":"`+text+`","attachments":[{"type":"fallback",`+fallback+`}]`)).Files
	}
	for name, c := range map[string]struct {
		text, fallback string
		want           []channel.File
	}{
		"link_in_the_text":     {"see https://shop.example/x", `"payload":{"url":"https://shop.example/x","title":"Shop"}`, nil},
		"without_its_scheme":   {"shop.example/x please", `"payload":{"url":"https://www.shop.example/x/","title":"Shop"}`, nil},
		"through_the_redirect": {"https://shop.example/x", `"payload":{"url":"https://l.facebook.com/l.php?u=https%3A%2F%2Fshop.example%2Fx&h=1"}`, nil},
		"address_only_beside":  {"https://shop.example/x", `"payload":null,"title":"Shop","URL":"https://shop.example/x"`, nil},
		"nothing_in_it":        {"hello", `"payload":null`, nil},
		"another_thing": {"look at this", `"payload":{"url":"https://shop.example/x","title":"Shop"}`,
			[]channel.File{{Type: channel.Link, URL: "https://shop.example/x", Title: "Shop", Kind: "fallback"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, link(c.text, c.fallback))
		})
	}
	t.Run("link_without_text_is_shown", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []channel.File{{Type: channel.Link, URL: "https://shop.example/x", Kind: "fallback", Title: "https://shop.example/x"}},
			parsed(t, message(`"attachments":[{"type":"fallback","payload":{"url":"https://shop.example/x"}}]`)).Files)
	})
	t.Run("sticker_as_image_and_as_sticker", func(t *testing.T) {
		t.Parallel()
		in := parsed(t, message(`"attachments":[{"type":"image","payload":{"url":"https://a.example/1","sticker_id":369239263222822}},`+
			`{"type":"sticker","payload":{"url":"https://a.example/1","sticker_id":"369239263222822"}}]`))
		require.Equal(t, []channel.File{{Type: channel.Sticker, URL: "https://a.example/1", Kind: "image", Title: "👍"}}, in.Files)
	})
	t.Run("two_stickers_are_two", func(t *testing.T) {
		t.Parallel()
		in := parsed(t, message(`"attachments":[{"type":"sticker","payload":{"url":"https://a.example/1","sticker_id":1}},`+
			`{"type":"sticker","payload":{"url":"https://a.example/2","sticker_id":2}}]`))
		require.Len(t, in.Files, 2)
	})
}

func TestSomethingIsAlwaysShown(t *testing.T) {
	t.Parallel()
	for name, rest := range map[string]string{
		"unsupported":        `"is_unsupported":true`,
		"unsupported_string": `"is_unsupported":"true"`,
		"nothing_at_all":     `"text":""`,
		"unknown_type":       `"attachments":[{"type":"hologram","payload":{"url":"https://a.example/1"}}]`,
		"share_without_all":  `"attachments":[{"type":"fallback"}]`,
		"image_without_url":  `"attachments":[{"type":"image","payload":{}}]`,
		"odd_payload":        `"attachments":[{"type":"image","payload":"x"}]`,
		"view_once":          `"attachments":[{"type":"ephemeral"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := parsed(t, message(rest))
			require.Equal(t, channel.Message, in.Action)
			require.Len(t, in.Files, 1)
			require.Equal(t, channel.Unsupported, in.Files[0].Type)
		})
	}
	require.Equal(t, "hologram", parsed(t, message(`"attachments":[{"type":"hologram"}]`)).Files[0].Kind)
}

func TestLinksThatAreNone(t *testing.T) {
	t.Parallel()
	for _, attachment := range []string{
		`{"type":"fallback","payload":{"url":"javascript:alert(1)","title":"x"}}`,
		`{"type":"post","payload":{"url":"data:text/html,x","title":"x"}}`,
		`{"type":"location","payload":{"url":"file:///etc","coordinates":{"lat":1,"long":2}}}`,
		`{"type":"hologram","payload":{"url":"vbscript:x"}}`,
		`{"type":"template","payload":{"buttons":[{"url":"javascript:x","title":"x"}]}}`,
		`{"type":"template","payload":{"elements":[{"url":"javascript:x","title":"x"}]}}`,
	} {
		for _, f := range parsed(t, message(`"attachments":[`+attachment+`]`)).Files {
			require.Empty(t, f.URL, attachment)
		}
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	in := parsed(t, message(`"attachments":[{"type":"template","payload":{"template_type":"generic","elements":[`+
		`{"title":"Sofa","subtitle":"grau","image_url":"https://a.example/1"},{"title":"Tisch"}]}},`+
		`{"type":"template","payload":{"text":"Passt es?","buttons":[{"title":"Ja","url":"https://a.example/ja"},{"title":"Nein"}]}}]`))
	require.Equal(t, []channel.File{
		{Type: channel.Card, Kind: "template", Title: "Sofa · grau", URL: "https://a.example/1"},
		{Type: channel.Card, Kind: "template", Title: "Tisch"},
		{Type: channel.Card, Kind: "template", Title: "Passt es? · Ja · Nein", URL: "https://a.example/ja"},
	}, in.Files)
}

func TestEchoes(t *testing.T) {
	t.Parallel()
	echo := func(rest string) channel.Inbound {
		return parsed(t, fmt.Appendf(nil, `{"object":"page","entry":[{"id":%q,"time":1,"messaging":[{"sender":{"id":%q},`+
			`"recipient":{"id":%q},"timestamp":1698637600838,"message":{"mid":"m_1","text":"x"%s}}]}]}`, page, page, someone, rest))
	}
	token := channel.TokenPrefix + "5XQF3ZC7VJ2N4KDHTYBLRSW6MA"
	for name, c := range map[string]struct {
		rest, token, app string
	}{
		"ours":                   {`,"is_echo":true,"app_id":1162849923571152,"metadata":"` + token + `"`, token, "1162849923571152"},
		"of_the_page_inbox":      {`,"is_echo":true,"app_id":263902037430900`, "", "263902037430900"},
		"of_another_program":     {`,"is_echo":true,"app_id":"17","metadata":"METADATA_b20ee89d9d"`, "", "17"},
		"without_saying_so":      {``, "", ""},
		"with_absurd_metadata":   {`,"is_echo":true,"metadata":"d:` + strings.Repeat("x", 1000) + `"`, "", ""},
		"with_app_id_over_2_53":  {`,"is_echo":true,"app_id":186225320218532773`, "", "186225320218532773"},
		"with_is_echo_as_string": {`,"is_echo":"true"`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := echo(c.rest)
			require.Equal(t, channel.Echo, in.Action)
			require.Equal(t, someone, in.Person.ExternalID, "the person is the other side")
			require.Equal(t, c.token, in.Token)
			require.Equal(t, c.app, in.AppID)
			require.Empty(t, in.Opens, "what the page writes opens nothing")
			require.Nil(t, in.Standby)
		})
	}
	require.Empty(t, parsed(t, message(`"text":"x","metadata":"`+token+`"`)).Token, "a person's message has no token of ours")
}

func TestStandby(t *testing.T) {
	t.Parallel()
	in := parsed(t, event("standby", `"message":{"mid":"m_1","text":"x"}`))
	require.Equal(t, channel.Message, in.Action)
	require.True(t, *in.Standby)
	require.Equal(t, channel.Opening("message"), in.Opens)
	postback := parsed(t, event("standby", `"postback":{"title":"Start"}`))
	require.True(t, *postback.Standby)
	require.Equal(t, "Start", postback.Text)
	require.True(t, *parsed(t, event("standby", `"read":{"watermark":1458668856253}`)).Standby)
	require.Nil(t, parsed(t, event("messaging", `"read":{"watermark":1458668856253}`)).Standby)
	require.False(t, *parsed(t, event("messaging", `"postback":{"title":"Start"}`)).Standby, "back with us")
	require.Equal(t, item(t, event("standby", `"message":{"mid":"m_1"}`)).Key, item(t, message(`"text":"x"`)).Key, "the same message")
}

func TestOpenings(t *testing.T) {
	t.Parallel()
	const ad = `"referral":{"source":"ADS","ad_id":"5","ads_context_data":{"ad_title":"Sofa","post_id":"7"}}`
	for rest, want := range map[string]channel.Opening{
		`"message":{"mid":"m_1","text":"x"}`:                                 "message",
		`"message":{"mid":"m_1","text":"x",` + ad + `}`:                      "ad_message",
		`"message":{"mid":"m_1","text":"x","referral":{"product":{"id":1}}}`: "message",
		`"postback":{"mid":"m_1","payload":"x"}`:                             "postback",
		`"referral":{"source":"SHORTLINK","ref":"x"}`:                        "referral",
		`"reaction":{"mid":"m_1","action":"react","emoji":"x"}`:              "reaction",
		`"reaction":{"mid":"m_1","action":"unreact"}`:                        "",
		`"message":{"mid":"m_1","is_deleted":true}`:                          "",
		`"message_edit":{"mid":"m_1","text":"x","num_edit":1}`:               "",
		`"delivery":{"watermark":1}`:                                         "",
		`"read":{"watermark":1}`:                                             "",
	} {
		require.Equal(t, want, parsed(t, event("messaging", rest)).Opens, rest)
	}
	require.Equal(t, &channel.Referral{Source: "ADS", AdID: "5", AdTitle: "Sofa", PostID: "7"},
		parsed(t, event("messaging", `"message":{"mid":"m_1","text":"x",`+ad+`}`)).Referral)
}

func TestReceipts(t *testing.T) {
	t.Parallel()
	in := parsed(t, event("messaging", `"delivery":{"mids":["m_1","m_2"],"watermark":"1458668856253"}`))
	require.Equal(t, channel.Delivered, in.Action)
	require.Equal(t, []string{"m_1", "m_2"}, in.ExternalIDs)
	require.Equal(t, time.UnixMilli(1458668856253).UTC(), in.Until)
	byMID := parsed(t, event("messaging", `"read":{"mid":"m_1"}`))
	require.Equal(t, []string{"m_1"}, byMID.ExternalIDs)
	require.True(t, byMID.Until.IsZero())
}

func TestFaultyItemsAreQuarantined(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]string{
		"null": `null`, "number": `5`, "text": `"x"`, "list": `[]`,
		"no_mid":           `{"sender":{"id":"2"},"message":{"text":"x"}}`,
		"nobody":           `{"message":{"mid":"m_1","text":"x"}}`,
		"nobody_but_us":    `{"sender":{"id":"` + page + `"},"recipient":{"id":"` + page + `"},"message":{"mid":"m_1","text":"x"}}`,
		"text_is_a_list":   `{"sender":{"id":"2"},"message":{"mid":"m_1","text":["x"]}}`,
		"message_is_text":  `{"sender":{"id":"2"},"message":"x"}`,
		"reaction_to_none": `{"sender":{"id":"2"},"reaction":{"action":"react"}}`,
		"edit_of_none":     `{"sender":{"id":"2"},"message_edit":{"text":"x"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := item(t, []byte(`{"object":"page","entry":[{"id":"`+page+`","time":1698637601363,"messaging":[`+list+`]}]}`))
			require.NotEmpty(t, i.Key)
			require.NotEmpty(t, i.Lane)
			require.False(t, i.OccurredAt.IsZero())
			_, err := offline().Parse(i)
			require.Error(t, err)
		})
	}
}

// FuzzParse parses any bytes, as a vault might hold them.
func FuzzParse(f *testing.F) {
	for _, name := range recorded(f, "webhook/*/*.json") {
		routed, _ := door().Split(body(f, name))
		for _, r := range routed {
			f.Add(r.Item.Raw, r.Item.Envelope.Field)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte, field string) {
		i := channel.Item{Raw: raw, Envelope: channel.Envelope{EntryID: page, Field: field}}
		in, err := offline().Parse(i)
		again, errAgain := offline().Parse(i)
		require.Equal(t, in, again)
		require.Equal(t, err, errAgain)
		if err != nil {
			return
		}
		_, err = json.Marshal(in)
		require.NoError(t, err)
		switch in.Action {
		case channel.Ignore:
			require.NotEmpty(t, in.Reason)
		case channel.Submit:
			require.True(t, in.Lead.ID != "" || in.Lead.Answers != nil)
		case channel.Message, channel.Echo:
			require.True(t, in.Text != "" || len(in.Files) > 0)
			fallthrough
		default:
			require.True(t, in.Person.ExternalID != "" || in.Place != nil && in.Place.Post != "")
		}
	})
}
