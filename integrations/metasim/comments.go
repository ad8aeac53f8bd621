package metasim

import "slices"

// NewComment is somebody commenting.
type NewComment struct {
	Post string `json:"post"`
	// Parent is the comment that is answered. An answer to an answer goes under the first comment, as on the platform.
	Parent string `json:"parent"`
	// Person is who comments; empty is the page itself, in the platform's own app.
	Person string `json:"person"`
	Text   string `json:"text"`
	// Attach is photo, video or sticker: a sample of it; File is an uploaded file in its place.
	Attach string `json:"attach"`
	File   string `json:"file"`
}

// attachKinds are what a comment can have, with the sample for each.
func attachKinds() map[string]string {
	return map[string]string{"photo": "image", "video": "video", "sticker": "sticker"}
}

// Comment lets a person, or the page, comment on a post.
func (s *Sim) Comment(n NewComment) (Comment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[n.Post]
	if p == nil {
		return Comment{}, Refusal("post.unknown")
	}
	c := &comment{post: p, text: n.Text}
	if n.Person != "" {
		t, err := s.thread(p.page.ID, n.Person) // the page sees the same id as in messages
		if err != nil {
			return Comment{}, err
		}
		c.person = t.person
	}
	if n.Attach != "" {
		sample, known := attachKinds()[n.Attach]
		if !known {
			return Comment{}, Refusal("attachment.type")
		}
		if c.kind, c.file = n.Attach, s.sample(sample); n.File != "" {
			c.file = s.files[n.File]
		}
		if c.file == nil {
			return Comment{}, Refusal("file.unknown")
		}
	}
	if c.text == "" && c.file == nil {
		return Comment{}, Refusal("message.empty")
	}
	if n.Parent != "" {
		if c.parent = s.comments[n.Parent]; c.parent == nil || c.parent.post != p || c.parent.removed {
			return Comment{}, Refusal("comment.unknown")
		}
	}
	s.addComment(c)
	s.tellComment(c, "add")
	return s.viewComment(c), nil
}

// addComment puts a comment in its place and makes it findable. The lock is held.
func (s *Sim) addComment(c *comment) {
	if c.parent != nil && c.parent.parent != nil {
		c.parent = c.parent.parent
	}
	c.id, c.at = c.post.number()+"_"+s.ids.digits(15), s.clock.Now()
	c.post.comments = append(c.post.comments, c)
	s.comments[c.id] = c
}

// CommentChange is what happens to a comment; nil leaves a thing alone.
type CommentChange struct {
	ID     string  `json:"id"`
	Text   *string `json:"text"`   // its author edits it
	Hidden *bool   `json:"hidden"` // somebody hides it in the platform's own app
}

// ChangeComment edits, hides or shows a comment, past the API.
func (s *Sim) ChangeComment(ch CommentChange) (Comment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.livingComment(ch.ID)
	if err != nil {
		return Comment{}, err
	}
	if ch.Text != nil {
		s.editComment(c, *ch.Text)
	}
	if ch.Hidden != nil {
		s.hideComment(c, *ch.Hidden)
	}
	s.touch()
	return s.viewComment(c), nil
}

// commentID is a comment to be removed.
type commentID struct{ ID string }

// RemoveComment removes a comment and what answers it: its author takes it back, or somebody deletes it.
func (s *Sim) RemoveComment(id string) (Comment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.livingComment(id)
	if err != nil {
		return Comment{}, err
	}
	s.removeComment(c)
	return s.viewComment(c), nil
}

func (s *Sim) livingComment(id string) (*comment, error) {
	c := s.comments[id]
	if c == nil || c.removed {
		return nil, Refusal("comment.unknown")
	}
	return c, nil
}

// editComment, hideComment and removeComment change a comment and tell of it. The lock is held.
func (s *Sim) editComment(c *comment, text string) {
	if text == c.text {
		return
	}
	c.text, c.edits = text, c.edits+1
	s.tellComment(c, "edited")
}

func (s *Sim) hideComment(c *comment, hidden bool) {
	if c.hidden == hidden {
		return
	}
	c.hidden = hidden
	if hidden {
		s.tellComment(c, "hide")
	} else {
		s.tellComment(c, "unhide")
	}
}

func (s *Sim) removeComment(c *comment) {
	for _, below := range slices.Backward(c.post.comments) {
		if below.parent == c && !below.removed {
			s.removeComment(below)
		}
	}
	c.removed = true
	s.tellComment(c, "remove")
	c.text, c.file, c.kind = "", nil, ""
}

// PostReaction is a person reacting to a post, or to a comment.
type PostReaction struct {
	Post    string `json:"post"`
	Comment string `json:"comment"` // of the post; empty: the post itself
	Person  string `json:"person"`
	Type    string `json:"type"` // like, love, wow, haha, sorry, anger, care; like when empty
	Remove  bool   `json:"remove"`
}

// ReactToPost lets a person react.
func (s *Sim) ReactToPost(r PostReaction) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[r.Post]
	if p == nil {
		return Post{}, Refusal("post.unknown")
	}
	t, err := s.thread(p.page.ID, r.Person)
	if err != nil {
		return Post{}, err
	}
	if c := s.comments[r.Comment]; r.Comment != "" && (c == nil || c.post != p) {
		return Post{}, Refusal("comment.unknown")
	}
	s.tellReaction(p, r, feedAuthor{t.psid, t.person.name()})
	return s.viewPost(p), nil
}

// Mention is a person naming the page in a post of theirs, or in a comment on somebody's.
type Mention struct {
	Page    string `json:"page"`
	Person  string `json:"person"`
	Text    string `json:"text"`
	Comment bool   `json:"comment"`
}

// Mention tells the page of it. Whoever wrote it is somebody it has met nowhere; the platform gives no id of theirs.
func (s *Sim) Mention(m Mention) (Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.page(m.Page)
	if p == nil {
		return Delivery{}, Refusal("page.unknown")
	}
	who := s.personByID[m.Person]
	if who == nil {
		return Delivery{}, Refusal("person.unknown")
	}
	number := s.ids.digits(15)
	v := feedValue{
		Item: "post", Verb: "add", Message: m.Text, PostID: s.ids.digits(15) + "_" + number, Created: s.clock.Now().Unix(),
		SenderName: who.name(),
	}
	if m.Comment {
		v.Item, v.CommentID, v.SenderName = "comment", number+"_"+s.ids.digits(15), ""
	}
	return s.tellFeed(p, "mention", v).log, nil
}
