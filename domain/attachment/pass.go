package attachment

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"kontor/domain/channel"
	"kontor/domain/errs"
)

// Passed tells whether the file stays where it is and is passed through when somebody wants to see it: that of a channel
// that keeps no files.
func (a Attachment) Passed() bool {
	return a.State == Linked && a.Type.Fetchable() && a.SourceURL != ""
}

// Pass opens a file that is not kept here, from where it is. Its address may be too old by then: then a new one is asked
// for. row comes back with what the bytes are.
func (s *Service) Pass(ctx context.Context, row Attachment) (Attachment, io.ReadCloser, error) {
	body, info, err := s.Fetcher.Fetch(ctx, row.SourceURL, MaxSize)
	if err != nil && errs.KindOf(err) != errs.Unavailable && s.Whereabouts != nil {
		if row.SourceURL, err = s.Whereabouts(ctx, row); err == nil {
			body, info, err = s.Fetcher.Fetch(ctx, row.SourceURL, MaxSize)
		}
		if err == nil {
			err = s.store.update(ctx, row, "source_url")
		}
	}
	if err != nil {
		return row, nil, errs.New(errs.Unavailable, "attachment.link_dead").Because(err)
	}
	head := make([]byte, 3072) // enough for the sniffer
	n, err := io.ReadFull(body, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return row, nil, errors.Join(errs.New(errs.Unavailable, "attachment.link_dead").Because(err), body.Close())
	}
	row.MIME, _, _ = strings.Cut(mimetype.Detect(head[:n]).String(), ";")
	if row.Name == "" {
		row.Name = CleanName(info.Name)
	}
	rest := io.LimitReader(io.MultiReader(bytes.NewReader(head[:n]), body), MaxSize)
	return row, struct {
		io.Reader
		io.Closer
	}{rest, body}, nil
}

// Renewed returns the address of the file among those that the platform shows now in its comment: at its position, else the
// only one of its sort. A Missing error says that it is there no longer.
func (a Attachment) Renewed(files []channel.File) (string, error) {
	if a.Position < len(files) && files[a.Position].Type == a.Type {
		return files[a.Position].URL, nil
	}
	same := slices.DeleteFunc(slices.Clone(files), func(f channel.File) bool { return f.Type != a.Type })
	if len(same) != 1 || same[0].URL == "" {
		return "", errs.Missing("attachment")
	}
	return same[0].URL, nil
}
