package attachment

import (
	"mime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
)

// FuzzCleanName: whatever a file is called, it stays in its folder, hides nothing, and stands in a header as it is.
func FuzzCleanName(f *testing.F) {
	for _, s := range []string{
		"photo.jpg", "../../etc/passwd", `C:\evil\..\a.exe`, "a\u202egpj.exe", "\x00", "...", "\xff\xfe.pdf", strings.Repeat("ä", 300) + ".jpeg",
		strings.Repeat("a", 300) + "." + strings.Repeat("b", 300), "a\r\nContent-Type: text/html", "CON", "a/.", `"; filename="b`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := CleanName(text)
		require.NotContains(t, []string{"", ".", ".."}, name)
		require.True(t, utf8.ValidString(name))
		require.LessOrEqual(t, utf8.RuneCountInString(name), MaxName)
		require.False(t, strings.ContainsAny(name, `/\<>:"|?*`))
		require.False(t, strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }))
		require.Equal(t, name, CleanName(name), "a clean name stays")
		header := mime.FormatMediaType("attachment", map[string]string{"filename": name})
		disposition, params, err := mime.ParseMediaType(header)
		require.NoError(t, err)
		require.Equal(t, "attachment", disposition)
		require.Equal(t, name, params["filename"])
	})
}

// FuzzType: nothing in which a browser could run anything counts as a picture, a film or a sound.
func FuzzType(f *testing.F) {
	for _, s := range []string{
		"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "<!DOCTYPE html><script>", "GIF89a<script>alert(1)</script>", "%PDF-1.7", "PK\x03\x04",
		"\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "<?xml version='1.0'?><svg/>", "#!/bin/sh", "MZ", "OggS", "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		kind, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
		_, _, err := mime.ParseMediaType(kind)
		require.NoError(t, err)
		if TypeOf(kind) != channel.Document {
			for _, runs := range []string{"svg", "html", "xml", "script", "json", "text/"} {
				require.NotContains(t, kind, runs)
			}
		}
	})
}
