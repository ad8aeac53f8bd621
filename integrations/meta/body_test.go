package meta

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
)

// closer notes that it was closed.
type closer struct {
	io.Reader
	done bool
}

func (c *closer) Close() error {
	c.done = true
	return nil
}

func TestMultipartIsStreamed(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	c := graph(t, func(w http.ResponseWriter, r *http.Request) {
		form, err := r.MultipartReader()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var got []string
		for {
			p, err := form.NextPart()
			if err != nil {
				break
			}
			b, _ := io.ReadAll(p)
			if p.FileName() != "" {
				got = append(got, fmt.Sprintf("%s %s %s %d", p.FormName(), p.FileName(), p.Header.Get("Content-Type"), len(b)))
				continue
			}
			got = append(got, p.FormName()+"="+string(b))
		}
		_ = json.NewEncoder(w).Encode(got)
	})
	file := &closer{Reader: io.LimitReader(zeros{}, size)}
	var got []string
	_, err := c.Call(t.Context(), post(Multipart(
		[]Field{{"recipient", `{"id":"1"}`}, {"message", `{"attachment":{}}`}},
		Part{"filedata", "Rechnung \"ä\"\r\n.pdf", "application/pdf", size, file},
	)), &got)
	require.NoError(t, err)
	require.Equal(t, `recipient={"id":"1"}`, got[0])
	require.Equal(t, `message={"attachment":{}}`, got[1])
	require.Contains(t, got[2], "filedata Rechnung ")
	require.True(t, strings.HasSuffix(got[2], fmt.Sprintf(" application/pdf %d", size)), got[2])
	require.True(t, file.done)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestFileThatBreaksOffIsTemporary(t *testing.T) {
	t.Parallel()
	c := graph(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			t.Error("the platform got a whole request")
		}
		w.WriteHeader(http.StatusInternalServerError)
	})
	for name, file := range map[string]io.Reader{
		"shorter_than_promised": strings.NewReader("short"),
		"storage_fails":         io.MultiReader(strings.NewReader(strings.Repeat("x", 90_000)), broken{}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Call(t.Context(), post(Multipart(nil, Part{"filedata", "a", "image/png", 100_000, io.NopCloser(file)})), nil)
			f := failureOf(t, err)
			require.Equal(t, channel.Temporary, f.Class)
			require.Equal(t, FileUnreadable, f.Reason)
		})
	}
}

func TestUploadThatRunsOutOfTimeIsTemporary(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string]bool{"half_way": false, "at_the_end": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			judged := make(chan struct{})
			c := graph(t, func(_ http.ResponseWriter, r *http.Request) {
				if sent {
					_, _ = io.Copy(io.Discard, r.Body)
				} else {
					_, _ = r.Body.Read(make([]byte, 1000))
				}
				cancel()
				<-judged
			})
			const size = 100 << 20 // more than any buffer on the way
			file := io.NopCloser(io.LimitReader(zeros{}, size))
			_, err := c.Call(ctx, post(Multipart(nil, Part{"filedata", "a", "image/png", size, file})), nil)
			close(judged)
			want := channel.Temporary
			if sent {
				want = channel.Unconfirmed
			}
			require.Equal(t, want, failureOf(t, err).Class)
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("disk") }
