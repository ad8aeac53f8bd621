// Package facebook is the kind of channel that is a Facebook page: the direct messages people send it with Messenger, what
// they write under its posts, and the forms of its ads that they submit.
//
// What comes in is described in shapes.go, gets its key and its lane in split.go, and its meaning in inbound.go (with
// files.go for attachments); comments and mentions are in comments.go, forms in leads.go. What goes out is in outbound.go,
// under posts in answers.go; connecting a page is in connect.go, by way of the login in connect_oauth.go, and asking the
// platform in threads.go and leads_graph.go. Everything that the kinds behind Meta's platform share (calls, errors, signatures) is in integrations/meta.
//
// Posts of visitors, reactions and ratings come through the same webhooks. They are ignored, with a reason each, and stay
// in the vault.
package facebook

import (
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/integrations/meta"
)

const (
	// Kind names the kind.
	Kind = "facebook"
	// messenger is the transport of direct messages.
	messenger = "messenger"
)

// Adapter is the kind's adapter.
type Adapter struct{ graph *meta.Client }

// The abilities of the kind.
var (
	_ channel.Connector      = (*Adapter)(nil)
	_ channel.Authorizer     = (*Adapter)(nil)
	_ channel.Examiner       = (*Adapter)(nil)
	_ channel.Catcher        = (*Adapter)(nil)
	_ channel.Reviewer       = (*Adapter)(nil)
	_ channel.FileFinder     = (*Adapter)(nil)
	_ channel.ProfileFetcher = (*Adapter)(nil)
	_ channel.HistoryFetcher = (*Adapter)(nil)
	_ channel.ReadBacker     = (*Adapter)(nil)
	_ channel.LeadFetcher    = (*Adapter)(nil)
	_ channel.LeadTester     = (*Adapter)(nil)
	_ channel.PostFetcher    = (*Adapter)(nil)
	_ channel.Moderator      = (*Adapter)(nil)
	_ channel.TemplateLister = (*Adapter)(nil)
	_ meta.Kind              = (*Adapter)(nil)
)

// New makes the adapter.
func New(graph *meta.Client) *Adapter { return &Adapter{graph} }

// Object is what webhooks call a page.
func (*Adapter) Object() string { return "page" }

// Describe says what the kind is.
func (*Adapter) Describe() channel.Description {
	return channel.Description{Kind: Kind, Name: "Facebook", Settings: settings(), Capabilities: capabilities()}
}

func settings() []channel.Setting {
	d := channel.DefaultSettings()
	var counts []any
	for _, n := range channel.HistoryCounts() {
		counts = append(counts, n)
	}
	days := func(key string, standard int) channel.Setting {
		return channel.Setting{Key: key, Type: "number", Default: standard, Min: 0, Max: channel.MaxResolveDays}
	}
	return []channel.Setting{
		{Key: "object_template_id", Type: "object_template"},
		{Key: "contact_template_id", Type: "contact_template"},
		{Key: "assignee_ids", Type: "assignees", Default: []string{}},
		{
			Key: "new_task", Type: "choice", Default: string(d.NewTask),
			Choices: []any{string(channel.NewWhenNoneActive), string(channel.ReopenLast)},
		},
		{
			Key: "active_scope", Type: "choice", Default: string(d.ActiveScope),
			Choices: []any{string(channel.PerConversation), string(channel.PerContact)},
		},
		{Key: "history_count", Type: "choice", Default: d.HistoryCount, Choices: counts},
		{Key: "auto_ownership", Type: "yes_no", Default: d.AutoOwnership},
		days("resolve_new_after_days", d.ResolveNewAfterDays),
		days("resolve_pending_after_days", d.ResolvePendingAfterDays),
		{Key: "media", Type: "choice", Default: string(d.Media), Choices: []any{string(channel.StoreMedia), string(channel.LinkMedia)}},
		{Key: "comments", Type: "yes_no", Default: d.Comments},
		{
			Key: "comment_scope", Type: "choice", Default: string(d.CommentScope),
			Choices: []any{string(channel.PerPost), string(channel.PerThread), string(channel.PerAuthor)},
		},
		{
			Key: "comment_new_task", Type: "choice", Default: string(d.CommentNewTask),
			Choices: []any{string(channel.NewWhenNoneActive), string(channel.ReopenLast)},
		},
		{Key: "comment_template_id", Type: "object_template"},
		{Key: "attach_post_files", Type: "yes_no", Default: d.AttachPostFiles},
		{Key: "leads", Type: "yes_no", Default: d.Leads},
	}
}

// The actions of a person that open the reply window.
const (
	byMessage   channel.Opening = "message"
	byAdMessage channel.Opening = "ad_message"
	byPostback  channel.Opening = "postback"
	byReferral  channel.Opening = "referral"
	byReaction  channel.Opening = "reaction"
)

// anybody is everybody who may write where it is not said who may.
func anybody() []account.ActorKind {
	return []account.ActorKind{account.Staff, account.Bot, account.Script}
}

// capabilities are what the kind can do.
func capabilities() channel.Capabilities {
	can := directly()
	can.Modes = modes()
	return can
}

// directly is what can be done in direct messages. Sources: Send API reference; policy page (2026-09-28).
func directly() channel.Capabilities {
	const (
		mb  = 1 << 20
		day = 24 * time.Hour
	)
	return channel.Capabilities{
		Transports: []string{messenger, underPost, privateReply, leadAd},
		// "Less than 2000 characters"; whether that means characters, UTF-16 units or bytes is not said.
		TextLimit: 1999,
		FileLimits: map[channel.FileType]int64{
			channel.Image: 8 * mb, channel.Video: 25 * mb, channel.Audio: 25 * mb, channel.Document: 25 * mb,
		},
		Windows: map[channel.Opening]time.Duration{
			byMessage: day, byPostback: day, byReferral: day, byReaction: day,
			// "May open up to 7 days" since 2026-09-28, it is not said when: what is promised to staff is what always holds.
			byAdMessage: day,
		},
		Rules: []channel.ReplyRule{
			{
				As: "response", Authors: anybody(), Window: true,
				MessagingType: "RESPONSE",
			},
			{
				As: "human_agent", Authors: []account.ActorKind{account.Staff}, MaxAge: 7 * day,
				MessagingType: "MESSAGE_TAG", Tag: "HUMAN_AGENT",
			},
		},
		History: readable,
	}
}
