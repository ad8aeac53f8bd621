package guardhttp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"

	"github.com/gabriel-vasile/mimetype"

	"kontor/domain/attachment"
)

// sniffed is how much of a file the type is told by.
const sniffed = 3072

// Fetch opens a file at an address that a stranger may have chosen. The caller reads and closes it; the context's end
// ends the reading. A file of more than maxBytes fails with ErrTooLarge, at once when its server is honest about the size,
// else while it is read. The type is told by the file's first bytes, never by its server.
func (c *Client) Fetch(ctx context.Context, rawURL string, maxBytes int64) (io.ReadCloser, attachment.FetchInfo, error) {
	var info attachment.FetchInfo
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, rawURL, nil)
	if err != nil {
		return nil, info, fmt.Errorf("%w: form", ErrAddress)
	}
	req.Header.Set("Accept-Encoding", "identity") // nothing to decompress, no bomb
	resp, err := c.files.Do(req)
	if err != nil {
		return nil, info, fetchError(withoutURL(err))
	}
	if err := refused(resp, maxBytes); err != nil {
		_ = resp.Body.Close()
		return nil, info, err
	}
	head := bufio.NewReaderSize(&limited{body: resp.Body, left: maxBytes}, sniffed)
	start, err := head.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		_ = resp.Body.Close()
		return nil, info, fetchError(err)
	}
	info.MIME = mimetype.Detect(start).String()
	info.Name = nameOf(resp)
	return &file{head, resp.Body}, info, nil
}

// refused says why an answer is not the file that was asked for.
func refused(resp *http.Response, maxBytes int64) error {
	switch code := resp.StatusCode; {
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests:
		return fmt.Errorf("%w: status %d", ErrTemporary, code)
	case code >= 400 && code < 500: // links expire: 403; what else the server finds wrong with us will not pass either
		return fmt.Errorf("%w: status %d", ErrGone, code)
	case code != http.StatusOK:
		return fmt.Errorf("%w: status %d", ErrTemporary, code)
	case resp.Header.Get("Content-Encoding") != "" && resp.Header.Get("Content-Encoding") != "identity":
		return fmt.Errorf("%w: compressed without being asked", ErrGone)
	case resp.ContentLength > maxBytes:
		return ErrTooLarge
	}
	return nil
}

// fetchError gives errors of the network the kind of those that may pass.
func fetchError(err error) error {
	if errors.Is(err, ErrAddress) || errors.Is(err, ErrTooLarge) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrTemporary, err)
}

// nameOf is what the file seems to be called; it is the caller's to clean.
func nameOf(resp *http.Response) string {
	if _, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		return params["filename"]
	}
	if name := path.Base(resp.Request.URL.Path); name != "/" && name != "." {
		return name
	}
	return ""
}

// file is a body whose beginning has been looked at.
type file struct {
	head *bufio.Reader
	body io.Closer
}

// Read reads on; a connection that breaks may hold next time.
func (f *file) Read(p []byte) (int, error) {
	n, err := f.head.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fetchError(err)
	}
	return n, err
}

// Close closes the connection's body.
func (f *file) Close() error { return f.body.Close() }
