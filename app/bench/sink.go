package bench

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sink stands where the platform is: it takes every message and says as little as it may, so that it is not what is
// measured. It remembers the mark of each message, by which it knows whether one came twice.
type sink struct {
	listener net.Listener
	server   *http.Server

	mu     sync.Mutex
	marks  map[string]bool
	twice  int
	served int
}

func newSink() (*sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{listener: l, marks: map[string]bool{}}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: patience}
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

func (s *sink) url() string { return "http://" + s.listener.Addr().String() }

func (s *sink) close() { _ = s.server.Close() }

// reset forgets what came.
func (s *sink) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks, s.twice = map[string]bool{}, 0
}

// taken tells how many messages came, and how many of them more than once.
func (s *sink) taken() (sent, twice int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.marks), s.twice
}

// tokenOf begins a page's token, which ends with the page's id: a page that was told to be another would be stopped.
const tokenOf = "EAAP"

// ServeHTTP answers a call of the Graph API.
func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages") {
		var m struct {
			Recipient struct{ ID string }
			Message   struct{ Metadata string }
		}
		if json.NewDecoder(r.Body).Decode(&m) == nil && m.Message.Metadata != "" {
			_, _ = io.WriteString(w, `{"recipient_id":"`+m.Recipient.ID+`","message_id":"m_`+strconv.Itoa(s.take(m.Message.Metadata))+"_"+strconv.FormatInt(time.Now().UnixNano(), 36)+`"}`)
			return
		}
	}
	_, page, _ := strings.Cut(r.Header.Get("Authorization"), tokenOf)
	_, _ = io.WriteString(w, `{"id":"`+page+`","first_name":"Anna","last_name":"Berg","data":[]}`) //nolint:gosec // the page was named by what is measured
}

func (s *sink) take(mark string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.marks[mark] {
		s.twice++
	}
	s.marks[mark] = true
	s.served++
	return s.served
}
