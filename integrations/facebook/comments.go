package facebook

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kontor/domain/channel"
	"kontor/integrations/meta"
)

// The fields of changes that may tell of comments.
const (
	aFeed    = "feed"
	aMention = "mention"
)

// The reasons for which a change under posts means nothing to us. Whether a channel takes comments, the domain decides.
const (
	reasonVisitorPost = "visitor_post"  // somebody posted on the page
	reasonPagePost    = "page_post"     // the page posted
	reasonPostChanged = "post_changed"  // a post was edited, hidden or removed
	reasonReaction    = "post_reaction" // a like or another reaction, on a post or a comment
	reasonActivity    = "page_activity" // albums, events and the like
	reasonComment     = "comment_other" // something about a comment that has no effect here
)

var errNoComment = errors.New("no comment is named")

// change is one value of changes, as far as it is read.
type change struct {
	Value changed `json:"value"`
}

// changed is what has changed under a post, or a lead that came. See
// https://developers.facebook.com/docs/graph-api/webhooks/reference/page (2026-06), and recordings.
type changed struct {
	Item      string    `json:"item"`
	Verb      string    `json:"verb"`
	PostID    meta.ID   `json:"post_id"`    // {page}_{post}
	CommentID meta.ID   `json:"comment_id"` // {post}_{comment}
	ParentID  meta.ID   `json:"parent_id"`  // the post's id, or that of the comment that is answered
	From      author    `json:"from"`       // missing where the app may not see people
	SenderID  meta.ID   `json:"sender_id"`  // where there is no from, in old ones
	Sender    meta.Text `json:"sender_name"`
	Created   meta.Time `json:"created_time"`
	Reaction  string    `json:"reaction_type"`
	Message   *string   `json:"message"`
	Photo     meta.Text `json:"photo"`
	Video     meta.Text `json:"video"`
	Sticker   meta.Text `json:"sticker"`
	Link      meta.Text `json:"link"`
	Post      struct {
		URL meta.Text `json:"permalink_url"`
	} `json:"post"`
	Lead meta.ID `json:"leadgen_id"`
}

type author struct {
	ID   meta.ID   `json:"id"`
	Name meta.Text `json:"name"`
}

func (v changed) words() string {
	if v.Message == nil {
		return ""
	}
	return *v.Message
}

func (v changed) by() string { return string(cmp.Or(v.From.ID, v.SenderID)) }

// editedVerbs are the words for one thing.
func editedVerbs() []string { return []string{"edit", "edited", "update"} }

// later says that the act is later than what it is about: its own time may not be told, that of the webhook is.
func (v changed) later() bool { return v.Item == "comment" && slices.Contains(editedVerbs(), v.Verb) }

// parseChange reads a change of the page.
func parseChange(field string, item channel.Item) (channel.Inbound, error) {
	if field == fieldLead {
		return parseLead(item)
	}
	if field != aFeed && field != aMention {
		return ignore(cmp.Or(changeReasons()[field], unknown)), nil
	}
	var c change
	if err := json.Unmarshal(item.Raw, &c); err != nil {
		return channel.Inbound{}, fmt.Errorf("read the item: %w", err)
	}
	v := c.Value
	own := v.by() == item.Envelope.EntryID
	switch v.Item {
	case "comment":
		return v.comment(field, item.Envelope.EntryID, own)
	case "post":
		if field == aMention {
			return v.mention()
		}
		return ignore(v.aboutPost(own)), nil
	case "status", "photo", "video", "share", "link", "note":
		return ignore(v.aboutPost(own)), nil
	case "like", "reaction":
		return ignore(reasonReaction), nil
	case "album", "event", "milestone", "story", "rating", "coupon", "group", "profile", "picture", "timeline cover":
		return ignore(reasonActivity), nil
	}
	return ignore(unknown), nil
}

// aboutPost says why a post is nothing to us: comments are taken, posts are not.
func (v changed) aboutPost(own bool) string {
	switch {
	case v.Verb != "add":
		return reasonPostChanged
	case own:
		return reasonPagePost
	}
	return reasonVisitorPost
}

// comment reads what happened to a comment.
func (v changed) comment(field, page string, own bool) (channel.Inbound, error) {
	if v.CommentID == "" {
		return channel.Inbound{}, errNoComment
	}
	in := channel.Inbound{
		ExternalID: string(v.CommentID), Transport: underPost, Text: v.words(),
		Place:  &channel.Place{Post: v.post(page), PostURL: webLink(string(v.Post.URL)), Parent: v.parent()},
		Person: channel.Person{ExternalID: v.by(), Name: string(cmp.Or(v.From.Name, v.Sender))},
	}
	switch v.Verb {
	case "add":
		in.Action = channel.Message
		in.Files = v.files()
		if field == aMention {
			in.Details = with(nil, "mention", true)
		}
		if own {
			in.Action, in.Person = channel.Echo, channel.Person{}
		}
	case "edit", "edited", "update":
		in.Action = channel.Edit
		if v.Message == nil && v.Photo+v.Video+v.Sticker == "" { // it does not say what it says now
			return ignore(reasonComment), nil
		}
	case "remove", "delete":
		in.Action, in.Text = channel.Unsend, ""
	case "hide":
		in.Action, in.Text = channel.Hidden, ""
	case "unhide":
		in.Action, in.Text = channel.Shown, ""
	default:
		return ignore(reasonComment), nil
	}
	if in.Action != channel.Message && in.Action != channel.Edit { // of the others it is not said who did it
		in.Person = channel.Person{}
	}
	return in, nil
}

// mention reads a post by somebody else that names the page: it is answered like a comment, under that post.
func (v changed) mention() (channel.Inbound, error) {
	if v.PostID == "" {
		return channel.Inbound{}, errNoComment
	}
	if v.Link == "" {
		v.Link = meta.Text("https://www.facebook.com/" + string(v.PostID))
	}
	in := channel.Inbound{
		Action: channel.Message, ExternalID: string(v.PostID), Transport: underPost, Text: v.words(), Files: v.files(),
		Place:   &channel.Place{Post: string(v.PostID), PostURL: "https://www.facebook.com/" + string(v.PostID)},
		Person:  channel.Person{ExternalID: v.by(), Name: string(cmp.Or(v.From.Name, v.Sender))},
		Details: with(nil, "mention", true),
	}
	switch v.Verb {
	case "add":
	case "edit", "edited", "update":
		in.Action, in.Files, in.Details = channel.Edit, nil, nil
	case "remove", "delete":
		in.Action, in.Text, in.Files, in.Details = channel.Unsend, "", nil, nil
	default:
		return ignore(reasonPostChanged), nil
	}
	return in, nil
}

// files are what a comment shows; what has nothing to show is a placeholder.
func (v changed) files() []channel.File {
	var list []channel.File
	for _, f := range []channel.File{
		{Type: channel.Image, URL: string(v.Photo), Kind: "photo"},
		{Type: channel.Video, URL: string(v.Video), Kind: "video"},
		{Type: channel.Sticker, URL: string(v.Sticker), Kind: "sticker"},
	} {
		if f.URL != "" {
			list = append(list, f)
		}
	}
	if v.words() != "" || len(list) > 0 {
		return list
	}
	if link := webLink(string(v.Link)); link != "" {
		return []channel.File{{Type: channel.Link, URL: link, Title: link, Kind: "link"}}
	}
	return []channel.File{{Type: channel.Unsupported, Kind: v.Item}}
}

// with adds what a comment shows.
func (v changed) with(kind string, address meta.Text) changed {
	switch kind {
	case "photo":
		v.Photo = address
	case "video":
		v.Video = address
	case "sticker":
		v.Sticker = address
	case "link":
		v.Link = address
	}
	return v
}

// post is the id of the post. Where only the comment's is there, its first half is the post's second.
func (v changed) post(page string) string {
	if v.PostID != "" {
		return string(v.PostID)
	}
	return page + "_" + postOf("", v.CommentID)
}

// parent is the comment that is answered; empty when it is the post. A post's id ends as the comments' ids begin.
func (v changed) parent() string {
	_, second, two := strings.Cut(string(v.ParentID), "_")
	if v.ParentID == "" || v.ParentID == v.PostID || two && second == postOf(v.PostID, v.CommentID) {
		return ""
	}
	return string(v.ParentID)
}

// changeItem is the item of a change of the page: a comment, a lead, a rating.
func changeItem(e meta.Element) channel.Item {
	var c change
	_ = json.Unmarshal(e.Raw, &c)
	v := c.Value
	at := v.Created
	if at.IsZero() || v.later() && e.EntryTime.After(at.Time) {
		at = e.EntryTime
	}
	i := channel.Item{Type: e.Field, Lane: pageLane, OccurredAt: at.Time}
	if i.Type == "" {
		i.Type = unknown
	}
	if post := postOf(v.PostID, v.CommentID); post != "" {
		i.Lane = "post:" + post
	}
	thing := string(v.CommentID)
	if thing == "" {
		thing = string(v.PostID)
	}
	switch {
	case e.Field == "leadgen" && v.Lead != "":
		i.Lane, i.Key = "lead:"+string(v.Lead), key("lead", string(v.Lead))
	case v.Item == "comment" && v.Verb == "add" && v.CommentID != "": // once, also when it is read later and says more
		i.Key = key(i.Type, v.Item, v.Verb, thing)
	case v.Item != "" && thing != "":
		i.Key = key(i.Type, v.Item, v.Verb, thing, string(v.From.ID+v.SenderID), millis(at), v.Reaction, digest(v.words()))
	default:
		i.Key = byContent(e, time.Time{})
	}
	return i
}

// postOf is the post that something is about. A post's id is {page}_{post}, a comment's {post}_{comment}.
func postOf(post, comment meta.ID) string {
	if _, after, ok := strings.Cut(string(post), "_"); ok {
		return after
	}
	if post != "" {
		return string(post)
	}
	before, _, _ := strings.Cut(string(comment), "_")
	return before
}
