// Package meta is what the kinds of channel behind Meta's platform share: the Graph client (client.go), the door that all
// their webhooks come through (door.go), what its errors mean (errors.go), and the value types of its JSON (value.go).
// What a webhook of a certain kind says is that kind's business; see integrations/facebook.
//
// The facts behind the code are in docs of Meta's that move and change; where one matters, the place in the code names
// it. The platform's errors are told apart by their numbers alone: their words are translated and change.
package meta

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"kontor/domain/secret"
)

// Settings is what the operator configures about the platform.
type Settings struct {
	GraphURL string // https://graph.facebook.com
	LoginURL string // https://www.facebook.com
	// PublicURL is where people and the platform reach us.
	PublicURL string
	Version   string // v25.0
	AppID     string
	// AppSecrets all verify webhooks, so that a secret can be changed and a second product have its own. The first one
	// signs our own calls.
	AppSecrets  []secret.Text
	VerifyToken secret.Text
	// LoginConfig is the id of a configuration of Facebook Login for Business, which says itself what is asked for.
	LoginConfig string
	// Permissions are those to ask for at a login; empty: all that are of use.
	Permissions []string
}

// proof is the appsecret_proof of an access token: without it, a stolen token would be enough to act for us.
// See https://developers.facebook.com/docs/graph-api/securing-requests.
func (s Settings) proof(token secret.Text) string {
	if len(s.AppSecrets) == 0 || token.Empty() {
		return ""
	}
	return hex.EncodeToString(sign(s.AppSecrets[0], []byte(token.Reveal())))
}

// AppToken is the access token of the app itself; empty without an app id or secret.
func (s Settings) AppToken() secret.Text {
	if s.AppID == "" || len(s.AppSecrets) == 0 {
		return secret.Text{}
	}
	return secret.New(s.AppID + "|" + s.AppSecrets[0].Reveal())
}

func sign(key secret.Text, data []byte) []byte {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write(data)
	return mac.Sum(nil)
}
