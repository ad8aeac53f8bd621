package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// changedThread is a conversation in the list of all of them.
type changedThread struct {
	thread
	Updated      meta.Time `json:"updated_time"`
	Participants struct {
		Data []party `json:"data"`
	} `json:"participants"`
}

// pagesOn is how a list goes on.
type pagesOn struct {
	Cursors struct {
		After string `json:"after"`
	} `json:"cursors"`
	Next string `json:"next"` // missing on the last page, whose cursor is there nevertheless
}

func (p pagesOn) next() string {
	if p.Next == "" {
		return ""
	}
	return p.Cursors.After
}

// threadsAtOnce is how many conversations are asked for in one call, each with its newest messages.
const threadsAtOnce = 10

// placeInPosts begins the places that are in the list of posts; all others are in that of conversations.
const placeInPosts = "posts:"

// Missed reads the conversations in which something was said since a time, then the comments under the page's posts.
func (ad *Adapter) Missed(ctx context.Context, a channel.Access, since time.Time, after string) (channel.MissedPage, error) {
	if place, found := strings.CutPrefix(after, placeInPosts); found {
		return ad.missedComments(ctx, a, since, place)
	}
	page, err := ad.missedMessages(ctx, a, since, after)
	if err == nil && page.Next == "" && a.Settings.Comments {
		page.Next = placeInPosts
	}
	return page, err
}

// missedMessages reads conversations. The platform lists the newest first, and lets only the newest 20 messages of each be
// read.
func (ad *Adapter) missedMessages(
	ctx context.Context, a channel.Access, since time.Time, after string,
) (channel.MissedPage, error) {
	var answer struct {
		Data   []changedThread `json:"data"`
		Paging pagesOn         `json:"paging"`
	}
	query := url.Values{
		"platform": {messenger}, "limit": {strconv.Itoa(threadsAtOnce)},
		"fields": {"updated_time,message_count,participants,messages.limit(" + strconv.Itoa(readable) +
			"){id,created_time,from,message,sticker,is_unsupported,reply_to,attachments,shares}"},
	}
	if after != "" {
		query.Set("after", after)
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{a.ExternalID, "conversations"}, As: a, Query: query,
	}, &answer)
	if err != nil {
		return channel.MissedPage{}, err
	}
	var page channel.MissedPage
	page.Next = answer.Paging.next()
	for _, t := range answer.Data {
		if t.Updated.Before(since) {
			page.Next = ""
			continue
		}
		items, whole := ad.missedOf(a.ExternalID, t, since)
		page.Items = append(page.Items, items...)
		if !whole {
			page.Unread = append(page.Unread, t.Updated.Time)
		}
	}
	return page, nil
}

// missedOf makes items of a conversation's messages since a time; false when there are some that cannot be read.
func (ad *Adapter) missedOf(page string, t changedThread, since time.Time) (items []channel.Item, whole bool) {
	person := ""
	for _, p := range t.Participants.Data {
		if string(p.ID) != page {
			person = string(p.ID)
		}
	}
	if person == "" {
		return nil, false
	}
	t.sort()
	list := t.Messages.Data
	whole = len(list) < readable || list[len(list)-1].Created.Before(since) || t.Count != nil && int(*t.Count) <= len(list)
	for i := len(list) - 1; i >= 0; i-- { // the oldest first
		if m := list[i]; !m.Created.Before(since) && m.ID != "" {
			items = append(items, ad.asTold(page, person, m))
		}
	}
	return items, whole
}

// asTold is a message of a conversation as a webhook would have told it.
func (ad *Adapter) asTold(page, person string, m past) channel.Item {
	from, to, message := person, page, map[string]any{"mid": m.ID}
	if string(m.From.ID) == page {
		from, to = page, person
		message["is_echo"] = true
	}
	if m.Text != "" {
		message["text"] = m.Text
	}
	if m.ReplyTo.MID != "" {
		message["reply_to"] = map[string]any{"mid": m.ReplyTo.MID}
	}
	var attached []map[string]any
	for _, f := range m.files() {
		if kind := told(f); kind == "" {
			message["is_unsupported"] = true
		} else {
			attached = append(attached, map[string]any{"type": kind, "title": f.Title, "payload": map[string]any{"url": f.URL}})
		}
	}
	if attached != nil {
		message["attachments"] = attached
	}
	at := m.Created.UnixMilli()
	raw, err := json.Marshal(map[string]any{
		"sender": map[string]any{"id": from}, "recipient": map[string]any{"id": to}, "timestamp": at, "message": message,
	})
	if err != nil {
		panic(fmt.Sprintf("plain values: %v", err))
	}
	item := ad.Item(meta.Element{EntryID: page, EntryTime: m.Created, List: meta.Messaging, Raw: raw})
	item.Raw = raw
	item.Envelope = channel.Envelope{
		Object: ad.Object(), EntryID: page, Time: strconv.FormatInt(at, 10), Field: meta.Messaging,
	}
	return item
}

// told is what webhooks call an attachment's type; empty for what they show in ways of their own.
func told(f channel.File) string {
	switch {
	case f.Type == channel.Link:
		return "fallback"
	case f.Type.Fetchable():
		return string(f.Type)
	}
	return ""
}
