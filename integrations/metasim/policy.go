package metasim

import (
	"slices"
	"time"
)

const (
	// standardWindow is how long a page may answer after what a person did.
	standardWindow = 24 * time.Hour
	// humanAgentWindow is how long a human may answer, from the person's last message.
	humanAgentWindow = 7 * 24 * time.Hour
)

// openWindow lets the page write for the given time. A longer window that is open already stays.
func (t *thread) openWindow(now time.Time, length time.Duration) {
	if until := now.Add(length); until.After(t.windowUntil) {
		t.windowUntil = until
	}
}

// windowAfter is the length of the window that an act opens; an advertisement may open a longer one.
func (p *page) windowAfter(ref *referral) time.Duration {
	if ref != nil && ref.AdID != "" && p.AdWindowHours > 0 {
		return time.Duration(p.AdWindowHours) * time.Hour
	}
	return standardWindow
}

func (p *page) subscribes(field string) bool { return slices.Contains(p.SubscribedFields, field) }

// The message types and tags of the Send API.
const (
	typeResponse = "RESPONSE"
	typeUpdate   = "UPDATE"
	typeTag      = "MESSAGE_TAG"
	typeUtility  = "UTILITY"

	tagHumanAgent = "HUMAN_AGENT"
)

// deadTags were rejected from 2026-04-27 on.
func deadTags() []string {
	return []string{"CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"}
}

// featureTags live on for apps that have a feature nobody has here.
func featureTags() []string { return []string{"CUSTOMER_FEEDBACK", "NON_PROMOTIONAL_SUBSCRIPTION"} }

// mayWrite decides whether the page may send this to the person now. What the platform answers to HUMAN_AGENT without
// the feature, and to HUMAN_AGENT after seven days, is not documented; the answers here are what a public fake server
// chose. The lock is held.
func (s *Sim) mayWrite(t *thread, r sendRequest) *graphError {
	switch {
	case t.unavailable.Code != 0:
		return s.errorOf(t.unavailable.Code, t.unavailable.Subcode)
	case t.owner != "":
		return s.errorOf(2018300, 0)
	case r.Type == typeTag && slices.Contains(deadTags(), r.Tag):
		return s.errorOf(100, 1893061)
	case r.Type == typeTag && slices.Contains(featureTags(), r.Tag):
		return s.errorOf(10, 0)
	case r.Type == typeTag && !t.page.HumanAgent:
		return s.errorOf(10, 0)
	case r.Type == typeUtility: // an approved template may leave at any time
		return nil
	}
	if !s.clock.Now().Before(t.mayWriteUntil(r.Type == typeTag)) {
		return s.errorOf(10, 2018278)
	}
	return nil
}

// mayWriteUntil is the end of the standard window, or for a human of the longer of both.
func (t *thread) mayWriteUntil(human bool) time.Time {
	if !human || t.lastMessageAt.IsZero() || t.lastMessageAt.Add(humanAgentWindow).Before(t.windowUntil) {
		return t.windowUntil
	}
	return t.lastMessageAt.Add(humanAgentWindow)
}
