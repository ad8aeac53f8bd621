package account

import (
	"bytes"
	"context"
	"image/jpeg"
	"image/png"
	"io"
	"slices"

	"github.com/gabriel-vasile/mimetype"

	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
)

// Blobs stores bytes under names.
type Blobs interface {
	Put(ctx context.Context, name string, r io.Reader) error
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	Delete(ctx context.Context, name string) error
}

// Keeps tells the service where logos are kept; without it there are none.
func (s *Service) Keeps(b Blobs) *Service {
	s.blobs = b
	return s
}

// The largest logo, in bytes and in pixels of a side.
const (
	MaxLogo     = 200 << 10
	maxLogoSide = 4000
)

// LogoTypes are those of pictures in which nothing can be run.
func LogoTypes() []string { return []string{"image/png", "image/webp", "image/jpeg"} }

// SetLogo gives the account a picture in the place of the one it has. Its bytes say what it is, and no name or sender. It
// takes an admin.
func (s *Service) SetLogo(ctx context.Context, who Actor, r io.Reader) (Account, error) {
	if err := who.Require(Admin); err != nil {
		return Account{}, err
	}
	picture, mime, err := readLogo(r)
	if err != nil {
		return Account{}, err
	}
	logo := ids.New().String()
	if err := s.blobs.Put(ctx, logoBlob(who.AccountID, logo), bytes.NewReader(picture)); err != nil {
		return Account{}, errs.New(errs.Unavailable, "attachment.not_stored").Because(err)
	}
	a, err := s.changeLogo(ctx, who, logo, mime)
	if err != nil {
		_ = s.blobs.Delete(context.WithoutCancel(ctx), logoBlob(who.AccountID, logo))
	}
	return a, err
}

// RemoveLogo takes the account's picture away. It takes an admin.
func (s *Service) RemoveLogo(ctx context.Context, who Actor) (Account, error) {
	if err := who.Require(Admin); err != nil {
		return Account{}, err
	}
	return s.changeLogo(ctx, who, "", "")
}

// Logo opens an account's picture, and returns the account that it is of; nil when it has none.
func (s *Service) Logo(ctx context.Context, id ID) (Account, io.ReadCloser, error) {
	last := ""
	for {
		a, err := s.find(ctx, id)
		if err != nil || !slices.Contains(LogoTypes(), a.LogoType) {
			return a, nil, err
		}
		r, err := s.blobs.Open(ctx, logoBlob(id, a.Logo))
		if err != nil && a.Logo != last { // another one may have taken its place meanwhile
			last = a.Logo
			continue
		}
		if err != nil {
			return a, nil, errs.New(errs.Unavailable, "attachment.not_readable").Because(err)
		}
		return a, r, nil
	}
}

func logoBlob(a ID, logo string) string { return a.String() + "/" + logo }

// readLogo reads a picture that is small enough, and says what it is.
func readLogo(r io.Reader) (picture []byte, mime string, err error) {
	picture, err = io.ReadAll(io.LimitReader(r, MaxLogo+1))
	switch {
	case err != nil:
		return nil, "", err
	case len(picture) > MaxLogo:
		return nil, "", errs.New(errs.TooLarge, "account.logo_too_large", "max_kb", MaxLogo>>10)
	}
	mime = mimetype.Detect(picture).String()
	if !slices.Contains(LogoTypes(), mime) {
		return nil, "", errs.Input(errs.At("body.file", "account.logo_type"))
	}
	if !drawable(picture, mime) {
		return nil, "", errs.Input(errs.At("body.file", "account.logo_side", "max", maxLogoSide))
	}
	return picture, mime, nil
}

// drawable refuses a few bytes that would be unpacked to far more than a screen has. A WebP has a limit of its own.
func drawable(picture []byte, mime string) bool {
	decode := png.DecodeConfig
	switch mime {
	case "image/webp":
		return true
	case "image/jpeg":
		decode = jpeg.DecodeConfig
	}
	size, err := decode(bytes.NewReader(picture))
	return err == nil && size.Width <= maxLogoSide && size.Height <= maxLogoSide
}

func (s *Service) changeLogo(ctx context.Context, who Actor, logo, mime string) (a Account, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.Lock(ctx, who.AccountID); err != nil {
			return err
		}
		if a, err = s.find(ctx, who.AccountID); err != nil || a.Logo == logo {
			return err
		}
		before := a.Logo
		a.Logo, a.LogoType = logo, mime
		if err := s.saveLogo(ctx, a); err != nil {
			return err
		}
		if before != "" {
			s.db.AfterCommit(ctx, func() { _ = s.blobs.Delete(context.WithoutCancel(ctx), logoBlob(a.ID, before)) })
		}
		if err := s.log.Record(ctx, who.Entry("account.logo_changed", "account", a.ID, map[string]any{"logo": logo != ""})); err != nil {
			return err
		}
		return s.feed.Publish(ctx, feed.Event{AccountID: a.ID, Type: Changed})
	})
	return a, err
}
