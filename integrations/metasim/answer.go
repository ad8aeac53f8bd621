package metasim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// answer is what a call leads to before any fault touches it.
type answer struct {
	status int
	body   []byte
}

// shape changes the answer's content as the fault wants it. Status 0: the caller gets none.
func (f *Fault) shape(a answer) answer {
	switch f.Answer {
	case AnswerHang, AnswerDrop:
		return answer{}
	case AnswerHTML:
		return htmlPage(f.Status)
	case AnswerEmpty:
		return answer{status: http.StatusOK}
	case AnswerNoID:
		a.body = withoutMessageID(a.body)
	}
	return a
}

// transmit sends a shaped answer as the fault wants it; nil sends it at once.
func (s *Sim) transmit(w http.ResponseWriter, r *http.Request, a answer, f *Fault) {
	if !s.pause(r.Context(), f.delay()) {
		panic(http.ErrAbortHandler)
	}
	if a.status == 0 {
		if f.Answer == AnswerHang {
			s.pause(r.Context(), hangLimit)
		}
		panic(http.ErrAbortHandler) // closes the connection without a word
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	switch {
	case f != nil && f.Answer == AnswerCut:
		_, _ = w.Write(a.body[:len(a.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case f != nil && f.Answer == AnswerSlow:
		s.drip(w, r, a.body, f.perByte())
	default:
		_, _ = w.Write(a.body)
		_ = http.NewResponseController(w).Flush()
	}
}

// hangLimit ends a hanging call whose caller never gives up.
const hangLimit = 10 * time.Minute

// drip writes the body byte by byte.
func (s *Sim) drip(w http.ResponseWriter, r *http.Request, body []byte, every time.Duration) {
	for i := range body {
		if !s.pause(r.Context(), every) {
			return
		}
		_, _ = w.Write(body[i : i+1])
		_ = http.NewResponseController(w).Flush()
	}
}

// pause waits in real time; false when the caller has gone or the simulator is closed.
func (s *Sim) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
	return false
}

// htmlPage is what stands between the platform and its callers says when it is ill.
func htmlPage(status int) answer {
	if status == 0 {
		status = http.StatusInternalServerError
	}
	return answer{status, fmt.Appendf(nil, "<!DOCTYPE html><html lang=\"en\"><head><title>Error</title></head>"+
		"<body><h1>%d %s</h1><p>Sorry, something went wrong.</p></body></html>\n", status, http.StatusText(status))}
}

func withoutMessageID(body []byte) []byte {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return body
	}
	delete(fields, "message_id")
	out, _ := json.Marshal(fields) // it was JSON before
	return out
}

// serveFaultyMedia serves a file as the fault wants it. Its headers are set.
func (s *Sim) serveFaultyMedia(w http.ResponseWriter, r *http.Request, f *file, fault *Fault) {
	h := w.Header()
	block := bytes.Repeat([]byte{0}, 64<<10)
	switch fault.Answer {
	case AnswerRedirect:
		http.Redirect(w, r, fault.Location, http.StatusFound)
	case AnswerWrongType:
		h.Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(htmlPage(http.StatusOK).body)
	case AnswerTooLarge:
		const blocks = 1600 // 100 MB
		h.Set("Content-Length", strconv.Itoa(blocks*len(block)))
		for range blocks {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	case AnswerEndless:
		for s.ctx.Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	default:
		a := fault.shape(answer{http.StatusOK, f.data()})
		if fault.Answer == AnswerHTML {
			h.Set("Content-Type", "text/html; charset=utf-8")
		}
		s.transmit(w, r, a, fault)
	}
}
