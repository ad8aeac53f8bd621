package metasim

import (
	"path"
	"slices"
	"strconv"
	"time"
)

// Fault is one scripted misbehaviour of the Graph API or of the media host.
type Fault struct {
	ID string `json:"id"`
	// Page limits it to Graph calls with this page's token; empty is any. The media host knows no pages.
	Page string `json:"page"`
	// Call is the name of the call it waits for, as Calls shows them, with * as in file names: "send", "*",
	// "subscribed_apps.*", "media".
	Call string `json:"call"`
	// Nth is the first matching call that is hit, counted from when the fault was added; 0 and 1 are the next one.
	Nth int `json:"nth"`
	// Count is how many calls are hit from there on; 0 is one, below 0 is all.
	Count int `json:"count"`

	// Answer is what the caller sees. Empty: the true answer, with Headers and DelayMS.
	Answer FaultAnswer `json:"answer"`
	// Accept says whether the call takes effect before it misbehaves: a send that is accepted is in the ledger and is
	// echoed, whatever the caller sees. Answers that show the true one ("", cut, slow, no_id) always take effect.
	Accept bool `json:"accept"`
	// Error is what AnswerError answers with.
	Error ErrorRef `json:"error"`
	// Locale is the language of the error's message; empty is the app's.
	Locale string `json:"locale"`
	// Status replaces the HTTP status of AnswerHTML (500) and AnswerError (the catalogue's).
	Status int `json:"status"`
	// Headers are added to the answer.
	Headers map[string]string `json:"headers"`
	// DelayMS is waited, in real time, before the answer; for AnswerSlow between two bytes (default 100).
	DelayMS int `json:"delay_ms"`
	// Location is where AnswerRedirect points.
	Location string `json:"location"`
}

// FaultAnswer is what the caller of a faulty call sees.
type FaultAnswer string

// The answers. Those after AnswerError are for the media host.
const (
	AnswerHang  FaultAnswer = "hang"  // nothing until the caller gives up
	AnswerDrop  FaultAnswer = "drop"  // the connection is closed without an answer
	AnswerHTML  FaultAnswer = "html"  // a 5xx page of a proxy
	AnswerCut   FaultAnswer = "cut"   // headers and half of the body
	AnswerSlow  FaultAnswer = "slow"  // the whole body, byte by byte
	AnswerEmpty FaultAnswer = "empty" // 200 without a body
	AnswerNoID  FaultAnswer = "no_id" // 200 without message_id
	AnswerError FaultAnswer = "error" // an error of the catalogue

	AnswerRedirect  FaultAnswer = "redirect"   // to Location
	AnswerWrongType FaultAnswer = "wrong_type" // an HTML page in place of the file
	AnswerTooLarge  FaultAnswer = "too_large"  // more than any limit, with a true length
	AnswerEndless   FaultAnswer = "endless"    // bytes without end or length
)

func graphAnswers() []FaultAnswer {
	return []FaultAnswer{
		"", AnswerHang, AnswerDrop, AnswerHTML, AnswerCut, AnswerSlow, AnswerEmpty, AnswerNoID, AnswerError,
	}
}

func mediaAnswers() []FaultAnswer {
	return []FaultAnswer{
		"", AnswerHang, AnswerDrop, AnswerHTML, AnswerCut, AnswerSlow, AnswerEmpty,
		AnswerRedirect, AnswerWrongType, AnswerTooLarge, AnswerEndless,
	}
}

// scripted is a fault with the calls it has seen.
type scripted struct {
	Fault
	seen int
}

// callMedia is the name of the media host's only call.
const callMedia = "media"

// AddFault scripts a misbehaviour. When several match a call, the one added first that is due applies; all count.
func (s *Sim) AddFault(f Fault) (Fault, error) {
	if _, err := path.Match(f.Call, ""); err != nil || f.Call == "" {
		return Fault{}, Refusal("fault.call")
	}
	allowed := graphAnswers()
	if f.Call == callMedia {
		allowed = mediaAnswers()
	}
	switch {
	case !slices.Contains(allowed, f.Answer):
		return Fault{}, Refusal("fault.answer")
	case f.Answer == AnswerError && f.Error.Code == 0:
		return Fault{}, Refusal("fault.error")
	}
	f.Nth = max(f.Nth, 1)
	if f.Count == 0 {
		f.Count = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.ID = "f" + strconv.Itoa(s.ids.intn(1<<30))
	s.faults = append(s.faults, &scripted{Fault: f})
	s.touch()
	return f, nil
}

// Faults returns the faults that still have calls to hit.
func (s *Sim) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, 0, len(s.faults))
	for _, f := range s.faults {
		out = append(out, f.Fault)
	}
	return out
}

// RemoveFaults removes one fault by its id, or all with an empty id.
func (s *Sim) RemoveFaults(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(f *scripted) bool { return id == "" || f.ID == id })
	s.touch()
}

// takeFault counts a call and returns the fault that hits it, if any. The lock is held.
func (s *Sim) takeFault(p *page, call string) *Fault {
	var hit *Fault
	for _, f := range s.faults {
		matches, _ := path.Match(f.Call, call) // the pattern was checked when it was added
		if !matches || f.Page != "" && (p == nil || p.ID != f.Page) || call == callMedia && f.Call != callMedia {
			continue
		}
		f.seen++
		if hit == nil && f.due() {
			found := f.Fault
			hit = &found
		}
	}
	if len(s.faults) > 0 {
		s.faults = slices.DeleteFunc(s.faults, (*scripted).spent)
		s.touch()
	}
	return hit
}

func (f *scripted) due() bool { return f.seen >= f.Nth && (f.Count < 0 || f.seen < f.Nth+f.Count) }

func (f *scripted) spent() bool { return f.Count > 0 && f.seen >= f.Nth+f.Count-1 }

// takesEffect says whether the call is carried out. A nil fault is none.
func (f *Fault) takesEffect() bool {
	if f == nil || f.Accept {
		return true
	}
	switch f.Answer {
	case "", AnswerCut, AnswerSlow, AnswerNoID:
		return true
	}
	return false
}

// answered says whether the caller gets the true answer. A nil fault is none.
func (f *Fault) answered() bool { return f == nil || f.Answer == "" }

// delay is the pause before the answer.
func (f *Fault) delay() time.Duration {
	if f == nil || f.Answer == AnswerSlow {
		return 0
	}
	return time.Duration(f.DelayMS) * time.Millisecond
}

// perByte is the pause between two bytes of a slow answer.
func (f *Fault) perByte() time.Duration {
	if f.DelayMS == 0 {
		return 100 * time.Millisecond
	}
	return time.Duration(f.DelayMS) * time.Millisecond
}
