package account

import (
	"bytes"
	"image"
	"image/color/palette"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/errs"
)

// FuzzLogo: only a picture of a sort in which nothing can be run becomes a logo, as it was sent, and none that unpacks to
// more than a screen has.
func FuzzLogo(f *testing.F) {
	for _, side := range []int{1, 16, maxLogoSide + 1} {
		var b bytes.Buffer
		require.NoError(f, png.Encode(&b, image.NewPaletted(image.Rect(0, 0, side, 1), palette.Plan9)))
		f.Add(b.Bytes())
		var j bytes.Buffer
		require.NoError(f, jpeg.Encode(&j, image.NewGray(image.Rect(0, 0, min(side, 64), 1)), nil))
		f.Add(j.Bytes())
	}
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8 "))
	f.Add([]byte("<svg onload='alert(1)'/>"))
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		picture, kind, err := readLogo(bytes.NewReader(sent))
		if err != nil {
			require.Contains(t, []errs.Kind{errs.Invalid, errs.TooLarge}, errs.KindOf(err))
			return
		}
		require.Equal(t, sent, picture)
		require.Contains(t, LogoTypes(), kind)
		if kind == "image/webp" {
			return
		}
		size, _, err := image.DecodeConfig(bytes.NewReader(picture))
		require.NoError(t, err)
		require.LessOrEqual(t, max(size.Width, size.Height), maxLogoSide)
	})
}
