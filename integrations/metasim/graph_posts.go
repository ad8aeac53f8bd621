package metasim

import (
	"slices"
	"strconv"
	"time"
)

// postNode is a post as the page reads it.
func (s *Sim) postNode(req *graphRequest, p *post) node {
	n := node{"Post", "message,story,created_time,id", map[string]any{
		"id": p.id, "message": orNil(p.text), "story": nil, "created_time": graphTime(p.at), "updated_time": graphTime(p.updated()),
		"permalink_url": p.address(), "is_published": true, "status_type": p.brief().StatusType, "full_picture": nil,
		"attachments": nil, "from": s.authorNode(p.page, p.person),
		"comments": edge(func(f field) (any, *graphError) { return s.commentsOf(req, p, nil, f.args, f.sub, f.subText) }),
	}}
	var pictures []node
	for _, f := range p.files {
		pictures = append(pictures, s.pictureNode(f))
	}
	switch {
	case p.title != "":
		n.values["attachments"] = []node{{"StoryAttachment", "media_type,title", map[string]any{
			"media_type": "link", "type": "share", "title": p.title, "description": nil, "url": p.address(), "media": nil,
			"subattachments": nil,
		}}}
	case len(pictures) == 1:
		n.values["attachments"] = pictures
	case len(pictures) > 1:
		first := s.pictureNode(p.files[0])
		first.values["media_type"], first.values["subattachments"] = "album", pictures
		n.values["attachments"] = []node{first}
	}
	if len(p.files) > 0 {
		n.values["full_picture"] = s.fileURL(p.files[0])
	}
	return n
}

func (s *Sim) pictureNode(f *file) node {
	return node{"StoryAttachment", "media_type,media", map[string]any{
		"media_type": "photo", "type": "photo", "title": nil, "description": nil, "url": s.fileURL(f), "subattachments": nil,
		"media": map[string]any{"image": map[string]any{"width": 480, "height": 320, "src": s.fileURL(f)}},
	}}
}

// authorNode is who wrote something; nil is the page. Whom the app may not see is left out.
func (s *Sim) authorNode(p *page, who *person) any {
	switch {
	case who == nil:
		return node{"Page", "name,id", map[string]any{"id": p.ID, "name": p.Name}}
	case p.NoCommenters:
		return nil
	}
	return node{"User", "name,id", map[string]any{"id": p.threadOf[who].psid, "name": who.name()}}
}

// privateReplyWithin is how long after a comment its private reply may be sent.
const privateReplyWithin = 7 * 24 * time.Hour

// commentNode is a comment as the page reads it.
func (s *Sim) commentNode(req *graphRequest, c *comment) node {
	n := node{"Comment", "created_time,from,message,id", map[string]any{
		"id": c.id, "message": c.text, "created_time": graphTime(c.at), "from": s.authorNode(c.post.page, c.person),
		"can_comment": true, "can_like": true, "can_hide": c.person != nil, "can_remove": true,
		"can_reply_privately": s.refusePrivately(c) == nil, "is_hidden": c.hidden, "is_private": false,
		"like_count": countOf(c.liked), "user_likes": c.liked, "comment_count": len(c.answers()),
		"permalink_url": c.post.address() + "?comment_id=" + c.id, "parent": nil, "attachment": nil, "message_tags": nil,
		"private_reply_conversation": nil, "object": nil,
		"comments": edge(func(f field) (any, *graphError) { return s.commentsOf(req, c.post, c, f.args, f.sub, f.subText) }),
	}}
	if c.parent != nil {
		n.values["parent"] = s.commentNode(req, c.parent)
	}
	if c.file != nil {
		kind := map[string]string{"photo": "photo", "video": "video_inline", "sticker": "sticker"}[c.kind]
		n.values["attachment"] = map[string]any{
			"type": kind, "url": s.fileURL(c.file),
			"media": map[string]any{"image": map[string]any{"width": 480, "height": 320, "src": s.fileURL(c.file)}},
		}
	}
	if c.answered != nil {
		n.values["private_reply_conversation"] = s.conversationNode(req, c.answered.thread)
	}
	return n
}

func countOf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// answers are the comments under a comment that are still there.
func (c *comment) answers() []*comment {
	return slices.DeleteFunc(c.post.living(), func(x *comment) bool { return x.parent != c })
}

// listComments answers GET /{post or comment}/comments.
func (s *Sim) listComments(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, under := s.commented(req)
	if p == nil {
		return nil, s.unsupported(req)
	}
	fields, failure := req.selection()
	if failure != nil {
		return nil, failure
	}
	return s.commentsOf(req, p, under, req.params, fields, req.params["fields"])
}

// listPosts answers GET /{page}/feed: what the page and its visitors posted, newest first.
func (s *Sim) listPosts(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.ownPage(req)
	if failure != nil {
		return nil, failure
	}
	since, failure := sinceOf(req.params)
	if failure != nil {
		return nil, failure
	}
	posts := slices.DeleteFunc(slices.Clone(p.posts), func(x *post) bool { return x.at.Before(since) })
	slices.Reverse(posts)
	all := listOf(posts, func(x *post) string { return x.id }, func(x *post) node { return s.postNode(req, x) })
	return s.cutList(req, all, p.ID, "feed")
}

// sinceOf reads the parameter since, Unix seconds; without it everything there ever was is meant.
func sinceOf(params map[string]string) (time.Time, *graphError) {
	text := params["since"]
	if text == "" {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, parameterError("Param since must be a unix timestamp")
	}
	return time.Unix(seconds, 0), nil
}

// commented is the post and, if one is named, the comment that a call is about; nil when the caller sees neither.
func (s *Sim) commented(req *graphRequest) (*post, *comment) {
	if p := s.posts[req.id]; p != nil && p.page == req.caller.page {
		return p, nil
	}
	if c := s.comments[req.id]; c != nil && c.post.page == req.caller.page && !c.removed {
		return c.post, c
	}
	return nil, nil
}

// commentsOf lists comments: those on a post (toplevel), with what answers them (stream), or those under a comment.
func (s *Sim) commentsOf(
	req *graphRequest, p *post, under *comment, params map[string]string, fields []field, fieldsText string,
) (any, *graphError) {
	args, failure := readListArgs(params)
	if failure != nil {
		return nil, failure
	}
	since, failure := sinceOf(params)
	if failure != nil {
		return nil, failure
	}
	list := slices.DeleteFunc(p.living(), func(c *comment) bool { return c.at.Before(since) })
	id := p.id
	switch {
	case under != nil:
		list, id = under.answers(), under.id
	case params["filter"] != "stream":
		list = slices.DeleteFunc(list, func(c *comment) bool { return c.parent != nil })
	}
	if params["order"] == "reverse_chronological" {
		slices.Reverse(list)
	}
	all := listOf(list, func(c *comment) string { return c.id }, func(c *comment) node { return s.commentNode(req, c) })
	return all.cut(args, fields, s.link(req, id, "comments", fieldsText))
}
