package facebook

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// readable is how many messages of a conversation can be read: the newest ones. Older ones answer as if deleted.
const readable = 20

// thread is a conversation as the Conversations API shows it.
type thread struct {
	Count    *meta.Int `json:"message_count"`
	Messages struct {
		Data []past `json:"data"`
	} `json:"messages"`
}

// past is a message of a conversation.
type past struct {
	ID          meta.ID   `json:"id"`
	Created     meta.Time `json:"created_time"` // to the second
	From        party     `json:"from"`
	Text        string    `json:"message"`
	Sticker     string    `json:"sticker"` // its URL
	Unsupported meta.Bool `json:"is_unsupported"`
	ReplyTo     struct {
		MID meta.ID `json:"mid"`
	} `json:"reply_to"`
	Attachments struct {
		Data []pastFile `json:"data"`
	} `json:"attachments"`
	Shares struct {
		Data []share `json:"data"`
	} `json:"shares"`
}

type pastFile struct {
	Name  string `json:"name"`
	MIME  string `json:"mime_type"`
	URL   string `json:"file_url"`
	Image media  `json:"image_data"`
	Video media  `json:"video_data"`
	Card  struct {
		Title    string `json:"title"`
		Subtitle string `json:"subtitle"`
		Media    string `json:"media_url"`
		Button   struct {
			URL string `json:"url"`
		} `json:"cta"`
	} `json:"generic_template"`
}

type media struct {
	URL string `json:"url"`
	// Sticker: the picture is one.
	Sticker meta.Bool `json:"render_as_sticker"`
}

type share struct {
	Link string `json:"link"`
	Name string `json:"name"`
}

// fetch reads the newest messages of the page's conversation with a person; an empty one when they have none.
func (ad *Adapter) fetch(ctx context.Context, a channel.Access, person string) (thread, error) {
	var answer struct {
		Data []thread `json:"data"`
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{a.ExternalID, "conversations"}, As: a,
		Query: url.Values{
			"platform": {messenger}, "user_id": {person},
			"fields": {"message_count,messages.limit(" + strconv.Itoa(readable) +
				"){id,created_time,from,message,sticker,is_unsupported,reply_to,attachments,shares}"},
		},
	}, &answer)
	if err != nil || len(answer.Data) == 0 {
		return thread{}, err
	}
	answer.Data[0].sort()
	return answer.Data[0], nil
}

// sort brings the newest messages first.
func (t thread) sort() {
	slices.SortStableFunc(t.Messages.Data, func(x, y past) int { return y.Created.Compare(x.Created.Time) })
}

// FetchHistory returns past messages. The platform lets only the newest 20 of a conversation be read.
func (ad *Adapter) FetchHistory(
	ctx context.Context, a channel.Access, person string, before time.Time, limit int,
) (list []channel.Inbound, all int, err error) {
	t, err := ad.fetch(ctx, a, person)
	if err != nil {
		return nil, -1, err
	}
	before = before.Truncate(time.Second) // as the platform's times are, or the first message would be its own past
	for _, m := range t.Messages.Data {
		if m.Created.Before(before) && len(list) < limit && m.ID != "" {
			list = append(list, m.inbound(a.ExternalID, person))
		}
	}
	if t.Count == nil {
		return list, -1, nil
	}
	return list, max(int(*t.Count), len(list)), nil
}

// inbound is a past message as if it had come by webhook, except that it opens nothing.
func (m past) inbound(page, person string) channel.Inbound {
	in := channel.Inbound{
		Action: channel.Message, OccurredAt: m.Created.Time, Person: channel.Person{ExternalID: person}, Transport: messenger,
		ExternalID: string(m.ID), Text: m.Text, ReplyTo: string(m.ReplyTo.MID), Files: m.files(),
	}
	if string(m.From.ID) == page {
		in.Action = channel.Echo
	}
	return in
}

func (m past) files() []channel.File {
	var list []channel.File
	if m.Sticker != "" {
		list = append(list, channel.File{Type: channel.Sticker, URL: m.Sticker, Kind: "sticker"})
	}
	for _, f := range m.Attachments.Data {
		if m.Sticker == "" || !bool(f.Image.Sticker) {
			list = append(list, f.file())
		}
	}
	for _, s := range m.Shares.Data {
		if webLink(s.Link) != "" && s.Link != m.Sticker && !pasted(m.Text, s.Link, s.Name) {
			list = append(list, channel.File{Type: channel.Link, URL: s.Link, Title: s.Name, Kind: "share"})
		}
	}
	if bool(m.Unsupported) || m.Text == "" && len(list) == 0 {
		list = append(list, channel.File{Type: channel.Unsupported})
	}
	return list
}

func (f pastFile) file() channel.File {
	out := channel.File{URL: cmp.Or(f.Image.URL, f.Video.URL, f.URL), Title: f.Name, Kind: f.MIME}
	switch {
	case f.Card.Title != "" || f.Card.Media != "":
		out.Type, out.Title = channel.Card, joined(f.Card.Title, f.Card.Subtitle)
		out.URL = webLink(cmp.Or(f.Card.Button.URL, f.Card.Media))
	case out.URL == "": // as for people in Europe: the name says why
		out.Type = channel.Unsupported
	case bool(f.Image.Sticker):
		out.Type = channel.Sticker
	default:
		out.Type = f.sort()
	}
	return out
}

// sort tells what sort of file it is: by its media type, or by where its URL stands.
func (f pastFile) sort() channel.FileType {
	family, _, _ := strings.Cut(f.MIME, "/")
	switch {
	case f.Image.URL != "" || family == "image":
		return channel.Image
	case f.Video.URL != "" || family == "video":
		return channel.Video
	case family == "audio":
		return channel.Audio
	}
	return channel.Document
}

// FindFiles reads a message or a comment once more for the addresses of its files, which live for some days.
func (ad *Adapter) FindFiles(ctx context.Context, a channel.Access, transport, externalID string) ([]channel.File, error) {
	if transport == underPost {
		var c pastComment
		_, err := ad.graph.Call(ctx, meta.Request{
			Method: http.MethodGet, Path: []string{externalID}, As: a, Query: url.Values{"fields": {"id,attachment"}},
		}, &c)
		kind, address := c.Attachment.told()
		return changed{Item: "comment"}.with(kind, address).files(), err
	}
	var m past
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{externalID}, As: a,
		Query: url.Values{"fields": {"id,created_time,from,message,sticker,attachments,shares"}},
	}, &m)
	return m.files(), err
}

// skew is how far the platform's clock may be from ours. Too little would miss a message that arrived, and send it twice.
const skew = time.Minute

// ReadBack looks for a message among the newest of its conversation: one by the page, not accounted for, with the same
// text or a file of the same sort. Answers and private replies are looked for at the comment that they answer.
func (ad *Adapter) ReadBack(
	ctx context.Context, a channel.Access, m channel.Outgoing, since time.Time, known []string,
) (channel.Sent, error) {
	switch m.Mode {
	case channel.Answer:
		return ad.readAnswer(ctx, a, m, since, known)
	case channel.PrivateReply:
		return ad.readPrivateReply(ctx, a, m, since, known)
	}
	t, err := ad.fetch(ctx, a, m.Person)
	return channel.Sent{ExternalID: t.find(a.ExternalID, m, since, known)}, err
}

// find looks for a message by the page in a thread. Of several, the oldest: lanes send one after the other.
func (t thread) find(page string, m channel.Outgoing, since time.Time, known []string) (externalID string) {
	for _, found := range t.Messages.Data { // newest first
		switch {
		case string(found.From.ID) != page, slices.Contains(known, string(found.ID)):
		case found.Created.Before(since.Add(-skew)):
		case found.equals(m):
			externalID = string(found.ID)
		}
	}
	return externalID
}

// equals compares what the platform leaves as it was: it trims texts and shrinks pictures.
func (m past) equals(out channel.Outgoing) bool {
	if out.Template != nil {
		return m.equalsTemplate(*out.Template)
	}
	if out.File == nil {
		return words(m.Text) == words(out.Text)
	}
	for _, f := range m.Attachments.Data {
		// Where media must not be shown (Europe), not even its type is said. Then any file is taken for ours: a message shown
		// as sent can be looked at, one sent twice cannot be taken back.
		hidden := f.MIME == "" && f.Image.URL == "" && f.Video.URL == ""
		if hidden || f.sort() == out.File.Type {
			return true
		}
	}
	return false
}

// equalsTemplate compares with a template, which shows as a text when it has nothing but a body, and else as a card.
func (m past) equalsTemplate(o channel.OutTemplate) bool {
	if words(m.Text) == words(o.Part("body")) {
		return true
	}
	for _, f := range m.Attachments.Data {
		if f.Card.Title+f.Card.Subtitle != "" && words(f.Card.Title+" "+f.Card.Subtitle) == words(o.Part("header")+" "+o.Part("body")) {
			return true
		}
	}
	return false
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// FetchProfile returns what a person shows of themselves. Most of what may go wrong is no fault: accounts by phone number
// have no profile, and seeing profiles at all is a permission of its own.
func (ad *Adapter) FetchProfile(ctx context.Context, a channel.Access, person string) (channel.Profile, error) {
	var p struct {
		First   string `json:"first_name"`
		Last    string `json:"last_name"`
		Picture string `json:"profile_pic"`
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{person}, As: a,
		Query: url.Values{"fields": {"first_name,last_name,profile_pic"}},
	}, &p)
	if f := failureOf(err); f != nil && (f.Class == channel.Rejected || f.Reason == meta.PermissionMissing) {
		return channel.Profile{}, nil
	}
	return channel.Profile{
		Name: strings.TrimSpace(p.First + " " + p.Last), FirstName: p.First, LastName: p.Last, Picture: p.Picture,
	}, err
}
