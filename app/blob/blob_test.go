package blob_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/blob"
	"kontor/domain/errs"
)

// bucket answers as an S3-compatible store does to the few calls made of it.
func bucket(t *testing.T) string {
	t.Helper()
	var mu sync.Mutex
	files := map[string]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		name, ok := strings.CutPrefix(r.URL.Path, "/files/")
		if _, has := r.URL.Query()["location"]; has {
			_, _ = io.WriteString(w, `<LocationConstraint>eu</LocationConstraint>`)
			return
		}
		switch {
		case !ok || name == "":
			w.WriteHeader(http.StatusOK)
		case r.Method == http.MethodPut:
			body, _ := io.ReadAll(r.Body)
			files[name] = string(body)
			w.Header().Set("ETag", `"1"`)
		case r.Method == http.MethodDelete:
			delete(files, name)
			w.WriteHeader(http.StatusNoContent)
		default:
			body, there := files[name]
			if !there {
				w.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(w, `<Error><Code>NoSuchKey</Code></Error>`)
				return
			}
			w.Header().Set("ETag", `"1"`)
			w.Header().Set("Last-Modified", "Sat, 21 Nov 2026 12:00:00 GMT")
			http.ServeContent(w, r, "", timeOf(t), strings.NewReader(body))
		}
	}))
	t.Cleanup(s.Close)
	return "s3://key:secret@files?region=eu&endpoint=" + s.URL
}

func TestStores(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) (blob.Store, error){
		"disk": func(t *testing.T) (blob.Store, error) { return blob.Open("", t.TempDir()) },
		"s3":   func(t *testing.T) (blob.Store, error) { return blob.Open(bucket(t), "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := open(t)
			require.NoError(t, err)
			ctx := t.Context()
			require.NoError(t, s.Check(ctx))
			require.NoError(t, s.Put(ctx, "a-1/b-2", strings.NewReader("hello")))
			r, err := s.Open(ctx, "a-1/b-2")
			require.NoError(t, err)
			got, err := io.ReadAll(r)
			require.NoError(t, err)
			require.NoError(t, r.Close())
			require.Contains(t, string(got), "hello")

			require.NoError(t, s.Delete(ctx, "a-1/b-2"))
			require.NoError(t, s.Delete(ctx, "a-1/b-2"), "twice is as good as once")
			_, err = s.Open(ctx, "a-1/b-2")
			require.Equal(t, errs.NotFound, errs.KindOf(err))
		})
	}
}

func TestDiskKeepsNothingOfAFileThatBreaksOff(t *testing.T) {
	t.Parallel()
	s, err := blob.Open("", t.TempDir())
	require.NoError(t, err)
	err = s.Put(t.Context(), "a/b", io.MultiReader(strings.NewReader("half"), broken{}))
	require.Error(t, err)
	_, err = s.Open(t.Context(), "a/b")
	require.Equal(t, errs.NotFound, errs.KindOf(err))
}

func TestDiskRefusesNamesThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	s, err := blob.Open("", t.TempDir())
	require.NoError(t, err)
	for _, name := range []string{"", "..", "../x", "/etc/passwd", "a/../../b", "a/b/c", "a\x00", "A", "a//b"} {
		require.Error(t, s.Put(t.Context(), name, strings.NewReader("x")), name)
		_, err := s.Open(t.Context(), name)
		require.Error(t, err, name)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("broken off") }

func timeOf(t *testing.T) time.Time {
	t.Helper()
	at, err := http.ParseTime("Sat, 21 Nov 2026 12:00:00 GMT")
	require.NoError(t, err)
	return at
}
