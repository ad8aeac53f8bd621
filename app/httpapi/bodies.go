package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"kontor/domain/errs"
)

// What a provider may send. Nearly every body is a few kilobytes, so that large ones need to be read only a few at a time:
// whoever sends many of them, signed or not, takes no more memory than this and keeps nobody else out.
const (
	maxWebhook   = 8 << 20
	smallWebhook = 64 << 10
	largeAtOnce  = 8
)

// bodies reads what is posted to the doors.
type bodies struct{ large *semaphore.Weighted }

func newBodies() bodies { return bodies{semaphore.NewWeighted(largeAtOnce)} }

// read returns the bytes as they came, which is what the signature is over, and what to call when they are not needed any
// more. A body that is encoded is refused: unpacked it could have any size.
func (b bodies) read(c echo.Context) (raw []byte, done func(), err error) {
	r := c.Request()
	done = func() {}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, done, echo.NewHTTPError(http.StatusUnsupportedMediaType)
	}
	if r.ContentLength > maxWebhook {
		return nil, done, errs.New(errs.TooLarge, "request.too_large")
	}
	body := http.MaxBytesReader(c.Response(), r.Body, maxWebhook)
	var read bytes.Buffer
	if _, err = io.CopyN(&read, body, smallWebhook); err == nil {
		if done, err = b.turn(r.Context()); err != nil {
			return nil, done, err
		}
		_, err = io.Copy(&read, body)
	}
	tooLarge := (*http.MaxBytesError)(nil)
	switch {
	case errors.As(err, &tooLarge):
		return nil, done, errs.New(errs.TooLarge, "request.too_large").Because(err)
	case err != nil && !errors.Is(err, io.EOF):
		return nil, done, echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
	}
	return read.Bytes(), done, nil
}

// patience is how long a large body may wait for its turn before the provider is told to try again.
const patience = 15 * time.Second

// turn waits until another large body may be read.
func (b bodies) turn(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := b.large.Acquire(ctx, 1); err != nil {
		return func() {}, errs.New(errs.Unavailable, "request.unavailable").Because(err)
	}
	return func() { b.large.Release(1) }, nil
}
