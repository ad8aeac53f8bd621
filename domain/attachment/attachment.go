// Package attachment keeps the files of comments: what people sent, fetched by a job once the message itself is there, and
// what staff upload to send. The row knows name, size, type and hash; the bytes lie in the blob store under a random name.
//
// A file is never served or sent by the name or type its sender gave it: the type is sniffed, the name cleaned.
package attachment

import (
	"path"
	"strings"
	"time"
	"unicode"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
)

// State is how far a file has come.
type State string

// The states.
const (
	Pending State = "pending" // to be fetched
	Stored  State = "stored"
	Failed  State = "failed"  // could not be fetched, and says why
	Linked  State = "link"    // nothing to fetch: a link, a place, a card, or files are only linked to
	Removed State = "removed" // unsent or erased: the row remains, the bytes are gone
	Expired State = "expired" // the account keeps none so old: the row remains and says what it was, the bytes are gone
)

// Attachment is a file of a comment, or one that staff uploaded and have not sent yet.
type Attachment struct {
	AccountID account.ID `gorm:"primaryKey"`
	ID        ids.ID     `gorm:"primaryKey"`
	CommentID *ids.ID
	Position  int
	Type      channel.FileType
	Name      string
	MIME      string `gorm:"column:mime"`
	Size      int64
	SHA256    string `gorm:"column:sha256"`
	Blob      string
	State     State
	Reason    string // code of why it failed
	SourceURL string
	CreatedBy *ids.ID
	Kept      bool // to be sent many times: each comment gets a copy
	CreatedAt time.Time
}

// TableName names the table.
func (Attachment) TableName() string { return "attachments" }

// MaxName is the longest file name kept, in characters.
const MaxName = 200

// CleanName makes a file name harmless: no path, no control or formatting characters (which hide the true ending), no
// leading or trailing dots, not too long.
func CleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs) || r == unicode.ReplacementChar {
			return -1
		}
		if strings.ContainsRune(`<>:"|?*/`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if r := []rune(name); len(r) > MaxName {
		ending := path.Ext(name)
		if len([]rune(ending)) > 10 {
			ending = ""
		}
		name = string(r[:MaxName-len([]rune(ending))]) + ending
	}
	if name == "" {
		return "file"
	}
	return name
}

// TypeOf returns the sort of file behind a media type.
func TypeOf(mime string) channel.FileType {
	family, rest, _ := strings.Cut(mime, "/")
	switch {
	case family == "image" && !strings.HasPrefix(rest, "svg"):
		return channel.Image
	case family == "video":
		return channel.Video
	case family == "audio":
		return channel.Audio
	}
	return channel.Document
}
