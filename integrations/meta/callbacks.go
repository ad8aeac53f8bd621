package meta

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"kontor/domain/channel"
	"kontor/domain/secret"
)

// ErrSignedRequest says that something calls itself a signed_request and is none of Meta's.
var ErrSignedRequest = errors.New("the signed_request is not signed with a secret of ours")

// LandingPath is where the login dialog sends people back to.
func (d *Door) LandingPath() string { return LandingPath }

// Landed reads what a person brings back from the login dialog.
func (d *Door) Landed(query url.Values) channel.Return {
	r := channel.Return{State: query.Get("state"), Code: secret.New(query.Get("code"))}
	for _, name := range []string{"error_description", "error_message", "error_reason", "error"} {
		if r.Error == "" {
			r.Error = query.Get(name)
		}
	}
	r.Denied = query.Get("error") == "access_denied" || query.Get("error_reason") == "user_denied"
	return r
}

// DeauthorizePath is where Meta says that a person threw the app out, or that it was removed from a page.
func (d *Door) DeauthorizePath() string { return DeauthorizePath }

// DeletionPath is where Meta passes on that a person wants their data deleted.
func (d *Door) DeletionPath() string { return DeletionPath }

// DeletionAnswer is what Meta wants to be told, and shows to the person.
// See https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback.
func (d *Door) DeletionAnswer(statusURL, code string) any {
	return struct {
		URL  string `json:"url"`
		Code string `json:"confirmation_code"`
	}{statusURL, code}
}

// Revocation reads a signed_request; ErrSignedRequest when it is not Meta's.
func (d *Door) Revocation(form url.Values) (channel.Revocation, error) {
	raw, err := openSigned(d.settings.AppSecrets, form.Get("signed_request"))
	if err != nil {
		return channel.Revocation{}, err
	}
	var said struct {
		Algorithm string `json:"algorithm"`
		UserID    ID     `json:"user_id"`    // 0 or null when a page is meant
		ProfileID ID     `json:"profile_id"` // the page
		IssuedAt  Int    `json:"issued_at"`  // a text in some recordings
	}
	if err := json.Unmarshal(raw, &said); err != nil || !strings.EqualFold(said.Algorithm, "HMAC-SHA256") {
		return channel.Revocation{}, ErrSignedRequest
	}
	r := channel.Revocation{UserID: string(said.UserID), ExternalID: string(said.ProfileID)}
	if r.UserID == "0" {
		r.UserID = ""
	}
	if said.IssuedAt > 0 {
		r.IssuedAt = time.Unix(int64(said.IssuedAt), 0).UTC()
	}
	for _, k := range d.kinds {
		r.Kinds = append(r.Kinds, k.name)
	}
	slices.Sort(r.Kinds)
	return r, nil
}

// openSigned returns the payload of a signed_request that one of the secrets has signed: signature and payload in
// base64url, the signature over the payload's encoded form.
func openSigned(secrets []secret.Text, text string) ([]byte, error) {
	given, payload, _ := strings.Cut(text, ".")
	mac, err := unpadded(given)
	if err != nil || len(mac) != sha256.Size {
		return nil, ErrSignedRequest
	}
	valid := false
	for _, s := range secrets {
		if !s.Empty() && hmac.Equal(mac, sign(s, []byte(payload))) {
			valid = true
		}
	}
	if !valid {
		return nil, ErrSignedRequest
	}
	raw, err := unpadded(payload)
	if err != nil {
		return nil, ErrSignedRequest
	}
	return raw, nil
}

// unpadded decodes base64url whether or not somebody has padded it.
func unpadded(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}
