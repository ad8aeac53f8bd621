package facebook_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
)

func mustRead(name string) []byte {
	b, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}

// conversation is an answer with these messages.
func conversation(count string, messages ...string) http.HandlerFunc {
	return says(http.StatusOK, `{"data":[{`+count+`"messages":{"data":[`+strings.Join(messages, ",")+`]}}]}`)
}

// past is a message at a second of noon.
func past(id string, second int, from, rest string) string {
	return fmt.Sprintf(`{"id":%q,"created_time":"2026-11-21T12:00:%02d+0000","from":{"id":%q}%s}`, id, second, from, rest)
}

func noon(second int) time.Time { return time.Date(2026, 11, 21, 12, 0, second, 0, time.UTC) }

const conversations = "GET " + page + "/conversations"

func TestFetchHistory(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	g.on(conversations, conversation(`"message_count":"9",`,
		past("m_3", 30, someone, `,"message":"third","reply_to":{"mid":"m_2"}`),
		past("m_5", 50, someone, `,"message":"fifth"`),
		past("m_4", 40, page, `,"message":"fourth"`),
		past("m_1", 10, someone, `,"message":"first"`),
		past("m_2", 20, page, `,"message":"","attachments":{"data":[{"id":"1","mime_type":"image/jpeg","name":"a.jpg","image_data":{"url":"https://a.example/1"}}]}`),
	))
	list, all, err := adapter.FetchHistory(t.Context(), access, someone, noon(40).Add(838*time.Millisecond), 2)
	require.NoError(t, err)
	require.Equal(t, 9, all)
	require.Equal(t, []channel.Inbound{
		{
			Action: channel.Message, OccurredAt: noon(30), Person: channel.Person{ExternalID: someone}, Transport: "messenger",
			ExternalID: "m_3", Text: "third", ReplyTo: "m_2",
		},
		{
			Action: channel.Echo, OccurredAt: noon(20), Person: channel.Person{ExternalID: someone}, Transport: "messenger",
			ExternalID: "m_2", Files: []channel.File{{Type: channel.Image, URL: "https://a.example/1", Title: "a.jpg", Kind: "image/jpeg"}},
		},
	}, list)
}

func TestFetchHistoryCounts(t *testing.T) {
	t.Parallel()
	one := past("m_1", 10, someone, `,"message":"x"`)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		past   int
		all    int
	}{
		"nobody_ever_wrote": {says(200, `{"data":[]}`), 0, -1},
		"no_count":          {conversation("", one), 1, -1},
		"count_too_small":   {conversation(`"message_count":0,`, one), 1, 1},
		"no_messages":       {says(200, `{"data":[{"message_count":94}]}`), 0, 94},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on(conversations, c.answer)
			list, all, err := adapter.FetchHistory(t.Context(), access, someone, noon(59), 10)
			require.NoError(t, err)
			require.Len(t, list, c.past)
			require.Equal(t, c.all, all)
		})
	}
	g, adapter, access := start(t)
	g.on(conversations, saysError(2, 0))
	_, all, err := adapter.FetchHistory(t.Context(), access, someone, noon(59), 10)
	require.Equal(t, channel.Temporary, failureOf(t, err).Class)
	require.Equal(t, -1, all)
}

func TestFilesOfPastMessages(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	files := func(rest string) []channel.File {
		g.on(conversations, conversation("", past("m_1", 10, someone, rest)))
		list, _, err := adapter.FetchHistory(t.Context(), access, someone, noon(59), 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		return list[0].Files
	}
	for name, c := range map[string]struct {
		rest string
		want []channel.File
	}{
		"hidden_in_europe": {
			`,"message":"","attachments":{"data":[{"id":"1575","name":"Media not available due to new privacy rules in Europe"}]}`,
			[]channel.File{{Type: channel.Unsupported, Title: "Media not available due to new privacy rules in Europe"}},
		},
		"video": {
			`,"attachments":{"data":[{"mime_type":"video/mp4","name":"v","video_data":{"url":"https://a.example/v"}}]}`,
			[]channel.File{{Type: channel.Video, URL: "https://a.example/v", Title: "v", Kind: "video/mp4"}},
		},
		"audio_and_document": {
			`,"attachments":{"data":[{"mime_type":"audio/mpeg","name":"a","file_url":"https://a.example/a"},` +
				`{"mime_type":"application/pdf","name":"d","file_url":"https://a.example/d"}]}`,
			[]channel.File{
				{Type: channel.Audio, URL: "https://a.example/a", Title: "a", Kind: "audio/mpeg"},
				{Type: channel.Document, URL: "https://a.example/d", Title: "d", Kind: "application/pdf"},
			},
		},
		"sticker_once": {
			`,"sticker":"https://a.example/s","attachments":{"data":[{"mime_type":"image/png","image_data":{"url":"https://a.example/s","render_as_sticker":true}}]}`,
			[]channel.File{{Type: channel.Sticker, URL: "https://a.example/s", Kind: "sticker"}},
		},
		"card": {
			`,"attachments":{"data":[{"generic_template":{"title":"Sofa","subtitle":"grau","media_url":"https://a.example/m","cta":{"url":"https://a.example/c"}}}]}`,
			[]channel.File{{Type: channel.Card, URL: "https://a.example/c", Title: "Sofa · grau"}},
		},
		"share": {
			`,"message":"","shares":{"data":[{"link":"https://a.example/x","name":"Shop"},{"link":"javascript:x"}]}`,
			[]channel.File{{Type: channel.Link, URL: "https://a.example/x", Title: "Shop", Kind: "share"}},
		},
		"share_of_a_pasted_link":   {`,"message":"https://a.example/x","shares":{"data":[{"link":"https://a.example/x"}]}`, nil},
		"unsupported_as_a_string":  {`,"message":"x","is_unsupported":"true"`, []channel.File{{Type: channel.Unsupported}}},
		"nothing_that_can_be_read": {``, []channel.File{{Type: channel.Unsupported}}},
	} {
		t.Run(name, func(t *testing.T) { // not parallel: one conversation
			require.Equal(t, c.want, files(c.rest))
		})
	}
}

func TestRecordedMessagesAreRead(t *testing.T) {
	t.Parallel()
	g, adapter, access := start(t)
	for _, name := range recorded(t, "graph/message/*.json") {
		raw := read(t, name)
		var keyed map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(raw, &keyed))
		messages := []string{string(raw)}
		if keyed["id"] == nil { // several, by their ids
			messages = nil
			for _, m := range keyed {
				messages = append(messages, string(m))
			}
		}
		g.on(conversations, conversation("", messages...))
		list, _, err := adapter.FetchHistory(t.Context(), access, someone, noon(0).AddDate(9, 0, 0), 10)
		require.NoError(t, err, name)
		require.Len(t, list, len(messages), name)
		for _, in := range list {
			require.True(t, in.Text != "" || len(in.Files) > 0, name)
		}
	}
	for _, name := range recorded(t, "graph/conversation/*.json") {
		g.on(conversations, says(http.StatusOK, `{"data":[`+string(read(t, name))+`]}`))
		_, _, err := adapter.FetchHistory(t.Context(), access, someone, noon(0), 10)
		require.NoError(t, err, name)
	}
}

func TestReadBack(t *testing.T) {
	t.Parallel()
	picture := `,"attachments":{"data":[{"mime_type":"image/jpeg","image_data":{"url":"https://a.example/1"}}]}`
	text := channel.Outgoing{Person: someone, Text: "Guten  Tag\n"}
	file := channel.Outgoing{Person: someone, File: &channel.OutFile{Type: channel.Image}}
	same := func(id string, second int, from string) string {
		return past(id, second, from, `,"message":"Guten Tag"`)
	}
	for name, c := range map[string]struct {
		out      channel.Outgoing
		messages []string
		known    []string
		want     string
	}{
		"the_same_text":                {text, []string{same("m_1", 31, page)}, nil, "m_1"},
		"nothing":                      {text, nil, nil, ""},
		"another_text":                 {text, []string{past("m_1", 31, page, `,"message":"Guten Abend"`)}, nil, ""},
		"the_person_s_own":             {text, []string{same("m_1", 31, someone)}, nil, ""},
		"accounted_for":                {text, []string{same("m_1", 31, page)}, []string{"m_1"}, ""},
		"the_oldest_of_several":        {text, []string{same("m_3", 35, page), same("m_1", 31, page), same("m_2", 33, page)}, nil, "m_1"},
		"the_next_after_the_known":     {text, []string{same("m_2", 33, page), same("m_1", 31, page)}, []string{"m_1"}, "m_2"},
		"a_little_before_by_its_clock": {text, []string{same("m_1", 0, page)}, nil, "m_1"},
		"a_picture":                    {file, []string{past("m_1", 31, page, picture)}, nil, "m_1"},
		"a_text_for_a_picture":         {file, []string{same("m_1", 31, page)}, nil, ""},
		"a_document_for_a_picture": {file, []string{
			past("m_1", 31, page, `,"attachments":{"data":[{"mime_type":"application/pdf","file_url":"https://a.example/1"}]}`),
		}, nil, ""},
		"a_picture_hidden_in_europe": {file, []string{past("m_1", 31, page, `,"attachments":{"data":[{"id":"1","name":"x"}]}`)}, nil, "m_1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on(conversations, conversation("", c.messages...))
			got, err := adapter.ReadBack(t.Context(), access, c.out, noon(30), c.known)
			require.NoError(t, err)
			require.Equal(t, c.want, got.ExternalID)
		})
	}
	t.Run("long_before", func(t *testing.T) {
		t.Parallel()
		g, adapter, access := start(t)
		g.on(conversations, conversation("", same("m_1", 0, page)))
		got, err := adapter.ReadBack(t.Context(), access, text, noon(0).Add(2*time.Minute), nil)
		require.NoError(t, err)
		require.Empty(t, got)
	})
	t.Run("not_to_be_read", func(t *testing.T) {
		t.Parallel()
		g, adapter, access := start(t)
		g.on(conversations, saysError(1, 0))
		_, err := adapter.ReadBack(t.Context(), access, text, noon(0), nil)
		require.Equal(t, channel.Temporary, failureOf(t, err).Class)
	})
}

func TestFetchProfile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   channel.Profile
		class  channel.Class
	}{
		"as_recorded": {
			says(200, string(mustRead("testdata/graph/user_profile/user_profile-06.json"))),
			channel.Profile{
				Name: "Mia O'Connor Marek Novák", FirstName: "Mia O'Connor", LastName: "Marek Novák",
				Picture: "https://media.example/f5d7482a80848c0e.jpg",
			}, "",
		},
		"first_name_only":     {says(200, `{"first_name":"Tomás"}`), channel.Profile{Name: "Tomás", FirstName: "Tomás"}, ""},
		"empty":               {says(200, `{}`), channel.Profile{}, ""},
		"account_by_phone":    {saysError(100, 2018218), channel.Profile{}, ""},
		"phone_code_itself":   {saysError(2018218, 0), channel.Profile{}, ""},
		"not_this_field":      {saysError(2018247, 0), channel.Profile{}, ""},
		"not_to_be_seen":      {saysError(100, 33), channel.Profile{}, ""},
		"no_consent":          {saysError(230, 0), channel.Profile{}, ""},
		"feature_not_granted": {saysError(200, 0), channel.Profile{}, ""},
		"dead_token":          {saysError(190, 463), channel.Profile{}, channel.Disconnected},
		"limit":               {saysError(4, 0), channel.Profile{}, channel.Throttled},
		"trouble":             {says(500, ""), channel.Profile{}, channel.Temporary},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, adapter, access := start(t)
			g.on("GET "+someone, c.answer)
			got, err := adapter.FetchProfile(t.Context(), access, someone)
			require.Equal(t, c.want, got)
			if c.class == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, c.class, failureOf(t, err).Class)
		})
	}
}
