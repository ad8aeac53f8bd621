package metasim

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// sendAttachment is an attachment of the Send API.
type sendAttachment struct {
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

type attachmentPayload struct {
	URL      string `json:"url"`
	ID       anyID  `json:"attachment_id"`
	Reusable bool   `json:"is_reusable"`
}

// upload is a file uploaded for reuse by its page.
type upload struct {
	kind string
	file *file
	at   time.Time
}

// uploadLasts is how long an uploaded file can be sent.
const uploadLasts = 90 * 24 * time.Hour

// takeAttachments fetches, reads or looks up what a message attaches, and returns the id under which a reusable one
// can be sent again.
func (s *Sim) takeAttachments(req *graphRequest, p *page, from *sendMessage, m *message) (string, *graphError) {
	all := from.Attachments
	if from.Attachment != nil {
		all = []sendAttachment{*from.Attachment}
	}
	if len(all) == 0 && req.upload != nil {
		all = []sendAttachment{{Type: typeOfUpload(req.upload)}}
	}
	if len(from.Template) > 0 {
		return "", s.fillTemplate(p, from.Template, m)
	}
	reusable := ""
	for _, a := range all {
		if a.Type == "template" {
			var failure *graphError
			if m.template, failure = readTemplate(a.Payload); failure != nil {
				return "", failure
			}
			continue
		}
		taken, id, failure := s.takeAttachment(req, p, a)
		if failure != nil {
			return "", failure
		}
		m.attachments = append(m.attachments, taken)
		reusable = id
	}
	return reusable, nil
}

// takeAttachment takes one attachment that is a file: by URL, by id, or from the filedata part.
func (s *Sim) takeAttachment(req *graphRequest, p *page, a sendAttachment) (attachment, string, *graphError) {
	if !slices.Contains([]string{"image", "video", "audio", "file"}, a.Type) {
		return attachment{}, "", parameterError("Param message[attachment][type] must be one of " +
			"{IMAGE, VIDEO, AUDIO, FILE, TEMPLATE}")
	}
	var payload attachmentPayload
	if len(a.Payload) > 0 && json.Unmarshal(a.Payload, &payload) != nil {
		return attachment{}, "", parameterError("Param message[attachment][payload] must be a valid JSON object.")
	}
	if payload.ID != "" {
		taken, failure := s.reuse(p, string(payload.ID))
		return taken, "", failure
	}
	raw := req.upload
	if payload.URL != "" {
		var failure *graphError
		if raw, failure = s.fetch(s.ctx, payload.URL); failure != nil {
			return attachment{}, "", failure
		}
	}
	if raw == nil {
		return attachment{}, "", parameterError("Param message[attachment][payload] must have url or attachment_id")
	}
	if failure := s.checkFile(a.Type, raw); failure != nil {
		return attachment{}, "", failure
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.addFile(raw.name, raw.contentType, func() []byte { return raw.data })
	taken := attachment{kind: a.Type, id: s.ids.digits(16), file: f}
	if !payload.Reusable {
		return taken, "", nil
	}
	p.uploads[taken.id] = upload{kind: a.Type, file: f, at: s.clock.Now()}
	return taken, taken.id, nil
}

// reuse looks up an uploaded file of the page.
func (s *Sim) reuse(p *page, id string) (attachment, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, known := p.uploads[id]
	if !known || s.clock.Now().Sub(u.at) >= uploadLasts {
		return attachment{}, s.errorOf(100, 2018074)
	}
	return attachment{kind: u.kind, id: id, file: u.file}, nil
}

// checkFile checks size and type as declared.
func (s *Sim) checkFile(kind string, f *uploadedFile) *graphError {
	limit := maxFile
	if kind == "image" {
		limit = maxImage
	}
	media, _, _ := strings.Cut(f.contentType, "/")
	switch {
	case len(f.data) > limit:
		return s.errorOf(100, 2018109)
	case len(f.data) == 0, kind != "file" && media != kind:
		return s.errorOf(100, 2018047)
	}
	return nil
}

// fetchWithin is how long the sender's server may take; the platform gives videos 75 s.
const fetchWithin = 10 * time.Second

// fetch gets a file from the sender's address.
func (s *Sim) fetch(ctx context.Context, address string) (*uploadedFile, *graphError) {
	got, err := s.exchange(ctx, outgoing{method: http.MethodGet, url: address, within: fetchWithin, limit: maxFile + 1})
	if err != nil || got.status != http.StatusOK {
		return nil, s.errorOf(100, 2018008)
	}
	kind, _, _ := mime.ParseMediaType(got.contentType)
	name, _, _ := strings.Cut(path.Base(address), "?")
	return &uploadedFile{name: name, contentType: kind, data: got.body}, nil
}

func typeOfUpload(f *uploadedFile) string {
	kind, _, _ := strings.Cut(f.contentType, "/")
	if slices.Contains([]string{"image", "video", "audio"}, kind) {
		return kind
	}
	return "file"
}

// uploadAttachment answers POST /{page}/message_attachments.
func (s *Sim) uploadAttachment(req *graphRequest) (any, *graphError) {
	s.mu.Lock()
	p, failure := s.ownPage(req)
	s.mu.Unlock()
	if failure != nil {
		return nil, failure
	}
	var m sendMessage
	if has, failure := req.params.object("message", &m); failure != nil {
		return nil, failure
	} else if !has || m.Attachment == nil {
		return nil, parameterError("The parameter message is required")
	}
	taken, _, failure := s.takeAttachment(req, p, *m.Attachment)
	if failure != nil {
		return nil, failure
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.uploads[taken.id] = upload{kind: taken.kind, file: taken.file, at: s.clock.Now()}
	return map[string]string{"attachment_id": taken.id}, nil
}
