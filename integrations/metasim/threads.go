package metasim

import (
	"slices"
	"time"
)

// thread is the conversation of one person with one page.
type thread struct {
	id, psid      string
	page          *page
	person        *person
	unavailable   ErrorRef
	owner         string     // app id of the app that has the thread; empty: ours
	messages      []*message // oldest first
	lastMessageAt time.Time  // last message or button tap of the person: HUMAN_AGENT counts from here
	windowUntil   time.Time  // end of the standard window
	typingUntil   time.Time  // the page "is typing"
	seenAt        time.Time  // the page has seen everything before
}

// message is one message of a thread, from either side.
type message struct {
	mid         string
	thread      *thread
	at          time.Time
	fromPage    bool
	appID       string // app that sent it for the page
	text        string
	attachments []attachment
	replies     []QuickReply
	template    *template
	metadata    string
	replyTo     string
	edits       int
	deleted     bool
	reactions   map[string]string // emoji by "person" and "page"
	read        bool              // by the person
	told        bool              // its webhook was answered with 200
}

// attachment is one attachment as stored: a file of the media host, or a payload as it goes into webhooks.
type attachment struct {
	kind    string
	id      string
	title   string
	sticker int64
	file    *file
	payload any // for the kinds that are no files; nil prints null
}

// QuickReply is a button the page offers under its newest message.
type QuickReply struct {
	Type    string `json:"content_type"`
	Title   string `json:"title,omitempty"`
	Payload string `json:"payload,omitempty"`
	Image   string `json:"image_url,omitempty"`
}

// thread returns the conversation of two who exist, beginning it when there is none. The lock is held.
func (s *Sim) thread(pageID, personID string) (*thread, error) {
	p := s.page(pageID)
	if p == nil {
		return nil, Refusal("page.unknown")
	}
	who := s.personByID[personID]
	if who == nil {
		return nil, Refusal("person.unknown")
	}
	if t := p.threadOf[who]; t != nil {
		return t, nil
	}
	t := &thread{id: s.ids.conversation(), psid: who.PSIDs[pageID], page: p, person: who}
	if t.psid == "" || p.threads[t.psid] != nil {
		t.psid = s.ids.psid()
	}
	p.threads[t.psid] = t
	p.threadOf[who] = t
	return t, nil
}

// add appends a message and makes it findable. The lock is held.
func (s *Sim) add(m *message) {
	m.mid = s.ids.mid()
	m.at = s.clock.Now()
	m.thread.messages = append(m.thread.messages, m)
	s.messages[m.mid] = m
}

// updatedAt is when the thread last changed; zero when nobody has written.
func (t *thread) updatedAt() time.Time {
	if len(t.messages) == 0 {
		return time.Time{}
	}
	return t.messages[len(t.messages)-1].at
}

// unread counts the person's messages the page has not seen.
func (t *thread) unread() int {
	n := 0
	for _, m := range t.messages {
		if !m.fromPage && !m.deleted && m.at.After(t.seenAt) {
			n++
		}
	}
	return n
}

// Thread is a conversation as the control API shows it.
type Thread struct {
	ID            string     `json:"id"`
	Page          string     `json:"page"`
	Person        string     `json:"person"`
	PSID          string     `json:"psid"`
	LastMessageAt *time.Time `json:"last_message_at"`
	WindowUntil   *time.Time `json:"window_until"`
	Typing        bool       `json:"typing"`
	Messages      []Message  `json:"messages"`

	// Unavailable is how sends to the person fail, as 551/1545041: they blocked the page, or left. Zero: they do not.
	Unavailable ErrorRef `json:"unavailable"`
	// OwnerApp is the id of the app that controls the thread. Empty: ours; else events come as standby.
	OwnerApp string `json:"owner_app"`
}

// Message is a message as the control API shows it.
type Message struct {
	MID         string            `json:"mid"`
	PSID        string            `json:"psid"`
	At          time.Time         `json:"at"`
	FromPage    bool              `json:"from_page"`
	AppID       string            `json:"app_id,omitempty"`
	Text        string            `json:"text"`
	Attachments []AttachmentView  `json:"attachments"`
	Replies     []QuickReply      `json:"quick_replies"`
	Buttons     []Button          `json:"buttons"`
	Metadata    string            `json:"metadata,omitempty"`
	ReplyTo     string            `json:"reply_to,omitempty"`
	Edits       int               `json:"edits"`
	Deleted     bool              `json:"deleted"`
	Reactions   map[string]string `json:"reactions"`
	Read        bool              `json:"read"` // by the other side
	Told        bool              `json:"told"` // its webhook was answered with 200
}

// AttachmentView is an attachment as the phone shows it: Path is a link of the media host without its address.
type AttachmentView struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Path  string `json:"path"`
	Size  int    `json:"size"`
	Title string `json:"title"`
}

// Thread returns the conversation of a person with a page, and begins an empty one when there is none: the person is
// then known to the page and may not be written to.
func (s *Sim) Thread(pageID, personID string) (Thread, error) {
	return s.ChangeThread(pageID, personID, func(*Thread) {})
}

// ChangeThread changes Unavailable and OwnerApp of a conversation and returns it as it is now. A change of owner is told
// to the app as a hand-over. The function must not call the simulator.
func (s *Sim) ChangeThread(pageID, personID string, change func(*Thread)) (Thread, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.thread(pageID, personID)
	if err != nil {
		return Thread{}, err
	}
	v := s.viewThread(t)
	change(&v)
	t.unavailable = v.Unavailable
	if v.OwnerApp == s.app.ID {
		v.OwnerApp = ""
	}
	if v.OwnerApp != t.owner {
		s.handOver(t, v.OwnerApp)
	}
	s.touch()
	return s.viewThread(t), nil
}

func (s *Sim) viewThread(t *thread) Thread {
	v := Thread{
		ID: t.id, Page: t.page.ID, Person: t.person.ID, PSID: t.psid,
		LastMessageAt: timeOrNil(t.lastMessageAt), WindowUntil: timeOrNil(t.windowUntil),
		Typing:   s.clock.Now().Before(t.typingUntil),
		Messages: make([]Message, 0, len(t.messages)), Unavailable: t.unavailable, OwnerApp: t.owner,
	}
	for _, m := range t.messages {
		v.Messages = append(v.Messages, s.viewMessage(m))
	}
	return v
}

func (s *Sim) viewMessage(m *message) Message {
	v := Message{
		MID: m.mid, PSID: m.thread.psid, At: m.at, FromPage: m.fromPage, AppID: m.appID, Text: m.text,
		Attachments: make([]AttachmentView, 0, len(m.attachments)), Replies: slices.Clone(m.replies),
		Metadata: m.metadata, ReplyTo: m.replyTo, Edits: m.edits, Deleted: m.deleted,
		Reactions: map[string]string{}, Read: m.read, Told: m.told,
	}
	if !m.fromPage {
		v.Read = !m.thread.seenAt.Before(m.at)
	}
	for who, emoji := range m.reactions {
		v.Reactions[who] = emoji
	}
	if m.template != nil {
		v.Text, v.Buttons = m.template.summary()
	}
	for _, a := range m.attachments {
		v.Attachments = append(v.Attachments, s.viewAttachment(a))
	}
	return v
}

func (s *Sim) viewAttachment(a attachment) AttachmentView {
	v := AttachmentView{Type: a.kind, Title: a.title}
	if a.file != nil {
		v.Name, v.Path, v.Size = a.file.name, s.filePath(a.file), len(a.file.data())
	}
	return v
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
