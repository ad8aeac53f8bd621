package metasim

import (
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// The shapes below are the platform's, as recorded in testdata; a test compares them.

// element is one update inside entry.messaging or entry.standby.
type element struct {
	Sender    *party       `json:"sender,omitempty"`
	Recipient *party       `json:"recipient,omitempty"`
	Timestamp int64        `json:"timestamp,omitempty"` // milliseconds
	Message   *messagePart `json:"message,omitempty"`
	Edit      *editPart    `json:"message_edit,omitempty"`
	Reaction  *reaction    `json:"reaction,omitempty"`
	Postback  *postback    `json:"postback,omitempty"`
	Referral  *referral    `json:"referral,omitempty"`
	Read      *watermark   `json:"read,omitempty"`
	Delivery  *watermark   `json:"delivery,omitempty"`
	Pass      *handOver    `json:"pass_thread_control,omitempty"`
	Take      *handOver    `json:"take_thread_control,omitempty"`
	Lead      *leadPart    `json:"lead,omitempty"`
	Hop       *hopContext  `json:"hop_context,omitempty"`
}

type party struct {
	ID string `json:"id"`
}

type messagePart struct {
	IsEcho      bool             `json:"is_echo,omitempty"`
	AppID       json.Number      `json:"app_id,omitempty"`
	Metadata    string           `json:"metadata,omitempty"`
	MID         string           `json:"mid"`
	Text        string           `json:"text,omitempty"`
	IsDeleted   bool             `json:"is_deleted,omitempty"`
	QuickReply  *quickReplyTap   `json:"quick_reply,omitempty"`
	ReplyTo     *replyTo         `json:"reply_to,omitempty"`
	Attachments []attachmentPart `json:"attachments,omitempty"`
	Referral    *referral        `json:"referral,omitempty"`
}

type quickReplyTap struct {
	Payload string `json:"payload"`
}

type replyTo struct {
	MID  string `json:"mid"`
	Self bool   `json:"is_self_reply"`
}

type attachmentPart struct {
	Type    string `json:"type"`
	Payload any    `json:"payload"`
}

type mediaPayload struct {
	URL       string `json:"url"`
	Title     string `json:"title,omitempty"`
	StickerID int64  `json:"sticker_id,omitempty"`
}

type editPart struct {
	MID     string `json:"mid"`
	Text    string `json:"text"`
	NumEdit int    `json:"num_edit"`
}

type reaction struct {
	MID      string `json:"mid"`
	Action   string `json:"action"`
	Reaction string `json:"reaction,omitempty"`
	Emoji    string `json:"emoji,omitempty"`
}

type postback struct {
	MID      string    `json:"mid,omitempty"`
	Title    string    `json:"title,omitempty"`
	Payload  string    `json:"payload,omitempty"`
	Referral *referral `json:"referral,omitempty"`
}

type referral struct {
	Ref    string     `json:"ref,omitempty"`
	AdID   string     `json:"ad_id,omitempty"`
	Source string     `json:"source"`
	Type   string     `json:"type"`
	Ad     *adContext `json:"ads_context_data,omitempty"`
}

type adContext struct {
	Title string `json:"ad_title"`
	Photo string `json:"photo_url,omitempty"`
	Post  string `json:"post_id,omitempty"`
}

type watermark struct {
	MIDs      []string `json:"mids,omitempty"`
	Watermark int64    `json:"watermark"`
}

type handOver struct {
	Previous json.Number `json:"previous_owner_app_id,omitempty"`
	New      json.Number `json:"new_owner_app_id,omitempty"`
	Metadata string      `json:"metadata"`
}

// envelope is a whole POST.
type envelope struct {
	Object string  `json:"object"`
	Entry  []entry `json:"entry"`
}

type entry struct {
	ID        string   `json:"id"`
	Time      int64    `json:"time"` // milliseconds; seconds with changes
	Messaging []any    `json:"messaging,omitempty"`
	Standby   []any    `json:"standby,omitempty"`
	Changes   []change `json:"changes,omitempty"`
}

type change struct {
	Field string `json:"field"`
	Value any    `json:"value"`
}

// appNumber is an app id as echoes carry it: a number. An id that is none is left out.
func appNumber(id string) json.Number {
	if _, err := strconv.ParseUint(id, 10, 64); err != nil {
		return ""
	}
	return json.Number(id)
}

// escape turns compact JSON into the form the platform sends and signs: whatever is not ASCII as \u with lower-case
// hex digits, and every slash as \/. Both occur inside strings only, so the bytes can be taken as they come.
func escape(compact []byte) []byte {
	const hex = "0123456789abcdef"
	out := make([]byte, 0, len(compact)+len(compact)/8)
	unit := func(r rune) {
		out = append(out, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	}
	for i := 0; i < len(compact); {
		c := compact[i]
		if c < utf8.RuneSelf {
			if c == '/' {
				out = append(out, '\\')
			}
			out = append(out, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(compact[i:])
		i += size
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			unit(high)
			unit(low)
			continue
		}
		unit(r)
	}
	return out
}
