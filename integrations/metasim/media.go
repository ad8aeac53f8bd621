package metasim

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// file is one file of the media host.
type file struct {
	id, name    string
	contentType string
	data        func() []byte // pictures are drawn when somebody looks
}

// maxFile is the largest file the platform takes, video and documents; pictures may have 8 MB.
const (
	maxFile  = 25 << 20
	maxImage = 8 << 20
)

// addFile stores a file. The lock is held.
func (s *Sim) addFile(name, contentType string, data func() []byte) *file {
	f := &file{id: s.ids.digits(16), name: name, contentType: contentType, data: data}
	s.files[f.id] = f
	return f
}

// StoredFile is a file of the media host.
type StoredFile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"`
	Path string `json:"path"`
}

// AddFile stores a file that a person can attach.
func (s *Sim) AddFile(name, contentType string, data []byte) (StoredFile, error) {
	if len(data) == 0 || len(data) > maxFile {
		return StoredFile{}, Refusal("file.size")
	}
	if _, _, err := mime.ParseMediaType(contentType); err != nil {
		contentType = http.DetectContentType(data)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.addFile(name, contentType, func() []byte { return data })
	return StoredFile{ID: f.id, Name: f.name, Type: f.contentType, Size: len(data), Path: s.filePath(f)}, nil
}

// filePath is a link to the file without the host: media/<id>/<name>?oe=<expiry, hex>&oh=<signature>, after the
// platform's own links. The lock is held.
func (s *Sim) filePath(f *file) string {
	life := 24 * time.Hour
	if s.app.MediaHours > 0 {
		life = time.Duration(s.app.MediaHours) * time.Hour
	}
	expiry := strconv.FormatInt(s.clock.Now().Add(life).Unix(), 16)
	return fmt.Sprintf("media/%s/%s?oe=%s&oh=%s", f.id, f.name, expiry, s.mediaSignature(f.id, expiry))
}

// fileURL is the link as the platform gives it to apps. The lock is held.
func (s *Sim) fileURL(f *file) string { return s.app.PublicURL + "/" + s.filePath(f) }

func (s *Sim) mediaSignature(id, expiry string) string {
	return mac(sha256.New, string(s.mediaKey), []byte(id+"|"+expiry))[:40]
}

// attach stores what a person attaches. The lock is held.
func (s *Sim) attach(a Attachment) (attachment, error) {
	stored := attachment{kind: a.Type, id: s.ids.digits(16)}
	switch {
	case a.File != "":
		if stored.file = s.files[a.File]; stored.file == nil {
			return attachment{}, Refusal("file.unknown")
		}
	case len(a.Payload) > 0:
		if !json.Valid(a.Payload) {
			return attachment{}, Refusal("attachment.payload")
		}
		stored.payload = a.Payload
		var known struct {
			Title string `json:"title"`
		}
		_ = json.Unmarshal(a.Payload, &known) // a title is shown when there is one
		stored.title = known.Title
	default:
		stored.file = s.sample(a.Type) // nil: the payload is null, as unsupported shares have it
	}
	if a.Type == "sticker" && stored.file != nil {
		stored.sticker = 369239263222822 // Like
	}
	return stored, nil
}

// attachmentPart is the attachment in a webhook, with a fresh link. The lock is held.
func (s *Sim) attachmentPart(a attachment) attachmentPart {
	part := attachmentPart{Type: a.kind, Payload: a.payload}
	if a.file != nil {
		part.Payload = mediaPayload{URL: s.fileURL(a.file), StickerID: a.sticker}
	}
	return part
}

// serveMedia serves the files: 403 once the link has expired or was changed, as the platform's host does.
func (s *Sim) serveMedia(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	expiry := r.URL.Query().Get("oe")
	s.mu.Lock()
	f := s.files[id]
	fault := s.takeFault(nil, callMedia)
	until, err := strconv.ParseInt(expiry, 16, 64)
	valid := err == nil && r.URL.Query().Get("oh") == s.mediaSignature(id, expiry)
	expired := !s.clock.Now().Before(time.Unix(until, 0))
	s.mu.Unlock()
	switch {
	case f == nil:
		http.Error(w, "Not Found", http.StatusNotFound)
		return
	case !valid:
		http.Error(w, "URL signature mismatch", http.StatusForbidden)
		return
	case expired:
		http.Error(w, "URL signature expired", http.StatusForbidden)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox")
	if !shownInline(f.contentType) {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	}
	h.Set("Cache-Control", "private, max-age=600")
	if fault != nil {
		s.serveFaultyMedia(w, r, f, fault)
		return
	}
	data := f.data()
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data)
}

func shownInline(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, "/")
	return kind == "image" && !strings.HasPrefix(contentType, "image/svg") || kind == "audio" || kind == "video"
}
