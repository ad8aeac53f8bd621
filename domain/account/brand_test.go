package account_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/errs"
	"kontor/domain/storage"
)

// Whatever colour somebody likes, what is written in it or on it can be read.
func TestPaletteCanBeRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		color := rapid.StringMatching(`#[0-9a-f]{6}`).Draw(t, "color")
		p := account.Brand{BrandColor: color}.Palette()
		require.Equal(t, color, p.Fill)
		require.GreaterOrEqual(t, account.Contrast(p.Fill, p.Ink), 4.5)
		require.GreaterOrEqual(t, account.Contrast(p.OnLight, "#ffffff"), 4.5)
		require.GreaterOrEqual(t, account.Contrast(p.OnDark, account.Dark), 4.5)
	})
}

// The preview on the screen derives the same colours: app/web/src/features/account/palette.test.ts has the same table.
func TestPalette(t *testing.T) {
	t.Parallel()
	for color, want := range map[string]account.Palette{
		"":              {Fill: "#0e6d7b", Ink: "#ffffff", OnLight: "#0e6d7b", OnDark: "#4a929c"},
		"#ffffff":       {Fill: "#ffffff", Ink: "#000000", OnLight: "#737373", OnDark: "#ffffff"},
		"#000000":       {Fill: "#000000", Ink: "#ffffff", OnLight: "#000000", OnDark: "#8c8c8c"},
		"#ffcc00":       {Fill: "#ffcc00", Ink: "#000000", OnLight: "#8c7000", OnDark: "#ffcc00"},
		"red;}body{top": {Fill: "#0e6d7b", Ink: "#ffffff", OnLight: "#0e6d7b", OnDark: "#4a929c"},
	} {
		require.Equal(t, want, account.Brand{BrandColor: color}.Palette(), color)
	}
}

// files are blobs in memory.
type files map[string][]byte

func (f files) Put(_ context.Context, name string, r io.Reader) (err error) {
	f[name], err = io.ReadAll(r)
	return err
}

func (f files) Open(_ context.Context, name string) (io.ReadCloser, error) {
	if b, ok := f[name]; ok {
		return io.NopCloser(bytes.NewReader(b)), nil
	}
	return nil, errors.New("no such file")
}

func (f files) Delete(_ context.Context, name string) error {
	delete(f, name)
	return nil
}

func picture(t *testing.T, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, side, 1))))
	return out.Bytes()
}

func TestLogo(t *testing.T) {
	t.Parallel()
	accounts, log, _ := setup(t)
	kept := files{}
	accounts.Keeps(kept)
	a, err := accounts.Create(t.Context(), account.New{Name: "Acme"})
	require.NoError(t, err)
	admin := account.Actor{AccountID: a.ID, Role: account.Admin}

	for name, bad := range map[string][]byte{
		"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "html": []byte("<html>"), "nothing": {},
		"a damaged one": picture(t, 10)[:20], "one for a house": picture(t, 5000), "gif": []byte("GIF89a\x01\x00\x01\x00"),
	} {
		_, err := accounts.SetLogo(t.Context(), admin, bytes.NewReader(bad))
		require.Equal(t, errs.Invalid, errs.KindOf(err), name)
	}
	_, err = accounts.SetLogo(t.Context(), admin, io.LimitReader(zeros{}, account.MaxLogo+1))
	require.Equal(t, errs.TooLarge, errs.KindOf(err))
	_, err = accounts.SetLogo(t.Context(), account.Actor{AccountID: a.ID, Role: account.Member}, bytes.NewReader(picture(t, 10)))
	require.Equal(t, errs.Forbidden, errs.KindOf(err))
	require.Empty(t, kept)

	first, err := accounts.SetLogo(t.Context(), admin, bytes.NewReader(picture(t, 10)))
	require.NoError(t, err)
	require.Equal(t, "image/png", first.LogoType)
	second, err := accounts.SetLogo(t.Context(), admin, bytes.NewReader(picture(t, 11)))
	require.NoError(t, err)
	require.NotEqual(t, first.Logo, second.Logo)
	require.Len(t, kept, 1, "the one before is gone")
	_, file, err := accounts.Logo(t.Context(), a.ID)
	require.NoError(t, err)
	read, err := io.ReadAll(file)
	require.NoError(t, err)
	require.Equal(t, picture(t, 11), read)

	_, err = accounts.RemoveLogo(t.Context(), admin)
	require.NoError(t, err)
	require.Empty(t, kept)
	entries, _, err := log.List(t.Context(), a.ID, audit.Filter{Action: "account.logo_changed"}, storage.Page{})
	require.NoError(t, err)
	require.Len(t, entries, 3)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
