package metasim

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// Notice is one of the two things Meta says past the webhooks, in a signed_request: that a user took the app's rights back,
// or that they want their data deleted.
type Notice struct {
	// User is who; Page instead tells that the app was removed from a page, which only Deauthorize can.
	User string `json:"user"`
	Page string `json:"page"`
	// Sign is "" for a right one, "wrong" (another secret), "algorithm" (right but for the algorithm it names),
	// "unsigned" (no signature), "garbage" (no signed request at all).
	Sign string `json:"sign"`
	// IssuedAt is when it says it was made; the zero time is now. One of another time is told again, and takes nothing back.
	IssuedAt time.Time `json:"issued_at,omitzero"`
	// Quiet does what the notice tells of and says nothing: the callback is lost.
	Quiet bool `json:"quiet"`
}

// Deauthorize takes the app's rights back, as a user does in their settings, and tells the app.
func (s *Sim) Deauthorize(ctx context.Context, n Notice) (RawAnswer, error) {
	s.mu.Lock()
	takes := n.Sign == "" && n.IssuedAt.IsZero()
	switch u, p := s.logins.user(n.User), s.page(n.Page); {
	case u != nil && takes:
		s.revoke(u)
	case u == nil && p != nil && takes:
		p.SubscribedFields = nil
	case u == nil && p == nil && n.Sign == "":
		s.mu.Unlock()
		return RawAnswer{}, Refusal("user.unknown")
	}
	s.touch()
	to := s.noticeURL(s.app.DeauthorizeURL, "/deauthorize")
	s.mu.Unlock()
	return s.tellNotice(ctx, to, n)
}

// DeleteData asks the app to delete what it has of a user.
func (s *Sim) DeleteData(ctx context.Context, n Notice) (RawAnswer, error) {
	s.mu.Lock()
	to := s.noticeURL(s.app.DeletionURL, "/data-deletion")
	s.mu.Unlock()
	return s.tellNotice(ctx, to, n)
}

// noticeURL is where a notice goes. The lock is held.
func (s *Sim) noticeURL(own, beside string) string {
	if own != "" || s.app.CallbackURL == "" {
		return own
	}
	return s.app.CallbackURL + beside
}

func (s *Sim) tellNotice(ctx context.Context, to string, n Notice) (RawAnswer, error) {
	switch {
	case n.Quiet:
		return RawAnswer{}, nil
	case to == "":
		return RawAnswer{}, Refusal("app.no_callback")
	}
	s.mu.Lock()
	signed := s.signedRequest(n)
	s.mu.Unlock()
	got, err := s.postRaw(ctx, to, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		[]byte(url.Values{"signed_request": {signed}}.Encode()))
	if err != nil {
		return RawAnswer{}, Refusal("callback.no_answer")
	}
	return RawAnswer{Status: got.status, Body: string(got.body)}, nil
}

// signedPayload is what a signed_request says.
type signedPayload struct {
	UserID    string `json:"user_id"`
	ProfileID string `json:"profile_id,omitempty"`
	Algorithm string `json:"algorithm"`
	IssuedAt  int64  `json:"issued_at"`
}

// signedRequest makes signature and payload, both in base64url without padding. Of a page the user's id is 0, as others
// have recorded. The lock is held.
func (s *Sim) signedRequest(n Notice) string {
	p := signedPayload{UserID: n.User, ProfileID: n.Page, Algorithm: "HMAC-SHA256", IssuedAt: n.IssuedAt.Unix()}
	if n.IssuedAt.IsZero() {
		p.IssuedAt = s.clock.Now().Unix()
	}
	if n.User == "" {
		p.UserID = "0"
	}
	secret := s.app.Secrets[0]
	switch n.Sign {
	case "wrong":
		secret += "?"
	case "algorithm":
		p.Algorithm = "HMAC-MD5"
	case "garbage":
		return "garbage"
	}
	raw, err := json.Marshal(p)
	if err != nil {
		panic(err) // plain fields
	}
	payload := base64.RawURLEncoding.EncodeToString(raw)
	if n.Sign == "unsigned" {
		return "." + payload
	}
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(payload))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)) + "." + payload
}
