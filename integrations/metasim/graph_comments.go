package metasim

import (
	"strings"
	"time"
	"unicode/utf8"
)

// maxComment is how long a comment may be, in characters.
const maxComment = 8000

// duplicateWithin is how soon the same text under the same comment is refused as a duplicate. Recorded is that it is,
// and not when.
const duplicateWithin = time.Minute

// writeComment answers POST /{post or comment}/comments: the page comments.
func (s *Sim) writeComment(req *graphRequest) (any, *graphError) {
	text := req.params["message"]
	photo, failure := s.commentPhoto(req)
	switch {
	case failure != nil:
		return nil, failure
	case strings.TrimSpace(text) == "" && photo == nil:
		return nil, parameterError("The parameter message or one of the attachment parameters is required")
	case utf8.RuneCountInString(text) > maxComment:
		return nil, parameterError("Length of param message must be less than or equal to %d", maxComment)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, under := s.commented(req)
	if p == nil {
		return nil, s.unsupported(req)
	}
	c := &comment{post: p, parent: under, text: text}
	if photo != nil {
		c.kind, c.file = "photo", photo
	}
	if s.duplicate(c) {
		return nil, s.errorOf(506, 1455006)
	}
	s.addComment(c)
	s.recordComment(req, c)
	s.touch()
	req.after = s.announceComment(c)
	return map[string]string{"id": c.id}, nil
}

// duplicate says whether the page has just written the same there.
func (s *Sim) duplicate(c *comment) bool {
	under := c.parent
	if under != nil && under.parent != nil {
		under = under.parent
	}
	now := s.clock.Now()
	for _, x := range c.post.living() {
		if x.person == nil && x.parent == under && x.text == c.text && x.text != "" && x.file == nil && c.file == nil &&
			now.Sub(x.at) < duplicateWithin {
			return true
		}
	}
	return false
}

// commentPhoto is the photo that a comment comes with: uploaded before, or fetched from its sender.
func (s *Sim) commentPhoto(req *graphRequest) (*file, *graphError) {
	if id := req.params["attachment_id"]; id != "" {
		s.mu.Lock()
		defer s.mu.Unlock()
		f := s.photos[id]
		if f == nil {
			return nil, parameterError("Invalid attachment_id")
		}
		return f, nil
	}
	if url := req.params["attachment_url"]; url != "" {
		raw, failure := s.fetch(s.ctx, url)
		if failure != nil {
			return nil, failure
		}
		return s.storePhoto(raw)
	}
	return nil, nil //nolint:nilnil // it comes with none
}

// uploadPhoto answers POST /{page}/photos. Only unpublished ones are taken: what a published one does is not played.
func (s *Sim) uploadPhoto(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	_, failure := s.ownPage(req)
	s.mu.Unlock()
	switch {
	case failure != nil:
		return nil, failure
	case req.params["published"] != "false":
		return nil, parameterError("Only unpublished photos are simulated")
	case req.upload == nil:
		return nil, parameterError("The parameter source is required")
	}
	f, failure := s.storePhoto(req.upload)
	if failure != nil {
		return nil, failure
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.ids.digits(16)
	s.photos[id] = f
	return map[string]string{"id": id}, nil
}

func (s *Sim) storePhoto(raw *uploadedFile) (*file, *graphError) {
	if failure := s.checkFile("image", raw); failure != nil {
		return nil, failure
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addFile(raw.name, raw.contentType, func() []byte { return raw.data }), nil
}

// changeComment answers POST /{comment}: is_hidden of others' comments, message of the page's own.
func (s *Sim) changeComment(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, c := s.commented(req)
	if c == nil {
		return nil, s.unsupported(req)
	}
	hidden, hides := req.params["is_hidden"]
	text, edits := req.params["message"]
	switch {
	case !hides && !edits:
		return nil, parameterError("The parameter message is required")
	case hides && hidden != "true" && hidden != "false":
		return nil, parameterError("Param is_hidden must be a boolean")
	case hides && c.person == nil, edits && c.person != nil:
		return nil, s.errorOf(200, 0)
	}
	if hides {
		s.hideComment(c, hidden == "true")
	}
	if edits {
		s.editComment(c, text)
	}
	s.touch()
	return success{true}, nil
}

// deleteNode answers DELETE /{comment} and DELETE /{lead}.
func (s *Sim) deleteNode(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := req.caller.page; p != nil {
		if l := p.lead(req.id); l != nil {
			return s.deleteLead(req, l)
		}
	}
	_, c := s.commented(req)
	if c == nil {
		return nil, s.unsupported(req)
	}
	s.removeComment(c)
	return success{true}, nil
}

// likeComment and unlikeComment answer POST and DELETE /{comment}/likes.
func (s *Sim) likeComment(req *graphRequest) (any, *graphError) { return s.setLike(req, true) }

func (s *Sim) unlikeComment(req *graphRequest) (any, *graphError) { return s.setLike(req, false) }

func (s *Sim) setLike(req *graphRequest, liked bool) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, c := s.commented(req)
	if c == nil {
		return nil, s.unsupported(req)
	}
	if c.liked != liked {
		c.liked = liked
		s.tellReaction(c.post, PostReaction{Comment: c.id, Remove: !liked}, feedAuthor{c.post.page.ID, c.post.page.Name})
	}
	s.touch()
	return success{true}, nil
}

// announceComment tells the app of a comment it wrote, in the page's way, as announce does of messages.
func (s *Sim) announceComment(c *comment) (afterAnswer func()) {
	p := c.post.page
	return s.announceAs(p, func() *delivery { return s.tellComment(c, "add") }, func() {})
}

// refusePrivately says why a comment cannot be answered in private; nil when it can. Which of the errors is given for
// which fault is partly guessed. The lock is held.
func (s *Sim) refusePrivately(c *comment) *graphError {
	switch {
	case c == nil || c.removed:
		return s.errorOf(100, 2018292)
	case c.person == nil:
		return s.errorOf(10902, 0)
	case c.answered != nil:
		return s.errorOf(10903, 0)
	case s.clock.Now().Sub(c.at) >= privateReplyWithin:
		return s.errorOf(10902, 0)
	}
	return nil
}

// replyPrivately finds whom the private reply to a comment goes to. The lock is held.
func (s *Sim) replyPrivately(p *page, r sendRequest) (*thread, *graphError) {
	c := s.comments[string(r.Recipient.CommentID)]
	if c != nil && c.post.page != p {
		c = nil
	}
	switch failure := s.refusePrivately(c); {
	case failure != nil:
		return nil, failure
	case r.Type == typeTag:
		return nil, parameterError("A private reply must not have a tag")
	}
	t := p.threadOf[c.person]
	if t.unavailable.Code != 0 {
		return nil, s.errorOf(t.unavailable.Code, t.unavailable.Subcode)
	}
	return t, nil
}
