package facebook

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"time"
	"unicode/utf8"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// outgoing is a message as the Send API takes it. In a multipart body each member is a parameter, objects as JSON.
// See https://developers.facebook.com/docs/messenger-platform/reference/send-api (2026-06).
type outgoing struct {
	Recipient     recipient `json:"recipient"`
	MessagingType string    `json:"messaging_type,omitempty"`
	Tag           string    `json:"tag,omitempty"`
	Message       content   `json:"message"`
	ReplyTo       *replyTo  `json:"reply_to,omitempty"`
}

type recipient struct {
	ID        string `json:"id,omitempty"`
	CommentID string `json:"comment_id,omitempty"` // of a private reply
}

type content struct {
	Text       string    `json:"text,omitempty"`
	Template   *filled   `json:"template,omitempty"`
	Attachment *attached `json:"attachment,omitempty"`
	Metadata   string    `json:"metadata,omitempty"` // comes back in the echo
}

type attached struct {
	Type    string  `json:"type"`
	Payload fileRef `json:"payload"`
}

// fileRef says what the platform is to do with the file that comes along, or which one it has already is meant.
type fileRef struct {
	ID       string `json:"attachment_id,omitempty"`
	Reusable bool   `json:"is_reusable,omitempty"`
}

// filesLast is how long the platform keeps a file for the page that uploaded it: 90 days, less a margin.
const filesLast = 89 * 24 * time.Hour

type replyTo struct {
	MID string `json:"mid"`
}

// Send delivers one message: a text, or a file, which is sent along with the call, so that the platform need not be able
// to reach us. Answers under posts have a call of their own.
func (ad *Adapter) Send(ctx context.Context, a channel.Access, m channel.Outgoing) (channel.Sent, error) {
	if m.Mode == channel.Answer {
		return ad.answer(ctx, a, m)
	}
	if f := unsendable(m); f != nil {
		return channel.Sent{}, f
	}
	body, err := body(ctx, m)
	if err != nil {
		return channel.Sent{}, &channel.Failure{Class: channel.Temporary, Reason: meta.FileUnreadable, Cause: err}
	}
	var answer struct {
		Recipient meta.ID `json:"recipient_id"`
		Message   meta.ID `json:"message_id"`
		File      meta.ID `json:"attachment_id"`
	}
	got, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodPost, Path: []string{a.ExternalID, "messages"}, As: a, Body: body, Once: true,
	}, &answer)
	if err != nil {
		return channel.Sent{}, refusedTemplate(m, withoutFile(m, err))
	}
	if answer.Message == "" { // taken, or not: the platform does not say
		return channel.Sent{}, &channel.Failure{Class: channel.Unconfirmed, Reason: meta.AnswerLost, Status: got.Status}
	}
	sent := channel.Sent{ExternalID: string(answer.Message), Person: string(answer.Recipient)}
	if m.File != nil && answer.File != "" {
		sent.FileID, sent.FileUntil = string(answer.File), ad.graph.Now().Add(filesLast)
	}
	return sent, nil
}

// withoutFile turns the refusal of a file that the platform was only reminded of into one that passes: it can be sent along.
func withoutFile(m channel.Outgoing, err error) error {
	const notOurs = 2018074
	f := failureOf(err)
	if f == nil || m.File == nil || m.File.ID == "" || f.Subcode != notOurs {
		return err
	}
	f.Class, f.FileGone = channel.Temporary, true
	return f
}

// unsendable refuses what the platform cannot take; the domain has checked it already, for the author to see.
func unsendable(m channel.Outgoing) *channel.Failure {
	can := capabilities()
	to := m.Person
	if m.Mode == channel.PrivateReply {
		to = m.ReplyTo
	}
	switch {
	case to == "" || (m.Text == "") == (m.File == nil): // one thing in each message
		return &channel.Failure{Class: channel.Rejected, Reason: meta.BadRequest}
	case utf8.RuneCountInString(m.Text) > can.TextLimit:
		return &channel.Failure{Class: channel.Rejected, Reason: meta.TextTooLong}
	case m.File == nil:
		return nil
	}
	return badFile(*m.File, can.FileLimits)
}

// badFile refuses a file that is of the wrong type or size.
func badFile(f channel.OutFile, limits map[channel.FileType]int64) *channel.Failure {
	reject := func(reason string) *channel.Failure {
		return &channel.Failure{Class: channel.Rejected, Reason: reason}
	}
	switch limit, ok := limits[f.Type]; {
	case !ok:
		return reject(meta.FileType)
	case f.Size > limit:
		return reject(meta.FileTooLarge)
	case f.Size <= 0 || f.Open == nil:
		return reject(meta.BadRequest)
	}
	return nil
}

// body puts a message together. A file is opened here and closed when the call is over.
func body(ctx context.Context, m channel.Outgoing) (*meta.Body, error) {
	out := outgoing{
		Recipient: recipient{ID: m.Person}, MessagingType: m.Rule.MessagingType, Tag: m.Rule.Tag,
		Message: content{Text: m.Text, Metadata: m.Token},
	}
	if m.Template != nil {
		out.Message.Text, out.Message.Template = "", fill(*m.Template)
	}
	switch {
	case m.Mode == channel.PrivateReply:
		out.Recipient = recipient{CommentID: m.ReplyTo}
	case m.ReplyTo != "":
		out.ReplyTo = &replyTo{m.ReplyTo}
	}
	if m.File == nil {
		return meta.JSON(out), nil
	}
	out.Message.Attachment = &attached{string(m.File.Type), fileRef{ID: m.File.ID, Reusable: m.File.ID == ""}}
	if m.File.ID != "" {
		return meta.JSON(out), nil
	}
	file, err := m.File.Open(ctx)
	if err != nil {
		return nil, err
	}
	return meta.Multipart(out.fields(), meta.Part{
		Field: "filedata", Name: m.File.Name, MIME: mediaType(m.File.MIME), Size: m.File.Size, Bytes: file,
	}), nil
}

func (o outgoing) fields() []meta.Field {
	fields := []meta.Field{{Name: "recipient", Value: object(o.Recipient)}, {Name: "message", Value: object(o.Message)}}
	for name, value := range map[string]string{"messaging_type": o.MessagingType, "tag": o.Tag} {
		if value != "" {
			fields = append(fields, meta.Field{Name: name, Value: value})
		}
	}
	if o.ReplyTo != nil {
		fields = append(fields, meta.Field{Name: "reply_to", Value: object(o.ReplyTo)})
	}
	return fields
}

func object(v any) string {
	b, _ := json.Marshal(v) // strings only
	return string(b)
}

// mediaType is a file's type in a form that is safe in a header.
func mediaType(s string) string {
	if t, params, err := mime.ParseMediaType(s); err == nil {
		return mime.FormatMediaType(t, params)
	}
	return "application/octet-stream"
}
