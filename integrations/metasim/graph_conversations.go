package metasim

import (
	"cmp"
	"slices"
	"strings"
)

// readableMessages is how many of a conversation's newest messages can be read in detail.
const readableMessages = 20

// readable says whether the message is among the newest, and still there.
func (m *message) readable() bool {
	newest := m.thread.messages[max(0, len(m.thread.messages)-readableMessages):]
	return !m.deleted && slices.Contains(newest, m)
}

func (p *page) conversation(id string) *thread {
	for _, t := range p.threads {
		if t.id == id {
			return t
		}
	}
	return nil
}

// listConversations answers GET /{page}/conversations, newest first.
func (s *Sim) listConversations(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, failure := s.ownPage(req)
	if failure != nil {
		return nil, failure
	}
	fields, failure := req.selection()
	if failure != nil {
		return nil, failure
	}
	args, failure := readListArgs(req.params)
	if failure != nil {
		return nil, failure
	}
	var threads []*thread
	for psid, t := range p.threads {
		wanted := req.params["user_id"] == "" || req.params["user_id"] == psid
		if wanted && len(t.messages) > 0 && cmp.Or(req.params["platform"], "messenger") == "messenger" {
			threads = append(threads, t)
		}
	}
	slices.SortFunc(threads, func(a, b *thread) int {
		return cmp.Or(b.updatedAt().Compare(a.updatedAt()), strings.Compare(a.id, b.id))
	})
	all := listOf(threads, func(t *thread) string { return t.id }, func(t *thread) node {
		return s.conversationNode(req, t)
	})
	return all.cut(args, fields, s.link(req, p.ID, "conversations", req.params["fields"]))
}

// conversationNode is a thread as the page reads it.
func (s *Sim) conversationNode(req *graphRequest, t *thread) node {
	snippet := ""
	if n := len(t.messages); n > 0 {
		snippet = t.messages[n-1].text
	}
	return node{"UnifiedThread", "id,updated_time", map[string]any{
		"id": t.id, "updated_time": graphTime(t.updatedAt()), "snippet": snippet,
		"link":          "/" + t.page.ID + "/inbox/" + strings.TrimPrefix(t.id, "t_") + "/",
		"message_count": len(t.messages), "unread_count": t.unread(),
		"can_reply": s.clock.Now().Before(t.windowUntil), "is_owner": t.owner == "", "is_subscribed": true,
		"scoped_thread_key": t.id,
		"participants":      []node{t.personNode(), t.pageNode()},
		"senders":           []node{t.personNode(), t.pageNode()},
		"messages": edge(func(f field) (any, *graphError) {
			return s.messagesOf(req, t, f.args, f.sub, f.subText)
		}),
	}}
}

// listMessages answers GET /{conversation}/messages.
func (s *Sim) listMessages(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if req.caller.page == nil {
		return nil, s.unsupported(req)
	}
	t := req.caller.page.conversation(req.id)
	if t == nil {
		return nil, s.unsupported(req)
	}
	fields, failure := req.selection()
	if failure != nil {
		return nil, failure
	}
	return s.messagesOf(req, t, req.params, fields, req.params["fields"])
}

// messagesOf lists a thread's messages, newest first. Those that can no longer be read come with id and time alone;
// what the platform shows of them in a list is not documented.
func (s *Sim) messagesOf(
	req *graphRequest, t *thread, params map[string]string, fields []field, fieldsText string,
) (any, *graphError) {
	args, failure := readListArgs(params)
	if failure != nil {
		return nil, failure
	}
	newestFirst := slices.Clone(t.messages)
	slices.Reverse(newestFirst)
	all := listOf(newestFirst, func(m *message) string { return m.mid }, func(m *message) node {
		n := s.messageNode(m)
		if !m.readable() {
			n.conceal()
		}
		return n
	})
	return all.cut(args, fields, s.link(req, t.id, "messages", fieldsText))
}

// conceal leaves of a node only what can be listed.
func (n node) conceal() {
	for name := range n.values {
		if name != "id" && name != "created_time" {
			n.values[name] = nil
		}
	}
}

// messageNode is one message as the page reads it. Texts are "" when empty, "to" is a list, "from" is not.
func (s *Sim) messageNode(m *message) node {
	from, to := m.thread.personNode(), m.thread.pageNode()
	if m.fromPage {
		from, to = to, from
	}
	n := node{"UnifiedMessage", "id,created_time", map[string]any{
		"id": m.mid, "created_time": graphTime(m.at), "message": m.text, "from": from, "to": []node{to},
		"attachments": nil, "shares": nil, "sticker": nil, "reply_to": nil, "reactions": nil, "is_unsupported": nil,
		"story": nil, "tags": []node{{"UnifiedMessageTag", "name", map[string]any{"name": "messenger"}}},
	}}
	var files []node
	for _, a := range m.attachments {
		switch {
		case a.kind == "sticker" && a.file != nil:
			n.values["sticker"] = s.fileURL(a.file)
		case a.file != nil:
			files = append(files, s.attachmentNode(m.thread.page, a))
		}
	}
	if m.template != nil {
		files = append(files, m.template.genericNode()...)
	}
	if files != nil {
		n.values["attachments"] = files
	}
	if m.replyTo != "" {
		answered := s.messages[m.replyTo]
		n.values["reply_to"] = replyTo{m.replyTo, answered != nil && answered.fromPage == m.fromPage}
	}
	if reactions := m.reactionList(); reactions != nil {
		n.values["reactions"] = map[string]any{"data": reactions}
	}
	return n
}

// reactionList groups the reactions as the platform does: the emoji and who set it.
func (m *message) reactionList() []any {
	var list []any
	for _, who := range [][2]string{{"person", m.thread.psid}, {"page", m.thread.page.ID}} {
		if emoji := m.reactions[who[0]]; emoji != "" {
			list = append(list, map[string]any{"reaction": emoji, "users": []map[string]string{{"id": who[1]}}})
		}
	}
	return list
}

// hiddenMediaName is what the platform says in place of media from Europe (recorded 2021).
const hiddenMediaName = "Media not available due to new privacy rules in Europe. To view, go to the Facebook app."

func (s *Sim) attachmentNode(p *page, a attachment) node {
	n := node{"MessageAttachment", "id,mime_type,name,size,image_data,video_data,file_url", map[string]any{
		"id": a.id, "name": a.file.name, "mime_type": a.file.contentType, "size": len(a.file.data()),
		"image_data": nil, "video_data": nil, "file_url": nil,
	}}
	if p.HiddenMedia {
		for name := range n.values {
			n.values[name] = nil
		}
		n.values["id"], n.values["name"] = a.id, hiddenMediaName
		return n
	}
	url := s.fileURL(a.file)
	switch kind, _, _ := strings.Cut(a.file.contentType, "/"); kind {
	case "image":
		n.values["image_data"] = map[string]any{"width": 480, "height": 320, "url": url, "preview_url": url}
	case "video":
		n.values["video_data"] = map[string]any{"width": 640, "height": 360, "length": 2, "url": url, "preview_url": url}
	default:
		n.values["file_url"] = url
	}
	return n
}

func (t *thread) personNode() node {
	return node{"User", "name,email,id", map[string]any{
		"name": t.person.name(), "email": t.psid + "@facebook.com", "id": t.psid,
	}}
}

func (t *thread) pageNode() node {
	return node{"Page", "name,email,id", map[string]any{
		"name": t.page.Name, "email": t.page.ID + "@facebook.com", "id": t.page.ID,
	}}
}
