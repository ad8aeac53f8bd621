package meta

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"kontor/domain/secret"
)

// The errors of what does not come from Meta, or from another app of Meta's.
var (
	ErrSignature   = errors.New("the body is not signed with a secret of ours")
	ErrVerifyToken = errors.New("the verify token is not ours")
)

// signatureHeader holds the HMAC of the body. The SHA-1 one, which some still send beside it, is not looked at.
const signatureHeader = "X-Hub-Signature-256"

// verify checks the signature over the bytes as they came: decoding and encoding them again would change the platform's
// escapes. Any of the secrets will do.
func verify(secrets []secret.Text, header http.Header, raw []byte) error {
	given, ok := strings.CutPrefix(header.Get(signatureHeader), "sha256=")
	if !ok {
		return ErrSignature
	}
	mac, err := hex.DecodeString(given)
	if err != nil || len(mac) != sha256.Size {
		return ErrSignature
	}
	valid := false
	for _, s := range secrets {
		if !s.Empty() && hmac.Equal(mac, sign(s, raw)) {
			valid = true
		}
	}
	if !valid {
		return ErrSignature
	}
	return nil
}

// handshake answers the request by which Meta makes sure that an address wants its webhooks.
func handshake(token secret.Text, query url.Values) (challenge string, err error) {
	// Hashed, the two have one length, and comparing takes the same time whatever was given.
	want, given := sha256.Sum256([]byte(token.Reveal())), sha256.Sum256([]byte(query.Get("hub.verify_token")))
	equal := subtle.ConstantTimeCompare(want[:], given[:]) == 1
	if token.Empty() || !equal || query.Get("hub.mode") != "subscribe" {
		return "", ErrVerifyToken
	}
	return query.Get("hub.challenge"), nil
}
