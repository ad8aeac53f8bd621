package facebook

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kontor/domain/channel"
)

// files are the attachments of a message as they are shown. What has nothing to show, or is of a type that is newer than
// this program, is a placeholder: people see that something came. details say what fits into no file.
func files(m message) (list []channel.File, details map[string]any) {
	stickers := map[string]bool{}
	for _, a := range m.Attachments {
		var p payload
		_ = json.Unmarshal(a.Payload, &p) // what cannot be read shows as a placeholder
		id := string(p.StickerID)
		if id == "" && a.Type == "image" {
			id = string(m.StickerID)
		}
		if id != "" && stickers[id] { // for some months it came as an image and as a sticker
			continue
		}
		stickers[id] = true
		switch {
		case a.Type == "fallback" && pasted(m.Text, cmp.Or(p.URL, a.URL), cmp.Or(p.Title, a.Title)):
			continue
		case a.Type == "appointment_booking":
			details = with(details, "appointment", p.appointment())
		}
		list = append(list, a.files(p, id)...)
	}
	if m.Unsupported || m.Text == "" && len(list) == 0 {
		list = append(list, channel.File{Type: channel.Unsupported})
	}
	return list, details
}

// files shows one attachment; a template with several products is several cards.
func (a attachment) files(p payload, stickerID string) []channel.File {
	f := channel.File{URL: cmp.Or(p.URL, a.URL), Title: cmp.Or(p.Title, a.Title), Kind: a.Type}
	switch {
	case stickerID != "" || a.Type == "sticker":
		f.Type = channel.Sticker
		if stickerID == like {
			f.Title = "👍"
		}
	case slices.Contains([]string{"image", "video", "audio", "file"}, a.Type):
		f.Type = channel.FileType(a.Type)
	case slices.Contains([]string{"fallback", "reel", "ig_reel", "post", "ig_post"}, a.Type):
		// A page on the web, not the media behind it.
		f.Type, f.Title, f.URL = channel.Link, cmp.Or(f.Title, f.URL), webLink(f.URL)
	case p.Coordinates != nil:
		f.Type, f.URL = channel.Location, webLink(f.URL)
		f.Title = cmp.Or(f.Title, degrees(p.Coordinates.Lat)+", "+degrees(p.Coordinates.Long))
	case a.Type == "template":
		return p.cards(f)
	case a.Type == "appointment_booking":
		f.Type, f.Title = channel.Card, p.Status
		if !p.Start.IsZero() {
			f.Title = joined(f.Title, p.Start.Format(time.RFC3339))
		}
	default:
		f.Type, f.URL = channel.Unsupported, webLink(f.URL)
	}
	if f.URL == "" && (f.Type.Fetchable() || f.Type == channel.Link && f.Title == "") {
		f.Type = channel.Unsupported
	}
	return []channel.File{f}
}

// like is the id of the sticker that the Like button sends.
const like = "369239263222822"

// cards shows a template: a text with buttons, or a row of products or elements.
func (p payload) cards(f channel.File) []channel.File {
	f.Type = channel.Card
	elements := append(p.Product.Elements, p.Elements...)
	if len(elements) == 0 {
		f.Title = cmp.Or(p.Text, f.Title)
		for _, b := range p.Buttons {
			f.Title = joined(f.Title, b.Title)
			f.URL = cmp.Or(f.URL, b.URL)
		}
		f.URL = webLink(f.URL)
		return []channel.File{f}
	}
	var list []channel.File
	for _, e := range elements {
		list = append(list, channel.File{
			Type: channel.Card, Kind: f.Kind, Title: joined(e.Title, e.Subtitle), URL: webLink(cmp.Or(e.URL, e.Image)),
		})
	}
	return list
}

func (p payload) appointment() map[string]any {
	a := map[string]any{"id": string(p.Booking), "status": p.Status, "timezone": p.TimeZone}
	for name, t := range map[string]time.Time{"start": p.Start.Time, "end": p.End.Time} {
		if !t.IsZero() {
			a[name] = t.Format(time.RFC3339)
		}
	}
	return a
}

// pasted tells whether a fallback is only the preview of a link in the text, which must not be shown twice. The
// platform leads links through a redirect of its own; and a text has one preview, that of its first link.
func pasted(text, link, title string) bool {
	if text == "" {
		return false
	}
	if link == "" {
		return title == "" || strings.Contains(text, title)
	}
	if u, err := url.Parse(link); err == nil && u.Query().Get("u") != "" {
		link = u.Query().Get("u")
	}
	text = strings.ToLower(text)
	bare := strings.ToLower(strings.TrimSuffix(link, "/"))
	for _, prefix := range []string{"https://", "http://", "www."} {
		bare = strings.TrimPrefix(bare, prefix)
	}
	return bare != "" && strings.Contains(text, bare) || strings.Contains(text, "https://") || strings.Contains(text, "http://")
}

// webLink is a link that may be shown as one; what is no http address, as javascript:, never is.
func webLink(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return s
}

func degrees[F ~float64](f F) string { return strconv.FormatFloat(float64(f), 'f', -1, 64) }

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}
