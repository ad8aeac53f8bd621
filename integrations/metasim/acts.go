package metasim

import (
	"encoding/json"
	"time"
)

// Write is a person writing to a page.
type Write struct {
	Page        string       `json:"page"`
	Person      string       `json:"person"`
	Text        string       `json:"text"`
	Attachments []Attachment `json:"attachments"`
	// QuickReply is the payload of the button that was tapped; Text is then its title.
	QuickReply string `json:"quick_reply"`
	// ReplyTo is the message that is answered.
	ReplyTo string `json:"reply_to"`
}

// Attachment is what a person attaches.
type Attachment struct {
	// Type is image, video, audio, file, sticker, or any word of the platform, also one it does not have yet.
	Type string `json:"type"`
	// File is the id of an uploaded file (AddFile). Empty: a sample is made.
	File string `json:"file"`
	// Payload is sent as it stands for every type that is no file; null when empty.
	Payload json.RawMessage `json:"payload"`
}

// Write lets a person write. It opens the window.
func (s *Sim) Write(w Write) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.thread(w.Page, w.Person)
	if err != nil {
		return Message{}, err
	}
	return s.writeTo(t, w, nil)
}

func (s *Sim) writeTo(t *thread, w Write, ref *referral) (Message, error) {
	if w.Text == "" && len(w.Attachments) == 0 {
		return Message{}, Refusal("message.empty")
	}
	m := &message{thread: t, text: w.Text, replyTo: w.ReplyTo}
	part := &messagePart{Text: w.Text, Referral: ref}
	for _, a := range w.Attachments {
		stored, err := s.attach(a)
		if err != nil {
			return Message{}, err
		}
		m.attachments = append(m.attachments, stored)
		part.Attachments = append(part.Attachments, s.attachmentPart(stored))
	}
	if w.QuickReply != "" {
		part.QuickReply = &quickReplyTap{w.QuickReply}
	}
	if w.ReplyTo != "" {
		answered := s.messages[w.ReplyTo]
		if answered == nil || answered.thread != t {
			return Message{}, Refusal("message.unknown")
		}
		part.ReplyTo = &replyTo{MID: w.ReplyTo, Self: !answered.fromPage}
	}
	s.add(m)
	part.MID = m.mid
	t.openWindow(m.at, t.page.windowAfter(ref))
	t.lastMessageAt = m.at
	s.tell(t, "messages", t.fromPerson(element{Timestamp: m.at.UnixMilli(), Message: part}), m)
	return s.viewMessage(m), nil
}

// Edit is a person changing a message of theirs, or Unsend taking it back.
type Edit struct {
	MID  string `json:"mid"`
	Text string `json:"text"`
}

// maxEdits is how often the platform lets a message be edited.
const maxEdits = 5

// Edit changes the text of a person's message.
func (s *Sim) Edit(e Edit) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.ownMessage(e.MID)
	switch {
	case err != nil:
		return Message{}, err
	case e.Text == "":
		return Message{}, Refusal("message.empty")
	case m.edits == maxEdits:
		return Message{}, Refusal("message.edits")
	}
	m.text, m.edits = e.Text, m.edits+1
	s.tell(m.thread, "message_edits", m.thread.fromPerson(element{
		Edit: &editPart{MID: m.mid, Text: m.text, NumEdit: m.edits},
	}), nil)
	return s.viewMessage(m), nil
}

// Unsend takes a person's message back.
func (s *Sim) Unsend(mid string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.ownMessage(mid)
	if err != nil {
		return Message{}, err
	}
	m.deleted, m.text, m.attachments = true, "", nil
	s.tell(m.thread, "messages", m.thread.fromPerson(element{Message: &messagePart{MID: m.mid, IsDeleted: true}}), nil)
	return s.viewMessage(m), nil
}

func (s *Sim) ownMessage(mid string) (*message, error) {
	m := s.messages[mid]
	if m == nil || m.fromPage || m.deleted {
		return nil, Refusal("message.unknown")
	}
	return m, nil
}

// React is a person reacting to a message.
type React struct {
	MID string `json:"mid"`
	// Emoji is the reaction; empty takes it back.
	Emoji string `json:"emoji"`
}

// reactionWord is the platform's word for an emoji.
func reactionWord(emoji string) string {
	words := map[string]string{
		"😆": "smile", "😠": "angry", "😢": "sad", "😮": "wow", "❤": "love", "❤️": "love", "👍": "like", "👎": "dislike",
	}
	if w, known := words[emoji]; known {
		return w
	}
	return "other"
}

// React sets or removes a person's reaction. Setting one opens the window.
func (s *Sim) React(r React) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[r.MID]
	if m == nil || m.deleted {
		return Message{}, Refusal("message.unknown")
	}
	part := &reaction{MID: m.mid, Action: "unreact"}
	if r.Emoji != "" {
		part = &reaction{MID: m.mid, Action: "react", Emoji: r.Emoji, Reaction: reactionWord(r.Emoji)}
		m.thread.openWindow(s.clock.Now(), standardWindow)
	}
	m.react("person", r.Emoji)
	s.tell(m.thread, "message_reactions", m.thread.fromPerson(element{Reaction: part}), nil)
	return s.viewMessage(m), nil
}

// react keeps one reaction of one side; an empty emoji removes it.
func (m *message) react(side, emoji string) {
	if m.reactions == nil {
		m.reactions = map[string]string{}
	}
	m.reactions[side] = emoji
	if emoji == "" {
		delete(m.reactions, side)
	}
}

// Read is a person having the conversation open.
type Read struct {
	Page   string `json:"page"`
	Person string `json:"person"`
}

// Read marks the page's messages as read. With nothing new it does nothing; it never opens the window.
func (s *Sim) Read(r Read) (Thread, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.thread(r.Page, r.Person)
	if err != nil {
		return Thread{}, err
	}
	var newest time.Time
	for _, m := range t.messages {
		if m.fromPage && !m.read {
			m.read, newest = true, m.at
		}
	}
	if !newest.IsZero() && !t.page.NoReads {
		mark := &watermark{Watermark: newest.UnixMilli()}
		s.tell(t, "message_reads", t.fromPerson(element{Read: mark}), nil)
	}
	return s.viewThread(t), nil
}
