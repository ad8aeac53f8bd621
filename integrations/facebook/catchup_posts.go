package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// Bounds of looking for comments. A page's list of posts is by when they were posted, not by when they were last commented
// on: comments under posts older than this come by webhook or not at all.
const (
	postsReach     = 30 * 24 * time.Hour
	postsAtOnce    = 20
	commentsAtOnce = 50
)

// commentPlace is how far looking for comments has come: the place in the list of posts, and the posts met so far that
// have more comments than came with the list.
type commentPlace struct {
	Posts string      `json:"posts,omitempty"`
	Begun bool        `json:"begun,omitempty"` // the list of posts has been read up to Posts, to its end if that is empty
	More  []morePlace `json:"more,omitempty"`
}

type morePlace struct {
	Post  string `json:"post"`
	After string `json:"after"`
}

func (p commentPlace) next() string {
	if p.Begun && p.Posts == "" && len(p.More) == 0 {
		return ""
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic(fmt.Sprintf("plain values: %v", err))
	}
	return placeInPosts + string(text)
}

// pastComment is a comment as it is read. See https://developers.facebook.com/docs/graph-api/reference/comment (2026-06).
type pastComment struct {
	ID      meta.ID   `json:"id"`
	Message string    `json:"message"`
	From    author    `json:"from"`
	Created meta.Time `json:"created_time"`
	Parent  struct {
		ID meta.ID `json:"id"`
	} `json:"parent"`
	Attachment commentAttachment `json:"attachment"`
}

type commentAttachment struct {
	Type  meta.Text `json:"type"`
	URL   meta.Text `json:"url"`
	Media struct {
		Image struct {
			Src meta.Text `json:"src"`
		} `json:"image"`
		Source meta.Text `json:"source"`
	} `json:"media"`
}

type commentList struct {
	Data   []pastComment `json:"data"`
	Paging pagesOn       `json:"paging"`
}

const commentFields = "id,message,from,created_time,parent{id},attachment"

// missedComments reads a page of posts with the comments made since a time, or more comments of one of them.
func (ad *Adapter) missedComments(ctx context.Context, a channel.Access, since time.Time, after string) (channel.MissedPage, error) {
	var place commentPlace
	if after != "" {
		if err := json.Unmarshal([]byte(after), &place); err != nil {
			return channel.MissedPage{}, &channel.Failure{Class: channel.Rejected, Reason: meta.BadRequest, Message: err.Error()}
		}
	}
	if len(place.More) > 0 {
		return ad.moreComments(ctx, a, since, place)
	}
	var answer struct {
		Data []struct {
			ID       meta.ID     `json:"id"`
			Comments commentList `json:"comments"`
		} `json:"data"`
		Paging pagesOn `json:"paging"`
	}
	query := url.Values{
		"limit": {strconv.Itoa(postsAtOnce)}, "since": {unix(since.Add(-postsReach))},
		"fields": {"id,comments.filter(stream).order(reverse_chronological).since(" + unix(since) + ").limit(" +
			strconv.Itoa(commentsAtOnce) + "){" + commentFields + "}"},
	}
	if place.Posts != "" {
		query.Set("after", place.Posts)
	}
	_, err := ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{a.ExternalID, aFeed}, As: a, Query: query,
	}, &answer)
	var page channel.MissedPage
	if f := failureOf(err); f != nil && f.Reason == meta.PermissionMissing { // direct messages work all the same
		page.Unread = []time.Time{since}
		return page, nil
	}
	if err != nil {
		return page, err
	}
	place = commentPlace{Begun: true, Posts: answer.Paging.next()}
	for _, p := range answer.Data {
		items, more := ad.commentsOf(a.ExternalID, string(p.ID), p.Comments, since)
		page.Items = append(page.Items, items...)
		if more != "" {
			place.More = append(place.More, morePlace{string(p.ID), more})
		}
	}
	page.Next = place.next()
	return page, nil
}

// moreComments reads on in the first post that has more.
func (ad *Adapter) moreComments(
	ctx context.Context, a channel.Access, since time.Time, place commentPlace,
) (page channel.MissedPage, err error) {
	post := place.More[0]
	var answer commentList
	_, err = ad.graph.Call(ctx, meta.Request{
		Method: http.MethodGet, Path: []string{post.Post, "comments"}, As: a, Query: url.Values{
			"filter": {"stream"}, "order": {"reverse_chronological"}, "since": {unix(since)}, "after": {post.After},
			"limit": {strconv.Itoa(commentsAtOnce)}, "fields": {commentFields},
		},
	}, &answer)
	if f := failureOf(err); f != nil && f.Class == channel.Rejected {
		answer, err = commentList{}, nil // the post is gone, and its comments with it
	}
	if err != nil {
		return page, err
	}
	var more string
	page.Items, more = ad.commentsOf(a.ExternalID, post.Post, answer, since)
	place.More = place.More[1:]
	if more != "" {
		place.More = append(place.More, morePlace{post.Post, more})
	}
	page.Next = place.next()
	return page, nil
}

// commentsOf makes items of a post's comments since a time, the oldest first, and says where there are more.
func (ad *Adapter) commentsOf(page, post string, list commentList, since time.Time) (items []channel.Item, more string) {
	more = list.Paging.next()
	for i := len(list.Data) - 1; i >= 0; i-- {
		c := list.Data[i]
		if c.Created.Before(since) { // the newest come first: nothing behind it is asked for
			more = ""
			continue
		}
		if c.ID != "" {
			items = append(items, ad.commentAsTold(page, post, c))
		}
	}
	return items, more
}

// commentAsTold is a comment as a webhook would have told it.
func (ad *Adapter) commentAsTold(page, post string, c pastComment) channel.Item {
	value := map[string]any{
		"item": "comment", "verb": "add", "comment_id": c.ID, "post_id": post, "parent_id": post,
		"created_time": c.Created.Unix(), "message": c.Message,
	}
	if c.Parent.ID != "" {
		value["parent_id"] = c.Parent.ID
	}
	if c.From.ID != "" {
		value["from"] = map[string]any{"id": c.From.ID, "name": c.From.Name}
	}
	if kind, address := c.Attachment.told(); kind != "" {
		value[kind] = address
	}
	raw, err := json.Marshal(map[string]any{"field": aFeed, "value": value})
	if err != nil {
		panic(fmt.Sprintf("plain values: %v", err))
	}
	item := ad.Item(meta.Element{EntryID: page, EntryTime: c.Created, List: meta.Changes, Field: aFeed, Raw: raw})
	item.Raw = raw
	item.Envelope = channel.Envelope{Object: ad.Object(), EntryID: page, Time: unix(c.Created.Time), Field: aFeed}
	return item
}

// told is what webhooks call what a comment shows, and its address.
func (a commentAttachment) told() (kind string, address meta.Text) {
	switch {
	case a.Type == "sticker":
		return "sticker", a.Media.Image.Src
	case a.Type == "photo":
		return "photo", a.Media.Image.Src
	case a.Media.Source != "":
		return "video", a.Media.Source
	case a.URL != "":
		return "link", a.URL
	}
	return "", ""
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
