package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"kontor/domain/clock/clocktest"
	"kontor/domain/errs"
)

// slow is a body that gives its first bytes at once and the rest when it is let.
type slow struct {
	given   int
	beyond  *atomic.Int32 // how many have been read beyond what is small
	counted bool
	let     <-chan struct{}
}

func (s *slow) Read(p []byte) (int, error) {
	if s.given < smallWebhook {
		n := min(len(p), smallWebhook-s.given)
		s.given += n
		return n, nil
	}
	if !s.counted {
		s.counted = true
		s.beyond.Add(1)
	}
	<-s.let
	return 0, io.EOF
}

func posted(ctx context.Context, body io.Reader) echo.Context {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", body)
	return echo.New().NewContext(r, httptest.NewRecorder())
}

func TestOnlySoManyLargeBodiesAreReadAtATime(t *testing.T) {
	t.Parallel()
	b := newBodies()
	var beyond atomic.Int32
	let := make(chan struct{})
	ended := make(chan error)
	const all = 4 * largeAtOnce
	for range all {
		go func() {
			_, done, err := b.read(posted(t.Context(), &slow{beyond: &beyond, let: let}))
			done()
			ended <- err
		}()
	}
	clocktest.Soon(t, func() bool { return beyond.Load() == largeAtOnce }, "as many as may are read")
	raw, done, err := b.read(posted(t.Context(), bytes.NewReader([]byte("small"))))
	done()
	require.NoError(t, err, "a small one does not wait")
	require.Equal(t, "small", string(raw))

	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	_, done, err = b.read(posted(impatient, &slow{beyond: &beyond, let: let}))
	done()
	require.Equal(t, errs.Unavailable, errs.KindOf(err), "one that is not let in is to come again")
	require.EqualValues(t, largeAtOnce, beyond.Load())

	close(let)
	for range all {
		require.NoError(t, <-ended)
	}
	require.EqualValues(t, all, beyond.Load())
}

func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	t.Parallel()
	_, done, err := newBodies().read(posted(t.Context(), io.MultiReader(bytes.NewReader([]byte("half")), broken{})))
	done()
	var refused *echo.HTTPError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, http.StatusBadRequest, refused.Code)
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
