package facebook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// pageLane is the lane of what belongs to no conversation.
const pageLane = "page"

// Item says what an element of a webhook is: the key that tells it from all others and is the same when it is delivered
// again, and the lane that keeps its order.
func (*Adapter) Item(e meta.Element) channel.Item {
	if e.List == meta.Changes {
		return changeItem(e)
	}
	var el element
	_ = json.Unmarshal(e.Raw, &el) // what can be read is; of the rest, Parse will say what is wrong
	p := partOf(e.Raw)
	person, own := el.sides(e.EntryID)
	i := channel.Item{Type: p.field, Key: el.key(p, person), Lane: pageLane, OccurredAt: el.when(e.EntryTime)}
	if p.member == aMessage && own {
		i.Type = "message_echoes"
	}
	if person != "" {
		i.Lane = "dm:" + person
	}
	if i.Key == "" {
		i.Key = byContent(e, el.Timestamp.Time)
	}
	return i
}

// when is the element's own time, or that of the webhook: receipts have none.
func (e element) when(entry meta.Time) time.Time {
	for _, t := range []meta.Time{e.Timestamp, e.Delivery.Watermark, e.Read.Watermark} {
		if !t.IsZero() {
			return t.Time
		}
	}
	return entry.Time
}

// key is what the platform makes elements known by; empty when there is nothing.
func (e element) key(p part, person string) string {
	at := millis(e.Timestamp)
	switch {
	case p.member == aMessage && e.Message.MID != "" && bool(e.Message.IsDeleted):
		return key("mid", string(e.Message.MID), "deleted")
	case p.member == aMessage && e.Message.MID != "":
		return key("mid", string(e.Message.MID))
	case p.member == anEdit && e.Edit.MID != "":
		return key("mid", string(e.Edit.MID), "edit", strconv.FormatInt(int64(e.Edit.Number), 10), digest(e.Edit.Text))
	case p.member == aPostback && e.Postback.MID != "":
		return key("postback", string(e.Postback.MID))
	case p.member == aPostback && person != "" && at != "":
		return key("postback", person, at, digest(e.Postback.Payload+"\n"+e.Postback.Title))
	case p.member == aReferral && e.Referral != nil && person != "" && at != "":
		return key("referral", person, at, e.Referral.Type, digest(e.Referral.Ref), string(e.Referral.AdID))
	case p.member == aForm && some(cmp.Or(e.Form.Lead, e.Form.LeadID)) != "":
		return key("lead", some(cmp.Or(e.Form.Lead, e.Form.LeadID)))
	case p.member == aReaction && e.Reaction.MID != "":
		return key("reaction", string(e.Reaction.MID), person, e.Reaction.Action, at, e.Reaction.Emoji)
	case p.member == aDelivery && len(e.Delivery.MIDs) > 0:
		mids := make([]string, len(e.Delivery.MIDs))
		for i, m := range e.Delivery.MIDs {
			mids[i] = string(m)
		}
		return key("delivery", mids...)
	case p.member == aDelivery && !e.Delivery.Watermark.IsZero():
		return key("delivery", person, millis(e.Delivery.Watermark))
	case p.member == aRead && e.Read.MID != "":
		return key("read", string(e.Read.MID))
	case p.member == aRead && !e.Read.Watermark.IsZero():
		return key("read", person, millis(e.Read.Watermark))
	}
	return ""
}

func key(class string, parts ...string) string { return class + ":" + strings.Join(parts, ":") }

// byContent is the key of what the platform gives no name. When it says no time of its own either, that of the webhook
// tells one from the next.
func byContent(e meta.Element, own time.Time) string {
	content := e.List + ":" + string(e.Raw)
	if own.IsZero() {
		content += ":" + millis(e.EntryTime)
	}
	return "raw:" + digest(content)
}

// digest stands for a text in a key.
func digest(s string) string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

func millis(t meta.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}
