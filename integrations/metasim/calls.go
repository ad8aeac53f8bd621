package metasim

import (
	"slices"
	"time"
)

// Call is one call of the Graph API as it came in.
type Call struct {
	Trace  string    `json:"trace"`
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	Path   string    `json:"path"` // without the query, which may hold a token
	Name   string    `json:"name"` // as faults match it
	Page   string    `json:"page"` // whose token it was
	// Status is what the caller saw; 0 when there was no answer.
	Status int         `json:"status"`
	Error  ErrorRef    `json:"error"`
	Fault  FaultAnswer `json:"fault,omitempty"`
	// Uploaded says that a file came along.
	Uploaded bool `json:"uploaded,omitempty"`
}

// keepCalls is how many calls are remembered.
const keepCalls = 20000

func (s *Sim) logCall(req *graphRequest, status int, failure *graphError) {
	c := Call{
		Trace: req.trace, At: s.clock.Now(), Method: req.http.Method, Path: req.http.URL.Path, Name: req.name,
		Status: status, Uploaded: req.upload != nil,
	}
	if req.caller.page != nil {
		c.Page = req.caller.page.ID
	}
	if failure != nil {
		c.Error = ErrorRef{failure.Code, failure.Subcode}
	}
	if req.fault != nil {
		c.Fault = req.fault.Answer
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	if len(s.calls) > 2*keepCalls {
		s.calls = slices.Clone(s.calls[len(s.calls)-keepCalls:])
	}
	s.touch()
}

// Calls returns the newest calls, oldest first: at most limit, all that are remembered when limit is 0.
func (s *Sim) Calls(limit int) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.calls
	if limit > 0 && len(all) > limit {
		all = all[len(all)-limit:]
	}
	return append([]Call{}, all...)
}
