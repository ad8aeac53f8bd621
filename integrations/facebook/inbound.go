package facebook

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// The reasons for which an event means nothing to us, besides those in parts and changeReasons.
const (
	reasonEmpty   = "empty"      // standby often tells that something happened, and not what
	reasonUserRef = "user_ref"   // somebody without an id: they ticked a box on a website and have not written yet
	reasonOwnAct  = "own_action" // the page itself, as in the platform's samples
)

// The faults of an item, which quarantine it.
var (
	errNoObject  = errors.New("the item is no JSON object")
	errNoPerson  = errors.New("nobody is the counterpart")
	errNoMessage = errors.New("no message is named")
	errNoLead    = errors.New("no lead is named")
)

// Parse says what an item means.
func (*Adapter) Parse(item channel.Item) (channel.Inbound, error) {
	if !json.Valid(item.Raw) || item.Raw[0] != '{' {
		return channel.Inbound{}, errNoObject
	}
	field := fieldOf(item)
	if field != meta.Messaging && field != meta.Standby {
		in, err := parseChange(field, item)
		in.OccurredAt = item.OccurredAt
		return in, err
	}
	in, err := parse(item)
	if err != nil {
		return channel.Inbound{}, err
	}
	in.OccurredAt = item.OccurredAt
	if in.Action == channel.Ignore {
		return in, nil
	}
	in.Transport = messenger
	switch standby := field == meta.Standby; {
	case standby, in.Action == channel.Message, in.Action == channel.Refer, in.Action == channel.Submit:
		// What a person does is told in messaging to the program that answers, and in standby to all others.
		in.Standby = &standby
	}
	return in, nil
}

// fieldOf is the list or the field that an item stood in. One that somebody pasted stands in none and tells by itself.
func fieldOf(item channel.Item) string {
	if item.Envelope.Field != "" {
		return item.Envelope.Field
	}
	var c struct {
		Field string          `json:"field"`
		Value json.RawMessage `json:"value"`
	}
	if json.Unmarshal(item.Raw, &c) == nil && c.Field != "" && len(c.Value) > 0 {
		return c.Field
	}
	return meta.Messaging
}

// changeReasons say why a change of the page means nothing to us yet. It stays in the vault and can be replayed.
func changeReasons() map[string]string {
	return map[string]string{
		"ratings":        "ratings_off",
		"leadgen_update": "lead_again",
		"leadgen_fat":    "lead_again",
		"inbox_labels":   "labels",
	}
}

// Reasons returns the codes of why an event may be ignored. Their words are in texts/.
func Reasons() []string {
	list := []string{
		unknown, reasonEmpty, reasonUserRef, reasonOwnAct, reasonVisitorPost, reasonPagePost, reasonPostChanged, reasonReaction,
		reasonActivity, reasonComment,
	}
	for _, p := range parts() {
		if p.why != "" {
			list = append(list, p.why)
		}
	}
	for _, why := range changeReasons() {
		list = append(list, why)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// reader reads one part of an element that a person, or the page, is the author of.
type reader func(e element, own bool) (channel.Inbound, error)

func parse(item channel.Item) (channel.Inbound, error) {
	p := partOf(item.Raw)
	if p.why != "" {
		return ignore(whyOf(p, item)), nil
	}
	var e element
	if err := json.Unmarshal(item.Raw, &e); err != nil {
		return channel.Inbound{}, fmt.Errorf("read the item: %w", err)
	}
	person, own := e.sides(item.Envelope.EntryID)
	switch {
	case person == "" && e.Sender.UserRef != "":
		return ignore(reasonUserRef), nil
	case person == "":
		return channel.Inbound{}, errNoPerson
	}
	in, err := readers()[p.member](e, own)
	in.Person.ExternalID = person
	return in, err
}

func readers() map[string]reader {
	return map[string]reader{
		aMessage: readMessage, anEdit: readEdit, aPostback: readPostback, aReaction: readReaction,
		aDelivery: readDelivery, aRead: readRead, aReferral: readReferral, aLead: readReferral, aForm: readForm,
	}
}

func ignore(reason string) channel.Inbound {
	return channel.Inbound{Action: channel.Ignore, Reason: reason}
}

// whyOf tells an element that says nothing from one that says something new.
func whyOf(p part, item channel.Item) string {
	if p.why != unknown {
		return p.why
	}
	for name := range meta.Members(item.Raw) {
		if name != "sender" && name != "recipient" && name != "timestamp" {
			return unknown
		}
	}
	return reasonEmpty
}

func readMessage(e element, own bool) (channel.Inbound, error) {
	m := e.Message
	if m.MID == "" {
		return channel.Inbound{}, errNoMessage
	}
	in := channel.Inbound{Action: channel.Message, ExternalID: string(m.MID)}
	if m.IsDeleted {
		in.Action = channel.Unsend
		return in, nil
	}
	if !own && strings.HasPrefix(e.Hop.Metadata, leadFlow) {
		return readSummary(e)
	}
	in.Text, in.ReplyTo = m.Text, string(m.ReplyTo.MID)
	in.Files, in.Details = files(m)
	in.Referral = cmp.Or(m.Referral, e.Referral).read()
	if m.QuickReply != nil {
		in.Button = &channel.Button{Title: m.Text, Payload: m.QuickReply.Payload}
	}
	if s := m.ReplyTo.Story; s != nil {
		in.Details = with(in.Details, "story", map[string]any{"id": string(s.ID), "url": webLink(s.URL)})
	}
	for _, c := range m.Commands {
		in.Details = with(in.Details, "command", c.Name)
	}
	if own {
		in.Action, in.AppID, in.Token = channel.Echo, string(m.AppID), tokenOf(m.Metadata)
		return in, nil
	}
	in.Opens = byMessage
	if in.Referral != nil && in.Referral.Source == "ADS" {
		in.Opens = byAdMessage
	}
	return in, nil
}

func readEdit(e element, _ bool) (channel.Inbound, error) {
	if e.Edit.MID == "" {
		return channel.Inbound{}, errNoMessage
	}
	return channel.Inbound{
		Action: channel.Edit, ExternalID: string(e.Edit.MID), Text: e.Edit.Text, Number: int(e.Edit.Number),
	}, nil
}

// readPostback reads a tap on a button as a message that says what the button says: its title, or what stands behind it.
func readPostback(e element, own bool) (channel.Inbound, error) {
	if own {
		return ignore(reasonOwnAct), nil
	}
	p := e.Postback
	in := channel.Inbound{
		Action: channel.Message, ExternalID: string(p.MID), Text: cmp.Or(p.Title, p.Payload), Opens: byPostback,
		Referral: cmp.Or(p.Referral, e.Referral).read(), Button: &channel.Button{Title: p.Title, Payload: p.Payload},
	}
	if in.Text == "" {
		in.Files = []channel.File{{Type: channel.Unsupported, Kind: aPostback}}
	}
	return in, nil
}

func readReaction(e element, own bool) (channel.Inbound, error) {
	r := e.Reaction
	switch {
	case own:
		return ignore(reasonOwnAct), nil
	case r.MID == "":
		return channel.Inbound{}, errNoMessage
	}
	in := channel.Inbound{
		Action: channel.React, ExternalID: string(r.MID),
		Reaction: &channel.Reaction{Emoji: r.Emoji, Name: r.Name, Removed: r.Action == "unreact"},
	}
	if !in.Reaction.Removed {
		in.Opens = byReaction
	}
	return in, nil
}

// readDelivery and readRead do not ask who acted: only the person can receive or read what the page has sent.
func readDelivery(e element, _ bool) (channel.Inbound, error) {
	return e.Delivery.read(channel.Delivered), nil
}

func readRead(e element, _ bool) (channel.Inbound, error) {
	return e.Read.read(channel.Read), nil
}

func (r receipt) read(action channel.Action) channel.Inbound {
	in := channel.Inbound{Action: action, Until: r.Watermark.Time}
	for _, m := range append(r.MIDs, r.MID) {
		if m != "" {
			in.ExternalIDs = append(in.ExternalIDs, string(m))
		}
	}
	return in
}

// readReferral reads the coming of a person by a link or an ad. A lead ad inside Messenger says here what was answered,
// and nowhere else.
func readReferral(e element, own bool) (channel.Inbound, error) {
	if own {
		return ignore(reasonOwnAct), nil
	}
	if len(e.Lead.Data) > 0 {
		return readLead(e), nil
	}
	in := channel.Inbound{Action: channel.Refer, Referral: e.Referral.read(), Opens: byReferral}
	if in.Referral == nil {
		in.Referral = &channel.Referral{}
	}
	return in, nil
}

func (r *referral) read() *channel.Referral {
	if r == nil {
		return nil
	}
	out := &channel.Referral{
		Ref: r.Ref, Source: r.Source, Type: r.Type, AdID: string(r.AdID), AdTitle: r.Ad.Title, PostID: string(r.Ad.PostID),
	}
	for _, u := range []string{r.URL, r.Ad.Photo, r.Ad.Video} {
		if out.URL = webLink(u); out.URL != "" {
			break
		}
	}
	if out.Ref == "" && r.Product.ID != "" { // from the page's shop
		out.Ref, out.Source = string(r.Product.ID), "PRODUCT"
	}
	return out
}

// tokenOf is our token in an echo's metadata, where other programs note what they like.
func tokenOf(metadata string) string {
	if len(metadata) > maxToken || !strings.HasPrefix(metadata, channel.TokenPrefix) {
		return ""
	}
	return metadata
}

// maxToken is longer than any token of ours.
const maxToken = 100

func with(details map[string]any, key string, value any) map[string]any {
	if details == nil {
		details = map[string]any{}
	}
	details[key] = value
	return details
}
