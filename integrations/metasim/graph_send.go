package metasim

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// sendRequest is a call of the Send API.
type sendRequest struct {
	Recipient struct {
		ID        anyID `json:"id"`
		CommentID anyID `json:"comment_id"` // of a private reply
	}
	Message    *sendMessage
	Type, Tag  string
	Action     string
	ReplyTo    struct{ MID string }
	ActionArgs struct {
		MessageID string `json:"message_id"`
		Reaction  string `json:"reaction"`
	}
}

// sendMessage is its message object.
type sendMessage struct {
	Text        string           `json:"text"`
	Attachment  *sendAttachment  `json:"attachment"`
	Attachments []sendAttachment `json:"attachments"`
	Template    json.RawMessage  `json:"template"` // an approved utility template
	Replies     []QuickReply     `json:"quick_replies"`
	Metadata    string           `json:"metadata"`
}

// Limits of the Send API. The text's unit is not documented; runes are counted here.
const (
	maxText         = 2000
	maxMetadata     = 1000
	maxReplies      = 13
	maxReplyTitle   = 20
	maxReplyPayload = 1000
	maxAttachments  = 30
	typingLasts     = 20 * time.Second
)

// send answers POST /{page}/messages.
func (s *Sim) send(req *graphRequest) (any, *graphError) {
	r, failure := s.readSend(req)
	if failure != nil {
		return nil, failure
	}
	s.mu.Lock()
	t, failure := s.recipient(req, r)
	if failure == nil && r.Action == "" && r.Recipient.CommentID == "" {
		failure = s.mayWrite(t, r)
	}
	s.mu.Unlock()
	if failure != nil {
		return nil, failure
	}
	if r.Action != "" {
		return s.senderAction(t, r)
	}
	m := &message{
		thread: t, fromPage: true, text: r.Message.Text, replies: r.Message.Replies, metadata: r.Message.Metadata,
		replyTo: r.ReplyTo.MID,
	}
	reusable, failure := s.takeAttachments(req, t.page, r.Message, m)
	if failure != nil {
		return nil, failure
	}
	if failure := s.accept(req, r, m); failure != nil {
		return nil, failure
	}
	req.after = s.announce(m)
	result := map[string]any{"recipient_id": t.psid, "message_id": m.mid}
	if reusable != "" {
		result["attachment_id"] = reusable
	}
	return result, nil
}

// accept stores a message: from here on it is sent, whatever the caller hears.
func (s *Sim) accept(req *graphRequest, r sendRequest, m *message) *graphError {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Recipient.CommentID != "" { // another call may have been quicker
		if failure := s.refusePrivately(s.comments[string(r.Recipient.CommentID)]); failure != nil {
			return failure
		}
	}
	m.appID = s.app.ID
	s.add(m)
	m.thread.typingUntil = time.Time{}
	m.thread.seenAt = m.at
	if c := s.comments[string(r.Recipient.CommentID)]; c != nil {
		c.answered = m
	}
	s.record(req, r, m)
	s.touch()
	return nil
}

// recipient finds the thread. The lock is held.
func (s *Sim) recipient(req *graphRequest, r sendRequest) (*thread, *graphError) {
	p, failure := s.ownPage(req)
	if failure != nil {
		return nil, failure
	}
	if r.Recipient.CommentID != "" {
		return s.replyPrivately(p, r)
	}
	t := p.threads[string(r.Recipient.ID)]
	if t == nil {
		return nil, s.errorOf(100, 2018001)
	}
	if r.ReplyTo.MID != "" {
		if answered := s.messages[r.ReplyTo.MID]; answered == nil || answered.thread != t {
			return nil, parameterError("Invalid reply_to mid")
		}
	}
	return t, nil
}

// readSend reads the parameters and checks everything that needs no knowledge of the recipient.
func (s *Sim) readSend(req *graphRequest) (sendRequest, *graphError) {
	r := sendRequest{
		Type: req.params["messaging_type"], Tag: req.params["tag"], Action: strings.ToLower(req.params["sender_action"]),
	}
	hasRecipient, failure := req.params.object("recipient", &r.Recipient)
	if failure != nil {
		return r, failure
	}
	for name, into := range map[string]any{"reply_to": &r.ReplyTo, "payload": &r.ActionArgs} {
		if _, failure := req.params.object(name, into); failure != nil {
			return r, failure
		}
	}
	var m sendMessage
	hasMessage, failure := req.params.object("message", &m)
	switch {
	case failure != nil:
		return r, failure
	case !hasRecipient || (r.Recipient.ID == "") == (r.Recipient.CommentID == ""):
		return r, parameterError("The parameter recipient is required")
	case hasMessage && r.Action != "":
		return r, s.errorOf(100, 2018014)
	case r.Action != "":
		return r, nil
	case !hasMessage:
		return r, parameterError("The parameter message is required")
	}
	r.Message = &m
	if failure := r.checkType(); failure != nil {
		return r, failure
	}
	return r, m.check(req.upload != nil)
}

// checkType checks messaging_type against tag. A tag alone is the old form of a tagged message.
func (r *sendRequest) checkType() *graphError {
	tags := slices.Concat([]string{tagHumanAgent}, deadTags(), featureTags())
	if r.Type == "" {
		r.Type = typeResponse
		if r.Tag != "" {
			r.Type = typeTag
		}
	}
	switch {
	case !slices.Contains([]string{typeResponse, typeUpdate, typeTag, typeUtility}, r.Type):
		return parameterError("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG, UTILITY}")
	case r.Type == typeTag && r.Tag == "":
		return parameterError("The parameter tag is required with messaging_type MESSAGE_TAG")
	case r.Type != typeTag && r.Tag != "":
		return parameterError("The parameter tag is only allowed with messaging_type MESSAGE_TAG")
	case r.Type == typeTag && !slices.Contains(tags, r.Tag):
		return parameterError("Param tag must be one of {%s}", strings.Join(tags, ", "))
	case r.Type == typeUtility && len(r.Message.Template) == 0:
		return parameterError("Param message[template] is required with messaging_type UTILITY")
	}
	return nil
}

// check checks the message: exactly one content, and every limit.
func (m *sendMessage) check(uploaded bool) *graphError {
	contents := 0
	for _, has := range []bool{
		m.Text != "", m.Attachment != nil || uploaded, len(m.Attachments) > 0, len(m.Template) > 0,
	} {
		if has {
			contents++
		}
	}
	switch {
	case contents == 0:
		return parameterError("Must send either text or attachment")
	case contents > 1:
		return parameterError("Only one of the text, attachment, and dynamic_text fields can be specified")
	case utf8.RuneCountInString(m.Text) > maxText:
		return parameterError("Length of param message[text] must be less than or equal to %d", maxText)
	case utf8.RuneCountInString(m.Metadata) > maxMetadata:
		return parameterError("Length of param message[metadata] must be less than or equal to %d", maxMetadata)
	case len(m.Attachments) > maxAttachments:
		return parameterError("Param message[attachments] must have at most %d elements", maxAttachments)
	case len(m.Replies) > maxReplies:
		return parameterError("Param message[quick_replies] must have at most %d elements", maxReplies)
	}
	for i, q := range m.Replies {
		if failure := q.check(i); failure != nil {
			return failure
		}
	}
	return nil
}

func (q QuickReply) check(i int) *graphError {
	where := "Param message[quick_replies][%d]"
	switch {
	case !slices.Contains([]string{"text", "user_phone_number", "user_email"}, q.Type):
		return parameterError(where+"[content_type] must be one of {TEXT, USER_PHONE_NUMBER, USER_EMAIL}", i)
	case q.Type == "text" && (q.Title == "" || q.Payload == ""):
		return parameterError(where+" must have title and payload", i)
	case utf8.RuneCountInString(q.Title) > maxReplyTitle:
		return parameterError(where+"[title] must have at most %d characters", i, maxReplyTitle)
	case utf8.RuneCountInString(q.Payload) > maxReplyPayload:
		return parameterError(where+"[payload] must have at most %d characters", i, maxReplyPayload)
	}
	return nil
}

// senderAction shows on the phone that the page types, has seen, or reacts.
func (s *Sim) senderAction(t *thread, r sendRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	switch r.Action {
	case "typing_on":
		t.typingUntil = now.Add(typingLasts)
	case "typing_off":
		t.typingUntil = time.Time{}
	case "mark_seen":
		t.seenAt = now
	case "react", "unreact":
		m := s.messages[r.ActionArgs.MessageID]
		if m == nil || m.thread != t {
			return nil, s.errorOf(100, 2018048)
		}
		emoji := r.ActionArgs.Reaction
		if r.Action == "unreact" {
			emoji = ""
		}
		m.react("page", emoji)
	default:
		return nil, parameterError("Param sender_action must be one of " +
			"{TYPING_ON, TYPING_OFF, MARK_SEEN, REACT, UNREACT}")
	}
	s.touch()
	return map[string]any{"recipient_id": t.psid}, nil
}
