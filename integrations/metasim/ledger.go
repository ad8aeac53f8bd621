package metasim

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Accepted is one send the platform took: from then on the person has it, whatever its sender heard. The ledger of
// these decides in tests whether something was sent once.
type Accepted struct {
	Seq  int       `json:"seq"` // 1 is the first; the order in which the platform took them
	At   time.Time `json:"at"`
	Page string    `json:"page"`
	PSID string    `json:"psid"`
	MID  string    `json:"mid"`
	// Under is the comment or the post that a public answer stands under, or the comment that a private reply is to.
	// A public answer has no PSID, and its MID is the comment's id.
	Under string `json:"under,omitempty"`
	// Text is what was sent; TextHash its SHA-256, empty without text.
	Text     string `json:"text,omitempty"`
	TextHash string `json:"text_hash,omitempty"`
	// Attachments are the SHA-256 hashes of the files' bytes, or of a template's JSON.
	Attachments []string `json:"attachments,omitempty"`
	// Metadata is what the sender put there, verbatim: its own mark.
	Metadata      string `json:"metadata"`
	MessagingType string `json:"messaging_type"`
	Tag           string `json:"tag,omitempty"`
	// Window says whether the standard window was open.
	Window bool `json:"window"`
	// Call is the trace id of the HTTP call, as in Calls and in the answer's x-fb-trace-id: it tells attempts apart.
	Call string `json:"call"`
	// Attempt is the call's X-Attempt-Token header, for programs under test that set one.
	Attempt string `json:"attempt,omitempty"`
	// Answer is what the sender saw: empty for the true answer, else the fault's.
	Answer FaultAnswer `json:"answer,omitempty"`
}

// record writes an accepted send into the ledger. The lock is held.
func (s *Sim) record(req *graphRequest, r sendRequest, m *message) {
	a := Accepted{
		Seq: len(s.ledger) + 1, At: m.at, Page: m.thread.page.ID, PSID: m.thread.psid, MID: m.mid,
		Text: m.text, Metadata: m.metadata, MessagingType: r.Type, Tag: r.Tag,
		Window: m.at.Before(m.thread.windowUntil),
		Call:   req.trace, Attempt: req.http.Header.Get("X-Attempt-Token"),
	}
	a.Under = string(r.Recipient.CommentID)
	if m.text != "" {
		a.TextHash = hashOf([]byte(m.text))
	}
	for _, f := range m.attachments {
		if f.file != nil {
			a.Attachments = append(a.Attachments, hashOf(f.file.data()))
		}
	}
	if m.template != nil {
		a.Attachments = append(a.Attachments, hashOf(m.template.raw))
	}
	if req.fault != nil {
		a.Answer = req.fault.Answer
	}
	s.ledger = append(s.ledger, a)
}

// recordComment writes a public answer into the ledger. The lock is held.
func (s *Sim) recordComment(req *graphRequest, c *comment) {
	a := Accepted{
		Seq: len(s.ledger) + 1, At: c.at, Page: c.post.page.ID, MID: c.id, Under: c.post.id, Text: c.text,
		Call: req.trace, Attempt: req.http.Header.Get("X-Attempt-Token"),
	}
	if c.parent != nil {
		a.Under = c.parent.id
	}
	if c.text != "" {
		a.TextHash = hashOf([]byte(c.text))
	}
	if c.file != nil {
		a.Attachments = []string{hashOf(c.file.data())}
	}
	if req.fault != nil {
		a.Answer = req.fault.Answer
	}
	s.ledger = append(s.ledger, a)
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// LedgerQuery picks entries; what is empty does not restrict.
type LedgerQuery struct {
	Page     string `json:"page"`
	PSID     string `json:"psid"`
	Metadata string `json:"metadata"`
	MID      string `json:"mid"`
	Text     string `json:"text"`
	Under    string `json:"under"`
	After    int    `json:"after"` // only entries with a higher Seq
	Limit    int    `json:"limit"` // the newest so many
}

func (q LedgerQuery) picks(a Accepted) bool {
	return a.Seq > q.After &&
		(q.Page == "" || q.Page == a.Page) && (q.PSID == "" || q.PSID == a.PSID) &&
		(q.Metadata == "" || q.Metadata == a.Metadata) && (q.MID == "" || q.MID == a.MID) &&
		(q.Text == "" || q.Text == a.Text) && (q.Under == "" || q.Under == a.Under)
}

// Ledger returns accepted sends in the order they were accepted.
func (s *Sim) Ledger(q LedgerQuery) []Accepted {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Accepted{}
	for _, a := range s.ledger {
		if q.picks(a) {
			out = append(out, a)
		}
	}
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[len(out)-q.Limit:]
	}
	return out
}

// Double is a mark under which more than one send was accepted.
type Double struct {
	Page     string     `json:"page"`
	Metadata string     `json:"metadata"`
	Sends    []Accepted `json:"sends"`
}

// Doubles returns every mark that was accepted more than once on one page: nothing, when all is well. Sends without
// metadata cannot be told apart and are not counted.
func (s *Sim) Doubles() []Double {
	type mark struct{ page, metadata string }
	sends := map[mark][]Accepted{}
	var order []mark
	for _, a := range s.Ledger(LedgerQuery{}) {
		m := mark{a.Page, a.Metadata}
		if a.Metadata == "" {
			continue
		}
		if sends[m] = append(sends[m], a); len(sends[m]) == 2 {
			order = append(order, m)
		}
	}
	out := []Double{}
	for _, m := range order {
		out = append(out, Double{m.page, m.metadata, sends[m]})
	}
	return out
}
