package facebook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/integrations/channeltest"
	"kontor/integrations/facebook"
	"kontor/integrations/meta"
)

func TestContract(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, func(t *testing.T) channeltest.Harness {
		t.Helper()
		provider, adapter, access := start(t)
		return channeltest.Harness{
			Adapter: adapter, Access: access, Person: someone, Rule: adapter.Describe().Capabilities.Rules[0],
			Split: func(body []byte) (items []channel.Item) {
				routed, _ := meta.NewDoor(meta.Settings{}, adapter).Split(body)
				for _, r := range routed {
					items = append(items, r.Item)
				}
				return items
			},
			Samples: contractSamples(t),
			Unknown: [][]byte{
				body(t, "testdata/webhook/negative/negative-03.json"),
				body(t, "testdata/webhook/other_objects/other_objects-03.json"),
				[]byte(`{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"sender":{"id":"2"},"hologram":{"mid":"m_1"}}]}]}`),
				[]byte(`{"object":"page","entry":[{"id":"1","time":1,"changes":[{"field":"holograms","value":7}]}]}`),
			},
			Provider: provider, Secrets: []string{pageToken, systemToken, appSecret},
		}
	})
}

func contractSamples(t *testing.T) (list []channeltest.Sample) {
	t.Helper()
	for name, want := range map[string]channel.Action{
		"webhook/message_text/message_text-01":               channel.Message,
		"webhook/message_attachment/message_attachment-05":   channel.Message,
		"webhook/message_quick_reply/message_quick_reply-01": channel.Message,
		"webhook/message_sticker/message_sticker-02":         channel.Message,
		"webhook/message_template/message_template-03":       channel.Message,
		"fragment/message_attachment/message_attachment-13":  channel.Message,
		"fragment/referral/referral-04":                      channel.Message,
		"webhook/postback/postback-04":                       channel.Message,
		"webhook/message_echo/message_echo-04":               channel.Echo,
		"webhook/message_edit/message_edit-01":               channel.Edit,
		"webhook/message_deleted/message_deleted-01":         channel.Unsend,
		"webhook/reaction/reaction-04":                       channel.React,
		"webhook/referral/referral-02":                       channel.Refer,
		"webhook/lead_in_messenger/lead_in_messenger-01":     channel.Submit,
		"webhook/delivery/delivery-06":                       channel.Delivered,
		"webhook/read/read-03":                               channel.Read,
		"webhook/optin/optin-03":                             channel.Ignore,
		"webhook/standby/standby-01":                         channel.Ignore,
		"webhook/feed_comment/feed_comment-03":               channel.Message,
		"webhook/feed_comment/feed_comment-04":               channel.Hidden,
		"webhook/feed_comment/feed_comment-05":               channel.Shown,
		"webhook/feed_comment/feed_comment-06":               channel.Echo,
		"webhook/feed_comment/feed_comment-14":               channel.Unsend,
		"fragment/feed_comment/feed_comment-02":              channel.Edit,
		"fragment/feed_comment/feed_comment-07":              channel.Message,
		"webhook/mention/mention-03":                         channel.Message,
		"webhook/feed_post/feed_post-03":                     channel.Ignore,
		"webhook/ratings/ratings-01":                         channel.Ignore,
		"webhook/leadgen/leadgen-01":                         channel.Submit,
	} {
		list = append(list, channeltest.Sample{Name: name, Body: body(t, "testdata/"+name+".json"), Want: want})
	}
	return list
}

func TestDescription(t *testing.T) {
	t.Parallel()
	d := offline().Describe()
	require.Equal(t, "facebook", d.Kind)
	var keys []string
	for _, s := range d.Settings {
		keys = append(keys, s.Key)
	}
	require.Equal(t, []string{
		"object_template_id", "contact_template_id", "assignee_ids", "new_task", "active_scope", "history_count",
		"auto_ownership", "resolve_new_after_days", "resolve_pending_after_days", "media", "comments", "comment_scope",
		"comment_new_task", "comment_template_id", "attach_post_files", "leads",
	}, keys)

	rules := d.Capabilities.Rules
	require.Len(t, rules, 2)
	require.Equal(t, "RESPONSE", rules[0].MessagingType)
	require.Empty(t, rules[0].Tag, "inside the window no tag is sent")
	require.True(t, rules[0].Window)
	require.Equal(t, []account.ActorKind{account.Staff}, rules[1].Authors, "the tag is for what a person wrote")
	require.Equal(t, "HUMAN_AGENT", rules[1].Tag)
	require.Equal(t, 7*24*time.Hour, rules[1].MaxAge)
	require.Less(t, d.Capabilities.TextLimit, 2000)
	require.NotContains(t, d.Capabilities.FileLimits, channel.Sticker)
	require.Equal(t, 20, d.Capabilities.History)

	public := d.Capabilities.Modes[channel.Answer]
	require.Equal(t, []channel.ReplyRule{{As: "public_answer", Authors: rules[0].Authors}}, public.Rules, "without any window")
	private := d.Capabilities.Modes[channel.PrivateReply].Rules
	require.Len(t, private, 1)
	require.Equal(t, 7*24*time.Hour, private[0].MaxAge)
	require.Empty(t, private[0].Tag, "a private reply carries no tag")
}

func TestEveryReasonHasWordsInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "de"} {
		var words struct{ Ignored, Leads map[string]string }
		require.NoError(t, yaml.Unmarshal(read(t, "texts/"+language+".yaml"), &words))
		for _, reason := range facebook.Reasons() {
			require.NotEmpty(t, words.Ignored[reason], "%s in %s", reason, language)
		}
		require.Len(t, words.Ignored, len(facebook.Reasons()), language)
		for _, reason := range facebook.LeadReasons() {
			require.NotEmpty(t, words.Leads[strings.TrimPrefix(reason, "leads.")], "%s in %s", reason, language)
		}
		require.Len(t, words.Leads, len(facebook.LeadReasons()), language)
	}
}
