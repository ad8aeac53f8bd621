package metasim

import "time"

// feedValue is the value of a change of the field feed or mention, as recorded.
type feedValue struct {
	From       *feedAuthor `json:"from,omitempty"` // missing where the app may not see people
	SenderName string      `json:"sender_name,omitempty"`
	Post       *feedPost   `json:"post,omitempty"`
	Message    string      `json:"message,omitempty"`
	Photo      string      `json:"photo,omitempty"`
	Video      string      `json:"video,omitempty"`
	Sticker    string      `json:"sticker,omitempty"`
	PostID     string      `json:"post_id,omitempty"`
	CommentID  string      `json:"comment_id,omitempty"`
	Created    int64       `json:"created_time"` // seconds, of the act
	Item       string      `json:"item"`
	ParentID   string      `json:"parent_id,omitempty"` // the post, or the comment that is answered
	Reaction   string      `json:"reaction_type,omitempty"`
	Published  *int        `json:"published,omitempty"`
	Verb       string      `json:"verb"`
}

type feedAuthor struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

type feedPost struct {
	StatusType string `json:"status_type"`
	Published  bool   `json:"is_published"`
	Updated    string `json:"updated_time"`
	URL        string `json:"permalink_url"`
	Promotion  string `json:"promotion_status"`
	ID         string `json:"id"`
}

// tellFeed queues a change of the page's feed, if the subscription wants it. The lock is held.
func (s *Sim) tellFeed(p *page, field string, v feedValue) *delivery {
	ev := &event{page: p, lane: p.ID + "/" + v.PostID, field: field}
	ev.entry = entry{ID: p.ID, Time: s.clock.Now().Unix(), Changes: []change{{Field: field, Value: v}}}
	return s.enqueue(ev, p.subscribes(field))
}

func (p *post) author() feedAuthor {
	if p.person == nil {
		return feedAuthor{p.page.ID, p.page.Name}
	}
	return feedAuthor{p.page.threadOf[p.person].psid, p.person.name()}
}

func (s *Sim) tellPost(p *post, verb string) {
	if p.person != nil {
		_, _ = s.thread(p.page.ID, p.person.ID) // both exist
	}
	item, one := "status", 1
	if len(p.files) > 0 {
		item = "photo"
	}
	from := p.author()
	s.tellFeed(p.page, "feed", feedValue{
		From: &from, Message: p.text, PostID: p.id, Created: p.at.Unix(), Item: item, Published: &one, Verb: verb,
	})
}

// tellComment tells what happened to a comment; of one that is removed, only its ids. The lock is held.
func (s *Sim) tellComment(c *comment, verb string) *delivery {
	p := c.post
	v := feedValue{
		PostID: p.id, CommentID: c.id, Created: s.clock.Now().Unix(), Item: "comment", ParentID: p.id, Verb: verb,
	}
	if c.parent != nil {
		v.ParentID = c.parent.id
	}
	if from := c.author(); c.person == nil || !p.page.NoCommenters {
		v.From = &from
	}
	if verb == "remove" {
		return s.tellFeed(p.page, "feed", v)
	}
	v.Message, v.Post = c.text, p.brief()
	if c.file != nil {
		url := s.fileURL(c.file)
		switch c.kind {
		case "photo":
			v.Photo = url
		case "video":
			v.Video = url
		default:
			v.Sticker = url
		}
	}
	return s.tellFeed(p.page, "feed", v)
}

func (c *comment) author() feedAuthor {
	if c.person == nil {
		return feedAuthor{c.post.page.ID, c.post.page.Name}
	}
	return feedAuthor{c.post.page.threadOf[c.person].psid, c.person.name()}
}

func (p *post) brief() *feedPost {
	kind := "mobile_status_update"
	if len(p.files) > 0 {
		kind = "added_photos"
	}
	return &feedPost{
		StatusType: kind, Published: true, Updated: graphTime(p.updated()), URL: p.address(), Promotion: "inactive", ID: p.id,
	}
}

// updated is when the post or something under it last changed.
func (p *post) updated() time.Time {
	if n := len(p.comments); n > 0 {
		return p.comments[n-1].at
	}
	return p.at
}

// tellReaction tells of a reaction to a post or a comment. The lock is held.
func (s *Sim) tellReaction(p *post, r PostReaction, from feedAuthor) {
	v := feedValue{
		From: &from, PostID: p.id, CommentID: r.Comment, Created: s.clock.Now().Unix(), Item: "reaction", ParentID: p.id,
		Reaction: r.Type, Verb: "add",
	}
	if v.Reaction == "" {
		v.Reaction = "like"
	}
	if r.Remove {
		v.Verb = "remove"
	}
	s.tellFeed(p.page, "feed", v)
}
