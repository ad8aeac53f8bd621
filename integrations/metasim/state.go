package metasim

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// State is everything the phone page shows but the logs.
type State struct {
	Revision int64        `json:"revision"`
	Now      time.Time    `json:"now"`
	CanShift bool         `json:"can_shift"`
	App      App          `json:"app"`
	Webhooks WebhookState `json:"webhooks"`
	Pages    []Page       `json:"pages"`
	People   []Person     `json:"people"`
	Users    []User       `json:"users"`
	Faults   []Fault      `json:"faults"`
	// Forms are those of the page asked for.
	Forms []LeadForm `json:"forms"`
	// Thread is the conversation asked for; null while there is none.
	Thread *Thread `json:"thread"`
	// Posts are those of the page asked for, newest first.
	Posts []Post `json:"posts"`
}

// State returns the simulator as it is now, with the conversation of one person and one page.
func (s *Sim) State(pageID, personID string) State {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := State{
		Revision: s.revision, Now: s.clock.Now(), CanShift: s.shift != nil, App: s.app,
		Webhooks: s.webhooks.state(),
		Pages:    make([]Page, 0, len(s.pages)), People: make([]Person, 0, len(s.people)), Faults: []Fault{},
		Users: make([]User, 0, len(s.logins.users)),
	}
	v.App.Secrets, v.App.VerifyToken = nil, ""
	for _, p := range s.pages {
		v.Pages = append(v.Pages, p.view())
	}
	for _, p := range s.people {
		v.People = append(v.People, s.viewPerson(p))
	}
	for _, u := range s.logins.users {
		v.Users = append(v.Users, u.view())
	}
	for _, f := range s.faults {
		v.Faults = append(v.Faults, f.Fault)
	}
	v.Forms = []LeadForm{}
	if p := s.page(pageID); p != nil {
		for _, f := range p.forms {
			v.Forms = append(v.Forms, f.view())
		}
	}
	v.Posts = s.viewPosts(s.page(pageID))
	if p, who := s.page(pageID), s.personByID[personID]; p != nil && who != nil && p.threadOf[who] != nil {
		t := s.viewThread(p.threadOf[who])
		t.Messages = slices.Clone(t.Messages[max(0, len(t.Messages)-shownMessages):])
		v.Thread = &t
	}
	return v
}

// shownMessages is how much of a conversation the phone shows.
const shownMessages = 200

const (
	streamEvery = 100 * time.Millisecond // at most
	streamAlive = 15 * time.Second
)

// serveStream tells a browser that something changed; it then reads the state. Server-sent events with the revision.
func (s *Sim) serveStream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	for {
		s.mu.Lock()
		revision, changed := s.watch()
		s.mu.Unlock()
		if _, err := fmt.Fprintf(w, "data: {\"revision\":%d}\n\n", revision); err != nil || out.Flush() != nil {
			return
		}
		if !s.pause(r.Context(), streamEvery) {
			return
		}
		select {
		case <-changed:
		case <-time.After(streamAlive): // says the same again, which keeps the connection
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}
