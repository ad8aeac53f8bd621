package facebook

import (
	"encoding/json"

	"kontor/integrations/meta"
)

// element is one value of messaging or standby. Exactly one of its parts is there, and sometimes a referral beside it.
type element struct {
	Sender    party     `json:"sender"`
	Recipient party     `json:"recipient"`
	Timestamp meta.Time `json:"timestamp"`
	Message   message   `json:"message"`
	Edit      edit      `json:"message_edit"`
	Postback  postback  `json:"postback"`
	Reaction  reaction  `json:"reaction"`
	Delivery  receipt   `json:"delivery"`
	Read      receipt   `json:"read"`
	Referral  *referral `json:"referral"`
	Lead      struct {
		Data []question `json:"data"`
	} `json:"lead"`
	Form formSubmit `json:"in_thread_lead_form_submit"`
	// Hop says which program had the conversation before, and what it notes.
	Hop struct {
		Metadata string `json:"metadata"`
	} `json:"hop_context"`
}

type party struct {
	ID      meta.ID `json:"id"`
	UserRef meta.ID `json:"user_ref"` // of somebody who ticked a box on a website: no person yet
}

type message struct {
	MID         meta.ID      `json:"mid"`
	Text        string       `json:"text"`
	Attachments []attachment `json:"attachments"`
	StickerID   meta.ID      `json:"sticker_id"` // old: it says that the image is one
	QuickReply  *struct {
		Payload string `json:"payload"`
	} `json:"quick_reply"`
	ReplyTo struct {
		MID   meta.ID `json:"mid"`
		Story *struct {
			ID  meta.ID `json:"id"`
			URL string  `json:"url"`
		} `json:"story"`
	} `json:"reply_to"`
	Referral    *referral `json:"referral"`
	IsEcho      meta.Bool `json:"is_echo"`
	IsDeleted   meta.Bool `json:"is_deleted"`
	Unsupported meta.Bool `json:"is_unsupported"`
	AppID       meta.ID   `json:"app_id"`
	Metadata    string    `json:"metadata"`
	Commands    []struct {
		Name string `json:"name"`
	} `json:"commands"`
}

// attachment is one thing attached. What its payload looks like depends on its type; some have title and url beside it.
type attachment struct {
	Type    string          `json:"type"`
	Title   string          `json:"title"`
	URL     string          `json:"url"` // also written URL
	Payload json.RawMessage `json:"payload"`
}

type payload struct {
	URL         string  `json:"url"`
	Title       string  `json:"title"`
	StickerID   meta.ID `json:"sticker_id"`
	Coordinates *struct {
		Lat  meta.Float `json:"lat"`
		Long meta.Float `json:"long"`
	} `json:"coordinates"`
	// templates
	Text     string `json:"text"`
	Elements []card `json:"elements"`
	Buttons  []card `json:"buttons"`
	Product  struct {
		Elements []card `json:"elements"`
	} `json:"product"`
	// appointments; the times are in seconds
	Booking  meta.ID   `json:"booking_id"`
	Status   string    `json:"status"`
	Start    meta.Time `json:"start_time"`
	End      meta.Time `json:"end_time"`
	TimeZone string    `json:"timezone"`
}

type card struct {
	Title    string `json:"title"`
	Subtitle string `json:"subtitle"`
	URL      string `json:"url"`
	Image    string `json:"image_url"`
}

type edit struct {
	MID    meta.ID  `json:"mid"`
	Text   string   `json:"text"`
	Number meta.Int `json:"num_edit"`
}

type postback struct {
	MID      meta.ID   `json:"mid"` // absent in old ones and in standby
	Title    string    `json:"title"`
	Payload  string    `json:"payload"` // absent in standby
	Referral *referral `json:"referral"`
}

type reaction struct {
	MID    meta.ID `json:"mid"`
	Action string  `json:"action"`
	Name   string  `json:"reaction"`
	Emoji  string  `json:"emoji"`
}

// receipt is a delivery or a read: of certain messages, or of all up to the watermark, or both.
type receipt struct {
	MIDs      []meta.ID `json:"mids"`
	MID       meta.ID   `json:"mid"`
	Watermark meta.Time `json:"watermark"`
}

type referral struct {
	Ref     string  `json:"ref"`
	Source  string  `json:"source"`
	Type    string  `json:"type"`
	AdID    meta.ID `json:"ad_id"`
	URL     string  `json:"referer_uri"`
	Product struct {
		ID meta.ID `json:"id"`
	} `json:"product"`
	Ad struct {
		Title  string  `json:"ad_title"`
		PostID meta.ID `json:"post_id"`
		Photo  string  `json:"photo_url"`
		Video  string  `json:"video_url"`
	} `json:"ads_context_data"`
}

type question struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// part is what an element may be.
type part struct {
	member string // it is told by this member
	field  string // what the platform calls it when one subscribes to it
	why    string // reason for which it is ignored; empty when it is not
}

// The members of an element that mean something to us.
const (
	aMessage  = "message"
	anEdit    = "message_edit"
	aPostback = "postback"
	aReaction = "reaction"
	aDelivery = "delivery"
	aRead     = "read"
	aReferral = "referral"
	aLead     = "lead"
	aForm     = "in_thread_lead_form_submit"
)

// parts lists what an element may be, what we know best first: a referral and a lead also stand beside other things.
func parts() []part {
	return []part{
		{aMessage, "messages", ""},
		{anEdit, "message_edits", ""},
		{aPostback, "messaging_postbacks", ""},
		{aReaction, "message_reactions", ""},
		{aDelivery, "message_deliveries", ""},
		{aRead, "message_reads", ""},
		{aReferral, "messaging_referrals", ""},
		{aLead, "messaging_referrals", ""},
		{aForm, "messaging_in_thread_lead_form_submit", ""},
		{"optin", "messaging_optins", "optin"},
		{"pass_thread_control", "messaging_handovers", "handover"},
		{"take_thread_control", "messaging_handovers", "handover"},
		{"request_thread_control", "messaging_handovers", "handover"},
		{"app_roles", "messaging_handovers", "handover"},
		{"account_linking", "messaging_account_linking", "account_linking"},
		{"policy_enforcement", "messaging_policy_enforcement", "policy_enforcement"},
		{"policy-enforcement", "messaging_policy_enforcement", "policy_enforcement"},
		{"response_feedback", "response_feedback", "feedback"},
		{"messaging_feedback", "messaging_feedback", "feedback"},
		{"messaging_customer_information", "messaging_customer_information", "customer_information"},
		{"order", "send_cart", "cart"},
		{"game_play", "messaging_game_plays", "legacy"},
		{"payment", "messaging_payments", "legacy"},
		{"checkout_update", "messaging_checkout_updates", "legacy"},
		{"pre_checkout", "messaging_pre_checkouts", "legacy"},
		{"branded_camera", "messaging_branded_camera", "legacy"},
		{"message_request", "messaging_message_request", "legacy"},
	}
}

const unknown = "unknown"

// partOf tells what an element is. The platform adds new ones without notice.
func partOf(raw []byte) part {
	there := map[string]bool{}
	for name, value := range meta.Members(raw) {
		there[name] = string(value) != "null"
	}
	for _, p := range parts() {
		if there[p.member] {
			return p
		}
	}
	return part{field: unknown, why: unknown}
}

// sides tells who the conversation is with, and whether the page itself acted. The person is whichever side is not the
// page; in echoes sender and recipient are swapped. Nobody when both are the page, or the person has no id yet.
func (e element) sides(page string) (person string, own bool) {
	from, to := string(e.Sender.ID), string(e.Recipient.ID)
	own = bool(e.Message.IsEcho) || from == page
	switch {
	case from == page && to == page:
		return "", own
	case from == page || own && to != page:
		return to, own
	}
	return from, own
}
