package metasim

import (
	"slices"
	"strings"
	"time"
)

// post is what people comment on.
type post struct {
	id       string // {page}_{number}
	page     *page
	person   *person // who posted on the page; nil: the page itself
	text     string
	title    string // of a link or a video
	at       time.Time
	files    []*file
	comments []*comment // oldest first, of both levels
}

// comment is one comment under a post.
type comment struct {
	id       string // {post}_{number}
	post     *post
	parent   *comment // nil: it answers the post
	person   *person  // nil: the page
	text     string
	kind     string // photo, video or sticker
	file     *file
	at       time.Time
	edits    int
	hidden   bool
	liked    bool // by the page
	removed  bool
	answered *message // the private reply
}

// number is the part of a post's id that its comments' ids begin with.
func (p *post) number() string {
	_, number, _ := strings.Cut(p.id, "_")
	return number
}

// address is where a browser shows the post.
func (p *post) address() string {
	return "https://www.facebook.com/" + p.page.ID + "/posts/" + p.number()
}

// living are the comments that are still there.
func (p *post) living() []*comment {
	return slices.DeleteFunc(slices.Clone(p.comments), func(c *comment) bool { return c.removed })
}

// Post is a post as the control API shows it, and takes it.
type Post struct {
	ID     string `json:"id"`
	Page   string `json:"page"`
	Person string `json:"person"` // a visitor of the page; empty: the page itself
	Text   string `json:"text"`
	Title  string `json:"title"` // of the link it shares; empty: it shares none
	// Pictures is how many sample pictures the post has.
	Pictures int              `json:"pictures"`
	At       time.Time        `json:"at"`
	Files    []AttachmentView `json:"files"`
	Comments []Comment        `json:"comments"`
}

// Comment is a comment as the control API shows it.
type Comment struct {
	ID       string          `json:"id"`
	Post     string          `json:"post"`
	Parent   string          `json:"parent"`
	Person   string          `json:"person"`
	PSID     string          `json:"psid"`
	FromPage bool            `json:"from_page"`
	Text     string          `json:"text"`
	File     *AttachmentView `json:"file"`
	At       time.Time       `json:"at"`
	Edits    int             `json:"edits"`
	Hidden   bool            `json:"hidden"`
	Liked    bool            `json:"liked"` // by the page
	Removed  bool            `json:"removed"`
	Answered bool            `json:"answered"` // it has had its private reply
}

// AddPost posts something; ID, At, Files and Comments are made up. The app hears of it, as of everything on the page.
func (s *Sim) AddPost(v Post) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.page(v.Page)
	if p == nil {
		return Post{}, Refusal("page.unknown")
	}
	var who *person
	if v.Person != "" {
		if who = s.personByID[v.Person]; who == nil {
			return Post{}, Refusal("person.unknown")
		}
	}
	if v.Text == "" && v.Title == "" && v.Pictures == 0 {
		return Post{}, Refusal("message.empty")
	}
	added := &post{
		id: p.ID + "_" + s.ids.digits(15), page: p, person: who, text: v.Text, title: v.Title, at: s.clock.Now(),
	}
	for range v.Pictures {
		added.files = append(added.files, s.sample("image"))
	}
	p.posts = append(p.posts, added)
	s.posts[added.id] = added
	s.tellPost(added, "add")
	return s.viewPost(added), nil
}

func (s *Sim) viewPost(p *post) Post {
	v := Post{
		ID: p.id, Page: p.page.ID, Text: p.text, Title: p.title, Pictures: len(p.files), At: p.at,
		Files: make([]AttachmentView, 0, len(p.files)), Comments: make([]Comment, 0, len(p.comments)),
	}
	if p.person != nil {
		v.Person = p.person.ID
	}
	for _, f := range p.files {
		v.Files = append(v.Files, s.viewAttachment(attachment{kind: "image", file: f}))
	}
	for _, c := range p.comments {
		v.Comments = append(v.Comments, s.viewComment(c))
	}
	return v
}

func (s *Sim) viewComment(c *comment) Comment {
	v := Comment{
		ID: c.id, Post: c.post.id, FromPage: c.person == nil, Text: c.text, At: c.at, Edits: c.edits, Hidden: c.hidden,
		Liked: c.liked, Removed: c.removed, Answered: c.answered != nil,
	}
	if c.parent != nil {
		v.Parent = c.parent.id
	}
	if c.person != nil {
		v.Person, v.PSID = c.person.ID, c.post.page.threadOf[c.person].psid
	}
	if c.file != nil {
		shown := s.viewAttachment(attachment{kind: c.kind, file: c.file})
		v.File = &shown
	}
	return v
}

// shownComments is how many of a post's comments the phone shows.
const shownComments = 200

// viewPosts are a page's posts, newest first, each with its newest comments.
func (s *Sim) viewPosts(p *page) []Post {
	all := make([]Post, 0)
	if p == nil {
		return all
	}
	for _, x := range slices.Backward(p.posts) {
		v := s.viewPost(x)
		v.Comments = v.Comments[max(0, len(v.Comments)-shownComments):]
		all = append(all, v)
	}
	return all
}

// PostOf returns one post as it is now.
func (s *Sim) PostOf(id string) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[id]
	if p == nil {
		return Post{}, Refusal("post.unknown")
	}
	return s.viewPost(p), nil
}
