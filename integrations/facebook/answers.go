package facebook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// The transports under posts.
const (
	underPost    = "comment"
	privateReply = "private_reply"
)

// modes are what goes out besides direct messages. Sources: Comments reference; private replies (2026-06).
func modes() map[channel.Mode]channel.Manner {
	const (
		mb  = 1 << 20
		day = 24 * time.Hour
	)
	can := directly()
	return map[channel.Mode]channel.Manner{
		channel.Answer: {
			Transport: underPost, TextLimit: 8000, Together: true,
			FileLimits: map[channel.FileType]int64{channel.Image: 8 * mb},
			Rules:      []channel.ReplyRule{{As: "public_answer", Authors: anybody()}},
		},
		// What the platform has approved may go at any time, to whoever has once been spoken to.
		channel.FromTemplate: {
			Transport: messenger, TextLimit: can.TextLimit,
			Rules: []channel.ReplyRule{{As: "utility", Authors: anybody(), MessagingType: "UTILITY"}},
		},
		channel.PrivateReply: {
			Transport: privateReply, TextLimit: can.TextLimit, FileLimits: can.FileLimits,
			Rules: []channel.ReplyRule{{
				As: "private_reply", Authors: anybody(), MaxAge: 7 * day, Late: "reply.private_expired", MessagingType: "RESPONSE",
			}},
		},
	}
}

// answer writes a comment under a comment or a post. A photo is uploaded first, where nobody sees it.
func (ad *Adapter) answer(ctx context.Context, a channel.Access, m channel.Outgoing) (channel.Sent, error) {
	if f := unanswerable(m); f != nil {
		return channel.Sent{}, f
	}
	params := url.Values{}
	if m.Text != "" {
		params.Set("message", m.Text)
	}
	if m.File != nil {
		photo, err := ad.upload(ctx, a, *m.File)
		if err != nil {
			return channel.Sent{}, err
		}
		params.Set("attachment_id", photo)
	}
	var answer struct {
		ID meta.ID `json:"id"`
	}
	got, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodPost, Path: []string{m.ReplyTo, "comments"}, As: a, Body: meta.Form(params), Once: true,
	}, &answer)
	if err != nil {
		return channel.Sent{}, err
	}
	if answer.ID == "" { // taken, or not: the platform does not say
		return channel.Sent{}, &channel.Failure{Class: channel.Unconfirmed, Reason: meta.AnswerLost, Status: got.Status}
	}
	return channel.Sent{ExternalID: string(answer.ID)}, nil
}

func unanswerable(m channel.Outgoing) *channel.Failure {
	can := modes()[channel.Answer]
	reject := func(reason string) *channel.Failure {
		return &channel.Failure{Class: channel.Rejected, Reason: reason}
	}
	switch {
	case m.ReplyTo == "" || m.Text == "" && m.File == nil:
		return reject(meta.BadRequest)
	case utf8.RuneCountInString(m.Text) > can.TextLimit:
		return reject(meta.TextTooLong)
	case m.File == nil:
		return nil
	}
	return badFile(*m.File, can.FileLimits)
}

// upload puts a photo where it can be attached and nobody sees it; doing it twice does no harm.
func (ad *Adapter) upload(ctx context.Context, a channel.Access, f channel.OutFile) (string, error) {
	file, err := f.Open(ctx)
	if err != nil {
		return "", &channel.Failure{Class: channel.Temporary, Reason: meta.FileUnreadable, Cause: err}
	}
	body := meta.Multipart(
		[]meta.Field{{Name: "published", Value: "false"}, {Name: "temporary", Value: "true"}},
		meta.Part{Field: "source", Name: f.Name, MIME: mediaType(f.MIME), Size: f.Size, Bytes: file})
	var answer struct {
		ID meta.ID `json:"id"`
	}
	got, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodPost, Path: []string{a.ExternalID, "photos"}, As: a, Body: body,
	}, &answer)
	if err == nil && answer.ID == "" {
		err = &channel.Failure{Class: channel.Temporary, Reason: meta.PlatformTrouble, Status: got.Status}
	}
	return string(answer.ID), err
}

// written is a comment as the Graph API shows it.
type written struct {
	ID         meta.ID         `json:"id"`
	Created    meta.Time       `json:"created_time"`
	From       party           `json:"from"`
	Message    string          `json:"message"`
	Attachment json.RawMessage `json:"attachment"`
}

// answersRead is how many answers are looked through.
const answersRead = 300

// readAnswer looks for an answer among the newest under what it answers.
func (ad *Adapter) readAnswer(
	ctx context.Context, a channel.Access, m channel.Outgoing, since time.Time, known []string,
) (found channel.Sent, err error) {
	read := 0
	err = ad.graph.Pages(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{m.ReplyTo, "comments"}, As: a,
		Query: url.Values{
			"filter": {"toplevel"}, "order": {"reverse_chronological"}, "limit": {"100"},
			"fields": {"id,created_time,from,message,attachment"},
		},
	}, func(data json.RawMessage) bool {
		var list []written
		_ = json.Unmarshal(data, &list)
		read += len(list)
		for _, w := range list {
			switch {
			case w.Created.Before(since.Add(-skew)):
				return false
			case string(w.From.ID) != a.ExternalID, slices.Contains(known, string(w.ID)):
			case words(w.Message) == words(m.Text) && (len(w.Attachment) > 0) == (m.File != nil):
				found.ExternalID = string(w.ID) // of several, the oldest: lanes send one after the other
			}
		}
		return read < answersRead
	})
	return found, err
}

// readPrivateReply looks whether a comment has been answered in private, and by what.
func (ad *Adapter) readPrivateReply(
	ctx context.Context, a channel.Access, m channel.Outgoing, since time.Time, known []string,
) (channel.Sent, error) {
	var answer struct {
		Conversation *struct {
			thread
			Participants struct {
				Data []party `json:"data"`
			} `json:"participants"`
		} `json:"private_reply_conversation"`
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{m.ReplyTo}, As: a,
		Query: url.Values{"fields": {"private_reply_conversation{participants,messages.limit(20)" +
			"{id,created_time,from,message,sticker,attachments}}"}},
	}, &answer)
	if err != nil || answer.Conversation == nil {
		return channel.Sent{}, err
	}
	answer.Conversation.sort()
	found := channel.Sent{ExternalID: answer.Conversation.find(a.ExternalID, m, since, known)}
	for _, p := range answer.Conversation.Participants.Data {
		if string(p.ID) != a.ExternalID && found.ExternalID != "" {
			found.Person = string(p.ID)
		}
	}
	return found, nil
}

// FetchPost returns a post.
func (ad *Adapter) FetchPost(ctx context.Context, a channel.Access, post string) (channel.Post, error) {
	var p struct {
		Message     string `json:"message"`
		Story       string `json:"story"` // what the platform says of it, as "Café updated their cover photo."
		URL         string `json:"permalink_url"`
		Attachments struct {
			Data []shown `json:"data"`
		} `json:"attachments"`
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{post}, As: a,
		Query: url.Values{"fields": {"message,story,permalink_url,attachments{media_type,media,title,subattachments{media_type,media}}"}},
	}, &p)
	if err != nil {
		return channel.Post{}, err
	}
	out := channel.Post{Text: p.Message, URL: webLink(p.URL)}
	if out.Text == "" {
		out.Text = p.Story
	}
	for _, s := range p.Attachments.Data {
		if out.Title == "" && slices.Contains([]string{"link", "video", "event"}, s.Type) {
			out.Title = s.Title
		}
		out.Files = append(out.Files, s.files()...)
	}
	return out, nil
}

// shown is something attached to a post.
type shown struct {
	Type  string `json:"media_type"`
	Title string `json:"title"`
	Media struct {
		Image struct {
			Src string `json:"src"`
		} `json:"image"`
		Source string `json:"source"` // of a video
	} `json:"media"`
	Below struct {
		Data []shown `json:"data"`
	} `json:"subattachments"`
}

func (s shown) files() []channel.File {
	if len(s.Below.Data) > 0 { // an album, whose first picture stands beside it
		var list []channel.File
		for _, b := range s.Below.Data {
			list = append(list, b.files()...)
		}
		return list
	}
	switch {
	case s.Type == "video" && s.Media.Source != "":
		return []channel.File{{Type: channel.Video, URL: s.Media.Source, Kind: s.Type}}
	case s.Media.Image.Src != "":
		return []channel.File{{Type: channel.Image, URL: s.Media.Image.Src, Kind: s.Type}}
	}
	return nil
}

// Standing says how a comment stands.
func (ad *Adapter) Standing(ctx context.Context, a channel.Access, comment string) (channel.Standing, error) {
	var c struct {
		Hidden       meta.Bool `json:"is_hidden"`
		Liked        meta.Bool `json:"user_likes"`
		CanLike      meta.Bool `json:"can_like"`
		CanHide      meta.Bool `json:"can_hide"`
		CanRemove    meta.Bool `json:"can_remove"`
		CanComment   meta.Bool `json:"can_comment"`
		CanPrivately meta.Bool `json:"can_reply_privately"`
		URL          string    `json:"permalink_url"`
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{comment}, As: a,
		Query: url.Values{"fields": {"is_hidden,user_likes,can_like,can_hide,can_remove,can_comment,can_reply_privately,permalink_url"}},
	}, &c)
	return channel.Standing{
		URL: webLink(c.URL), Hidden: bool(c.Hidden), Liked: bool(c.Liked), CanLike: bool(c.CanLike), CanHide: bool(c.CanHide),
		CanDelete: bool(c.CanRemove), CanReply: bool(c.CanComment), CanReplyPrivate: bool(c.CanPrivately),
	}, err
}

// Moderate likes, hides or deletes a comment, or undoes the first two.
func (ad *Adapter) Moderate(ctx context.Context, a channel.Access, comment string, do channel.Moderation) error {
	r := meta.Request{Method: http.MethodPost, Path: []string{comment}, As: a}
	switch do {
	case channel.Like:
		r.Path = append(r.Path, "likes")
	case channel.Unlike:
		r.Method, r.Path = http.MethodDelete, append(r.Path, "likes")
	case channel.Hide, channel.Unhide:
		hidden := "false"
		if do == channel.Hide {
			hidden = "true"
		}
		r.Body = meta.Form(url.Values{"is_hidden": {hidden}})
	case channel.Delete:
		r.Method = http.MethodDelete
	}
	err := ad.expectSuccess(ctx, r)
	if f := failureOf(err); do == channel.Delete && f != nil && f.Reason == meta.ObjectMissing {
		return nil // it was there a moment ago: gone, by us or by somebody else
	}
	return err
}
